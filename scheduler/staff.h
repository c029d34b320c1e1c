/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_STAFF_H
#define SCHEDULER_STAFF_H

#include "base/clock.h"
#include "store/clinic.h"

struct calendar_days;

/* Whether somebody answers at that desk now: on its working days, between its
 * hours. A desk whose hours nobody wrote down is never called on.
 * Pure. */
bool staff_answers(const struct clinic_desk *desk,
                   const struct calendar_days *days, instant now);

#endif
