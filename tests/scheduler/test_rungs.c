/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders of channels in the engine: which rung is taken, and what each of
 * those that were not came to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/consent.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

/* L-16, L-18: who refused everything and then lets one channel in again is
 * reached by that one, however it was written down. */
static void who_lets_emails_in_again_gets_them(void **state)
{
    (void)state;
    for (int imported = 0; imported < 2; imported++) {
        struct world world;
        struct error err = {0};
        int64_t patient = world_house(&world);
        struct opt opt = {.patient_id = patient, .evidence = "form 7"};
        world_launch(&world, reminder("sms, else email", ""));
        if (imported) {
            world_sql(&world, "INSERT INTO consent(patient_id, verdict, at)"
                              " VALUES (1, 'revoked', 5); INSERT INTO"
                              " consent(patient_id, verdict, channel, at)"
                              " VALUES (1, 'granted', 'email', 6)");
        } else {
            assert_true(store_begin(world.store, &err));
            assert_true(
                consent_opt_out(world.store, &opt, world.now, NULL, &err));
            opt.channel = "email";
            assert_true(consent_opt_in(world.store, &opt, world.now + 1, &err));
            assert_true(store_commit(world.store, &err));
        }
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T20:00");
        assert_int_equal(world_sent(&world), 1);
        assert_non_null(strchr(world_message(&world, 0)->to, '@'));
        world_close(&world);
    }
}

/* Nobody waits for a try that would come too late: unreachable for four hours,
 * an hour before its until, gives way to the next channel at once. */
static void too_late_to_try_again_is_the_next_channel(void **state)
{
    (void)state;
    struct world world;
    char text[4096];
    snprintf(text, sizeof(text), "%s", reminder("sms, else email", ""));
    char *until = strstr(text, "1 hour before start\"");
    assert_non_null(until);
    memcpy(until, "1 day before start\" ", strlen("1 hour before start\""));
    world_open(&world, "2026-11-24T07:00");
    world_launch(&world, text);
    world_visit(&world, world_patient(&world), "2026-11-25T11:00");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                 " {\"channel\": \"sms\"}, \"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"unreachable\", \"rank\": 1, \"ended\":"
                 " true}]}], \"default\": {\"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"delivered\", \"rank\": 9, \"ended\":"
                 " true}]}}");
    world_run(&world, "2026-11-24T10:20");
    assert_int_equal(world_sent(&world), 2);
    assert_non_null(strchr(world_message(&world, 1)->to, '@'));
    world_close(&world);
}

/* What every rung came to stands in the row, in the audit and in the task: a
 * coordinator can mend an address, but no cap. */
static void each_rung_leaves_its_reason(void **state)
{
    (void)state;
    static const char whole[] =
        "sms: line: a landline takes no texts; email: address: no usable"
        " address for email; voice: restriction: no-channel";
    struct world world;
    world_house(&world);
    world_launch(
        &world,
        reminder("sms, else email, else voice",
                 "\"if_not_reached\": {\"task\": {\"to\": \"front desk\","
                 " \"within\": \"4 hours\"}},"));
    world_sql(&world, "UPDATE contact_point SET line = 'landline' WHERE kind ="
                      " 'phone'; DELETE FROM contact_point WHERE kind ="
                      " 'email'; INSERT INTO restriction(patient_id, kind,"
                      " value, since_at) VALUES (1, 'no-channel', 'voice', 1)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 0);
    expect_reason(&world, "day-before", whole);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM audit WHERE detail ="
                                  " 'suppressed: %s'",
                                  whole),
                     1);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE reason ="
                                  " 'suppressed: %s'",
                                  whole),
                     1);
    world_close(&world);
}

/* However much objects; a task has less room, and says so. */
static void a_long_reason_is_whole(void **state)
{
    (void)state;
#define REFUSED(by)                                   \
    by ": opt-out: opt-out, recorded for the person;" \
       " restriction: no-channel"
    static const char whole[] =
        REFUSED("sms") "; line: a landline takes no texts; " REFUSED(
            "email") "; address: no usable address for email; " REFUSED("voic"
                                                                        "e");
    struct world world;
    world_house(&world);
    world_launch(&world,
                 reminder("sms, else email, else voice",
                          "\"if_not_reached\": {\"task\": {\"to\": \"front"
                          " desk\", \"within\": \"4 hours\"}},"));
    for (int i = 0; i < CHANNEL_COUNT; i++)
        world_sql(&world,
                  "INSERT INTO suppression(patient_id, channel, reason,"
                  " since_at) VALUES (1, '%s', 'opt-out', 1);"
                  "INSERT INTO restriction(patient_id, kind, value, since_at)"
                  " VALUES (1, 'no-channel', '%s', 1)",
                  channel_name((enum channel)i), channel_name((enum channel)i));
    world_sql(&world, "UPDATE contact_point SET line = 'landline' WHERE kind ="
                      " 'phone'; DELETE FROM contact_point WHERE kind ="
                      " 'email'");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM outreach WHERE reason"
                                  " = '%s'",
                                  whole),
                     1);
    expect_reason(&world, "day-before", whole);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE reason LIKE"
                                  " 'suppressed: sms: %%; address: no usable"
                                  " address for email; ...'"),
                     1);
    world_close(&world);
}

/* What a provider made of the first is not forgotten by the second. */
static void a_failed_rung_leaves_its_reason(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    world_launch(&world, reminder("sms, else email", ""));
    world_sql(&world, "DELETE FROM contact_point WHERE kind = 'email'");
    world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                         " [{\"after_ms\": 10, \"outcome\": \"blocked\","
                         " \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-24T20:00");
    expect_reason(&world, "day-before",
                  "sms: blocked; email: address: no usable address for email");
    world_close(&world);
}

/* The cap of another campaign on the text, and no mailbox. */
static void a_cap_is_told_beside_the_missing_mailbox(void **state)
{
    (void)state;
    struct world world;
    world_house(&world);
    world_launch(&world, reminder("sms, else email", ""));
    world_sql(&world, "DELETE FROM contact_point WHERE kind = 'email'");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:00");
    world_sql(&world,
              "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
              " address, submitted_at) SELECT id, 1, 0, 'x', '+12125559999',"
              " %lld FROM outreach; UPDATE outreach SET until_at = %lld",
              (long long)at("2026-11-24T08:00"),
              (long long)at("2026-11-24T12:00"));
    world_run(&world, "2026-11-24T20:00");
    expect_reason(&world, "day-before", "sms: cap-day: ");
    expect_reason(&world, "day-before",
                  "; email: address: no usable address for email");
    world_close(&world);
}

/* What a text says ----------------------------------------------------------
 */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_lets_emails_in_again_gets_them),
        cmocka_unit_test(too_late_to_try_again_is_the_next_channel),
        cmocka_unit_test(each_rung_leaves_its_reason),
        cmocka_unit_test(a_long_reason_is_whole),
        cmocka_unit_test(a_failed_rung_leaves_its_reason),
        cmocka_unit_test(a_cap_is_told_beside_the_missing_mailbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
