/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: one pure decision from facts, with what every rule says
 * (domain.md 8). One small function a rule, in the order of the decision; none
 * looks at what another found. Never widens anything, touches no store and
 * asks no clock.
 */
#include "scheduler/gate.h"

#include "base/civil.h"
#include "base/text.h"

#include "scheduler/gate_own.h"

#define RECHECK_MS (1 * MINUTE_MS)
#define WINDOW_HORIZON_MS (WINDOW_DAYS * 24 * HOUR_MS)

static void check_patient(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const char *why = !facts->alive         ? "the patient has died"
                      : facts->merged       ? "the record was merged away"
                      : facts->patient_gone ? "no longer in the source"
                      : !facts->active      ? "the patient is inactive"
                                            : NULL;
    gate_say(gate, RULE_PATIENT, why ? GATE_NEVER : GATE_GO,
             why ? why : "alive and active");
}

static void check_anchor(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const char *why = !facts->anchor_there      ? "%t"
                      : !facts->same_occurrence ? "it was moved"
                                                : NULL;
    gate_say(gate, RULE_ANCHOR, why ? GATE_NEVER : GATE_GO,
             why ? why : "it is there, unmoved")
        ->text = facts->anchor_why ? facts->anchor_why : "it no longer exists";
}

static void check_audience(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const char *why = facts->stopped     ? "stop_when holds"
                      : !facts->audience ? "no longer in the audience"
                      : !facts->only_if  ? "the step's only_if does not hold"
                                         : NULL;
    gate_say(gate, RULE_AUDIENCE, why ? GATE_NEVER : GATE_GO,
             why ? why : "in the audience, not stopped");
    gate_say(gate, RULE_HOLDOUT, facts->holdout ? GATE_NEVER : GATE_GO,
             facts->holdout ? "held out to measure" : "not held out");
    gate_say(gate, RULE_EXCLUDED, facts->excluded ? GATE_NEVER : GATE_GO,
             facts->excluded ? "taken out of this campaign by hand"
                             : "not taken out");
}

/* Refusals ---------------------------------------------------------------- */

static bool concerns(const struct gate_facts *facts, enum channel by,
                     const char *purpose, int channel)
{
    return (!purpose || text_equal(purpose, facts->purpose)) &&
           (channel < 0 || channel == (int)by);
}

static bool is_of_number(const struct gate_suppression *one)
{
    return one->by_address && (text_equal(one->reason, "wrong-number") ||
                               text_equal(one->reason, "bad-number"));
}

/* It tells the patient that they were heard, and is the last (L-14). */
static bool confirms(const struct gate *gate)
{
    return gate->out->reply && gate->facts->confirms_stop;
}

/* A refusal of everything ends it; one of this channel or this address
 * leaves the others (L-16). It binds every class: an emergency too. */
static void check_opt_out(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const struct gate_suppression *worst = NULL, *wrong = NULL;
    enum gate_verdict verdict = GATE_GO;
    for (size_t i = 0; i < facts->suppression_count; i++) {
        const struct gate_suppression *one = &facts->suppressions[i];
        if (!concerns(facts, facts->channel, one->purpose, one->channel))
            continue;
        if (is_of_number(one)) {
            wrong = one;
            continue;
        }
        if (confirms(gate))
            continue;
        bool whole = !one->by_address && one->channel < 0;
        if (!worst || whole)
            worst = one;
        verdict = whole || verdict == GATE_NEVER ? GATE_NEVER : GATE_OTHER;
    }
    if (facts->unweighed) /* one that was not read may refuse (L-11) */
        gate_say(gate, RULE_OPT_OUT, GATE_NEVER,
                 "too many different refusals and consents to weigh: a person "
                 "must look");
    else
        gate_say(gate, RULE_OPT_OUT, verdict,
                 confirms(gate)      ? "it only confirms the refusal"
                 : !worst            ? "no refusal"
                 : worst->by_address ? "%t, recorded for the address"
                                     : "%t, recorded for the person")
            ->text = worst ? worst->reason : NULL;
    gate_say(gate, RULE_WRONG_NUMBER, wrong ? GATE_OTHER : GATE_GO,
             wrong ? "%t, recorded for the address" : "nobody said so")
        ->text = wrong ? wrong->reason : NULL;
}

