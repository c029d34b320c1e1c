/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an address is, and whose it was when we last wrote there. */
#include "store/holder.h"

#include "store/statement.h"

enum { HAD = 2 }; /* the tier of who has it no more */

/* When they, or dependants of theirs, were last written to or called there; or
 * what the store before a restored one sent there while it was theirs. */
#define NEWEST                                                              \
    "max(coalesce((SELECT max(t.submitted_at) FROM attempt t INDEXED BY"    \
    " attempt_patient WHERE t.patient_id IN (SELECT h.id UNION ALL SELECT"  \
    " d.id FROM patient d WHERE d.guardian_id = h.id) AND t.submitted_at >" \
    " ?2 AND t.address = ?1 AND t.counts = 1), 0), coalesce((SELECT"        \
    " max(s.at) FROM stray s WHERE s.address = ?1 AND s.at > ?2 AND s.at <" \
    " h.gone_at AND s.counts = 1), 0))"

static void hold(int64_t ids[HOLDERS_MAX], size_t *count, int64_t id)
{
    if (*count < HOLDERS_MAX)
        ids[*count] = id;
    ++*count;
}

bool holder_read(struct store *store, const char *address, instant since,
                 struct holders *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT h.id, h.tier, " NEWEST " FROM (" HOLDER_TIERS
                         ") h ORDER BY h.tier, h.id");
    bind_text(query, 1, address);
    bind_integer(query, 2, since);
    int64_t best = -1, theirs = 0;
    int step;
    *out = (struct holders){0};
    while ((step = statement_step(query, err)) == 1) {
        int64_t id = column_integer(query, 0), tier = column_integer(query, 1);
        instant newest = column_integer(query, 2);
        best = best < 0 ? tier : best;
        if (tier == best && tier < HAD) {
            hold(out->ids, &out->count, id);
            theirs = newest > theirs ? newest : theirs;
        } else if (newest && best == HAD) {
            hold(out->ids, &out->count, id);
            out->former = true;
        } else if (newest) {
            hold(out->others, &out->other_count, id);
            out->moved |= newest > theirs;
        }
    }
    return step == 0;
}

bool holder_one(struct store *store, const char *address, int64_t *patient_id,
                struct error *err)
{
    struct statement *query = statement(
        store, "SELECT min(id), max(id) FROM (" HOLDERS ") WHERE tier < 2");
    bind_text(query, 1, address);
    if (statement_step(query, err) != 1)
        return false;
    int64_t first = column_integer(query, 0), last = column_integer(query, 1);
    statement_reset(query);
    *patient_id = first == last ? first : 0;
    return true;
}
