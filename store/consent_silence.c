/* SPDX-License-Identifier: Apache-2.0 */
/* Whether anything stands against a message at all. */
#include "store/consent.h"

#include "store/statement.h"

#define OF_CHANNEL " AND (channel IS NULL OR channel = ?3) AND purpose IS NULL"

bool consent_is_silenced(struct store *store, int64_t patient_id,
                         const char *address, const char *channel,
                         bool *silenced, struct error *err)
{
    struct statement *query = statement(
        store,
        /* one by one: with OR between them no index is used */
        "SELECT EXISTS (SELECT 1 FROM suppression WHERE lifted_at IS NULL AND"
        " patient_id IS NOT NULL AND patient_id = ?1 AND "
        "NOT " CONSENT_NOT_THEIRS OF_CHANNEL
        ") OR EXISTS (SELECT 1 FROM suppression WHERE lifted_at IS"
        " NULL AND address IS NOT NULL AND address = ?2 AND "
        "(NOT " CONSENT_NOT_THEIRS " OR patient_id = ?1)" OF_CHANNEL ")");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, address);
    bind_text(query, 3, channel);
    if (statement_step(query, err) != 1)
        return false;
    *silenced = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}
