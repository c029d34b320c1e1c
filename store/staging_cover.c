/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a patient's supply lasts (domain.md 5.2): per prescription,
 * cover_end = max(previous cover_end, filled_on) + days_supply, so that
 * tablets left from one fill carry over to the next. A fill that comes late,
 * moves or goes changes those behind it; so every prescription that this file
 * touches is computed again, from what is there and what waits together, and
 * only fills whose result differs are written. Runs before the rows are
 * written, so that a new fill is written once, with its final times, and does
 * not begin life as a moved one.
 */
#include "store/staging_own.h"

#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/statement.h"
#include "store/store.h"
#include "store/wall.h"

/* One fill as both sources give it, in the order of its prescription. */
#define TOUCHED                                                     \
    "touched(rx) AS (SELECT prescription_id FROM temp.stage UNION " \
    "SELECT f.prescription_id FROM temp.stage s JOIN fill f "       \
    "ON f.id = s.stage_id UNION "                                   \
    "SELECT f.prescription_id FROM temp.gone g JOIN fill f ON f.id = g.id)"
static const char fills_sql[] =
    "WITH " TOUCHED ", every(n, id, rx, patient, pickup, filled_on, days, "
    "runs_out_on, runs_out_at, first_fill, latest, filled_at, key) AS ("
    "SELECT stage_n, stage_id, prescription_id, patient_id, pickup_id, "
    "filled_on, days_supply, NULL, NULL, NULL, NULL, filled_at, external_id "
    "FROM temp.stage UNION ALL "
    "SELECT NULL, f.id, f.prescription_id, f.patient_id, f.pickup_id, "
    "f.filled_on, f.days_supply, f.runs_out_on, f.runs_out_at, f.first_fill, "
    "f.latest, f.filled_at, f.external_id FROM touched t JOIN fill f ON "
    "f.prescription_id = t.rx WHERE f.gone_at IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM temp.stage s WHERE s.stage_id = f.id)) "
    "SELECT n, id, rx, filled_on, days, runs_out_on, first_fill, "
    "latest, " WALL_FILL_ZONE("pickup",
                              "patient") ", runs_out_at FROM every ORDER BY "
                                         "rx, filled_on, filled_at, key";

/* The fill before the cursor: only its successor tells whether it is the
 * latest one. */
struct cover {
    struct staging *staging;
    const struct zone *fallback;
    int64_t n, id, rx;
    int64_t cover_days; /* its end, in days since 1970 */
    struct civil_date old_on;
    int64_t old_at;
    bool had, first, old_first, old_latest;
    const struct zone *zone;
};

static bool cover_write(struct cover *cover, bool latest, struct error *err)
{
    if (cover->rx == 0)
        return true;
    struct civil_date on = civil_from_days(cover->cover_days);
    struct civil midnight = {.date = on};
    instant at = zone_instant(cover->zone, midnight);
    char text[CIVIL_TEXT_MAX];
    civil_date_text(on, text);
    struct statement *write;
    if (cover->n) {
        write = statement(cover->staging->store,
                          "UPDATE temp.stage SET runs_out_on = ?1, "
                          "runs_out_at = ?2, first_fill = ?3, latest = ?4 "
                          "WHERE stage_n = ?5");
    } else {
        if (cover->had && civil_compare(on, cover->old_on) == 0 &&
            at == cover->old_at && cover->first == cover->old_first &&
            latest == cover->old_latest)
            return true;
        write = statement(cover->staging->store,
                          "INSERT INTO temp.cover(runs_out_on, runs_out_at, "
                          "first_fill, latest, id) VALUES (?, ?, ?, ?, ?)");
    }
    bind_text_static(write, 1, text);
    bind_integer(write, 2, at);
    bind_integer(write, 3, cover->first);
    bind_integer(write, 4, latest);
    bind_integer(write, 5, cover->n ? cover->n : cover->id);
    return statement_run(write, err);
}

static void cover_read(struct cover *cover, struct statement *row)
{
    struct cover next = {.staging = cover->staging,
                         .fallback = cover->fallback,
                         .n = column_integer(row, 0),
                         .id = column_integer(row, 1),
                         .rx = column_integer(row, 2)};
    struct civil_date filled = {1970, 1, 1};
    civil_parse_date(column_text(row, 3), &filled);
    int64_t from = civil_days(filled);
    next.first = next.rx != cover->rx;
    if (!next.first && cover->cover_days > from)
        from = cover->cover_days;
    next.cover_days = from + column_integer(row, 4);
    const char *old = column_text(row, 5);
    next.had = old && civil_parse_date(old, &next.old_on);
    next.old_first = column_integer(row, 6) != 0;
    next.old_latest = column_integer(row, 7) != 0;
    next.old_at = column_integer(row, 9);
    const char *zone = column_text(row, 8);
    next.zone = zone ? zone_find(zone) : NULL;
    if (!next.zone)
        next.zone = cover->fallback;
    *cover = next;
}

bool staging_cover(struct staging *staging, struct error *err)
{
    if (!staging_sql(staging,
                     "CREATE TEMP TABLE cover(id INTEGER PRIMARY KEY, "
                     "runs_out_on TEXT, runs_out_at INTEGER, "
                     "first_fill INTEGER, latest INTEGER)",
                     err) ||
        !staging_sql(staging,
                     "CREATE INDEX temp.stage_id ON stage(stage_id) WHERE "
                     "stage_id IS NOT NULL",
                     err))
        return false;
    /* A change of these columns would change the order being read. */
    struct statement *fills = statement(staging->store, fills_sql);
    struct cover cover = {.staging = staging,
                          .fallback =
                              staging->zone ? staging->zone : zone_utc()};
    int step;
    while ((step = statement_step(fills, err)) == 1) {
        bool last = column_integer(fills, 2) != cover.rx;
        if (!cover_write(&cover, last, err)) {
            statement_reset(fills);
            return false;
        }
        cover_read(&cover, fills);
    }
    return step == 0 && cover_write(&cover, true, err);
}

bool staging_cover_apply(struct staging *staging, struct error *err)
{
    return staging_sql(staging,
                       "UPDATE fill AS t SET runs_out_on = c.runs_out_on, "
                       "runs_out_at = c.runs_out_at, first_fill = "
                       "c.first_fill, latest = c.latest FROM temp.cover c "
                       "WHERE t.id = c.id",
                       err);
}
