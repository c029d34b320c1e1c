/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often: caps over all campaigns, per patient and per number, calls and
 * texts together (L-4.6, L-5, L-6, L-9), and who gets the place that they
 * leave. Attempts are times, not counts, so that both a local calendar day
 * and rolling hours can be judged.
 *
 * Priority (S-14). A message yields when sending it now would take the place
 * of a rival: a planned call or text of a more urgent campaign, also one that
 * is due only later within the span of the cap. It waits until the rival's
 * time, or the last moment at which it can leave itself, and is decided again:
 * either the rival went, and the cap speaks, or it came to nothing, and this
 * one goes. Rivals that could never go are none (rivals.c). All of it follows
 * from rows in the store, so that it is the same after a restart; between
 * equals the one that was planned for an earlier time goes first. A rival that
 * has been due for a day reserves nothing any more (its provider may be dead).
 */
#include "base/civil.h"

#include "scheduler/gate_own.h"

#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)
#define RECHECK_MS (1 * MINUTE_MS)
/* Before the end that its hand-over must meet: time for the claim itself. */
#define LAST_CALL_MS (2 * GATE_HAND_OVER_MS)
/* Attempts, those that rivals will make, and this one. */
#define TIMES_MAX 96

/* One side of the count. */
struct side {
    const char *who;
    const instant *at; /* newest last */
    size_t count;
};

static void sides_of(const struct gate_facts *facts, struct side out[2])
{
    out[0] = (struct side){"the patient", facts->patient_attempts,
                           facts->patient_attempt_count};
    out[1] = (struct side){"the number", facts->number_attempts,
                           facts->number_attempt_count};
}

static size_t count_since(const struct side *side, instant since)
{
    size_t within = 0;
    while (within < side->count && side->at[side->count - 1 - within] > since)
        within++;
    return within;
}

/* When a rolling span lets another one in: as soon as enough of them are
 * `length` old. 0: now. */
static instant span_opens(const struct side *side, instant now, int64_t length,
                          int most)
{
    size_t within = count_since(side, now - length);
    if (within < (size_t)most)
        return 0;
    return side->at[side->count - (size_t)most] + length;
}

static instant midnight(const struct zone *zone, instant now, int days)
{
    struct civil at = {.date = civil_add_days(zone_today(zone, now), days)};
    return zone_instant(zone, at);
}

/* A local calendar day in every zone, beside 24 hours (L-6). */
static instant day_opens(const struct window_input *window,
                         const struct side *side, instant now, int most)
{
    instant opens = span_opens(side, now, DAY_MS, most);
    /* A day of 25 hours is the longest. */
    if (count_since(side, now - 25 * HOUR_MS) < (size_t)most)
        return opens;
    for (size_t z = 0; z < window->zone_count; z++) {
        const struct zone *zone = window->zones[z];
        instant begins = midnight(zone, now, 0);
        if (count_since(side, begins - 1) < (size_t)most)
            continue;
        instant ends = midnight(zone, now, 1);
        if (ends > opens)
            opens = ends;
    }
    return opens;
}

/* When this cap lets another one in; 0: now. */
static instant cap_opens(const struct window_input *window,
                         const struct cap_rule *cap, const struct side *side,
                         instant now)
{
    switch (cap->per) {
    case CAP_DAY:
        return day_opens(window, side, now, cap->most);
    case CAP_24_HOURS:
        return span_opens(side, now, DAY_MS, cap->most);
    case CAP_7_DAYS:
        return span_opens(side, now, WEEK_MS, cap->most);
    }
    return INSTANT_NEVER;
}

static enum gate_rule rule_of(const struct cap_rule *cap)
{
    if (cap->state || cap->per == CAP_24_HOURS)
        return RULE_CAP_STATE;
    return cap->per == CAP_DAY ? RULE_CAP_DAY : RULE_CAP_WEEK;
}

static bool binds(const struct gate *gate, const struct cap_rule *cap)
{
    const struct window_input *window = &gate->facts->window;
    bool here = cap->state == 0 || cap->state == policy_state(window->state) ||
                cap->state == policy_state(window->guardian_state) ||
                cap->state == window->number_state;
    return here && policy_binds(&cap->rule, gate->out->class, gate->today);
}

static const char *says_of(enum cap_span per, bool full)
{
    switch (per) {
    case CAP_DAY:
        return full ? "%m a day for %t until %a" : "%n of %m a day for %t";
    case CAP_24_HOURS:
        return full ? "%m in 24 hours for %t until %a"
                    : "%n of %m in 24 hours for %t";
    case CAP_7_DAYS:
        return full ? "%m a week for %t until %a" : "%n of %m a week for %t";
    }
    return NULL;
}

/* Of several caps in one place the one that lasts longest speaks; of those
 * that do not object, the one that is nearest to it. */
static bool speaks(const struct gate_reason *before, instant opens,
                   int64_t used, int most)
{
    if (!before->says || !before->most)
        return true;
    if (before->verdict == GATE_WAIT || opens)
        return opens > before->not_before;
    return most - used < before->most - before->number;
}

static void check_cap(struct gate *gate, const struct cap_rule *cap)
{
    const struct gate_facts *facts = gate->facts;
    enum gate_rule rule = rule_of(cap);
    struct side sides[2];
    sides_of(facts, sides);
    for (size_t i = 0; i < 2; i++) {
        instant opens = cap_opens(&facts->window, cap, &sides[i], facts->now);
        opens = opens > facts->now ? opens : 0;
        int64_t used =
            (int64_t)count_since(&sides[i], facts->now - policy_cap_ms(cap));
        if (!speaks(&gate->out->reasons[rule], opens, used, cap->most))
            continue;
        struct gate_reason *reason =
            gate_say_by(gate, rule, opens ? GATE_WAIT : GATE_GO,
                        says_of(cap->per, opens != 0), &cap->rule);
        reason->text = sides[i].who;
        reason->number = used;
        reason->most = cap->most;
        gate_until(reason, opens);
    }
}

