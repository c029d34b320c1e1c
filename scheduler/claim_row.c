/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One due row inside the claim's transaction: looked at again, decided by
 * the gate, rendered and recorded before anything leaves; or ended, moved, or
 * given to its next rung. Nothing that is due is looked at twice for nothing.
 */
#include "scheduler/claim_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/asks.h"
#include "scheduler/doubt.h"
#include "scheduler/ladder.h"
#include "scheduler/proof.h"
#include "scheduler/request.h"
#include "scheduler/rivals.h"
#include "scheduler/rung.h"
#include "scheduler/silent.h"
#include "scheduler/staff.h"
#include "store/audit.h"
#include "store/task.h"

#define HELD_MS HOUR_MS
#define PAUSED_MS (6 * HOUR_MS)

bool claim_is_unserved(const struct job *job, int channel)
{
    return job->unserved & (1u << channel);
}

/* What became of rows that do not go ----------------------------------------
 */

static const char *reason_text(const struct claim *claim,
                               char out[OUTREACH_REASON_MAX])
{
    gate_reason_text(&claim->decision, out, OUTREACH_REASON_MAX);
    return out;
}

enum outreach_state claim_never_state(const struct gate_decision *decision)
{
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        if (decision->reasons[rule].verdict != GATE_NEVER)
            continue;
        if (rule == RULE_PATIENT || rule == RULE_ANCHOR ||
            rule == RULE_AUDIENCE)
            return STATE_CANCELLED;
        if (rule == RULE_LATE || rule == RULE_HOURS)
            return STATE_EXPIRED;
        return STATE_SUPPRESSED;
    }
    return STATE_SUPPRESSED;
}

/* Whoever was handed a message on an earlier rung stays so: the ladder ends,
 * the row does not become "cancelled". */
static bool row_end(struct claim *claim, enum outreach_state state,
                    const char *reason, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    bool taken = false;
    if (row->attempts > 0 && state == STATE_CANCELLED &&
        !attempt_any_accepted(clerk->store, row->id, &taken, err))
        return false;
    return clerk_end(clerk, row, taken ? STATE_ACCEPTED : state, reason, err);
}

/* Looked at again by then; whoever resumes, or brings data, wakes it. */
static instant held_until(const struct clerk *clerk, const struct outreach *row,
                          int64_t held_ms)
{
    instant again = clerk->now + held_ms;
    return row->until_at < again && row->until_at > clerk->now ? row->until_at
                                                               : again;
}

static bool has_rule(const struct gate_decision *decision, enum gate_rule rule)
{
    return decision->reasons[rule].verdict != GATE_GO;
}

static bool row_wait(struct claim *claim, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    instant until = claim->decision.not_before > claim->clerk->now
                        ? claim->decision.not_before
                        : claim->clerk->now + MINUTE_MS;
    instant held = held_until(claim->clerk, &claim->row->outreach, HELD_MS);
    if (has_rule(&claim->decision, RULE_FEED) && until < held)
        until = held;
    return clerk_hold(claim->clerk, &claim->row->outreach, until,
                      reason_text(claim, reason), err);
}

/* L-22: somebody else may have the number; a person asks for a new one, until
 * the clinic closes. Once for each answer of the database. */
static bool number_task(struct claim *claim, struct error *err)
{
    const struct gate_contact *contact = &claim->facts->gate.contact;
    const struct outreach *row = &claim->row->outreach;
    const struct task_spec today = {.same_day = true};
    char name[16 + CIVIL_TEXT_MAX], date[CIVIL_TEXT_MAX] = "";
    struct anchor_place place;
    if (claim->decision.reasons[RULE_REASSIGNED].verdict == GATE_GO)
        return true;
    if (!anchor_place_read(claim->clerk->store, row->anchor_kind,
                           row->anchor_id, &place, err))
        return false;
    struct timing timing =
        clerk_timing(claim->clerk, &place, claim->row->entered_at);
    if (contact->reassigned_at != INSTANT_NEVER)
        civil_date_text(zone_today(zone_utc(), contact->reassigned_at), date);
    snprintf(name, sizeof(name), "reassigned%s%s", date[0] ? " " : "", date);
    struct task_new task = {
        .kind = "new-number",
        .name = name,
        .patient_id = row->patient_id,
        .owner = claim->item->campaign->owner ? claim->item->campaign->owner
                                              : "front desk",
        .reason = "somebody else may have the number: ask for a new one",
        .due_at =
            task_due_at(&today, claim->clerk->now, INSTANT_NEVER, &timing)};
    return worklist_open(claim->clerk, &task, err);
}

