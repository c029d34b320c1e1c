/* SPDX-License-Identifier: Apache-2.0 */
/* Weeks of a clinic's life in a moment, seeded and repeatable: visits are
 * booked, moved and cancelled, people opt out, the provider fails in every
 * way it can and the service dies now and then. After each day all promises
 * are checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/log.h"
#include "store/consent.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

#define PEOPLE 16
#define DAYS 14
#define SEEDS 12

static const char provider[] =
    "{\"driver\": \"fake\", \"seed\": %d, \"latency_ms\": 90, \"jitter_ms\":"
    " 400, \"evidence\": {\"sms\": \"delivered\", \"email\": \"accepted\","
    " \"voice\": \"human\"}, \"answers\": ["
    "{\"share\": 0.08, \"events\": [{\"after_ms\": 30000, \"outcome\":"
    " \"unknown\", \"rank\": 1, \"ended\": true}]},"
    "{\"share\": 0.08, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"throttled\", \"ended\": true, \"retry_after_ms\": 4000}]},"
    "{\"share\": 0.08, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"provider-down\", \"ended\": true}]},"
    "{\"share\": 0.05, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"bad-address\", \"ended\": true}]},"
    "{\"share\": 0.03, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"opted-out\", \"ended\": true}]},"
    "{\"match\": {\"channel\": \"voice\"}, \"share\": 0.4, \"events\":"
    " [{\"after_ms\": 20000, \"outcome\": \"no-answer\", \"rank\": 3,"
    " \"ended\": true}]},"
    "{\"share\": 0.3, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"accepted\", \"rank\": 1, \"ended\": true}]},"
    "{\"share\": 0.2, \"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"accepted\", \"rank\": 1, \"ended\": true}, {\"after_ms\": 7200000,"
    " \"outcome\": \"delivered\", \"rank\": 5, \"receipt\": true}]}],"
    " \"default\": {\"events\": [{\"after_ms\": 90, \"outcome\":"
    " \"accepted\", \"rank\": 1}, {\"after_ms\": 3000, \"outcome\":"
    " \"delivered\", \"rank\": 5, \"ended\": true}]}}";

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

static int pick(struct random *random, int below)
{
    return (int)(random_next(random) % (uint64_t)below);
}

static const char *day_text(int day, int hour, char out[32])
{
    snprintf(out, 32, "2026-%02d-%02dT%02d:00", day < 8 ? 11 : 12,
             day < 8 ? 23 + day : day - 7, hour);
    return out;
}

/* Something happens, as a feed, a front desk or a patient would cause it. */
static void something(struct world *world, struct random *random, int day)
{
    char when[32];
    int64_t patient = 1 + pick(random, PEOPLE);
    int64_t visits = world_number(world, "SELECT count(*) FROM appointment");
    int64_t visit = visits ? 1 + pick(random, (int)visits) : 0;
    int ahead = day + 1 + pick(random, 6);
    day_text(ahead, 8 + pick(random, 9), when);
    switch (pick(random, 8)) {
    case 0:
    case 1:
    case 2:
        world_visit(world, patient, when);
        break;
    case 3:
        if (visit)
            world_move(world, visit, when);
        break;
    case 4:
        world_sql(world,
                  "UPDATE appointment SET status = 'cancelled'"
                  " WHERE id = %lld",
                  (long long)visit);
        break;
    case 5:
        world_sql(world,
                  "UPDATE appointment SET status = 'booked'"
                  " WHERE id = %lld",
                  (long long)visit);
        break;
    case 6:
        world_sql(world, "UPDATE appointment SET gone_at = 1 WHERE id = %lld",
                  (long long)visit);
        break;
    default:
        if (pick(random, 3) == 0) {
            struct error err = {0};
            struct opt opt = {.patient_id = patient, .actor = "tester"};
            assert_true(store_begin(world->store, &err));
            assert_true(
                consent_opt_out(world->store, &opt, world->now, NULL, &err));
            assert_true(store_commit(world->store, &err));
        }
        break;
    }
}

