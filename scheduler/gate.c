/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: one pure decision from facts, with every reason (domain.md 8).
 * One small function a rule, in the order of the decision; each adds what it
 * objects to, none looks at what another found. Never widens anything,
 * touches no store and asks no clock.
 */
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/error.h"
#include "base/text.h"

#include "scheduler/gate.h"

#define RECHECK_MS (1 * MINUTE_MS)
#define WINDOW_HORIZON_MS (15 * 24 * HOUR_MS)
#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)

const char *gate_rule_name(enum gate_rule rule)
{
    static const char *const names[RULE_COUNT] = {
        [RULE_PATIENT] = "patient",   [RULE_ANCHOR] = "anchor",
        [RULE_AUDIENCE] = "audience", [RULE_HOLDOUT] = "holdout",
        [RULE_OPT_OUT] = "opt-out",   [RULE_RESTRICTION] = "restriction",
        [RULE_ADDRESS] = "address",   [RULE_CONSENT] = "consent",
        [RULE_CAP_DAY] = "cap-day",   [RULE_CAP_WEEK] = "cap-week",
        [RULE_LATE] = "late",         [RULE_EARLY] = "early",
        [RULE_HOURS] = "quiet-hours", [RULE_PAUSED] = "paused",
        [RULE_FEED] = "feed",         [RULE_CONTENT] = "content",
    };
    return names[rule];
}

static struct gate_reason *object(struct gate_decision *decision,
                                  enum gate_rule rule,
                                  enum gate_verdict verdict)
{
    if (decision->reason_count == GATE_REASONS_MAX)
        PANIC("more reasons than rules");
    struct gate_reason *reason = &decision->reasons[decision->reason_count++];
    *reason = (struct gate_reason){.rule = rule, .verdict = verdict};
    return reason;
}

static void object_text(struct gate_decision *decision, enum gate_rule rule,
                        enum gate_verdict verdict, const char *text)
{
    struct gate_reason *reason = object(decision, rule, verdict);
    text_copy(reason->text, sizeof(reason->text), text);
}

/* A wait with the wall time of the first candidate zone. */
static void object_until(const struct gate_facts *facts,
                         struct gate_decision *decision, enum gate_rule rule,
                         instant not_before, const char *why)
{
    struct gate_reason *reason = object(decision, rule, GATE_WAIT);
    reason->not_before = not_before;
    char when[CIVIL_TEXT_MAX];
    const struct zone *zone =
        facts->window.zone_count ? facts->window.zones[0] : zone_utc();
    civil_instant_text(not_before, zone_offset(zone, not_before), when);
    snprintf(reason->text, sizeof(reason->text), "%s until %s", why, when);
}

static void check_patient(const struct gate_facts *facts,
                          struct gate_decision *decision)
{
    const char *why = !facts->alive         ? "the patient has died"
                      : facts->merged       ? "the record was merged away"
                      : facts->patient_gone ? "no longer in the source"
                      : !facts->active      ? "the patient is inactive"
                                            : NULL;
    if (why)
        object_text(decision, RULE_PATIENT, GATE_NEVER, why);
}

static void check_anchor(const struct gate_facts *facts,
                         struct gate_decision *decision)
{
    if (!facts->anchor_there)
        object_text(decision, RULE_ANCHOR, GATE_NEVER, "it no longer exists");
    else if (!facts->same_occurrence)
        object_text(decision, RULE_ANCHOR, GATE_NEVER, "it was moved");
}

static void check_audience(const struct gate_facts *facts,
                           struct gate_decision *decision)
{
    const char *why = facts->stopped     ? "stop_when holds"
                      : !facts->audience ? "no longer in the audience"
                      : !facts->only_if  ? "the step's only_if does not hold"
                                         : NULL;
    if (why)
        object_text(decision, RULE_AUDIENCE, GATE_NEVER, why);
    if (facts->holdout)
        object_text(decision, RULE_HOLDOUT, GATE_NEVER, "held out to measure");
}

