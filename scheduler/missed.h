/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_MISSED_H
#define SCHEDULER_MISSED_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct clerk;
struct roster_campaign;

/* Since when nobody planned. The store keeps when evaluation last had nothing
 * left to do; what came in behind that, and was over before the service came
 * back, was missed and not merely late. While it runs that moment is now. */
struct missed {
    instant looked;        /* all that had come by then is planned */
    instant written;       /* what the store says of it */
    bool known, following; /* it was read; it moves with the clock */
    instant leapt;         /* scheduler/leap.h; 0: it did not */
};

#define MISSED_LOOKED_AT "looked_at" /* in the store's meta */

/* At the beginning of a life, and before evaluation looks at anything: there,
 * too, is found that the clock went back. */
bool missed_open(struct clerk *clerk, struct error *err);
bool missed_begin(struct clerk *clerk, struct error *err);
/* Nothing that came is left: in the same transaction. */
bool missed_done(struct clerk *clerk, struct error *err);
/* The clock went back since: evaluation is due. */
bool missed_is_ahead(const struct clerk *clerk);
/* A slice was rolled back. */
void missed_forget(struct clerk *clerk);
/* What was over before is history: for all, and for one campaign, which
 * missed nothing before its first launch. */
instant missed_from(const struct clerk *clerk);
instant missed_from_of(const struct clerk *clerk,
                       const struct roster_campaign *item);

#endif