/* November and December in New York: five hours behind UTC, no change. */
static void expect_hours_and_caps(struct world *world, int seed)
{
    int64_t outside = world_number(
        world, "SELECT count(*) FROM attempt WHERE (submitted_at / 3600000 -"
               " 5) %% 24 NOT BETWEEN 9 AND 19");
    if (outside)
        fail_msg("seed %d: %lld outside of 9 to 20", seed, (long long)outside);
    /* L-4.6: one a day and three a week, texts and calls together. What was
     * not sent in the end was counted while nobody knew. */
    int64_t near_by = world_number(
        world,
        "SELECT count(*) FROM attempt a JOIN attempt b ON b.patient_id ="
        " a.patient_id AND b.id > a.id AND b.submitted_at -"
        " a.submitted_at < 86400000 WHERE a.channel != 1 AND b.channel != 1"
        " AND a.counts AND b.counts");
    if (near_by)
        fail_msg("seed %d: %lld within a day", seed, (long long)near_by);
    int64_t a_week = world_number(
        world, "SELECT coalesce(max(n), 0) FROM (SELECT (SELECT count(*) FROM"
               " attempt b WHERE b.patient_id = a.patient_id AND b.counts AND"
               " b.channel != 1 AND b.submitted_at BETWEEN a.submitted_at AND"
               " a.submitted_at + 604799999) AS n FROM attempt a)");
    if (a_week > 3)
        fail_msg("seed %d: %lld in a week", seed, (long long)a_week);
}

static size_t live(int seed)
{
    struct world world;
    struct random random = {(uint64_t)seed};
    char fake[4096], until[32];
    size_t sent = 0;
    world_open(&world, "2026-11-23T07:00");
    /* The clock stands still within a step, so that no slice of evaluation is
     * cut short on a busy machine: the same seed is the same life. */
    clock_real();
    clock_pretend(world.now);
    for (int i = 0; i < PEOPLE; i++)
        world_patient(&world);
    world_launch(&world,
                 reminder("sms, else voice after 2 hours, else email after 3"
                          " hours",
                          ""));
    /* Its moments fall into the night for morning visits. */
    char second[4096];
    snprintf(second, sizeof(second), "%s", reminder("sms", ""));
    memcpy(strstr(second, "\"reminder\""), "\"another1\"", 10);
    char *when = strstr(second, "1 day before start at 10:00");
    memcpy(when, "30 hours before start      ", 27);
    memmove(when + 21, when + 27, strlen(when + 27) + 1);
    world_launch(&world, second);
    snprintf(fake, sizeof(fake), provider, seed);
    clock_pretend(world.now); /* or chance would not come from the seed */
    world_engine(&world, fake);
    for (int day = 0; day < DAYS; day++) {
        for (int hour = 8; hour < 24; hour += 4) {
            for (int i = 0; i < 3; i++)
                something(&world, &random, day);
            world_run(&world, day_text(day, hour, until));
            clock_pretend(world.now);
            expect_hours_and_caps(&world, seed);
            if (pick(&random, 6) == 0) {
                sent += world_sent(&world);
                world_crash(&world);
                clock_pretend(world.now);
                world_engine(&world, fake);
            }
        }
    }
    /* No more visits come: in the end everything is over. */
    world_run(&world, "2027-01-20T12:00");
    sent += world_sent(&world);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach"
                                          " WHERE state IN (0, 1)"),
                     0);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach"
                                          " WHERE state = 9 AND due_at IS NOT"
                                          " NULL"),
                     0);
    world_close(&world);
    clock_real();
    return sent;
}

static void weeks_of_a_clinics_life(void **state)
{
    (void)state;
    size_t sent = 0;
    log_capture(quiet, NULL);
    for (int seed = 1; seed <= SEEDS; seed++)
        sent += live(seed);
    log_capture(NULL, NULL);
    assert_true(sent > SEEDS * 10);
}

static void the_same_seed_is_the_same_life(void **state)
{
    (void)state;
    log_capture(quiet, NULL);
    assert_int_equal(live(5), live(5));
    log_capture(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weeks_of_a_clinics_life),
        cmocka_unit_test(the_same_seed_is_the_same_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
