/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries, and the marks of how far evaluation has come: the watermark of
 * each time field and the place of the daily sweep. Marks move in the same
 * transaction as the rows they speak of, so a crash repeats work and never
 * loses it.
 */
#include "store/entry.h"

#include "base/outcome.h"
#include "base/text.h"

#include "store/outreach_row.h"
#include "store/statement.h"
#include "store/store.h"

static void row_read(struct statement *query, struct entry *out)
{
    *out = (struct entry){
        .id = column_integer(query, 0),
        .campaign_id = column_integer(query, 1),
        .anchor_kind = (enum anchor_kind)column_integer(query, 2),
        .anchor_id = column_integer(query, 3),
        .occurrence = column_integer(query, 4),
        .patient_id = column_integer(query, 5),
        .version_id = column_integer(query, 6),
        .entered_at = column_integer(query, 7),
        .holdout = column_integer(query, 8) != 0,
        .closed_at = column_instant(query, 9),
        .cycle_over = column_integer(query, 10) != 0,
    };
}

#define COLUMNS                                                        \
    "id, campaign_id, anchor_kind, anchor_id, occurrence, patient_id," \
    " version_id, entered_at, arm = 'holdout', closed_at,"             \
    " close_reason IS '" ENTRY_CYCLE_OVER "' "

bool entry_newest(struct store *store, int64_t campaign_id,
                  enum anchor_kind kind, int64_t anchor_id, bool *found,
                  struct entry *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT " COLUMNS
                         "FROM entry WHERE campaign_id = ? AND anchor_kind = ?"
                         " AND anchor_id = ? ORDER BY occurrence DESC LIMIT 1");
    bind_integer(query, 1, campaign_id);
    bind_integer(query, 2, kind);
    bind_integer(query, 3, anchor_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found)
        row_read(query, out);
    statement_reset(query);
    return true;
}

bool entry_insert(struct store *store, struct entry *entry, bool *made,
                  struct error *err)
{
    struct statement *insert = statement(
        store,
        "INSERT INTO entry(campaign_id, anchor_kind, anchor_id, occurrence,"
        " patient_id, version_id, entered_at, arm, unseen_since)"
        " VALUES (?, ?, ?, ?, ?, ?, ?7, ?, nullif(?, ?7))"
        " ON CONFLICT(campaign_id, anchor_kind, anchor_id, occurrence)"
        " DO NOTHING");
    bind_integer(insert, 1, entry->campaign_id);
    bind_integer(insert, 2, entry->anchor_kind);
    bind_integer(insert, 3, entry->anchor_id);
    bind_integer(insert, 4, entry->occurrence);
    bind_integer(insert, 5, entry->patient_id);
    bind_integer(insert, 6, entry->version_id);
    bind_integer(insert, 7, entry->entered_at);
    bind_text(insert, 8, entry->holdout ? "holdout" : "treated");
    bind_integer(insert, 9, entry->unseen_since);
    if (!statement_run(insert, err))
        return false;
    *made = store_changes(store) == 1;
    if (*made)
        entry->id = store_last_id(store);
    return true;
}

bool entry_close(struct store *store, struct entry *entry, instant at,
                 const char *reason, struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE entry SET closed_at = ?, close_reason = ? WHERE id = ?");
    bind_instant(update, 1, at);
    bind_text(update, 2, reason);
    bind_integer(update, 3, entry->id);
    if (!statement_run(update, err))
        return false;
    entry->closed_at = at;
    return true;
}

bool entry_set_version(struct store *store, struct entry *entry,
                       int64_t version_id, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE entry SET version_id = ? WHERE id = ?");
    bind_integer(update, 1, version_id);
    bind_integer(update, 2, entry->id);
    if (!statement_run(update, err))
        return false;
    entry->version_id = version_id;
    return true;
}

bool entry_outdated(struct store *store, int64_t campaign_id,
                    enum anchor_kind kind, int64_t version_id,
                    int64_t after_anchor, struct entry *out, size_t limit,
                    size_t *count, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT " COLUMNS "FROM entry WHERE campaign_id = ? AND anchor_kind = ?"
        " AND anchor_id > ? AND version_id != ? AND closed_at IS NULL"
        " ORDER BY anchor_id LIMIT ?");
    bind_integer(query, 1, campaign_id);
    bind_integer(query, 2, kind);
    bind_integer(query, 3, after_anchor);
    bind_integer(query, 4, version_id);
    bind_integer(query, 5, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        row_read(query, &out[(*count)++]);
    return step == 0;
}