static bool concerns(const struct gate_facts *facts, const char *purpose,
                     int channel)
{
    return (!purpose || text_equal(purpose, facts->purpose)) &&
           (channel < 0 || channel == (int)facts->channel);
}

/* A refusal of everything ends it; one of this channel or this address
 * leaves the others (L-16). */
static void check_opt_out(const struct gate_facts *facts,
                          struct gate_decision *decision)
{
    const struct gate_suppression *worst = NULL;
    enum gate_verdict verdict = GATE_OTHER;
    for (size_t i = 0; i < facts->suppression_count; i++) {
        const struct gate_suppression *one = &facts->suppressions[i];
        if (!concerns(facts, one->purpose, one->channel))
            continue;
        bool whole = !one->by_address && one->channel < 0;
        if (!worst || whole)
            worst = one;
        if (whole)
            verdict = GATE_NEVER;
    }
    if (!worst)
        return;
    struct gate_reason *reason = object(decision, RULE_OPT_OUT, verdict);
    snprintf(reason->text, sizeof(reason->text), "%s, recorded for the %s",
             worst->reason, worst->by_address ? "address" : "person");
}

static enum gate_verdict restricted(const struct gate_facts *facts,
                                    const struct gate_restriction *one)
{
    const char *channel = channel_name(facts->channel);
    if (text_equal(one->kind, "no-contact"))
        return GATE_NEVER;
    if (text_equal(one->kind, "no-channel"))
        return text_equal(one->value, channel) ? GATE_OTHER : GATE_GO;
    if (text_equal(one->kind, "only-channel"))
        return text_equal(one->value, channel) ? GATE_GO : GATE_OTHER;
    if (text_equal(one->kind, "only-address"))
        return !facts->address || text_equal(one->value, facts->address)
                   ? GATE_GO
                   : GATE_OTHER;
    return GATE_NEVER; /* a kind we do not know binds most */
}

static void check_restriction(const struct gate_facts *facts,
                              struct gate_decision *decision)
{
    enum gate_verdict worst = GATE_GO;
    const char *kind = "";
    for (size_t i = 0; i < facts->restriction_count; i++) {
        enum gate_verdict one = restricted(facts, &facts->restrictions[i]);
        if (one > worst) {
            worst = one;
            kind = facts->restrictions[i].kind;
        }
    }
    if (worst != GATE_GO)
        object_text(decision, RULE_RESTRICTION, worst, kind);
}

static void check_address(const struct gate_facts *facts,
                          struct gate_decision *decision)
{
    if (facts->address)
        return;
    struct gate_reason *reason = object(decision, RULE_ADDRESS, GATE_OTHER);
    snprintf(reason->text, sizeof(reason->text), "no usable address for %s",
             channel_name(facts->channel));
}

/* The newest word on this purpose and channel speaks (L-11..L-18); without
 * any, only the purposes that policy lists may go. */
static void check_consent(const struct gate_facts *facts,
                          struct gate_decision *decision)
{
    const struct gate_consent *newest = NULL;
    for (size_t i = 0; i < facts->consent_count; i++)
        if (concerns(facts, facts->consents[i].purpose,
                     facts->consents[i].channel) &&
            (!newest || facts->consents[i].at >= newest->at))
            newest = &facts->consents[i];

    const char *why = NULL;
    if (newest && !newest->granted)
        why = "consent was revoked";
    else if (facts->marketing && !(newest && newest->written))
        why = "marketing needs written consent";
    else if (!newest && !facts->consent_free)
        why = "no consent for this purpose";
    if (!why)
        return;
    bool all = newest && newest->channel < 0;
    enum gate_verdict verdict =
        newest && !newest->granted && !all ? GATE_OTHER : GATE_NEVER;
    object_text(decision, RULE_CONSENT, verdict, why);
}

/* When the cap on attempts after `since` opens again: the instant at which
 * enough of them are `length` old. 0: not reached. */
static instant cap_opens(const instant *attempts, size_t count, instant now,
                         int64_t length, int most)
{
    size_t within = 0;
    for (size_t i = count; i > 0 && attempts[i - 1] > now - length; i--)
        within++;
    if (within < (size_t)most)
        return 0;
    size_t oldest = count - within;
    return attempts[oldest + (within - (size_t)most)] + length;
}

