/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_LADDER_H
#define SCHEDULER_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "campaigns/campaign.h"

/* A step's channels in the order for one patient. Waits belong to places on
 * the ladder, not to channels: "sms, else email after 4 hours" turned round
 * for somebody who prefers email still waits 4 hours before the second. */
size_t ladder_order(const struct step *step, int preferred,
                    struct rung out[LADDER_MAX]);
/* In `tried`, beside the channels that were given up: those that were passed
 * over while nobody took their messages. They count as tried, and get their
 * turn again when nothing else is left. */
#define LADDER_PASSED 8
#define LADDER_GIVEN_UP ((1u << LADDER_PASSED) - 1)

/* The first channel that is not in `tried`; -1: none is left. */
int ladder_first(const struct step *step, int preferred, unsigned tried);
/* The wait behind `channel` when an untried rung follows; false: the last. */
bool ladder_wait(const struct step *step, int preferred, int channel,
                 unsigned tried, struct duration *wait);

/* How long nobody may take a message before another channel gets it: the
 * shortest wait that the ladder names, and an hour at most; milliseconds. */
int64_t ladder_patience(const struct step *step);

/* How many tries over all channels: the step's `attempts`, else 4; NULL: the
 * step was removed. */
int ladder_budget(const struct step *step);

#endif
