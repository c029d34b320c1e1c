/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the ledger: making them once (the unique key decides), reading
 * them by value, and the questions "what is due" and "what waits", each
 * answered by a partial index so that history costs nothing. Changes no
 * state: that is store/ledger's business alone.
 */
#include "store/outreach.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/attempt.h"
#include "store/outreach_row.h"
#include "store/store.h"

#define SELECT "SELECT " OUTREACH_COLUMNS " FROM outreach o "

void outreach_from(struct statement *query, int at, struct outreach *out)
{
    *out = (struct outreach){
        .id = column_integer(query, at),
        .campaign_id = column_integer(query, at + 1),
        .patient_id = column_integer(query, at + 2),
        .anchor_id = column_integer(query, at + 3),
        .occurrence = column_integer(query, at + 4),
        .version_id = column_integer(query, at + 5),
        .anchor_kind = (enum anchor_kind)column_integer(query, at + 6),
        .state = (enum outreach_state)column_integer(query, at + 7),
        .due_at = column_instant(query, at + 9),
        .planned_at = column_integer(query, at + 10),
        .until_at = column_instant(query, at + 11),
        .channel = (int)column_integer(query, at + 12),
        .tried = (unsigned)column_integer(query, at + 13),
        .tries = (int)column_integer(query, at + 14),
        .attempts = (int)column_integer(query, at + 15),
        .looks = (int)column_integer(query, at + 16),
        .owner = column_integer(query, at + 17),
        .lease_until = column_instant(query, at + 18),
        .merged_into = column_integer(query, at + 19),
    };
    text_copy(out->step, sizeof(out->step), column_text(query, at + 8));
}

void outreach_list_free(struct outreach_list *list)
{
    free(list->items);
    *list = (struct outreach_list){0};
}

static struct outreach *list_add(struct outreach_list *list)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 8;
        list->items =
            memory_grow(list->items, list->room, sizeof(*list->items));
    }
    return &list->items[list->count++];
}

/* Reads to the end. */
bool outreach_list_read(struct statement *query, struct outreach_list *out,
                        struct error *err)
{
    out->count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        outreach_from(query, 0, list_add(out));
    return step == 0;
}

bool outreach_read(struct store *store, int64_t id, bool *found,
                   struct outreach *out, struct error *err)
{
    struct statement *query = statement(store, SELECT "WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found)
        outreach_from(query, 0, out);
    statement_reset(query);
    return true;
}

bool outreach_insert(struct store *store, struct outreach *row,
                     const char *reason, bool *made, struct error *err)
{
    if (row->state != STATE_PLANNED && row->state != STATE_EXPIRED)
        PANIC("an outreach cannot begin as %s", state_name(row->state));
    struct statement *insert = statement(
        store,
        "INSERT INTO outreach(campaign_id, step, patient_id, anchor_kind,"
        " anchor_id, occurrence, version_id, state, reason, due_at,"
        " planned_at, until_at, channel)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(campaign_id, step, patient_id, anchor_kind, anchor_id,"
        " occurrence) DO NOTHING");
    bind_integer(insert, 1, row->campaign_id);
    bind_text(insert, 2, row->step);
    bind_integer(insert, 3, row->patient_id);
    bind_integer(insert, 4, row->anchor_kind);
    bind_integer(insert, 5, row->anchor_id);
    bind_integer(insert, 6, row->occurrence);
    bind_integer(insert, 7, row->version_id);
    bind_integer(insert, 8, row->state);
    bind_text(insert, 9, reason);
    bind_instant(insert, 10, row->due_at);
    bind_integer(insert, 11, row->planned_at);
    bind_instant(insert, 12, row->until_at);
    bind_integer(insert, 13, row->channel);
    if (!statement_run(insert, err))
        return false;
    *made = store_changes(store) == 1;
    if (*made)
        row->id = store_last_id(store);
    return true;
}

bool outreach_answers(struct store *store, int64_t id, instant at,
                      const char *address, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE outreach SET answers_at = ?2, answers_to = ?3"
                         " WHERE id = ?1");
    bind_integer(update, 1, id);
    bind_instant(update, 2, at);
    bind_text(update, 3, address);
    return statement_run(update, err);
}

