/* SPDX-License-Identifier: Apache-2.0 */
/* What may have reached a provider: repeated only as the identical request,
 * only while it may still go, and never turned into a second message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/scheduler/world.h"

#define DELIVERED                                                \
    "\"default\": {\"events\": [{\"after_ms\": 10, \"outcome\":" \
    " \"delivered\", \"rank\": 9, \"ended\": true}]}"
#define FIRST_UNKNOWN                                                        \
    "{\"match\": {\"nth\": 1}, \"events\": [{\"after_ms\": 50, \"outcome\":" \
    " \"unknown\", \"rank\": 1, \"ended\": true}]}"

static int64_t two_days(const struct driver *driver)
{
    (void)driver;
    return 48 * HOUR_MS;
}

static int64_t an_hour(const struct driver *driver)
{
    (void)driver;
    return HOUR_MS;
}

/* A visit on the 25th at 09:30, reminded of on the 24th at 10:00. */
static void usual(struct world *world, const char *send, const char *fake,
                  struct channel_driver *driver)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder(send, ""));
    world_visit(world, world_patient(world), "2026-11-25T09:30");
    world->driver = driver;
    world_engine(world, fake);
}

static struct channel_driver keyed_driver(void)
{
    struct channel_driver keyed = driver_fake;
    keyed.key_life_ms = two_days;
    keyed.query = NULL;
    return keyed;
}

static void expect_one_attempt(struct world *world)
{
    assert_int_equal(world_number(world, "SELECT count(*) FROM attempt"), 1);
}

/* A refusal of the repetition says nothing about the first request. */
static void a_refused_repetition_is_repeated_not_replaced(void **state)
{
    static const char *const refusals[] = {"not-sent", "provider-down",
                                           "throttled"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct world world;
        struct channel_driver keyed = keyed_driver();
        char fake[1024];
        snprintf(fake, sizeof(fake),
                 "{\"driver\": \"fake\", \"answers\": [" FIRST_UNKNOWN
                 ", {\"match\": {\"nth\": 1}, \"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"%s\", \"rank\": 1, \"ended\": true}]}],"
                 " " DELIVERED "}",
                 refusals[i]);
        usual(&world, "sms", fake, &keyed);
        world_run(&world, "2026-11-24T12:00");
        assert_int_equal(world_sent(&world), 3);
        expect_one_attempt(&world);
        assert_string_equal(world_message(&world, 0)->reference,
                            world_message(&world, 2)->reference);
        expect_state(&world, "day-before", "delivered");
        world_close(&world);
    }
}

/* One that never says anything is asked a few times, minutes apart. */
static void repetitions_end_and_are_apart(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = keyed_driver();
    usual(&world, "sms",
          "{\"driver\": \"fake\", \"default\": {\"events\": [{\"after_ms\":"
          " 50, \"outcome\": \"unknown\", \"rank\": 1, \"ended\": true}]}}",
          &keyed);
    world_run(&world, "2026-11-24T10:00");
    world.now++;
    world_run(&world, "2026-11-24T10:01");
    assert_in_range(world_sent(&world), 1, 2);
    world_run(&world, "2026-11-25T09:00");
    assert_in_range(world_sent(&world), 2, 4);
    expect_one_attempt(&world);
    expect_state(&world, "day-before", "unknown");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach WHERE"
                                          " state = 9 AND due_at IS NULL"),
                     1);
    world_close(&world);
}

/* The patient's word counts more than to know: nothing is submitted after
 * an opt-out, nor after a pause, nor when it is of no more use. */
static void nothing_is_repeated_after_an_opt_out(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = keyed_driver();
    usual(&world, "sms",
          "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1},"
          " \"events\": [{\"after_ms\": 60000, \"outcome\": \"unknown\","
          " \"rank\": 1, \"ended\": true}]}], " DELIVERED "}",
          &keyed);
    world_run(&world, "2026-11-24T10:00");
    assert_int_equal(world_sent(&world), 1);
    world_sql(&world,
              "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
              " (1, 'opt-out', %lld)",
              (long long)world.now);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "unknown");
    world_close(&world);
}

