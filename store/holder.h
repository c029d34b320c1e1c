/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_HOLDER_H
#define STORE_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Whose an address is. A record that was merged is the one that it was merged
 * into: `patient.merged_into` is always the record that is left, however often
 * that one was merged since (schema.sql). Whatever maps an address to people
 * asks here, or with the phrases below. */

/* More than a household are an institution: none of them is known. */
#define HOLDERS_MAX 8

struct holders {
    /* Who has it; where nobody does (`former`), who had it and was written to
     * or called there lately. At most so many are written, `count` may be
     * more. */
    int64_t ids[HOLDERS_MAX];
    size_t count;
    bool former;
    /* Who had it and was written to lately, where somebody else has it. */
    int64_t others[HOLDERS_MAX];
    size_t other_count;
    bool moved; /* the newest message there was to one of these */
};
/* `since`: what was sent before is not lately. */
bool holder_read(struct store *store, const char *address, instant since,
                 struct holders *out, struct error *err);

/* The one person who has it; 0 for nobody or several. */
bool holder_one(struct store *store, const char *address, int64_t *patient_id,
                struct error *err);

/* Whose number ?1 is (tier 0), whose it is by a record that is not there any
 * more alone (1), and whose it was (2). A person stands once. */
#define HOLDER_TIERS                                                          \
    "SELECT coalesce(p.merged_into, p.id) AS id, min(CASE WHEN c.gone_at IS"  \
    " NOT NULL THEN 2 WHEN p.merged_into IS NOT NULL OR p.gone_at IS NOT"     \
    " NULL OR p.deceased_at IS NOT NULL THEN 1 ELSE 0 END) AS tier,"          \
    " max(c.gone_at) AS gone_at FROM contact_point c CROSS JOIN patient p ON" \
    " p.id = c.patient_id WHERE c.value = ?1 GROUP BY 1"
/* Those of the first tier that there is. */
#define HOLDERS                                                        \
    "SELECT id, tier FROM (SELECT id, tier, min(tier) OVER () AS best" \
    " FROM (" HOLDER_TIERS ")) WHERE tier = best"
/* All records of person ?1: their own, and those that were merged into it. */
#define HOLDER_RECORDS \
    "(SELECT id FROM patient WHERE id = ?1 OR merged_into = ?1)"

#endif
