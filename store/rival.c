/* SPDX-License-Identifier: Apache-2.0 */
/* Who else wants to reach a patient: one partial index, nothing of history. */
#include "store/rival.h"

#include "base/outcome.h"

#include "store/statement.h"
#include "store/store.h"

/* Channels 0 and 2 are texts and calls, which the caps count. */
_Static_assert(CHANNEL_SMS == 0 && CHANNEL_VOICE == 2,
               "rival_read names channels by number");

bool rival_read(struct store *store, int64_t patient_id,
                const struct outreach *row, int priority, instant now,
                instant since, instant until, size_t limit, struct rival *out,
                size_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT o.due_at, c.priority, o.id, c.id FROM outreach o"
               " INDEXED BY outreach_planned CROSS JOIN campaign c"
               " ON c.id = o.campaign_id WHERE o.state = 0"
               " AND o.patient_id = ?1 AND o.campaign_id != ?2"
               " AND o.channel IN (0, 2) AND o.due_at > ?3 AND o.due_at < ?4"
               " AND (o.until_at IS NULL OR o.until_at > ?5)"
               " AND c.state = 'running' AND (c.priority < ?6"
               " OR (c.priority = ?6 AND o.due_at <= ?5"
               " AND (o.planned_at, o.id) < (?7, ?8)))"
               " ORDER BY o.due_at LIMIT ?9");
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, row->campaign_id);
    bind_integer(query, 3, since);
    bind_integer(query, 4, until);
    bind_integer(query, 5, now);
    bind_integer(query, 6, priority);
    bind_integer(query, 7, row->planned_at);
    bind_integer(query, 8, row->id);
    bind_integer(query, 9, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] =
            (struct rival){.due_at = column_integer(query, 0),
                           .priority = (int)column_integer(query, 1),
                           .outreach_id = column_integer(query, 2),
                           .campaign_id = column_integer(query, 3)};
    return step == 0;
}