/* Consent ----------------------------------------------------------------- */

/* No texts is no calls either, and the reverse, unless the patient narrowed
 * it (L-16). Suppressions are written for both, so that they need not ask. */
static bool word_concerns(const struct gate_facts *facts, enum channel by,
                          const struct gate_consent *word)
{
    bool phone = gate_is_call_or_text(by) && (word->channel == CHANNEL_SMS ||
                                              word->channel == CHANNEL_VOICE);
    int channel =
        phone && !word->granted && !word->narrow ? (int)by : word->channel;
    return concerns(facts, by, word->purpose, channel);
}

/* A number that was given is consent to what it was given for: without a
 * purpose, to care. */
static bool is_enough(const struct gate *gate, enum message_class class,
                      const struct gate_consent *word)
{
    if (!word)
        return false;
    switch (policy_need(gate->policy, class, gate->today)) {
    case NEED_WRITTEN:
        return word->written;
    case NEED_EXPRESS:
        return !word->provided || word->purpose;
    case NEED_NONE:
        return true;
    }
    return false;
}

/* What somebody's words on a purpose and channel come to. */
struct stand {
    const struct gate_consent *refusal; /* it stands; NULL: none does */
    const struct gate_consent *grant;   /* the strongest since; NULL: none */
};

/* A refusal is definite: only an affirmative act lifts it, and a number that
 * was given is none (L-11, L-18). Who then says less takes nothing back. */
static struct stand stand_of(const struct gate *gate, enum message_class class,
                             enum channel by, bool of_addressee)
{
    const struct gate_facts *facts = gate->facts;
    struct stand stand = {NULL, NULL};
    for (size_t i = 0; i < facts->consent_count; i++) {
        const struct gate_consent *one = &facts->consents[i];
        if (one->of_addressee != of_addressee || !word_concerns(facts, by, one))
            continue;
        if (!one->granted) {
            stand = (struct stand){.refusal = one};
        } else if (!stand.refusal || !one->provided) {
            stand.refusal = NULL;
            if (is_enough(gate, class, one) ||
                !is_enough(gate, class, stand.grant))
                stand.grant = one;
        }
    }
    return stand;
}

/* The patient's stand, unless whoever is reached in their place refuses. */
static struct stand stand_on(const struct gate *gate, enum message_class class,
                             enum channel by)
{
    struct stand own = stand_of(gate, class, by, false);
    struct stand theirs = stand_of(gate, class, by, true);
    if (!own.refusal)
        own.refusal = theirs.refusal;
    return own;
}

/* Who writes first invites an answer, whatever they allowed before. */
static bool is_allowed(const struct gate *gate, enum message_class class,
                       const struct stand *stand)
{
    if (confirms(gate) || (gate->out->reply && !stand->refusal))
        return true;
    return !stand->refusal &&
           (policy_need(gate->policy, class, gate->today) == NEED_NONE ||
            is_enough(gate, class, stand->grant));
}

/* An explicit later choice of a channel narrows a refusal of all (L-16). */
static bool another_is_allowed(const struct gate *gate,
                               enum message_class class)
{
    for (int by = 0; by < CHANNEL_COUNT; by++) {
        struct stand stand = stand_on(gate, class, (enum channel)by);
        if (by != (int)gate->facts->channel && is_allowed(gate, class, &stand))
            return true;
    }
    return false;
}

