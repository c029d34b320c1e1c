/* SPDX-License-Identifier: Apache-2.0 */
/* A provider that takes nothing for an hour, or for days: nothing that is
 * still of use is lost, what is of no more use ends on time, and who has
 * another channel gets the message there (domain.md 2.6, 3.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "tests/scheduler/world.h"

#define ENDS(outcome)                                                         \
    "\"events\": [{\"after_ms\": 50, \"outcome\": \"" outcome "\", \"rank\":" \
    " 1, \"ended\": true}]"
#define WELL "{\"driver\": \"fake\", \"default\": {" ENDS("delivered") "}}"
#define SMS_DEAD                                                     \
    "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"channel\":" \
    " \"sms\"}, " ENDS("not-sent") "}], \"default\": {" ENDS("delivered") "}}"
#define TELL                                                                   \
    "\"if_not_reached\": {\"task\": {\"to\": \"front desk\", \"within\": \"1 " \
    "hour\"}},"

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

static const char *always(const char *outcome)
{
    static char text[256];
    snprintf(text, sizeof(text),
             "{\"driver\": \"fake\", \"default\": {\"events\": [{\"after_ms\":"
             " 50, \"outcome\": \"%s\", \"rank\": 1, \"ended\": true}]}}",
             outcome);
    return text;
}

/* From now on this provider answers so. */
static void turn(const char *provider, const char *script)
{
    struct error err = {0};
    if (!fake_script(fake_find(provider), script, &err))
        fail_msg("%s", err.text);
}

/* Visits on Wednesday at 15:00, reminded of on Tuesday at 10:00, and until an
 * hour before. */
static void visits(struct world *world, const char *send, int people)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder(send, TELL));
    for (int i = 0; i < people; i++)
        world_visit(world, world_patient(world), "2026-11-25T15:00");
}

static void usual(struct world *world, const char *send, int people,
                  const char *fake)
{
    visits(world, send, people);
    world->apart = true;
    world_engine(world, fake);
}

static int64_t in_state(struct world *world, int state)
{
    return world_number(world, "SELECT count(*) FROM outreach WHERE state = %d",
                        state);
}

static int64_t attempts(struct world *world)
{
    return world_number(world, "SELECT count(*) FROM attempt");
}

static const struct {
    const char *outcome;
    int64_t least, most; /* tries in six hours */
} refusals[] = {
    {"not-sent", 40, 400},   {"provider-down", 12, 120}, {"throttled", 40, 400},
    {"queue-full", 12, 120}, {"misconfigured", 12, 120}, {"daily-cap", 2, 2},
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

/* 2.6: whatever never left, or is for the provider or our account to mend. */
static void what_never_left_is_tried_until_it_goes(void **state)
{
    (void)state;
    for (size_t i = 0; i < REFUSALS; i++) {
        struct world world;
        usual(&world, "sms", 1, always(refusals[i].outcome));
        world_run(&world, "2026-11-24T16:00");
        expect_state(&world, "day-before", "planned");
        int64_t tries = attempts(&world);
        if (tries < refusals[i].least || tries > refusals[i].most)
            fail_msg("%s: %lld tries", refusals[i].outcome, (long long)tries);
        assert_int_equal(
            world_number(&world, "SELECT attempts + tries FROM outreach"), 0);
        turn("main", WELL);
        world_run(&world, "2026-11-24T20:00");
        expect_state(&world, "day-before", "delivered");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
        world_close(&world);
    }
}

static void what_never_goes_ends_on_time_and_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < REFUSALS; i++) {
        struct world world;
        usual(&world, "sms", 1, always(refusals[i].outcome));
        world_run(&world, "2026-11-25T14:01");
        assert_int_equal(in_state(&world, 0), 0);
        assert_int_equal(world_number(&world,
                                      "SELECT count(*) FROM task WHERE kind ="
                                      " 'not-reached' AND state = 'open'"),
                         1);
        world_close(&world);
    }
}

/* What a patient's own side refused is counted apart: an outage before takes
 * nothing from those tries (3.5). */
static void an_outage_uses_up_no_try(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms\", \"attempts\": 2, \"if_closed\": \"later", 1,
          always("provider-down"));
    world_run(&world, "2026-11-24T10:30");
    assert_in_range(attempts(&world), 3, 60);
    turn("main", always("unreachable"));
    world_run(&world, "2026-11-24T11:00");
    expect_state(&world, "day-before", "planned");
    turn("main", WELL);
    world_run(&world, "2026-11-25T12:00"); /* one a day: L-4.6 */
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

