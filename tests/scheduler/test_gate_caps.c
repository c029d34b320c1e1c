/* SPDX-License-Identifier: Apache-2.0 */
/* How often somebody is called or texted, and who yields to whom (L-4.6, L-5,
 * L-6, L-9, S-14). The base is a Monday noon in New York. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"

#include "tests/scheduler/gate_fixture.h"

static size_t moments(const char *const texts[4], instant out[4])
{
    size_t count = 0;
    for (; count < 4 && texts[count]; count++)
        out[count] = moment(texts[count]);
    return count;
}

static void caps_count_patient_and_number(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        const char *patient[4], *number[4];
        const char *opens; /* NULL: goes */
        enum gate_rule rule;
    } rows[] = {
        {"nothing yet", {NULL}, {NULL}, NULL, 0},
        {"L-6 one this morning: not before 24 h later",
         {"2026-11-23T09:30:00-05:00"},
         {NULL},
         "2026-11-24T09:30:00-05:00",
         RULE_CAP_DAY},
        {"L-6 yesterday at 13:00 is another day, but not 24 h ago",
         {"2026-11-22T13:00:00-05:00"},
         {NULL},
         "2026-11-23T13:00:00-05:00",
         RULE_CAP_DAY},
        {"yesterday at 11:00 is over",
         {"2026-11-22T11:00:00-05:00"},
         {NULL},
         NULL,
         0},
        {"L-6 somebody else behind the same number",
         {NULL},
         {"2026-11-23T09:30:00-05:00"},
         "2026-11-24T09:30:00-05:00",
         RULE_CAP_DAY},
        {"L-4.6 three in seven days",
         {"2026-11-17T10:00:00-05:00", "2026-11-19T10:00:00-05:00",
          "2026-11-21T10:00:00-05:00"},
         {NULL},
         "2026-11-24T10:00:00-05:00",
         RULE_CAP_WEEK},
        {"the oldest of three just left the week",
         {"2026-11-16T11:59:00-05:00", "2026-11-19T10:00:00-05:00",
          "2026-11-21T10:00:00-05:00"},
         {NULL},
         NULL,
         0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        instant patient[4], number[4];
        facts.patient_attempt_count = moments(rows[i].patient, patient);
        facts.number_attempt_count = moments(rows[i].number, number);
        facts.patient_attempts = patient;
        facts.number_attempts = number;
        if (!rows[i].opens) {
            expect_gate(rows[i].why, &facts, GATE_GO, -1);
            continue;
        }
        expect_gate(rows[i].why, &facts, GATE_WAIT, (int)rows[i].rule);
        struct gate_decision decision;
        gate_decide(&facts, &decision);
        if (decision.not_before != moment(rows[i].opens))
            fail_msg("%s: opens at %lld", rows[i].why,
                     (long long)decision.not_before);
        facts.channel = CHANNEL_VOICE; /* L-4.6 texts and calls together */
        expect_gate(rows[i].why, &facts, GATE_WAIT, (int)rows[i].rule);
        facts.answers_at = facts.now; /* DESIGN 5: an answer passes caps */
        expect_gate(rows[i].why, &facts, GATE_GO, -1);
        facts.answers_at = INSTANT_NEVER;
        facts.channel = CHANNEL_EMAIL;
        expect_gate(rows[i].why, &facts, GATE_GO, -1);
        facts.channel = CHANNEL_SMS;
        facts.purpose = "emergency";
        expect_gate(rows[i].why, &facts, GATE_GO, -1);
    }
}

/* On the day when clocks go back, 24 hours and a calendar day differ. */
static void a_calendar_day_counts_in_every_zone(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    instant one = moment("2026-11-01T00:30:00-04:00");
    facts.now = moment("2026-11-01T23:50:00-05:00"); /* 24 h 20 min later */
    facts.purpose = "appointment";
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    const struct gate_reason *reason = reason_of(&facts, RULE_CAP_DAY);
    assert_int_equal(reason->verdict, GATE_WAIT);
    assert_true(reason->not_before == moment("2026-11-02T00:00:00-05:00"));
}

