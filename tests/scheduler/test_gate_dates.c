/* SPDX-License-Identifier: Apache-2.0 */
/* What the law frees of consent, and how long an answer may take, hold on their
 * own days only, as hours and caps do (L-3). The patient is asked about on
 * Monday, 2026-11-23. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/gate_fixture.h"

#define ALWAYS       \
    {1, 1, 1},       \
    {                \
        9999, 12, 31 \
    }
#define ENDED        \
    {1, 1, 1},       \
    {                \
        2026, 11, 22 \
    }
#define TO_COME      \
    {2026, 11, 24},  \
    {                \
        9999, 12, 31 \
    }
#define THAT_DAY     \
    {2026, 11, 23},  \
    {                \
        2026, 11, 23 \
    }

static struct policy *law(void)
{
    struct error err = {0};
    struct policy *policy = policy_load(fixture_source("policy/us.json"), &err);
    if (!policy)
        fail_msg("%s", err.text);
    return policy;
}

static void put(struct policy_rule *rule, const struct civil_date dates[2])
{
    rule->from = dates[0];
    rule->to = dates[1];
}

static void what_is_free_of_consent_is_so_on_its_days(void **state)
{
    (void)state;
    static const struct {
        const char *why, *purpose;
        enum message_class of; /* whose dates these are */
        struct civil_date dates[2];
        enum { NOTHING, GIVEN, EXPRESS, WRITTEN } consent;
        enum gate_verdict verdict;
        enum message_class class;
    } rows[] = {
        {"L-3 in force",
         "appointment",
         CLASS_CARE_EXEMPT,
         {ALWAYS},
         NOTHING,
         GATE_GO,
         CLASS_CARE_EXEMPT},
        {"L-3 on its only day",
         "appointment",
         CLASS_CARE_EXEMPT,
         {THAT_DAY},
         NOTHING,
         GATE_GO,
         CLASS_CARE_EXEMPT},
        {"L-3 over",
         "appointment",
         CLASS_CARE_EXEMPT,
         {ENDED},
         NOTHING,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"L-3 to come",
         "appointment",
         CLASS_CARE_EXEMPT,
         {TO_COME},
         NOTHING,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"L-3 over, and only a number was given",
         "appointment",
         CLASS_CARE_EXEMPT,
         {ENDED},
         GIVEN,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"L-3 over, with consent",
         "appointment",
         CLASS_CARE_EXEMPT,
         {ENDED},
         EXPRESS,
         GATE_GO,
         CLASS_INFORMATION},
        {"an emergency is none before its day",
         "emergency",
         CLASS_EMERGENCY,
         {TO_COME},
         NOTHING,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"1.1 information",
         "notice",
         CLASS_INFORMATION,
         {ALWAYS},
         EXPRESS,
         GATE_GO,
         CLASS_INFORMATION},
        {"1.1 nobody knows what information needs",
         "notice",
         CLASS_INFORMATION,
         {ENDED},
         EXPRESS,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"1.1 ... but it cannot be more than writing",
         "notice",
         CLASS_INFORMATION,
         {ENDED},
         WRITTEN,
         GATE_GO,
         CLASS_INFORMATION},
        {"1.1 marketing",
         "marketing",
         CLASS_MARKETING,
         {ENDED},
         EXPRESS,
         GATE_NEVER,
         CLASS_MARKETING},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct policy *policy = law();
        struct gate_consent consent = {.granted = true,
                                       .written = rows[i].consent == WRITTEN,
                                       .provided = rows[i].consent == GIVEN,
                                       .channel = -1};
        struct gate_facts facts = healthy();
        struct gate_decision decision;
        put(&policy->class_rule[rows[i].of], rows[i].dates);
        facts.window.policy = policy;
        facts.purpose = rows[i].purpose;
        facts.consents = &consent;
        facts.consent_count = rows[i].consent != NOTHING;
        gate_decide(&facts, &decision);
        if (decision.verdict != rows[i].verdict ||
            decision.class != rows[i].class)
            fail_msg("%s: verdict %d, class %s", rows[i].why, decision.verdict,
                     message_class_name(decision.class));
        policy_free(policy);
    }
}

/* Nothing of an emergency is left at night, and the rule is named. */
static void hours_and_reasons_follow(void **state)
{
    (void)state;
    struct policy *policy = law();
    struct gate_consent consent = {.granted = true, .channel = -1};
    struct gate_facts facts = healthy();
    facts.window.policy = policy;
    facts.now = moment("2026-11-23T23:00:00-05:00");
    facts.purpose = "emergency";
    facts.consents = &consent;
    facts.consent_count = 1;
    facts.window.class = CLASS_EMERGENCY;
    expect_gate("an emergency", &facts, GATE_GO, -1);
    put(&policy->class_rule[CLASS_EMERGENCY], (struct civil_date[]){ENDED});
    facts.window.class = policy_class(policy, "emergency",
                                      window_today(&facts.window, facts.now));
    expect_gate("none any more", &facts, GATE_WAIT, RULE_HOURS);

    put(&policy->class_rule[CLASS_CARE_EXEMPT], (struct civil_date[]){ENDED});
    facts.purpose = "appointment";
    facts.consent_count = 0;
    const struct gate_reason *reason = reason_of(&facts, RULE_CONSENT);
    assert_string_equal(reason->id, "L-3");
    assert_string_equal(reason->source, "47 CFR 64.1200(a)(9)(iv)(C)");
    assert_string_equal(
        sentence_of(&facts, RULE_CONSENT),
        "no consent to appointment, and what frees it of one is not in force");
    policy_free(policy);
}

/* "reply" and "question" are rules of their days too. */
static void how_long_an_answer_takes(void **state)
{
    (void)state;
    struct policy *policy = law();
    struct gate_facts facts = healthy();
    facts.window.policy = policy;
    facts.asked_at = facts.now - MINUTE_MS;
    expect_gate("a question is open", &facts, GATE_WAIT, RULE_QUESTION);
    put(&policy->question.rule, (struct civil_date[]){TO_COME});
    expect_gate("nobody waits for it yet", &facts, GATE_GO, -1);

    facts = healthy();
    facts.window.policy = policy;
    facts.now = moment("2026-11-23T23:00:00-05:00");
    facts.answers_at = facts.now - MINUTE_MS;
    expect_gate("an answer passes the hours", &facts, GATE_GO, -1);
    put(&policy->reply.rule, (struct civil_date[]){ENDED});
    expect_gate("it does no more", &facts, GATE_WAIT, RULE_HOURS);
    assert_int_equal(
        policy_span_ms(&policy->confirm, (struct civil_date){2025, 4, 10}),
        0); /* L-14 */
    assert_true(
        policy_span_ms(&policy->confirm, (struct civil_date){2025, 4, 11}) > 0);
    policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_free_of_consent_is_so_on_its_days),
        cmocka_unit_test(hours_and_reasons_follow),
        cmocka_unit_test(how_long_an_answer_takes),
    };
    return cmocka_run_group_tests_name("scheduler/gate_dates", tests,
                                       fixture_load, fixture_unload);
}