static void nothing_is_repeated_that_is_late(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = keyed_driver();
    usual(&world, "sms",
          "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1},"
          " \"events\": []}], " DELIVERED "}",
          &keyed);
    world_run(&world, "2026-11-24T10:00");
    assert_int_equal(world_sent(&world), 1);
    world_crash(&world);
    world.now = at("2026-11-25T10:00"); /* the visit was at half past nine */
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T12:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "unknown");
    world_close(&world);
}

static int64_t asked;

/* Never heard of it, or has it. */
static void absent(struct driver *driver, const struct driver_query *query,
                   driver_query_fn *fn, void *arg)
{
    static const struct driver_event none = {.retry_after_ms = -1};
    (void)driver;
    asked++;
    fn(arg, query->attempt_id, DRIVER_ABSENT, &none);
}

static void has_it(struct driver *driver, const struct driver_query *query,
                   driver_query_fn *fn, void *arg)
{
    struct driver_event event = {.outcome = OUTCOME_DELIVERED,
                                 .ended = true,
                                 .rank = 9,
                                 .at = query->submitted_at,
                                 .retry_after_ms = -1};
    (void)driver;
    asked++;
    fn(arg, query->attempt_id, DRIVER_FOUND, &event);
}

/* A key dies at its provider whether we were there or not (domain.md 2.8):
 * a life that begins again does not make it younger. */
static void nothing_is_repeated_when_its_key_is_dead(void **state)
{
    static const struct {
        const char *about, *back;
        void (*query)(struct driver *driver, const struct driver_query *query,
                      driver_query_fn *fn, void *arg);
        size_t sent;
        const char *state;
    } rows[] = {
        {"back while it lives", "2026-11-24T10:50", NULL, 1, "delivered"},
        {"back when it is dead", "2026-11-24T11:00", NULL, 0, "unknown"},
        {"back hours later, where one can ask", "2026-11-24T15:00", has_it, 0,
         "delivered"},
        {"back hours later", "2026-11-24T15:00", NULL, 0, "unknown"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct channel_driver keyed = keyed_driver();
        keyed.key_life_ms = an_hour;
        keyed.query = rows[i].query;
        usual(&world, "sms",
              "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1},"
              " \"events\": []}], " DELIVERED "}",
              &keyed);
        world_run(&world, "2026-11-24T10:00");
        assert_int_equal(world_sent(&world), 1);
        world_crash(&world);
        world.now = at(rows[i].back);
        world_engine(&world, "{\"driver\": \"fake\", " DELIVERED "}");
        world_run(&world, "2026-11-24T18:00");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu", rows[i].about, world_sent(&world));
        expect_one_attempt(&world);
        expect_state(&world, "day-before", rows[i].state);
        world_close(&world);
    }
}

/* However long the machine was off: who can be asked is asked first. */
static void after_a_long_stop_the_provider_is_asked(void **state)
{
    static const struct {
        void (*query)(struct driver *driver, const struct driver_query *query,
                      driver_query_fn *fn, void *arg);
        size_t sent, asked;
    } rows[] = {{has_it, 0, 1}, {absent, 1, 2}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        struct channel_driver driver = driver_fake;
        driver.query = rows[i].query;
        asked = 0;
        usual(&world, "sms\", \"when_unknown\": \"resend",
              "{\"driver\": \"fake\", \"default\": {\"events\": []}}", &driver);
        world_run(&world, "2026-11-24T10:00");
        assert_int_equal(world_sent(&world), 1);
        world_crash(&world);
        world.now = at("2026-11-24T13:00");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T13:05");
        assert_int_equal(world_sent(&world), 0);
        world_run(&world, "2026-11-24T14:00");
        assert_int_equal(world_sent(&world), rows[i].sent);
        assert_int_equal(asked, rows[i].asked);
        world_close(&world);
    }
}

/* S-19: however often its list does not show what it may have taken, the
 * step's `attempts` are the end of it, and somebody is told. */
static void absence_is_no_leave_to_write_for_ever(void **state)
{
    static const struct {
        const char *about, *send;
        size_t sent;
        int64_t tasks;
    } rows[] = {
        {"4 unless said", "sms", 4, 1},
        {"as many as the step says",
         "sms\", \"attempts\": 2, \"when_unknown\": \"task", 2, 1},
        {"it is said to be given up",
         "sms\", \"attempts\": 2, \"when_unknown\": \"give up", 2, 0},
        {"over all channels", "sms, else email", 4, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct channel_driver driver = driver_fake;
        driver.query = absent;
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world,
                     reminder(rows[i].send, "\"if_not_reached\": {\"task\":"
                                            " {\"to\": \"front desk\","
                                            " \"within\": \"4 hours\"}},"));
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
        world.driver = &driver;
        world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                             " [{\"after_ms\": 50, \"outcome\": \"unknown\","
                             " \"rank\": 1, \"ended\": true}]}}");
        world_run(&world, "2026-11-25T20:00");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu sent", rows[i].about, world_sent(&world));
        expect_state(&world, "day-before", "unknown");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                              " kind = 'not-reached'"),
                         rows[i].tasks);
        world_close(&world);
    }
}