static void a_cap_that_outlasts_until_leaves_the_other_channels(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    instant one = moment("2026-11-23T09:30:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    facts.until = moment("2026-11-23T18:00:00-05:00");
    expect_gate("today's text went: an email may still go", &facts, GATE_OTHER,
                RULE_CAP_DAY);
    expect_gate("... and it says that it is late", &facts, GATE_OTHER,
                RULE_LATE);
    facts.not_before = moment("2026-11-23T19:00:00-05:00");
    expect_gate("its own time lies behind until: never", &facts, GATE_NEVER,
                RULE_LATE);
}

/* By law for those who never consented; by choice for the others, and what is
 * urgent passes a choice. */
static void who_consented_is_held_by_choice(void **state)
{
    (void)state;
    struct gate_consent yes = {.granted = true, .channel = -1};
    struct gate_facts facts = healthy();
    instant one = moment("2026-11-23T09:30:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    facts.priority = 0;
    expect_gate("L-4.6 without consent urgency changes nothing", &facts,
                GATE_WAIT, RULE_CAP_DAY);
    assert_int_equal(reason_of(&facts, RULE_CAP_DAY)->force, FORCE_MANDATORY);
    facts.consents = &yes;
    facts.consent_count = 1;
    expect_gate("with consent the urgent one passes", &facts, GATE_GO, -1);
    facts.priority = 1;
    expect_gate("the others do not", &facts, GATE_WAIT, RULE_CAP_DAY);
    assert_int_equal(reason_of(&facts, RULE_CAP_DAY)->force, FORCE_POLICY);
    assert_string_equal(reason_of(&facts, RULE_CAP_DAY)->id, "L-6");
}

/* The shipped law with another day's cap for those who consented. */
static struct policy *with_more_a_day(const char *most)
{
    struct buf text, changed;
    struct error err = {0};
    assert_true(
        file_read(fixture_source("policy/us.json"), 1u << 20, &text, &err));
    buf_init(&changed, 1u << 20);
    for (char *at = text.data; *at;) {
        char *line = at;
        at = strchr(at, '\n') + 1;
        bool own = strncmp(line, "    {\"id\": \"L-6\"", 16) == 0;
        char *number = own ? strstr(line, "\"most\": ") + 8 : at;
        buf_add(&changed, line, (size_t)(number - line));
        if (own) {
            buf_text(&changed, most);
            buf_add(&changed, number + 1, (size_t)(at - number - 1));
        }
    }
    struct policy *policy = fixture_policy(changed.data, &err);
    if (!policy)
        fail_msg("%s", err.text);
    buf_free(&text);
    buf_free(&changed);
    return policy;
}

static void states_add_caps_of_their_own(void **state)
{
    (void)state;
    struct policy *own = with_more_a_day("9");
    struct gate_consent yes = {.granted = true, .channel = -1};
    struct gate_facts facts = healthy();
    instant three[] = {moment("2026-11-22T13:00:00-05:00"),
                       moment("2026-11-23T09:00:00-05:00"),
                       moment("2026-11-23T10:00:00-05:00")};
    facts.window.policy = own;
    facts.consents = &yes;
    facts.consent_count = 1;
    facts.patient_attempts = three;
    facts.patient_attempt_count = 3;
    expect_gate("New York has none", &facts, GATE_GO, -1);
    facts.window.state = "FL";
    expect_gate("L-9 FL three in 24 hours", &facts, GATE_WAIT, RULE_CAP_STATE);
    assert_true(reason_of(&facts, RULE_CAP_STATE)->not_before ==
                moment("2026-11-23T13:00:00-05:00"));
    assert_string_equal(sentence_of(&facts, RULE_CAP_STATE),
                        "3 in 24 hours for the patient until "
                        "2026-11-23T13:00:00-05:00");
    facts.window.state = "NY";
    facts.window.number_state = policy_number_state(own, "+13055550123");
    expect_gate("L-8 a number of Miami", &facts, GATE_WAIT, RULE_CAP_STATE);
    facts.window.number_state = policy_number_state(own, "+14055550123");
    expect_gate("L-9 a number of Oklahoma City", &facts, GATE_WAIT,
                RULE_CAP_STATE);
    facts.patient_attempt_count = 2;
    expect_gate("two are fine", &facts, GATE_GO, -1);
    policy_free(own);
}

/* Who yields --------------------------------------------------------------- */

static void the_less_urgent_yields(void **state)
{
    (void)state;
    static const struct {
        const char *why, *due;
        const char *sent[4];
        bool of_patient;
        const char *until; /* it waits; NULL: goes */
    } rows[] = {
        {"S-14 a more urgent one is due now",
         "2026-11-23T12:00:00-05:00",
         {NULL},
         true,
         "2026-11-23T12:01:00-05:00"},
        {"S-14 ... was due an hour ago and waits for its provider",
         "2026-11-23T11:00:00-05:00",
         {NULL},
         true,
         "2026-11-23T12:01:00-05:00"},
        {"S-14 ... later the same day: it would lose its place",
         "2026-11-23T17:00:00-05:00",
         {NULL},
         true,
         "2026-11-23T17:01:00-05:00"},
        {"S-14 ... tomorrow morning, within 24 hours",
         "2026-11-24T09:00:00-05:00",
         {NULL},
         true,
         "2026-11-24T09:01:00-05:00"},
        {"tomorrow afternoon both have room",
         "2026-11-24T12:30:00-05:00",
         {NULL},
         true,
         NULL},
        {"S-14 on Friday, and this one would be the week's third",
         "2026-11-27T10:00:00-05:00",
         {"2026-11-20T18:00:00-05:00", "2026-11-21T20:00:00-05:00"},
         true,
         "2026-11-27T10:01:00-05:00"},
        {"... of somebody else: only what went to the number counts",
         "2026-11-27T10:00:00-05:00",
         {"2026-11-20T18:00:00-05:00", "2026-11-21T20:00:00-05:00"},
         false,
         NULL},
        {"on Friday, and this one is the week's second",
         "2026-11-27T10:00:00-05:00",
         {"2026-11-21T20:00:00-05:00"},
         true,
         NULL},
        {"it could not go then anyway: the week is full without this one",
         "2026-11-23T15:00:00-05:00",
         {"2026-11-18T10:00:00-05:00", "2026-11-19T10:00:00-05:00",
          "2026-11-20T10:00:00-05:00"},
         true,
         "2026-11-25T10:00:00-05:00"},
        {"S-14 of somebody else behind the number",
         "2026-11-23T17:00:00-05:00",
         {NULL},
         false,
         "2026-11-23T17:01:00-05:00"},
        {"due for more than a day: its provider is dead",
         "2026-11-22T11:00:00-05:00",
         {NULL},
         true,
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_rival rival = {.due_at = moment(rows[i].due),
                                   .of_patient = rows[i].of_patient};
        instant sent[4];
        facts.patient_attempt_count = moments(rows[i].sent, sent);
        facts.patient_attempts = sent;
        facts.rivals = &rival;
        facts.rival_count = 1;
        struct gate_decision decision;
        gate_decide(&facts, &decision);
        if ((rows[i].until != NULL) != (decision.verdict == GATE_WAIT))
            fail_msg("%s: verdict %d", rows[i].why, (int)decision.verdict);
        if (rows[i].until && decision.not_before != moment(rows[i].until))
            fail_msg("%s: until %lld", rows[i].why,
                     (long long)decision.not_before);
    }
}

static void a_digit_is_waited_for(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.asked_at = facts.now - HOUR_MS;
    facts.until = facts.now + 5 * HOUR_MS;
    expect_gate("another question is open", &facts, GATE_WAIT, RULE_QUESTION);
    assert_true(reason_of(&facts, RULE_QUESTION)->not_before ==
                facts.now + 3 * HOUR_MS);
    facts.until = facts.now + 3 * HOUR_MS;
    expect_gate("none is lost for it", &facts, GATE_GO, -1);
    facts.until = facts.now + 5 * HOUR_MS;
    facts.answers_at = facts.now;
    expect_gate("whoever wrote is answered", &facts, GATE_GO, -1);
    facts.answers_at = INSTANT_NEVER;
    facts.asked_at = facts.now - 4 * HOUR_MS;
    expect_gate("nobody will answer that any more", &facts, GATE_GO, -1);
}

static void an_email_and_an_answer_yield_to_nobody(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    struct gate_rival rival = {.due_at = facts.now, .of_patient = true};
    facts.rivals = &rival;
    facts.rival_count = 1;
    expect_gate("a text yields", &facts, GATE_WAIT, RULE_PRIORITY);
    facts.channel = CHANNEL_EMAIL;
    expect_gate("an email is not counted", &facts, GATE_GO, -1);
    facts.channel = CHANNEL_SMS;
    facts.answers_at = facts.now;
    expect_gate("an answer takes no place", &facts, GATE_GO, -1);
}

/* Several rivals: each takes the place that is left. */
static void places_are_given_in_the_order_of_time(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    struct gate_rival rivals[] = {
        {.due_at = moment("2026-11-25T10:00:00-05:00"), .of_patient = true},
        {.due_at = moment("2026-11-27T10:00:00-05:00"), .of_patient = true},
    };
    facts.rivals = rivals;
    facts.rival_count = 2;
    expect_gate("with this one they are three in a week", &facts, GATE_GO, -1);
    instant one = moment("2026-11-21T20:00:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    expect_gate("with Saturday's they would be four", &facts, GATE_WAIT,
                RULE_PRIORITY);
    assert_true(reason_of(&facts, RULE_PRIORITY)->not_before ==
                moment("2026-11-27T10:01:00-05:00"));
}

/* An urgent rival that passes the cap anyway needs no place. */
static void an_urgent_rival_that_passes_needs_no_place(void **state)
{
    (void)state;
    struct gate_consent yes = {.granted = true, .channel = -1};
    struct gate_facts facts = healthy();
    struct gate_rival rival = {.due_at = moment("2026-11-23T17:00:00-05:00"),
                               .of_patient = true,
                               .urgent = true};
    facts.rivals = &rival;
    facts.rival_count = 1;
    expect_gate("by law it needs one", &facts, GATE_WAIT, RULE_PRIORITY);
    facts.consents = &yes;
    facts.consent_count = 1;
    expect_gate("nobody asked it yet", &facts, GATE_WAIT, RULE_PRIORITY);
    rival.asked = true;
    rival.class = CLASS_CARE_EXEMPT;
    expect_gate("ours passes, its own law lets it not", &facts, GATE_WAIT,
                RULE_PRIORITY);
    rival.class = CLASS_CARE_CONSENTED;
    expect_gate("by choice it does not", &facts, GATE_GO, -1);
}

static void who_yields_too_long_goes_another_way(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    struct gate_rival rival = {.due_at = moment("2026-11-23T17:00:00-05:00"),
                               .of_patient = true};
    facts.rivals = &rival;
    facts.rival_count = 1;
    facts.until = moment("2026-11-23T16:00:00-05:00");
    expect_gate("the visit is at four: the rival may come to nothing until"
                " then",
                &facts, GATE_WAIT, RULE_PRIORITY);
    assert_true(reason_of(&facts, RULE_PRIORITY)->not_before ==
                moment("2026-11-23T15:59:56-05:00"));
    facts.now = moment("2026-11-23T15:59:56-05:00");
    expect_gate("the last moment", &facts, GATE_OTHER, RULE_PRIORITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(caps_count_patient_and_number),
        cmocka_unit_test(a_calendar_day_counts_in_every_zone),
        cmocka_unit_test(a_cap_that_outlasts_until_leaves_the_other_channels),
        cmocka_unit_test(who_consented_is_held_by_choice),
        cmocka_unit_test(states_add_caps_of_their_own),
        cmocka_unit_test(the_less_urgent_yields),
        cmocka_unit_test(a_digit_is_waited_for),
        cmocka_unit_test(an_email_and_an_answer_yield_to_nobody),
        cmocka_unit_test(places_are_given_in_the_order_of_time),
        cmocka_unit_test(an_urgent_rival_that_passes_needs_no_place),
        cmocka_unit_test(who_yields_too_long_goes_another_way),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
