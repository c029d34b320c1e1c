/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One patient, explained: each campaign's conditions, the steps with their
 * times, what the gate says, and what comes next. Everything is asked of the
 * functions that decide, on the store itself, inside one transaction that
 * cannot be committed. Judges nothing by itself.
 */
#include "scheduler/explain.h"

#include <stdlib.h>

#include "base/text.h"
#include "campaigns/expression.h"
#include "scheduler/explain_own.h"
#include "scheduler/ladder.h"
#include "store/store.h"

/* So many of a patient's visits, fills ... are shown. */
#define ANCHORS_SHOWN 6
#define PERMITS 1000000

const char *explained_what_name(enum explained_what what)
{
    static const char *const names[] = {
        [WILL_GO] = "goes",         [WILL_WAIT] = "waits",
        [WILL_BE_HELD] = "held",    [WILL_CHANGE] = "other-channel",
        [WILL_OPEN] = "task-opens", [WILL_END] = "ends",
        [WILL_LOOK] = "looked-at",  [WILL_BE_FOUND] = "found-sent",
    };
    return names[what];
}

/* Opening ------------------------------------------------------------------ */

/* Every provider is there, takes what it is given and waits for nobody. */
static void providers_fill(struct explaining *it,
                           const struct engine_config *config, instant now)
{
    unsigned served = 0;
    it->providers =
        memory_new((config->provider_count + 1) * sizeof(*it->providers));
    it->job = job_new(JOB_CLAIM, now);
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct engine_provider *from = &config->providers[i];
        struct clerk_provider *to = &it->providers[i];
        text_copy(to->name, sizeof(to->name), from->name);
        to->cost_millionths = from->cost_millionths;
        to->sender_per_second =
            queue_speed(from->sender_per_second, from->per_second);
        served |= from->channels;
        if (from->fallback_of < 0)
            it->job->permits[it->job->permit_count++] =
                (struct permit){.provider = (int)i,
                                .channels = from->channels,
                                .count = PERMITS};
    }
    it->job->unserved = ~served;
}

/* Anchors ------------------------------------------------------------------ */

static bool is_asked(const struct explaining *it,
                     const struct roster_campaign *item)
{
    return !it->request->campaign ||
           text_equal(it->request->campaign, item->launched.name);
}

static bool was_known(const struct explaining *it, const struct entry *entry)
{
    for (size_t i = 0; i < it->known_count; i++)
        if (it->known[i].campaign_id == entry->campaign_id &&
            it->known[i].anchor_id == entry->anchor_id &&
            it->known[i].occurrence == entry->occurrence)
            return true;
    return false;
}

/* Steps -------------------------------------------------------------------- */

/* "at 02:30" on a day whose clocks jump over it. */
static bool is_in_gap(const struct step *step, const struct step_plan *plan,
                      const struct zone *patient_zone)
{
    int said = step->when.at_seconds;
    if (plan->missing || said < 0)
        return false;
    struct civil wall = zone_local(patient_zone, plan->when);
    return wall.hour * 3600 + wall.minute * 60 + wall.second != said % 86400;
}

static const char *source_of(struct explaining *it,
                             const struct step_time *time)
{
    return time->given ? arena_text(it->arena, time->source) : NULL;
}

static void ladder_take(struct explaining *it, const struct step *step,
                        int preferred, struct explained_step *out)
{
    struct rung rungs[LADDER_MAX];
    char text[40];
    out->rung_count = ladder_order(step, preferred, rungs);
    for (size_t i = 0; i < out->rung_count; i++) {
        out->ladder[i].channel = rungs[i].channel;
        out->ladder[i].wait =
            rungs[i].wait.count > 0
                ? arena_text(it->arena, duration_text(rungs[i].wait, text))
                : NULL;
    }
}

static bool step_row(struct explaining *it, const struct outreach_list *rows,
                     struct explained_step *out, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    out->reason = "";
    for (size_t i = 0; i < rows->count; i++) {
        const struct outreach *row = &rows->items[i];
        if (!text_equal(row->step, out->name))
            continue;
        out->outreach_id = row->id;
        out->state = row->state;
        if (!outreach_reason(it->clerk->store, row->id, reason, err))
            return false;
        out->reason = arena_text(it->arena, reason);
    }
    return true;
}

