/* SPDX-License-Identifier: Apache-2.0 */
/* The engine under a virtual clock with the fake driver: what travels, when,
 * and what never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "store/campaign_store.h"
#include "store/consent.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

/* One patient, one visit on Wednesday at 9:30, looked at from Monday 8:00. */
static int64_t usual(struct world *world, const char *send, const char *more)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, reminder(send, more));
    return world_visit(world, world_patient(world), "2026-11-25T09:30");
}

static void a_visit_is_reminded_of_once(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:59");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "planned");
    world_run(&world, "2026-11-24T10:01");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(world_message(&world, 0)->text, "9:30"));
    world_run(&world, "2026-12-05T10:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

static void a_moved_visit_is_planned_anew(void **state)
{
    (void)state;
    struct world world;
    int64_t visit = usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_move(&world, visit, "2026-11-27T11:15");
    world_run(&world, "2026-11-24T18:00");
    assert_int_equal(world_sent(&world), 0);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach WHERE"
                                          " state = 7 AND reason = 'moved'"),
                     1);
    world_run(&world, "2026-11-28T10:00");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(world_message(&world, 0)->text, "11:15"));
    world_close(&world);
}

static void a_visit_moved_far_away_waits_for_its_window(void **state)
{
    (void)state;
    struct world world;
    int64_t visit = usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_move(&world, visit, "2027-01-14T11:15");
    world_run(&world, "2027-01-12T18:00");
    assert_int_equal(world_sent(&world), 0);
    world_run(&world, "2027-01-14T09:00");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void a_cancelled_visit_is_not_reminded_of(void **state)
{
    (void)state;
    struct world world;
    int64_t visit = usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world,
              "UPDATE appointment SET status = 'cancelled'"
              " WHERE id = %lld",
              (long long)visit);
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "cancelled");
    world_close(&world);
}

static void a_visit_cancelled_by_mistake_is_reminded_of(void **state)
{
    (void)state;
    struct world world;
    int64_t visit = usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world,
              "UPDATE appointment SET status = 'cancelled'"
              " WHERE id = %lld",
              (long long)visit);
    world_run(&world, "2026-11-23T13:00");
    expect_state(&world, "day-before", "cancelled");
    world_sql(&world,
              "UPDATE appointment SET status = 'booked'"
              " WHERE id = %lld",
              (long long)visit);
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void a_visit_that_left_the_source_is_not_reminded_of(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world, "UPDATE appointment SET gone_at = 1");
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "cancelled");
    world_close(&world);
}

static void opt_out(struct world *world, int64_t patient)
{
    struct error err = {0};
    struct opt opt = {.patient_id = patient, .actor = "tester"};
    assert_true(store_begin(world->store, &err));
    assert_true(consent_opt_out(world->store, &opt, world->now, NULL, &err));
    assert_true(store_commit(world->store, &err));
}

/* L-11, L-13 */
static void nobody_is_sent_to_after_an_opt_out(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 1 hour", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:59");
    expect_state(&world, "day-before", "planned");
    opt_out(&world, 1);
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "suppressed");
    world_close(&world);
}

/* L-7, L-10: organisation default 09:00-20:00 */
static void quiet_hours_wait_for_the_morning(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T21:30");
    world_launch(&world, reminder("sms", ""));
    /* Booked in the evening for tomorrow noon: its time has passed, its
     * until has not. */
    world_visit(&world, world_patient(&world), "2026-11-24T12:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T08:00");
    assert_int_equal(world_sent(&world), 0);
    world_run(&world, "2026-11-24T09:05");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

/* L-4.6: one a day, over all campaigns */
static void caps_hold_across_campaigns(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    char second[4096];
    snprintf(second, sizeof(second), "%s", reminder("sms", ""));
    memcpy(strstr(second, "\"reminder\""), "\"another1\"", 10);
    world_launch(&world, second);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T20:00");
    assert_int_equal(world_sent(&world), 1);
    world_run(&world, "2026-11-27T20:00");
    /* The other one could only have gone after its until. */
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 6"),
        1);
    world_close(&world);
}

