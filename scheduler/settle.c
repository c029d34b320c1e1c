/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of attempts: events, receipts and answers are written down word
 * for word and then read by the table of outcomes. Only the newest attempt of
 * an outreach may move it; proof of delivery may come from any of them.
 * Nothing here sends: what follows is a planned row like any other.
 */
#include <stdio.h>

#include "base/log.h"
#include "scheduler/clerk.h"
#include "scheduler/doubt.h"
#include "scheduler/ladder.h"
#include "scheduler/learn.h"
#include "scheduler/pace.h"
#include "scheduler/park.h"
#include "scheduler/reconcile.h"
#include "scheduler/retry.h"
#include "scheduler/rung.h"
#include "scheduler/tell.h"
#include "store/attempt.h"

/* A row is looked at once more so long before its until. */
#define LAST_LOOK_MS (15 * MINUTE_MS)
/* Past the longest call, and past what the engine waits for a driver. */
#define CALL_MOST_MS (2 * HOUR_MS + 10 * MINUTE_MS)

/* One event on its way into the store. */
struct settling {
    struct clerk *clerk;
    const struct settlement *from;
    const struct driver_event *event;
    int rank;
    enum outcome outcome;
    struct lesson lesson;
    struct attempt attempt;
    struct outreach row;
    struct roster_campaign *item; /* NULL: no longer launched */
    const struct step *step;      /* NULL: removed */
};

/* While a request is repeated its row counts the looks. Whatever comes of the
 * repetition, the first may have arrived: it never turns into a new one. */
static bool is_repeated(const struct outreach *row)
{
    return row->state == STATE_SUBMITTING && row->looks > 0;
}

static bool preferred_of(struct settling *it, int *preferred, struct error *err)
{
    *preferred = -1;
    if (!it->step || it->step->ladder_count < 2)
        return true;
    struct anchor_place place;
    if (!anchor_place_read(it->clerk->store, it->row.anchor_kind,
                           it->row.anchor_id, &place, err))
        return false;
    *preferred = place.preferred;
    return true;
}

static bool other_rung(struct settling *it, const char *reason,
                       struct error *err)
{
    int preferred;
    if (!preferred_of(it, &preferred, err))
        return false;
    if (!it->item || !it->step || it->row.attempts >= ladder_budget(it->step))
        return clerk_end(it->clerk, &it->row, STATE_FAILED, reason, err);
    return rung_next(it->clerk, it->item, &it->row, preferred, STATE_FAILED,
                     reason, err);
}

/* The outcome, with the provider's or the driver's own words behind it. */
static const char *why_not(const struct settling *it,
                           char out[OUTREACH_REASON_MAX])
{
    const char *detail = it->event->detail;
    snprintf(out, OUTREACH_REASON_MAX, "%s%s%s", outcome_name(it->outcome),
             detail && detail[0] ? ": " : "", detail ? detail : "");
    return out;
}

static bool planned_at(struct settling *it, instant due, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    struct ledger_change change = ledger_from(&it->row);
    change.to = STATE_PLANNED;
    change.due_at = due;
    change.reason = why_not(it, reason);
    return clerk_change(it->clerk, &it->row, &change, err);
}

/* On the same channel, or on the next when that would be too late. */
static bool again_at(struct settling *it, instant due, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    if (!it->step ||
        (it->row.until_at != INSTANT_NEVER && due >= it->row.until_at))
        return other_rung(it, why_not(it, reason), err);
    return planned_at(it, due, err);
}

static bool pass_over(struct settling *it, bool *passed, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    int preferred;
    return preferred_of(it, &preferred, err) &&
           rung_over(it->clerk, it->step, &it->row, preferred,
                     why_not(it, reason), passed, err);
}

/* Its provider takes nothing from anybody for a while, and another one has the
 * channel: the wait is that provider's, not the row's. */
static bool stands_in(const struct settling *it)
{
    const struct outage *outage = &it->clerk->outage;
    int provider = it->from->provider;
    return provider >= 0 && outage->halted & 1u << provider &&
           !(outage->closed & 1u << it->attempt.channel);
}

/* Slower and slower up to the cap. What would be tried too late is looked at
 * once more shortly before its until, and ends there. */
