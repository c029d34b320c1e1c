/* SPDX-License-Identifier: Apache-2.0 */
/* What happened with one patient. Reads only, by the patient's own indexes. */
#include "store/past.h"

#include "store/statement.h"
#include "store/store.h"

bool past_entries(struct store *store, int64_t patient_id, const char *campaign,
                  past_entry_fn *fn, void *arg, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT * FROM (SELECT c.name, e.anchor_kind, e.anchor_id,"
        " e.entered_at, e.closed_at, e.arm = 'holdout', e.close_reason, e.id"
        " FROM entry e JOIN campaign c ON c.id = e.campaign_id"
        " WHERE e.patient_id = ?1 AND (?2 IS NULL OR c.name = ?2)"
        " ORDER BY e.entered_at DESC, e.id DESC LIMIT ?3)"
        " ORDER BY 4, 8");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, campaign);
    bind_integer(query, 3, PAST_SHOWN);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct past_entry row = {
            .campaign = column_text(query, 0),
            .anchor_kind = (enum anchor_kind)column_integer(query, 1),
            .anchor_id = column_integer(query, 2),
            .entered_at = column_integer(query, 3),
            .closed_at = column_instant(query, 4),
            .holdout = column_integer(query, 5) != 0,
            .close_reason = column_text(query, 6),
        };
        fn(arg, &row);
    }
    return step == 0;
}

bool past_attempts(struct store *store, int64_t patient_id,
                   const char *campaign, past_attempt_fn *fn, void *arg,
                   struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT * FROM (SELECT t.id, t.outreach_id, c.name, o.step, t.channel,"
        " t.driver, t.address, t.language, t.body, t.code, t.submitted_at,"
        " t.ended_at, t.outcome, t.patient_id != ?1 FROM (SELECT id FROM"
        " attempt WHERE patient_id = ?1 UNION SELECT attempt_id FROM"
        " attempt_also WHERE patient_id = ?1) mine JOIN attempt t ON"
        " t.id = mine.id JOIN outreach o ON o.id = t.outreach_id JOIN campaign"
        " c ON c.id = o.campaign_id WHERE ?2 IS NULL OR c.name = ?2"
        " ORDER BY t.submitted_at DESC, t.id DESC LIMIT ?3)"
        " ORDER BY 11, 1");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, campaign);
    bind_integer(query, 3, PAST_SHOWN);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct past_attempt row = {
            .id = column_integer(query, 0),
            .outreach_id = column_integer(query, 1),
            .campaign = column_text(query, 2),
            .step = column_text(query, 3),
            .channel = (enum channel)column_integer(query, 4),
            .provider = column_text(query, 5),
            .address = column_text(query, 6),
            .language = column_text(query, 7),
            .body = column_text(query, 8),
            .code = column_text(query, 9),
            .submitted_at = column_instant(query, 10),
            .ended_at = column_instant(query, 11),
            .outcome = (enum outcome)column_integer(query, 12),
            .of_another = column_integer(query, 13) != 0,
        };
        fn(arg, &row);
    }
    return step == 0;
}
