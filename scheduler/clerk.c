/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal side's desk: opens the one connection that writes, runs one job
 * at a time in one transaction, and offers the other files of that side the
 * few things that all of them do: end a row, open a task, know the zone. A job
 * that fails has changed nothing, here or in the store.
 */
#include "scheduler/clerk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "scheduler/companion.h"
#include "scheduler/doubt.h"
#include "scheduler/ladder.h"
#include "scheduler/park.h"
#include "scheduler/rung.h"
#include "scheduler/silent.h"
#include "scheduler/sweep.h"
#include "scheduler/tell.h"
#include "store/audit.h"
#include "store/dirty.h"
#include "store/store.h"
#include "store/task.h"

/* While another process writes, what was sent must be heard of and the service
 * must be able to stop: its jobs do not wait long, they come again. */
#define PATIENCE_MS 1000

/* Opening --------------------------------------------------------------------
 */

static int64_t owner_new(const struct engine_config *config)
{
    uint64_t number = 0;
    if (clock_is_pretended() || !hash_random_bytes(&number, sizeof(number))) {
        struct random random = {config->seed ^ (uint64_t)clock_now()};
        number = random_next(&random);
    }
    return (int64_t)(number >> 2 | 1);
}

static bool settings_read(struct clerk *clerk, struct error *err)
{
    return campaign_all_paused(clerk->store, &clerk->paused, err) &&
           doubt_read(clerk, err) &&
           places_refresh(&clerk->places, clerk->store, clerk->config->policy,
                          clerk->config->organisation, err) &&
           roster_refresh(&clerk->roster, clerk->store, err);
}

static bool name_read(struct clerk *clerk, struct error *err)
{
    char name[2 * SHA256_BYTES + 1];
    if (!store_meta_get(clerk->store, "store", name, sizeof(name), err))
        return false;
    text_copy(clerk->store_name, sizeof(clerk->store_name), name);
    return true;
}

/* What the former life left: in its hands, or without a provider. */
static bool former_settle(struct clerk *clerk, struct error *err)
{
    if (!store_begin(clerk->store, err))
        return false;
    if (missed_open(clerk, err) && clerk_orphans(clerk, err) &&
        outreach_served(clerk->store, clerk->now, err) && tell_open(clerk, err))
        return store_commit(clerk->store, err);
    store_rollback(clerk->store);
    return false;
}

/* What a former life handed over may still wait there. */
static bool queues_open(struct clerk *clerk, struct error *err)
{
    size_t count = clerk->provider_count;
    clerk->queues = memory_new((count + 1) * sizeof(*clerk->queues));
    for (size_t i = 0; i < count; i++) {
        const struct clerk_provider *provider = &clerk->providers[i];
        if (!queues_read(clerk->queues[i], clerk->store, provider->name,
                         provider->sender_per_second, clerk->now, err))
            return false;
    }
    return true;
}

struct clerk *clerk_new(const struct engine_config *config,
                        const struct clerk_provider *providers,
                        size_t provider_count, instant now, struct error *err)
{
    struct clerk *clerk = memory_new(sizeof(*clerk));
    clerk->config = config;
    clerk->providers = providers;
    clerk->provider_count = provider_count;
    clerk->now = clerk->born = now;
    clerk->owner = owner_new(config);
    clerk->random.state = config->seed ^ (uint64_t)clerk->owner;
    clerk->page = memory_new(CLERK_PAGE * sizeof(*clerk->page));
    clerk->store = store_open(config->store_path,
                              (config->what_if ? STORE_WHAT_IF : 0) |
                                  (config->throw_away ? STORE_THROW_AWAY : 0),
                              err);
    if (clerk->store && settings_read(clerk, err) && name_read(clerk, err) &&
        retime_open(clerk, err) &&
        (config->what_if || former_settle(clerk, err)) &&
        queues_open(clerk, err)) {
        clerk->data_version = store_data_version(clerk->store);
        if (!config->what_if)
            store_set_patience(clerk->store, PATIENCE_MS);
        return clerk;
    }
    clerk_free(clerk);
    return NULL;
}

