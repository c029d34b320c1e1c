/* SPDX-License-Identifier: Apache-2.0 */
/* Questions that a number has not answered yet. */
#include "store/asked.h"

#include "base/outcome.h"
#include "store/ledger.h"
#include "store/outreach.h"
#include "store/statement.h"

/* What never reached the patient asks nothing. Not what counts in their caps
 * (attempt.counts): a question that answers them does not, and asks. */
static bool may_be_read(enum outcome outcome)
{
    return outcome == OUTCOME_NONE ||
           outcome_properties(outcome)->counts_against_patient;
}

bool asked_at(struct store *store, const char *address, int64_t outreach_id,
              instant since, instant *at, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT t.submitted_at, t.outcome FROM attempt t INDEXED BY"
               " attempt_asks WHERE t.asks = 1 AND t.address"
               " = ?1 AND t.submitted_at > ?2 AND t.outreach_id != ?3 AND NOT"
               " EXISTS (SELECT 1 FROM reply r WHERE r.address = ?1 AND"
               " r.received_at >= t.submitted_at) ORDER BY t.submitted_at"
               " DESC");
    bind_text_static(query, 1, address);
    bind_integer(query, 2, since);
    bind_integer(query, 3, outreach_id);
    int more;
    *at = INSTANT_NEVER;
    while ((more = statement_step(query, err)) == 1) {
        if (!may_be_read((enum outcome)column_integer(query, 1)))
            continue;
        *at = column_instant(query, 0);
        break;
    }
    statement_reset(query);
    return more >= 0;
}

static bool waiting_next(struct store *store, const char *address,
                         const char *words, instant now, int64_t after,
                         int64_t *id, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT min(o.id) FROM (SELECT patient_id AS id FROM"
               " contact_point WHERE value = ?1 UNION SELECT d.id FROM"
               " contact_point c JOIN patient d ON d.guardian_id ="
               " c.patient_id WHERE c.value = ?1) p CROSS JOIN outreach o"
               " INDEXED BY outreach_planned ON o.patient_id = p.id AND"
               " o.state = 0 WHERE o.id > ?2 AND o.due_at > ?3 AND"
               " instr(o.reason, ?4)");
    bind_text_static(query, 4, words);
    bind_text_static(query, 1, address);
    bind_integer(query, 2, after);
    bind_integer(query, 3, now);
    if (statement_step(query, err) != 1)
        return false;
    *id = column_integer(query, 0);
    statement_reset(query);
    return true;
}

bool asked_answered(struct store *store, const char *address, const char *words,
                    instant now, struct error *err)
{
    int64_t id = 0;
    for (;;) {
        struct outreach row;
        bool found;
        if (!waiting_next(store, address, words, now, id, &id, err))
            return false;
        if (id == 0)
            return true;
        if (!outreach_read(store, id, &found, &row, err))
            return false;
        struct ledger_change change = ledger_from(&row);
        change.due_at = now;
        change.reason = "the number has written";
        if (!ledger_change(store, &row, &change, err))
            return false;
    }
}