bool outreach_of_entry(struct store *store, int64_t campaign_id,
                       enum anchor_kind kind, int64_t anchor_id,
                       int64_t occurrence, struct outreach_list *out,
                       struct error *err)
{
    struct statement *query =
        statement(store, SELECT
                  "INDEXED BY outreach_anchor WHERE anchor_kind = ?"
                  " AND anchor_id = ? AND campaign_id = ? AND occurrence = ?"
                  " ORDER BY id");
    bind_integer(query, 1, kind);
    bind_integer(query, 2, anchor_id);
    bind_integer(query, 3, campaign_id);
    bind_integer(query, 4, occurrence);
    return outreach_list_read(query, out, err);
}

bool outreach_companions(struct store *store, const struct outreach *leader,
                         int64_t guardian_id, instant until, size_t limit,
                         struct outreach_list *out, struct error *err)
{
    /* the people are bounded too: an institution may be many a guardian */
    struct statement *query = statement(
        store, "SELECT " OUTREACH_COLUMNS
               " FROM (SELECT ?1 AS id UNION ALL SELECT id FROM patient"
               " INDEXED BY patient_guardian WHERE guardian_id IS NOT NULL"
               " AND guardian_id = ?2 AND id != ?1 LIMIT ?3) p"
               " CROSS JOIN outreach o INDEXED BY outreach_patient"
               " ON o.patient_id = p.id WHERE o.campaign_id = ?4"
               " AND o.step = ?5 AND o.state = 0 AND o.due_at <= ?6"
               " AND o.attempts = 0 AND o.channel != 15 AND o.id != ?7"
               " ORDER BY o.due_at, o.id LIMIT ?3");
    bind_integer(query, 1, leader->patient_id);
    bind_integer(query, 2, guardian_id);
    bind_integer(query, 3, (int64_t)limit);
    bind_integer(query, 4, leader->campaign_id);
    bind_text(query, 5, leader->step);
    bind_integer(query, 6, until);
    bind_integer(query, 7, leader->id);
    return outreach_list_read(query, out, err);
}

bool outreach_merged(struct store *store, int64_t leader,
                     struct outreach_list *out, struct error *err)
{
    struct statement *query = statement(
        store, SELECT "INDEXED BY outreach_merged WHERE merged_into = ?"
                      " AND state = 8 ORDER BY id");
    bind_integer(query, 1, leader);
    return outreach_list_read(query, out, err);
}

bool outreach_steps_since(struct store *store, const struct outreach *row,
                          const char *name, instant since, int64_t *count,
                          struct error *err)
{
    struct statement *query = statement(
        store, "SELECT count(*) FROM outreach WHERE campaign_id = ?1 AND"
               " anchor_kind = ?2 AND anchor_id = ?3 AND occurrence = ?4 AND"
               " planned_at > ?5 AND substr(step, 1, length(?6) + 1) = ?6 ||"
               " '#'");
    bind_integer(query, 1, row->campaign_id);
    bind_integer(query, 2, row->anchor_kind);
    bind_integer(query, 3, row->anchor_id);
    bind_integer(query, 4, row->occurrence);
    bind_integer(query, 5, since);
    bind_text_static(query, 6, name);
    if (statement_step(query, err) != 1)
        return false;
    *count = column_integer(query, 0);
    statement_reset(query);
    return true;
}

bool outreach_release(struct store *store, int64_t leader, instant at,
                      struct error *err)
{
    struct outreach_list list = {0};
    bool told = false;
    bool done =
        outreach_merged(store, leader, &list, err) &&
        (list.count == 0 || attempt_any_accepted(store, leader, &told, err));
    for (size_t i = 0; done && !told && i < list.count; i++) {
        struct ledger_change change =
            ledger_apart(&list.items[i], at, "who was to speak for it ended");
        done = ledger_change(store, &list.items[i], &change, err);
    }
    outreach_list_free(&list);
    return done;
}

bool outreach_reason_is(struct store *store, int64_t id, const char *reason,
                        bool *same, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT 1 FROM outreach WHERE id = ? AND reason IS ?");
    bind_integer(query, 1, id);
    bind_text(query, 2, reason);
    int step = statement_step(query, err);
    *same = step == 1;
    statement_reset(query);
    return step >= 0;
}

