/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_DOUBT_H
#define SCHEDULER_DOUBT_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/claim_row.h"

/* A store that was restored knows nothing of what the other one sent between
 * the backup and its release. What was to leave before the release may have
 * left: such a row does not go before that is known. */

/* As this store has it; while a release asks the providers, as it will be. */
bool doubt_read(struct clerk *clerk, struct error *err);
/* The number of an attempt that is made now, where the next one was used by
 * the store before this one; 0: simply the next. */
int64_t doubt_number(struct clerk *clerk);

/* One message of a provider's list, at the release. An attempt that is known,
 * or whose answer never came, is settled; the rest is kept for the rows that
 * it may belong to. */
bool doubt_sent(struct clerk *clerk, const struct settlement *from,
                struct error *err);

/* A row of which the gate has spoken: claim->decision, and where that says go
 * claim->letter. `*decided` true: it was settled (its very text was sent), or
 * became unknown (nobody can tell, or the provider is still to be asked).
 * False: what the gate said is done. `permit` may be NULL. */
bool doubt_row(struct claim *claim, const struct facts_view *view,
               const struct permit *permit, bool *decided, struct error *err);

/* Somebody wrote from this address: what was found there is settled first, so
 * that they answer it. */
bool doubt_reply(struct clerk *clerk, const char *address, struct error *err);

#endif