static instant refused_until(struct settling *it, const struct retry_rule *rule,
                             int times, int64_t least)
{
    instant now = it->clerk->now, until = it->row.until_at;
    int64_t cap = rule->cap_ms;
    if (until != INSTANT_NEVER && cap > until - now)
        cap = until - now;
    instant due = now + backoff_ms(times - 1, rule->base_ms, cap, least,
                                   &it->clerk->random);
    if (until == INSTANT_NEVER || due < until)
        return due;
    due = until - LAST_LOOK_MS;
    if (due < now + rule->least_ms)
        due = now + rule->least_ms;
    return due < until ? due : until;
}

static bool refused(struct settling *it, const struct retry_rule *rule,
                    struct error *err)
{
    struct clerk *clerk = it->clerk;
    struct outreach *row = &it->row;
    instant since;
    int times;
    bool passed = false;
    row->tries -= row->tries > 0;
    if (stands_in(it))
        return planned_at(it, clerk->now, err);
    if (!attempt_run(clerk->store, row->id, it->attempt.channel,
                     retry_refusals(), &times, &since, err))
        return false;
    int64_t lasts = since < clerk->now ? clerk->now - since : 0;
    int64_t least = retry_least(rule, it->event->retry_after_ms);
    bool too_long = lasts + least >= ladder_patience(it->step) ||
                    least >= row->until_at - clerk->now;
    if (too_long && !pass_over(it, &passed, err))
        return false;
    return passed || planned_at(it, refused_until(it, rule, times, least), err);
}

static bool again(struct settling *it, struct error *err)
{
    struct clerk *clerk = it->clerk;
    char reason[OUTREACH_REASON_MAX];
    const struct retry_rule *rule = retry_find(it->outcome);
    if (rule->most == RETRY_ANY)
        return it->step ? refused(it, rule, err)
                        : other_rung(it, why_not(it, reason), err);
    if (it->row.attempts >= ladder_budget(it->step) ||
        it->row.tries >= rule->most)
        return other_rung(it, why_not(it, reason), err);
    return again_at(it,
                    clerk->now +
                        backoff_ms(it->row.tries > 0 ? it->row.tries - 1 : 0,
                                   rule->base_ms, rule->cap_ms,
                                   retry_least(rule, it->event->retry_after_ms),
                                   &clerk->random),
                    err);
}

/* To have placed a call is to have reached nobody: how it ended counts. */
static bool is_call(const struct attempt *attempt)
{
    return attempt->channel == CHANNEL_VOICE &&
           attempt->ended_at == INSTANT_NEVER;
}

/* Still after this event. */
static bool call_under_way(const struct settling *it)
{
    return is_call(&it->attempt) && !it->event->ended;
}

/* Taken by the provider: the ladder goes on only where more proof can come,
 * and only after the wait that the step gives it. */
static bool accepted(struct settling *it, struct error *err)
{
    struct clerk *clerk = it->clerk;
    struct ledger_change change = ledger_from(&it->row);
    change.to = STATE_ACCEPTED;
    change.due_at = INSTANT_NEVER;
    change.looks = 0;
    if (call_under_way(it)) {
        change.due_at = clerk->now + CALL_MOST_MS;
        return it->row.state == STATE_ACCEPTED ||
               clerk_change(clerk, &it->row, &change, err);
    }
    if (it->row.state == STATE_ACCEPTED && !is_call(&it->attempt))
        return true;
    int provider = it->from->provider;
    bool more_proof = provider >= 0 &&
                      (size_t)provider < clerk->provider_count &&
                      clerk->providers[provider].evidence[it->attempt.channel] >
                          EVIDENCE_ACCEPTED;
    int preferred;
    struct duration wait;
    if (!preferred_of(it, &preferred, err))
        return false;
    if (more_proof && it->step &&
        ladder_wait(it->step, preferred, it->row.channel, it->row.tried,
                    &wait) &&
        wait.count > 0) {
        struct timing timing = {.anchor_zone = clerk->config->zone,
                                .patient_zone = clerk->config->zone,
                                .days = &clerk->config->policy->days};
        change.due_at =
            duration_after(it->event->at, wait, clerk->config->zone, &timing);
        if (it->row.until_at != INSTANT_NEVER &&
            change.due_at >= it->row.until_at)
            change.due_at = INSTANT_NEVER;
    }
    return clerk_change(clerk, &it->row, &change, err);
}

/* The number is dead: another one of the same kind may be there, so the row
 * stays on its channel once more; without one the gate moves it on. */
