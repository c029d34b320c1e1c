/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts and their events. An attempt row is written before anything leaves
 * and only ever learns more; what a provider said is kept word for word as an
 * event, and the outcome beside it is our reading. Decides nothing.
 */
#include "store/attempt.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/outreach_row.h"
#include "store/store.h"

bool attempt_insert(struct store *store, const struct attempt_new *attempt,
                    int64_t *id, struct error *err)
{
    struct statement *insert = statement(
        store, "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
               " address, submitted_at, cost, language, body, request, watch,"
               " segments, id, due_at, via_guardian, asks)"
               " VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?,"
               " nullif(?, 0), nullif(?, 0), ?, ?)");
    bind_integer(insert, 1, attempt->outreach_id);
    bind_integer(insert, 2, attempt->patient_id);
    bind_integer(insert, 3, attempt->channel);
    bind_text_static(insert, 4, attempt->driver);
    bind_text_static(insert, 5, attempt->address);
    bind_integer(insert, 6, attempt->submitted_at);
    bind_integer(insert, 7, attempt->cost);
    bind_text_static(insert, 8, attempt->language);
    bind_text_static(insert, 9, attempt->body);
    if (attempt->request)
        bind_blob(insert, 10, attempt->request,
                  (int64_t)strlen(attempt->request));
    else
        bind_null(insert, 10);
    bind_integer(insert, 11, attempt->watch);
    bind_integer(insert, 12, attempt->segments);
    bind_integer(insert, 13, attempt->id);
    bind_integer(insert, 14, attempt->due_at);
    bind_integer(insert, 15, attempt->via_guardian);
    bind_integer(insert, 16, attempt->asks);
    if (!statement_run(insert, err))
        return false;
    *id = store_last_id(store);
    return true;
}

static void row_read(struct statement *query, struct attempt *out)
{
    *out = (struct attempt){
        .id = column_integer(query, 0),
        .outreach_id = column_integer(query, 1),
        .patient_id = column_integer(query, 2),
        .channel = (enum channel)column_integer(query, 3),
        .submitted_at = column_integer(query, 6),
        .ended_at = column_instant(query, 7),
        .outcome = (enum outcome)column_integer(query, 8),
        .rank = (int)column_integer(query, 9),
        .counts = column_integer(query, 10) != 0,
        .newest = column_integer(query, 11) != 0,
    };
    text_copy(out->driver, sizeof(out->driver), column_text(query, 4));
    text_copy(out->address, sizeof(out->address), column_text(query, 5));
}

#define COLUMNS                                                          \
    "a.id, a.outreach_id, a.patient_id, a.channel, a.driver, a.address," \
    " a.submitted_at, a.ended_at, a.outcome, a.rank, a.counts, "

bool attempt_read(struct store *store, int64_t id, bool *found,
                  struct attempt *out, struct outreach *outreach,
                  struct error *err)
{
    struct statement *query = statement(
        store, "SELECT " COLUMNS "NOT EXISTS (SELECT 1 FROM attempt b WHERE"
               " b.outreach_id = a.outreach_id AND b.id > a.id),"
               " " OUTREACH_COLUMNS
               " FROM attempt a JOIN outreach o ON o.id = a.outreach_id"
               " WHERE a.id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found) {
        row_read(query, out);
        outreach_from(query, 12, outreach);
    }
    statement_reset(query);
    return true;
}

bool attempt_newest(struct store *store, int64_t outreach_id, bool *found,
                    struct attempt *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT " COLUMNS "1 FROM attempt a WHERE"
                         " a.outreach_id = ? ORDER BY a.id DESC LIMIT 1");
    bind_integer(query, 1, outreach_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found)
        row_read(query, out);
    statement_reset(query);
    return true;
}

bool attempt_also(struct store *store, int64_t id, int64_t patient_id,
                  struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO attempt_also(patient_id, attempt_id)"
                         " VALUES (?, ?) ON CONFLICT DO NOTHING");
    bind_integer(insert, 1, patient_id);
    bind_integer(insert, 2, id);
    return statement_run(insert, err);
}

bool attempt_any_accepted(struct store *store, int64_t outreach_id, bool *any,
                          struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT 1 FROM attempt WHERE outreach_id = ? AND outcome = ? LIMIT 1");
    bind_integer(query, 1, outreach_id);
    bind_integer(query, 2, OUTCOME_ACCEPTED);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *any = step == 1;
    statement_reset(query);
    return true;
}

