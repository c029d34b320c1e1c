/* SPDX-License-Identifier: Apache-2.0 */
/* Whether anything stands against a message at all. */
#include "store/consent.h"

#include "store/statement.h"

bool consent_is_silenced(struct store *store, int64_t patient_id,
                         const char *address, const char *channel,
                         bool *silenced, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT EXISTS (SELECT 1 FROM suppression WHERE lifted_at IS "
        "NULL AND iif(" CONSENT_NOT_THEIRS ", patient_id = ?1 AND address "
        "= ?2, patient_id = nullif(?1, 0) OR address = ?2) AND "
        "(channel IS NULL OR channel = ?3) AND purpose IS NULL)");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, address);
    bind_text(query, 3, channel);
    if (statement_step(query, err) != 1)
        return false;
    *silenced = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}
