/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours in all candidate zones (L-7..L-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scheduler/policy_own.h"
#include "tests/scheduler/gate_fixture.h"

static const struct policy *law;

/* The law alone, without an organisation's hours. */
static int load(void **state)
{
    (void)state;
    struct error err = {0};
    law = policy_load(fixture_source("policy/us.json"), &err);
    if (!law)
        fprintf(stderr, "%s\n", err.text);
    return law ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    policy_free((struct policy *)law);
    return 0;
}

static struct window_input input(const char *zone, const char *other,
                                 const char *state)
{
    struct window_input in = {
        .policy = law,
        .state = state,
        .patient = {0, 1440},
        .guardian = {0, 1440},
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
        if (window_open(&in, moment(rows[i].at)) != rows[i].open)
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
        instant next =
            window_next_open(&in, moment(rows[i].at), 15 * 24 * HOUR_MS);
        if (next != moment(rows[i].expect))
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
    assert_true(window_next_open(&in, moment("2026-11-23T12:00:00Z"),
                                 15 * 24 * HOUR_MS) == INSTANT_NEVER);
}

static void patient_and_campaign_hours_only_narrow(void **state)
{
    (void)state;
    struct window_input in = input("America/New_York", NULL, NULL);
    in.patient = (struct day_window){17 * 60, 1440};
    assert_false(window_open(&in, moment("2026-11-23T15:00:00Z")));
    assert_true(window_open(&in, moment("2026-11-23T22:00:00Z"))); /* 17:00 */
    assert_true(window_close(&in, moment("2026-11-23T22:00:00Z")) ==
                moment("2026-11-24T02:00:00Z")); /* the law's 21:00, S-12 */
    in.campaign = (struct day_window){0, 18 * 60};
    assert_true(window_close(&in, moment("2026-11-23T22:00:00Z")) ==
                moment("2026-11-23T23:00:00Z"));
    in.campaign = (struct day_window){5 * 60, 9 * 60};
    assert_false(window_open(&in, moment("2026-11-23T22:00:00Z")));
}

/* S-16: a minute before the window closes most of a thousand would expire, and
 * a machine that sends once an hour would never meet it. */
static void where_if_closed_earlier_goes(void **state)
{
    (void)state;
    static const struct {
        const char *why, *when, *earliest, *goes; /* NULL: nowhere */
        struct day_window patient;
    } rows[] = {
        {"Alabama's Sunday is closed: the same time on Saturday",
         "2026-11-22T10:00:00-06:00",
         "2026-11-19T18:00:00-06:00",
         "2026-11-21T10:00:00-06:00",
         {0, 1440}},
        {"in the night: an hour before the evening's end",
         "2026-11-24T22:00:00-06:00",
         "2026-11-19T18:00:00-06:00",
         "2026-11-24T19:00:00-06:00",
         {0, 1440}},
        {"before the morning: the evening before",
         "2026-11-24T07:00:00-06:00",
         "2026-11-19T18:00:00-06:00",
         "2026-11-23T19:00:00-06:00",
         {0, 1440}},
        {"a wish for other hours than the step's",
         "2026-11-22T10:00:00-06:00",
         "2026-11-19T18:00:00-06:00",
         "2026-11-21T17:00:00-06:00",
         {12 * 60, 18 * 60}},
        {"less than an hour is open: from its beginning",
         "2026-11-24T22:00:00-06:00",
         "2026-11-19T18:00:00-06:00",
         "2026-11-24T19:30:00-06:00",
         {19 * 60 + 30, 20 * 60}},
        {"Saturday's ten has passed: at once",
         "2026-11-22T10:00:00-06:00",
         "2026-11-21T15:00:00-06:00",
         "2026-11-21T15:00:00-06:00",
         {0, 1440}},
        {"... unless that day has closed",
         "2026-11-22T10:00:00-06:00",
         "2026-11-21T11:00:00-06:00",
         NULL,
         {9 * 60, 11 * 60}},
        {"the last hour has begun: at once",
         "2026-11-24T22:00:00-06:00",
         "2026-11-24T19:40:00-06:00",
         "2026-11-24T19:40:00-06:00",
         {0, 1440}},
        {"nothing is open between now and then",
         "2026-11-22T10:00:00-06:00",
         "2026-11-22T06:00:00-06:00",
         NULL,
         {0, 1440}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct window_input in = input("America/Chicago", NULL, "AL");
        in.patient = rows[i].patient;
        instant goes = window_earlier(&in, in.zones[0], moment(rows[i].when),
                                      moment(rows[i].earliest));
        instant wanted = rows[i].goes ? moment(rows[i].goes) : INSTANT_NEVER;
        if (goes != wanted)
            fail_msg("%s: %lld minutes off", rows[i].why,
                     (long long)((goes - wanted) / MINUTE_MS));
    }
}

static void the_last_stretch_is_cut_to_what_is_asked(void **state)
{
    (void)state;
    struct window_input in = input("America/Chicago", NULL, "AL");
    struct window_stretch seen;
    assert_true(window_before(&in, moment("2026-11-22T10:00:00-06:00"),
                              moment("2026-11-21T15:00:00-06:00"), &seen));
    assert_true(seen.opens == moment("2026-11-21T15:00:00-06:00"));
    assert_true(seen.closes == moment("2026-11-21T20:00:00-06:00"));
    assert_true(window_before(&in, moment("2026-11-24T15:00:00-06:00"),
                              moment("2026-11-21T15:00:00-06:00"), &seen));
    assert_true(seen.opens == moment("2026-11-24T08:00:00-06:00"));
    assert_true(seen.closes == moment("2026-11-24T15:00:00-06:00"));
    assert_false(window_before(&in, moment("2026-11-22T10:00:00-06:00"),
                               moment("2026-11-22T06:00:00-06:00"), &seen));
}

static struct policy *own_policy(void)
{
    struct error err = {0};
    struct policy *own = policy_load(fixture_source("policy/us.json"), &err);
    if (!own)
        fail_msg("%s", err.text);
    return own;
}

/* L-8: the postal address counts in every country whose states are known. */
static void a_state_elsewhere_than_the_zone_counts(void **state)
{
    static const struct {
        const char *why, *policy, *state, *zone, *at;
        bool open;
    } rows[] = {
        {"a moved patient: nine in Toronto is six in British Columbia",
         "policy/ca.json", "BC", "America/Toronto", "2026-11-23T14:30:00Z",
         false},
        {"both are awake", "policy/ca.json", "BC", "America/Toronto",
         "2026-11-23T18:30:00Z", true},
        {"and Toronto sleeps first", "policy/ca.json", "BC", "America/Toronto",
         "2026-11-24T03:00:00Z", false},
        {"a zone of the province is believed", "policy/ca.json", "BC",
         "America/Vancouver", "2026-11-24T03:00:00Z", true},
        {"without a zone the province alone tells", "policy/ca.json", "AB", "",
         "2026-11-23T15:30:00Z", false},
        {"and lets go", "policy/ca.json", "AB", "", "2026-11-23T16:30:00Z",
         true},
        {"ten at night in Queensland is eight in Perth", "policy/au.json",
         "QLD", "Australia/Perth", "2026-11-23T12:00:00Z", false},
        {"by day in both", "policy/au.json", "QLD", "Australia/Perth",
         "2026-11-24T00:30:00Z", true},
        {"the United States as ever", "policy/us.json", "CA",
         "America/New_York", "2026-11-23T14:30:00Z", false},
        {"where no states are known the zone alone counts", "policy/uk.json",
         "Kent", "Europe/London", "2026-11-23T12:00:00Z", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct policy *policy =
            policy_load(fixture_source(rows[i].policy), &err);
        assert_non_null(policy);
        struct window_input in = input(NULL, NULL, rows[i].state);
        in.policy = policy;
        instant now = moment(rows[i].at);
        window_add_zones(&in, rows[i].zone);
        window_add_state(&in, rows[i].state, rows[i].zone, now);
        if (window_open(&in, now) != rows[i].open)
            fail_msg("%s", rows[i].why);
        policy_free(policy);
    }
}

static void organisation_hours_narrow_but_never_widen(void **state)
{
    (void)state;
    struct policy *own = own_policy();
    policy_set_organisation_hours(own, (struct day_window){9 * 60, 20 * 60});
    struct window_input in = input("America/New_York", NULL, NULL);
    in.policy = own;
    struct day_open day = window_day(&in, (struct civil_date){2026, 11, 23});
    assert_int_equal(day.window.from, 9 * 60);
    assert_int_equal(day.window.to, 20 * 60);
    assert_string_equal(day.closes->id, "organisation");
    policy_set_organisation_hours(own, (struct day_window){0, 1440});
    in.state = "KY";
    day = window_day(&in, (struct civil_date){2026, 11, 23});
    assert_int_equal(day.window.from, 10 * 60);
    assert_string_equal(day.opens->id, "L-9 KY");
    assert_int_equal(day.window.to, 20 * 60);
    policy_free(own);
}

/* "none" for Sundays and holidays, days of one's own, one clinic's hours. */
static void days_and_clinics_of_ones_own(void **state)
{
    (void)state;
    struct policy *own = own_policy();
    const struct day_window usual = {9 * 60, 20 * 60},
                            short_day = {10 * 60, 14 * 60};
    const struct day_window house[DAY_CLASSES] = {
        usual, short_day, {0, 0}, {0, 0}};
    const struct day_window clinic[DAY_CLASSES] = {
        {11 * 60, 23 * 60}, usual, usual, usual};
    const struct civil_date closed[] = {{2026, 12, 28}, {2026, 12, 24}};
    const struct civil_date local = {2026, 11, 27};
    const struct civil_date away = {2026, 11, 24};
    policy_add_own(own, NULL, house, closed, 2);
    policy_add_own(own, "C1", clinic, &away, 1);
    policy_add_holidays(own, &local, 1);
    static const struct {
        const char *why, *clinic, *at, *rule;
        bool open;
    } rows[] = {
        {"Monday", NULL, "2026-11-23T10:00:00-05:00", NULL, true},
        {"Saturday afternoon", NULL, "2026-11-21T15:00:00-05:00",
         "organisation", false},
        {"Sunday", NULL, "2026-11-22T12:00:00-05:00", "organisation", false},
        {"Thanksgiving", NULL, "2026-11-26T12:00:00-05:00", "organisation",
         false},
        {"the day after, a holiday here", NULL, "2026-11-27T12:00:00-05:00",
         "organisation", false},
        {"closed on Christmas Eve", NULL, "2026-12-24T12:00:00-05:00",
         "blackout", false},
        {"one clinic begins later", "C1", "2026-11-23T10:00:00-05:00",
         "clinic C1", false},
        {"and never ends later than the house", "C1",
         "2026-11-23T20:30:00-05:00", "organisation", false},
        {"at noon it is open", "C1", "2026-11-23T12:00:00-05:00", NULL, true},
        {"but for a day of its own", "C1", "2026-11-24T12:00:00-05:00",
         "blackout", false},
        {"another clinic has none", "C2", "2026-11-24T12:00:00-05:00", NULL,
         true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct window_input in = input("America/New_York", NULL, NULL);
        struct window_state seen;
        in.policy = own;
        in.clinic = policy_clinic(own, rows[i].clinic);
        window_look(&in, moment(rows[i].at), &seen);
        if (seen.open != rows[i].open)
            fail_msg("%s: expected %s", rows[i].why,
                     rows[i].open ? "open" : "closed");
        if (rows[i].rule && strcmp(seen.rule->id, rows[i].rule) != 0)
            fail_msg("%s: closed by %s", rows[i].why, seen.rule->id);
    }
    policy_free(own);
}

/* A closure of two weeks: the message before it goes before it. */
static void long_closures_are_looked_over(void **state)
{
    (void)state;
    struct policy *own = own_policy();
    const struct day_window all = {0, 1440};
    const struct day_window days[DAY_CLASSES] = {all, all, all, all};
    struct civil_date closed[14];
    for (int i = 0; i < 14; i++)
        closed[i] = civil_add_days((struct civil_date){2026, 12, 20}, i);
    policy_add_own(own, NULL, days, closed, 14);
    struct window_input in = input("America/New_York", NULL, NULL);
    in.policy = own;
    assert_true(window_earlier(&in, in.zones[0],
                               moment("2027-01-02T10:00:00-05:00"),
                               moment("2026-11-01T00:00:00Z")) ==
                moment("2026-12-19T10:00:00-05:00"));
    assert_true(window_next_open(&in, moment("2026-12-20T10:00:00-05:00"),
                                 WINDOW_DAYS * 24 * HOUR_MS) ==
                moment("2027-01-03T08:00:00-05:00"));
    policy_free(own);
}

/* L-8, L-9: the address says New York, the number Florida. */
static void the_number_may_be_in_another_state(void **state)
{
    (void)state;
    struct window_input in = input("America/New_York", NULL, "NY");
    assert_true(window_open(&in, moment("2026-11-23T20:30:00-05:00")));
    in.number_state = policy_number_state(law, "+13055550123");
    assert_false(window_open(&in, moment("2026-11-23T20:30:00-05:00")));
    assert_true(window_open(&in, moment("2026-11-23T19:30:00-05:00")));
}

/* A holiday on a Sunday is still a Sunday. */
static void a_holiday_opens_nothing(void **state)
{
    (void)state;
    struct window_input in = input("America/Chicago", NULL, "TX");
    assert_false(window_open(&in, moment("2027-07-04T11:00:00-05:00")));
    assert_true(window_open(&in, moment("2027-07-04T12:00:00-05:00")));
    assert_true(window_open(&in, moment("2027-07-05T09:00:00-05:00")));
}

/* A rule holds from its first day on. */
static void rules_have_dates(void **state)
{
    (void)state;
    struct window_input in = input("America/Chicago", NULL, "TX");
    assert_true(window_open(&in, moment("2025-08-31T10:00:00-05:00")));
    assert_false(window_open(&in, moment("2025-09-07T10:00:00-05:00")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_rule_book),
        cmocka_unit_test(next_opening_skips_what_is_closed),
        cmocka_unit_test(zones_that_never_meet_stay_closed),
        cmocka_unit_test(patient_and_campaign_hours_only_narrow),
        cmocka_unit_test(where_if_closed_earlier_goes),
        cmocka_unit_test(the_last_stretch_is_cut_to_what_is_asked),
        cmocka_unit_test(a_state_elsewhere_than_the_zone_counts),
        cmocka_unit_test(organisation_hours_narrow_but_never_widen),
        cmocka_unit_test(days_and_clinics_of_ones_own),
        cmocka_unit_test(long_closures_are_looked_over),
        cmocka_unit_test(the_number_may_be_in_another_state),
        cmocka_unit_test(a_holiday_opens_nothing),
        cmocka_unit_test(rules_have_dates),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