static const char refuses_sms[] =
    "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\", \"email\":"
    " \"delivered\"}, \"answers\": [{\"match\": {\"channel\": \"sms\"},"
    " \"events\": [{\"after_ms\": 50, \"outcome\": \"wrong-channel\","
    " \"rank\": 9, \"ended\": true}]}], \"default\": {\"events\":"
    " [{\"after_ms\": 10, \"outcome\": \"delivered\", \"rank\": 9,"
    " \"ended\": true}]}}";

static void a_failed_rung_gives_way_to_the_next(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 4 hours", "");
    world_engine(&world, refuses_sms);
    world_run(&world, "2026-11-24T10:30");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_message(&world, 1)->channel, CHANNEL_EMAIL);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

static void without_proof_the_ladder_goes_on(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 4 hours", "");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"evidence\": {\"sms\":"
                 " \"delivered\"}, \"default\": {\"events\": [{\"after_ms\":"
                 " 50, \"outcome\": \"accepted\", \"rank\": 1, \"ended\":"
                 " true}]}}");
    world_run(&world, "2026-11-24T13:59");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "accepted");
    world_run(&world, "2026-11-24T14:05");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_message(&world, 1)->channel, CHANNEL_EMAIL);
    world_run(&world, "2026-11-26T14:05");
    expect_state(&world, "day-before", "accepted");
    world_close(&world);
}

static void proof_ends_the_ladder(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 4 hours", "");
    world_engine(&world, NULL); /* delivered after 900 ms */
    world_run(&world, "2026-11-26T14:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

static void a_driver_without_proof_is_not_waited_for(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 4 hours", "");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"evidence\": {\"sms\":"
                 " \"accepted\"}, \"default\": {\"events\": [{\"after_ms\":"
                 " 50, \"outcome\": \"accepted\", \"rank\": 1, \"ended\":"
                 " true}]}}");
    world_run(&world, "2026-11-26T14:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "accepted");
    world_close(&world);
}

static void the_preferred_channel_goes_first(void **state)
{
    (void)state;
    struct world world;
    usual(&world,
          "sms, else email after 4 hours\", \"preferred_first\": true,"
          " \"if_closed\": \"later",
          "");
    world_sql(&world, "UPDATE patient SET preferred_channel = 'email'");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T10:30");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_message(&world, 0)->channel, CHANNEL_EMAIL);
    world_close(&world);
}

/* S-15 */
static void a_busy_provider_is_asked_again_later(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\":"
                 " 1}, \"events\": [{\"after_ms\": 50, \"outcome\":"
                 " \"throttled\", \"rank\": 1, \"ended\": true,"
                 " \"retry_after_ms\": 600000}]}], \"default\": {\"events\":"
                 " [{\"after_ms\": 10, \"outcome\": \"delivered\", \"rank\":"
                 " 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-24T10:09");
    assert_int_equal(world_sent(&world), 1);
    world_run(&world, "2026-11-24T10:12");
    assert_int_equal(world_sent(&world), 2);
    expect_state(&world, "day-before", "delivered");
    /* What never reached the patient is none of their budget. */
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM attempt WHERE counts = 1"),
        1);
    world_close(&world);
}

static void what_may_have_arrived_is_not_sent_again(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms, else email after 4 hours", "");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"default\": {\"events\":"
                 " [{\"after_ms\": 50, \"outcome\": \"unknown\", \"rank\": 1,"
                 " \"ended\": true}], \"query\": {\"answer\":"
                 " \"cannot-say\"}}}");
    world_run(&world, "2026-11-26T10:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "unknown");
    world_close(&world);
}