static void step_fill(struct explaining *it, const struct step_plan *plan,
                      const struct anchor_place *place,
                      const struct explained_anchor *anchor,
                      struct explained_step *out)
{
    static const char *const closed[] = {[CLOSED_LATER] = "later",
                                         [CLOSED_EARLIER] = "earlier",
                                         [CLOSED_DROP] = "drop"};
    const struct step *step = plan->step;
    *out = (struct explained_step){
        .name = arena_text(it->arena, step->name),
        .when_source = source_of(it, &step->when),
        .until_source = source_of(it, &step->until),
        .not_before_source = source_of(it, &step->not_before),
        .missing = plan->missing,
        .passed = plan->passed,
        .gap = is_in_gap(step, plan, anchor->patient_zone),
        .when = plan->when,
        .due = plan->due,
        .until = plan->until,
        .not_before = plan->not_before,
        .if_closed = closed[step->if_closed],
        .task_for = step->task ? arena_text(it->arena, step->task->to) : NULL,
    };
    if (!step->task)
        ladder_take(it, step, place->preferred, out);
}

static bool steps_take(struct explaining *it, struct roster_campaign *item,
                       const struct entry *entry, struct explained_anchor *out,
                       struct error *err)
{
    struct clerk *clerk = it->clerk;
    struct step_plans plans;
    struct facts_view view;
    struct anchor_place place;
    struct outreach_list rows = {0};
    if (!facts_look(clerk, item, out->id, entry->entered_at, &view, err))
        return false;
    if (!view.found)
        return true;
    bool done =
        anchor_place_read(clerk->store, item->campaign->anchor, out->id, &place,
                          err) &&
        steps_compute(clerk, item, entry, &view.row, &plans, err) &&
        outreach_of_entry(clerk->store, entry->campaign_id, entry->anchor_kind,
                          entry->anchor_id, entry->occurrence, &rows, err);
    if (done) {
        struct timing timing = clerk_timing(clerk, &place, entry->entered_at);
        out->zone = timing.anchor_zone;
        out->patient_zone = timing.patient_zone;
        out->steps =
            arena_alloc(it->arena, (plans.count + 1) * sizeof(*out->steps));
    }
    for (size_t i = 0; done && i < plans.count; i++) {
        step_fill(it, &plans.items[i], &place, out, &out->steps[i]);
        done = step_row(it, &rows, &out->steps[i], err);
        out->step_count++;
    }
    outreach_list_free(&rows);
    return done;
}

/* Campaigns ---------------------------------------------------------------- */

static const char *why_not_in(const struct explaining *it,
                              const struct roster_campaign *item,
                              const struct explained_anchor *anchor)
{
    bool wanted = anchor->in_audience && !anchor->stopped && !anchor->gone;
    if (!wanted || anchor->is_in)
        return NULL;
    if (!roster_is_planned(item))
        return "the campaign ended";
    if (item->launched.blast)
        return "nobody chose them for this blast";
    if (item->campaign->intake.count > 0)
        return "waits for the intake, which takes so many at a time";
    if (explain_is_left(it, item, anchor->id))
        return "all its moments have passed, or the next daily look takes them "
               "in";
    return "all its moments have passed, or its turn is not open";
}

static bool anchor_take(struct explaining *it, struct roster_campaign *item,
                        struct explained_anchor *out, struct error *err)
{
    struct entry entry;
    bool found;
    if (!entry_newest(it->clerk->store, item->launched.id,
                      item->campaign->anchor, out->id, &found, &entry, err))
        return false;
    out->entered_at = found ? entry.entered_at : INSTANT_NEVER;
    out->closed_at = found ? entry.closed_at : INSTANT_NEVER;
    if (!explain_conditions(it, item, out->entered_at, out, err))
        return false;
    out->is_in = found && entry.closed_at == INSTANT_NEVER;
    out->was_in = found && was_known(it, &entry);
    out->holdout = found && entry.holdout;
    out->why_not = why_not_in(it, item, out);
    if (out->is_in && !steps_take(it, item, &entry, out, err))
        return false;
    bool wanted = out->gone || (out->in_audience && !out->stopped);
    return !wanted || !roster_is_planned(item) || item->launched.blast ||
           explain_gate(it, item, out->id, found ? entry.occurrence : 0,
                        &out->look, err);
}

