/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting things whose time has come: late tasks escalate; waiting rows go on:
 * accepted ones whose ladder goes on for want of proof, and unknown ones. An
 * unknown message is settled by what can be known: the provider is asked
 * (absence counts after two looks ten minutes apart), or the identical request
 * is repeated while the provider drops repetitions; only when neither can be
 * does the step's `when_unknown` decide. Resends nothing on its own but what
 * answers danger (S-19): "call 911 now" is better read twice than not at all.
 */
#include "scheduler/reconcile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "scheduler/companion.h"
#include "scheduler/facts.h"
#include "scheduler/ladder.h"
#include "scheduler/park.h"
#include "scheduler/request.h"
#include "scheduler/rung.h"
#include "store/attempt.h"

#define LOOKS_FOR_ABSENT 2
#define REPEATS_MAX 3
#define AGAIN_MS (5 * SECOND_MS) /* danger; longer with each */
/* A provider that cannot say for this long, of the time we were there to ask,
 * will not say at all. */
#define PATIENCE_MS (60 * MINUTE_MS)
#define WAITING_SLICE 128
#define ORPHANS_SLICE 500

static bool look_later(struct clerk *clerk, struct outreach *row, int looks,
                       struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.due_at = clerk->now + LOOK_AGAIN_MS;
    change.looks = looks;
    change.reason = "it may have reached the provider; asking";
    return clerk_change(clerk, row, &change, err);
}

/* Over all channels, however each of them ended: a provider that is wrong
 * about what it has must not make us write for ever. */
static bool may_again(const struct outreach *row, const struct step *step)
{
    return row->attempts < ladder_budget(step);
}

static bool become_unknown(struct clerk *clerk, struct outreach *row,
                           const char *reason, struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.to = STATE_UNKNOWN;
    change.due_at = clerk->now;
    change.looks = 0;
    change.reason = reason;
    return clerk_change(clerk, row, &change, err);
}

static bool send_again(struct clerk *clerk, struct outreach *row,
                       int64_t wait_ms, const char *reason, struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.to = STATE_PLANNED;
    change.due_at = clerk->now + wait_ms;
    change.looks = 0;
    change.reason = reason;
    return clerk_change(clerk, row, &change, err);
}

/* For its patient, and each other that it spoke for. */
static bool unknown_tasks(struct clerk *clerk,
                          const struct roster_campaign *item,
                          const struct outreach *row,
                          const struct task_spec *spec, struct error *err)
{
    static const char why[] = "nobody knows whether it arrived";
    struct outreach_list others = {0};
    bool done =
        clerk_task(clerk, item, row, "unknown", row->step, spec, why, err) &&
        companions_others(clerk, row, &others, err);
    for (size_t i = 0; done && i < others.count; i++)
        done = clerk_task(clerk, item, &others.items[i], "unknown", row->step,
                          spec, why, err);
    outreach_list_free(&others);
    return done;
}

/* Nobody can tell: the step says what then. */
bool reconcile_give_up(struct clerk *clerk, struct outreach *row,
                       struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    enum when_unknown then = step ? step->when_unknown : UNKNOWN_GIVE_UP;
    if (then == UNKNOWN_RESEND && may_again(row, step))
        return send_again(clerk, row, 0, "unknown; the step says resend", err);
    /* (with "if_not_reached" it opens like that of any other end) */
    if (then == UNKNOWN_TASK && item && !item->campaign->if_not_reached) {
        struct task_spec spec = {
            .to = item->campaign->owner ? item->campaign->owner : "front desk",
            .same_day = true};
        if (!unknown_tasks(clerk, item, row, &spec, err))
            return false;
    }
    struct ledger_change change = ledger_from(row);
    change.due_at = INSTANT_NEVER;
    change.reason = "unknown, and not sent again";
    return clerk_change(clerk, row, &change, err);
}

/* Unknown rows ---------------------------------------------------------------
 */

int clerk_provider_named(const struct clerk *clerk, const char *name)
{
    for (size_t i = 0; i < clerk->provider_count; i++)
        if (text_equal(clerk->providers[i].name, name))
            return (int)i;
    return -1;
}

static bool ask(struct clerk *clerk, struct job *job, struct outreach *row,
                const struct attempt *attempt, int provider, struct error *err)
{
    char *body = NULL, *request = NULL;
    if (!attempt_texts(clerk->store, attempt->id, &body, &request, err))
        return false;
    free(request);
    job->questions = memory_grow(job->questions, job->question_count + 1,
                                 sizeof(*job->questions));
    struct question_out *question = &job->questions[job->question_count++];
    *question = (struct question_out){.attempt_id = attempt->id,
                                      .provider = provider,
                                      .channel = attempt->channel,
                                      .submitted_at = attempt->submitted_at,
                                      .text = body};
    request_reference(attempt->id, row->id, question->reference);
    text_copy(question->to, sizeof(question->to), attempt->address);
    return look_later(clerk, row, row->looks, err);
}