#define TELL_DESK                                                         \
    "\"if_not_reached\": {\"task\": {\"to\": \"front desk\", \"within\":" \
    " \"4 hours\"}},"

/* Where "if_not_reached" need not be, the step's own word holds beside it. */
static void the_step_s_own_word_is_obeyed(void **state)
{
    static const struct {
        const char *send, *more;
        size_t sent;
        int64_t tasks;
    } rows[] = {
        {"email", "", 1, 0},
        {"email", TELL_DESK, 1, 1},
        {"email\", \"when_unknown\": \"task", "", 1, 1},
        {"email\", \"when_unknown\": \"task", TELL_DESK, 1, 1},
        {"email\", \"when_unknown\": \"give up", TELL_DESK, 1, 0},
        {"email\", \"when_unknown\": \"resend", "", 4, 0},
        {"email\", \"when_unknown\": \"resend", TELL_DESK, 4, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct channel_driver mute = driver_fake;
        mute.query = NULL;
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world, reminder(rows[i].send, rows[i].more));
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
        world.driver = &mute;
        world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                             " [{\"after_ms\": 50, \"outcome\": \"unknown\","
                             " \"rank\": 1, \"ended\": true}]}}");
        world_run(&world, "2026-11-24T20:00");
        int64_t tasks = world_number(&world, "SELECT count(*) FROM task");
        if (world_sent(&world) != rows[i].sent || tasks != rows[i].tasks)
            fail_msg("%s, %s: %zu sent, %lld tasks", rows[i].send, rows[i].more,
                     world_sent(&world), (long long)tasks);
        expect_state(&world, "day-before", "unknown");
        world_close(&world);
    }
}

static void was_a_fax(struct driver *driver, const struct driver_query *query,
                      driver_query_fn *fn, void *arg)
{
    struct driver_event event = {.outcome = OUTCOME_FAX,
                                 .ended = true,
                                 .rank = 9,
                                 .at = query->submitted_at,
                                 .retry_after_ms = -1};
    (void)driver;
    asked++;
    fn(arg, query->attempt_id, DRIVER_FOUND, &event);
}

static void still_rings(struct driver *driver, const struct driver_query *query,
                        driver_query_fn *fn, void *arg)
{
    struct driver_event event = {.outcome = OUTCOME_ACCEPTED,
                                 .rank = 2,
                                 .at = query->submitted_at,
                                 .retry_after_ms = -1};
    (void)driver;
    asked++;
    fn(arg, query->attempt_id, DRIVER_FOUND, &event);
}

/* To have placed a call is to have reached nobody (S-19): who stopped while
 * it rang asks how it ended. */
