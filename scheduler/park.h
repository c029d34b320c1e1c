/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PARK_H
#define SCHEDULER_PARK_H

#include "scheduler/clerk.h"
#include "store/attempt.h"

/* Receipts of messages that nobody knows yet (S-17): parked for ten minutes,
 * in which the provider's answer tells whose they are; then they are dropped,
 * counted and said. Inside an open transaction. */

/* For an id that no attempt has. Without an id nobody will ever know: it is
 * dropped at once, and so is what comes when PARK_MOST wait. */
#define PARK_MOST 10000
const char *park_provider_name(const struct clerk *clerk, int provider);
bool park_receipt(struct clerk *clerk, const struct settlement *from,
                  struct error *err);
/* Whether whoever tells of this attempt may: no provider speaks for another's
 * message, and a reference names one attempt of one row, so that of another
 * store is not taken for ours. What is not believed is as unknown as the rest:
 * its own message may yet come. */
bool park_believes(const struct clerk *clerk, const struct settlement *from,
                   const struct attempt *attempt);
/* An attempt has this id of its provider's from now on: what waited for it is
 * settled, in the order in which it came. */
bool park_apply(struct clerk *clerk, const struct settlement *from,
                int64_t attempt_id, struct error *err);
/* Those whose time is over go. */
bool park_drop(struct clerk *clerk, struct error *err);
/* When park_drop() has something to do; INSTANT_NEVER: nothing waits. */
bool park_next(struct clerk *clerk, instant *out, struct error *err);

#endif
