/* SPDX-License-Identifier: Apache-2.0 */
/* The audit of what a feed brought about consent, a set at a time. */
#include <stdio.h>

#include "store/audit.h"
#include "store/consent.h"
#include "store/statement.h"

#define SAID(word)                                                    \
    word " || ' channel=' || coalesce(channel, 'all') || ' purpose='" \
         " || coalesce(purpose, 'all')"
#define NEXT(table, said)                          \
    ("SELECT id, patient_id, " said " FROM " table \
     " WHERE id > ? ORDER BY id LIMIT 1")
/* The row, the patient, and what it says. */
static const char *const brought[] = {
    NEXT("consent", SAID("verdict")),
    NEXT("suppression", SAID("reason")),
    NEXT("restriction", "kind"),
};
static const char *const brought_names[] = {"consent", "suppression",
                                            "restriction"};
_Static_assert(sizeof(brought) / sizeof(brought[0]) == CONSENT_TABLES,
               "a query for each table");

bool consent_mark(struct store *store, struct consent_mark *out,
                  struct error *err)
{
    struct statement *query = statement(
        store, "SELECT (SELECT max(id) FROM consent), (SELECT max(id) FROM "
               "suppression), (SELECT max(id) FROM restriction)");
    if (statement_step(query, err) != 1)
        return false;
    for (int i = 0; i < CONSENT_TABLES; i++)
        out->last[i] = column_integer(query, i);
    statement_reset(query);
    return true;
}

static bool brought_audit(struct store *store, int table, int64_t *after,
                          bool *found, const char *actor, instant now,
                          struct error *err)
{
    char subject[48] = "an address", detail[256];
    struct statement *query = statement(store, brought[table]);
    bind_integer(query, 1, *after);
    int step = statement_step(query, err);
    *found = step == 1;
    if (step != 1)
        return step == 0;
    *after = column_integer(query, 0);
    if (!column_is_null(query, 1))
        snprintf(subject, sizeof(subject), "patient %lld",
                 (long long)column_integer(query, 1));
    snprintf(detail, sizeof(detail), "%s grounds=%s %lld",
             column_text(query, 2), brought_names[table], (long long)*after);
    statement_reset(query);
    return audit_add(store, now, actor, brought_names[table], subject, detail,
                     err);
}

bool consent_audit_since(struct store *store, const struct consent_mark *mark,
                         const char *actor, instant now, struct error *err)
{
    for (int i = 0; i < CONSENT_TABLES; i++) {
        int64_t after = mark->last[i];
        bool found = true;
        while (found)
            if (!brought_audit(store, i, &after, &found, actor, now, err))
                return false;
    }
    return true;
}
