/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes next for one patient: its planned rows, one after the other at
 * their times, through the same claim as the service's; a message that goes is
 * taken by its provider at once. All of it is rolled back. Never hands
 * anything over: dispatches are dropped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "scheduler/explain_own.h"
#include "scheduler/ladder.h"
#include "scheduler/reconcile.h"
#include "store/store.h"

/* A row that is put off again and again stops the look, not the program. */
#define LOOKS_MAX 4000
/* Where a rule comes true again and again, so much of it will do. */
#define EVENTS_TOLD 40
#define TOO_MANY                                                              \
    "so many rows of these people wait for each other that the rest was not " \
    "looked at"

static bool is_held(const struct explaining *it, int64_t id)
{
    for (size_t i = 0; i < it->held_count; i++)
        if (it->held[i] == id)
            return true;
    return false;
}

static void held_add(struct explaining *it, int64_t id)
{
    it->held = memory_grow(it->held, it->held_count + 1, sizeof(*it->held));
    it->held[it->held_count++] = id;
}

static int priority_of(const struct explaining *it, const struct outreach *row)
{
    const struct roster_campaign *item =
        roster_find(&it->clerk->roster, row->campaign_id);
    return item ? item->launched.priority : 0;
}

/* In the store's order what has no end comes before what has one. */
static instant until_of(const struct outreach *row)
{
    return row->until_at == INSTANT_NEVER ? INT64_MIN : row->until_at;
}

/* As a claim takes what is due: all that is overdue is due now, the urgent
 * first, one channel after the other, and of one campaign as claim_page()
 * orders them. */
static bool goes_before(const struct explaining *it, const struct outreach *a,
                        const struct outreach *b)
{
    instant now = it->clerk->now;
    int64_t keys[][2] = {
        {a->due_at > now ? a->due_at : now, b->due_at > now ? b->due_at : now},
        {priority_of(it, a), priority_of(it, b)},
        {a->channel, b->channel},
        {a->due_at, b->due_at},
        {until_of(a), until_of(b)},
        {a->id, b->id}};
    size_t last = sizeof(keys) / sizeof(keys[0]) - 1, i = 0;
    while (i < last && keys[i][0] == keys[i][1])
        i++;
    return keys[i][0] < keys[i][1];
}

/* The earliest row of these people that does not wait for a person; all
 * planned ones of the patient, and whether any of these is still to come. */
static bool next_row(struct explaining *it, struct outreach_list *own,
                     struct outreach *out, bool *found, bool *own_comes,
                     struct error *err)
{
    struct outreach_list others = {0};
    bool done = true;
    *found = *own_comes = false;
    for (size_t p = 0; done && p < it->people_count; p++) {
        struct outreach_list *list = p == 0 ? own : &others;
        done = outreach_planned_of(it->clerk->store, it->people[p], list, err);
        for (size_t i = 0; done && i < list->count; i++) {
            const struct outreach *row = &list->items[i];
            if (is_held(it, row->id))
                continue;
            *own_comes |= p == 0;
            if (*found && !goes_before(it, row, out))
                continue;
            *out = *row;
            *found = true;
        }
    }
    outreach_list_free(&others);
    return done;
}

/* Looking ------------------------------------------------------------------ */

/* Reasons in the ledger and the audit hold no address; who looks at the patient
 * sees which is the only one (L-30). */
static void put_restrictions(const struct gate_facts *facts, char *out,
                             size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < facts->restriction_count && len < size; i++)
        len += (size_t)snprintf(
            out + len, size - len, "%s%s %s", len ? ", " : "",
            facts->restrictions[i].kind,
            facts->restrictions[i].value ? facts->restrictions[i].value : "");
}

static void rules_take(struct explaining *it, const struct claim *claim,
                       struct explained_look *out)
{
    const struct gate_decision *decision = &claim->decision;
    char says[OUTREACH_REASON_MAX];
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        const struct gate_reason *from = &decision->reasons[rule];
        if (!from->says)
            continue;
        gate_reason_say(from, says, sizeof(says));
        if (rule == RULE_RESTRICTION)
            put_restrictions(&claim->facts->gate, says, sizeof(says));
        out->rules[out->rule_count++] = (struct explained_rule){
            .rule = (enum gate_rule)rule,
            .verdict = from->verdict,
            .force = from->force,
            .id = arena_text(it->arena, from->id),
            .source = arena_text(it->arena, from->source),
            .says = arena_text(it->arena, says)};
    }
}