void clerk_free(struct clerk *clerk)
{
    if (!clerk)
        return;
    roster_free(&clerk->roster);
    places_free(&clerk->places);
    free(clerk->queues);
    sweep_free(clerk->sweep);
    store_close(clerk->store);
    free(clerk->page);
    free(clerk);
}

bool clerk_is_own_fault(const struct error *err)
{
    return err->kind == ERROR_INPUT || err->kind == ERROR_USAGE ||
           err->kind == ERROR_CANNOT;
}

struct roster_campaign *clerk_campaign(struct clerk *clerk, int64_t id)
{
    struct error err = {0};
    struct roster_campaign *item = roster_find(&clerk->roster, id);
    return item && roster_ready(item, clerk->store, &err) ? item : NULL;
}

/* Zones and times
 * --------------------------------------------------------------- */

struct view_time clerk_time(const struct clerk *clerk, instant entered_at)
{
    return (struct view_time){.now = clerk->now,
                              .today =
                                  zone_today(clerk->config->zone, clerk->now),
                              .zone = clerk->config->zone,
                              .entered_at = entered_at};
}

const struct zone *clerk_zone(const struct clerk *clerk, const char *name,
                              const struct zone *otherwise)
{
    (void)clerk;
    const struct zone *zone = name[0] ? zone_find(name) : NULL;
    return zone ? zone : otherwise;
}

struct timing clerk_timing(const struct clerk *clerk,
                           const struct anchor_place *place, instant entered_at)
{
    const struct zone *own = clerk_zone(clerk, place->patient_zone, NULL);
    const struct zone *anchor =
        clerk_zone(clerk, place->zone, own ? own : clerk->config->zone);
    if (place->telehealth && own)
        anchor = own;
    return (struct timing){.anchor_zone = anchor,
                           .patient_zone = own ? own : anchor,
                           .days = &clerk->config->policy->days,
                           .entered_at = entered_at,
                           .open_from = place->open_from,
                           .open_to = place->open_to};
}

/* Rows
 * ---------------------------------------------------------------------------
 */

static int64_t *total_of(struct engine_totals *totals,
                         enum outreach_state state)
{
    switch (state) {
    case STATE_ACCEPTED:
        return &totals->accepted;
    case STATE_DELIVERED:
        return &totals->delivered;
    case STATE_FAILED:
        return &totals->failed;
    case STATE_SUPPRESSED:
        return &totals->suppressed;
    case STATE_EXPIRED:
        return &totals->expired;
    case STATE_CANCELLED:
        return &totals->cancelled;
    case STATE_MERGED:
        return &totals->merged;
    case STATE_UNKNOWN:
        return &totals->unknown;
    case STATE_PLANNED:
    case STATE_SUBMITTING:
    case STATE_COUNT:
        break;
    }
    return NULL;
}

bool clerk_verdict(struct clerk *clerk, const struct outreach *row,
                   const char *verdict, const char *reason, struct error *err)
{
    return ledger_verdict(clerk->store, row, verdict, reason, "engine",
                          clerk->now, err);
}

/* What was under way when its campaign was cancelled comes back: the ending
 * looks once more. */
static void ending_again(struct clerk *clerk, int64_t campaign_id)
{
    struct roster_campaign *item = roster_find(&clerk->roster, campaign_id);
    if (item && item->launched.state == CAMPAIGN_CANCELLED)
        item->ended = false;
}

static bool is_lost(const struct ledger_change *change)
{
    return change->to == STATE_FAILED || change->to == STATE_SUPPRESSED ||
           change->to == STATE_EXPIRED ||
           (change->to == STATE_UNKNOWN && change->due_at == INSTANT_NEVER);
}

