/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_STAFF_H
#define SCHEDULER_STAFF_H

#include "base/clock.h"
#include "store/desk.h"

struct calendar_days;
struct zone;

/* Whether somebody answers at that desk now: on its working days, between its
 * hours. A desk whose hours nobody wrote down is never called on. `otherwise`
 * is the zone of one that has none. Pure. */
bool staff_answers(const struct desk *desk, const struct calendar_days *days,
                   const struct zone *otherwise, instant now);

#endif
