/* SPDX-License-Identifier: Apache-2.0 */
/* The outside is told of what patients decide: in order, at least once, and a
 * person instead when it would not hear for a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scheduler/engine_state.h"
#include "tests/scheduler/world.h"

#define HEARD_MAX 256
/* More are no repetitions: one is told for ever. */
#define ASKED_MAX 1000

/* Two receivers; the first does what `fails` says of the moment. */
static struct ear {
    struct world *world;
    instant deaf_from, deaf_to; /* it fails then */
    bool silent;                /* it never says what came of it */
    const char *unwanted; /* an intent, or "": it reads it, and refuses it */
    int asked;
    char heard[2][HEARD_MAX]; /* what arrived: "response confirm a1; ..." */
} ear;

static const struct engine_outlet outlets[] = {
    {"ehr", 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3},
    {"desk", 1u << 2},
};

static void hear(void *arg, size_t outlet, const struct notice *notice)
{
    char *heard = ear.heard[outlet];
    instant now =
        ear.world->engine->now; /* (the log's clock never goes back) */
    (void)arg;
    assert_in_range(++ear.asked, 1, ASKED_MAX);
    if (ear.silent)
        return;
    if (outlet == 0 && now >= ear.deaf_from && now < ear.deaf_to) {
        engine_told(ear.world->engine, outlet, notice->id, HEARD_NOT,
                    "http 503");
        return;
    }
    if (outlet == 0 && ear.unwanted &&
        (!*ear.unwanted || strcmp(notice->intent, ear.unwanted) == 0)) {
        engine_told(ear.world->engine, outlet, notice->id, HEARD_REFUSED,
                    "http 422");
        return;
    }
    size_t len = strlen(heard);
    snprintf(heard + len, HEARD_MAX - len, "%s%s%s%s%s%s", len ? "; " : "",
             notice->event, notice->intent[0] ? " " : "", notice->intent,
             notice->anchor[0] ? " " : "", notice->anchor);
    engine_told(ear.world->engine, outlet, notice->id, HEARD_WELL, NULL);
}

static void house(struct world *world)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder("sms", ""));
    world_visit(world, world_patient(world), "2026-12-15T09:30");
    ear = (struct ear){.world = world};
    world->config.tell = hear;
    world->config.outlets = outlets;
    world->config.outlet_count = 2;
    world->config.moves_clock = true;
    world_engine(world, NULL);
    world_run(world, "2026-11-23T08:10");
}

static void decide(struct world *world, const char *intent)
{
    world_sql(world,
              "INSERT INTO response(patient_id, anchor_kind, anchor_id,"
              " occurrence, intent, at) VALUES (1, 1, 1, 0, '%s', %lld)",
              intent, (long long)world->now);
}

static void refuse(struct world *world)
{
    world_sql(world,
              "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
              " (1, 'opt-out', %lld)",
              (long long)world->now);
}

static void expect_heard(size_t outlet, const char *heard)
{
    assert_string_equal(ear.heard[outlet], heard);
}

static void each_hears_what_it_wants_in_order(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    decide(&world, "confirm");
    decide(&world, "reschedule");
    refuse(&world);
    world_sql(&world, "INSERT INTO suppression(address, reason, since_at)"
                      " VALUES ('+12125550001', 'opt-out', 1)");
    world_sql(&world, "INSERT INTO suppression(patient_id, reason, since_at)"
                      " VALUES (1, 'wrong-number', 1)");
    world_sql(&world, "INSERT INTO reply(channel, provider, address,"
                      " received_at, body, patient_id, intent) VALUES"
                      " (0, 'main', '+12125550001', 7,"
                      " 'my knee hurts', 1, 'other')");
    world_sql(&world,
              "UPDATE suppression SET lifted_at = %lld WHERE reason ="
              " 'opt-out'",
              (long long)world.now);
    world_run(&world, "2026-11-23T08:20");
    expect_heard(0, "response confirm a1; response reschedule a1; opt-out; "
                    "reply other; opt-in");
    expect_heard(1, "opt-out");
    assert_int_equal(ear.asked, 6);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 1"), 6);
    world_close(&world);
}

static void who_is_deaf_for_hours_hears_all_of_it_in_order(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.deaf_from = world.now;
    ear.deaf_to = world.now + 5 * HOUR_MS;
    decide(&world, "confirm");
    refuse(&world);
    world_run(&world, "2026-11-23T09:00");
    decide(&world, "cancel");
    world_run(&world, "2026-11-23T12:00");
    expect_heard(0, "");
    expect_heard(1, "opt-out"); /* the other one does not wait for it */
    assert_in_range(ear.asked, 5, 120);
    /* a new life neither forgets it nor begins its day anew */
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T15:00");
    expect_heard(0, "response confirm a1; opt-out; response cancel a1");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outlet WHERE"
                                          " tries > 0 OR failing_since IS NOT"
                                          " NULL"),
                     0);
    world_close(&world);
}