/* What the gate says now to one of those that the request speaks for. */
static bool repeat_gate(struct clerk *clerk, const struct outreach *row,
                        const struct attempt *attempt, struct facts *facts,
                        bool *may, bool *later, struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    struct claim_row about;
    struct facts_view view;
    struct gate_decision decision;
    bool found;
    *may = *later = false;
    if (!step)
        return true;
    if (!claim_row_read(clerk->store, row->anchor_kind, row->id, &found, &about,
                        err))
        return false;
    if (!found)
        return true;
    about.outreach.channel = (int)attempt->channel;
    if (!facts_look(clerk, item, row->anchor_id, about.entered_at, &view,
                    err) ||
        !facts_gather(clerk, item, step, &about, &view, facts, err))
        return false;
    facts->gate.repeated = true;
    gate_decide(&facts->gate, &decision);
    *may = decision.verdict == GATE_GO && facts->gate.contact.address &&
           text_equal_nocase(facts->gate.contact.address, attempt->address);
    *later = decision.verdict == GATE_WAIT;
    return true;
}

/* Whether the request may still go to everybody it speaks for: the gate
 * again, but for caps (it was counted) and hours (its validity knows them).
 * Sets *later where it is only held, by a pause. */
static bool repeat_may(struct clerk *clerk, const struct outreach *row,
                       const struct attempt *attempt, bool *may, bool *later,
                       struct error *err)
{
    struct outreach_list merged = {0};
    struct facts *facts = memory_new(sizeof(*facts));
    bool done = outreach_merged(clerk->store, row->id, &merged, err) &&
                repeat_gate(clerk, row, attempt, facts, may, later, err);
    for (size_t i = 0; done && *may && i < merged.count; i++)
        done = repeat_gate(clerk, &merged.items[i], attempt, facts, may, later,
                           err);
    outreach_list_free(&merged);
    free(facts);
    return done;
}

/* The identical request, under the same attempt: the provider's key makes
 * two of them one. */
static bool repeat(struct clerk *clerk, struct job *job, struct outreach *row,
                   const struct attempt *attempt, int provider,
                   struct error *err)
{
    char *body = NULL, *request = NULL;
    if (!attempt_texts(clerk->store, attempt->id, &body, &request, err))
        return false;
    free(body);
    struct dispatch dispatch = {.attempt_id = attempt->id,
                                .outreach_id = row->id,
                                .provider = provider};
    struct error why = {0};
    bool kept = request && request_read(request, &dispatch, &why);
    free(request);
    if (!kept || dispatch.message.valid_until <= clerk->now) {
        if (kept)
            dispatch_free(&dispatch);
        return reconcile_give_up(clerk, row, err);
    }
    struct ledger_change change = ledger_from(row);
    change.to = STATE_SUBMITTING;
    change.owner = clerk->owner;
    change.lease_until = change.due_at = clerk->now + clerk->config->lease_ms;
    change.looks++;
    change.reason = "the identical request again";
    job->dispatches = memory_grow(job->dispatches, job->dispatch_count + 1,
                                  sizeof(*job->dispatches));
    job->dispatches[job->dispatch_count++] = dispatch;
    return clerk_change(clerk, row, &change, err);
}

/* The key that makes two requests one dies at the provider, however often we
 * began again meanwhile: its age counts from the first. */
static bool key_lives(const struct clerk *clerk,
                      const struct clerk_provider *provider,
                      const struct attempt *attempt)
{
    return clerk->now - attempt->submitted_at < provider->key_life_ms;
}

/* What goes back to who wrote of danger, or that they are worse. */
static bool answers_danger(const struct step *step)
{
    return step && step->answers &&
           (text_equal(step->answers, "emergency") ||
            text_starts(step->answers, "urgency "));
}

static bool unknown_row(struct clerk *clerk, struct job *job,
                        struct outreach *row, struct error *err)
{
    struct attempt attempt;
    bool found;
    if (!attempt_newest(clerk->store, row->id, &found, &attempt, err))
        return false;
    int provider = found ? clerk_provider_named(clerk, attempt.driver) : -1;
    instant since = found && attempt.submitted_at > clerk->born
                        ? attempt.submitted_at
                        : clerk->born;
    if (provider < 0 || clerk->now - since > PATIENCE_MS)
        return reconcile_give_up(clerk, row, err);
    if (key_lives(clerk, &clerk->providers[provider], &attempt) &&
        row->looks < REPEATS_MAX && attempt.outcome != OUTCOME_ACCEPTED) {
        bool may, later;
        if (!repeat_may(clerk, row, &attempt, &may, &later, err))
            return false;
        if (later)
            return look_later(clerk, row, row->looks, err);
        if (may)
            return repeat(clerk, job, row, &attempt, provider, err);
    }
    const struct roster_campaign *item =
        clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    if (answers_danger(step) && may_again(row, step))
        return send_again(clerk, row, row->attempts * AGAIN_MS,
                          "unknown; whoever is in danger is told again", err);
    if (clerk->providers[provider].can_query)
        return ask(clerk, job, row, &attempt, provider, err);
    return reconcile_give_up(clerk, row, err);
}

/* What was found by its text may be another message that says the same: then
 * its id is known. */
