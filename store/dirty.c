/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notes that triggers leave when something changed, and what hangs on a
 * patient who did. Evaluation follows these notes instead of the population.
 */
#include "store/dirty.h"

#include "store/statement.h"
#include "store/store.h"

bool dirty_take(struct store *store, struct dirty *out, size_t limit,
                size_t *count, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT kind, id FROM dirty ORDER BY kind, id LIMIT ?");
    bind_integer(query, 1, (int64_t)limit);
    *count = 0;
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] =
            (struct dirty){.kind = (enum anchor_kind)column_integer(query, 0),
                           .id = column_integer(query, 1)};
    return step == 0;
}

bool dirty_done(struct store *store, const struct dirty *dirty,
                struct error *err)
{
    struct statement *remove =
        statement(store, "DELETE FROM dirty WHERE kind = ? AND id = ?");
    bind_integer(remove, 1, dirty->kind);
    bind_integer(remove, 2, dirty->id);
    return statement_run(remove, err);
}

bool dirty_any(struct store *store, bool *any, struct error *err)
{
    struct statement *query = statement(store, "SELECT 1 FROM dirty LIMIT 1");
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *any = step == 1;
    statement_reset(query);
    return true;
}

static struct statement *anchors_query(struct store *store,
                                       enum anchor_kind kind)
{
    switch (kind) {
    case ANCHOR_APPOINTMENT:
        return statement(store,
                         "SELECT id FROM appointment"
                         " WHERE patient_id = ?1 AND start_at > ?2"
                         " UNION SELECT anchor_id FROM entry"
                         " WHERE patient_id = ?1 AND anchor_kind = 1"
                         " AND closed_at IS NULL ORDER BY 1 DESC LIMIT ?3");
    case ANCHOR_FILL:
        return statement(store,
                         "SELECT id FROM fill WHERE patient_id = ?1"
                         " AND max(runs_out_at, filled_at) > ?2"
                         " UNION SELECT anchor_id FROM entry"
                         " WHERE patient_id = ?1 AND anchor_kind = 2"
                         " AND closed_at IS NULL ORDER BY 1 DESC LIMIT ?3");
    case ANCHOR_DISCHARGE:
        return statement(store,
                         "SELECT id FROM discharge"
                         " WHERE patient_id = ?1 AND discharged_at > ?2"
                         " UNION SELECT anchor_id FROM entry"
                         " WHERE patient_id = ?1 AND anchor_kind = 3"
                         " AND closed_at IS NULL ORDER BY 1 DESC LIMIT ?3");
    case ANCHOR_RESULT:
        return statement(store,
                         "SELECT id FROM screening"
                         " WHERE patient_id = ?1 AND resulted_at > ?2"
                         " UNION SELECT anchor_id FROM entry"
                         " WHERE patient_id = ?1 AND anchor_kind = 5"
                         " AND closed_at IS NULL ORDER BY 1 DESC LIMIT ?3");
    case ANCHOR_PATIENT:
        break;
    }
    return NULL;
}

bool patient_anchors(struct store *store, int64_t patient_id,
                     enum anchor_kind kind, instant from, int64_t *out,
                     size_t limit, size_t *count, struct error *err)
{
    *count = 0;
    struct statement *query = anchors_query(store, kind);
    if (!query)
        return true;
    bind_integer(query, 1, patient_id);
    bind_integer(query, 2, from);
    bind_integer(query, 3, (int64_t)limit);
    int step;
    while ((step = statement_step(query, err)) == 1)
        out[(*count)++] = column_integer(query, 0);
    return step == 0;
}