/* Behind a dead provider nobody is tried, and still nobody is forgotten. */
static void the_line_behind_a_dead_provider_ends_on_time(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", 300, SMS_DEAD);
    world_run(&world, "2026-11-25T13:59");
    assert_int_equal(in_state(&world, 0), 300);
    world_run(&world, "2026-11-25T14:02");
    assert_int_equal(in_state(&world, 0), 0);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'not-reached'"),
                     300);
    world_close(&world);
}

/* Nor behind one that is only slow. */
static void the_line_behind_a_slow_provider_ends_on_time(void **state)
{
    (void)state;
    struct world world;
    visits(&world, "sms", 300);
    world.provider.per_second = 0.001;
    world_engine(&world, WELL);
    world_run(&world, "2026-11-25T14:02");
    assert_in_range(in_state(&world, 3), 10, 80);
    assert_int_equal(in_state(&world, 0), 0);
    world_close(&world);
}

static int64_t by_email(struct world *world)
{
    return world_number(world, "SELECT count(*) FROM attempt WHERE channel = 1"
                               " AND outcome = 2");
}

/* Where it is said that it will take longer, nobody waits to see. */
static void a_days_quota_is_not_waited_for(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email", 3, always("daily-cap"));
    world_run(&world, "2026-11-24T10:01");
    assert_int_equal(by_email(&world), 3);
    world_close(&world);
}

#define SAYS(outcome, ms)                                                   \
    "{\"driver\": \"fake\", \"default\": {\"events\": [{\"after_ms\": 50, " \
    "\"outcome\": \"" outcome "\", \"rank\": 1, \"ended\": true, "          \
    "\"retry_after_ms\": " ms "}]}}"
#define A_DAY SAYS("throttled", "86400000")

/* Nor by those who still stand in line for it. */
static void nor_by_who_stands_in_line(void **state)
{
    static const char *const says[] = {SAYS("daily-cap", "0"), A_DAY};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        usual(&world, "sms, else email", 300, says[i]);
        world_run(&world, "2026-11-24T10:05");
        assert_int_equal(by_email(&world), 300);
        assert_in_range(world_sent(&world), 1, 100);
        world_close(&world);
    }
}

/* The wait is the provider's: its stand-in takes all at once, and it is asked
 * for nothing until then; after it, again. */
static void a_stand_in_takes_over_at_once(void **state)
{
    static const struct {
        const char *says, *fake;
    } rows[] = {
        {"an hour", SAYS("throttled", "3600000")},
        {"a day", A_DAY},
        {"down for ten minutes", SAYS("provider-down", "600000")},
        {"the day's quota", SAYS("daily-cap", "0")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        visits(&world, "sms", 300);
        world_visit(&world, world_patient(&world), "2026-11-30T15:00");
        world.standby = true;
        world_engine(&world, rows[i].fake);
        world_run(&world, "2026-11-24T10:02");
        size_t asked = world_sent(&world);
        if (in_state(&world, 3) != 300 || asked < 1 || asked > 100)
            fail_msg("%s: %lld delivered, asked %zu times", rows[i].says,
                     (long long)in_state(&world, 3), asked);
        turn("main", WELL);
        world_run(&world, "2026-11-29T10:30");
        assert_int_equal(in_state(&world, 3), 301);
        if (world_sent(&world) != asked + 1)
            fail_msg("%s: asked %zu times, then %zu", rows[i].says, asked,
                     world_sent(&world));
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
        world_close(&world);
    }
}

/* A wait that nobody can outlast fails nothing before its time. */
static void a_wait_beyond_until_ends_with_it(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", 3, A_DAY);
    world_run(&world, "2026-11-25T13:59");
    assert_int_equal(in_state(&world, 0), 3);
    world_run(&world, "2026-11-25T14:02");
    expect_state(&world, "day-before", "expired");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'not-reached'"),
                     3);
    world_close(&world);
}