static bool passes(const struct gate *gate)
{
    return gate->facts->channel == CHANNEL_EMAIL || gate->out->reply ||
           gate->facts->repeated;
}

void gate_check_caps(struct gate *gate)
{
    static const enum gate_rule rules[] = {RULE_CAP_DAY, RULE_CAP_WEEK,
                                           RULE_CAP_STATE};
    const struct gate_facts *facts = gate->facts;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        gate_say(gate, rules[i], GATE_GO,
                 facts->channel == CHANNEL_EMAIL ? "emails are not counted"
                 : gate->out->reply ? "an answer to the patient is not counted"
                 : facts->repeated  ? "it was counted when it first left"
                                    : "no such cap holds here");
    if (passes(gate))
        return;
    for (size_t i = 0; i < gate->policy->cap_count; i++) {
        const struct cap_rule *cap = &gate->policy->caps[i];
        if (binds(gate, cap) && !(cap->urgent_passes && facts->priority == 0))
            check_cap(gate, cap);
    }
}

/* Priority ----------------------------------------------------------------- */

/* Times of one side as they would be, in order. */
struct times {
    instant at[TIMES_MAX];
    size_t count;
};

static void times_add(struct times *times, instant at)
{
    size_t i = times->count;
    if (i == TIMES_MAX)
        return;
    for (; i > 0 && times->at[i - 1] > at; i--)
        times->at[i] = times->at[i - 1];
    times->at[i] = at;
    times->count++;
}

static bool is_free(const struct gate *gate, const struct cap_rule *cap,
                    const struct times *times, instant at)
{
    struct side side = {NULL, times->at, times->count};
    return cap_opens(&gate->facts->window, cap, &side, at) <= at;
}

/* An urgent one needs no place where its own class passes the caps; care that
 * goes without consent passes none (L-4.6). */
static bool rival_passes(const struct gate *gate, const struct cap_rule *cap,
                         const struct gate_rival *rival)
{
    if (!rival->urgent || !rival->asked)
        return false;
    for (size_t i = 0; i < gate->policy->cap_count; i++) {
        const struct cap_rule *one = &gate->policy->caps[i];
        if (one->per == cap->per && !one->urgent_passes &&
            policy_binds(&one->rule, rival->class, gate->today))
            return false;
    }
    return true;
}

/* The first rival whose place this message would take under this cap, on one
 * side of the count; NULL: none. */
static const struct gate_rival *rival_hurt(const struct gate *gate,
                                           const struct cap_rule *cap,
                                           const struct side *side,
                                           bool patients)
{
    const struct gate_facts *facts = gate->facts;
    struct times without = {0}, with = {0};
    size_t old = side->count > TIMES_MAX / 2 ? side->count - TIMES_MAX / 2 : 0;
    for (size_t i = old; i < side->count; i++)
        times_add(&without, side->at[i]);
    with = without;
    times_add(&with, facts->now);
    for (size_t i = 0; i < facts->rival_count; i++) {
        const struct gate_rival *rival = &facts->rivals[i];
        instant due = rival->due_at > facts->now ? rival->due_at : facts->now;
        bool counts = (!patients || rival->of_patient) &&
                      !rival_passes(gate, cap, rival) &&
                      rival->due_at > facts->now - DAY_MS;
        if (!counts || !is_free(gate, cap, &without, due))
            continue;
        if (!is_free(gate, cap, &with, due))
            return rival;
        times_add(&without, due);
        times_add(&with, due);
    }
    return NULL;
}

static const struct gate_rival *cap_rival(const struct gate *gate,
                                          const struct cap_rule *cap)
{
    struct side sides[2];
    sides_of(gate->facts, sides);
    if (!binds(gate, cap) || (cap->urgent_passes && gate->facts->priority == 0))
        return NULL;
    const struct gate_rival *rival = rival_hurt(gate, cap, &sides[0], true);
    return rival ? rival : rival_hurt(gate, cap, &sides[1], false);
}

/* A rival may still come to nothing: who could not go any more after its time
 * waits for the last moment at which it can, and is decided again there. */
static instant yields_until(const struct gate *gate, instant again)
{
    const struct gate_facts *facts = gate->facts;
    instant last = facts->until;
    if (last == INSTANT_NEVER || gate_wait_ends(gate, again) < last)
        return again;
    if (gate_rings_by_hours(gate)) {
        struct window_stretch open;
        if (!window_before(&facts->window, last, facts->now, &open))
            return again;
        last = open.closes;
    }
    last -= LAST_CALL_MS;
    return last > facts->now ? last : again;
}

void gate_check_priority(struct gate *gate)
{
    const struct gate_facts *facts = gate->facts;
    const struct gate_rival *worst = NULL;
    for (size_t i = 0;
         i < gate->policy->cap_count && facts->rival_count > 0 && !passes(gate);
         i++) {
        const struct gate_rival *rival =
            cap_rival(gate, &gate->policy->caps[i]);
        if (rival && (!worst || rival->due_at > worst->due_at))
            worst = rival;
    }
    if (!worst) {
        gate_say(gate, RULE_PRIORITY, GATE_GO, "nothing more urgent wants it");
        return;
    }
    instant due = worst->due_at > facts->now ? worst->due_at : facts->now;
    gate_until(gate_say(gate, RULE_PRIORITY, GATE_WAIT,
                        worst->equal
                            ? "an equal one that was planned before it needs "
                              "the place until %a"
                            : "a more urgent message needs the place until %a"),
               yields_until(gate, due + RECHECK_MS));
}