static bool bad_address(struct settling *it, struct error *err)
{
    struct ledger_change change = ledger_from(&it->row);
    change.to = STATE_PLANNED;
    change.due_at = it->clerk->now;
    change.reason = outcome_name(it->outcome);
    return clerk_change(it->clerk, &it->row, &change, err);
}

static bool unknown(struct settling *it, struct error *err)
{
    if (it->row.state == STATE_UNKNOWN)
        return true;
    if (it->row.state != STATE_SUBMITTING && !is_call(&it->attempt))
        return true; /* taken before: a receipt that says nothing */
    struct ledger_change change = ledger_from(&it->row);
    change.to = STATE_UNKNOWN;
    change.due_at = it->clerk->now +
                    (is_repeated(&it->row)
                         ? backoff_ms(change.looks, MINUTE_MS, LOOK_AGAIN_MS,
                                      MINUTE_MS, &it->clerk->random)
                         : 0);
    change.reason = "it may have reached the provider";
    return clerk_change(it->clerk, &it->row, &change, err);
}

/* What had come to nothing by this very attempt's word is a row to be ended
 * again; what ended otherwise stays. */
static bool arrived(struct settling *it, struct error *err)
{
    bool ended = state_is_final(it->row.state);
    if (!ledger_allows(it->row.state, STATE_DELIVERED) ||
        (ended && !it->lesson.proof))
        return true;
    return clerk_end(it->clerk, &it->row, STATE_DELIVERED,
                     outcome_name(it->outcome), err);
}

/* A call that was refused while it was on its way or held, and reached nobody:
 * suppressed at once, as all that was planned was (L-13), so that a person
 * hears of it now, and not when it would have been tried again. */
static bool refused_meanwhile(struct settling *it, bool *ended,
                              struct error *err)
{
    const struct attempt *attempt = &it->attempt;
    return consent_is_silenced(it->clerk->store, attempt->patient_id,
                               attempt->address, channel_name(attempt->channel),
                               ended, err) &&
           (!*ended || clerk_end(it->clerk, &it->row, STATE_SUPPRESSED,
                                 "opt-out while it was on its way", err));
}

/* What is not meant any more is looked at again like any row that is due, and
 * ends there as cancelled. */
static bool cancelled(struct settling *it, const char *reason,
                      struct error *err)
{
    bool stands;
    return withdraw_stands(it->clerk, &it->row, false, &stands, err) &&
           (stands ? other_rung(it, reason, err)
                   : planned_at(it, it->clerk->now, err));
}

static bool follow(struct settling *it, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    const struct outcome_properties *properties =
        outcome_properties(it->outcome);
    enum outreach_state state = it->row.state;
    bool refused = false;
    if (properties->next == NEXT_DONE)
        return arrived(it, err);
    if (!it->attempt.newest ||
        (state != STATE_SUBMITTING && state != STATE_ACCEPTED &&
         state != STATE_UNKNOWN))
        return true;
    /* What never reached the patient is none of their budget. */
    if (it->outcome != OUTCOME_NONE && it->attempt.counts &&
        !properties->counts_against_patient && it->row.attempts > 0)
        it->row.attempts--;
    if (it->event->ended && it->attempt.channel == CHANNEL_VOICE &&
        properties->next != NEXT_WAIT && properties->next != NEXT_RECONCILE &&
        (!refused_meanwhile(it, &refused, err) || refused))
        return refused;
    switch (properties->next) {
    case NEXT_DONE:
        return true;
    case NEXT_WAIT:
        return it->outcome == OUTCOME_NONE || accepted(it, err);
    case NEXT_RETRY:
    case NEXT_LATER:
        return again(it, err);
    case NEXT_OTHER:
        if (it->outcome == OUTCOME_CANCELLED)
            return cancelled(it, why_not(it, reason), err);
        return properties->address_bad
                   ? bad_address(it, err)
                   : other_rung(it, why_not(it, reason), err);
    case NEXT_NEVER:
        return clerk_end(it->clerk, &it->row, STATE_SUPPRESSED,
                         outcome_name(it->outcome), err);
    case NEXT_RECONCILE:
        return unknown(it, err);
    }
    return true;
}

/* A provider took it: whatever may have rung or shown on the patient's side. */
static bool is_sent(enum outcome outcome)
{
    return outcome != OUTCOME_NONE && outcome != OUTCOME_UNKNOWN &&
           outcome_properties(outcome)->counts_against_patient;
}