static bool row_other(struct claim *claim, const char *reason,
                      struct error *err)
{
    struct outreach *row = &claim->row->outreach;
    enum outreach_state last = row->attempts > 0 ? STATE_FAILED
                               : has_rule(&claim->decision, RULE_LATE)
                                   ? STATE_EXPIRED
                                   : STATE_SUPPRESSED;
    return rung_next(claim->clerk, claim->item, row, claim->row->preferred,
                     last, reason, err);
}

/* On to a rung that somebody serves; where there is none the configuration may
 * only have lost its provider, and the row waits as for one that is dead. */
static bool row_unserved(struct claim *claim, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    bool passed;
    return rung_over(clerk, claim->step, row, claim->row->preferred,
                     OUTREACH_UNSERVED, &passed, err) &&
           (passed || clerk_hold(clerk, row, held_until(clerk, row, HELD_MS),
                                 OUTREACH_UNSERVED, err));
}

/* Going ----------------------------------------------------------------------
 */

struct outgoing claim_message(const struct claim *claim)
{
    const struct claim_contact *contact = claim->facts->contact;
    struct outgoing message =
        letter_message(&claim->letter, claim->facts->gate.channel);
    message.to = contact->value;
    message.extension = contact->extension[0] ? contact->extension : NULL;
    message.submitted_at = claim->clerk->now;
    message.valid_until = claim->decision.valid_until;
    if (claim->decision.no_voicemail)
        message.voicemail = NULL;
    return message;
}

static struct dispatch *dispatch_add(struct claim *claim)
{
    struct job *job = claim->job;
    if (job->dispatch_count == claim->room) {
        claim->room = claim->room ? claim->room * 2 : 64;
        job->dispatches =
            memory_grow(job->dispatches, claim->room, sizeof(*job->dispatches));
    }
    return &job->dispatches[job->dispatch_count++];
}

struct attempt_new claim_attempt(const struct claim *claim,
                                 const struct outgoing *message, int provider)
{
    struct clerk *clerk = claim->clerk;
    const struct clerk_provider *by =
        provider < 0 ? NULL : &clerk->providers[provider];
    int segments = claim->letter.parts;
    return (struct attempt_new){
        .id = doubt_number(clerk),
        .outreach_id = claim->row->outreach.id,
        .patient_id = claim->row->outreach.patient_id,
        .channel = message->channel,
        .driver = by ? by->name : "",
        .address = message->to,
        .submitted_at = clerk->now,
        .due_at = claim->row->outreach.due_at,
        .segments = segments,
        .cost = by ? segments * by->cost_millionths : 0,
        .language = message->language,
        .body = message->text,
        .watch = by && by->watch,
        .via_guardian =
            claim->facts->addressee != claim->row->outreach.patient_id,
        .asks = message->channel == CHANNEL_SMS &&
                asks_digit(claim->item->campaign, claim->step),
    };
}

static bool attempt_record(struct claim *claim, const struct permit *permit,
                           struct outgoing *message, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    const struct clerk_provider *provider = &clerk->providers[permit->provider];
    queue_add(&clerk->queues[permit->provider][message->channel], clerk->now,
              claim->letter.parts);
    struct attempt_new attempt =
        claim_attempt(claim, message, permit->provider);
    char *request = provider->key_life_ms > 0 ? request_write(message) : NULL;
    attempt.request = request;
    bool done =
        attempt_insert(clerk->store, &attempt, &message->attempt_id, err);
    free(request);
    return done;
}

static bool is_counted(const struct claim *claim)
{
    const char *counted = claim->clerk->config->counted;
    return !counted || text_equal(counted, claim->item->campaign->name);
}

static void count_wait_in_line(struct claim *claim, instant due_at)
{
    struct engine_totals *totals = &claim->clerk->totals;
    instant born = claim->clerk->born; /* before it there was no line */
    int64_t waited = claim->clerk->now - (due_at > born ? due_at : born);
    if (waited > totals->longest_wait_ms && is_counted(claim)) {
        totals->longest_wait_ms = waited;
        totals->longest_wait_at = claim->clerk->now;
    }
}

/* Whom the patient of a call may be put through to, "" nobody: the call begins
 * within seconds of this. */