static void another_channel_takes_over(void **state)
{
    static const struct {
        const char *says, *send, *before, *after;
    } rows[] = {
        {"an hour is long enough", "sms, else email", "2026-11-24T10:58",
         "2026-11-24T11:20"},
        {"it is for who would wait longer for proof",
         "sms, else email after 4 hours", "2026-11-24T10:58",
         "2026-11-24T11:20"},
        {"who would wait shorter waits so long",
         "sms, else email after 20 minutes", "2026-11-24T10:18",
         "2026-11-24T10:40"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int people = 1; people <= 30; people += 29) {
            struct world world;
            usual(&world, rows[i].send, people, SMS_DEAD);
            world_run(&world, rows[i].before);
            int64_t early = by_email(&world);
            world_run(&world, rows[i].after);
            if (early || by_email(&world) != people)
                fail_msg("%s: %lld of %d too early, %lld in the end",
                         rows[i].says, (long long)early, people,
                         (long long)by_email(&world));
            world_run(&world, "2026-11-26T08:00");
            assert_int_equal(in_state(&world, 3), people);
            assert_int_equal(by_email(&world), people);
            world_close(&world);
        }
}

/* Who was passed on to a channel that is none for them comes back. */
static void who_has_no_other_channel_waits(void **state)
{
    static const struct {
        const char *says, *sql;
        unsigned channels;
    } rows[] = {
        {"no email address", "DELETE FROM contact_point WHERE kind = 'email'",
         7},
        {"the email address is dead",
         "UPDATE contact_point SET bad_at = 1 WHERE kind = 'email'", 7},
        {"no provider for the other one", "SELECT 1", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        visits(&world, "sms, else email", 10);
        world_sql(&world, "%s", rows[i].sql);
        world.channels = rows[i].channels;
        world.apart = rows[i].channels == 7;
        world_engine(&world, SMS_DEAD);
        world_run(&world, "2026-11-24T13:00");
        if (in_state(&world, 0) != 10)
            fail_msg("%s: not all wait", rows[i].says);
        turn("main", WELL);
        world_run(&world, "2026-11-24T13:30");
        if (in_state(&world, 3) != 10)
            fail_msg("%s: not all got it", rows[i].says);
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
        world_close(&world);
    }
}

/* A configuration that lost the provider: all wait for a better one, which may
 * come as late as their until. */
static void a_lost_provider_is_waited_for(void **state)
{
    (void)state;
    for (int found = 0; found < 2; found++) {
        struct world world;
        visits(&world, "sms", 300);
        world.channels = 1u << CHANNEL_EMAIL;
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T17:55");
        assert_int_equal(in_state(&world, 0), 300);
        if (found) {
            world.channels = 7;
            world_engine(&world, NULL);
        }
        world_run(&world, "2026-11-24T18:00");
        assert_int_equal(in_state(&world, 3), found ? 300 : 0);
        world_run(&world, "2026-11-25T14:02");
        assert_int_equal(in_state(&world, 0), 0);
        expect_state(&world, "day-before", found ? "delivered" : "expired");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"),
                         found ? 0 : 300);
        world_close(&world);
    }
}

/* Where another rung is served it goes on to it, and back where that is none
 * for the patient. */
static void another_rung_serves_for_a_lost_provider(void **state)
{
    (void)state;
    struct world world;
    visits(&world, "sms, else email", 10);
    world_sql(&world, "DELETE FROM contact_point WHERE kind = 'email' AND"
                      " patient_id <= 3");
    world.channels = 1u << CHANNEL_EMAIL;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T10:05");
    assert_int_equal(in_state(&world, 3), 7);
    assert_int_equal(in_state(&world, 0), 3);
    world.channels = 7;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T10:10");
    assert_int_equal(in_state(&world, 3), 10);
    world_close(&world);
}

/* Both are dead: whichever comes back first takes it. */
static void the_first_to_come_back_takes_it(void **state)
{
    static const char *const back[] = {"main", "mail"};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct world world;
        int people = i < 2 ? 1 : 10;
        usual(&world, "sms, else email", people, always("provider-down"));
        turn("mail", always("provider-down"));
        world_run(&world, "2026-11-24T15:00");
        assert_int_equal(in_state(&world, 0), people);
        turn(back[i % 2], WELL);
        world_run(&world, "2026-11-24T17:30");
        if (in_state(&world, 3) != people)
            fail_msg("%s is back: %lld of %d", back[i % 2],
                     (long long)in_state(&world, 3), people);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_left_is_tried_until_it_goes),
        cmocka_unit_test(what_never_goes_ends_on_time_and_is_told),
        cmocka_unit_test(an_outage_uses_up_no_try),
        cmocka_unit_test(the_line_behind_a_dead_provider_ends_on_time),
        cmocka_unit_test(the_line_behind_a_slow_provider_ends_on_time),
        cmocka_unit_test(a_days_quota_is_not_waited_for),
        cmocka_unit_test(nor_by_who_stands_in_line),
        cmocka_unit_test(a_stand_in_takes_over_at_once),
        cmocka_unit_test(a_wait_beyond_until_ends_with_it),
        cmocka_unit_test(another_channel_takes_over),
        cmocka_unit_test(who_has_no_other_channel_waits),
        cmocka_unit_test(a_lost_provider_is_waited_for),
        cmocka_unit_test(another_rung_serves_for_a_lost_provider),
        cmocka_unit_test(the_first_to_come_back_takes_it),
    };
    log_capture(quiet, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