/* The change itself, and what it sets going. */
static bool change_make(struct clerk *clerk, struct outreach *row,
                        const struct ledger_change *change, struct error *err)
{
    enum outreach_state from = row->state, to = change->to;
    if (!ledger_change(clerk->store, row, change, err))
        return false;
    int64_t *total = from == to ? NULL : total_of(&clerk->totals, to);
    if (total)
        ++*total;
    bool lost = is_lost(change);
    bool taken = from != to && (to == STATE_ACCEPTED || to == STATE_DELIVERED);
    if (to == STATE_PLANNED)
        ending_again(clerk, row->campaign_id);
    bool said = lost || (to == STATE_CANCELLED && from != to);
    return (!said ||
            (clerk_verdict(clerk, row, state_name(to), change->reason, err) &&
             companions_follow(clerk, row, change->reason, err))) &&
           (!lost || clerk_not_reached(clerk, row, change->reason, err)) &&
           (!taken || silent_plan(clerk, row, err));
}

bool clerk_change(struct clerk *clerk, struct outreach *row,
                  const struct ledger_change *change, struct error *err)
{
    if (!is_lost(change) || !(row->tried & LADDER_GIVEN_UP))
        return change_make(clerk, row, change, err);
    char reasons[OUTREACH_REASON_MAX];
    struct ledger_change whole = *change;
    whole.reason = reasons;
    return rung_reasons(clerk, row, change->reason, reasons, err) &&
           change_make(clerk, row, &whole, err);
}

bool clerk_hold(struct clerk *clerk, struct outreach *row, instant until,
                const char *reason, struct error *err)
{
    bool same;
    struct ledger_change change = ledger_from(row);
    change.due_at = until;
    change.reason = reason;
    return outreach_reason_is(clerk->store, row->id, reason, &same, err) &&
           (same || clerk_verdict(clerk, row, "held", reason, err)) &&
           clerk_change(clerk, row, &change, err);
}

bool clerk_end(struct clerk *clerk, struct outreach *row,
               enum outreach_state state, const char *reason, struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.to = state;
    change.reason = reason;
    change.due_at = INSTANT_NEVER;
    return clerk_change(clerk, row, &change, err);
}

/* Tasks
 * ---------------------------------------------------------------------------
 */

/* When the person must have done it: from its own moment or from now. */
static bool task_due(struct clerk *clerk, const struct roster_campaign *item,
                     const struct outreach *row, const struct task_spec *spec,
                     instant *out, struct error *err)
{
    struct anchor_place place;
    struct view_row view;
    struct view_time time = clerk_time(clerk, clerk->now);
    instant field_at = INSTANT_NEVER;
    bool found;
    if (!anchor_place_read(clerk->store, row->anchor_kind, row->anchor_id,
                           &place, err))
        return false;
    if (spec->due.given && spec->due.base == BASE_FIELD) {
        if (!view_read(item->view, row->anchor_id, &time, &found, &view, err))
            return false;
        if (found)
            field_at = roster_field(item, &view, spec->due.field);
    }
    struct timing timing = clerk_timing(clerk, &place, clerk->now);
    *out = task_due_at(spec, clerk->now, field_at, &timing);
    return true;
}

bool clerk_opt_out(struct clerk *clerk, const struct opt *opt,
                   struct error *err)
{
    int64_t ended;
    if (!consent_opt_out(clerk->store, opt, clerk->now, &ended, err))
        return false;
    clerk->totals.opt_outs++;
    clerk->totals.suppressed += ended;
    return true;
}

bool clerk_task(struct clerk *clerk, const struct roster_campaign *item,
                const struct outreach *row, const char *kind, const char *name,
                const struct task_spec *spec, const char *reason,
                struct error *err)
{
    struct task_new task = {.kind = kind,
                            .name = name,
                            .campaign_id = row->campaign_id,
                            .patient_id = row->patient_id,
                            .anchor_kind = (int)row->anchor_kind,
                            .anchor_id = row->anchor_id,
                            .occurrence = row->occurrence,
                            .outreach_id = row->id,
                            .owner = spec->to,
                            .reason = reason,
                            .escalate_to = spec->then};
    return task_due(clerk, item, row, spec, &task.due_at, err) &&
           worklist_open(clerk, &task, err);
}

/* By itself, or by the row that spoke for it. */
static bool row_reached(struct clerk *clerk, const struct outreach *row,
                        bool *reached, struct error *err)
{
    struct outreach speaker = *row;
    bool found = true;
    if (row->state == STATE_MERGED &&
        !outreach_read(clerk->store, row->merged_into, &found, &speaker, err))
        return false;
    *reached =
        found && speaker.channel != OUTREACH_TASK &&
        (speaker.state == STATE_DELIVERED || speaker.state == STATE_ACCEPTED);
    return true;
}

