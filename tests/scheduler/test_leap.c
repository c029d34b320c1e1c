/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that is ahead for a while and then right again: nothing of it
 * outlives it. What it ended goes in its time after all, nothing goes twice,
 * and what cannot be undone waits until the leap has stood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "tests/scheduler/world.h"

/* One life or several: the clock says `day`, looks, and goes on. */
static void look(struct world *world, const char *from, const char *until,
                 bool one_life)
{
    world->now = at(from);
    if (!one_life || !world->engine) {
        if (world->engine)
            world_crash(world);
        world_engine(world, NULL);
    }
    world_run(world, until);
}

/* A visit on Friday the 11th at 14:00, reminded of from Thursday at 10:00 until
 * an hour before. */
#define COMES "the visit is booked"
struct leap {
    const char *says;
    const char *ahead, *ahead_until;
    const char *back, *back_until;
    const char *meanwhile; /* SQL, while it is ahead; COMES; or NULL */
    int64_t sent;
    const char *state;
};
static const struct leap leaps[] = {
    {"it was ended as too late, and goes in its time", "2026-12-20T10:00",
     "2026-12-20T10:10", "2026-12-07T10:00", "2026-12-12T09:00", NULL, 1,
     "delivered"},
    {"a year ahead", "2027-12-20T10:00", "2027-12-20T10:10", "2026-12-07T10:00",
     "2026-12-12T09:00", NULL, 1, "delivered"},
    {"it left under the wrong clock, and does not again", "2026-12-10T10:30",
     "2026-12-10T11:00", "2026-12-07T10:00", "2026-12-12T09:00", NULL, 1,
     "delivered"},
    {"at night of another day: it is not put off until then",
     "2026-12-10T22:00", "2026-12-10T22:10", "2026-12-07T10:00",
     "2026-12-10T20:00", NULL, 1, "delivered"},
    {"who opted out meanwhile stays so", "2026-12-20T10:00", "2026-12-20T10:10",
     "2026-12-07T10:00", "2026-12-12T09:00",
     "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1,"
     " 'opt-out', 1797778800000)",
     0, "suppressed"},
    {"the visit came while the clock was ahead: it was history then",
     "2026-12-20T10:00", "2026-12-20T10:10", "2026-12-07T10:00",
     "2026-12-12T09:00", COMES, 1, "delivered"},
    {"it is too late now: it stays ended", "2026-12-20T10:00",
     "2026-12-20T10:10", "2026-12-12T10:00", "2026-12-12T12:00", NULL, 0,
     "expired"},
};

static void leap(struct world *world, const struct leap *row, bool one_life)
{
    world_open(world, "2026-12-06T07:00");
    world_patient(world);
    world_launch(world, reminder("sms", ""));
    bool comes = row->meanwhile && strcmp(row->meanwhile, COMES) == 0;
    if (!comes)
        world_visit(world, 1, "2026-12-11T14:00");
    look(world, "2026-12-06T08:00", "2026-12-06T12:00", one_life);
    world->now = at(row->ahead) - MINUTE_MS;
    if (comes)
        world_visit(world, 1, "2026-12-11T14:00");
    else if (row->meanwhile)
        world_sql(world, "%s", row->meanwhile);
    look(world, row->ahead, row->ahead_until, one_life);
    look(world, row->back, row->back_until, one_life);
}

static void what_a_clock_ahead_ended_goes_after_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(leaps) / sizeof(leaps[0]); i++) {
        const struct leap *row = &leaps[i / 2];
        struct world world;
        leap(&world, row, i % 2);
        int64_t sent = world_number(&world, "SELECT count(*) FROM attempt");
        int64_t right = world_number(
            &world,
            "SELECT count(*) FROM outreach WHERE state = (SELECT CASE '%s' WHEN"
            " 'delivered' THEN 3 WHEN 'suppressed' THEN 5 ELSE 6 END) AND id ="
            " (SELECT max(id) FROM outreach)",
            row->state);
        int64_t ahead = world_number(
            &world, "SELECT count(*) FROM attempt WHERE submitted_at > %lld",
            (long long)world.now);
        if (sent != row->sent || right != 1 || ahead != 0)
            fail_msg("%s, %s: %lld sent, %s %lld, %lld in the future",
                     row->says, i % 2 ? "one life" : "several", (long long)sent,
                     row->state, (long long)right, (long long)ahead);
        world_close(&world);
    }
}

/* It was tried, nobody took it, and then it was too late: the ledger has no way
 * back from there. */
static void what_was_tried_is_not_planned_again(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, "2026-12-06T07:00");
    world_patient(&world);
    world_launch(&world, reminder("sms", ""));
    world_visit(&world, 1, "2026-12-11T14:00");
    look(&world, "2026-12-06T08:00", "2026-12-06T12:00", true);
    look(&world, "2026-12-20T10:00", "2026-12-20T10:10", true);
    expect_state(&world, "day-before", "expired");
    world_sql(&world, "UPDATE outreach SET attempts = 1");
    look(&world, "2026-12-07T10:00", "2026-12-07T12:00", true);
    expect_state(&world, "day-before", "expired");
    world_close(&world);
}

static int64_t texts(struct world *world)
{
    return world_number(world, "SELECT count(*) FROM attempt WHERE body NOT"
                               " LIKE '[removed%%'");
}