static void a_call_under_way_is_asked_about_in_the_next_life(void **state)
{
    static const struct {
        const char *about;
        bool killed;
        void (*query)(struct driver *driver, const struct driver_query *query,
                      driver_query_fn *fn, void *arg);
        size_t sent; /* the text, once the call is known to be in vain */
        const char *end;
        int64_t tasks;
    } rows[] = {
        {"stopped; it was in vain", false, was_a_fax, 1, "delivered", 0},
        {"killed; it was in vain", true, was_a_fax, 1, "delivered", 0},
        {"stopped; it was answered", false, has_it, 0, "delivered", 0},
        {"killed; it was answered", true, has_it, 0, "delivered", 0},
        {"stopped; nobody can be asked", false, NULL, 0, "unknown", 1},
        {"killed; nobody can be asked", true, NULL, 0, "unknown", 1},
        {"killed; the list lost it", true, absent, 0, "unknown", 1},
        {"killed; it never ends", true, still_rings, 0, "unknown", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct channel_driver driver = driver_fake;
        driver.query = rows[i].query;
        asked = 0;
        world_open(&world, "2026-11-24T09:00");
        world_launch(&world,
                     reminder("voice, else sms",
                              "\"if_not_reached\": {\"task\": {\"to\":"
                              " \"front desk\", \"within\": \"4 hours\"}},"));
        world_visit(&world, world_patient(&world), "2026-11-25T15:30");
        world.driver = &driver;
        world_engine(&world,
                     "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                     " {\"channel\": \"voice\"}, \"events\": [{\"after_ms\":"
                     " 50, \"outcome\": \"accepted\", \"rank\": 1}]}],"
                     " " DELIVERED "}");
        world_run(&world, "2026-11-24T11:00");
        expect_state(&world, "day-before", "accepted");
        if (rows[i].killed) {
            world_crash(&world);
        } else {
            engine_free(world.engine);
            world.engine = NULL;
            json_free(world.doc);
            world.doc = NULL;
        }
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T12:00"); /* past the cap of a day */
        if (world_sent(&world) != rows[i].sent ||
            (rows[i].query != NULL) != (asked > 0))
            fail_msg("%s: %zu sent, %lld asked", rows[i].about,
                     world_sent(&world), (long long)asked);
        expect_state(&world, "day-before", rows[i].end);
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"),
                         rows[i].tasks);
        world_close(&world);
    }
}

/* A provider that is halted takes no repetition: the row waits as it is, and
 * no second request is made of it. */
static void a_repetition_waits_for_a_halted_provider(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = keyed_driver();
    usual(&world, "sms",
          "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 6},"
          " \"events\": [{\"after_ms\": 50, \"outcome\": \"delivered\","
          " \"rank\": 9, \"ended\": true}]}, {\"match\": {\"nth\": 7},"
          " \"events\": [{\"after_ms\": 50, \"outcome\": \"delivered\","
          " \"rank\": 9, \"ended\": true}]}], \"default\": {\"events\":"
          " [{\"after_ms\": 50, \"outcome\": \"unknown\", \"rank\": 1,"
          " \"ended\": true}]}}",
          &keyed);
    for (int i = 0; i < 5; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt"), 6);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach WHERE"
                                          " state NOT IN (3, 9)"),
                     0);
    world_close(&world);
}

/* A driver without a last word: after two hours its permit is free, and what
 * it said before stands. */
static void a_driver_that_falls_silent_holds_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *about, *events, *end;
    } rows[] = {
        {"it never said anything", "", "unknown"},
        {"it took it, and no receipt came",
         "{\"after_ms\": 50, \"outcome\": \"accepted\", \"rank\": 1}",
         "accepted"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct channel_driver mute = driver_fake;
        char script[256];
        mute.query = NULL;
        world_open(&world, "2026-11-24T09:00");
        world_launch(&world, reminder("sms", ""));
        world_visit(&world, world_patient(&world), "2026-11-25T15:30");
        world.driver = &mute;
        snprintf(script, sizeof(script),
                 "{\"driver\": \"fake\", \"default\": {\"events\": [%s]}}",
                 rows[i].events);
        world_engine(&world, script);
        world_run(&world, "2026-11-24T11:00");
        assert_false(engine_idle(world.engine));
        world_run(&world, "2026-11-24T13:00");
        expect_state(&world, "day-before", rows[i].end);
        if (!engine_idle(world.engine))
            fail_msg("%s", rows[i].about);
        assert_int_equal(world_sent(&world), 1);
        world_close(&world);
    }
}

/* What becomes of an earlier attempt moves nothing that a later one began. */
static void late_news_of_an_earlier_attempt_is_only_kept(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email",
          "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1},"
          " \"events\": [{\"after_ms\": 50, \"outcome\": \"congestion\","
          " \"rank\": 1, \"ended\": true}, {\"after_ms\": 7200000,"
          " \"outcome\": \"blocked\", \"rank\": 9}]}], \"default\":"
          " {\"events\": [{\"after_ms\": 10, \"outcome\": \"accepted\","
          " \"rank\": 2, \"ended\": true}]}}",
          NULL);
    world_run(&world, "2026-11-24T14:00");
    assert_int_equal(world_number(&world, "SELECT outcome FROM attempt ORDER"
                                          " BY id LIMIT 1"),
                     OUTCOME_BLOCKED);
    assert_int_equal(world_sent(&world), 2);
    expect_state(&world, "day-before", "accepted");
    world_close(&world);
}