static bool text_of(struct statement *query, int64_t id,
                    char out[OUTREACH_REASON_MAX], struct error *err)
{
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    text_copy(out, OUTREACH_REASON_MAX,
              step == 1 ? column_text(query, 0) : NULL);
    statement_reset(query);
    return true;
}

bool outreach_reason(struct store *store, int64_t id,
                     char out[OUTREACH_REASON_MAX], struct error *err)
{
    return text_of(statement(store, "SELECT reason FROM outreach WHERE id = ?"),
                   id, out, err);
}

bool outreach_rungs(struct store *store, int64_t id,
                    char out[OUTREACH_REASON_MAX], struct error *err)
{
    return text_of(statement(store, "SELECT rungs FROM outreach WHERE id = ?"),
                   id, out, err);
}

bool outreach_retime(struct store *store, struct outreach *row,
                     instant planned_at, instant due_at, instant until_at,
                     int64_t version_id, struct error *err)
{
    if (row->state != STATE_PLANNED)
        PANIC("outreach %lld is %s: only planned rows move", (long long)row->id,
              state_name(row->state));
    struct statement *update = statement(
        store, "UPDATE outreach SET planned_at = ?, due_at = ?, until_at = ?,"
               " version_id = ? WHERE id = ? AND state = 0");
    bind_integer(update, 1, planned_at);
    bind_instant(update, 2, due_at);
    bind_instant(update, 3, until_at);
    bind_integer(update, 4, version_id);
    bind_integer(update, 5, row->id);
    if (!statement_run(update, err))
        return false;
    row->planned_at = planned_at;
    row->due_at = due_at;
    row->until_at = until_at;
    row->version_id = version_id;
    return true;
}

bool outreach_planned(struct store *store, int channel, int64_t campaign_id,
                      size_t limit, struct outreach_list *out,
                      struct error *err)
{
    struct statement *query = statement(
        store,
        SELECT "INDEXED BY outreach_due WHERE state = 0"
               " AND channel = ? AND campaign_id = ? ORDER BY due_at LIMIT ?");
    bind_integer(query, 1, channel);
    bind_integer(query, 2, campaign_id);
    bind_integer(query, 3, (int64_t)limit);
    return outreach_list_read(query, out, err);
}

bool outreach_stuck(struct store *store, int channel, int64_t campaign_id,
                    const char *step, instant now, unsigned others,
                    size_t limit, struct outreach_list *out, struct error *err)
{
    struct statement *query = statement(
        store, SELECT "INDEXED BY outreach_due WHERE state = 0 AND channel = ?1"
                      " AND campaign_id = ?2 AND due_at <= ?3 AND step = ?4"
                      " AND ?5 & ~tried != 0 ORDER BY due_at LIMIT ?6");
    bind_integer(query, 1, channel);
    bind_integer(query, 2, campaign_id);
    bind_integer(query, 3, now);
    bind_text(query, 4, step);
    bind_integer(query, 5, others);
    bind_integer(query, 6, (int64_t)limit);
    return outreach_list_read(query, out, err);
}

bool outreach_planned_of(struct store *store, int64_t patient_id,
                         struct outreach_list *out, struct error *err)
{
    struct statement *query = statement(
        store, SELECT "INDEXED BY outreach_planned CROSS JOIN campaign c ON"
                      " c.id = o.campaign_id WHERE o.state = 0 AND"
                      " o.patient_id = ? ORDER BY o.due_at, c.priority, o.id");
    bind_integer(query, 1, patient_id);
    return outreach_list_read(query, out, err);
}

bool outreach_waiting_of(struct store *store, int64_t patient_id,
                         struct outreach_list *out, struct error *err)
{
    struct statement *query = statement(
        store, SELECT "INDEXED BY outreach_patient WHERE patient_id = ?"
                      " AND state IN (1, 2, 9) AND due_at IS NOT NULL"
                      " ORDER BY due_at, id");
    bind_integer(query, 1, patient_id);
    return outreach_list_read(query, out, err);
}

