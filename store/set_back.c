/* SPDX-License-Identifier: Apache-2.0 */
/* The traces of a clock that was ahead. Decides nothing of what is sent: rows
 * become planned again by the ledger's law, and the gate is asked anew. */
#include "store/set_back.h"

#include <stddef.h>

#include "store/outreach.h"
#include "store/outreach_row.h"
#include "store/statement.h"
#include "store/store.h"

_Static_assert(STATE_SUPPRESSED == 5 && STATE_EXPIRED == 6, "as below");

/* What has no `until` is of use for a day (scheduler/plan_step.c). */
#define USEFUL "coalesce(o.until_at, o.planned_at + 86400000) > ?1"
/* An opt-out is no matter of time. */
#define ENDED                                                                  \
    " FROM outreach o WHERE (o.state = 6 OR (o.state = 5 AND o.reason IS NOT"  \
    " 'opt-out')) AND o.attempts = 0 AND o.id IN (SELECT CAST(substr("         \
    "subject, 10) AS INTEGER) FROM audit WHERE at > ?1 AND action = 'verdict'" \
    " AND subject LIKE 'outreach %' AND (detail LIKE 'expired:%' OR detail"    \
    " LIKE 'suppressed:%'))"

bool set_back_rows(struct store *store, instant now, struct outreach_list *out,
                   int64_t *lost, struct error *err)
{
    struct statement *count =
        statement(store, "SELECT count(*)" ENDED " AND NOT " USEFUL);
    bind_integer(count, 1, now);
    if (statement_step(count, err) < 0)
        return false;
    *lost = column_integer(count, 0);
    statement_reset(count);
    struct statement *query = statement(store, "SELECT " OUTREACH_COLUMNS ENDED
                                               " AND " USEFUL " ORDER BY o.id");
    bind_integer(query, 1, now);
    return outreach_list_read(query, out, err);
}

/* ?1: now, ?2: what the clock said, ?3: by how much it was ahead. */
#define EARLIER(column) \
    column " = iif(" column " > ?1, min(" column " - ?3, ?1), " column ")"

static const struct {
    int parameters;
    const char *sql;
} changes[] = {
    {1, "INSERT INTO dirty(kind, id) SELECT anchor_kind, anchor_id FROM entry"
        " WHERE entered_at > ?1 OR closed_at > ?1 ON CONFLICT DO NOTHING"},
    {0, "DELETE FROM watermark"},
    /* The gate asks again, and holds again what must wait. */
    {2, "UPDATE outreach SET due_at = max(planned_at, ?1) WHERE state = 0"
        " AND due_at > ?1 AND due_at > planned_at AND (attempts = 0 OR"
        " due_at > ?2)"},
    {3, "UPDATE outreach SET due_at = due_at - ?3, lease_until = lease_until"
        " - ?3 WHERE state IN (1, 2, 9) AND due_at > ?2 AND ?1 < ?2"},
    {3, "UPDATE outreach SET " EARLIER("answers_at") " WHERE answers_at > ?1"},
    {3, "UPDATE attempt SET " EARLIER("submitted_at") ", " EARLIER(
            "ended_at") " WHERE submitted_at > ?1 OR ended_at > ?1"},
    {3, "UPDATE reply SET " EARLIER("received_at") " WHERE received_at > ?1"},
    {3, "UPDATE response SET " EARLIER("at") " WHERE at > ?1"},
    {3, "UPDATE entry SET " EARLIER("entered_at") ", " EARLIER(
            "closed_at") " WHERE entered_at > ?1 OR closed_at > ?1"},
    {3, "UPDATE suppression SET " EARLIER("since_at") ", " EARLIER(
            "lifted_at") " WHERE since_at > ?1 OR lifted_at > ?1"},
    /* One that a source dated ahead comes into force a little sooner. */
    {3, "UPDATE restriction SET " EARLIER("since_at") " WHERE since_at > ?1"
                                                      " AND since_at <= ?2"},
    {3, "UPDATE contact_point SET " EARLIER("verified_at") ", " EARLIER(
            "bad_at") " WHERE verified_at > ?1 OR bad_at > ?1"},
    {3, "UPDATE feed SET " EARLIER("last_at") " WHERE last_at > ?1"},
    {3, "UPDATE parked SET " EARLIER("parked_at") " WHERE parked_at > ?1"},
    {3, "UPDATE outlet SET " EARLIER("due_at") ", " EARLIER(
            "failing_since") " WHERE due_at > ?1 OR failing_since > ?1"},
    {3,
     "UPDATE task SET due_at = due_at - ?3, " EARLIER(
         "opened_at") " WHERE opened_at > ?1 AND state IN ('open', 'taken')"},
};

bool set_back_times(struct store *store, instant now, instant ahead_to,
                    struct error *err)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const instant values[] = {now, ahead_to, ahead_to - now};
        struct statement *change = statement(store, changes[i].sql);
        for (int p = 0; p < changes[i].parameters; p++)
            bind_integer(change, p + 1, values[p]);
        if (!statement_run(change, err))
            return false;
    }
    return true;
}
