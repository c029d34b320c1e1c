/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stay.h"

#include "store/statement.h"

/* ?1 the patient, ?2 and ?3 the stay. */
static struct statement *query_of(struct store *store, const char *literal,
                                  int64_t patient_id, const struct stay *stay)
{
    struct statement *query = statement(store, literal);
    bind_integer(query, 1, patient_id);
    bind_text_static(query, 2, stay->number);
    bind_text_static(query, 3, stay->owner);
    return query;
}

bool stay_is_other(struct store *store, int64_t patient_id,
                   const struct stay *stay, bool *other, struct error *err)
{
    struct statement *query =
        query_of(store,
                 "SELECT 1 FROM patient WHERE id = ?1 AND inpatient AND stay "
                 "!= ?2 AND stay_owner IS ?3",
                 patient_id, stay);
    int step = statement_step(query, err);
    *other = step == 1;
    statement_reset(query);
    return step >= 0;
}

bool stay_put(struct store *store, int64_t patient_id, const struct stay *stay,
              struct error *err)
{
    return statement_run(
        query_of(store,
                 "UPDATE patient SET stay = ?2, stay_owner = ?3 WHERE id = ?1 "
                 "AND inpatient AND (stay, stay_owner) IS NOT (?2, ?3)",
                 patient_id, stay),
        err);
}
