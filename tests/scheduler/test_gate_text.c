/* SPDX-License-Identifier: Apache-2.0 */
/* What the gate reads in a message before it leaves (L-4.5, L-4.7, L-31). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/gate_fixture.h"

#define GOOD                                                               \
    "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM. Call " \
    "800-555-0100. Reply STOP to opt out."

/* Who sends a text is asked apart from what else it says. */
static void judge(const struct gate_facts *facts, const struct gate_text *text,
                  struct gate_decision *out)
{
    struct gate_facts with = *facts;
    struct policy anonymous = *facts->window.policy;
    memset(&anonymous.rules[RULE_SENDER], 0, sizeof(anonymous.rules[0]));
    with.window.policy = &anonymous;
    gate_decide(&with, out);
    assert_int_equal(out->verdict, GATE_GO);
    gate_judge(&with, text, out);
}

/* L-4.2: a text without consent says who sends it, and how to reach them. */
static void a_text_says_who_sends_it(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text, *says; /* NULL: it goes */
    } rows[] = {
        {"name and number", GOOD, NULL},
        {"in another case, in the middle",
         "Your LAKESIDE CLINIC. (212) 555-0190. Reply STOP to opt out.", NULL},
        {"in Spanish",
         "Lakeside Clinic: una cita. Llame al 800-555-0100. Responda STOP para "
         "salir.",
         NULL},
        {"the house's other clinic",
         "Elm: a visit. 800-555-0100. Reply STOP to opt out.", NULL},
        {"no name", "Your visit is due. Call 800-555-0100. Reply STOP.",
         "the text does not say who sends it"},
        {"a name like it", "Lakesider Clinic: call 800-555-0100. Reply STOP.",
         "the text does not say who sends it"},
        {"no number",
         "Lakeside Clinic: a visit on Dec 1, 2026 at 9. Reply "
         "STOP to opt out.",
         "the text names no telephone number"},
    };
    struct wording called[2];
    wording_read(&called[0], "Lakeside Clinic");
    wording_read(&called[1], "Elm");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = {.called = called, .called_count = 2};
        struct gate_decision decision;
        struct gate_consent yes = {.granted = true, .channel = -1};
        text.parts[PART_SMS].text = rows[i].text;
        gate_decide(&facts, &decision);
        gate_judge(&facts, &text, &decision);
        const struct gate_reason *reason = &decision.reasons[RULE_SENDER];
        if (decision.verdict != (rows[i].says ? GATE_OTHER : GATE_GO) ||
            (rows[i].says && strcmp(reason->says, rows[i].says) != 0))
            fail_msg("%s: %s", rows[i].why, reason->says);
        assert_string_equal(reason->id, "L-4.2");
        facts.consents = &yes;
        facts.consent_count = 1;
        gate_decide(&facts, &decision);
        gate_judge(&facts, &text, &decision);
        if (decision.verdict != GATE_GO)
            fail_msg("%s: with consent", rows[i].why);
    }
    wording_free(&called[0]);
    wording_free(&called[1]);
}

/* 1.7: Australia asks it of factual texts, and with consent too. */
static void who_sends_it_is_asked_by_country(void **state)
{
    (void)state;
    static const struct {
        const char *why, *file, *text;
        bool consent, goes;
    } rows[] = {
        {"Australia, nameless", "policy/au.json",
         "You have an appointment Tue at 9. Call 02 5550 0100.", false, false},
        {"with consent too", "policy/au.json",
         "You have an appointment Tue at 9. Call 02 5550 0100.", true, false},
        {"how can they be reached?", "policy/au.json",
         "Lakeside Clinic: you have an appointment Tue at 9.", false, false},
        {"name and number, and nothing of STOP", "policy/au.json",
         "Lakeside Clinic: you have an appointment Tue at 9. Call 02 5550 "
         "0100.",
         false, true},
        {"the United Kingdom does not ask", "policy/uk.json",
         "You have an appointment Tue at 9.", false, true},
        {"nor does Canada", "policy/ca.json",
         "You have an appointment Tue at 9.", false, true},
    };
    struct wording called;
    wording_read(&called, "Lakeside Clinic");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct policy *policy = policy_load(fixture_source(rows[i].file), &err);
        if (!policy)
            fail_msg("%s", err.text);
        struct gate_facts facts = healthy();
        struct gate_text text = {.called = &called, .called_count = 1};
        struct gate_decision decision;
        struct gate_consent yes = {.granted = true, .channel = -1};
        text.parts[PART_SMS].text = rows[i].text;
        facts.window.policy = policy;
        facts.consents = &yes;
        facts.consent_count = rows[i].consent;
        gate_decide(&facts, &decision);
        gate_judge(&facts, &text, &decision);
        const struct gate_reason *reason = &decision.reasons[RULE_SENDER];
        if ((reason->verdict == GATE_GO) != rows[i].goes ||
            (!rows[i].goes && strcmp(reason->id, "1.7 AU") != 0))
            fail_msg("%s: %s (%s)", rows[i].why, reason->says, reason->id);
        policy_free(policy);
    }
    wording_free(&called);
}

