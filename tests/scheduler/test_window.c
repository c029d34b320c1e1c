/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours in all candidate zones (L-7..L-10) and the policy file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "scheduler/window.h"

static struct policy *law;

static char *source_path(const char *name, char out[512])
{
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(out, 512, "%s/%s", root ? root : ".", name);
    return out;
}

static int load(void **state)
{
    (void)state;
    char path[512];
    struct error err = {0};
    law = policy_load(source_path("policy/us.json", path), &err);
    if (!law)
        fprintf(stderr, "%s\n", err.text);
    return law ? 0 : -1;
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

static struct window_input input(const char *zone, const char *other,
                                 const char *state)
{
    struct window_input in = {
        .policy = law,
        .state = state,
        .patient = {0, 1440},
        .campaign = {0, 1440},
    };
    if (zone)
        in.zones[in.zone_count++] = zone_find(zone);
    if (other)
        in.zones[in.zone_count++] = zone_find(other);
    for (size_t i = 0; i < in.zone_count; i++)
        assert_non_null(in.zones[i]);
    return in;
}

static void vectors_of_the_rule_book(void **state)
{
    (void)state;
    static const struct {
        const char *why, *zone, *other, *state, *at;
        bool open;
    } rows[] = {
        {"L-7 New York 07:59:59", "America/New_York", NULL, NULL,
         "2026-11-23T12:59:59Z", false},
        {"L-7 New York 08:00:00", "America/New_York", NULL, NULL,
         "2026-11-23T13:00:00Z", true},
        {"L-7 New York 20:59:59", "America/New_York", NULL, NULL,
         "2026-11-24T01:59:59Z", true},
        {"L-7 New York 21:00:00", "America/New_York", NULL, NULL,
         "2026-11-24T02:00:00Z", false},
        {"Phoenix without DST, 08:00", "America/Phoenix", NULL, NULL,
         "2026-07-01T15:00:00Z", true},
        {"Phoenix 21:00", "America/Phoenix", NULL, NULL, "2026-07-02T04:00:00Z",
         false},
        {"Honolulu 08:00", "Pacific/Honolulu", NULL, NULL,
         "2026-11-23T18:00:00Z", true},
        {"Los Angeles on the day DST starts, 08:00 PDT", "America/Los_Angeles",
         NULL, NULL, "2026-03-08T15:00:00Z", true},
        {"Los Angeles the day before, 07:00 PST", "America/Los_Angeles", NULL,
         NULL, "2026-03-07T15:00:00Z", false},
        {"L-8 both zones of +1208: 08:30 and 07:30", "America/Boise",
         "America/Los_Angeles", NULL, "2026-11-23T15:30:00Z", false},
        {"L-8 09:00 and 08:00", "America/Boise", "America/Los_Angeles", NULL,
         "2026-11-23T16:00:00Z", true},
        {"L-8 20:59 and 19:59", "America/Boise", "America/Los_Angeles", NULL,
         "2026-11-24T03:59:00Z", true},
        {"L-8 21:00 and 20:00", "America/Boise", "America/Los_Angeles", NULL,
         "2026-11-24T04:00:00Z", false},
        {"L-9 Texas opens at noon on Sunday", "America/Chicago", NULL, "TX",
         "2026-11-22T17:59:00Z", false},
        {"L-9 Texas, Sunday 12:00", "America/Chicago", NULL, "TX",
         "2026-11-22T18:00:00Z", true},
        {"L-9 Alabama has no Sunday", "America/Chicago", NULL, "AL",
         "2026-11-22T20:00:00Z", false},
        {"L-9 Utah is closed on Thanksgiving", "America/Denver", NULL, "UT",
         "2026-11-26T18:00:00Z", false},
        {"L-8 no zone known: never", NULL, NULL, NULL, "2026-11-23T18:00:00Z",
         false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct window_input in =
            input(rows[i].zone, rows[i].other, rows[i].state);
        if (window_open(&in, at(rows[i].at)) != rows[i].open)
            fail_msg("%s: expected %s", rows[i].why,
                     rows[i].open ? "open" : "closed");
    }
}

static void next_opening_skips_what_is_closed(void **state)
{
    (void)state;
    static const struct {
        const char *why, *zone, *other, *state, *at, *expect;
    } rows[] = {
        {"open already", "America/New_York", NULL, NULL, "2026-11-23T15:00:00Z",
         "2026-11-23T15:00:00Z"},
        {"tonight -> tomorrow 08:00", "America/New_York", NULL, NULL,
         "2026-11-24T03:00:00Z", "2026-11-24T13:00:00Z"},
        {"both zones of +1208: the later opening", "America/Boise",
         "America/Los_Angeles", NULL, "2026-11-23T10:00:00Z",
         "2026-11-23T16:00:00Z"},
        {"Alabama on Saturday night -> Monday 08:00 CST", "America/Chicago",
         NULL, "AL", "2026-11-22T03:00:00Z", "2026-11-23T14:00:00Z"},
        {"Rhode Island over Thanksgiving -> Friday 09:00", "America/New_York",
         NULL, "RI", "2026-11-26T15:00:00Z", "2026-11-27T14:00:00Z"},
        {"the night when DST ends is an hour longer", "America/New_York", NULL,
         NULL, "2026-11-01T02:00:00Z", "2026-11-01T13:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct window_input in =
            input(rows[i].zone, rows[i].other, rows[i].state);
        instant next = window_next_open(&in, at(rows[i].at), 15 * 24 * HOUR_MS);
        if (next != at(rows[i].expect))
            fail_msg("%s: got %lld", rows[i].why, (long long)next);
    }
}

static void zones_that_never_meet_stay_closed(void **state)
{
    (void)state;
    /* 12 hours apart with a window of 13 hours barely meet; the patient's
     * own wish (17:00-20:00) makes it impossible (L-10) */
    struct window_input in = input("America/New_York", "Asia/Shanghai", NULL);
    in.patient = (struct day_window){17 * 60, 20 * 60};
    assert_true(window_next_open(&in, at("2026-11-23T12:00:00Z"),
                                 15 * 24 * HOUR_MS) == INSTANT_NEVER);
}

static void patient_and_campaign_hours_only_narrow(void **state)
{
    (void)state;
    struct window_input in = input("America/New_York", NULL, NULL);
    in.patient = (struct day_window){17 * 60, 1440};
    assert_false(window_open(&in, at("2026-11-23T15:00:00Z")));
    assert_true(window_open(&in, at("2026-11-23T22:00:00Z"))); /* 17:00 */
    assert_true(window_close(&in, at("2026-11-23T22:00:00Z")) ==
                at("2026-11-24T02:00:00Z")); /* the law's 21:00, S-12 */
    in.campaign = (struct day_window){0, 18 * 60};
    assert_true(window_close(&in, at("2026-11-23T22:00:00Z")) ==
                at("2026-11-23T23:00:00Z"));
    in.campaign = (struct day_window){5 * 60, 9 * 60};
    assert_false(window_open(&in, at("2026-11-23T22:00:00Z")));
}

static void previous_opening_for_if_closed_earlier(void **state)
{
    (void)state;
    struct window_input in = input("America/Chicago", NULL, "AL");
    /* due on Sunday 10:00, closed all day: Saturday's last minute */
    assert_true(window_previous_open(&in, at("2026-11-22T16:00:00Z"),
                                     at("2026-11-20T00:00:00Z")) ==
                at("2026-11-22T01:59:00Z"));
    /* nothing open between now and then */
    assert_true(window_previous_open(&in, at("2026-11-22T16:00:00Z"),
                                     at("2026-11-22T12:00:00Z")) ==
                INSTANT_NEVER);
}

static void organisation_hours_narrow_but_never_widen(void **state)
{
    (void)state;
    char path[512];
    struct error err = {0};
    struct policy *own = policy_load(source_path("policy/us.json", path), &err);
    assert_non_null(own);
    policy_set_organisation_hours(own, (struct day_window){9 * 60, 20 * 60});
    struct civil_date monday = {2026, 11, 23};
    struct day_window day = policy_day(own, NULL, false, monday);
    assert_int_equal(day.from, 9 * 60);
    assert_int_equal(day.to, 20 * 60);
    policy_set_organisation_hours(own, (struct day_window){0, 1440});
    day = policy_day(own, "KY", false, monday);
    assert_int_equal(day.from, 10 * 60); /* L-9 KY */
    assert_int_equal(day.to, 20 * 60);
    policy_free(own);
}

static void the_law_comes_with_its_numbers(void **state)
{
    (void)state;
    assert_int_equal(law->caps.per_day, 1); /* L-4.6 */
    assert_int_equal(law->caps.per_week, 3);
    assert_true(policy_consent_free(law, "appointment")); /* L-3 */
    assert_false(policy_consent_free(law, "billing"));
    assert_false(policy_consent_free(law, "survey"));
}

static void a_bad_policy_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expect;
    } rows[] = {
        {"{", "policy.json:1:"},
        {"{\"policy\":\"x\"}", "reply_minutes"},
        {"{\"policy\":\"x\",\"reply_minutes\":15,\"hours\":[]}",
         "list of rules"},
        {"{\"policy\":\"x\",\"reply_minutes\":15,\"hours\":[{\"id\":\"a\","
         "\"source\":\"b\",\"binds\":\"all\",\n \"windows\":{\"every_day\":"
         "\"21:00-08:00\"}}]}",
         "policy.json:2:"},
        {"{\"policy\":\"x\",\"reply_minutes\":15,\"hours\":[{\"id\":\"a\","
         "\"source\":\"b\",\"binds\":\"all\",\"effective_from\":"
         "\"2026-02-30\",\"windows\":{\"every_day\":\"08:00-21:00\"}}]}",
         "expected a date"},
    };
    char dir[] = "/tmp/outreach-policy-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char path[64];
    snprintf(path, sizeof(path), "%s/policy.json", dir);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        assert_true(
            file_write(path, rows[i].text, strlen(rows[i].text), 0600, &err));
        assert_null(policy_load(path, &err));
        if (!strstr(err.text, rows[i].expect))
            fail_msg("row %zu said: %s", i, err.text);
    }
    file_remove_tree(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_rule_book),
        cmocka_unit_test(next_opening_skips_what_is_closed),
        cmocka_unit_test(zones_that_never_meet_stay_closed),
        cmocka_unit_test(patient_and_campaign_hours_only_narrow),
        cmocka_unit_test(previous_opening_for_if_closed_earlier),
        cmocka_unit_test(organisation_hours_narrow_but_never_widen),
        cmocka_unit_test(the_law_comes_with_its_numbers),
        cmocka_unit_test(a_bad_policy_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
