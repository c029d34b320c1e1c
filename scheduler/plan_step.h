/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PLAN_STEP_H
#define SCHEDULER_PLAN_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scheduler/clerk.h"

/* The steps of one entry: when each is due, and the rows that say so. */
struct step_plan {
    const struct step *step;
    bool missing;       /* the time it counts from is not there */
    bool passed;        /* no longer useful */
    bool missed;        /* and the patient's: see below */
    instant when;       /* the step's own time */
    instant due;        /* where if_closed moved it */
    instant until;      /* INSTANT_NEVER: none */
    instant not_before; /* 0: none */
    int channel;        /* its first rung, or OUTREACH_TASK */
};
#define STEPS_MAX 64
struct step_plans {
    struct step_plan items[STEPS_MAX];
    size_t count, useful;
    /* The last that was for the patient and passed while nothing ran, or too
     * lately to be forgotten, where no message is to come; else NULL. */
    const struct step *missed;
};
bool steps_compute(struct clerk *clerk, struct roster_campaign *item,
                   const struct entry *entry, const struct view_row *row,
                   struct step_plans *out, struct error *err);
bool steps_insert(struct clerk *clerk, const struct roster_campaign *item,
                  const struct entry *entry, const struct step_plans *plans,
                  struct error *err);
/* Brings the rows of an entry in step with its times and the campaign's
 * version: what was sent stays. */
bool steps_follow(struct clerk *clerk, struct roster_campaign *item,
                  struct entry *entry, const struct view_row *row,
                  struct error *err);

#endif