static void expect_text(const char *why, const struct gate_facts *facts,
                        const struct gate_text *text, int rule)
{
    struct gate_decision decision;
    char reasons[512];
    judge(facts, text, &decision);
    gate_reason_text(&decision, reasons, sizeof(reasons));
    if ((rule < 0) != (decision.verdict == GATE_GO))
        fail_msg("%s: verdict %d: %s", why, (int)decision.verdict, reasons);
    if (rule >= 0 && decision.reasons[rule].verdict != GATE_OTHER)
        fail_msg("%s: no reason %s in: %s", why,
                 gate_rule_name((enum gate_rule)rule), reasons);
    for (int i = RULE_CONTENT; i < RULE_COUNT; i++)
        if (!decision.reasons[i].says || !decision.reasons[i].id)
            fail_msg("%s: rule %s says nothing", why,
                     gate_rule_name((enum gate_rule)i));
}

static struct gate_text sms(const char *text)
{
    struct gate_text one = {0};
    one.parts[PART_SMS].text = text;
    return one;
}

static void care_without_consent_is_short_and_says_how_to_stop(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text;
        int rule;
    } rows[] = {
        {"domain 2.3, 144 characters",
         "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM. Reply "
         "C to confirm, R to reschedule, or call 800-555-0100. Reply STOP to "
         "opt out.",
         -1},
        {"L-4.5 160 characters",
         "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM. Reply "
         "C to confirm, R to reschedule, or call 800-555-0100. Reply STOP to "
         "opt out. 123456789012345",
         -1},
        {"L-4.5 161 characters",
         "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM. Reply "
         "C to confirm, R to reschedule, or call 800-555-0100. Reply STOP to "
         "opt out. 1234567890123456",
         RULE_LENGTH},
        {"S-6 characters, not bytes",
         "Clinica: "
         "ñññññññññññññññññññññññññññññññññññññññññññññññññññññññññññññ"
         "ññññññññññññññññññññññññññññññññññññññññññññññ Responda STOP para "
         "salir",
         -1},
        {"L-4.7 no opt-out line",
         "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM.",
         RULE_OPT_OUT_LINE},
        {"L-4.7 in Russian",
         "Клиника: запись 1 декабря. Ответьте СТОП, чтобы отписаться.", -1},
        {"L-4.7 in small letters", "Lakeside: a visit Tue. Reply stop to end.",
         -1},
        {"L-4.7 in quotes", "Lakeside: a visit Tue. Text \"Stop\" any time.",
         -1},
        {"L-4.7 without a verb", "Lakeside: a visit Tue. STOP to opt out.", -1},
        {"L-4.7 among other answers", "Lakeside: a visit Tue. Reply C or STOP.",
         -1},
        {"L-4.7 in Spanish", "Lakeside: una cita. Env\u00ede alto.", -1},
        {"L-4.7 in Portuguese", "Lakeside: consulta. Responda SAIR.", -1},
        {"S-7 for something else", "Lakeside: a visit. Reply STOP to confirm.",
         RULE_OPT_OUT_LINE},
        {"S-7 forbidden", "Lakeside: a visit. Do not reply STOP.",
         RULE_OPT_OUT_LINE},
        {"S-7 forbidden for short", "Lakeside: please don't text STOP.",
         RULE_OPT_OUT_LINE},
        {"S-7 in Spanish", "Lakeside: su cita. Responda STOP para confirmar.",
         RULE_OPT_OUT_LINE},
        {"S-7 forbidden in Spanish", "Lakeside: no responda STOP.",
         RULE_OPT_OUT_LINE},
        {"S-7 the visit", "Lakeside: reply STOP to cancel your visit.",
         RULE_OPT_OUT_LINE},
        {"S-7 in Spanish", "Lakeside: responda STOP para cancelar su cita.",
         RULE_OPT_OUT_LINE},
        {"what stops is all", "Lakeside: reply STOP to cancel.", -1},
        {"behind a condition", "Lakeside: if not, reply STOP to opt out.", -1},
        {"... in Spanish", "Lakeside: si no, responda STOP.", -1},
        {"no more", "Lakeside: text STOP to receive no more.", -1},
        {"one that is none, and one",
         "Lakeside: do not reply STOP by phone. Reply STOP to opt out.", -1},
        {"a stop in the street",
         "Lakeside: a visit Tue. There is a bus STOP at the door.",
         RULE_OPT_OUT_LINE},
        {"a stop on the way", "Lakeside: the bus stop to Main St is closed.",
         RULE_OPT_OUT_LINE},
        {"STOP inside another word is none",
         "Lakeside Clinic: the bus STOPS here on Tue Dec 1.",
         RULE_OPT_OUT_LINE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = sms(rows[i].text);
        expect_text(rows[i].why, &facts, &text, rows[i].rule);
        facts.answers_at = facts.now;
        expect_text("an answer may be as long as it likes", &facts, &text, -1);
        facts.answers_at = INSTANT_NEVER;
        struct gate_consent yes = {.granted = true, .channel = -1};
        facts.consents = &yes;
        facts.consent_count = 1;
        expect_text("1.1 so may care with consent", &facts, &text, -1);
        facts.purpose = "notice";
        expect_text("a notice says how to stop, at any length", &facts, &text,
                    rows[i].rule == RULE_OPT_OUT_LINE ? RULE_OPT_OUT_LINE : -1);
    }
}