bool attempt_run(struct store *store, int64_t outreach_id, enum channel channel,
                 unsigned outcomes, int *count, instant *since,
                 struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT count(*), min(submitted_at) FROM attempt WHERE outreach_id = ?1"
        " AND id > coalesce((SELECT max(id) FROM attempt WHERE"
        " outreach_id = ?1 AND (channel != ?2"
        " OR (?3 >> outcome & 1) = 0)), 0)");
    bind_integer(query, 1, outreach_id);
    bind_integer(query, 2, channel);
    bind_integer(query, 3, outcomes);
    if (statement_step(query, err) != 1)
        return false;
    *count = (int)column_integer(query, 0);
    *since = column_instant(query, 1);
    statement_reset(query);
    return true;
}

bool attempt_by_provider_id(struct store *store, const char *driver,
                            const char *provider_id, int64_t *id,
                            struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id FROM attempt WHERE provider_id = ? AND watch = 1"
               " ORDER BY driver = ? DESC, id DESC LIMIT 1");
    bind_text(query, 1, provider_id);
    bind_text(query, 2, driver);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *id = step == 1 ? column_integer(query, 0) : 0;
    statement_reset(query);
    return true;
}

bool attempt_beside(struct store *store, const struct outreach *row,
                    int64_t most_ms, instant now, instant *opens,
                    struct error *err)
{
    struct statement *query = statement(
        store, "SELECT max(t.submitted_at + min(?1, abs(s.planned_at - ?2) /"
               " 2)) FROM outreach s INDEXED BY outreach_anchor CROSS JOIN"
               " attempt t INDEXED BY attempt_outreach ON t.outreach_id = s.id"
               " AND t.channel = ?3 AND t.submitted_at > ?4 WHERE"
               " s.anchor_kind = ?5 AND s.anchor_id = ?6 AND s.campaign_id ="
               " ?7 AND s.occurrence = ?8 AND s.patient_id = ?9 AND s.id !="
               " ?10 AND s.state IN (1, 2, 3, 9) AND s.answers_at IS NULL");
    bind_integer(query, 1, most_ms);
    bind_integer(query, 2, row->planned_at);
    bind_integer(query, 3, row->channel);
    bind_integer(query, 4, now - most_ms);
    bind_integer(query, 5, row->anchor_kind);
    bind_integer(query, 6, row->anchor_id);
    bind_integer(query, 7, row->campaign_id);
    bind_integer(query, 8, row->occurrence);
    bind_integer(query, 9, row->patient_id);
    bind_integer(query, 10, row->id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    bool any = step == 1 && !column_is_null(query, 0);
    *opens = any ? column_instant(query, 0) : 0;
    statement_reset(query);
    return true;
}

bool attempt_texts(struct store *store, int64_t id, char **body, char **request,
                   struct error *err)
{
    struct statement *query =
        statement(store, "SELECT body, request FROM attempt WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    int len = 0;
    const void *kept = step == 1 ? column_blob(query, 1, &len) : NULL;
    *request = kept ? memory_text_n(kept, (size_t)len) : NULL;
    *body = step == 1 ? memory_text(column_text(query, 0)) : NULL;
    statement_reset(query);
    return true;
}

bool attempt_update(struct store *store, int64_t id,
                    const struct attempt_change *change, struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE attempt SET outcome = ?2, rank = ?3, ended_at = ?4,"
               " counts = ?5, provider_id = coalesce(?6, provider_id),"
               " code = coalesce(?7, code),"
               " segments = coalesce(nullif(?8, 0), segments) WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_integer(update, 2, change->outcome);
    bind_integer(update, 3, change->rank);
    bind_instant(update, 4, change->ended_at);
    bind_integer(update, 5, change->counts);
    bind_text_static(update, 6, change->provider_id);
    bind_text_static(update, 7, change->code);
    bind_integer(update, 8, change->segments);
    return statement_run(update, err);
}

bool attempt_event_add(struct store *store, int64_t attempt_id, instant at,
                       const char *status, const char *code, const char *detail,
                       struct error *err)
{
    struct statement *insert = statement(
        store, "INSERT INTO attempt_event(attempt_id, at, status, code,"
               " detail) VALUES (?, ?, ?, ?, ?)");
    bind_integer(insert, 1, attempt_id);
    bind_integer(insert, 2, at);
    bind_text_static(insert, 3, status ? status : "");
    bind_text_static(insert, 4, code);
    bind_text_static(insert, 5, detail);
    return statement_run(insert, err);
}

bool attempt_event_known(struct store *store, int64_t attempt_id,
                         const char *status, const char *code, bool *known,
                         struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM attempt_event WHERE attempt_id = ? AND status = ?"
               " AND code IS ? LIMIT 1");
    bind_integer(query, 1, attempt_id);
    bind_text(query, 2, status ? status : "");
    bind_text(query, 3, code);
    int step = statement_step(query, err);
    *known = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool attempt_given_up(struct store *store, int64_t attempt_id, bool *is,
                      struct error *err)
{
    struct statement *query = statement(
        store, "SELECT lower(status) = 'undelivered' FROM attempt_event WHERE"
               " attempt_id = ? AND lower(status) IN ('undelivered', 'failed',"
               " 'canceled') ORDER BY id LIMIT 1");
    bind_integer(query, 1, attempt_id);
    int step = statement_step(query, err);
    *is = step == 0 || (step == 1 && column_integer(query, 0));
    statement_reset(query);
    return step >= 0;
}

/* More than a sender delivers in the ten hours that providers keep a text. */
#define HANDED_LOOKED_AT 50000

/* A call that came to nothing was dialled all the same, once the provider had a
 * name for it. */
bool attempt_handed_over(struct store *store, const char *driver,
                         enum channel channel, instant since,
                         attempt_handed_fn *each, void *arg, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT submitted_at, coalesce(segments, 1) FROM attempt WHERE"
               " id > (SELECT coalesce(max(id), 0) FROM attempt) - ?1"
               " AND driver = ?2 AND channel = ?3 AND submitted_at > ?4 AND"
               " (counts = 1 OR channel = 2 AND provider_id IS NOT NULL)"
               " ORDER BY id");
    bind_integer(query, 1, HANDED_LOOKED_AT);
    bind_text(query, 2, driver);
    bind_integer(query, 3, channel);
    bind_integer(query, 4, since);
    int step;
    while ((step = statement_step(query, err)) == 1)
        each(arg, column_integer(query, 0), (int)column_integer(query, 1));
    return step == 0;
}

bool contact_point_mark_bad(struct store *store, const char *address,
                            int64_t attempt_id, instant at, const char *reason,
                            struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE contact_point SET bad_at = ?, bad_reason = ?,"
                         " bad_by = ? WHERE value = ? AND bad_at IS NULL");
    bind_integer(update, 1, at);
    bind_text(update, 2, reason);
    bind_integer(update, 3, attempt_id);
    bind_text(update, 4, address);
    return statement_run(update, err);
}