bool outreach_waiting(struct store *store, enum outreach_state state,
                      instant now, size_t limit, struct outreach_list *out,
                      struct error *err)
{
    struct statement *query = statement(
        store, SELECT
        "INDEXED BY outreach_waiting WHERE state = ?1"
        " AND (state = 1 OR state = 2 OR state = 9) AND due_at IS NOT NULL"
        " AND due_at <= ?2 ORDER BY due_at LIMIT ?3");
    bind_integer(query, 1, state);
    bind_integer(query, 2, now);
    bind_integer(query, 3, (int64_t)limit);
    return outreach_list_read(query, out, err);
}

bool outreach_orphans(struct store *store, int64_t owner, size_t limit,
                      struct outreach_list *out, struct error *err)
{
    struct statement *query =
        statement(store, SELECT "INDEXED BY outreach_waiting WHERE state = 1"
                                " AND (state = 1 OR state = 2 OR state = 9)"
                                " AND due_at IS NOT NULL AND owner IS NOT ?1"
                                " ORDER BY due_at LIMIT ?2");
    bind_integer(query, 1, owner);
    bind_integer(query, 2, (int64_t)limit);
    return outreach_list_read(query, out, err);
}

bool outreach_calls(struct store *store, size_t limit,
                    struct outreach_list *out, struct error *err)
{
    struct statement *query =
        statement(store, SELECT "INDEXED BY outreach_waiting WHERE state = 2"
                                " AND (state = 1 OR state = 2 OR state = 9)"
                                " AND due_at IS NOT NULL AND channel = ?1 AND"
                                " (SELECT ended_at IS NULL FROM attempt"
                                "  WHERE outreach_id = o.id"
                                "  ORDER BY id DESC LIMIT 1)"
                                " ORDER BY due_at LIMIT ?2");
    bind_integer(query, 1, CHANNEL_VOICE);
    bind_integer(query, 2, (int64_t)limit);
    return outreach_list_read(query, out, err);
}

bool outreach_resume(struct store *store, int64_t campaign_id, instant now,
                     struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE outreach SET due_at = ?1 WHERE state = 0 AND"
                         " due_at > ?1 AND reason = '" OUTREACH_PAUSED "' AND"
                         " (?2 = 0 OR campaign_id = ?2)");
    bind_integer(update, 1, now);
    bind_integer(update, 2, campaign_id);
    return statement_run(update, err);
}

bool outreach_fed(struct store *store, instant now, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE outreach SET due_at = ?1 WHERE state = 0 AND"
                         " due_at > ?1 AND reason LIKE '%feed: %'");
    bind_integer(update, 1, now);
    return statement_run(update, err);
}

bool outreach_next_waiting(struct store *store, instant *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT due_at FROM outreach INDEXED BY outreach_waiting"
               " WHERE state = ?1 AND (state = 1 OR state = 2 OR state = 9)"
               " AND due_at IS NOT NULL ORDER BY due_at LIMIT 1");
    static const enum outreach_state states[] = {STATE_ACCEPTED, STATE_UNKNOWN};
    instant first = INSTANT_NEVER;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        bind_integer(query, 1, states[i]);
        int step = statement_step(query, err);
        if (step < 0)
            return false;
        if (step == 1 && column_integer(query, 0) < first)
            first = column_integer(query, 0);
        statement_reset(query);
    }
    *out = first;
    return true;
}

bool outreach_next_due(struct store *store, int channel, int64_t after,
                       bool *found, int64_t *campaign_id, instant *due_at,
                       struct error *err)
{
    struct statement *query = statement(
        store, "SELECT campaign_id, due_at FROM outreach"
               " INDEXED BY outreach_due WHERE state = 0 AND channel = ?"
               " AND campaign_id > ? ORDER BY campaign_id, due_at LIMIT 1");
    bind_integer(query, 1, channel);
    bind_integer(query, 2, after);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *found = step == 1;
    if (*found) {
        *campaign_id = column_integer(query, 0);
        *due_at = column_instant(query, 1);
    }
    statement_reset(query);
    return true;
}

bool outreach_served(struct store *store, instant now, struct error *err)
{
    struct statement *update =
        statement(store, "UPDATE outreach SET due_at = ?1 WHERE state = 0 AND"
                         " due_at > ?1 AND reason = '" OUTREACH_UNSERVED "'");
    bind_integer(update, 1, now);
    return statement_run(update, err);
}
