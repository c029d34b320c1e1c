/* SPDX-License-Identifier: Apache-2.0 */
#include "store/apart.h"

#include "store/statement.h"

bool apart_say(struct store *store, int64_t one, int64_t other, instant at,
               struct error *err)
{
    struct statement *say = statement(
        store, "INSERT INTO apart(patient_id, other_id, at) VALUES (?1, ?2, "
               "?3), (?2, ?1, ?3) ON CONFLICT DO UPDATE SET at = excluded.at "
               "WHERE excluded.at > at");
    bind_integer(say, 1, one);
    bind_integer(say, 2, other);
    bind_integer(say, 3, at);
    return statement_run(say, err);
}

bool apart_alone(struct store *store, int64_t patient_id, const char *source,
                 instant at, struct error *err)
{
    struct statement *say = statement(
        store, "INSERT INTO alone(patient_id, source, at) VALUES (?1, ?2, ?3) "
               "ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > "
               "at");
    bind_integer(say, 1, patient_id);
    bind_text_static(say, 2, source);
    bind_integer(say, 3, at);
    return statement_run(say, err);
}

bool apart_since(struct store *store, const struct apart_two *two,
                 const char *source, instant at, bool *apart, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT 1 FROM merged WHERE gone_id = ?1 AND parted_at > ?6 "
               "UNION ALL SELECT 1 FROM apart WHERE patient_id IN (?1, ?2) AND "
               "other_id IN (?3, ?4) AND at > ?6 UNION ALL SELECT 1 FROM alone "
               "WHERE patient_id = ?2 AND source = ?5 AND at > ?6");
    bind_integer(query, 1, two->gone);
    bind_integer(query, 2, two->gone_by);
    bind_integer(query, 3, two->stays);
    bind_integer(query, 4, two->stays_by);
    bind_text_static(query, 5, source);
    bind_integer(query, 6, at);
    int step = statement_step(query, err);
    *apart = step == 1;
    statement_reset(query);
    return step >= 0;
}