bool clerk_is_answer(struct clerk *clerk, const struct outreach *row)
{
    const struct roster_campaign *item =
        clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    return step && step->answers;
}

/* Nobody can say whether it left, and the step would rather leave it at that
 * than have a person look. */
static bool is_given_up(const struct roster_campaign *item,
                        const struct outreach *row)
{
    const struct step *step = campaign_step(item->campaign, row->step);
    return row->state == STATE_UNKNOWN && step &&
           step->when_unknown == UNKNOWN_GIVE_UP;
}

bool clerk_not_reached(struct clerk *clerk, const struct outreach *row,
                       const char *reason, struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, row->campaign_id);
    if (!item || !item->campaign->if_not_reached ||
        clerk_is_answer(clerk, row) || is_given_up(item, row))
        return true;
    struct outreach_list list = {0};
    if (!outreach_of_entry(clerk->store, row->campaign_id, row->anchor_kind,
                           row->anchor_id, row->occurrence, &list, err))
        return false;
    bool reached = false, done = true;
    for (size_t i = 0; done && !reached && i < list.count; i++)
        done = row_reached(clerk, &list.items[i], &reached, err);
    outreach_list_free(&list);
    /* Whoever was reached before and may not be any more (STOP after the first
     * check-in) is somebody's to call; a later step that only failed is not. */
    if (!done || (reached && row->state != STATE_SUPPRESSED))
        return done;
    char all[OUTREACH_REASON_MAX + 32], why[TASK_TEXT_MAX];
    snprintf(all, sizeof(all), "%s%s%s", state_name(row->state),
             reason ? ": " : "", reason ? reason : "");
    text_copy_list(why, sizeof(why), all);
    return clerk_task(clerk, item, row, "not-reached", "not reached",
                      item->campaign->if_not_reached, why, err);
}

/* Jobs
 * ------------------------------------------------------------------------------
 */

/* When each lane has something to be looked at: campaigns that ended and
 * those that cannot be used do not count, or the loop would spin on them. */
static bool lane_next(struct clerk *clerk, int channel, instant *out,
                      struct error *err)
{
    int64_t id = 0;
    *out = INSTANT_NEVER;
    for (;;) {
        bool found;
        instant due;
        if (!outreach_next_due(clerk->store, channel, id, &found, &id, &due,
                               err))
            return false;
        if (!found)
            return true;
        const struct roster_campaign *item = roster_find(&clerk->roster, id);
        if (item && !item->broken && roster_lives(item) && due < *out)
            *out = due;
    }
}

bool next_due(struct clerk *clerk, struct clerk_next *out, struct error *err)
{
    static const int channels[LANES] = {CHANNEL_SMS, CHANNEL_EMAIL,
                                        CHANNEL_VOICE, OUTREACH_TASK};
    for (size_t i = 0; i < LANES; i++) {
        out->due[i] = INSTANT_NEVER;
        if (!retime_holds(clerk) &&
            !lane_next(clerk, channels[i], &out->due[i], err))
            return false;
    }
    bool dirty;
    instant late, parked;
    if (!outreach_next_waiting(clerk->store, &out->waiting, err) ||
        !worklist_next(clerk, &late, err) || !park_next(clerk, &parked, err) ||
        !dirty_any(clerk->store, &dirty, err))
        return false;
    out->waiting = instant_sooner(instant_sooner(out->waiting, late), parked);
    clerk->dirty = dirty;
    out->evaluate = evaluate_next(clerk);
    return tell_next(clerk, out->outlets, err);
}

static bool job_look(struct clerk *clerk, struct error *err)
{
    int64_t version = store_data_version(clerk->store);
    if (version == clerk->data_version && !clerk->roster_stale)
        return true;
    clerk->next_known = false;
    if (!settings_read(clerk, err))
        return false;
    clerk->data_version = version;
    clerk->roster_stale = false;
    return true;
}

