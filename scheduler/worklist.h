/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_WORKLIST_H
#define SCHEDULER_WORKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/task.h"

struct clerk;

/* What the engine asks of people. A task of danger is seen by nobody who does
 * not list tasks, so the log tells of it when it opens and when it is late,
 * once what it says is committed. */
#define WORKLIST_NEWS 64
struct worklist {
    struct worklist_news {
        int64_t task_id;
        bool late;
    } news[WORKLIST_NEWS]; /* of the job under way */
    size_t count, more;
    instant late_told, late_before; /* until when; and before this job */
    struct task_counts counts;      /* as they were last looked at, */
    instant counted_at;             /* then; 0: they have changed */
};

/* Opens it, once (store/task.h), and counts it. */
bool worklist_open(struct clerk *clerk, const struct task_new *task,
                   struct error *err);
/* Urgent ones that became late since the last look, after those that name
 * whom to escalate to went there. */
bool worklist_late(struct clerk *clerk, struct error *err);
/* When that is next to be looked at. */
bool worklist_next(struct clerk *clerk, instant *out, struct error *err);
/* Looks at the figures again where they may have changed; outside of a
 * transaction. */
bool worklist_look(struct clerk *clerk, struct error *err);
/* The job has ended: tells what it committed, or forgets it. */
void worklist_end(struct clerk *clerk, bool committed);

#endif
