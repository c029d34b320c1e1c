/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_JOURNAL_H
#define SCHEDULER_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "scheduler/clerk.h"
#include "scheduler/job.h"

/* The queue between the loop and the one who writes. Threaded: jobs run on a
 * thread of their own, in order, but evaluation only when nothing else
 * waits; `wake` is called from that thread when results lie ready. Inline:
 * a job is done when journal_post() returns. */
struct journal;
struct journal *journal_new(struct clerk *clerk, bool threaded,
                            void (*wake)(void *arg), void *wake_arg);
/* Takes the job over. */
void journal_post(struct journal *journal, struct job *job);
/* The next finished job, in the order of finishing, or NULL. */
struct job *journal_take(struct journal *journal);
/* Finishes everything that was posted and ends the thread; results not taken
 * can still be taken. */
void journal_finish(struct journal *journal);
void journal_free(struct journal *journal); /* not the clerk; NULL is fine */

#endif