/* S-12: what was handed over ahead of time waits at nobody's carrier. */
static void nobody_queues_behind_a_message_of_the_future(void **state)
{
    (void)state;
    for (int one_life = 0; one_life < 2; one_life++) {
        struct world world;
        world_open(&world, "2026-12-06T07:00");
        world.provider.sender_per_second = 1.0 / 60;
        world_patient(&world);
        world_patient(&world);
        world_launch(&world, reminder("sms", ""));
        world_visit(&world, 1, "2026-12-15T14:00");
        world_visit(&world, 2, "2026-12-11T14:00");
        look(&world, "2026-12-06T08:00", "2026-12-06T12:00", one_life);
        look(&world, "2026-12-14T10:30", "2026-12-14T11:00", one_life);
        assert_int_equal(texts(&world), 1);
        look(&world, "2026-12-07T10:00", "2026-12-10T12:00", one_life);
        assert_int_equal(texts(&world), 2);
        world_close(&world);
    }
}

/* Marks of "done until" that an older life left in the future. */
static void what_was_done_in_the_future_is_done_again(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, "2026-12-06T07:00");
    world.config.keep_texts_ms = 30 * 24 * HOUR_MS;
    world_patient(&world);
    world_launch(&world, reminder("sms", ""));
    look(&world, "2026-12-06T08:00", "2026-12-06T12:00", false);
    world_sql(&world, "UPDATE campaign SET swept_on = '2027-06-01'; UPDATE"
                      " cursor SET value = '2027-06-01' WHERE name ="
                      " 'retention'");
    look(&world, "2026-12-07T08:00", "2026-12-07T12:00", false);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM campaign WHERE"
                                          " swept_on = '2026-12-07'"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM cursor WHERE"
                                          " name = 'retention' AND value ="
                                          " '2026-12-07'"),
                     1);
    /* tomorrow's is today's, where a clock was set back over the hour */
    world_sql(&world, "UPDATE campaign SET swept_on = '2026-12-08'");
    look(&world, "2026-12-07T13:00", "2026-12-07T14:00", false);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM campaign WHERE"
                                          " swept_on = '2026-12-08'"),
                     1);
    world_close(&world);
}

/* Two messages of December, kept for thirty days. */
static void told(struct world *world)
{
    world_open(world, "2026-12-06T07:00");
    world->config.keep_texts_ms = 30 * 24 * HOUR_MS;
    world_patient(world);
    world_patient(world);
    world_launch(world, reminder("sms", ""));
    world_visit(world, 1, "2026-12-11T14:00");
    world_visit(world, 2, "2026-12-12T14:00");
    look(world, "2026-12-06T08:00", "2026-12-13T12:00", false);
    assert_int_equal(texts(world), 2);
}

static void a_message_of_the_future_keeps_no_other_text(void **state)
{
    struct world world;
    (void)state;
    told(&world);
    world_sql(&world, "UPDATE attempt SET submitted_at = submitted_at +"
                      " 63072000000 WHERE patient_id = 1");
    world_run(&world, "2027-01-08T12:00");
    assert_int_equal(texts(&world), 2);
    world_run(&world, "2027-01-12T12:00");
    assert_int_equal(texts(&world), 0);
    world_close(&world);
}

static void what_cannot_be_undone_waits_until_a_leap_has_stood(void **state)
{
    struct world world;
    (void)state;
    told(&world);
    look(&world, "2028-12-13T12:00", "2028-12-13T20:00", true);
    assert_int_equal(texts(&world), 2); /* the clock may be ahead */
    look(&world, "2026-12-14T12:00", "2026-12-14T20:00", true);
    assert_int_equal(texts(&world), 2); /* it was */
    look(&world, "2027-02-01T12:00", "2027-02-01T20:00", false);
    assert_int_equal(texts(&world), 2); /* nothing ran for weeks */
    look(&world, "2027-02-02T13:00", "2027-02-02T13:10", false);
    assert_int_equal(texts(&world), 0);
    world_close(&world);
}

/* Once a week is a way to run it, too. */
static void a_service_that_runs_once_a_week_removes_texts(void **state)
{
    static const char *const weeks[][2] = {
        {"2027-01-16T12:00", "2027-01-16T12:10"},
        {"2027-01-23T12:00", "2027-01-23T12:10"},
    };
    struct world world;
    (void)state;
    told(&world);
    for (size_t i = 0; i < 2; i++)
        look(&world, weeks[i][0], weeks[i][1], false);
    assert_int_equal(texts(&world), 0);
    world_close(&world);
}

static void unlogged(void *arg, enum log_level level, const char *text)
{
    (void)arg, (void)level, (void)text;
}

int main(void)
{
    log_capture(unlogged, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_clock_ahead_ended_goes_after_all),
        cmocka_unit_test(what_was_tried_is_not_planned_again),
        cmocka_unit_test(nobody_queues_behind_a_message_of_the_future),
        cmocka_unit_test(what_was_done_in_the_future_is_done_again),
        cmocka_unit_test(a_message_of_the_future_keeps_no_other_text),
        cmocka_unit_test(what_cannot_be_undone_waits_until_a_leap_has_stood),
        cmocka_unit_test(a_service_that_runs_once_a_week_removes_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
