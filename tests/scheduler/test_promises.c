/* SPDX-License-Identifier: Apache-2.0 */
/* The promises under faults: the n-th write of the store fails, the service
 * dies between two steps, for n = 1, 2, 3 ...; afterwards nobody got anything
 * twice and nothing is lost. And the threaded journal. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "scheduler/engine_state.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

#define PEOPLE 6

static void people(struct world *world)
{
    world_open(world, "2026-11-24T09:30");
    world_launch(world, reminder("sms", ""));
    for (int i = 0; i < PEOPLE; i++)
        world_visit(world, world_patient(world), "2026-11-25T11:30");
}

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

/* Everybody ended, and by one message each. */
static void expect_all_served(struct world *world, const char *what, int64_t n)
{
    int64_t served = world_number(
        world, "SELECT count(*) FROM outreach WHERE state IN (2, 3)");
    int64_t unknown =
        world_number(world, "SELECT count(*) FROM outreach WHERE state = 9");
    if (served + unknown != PEOPLE)
        fail_msg("%s %lld: %lld served, %lld unknown, of %d", what,
                 (long long)n, (long long)served, (long long)unknown, PEOPLE);
    world_check(world);
}

static void the_nth_write_fails(void **state)
{
    (void)state;
    log_capture(quiet, NULL);
    int64_t reached = 0;
    for (int64_t n = 1; n < 300; n += n < 100 ? 1 : 23) {
        struct world world;
        people(&world);
        world_engine(&world, NULL);
        store_fail_write(world.engine->clerk->store, n);
        world_run(&world, "2026-11-24T20:00");
        assert_null(engine_trouble(world.engine));
        expect_all_served(&world, "write", n);
        assert_int_equal(world_sent(&world), PEOPLE);
        reached = n;
        world_close(&world);
    }
    assert_true(reached > 100);
    log_capture(NULL, NULL);
}

/* After kill -9 between any two steps, what was being handed over may have
 * arrived: with nobody to ask, it is never sent again. */
static void the_service_dies_after_n_steps(void **state)
{
    (void)state;
    struct channel_driver mute = driver_fake;
    mute.query = NULL;
    log_capture(quiet, NULL);
    for (int n = 1; n < 24; n++) {
        struct world world;
        people(&world);
        world.driver = &mute;
        world_engine(&world, NULL);
        instant now = world.now;
        for (int i = 0; i < n && now != INSTANT_NEVER; i++) {
            world.now = now;
            now = engine_step(world.engine, now);
        }
        size_t before = world_sent(&world);
        int64_t unknown = world_number(
            &world, "SELECT count(*) FROM outreach WHERE state = 1");
        world_crash(&world);
        world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                             " [{\"after_ms\": 10, \"outcome\": \"delivered\","
                             " \"rank\": 9, \"ended\": true}]}}");
        world_run(&world, "2026-11-24T20:00");
        if (before + world_sent(&world) > PEOPLE)
            fail_msg("after %d steps: %zu and %zu messages", n, before,
                     world_sent(&world));
        expect_all_served(&world, "step", n);
        assert_true(world_number(&world, "SELECT count(*) FROM outreach"
                                         " WHERE state = 9") <= unknown);
        world_close(&world);
    }
    log_capture(NULL, NULL);
}

static void a_full_disk_pauses_and_goes_on(void **state)
{
    (void)state;
    log_capture(quiet, NULL);
    struct world world;
    people(&world);
    world_engine(&world, NULL);
    instant now = world.now;
    store_fail_write(world.engine->clerk->store, 1);
    engine_step(world.engine, now);
    assert_non_null(engine_trouble(world.engine));
    world_run(&world, "2026-11-24T20:00");
    assert_null(engine_trouble(world.engine));
    expect_all_served(&world, "disk", 1);
    world_close(&world);
    log_capture(NULL, NULL);
}

static void a_clean_stop_records_everything(void **state)
{
    (void)state;
    struct world world;
    log_capture(quiet, NULL);
    people(&world);
    world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                         " []}}"); /* a provider that never answers */
    world_run(&world, "2026-11-24T11:40");
    assert_int_equal(world_sent(&world), PEOPLE);
    engine_stop(world.engine);
    engine_step(world.engine, world.now);
    assert_false(engine_idle(world.engine));
    engine_free(world.engine);
    world.engine = NULL;
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 9"),
        PEOPLE);
    world_close(&world);
    log_capture(NULL, NULL);
}

static int wakes;
static void count_wake(void *arg)
{
    (void)arg;
    __atomic_add_fetch(&wakes, 1, __ATOMIC_RELAXED);
}

/* The same work with the journal on its own thread, in real steps over a
 * pretended wall clock. */
static void the_journal_works_on_its_own_thread(void **state)
{
    (void)state;
    struct world world;
    people(&world);
    world.config.threaded = true;
    world.config.wake = count_wake;
    world_engine(&world, NULL);
    instant now = at("2026-11-24T11:31");
    for (int i = 0; i < 4000 && fake_count(world_fake(&world)) < PEOPLE; i++) {
        engine_step(world.engine, now += 5);
        usleep(500);
    }
    assert_int_equal(world_sent(&world), PEOPLE);
    engine_stop(world.engine);
    for (int i = 0; i < 4000 && !engine_idle(world.engine); i++) {
        engine_step(world.engine, now += 5);
        usleep(500);
    }
    assert_true(engine_idle(world.engine));
    struct engine_totals totals;
    engine_totals(world.engine, &totals);
    assert_int_equal(totals.delivered, PEOPLE);
    assert_true(wakes > 0);
    world_close(&world);
}

/* Nobody carries texts: while the journal looks at those that are due, a step
 * has nothing to add and must not ask for the next one at once. */
static void a_step_waits_for_the_journal_that_works(void **state)
{
    (void)state;
    struct world world;
    int at_once = 0;
    people(&world);
    for (int i = 0; i < 300; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T11:30");
    world.channels = 1u << CHANNEL_EMAIL;
    world.config.threaded = true;
    world.config.wake = count_wake;
    world_engine(&world, NULL);
    instant now = at("2026-11-24T11:31");
    for (int i = 0; i < 100000; i++) {
        bool works = world.engine->claims > 0;
        instant next = engine_step(world.engine, now);
        at_once += next <= now && works && world.engine->claims > 0;
        now += i % 100 == 0;
    }
    assert_true(wakes > 0);
    if (at_once > 100)
        fail_msg("%d steps had to be repeated at once", at_once);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nth_write_fails),
        cmocka_unit_test(the_service_dies_after_n_steps),
        cmocka_unit_test(a_full_disk_pauses_and_goes_on),
        cmocka_unit_test(a_clean_stop_records_everything),
        cmocka_unit_test(the_journal_works_on_its_own_thread),
        cmocka_unit_test(a_step_waits_for_the_journal_that_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
