/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_SWEEP_H
#define SCHEDULER_SWEEP_H

#include <stdbool.h>

#include "base/civil.h"
#include "base/error.h"
#include "scheduler/clerk.h"

/* The daily look at everybody, for rules that become true by time alone: in
 * slices, one campaign after the other. */
struct sweep;
void sweep_free(struct sweep *sweep);
/* One slice of the sweep that is due, if any is; `*worked` says whether. */
bool sweep_slice(struct clerk *clerk, bool *worked, struct error *err);
/* When the next one is due; `now` or before: at once. */
instant sweep_next(const struct clerk *clerk);
/* The newest day whose time of sweeping has come, and when the next one's
 * comes. */
struct civil_date sweep_day(const struct clerk *clerk);
instant sweep_tomorrow(const struct clerk *clerk);
/* Whether what was done on that day is done for the newest. A day that lies
 * further ahead was a wrong clock's, and counts for nothing. */
bool sweep_day_counts(const struct clerk *clerk, struct civil_date done_on);

#endif