static void after_a_day_a_person_is_told(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.deaf_from = world.now;
    ear.deaf_to = world.now + 30 * HOUR_MS;
    decide(&world, "confirm");
    world_run(&world, "2026-11-24T08:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    decide(&world, "cancel");
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(
        world_number(&world,
                     "SELECT count(*) FROM task WHERE kind = 'hook' AND name ="
                     " 'ehr' AND patient_id = 1 AND anchor_id = 1 AND reason ="
                     " 'was not told of: response confirm (http 503)'"),
        1);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 2"), 1);
    /* what is younger than a day goes on waiting, and arrives */
    world_run(&world, "2026-11-24T18:00");
    expect_heard(0, "response cancel a1");
    world_close(&world);
}

/* What it does not want, though it reads the rest, keeps a STOP behind it for
 * an hour and not for a day. */
static void what_is_refused_holds_the_rest_for_an_hour(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.unwanted = "cancel";
    decide(&world, "cancel");
    refuse(&world);
    world_run(&world, "2026-11-23T09:00");
    expect_heard(0, "");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    world_run(&world, "2026-11-23T11:30");
    expect_heard(0, "opt-out");
    assert_int_equal(
        world_number(&world,
                     "SELECT count(*) FROM task WHERE kind = 'hook' AND reason"
                     " = 'was not told of: response cancel (http 422)'"),
        1);
    world_close(&world);
}

/* Out of a long outage one refusal is no hour of them. */
static void a_refusal_after_an_outage_is_the_first(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.deaf_from = world.now;
    ear.deaf_to = world.now + 5 * HOUR_MS;
    decide(&world, "cancel");
    world_run(&world, "2026-11-23T13:05");
    ear.unwanted = "cancel";
    world_run(&world, "2026-11-23T14:15");
    ear.unwanted = NULL;
    world_run(&world, "2026-11-23T16:00");
    expect_heard(0, "response cancel a1");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    world_close(&world);
}

/* A receiver that refuses all that it is told is broken itself: each waits an
 * hour of its own, so that little is given up until somebody has seen it. */
static void who_refuses_everything_loses_little(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.unwanted = "";
    for (int i = 0; i < 20; i++)
        decide(&world, "confirm");
    world_run(&world, "2026-11-23T14:10"); /* six hours */
    assert_in_range(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 2"), 2,
        6);
    ear.unwanted = NULL;
    world_run(&world, "2026-11-23T16:00");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 0"), 0);
    assert_in_range(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 1"), 14,
        18);
    world_close(&world);
}

/* Killed between its word and our note of it: told again, under the same id. */
static void a_kill_means_twice_never_not_at_all(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.silent = true;
    decide(&world, "confirm");
    decide(&world, "cancel");
    world_run(&world, "2026-11-23T08:20");
    assert_int_equal(ear.asked, 1); /* the second waits for the first */
    world_crash(&world);
    ear.silent = false;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T08:30");
    assert_int_equal(ear.asked, 3);
    expect_heard(0, "response confirm a1; response cancel a1");
    world_close(&world);
}

static void who_is_not_configured_is_told_nothing(void **state)
{
    (void)state;
    struct world world;
    house(&world);
    ear.deaf_from = world.now;
    ear.deaf_to = INSTANT_NEVER;
    decide(&world, "confirm");
    world_run(&world, "2026-11-23T08:20");
    world.config.outlets = outlets + 1;
    world.config.outlet_count = 1;
    world_engine(&world, NULL);
    decide(&world, "cancel");
    world_run(&world, "2026-11-23T08:30");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM notice WHERE state = 3"), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM notice"), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hears_what_it_wants_in_order),
        cmocka_unit_test(who_is_deaf_for_hours_hears_all_of_it_in_order),
        cmocka_unit_test(after_a_day_a_person_is_told),
        cmocka_unit_test(what_is_refused_holds_the_rest_for_an_hour),
        cmocka_unit_test(a_refusal_after_an_outage_is_the_first),
        cmocka_unit_test(who_refuses_everything_loses_little),
        cmocka_unit_test(a_kill_means_twice_never_not_at_all),
        cmocka_unit_test(who_is_not_configured_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
