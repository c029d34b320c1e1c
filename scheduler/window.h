/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_WINDOW_H
#define SCHEDULER_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/zone.h"
#include "scheduler/policy.h"

/* When somebody may be reached: the intersection of federal, state,
 * organisation, patient and campaign windows over *all* candidate zones
 * (L-7..L-10). Pure. */
#define WINDOW_ZONES_MAX 16
struct window_input {
    const struct policy *policy;
    const struct zone *zones[WINDOW_ZONES_MAX]; /* none: never (L-8) */
    size_t zone_count;
    const char *state; /* of the postal address, or NULL */
    bool marketing;
    struct day_window patient;  /* {0,1440}: no preference */
    struct day_window campaign; /* {0,1440}: none */
};

bool window_open(const struct window_input *input, instant now);
/* The first open instant at or after `now`; INSTANT_NEVER when none within
 * `horizon_ms`. */
instant window_next_open(const struct window_input *input, instant now,
                         int64_t horizon_ms);
/* When the window that is open at `now` closes: the validity period ends
 * there (S-12). */
instant window_close(const struct window_input *input, instant now);
/* The last open instant before `now` and not before `earliest`: where
 * if_closed "earlier" moves a step. INSTANT_NEVER when none. */
instant window_previous_open(const struct window_input *input, instant now,
                             instant earliest);

#endif