/* What is due next is asked once a change, not once a job: most looks find
 * that nobody wrote anything. */
static bool next_ask(struct clerk *clerk, struct error *err)
{
    bool holds = retime_holds(clerk);
    if (clerk->next_known && clerk->next_held == holds) {
        clerk->next.evaluate = evaluate_next(clerk);
        return true;
    }
    clerk->next_held = holds;
    clerk->next_known = next_due(clerk, &clerk->next, err);
    return clerk->next_known;
}

static bool job_body(struct clerk *clerk, struct job *job, struct error *err)
{
    switch (job->kind) {
    case JOB_CLAIM:
        return claim_run(clerk, job, err);
    case JOB_SETTLE:
        return settle_run(clerk, job, err);
    case JOB_EVALUATE:
        return evaluate_run(clerk, job, err);
    case JOB_WAITING:
        return waiting_run(clerk, job, err);
    case JOB_LOOK:
        return true;
    case JOB_TELL:
        return tell_run(clerk, job, err);
    }
    return true;
}

/* One job, or two under one commit. */
static bool jobs_transact(struct clerk *clerk, struct job *const *jobs,
                          size_t count, struct error *err)
{
    if (jobs[0]->kind == JOB_LOOK)
        return job_look(clerk, err) && withdraw_find(clerk, jobs[0], err) &&
               worklist_look(clerk, err);
    if (!store_begin(clerk->store, err))
        return false;
    /* Somebody may have paused, launched or cancelled: seen inside every
     * transaction, for one cheap question. */
    clerk->next_known = false;
    bool done = job_look(clerk, err);
    for (size_t i = 0; done && i < count; i++) {
        clerk->totals = (struct engine_totals){0};
        done = job_body(clerk, jobs[i], err);
        jobs[i]->totals = clerk->totals;
    }
    if (done && next_ask(clerk, err))
        return store_commit(clerk->store, err);
    store_rollback(clerk->store);
    return false;
}

static void job_undo(struct clerk *clerk, struct job *job)
{
    for (size_t i = 0; i < job->dispatch_count; i++)
        dispatch_free(&job->dispatches[i]);
    for (size_t i = 0; i < job->question_count; i++)
        free(job->questions[i].text);
    job->dispatch_count = 0;
    job->question_count = 0;
    for (size_t i = 0; i < job->permit_count; i++)
        job->permits[i].count = job->granted[i];
    job->examined = 0;
    job->totals = (struct engine_totals){0};
    clerk->roster_stale = true;
    evaluate_forget(clerk);
}

static bool jobs_run(struct clerk *clerk, struct job *const *jobs, size_t count)
{
    struct error err = {0};
    clerk->now = jobs[count - 1]->now;
    clerk->outage = jobs[count - 1]->outage;
    retime_look(clerk);
    struct retime before = clerk->retime;
    bool done = jobs_transact(clerk, jobs, count, &err);
    if (!done) {
        clerk->retime = before;
        clerk->next_known = clerk->parked_known = false;
    }
    worklist_end(clerk, done);
    struct error ignored = {0};
    instant now = clerk->now;
    struct clerk_next next =
        next_ask(clerk, done ? &err : &ignored)
            ? clerk->next
            : (struct clerk_next){
                  .due = {now, now, now, now}, .waiting = now, .evaluate = now};
    next.paused = clerk->paused;
    next.tasks = clerk->worklist.counts;
    for (size_t i = 0; i < count; i++) {
        if (!done)
            job_undo(clerk, jobs[i]);
        jobs[i]->done = done;
        jobs[i]->error = err;
        jobs[i]->next_due = next;
        jobs[i]->ended_at = clock_monotonic_ms();
    }
    return done;
}

void clerk_run(struct clerk *clerk, struct job *job)
{
    jobs_run(clerk, &job, 1);
}

void clerk_run_both(struct clerk *clerk, struct job *first, struct job *second)
{
    struct job *const jobs[] = {first, second};
    if (jobs_run(clerk, jobs, 2) || !clerk_is_own_fault(&first->error))
        return;
    clerk_run(clerk, first);
    clerk_run(clerk, second);
}
