/* SPDX-License-Identifier: Apache-2.0 */
/* The fills of one prescription in their order: what is left of one carries
 * over to the next. (Files compute many at once: store/staging_cover.c.) */
#include "store/cover.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "store/statement.h"
#include "store/store.h"
#include "store/wall.h"

struct supply {
    int64_t id;
    int64_t ends; /* days since 1970 */
    const struct zone *zone;
};

static bool supplies_read(struct store *store, int64_t prescription_id,
                          const struct zone *otherwise,
                          struct supply **supplies, size_t *count,
                          struct error *err)
{
    struct statement *fills = statement(
        store, "SELECT id, filled_on, days_supply, " WALL_FILL_ZONE(
                   "f.pickup_id",
                   "f.patient_id") " FROM fill f WHERE prescription_id = ? AND "
                                   "gone_at IS NULL ORDER BY filled_on, "
                                   "filled_at, external_id");
    bind_integer(fills, 1, prescription_id);
    int step;
    while ((step = statement_step(fills, err)) == 1) {
        struct civil_date filled = {1970, 1, 1};
        civil_parse_date(column_text(fills, 1), &filled);
        int64_t from = civil_days(filled);
        if (*count > 0 && (*supplies)[*count - 1].ends > from)
            from = (*supplies)[*count - 1].ends;
        const char *zone = column_text(fills, 3);
        const struct zone *known = zone ? zone_find(zone) : NULL;
        *supplies = memory_grow(*supplies, *count + 1, sizeof((*supplies)[0]));
        (*supplies)[(*count)++] =
            (struct supply){.id = column_integer(fills, 0),
                            .ends = from + column_integer(fills, 2),
                            .zone = known ? known : otherwise};
    }
    return step == 0;
}

static bool supply_write(struct store *store, const struct supply *supply,
                         bool first, bool latest, struct error *err)
{
    char text[CIVIL_TEXT_MAX];
    struct civil_date on = civil_from_days(supply->ends);
    struct statement *write = statement(
        store, "UPDATE fill SET runs_out_on = ?2, runs_out_at = ?3, first_fill "
               "= ?4, latest = ?5 WHERE id = ?1 AND (runs_out_on != ?2 OR "
               "runs_out_at != ?3 OR first_fill != ?4 OR latest != ?5)");
    bind_integer(write, 1, supply->id);
    bind_text_static(write, 2, civil_date_text(on, text));
    bind_integer(write, 3,
                 zone_instant(supply->zone, (struct civil){.date = on}));
    bind_integer(write, 4, first);
    bind_integer(write, 5, latest);
    return statement_run(write, err);
}

bool cover_compute(struct store *store, int64_t prescription_id,
                   const struct zone *otherwise, struct error *err)
{
    struct supply *supplies = NULL;
    size_t count = 0;
    bool done = supplies_read(store, prescription_id, otherwise, &supplies,
                              &count, err);
    for (size_t i = 0; done && i < count; i++)
        done = supply_write(store, &supplies[i], i == 0, i + 1 == count, err);
    free(supplies);
    return done;
}

bool cover_compute_of(struct store *store, int64_t fill_id,
                      const struct zone *otherwise, struct error *err)
{
    struct statement *fill =
        statement(store, "SELECT prescription_id FROM fill WHERE id = ?");
    bind_integer(fill, 1, fill_id);
    int step = statement_step(fill, err);
    int64_t prescription = step == 1 ? column_integer(fill, 0) : 0;
    statement_reset(fill);
    return step >= 0 && cover_compute(store, prescription, otherwise, err);
}