/* The request says until when it may ring: a campaign's window closes. */
static void nothing_is_repeated_when_its_window_has_closed(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = keyed_driver();
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", "\"hours\": \"09:00-10:20\","));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world.driver = &keyed;
    world_engine(&world, "{\"driver\": \"fake\", \"answers\": [" FIRST_UNKNOWN
                         "], " DELIVERED "}");
    world_run(&world, "2026-11-24T10:00");
    world.now += 500;
    world_sql(&world, "UPDATE campaign SET state = 'paused'");
    world_run(&world, "2026-11-24T10:25");
    world_sql(&world, "UPDATE campaign SET state = 'running'");
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "unknown");
    world_close(&world);
}

/* Receipts come in any order; what stands nearer to the end stays (S-16,
 * S-17). */
static void older_news_changes_nothing(void **state)
{
    static const struct {
        const char *says, *first, *late;
        enum outcome outcome;
        const char *state;
    } rows[] = {
        {"a failure on the way, told after it was delivered", "delivered",
         "unreachable", OUTCOME_DELIVERED, "delivered"},
        {"taken, and then one of before that", "accepted", "unreachable",
         OUTCOME_ACCEPTED, "accepted"},
        {"taken, and the number is dead: of another time", "accepted",
         "bad-address", OUTCOME_ACCEPTED, "accepted"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char fake[512];
        snprintf(fake, sizeof(fake),
                 "{\"driver\": \"fake\", \"default\": {\"events\":"
                 " [{\"after_ms\": 10, \"outcome\": \"%s\", \"rank\": 5,"
                 " \"ended\": true}, {\"after_ms\": 3600000, \"outcome\":"
                 " \"%s\", \"rank\": 3}]}}",
                 rows[i].first, rows[i].late);
        usual(&world, "sms, else email", fake, NULL);
        world_run(&world, "2026-11-24T18:00");
        if (world_number(&world, "SELECT outcome FROM attempt") !=
                rows[i].outcome ||
            world_sent(&world) != 1)
            fail_msg("%s", rows[i].says);
        assert_int_equal(
            world_number(&world, "SELECT count(*) FROM attempt_event"), 2);
        expect_state(&world, "day-before", rows[i].state);
        world_close(&world);
    }
}

/* "attempts": so many that reached the patient's side, and no more. */
static void no_more_attempts_than_the_step_says(void **state)
{
    (void)state;
    for (int most = 1; most <= 3; most++) {
        struct world world;
        char send[64];
        snprintf(send, sizeof(send),
                 "email\", \"attempts\": %d, \"if_closed\": \"drop", most);
        usual(&world, send,
              "{\"driver\": \"fake\", \"default\": {\"events\":"
              " [{\"after_ms\": 50, \"outcome\": \"unreachable\", \"rank\":"
              " 1, \"ended\": true}]}}",
              NULL);
        world_run(&world, "2026-11-25T09:00");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt"),
                         most);
        expect_state(&world, "day-before", "failed");
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_that_falls_silent_holds_nothing),
        cmocka_unit_test(a_refused_repetition_is_repeated_not_replaced),
        cmocka_unit_test(repetitions_end_and_are_apart),
        cmocka_unit_test(nothing_is_repeated_after_an_opt_out),
        cmocka_unit_test(nothing_is_repeated_that_is_late),
        cmocka_unit_test(nothing_is_repeated_when_its_key_is_dead),
        cmocka_unit_test(after_a_long_stop_the_provider_is_asked),
        cmocka_unit_test(absence_is_no_leave_to_write_for_ever),
        cmocka_unit_test(the_step_s_own_word_is_obeyed),
        cmocka_unit_test(a_call_under_way_is_asked_about_in_the_next_life),
        cmocka_unit_test(a_repetition_waits_for_a_halted_provider),
        cmocka_unit_test(late_news_of_an_earlier_attempt_is_only_kept),
        cmocka_unit_test(nothing_is_repeated_when_its_window_has_closed),
        cmocka_unit_test(older_news_changes_nothing),
        cmocka_unit_test(no_more_attempts_than_the_step_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