static void what_provably_never_arrived_is_sent_again(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(
        &world, "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1},"
                " \"events\": [{\"after_ms\": 50, \"outcome\": \"unknown\","
                " \"rank\": 1, \"ended\": true}], \"query\": {\"answer\":"
                " \"absent\"}}], \"default\": {\"events\": [{\"after_ms\": 10,"
                " \"outcome\": \"delivered\", \"rank\": 9, \"ended\":"
                " true}]}}");
    world_run(&world, "2026-11-24T10:09");
    assert_int_equal(world_sent(&world), 1); /* absent once is not enough */
    world_run(&world, "2026-11-24T10:30");
    assert_int_equal(world_sent(&world), 2);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

static void what_the_provider_knows_settles_it(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"default\": {\"events\":"
                 " [{\"after_ms\": 50, \"outcome\": \"unknown\", \"rank\": 1,"
                 " \"ended\": true}], \"query\": {\"answer\": \"found\","
                 " \"outcome\": \"delivered\"}}}");
    world_run(&world, "2026-11-24T11:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

static void after_a_long_stop_nothing_late_goes_out(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:00");
    world.now = at("2026-11-26T10:00"); /* the machine was off */
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "expired");
    world_close(&world);
}

static void a_pause_stops_what_is_queued(void **state)
{
    (void)state;
    struct world world;
    struct error err = {0};
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:59");
    world_sql(&world, "UPDATE campaign SET state = 'paused'");
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 0);
    world_sql(&world, "UPDATE campaign SET state = 'running'");
    assert_true(store_begin(world.store, &err));
    assert_true(
        campaign_pause_all(world.store, true, "tester", world.now, &err));
    assert_true(store_commit(world.store, &err));
    world_run(&world, "2026-11-24T14:00");
    assert_int_equal(world_sent(&world), 0);
    assert_true(store_begin(world.store, &err));
    assert_true(
        campaign_pause_all(world.store, false, "tester", world.now, &err));
    assert_true(store_commit(world.store, &err));
    world_run(&world, "2026-11-24T15:00");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void hold(struct world *world, bool all, bool paused)
{
    struct error err = {0};
    assert_true(store_begin(world->store, &err));
    assert_true(
        all ? campaign_pause_all(world->store, paused, "tester", world->now,
                                 &err)
            : campaign_set_state(world->store, 1,
                                 paused ? CAMPAIGN_PAUSED : CAMPAIGN_RUNNING,
                                 "tester", world->now, &err));
    assert_true(store_commit(world->store, &err));
}

/* It waits, is not looked at every minute, leaves at once when resumed, and
 * when the pause outlasts its use somebody is told. */
static void a_pause_holds_and_what_it_outlasts_expires(void **state)
{
    (void)state;
    for (int all = 0; all < 2; all++) {
        for (int outlasts = 0; outlasts < 2; outlasts++) {
            struct world world;
            usual(&world, "sms",
                  "\"if_not_reached\": {\"task\": {\"to\": \"front desk\","
                  " \"within\": \"4 hours\"}},");
            world_engine(&world, NULL);
            world_run(&world, "2026-11-24T09:59");
            hold(&world, all, true);
            world_run(&world, "2026-11-24T12:01");
            expect_state(&world, "day-before", "planned");
            assert_true(world_number(&world, "SELECT due_at FROM outreach") >=
                        at("2026-11-24T12:10"));
            if (outlasts) {
                world_run(&world, "2026-11-25T12:00");
                expect_state(&world, "day-before", "expired");
            }
            assert_int_equal(world_sent(&world), 0);
            hold(&world, all, false);
            world_run(&world,
                      outlasts ? "2026-11-25T13:00" : "2026-11-24T12:03");
            expect_state(&world, "day-before",
                         outlasts ? "expired" : "delivered");
            assert_int_equal(world_number(&world, "SELECT count(*) FROM task"),
                             outlasts);
            world_close(&world);
        }
    }
}

/* 2.6: what cannot take texts is not sent the next one. */
static void a_landline_is_remembered(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-09T08:00");
    world_launch(&world, reminder("sms, else email", ""));
    int64_t patient = world_patient(&world);
    world_visit(&world, patient, "2026-11-11T09:30");
    world_visit(&world, patient, "2026-11-18T09:30");
    world_visit(&world, patient, "2026-11-25T09:30");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                 " {\"channel\": \"sms\"}, \"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"wrong-channel\", \"rank\": 1, \"ended\":"
                 " true}]}], \"default\": {\"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"delivered\", \"rank\": 9, \"ended\":"
                 " true}]}}");
    world_run(&world, "2026-11-25T12:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach"
                                          " WHERE state = 3"),
                     3);
    assert_int_equal(world_sent(&world), 4); /* one text, three emails */
    assert_int_equal(world_number(&world, "SELECT count(*) FROM contact_point"
                                          " WHERE line = 'landline' AND bad_at"
                                          " IS NULL"),
                     1);
    world_close(&world);
}

