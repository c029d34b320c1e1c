/* SPDX-License-Identifier: Apache-2.0 */
/* The policy files: what the shipped ones say, and what is wrong with bad
 * ones, each with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/phone.h"
#include "campaigns/campaign.h"
#include "campaigns/purpose.h"

#include "tests/scheduler/gate_fixture.h"

static const struct civil_date a_day = {2026, 11, 24};

static struct policy *load(const char *name)
{
    struct error err = {0};
    struct policy *policy = policy_load(fixture_source(name), &err);
    if (!policy)
        fail_msg("%s", err.text);
    return policy;
}

static void the_law_comes_with_its_numbers(void **state)
{
    (void)state;
    const struct policy *law = fixture_law();
    assert_int_equal(law->caps[0].most, 1); /* L-4.6 */
    assert_int_equal(law->caps[0].per, CAP_DAY);
    assert_int_equal(law->caps[1].most, 3);
    assert_int_equal(law->caps[1].per, CAP_7_DAYS);
    assert_int_equal(law->characters, 160); /* L-4.5 */
    assert_int_equal(law->reply.ms, 15 * MINUTE_MS);
    static const struct {
        const char *purpose;
        enum message_class class;
    } rows[] = {
        {"appointment", CLASS_CARE_EXEMPT}, /* L-3 */
        {"post-discharge", CLASS_CARE_EXEMPT}, {"billing", CLASS_INFORMATION},
        {"survey", CLASS_INFORMATION},         {"marketing", CLASS_MARKETING},
        {"emergency", CLASS_EMERGENCY},        {"gossip", CLASS_INFORMATION},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(policy_class(law, rows[i].purpose, a_day),
                         rows[i].class);
    assert_int_equal(law->need[CLASS_MARKETING], NEED_WRITTEN);
}

/* 1.7: other countries say other things. */
static void each_country_has_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *file, *country, *zone, *holiday;
        const char *screening; /* class */
        const char *at;        /* closed for marketing */
    } rows[] = {
        {"policy/uk.json", "GB", "Europe/London", "2026-12-28", "care-exempt",
         "2026-11-23T21:30:00Z"},
        {"policy/ca.json", "CA", "America/Toronto", "2026-10-12", "care-exempt",
         "2026-11-22T18:30:00-05:00"},
        {"policy/au.json", "AU", "Australia/Sydney", "2027-01-26",
         "information", "2026-11-23T07:30:00+11:00"},
        {"policy/us.json", "US", "America/New_York", "2030-11-28",
         "care-exempt", "2026-11-23T21:30:00-05:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct policy *policy = load(rows[i].file);
        struct civil_date holiday;
        assert_string_equal(policy->country, rows[i].country);
        assert_string_equal(
            message_class_name(policy_class(policy, "screening", a_day)),
            rows[i].screening);
        assert_true(civil_parse_date(rows[i].holiday, &holiday));
        assert_false(day_is_business(holiday, &policy->days));
        struct window_input window = {.policy = policy,
                                      .zones = {zone_find(rows[i].zone)},
                                      .zone_count = 1,
                                      .class = CLASS_MARKETING,
                                      .patient = {0, 1440},
                                      .guardian = {0, 1440},
                                      .campaign = {0, 1440}};
        if (window_open(&window, moment(rows[i].at)))
            fail_msg("%s: open at %s", rows[i].file, rows[i].at);
        policy_free(policy);
    }
}

