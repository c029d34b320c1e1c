/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_LEARN_H
#define SCHEDULER_LEARN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/outcome.h"
#include "channels/driver.h"
#include "scheduler/clerk.h"
#include "store/attempt.h"

/* What one event says, weighed against what an attempt knows (S-17). */
struct lesson {
    bool newer;  /* it takes the place of what is known */
    bool proof;  /* and does so though the attempt had come to nothing */
    bool number; /* it tells of the number what was not told before */
};

/* Before the event is written down. `outcome` and `rank`: as it is read,
 * which may be otherwise than the event has it. */
bool learn_weigh(struct clerk *clerk, const struct attempt *attempt,
                 const struct driver_event *event, enum outcome outcome,
                 int rank, struct lesson *out, struct error *err);
/* A refusal, a number that is dead, or one that takes no texts: that stands
 * whatever became of the attempt. */
bool learn_number(struct clerk *clerk, const struct attempt *attempt,
                  enum outcome outcome, struct error *err);
/* It arrived after all: takes back what the attempt alone had set, the mark on
 * its number and the task for a patient who was not reached. */
bool learn_arrived(struct clerk *clerk, const struct attempt *attempt,
                   const struct outreach *row, struct error *err);

#endif
