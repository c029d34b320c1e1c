/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RETRY_H
#define SCHEDULER_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"

/* How an outcome is tried again on the same channel (domain.md 2.6, 3.5). */
struct retry_rule {
    enum outcome outcome;
    int64_t base_ms, cap_ms, least_ms;
    int most; /* tries on this channel; RETRY_ANY: as long as it is of use */
    bool all; /* it is said to everybody: the provider's quota is used up */
};
/* Nothing left the house, or it is for the provider or our account to mend:
 * that is no try, whatever the time it takes. */
#define RETRY_ANY 0

/* The rule of an outcome, or that of all others; static. */
const struct retry_rule *retry_find(enum outcome outcome);
/* The outcomes that are no try, as bits. */
unsigned retry_refusals(void);
/* How long to wait at least, where the provider said `said_ms` (`Retry-After`;
 * -1: nothing); never more than a day for what it says. */
int64_t retry_least(const struct retry_rule *rule, int64_t said_ms);
/* How long the provider that answered so is asked for nothing at all; 0: what
 * it said concerns this message alone. */
int64_t retry_rest(enum outcome outcome, int64_t said_ms);

#endif
