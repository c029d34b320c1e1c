/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RETENTION_H
#define SCHEDULER_RETENTION_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/clerk.h"

/* Once a day, at the time of the sweep: texts whose time is over go, in
 * slices, and the head of the audit chain goes into the log. */

/* One slice of what is due, if anything is; `*worked` says whether. */
bool retention_work(struct clerk *clerk, bool *worked, struct error *err);
/* When the next one is due; `now` or before: at once. */
instant retention_due(const struct clerk *clerk);

#endif