bool entry_open(struct store *store, int64_t campaign_id, enum anchor_kind kind,
                int64_t after_anchor, int64_t last_anchor, int64_t *out,
                size_t limit, size_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT DISTINCT anchor_id FROM entry WHERE campaign_id = ?"
               " AND anchor_kind = ? AND anchor_id > ? AND anchor_id <= ?"
               " AND closed_at IS NULL ORDER BY anchor_id LIMIT ?");
    bind_integer(query, 1, campaign_id);
    bind_integer(query, 2, kind);
    bind_integer(query, 3, after_anchor);
    bind_integer(query, 4, last_anchor);
    bind_integer(query, 5, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] = column_integer(query, 0);
    return step == 0;
}

/* Marks -------------------------------------------------------------------- */

bool watermark_read(struct store *store, int64_t campaign_id, const char *field,
                    bool *found, instant *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT planned_to_at FROM watermark"
                         " WHERE campaign_id = ? AND field = ?");
    bind_integer(query, 1, campaign_id);
    bind_text(query, 2, field);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found)
        *out = column_integer(query, 0);
    statement_reset(query);
    return true;
}

bool watermark_write(struct store *store, int64_t campaign_id,
                     const char *field, instant planned_to, struct error *err)
{
    struct statement *write = statement(
        store, "INSERT INTO watermark(campaign_id, field, planned_to_at)"
               " VALUES (?, ?, ?) ON CONFLICT(campaign_id, field)"
               " DO UPDATE SET planned_to_at = excluded.planned_to_at");
    bind_integer(write, 1, campaign_id);
    bind_text(write, 2, field);
    bind_integer(write, 3, planned_to);
    return statement_run(write, err);
}

bool sweep_read(struct store *store, int64_t campaign_id, char swept_on[16],
                int64_t *cursor, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT swept_on, sweep_cursor FROM campaign WHERE id = ?");
    bind_integer(query, 1, campaign_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    bool any = step == 1 && !column_is_null(query, 0);
    text_copy(swept_on, 16, any ? column_text(query, 0) : "");
    *cursor = step == 1 ? column_integer(query, 1) : 0;
    statement_reset(query);
    return true;
}

bool sweep_write(struct store *store, int64_t campaign_id, const char *swept_on,
                 int64_t cursor, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE campaign SET swept_on = coalesce(?, swept_on),"
                         " sweep_cursor = ? WHERE id = ?");
    bind_text(update, 1, swept_on);
    bind_integer(update, 2, cursor);
    bind_integer(update, 3, campaign_id);
    return statement_run(update, err);
}

/* Places ------------------------------------------------------------------- */

#define PLACE_PATIENT                                                       \
    PATIENT_ZONE                                                            \
    ", p.zone, p.preferred_channel, p.state, p.contact_from, p.contact_to," \
    " p.guardian_id, " PATIENT_BORN_BY ", " PATIENT_POST

static struct statement *place_query(struct store *store, enum anchor_kind kind)
{
    switch (kind) {
    case ANCHOR_APPOINTMENT:
        return statement(store,
                         "SELECT a.zone, a.telehealth, c.open_from, c.open_to,"
                         " a.clinic_id, " PLACE_PATIENT " FROM appointment a"
                         " JOIN patient p ON p.id = a.patient_id"
                         " LEFT JOIN clinic c ON c.id = a.clinic_id"
                         " WHERE a.id = ?");
    case ANCHOR_FILL:
        return statement(store,
                         "SELECT c.zone, 0, c.open_from, c.open_to, c.id,"
                         " " PLACE_PATIENT " FROM fill a"
                         " JOIN patient p ON p.id = a.patient_id"
                         " LEFT JOIN clinic c ON c.id ="
                         " coalesce(a.pickup_id, p.clinic_id) WHERE a.id = ?");
    case ANCHOR_DISCHARGE:
        return statement(
            store, "SELECT a.zone, 0, c.open_from, c.open_to, a.clinic_id,"
                   " " PLACE_PATIENT " FROM discharge a"
                   " JOIN patient p ON p.id = a.patient_id"
                   " LEFT JOIN clinic c ON c.id = a.clinic_id"
                   " WHERE a.id = ?");
    case ANCHOR_PATIENT:
        return statement(
            store, "SELECT coalesce(p.zone, c.zone), 0, c.open_from,"
                   " c.open_to, p.clinic_id, " PLACE_PATIENT
                   " FROM patient p LEFT JOIN clinic c ON c.id = p.clinic_id"
                   " WHERE p.id = ?");
    case ANCHOR_RESULT:
        return statement(
            store, "SELECT coalesce(p.zone, c.zone), 0, c.open_from,"
                   " c.open_to, p.clinic_id, " PLACE_PATIENT
                   " FROM screening a JOIN patient p ON p.id = a.patient_id"
                   " LEFT JOIN clinic c ON c.id = p.clinic_id"
                   " WHERE a.id = ?");
    }
    PANIC("no such kind of anchor: %d", (int)kind);
}