/* 1.7 Canada: weekdays 9:00-21:30, weekends 10:00-18:00. */
static void the_hours_of_canada(void **state)
{
    (void)state;
    struct policy *policy = load("policy/ca.json");
    struct window_input window = {.policy = policy,
                                  .zones = {zone_find("America/Toronto")},
                                  .zone_count = 1,
                                  .patient = {0, 1440},
                                  .guardian = {0, 1440},
                                  .campaign = {0, 1440}};
    static const struct {
        const char *at;
        bool open;
    } rows[] = {
        {"2026-11-23T08:59:00-05:00", false},
        {"2026-11-23T09:00:00-05:00", true},
        {"2026-11-23T21:29:00-05:00", true},
        {"2026-11-23T21:30:00-05:00", false},
        {"2026-11-22T09:59:00-05:00", false},
        {"2026-11-22T10:00:00-05:00", true},
        {"2026-11-22T18:00:00-05:00", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(window_open(&window, moment(rows[i].at)),
                         rows[i].open);
    policy_free(policy);
}

/* Whoever adds a purpose must say what it is to the law. */
static void every_purpose_has_a_class_in_every_country(void **state)
{
    (void)state;
    static const char *const files[] = {"policy/us.json", "policy/uk.json",
                                        "policy/ca.json", "policy/au.json"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct policy *policy = load(files[i]);
        size_t known = 0;
        while (purpose_at(known))
            known++;
        assert_int_equal(policy->purpose_count, known);
        policy_free(policy);
    }
}

/* L-8, L-9: area codes lead to the states whose law may hold. */
static void area_codes_lead_to_states(void **state)
{
    (void)state;
    const struct policy *law = fixture_law();
    static const struct {
        const char *number, *state; /* NULL: not known */
    } rows[] = {
        {"+12125550123", "NY"}, {"+13055550123", "FL"}, {"+12085550123", "ID"},
        {"+14055550123", "OK"}, {"+19075550123", "AK"}, {"+12025550123", "DC"},
        {"+18005550100", NULL}, {"+14165550123", NULL}, {"+442079460958", NULL},
        {"+1", NULL},           {NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(policy_number_state(law, rows[i].number),
                         policy_state(rows[i].state));
    /* A number whose state is known has a zone too: the tables agree. */
    for (int code = 200; code < AREA_CODES; code++) {
        const char *zones[PHONE_ZONES_MAX];
        char number[32];
        snprintf(number, sizeof(number), "+1%03d5550123", code);
        if (law->area_states[code] && phone_zones(number, zones) == 0)
            fail_msg("area code %d has a state and no zone", code);
    }
}

#define RULE(id) "\"id\":\"" id "\",\"source\":\"s\",\"reviewed_by\":\"\""
#define BINDS "\"binds\":{\"all\":\"policy\"}"
#define ALL_PURPOSES                                                       \
    "\"appointment\",\"prescription\",\"screening\",\"post-discharge\","   \
    "\"lab-result\",\"pre-operative\",\"pre-registration\",\"home-care\"," \
    "\"wellness\""
#define CLASS(name, purposes, need)                         \
    "\"" name "\":{" RULE("1.1") ",\"purposes\":[" purposes \
                                 "],\"consent\":\"" need "\"}"
#define CLASSES                                                    \
    "\"classes\":{" CLASS("care", ALL_PURPOSES, "none") "," CLASS( \
        "information", "\"notice\",\"survey\",\"billing\"",        \
        "express") "," CLASS("marketing", "\"marketing\"",         \
                             "written") "," CLASS("emergency",     \
                                                  "\"emergency\"", "none") "}"
#define HOURS_OF(more) "\"hours\":[{" RULE("h") "," BINDS "," more "}]"
#define HOURS HOURS_OF("\"windows\":{\"every_day\":\"08:00-21:00\"}")
#define CAPS_OF(more) "\"caps\":[{" RULE("c") "," more "}]"
#define CAPS CAPS_OF(BINDS ",\"per\":\"day\",\"most\":1")
#define TIER                                                                \
    "\"tier\":{" RULE(                                                      \
        "t") "," BINDS ",\"sms\":2,\"subject\":1,\"email\":2,"              \
             "\"call\":1,\"voicemail\":0,\"unverified\":1,\"sensitive\":1," \
             "\"light_words\":\"refill\",\"clinical_words\":\"hiv a1c\"}"
#define RULES "\"rules\":{" TIER "}"
#define CONFIRM "\"stop_confirmed\":{" RULE("L-14") ",\"minutes\":5}"
#define QUESTION "\"question\":{" RULE("q") ",\"minutes\":240}"
#define REPLY "\"reply\":{" RULE("r") ",\"minutes\":15}," CONFIRM "," QUESTION
#define DAYS \
    "\"holidays\":[{\"on\":\"2026-12-25\"}],\"holidays_to\":\"2026-12-31\""
#define FILE_OF(classes, hours, caps, rules, reply, days)                    \
    "{\"policy\":\"x\",\"country\":\"XX\",\n" classes ",\n" hours ",\n" caps \
    ",\n" rules ",\n" reply ",\n" days "}"

static void a_whole_small_policy_is_read(void **state)
{
    (void)state;
    struct error err = {0};
    struct policy *policy =
        fixture_policy(FILE_OF(CLASSES, HOURS, CAPS, RULES, REPLY, DAYS), &err);
    if (!policy)
        fail_msg("%s", err.text);
    assert_string_equal(policy->country, "XX");
    /* What it does not say does not hold. */
    assert_null(policy->rules[RULE_LENGTH].id);
    assert_int_equal(policy_number_state(policy, "+12125550123"), 0);
    policy_free(policy);
}

/* Days that touch at midnight are one stretch. */
static void a_window_round_the_clock_has_no_end(void **state)
{
    (void)state;
    struct error err = {0};
    struct policy *policy = fixture_policy(
        FILE_OF(CLASSES,
                HOURS_OF("\"windows\":{\"every_day\":\"00:00-24:00\","
                         "\"sunday\":\"00:00-12:00\"}"),
                CAPS, RULES, REPLY, DAYS),
        &err);
    if (!policy)
        fail_msg("%s", err.text);
    struct window_input window = {.policy = policy,
                                  .zones = {zone_find("America/New_York")},
                                  .zone_count = 1,
                                  .patient = {0, 1440},
                                  .guardian = {0, 1440},
                                  .campaign = {0, 1440}};
    assert_true(window_close(&window, moment("2026-11-23T12:00:00-05:00")) ==
                moment("2026-11-29T12:00:00-05:00"));
    policy_free(policy);
}

static void a_bad_policy_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expect;
    } rows[] = {
        {"{", "policy.json:1:"},
        {"{\"polcy\":\"x\"}", "did you mean \"policy\"?"},
        {"{\"policy\":\"x\"}", "\"country\" are missing"},
        {FILE_OF("\"classes\":{}", HOURS, CAPS, RULES, REPLY, DAYS),
         "policy.json:2:11: error: \"classes\" has care"},
        {FILE_OF("\"classes\":{" CLASS("care", "\"gossip\"", "none") "}", HOURS,
                 CAPS, RULES, REPLY, DAYS),
         "no purpose of a campaign"},
        {FILE_OF(
             "\"classes\":{" CLASS("care", "\"survey\",\"survey\"", "none") "}",
             HOURS, CAPS, RULES, REPLY, DAYS),
         "has a class already"},
        {FILE_OF("\"classes\":{" CLASS("care", "\"survey\"", "maybe") "}",
                 HOURS, CAPS, RULES, REPLY, DAYS),
         "\"consent\" is"},
        {FILE_OF(
             "\"classes\":{" CLASS("care", "\"appointment\"", "none") "," CLASS(
                 "information", "\"notice\"",
                 "express") "," CLASS("marketing", "\"marketing\"",
                                      "written") "," CLASS("emergency",
                                                           "\"emergency\"",
                                                           "none") "}",
             HOURS, CAPS, RULES, REPLY, DAYS),
         "no class has the purpose \"prescription\""},
        {FILE_OF(CLASSES, "\"hours\":[]", CAPS, RULES, REPLY, DAYS),
         "policy.json:3:9: error: \"hours\" is a list of rules"},
        {FILE_OF(CLASSES,
                 HOURS_OF("\"windows\":{\"every_day\":\"21:00-08:00\"}"), CAPS,
                 RULES, REPLY, DAYS),
         "policy.json:3:"},
        {FILE_OF(CLASSES, HOURS_OF("\"windows\":{\"sunday\":\"none\"}"), CAPS,
                 RULES, REPLY, DAYS),
         "name weekday"},
        {FILE_OF(CLASSES,
                 HOURS_OF("\"windows\":{\"every_day\":\"08:00-21:00\","
                          "\"sonday\":\"none\"}"),
                 CAPS, RULES, REPLY, DAYS),
         "name weekday"},
        {FILE_OF(CLASSES,
                 HOURS_OF("\"state\":\"Texas\",\"windows\":"
                          "{\"every_day\":\"08:00-21:00\"}"),
                 CAPS, RULES, REPLY, DAYS),
         "a state is two capital letters"},
        {FILE_OF(CLASSES,
                 HOURS_OF("\"effective_from\":\"2026-02-30\",\"windows\":"
                          "{\"every_day\":\"08:00-21:00\"}"),
                 CAPS, RULES, REPLY, DAYS),
         "expected a date"},
        {FILE_OF(CLASSES,
                 HOURS_OF("\"effective_from\":\"2026-02-01\",\"effective_to\":"
                          "\"2026-01-01\",\"windows\":{\"every_day\":"
                          "\"08:00-21:00\"}"),
                 CAPS, RULES, REPLY, DAYS),
         "ends before it begins"},
        {FILE_OF(CLASSES, "\"hours\":[{\"id\":\"h\"}]", CAPS, RULES, REPLY,
                 DAYS),
         "a rule needs its id and its source"},
        {FILE_OF(CLASSES, "\"hours\":[{\"id\":\"h\",\"source\":\"s\"}]", CAPS,
                 RULES, REPLY, DAYS),
         "\"reviewed_by\""},
        {FILE_OF(CLASSES, "\"hours\":[{" RULE("h") "}]", CAPS, RULES, REPLY,
                 DAYS),
         "\"binds\" says"},
        {FILE_OF(CLASSES,
                 "\"hours\":[{" RULE("h") ",\"binds\":{\"cars\":"
                                          "\"policy\"}}]",
                 CAPS, RULES, REPLY, DAYS),
         "unknown class \"cars\"; did you mean \"care\"?"},
        {FILE_OF(CLASSES,
                 "\"hours\":[{" RULE("h") ",\"binds\":{\"care\":"
                                          "\"perhaps\"}}]",
                 CAPS, RULES, REPLY, DAYS),
         "\"mandatory\" or \"policy\""},
        {FILE_OF(CLASSES, HOURS, CAPS_OF(BINDS ",\"per\":\"month\",\"most\":1"),
                 RULES, REPLY, DAYS),
         "\"per\" is"},
        {FILE_OF(CLASSES, HOURS, CAPS_OF(BINDS ",\"per\":\"day\",\"most\":0"),
                 RULES, REPLY, DAYS),
         "\"most\" is a whole number from 1"},
        {FILE_OF(CLASSES, HOURS,
                 CAPS_OF("\"binds\":{\"care\":\"mandatory\"},\"per\":\"day\","
                         "\"most\":1,\"urgent_passes\":true"),
                 RULES, REPLY, DAYS),
         "nobody passes what is mandatory"},
        {FILE_OF(CLASSES, HOURS, CAPS,
                 "\"rules\":{\"opt-oot\":{" RULE("x") "," BINDS "}}", REPLY,
                 DAYS),
         "unknown rule \"opt-oot\"; did you mean \"opt-out\"?"},
        {FILE_OF(CLASSES, HOURS, CAPS, "\"rules\":{}", REPLY, DAYS),
         "\"rules\" needs \"tier\""},
        {FILE_OF(CLASSES, HOURS, CAPS,
                 "\"rules\":{" TIER ",\"length\":{" RULE("x") "," BINDS "}}",
                 REPLY, DAYS),
         "\"characters\" is a whole number"},
        {FILE_OF(CLASSES, HOURS, CAPS,
                 "\"rules\":{" TIER ",\"recovery\":{" RULE(
                     "x") "," BINDS ",\"days\":30,\"purposes\":[]}}",
                 REPLY, DAYS),
         "\"purposes\" is a list of purposes"},
        {FILE_OF(CLASSES, HOURS, CAPS,
                 "\"rules\":{" TIER ",\"recovery\":{" RULE(
                     "x") "," BINDS ",\"days\":30,\"purposes\":[\"gossip\"]}}",
                 REPLY, DAYS),
         "no purpose of a campaign"},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES,
                 "\"reply\":{" RULE("r") ",\"minutes\":90}," CONFIRM, DAYS),
         "\"minutes\" is a whole number from 0 to 60"},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES,
                 "\"reply\":{" RULE("r") ",\"minutes\":15}", DAYS),
         "\"stop_confirmed\" and \"question\" say how long"},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES, REPLY,
                 "\"area_codes\":{\"NY\":\"212 12\"}," DAYS),
         "three digits"},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES, REPLY,
                 "\"area_codes\":{\"NY\":\"212\",\"NJ\":\"212\"}," DAYS),
         "area code 212 stands twice"},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES, REPLY,
                 "\"holidays\":[{\"on\":\"25 December\"}]"),
         "a holiday needs \"on\""},
        {FILE_OF(CLASSES, HOURS, CAPS, RULES, REPLY, "\"holidays\":[]"),
         "\"holidays_to\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct policy *policy = fixture_policy(rows[i].text, &err);
        if (policy)
            fail_msg("row %zu was read: %s", i, rows[i].text);
        if (!strstr(err.text, rows[i].expect) ||
            !strstr(err.text, "policy.json:"))
            fail_msg("row %zu said: %s", i, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_comes_with_its_numbers),
        cmocka_unit_test(each_country_has_its_own),
        cmocka_unit_test(the_hours_of_canada),
        cmocka_unit_test(every_purpose_has_a_class_in_every_country),
        cmocka_unit_test(area_codes_lead_to_states),
        cmocka_unit_test(a_whole_small_policy_is_read),
        cmocka_unit_test(a_window_round_the_clock_has_no_end),
        cmocka_unit_test(a_bad_policy_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
