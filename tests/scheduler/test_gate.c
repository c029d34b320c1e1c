/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: go, not before T, another channel, or never; with all reasons
 * (domain.md 8). A healthy patient at noon on a Monday is the base; every row
 * changes one thing about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "scheduler/gate.h"

static struct policy *law;

static int load(void **state)
{
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512];
    snprintf(path, sizeof(path), "%s/policy/us.json", root ? root : ".");
    struct error err = {0};
    law = policy_load(path, &err);
    if (!law) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    policy_set_organisation_hours(law, (struct day_window){9 * 60, 20 * 60});
    return 0;
}

static int unload(void **state)
{
    (void)state;
    policy_free(law);
    return 0;
}

static instant at(const char *text)
{
    instant when;
    assert_true(civil_parse_instant(text, &when));
    return when;
}

/* Monday noon in New York; everything allows it. */
static struct gate_facts healthy(void)
{
    struct gate_facts facts = {
        .now = at("2026-11-23T12:00:00-05:00"),
        .channel = CHANNEL_SMS,
        .address = "+12125550123",
        .purpose = "appointment",
        .consent_free = true,
        .alive = true,
        .active = true,
        .anchor_there = true,
        .same_occurrence = true,
        .audience = true,
        .only_if = true,
        .until = INSTANT_NEVER,
        .window =
            {
                .policy = law,
                .zones = {zone_find("America/New_York")},
                .zone_count = 1,
                .patient = {0, 1440},
                .campaign = {0, 1440},
            },
    };
    return facts;
}

static const struct gate_reason *reason_of(const struct gate_decision *decision,
                                           enum gate_rule rule)
{
    for (size_t i = 0; i < decision->reason_count; i++)
        if (decision->reasons[i].rule == rule)
            return &decision->reasons[i];
    return NULL;
}

static void expect(const char *why, const struct gate_facts *facts,
                   enum gate_verdict verdict, int rule)
{
    struct gate_decision decision;
    gate_decide(facts, &decision);
    char text[512];
    gate_reason_text(&decision, text, sizeof(text));
    if (decision.verdict != verdict)
        fail_msg("%s: verdict %d, not %d (%s)", why, (int)decision.verdict,
                 (int)verdict, text);
    if (rule >= 0 && !reason_of(&decision, (enum gate_rule)rule))
        fail_msg("%s: no reason %s in: %s", why,
                 gate_rule_name((enum gate_rule)rule), text);
    if (rule < 0 && decision.reason_count)
        fail_msg("%s: unexpected reasons: %s", why, text);
}

static void a_healthy_patient_at_noon_goes(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    expect("base", &facts, GATE_GO, -1);
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    /* S-12: the provider may not deliver after the window */
    assert_true(decision.valid_until == at("2026-11-23T20:00:00-05:00"));
    facts.until = at("2026-11-23T14:00:00-05:00");
    gate_decide(&facts, &decision);
    assert_true(decision.valid_until == facts.until);
}

static void the_patient_and_the_anchor(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.alive = false;
    expect("deceased", &facts, GATE_NEVER, RULE_PATIENT);
    facts = healthy();
    facts.active = false;
    expect("inactive", &facts, GATE_NEVER, RULE_PATIENT);
    facts = healthy();
    facts.merged = true;
    expect("merged away", &facts, GATE_NEVER, RULE_PATIENT);
    facts = healthy();
    facts.patient_gone = true;
    expect("gone from the source", &facts, GATE_NEVER, RULE_PATIENT);
    facts = healthy();
    facts.anchor_there = false;
    expect("the visit is gone", &facts, GATE_NEVER, RULE_ANCHOR);
    facts = healthy();
    facts.same_occurrence = false;
    expect("the visit moved", &facts, GATE_NEVER, RULE_ANCHOR);
    facts = healthy();
    facts.audience = false;
    expect("no longer in the audience", &facts, GATE_NEVER, RULE_AUDIENCE);
    facts = healthy();
    facts.stopped = true;
    expect("stop_when holds", &facts, GATE_NEVER, RULE_AUDIENCE);
    facts = healthy();
    facts.only_if = false;
    expect("only_if fails", &facts, GATE_NEVER, RULE_AUDIENCE);
    facts = healthy();
    facts.holdout = true;
    expect("held out", &facts, GATE_NEVER, RULE_HOLDOUT);
}

