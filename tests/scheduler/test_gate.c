/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: go, not before T, another channel, or never; with what each rule
 * says (domain.md 8). Every row changes one thing about a healthy patient. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/gate_fixture.h"

static void a_healthy_patient_at_noon_goes(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    expect_gate("base", &facts, GATE_GO, -1);
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    assert_int_equal(decision.class, CLASS_CARE_EXEMPT);
    /* S-12: the provider may not deliver after the window; a hand-over takes
     * two seconds at most */
    assert_true(decision.valid_until == moment("2026-11-23T19:59:58-05:00"));
    facts.until = moment("2026-11-23T14:00:00-05:00");
    gate_decide(&facts, &decision);
    assert_true(decision.valid_until == facts.until);
}

static void the_patient_and_the_anchor(void **state)
{
    (void)state;
    const struct {
        const char *why;
        size_t member; /* of a bool that is turned round */
        int rule;
    } rows[] = {
#define TURN(member, rule, why) {why, offsetof(struct gate_facts, member), rule}
        TURN(alive, RULE_PATIENT, "deceased"),
        TURN(active, RULE_PATIENT, "inactive"),
        TURN(merged, RULE_PATIENT, "merged away"),
        TURN(patient_gone, RULE_PATIENT, "gone from the source"),
        TURN(anchor_there, RULE_ANCHOR, "the visit is gone"),
        TURN(same_occurrence, RULE_ANCHOR, "the visit moved"),
        TURN(audience, RULE_AUDIENCE, "no longer in the audience"),
        TURN(stopped, RULE_AUDIENCE, "stop_when holds"),
        TURN(only_if, RULE_AUDIENCE, "only_if fails"),
        TURN(holdout, RULE_HOLDOUT, "held out"),
        TURN(excluded, RULE_EXCLUDED, "taken out by hand"),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        bool *turned = (bool *)((char *)&facts + rows[i].member);
        *turned = !*turned;
        expect_gate(rows[i].why, &facts, GATE_NEVER, rows[i].rule);
        facts.answers_at = facts.now;
        expect_gate("an answer changes nothing of it", &facts, GATE_NEVER,
                    rows[i].rule);
    }
}