bool contact_point_mark_line(struct store *store, const char *address,
                             int64_t attempt_id, const char *line,
                             struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE contact_point SET line = CASE WHEN line IN"
               " ('landline', 'fax') THEN 'denied' ELSE ?3 END, bad_by ="
               " coalesce(bad_by, ?1) WHERE value = ?2 AND line IS"
               " NOT 'denied' AND line IS NOT ?3");
    bind_integer(update, 1, attempt_id);
    bind_text(update, 2, address);
    bind_text(update, 3, line);
    return statement_run(update, err);
}

bool contact_point_unmark(struct store *store, const char *address,
                          int64_t attempt_id, struct error *err)
{
    struct statement *update = statement(
        store, "UPDATE contact_point SET line = CASE WHEN bad_at IS NULL THEN"
               " NULL ELSE line END, bad_at = NULL, bad_reason = NULL,"
               " bad_by = NULL WHERE value = ? AND bad_by = ?");
    bind_text(update, 1, address);
    bind_integer(update, 2, attempt_id);
    return statement_run(update, err);
}

bool cursor_read(struct store *store, const char *name, char *out, size_t size,
                 struct error *err)
{
    struct statement *query =
        statement(store, "SELECT value FROM cursor WHERE name = ?");
    bind_text(query, 1, name);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    text_copy(out, size, step == 1 ? column_text(query, 0) : "");
    statement_reset(query);
    return true;
}

bool cursor_write(struct store *store, const char *name, const char *value,
                  struct error *err)
{
    struct statement *write = statement(
        store, "INSERT INTO cursor(name, value) VALUES (?, ?)"
               " ON CONFLICT(name) DO UPDATE SET value = excluded.value");
    bind_text(write, 1, name);
    bind_text(write, 2, value);
    return statement_run(write, err);
}
