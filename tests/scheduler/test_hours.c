/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calling hours by the clock of every place: the vectors of domain.md 1.3
 * through the gate, zones that contradict each other, and each day of seven
 * years in the zones whose clocks behave most oddly. The law's own window is
 * [08:00, 21:00) (L-7); nobody's hours narrow it here.
 */
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

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define DAY_MS (24 * HOUR_MS)
#define HORIZON_MS (15 * DAY_MS)

static struct policy *law;

static int load(void **state)
{
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512];
    struct error err = {0};
    snprintf(path, sizeof(path), "%s/policy/us.json", root ? root : ".");
    law = policy_load(path, &err);
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

static instant utc(const char *text)
{
    instant at = 0;
    if (!civil_parse_instant(text, &at))
        fail_msg("\"%s\" is no instant", text);
    return at;
}

static struct window_input window_in(const char *zone, const char *other)
{
    struct window_input window = {.policy = law,
                                  .patient = {0, 1440},
                                  .guardian = {0, 1440},
                                  .campaign = {0, 1440}};
    const char *names[] = {zone, other};
    for (size_t i = 0; i < 2 && names[i]; i++) {
        const struct zone *one = zone_find(names[i]);
        if (!one)
            fail_msg("no zone %s", names[i]);
        window.zones[window.zone_count++] = one;
    }
    return window;
}

/* Everything but the hour allows it. */
static struct gate_facts facts_in(const char *zone, const char *other)
{
    return (struct gate_facts){.channel = CHANNEL_SMS,
                               .contact = {.address = "+12085550123"},
                               .purpose = "appointment",
                               .answers_at = INSTANT_NEVER,
                               .alive = true,
                               .active = true,
                               .anchor_there = true,
                               .same_occurrence = true,
                               .audience = true,
                               .only_if = true,
                               .until = INSTANT_NEVER,
                               .window = window_in(zone, other)};
}

static void expect(const char *why, bool fine, const char *what)
{
    if (!fine)
        fail_msg("%s: %s", why, what);
}

/* L-7, L-8: what is blocked waits for the next eight o'clock; what is allowed
 * ends, also at the provider (S-12), at the next nine in the evening. */
