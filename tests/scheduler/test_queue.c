/* SPDX-License-Identifier: Apache-2.0 */
/* What waits with a provider: texts for their sender (S-12), calls until they
 * are dialled (V-2), mails. Each channel of a provider has a line of its own.
 * 2026-11-24 is the Tuesday before Thanksgiving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#include "tests/scheduler/world.h"

static const char *const channels[] = {"sms", "email", "voice"};
enum { CHANNELS = sizeof(channels) / sizeof(channels[0]) };

/* Visits of that status are told of a day before, at `when`. */
static void launch(struct world *world, const char *status, const char *channel,
                   const char *when)
{
    char json[2048];
    snprintf(
        json, sizeof(json),
        "{\"campaign\": \"%s\", \"owner\": \"desk\", \"purpose\":"
        " \"appointment\", \"anchor\": \"appointment\", \"audience\":"
        " [\"status = '%s'\"], \"steps\": [{\"step\": \"%s\", \"when\":"
        " \"1 day before start at %s\", \"until\": \"1 hour before start\","
        " \"send\": \"%s\", \"message\": \"m\"}], \"messages\": {\"m\": "
        "{\"en\":"
        " {\"sms\": \"{{clinic.public_name}}: see you {{start | day}}. Call"
        " {{clinic.phone}}. Reply STOP to opt out.\", \"voice\": {\"say\":"
        " \"We see you {{start | day}}.\", \"keys\": {\"9\": \"opt-out\"},"
        " \"voicemail\": \"Please call us.\"}, \"email\": {\"subject\":"
        " \"Visit\", \"text\": \"See you.\"}}}}}",
        status, status, status, when, channel);
    world_launch(world, json);
}

static void visits(struct world *world, int people, const char *local)
{
    for (int i = 0; i < people; i++)
        world_visit(world, world_patient(world), local);
}

/* Its provider reaches one of them a minute. */
static void open_slow_house(struct world *world, const char *channel,
                            const char *now, const char *when, int people,
                            const char *fake)
{
    world_open(world, now);
    launch(world, "booked", channel, when);
    visits(world, people, "2026-11-25T15:00");
    world->provider.sender_per_second = 1.0 / 60;
    world_engine(world, fake);
}

static void expect_attempts(struct world *world, int64_t count)
{
    assert_int_equal(world_number(world, "SELECT count(*) FROM attempt"),
                     count);
}

/* Thirty people at 19:45, and the hours end at 20:00: who cannot be reached by
 * then waits for the morning. */
static void what_would_queue_into_the_night_waits(void **state)
{
    (void)state;
    for (size_t c = 0; c < CHANNELS; c++) {
        struct world world;
        open_slow_house(&world, channels[c], "2026-11-24T19:00", "19:45", 30,
                        NULL);
        world_run(&world, "2026-11-24T19:59");
        assert_int_equal(world_sent(&world), 15);
        for (size_t i = 0; i < 15; i++)
            assert_true(world_message(&world, i)->valid_until <=
                        at("2026-11-24T20:00"));
        expect_reason(&world, "booked",
                      "backlog: the provider would get to it");
        world_run(&world, "2026-11-25T08:59");
        expect_attempts(&world, 15);
        world_run(&world, "2026-11-25T12:00");
        expect_attempts(&world, 30);
        world_close(&world);
    }
}

static void a_restart_remembers_the_queue(void **state)
{
    (void)state;
    for (size_t c = 0; c < CHANNELS; c++) {
        struct world world;
        open_slow_house(&world, channels[c], "2026-11-24T18:00", "19:00", 50,
                        NULL);
        world_run(&world, "2026-11-24T19:01"); /* fifty minutes of queue */
        expect_attempts(&world, 50);
        world_crash(&world);
        visits(&world, 15, "2026-11-25T16:00");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        /* behind what still waits there ten can be reached before eight */
        expect_attempts(&world, 60);
        world_close(&world);
    }
}

/* What the provider never took does not wait in its queue. */
static void what_was_refused_does_not_queue(void **state)
{
    (void)state;
    for (size_t c = 0; c < CHANNELS; c++) {
        struct world world;
        open_slow_house(&world, channels[c], "2026-11-24T18:00", "19:00", 50,
                        "{\"driver\": \"fake\", \"default\": {\"events\":"
                        " [{\"after_ms\": 10, \"outcome\": \"bad-address\","
                        " \"rank\": 9, \"ended\": true}]}}");
        world_run(&world, "2026-11-24T19:05");
        visits(&world, 20, "2026-11-25T16:00");
        world_run(&world, "2026-11-24T19:30");
        expect_attempts(&world, 70);
        world_close(&world);
    }
}

/* A call that was taken and then came to nothing had its turn: those behind it
 * are no nearer for it, in this life and in the next. */
static void a_call_that_was_taken_has_its_turn(void **state)
{
    (void)state;
    for (int crash = 0; crash < 2; crash++) {
        struct world world;
        open_slow_house(&world, "voice", "2026-11-24T18:00", "19:00", 50,
                        "{\"driver\": \"fake\", \"default\": {\"events\":"
                        " [{\"after_ms\": 10, \"outcome\": \"accepted\","
                        " \"rank\": 1}, {\"after_ms\": 50000, \"outcome\":"
                        " \"cancelled\", \"rank\": 9, \"ended\": true}]}}");
        world_run(&world, "2026-11-24T19:01");
        expect_attempts(&world, 50);
        if (crash) {
            world_crash(&world);
            world_engine(&world, NULL);
        }
        visits(&world, 15, "2026-11-25T16:00");
        world_run(&world, "2026-11-24T20:00");
        expect_attempts(&world, 60);
        world_close(&world);
    }
}

/* Forty minutes of texts hold no call back. */
static void texts_and_calls_stand_in_lines_of_their_own(void **state)
{
    (void)state;
    struct world world;
    open_slow_house(&world, "sms", "2026-11-24T18:00", "19:10", 40, NULL);
    visits(&world, 40, "2026-11-25T16:00");
    world_sql(&world,
              "UPDATE appointment SET status = 'arrived' WHERE id > 40");
    launch(&world, "arrived", "voice", "19:15");
    world_run(&world, "2026-11-24T19:59");
    for (int channel = 0; channel <= 2; channel += 2)
        assert_int_equal(
            world_number(&world,
                         "SELECT count(*) FROM attempt WHERE channel = %d",
                         channel),
            40);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_queue_into_the_night_waits),
        cmocka_unit_test(a_restart_remembers_the_queue),
        cmocka_unit_test(what_was_refused_does_not_queue),
        cmocka_unit_test(a_call_that_was_taken_has_its_turn),
        cmocka_unit_test(texts_and_calls_stand_in_lines_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
