/* SPDX-License-Identifier: Apache-2.0 */
/* Turns: of an anchor that changes hands or whose patient turns out to be
 * another record's, of a visit that enters from afar, of a step that comes
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/world.h"

/* Told by the wrong record first: the old patient hears nothing of it, and
 * the right one does. */
static void another_patients_visit_is_another_turn(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    int64_t wrong = world_patient(&world);
    int64_t right = world_patient(&world);
    int64_t visit = world_visit(&world, wrong, "2026-11-25T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world,
              "UPDATE appointment SET patient_id = %lld WHERE id ="
              " %lld",
              (long long)right, (long long)visit);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_string_equal(world_message(&world, 0)->to, "+12125550002");
    assert_int_equal(
        world_number(&world,
                     "SELECT count(*) FROM outreach WHERE patient_id ="
                     " %lld AND state = 7 AND reason = 'moved'",
                     (long long)wrong),
        1);
    world_close(&world);
}

/* The reminder went, then the two records became one (A40): it is not sent
 * again, counts in the caps, and a refusal told to the one holds. */
static void two_records_become_one_person(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    int64_t old = world_patient(&world);
    int64_t kept = world_patient(&world);
    world_visit(&world, old, "2026-11-25T09:30");
    int64_t later = world_visit(&world, old, "2026-12-02T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 1);
    world_sql(&world, "UPDATE patient SET merged_into = %lld WHERE id = %lld",
              (long long)kept, (long long)old);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM attempt WHERE"
                                  " patient_id = %lld",
                                  (long long)kept),
                     1);
    world_run(&world, "2026-12-01T12:00");
    assert_int_equal(world_sent(&world), 2);
    assert_string_equal(world_message(&world, 1)->to, "+12125550002");
    assert_int_equal(world_number(&world,
                                  "SELECT occurrence FROM appointment"
                                  " WHERE id = %lld",
                                  (long long)later),
                     0);
    world_close(&world);
}

static void what_was_refused_outlives_a_merge(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms, else email", ""));
    int64_t old = world_patient(&world);
    int64_t kept = world_patient(&world);
    world_visit(&world, kept, "2026-11-25T09:30");
    world_sql(&world,
              "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
              " (%lld, 'opt-out', 1); INSERT INTO restriction(patient_id, kind,"
              " since_at) VALUES (%lld, 'no-contact', 1); UPDATE patient SET"
              " merged_into = %lld WHERE id = %lld",
              (long long)old, (long long)old, (long long)kept, (long long)old);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "suppressed");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM restriction"
                                  " WHERE patient_id = %lld",
                                  (long long)kept),
                     1);
    world_close(&world);
}

/* "on entry" is when the visit first satisfied the audience, however far
 * ahead it lies; also for one that is booked while the service runs. */
static void a_visit_enters_when_it_is_booked(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(
        &world,
        "{\"campaign\": \"welcome\", \"owner\": \"desk\", \"purpose\":"
        " \"appointment\", \"anchor\": \"appointment\", \"audience\":"
        " [\"status = 'booked'\"], \"on_entry\": {\"task\": {\"to\": \"desk\","
        " \"within\": \"1 day\"}}, \"steps\": [{\"step\": \"hello\", \"when\":"
        " \"on entry at 10:00\", \"until\": \"2 days after entry\", \"send\":"
        " \"sms\", \"message\": \"m\"}], \"messages\": {\"m\": {\"en\":"
        " {\"sms\": \"{{clinic.public_name}}: booked for {{start | day}}."
        " Call {{clinic.phone}}. Reply STOP to opt out.\"}}}}");
    world_visit(&world, world_patient(&world), "2027-03-01T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T10:05");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 1);
    world_visit(&world, world_patient(&world), "2027-05-01T09:30");
    world_run(&world, "2026-11-24T10:05");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 2);
    world_close(&world);
}