/* 3.4: nobody calls a fax twice; it may be written to. */
static void a_fax_is_remembered(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-09T08:00");
    world_launch(&world, reminder("voice, else sms, else email", ""));
    int64_t patient = world_patient(&world);
    world_visit(&world, patient, "2026-11-11T09:30");
    world_visit(&world, patient, "2026-11-18T09:30");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                 " {\"channel\": \"voice\"}, \"events\": [{\"after_ms\": 50,"
                 " \"outcome\": \"fax\", \"rank\": 1, \"ended\": true}]}],"
                 " \"default\": {\"events\": [{\"after_ms\": 50, \"outcome\":"
                 " \"delivered\", \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-18T12:00");
    assert_int_equal(world_sent(&world), 3); /* one call, two texts */
    assert_int_equal(world_number(&world, "SELECT count(*) FROM contact_point"
                                          " WHERE line = 'fax' AND bad_at"
                                          " IS NULL"),
                     1);
    world_close(&world);
}

/* A discharge that is imported after its only message's end: who went home
 * is somebody's to call, and history is not. */
static void what_comes_too_late_becomes_a_task(void **state)
{
    static const struct {
        const char *about, *home;
        int64_t tasks;
    } rows[] = {
        {"in time", "2026-11-22T15:00", 0},
        {"over by an hour", "2026-11-21T08:00", 1},
        {"over since three days", "2026-11-18T15:00", 1},
        {"over since five days", "2026-11-16T15:00", 0},
        {"of another year", "2024-11-21T15:00", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-23T09:00");
        world_launch(
            &world,
            "{\"campaign\": \"home\", \"about\": \"after a stay\", \"owner\":"
            " \"nurse\", \"purpose\": \"post-discharge\", \"anchor\":"
            " \"discharge\", \"audience\": [\"class = 'inpatient'\"],"
            " \"if_not_reached\": {\"task\": {\"to\": \"nurse\", \"within\":"
            " \"4 hours\"}}, \"steps\": [{\"step\": \"day-1\", \"when\":"
            " \"1 day after discharged at 10:00\", \"until\":"
            " \"2 days after discharged\", \"send\": \"sms\","
            " \"message\": \"m\"}], \"messages\": {\"m\": {\"en\": {\"sms\":"
            " \"{{clinic.public_name}}: checking in. Call {{clinic.phone}}."
            " Reply STOP to opt out.\"}}}}");
        world_sql(&world,
                  "INSERT INTO discharge(external_id, patient_id, clinic_id,"
                  " discharged_local, zone, discharged_at, class)"
                  " VALUES ('d', %lld, 1, '%s', 'America/New_York', %lld,"
                  " 'inpatient')",
                  (long long)world_patient(&world), rows[i].home,
                  (long long)at(rows[i].home));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T09:00");
        int64_t tasks = world_number(&world, "SELECT count(*) FROM task WHERE"
                                             " kind = 'not-reached'");
        if (tasks != rows[i].tasks)
            fail_msg("%s: %d tasks", rows[i].about, (int)tasks);
        assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach"
                                              " WHERE state = 5 OR state = 6"),
                         rows[i].tasks);
        world_close(&world);
    }
}

static void a_new_version_sends_nothing_again(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_visit(&world, world_patient(&world), "2026-11-26T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 1);
    char text[4096];
    snprintf(text, sizeof(text), "%s", reminder("sms", ""));
    memcpy(strstr(text, "see you"), "kommen!", 7);
    world_launch(&world, text);
    world_run(&world, "2026-11-27T12:00");
    /* the first is not sent again, the second speaks the new words */
    assert_int_equal(world_sent(&world), 2);
    assert_non_null(strstr(world_message(&world, 1)->text, "kommen"));
    world_close(&world);
}

static void a_removed_step_is_cancelled(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s", reminder("sms", ""));
    memcpy(strstr(text, "\"day-before\""), "\"other-step\"", 12);
    world_launch(&world, text);
    world_run(&world, "2026-11-23T12:05");
    expect_state(&world, "day-before", "cancelled"); /* not only when due */
    world_run(&world, "2026-11-27T12:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "cancelled");
    expect_state(&world, "other-step", "delivered");
    world_close(&world);
}

/* `outreach blast cancel` and campaigns that are taken back. */
static void a_cancelled_campaign_ends_what_is_planned(void **state)
{
    (void)state;
    struct world world;
    usual(&world, "sms", "");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world, "UPDATE campaign SET state = 'cancelled'");
    world_run(&world, "2026-11-23T12:10");
    expect_state(&world, "day-before", "cancelled");
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 0);
    world_close(&world);
}