static struct explained_look *look_take(struct explaining *it,
                                        const struct claim *claim)
{
    const struct gate_decision *decision = &claim->decision;
    struct explained_look *out = arena_alloc(it->arena, sizeof(*out));
    *out = (struct explained_look){.at = it->clerk->now,
                                   .channel = claim->facts->gate.channel,
                                   .verdict = decision->verdict,
                                   .class = decision->class,
                                   .reply = decision->reply,
                                   .not_before = decision->not_before,
                                   .valid_until = decision->valid_until};
    rules_take(it, claim, out);
    if (decision->verdict != GATE_GO)
        return out;
    struct outgoing message = claim_message(claim);
    out->to = arena_text(it->arena, message.to);
    out->language = arena_text(it->arena, message.language);
    out->subject = arena_text(it->arena, message.subject);
    out->text = arena_text(it->arena, message.text);
    out->segments = claim->letter.parts;
    return out;
}

/* Every rule is asked, also of a message that could not leave: what it would
 * say is nobody's verdict on the way it goes. */
static bool text_look(struct claim *claim, const struct facts_view *view,
                      struct error *err)
{
    enum gate_verdict said = claim->decision.verdict;
    if (said == GATE_GO)
        return true;
    if (!view->found)
        gate_refuse("there is nothing to write about", &claim->decision);
    else if (!claim_read(claim, view, err))
        return false;
    claim->decision.verdict = said;
    return true;
}

static bool look_once(struct explaining *it, struct claim *claim,
                      struct explained_look **out, struct error *err)
{
    const struct outreach *row = &claim->row->outreach;
    struct facts_view view;
    if (!facts_look(it->clerk, claim->item, row->anchor_id,
                    claim->row->entered_at, &view, err) ||
        !claim_look(claim, &view,
                    claim_permit(it->clerk, it->job, row->channel), err) ||
        !text_look(claim, &view, err))
        return false;
    *out = look_take(it, claim);
    return true;
}

/* What the gate says, also where a pause ends the claim before it is asked;
 * and of a message of the patient that goes, the same by the rungs behind it.
 */
static bool look(struct explaining *it, struct claim *claim,
                 const struct explained_look **out, struct error *err)
{
    struct outreach *row = &claim->row->outreach;
    struct explained_look *last;
    *out = NULL;
    claim->step = campaign_step(claim->item->campaign, row->step);
    if (!claim->step || claim->step->task || row->channel == OUTREACH_TASK)
        return true;
    if (!look_once(it, claim, &last, err))
        return false;
    *out = last;
    unsigned tried = row->tried;
    bool own = row->patient_id == it->request->patient_id;
    while (own && last->verdict == GATE_GO) {
        struct explained_look *next;
        tried |= 1u << row->channel;
        int channel = ladder_first(claim->step, claim->row->preferred, tried);
        if (channel < 0)
            break;
        row->channel = channel;
        if (!look_once(it, claim, &next, err))
            return false;
        last->next_rung = next;
        last = next;
    }
    return true;
}

/* A message that ended, or one that never was ------------------------------ */

static struct claim claim_open(struct explaining *it)
{
    struct claim claim = {.clerk = it->clerk,
                          .job = it->job,
                          .row = it->clerk->page,
                          .facts = memory_new(sizeof(*claim.facts))};
    letter_init(&claim.letter);
    return claim;
}

static void claim_close(struct claim *claim)
{
    letter_free(&claim->letter);
    companions_free(&claim->companions);
    free(claim->facts);
}

/* The newest message of an entry that ended unsent; false: one is planned, or
 * left. */
static bool ended_row(const struct outreach_list *rows, struct outreach *out)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct outreach *row = &rows->items[i];
        if (row->channel == OUTREACH_TASK)
            continue;
        if (row->state == STATE_PLANNED || row->state == STATE_MERGED ||
            row->attempts > 0)
            return false;
        *out = *row;
    }
    return true;
}

/* As if the campaign's first message were due now; it may be one day. */
static bool row_suppose(struct explaining *it,
                        const struct roster_campaign *item,
                        struct outreach *row, struct error *err)
{
    const struct campaign *campaign = item->campaign;
    const struct step *step = NULL;
    bool made = false;
    for (size_t i = campaign->step_count; i-- > 0;)
        if (!campaign->steps[i].task)
            step = &campaign->steps[i];
    if (!step)
        return true;
    row->version_id = item->launched.version_id;
    row->planned_at = row->due_at = it->clerk->now;
    row->until_at = INSTANT_NEVER;
    row->channel = ladder_first(step, -1, 0);
    text_copy(row->step, sizeof(row->step), step->name);
    return outreach_insert(it->clerk->store, row, NULL, &made, err);
}

