/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every decision, over random facts: nothing that is added ever
 * widens (L-10), what goes is inside every window, a wait ends at an open
 * hour, and everything that was asked has an answer. Repeatable by its seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/hash.h"

#include "scheduler/policy_own.h"
#include "tests/scheduler/gate_fixture.h"

#define ROUNDS 12000
#define ROOM 8

/* Facts with room of their own for all that they point to. */
struct case_facts {
    struct gate_facts facts;
    struct gate_suppression suppressions[ROOM];
    struct gate_consent consents[ROOM];
    struct gate_restriction restrictions[ROOM];
    instant patient[ROOM], number[ROOM];
    struct gate_rival rivals[ROOM];
};

static struct random chance;
static struct policy *house; /* the law, an organisation's and a clinic's */

static int below(int limit)
{
    return (int)(random_next(&chance) % (uint64_t)limit);
}

static bool one_in(int n)
{
    return below(n) == 0;
}

static const char *const zones[] = {
    "America/New_York", "America/Chicago",     "America/Denver",
    "America/Phoenix",  "America/Los_Angeles", "Pacific/Honolulu",
    "America/St_Johns", "Europe/London",
};
static const char *const states[] = {"NY", "FL", "AL", "TX", "RI",
                                     "UT", "OK", "NE", NULL};
static const char *const purposes[] = {"appointment", "prescription",
                                       "survey",      "marketing",
                                       "emergency",   "post-discharge"};

static void point(struct case_facts *one)
{
    one->facts.suppressions = one->suppressions;
    one->facts.consents = one->consents;
    one->facts.restrictions = one->restrictions;
    one->facts.patient_attempts = one->patient;
    one->facts.number_attempts = one->number;
    one->facts.rivals = one->rivals;
}

static void time_add(instant *times, size_t *count, instant at)
{
    size_t i = *count;
    for (; i > 0 && times[i - 1] > at; i--)
        times[i] = times[i - 1];
    times[i] = at;
    ++*count;
}

static instant past(const struct gate_facts *facts)
{
    return facts->now - below(9 * 24 * 60) * MINUTE_MS;
}

static void rival_add(struct case_facts *one)
{
    instant due = one->facts.now + (below(9 * 24 * 60) - 24 * 60) * MINUTE_MS;
    size_t i = one->facts.rival_count++;
    for (; i > 0 && one->rivals[i - 1].due_at > due; i--)
        one->rivals[i] = one->rivals[i - 1];
    one->rivals[i] = (struct gate_rival){
        .due_at = due, .urgent = one_in(2), .of_patient = one_in(2)};
}

static void draw(struct case_facts *out)
{
    struct gate_facts facts = healthy();
    facts.now = moment("2026-01-01T00:00:00Z") +
                (instant)below(4 * 366 * 24 * 60) * MINUTE_MS + below(60000);
    facts.channel = (enum channel)below(CHANNEL_COUNT);
    facts.purpose = purposes[below(6)];
    facts.priority = below(5);
    facts.window.policy = house;
    facts.window.class = policy_class_named(house, facts.purpose);
    facts.window.state = states[below(9)];
    facts.window.zone_count = 0;
    for (int i = below(3); i >= 0; i--)
        window_add_zone(&facts.window, zone_find(zones[below(8)]));
    if (one_in(3))
        facts.until = facts.now + (1 + below(5 * 24 * 60)) * MINUTE_MS;
    facts.drop_if_closed = one_in(10);
    if (one_in(10))
        facts.answers_at = facts.now - below(30) * MINUTE_MS;
    *out = (struct case_facts){.facts = facts};
    point(out);
    for (int i = below(3); i > 0; i--)
        time_add(out->patient, &out->facts.patient_attempt_count, past(&facts));
    for (int i = below(3); i > 0; i--)
        time_add(out->number, &out->facts.number_attempt_count, past(&facts));
    for (int i = below(3); i > 0; i--)
        rival_add(out);
    if (one_in(2)) {
        out->consents[0] = (struct gate_consent){
            .granted = true, .written = one_in(2), .channel = -1, .at = 5};
        out->facts.consent_count = 1;
    }
}

/* One thing more, or narrower. */
enum more {
    MORE_ZONE,
    MORE_STATE,
    MORE_PATIENT_HOURS,
    MORE_CAMPAIGN_HOURS,
    MORE_CLINIC,
    MORE_SUPPRESSION,
    MORE_REFUSAL,
    MORE_RESTRICTION,
    MORE_ATTEMPT,
    MORE_NUMBER_ATTEMPT,
    MORE_RIVAL,
    MORE_UNTIL,
    MORE_NOT_BEFORE,
    MORE_BACKLOG,
    MORE_DENIED,
    MORE_REASSIGNED,
    MORE_HELD,
    MORE_EXCLUDED,
    MORE_COUNT
};

static void narrow(struct day_window *window)
{
    window->from += below(300);
    window->to -= below(300);
}

