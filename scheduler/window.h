/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_WINDOW_H
#define SCHEDULER_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/zone.h"
#include "scheduler/policy.h"

/* When somebody may be reached: the intersection of federal, state (of the
 * address and of the number), organisation, clinic, patient and campaign
 * windows, and of blackout days, over *all* candidate zones (L-7..L-10).
 * Pure. */
#define WINDOW_ZONES_MAX 16
/* How far it is looked for an open hour: longer closures hold nothing back,
 * the message goes by another channel or not at all. */
#define WINDOW_DAYS 35
struct window_input {
    const struct policy *policy;
    const struct zone *zones[WINDOW_ZONES_MAX]; /* none: never (L-8) */
    size_t zone_count;
    /* A name in the data that tzdata does not have: nobody knows what its
     * hours are, so it never counts as one candidate less. "": none. */
    char unknown[64];
    bool anywhere;              /* an address is known, and not where it is */
    const char *state;          /* of the postal address, or NULL */
    const char *guardian_state; /* of a minor's guardian, or NULL */
    int number_state;           /* policy_number_state(); 0: not known */
    enum message_class class;
    const struct own_hours *clinic; /* or NULL */
    /* {0,1440}: no preference, or none. */
    struct day_window patient, guardian, campaign;
};
/* Another candidate; twice is once, NULL is none. */
void window_add_zone(struct window_input *input, const struct zone *zone);
/* Those of a contact point, "Zone Zone"; fills `unknown`. */
void window_add_zones(struct window_input *input, const char *names);

/* Where a state is elsewhere than the zone given with it, nobody knows which of
 * them is right, and all count (L-8); without a zone, all of the state. The
 * clocks are compared half a year apart from `now` too. */
void window_add_state(struct window_input *input, const char *state,
                      const char *zone, instant now);

/* Of an address that says neither: the zones and the law of the state that its
 * postal code lies in; else it may be anywhere in the country, and all count
 * (L-8). "": there is no such address. */
void window_add_post(struct window_input *input, const char *post,
                     const char **state, instant now);

/* What is to be said about one instant. */
struct window_state {
    bool open;
    instant next;   /* closed: nothing before it can be open */
    instant closes; /* open: when it ends */
    /* Who closes it now, or will: in which zone, by which hours. NULL: nobody,
     * the day is open to its end. */
    const struct policy_rule *rule;
    const struct zone *zone;
    struct day_window hours;
};
void window_look(const struct window_input *input, instant now,
                 struct window_state *out);

/* Which day it is there; on which rules are in force. */
struct civil_date window_today(const struct window_input *input, instant now);

bool window_open(const struct window_input *input, instant now);
/* The first open instant at or after `now`; INSTANT_NEVER when none within
 * `horizon_ms`. */
instant window_next_open(const struct window_input *input, instant now,
                         int64_t horizon_ms);
/* When the window that is open at `now` closes: the validity period ends
 * there (S-12). */
instant window_close(const struct window_input *input, instant now);
/* The last stretch that is open before `now` and not before `earliest`, cut to
 * them; false: none. */
struct window_stretch {
    instant opens, closes;
};
bool window_before(const struct window_input *input, instant now,
                   instant earliest, struct window_stretch *out);
/* Where if_closed "earlier" moves a step from a closed moment: to the same time
 * of day on the wall of `zone` on the last open day before it; where that hour
 * is closed too, an hour before the last stretch ends, or to its beginning.
 * INSTANT_NEVER when none. */
instant window_earlier(const struct window_input *input,
                       const struct zone *zone, instant when, instant earliest);
/* The hours of one local day, for `explain`. */
struct day_open window_day(const struct window_input *input,
                           struct civil_date day);

#endif