static bool is_another_s(struct clerk *clerk, const struct settlement *from,
                         bool *other, struct error *err)
{
    int64_t id = 0;
    if (from->answer == DRIVER_FOUND && from->event.provider_id &&
        !attempt_by_provider_id(clerk->store,
                                park_provider_name(clerk, from->provider),
                                from->event.provider_id, &id, err))
        return false;
    *other = id != 0 && id != from->attempt_id;
    return true;
}

bool reconcile_answer(struct clerk *clerk, const struct settlement *from,
                      struct error *err)
{
    struct attempt attempt;
    struct outreach row;
    bool found, other;
    if (!is_another_s(clerk, from, &other, err))
        return false;
    if (!attempt_read(clerk->store, from->attempt_id, &found, &attempt, &row,
                      err))
        return false;
    if (found && attempt.channel == CHANNEL_VOICE && !from->event.ended &&
        from->answer == DRIVER_FOUND)
        return true; /* the call goes on: it is asked again */
    if (from->answer == DRIVER_FOUND && !other &&
        from->event.outcome != OUTCOME_NONE &&
        from->event.outcome != OUTCOME_UNKNOWN)
        return settle_event(clerk, from, err);
    if (!found || row.state != STATE_UNKNOWN || !attempt.newest ||
        from->answer != DRIVER_ABSENT)
        return true; /* it is looked at again in ten minutes */
    /* It said once that it took it: that it has it no more proves nothing. */
    if (attempt.outcome == OUTCOME_ACCEPTED)
        return reconcile_give_up(clerk, &row, err);
    if (row.looks + 1 < LOOKS_FOR_ABSENT)
        return look_later(clerk, &row, row.looks + 1, err);
    const struct roster_campaign *item = clerk_campaign(clerk, row.campaign_id);
    if (!may_again(&row, item ? campaign_step(item->campaign, row.step) : NULL))
        return reconcile_give_up(clerk, &row, err);
    struct attempt_change learn = {.outcome = OUTCOME_NOT_SENT,
                                   .rank = attempt.rank,
                                   .ended_at = clerk->now};
    return attempt_update(clerk->store, attempt.id, &learn, err) &&
           send_again(clerk, &row, 0, "the provider never had it", err);
}

/* Accepted rows
 * ----------------------------------------------------------------- */

static bool accepted_row(struct clerk *clerk, struct outreach *row,
                         struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, row->campaign_id);
    const struct step *step =
        item ? campaign_step(item->campaign, row->step) : NULL;
    struct anchor_place place;
    struct attempt attempt;
    bool found;
    if (!attempt_newest(clerk->store, row->id, &found, &attempt, err) ||
        !anchor_place_read(clerk->store, row->anchor_kind, row->anchor_id,
                           &place, err))
        return false;
    if (found && attempt.channel == CHANNEL_VOICE &&
        attempt.ended_at == INSTANT_NEVER)
        return become_unknown(clerk, row, "nobody heard how the call ended",
                              err);
    bool goes_on = item && item->launched.state != CAMPAIGN_CANCELLED;
    if (goes_on && step && may_again(row, step))
        return rung_next(clerk, item, row, place.preferred, STATE_ACCEPTED,
                         "no proof of delivery came", err);
    struct ledger_change change = ledger_from(row);
    change.due_at = INSTANT_NEVER;
    return clerk_change(clerk, row, &change, err);
}

bool waiting_run(struct clerk *clerk, struct job *job, struct error *err)
{
    struct outreach_list list = {0};
    bool done = outreach_waiting(clerk->store, STATE_ACCEPTED, clerk->now,
                                 WAITING_SLICE, &list, err);
    for (size_t i = 0; done && i < list.count; i++)
        done = accepted_row(clerk, &list.items[i], err);
    done = done && outreach_waiting(clerk->store, STATE_UNKNOWN, clerk->now,
                                    WAITING_SLICE, &list, err);
    for (size_t i = 0; done && i < list.count; i++)
        done = unknown_row(clerk, job, &list.items[i], err);
    outreach_list_free(&list);
    return done && park_drop(clerk, err) && worklist_late(clerk, err);
}

/* What a former life was handing over when it ended: the provider may have
 * it. Whether it left cannot be known from here, so it is unknown; and so is
 * the end of a call that it followed. */
bool clerk_orphans(struct clerk *clerk, struct error *err)
{
    struct outreach_list list = {0};
    size_t count = 0;
    bool done;
    do {
        done = outreach_orphans(clerk->store, clerk->owner, ORPHANS_SLICE,
                                &list, err);
        for (size_t i = 0; done && i < list.count; i++)
            done =
                become_unknown(clerk, &list.items[i],
                               "the service ended while handing it over", err);
        count += list.count;
    } while (done && list.count == ORPHANS_SLICE);
    do {
        done = done && outreach_calls(clerk->store, ORPHANS_SLICE, &list, err);
        for (size_t i = 0; done && i < list.count; i++)
            done = become_unknown(clerk, &list.items[i],
                                  "the service ended during the call", err);
        count += list.count;
    } while (done && list.count == ORPHANS_SLICE);
    if (count > 0)
        log_event(LOG_NOTICE, "orphans", "count=%zu", count);
    outreach_list_free(&list);
    return done;
}
