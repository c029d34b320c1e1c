/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RIVAL_H
#define STORE_RIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/ledger.h"

struct store;

/* Planned calls and texts of other campaigns that go before a row: of a more
 * urgent running campaign, or of an equal one, due already and planned for an
 * earlier time (then: made earlier). Only rows in the store decide, so that
 * it is the same after a restart. */
struct rival {
    int64_t outreach_id, campaign_id;
    instant due_at;
    int priority;
};
/* Those of one patient that are due from `since` until `until`, earliest
 * first; at most `limit`. `row` is the one that asks, of a campaign of
 * `priority`. */
bool rival_read(struct store *store, int64_t patient_id,
                const struct outreach *row, int priority, instant now,
                instant since, instant until, size_t limit, struct rival *out,
                size_t *count, struct error *err);

#endif