static bool anchors_take(struct explaining *it, struct roster_campaign *item,
                         const struct explain_anchors *from,
                         struct explained_campaign *out, struct error *err)
{
    out->anchors =
        arena_alloc(it->arena, (from->count + 1) * sizeof(*out->anchors));
    for (size_t i = 0; i < from->count; i++) {
        struct explained_anchor *anchor = &out->anchors[out->anchor_count];
        *anchor = (struct explained_anchor){.id = from->ids[i]};
        if (out->anchor_count == ANCHORS_SHOWN) {
            out->more = from->count - i;
            break;
        }
        if (!anchor_take(it, item, anchor, err))
            return false;
        /* What was replaced says nothing, unless there is nothing else. */
        bool last = i + 1 == from->count && out->anchor_count == 0;
        out->anchor_count += !anchor->gone || anchor->was_in || last;
    }
    return true;
}

static bool campaign_take(struct explaining *it, struct roster_campaign *item,
                          struct explained_campaign *out, struct error *err)
{
    const struct campaign_row *row = &item->launched;
    *out = (struct explained_campaign){
        .name = arena_text(it->arena, row->name),
        .state = campaign_state_name(row->state),
        .sha256 = arena_text(it->arena, row->sha256),
        .launched_by = arena_text(it->arena, row->launched_by),
        .launched_at = row->launched_at,
        .blast = row->blast};
    if (!clerk_campaign(it->clerk, row->id)) {
        out->broken = "its launched version cannot be read: launch it again";
        return true;
    }
    out->owner = arena_text(it->arena, item->campaign->owner);
    out->purpose = arena_text(it->arena, item->campaign->purpose);
    out->kind = anchor_name(item->campaign->anchor);
    struct explain_anchors anchors = {0};
    bool done =
        explain_anchors_add(it, item, it->request->patient_id, &anchors, err) &&
        anchors_take(it, item, &anchors, out, err);
    free(anchors.ids);
    return done;
}

/* A campaign that ended, and blasts, only where they know the patient. */
static bool is_shown(struct explaining *it, struct roster_campaign *item,
                     bool *shown, struct error *err)
{
    struct entry entry;
    *shown = is_asked(it, item);
    if (!*shown || it->request->campaign)
        return true;
    if (item->launched.blast)
        return entry_newest(it->clerk->store, item->launched.id, ANCHOR_PATIENT,
                            it->request->patient_id, shown, &entry, err);
    *shown = roster_is_planned(item);
    return true;
}

static bool campaigns_take(struct explaining *it, struct error *err)
{
    const struct roster *roster = &it->clerk->roster;
    struct explained *out = it->out;
    out->campaigns =
        arena_alloc(it->arena, (roster->count + 1) * sizeof(*out->campaigns));
    for (size_t i = 0; i < roster->count; i++) {
        bool shown;
        if (!is_shown(it, roster->items[i], &shown, err) ||
            (shown &&
             !campaign_take(it, roster->items[i],
                            &out->campaigns[out->campaign_count++], err)))
            return false;
    }
    return true;
}

/* In the order of time; those of one moment stay as they came. */
static void events_sort(struct explained *out)
{
    for (size_t i = 1; i < out->event_count; i++) {
        struct explained_event one = out->events[i];
        size_t to = i;
        for (; to > 0 && out->events[to - 1].at > one.at; to--)
            out->events[to] = out->events[to - 1];
        out->events[to] = one;
    }
}

bool explain_patient(const struct engine_config *config,
                     const struct explain_request *request, instant now,
                     struct arena *arena, struct explained *out,
                     struct error *err)
{
    struct explaining it = {.request = request, .arena = arena, .out = out};
    *out = (struct explained){0};
    providers_fill(&it, config, now);
    it.clerk =
        clerk_new(config, it.providers, config->provider_count, now, err);
    bool done = it.clerk && store_begin(it.clerk->store, err);
    if (done) {
        struct clerk *clerk = it.clerk;
        out->paused = clerk->paused;
        done = claim_stale_feeds(clerk->store, now, clerk->stale_feeds,
                                 CLERK_FEEDS, &clerk->stale_feed_count, err) &&
               explain_people(&it, err) && explain_waiting(&it, err) &&
               explain_plan(&it, err) && explain_ahead(&it, request->at, err) &&
               campaigns_take(&it, err) &&
               explain_ahead(&it, request->until, err);
    }
    events_sort(out);
    if (it.clerk)
        store_rollback(it.clerk->store);
    clerk_free(it.clerk);
    job_free(it.job);
    free(it.providers);
    free(it.known);
    free(it.held);
    free(it.watched);
    return done;
}
