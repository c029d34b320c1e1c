/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_TELL_H
#define SCHEDULER_TELL_H

#include "scheduler/clerk.h"

/* What the outside is told (store/notice.h): one notice at a time and outlet,
 * in their order, at least once. A receiver that fails is tried again, slower
 * and slower up to an hour; after a day without success its oldest notice is
 * given up, and a person is told. One that it read and refused is given up
 * after an hour of that, so that it does not hold what is wanted. */
#define TELL_GIVE_UP_MS (24 * HOUR_MS)
#define TELL_REFUSED_MS HOUR_MS

/* The outlets of this life, once, in a transaction of its own. */
bool tell_open(struct clerk *clerk, struct error *err);
/* When each outlet has something to hear. */
bool tell_next(struct clerk *clerk, instant out[ENGINE_OUTLETS_MAX],
               struct error *err);
/* The next notice of each outlet that the job names. */
bool tell_run(struct clerk *clerk, struct job *job, struct error *err);
/* What came of one. */
bool tell_settle(struct clerk *clerk, const struct settlement *from,
                 struct error *err);

#endif