static void add_list(struct case_facts *one, enum more what)
{
    static const char *const kinds[] = {"no-contact", "no-channel",
                                        "only-channel", "only-address"};
    static const char *const values[] = {NULL, "sms", "voice", "+12125550123"};
    struct gate_facts *facts = &one->facts;
    if (what == MORE_SUPPRESSION)
        one->suppressions[facts->suppression_count++] =
            (struct gate_suppression){
                .by_address = one_in(2),
                .purpose = one_in(2) ? facts->purpose : NULL,
                .channel = below(4) - 1,
                .reason = one_in(2) ? "opt-out" : "wrong-number"};
    else if (what == MORE_REFUSAL)
        one->consents[facts->consent_count++] =
            (struct gate_consent){.channel = below(4) - 1,
                                  .at = 10,
                                  .narrow = one_in(2),
                                  .of_addressee = one_in(2)};
    else
        one->restrictions[facts->restriction_count++] =
            (struct gate_restriction){kinds[below(4)], values[below(4)]};
}

static void add_time(struct case_facts *one, enum more what)
{
    struct gate_facts *facts = &one->facts;
    if (what == MORE_ATTEMPT)
        time_add(one->patient, &facts->patient_attempt_count, past(facts));
    else if (what == MORE_NUMBER_ATTEMPT)
        time_add(one->number, &facts->number_attempt_count, past(facts));
    else if (what == MORE_RIVAL)
        rival_add(one);
    else if (what == MORE_UNTIL && facts->until == INSTANT_NEVER)
        facts->until = facts->now + below(48 * 60) * MINUTE_MS;
    else if (what == MORE_UNTIL)
        facts->until -= below(48 * 60) * MINUTE_MS;
    else if (what == MORE_NOT_BEFORE)
        facts->not_before = facts->now + below(48 * 60) * MINUTE_MS;
    else
        facts->backlog_ms += below(12 * 60) * MINUTE_MS;
}

static void add(struct case_facts *one, enum more what)
{
    struct gate_facts *facts = &one->facts;
    switch (what) {
    case MORE_ZONE:
        window_add_zone(&facts->window, zone_find(zones[below(8)]));
        return;
    case MORE_STATE:
        facts->window.number_state = policy_state(states[below(8)]);
        return;
    case MORE_PATIENT_HOURS:
        narrow(&facts->window.patient);
        return;
    case MORE_CAMPAIGN_HOURS:
        narrow(&facts->window.campaign);
        return;
    case MORE_CLINIC:
        facts->window.clinic = policy_clinic(house, "C1");
        return;
    case MORE_SUPPRESSION:
    case MORE_REFUSAL:
    case MORE_RESTRICTION:
        add_list(one, what);
        return;
    case MORE_ATTEMPT:
    case MORE_NUMBER_ATTEMPT:
    case MORE_RIVAL:
    case MORE_UNTIL:
    case MORE_NOT_BEFORE:
    case MORE_BACKLOG:
        add_time(one, what);
        return;
    case MORE_DENIED:
        facts->contact.line = LINE_DENIED;
        return;
    case MORE_REASSIGNED:
        facts->contact.reassigned = REASSIGNED_YES;
        return;
    case MORE_HELD:
        facts->paused = one_in(2);
        facts->stale_feed = facts->paused ? NULL : "fills";
        return;
    case MORE_EXCLUDED:
        facts->excluded = true;
        return;
    case MORE_COUNT:
        break;
    }
}

static void tell(const struct gate_decision *decision, char out[600])
{
    char text[512];
    gate_reason_text(decision, text, sizeof(text));
    snprintf(out, 600, "%d, not before %lld, valid until %lld: %s",
             (int)decision->verdict, (long long)decision->not_before,
             (long long)decision->valid_until, text);
}

static void check_narrower(int round, enum more what,
                           const struct gate_decision *before,
                           const struct gate_decision *after)
{
    /* Who yields looks again when its rival's time comes, and which rival that
     * is may change: it promises no time, only that nothing goes before. */
    bool yields = before->reasons[RULE_PRIORITY].verdict == GATE_WAIT;
    bool fine = before->verdict == GATE_GO || after->verdict != GATE_GO;
    if (!yields) /* of refusals another may be the worst; none is a leave */
        fine &= after->verdict >= before->verdict ||
                (before->verdict > GATE_WAIT && after->verdict > GATE_WAIT);
    if (after->verdict == GATE_GO && before->verdict == GATE_GO)
        fine &= after->valid_until <= before->valid_until;
    if (after->verdict == GATE_WAIT && before->verdict == GATE_WAIT && !yields)
        fine &= after->not_before >= before->not_before;
    if (fine)
        return;
    char first[600], second[600];
    tell(before, first);
    tell(after, second);
    fail_msg("round %d, addition %d widens\n%s\n%s", round, (int)what, first,
             second);
}