static void the_vectors_of_the_rule_book_at_the_gate(void **state)
{
    (void)state;
    static const struct {
        const char *why, *zone, *other, *now;
        bool go;
        const char *until;
    } rows[] = {
        {"L-7 New York 07:59:59", "America/New_York", NULL,
         "2026-11-23T12:59:59Z", false, "2026-11-23T13:00:00Z"},
        {"L-7 New York 08:00:00", "America/New_York", NULL,
         "2026-11-23T13:00:00Z", true, "2026-11-24T02:00:00Z"},
        {"L-7 New York 20:59:57", "America/New_York", NULL,
         "2026-11-24T01:59:57Z", true, "2026-11-24T02:00:00Z"},
        {"L-7 New York 20:59:59: the provider has it after nine",
         "America/New_York", NULL, "2026-11-24T01:59:59Z", false,
         "2026-11-24T13:00:00Z"},
        {"L-7 New York 21:00:00", "America/New_York", NULL,
         "2026-11-24T02:00:00Z", false, "2026-11-24T13:00:00Z"},
        {"L-8 Phoenix has no DST: 08:00 in July", "America/Phoenix", NULL,
         "2026-07-01T15:00:00Z", true, "2026-07-02T04:00:00Z"},
        {"L-8 Phoenix 21:00", "America/Phoenix", NULL, "2026-07-02T04:00:00Z",
         false, "2026-07-02T15:00:00Z"},
        {"L-8 Honolulu 08:00", "Pacific/Honolulu", NULL, "2026-11-23T18:00:00Z",
         true, "2026-11-24T07:00:00Z"},
        {"L-8 Los Angeles on the day that DST starts, 08:00 PDT",
         "America/Los_Angeles", NULL, "2026-03-08T15:00:00Z", true,
         "2026-03-09T04:00:00Z"},
        {"L-8 Los Angeles the day before, 07:00 PST", "America/Los_Angeles",
         NULL, "2026-03-07T15:00:00Z", false, "2026-03-07T16:00:00Z"},
        {"L-8 prefix +1208 at 08:30 and 07:30", "America/Boise",
         "America/Los_Angeles", "2026-11-23T15:30:00Z", false,
         "2026-11-23T16:00:00Z"},
        {"L-8 prefix +1208 at 09:00 and 08:00", "America/Boise",
         "America/Los_Angeles", "2026-11-23T16:00:00Z", true,
         "2026-11-24T04:00:00Z"},
        {"L-8 prefix +1208 at 20:59 and 19:59", "America/Boise",
         "America/Los_Angeles", "2026-11-24T03:59:00Z", true,
         "2026-11-24T04:00:00Z"},
        {"L-8 prefix +1208 at 21:00 and 20:00", "America/Boise",
         "America/Los_Angeles", "2026-11-24T04:00:00Z", false,
         "2026-11-24T16:00:00Z"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct gate_facts facts = facts_in(rows[i].zone, rows[i].other);
        struct gate_decision decision;
        facts.now = utc(rows[i].now);
        gate_decide(&facts, &decision);
        if (rows[i].go) {
            expect(rows[i].why, decision.verdict == GATE_GO, "is blocked");
            expect(rows[i].why,
                   decision.valid_until ==
                       utc(rows[i].until) - GATE_HAND_OVER_MS,
                   "may be delivered until another time");
        } else {
            expect(rows[i].why, decision.verdict == GATE_WAIT, "is allowed");
            expect(rows[i].why,
                   decision.reasons[RULE_HOURS].verdict == GATE_WAIT ||
                       decision.reasons[RULE_BACKLOG].verdict == GATE_WAIT,
                   "for another reason");
            expect(rows[i].why, decision.not_before == utc(rows[i].until),
                   "waits for another time");
        }
    }
}

/* L-8, L-10: an address here and a number from there. */
static void zones_that_contradict_each_other(void **state)
{
    (void)state;
    static const struct {
        const char *why, *address, *number, *now, *opens, *closes;
    } rows[] = {
        {"three hours apart: eleven to nine in New York", "America/New_York",
         "America/Los_Angeles", "2026-11-23T10:00:00Z", "2026-11-23T16:00:00Z",
         "2026-11-24T02:00:00Z"},
        {"New York and Phoenix: two hours apart in winter", "America/New_York",
         "America/Phoenix", "2026-12-01T10:00:00Z", "2026-12-01T15:00:00Z",
         "2026-12-02T02:00:00Z"},
        {"and three in summer", "America/New_York", "America/Phoenix",
         "2026-07-01T10:00:00Z", "2026-07-01T15:00:00Z",
         "2026-07-02T01:00:00Z"},
        {"half a world apart: an hour of the morning here", "America/New_York",
         "Asia/Shanghai", "2026-07-01T02:00:00Z", "2026-07-01T12:00:00Z",
         "2026-07-01T13:00:00Z"},
        {"and in winter two hours of the evening", "America/New_York",
         "Asia/Shanghai", "2026-12-01T02:00:00Z", "2026-12-02T00:00:00Z",
         "2026-12-02T02:00:00Z"},
        {"over the date line, a day apart: the same hours", "Pacific/Apia",
         "Pacific/Pago_Pago", "2026-11-23T10:00:00Z", "2026-11-23T19:00:00Z",
         "2026-11-24T08:00:00Z"},
        {"Kiritimati and Pago Pago: 25 hours are one hour",
         "Pacific/Kiritimati", "Pacific/Pago_Pago", "2026-11-23T10:00:00Z",
         "2026-11-23T19:00:00Z", "2026-11-24T07:00:00Z"},
        {"the same twice", "America/New_York", "America/New_York",
         "2026-11-23T10:00:00Z", "2026-11-23T13:00:00Z",
         "2026-11-24T02:00:00Z"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct window_input window = window_in(rows[i].address, rows[i].number);
        instant opens = utc(rows[i].opens);
        char text[CIVIL_TEXT_MAX];
        instant next = window_next_open(&window, utc(rows[i].now), HORIZON_MS);
        if (next != opens)
            fail_msg("%s: opens at %s", rows[i].why,
                     civil_utc_text(next, text));
        if (window_close(&window, opens) != utc(rows[i].closes))
            fail_msg("%s: closes at %s", rows[i].why,
                     civil_utc_text(window_close(&window, opens), text));
        struct gate_facts facts = facts_in(rows[i].address, rows[i].number);
        struct gate_decision decision;
        facts.now = opens - 1;
        gate_decide(&facts, &decision);
        expect(rows[i].why, decision.verdict == GATE_WAIT, "too early");
        facts.now = opens;
        gate_decide(&facts, &decision);
        expect(rows[i].why, decision.verdict == GATE_GO, "not when it opens");
        facts.now = utc(rows[i].closes);
        gate_decide(&facts, &decision);
        expect(rows[i].why, decision.verdict == GATE_WAIT, "too late");
    }
}

/* L-9: a day without calls is one wherever it is that day. */
static void a_sunday_in_either_zone_is_closed(void **state)
{
    (void)state;
    struct window_input window = window_in("Pacific/Apia", "Pacific/Pago_Pago");
    window.state = "AL";
    /* Monday 09:00 in Apia is Sunday in Pago Pago */
    assert_false(window_open(&window, utc("2026-11-22T20:00:00Z")));
    /* Sunday in Apia is Saturday there */
    assert_false(window_open(&window, utc("2026-11-21T20:00:00Z")));
    assert_true(window_open(&window, utc("2026-11-23T20:00:00Z")));
    assert_true(window_next_open(&window, utc("2026-11-21T08:00:00Z"),
                                 HORIZON_MS) == utc("2026-11-23T19:00:00Z"));
}

static void a_name_that_is_no_zone_here_waits(void **state)
{
    (void)state;
    struct gate_facts facts = facts_in("America/New_York", NULL);
    struct gate_decision decision;
    char text[512];
    facts.now = utc("2026-11-23T17:00:00Z"); /* noon */
    snprintf(facts.window.unknown, sizeof(facts.window.unknown),
             "Mars/Olympus");
    for (int channel = CHANNEL_SMS; channel <= CHANNEL_VOICE; channel++) {
        facts.channel = (enum channel)channel;
        gate_decide(&facts, &decision);
        gate_reason_text(&decision, text, sizeof(text));
        assert_int_equal(decision.verdict, GATE_WAIT);
        assert_non_null(strstr(text, "Mars/Olympus"));
        assert_non_null(strstr(text, "L-8"));
        assert_true(decision.not_before > facts.now);
    }
    facts.until = facts.now + 1;
    gate_decide(&facts, &decision);
    assert_int_equal(decision.verdict, GATE_NEVER);
    /* an answer to the patient's own message is one at any hour */
    facts.repeated = true;
    facts.until = INSTANT_NEVER;
    gate_decide(&facts, &decision);
    assert_int_equal(decision.verdict, GATE_GO);
}

/* Every day -------------------------------------------------------------------
 */

static void expect_wall(const struct zone *zone, instant at,
                        struct civil_date date, int hour)
{
    struct civil wall = zone_local(zone, at);
    char is[CIVIL_TEXT_MAX], day[CIVIL_TEXT_MAX];
    if (civil_compare(wall.date, date) != 0 || wall.hour != hour ||
        wall.minute != 0 || wall.second != 0)
        fail_msg("%s: %s, not %s at %d:00", zone_name(zone),
                 civil_text(wall, is), civil_date_text(date, day), hour);
}

static void day_opens_and_closes(const char *name, struct civil_date date)
{
    struct window_input window = window_in(name, NULL);
    const struct zone *zone = window.zones[0];
    instant midnight = zone_instant(zone, (struct civil){.date = date});
    if (civil_compare(zone_today(zone, midnight), date) != 0)
        return; /* a day that this place skipped */
    instant opens = window_next_open(&window, midnight, HORIZON_MS);
    expect_wall(zone, opens, date, 8);
    expect(name, !window_open(&window, opens - 1), "open before it opens");
    expect(name, window_open(&window, opens), "closed when it opens");
    instant closes = window_close(&window, opens);
    expect_wall(zone, closes, date, 21);
    expect(name, window_open(&window, closes - 1), "closed before it closes");
    expect(name, !window_open(&window, closes), "open when it closes");
    expect(name, window_close(&window, closes - 1) == closes,
           "closes at another time, seen from its end");
    /* where if_closed "earlier" goes from the night behind it */
    expect(name,
           window_earlier(&window, zone, closes + HOUR_MS, midnight) ==
               closes - HOUR_MS,
           "its last hour is not the one before the night");
}

/* L-7: eight in the morning to nine in the evening on the wall, however long
 * the day is: 23, 24, 25, 23.5, 22 hours, or beginning at one o'clock. */
static void every_day_opens_at_eight_and_closes_at_nine(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "America/New_York",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Anchorage",
        "America/Adak",
        "America/St_Johns",
        "America/Havana",
        "America/Santiago",
        "America/Nuuk",
        "America/Asuncion",
        "America/Scoresbysund",
        "Atlantic/Azores",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "Asia/Beirut",
        "Asia/Gaza",
        "Asia/Jerusalem",
        "Asia/Almaty",
        "Asia/Kathmandu",
        "Antarctica/Troll",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Europe/Dublin",
    };
    int64_t first = civil_days((struct civil_date){2024, 1, 1});
    int64_t end = civil_days((struct civil_date){2031, 1, 1});
    for (size_t z = 0; z < ROWS(zones); z++) {
        for (int64_t day = first; day < end; day++)
            day_opens_and_closes(zones[z], civil_from_days(day));
    }
    first = civil_days((struct civil_date){2011, 12, 20});
    for (int64_t day = first; day < first + 20; day++)
        day_opens_and_closes("Pacific/Apia", civil_from_days(day));
    print_message("# %zu zones on each day from 2024 to 2030\n", ROWS(zones));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rule_book_at_the_gate),
        cmocka_unit_test(zones_that_contradict_each_other),
        cmocka_unit_test(a_sunday_in_either_zone_is_closed),
        cmocka_unit_test(a_name_that_is_no_zone_here_waits),
        cmocka_unit_test(every_day_opens_at_eight_and_closes_at_nine),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