static bool attempt_learn(struct settling *it, struct error *err)
{
    const struct driver_event *event = it->event;
    struct attempt *attempt = &it->attempt;
    bool newer = it->lesson.newer;
    /* That nobody knows the end does not undo that it was taken. */
    bool tells =
        it->outcome != OUTCOME_NONE && !(it->outcome == OUTCOME_UNKNOWN &&
                                         attempt->outcome == OUTCOME_ACCEPTED);
    struct attempt_change change = {
        .outcome = newer && tells ? it->outcome : attempt->outcome,
        .rank = newer && it->rank > attempt->rank ? it->rank : attempt->rank,
        .ended_at = event->ended && attempt->ended_at == INSTANT_NEVER
                        ? event->at
                        : attempt->ended_at,
        .provider_id = event->provider_id,
        .code = newer ? event->code : NULL,
        .segments = event->segments};
    /* (not what the store before this one sent: scheduler/doubt.c) */
    it->clerk->totals.sent += it->from->kind != SETTLE_SENT &&
                              is_sent(change.outcome) &&
                              !is_sent(attempt->outcome);
    /* What answers the patient is in nobody's way (DESIGN 5). */
    bool answers = it->step && it->step->answers;
    change.counts =
        !answers &&
        (change.outcome == OUTCOME_NONE ||
         outcome_properties(change.outcome)->counts_against_patient);
    return attempt_event_add(it->clerk->store, attempt->id, event->at,
                             event->status ? event->status
                                           : outcome_name(it->outcome),
                             event->code, event->detail, err) &&
           attempt_update(it->clerk->store, attempt->id, &change, err);
}

/* What a repetition that was refused before it was taken says, it says of
 * itself alone. */
static bool tells_of_the_first(enum outcome outcome)
{
    const struct outcome_properties *properties = outcome_properties(outcome);
    return properties->next != NEXT_RETRY && properties->next != NEXT_LATER;
}

/* What the provider refused does not wait in its queue. A call that it had
 * taken ends when it was dialled: it had its turn, whatever came of it. */
static void queue_learn(const struct settling *it)
{
    int provider = it->from->provider;
    bool dialled = it->attempt.channel == CHANNEL_VOICE &&
                   it->attempt.outcome != OUTCOME_NONE;
    if (!dialled && provider >= 0 &&
        (size_t)provider < it->clerk->provider_count &&
        it->outcome != OUTCOME_UNKNOWN &&
        !outcome_properties(it->outcome)->counts_against_patient)
        queue_remove(&it->clerk->queues[provider][it->attempt.channel], 1);
}

bool settle_event(struct clerk *clerk, const struct settlement *from,
                  struct error *err)
{
    struct settling it = {.clerk = clerk, .from = from, .event = &from->event};
    int64_t id = from->attempt_id;
    bool found = false;
    if (!id && from->event.provider_id &&
        !attempt_by_provider_id(clerk->store,
                                park_provider_name(clerk, from->provider),
                                from->event.provider_id, &id, err))
        return false;
    if (id &&
        !attempt_read(clerk->store, id, &found, &it.attempt, &it.row, err))
        return false;
    if (!found || !park_believes(clerk, from, &it.attempt))
        return park_receipt(clerk, from, err);
    it.outcome = from->event.outcome;
    if (it.outcome == OUTCOME_NONE && from->event.ended)
        it.outcome = OUTCOME_UNKNOWN; /* it ended and said nothing */
    if (is_repeated(&it.row) && !tells_of_the_first(it.outcome))
        it.outcome = OUTCOME_UNKNOWN;
    /* What a provider answers when asked is the newest word by itself. */
    it.rank = from->event.rank;
    if (from->kind == SETTLE_ANSWER && it.rank < it.attempt.rank)
        it.rank = it.attempt.rank;
    bool awaited = it.attempt.newest && from->event.ended &&
                   (it.row.state == STATE_SUBMITTING || is_call(&it.attempt));
    if (!learn_weigh(clerk, &it.attempt, it.event, it.outcome, it.rank,
                     &it.lesson, err))
        return false;
    bool stale = !awaited &&
                 (!it.lesson.newer || (it.attempt.ended_at != INSTANT_NEVER &&
                                       it.outcome == it.attempt.outcome));
    if (from->event.ended && it.attempt.ended_at == INSTANT_NEVER)
        queue_learn(&it);
    it.item = clerk_campaign(clerk, it.row.campaign_id);
    it.step = it.item ? campaign_step(it.item->campaign, it.row.step) : NULL;
    return attempt_learn(&it, err) &&
           (!it.lesson.number ||
            learn_number(clerk, &it.attempt, it.outcome, err)) &&
           (stale || follow(&it, err)) &&
           (!it.lesson.proof ||
            learn_arrived(clerk, &it.attempt, &it.row, err)) &&
           park_apply(clerk, from, id, err);
}