static void check_consent(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    enum message_class named = policy_class_named(gate->policy, facts->purpose);
    enum message_class class =
        policy_class(gate->policy, facts->purpose, gate->today);
    enum consent_need need = policy_need(gate->policy, class, gate->today);
    struct stand stand = stand_on(gate, class, facts->channel);
    const struct gate_consent *word =
        stand.refusal ? stand.refusal : stand.grant;
    gate->consented = is_enough(gate, class, stand.grant);
    if (class == CLASS_CARE_EXEMPT && gate->consented)
        class = CLASS_CARE_CONSENTED;
    gate->out->class = class;

    const char *says =
        confirms(gate)    ? "it only confirms the refusal of %a"
        : stand.refusal   ? "consent to %t was revoked %a"
        : gate->consented ? "%t with consent of %a"
        : class != named
            ? "no consent to %t, and what frees it of one is not in force"
        : need == NEED_WRITTEN ? "%t needs written consent"
        : need == NEED_EXPRESS ? "no consent to %t"
                               : "%t needs no consent";
    enum gate_verdict verdict = is_allowed(gate, class, &stand)   ? GATE_GO
                                : another_is_allowed(gate, class) ? GATE_OTHER
                                                                  : GATE_NEVER;
    struct gate_reason *reason = gate_say_by(
        gate, RULE_CONSENT, verdict, says,
        &gate->policy
             ->class_rule[class == CLASS_CARE_CONSENTED ? class : named]);
    reason->text = facts->purpose;
    reason->at = word ? word->at : 0;
}

/* Time -------------------------------------------------------------------- */

static bool passes_hours(const struct gate *gate)
{
    return gate->out->reply || gate->facts->repeated ||
           gate->out->class == CLASS_EMERGENCY;
}

static void check_times(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    bool late = facts->until != INSTANT_NEVER && facts->now >= facts->until;
    gate_say(gate, RULE_LATE, late ? GATE_NEVER : GATE_GO,
             late ? "no longer useful: its until has passed" : "in time");
    if (facts->not_before > facts->now)
        gate_until(gate_say(gate, RULE_EARLY, GATE_WAIT,
                            "not before its time: until %a"),
                   facts->not_before);
    else
        gate_say(gate, RULE_EARLY, GATE_GO, "its time has come");
}

static instant next_open(const struct gate *gate, instant from)
{
    return window_next_open(&gate->facts->window, from, WINDOW_HORIZON_MS);
}

static struct gate_reason *say_hours(struct gate *gate,
                                     enum gate_verdict verdict,
                                     const char *says,
                                     const struct window_state *state)
{
    struct gate_reason *reason =
        gate_say_by(gate, RULE_HOURS, verdict, says, state->rule);
    reason->number = state->hours.from;
    reason->most = state->hours.to;
    reason->text = state->zone ? zone_name(state->zone) : NULL;
    return reason;
}

/* Whoever looks late (the row came back, the service slept) must not send what
 * its own moment dropped. */
static bool was_closed(const struct gate_facts *facts)
{
    return facts->moment && !window_open(&facts->window, facts->moment);
}

static void check_hours(struct gate *gate, const struct window_state *state)
{
    const struct gate_facts *facts = gate->facts;
    if (passes_hours(gate)) {
        say_hours(gate, GATE_GO,
                  gate->out->reply  ? "an answer to the patient passes them"
                  : facts->repeated ? "it was in time when it first left"
                                    : "an emergency passes them",
                  state);
    } else if (facts->window.unknown[0]) {
        struct gate_reason *reason = gate_say(
            gate, RULE_HOURS, GATE_WAIT, "no such time zone here: %t (L-8)");
        reason->text = facts->window.unknown;
        reason->not_before = facts->now + RECHECK_MS;
    } else if (facts->window.zone_count == 0) {
        gate_say(gate, RULE_HOURS, GATE_OTHER, "no time zone known (L-8)");
    } else if (facts->drop_if_closed && was_closed(facts)) {
        say_hours(gate, GATE_NEVER,
                  "its moment was in quiet hours, and the step says drop",
                  state);
    } else if (state->open) {
        say_hours(gate, GATE_GO, "open %h-%u in %t%z", state);
    } else if (facts->drop_if_closed) {
        say_hours(gate, GATE_NEVER, "quiet hours, and the step says drop",
                  state);
    } else {
        instant opens = next_open(gate, state->next);
        if (opens == INSTANT_NEVER)
            say_hours(gate, GATE_OTHER, "the allowed hours never meet (L-10)",
                      state);
        else
            gate_until(
                say_hours(gate, GATE_WAIT, "quiet hours until %a%z", state),
                opens);
    }
}

