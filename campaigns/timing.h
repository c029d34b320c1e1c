/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TIMING_H
#define CAMPAIGNS_TIMING_H

#include <stdbool.h>

#include "base/civil.h"
#include "base/zone.h"
#include "campaigns/campaign.h"

/* Reads "3 days before start at 10:00", or "every 2 weeks after entry, 6
 * times" (out->turns > 0); adds faults. */
struct arena;
struct expression_place;
struct faults;
bool step_time_parse(const char *text, enum anchor_kind anchor,
                     const struct expression_place *place, struct arena *arena,
                     struct faults *faults, struct step_time *out);

/* Days on which the organisation works: Monday to Friday less holidays
 * (policy data). */
struct calendar_days {
    const struct civil_date *holidays; /* sorted */
    size_t holiday_count;
};
bool day_is_business(struct civil_date date, const struct calendar_days *days);
struct civil_date day_add_business(struct civil_date date, int count,
                                   const struct calendar_days *days);

/* When a step is due. Days are counted in the anchor's zone (a calendar,
 * never multiples of 86,400 s); "at HH:MM" is the patient's wall. Hours and
 * minutes are exact distances. INSTANT_NEVER when the field is missing. */
struct timing {
    const struct zone *anchor_zone; /* the clinic's; telehealth: patient's */
    const struct zone *patient_zone;
    const struct calendar_days *days;
    instant entered_at;
    int open_from, open_to; /* minutes of a clinic day, for open hours */
};
instant step_time_instant(const struct step_time *time, instant field_at,
                          const struct timing *timing);
/* One turn (from 1 in the order of time) of an `every`, as a time of its
 * own. */
struct step_time step_time_turn(const struct step_time *every, int turn);
/* A distance from an instant, in a zone: tasks' `within`. */
instant duration_after(instant from, struct duration duration,
                       const struct zone *zone, const struct timing *timing);
/* When a task that opens now must be done: its own moment (from `field_at`,
 * that of spec->due.field), its `within`, "same day" (the clinic's closing
 * time, or midnight when that has passed), else INSTANT_NEVER. */
instant task_due_at(const struct task_spec *spec, instant opens_at,
                    instant field_at, const struct timing *timing);
/* How far before/after its base a time can lie, for bounded horizons: an
 * upper bound in milliseconds, signed (negative: before). */
int64_t step_time_reach(const struct step_time *time);

#endif