static void opt_outs(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct gate_suppression suppression;
        enum gate_verdict verdict;
        int rule;
    } rows[] = {
        {"L-16 STOP means all",
         {false, NULL, -1, "opt-out"},
         GATE_NEVER,
         RULE_OPT_OUT},
        {"this purpose",
         {false, "appointment", -1, "opt-out"},
         GATE_NEVER,
         RULE_OPT_OUT},
        {"another purpose", {false, "screening", -1, "opt-out"}, GATE_GO, -1},
        {"this channel",
         {false, NULL, CHANNEL_SMS, "opt-out"},
         GATE_OTHER,
         RULE_OPT_OUT},
        {"another channel",
         {false, NULL, CHANNEL_EMAIL, "opt-out"},
         GATE_GO,
         -1},
        {"the number, by somebody else",
         {true, NULL, -1, "opt-out"},
         GATE_OTHER,
         RULE_OPT_OUT},
        {"L-22 wrong number",
         {true, NULL, -1, "wrong-number"},
         GATE_OTHER,
         RULE_OPT_OUT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.suppressions = &rows[i].suppression;
        facts.suppression_count = 1;
        expect(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
        facts.class_reply = true; /* an answer never passes an opt-out */
        expect(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
    }
}

static void restrictions_override_campaigns(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct gate_restriction restriction;
        enum gate_verdict verdict;
    } rows[] = {
        {"L-30 no contact", {"no-contact", NULL}, GATE_NEVER},
        {"no sms", {"no-channel", "sms"}, GATE_OTHER},
        {"no voice", {"no-channel", "voice"}, GATE_GO},
        {"only email", {"only-channel", "email"}, GATE_OTHER},
        {"only sms", {"only-channel", "sms"}, GATE_GO},
        {"only another number", {"only-address", "+12125550199"}, GATE_OTHER},
        {"only this number", {"only-address", "+12125550123"}, GATE_GO},
        {"a kind nobody knows binds most",
         {"by-carrier-pigeon", NULL},
         GATE_NEVER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.restrictions = &rows[i].restriction;
        facts.restriction_count = 1;
        expect(rows[i].why, &facts, rows[i].verdict,
               rows[i].verdict == GATE_GO ? -1 : RULE_RESTRICTION);
    }
}

static void consent_by_purpose(void **state)
{
    (void)state;
    instant then = at("2026-01-05T10:00:00Z");
    struct gate_consent yes = {true, false, NULL, -1, then};
    struct gate_consent written = {true, true, NULL, -1, then};
    struct gate_consent no = {false, false, NULL, -1, then + 1000};
    struct gate_consent no_sms = {false, false, NULL, CHANNEL_SMS, then + 1000};
    struct gate_consent yes_later = {true, false, NULL, -1, then + 2000};
    struct gate_consent other = {true, false, "survey", -1, then};
    const struct {
        const char *why;
        bool free, marketing;
        struct gate_consent words[2];
        size_t count;
        enum gate_verdict verdict;
    } rows[] = {
        {"L-3 care purpose, no word", true, false, {{0}}, 0, GATE_GO},
        {"another purpose, no word", false, false, {{0}}, 0, GATE_NEVER},
        {"another purpose, granted", false, false, {yes}, 1, GATE_GO},
        {"granted for something else", false, false, {other}, 1, GATE_NEVER},
        {"L-11 revoked after it was granted",
         true,
         false,
         {yes, no},
         2,
         GATE_NEVER},
        {"revoked for this channel only",
         true,
         false,
         {yes, no_sms},
         2,
         GATE_OTHER},
        {"L-18 granted again later", true, false, {no, yes_later}, 2, GATE_GO},
        {"marketing on an oral word", false, true, {yes}, 1, GATE_NEVER},
        {"marketing with a written one", false, true, {written}, 1, GATE_GO},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.consent_free = rows[i].free;
        facts.marketing = facts.window.marketing = rows[i].marketing;
        facts.consents = rows[i].words;
        facts.consent_count = rows[i].count;
        expect(rows[i].why, &facts, rows[i].verdict,
               rows[i].verdict == GATE_GO ? -1 : RULE_CONSENT);
    }
}

static void caps_count_patient_and_number(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        const char *patient[4], *number[4];
        const char *opens; /* NULL: goes */
    } rows[] = {
        {"nothing yet", {NULL}, {NULL}, NULL},
        {"L-6 one this morning: not before 24 h later",
         {"2026-11-23T09:30:00-05:00"},
         {NULL},
         "2026-11-24T09:30:00-05:00"},
        {"L-6 yesterday at 13:00 is another day, but not 24 h ago",
         {"2026-11-22T13:00:00-05:00"},
         {NULL},
         "2026-11-23T13:00:00-05:00"},
        {"yesterday at 11:00 is over",
         {"2026-11-22T11:00:00-05:00"},
         {NULL},
         NULL},
        {"L-6 somebody else behind the same number",
         {NULL},
         {"2026-11-23T09:30:00-05:00"},
         "2026-11-24T09:30:00-05:00"},
        {"L-4.6 three in seven days",
         {"2026-11-17T10:00:00-05:00", "2026-11-19T10:00:00-05:00",
          "2026-11-21T10:00:00-05:00"},
         {NULL},
         "2026-11-24T10:00:00-05:00"},
        {"the oldest of three just left the week",
         {"2026-11-16T11:59:00-05:00", "2026-11-19T10:00:00-05:00",
          "2026-11-21T10:00:00-05:00"},
         {NULL},
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        instant patient[4], number[4];
        for (size_t n = 0; n < 4 && rows[i].patient[n]; n++)
            patient[facts.patient_attempt_count++] = at(rows[i].patient[n]);
        for (size_t n = 0; n < 4 && rows[i].number[n]; n++)
            number[facts.number_attempt_count++] = at(rows[i].number[n]);
        facts.patient_attempts = patient;
        facts.number_attempts = number;
        struct gate_decision decision;
        gate_decide(&facts, &decision);
        if (!rows[i].opens) {
            expect(rows[i].why, &facts, GATE_GO, -1);
            continue;
        }
        expect(rows[i].why, &facts, GATE_WAIT,
               i == 5 ? RULE_CAP_WEEK : RULE_CAP_DAY);
        if (decision.not_before != at(rows[i].opens))
            fail_msg("%s: opens at %lld", rows[i].why,
                     (long long)decision.not_before);
        facts.class_reply = true; /* DESIGN 5: an answer passes caps */
        expect(rows[i].why, &facts, GATE_GO, -1);
        facts.class_reply = false;
        facts.channel = CHANNEL_EMAIL; /* L-4.6 counts voice and text */
        expect(rows[i].why, &facts, GATE_GO, -1);
    }
}

static void lateness_and_hours(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.until = facts.now;
    expect("until has passed", &facts, GATE_NEVER, RULE_LATE);
    facts = healthy();
    facts.not_before = at("2026-11-23T15:00:00-05:00");
    expect("not_before", &facts, GATE_WAIT, RULE_EARLY);
    facts = healthy();
    facts.now = at("2026-11-23T20:00:00-05:00");
    expect("the organisation closes at 20:00", &facts, GATE_WAIT, RULE_HOURS);
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    assert_true(decision.not_before == at("2026-11-24T09:00:00-05:00"));
    facts.until = at("2026-11-24T09:00:00-05:00");
    expect("a wait that ends after until", &facts, GATE_NEVER, RULE_LATE);
    facts.until = at("2026-11-24T09:00:01-05:00");
    expect("a wait that ends before until", &facts, GATE_WAIT, RULE_HOURS);
    facts.drop_if_closed = true;
    expect("if_closed: drop", &facts, GATE_NEVER, RULE_HOURS);
    facts.drop_if_closed = false;
    facts.class_reply = true;
    expect("an answer passes quiet hours", &facts, GATE_GO, -1);
    facts = healthy();
    facts.window.zone_count = 0;
    expect("L-8 no zone, no call", &facts, GATE_OTHER, RULE_HOURS);
    facts.channel = CHANNEL_EMAIL;
    expect("a mailbox does not ring", &facts, GATE_GO, -1);
}

static void a_wait_never_ends_inside_quiet_hours(void **state)
{
    (void)state;
    /* the cap opens at 21:30, the window only next morning */
    struct gate_facts facts = healthy();
    instant one = at("2026-11-22T21:30:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    assert_int_equal(decision.verdict, GATE_WAIT);
    assert_true(decision.not_before == at("2026-11-24T09:00:00-05:00"));
}

static void a_cap_that_outlasts_until_leaves_the_other_channels(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    instant one = at("2026-11-23T09:30:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    facts.until = at("2026-11-23T18:00:00-05:00");
    expect("today's text went: an email may still go", &facts, GATE_OTHER,
           RULE_CAP_DAY);
    expect("... and it says that it is late", &facts, GATE_OTHER, RULE_LATE);
    facts.not_before = at("2026-11-23T19:00:00-05:00");
    expect("its own time lies behind until: never", &facts, GATE_NEVER,
           RULE_LATE);
}

static void pauses_hold_and_do_not_kill(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.paused = true;
    facts.until = facts.now + 10;
    expect("paused just before until", &facts, GATE_WAIT, RULE_PAUSED);
    facts.paused = false;
    facts.feed_too_old = true;
    expect("stale feed", &facts, GATE_WAIT, RULE_FEED);
}

static void all_reasons_are_told_and_the_worst_wins(void **state)
{
    (void)state;
    struct gate_suppression stop = {false, NULL, -1, "opt-out"};
    struct gate_facts facts = healthy();
    facts.now = at("2026-11-23T22:00:00-05:00");
    facts.address = NULL;
    facts.suppressions = &stop;
    facts.suppression_count = 1;
    facts.paused = true;
    expect("night, no address, STOP, paused", &facts, GATE_NEVER, RULE_OPT_OUT);
    expect("... hours told", &facts, GATE_NEVER, RULE_HOURS);
    expect("... address told", &facts, GATE_NEVER, RULE_ADDRESS);
    expect("... pause told", &facts, GATE_NEVER, RULE_PAUSED);
    facts.suppression_count = 0;
    expect("no address and night: the next channel, not a wait", &facts,
           GATE_OTHER, RULE_ADDRESS);
}

static void reasons_carry_the_local_time_and_no_number(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.now = at("2026-11-23T22:00:00-05:00");
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    char text[512];
    gate_reason_text(&decision, text, sizeof(text));
    assert_string_equal(
        text, "quiet-hours: quiet hours until 2026-11-24T09:00:00-05:00");
    char tiny[8];
    gate_reason_text(&decision, tiny, sizeof(tiny));
    assert_int_equal(strlen(tiny), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_patient_at_noon_goes),
        cmocka_unit_test(the_patient_and_the_anchor),
        cmocka_unit_test(opt_outs),
        cmocka_unit_test(restrictions_override_campaigns),
        cmocka_unit_test(consent_by_purpose),
        cmocka_unit_test(caps_count_patient_and_number),
        cmocka_unit_test(lateness_and_hours),
        cmocka_unit_test(a_wait_never_ends_inside_quiet_hours),
        cmocka_unit_test(a_cap_that_outlasts_until_leaves_the_other_channels),
        cmocka_unit_test(pauses_hold_and_do_not_kill),
        cmocka_unit_test(all_reasons_are_told_and_the_worst_wins),
        cmocka_unit_test(reasons_carry_the_local_time_and_no_number),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
