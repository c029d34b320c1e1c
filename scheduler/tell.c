/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's side of telling the outside. The store remembers how a
 * receiver fares, so a restart neither forgets its rest nor begins its day
 * anew.
 */
#include "scheduler/tell.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "scheduler/pace.h"
#include "store/notice.h"
#include "store/store.h"
#include "store/task.h"

#define BASE_MS (10 * SECOND_MS)
#define CAP_MS HOUR_MS

bool tell_open(struct clerk *clerk, struct error *err)
{
    const struct engine_config *config = clerk->config;
    const char *names[ENGINE_OUTLETS_MAX];
    unsigned events[ENGINE_OUTLETS_MAX];
    if (!config->tell)
        return true;
    for (size_t i = 0; i < config->outlet_count; i++) {
        names[i] = config->outlets[i].name;
        events[i] = config->outlets[i].events;
    }
    return outlet_sync(clerk->store, names, events, config->outlet_count,
                       clerk->now, err);
}

bool tell_next(struct clerk *clerk, instant out[ENGINE_OUTLETS_MAX],
               struct error *err)
{
    const struct engine_config *config = clerk->config;
    for (size_t i = 0; i < ENGINE_OUTLETS_MAX; i++) {
        out[i] = INSTANT_NEVER;
        if (config->tell && i < config->outlet_count &&
            !notice_due(clerk->store, config->outlets[i].name, &out[i], err))
            return false;
    }
    return true;
}

bool tell_run(struct clerk *clerk, struct job *job, struct error *err)
{
    for (size_t i = 0; i < clerk->config->outlet_count; i++) {
        bool found;
        if (!(job->outlets & 1u << i))
            continue;
        if (!notice_next(clerk->store, clerk->config->outlets[i].name, &found,
                         &job->notices[i], err))
            return false;
        if (!found)
            job->outlets &= ~(1u << i);
    }
    return true;
}

/* Who decided what stands in the task, and nothing else of it. */
static bool ask_a_person(struct clerk *clerk, const char *outlet,
                         const struct notice *notice, const char *why,
                         struct error *err)
{
    char reason[TASK_TEXT_MAX];
    snprintf(reason, sizeof(reason), "was not told of: %s%s%s (%.100s)",
             notice->event, notice->intent[0] ? " " : "", notice->intent, why);
    const struct task_new task = {.kind = "hook",
                                  .name = outlet,
                                  .patient_id = notice->patient_id,
                                  .anchor_kind = (int)notice->anchor_kind,
                                  .anchor_id = notice->anchor_id,
                                  .occurrence = notice->occurrence,
                                  .owner = "front desk",
                                  .reason = reason,
                                  .due_at = clerk->now + HOUR_MS};
    return worklist_open(clerk, &task, err);
}

static bool give_up(struct clerk *clerk, const char *outlet,
                    const struct notice *notice, const char *why,
                    struct error *err)
{
    clerk->totals.untold++;
    log_event(LOG_ERROR, "hook-given-up", "hook=%s notice=%lld error=%s",
              log_quote(outlet), (long long)notice->id, log_quote(why));
    return notice_end(clerk->store, notice->id, NOTICE_GIVEN_UP, clerk->now,
                      err) &&
           ask_a_person(clerk, outlet, notice, why, err);
}

/* Since when this notice itself is refused, each time anew; INSTANT_NEVER: it
 * is not. In mind alone: a restart gives it another hour. */
static instant refused_since(struct clerk *clerk, const struct settlement *from)
{
    int64_t refused = from->heard == HEARD_REFUSED ? from->notice_id : 0;
    if (clerk->refused[from->outlet].notice_id != refused) {
        clerk->refused[from->outlet].notice_id = refused;
        clerk->refused[from->outlet].since = clerk->now;
    }
    return refused ? clerk->refused[from->outlet].since : INSTANT_NEVER;
}

static bool failed(struct clerk *clerk, const char *name,
                   const struct settlement *from, struct error *err)
{
    const char *why = from->event.detail;
    instant refused = refused_since(clerk, from);
    struct outlet outlet;
    struct notice notice;
    bool found;
    if (!outlet_read(clerk->store, name, &outlet, err) ||
        !notice_next(clerk->store, name, &found, &notice, err))
        return false;
    if (!found)
        return true;
    if (outlet.tries == 0)
        log_event(LOG_WARNING, "hook-fails", "hook=%s error=%s",
                  log_quote(name), log_quote(why));
    outlet.failing_since = instant_sooner(outlet.failing_since, clerk->now);
    bool over = clerk->now - outlet.failing_since >= TELL_GIVE_UP_MS &&
                clerk->now - notice.at >= TELL_GIVE_UP_MS;
    if (refused != INSTANT_NEVER)
        over |= clerk->now - refused >= TELL_REFUSED_MS;
    if (over)
        return give_up(clerk, name, &notice, why, err) &&
               outlet_write(clerk->store, name, &outlet, 0, err);
    instant due = clerk->now + backoff_ms(outlet.tries, BASE_MS, CAP_MS,
                                          BASE_MS / 2, &clerk->random);
    outlet.tries++;
    return outlet_write(clerk->store, name, &outlet, due, err);
}

bool tell_settle(struct clerk *clerk, const struct settlement *from,
                 struct error *err)
{
    const char *name = clerk->config->outlets[from->outlet].name;
    struct outlet outlet;
    if (from->heard != HEARD_WELL)
        return failed(clerk, name, from, err);
    clerk->totals.told++;
    if (!notice_end(clerk->store, from->notice_id, NOTICE_TOLD, clerk->now,
                    err) ||
        !outlet_read(clerk->store, name, &outlet, err))
        return false;
    if (outlet.tries == 0)
        return true;
    log_event(LOG_NOTICE, "hook-back", "hook=%s", log_quote(name));
    outlet = (struct outlet){.failing_since = INSTANT_NEVER};
    return outlet_write(clerk->store, name, &outlet, 0, err);
}