static bool desk_choose(const struct claim *claim, char out[PHONE_MAX],
                        struct error *err)
{
    const struct clerk *clerk = claim->clerk;
    const struct claim_row *row = claim->row;
    struct clinic_desk desk;
    out[0] = '\0';
    if (claim->facts->gate.channel != CHANNEL_VOICE)
        return true;
    if (!clinic_desk_read(clerk->store,
                          row->clinic_id ? row->clinic_id : row->home_clinic_id,
                          &desk, err))
        return false;
    if (staff_answers(&desk, &clerk->config->policy->days, clerk->now))
        memcpy(out, desk.phone, sizeof(desk.phone));
    return true;
}

static bool row_go(struct claim *claim, struct permit *permit,
                   struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    instant due_at = row->due_at;
    struct outgoing message = claim_message(claim);
    char desk[PHONE_MAX];
    if (!desk_choose(claim, desk, err))
        return false;
    message.transfer_to = desk[0] ? desk : NULL;
    if (!attempt_record(claim, permit, &message, err))
        return false;
    struct ledger_change change = ledger_from(row);
    change.to = STATE_SUBMITTING;
    change.version_id = claim->item->launched.version_id;
    change.owner = clerk->owner;
    change.lease_until = clerk->now + clerk->config->lease_ms;
    change.due_at = change.lease_until;
    change.attempts++;
    change.tries++;
    change.looks = 0; /* more: this very request was repeated (settle.c) */
    if (!clerk_change(clerk, row, &change, err) ||
        !companions_record(claim, message.attempt_id, err))
        return false;
    char subject[48], detail[96];
    snprintf(subject, sizeof(subject), "outreach %lld", (long long)row->id);
    snprintf(detail, sizeof(detail), "attempt %lld by %s over %s",
             (long long)message.attempt_id, channel_name(message.channel),
             clerk->providers[permit->provider].name);
    if (!audit_add(clerk->store, clerk->now, "engine", "send", subject, detail,
                   err))
        return false;
    char reference[48];
    request_reference(message.attempt_id, row->id, reference);
    message.reference = reference;
    struct dispatch *dispatch = dispatch_add(claim);
    *dispatch = (struct dispatch){.attempt_id = message.attempt_id,
                                  .outreach_id = row->id,
                                  .provider = permit->provider};
    dispatch_fill(dispatch, &message);
    permit->count--;
    clerk->totals.claimed++;
    count_wait_in_line(claim, due_at);
    return true;
}

/* One row ---------------------------------------------------------------------
 */

static void objections_count(struct claim *claim)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (claim->decision.reasons[i].verdict != GATE_GO && is_counted(claim))
            claim->clerk->totals.objections[i]++;
}

bool claim_look(struct claim *claim, const struct facts_view *view,
                const struct permit *permit, struct error *err)
{
    if (!facts_gather(claim->clerk, claim->item, claim->step, claim->row, view,
                      claim->facts, err))
        return false;
    if (permit)
        claim->facts->gate.backlog_ms = queue_wait_ms(
            &claim->clerk
                 ->queues[permit->provider][claim->row->outreach.channel],
            claim->clerk->now);
    if (!rivals_decide(claim->clerk, claim->item, claim->row, claim->facts,
                       &claim->decision, err))
        return false;
    return claim->decision.verdict != GATE_GO || claim_read(claim, view, err);
}

bool claim_read(struct claim *claim, const struct facts_view *view,
                struct error *err)
{
    bool refused;
    struct error why = {0};
    if (!companions_letter(claim, view, &refused, &why)) {
        *err = why;
        return false;
    }
    if (!refused)
        return proof_read(claim, err);
    gate_refuse(why.text, &claim->decision);
    return true;
}

static bool message_row(struct claim *claim, const struct facts_view *view,
                        struct permit *permit, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    bool decided;
    if (!claim_look(claim, view, permit, err))
        return false;
    objections_count(claim);
    if (!doubt_row(claim, view, permit, &decided, err) || decided)
        return decided;
    switch (claim->decision.verdict) {
    case GATE_WAIT:
        claim->clerk->totals.held++;
        return row_wait(claim, err);
    case GATE_OTHER:
        return number_task(claim, err) &&
               row_other(claim, reason_text(claim, reason), err);
    case GATE_NEVER:
        return row_end(claim, claim_never_state(&claim->decision),
                       reason_text(claim, reason), err);
    case GATE_GO:
        break;
    }
    return row_go(claim, permit, err);
}

