/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks for people, and that somebody hears of those that cannot wait. Nothing
 * of a patient is told, nor what they wrote: who may know looks into the task.
 */
#include "scheduler/worklist.h"

#include "base/civil.h"
#include "base/log.h"
#include "campaigns/emergency.h"
#include "scheduler/clerk.h"
#include "store/feed.h"

/* By time alone figures change slowly; counting reads all open tasks. */
#define COUNT_MS (5 * SECOND_MS)

_Static_assert(TASK_URGENT_MS == EMERGENCY_MINUTES * MINUTE_MS,
               "what danger opens is urgent");

static void note(struct worklist *worklist, int64_t task_id, bool late)
{
    if (worklist->count == WORKLIST_NEWS)
        worklist->more++;
    else
        worklist->news[worklist->count++] =
            (struct worklist_news){task_id, late};
}

bool worklist_open(struct clerk *clerk, const struct task_new *task,
                   struct error *err)
{
    int64_t id;
    bool made;
    if (!task_open(clerk->store, task, clerk->now, &id, &made, err))
        return false;
    clerk->totals.tasks += made;
    if (made)
        clerk->worklist.counted_at = 0;
    if (made && task->due_at != INSTANT_NEVER &&
        task->due_at - clerk->now <= TASK_URGENT_MS)
        note(&clerk->worklist, id, false);
    return true;
}

/* Until when it was told; a clock that went back takes that along. */
static instant told_until(struct clerk *clerk)
{
    struct worklist *worklist = &clerk->worklist;
    if (worklist->late_told > clerk->now)
        worklist->late_told = clerk->now;
    return worklist->late_told;
}

/* What hangs on a feed that went quiet waits, and nobody would know why. */
static bool ask_for_feeds(struct clerk *clerk, struct error *err)
{
    struct feed_silence silence;
    bool found;
    do {
        if (!feed_silent(clerk->store, clerk->now, &found, &silence, err))
            return false;
        const struct task_new task = {
            .kind = FEED_TASK,
            .name = silence.task,
            .owner = "front desk",
            .reason = "older than its max_age: what depends on it waits",
            .due_at = clerk->now + HOUR_MS};
        if (found && !worklist_open(clerk, &task, err))
            return false;
    } while (found);
    return true;
}

bool worklist_late(struct clerk *clerk, struct error *err)
{
    int64_t ids[WORKLIST_NEWS], escalated;
    instant until = told_until(clerk);
    size_t count;
    if (!ask_for_feeds(clerk, err) ||
        !task_escalate_late(clerk->store, clerk->now, &escalated, err) ||
        !task_urgent_late(clerk->store, &until, clerk->now, ids, WORKLIST_NEWS,
                          &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        note(&clerk->worklist, ids[i], true);
    clerk->worklist.late_told = until;
    if (count > 0 || escalated > 0)
        clerk->worklist.counted_at = 0;
    return true;
}

bool worklist_next(struct clerk *clerk, instant *out, struct error *err)
{
    instant late, urgent, silent;
    if (!task_next_late(clerk->store, &late, err) ||
        !feed_next_silent(clerk->store, clerk->now, &silent, err) ||
        !task_urgent_next(clerk->store, told_until(clerk), &urgent, err))
        return false;
    *out = instant_sooner(instant_sooner(late, urgent), silent);
    return true;
}

bool worklist_look(struct clerk *clerk, struct error *err)
{
    struct worklist *worklist = &clerk->worklist;
    int64_t since = clerk->now - worklist->counted_at;
    if (!clerk->config->threaded || (since >= 0 && since < COUNT_MS))
        return true;
    worklist->counted_at = clerk->now;
    return task_count(clerk->store, clerk->now, &worklist->counts, err);
}

static void tell(struct clerk *clerk, const struct worklist_news *news)
{
    struct error ignored = {0};
    struct task task;
    char at[CIVIL_TEXT_MAX];
    if (!task_read(clerk->store, news->task_id, &task, &ignored) ||
        task.state == TASK_DONE || task.state == TASK_VOID)
        return;
    log_event(news->late ? LOG_ERROR : LOG_WARNING,
              news->late ? "urgent-task-late" : "urgent-task",
              "task=%lld kind=%s owner=%s due=%s", (long long)task.id,
              log_quote(task.kind), log_quote(task.owner),
              civil_utc_text(task.due_at, at));
}

void worklist_end(struct clerk *clerk, bool committed)
{
    struct worklist *worklist = &clerk->worklist;
    bool real = !clerk->config->what_if && !clerk->config->throw_away;
    if (!committed)
        worklist->late_told = worklist->late_before;
    for (size_t i = 0; committed && real && i < worklist->count; i++)
        tell(clerk, &worklist->news[i]);
    if (committed && real && worklist->more > 0)
        log_event(LOG_WARNING, "urgent-task", "more=%zu", worklist->more);
    worklist->late_before = worklist->late_told;
    worklist->count = worklist->more = 0;
}
