/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_LEAP_H
#define SCHEDULER_LEAP_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct clerk;

/* A correction of seconds ended nothing. */
#define LEAP_SKEW_MS (2 * MINUTE_MS)

/* When the store's last look was later than it is now, by more than clocks
 * differ: the clock was ahead. What it ended then is planned again where it is
 * still of use and never left, and nothing stays dated in the future. */
bool leap_is_back(const struct clerk *clerk, instant looked);
bool leap_back(struct clerk *clerk, instant looked, struct error *err);

/* Nobody looked for days, or the clock leapt ahead: which of the two it was
 * shows later. What cannot be undone rests for a day. */
bool leap_ahead(struct clerk *clerk, instant looked, struct error *err);
bool leap_rests(const struct clerk *clerk);
instant leap_rests_until(const struct clerk *clerk);

#endif