bool explain_gate(struct explaining *it, struct roster_campaign *item,
                  int64_t anchor_id, int64_t occurrence,
                  const struct explained_look **out, struct error *err)
{
    struct store *store = it->clerk->store;
    struct outreach row = {.campaign_id = item->launched.id,
                           .patient_id = it->request->patient_id,
                           .anchor_kind = item->campaign->anchor,
                           .anchor_id = anchor_id,
                           .occurrence = occurrence};
    struct outreach_list rows = {0};
    *out = NULL;
    bool done = outreach_of_entry(store, row.campaign_id, row.anchor_kind,
                                  anchor_id, occurrence, &rows, err);
    bool ended = done && ended_row(&rows, &row);
    outreach_list_free(&rows);
    if (!ended)
        return done;
    bool supposed = row.id == 0, found = false;
    if (supposed &&
        (!store_suppose(store, err) || !row_suppose(it, item, &row, err)))
        return false;
    struct claim claim = claim_open(it);
    claim.item = item;
    done = row.id == 0 || (claim_row_read(store, row.anchor_kind, row.id,
                                          &found, claim.row, err) &&
                           look(it, &claim, out, err));
    claim_close(&claim);
    return done && (!supposed || store_unsuppose(store, err));
}

/* What came of it ---------------------------------------------------------- */

/* Whether the same rules object. */
static bool same_rules(const struct explained_look *a,
                       const struct explained_look *b)
{
    unsigned objects[2] = {0};
    const struct explained_look *looks[2] = {a, b};
    _Static_assert(RULE_COUNT <= 32, "a bit for each rule");
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; looks[l] && i < looks[l]->rule_count; i++)
            if (looks[l]->rules[i].verdict != GATE_GO)
                objects[l] |= 1u << looks[l]->rules[i].rule;
    return objects[0] == objects[1];
}

/* The newest event of this row when it is still put off by the same rules:
 * told once, with its last time. */
static struct explained_event *still_waits(struct explaining *it, int64_t id,
                                           const struct explained_look *look)
{
    for (size_t i = it->out->event_count; i-- > 0;) {
        struct explained_event *event = &it->out->events[i];
        if (event->outreach_id == id)
            return event->what == WILL_WAIT && same_rules(event->look, look)
                       ? event
                       : NULL;
    }
    return NULL;
}

/* A pause, no provider, or data that is too old: it is not looked at again
 * here. */
static bool held_note(struct explaining *it, int64_t id,
                      const struct explained_look *look, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    struct outreach row;
    bool found;
    if (!outreach_read(it->clerk->store, id, &found, &row, err) ||
        !outreach_reason(it->clerk->store, id, reason, err))
        return false;
    bool held = text_equal(reason, OUTREACH_PAUSED) ||
                text_equal(reason, OUTREACH_UNSERVED);
    for (size_t i = 0; look && i < look->rule_count; i++) {
        enum gate_rule rule = look->rules[i].rule;
        held |= look->verdict == GATE_WAIT &&
                (rule == RULE_PAUSED || rule == RULE_FEED) &&
                look->rules[i].verdict == GATE_WAIT;
    }
    if (held && row.state == STATE_PLANNED)
        held_add(it, id);
    return true;
}

/* A restored store books an attempt, too, for what the one before it sent or
 * may have sent (doubt.c): then nothing is handed over. (Where a provider can
 * be asked once more it goes: nothing of it was found.) */
static enum explained_what what_of(const struct outreach *before,
                                   const struct outreach *after, bool held,
                                   bool handed)
{
    if (held)
        return WILL_BE_HELD;
    if (after->state == STATE_PLANNED)
        return after->channel != before->channel ? WILL_CHANGE : WILL_WAIT;
    if (before->channel == OUTREACH_TASK && after->state == STATE_DELIVERED)
        return WILL_OPEN;
    if (after->attempts == before->attempts)
        return WILL_END;
    if (handed)
        return WILL_GO;
    return after->state == STATE_UNKNOWN ? WILL_END : WILL_BE_FOUND;
}

static bool event_note(struct explaining *it, const struct outreach *before,
                       const struct outreach *after, bool handed,
                       const struct explained_look *look, struct error *err)
{
    char reason[OUTREACH_REASON_MAX];
    if (!outreach_reason(it->clerk->store, after->id, reason, err))
        return false;
    const struct roster_campaign *item =
        roster_find(&it->clerk->roster, after->campaign_id);
    bool held = is_held(it, after->id);
    enum explained_what what = what_of(before, after, held, handed);
    struct explained_event *event =
        what == WILL_WAIT ? still_waits(it, after->id, look) : NULL;
    if (event) {
        event->until = after->due_at;
        return true;
    }
    event = explain_event_add(it);
    *event = (struct explained_event){
        .at = it->clerk->now,
        .outreach_id = after->id,
        .campaign = arena_text(it->arena, item ? item->launched.name : ""),
        .step = arena_text(it->arena, after->step),
        .what = what,
        .channel = (enum channel)(
            after->channel == OUTREACH_TASK ? CHANNEL_SMS : after->channel),
        .state = after->state,
        .until = after->due_at,
        .reason = arena_text(it->arena, reason),
        .look = look};
    return true;
}