/* A machine presses no key: without consent it hears a number that costs
 * nothing, or nothing (L-4.7). The call itself goes all the same. */
static void a_voicemail_names_a_toll_free_number(void **state)
{
    (void)state;
    static const struct {
        const char *why, *voicemail, *purpose;
        bool consent, left;
    } rows[] = {
        {"toll-free", "Please call 800-555-0100.", NULL, false, true},
        {"with the 1", "Please call 1-888-555-0100.", NULL, false, true},
        {"spoken in digits", "Call 8 7 7, 5 5 5, 0 1 0 0.", NULL, false, true},
        {"local", "Please call 212-555-0190.", NULL, false, false},
        {"800 inside", "Please call 212-800-0190.", NULL, false, false},
        {"too short", "Please call 800-0100.", NULL, false, false},
        {"none", "Please call us.", NULL, false, false},
        {"one of two", "Call 212-555-0190, or (833) 555-0100.", NULL, false,
         true},
        {"with consent", "Please call 212-555-0190.", NULL, true, true},
        {"a notice", "Please call 212-555-0190.", "notice", true, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_consent yes = {.granted = true, .channel = -1};
        struct gate_text text = {.stop_key = true};
        struct gate_decision decision;
        facts.channel = CHANNEL_VOICE;
        if (rows[i].purpose)
            facts.purpose = rows[i].purpose;
        facts.consents = &yes;
        facts.consent_count = rows[i].consent;
        text.parts[PART_CALL].text = "This is Lakeside Clinic.";
        text.parts[PART_VOICEMAIL].text = rows[i].voicemail;
        gate_decide(&facts, &decision);
        gate_judge(&facts, &text, &decision);
        if (decision.verdict != GATE_GO ||
            decision.no_voicemail == rows[i].left)
            fail_msg("%s: verdict %d, %s", rows[i].why, decision.verdict,
                     decision.no_voicemail ? "not left" : "left");
    }
}

static void a_call_is_short_and_has_a_key(void **state)
{
    (void)state;
    char long_text[1024] = "";
    struct gate_facts facts = healthy();
    struct gate_text text = {.stop_key = true};
    facts.channel = CHANNEL_VOICE;
    text.parts[PART_CALL].text = "This is Lakeside Clinic. You have a visit.";
    text.parts[PART_VOICEMAIL].text = "Please call 800-555-0100.";
    expect_text("L-4.7 press 9", &facts, &text, -1);
    text.stop_key = false;
    expect_text("L-4.7 no key", &facts, &text, RULE_OPT_OUT_LINE);
    text.stop_key = true;
    for (int i = 0; i < 150; i++)
        strcat(long_text, "word ");
    text.parts[PART_CALL].text = long_text;
    expect_text("L-4.5 a minute", &facts, &text, -1);
    text.further = "word more";
    expect_text("L-4.5 what is heard instead is not added", &facts, &text, -1);
    text.further_words = 1;
    expect_text("L-4.5 what is heard behind it is", &facts, &text, RULE_LENGTH);
    text.further = NULL;
    text.further_words = 0;
    strcat(long_text, "more");
    expect_text("L-4.5 more than a minute", &facts, &text, RULE_LENGTH);
    text.parts[PART_VOICEMAIL].text = long_text;
    text.parts[PART_CALL].text = "This is Lakeside Clinic. You have a visit.";
    expect_text("L-4.5 on a machine", &facts, &text, RULE_LENGTH);
    text.parts[PART_CALL].text = NULL;
    expect_text("L-4.5 on a machine alone", &facts, &text, RULE_LENGTH);
}

static void an_email_needs_neither(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    struct gate_text text = {0};
    facts.channel = CHANNEL_EMAIL;
    facts.contact.address = "a@example.org";
    text.parts[PART_SUBJECT].text = "Your visit";
    text.parts[PART_EMAIL].text = "You have a visit on Tuesday.";
    expect_text("email", &facts, &text, -1);
}

/* As a house has it that wants numbers confirmed before anything clinical. */
static struct policy strict_policy(void)
{
    struct policy strict = *fixture_law();
    strict.tier_unverified = 1;
    return strict;
}

static void each_part_tells_so_much(void **state)
{
    (void)state;
    struct policy strict = strict_policy();
    static const struct {
        const char *why;
        enum channel channel;
        enum text_part part;
        int tier;
        bool verified, sensitive;
        int rule;
    } rows[] = {
        {"L-31 the place and time", CHANNEL_SMS, PART_SMS, 1, false, false, -1},
        {"L-31 clinical-light to whatever number", CHANNEL_SMS, PART_SMS, 2,
         false, false, RULE_TIER},
        {"L-31 ... to a confirmed own device", CHANNEL_SMS, PART_SMS, 2, true,
         false, -1},
        {"L-31 clinical never", CHANNEL_SMS, PART_SMS, 3, true, false,
         RULE_TIER},
        {"L-31 ... of somebody marked sensitive", CHANNEL_SMS, PART_SMS, 2,
         true, true, RULE_TIER},
        {"L-31 a subject shows on a locked screen", CHANNEL_EMAIL, PART_SUBJECT,
         2, true, false, RULE_TIER},
        {"L-31 a mail's body", CHANNEL_EMAIL, PART_EMAIL, 2, true, false, -1},
        {"L-32 a call before anybody said who they are", CHANNEL_VOICE,
         PART_CALL, 2, true, false, RULE_TIER},
        {"L-29 a voicemail has a name and a number", CHANNEL_VOICE,
         PART_VOICEMAIL, 0, true, false, -1},
        {"L-29 and nothing else", CHANNEL_VOICE, PART_VOICEMAIL, 1, true, false,
         RULE_TIER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = {.sensitive = rows[i].sensitive,
                                 .stop_key = true};
        facts.window.policy = &strict;
        facts.channel = rows[i].channel;
        facts.contact.verified = rows[i].verified;
        text.parts[rows[i].part].text = GOOD;
        text.parts[rows[i].part].tier = rows[i].tier;
        text.parts[rows[i].part].field = "practitioner";
        expect_text(rows[i].why, &facts, &text, rows[i].rule);
    }
    struct gate_facts facts = healthy();
    struct gate_text text = sms(GOOD);
    struct gate_decision decision;
    char says[128];
    facts.window.policy = &strict;
    text.parts[PART_SMS].tier = 2;
    text.parts[PART_SMS].field = "practitioner";
    judge(&facts, &text, &decision);
    gate_reason_say(&decision.reasons[RULE_TIER], says, sizeof(says));
    assert_string_equal(
        says, "sms: practitioner is of tier 2, to this number at most 1");
}

/* L-31: what the words of a text tell, whatever fields it has. */
static void words_tell_too(void **state)
{
    (void)state;
    static const char elm[] = "Elm Clinic", cancer[] = "Lakeside Cancer Center";
    static const struct {
        const char *why, *called, *text;
        bool verified, sensitive;
        int rule;
    } rows[] = {
        {"a visit", elm, "Your visit is on Tuesday.", false, false, -1},
        {"L-31 its own example is of tier 2", elm,
         "A prescription is due for refill.", false, false, RULE_TIER},
        {"... which a confirmed own device may be told", elm,
         "A prescription is due for refill.", true, false, -1},
        {"... but not of somebody marked sensitive", elm,
         "A routine screening is due.", true, true, RULE_TIER},
        {"neutral words go to any number", elm, "An order is due.", false,
         false, -1},
        {"names of drugs never", elm, "Your Methadone visit is due.", true,
         false, RULE_TIER},
        {"names of tests never", elm, "COLONOSCOPY: time to book.", true, false,
         RULE_TIER},
        {"illnesses never, in Spanish either", elm,
         "Su visita por depresi\u00f3n", true, false, RULE_TIER},
        {"as a part of another word it is none", elm, "Ask Mr Hivers.", true,
         false, -1},
        {"what a clinic is publicly called it is called", cancer,
         "LAKESIDE CANCER CENTER: your visit is on Tuesday.", false, false, -1},
        {"... but only there", cancer,
         "Lakeside Cancer Center: your cancer visit", true, false, RULE_TIER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        char whole[256];
        struct wording called;
        snprintf(whole, sizeof(whole), "%s Reply STOP to opt out.",
                 rows[i].text);
        struct gate_text text = sms(whole);
        wording_read(&called, rows[i].called);
        text.called = &called;
        text.called_count = 1;
        text.sensitive = rows[i].sensitive;
        facts.contact.verified = rows[i].verified;
        expect_text(rows[i].why, &facts, &text, rows[i].rule);
        wording_free(&called);
    }
}

static void names_that_no_message_says(void **state)
{
    (void)state;
    static const char *const services[] = {"Lakeside Behavioral Health",
                                           "Clínica Salud Reproductiva"};
    static const struct {
        const char *why, *text;
        int rule;
    } rows[] = {
        {"the neutral name", GOOD, -1},
        {"L-31 the service by its own name",
         "Lakeside Behavioral Health: visit Tue. Reply STOP to opt out.",
         RULE_ALIAS},
        {"in capitals", "LAKESIDE BEHAVIORAL HEALTH: visit. Reply STOP.",
         RULE_ALIAS},
        {"S-6 without its accents",
         "Clinica Salud Reproductiva: cita. Responda STOP.", RULE_ALIAS},
        {"another name that begins alike",
         "Lakeside Behavioral Healthcare: visit. Reply STOP.", -1},
    };
    struct wording read[2];
    const struct wording *const names[] = {&read[0], &read[1]};
    for (size_t i = 0; i < 2; i++)
        wording_read(&read[i], services[i]);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = sms(rows[i].text);
        text.aliased = names;
        text.aliased_count = 2;
        expect_text(rows[i].why, &facts, &text, rows[i].rule);
        text.parts[PART_SMS].text = NULL;
        text.html = rows[i].text;
        facts.channel = CHANNEL_EMAIL;
        expect_text("the same in a mail's HTML", &facts, &text, rows[i].rule);
        text.html = NULL;
        text.calendar = rows[i].text;
        expect_text("the same in its calendar", &facts, &text, rows[i].rule);
    }
    for (size_t i = 0; i < 2; i++)
        wording_free(&read[i]);
}

/* L-31, issue 3 item 1: however the name is written. */
static void a_service_is_named_in_any_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *why, *name, *text, *html;
        bool named;
    } rows[] = {
        {"accents in the text alone", "Clinica Oncologica",
         "En Cl\u00ednica Oncol\u00f3gica le esperan.", NULL, true},
        {"accents in the name alone", "Cl\u00ednica Oncol\u00f3gica",
         "En Clinica Oncologica le esperan.", NULL, true},
        {"curly apostrophe in the name", "Women\u2019s Health",
         "Visit Women's Health.", NULL, true},
        {"curly apostrophe in the text", "Women's Health",
         "Visit Women\u2019s Health.", NULL, true},
        {"two spaces", "Lakeside Oncology", "At Lakeside  Oncology", NULL,
         true},
        {"a line break", "Lakeside Oncology", "At Lakeside\nOncology.", NULL,
         true},
        {"a hyphen", "Lakeside Oncology", "At Lakeside-Oncology.", NULL, true},
        {"one word", "Lakeside Oncology", "At LakesideOncology.", NULL, true},
        {"an address", "Lakeside Oncology", "www.lakesideoncology.org", NULL,
         true},
        {"a longer address", "Lakeside Oncology",
         "https://mylakesideoncologycenter.org/a", NULL, true},
        {"the plural", "HIV Clinic", "One of our HIV Clinics.", NULL, true},
        {"the singular", "HIV Clinics", "At our HIV Clinic.", NULL, true},
        {"and, and its sign", "Behavioral & Mental",
         "The Behavioral and Mental team", NULL, true},
        {"the French article", "Oncologie", "Le service d'oncologie", NULL,
         true},
        {"without blanks", "\u80bf\u7624\u79d1",
         "\u8bf7\u5230\u80bf\u7624\u79d1\u5c31\u8bca", NULL, true},
        {"html with its escapes", "Behavioral & Mental", NULL,
         "<p>Behavioral &amp; Mental</p>", true},
        {"html with a number", "Women's Health", NULL,
         "<p>Women&#39;s&nbsp;Health</p>", true},
        {"html accents", "Oncolog\u00eda", NULL, "<p>oncolog&iacute;a</p>",
         true},
        {"html in bold", "Lakeside Oncology", NULL,
         "<p><b>Lake</b>side <i>Oncology</i></p>", true},
        {"html in a link", "Lakeside Oncology", NULL,
         "<a href=\"https://lakeside-oncology.org\">here</a>", true},
        {"inside another word", "Elm", "Take the helm, overwhelmed Elmer.",
         NULL, false},
        {"another word behind", "Lakeside Oncology", "Lakeside Oncologyx now",
         NULL, false},
        {"across two words", "Elm Oak", "See Michael Moakley of helm oaks.",
         NULL, false},
        {"half of it", "Lakeside Oncology", "Lakeside Clinic", NULL, false},
        {"no name at all", "", "Lakeside Clinic", NULL, false},
        {"a name of signs", "***", "Lakeside *** Clinic", NULL, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = {.html = rows[i].html};
        struct wording name;
        const struct wording *const names[] = {&name};
        wording_read(&name, rows[i].name);
        text.aliased = names;
        text.aliased_count = 1;
        facts.answers_at = facts.now;
        facts.channel = rows[i].text ? CHANNEL_SMS : CHANNEL_EMAIL;
        text.parts[PART_SMS].text = rows[i].text;
        expect_text(rows[i].why, &facts, &text,
                    rows[i].named ? RULE_ALIAS : -1);
        wording_free(&name);
    }
}

/* L-31: "never: drug names, test names, results, account numbers, full date
 * of birth"; what cannot be told apart is not held against a text. */
static void what_no_message_says_of_a_patient(void **state)
{
    (void)state;
    static const char *const medicine = "names one of the patient's medicines",
                             *const record = "says the record number",
                             *const birth = "says the date of birth",
                             *const result = "says how a test came out";
    static const struct {
        const char *why, *medicine, *mrn, *text, *says; /* NULL: it goes */
    } rows[] = {
        {"its name", "24 HR Metformin 500 MG", "", "Your metformin is due.",
         medicine},
        {"the plural", "Metformin 500 MG", "", "Your metformins", medicine},
        {"behind a plain word", "extended release Bupropion 150 MG", "",
         "your bupropion is due", medicine},
        {"a short one", "HIV PrEP 200 MG", "", "PrEP due", medicine},
        {"what it is against", "HIV PrEP 200 MG", "", "HIV visit", medicine},
        {"the second of two", "sitagliptin/metformin", "", "Bring metformin.",
         medicine},
        {"the form is no name", "24 HR Metformin Extended Release Oral Tablet",
         "", "We extended our hours: a release form, an oral exam.", NULL},
        {"a word inside another", "Estrace 1 MG", "", "Destraces", NULL},
        {"a record number", "", "MRN-4711", "for MRN-4711 a visit", record},
        {"written apart", "", "MRN-4711", "for MRN 4711 a visit", record},
        {"of digits", "", "4711001", "Your number 4711001.", record},
        {"short, but called so", "", "0190", "Record number 0190.", record},
        {"the end of a telephone", "", "0190", "Call 212-555-0190.", NULL},
        {"a telephone's middle", "", "5550190", "Call 212-555-0190.", NULL},
        {"the rest of a telephone", "", "5550190", "Call 212 5550190.", NULL},
        {"inside a longer number", "", "4711001", "Ref 94711001.", NULL},
        {"a year", "", "2026", "Nov 2026", NULL},
        {"a clinic's name", "", "apia", "Apia Clinic: a visit.", NULL},
        {"03/14/1958", "", "", "born 03/14/1958.", birth},
        {"iso", "", "", "born 1958-03-14.", birth},
        {"European", "", "", "born 14/03/1958", birth},
        {"two digits", "", "", "born 3/14/58", birth},
        {"German", "", "", "geb. 14.03.1958", birth},
        {"in words", "", "", "born March 14, 1958", birth},
        {"short", "", "", "Mar 14th 1958", birth},
        {"British", "", "", "14 March 1958", birth},
        {"Spanish", "", "", "14 de marzo de 1958", birth},
        {"at once", "", "", "dob 19580314", birth},
        {"another day", "", "", "Visit March 14, 2026 at 19:58", NULL},
        {"no year", "", "", "March 14 at 3:14, 58 Elm St", NULL},
        {"a result", "", "", "your HIV test was positive", result},
        {"before it", "", "", "an abnormal result", result},
        {"in Spanish", "", "", "Su prueba fue negativa", result},
        {"no test", "", "", "Thank you for positive words", NULL},
        {"a result is there", "", "", "Your test result is ready", NULL},
        {"far apart", "", "",
         "Your lab test is on Tuesday at nine. Normal hours are 8 to 5.", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gate_facts facts = healthy();
        struct gate_text text = sms(rows[i].text);
        struct wording name;
        struct secrets secrets = {
            .medicines = &name, .medicine_count = 1, .birth = {1958, 3, 14}};
        struct gate_decision decision;
        char says[128];
        wording_read(&name, rows[i].medicine);
        wording_read(&secrets.record, rows[i].mrn);
        text.secrets = &secrets;
        facts.answers_at = facts.now;
        expect_text(rows[i].why, &facts, &text,
                    rows[i].says ? RULE_PRIVATE : -1);
        judge(&facts, &text, &decision);
        gate_reason_say(&decision.reasons[RULE_PRIVATE], says, sizeof(says));
        if (rows[i].says && !strstr(says, rows[i].says))
            fail_msg("%s: %s", rows[i].why, says);
        /* nor behind an answer, in a call */
        struct gate_text call = {
            .stop_key = true, .secrets = &secrets, .further = rows[i].text};
        call.parts[PART_CALL].text = "Hello.";
        facts.channel = CHANNEL_VOICE;
        expect_text(rows[i].why, &facts, &call,
                    rows[i].says ? RULE_PRIVATE : -1);
        wording_free(&secrets.record);
        wording_free(&name);
    }
}

static void a_text_that_cannot_be_written_is_refused(void **state)
{
    (void)state;
    struct gate_facts facts = healthy();
    struct gate_decision decision;
    char text[128];
    gate_decide(&facts, &decision);
    gate_refuse("{{start}} is empty", &decision);
    assert_int_equal(decision.verdict, GATE_OTHER);
    gate_reason_text(&decision, text, sizeof(text));
    assert_string_equal(text, "content: {{start}} is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_says_who_sends_it),
        cmocka_unit_test(who_sends_it_is_asked_by_country),
        cmocka_unit_test(care_without_consent_is_short_and_says_how_to_stop),
        cmocka_unit_test(a_voicemail_names_a_toll_free_number),
        cmocka_unit_test(a_call_is_short_and_has_a_key),
        cmocka_unit_test(an_email_needs_neither),
        cmocka_unit_test(each_part_tells_so_much),
        cmocka_unit_test(words_tell_too),
        cmocka_unit_test(names_that_no_message_says),
        cmocka_unit_test(a_service_is_named_in_any_spelling),
        cmocka_unit_test(what_no_message_says_of_a_patient),
        cmocka_unit_test(a_text_that_cannot_be_written_is_refused),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
