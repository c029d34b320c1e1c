/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions of patients, kept beside what the feeds say. */
#include "store/response.h"

#include <stdio.h>

#include "store/audit.h"
#include "store/statement.h"

bool response_add(struct store *store, const struct response *response,
                  instant now, struct error *err)
{
    struct statement *add = statement(
        store, "INSERT INTO response(patient_id, anchor_kind, anchor_id,"
               " occurrence, campaign_id, intent, subject, at, until_at,"
               " reply_id, actor) VALUES (?1, ?2, ?3, ?4, nullif(?5, 0), ?6,"
               " ?7, ?8, ?9, nullif(?10, 0), ?11)");
    bind_integer(add, 1, response->patient_id);
    bind_integer(add, 2, response->anchor_kind);
    bind_integer(add, 3, response->anchor_id);
    bind_integer(add, 4, response->occurrence);
    bind_integer(add, 5, response->campaign_id);
    bind_text(add, 6, response->intent);
    bind_text(add, 7, response->subject);
    bind_integer(add, 8, response->at);
    bind_instant(add, 9, response->until_at);
    bind_integer(add, 10, response->reply_id);
    bind_text(add, 11, response->actor);
    char subject[48], detail[160];
    snprintf(subject, sizeof(subject), "patient %lld",
             (long long)response->patient_id);
    snprintf(detail, sizeof(detail), "intent=%s anchor=%d/%lld reply=%lld",
             response->intent, (int)response->anchor_kind,
             (long long)response->anchor_id, (long long)response->reply_id);
    return statement_run(add, err) &&
           audit_add(store, now, response->actor, "response", subject, detail,
                     err);
}