static instant next_midnight(const struct zone *zone, instant now)
{
    struct civil at = {.date = civil_add_days(zone_today(zone, now), 1)};
    return zone_instant(zone, at);
}

/* "Day" is the local calendar day and a rolling 24 hours (L-6). */
static instant day_opens(const struct gate_facts *facts,
                         const instant *attempts, size_t count, int most)
{
    instant opens = cap_opens(attempts, count, facts->now, DAY_MS, most);
    for (size_t z = 0; z < facts->window.zone_count; z++) {
        const struct zone *zone = facts->window.zones[z];
        struct civil_date today = zone_today(zone, facts->now);
        int sent = 0;
        for (size_t i = 0; i < count; i++)
            if (civil_compare(zone_today(zone, attempts[i]), today) == 0)
                sent++;
        instant midnight = next_midnight(zone, facts->now);
        if (sent >= most && midnight > opens)
            opens = midnight;
    }
    return opens;
}

static void check_caps(const struct gate_facts *facts,
                       struct gate_decision *decision)
{
    const struct cap_rule *cap = &facts->window.policy->caps;
    if (facts->channel == CHANNEL_EMAIL || facts->class_reply)
        return;
    struct {
        const char *who;
        const instant *at;
        size_t count;
    } sides[2] = {
        {"the patient", facts->patient_attempts, facts->patient_attempt_count},
        {"the number", facts->number_attempts, facts->number_attempt_count},
    };
    instant day = 0, week = 0;
    const char *day_who = "", *week_who = "";
    for (size_t i = 0; i < 2; i++) {
        instant opens =
            day_opens(facts, sides[i].at, sides[i].count, cap->per_day);
        if (opens > day) {
            day = opens;
            day_who = sides[i].who;
        }
        opens = cap_opens(sides[i].at, sides[i].count, facts->now, WEEK_MS,
                          cap->per_week);
        if (opens > week) {
            week = opens;
            week_who = sides[i].who;
        }
    }
    char why[64];
    if (day > facts->now) {
        snprintf(why, sizeof(why), "%d a day for %s", cap->per_day, day_who);
        object_until(facts, decision, RULE_CAP_DAY, day, why);
    }
    if (week > facts->now) {
        snprintf(why, sizeof(why), "%d a week for %s", cap->per_week, week_who);
        object_until(facts, decision, RULE_CAP_WEEK, week, why);
    }
}

static void check_times(const struct gate_facts *facts,
                        struct gate_decision *decision)
{
    if (facts->until != INSTANT_NEVER && facts->now >= facts->until)
        object_text(decision, RULE_LATE, GATE_NEVER,
                    "no longer useful: its until has passed");
    if (facts->not_before > facts->now)
        object_until(facts, decision, RULE_EARLY, facts->not_before,
                     "not before its time:");
}

static void check_hours(const struct gate_facts *facts,
                        struct gate_decision *decision)
{
    if (facts->class_reply)
        return;
    if (facts->unknown_zone[0]) {
        struct gate_reason *reason = object(decision, RULE_HOURS, GATE_WAIT);
        reason->not_before = facts->now + RECHECK_MS;
        snprintf(reason->text, sizeof(reason->text),
                 "no such time zone here: %s (L-8)", facts->unknown_zone);
        return;
    }
    if (facts->window.zone_count == 0) {
        if (facts->channel == CHANNEL_EMAIL)
            return; /* a mailbox does not ring */
        object_text(decision, RULE_HOURS, GATE_OTHER,
                    "no time zone known (L-8)");
        return;
    }
    if (window_open(&facts->window, facts->now))
        return;
    instant opens =
        window_next_open(&facts->window, facts->now, WINDOW_HORIZON_MS);
    if (opens == INSTANT_NEVER)
        object_text(decision, RULE_HOURS, GATE_OTHER,
                    "the allowed hours never meet (L-10)");
    else if (facts->drop_if_closed)
        object_text(decision, RULE_HOURS, GATE_NEVER,
                    "quiet hours, and the step says drop");
    else
        object_until(facts, decision, RULE_HOURS, opens, "quiet hours");
}