static const char weekly[] =
    "{\"campaign\": \"check-in\", \"owner\": \"transition nurses\","
    " \"purpose\": \"wellness\", \"anchor\": \"discharge\","
    " \"audience\": [\"disposition = 'home'\"], \"stop_when\": \"readmitted or"
    " discharge cancelled\", \"steps\": [{\"step\": \"weekly\", \"when\":"
    " \"every 1 week after discharged at 10:00, %d times\", \"until\": \"%s\","
    " \"send\": \"sms\", \"message\": \"hello\"}], \"messages\": {\"hello\":"
    " {\"en\": {\"sms\": \"{{clinic.public_name}}: how are you? Call"
    " {{clinic.phone}}. Reply STOP to opt out.\"}}}}";

static void launch_weekly(struct world *world, int times, const char *until)
{
    char text[1024];
    snprintf(text, sizeof(text), weekly, times, until);
    world_launch(world, text);
}

/* "every": each turn is a row of its own, once, at its own local time. */
static void every_week_is_a_message_each(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-10-19T08:00");
    launch_weekly(&world, 4, "5 weeks after discharged");
    world_discharge(&world, world_patient(&world), "2026-10-18T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-10-25T09:59");
    assert_int_equal(world_sent(&world), 0);
    world_run(&world, "2026-10-25T10:01");
    assert_int_equal(world_sent(&world), 1);
    /* over the end of summer time: ten o'clock stays ten o'clock */
    world_run(&world, "2026-11-01T09:59");
    assert_int_equal(world_sent(&world), 1);
    world_run(&world, "2026-11-01T10:01");
    assert_int_equal(world_sent(&world), 2);
    expect_state(&world, "weekly-2", "delivered");
    world_run(&world, "2026-12-31T10:00");
    assert_int_equal(world_sent(&world), 4);
    world_close(&world);
}

static void a_turn_is_over_when_the_next_is_due(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-10-19T08:00");
    launch_weekly(&world, 3, "5 weeks after discharged");
    world_discharge(&world, world_patient(&world), "2026-10-18T09:30");
    world_sql(&world, "UPDATE campaign SET state = 'paused'");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-02T08:00");
    assert_int_equal(world_sent(&world), 0);
    world_sql(&world, "UPDATE campaign SET state = 'running'");
    world_run(&world, "2026-11-02T12:00");
    expect_state(&world, "weekly-1", "expired");
    expect_state(&world, "weekly-2", "delivered");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void stopping_ends_the_turns_that_are_left(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-10-19T08:00");
    launch_weekly(&world, 3, "5 weeks after discharged");
    world_discharge(&world, world_patient(&world), "2026-10-18T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-10-26T08:00");
    world_sql(&world, "UPDATE discharge SET status = 'cancelled'");
    world_run(&world, "2026-11-20T08:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "weekly-3", "cancelled");
    world_close(&world);
}

/* Fewer turns in a corrected version end the others; what went stays. */
static void fewer_turns_are_taken_by_launching(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-10-19T08:00");
    launch_weekly(&world, 4, "5 weeks after discharged");
    world_discharge(&world, world_patient(&world), "2026-10-18T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-10-26T08:00");
    launch_weekly(&world, 2, "5 weeks after discharged");
    world_run(&world, "2026-12-01T08:00");
    assert_int_equal(world_sent(&world), 2);
    expect_state(&world, "weekly-2", "delivered");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_patients_visit_is_another_turn),
        cmocka_unit_test(two_records_become_one_person),
        cmocka_unit_test(what_was_refused_outlives_a_merge),
        cmocka_unit_test(a_visit_enters_when_it_is_booked),
        cmocka_unit_test(every_week_is_a_message_each),
        cmocka_unit_test(a_turn_is_over_when_the_next_is_due),
        cmocka_unit_test(stopping_ends_the_turns_that_are_left),
        cmocka_unit_test(fewer_turns_are_taken_by_launching),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