/* What was under way when it was cancelled comes to its end as well: refused
 * for now, or taken and waiting for the next rung. */
static void nothing_stays_planned_in_a_cancelled_campaign(void **state)
{
    static const struct {
        const char *outcome, *ends, *is;
    } rows[] = {{"throttled", "true", "cancelled"},
                {"accepted", "false", "accepted"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        char fake[512];
        usual(&world, "sms, else email after 1 hour", "");
        snprintf(fake, sizeof(fake),
                 "{\"driver\": \"fake\", \"evidence\": {\"sms\":"
                 " \"delivered\"}, \"default\": {\"events\": [{\"after_ms\":"
                 " 60000, \"outcome\": \"%s\", \"rank\": 1, \"ended\":"
                 " %s}]}}",
                 rows[i].outcome, rows[i].ends);
        world_engine(&world, fake);
        world_run(&world, "2026-11-24T10:00");
        assert_int_equal(world_sent(&world), 1);
        world_sql(&world, "UPDATE campaign SET state = 'cancelled'");
        world_run(&world, "2026-11-26T12:00");
        assert_int_equal(world_sent(&world), 1);
        expect_state(&world, "day-before", rows[i].is);
        world_close(&world);
    }
}

/* The provider drops repetitions: the identical request is repeated. */
static int64_t an_hour(const struct driver *driver)
{
    (void)driver;
    return HOUR_MS;
}

static void a_keyed_provider_gets_the_identical_request(void **state)
{
    (void)state;
    struct world world;
    struct channel_driver keyed = driver_fake;
    keyed.key_life_ms = an_hour;
    usual(&world, "sms", "");
    world.driver = &keyed;
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\":"
                 " 1}, \"events\": [{\"after_ms\": 50, \"outcome\":"
                 " \"unknown\", \"rank\": 1, \"ended\": true}]}],"
                 " \"default\": {\"events\": [{\"after_ms\": 10, \"outcome\":"
                 " \"delivered\", \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-24T11:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_message(&world, 0)->attempt_id,
                     world_message(&world, 1)->attempt_id);
    assert_string_equal(world_message(&world, 0)->reference,
                        world_message(&world, 1)->reference);
    assert_string_equal(world_message(&world, 0)->text,
                        world_message(&world, 1)->text);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt"), 1);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

/* S-14: what is urgent goes before what is many. */
static void the_urgent_goes_first_and_the_rest_share(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-24T09:30");
    char text[4096];
    snprintf(text, sizeof(text), "%s", reminder("sms", ""));
    world_launch(&world, text);
    memcpy(strstr(text, "\"reminder\""), "\"another1\"", 10);
    world_launch(&world, text);
    memcpy(strstr(text, "\"another1\""), "\"urgent01\"", 10);
    world_launch(&world, text);
    world_sql(&world, "UPDATE campaign SET priority = 0 WHERE name ="
                      " 'urgent01'");
    world_sql(&world, "INSERT INTO list(id, name) VALUES (1, 'x')");
    for (int i = 0; i < 12; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T11:30");
    world.config.batch = 3;
    world_engine(&world, NULL);
    world.provider.per_second = 1;
    world_engine(&world, NULL); /* one a second, by the limit */
    world_run(&world, "2026-11-24T10:00");
    world.now = at("2026-11-24T10:00");
    world_run(&world, "2026-11-24T10:02");
    /* One a day for each: all twelve by the urgent campaign. */
    assert_int_equal(world_sent(&world), 12);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM attempt a JOIN outreach o"
                             " ON o.id = a.outreach_id JOIN campaign c ON"
                             " c.id = o.campaign_id WHERE c.name ="
                             " 'urgent01'"),
        12);
    world_close(&world);
}