bool anchor_place_read(struct store *store, enum anchor_kind kind,
                       int64_t anchor_id, struct anchor_place *out,
                       struct error *err)
{
    struct statement *query = place_query(store, kind);
    bind_integer(query, 1, anchor_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct anchor_place){.preferred = -1,
                                 .open_from = -1,
                                 .open_to = -1,
                                 .contact_from = -1,
                                 .contact_to = -1};
    out->found = step == 1;
    if (!out->found)
        return true;
    text_copy(out->zone, sizeof(out->zone), column_text(query, 0));
    out->telehealth = column_integer(query, 1) != 0;
    out->open_from = column_minutes(query, 2);
    out->open_to = column_minutes(query, 3);
    out->clinic_id = column_integer(query, 4);
    text_copy(out->patient_zone, sizeof(out->patient_zone),
              column_text(query, 5));
    text_copy(out->address_zone, sizeof(out->address_zone),
              column_text(query, 6));
    enum channel preferred;
    if (channel_parse(column_text(query, 7), &preferred))
        out->preferred = (int)preferred;
    text_copy(out->state, sizeof(out->state), column_text(query, 8));
    out->contact_from = column_minutes(query, 9);
    out->contact_to = column_minutes(query, 10);
    out->guardian_id = column_integer(query, 11);
    text_copy(out->born_by, sizeof(out->born_by), column_text(query, 12));
    text_copy(out->post, sizeof(out->post), column_text(query, 13));
    statement_reset(query);
    return true;
}

bool patient_answered(struct store *store, int64_t patient_id,
                      enum anchor_kind kind, int64_t anchor_id,
                      int64_t occurrence, instant since, bool *answered,
                      struct error *err)
{
    struct statement *query = statement(
        store, "SELECT EXISTS (SELECT 1 FROM response WHERE anchor_kind = ?2"
               " AND anchor_id = ?3 AND occurrence = ?4 AND at >= ?5)"
               " OR EXISTS (SELECT 1 FROM reply WHERE received_at >= ?5"
               " AND address IN (SELECT value FROM contact_point WHERE"
               " patient_id = ?1 UNION ALL SELECT address FROM attempt WHERE"
               " patient_id = ?1 AND submitted_at >= ?5 UNION ALL SELECT"
               " t.address FROM attempt_also s JOIN attempt t ON t.id ="
               " s.attempt_id WHERE s.patient_id = ?1 AND"
               " t.submitted_at >= ?5))");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, kind);
    bind_integer(query, 3, anchor_id);
    bind_integer(query, 4, occurrence);
    bind_integer(query, 5, since);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *answered = step == 1 && column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

/* Overdue ------------------------------------------------------------------ */

/* Until when the newest test of one kind satisfies. */
static bool satisfied_until(struct store *store, int64_t patient_id,
                            const struct measure_satisfier *satisfier,
                            bool *any, struct civil_date *latest,
                            struct error *err)
{
    struct statement *query = statement(
        store, "SELECT done_on, next_due_on FROM screening"
               " WHERE patient_id = ? AND kind = ? AND gone_at IS NULL"
               " ORDER BY done_on DESC LIMIT 1");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, satisfier->kind);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    struct civil_date due;
    bool known = false;
    if (step == 1) {
        /* A recorded date wins over the interval. */
        known = column_text(query, 1) &&
                civil_parse_date(column_text(query, 1), &due);
        if (!known && civil_parse_date(column_text(query, 0), &due)) {
            due = civil_add_months(due, satisfier->months);
            known = true;
        }
    }
    statement_reset(query);
    if (known && (!*any || civil_compare(due, *latest) > 0)) {
        *latest = due;
        *any = true;
    }
    return true;
}

bool overdue_since(struct store *store, const struct measure *measure,
                   int64_t patient_id, bool *found, struct civil_date *out,
                   struct error *err)
{
    *found = false;
    for (size_t i = 0; i < measure->satisfier_count; i++) {
        if (!satisfied_until(store, patient_id, &measure->satisfiers[i], found,
                             out, err))
            return false;
    }
    if (*found)
        return true;
    struct statement *query =
        statement(store, "SELECT birth_on FROM patient WHERE id = ?");
    bind_integer(query, 1, patient_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 1 && column_text(query, 0) &&
        civil_parse_date(column_text(query, 0), out)) {
        *out = civil_add_months(*out, measure->first_due_months);
        *found = true;
    }
    statement_reset(query);
    return true;
}