static void nothing_that_is_added_widens(void **state)
{
    (void)state;
    size_t made[4] = {0};
    chance.state = 20261123;
    for (int round = 0; round < ROUNDS; round++) {
        struct case_facts base;
        struct gate_decision before, after;
        draw(&base);
        gate_decide(&base.facts, &before);
        made[before.verdict]++;
        for (int what = 0; what < MORE_COUNT; what++) {
            struct case_facts more = base;
            point(&more);
            add(&more, (enum more)what);
            gate_decide(&more.facts, &after);
            check_narrower(round, (enum more)what, &before, &after);
        }
    }
    /* The draw reaches every verdict often enough to mean something. */
    for (int i = 0; i < 4; i++)
        if (made[i] < ROUNDS / 100)
            fail_msg("verdict %d came %zu times", i, made[i]);
}

/* The hours, once more and by the wall alone. */
static bool wall_is_open(const struct gate_facts *facts, instant when)
{
    for (size_t z = 0; z < facts->window.zone_count; z++) {
        struct civil wall = zone_local(facts->window.zones[z], when);
        int minute = wall.hour * 60 + wall.minute;
        struct day_open open = window_day(&facts->window, wall.date);
        if (minute < open.window.from || minute >= open.window.to)
            return false;
    }
    return facts->window.zone_count > 0;
}

/* Hours when clocks jump are told apart by instants, not by the wall. */
static bool clocks_change(const struct gate_facts *facts, instant when)
{
    for (size_t z = 0; z < facts->window.zone_count; z++)
        if (zone_offset(facts->window.zones[z], when - 24 * HOUR_MS) !=
            zone_offset(facts->window.zones[z], when + 24 * HOUR_MS))
            return true;
    return false;
}

static void what_goes_is_inside_every_window(void **state)
{
    (void)state;
    chance.state = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct case_facts one;
        struct gate_decision decision;
        char text[600];
        draw(&one);
        gate_decide(&one.facts, &decision);
        tell(&decision, text);
        const struct gate_facts *facts = &one.facts;
        bool bound = !decision.reply && decision.class != CLASS_EMERGENCY;
        if (!bound || clocks_change(facts, facts->now))
            continue;
        if (decision.verdict == GATE_GO &&
            (!wall_is_open(facts, facts->now) ||
             decision.valid_until <= facts->now ||
             !wall_is_open(facts, decision.valid_until - 1)))
            fail_msg("round %d goes at night: %s", round, text);
        bool timed = decision.reasons[RULE_PAUSED].verdict == GATE_GO &&
                     decision.reasons[RULE_FEED].verdict == GATE_GO;
        if (decision.verdict == GATE_WAIT && timed &&
            !clocks_change(facts, decision.not_before) &&
            !wall_is_open(facts, decision.not_before))
            fail_msg("round %d waits for the night: %s", round, text);
        if (decision.verdict == GATE_WAIT && facts->until != INSTANT_NEVER)
            assert_true(decision.not_before < facts->until || !timed);
    }
}

static void the_same_facts_decide_the_same(void **state)
{
    (void)state;
    chance.state = 99;
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct case_facts one;
        struct gate_decision first, second;
        draw(&one);
        memset(&first, 0xAA, sizeof(first));
        memset(&second, 0x55, sizeof(second));
        gate_decide(&one.facts, &first);
        gate_decide(&one.facts, &second);
        assert_int_equal(first.verdict, second.verdict);
        assert_true(first.not_before == second.not_before);
        for (int i = 0; i < RULE_CONTENT; i++) {
            char says[256];
            gate_reason_say(&first.reasons[i], says, sizeof(says));
            assert_true(first.reasons[i].says == second.reasons[i].says);
            assert_non_null(first.reasons[i].id);
            assert_non_null(first.reasons[i].source);
            assert_true(says[0] != '\0');
            /* no personal data */
            assert_null(strstr(says, "555"));
        }
    }
}

static int load(void **state)
{
    const struct day_window usual = {9 * 60, 20 * 60};
    const struct day_window days[DAY_CLASSES] = {
        usual, usual, {12 * 60, 17 * 60}, {0, 0}};
    const struct day_window clinic[DAY_CLASSES] = {
        {10 * 60, 18 * 60}, {0, 0}, usual, usual};
    const struct civil_date closed[] = {{2026, 12, 24}, {2028, 2, 29}};
    struct error err = {0};
    if (fixture_load(state) != 0)
        return -1;
    house = policy_load(fixture_source("policy/us.json"), &err);
    policy_add_own(house, NULL, days, closed, 2);
    policy_add_own(house, "C1", clinic, closed, 1);
    return 0;
}

static int unload(void **state)
{
    policy_free(house);
    return fixture_unload(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_is_added_widens),
        cmocka_unit_test(what_goes_is_inside_every_window),
        cmocka_unit_test(the_same_facts_decide_the_same),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