static void a_rate_is_kept(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-24T09:30");
    world_launch(&world, reminder("sms", ""));
    for (int i = 0; i < 20; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T11:30");
    world.provider.per_second = 0.5;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T10:00");
    assert_in_range(world_sent(&world), 1, 2);
    world_run(&world, "2026-11-24T10:00:20");
    assert_in_range(world_sent(&world), 10, 12);
    world_run(&world, "2026-11-24T10:01");
    assert_int_equal(world_sent(&world), 20);
    world_close(&world);
}

static void a_dead_provider_is_left_alone(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-24T09:30");
    world_launch(&world, reminder("sms", ""));
    for (int i = 0; i < 40; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T11:30");
    world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                         " [{\"after_ms\": 10, \"outcome\":"
                         " \"misconfigured\", \"rank\": 9, \"ended\":"
                         " true}]}}");
    log_capture(quiet, NULL);
    world_run(&world, "2026-11-24T12:00");
    log_capture(NULL, NULL);
    assert_non_null(strstr(engine_trouble(world.engine), "misconfigured"));
    /* Two hours of a wrong password: the account is not hammered. */
    assert_in_range(world_sent(&world), 40, 140);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 0"),
        40);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM attempt WHERE counts = 1"),
        0);
    world_close(&world);
}

static void a_standby_takes_over_from_the_dead(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-24T09:30");
    world_launch(&world, reminder("sms", ""));
    for (int i = 0; i < 40; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T11:30");
    world.standby = true;
    world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                         " [{\"after_ms\": 10, \"outcome\":"
                         " \"misconfigured\", \"rank\": 9, \"ended\":"
                         " true}]}}");
    log_capture(quiet, NULL);
    world_run(&world, "2026-11-24T11:00");
    log_capture(NULL, NULL);
    assert_int_equal(fake_count(fake_find("standby")), 40);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 3"),
        40);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_is_reminded_of_once),
        cmocka_unit_test(a_moved_visit_is_planned_anew),
        cmocka_unit_test(a_visit_moved_far_away_waits_for_its_window),
        cmocka_unit_test(a_cancelled_visit_is_not_reminded_of),
        cmocka_unit_test(a_visit_cancelled_by_mistake_is_reminded_of),
        cmocka_unit_test(a_visit_that_left_the_source_is_not_reminded_of),
        cmocka_unit_test(nobody_is_sent_to_after_an_opt_out),
        cmocka_unit_test(quiet_hours_wait_for_the_morning),
        cmocka_unit_test(caps_hold_across_campaigns),
        cmocka_unit_test(a_failed_rung_gives_way_to_the_next),
        cmocka_unit_test(without_proof_the_ladder_goes_on),
        cmocka_unit_test(proof_ends_the_ladder),
        cmocka_unit_test(a_driver_without_proof_is_not_waited_for),
        cmocka_unit_test(the_preferred_channel_goes_first),
        cmocka_unit_test(a_busy_provider_is_asked_again_later),
        cmocka_unit_test(what_may_have_arrived_is_not_sent_again),
        cmocka_unit_test(what_provably_never_arrived_is_sent_again),
        cmocka_unit_test(what_the_provider_knows_settles_it),
        cmocka_unit_test(after_a_long_stop_nothing_late_goes_out),
        cmocka_unit_test(a_pause_stops_what_is_queued),
        cmocka_unit_test(a_pause_holds_and_what_it_outlasts_expires),
        cmocka_unit_test(a_landline_is_remembered),
        cmocka_unit_test(a_fax_is_remembered),
        cmocka_unit_test(what_comes_too_late_becomes_a_task),
        cmocka_unit_test(a_new_version_sends_nothing_again),
        cmocka_unit_test(a_removed_step_is_cancelled),
        cmocka_unit_test(a_cancelled_campaign_ends_what_is_planned),
        cmocka_unit_test(nothing_stays_planned_in_a_cancelled_campaign),
        cmocka_unit_test(a_keyed_provider_gets_the_identical_request),
        cmocka_unit_test(the_urgent_goes_first_and_the_rest_share),
        cmocka_unit_test(a_rate_is_kept),
        cmocka_unit_test(a_dead_provider_is_left_alone),
        cmocka_unit_test(a_standby_takes_over_from_the_dead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
