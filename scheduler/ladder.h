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
/* The first channel that is not in `tried`; -1: none is left. */
int ladder_first(const struct step *step, int preferred, unsigned tried);
/* The wait behind `channel` when an untried rung follows; false: the last. */
bool ladder_wait(const struct step *step, int preferred, int channel,
                 unsigned tried, struct duration *wait);

/* How many tries over all channels: the step's `attempts`, else 4; NULL: the
 * step was removed. */
int ladder_budget(const struct step *step);

#endif