/* A person is told of the patient: no message can be addressed to anybody. */
static void whoever_stands_in_is_gone(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.addressee_gone = true;
    expect_gate("the guardian has died", &facts, GATE_OTHER, RULE_ADDRESS);
    facts.channel = CHANNEL_EMAIL;
    expect_gate("by whatever channel", &facts, GATE_OTHER, RULE_ADDRESS);
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
         RULE_WRONG_NUMBER},
        {"a number that does not work",
         {true, NULL, -1, "bad-number"},
         GATE_OTHER,
         RULE_WRONG_NUMBER},
        {"somebody complained",
         {false, NULL, -1, "complaint"},
         GATE_NEVER,
         RULE_OPT_OUT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.suppressions = &rows[i].suppression;
        facts.suppression_count = 1;
        expect_gate(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
        facts.answers_at = facts.now; /* never passes an opt-out */
        expect_gate(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
        facts.answers_at = INSTANT_NEVER;
        if (!rows[i].suppression.purpose)
            facts.purpose = "emergency"; /* 1.1: honoured anyway */
        expect_gate(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
    }
}

static void restrictions_override_campaigns(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct gate_restriction restriction;
        enum gate_verdict verdict;
        const char *address; /* NULL: the healthy one */
    } rows[] = {
        {"L-30 no contact", {"no-contact", NULL}, GATE_NEVER},
        {"no sms", {"no-channel", "sms"}, GATE_OTHER},
        {"no voice", {"no-channel", "voice"}, GATE_GO},
        {"only email", {"only-channel", "email"}, GATE_OTHER},
        {"only sms", {"only-channel", "sms"}, GATE_GO},
        {"only another number", {"only-address", "+12125550199"}, GATE_OTHER},
        {"only this number", {"only-address", "+12125550123"}, GATE_GO},
        {"only this mailbox, in another spelling",
         {"only-address", "Ann@Example.org"},
         GATE_GO,
         "ann@example.org"},
        {"a kind nobody knows binds most",
         {"by-carrier-pigeon", NULL},
         GATE_NEVER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.restrictions = &rows[i].restriction;
        if (rows[i].address)
            facts.contact.address = rows[i].address;
        facts.restriction_count = 1;
        expect_gate(rows[i].why, &facts, rows[i].verdict,
                    rows[i].verdict == GATE_GO ? -1 : RULE_RESTRICTION);
    }
}

/* L-30: who names several may be reached by any of them, and by no other. */
static void several_that_are_the_only_ones(void **state)
{
    static const struct {
        const char *why;
        struct gate_restriction restrictions[3];
        size_t count;
        enum gate_verdict verdict;
    } rows[] = {
        {"this number, or a mailbox",
         {{"only-address", "+12125550123"}, {"only-address", "a@example.org"}},
         2,
         GATE_GO},
        {"the order does not matter",
         {{"only-address", "a@example.org"}, {"only-address", "+12125550123"}},
         2,
         GATE_GO},
        {"two others",
         {{"only-address", "+12125550199"}, {"only-address", "a@example.org"}},
         2,
         GATE_OTHER},
        {"by text or email",
         {{"only-channel", "email"}, {"only-channel", "sms"}},
         2,
         GATE_GO},
        {"by call or email",
         {{"only-channel", "email"}, {"only-channel", "voice"}},
         2,
         GATE_OTHER},
        {"a number is no channel",
         {{"only-channel", "email"}, {"only-address", "+12125550123"}},
         2,
         GATE_OTHER},
        {"what is forbidden stays so",
         {{"only-channel", "sms"}, {"no-channel", "sms"}},
         2,
         GATE_OTHER},
        {"nobody is nobody",
         {{"only-channel", "sms"}, {"no-contact", NULL}},
         2,
         GATE_NEVER},
        {"a patient's wish and a guardian's both hold",
         {{"only-address", "+12125550123"},
          {"only-address", "+12125550199", true}},
         2,
         GATE_OTHER},
        {"and are met together",
         {{"only-address", "+12125550123"},
          {"only-address", "+12125550199", true},
          {"only-address", "+12125550123", true}},
         3,
         GATE_GO},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.restrictions = rows[i].restrictions;
        facts.restriction_count = rows[i].count;
        expect_gate(rows[i].why, &facts, rows[i].verdict,
                    rows[i].verdict == GATE_GO ? -1 : RULE_RESTRICTION);
    }
}

static void the_contact_point(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        enum channel channel;
        struct gate_contact contact;
        enum gate_verdict verdict;
        int rule;
    } rows[] = {
#define NUMBER .address = "+12125550123"
        {"none", CHANNEL_SMS, {.address = NULL}, GATE_OTHER, RULE_ADDRESS},
        {"one that does not exist",
         CHANNEL_SMS,
         {NUMBER, .bad = true},
         GATE_OTHER,
         RULE_ADDRESS},
        {"L-2 a patient room",
         CHANNEL_VOICE,
         {NUMBER, .line = LINE_DENIED},
         GATE_OTHER,
         RULE_LINE},
        {"S-2 no text to a landline",
         CHANNEL_SMS,
         {NUMBER, .line = LINE_LANDLINE},
         GATE_OTHER,
         RULE_LINE},
        {"but a call",
         CHANNEL_VOICE,
         {NUMBER, .line = LINE_LANDLINE},
         GATE_GO,
         -1},
        {"voip takes both",
         CHANNEL_SMS,
         {NUMBER, .line = LINE_VOIP},
         GATE_GO,
         -1},
        {"L-22 reassigned",
         CHANNEL_SMS,
         {NUMBER, .reassigned = REASSIGNED_YES},
         GATE_OTHER,
         RULE_REASSIGNED},
        {"L-22 not reassigned",
         CHANNEL_SMS,
         {NUMBER, .reassigned = REASSIGNED_NO},
         GATE_GO,
         -1},
        {"L-22 no data: no harbour, no bar",
         CHANNEL_SMS,
         {NUMBER, .reassigned = REASSIGNED_NO_DATA},
         GATE_GO,
         -1},
        {"a mailbox is no number",
         CHANNEL_EMAIL,
         {.address = "a@example.org", .reassigned = REASSIGNED_YES},
         GATE_GO,
         -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.channel = rows[i].channel;
        facts.contact = rows[i].contact;
        expect_gate(rows[i].why, &facts, rows[i].verdict, rows[i].rule);
    }
}

static void an_answer_of_the_database_grows_old(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    /* nobody says when it was asked */
    static const struct {
        enum gate_reassigned said;
        const char *sentence;
    } undated[] = {
        {REASSIGNED_NO, "no, and nobody says when: no safe harbour"},
        {REASSIGNED_NO_DATA, "no data: no safe harbour"},
        {REASSIGNED_YES, "somebody else may have it: a new number is needed"},
    };
    for (size_t i = 0; i < 3; i++) {
        facts.contact.reassigned = undated[i].said;
        facts.contact.reassigned_at = INSTANT_NEVER;
        assert_string_equal(sentence_of(&facts, RULE_REASSIGNED),
                            undated[i].sentence);
    }
    facts.contact.reassigned = REASSIGNED_NO;
    facts.contact.reassigned_at = moment("2026-11-01T00:00:00Z");
    assert_string_equal(sentence_of(&facts, RULE_REASSIGNED),
                        "no, asked 2026-10-31T20:00:00-04:00");
    facts.contact.reassigned_at = moment("2026-10-01T00:00:00Z");
    assert_string_equal(sentence_of(&facts, RULE_REASSIGNED),
                        "no, asked 2026-09-30T20:00:00-04:00: too old for a "
                        "safe harbour");
}

/* Words about consent, as patients say them one after the other. */
#define AT(seconds) (INT64_C(1767607200000) + (seconds)*1000)
#define YES .granted = true, .channel = -1, .at = AT(0)
#define NO .channel = -1, .at = AT(1)
#define LATER .granted = true, .channel = -1, .at = AT(2)

struct consent_row {
    const char *why, *purpose;
    struct gate_consent words[3];
    size_t count;
    enum gate_verdict verdict;
    enum message_class class;
    enum channel channel;
};

static void check_consent_rows(const struct consent_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct gate_facts facts = healthy();
        facts.purpose = rows[i].purpose;
        facts.channel = rows[i].channel;
        facts.consents = rows[i].words;
        facts.consent_count = rows[i].count;
        expect_gate(rows[i].why, &facts, rows[i].verdict,
                    rows[i].verdict == GATE_GO ? -1 : RULE_CONSENT);
        struct gate_decision decision;
        gate_decide(&facts, &decision);
        if (decision.class != rows[i].class)
            fail_msg("%s: of class %s", rows[i].why,
                     message_class_name(decision.class));
    }
}

static void consent_by_purpose(void **state)
{
    (void)state;
    static const struct consent_row rows[] = {
        {"L-3 care, no word",
         "appointment",
         {{0}},
         0,
         GATE_GO,
         CLASS_CARE_EXEMPT},
        {"1.1 care with consent",
         "appointment",
         {{YES}},
         1,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"1.1 the number was given",
         "appointment",
         {{YES, .provided = true}},
         1,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"a survey, no word",
         "survey",
         {{0}},
         0,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"a survey, granted", "survey", {{YES}}, 1, GATE_GO, CLASS_INFORMATION},
        {"a survey, granted for something else",
         "survey",
         {{YES, .purpose = "screening"}},
         1,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"a number given for whatever is no consent to surveys",
         "survey",
         {{YES, .provided = true}},
         1,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"one given for surveys is",
         "survey",
         {{YES, .provided = true, .purpose = "survey"}},
         1,
         GATE_GO,
         CLASS_INFORMATION},
        {"marketing on an oral word",
         "marketing",
         {{YES}},
         1,
         GATE_NEVER,
         CLASS_MARKETING},
        {"marketing with a written one",
         "marketing",
         {{YES, .written = true}},
         1,
         GATE_GO,
         CLASS_MARKETING},
        {"an emergency needs none",
         "emergency",
         {{0}},
         0,
         GATE_GO,
         CLASS_EMERGENCY},
        {"a purpose that the policy does not know needs consent",
         "gossip",
         {{0}},
         0,
         GATE_NEVER,
         CLASS_INFORMATION},
    };
    check_consent_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void how_far_a_refusal_reaches(void **state)
{
    (void)state;
    static const struct consent_row rows[] = {
        {"L-11 revoked after it was granted",
         "appointment",
         {{YES}, {NO}},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"revoked for this channel only",
         "appointment",
         {{YES}, {.channel = CHANNEL_SMS, .at = AT(1)}},
         2,
         GATE_OTHER,
         CLASS_CARE_EXEMPT},
        {"L-16 no calls is no texts either",
         "appointment",
         {{YES}, {.channel = CHANNEL_VOICE, .at = AT(1)}},
         2,
         GATE_OTHER,
         CLASS_CARE_EXEMPT},
        {"L-16 unless the patient narrowed it",
         "appointment",
         {{YES}, {.channel = CHANNEL_VOICE, .at = AT(1), .narrow = true}},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"L-16 a later word on texts narrows it too",
         "appointment",
         {{.channel = CHANNEL_VOICE, .at = AT(1)},
          {.granted = true, .channel = CHANNEL_SMS, .at = AT(2)}},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"a refusal of emails leaves texts",
         "appointment",
         {{YES}, {.channel = CHANNEL_EMAIL, .at = AT(1)}},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"a refusal of surveys leaves visits",
         "appointment",
         {{YES}, {NO, .purpose = "survey"}},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"L-18 granted again later",
         "appointment",
         {{NO}, {LATER}},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED},
        {"the guardian refused",
         "appointment",
         {{YES}, {NO, .of_addressee = true}},
         2,
         GATE_NEVER,
         CLASS_CARE_CONSENTED},
        {"the guardian's consent is not the patient's",
         "survey",
         {{YES, .of_addressee = true}},
         1,
         GATE_NEVER,
         CLASS_INFORMATION},
        {"an emergency honours a refusal",
         "emergency",
         {{NO}},
         1,
         GATE_NEVER,
         CLASS_EMERGENCY},
    };
    check_consent_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

#define PROVIDED(seconds)                                                   \
    {                                                                       \
        .granted = true, .provided = true, .channel = -1, .at = AT(seconds) \
    }
#define WRITTEN(seconds)                                                   \
    {                                                                      \
        .granted = true, .written = true, .channel = -1, .at = AT(seconds) \
    }
#define BY(mean, seconds)                                             \
    {                                                                 \
        .granted = true, .channel = CHANNEL_##mean, .at = AT(seconds) \
    }

/* L-11, L-18: a refusal is definite until an affirmative act; a number that is
 * written down at the desk is none. */
static void what_lifts_a_refusal(void **state)
{
    (void)state;
    static const struct consent_row rows[] = {
        {"a number that was given lifts nothing",
         "appointment",
         {{NO}, PROVIDED(2)},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"nor one that was given for it",
         "appointment",
         {{NO},
          {.granted = true,
           .provided = true,
           .purpose = "appointment",
           .channel = -1,
           .at = AT(2)}},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"nor does it stand in the way of a word that lifts",
         "survey",
         {{NO, .purpose = "survey"},
          PROVIDED(2),
          {.granted = true, .channel = -1, .at = AT(3)}},
         3,
         GATE_GO,
         CLASS_INFORMATION},
        {"a written word lifts",
         "marketing",
         {{NO}, WRITTEN(2)},
         2,
         GATE_GO,
         CLASS_MARKETING},
        {"what was granted before a refusal is gone, also with a new word",
         "marketing",
         {WRITTEN(0), {NO}, {LATER}},
         3,
         GATE_NEVER,
         CLASS_MARKETING},
        {"the guardian's number lifts not the guardian's refusal",
         "appointment",
         {{NO, .of_addressee = true},
          {.granted = true,
           .provided = true,
           .of_addressee = true,
           .channel = -1,
           .at = AT(2)}},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"the newer narrower word lifts for what it names",
         "survey",
         {{NO}, {LATER, .purpose = "survey"}},
         2,
         GATE_GO,
         CLASS_INFORMATION},
        {"and for nothing else",
         "appointment",
         {{NO}, {LATER, .purpose = "survey"}},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"the newer narrower word refuses what it names",
         "survey",
         {WRITTEN(0), {NO, .purpose = "survey"}},
         2,
         GATE_NEVER,
         CLASS_INFORMATION},
    };
    check_consent_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* Nobody takes back what they said by saying less. */
static void the_strongest_word_counts(void **state)
{
    (void)state;
    static const struct consent_row rows[] = {
        {"express, then a number",
         "survey",
         {{YES}, PROVIDED(1)},
         2,
         GATE_GO,
         CLASS_INFORMATION},
        {"written, then express",
         "marketing",
         {WRITTEN(0), {LATER}},
         2,
         GATE_GO,
         CLASS_MARKETING},
        {"a number for surveys, then one for whatever",
         "survey",
         {{.granted = true,
           .provided = true,
           .purpose = "survey",
           .channel = -1,
           .at = AT(0)},
          PROVIDED(1)},
         2,
         GATE_GO,
         CLASS_INFORMATION},
        {"written for emails is not for texts",
         "marketing",
         {{.granted = true,
           .written = true,
           .channel = CHANNEL_EMAIL,
           .at = AT(0)},
          {LATER}},
         2,
         GATE_OTHER,
         CLASS_MARKETING},
    };
    check_consent_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* L-16: an explicit later choice narrows a refusal of everything. What is not
 * allowed this way may be another way. */
static void another_channel_may_be_allowed(void **state)
{
    (void)state;
    static const struct consent_row rows[] = {
        {"all was refused, emails allowed again: no text",
         "appointment",
         {{NO}, BY(EMAIL, 2)},
         2,
         GATE_OTHER,
         CLASS_CARE_EXEMPT},
        {"but an email",
         "appointment",
         {{NO}, BY(EMAIL, 2)},
         2,
         GATE_GO,
         CLASS_CARE_CONSENTED,
         CHANNEL_EMAIL},
        {"which was refused again",
         "appointment",
         {{NO}, BY(EMAIL, 2), {.channel = -1, .at = AT(3)}},
         3,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"emails allowed for something else",
         "appointment",
         {{NO},
          {.granted = true,
           .purpose = "survey",
           .channel = CHANNEL_EMAIL,
           .at = AT(2)}},
         2,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"the guardian has not",
         "appointment",
         {{NO}, BY(EMAIL, 2), {NO, .of_addressee = true}},
         3,
         GATE_NEVER,
         CLASS_CARE_EXEMPT},
        {"a survey that may be mailed is not texted",
         "survey",
         {BY(EMAIL, 0)},
         1,
         GATE_OTHER,
         CLASS_INFORMATION},
        {"a survey after all was refused, and a number given for emails",
         "survey",
         {{NO},
          {.granted = true,
           .provided = true,
           .purpose = "survey",
           .channel = CHANNEL_EMAIL,
           .at = AT(2)}},
         2,
         GATE_NEVER,
         CLASS_INFORMATION},
    };
    check_consent_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void lateness_and_hours(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.until = facts.now;
    expect_gate("until has passed", &facts, GATE_NEVER, RULE_LATE);
    facts = healthy();
    facts.not_before = moment("2026-11-23T15:00:00-05:00");
    expect_gate("not_before", &facts, GATE_WAIT, RULE_EARLY);
    facts = healthy();
    facts.now = moment("2026-11-23T20:00:00-05:00");
    expect_gate("the organisation closes at 20:00", &facts, GATE_WAIT,
                RULE_HOURS);
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    assert_true(decision.not_before == moment("2026-11-24T09:00:00-05:00"));
    facts.until = moment("2026-11-24T09:00:00-05:00");
    expect_gate("a wait that ends after until", &facts, GATE_NEVER, RULE_LATE);
    facts.until = moment("2026-11-24T09:00:01-05:00");
    expect_gate("a wait that ends before until", &facts, GATE_WAIT, RULE_HOURS);
    facts.drop_if_closed = true;
    expect_gate("if_closed: drop", &facts, GATE_NEVER, RULE_HOURS);
    instant before = facts.now, until = facts.until;
    facts.now = moment("2026-11-24T12:00:00-05:00");
    facts.until = INSTANT_NEVER;
    expect_gate("nobody knows its moment", &facts, GATE_GO, -1);
    facts.moment = moment("2026-11-23T22:00:00-05:00");
    expect_gate("looked at late: its own moment was closed", &facts, GATE_NEVER,
                RULE_HOURS);
    facts.moment = moment("2026-11-24T10:00:00-05:00");
    expect_gate("looked at late: its own moment was open", &facts, GATE_GO, -1);
    facts.moment = 0;
    facts.now = before;
    facts.until = until;
    facts.drop_if_closed = false;
    facts.purpose = "emergency";
    expect_gate("L-7 an emergency passes quiet hours", &facts, GATE_GO, -1);
    facts = healthy();
    facts.window.zone_count = 0;
    expect_gate("L-8 no zone, no call", &facts, GATE_OTHER, RULE_HOURS);
    facts.channel = CHANNEL_EMAIL;
    expect_gate("nor an email: whoever asks gives it one (facts.c)", &facts,
                GATE_OTHER, RULE_HOURS);
}

/* DESIGN 5: an answer to the patient's own message within 15 minutes. */
static void an_answer_passes_hours_for_a_while(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.now = moment("2026-11-23T23:15:00-05:00");
    facts.answers_at = moment("2026-11-23T23:00:00-05:00");
    expect_gate("fifteen minutes", &facts, GATE_GO, -1);
    assert_true(reason_of(&facts, RULE_HOURS)->verdict == GATE_GO);
    facts.now += 1;
    expect_gate("and no more", &facts, GATE_WAIT, RULE_HOURS);
}

static void a_wait_never_ends_inside_quiet_hours(void **state)
{
    (void)state;
    /* the cap opens at 21:30, the window only next morning */
    struct gate_facts facts = healthy();
    instant one = moment("2026-11-22T21:30:00-05:00");
    facts.patient_attempts = &one;
    facts.patient_attempt_count = 1;
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    assert_int_equal(decision.verdict, GATE_WAIT);
    assert_true(decision.not_before == moment("2026-11-24T09:00:00-05:00"));
}

static void a_backlog_holds_what_would_arrive_at_night(void **state)
{
    (void)state;
    static const struct {
        const char *why, *now, *until;
        int64_t backlog_ms;
        enum gate_verdict verdict;
    } rows[] = {
        {"S-12 an hour of queue at noon", "2026-11-23T12:00:00-05:00", NULL,
         HOUR_MS, GATE_GO},
        {"S-12 an hour of queue an hour before closing",
         "2026-11-23T19:00:00-05:00", NULL, HOUR_MS, GATE_WAIT},
        {"S-12 a hand-over takes two seconds", "2026-11-23T19:59:58-05:00",
         NULL, 0, GATE_WAIT},
        {"just in time", "2026-11-23T19:59:57-05:00", NULL, 0, GATE_GO},
        {"after its until: another channel", "2026-11-23T12:00:00-05:00",
         "2026-11-23T12:30:00-05:00", HOUR_MS, GATE_OTHER},
        {"before its until", "2026-11-23T12:00:00-05:00",
         "2026-11-23T13:00:01-05:00", HOUR_MS, GATE_GO},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.now = moment(rows[i].now);
        facts.backlog_ms = rows[i].backlog_ms;
        if (rows[i].until)
            facts.until = moment(rows[i].until);
        expect_gate(rows[i].why, &facts, rows[i].verdict,
                    rows[i].verdict == GATE_GO ? -1 : RULE_BACKLOG);
        struct gate_decision decision;
        gate_decide(&facts, &decision);
        if (rows[i].verdict == GATE_WAIT)
            assert_true(decision.not_before ==
                        moment("2026-11-24T09:00:00-05:00"));
    }
}

static void pauses_hold_and_do_not_kill(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.paused = true;
    facts.until = facts.now + 10;
    expect_gate("paused just before until", &facts, GATE_WAIT, RULE_PAUSED);
    facts.paused = false;
    facts.stale_feed = "appointments";
    expect_gate("stale feed", &facts, GATE_WAIT, RULE_FEED);
}

static void all_reasons_are_told_and_the_worst_wins(void **state)
{
    (void)state;
    struct gate_suppression stop = {false, NULL, -1, "opt-out"};
    struct gate_facts facts = healthy();
    facts.now = moment("2026-11-23T22:00:00-05:00");
    facts.contact.address = NULL;
    facts.suppressions = &stop;
    facts.suppression_count = 1;
    facts.paused = true;
    expect_gate("night, no address, STOP, paused", &facts, GATE_NEVER,
                RULE_OPT_OUT);
    expect_gate("... hours told", &facts, GATE_NEVER, RULE_HOURS);
    expect_gate("... address told", &facts, GATE_NEVER, RULE_ADDRESS);
    expect_gate("... pause told", &facts, GATE_NEVER, RULE_PAUSED);
    facts.suppression_count = 0;
    expect_gate("no address and night: the next channel, not a wait", &facts,
                GATE_OTHER, RULE_ADDRESS);
}

static void reasons_carry_the_local_time_and_no_number(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.now = moment("2026-11-23T22:00:00-05:00");
    struct gate_decision decision;
    gate_decide(&facts, &decision);
    char text[512];
    gate_reason_text(&decision, text, sizeof(text));
    assert_string_equal(
        text, "quiet-hours: quiet hours until 2026-11-24T09:00:00-05:00");
    char tiny[8];
    gate_reason_text(&decision, tiny, sizeof(tiny));
    assert_string_equal(tiny, "quie...");
    /* where not all fits, whole sentences do */
    facts.alive = facts.audience = false;
    gate_decide(&facts, &decision);
    char some[100];
    gate_reason_text(&decision, some, sizeof(some));
    assert_string_equal(some, "patient: the patient has died; audience: no "
                              "longer in the audience; ...");
}

/* What `explain` prints: rule, verdict, value, source, and how it binds. */
static void each_rule_says_what_it_saw(void **state)
{
    (void)state;
    static const struct {
        enum gate_rule rule;
        const char *id, *says;
        enum policy_force force;
    } rows[] = {
        {RULE_PATIENT, "patient", "alive and active", FORCE_NONE},
        {RULE_OPT_OUT, "L-11 L-13 L-16", "no refusal", FORCE_MANDATORY},
        {RULE_RESTRICTION, "L-30", "none", FORCE_MANDATORY},
        {RULE_ADDRESS, "address", "there is one for sms", FORCE_NONE},
        {RULE_CONSENT, "L-3", "appointment needs no consent", FORCE_MANDATORY},
        {RULE_REASSIGNED, "L-22", "not asked: no safe harbour",
         FORCE_MANDATORY},
        {RULE_CAP_DAY, "L-4.6", "0 of 1 a day for the patient",
         FORCE_MANDATORY},
        {RULE_CAP_WEEK, "L-4.6", "0 of 3 a week for the patient",
         FORCE_MANDATORY},
        {RULE_CAP_STATE, "cap-state", "no such cap holds here", FORCE_NONE},
        {RULE_PRIORITY, "S-14", "nothing more urgent wants it", FORCE_POLICY},
        {RULE_HOURS, "organisation", "open 09:00-20:00 in America/New_York",
         FORCE_POLICY},
        {RULE_BACKLOG, "S-12", "the provider gets to it in time", FORCE_POLICY},
    };
    struct gate_facts facts = healthy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct gate_reason *reason = reason_of(&facts, rows[i].rule);
        assert_string_equal(reason->id, rows[i].id);
        assert_int_equal(reason->force, rows[i].force);
        assert_string_equal(sentence_of(&facts, rows[i].rule), rows[i].says);
    }
}

/* L-8: where nobody knows which of several zones is right, the sentence names
 * them, shortly: whoever reads it sees why it opens so late. */
static void the_zones_that_count_are_named(void **state)
{
    (void)state;
    static const char *const names[] = {"America/New_York", "America/Chicago",
                                        "America/Denver", "America/Los_Angeles",
                                        "Pacific/Honolulu"};
    static const struct {
        size_t zones;
        const char *now, *says;
    } rows[] = {
        {1, "2026-11-23T12:00:00-05:00",
         "open 09:00-20:00 in America/New_York"},
        {2, "2026-11-23T12:00:00-05:00",
         "open 09:00-20:00 in America/New_York; it must be open in all of"
         " America/New_York, America/Chicago"},
        {4, "2026-11-23T09:30:00-05:00",
         "quiet hours until 2026-11-23T12:00:00-05:00; it must be open in all "
         "of"
         " America/New_York, America/Chicago, America/Denver,"
         " America/Los_Angeles"},
        {5, "2026-11-23T09:30:00-05:00",
         "quiet hours until 2026-11-23T14:00:00-05:00; it must be open in all "
         "of"
         " America/New_York, America/Chicago, America/Denver,"
         " America/Los_Angeles and 1 more"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        facts.now = moment(rows[i].now);
        facts.window.zone_count = 0;
        for (size_t z = 0; z < rows[i].zones; z++)
            window_add_zone(&facts.window, zone_find(names[z]));
        assert_string_equal(sentence_of(&facts, RULE_HOURS), rows[i].says);
    }
}

/* L-9: for care by choice, for marketing by law. */
static void what_binds_by_law_is_told_apart(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    facts.window.zones[0] = zone_find("America/New_York");
    facts.window.state = "RI";
    facts.now = moment("2026-11-22T12:00:00-05:00");
    const struct gate_reason *reason = reason_of(&facts, RULE_HOURS);
    assert_int_equal(reason->verdict, GATE_WAIT);
    assert_string_equal(reason->id, "L-9 RI");
    assert_int_equal(reason->force, FORCE_POLICY);
    facts.purpose = "marketing";
    facts.window.class = CLASS_MARKETING;
    assert_int_equal(reason_of(&facts, RULE_HOURS)->force, FORCE_MANDATORY);
    assert_string_equal(policy_force_name(FORCE_MANDATORY), "mandatory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_patient_at_noon_goes),
        cmocka_unit_test(the_patient_and_the_anchor),
        cmocka_unit_test(whoever_stands_in_is_gone),
        cmocka_unit_test(opt_outs),
        cmocka_unit_test(restrictions_override_campaigns),
        cmocka_unit_test(several_that_are_the_only_ones),
        cmocka_unit_test(the_contact_point),
        cmocka_unit_test(an_answer_of_the_database_grows_old),
        cmocka_unit_test(consent_by_purpose),
        cmocka_unit_test(how_far_a_refusal_reaches),
        cmocka_unit_test(what_lifts_a_refusal),
        cmocka_unit_test(the_strongest_word_counts),
        cmocka_unit_test(another_channel_may_be_allowed),
        cmocka_unit_test(lateness_and_hours),
        cmocka_unit_test(an_answer_passes_hours_for_a_while),
        cmocka_unit_test(a_wait_never_ends_inside_quiet_hours),
        cmocka_unit_test(a_backlog_holds_what_would_arrive_at_night),
        cmocka_unit_test(pauses_hold_and_do_not_kill),
        cmocka_unit_test(all_reasons_are_told_and_the_worst_wins),
        cmocka_unit_test(reasons_carry_the_local_time_and_no_number),
        cmocka_unit_test(each_rule_says_what_it_saw),
        cmocka_unit_test(the_zones_that_count_are_named),
        cmocka_unit_test(what_binds_by_law_is_told_apart),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