/* A step that is a task for a person opens it now, if it still stands. */
static bool task_row(struct claim *claim, const struct facts_view *view,
                     struct error *err)
{
    struct outreach *row = &claim->row->outreach;
    if (claim->row->deceased || claim->row->merged || claim->row->gone ||
        !facts_hold(claim->item, claim->step, row, view))
        return clerk_end(claim->clerk, row, STATE_CANCELLED,
                         "no longer asked for", err);
    if (row->until_at != INSTANT_NEVER && row->until_at <= claim->clerk->now)
        return clerk_end(claim->clerk, row, STATE_EXPIRED,
                         "late: its until has passed", err);
    return clerk_task(claim->clerk, claim->item, row, "step", row->step,
                      claim->step->task, NULL, err) &&
           clerk_end(claim->clerk, row, STATE_DELIVERED, "the task was opened",
                     err);
}

/* A pause holds tasks as well as messages; what it outlasts is late. */
static bool is_paused(const struct claim *claim)
{
    const struct clerk *clerk = claim->clerk;
    return (clerk->paused || claim->item->launched.state == CAMPAIGN_PAUSED) &&
           claim->row->outreach.until_at > clerk->now;
}

static bool row_decide(struct claim *claim, struct permit *permit,
                       struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    if (is_paused(claim))
        return clerk_hold(clerk, row, held_until(clerk, row, PAUSED_MS),
                          OUTREACH_PAUSED, err);
    claim->step = campaign_step(claim->item->campaign, row->step);
    struct facts_view view;
    if (!claim->step && silent_is(claim->item, row->step))
        return facts_look(clerk, claim->item, row->anchor_id,
                          claim->row->entered_at, &view, err) &&
               silent_row(clerk, claim->item, claim->row, &view, err);
    if (!claim->step)
        return row_end(claim, STATE_CANCELLED, "the step was removed", err);
    bool task = row->channel == OUTREACH_TASK;
    if (task != (claim->step->task != NULL))
        return row_end(claim, STATE_CANCELLED, "the step was changed", err);
    if (!facts_look(clerk, claim->item, row->anchor_id, claim->row->entered_at,
                    &view, err))
        return false;
    if (task)
        return task_row(claim, &view, err);
    /* The patient's word on the channel may have changed since planning. */
    int first = ladder_first(claim->step, claim->row->preferred, row->tried);
    if (first != row->channel && row->tries == 0 && first >= 0) {
        struct ledger_change change = ledger_from(row);
        change.channel = first;
        change.due_at = clerk->now;
        return clerk_change(clerk, row, &change, err);
    }
    if (claim_is_unserved(claim->job, row->channel) &&
        row->until_at > clerk->now)
        return row_unserved(claim, err);
    return message_row(claim, &view, permit, err);
}

#define ASIDE_MS (15 * MINUTE_MS)

static bool row_aside(struct claim *claim, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct outreach *row = &claim->row->outreach;
    log_event(LOG_ERROR, "outreach-aside", "outreach=%lld reason=%s",
              (long long)row->id, log_quote(clerk->suspicion));
    struct ledger_change change = ledger_from(row);
    change.due_at = clerk->now + ASIDE_MS;
    change.reason = clerk->suspicion;
    if (row->until_at != INSTANT_NEVER && change.due_at >= row->until_at)
        return clerk_end(clerk, row, STATE_EXPIRED, clerk->suspicion, err);
    return clerk_change(clerk, row, &change, err);
}

/* One row; where it fails by its own fault it is set aside next time. */
static bool row_try(struct claim *claim, struct permit *permit,
                    struct error *err)
{
    struct clerk *clerk = claim->clerk;
    if (claim->row->outreach.id == clerk->suspect)
        return row_aside(claim, err);
    if (row_decide(claim, permit, err))
        return true;
    if (clerk_is_own_fault(err)) {
        clerk->suspect = claim->row->outreach.id;
        text_copy(clerk->suspicion, sizeof(clerk->suspicion), err->text);
    }
    return false;
}

/* A row may have ended since the page was read: merged into an earlier row. */
static bool still_planned(struct claim *claim, bool *planned, struct error *err)
{
    *planned = true;
    if (!claim->item->campaign->combine)
        return true;
    struct outreach now;
    bool found;
    if (!outreach_read(claim->clerk->store, claim->row->outreach.id, &found,
                       &now, err))
        return false;
    *planned = found && now.state == STATE_PLANNED;
    return true;
}

bool claim_row_run(struct claim *claim, struct permit *permit,
                   struct error *err)
{
    bool planned;
    return still_planned(claim, &planned, err) &&
           (!planned || row_try(claim, permit, err));
}