static void check_held(const struct gate_facts *facts,
                       struct gate_decision *decision)
{
    struct gate_reason *reason;
    if (facts->paused) {
        reason = object(decision, RULE_PAUSED, GATE_WAIT);
        reason->not_before = facts->now + RECHECK_MS;
        text_copy(reason->text, sizeof(reason->text), "paused");
    }
    if (facts->feed_too_old) {
        reason = object(decision, RULE_FEED, GATE_WAIT);
        reason->not_before = facts->now + RECHECK_MS;
        text_copy(reason->text, sizeof(reason->text),
                  "its data is older than max_age");
    }
}

/* After a wait the other windows may be closed: move on to the first moment
 * at which the hours are open as well. */
static instant wait_ends(const struct gate_facts *facts, instant not_before)
{
    if (facts->window.zone_count == 0 || facts->class_reply)
        return not_before;
    instant opens =
        window_next_open(&facts->window, not_before, WINDOW_HORIZON_MS);
    return opens == INSTANT_NEVER ? not_before : opens;
}

/* Would it be in time but for the caps? These count calls and texts, so that
 * an email further down the ladder may still go. */
static bool only_caps(const struct gate_facts *facts,
                      const struct gate_decision *decision)
{
    instant others = facts->now;
    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct gate_reason *reason = &decision->reasons[i];
        bool cap =
            reason->rule == RULE_CAP_DAY || reason->rule == RULE_CAP_WEEK;
        if (reason->verdict == GATE_WAIT && !cap && reason->not_before > others)
            others = reason->not_before;
    }
    return wait_ends(facts, others) < facts->until;
}

static void decide(const struct gate_facts *facts,
                   struct gate_decision *decision)
{
    bool timed = false;
    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct gate_reason *reason = &decision->reasons[i];
        if (reason->verdict > decision->verdict)
            decision->verdict = reason->verdict;
        if (reason->verdict == GATE_WAIT) {
            if (reason->not_before > decision->not_before)
                decision->not_before = reason->not_before;
            timed |= reason->rule != RULE_PAUSED && reason->rule != RULE_FEED;
        }
    }
    if (decision->verdict == GATE_GO) {
        decision->valid_until = facts->until;
        instant close = facts->window.zone_count == 0 || facts->class_reply
                            ? INSTANT_NEVER
                            : window_close(&facts->window, facts->now);
        if (close < decision->valid_until)
            decision->valid_until = close;
    }
    if (decision->verdict != GATE_WAIT || !timed)
        return;
    decision->not_before = wait_ends(facts, decision->not_before);
    if (facts->until == INSTANT_NEVER || decision->not_before < facts->until)
        return;
    decision->verdict = only_caps(facts, decision) ? GATE_OTHER : GATE_NEVER;
    object_text(decision, RULE_LATE, decision->verdict,
                "could only go after its until");
}

void gate_decide(const struct gate_facts *facts, struct gate_decision *out)
{
    *out = (struct gate_decision){.verdict = GATE_GO};
    check_patient(facts, out);
    check_anchor(facts, out);
    check_audience(facts, out);
    check_opt_out(facts, out);
    check_restriction(facts, out);
    check_address(facts, out);
    check_consent(facts, out);
    check_caps(facts, out);
    check_times(facts, out);
    check_hours(facts, out);
    check_held(facts, out);
    decide(facts, out);
}

void gate_reason_text(const struct gate_decision *decision, char *out,
                      size_t size)
{
    size_t len = 0;
    if (size)
        out[0] = '\0';
    for (size_t i = 0; i < decision->reason_count && len + 1 < size; i++) {
        const struct gate_reason *reason = &decision->reasons[i];
        int n = snprintf(out + len, size - len, "%s%s: %s", i ? "; " : "",
                         gate_rule_name(reason->rule), reason->text);
        if (n < 0)
            break;
        len += (size_t)n;
    }
}