/* Until when it may ring: the end of the window that is open now. */
static instant rings_until(const struct gate *gate,
                           const struct window_state *state)
{
    if (passes_hours(gate) || !state->open)
        return INSTANT_NEVER;
    return state->hours.to < 24 * 60
               ? state->closes
               : window_close(&gate->facts->window, gate->facts->now);
}

/* S-12: what waits in the provider's queue until the window has closed would
 * ring at night, or never; it waits here instead. */
static void check_backlog(struct gate *gate, instant closes)
{
    const struct gate_facts *facts = gate->facts;
    instant reached = facts->now + facts->backlog_ms;
    if (closes != INSTANT_NEVER && reached + GATE_HAND_OVER_MS >= closes)
        gate_until(gate_say(gate, RULE_BACKLOG, GATE_WAIT,
                            facts->backlog_ms > 0
                                ? "the provider would get to it after hours; "
                                  "it waits until %a"
                                : "the hours end before it could be handed "
                                  "over; it waits until %a"),
                   next_open(gate, closes));
    else if (facts->backlog_ms > 0 && reached >= facts->until)
        gate_say(gate, RULE_BACKLOG, GATE_OTHER,
                 "the provider would get to it after its until");
    else
        gate_say(gate, RULE_BACKLOG, GATE_GO,
                 "the provider gets to it in time");
}

/* A digit says nothing of which question it answers: one at a time. But none
 * is lost for it: what cannot wait goes. */
static void check_question(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    instant opens =
        facts->asked_at + policy_span_ms(&gate->policy->question, gate->today);
    if (facts->asked_at == INSTANT_NEVER || gate->out->reply ||
        facts->repeated || opens <= facts->now)
        gate_say(gate, RULE_QUESTION, GATE_GO,
                 "no other question to this number is open");
    else if (gate_wait_ends(gate, opens) >= facts->until)
        gate_say(gate, RULE_QUESTION, GATE_GO,
                 "another question is open, but this one cannot wait");
    else
        gate_until(
            gate_say(gate, RULE_QUESTION, GATE_WAIT, GATE_ASKED " until %a"),
            opens);
}

/* Steps that closed hours moved to one moment are still two: nobody is told
 * two things of one visit in one second. */
static void check_beside(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    if (facts->beside <= facts->now || gate->out->reply || facts->repeated)
        gate_say(gate, RULE_BESIDE, GATE_GO,
                 "nothing else of this has just left");
    else
        gate_until(gate_say(gate, RULE_BESIDE, GATE_WAIT,
                            "another message of this has just left by this "
                            "channel: until %a"),
                   facts->beside);
}

static void check_recovery(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const struct policy_rule *rule = &gate->policy->rules[RULE_RECOVERY];
    bool holds = policy_binds(rule, gate->out->class, gate->today) &&
                 !gate->out->reply && !facts->repeated;
    if (!holds || facts->recovered <= facts->now)
        gate_say(gate, RULE_RECOVERY, GATE_GO,
                 "no discharge that it waits for");
    else
        gate_until(gate_say(gate, RULE_RECOVERY, GATE_WAIT,
                            "the patient has just left a hospital: until %a"),
                   facts->recovered);
}

static void check_held(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    gate_say(gate, RULE_PAUSED, facts->paused ? GATE_WAIT : GATE_GO,
             facts->paused ? "paused" : "not paused")
        ->not_before = facts->now + RECHECK_MS;
    struct gate_reason *feed = gate_say(
        gate, RULE_FEED, facts->stale_feed ? GATE_WAIT : GATE_GO,
        facts->stale_feed ? "%t: older than max_age" : "its data is fresh");
    feed->not_before = facts->now + RECHECK_MS;
    feed->text = facts->stale_feed;
}