/* The patient's rows as they are now, against what they were. */
static bool changes_note(struct explaining *it,
                         const struct outreach_list *before, int64_t claimed,
                         bool handed, const struct explained_look *look,
                         struct error *err)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct outreach *old = &before->items[i];
        struct outreach now;
        bool found;
        if (!outreach_read(it->clerk->store, old->id, &found, &now, err))
            return false;
        bool other_first = now.state == STATE_PLANNED &&
                           now.channel != old->channel &&
                           now.tried == old->tried;
        bool same = now.state == old->state && now.channel == old->channel &&
                    now.due_at == old->due_at;
        if (found && !same && !other_first &&
            !event_note(it, old, &now, handed, old->id == claimed ? look : NULL,
                        err))
            return false;
    }
    return true;
}

/* Taken by its provider, at once and without trouble. */
static bool take_dispatches(struct explaining *it, struct error *err)
{
    struct job *job = it->job;
    bool done = true;
    for (size_t i = 0; i < job->dispatch_count; i++) {
        struct settlement taken = {.kind = SETTLE_EVENT,
                                   .attempt_id = job->dispatches[i].attempt_id,
                                   .provider = job->dispatches[i].provider,
                                   .event = {.outcome = OUTCOME_ACCEPTED,
                                             .ended = true,
                                             .rank = 1,
                                             .at = it->clerk->now,
                                             .status = "foreseen",
                                             .retry_after_ms = -1}};
        done = done && settle_event(it->clerk, &taken, err);
        dispatch_free(&job->dispatches[i]);
    }
    job->dispatch_count = 0;
    return done;
}

static bool row_happens(struct explaining *it, struct claim *claim,
                        const struct outreach_list *before,
                        const struct outreach *row, struct error *err)
{
    struct clerk *clerk = it->clerk;
    const struct explained_look *seen = NULL;
    bool found;
    claim->item = clerk_campaign(clerk, row->campaign_id);
    if (!claim->item || !roster_lives(claim->item)) {
        held_add(it, row->id); /* nobody claims it */
        return true;
    }
    if (!claim_row_read(clerk->store, row->anchor_kind, row->id, &found,
                        claim->row, err) ||
        !look(it, claim, &seen, err) ||
        !claim_row_read(clerk->store, row->anchor_kind, row->id, &found,
                        claim->row, err))
        return false;
    struct permit *permit = row->channel == OUTREACH_TASK
                                ? NULL
                                : claim_permit(clerk, it->job, row->channel);
    if (!claim_row_run(claim, permit, err))
        return false;
    bool handed = it->job->dispatch_count > 0;
    return take_dispatches(it, err) && held_note(it, row->id, seen, err) &&
           changes_note(it, before, row->id, handed, seen, err);
}

/* The daily sweep comes before what is due at its time. */
static bool sweep_happens(struct explaining *it,
                          const struct outreach_list *before, struct error *err)
{
    return explain_sweep(it, err) &&
           changes_note(it, before, 0, false, NULL, err);
}

/* Whether a sweep comes until then; none where enough was told. */
static bool sweep_comes(struct explaining *it, instant until, size_t enough)
{
    bool comes = it->sweep_at <= it->last_sweep_at && it->sweep_at <= until;
    bool told = until == INSTANT_NEVER && it->out->event_count >= enough;
    it->out->more |= comes && told;
    return comes && !told;
}

bool explain_ahead(struct explaining *it, instant until, struct error *err)
{
    struct clerk *clerk = it->clerk;
    struct outreach_list list = {0};
    struct claim claim = claim_open(it);
    size_t enough = it->out->event_count + EVENTS_TOLD;
    bool done = true;
    for (int looks = 0; done;) {
        struct outreach row = {0};
        bool found, own_comes;
        done = next_row(it, &list, &row, &found, &own_comes, err);
        bool sweeps = sweep_comes(it, until, enough);
        if (done && sweeps && (!found || it->sweep_at <= row.due_at)) {
            done = sweep_happens(it, &list, err);
            continue;
        }
        if (!done || !found || row.due_at > until ||
            (until == INSTANT_NEVER && !own_comes && !sweeps))
            break;
        if (looks++ == LOOKS_MAX) {
            it->out->unsure = TOO_MANY;
            break;
        }
        if (row.due_at > clerk->now)
            clerk->now = row.due_at;
        done = row_happens(it, &claim, &list, &row, err);
    }
    if (until > clerk->now && until != INSTANT_NEVER)
        clerk->now = until;
    claim_close(&claim);
    outreach_list_free(&list);
    return done;
}