/* Never handed over: as if it had not been claimed. */
static bool settle_return(struct clerk *clerk, const struct settlement *from,
                          struct error *err)
{
    struct attempt attempt;
    struct outreach row;
    bool found;
    if (!attempt_read(clerk->store, from->attempt_id, &found, &attempt, &row,
                      err))
        return false;
    if (!found || row.state != STATE_SUBMITTING)
        return true;
    if (is_repeated(&row)) {
        struct ledger_change back = ledger_from(&row);
        back.to = STATE_UNKNOWN;
        back.due_at = clerk->now + MINUTE_MS;
        back.looks--;
        back.reason = "the identical request was not handed over in time";
        return clerk_change(clerk, &row, &back, err);
    }
    queue_remove(&clerk->queues[from->provider][attempt.channel], 1);
    struct attempt_change learn = {.outcome = OUTCOME_NOT_SENT,
                                   .rank = attempt.rank,
                                   .ended_at = clerk->now};
    struct ledger_change change = ledger_from(&row);
    change.to = STATE_PLANNED;
    change.due_at = clerk->now;
    change.attempts -= change.attempts > 0;
    change.tries -= change.tries > 0;
    change.reason = "not handed over in time";
    return attempt_update(clerk->store, attempt.id, &learn, err) &&
           clerk_change(clerk, &row, &change, err);
}

static bool settle_reply(struct clerk *clerk, const struct settlement *from,
                         struct error *err)
{
    if (!clerk->config->on_reply)
        return true;
    if (!doubt_reply(clerk, from->reply.from, err))
        return false;
    return clerk->config->on_reply(clerk->config->on_reply_arg, clerk,
                                   clerk->providers[from->provider].name,
                                   &from->reply, err);
}

/* What was cancelled or merged ends what is queued for it in the same commit
 * (F-4); the rest of what follows has time. */
static bool settle_feed(struct clerk *clerk, const struct settlement *from,
                        struct error *err)
{
    return !clerk->config->on_feed ||
           (clerk->config->on_feed(clerk->config->on_feed_arg, clerk,
                                   from->parcel, err) &&
            evaluate_notes(clerk, err));
}

static bool settle_cursor(struct clerk *clerk, const struct settlement *from,
                          struct error *err)
{
    char name[96];
    snprintf(name, sizeof(name), "poll %s",
             clerk->providers[from->provider].name);
    return cursor_write(clerk->store, name, from->cursor, err);
}

/* One that fails by its own fault again and again must not hold back the
 * others: it is said and left, and its row stays as it is, to be looked at
 * as unknown in the next life. */
#define FAILURES_MAX 3

bool settle_run(struct clerk *clerk, struct job *job, struct error *err)
{
    for (size_t i = 0; i < job->settlement_count; i++) {
        struct settlement *one = &job->settlements[i];
        bool done = false;
        /* what a patient wrote is kept all the same, for a person */
        if (one->failures == FAILURES_MAX && one->kind == SETTLE_REPLY)
            one->reply.unread = true;
        else if (one->failures >= FAILURES_MAX) {
            log_event(LOG_ERROR, "settlement-left", "attempt=%lld kind=%d",
                      (long long)one->attempt_id, (int)one->kind);
            continue;
        }
        switch (one->kind) {
        case SETTLE_EVENT:
            done = settle_event(clerk, one, err);
            break;
        case SETTLE_RETURN:
            done = settle_return(clerk, one, err);
            break;
        case SETTLE_ANSWER:
            done = reconcile_answer(clerk, one, err);
            break;
        case SETTLE_REPLY:
            done = settle_reply(clerk, one, err);
            break;
        case SETTLE_SENT:
            done = doubt_sent(clerk, one, err);
            break;
        case SETTLE_CURSOR:
            done = settle_cursor(clerk, one, err);
            break;
        case SETTLE_TOLD:
            done = tell_settle(clerk, one, err);
            break;
        case SETTLE_FEED:
            done = settle_feed(clerk, one, err);
            break;
        }
        if (!done) {
            one->failures += clerk_is_own_fault(err);
            return false;
        }
    }
    return true;
}