bool gate_rings_by_hours(const struct gate *gate)
{
    return gate->facts->window.zone_count > 0 && !passes_hours(gate);
}

/* The decision ------------------------------------------------------------ */

instant gate_wait_ends(const struct gate *gate, instant not_before)
{
    if (!gate_rings_by_hours(gate))
        return not_before;
    instant opens = next_open(gate, not_before);
    return opens == INSTANT_NEVER ? not_before : opens;
}

static bool is_cap(int rule)
{
    return rule == RULE_CAP_DAY || rule == RULE_CAP_WEEK ||
           rule == RULE_CAP_STATE || rule == RULE_PRIORITY ||
           rule == RULE_BESIDE;
}

/* Would it be in time but for the caps? These count calls and texts, or what
 * left by this channel, so that the next one down the ladder may still go. */
static bool only_caps(const struct gate *gate)
{
    instant others = gate->facts->now;
    for (int i = 0; i < RULE_COUNT; i++) {
        const struct gate_reason *reason = &gate->out->reasons[i];
        if (reason->verdict == GATE_WAIT && !is_cap(i) &&
            reason->not_before > others)
            others = reason->not_before;
    }
    return gate_wait_ends(gate, others) < gate->facts->until;
}

/* The worst that a rule says, and the last wait; whether any but a pause
 * waits. */
static bool take_worst(struct gate_decision *out)
{
    bool timed = false;
    out->verdict = GATE_GO;
    out->not_before = 0;
    for (int i = 0; i < RULE_COUNT; i++) {
        const struct gate_reason *reason = &out->reasons[i];
        if (reason->verdict > out->verdict)
            out->verdict = reason->verdict;
        if (reason->verdict != GATE_WAIT)
            continue;
        if (reason->not_before > out->not_before)
            out->not_before = reason->not_before;
        timed |= i != RULE_PAUSED && i != RULE_FEED;
    }
    return timed;
}

static void decide(struct gate *gate, instant closes)
{
    struct gate_decision *out = gate->out;
    const struct gate_facts *facts = gate->facts;
    bool timed = take_worst(out);
    if (out->verdict == GATE_GO) {
        out->valid_until = facts->until;
        if (closes != INSTANT_NEVER &&
            closes - GATE_HAND_OVER_MS < facts->until)
            out->valid_until = closes - GATE_HAND_OVER_MS;
    }
    if (out->verdict != GATE_WAIT || !timed)
        return;
    out->not_before = gate_wait_ends(gate, out->not_before);
    if (facts->until == INSTANT_NEVER || out->not_before < facts->until)
        return;
    out->verdict = only_caps(gate) ? GATE_OTHER : GATE_NEVER;
    gate_say(gate, RULE_LATE, out->verdict, "could only go after its until");
}

void gate_decide(const struct gate_facts *facts, struct gate_decision *out)
{
    const struct window_input *window = &facts->window;
    struct gate gate = {
        .facts = facts,
        .out = out,
        .policy = window->policy,
        .today = window_today(window, facts->now),
    };
    *out = (struct gate_decision){
        .reply = facts->answers_at != INSTANT_NEVER &&
                 facts->now - facts->answers_at <=
                     policy_span_ms(&window->policy->reply, gate.today)};
    struct window_state state;
    window_look(window, facts->now, &state);
    check_consent(&gate); /* first: it tells the class */
    check_patient(&gate);
    check_anchor(&gate);
    check_audience(&gate);
    check_opt_out(&gate);
    gate_check_restriction(&gate);
    gate_check_address(&gate);
    gate_check_reassigned(&gate);
    gate_check_caps(&gate);
    gate_check_priority(&gate);
    check_question(&gate);
    check_beside(&gate);
    check_recovery(&gate);
    check_times(&gate);
    check_hours(&gate, &state);
    instant closes = rings_until(&gate, &state);
    check_backlog(&gate, closes);
    check_held(&gate);
    decide(&gate, closes);
}
