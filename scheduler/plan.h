/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PLAN_H
#define SCHEDULER_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "scheduler/clerk.h"

/* One anchor in one campaign, brought up to date. */
enum plan_why {
    PLAN_CHANGED, /* something about it changed: look at everything */
    PLAN_NEW,     /* it came into the window or the sweep: only new ones */
    PLAN_INTAKE,  /* chosen by the intake: may enter where others wait */
};
/* Enters it when it satisfies the audience and has no entry for this
 * occurrence; moves, revives or ends the rows of one that has. */
bool plan_anchor(struct clerk *clerk, struct roster_campaign *item,
                 int64_t anchor_id, enum plan_why why, struct error *err);
/* As the daily sweep looks at it (sweep.c): by time alone it may enter or, of
 * patients, be over. `*chosen`: only its campaign's intake can take it in. */
bool plan_daily(struct clerk *clerk, struct roster_campaign *item,
                int64_t anchor_id, bool *chosen, struct error *err);
/* Whether any of its times lies where the campaign already planned. */
bool plan_in_window(const struct clerk *clerk,
                    const struct roster_campaign *item,
                    const struct view_row *row);

#endif
