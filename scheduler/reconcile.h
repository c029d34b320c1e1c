/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RECONCILE_H
#define SCHEDULER_RECONCILE_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/clerk.h"

/* Messages that may have reached their provider: never blindly sent again. */

/* How far apart two looks are that prove absence, and two repetitions at
 * most. */
#define LOOK_AGAIN_MS (10 * MINUTE_MS)

/* What a provider said about an unknown attempt. */
bool reconcile_answer(struct clerk *clerk, const struct settlement *from,
                      struct error *err);
/* Nobody can tell what became of an unknown row: its step says what then. */
bool reconcile_give_up(struct clerk *clerk, struct outreach *row,
                       struct error *err);
/* An event or receipt: settle.c's. */
bool settle_event(struct clerk *clerk, const struct settlement *from,
                  struct error *err);

#endif
