/* SPDX-License-Identifier: Apache-2.0 */
/* Who enters a campaign, and what it plans: tasks, holdout, intake, combined
 * messages, cycles of patients, minors and check-ins after a discharge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/world.h"

static const char refill[] =
    "{\"campaign\": \"refill\", \"about\": \"before it runs out\", \"owner\":"
    " \"pharmacy desk\", \"purpose\": \"prescription\", \"anchor\": \"fill\","
    " \"audience\": [\"latest\"], \"combine\": \"per patient within 3 days\","
    " \"steps\": [{\"step\": \"soon\", \"when\": \"7 days before runs_out at"
    " 10:00\", \"until\": \"1 day before runs_out\", \"send\": \"sms\","
    " \"message\": \"due\"}, {\"step\": \"pharmacist\", \"when\": \"14 days"
    " after runs_out at 09:00\", \"task\": {\"to\": \"pharmacist\", \"within\":"
    " \"2 business days\"}}], \"messages\": {\"due\": {\"en\": {\"sms\":"
    " \"{{pickup.public_name}}: your order is due. Call {{pickup.phone}}. Reply"
    " STOP to opt out.\"}}}}";

static void fill(struct world *world, int64_t patient, const char *runs_out)
{
    world_sql(world,
              "INSERT INTO prescription(external_id, patient_id, drug_code,"
              " status, refills_left, pickup_id) SELECT 'rx' || (count(*) +"
              " 1), %lld, 'd' || count(*), 'active', 3, 1 FROM prescription;"
              "INSERT INTO fill(external_id, prescription_id, patient_id,"
              " pickup_id, filled_on, days_supply, runs_out_on, runs_out_at,"
              " filled_at) SELECT 'f' || max(id), max(id), %lld, 1,"
              " '2026-10-30', 30, '%s', %lld, %lld FROM prescription",
              (long long)patient, (long long)patient, runs_out,
              (long long)at(runs_out), (long long)at("2026-10-30T00:00"));
}

static void several_medicines_are_one_message(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-20T08:00");
    world_launch(&world, refill);
    int64_t patient = world_patient(&world);
    fill(&world, patient, "2026-11-29T00:00");
    fill(&world, patient, "2026-11-30T00:00");
    fill(&world, patient, "2026-12-01T00:00");
    fill(&world, patient, "2026-12-20T00:00"); /* not within 3 days */
    world_engine(&world, NULL);
    world_run(&world, "2026-11-30T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 8"),
        2);
    world_run(&world, "2026-12-18T08:00");
    assert_int_equal(world_sent(&world), 2);
    world_close(&world);
}

static void a_task_step_opens_its_task_at_its_time(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-20T08:00");
    world_launch(&world, refill);
    fill(&world, world_patient(&world), "2026-11-29T00:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-12-13T08:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    world_run(&world, "2026-12-13T09:05");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM task WHERE kind = 'step'"
                             " AND owner = 'pharmacist' AND due_at > 0"),
        1);
    expect_state(&world, "pharmacist", "delivered");
    world_close(&world);
}

static void a_task_that_nobody_needs_is_not_opened(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-20T08:00");
    world_launch(&world, refill);
    fill(&world, world_patient(&world), "2026-11-29T00:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-28T08:00");
    world_sql(&world, "UPDATE fill SET latest = 0"); /* it was refilled */
    world_run(&world, "2026-12-20T08:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    expect_state(&world, "pharmacist", "cancelled");
    world_close(&world);
}

/* A change of the patient is followed for all that is theirs. */
static void a_patient_may_have_any_number_of_visits(void **state)
{
    enum { VISITS = 150 };
    (void)state;
    struct world world;
    char text[4096];
    const char *rest = strstr(reminder("sms", ""), "'booked'\"");
    assert_non_null(rest);
    snprintf(text, sizeof(text), "%.*s'booked' and patient.sex = 'female'\"%s",
             (int)(rest - reminder("sms", "")), reminder("sms", ""),
             rest + strlen("'booked'\""));
    world_open(&world, "2026-11-20T08:00");
    world_launch(&world, text);
    int64_t patient = world_patient(&world);
    for (int i = 0; i < VISITS; i++)
        world_visit(&world, patient, "2026-11-22T15:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-20T09:00");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 0"),
        VISITS);
    world_sql(&world, "UPDATE patient SET sex = 'male'");
    world_run(&world, "2026-11-20T09:05");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 0"),
        0);
    world_close(&world);
}

static const char discharge[] =
    "{\"campaign\": \"check-in\", \"about\": \"after hospital\", \"owner\":"
    " \"transition nurses\", \"purpose\": \"post-discharge\", \"holdout\":"
    " \"never\", \"anchor\": \"discharge\", \"audience\": [\"disposition ="
    " 'home'\"], \"on_entry\": {\"task\": {\"to\": \"transition nurse\","
    " \"kind\": \"tcm-call\", \"due\": \"2 business days after"
    " discharged\"}}, \"if_not_reached\": {\"task\": {\"to\": \"transition"
    " nurse\", \"within\": \"4 open hours\"}}, \"steps\": [{\"step\":"
    " \"day-1\", \"when\": \"1 day after discharged at 10:00\", \"until\":"
    " \"2 days after discharged at 18:00\", \"send\": \"sms\", \"message\":"
    " \"hello\"}], \"messages\": {\"hello\": {\"en\": {\"sms\":"
    " \"{{clinic.public_name}}: how are you? Call {{clinic.phone}}. Reply STOP"
    " to opt out.\"}}}}";

static void a_discharge_opens_a_call_at_once(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, discharge);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T09:00");
    world_discharge(&world, world_patient(&world), "2026-11-23T09:30");
    world.now = at("2026-11-23T09:40");
    world_run(&world, "2026-11-23T09:45");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE"
                                  " kind = 'on-entry' AND name ="
                                  " 'tcm-call' AND due_at = %lld",
                                  (long long)at("2026-11-25T09:30")),
                     1);
    world_run(&world, "2026-11-30T09:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 1);
    world_close(&world);
}

static void who_is_not_reached_becomes_a_task(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, discharge);
    int64_t patient = world_patient(&world);
    world_sql(&world, "DELETE FROM contact_point WHERE patient_id = %lld",
              (long long)patient);
    world_discharge(&world, patient, "2026-11-22T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-30T09:00");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-1", "suppressed");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'not-reached' AND due_at = %lld",
                                  (long long)at("2026-11-23T14:00")),
                     1);
    world_close(&world);
}

/* What was too late when the record came: nobody is told of a moment that
 * passed while a later message is to come; of the last one somebody is, also
 * where only a person's own step is left. */
static void what_was_missed_is_told_when_nothing_follows(void **state)
{
    static const char second[] =
        "\"message\": \"hello\"}, {\"step\": \"second\", \"when\": \"%s"
        " after discharged at 10:00\", \"until\": \"%s after discharged at"
        " 18:00\", %s}]";
    static const struct {
        const char *says, *when, *until, *what;
        int64_t tasks, expired, planned;
    } rows[] = {
        {"a message follows", "7 days", "8 days",
         "\"send\": \"sms\", \"message\": \"hello\"", 0, 1, 1},
        {"both are late", "2 days", "3 days",
         "\"send\": \"sms\", \"message\": \"hello\"", 1, 2, 0},
        {"only a person's step follows", "7 days", "8 days",
         "\"task\": {\"to\": \"nurse\", \"within\": \"1 hour\"}", 1, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char steps[512], text[4096];
        snprintf(steps, sizeof(steps), second, rows[i].when, rows[i].until,
                 rows[i].what);
        const char *at_steps = strstr(discharge, "\"message\": \"hello\"}]");
        assert_non_null(at_steps);
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at_steps - discharge),
                 discharge, steps,
                 at_steps + strlen("\"message\": \"hello\"}]"));
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world, text);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T09:00");
        world_discharge(&world, world_patient(&world), "2026-11-19T15:00");
        world_run(&world, "2026-11-23T09:05");
        int64_t tasks = world_number(
            &world, "SELECT count(*) FROM task WHERE kind = 'not-reached'");
        int64_t expired = world_number(
            &world, "SELECT count(*) FROM outreach WHERE state = 6");
        int64_t planned = world_number(
            &world, "SELECT count(*) FROM outreach WHERE state = 0");
        if (tasks != rows[i].tasks || expired != rows[i].expired ||
            planned != rows[i].planned)
            fail_msg("%s: %lld tasks, %lld expired, %lld planned", rows[i].says,
                     (long long)tasks, (long long)expired, (long long)planned);
        world_close(&world);
    }
}

/* Nobody is forgotten behind a message that never left: the provider refused
 * it for now, and the medicine that spoke for three was fetched meanwhile. */
static void who_was_spoken_for_speaks_when_the_speaker_ends(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-20T08:00");
    world_launch(&world, refill);
    int64_t patient = world_patient(&world);
    fill(&world, patient, "2026-11-29T00:00");
    fill(&world, patient, "2026-11-30T00:00");
    fill(&world, patient, "2026-12-01T00:00");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\":"
                 " 1}, \"events\": [{\"after_ms\": 50, \"outcome\":"
                 " \"throttled\", \"rank\": 1, \"ended\": true,"
                 " \"retry_after_ms\": 3600000}]}], \"default\":"
                 " {\"events\": [{\"after_ms\": 10, \"outcome\":"
                 " \"delivered\", \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-22T10:30");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 8"),
        2);
    world_sql(&world, "UPDATE fill SET gone_at = %lld WHERE id = 1",
              (long long)world.now);
    world_run(&world, "2026-11-25T08:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM outreach WHERE"
                                  " (id = (SELECT merged_into FROM outreach"
                                  " WHERE state = 8)) AND state = 3"),
                     1);
    world_close(&world);
}

/* After a stop the unknown is a person's business where that is mandatory. */
static void who_may_not_have_been_reached_becomes_a_task(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, discharge);
    world_discharge(&world, world_patient(&world), "2026-11-22T09:30");
    struct channel_driver mute = driver_fake;
    mute.query = NULL;
    world.driver = &mute;
    world_engine(&world,
                 "{\"driver\": \"fake\", \"default\": {\"events\":"
                 " [{\"after_ms\": 50, \"outcome\": \"unknown\", \"rank\": 1,"
                 " \"ended\": true}]}}");
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-1", "unknown");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'not-reached'"),
                     1);
    world_close(&world);
}

/* Screening: patients, cycles and intake. */
static const char *recall(const char *more)
{
    static char text[4096];
    snprintf(text, sizeof(text),
             "{\"campaign\": \"recall\", \"about\": \"overdue\", \"owner\":"
             " \"population health\", \"purpose\": \"screening\", \"anchor\":"
             " \"patient\", \"occurrence\": \"overdue for 'colorectal'\","
             " \"audience\": [\"patient.age between 45 and 75\", \"overdue"
             " for 'colorectal'\"], %s \"steps\": [{\"step\": \"invite\","
             " \"when\": \"on entry at 10:00\", \"until\": \"14 days after"
             " entry\", \"send\": \"sms\", \"message\": \"due\"}],"
             " \"messages\": {\"due\": {\"en\": {\"sms\":"
             " \"{{clinic.public_name}}: it is time for a routine check."
             " Call {{clinic.phone}}. Reply STOP to opt out.\"}}}}",
             more);
    return text;
}

static void the_overdue_are_invited_once_a_cycle(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, recall(""));
    world_patient(&world);
    world_engine(&world, NULL);
    world_run(&world, "2026-12-20T08:00");
    assert_int_equal(world_sent(&world), 1);
    /* Done: the cycle is over. A year later the next one begins. */
    world_sql(&world, "INSERT INTO screening(patient_id, kind, done_on,"
                      " result) VALUES (1, 'fit', '2026-12-19', 'normal')");
    world_run(&world, "2027-12-10T08:00");
    assert_int_equal(world_sent(&world), 1);
    world_run(&world, "2027-12-30T08:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM entry"), 2);
    world_close(&world);
}

/* A change that a condition sees is followed at once, not by the next sweep:
 * a clinic's (by slices), an address's, another anchor's of the patient. */
static void what_a_condition_sees_is_followed_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *audience, *change, *back;
    } rows[] = {
        {"not clinic.sensitive", "UPDATE clinic SET sensitive = 1",
         "UPDATE clinic SET sensitive = 0"},
        {"patient.has_email",
         "UPDATE contact_point SET bad_at = 5 WHERE kind = 'email'",
         "UPDATE contact_point SET bad_at = NULL"},
        {"not has discharge",
         "INSERT INTO discharge(id, external_id, patient_id, discharged_local,"
         " zone, discharged_at) VALUES (1, 'd', 1, '', 'America/New_York', 5)",
         "UPDATE discharge SET gone_at = 6"},
        {"not in list 'exclusions'",
         "INSERT INTO list(id, name) VALUES (1, 'exclusions');"
         "INSERT INTO list_member(list_id, patient_id, added_at)"
         " VALUES (1, 1, 5)",
         "DELETE FROM list_member"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char text[4096], audience[128];
        const char *plain = reminder("sms", "");
        const char *cut = strstr(plain, "[\"status = 'booked'\"]");
        snprintf(audience, sizeof(audience), "[\"%s\"]", rows[i].audience);
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(cut - plain), plain,
                 audience, strchr(cut, ']') + 1);
        world_open(&world, "2026-11-23T11:00");
        world_launch(&world, text);
        world_visit(&world, world_patient(&world), "2026-11-25T09:00");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T11:05");
        expect_state(&world, "day-before", "planned");
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-23T11:10");
        expect_state(&world, "day-before", "cancelled");
        world_sql(&world, "%s", rows[i].back);
        world_run(&world, "2026-11-23T11:15");
        expect_state(&world, "day-before", "planned");
        world_close(&world);
    }
}

/* Why a message ended is said as it was: only what left the source is gone. */
static void why_it_ended_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *change, *reason;
    } rows[] = {
        {"UPDATE fill SET latest = 0", "refilled"},
        {"UPDATE fill SET gone_at = 5, latest = 0", "gone"},
        {"UPDATE prescription SET gone_at = 5", "gone"},
        {"UPDATE patient SET active = 0", "the patient is inactive"},
        {"UPDATE patient SET deceased_at = 5", "the patient died"},
        {"UPDATE patient SET gone_at = 5",
         "the patient is no longer in the source"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-20T08:00");
        world_launch(&world, refill);
        fill(&world, world_patient(&world), "2026-11-29T00:00");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-20T08:05");
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-20T08:10");
        if (world_number(&world,
                         "SELECT count(*) FROM outreach WHERE state = 7 AND"
                         " reason = '%s'",
                         rows[i].reason) == 0 ||
            world_number(&world, "SELECT count(*) FROM outreach WHERE state"
                                 " = 0") != 0)
            fail_msg("not because it is %s", rows[i].reason);
        world_close(&world);
    }
}

/* What comes back is planned for the time that its step has now. */
static void what_comes_back_is_planned_anew(void **state)
{
    (void)state;
    struct world world;
    char other[4096], later[4096];
    const char *plain = reminder("sms", "");
    const char *name = strstr(plain, "day-before"), *time = "at 10:00";
    const char *cut = strstr(plain, time);
    snprintf(other, sizeof(other), "%.*sanother%s", (int)(name - plain), plain,
             name + strlen("day-before"));
    snprintf(later, sizeof(later), "%.*sat 15:00%s", (int)(cut - plain), plain,
             cut + strlen(time));
    world_open(&world, "2026-11-23T11:00");
    world_launch(&world, plain);
    world_visit(&world, world_patient(&world), "2026-11-25T09:00");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T11:05");
    world_launch(&world, other);
    world_run(&world, "2026-11-23T11:10");
    expect_state(&world, "day-before", "cancelled");
    world_launch(&world, later);
    world_run(&world, "2026-11-23T11:15");
    expect_state(&world, "day-before", "planned");
    assert_int_equal(world_number(&world, "SELECT planned_at FROM outreach"
                                          " WHERE step = 'day-before'"),
                     at("2026-11-24T15:00"));
    world_close(&world);
}

static void an_intake_takes_the_longest_overdue_first(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00"); /* a Monday */
    world_launch(&world, recall("\"intake\": \"2 a weekday per clinic, longest"
                                " overdue first\","));
    for (int i = 0; i < 5; i++)
        world_patient(&world);
    world_sql(&world, "UPDATE patient SET birth_on = '1970-01-01'"
                      " WHERE id IN (1, 2, 3)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world, "SELECT min(patient_id) FROM entry"),
                     4);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 4);
    world_run(&world, "2026-11-29T12:00");
    assert_int_equal(world_sent(&world), 5);
    world_close(&world);
}

static void an_intake_of_weekdays_rests_at_weekends(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-21T08:00"); /* a Saturday */
    world_launch(&world, recall("\"intake\": \"1 a weekday per clinic, longest"
                                " overdue first\","));
    world_patient(&world);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-22T20:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM entry"), 0);
    world_run(&world, "2026-11-23T20:00");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static void the_held_out_get_nothing(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, recall("\"holdout\": {\"share\": \"50%\", \"outcome\":"
                                " \"screened 'colorectal' within 120 days of"
                                " entry\", \"looks\": 1},"));
    for (int i = 0; i < 40; i++)
        world_patient(&world);
    world_engine(&world, NULL);
    world_run(&world, "2026-12-20T08:00");
    int64_t held = world_number(&world, "SELECT count(*) FROM entry WHERE"
                                        " arm = 'holdout'");
    assert_in_range(held, 10, 30);
    assert_int_equal(world_sent(&world), 40 - held);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM entry"), 40);
    world_close(&world);
}

/* A minor's message goes to the guardian's number. */
static void a_minor_is_reached_through_the_guardian(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    int64_t parent = world_patient(&world), child = world_patient(&world);
    world_sql(&world,
              "UPDATE patient SET birth_on = '2018-01-01', guardian_id ="
              " %lld WHERE id = %lld",
              (long long)parent, (long long)child);
    world_visit(&world, child, "2026-11-25T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_string_equal(world_message(&world, 0)->to, "+12125550001");
    world_close(&world);
}

/* The first import holds years of history: nobody hears of it. */
static void history_is_left_alone(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    int64_t patient = world_patient(&world);
    world_visit(&world, patient, "2019-03-05T10:00");
    world_visit(&world, patient, "2026-11-20T10:00");
    world_visit(&world, patient, "2026-11-25T10:00");
    world_launch(&world, reminder("sms", ""));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM entry"), 1);
    world_close(&world);
}

/* A bad address gives way to the patient's next number. */
static void a_dead_number_gives_way_to_the_next(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_sql(&world, "INSERT INTO contact_point(patient_id, kind, value,"
                      " rank, zones) VALUES (1, 'phone', '+12125559999', 200,"
                      " 'America/New_York')");
    world_engine(&world,
                 "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"to\":"
                 " \"0001\"}, \"events\": [{\"after_ms\": 5, \"outcome\":"
                 " \"bad-address\", \"rank\": 9, \"ended\": true}]}],"
                 " \"default\": {\"events\": [{\"after_ms\": 10, \"outcome\":"
                 " \"delivered\", \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 2);
    assert_string_equal(world_message(&world, 1)->to, "+12125559999");
    expect_state(&world, "day-before", "delivered");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM contact_point"
                                          " WHERE bad_at IS NOT NULL"),
                     1);
    world_close(&world);
}

static void a_providers_opt_out_is_mirrored(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms, else voice after 1 hour", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_engine(&world, "{\"driver\": \"fake\", \"default\": {\"events\":"
                         " [{\"after_ms\": 10, \"outcome\": \"opted-out\","
                         " \"rank\": 9, \"ended\": true}]}}");
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "suppressed");
    assert_true(world_number(&world, "SELECT count(*) FROM suppression") > 0);
    world_close(&world);
}

/* A number that somebody else called wrong is not used for anybody; the
 * ladder goes on. */
static void a_suppressed_number_is_not_used(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms, else email after 1 hour", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_sql(&world, "INSERT INTO suppression(address, reason, since_at)"
                      " VALUES ('+12125550001', 'wrong-number', 1)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_int_equal(world_message(&world, 0)->channel, CHANNEL_EMAIL);
    world_close(&world);
}

/* L-30 */
static void a_restriction_overrides_the_campaign(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_sql(&world, "INSERT INTO contact_point(patient_id, kind, value,"
                      " rank, zones) VALUES (1, 'phone', '+12125559999', 200,"
                      " 'America/New_York');"
                      "INSERT INTO restriction(patient_id, kind, value,"
                      " since_at) VALUES (1, 'only-address',"
                      " '+12125559999', 1)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T08:00");
    assert_int_equal(world_sent(&world), 1);
    assert_string_equal(world_message(&world, 0)->to, "+12125559999");
    world_close(&world);
}

static void a_closed_moment_moves_to_the_evening_before(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s",
             reminder("sms\", \"if_closed\": \"earlier", ""));
    char *when = strstr(text, "1 day before start at 10:00");
    memcpy(when, "1 day before start at 07:00", 27);
    world_launch(&world, text);
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T18:59");
    assert_int_equal(world_sent(&world), 0);
    world_run(&world, "2026-11-23T19:01");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

/* S-16: who moves ten people into one hour of a slow line still reaches all of
 * them; at a minute before the end most of them would expire. */
static void what_moved_earlier_drains_before_the_window_closes(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s",
             reminder("sms\", \"if_closed\": \"earlier", ""));
    memcpy(strstr(text, "1 day before start at 10:00"),
           "1 day before start at 07:00", 27);
    world_launch(&world, text);
    for (int i = 0; i < 10; i++)
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world.provider.per_second = 1.0 / 120;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T09:30");
    assert_int_equal(world_sent(&world), 10);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 6"),
        0);
    world_close(&world);
}

static void a_channel_without_provider_is_passed_over(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("voice, else sms after 1 hour", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world.channels = 1u << CHANNEL_SMS;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T10:05");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

/* Every shipped campaign plans and sends something for somebody. */
static void the_shipped_campaigns_run(void **state)
{
    (void)state;
    static const char *const shipped[] = {"appointment",   "no-show",
                                          "refill",        "colorectal-recall",
                                          "breast-recall", "post-discharge"};
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++) {
        char path[96];
        snprintf(path, sizeof(path), "campaigns/library/%s.json", shipped[i]);
        world_launch_file(&world, path);
    }
    for (int i = 0; i < 8; i++)
        world_patient(&world);
    world_visit(&world, 1, "2026-11-27T09:30");
    world_visit(&world, 2, "2026-11-24T09:30");
    world_sql(&world, "UPDATE appointment SET status = 'noshow'"
                      " WHERE patient_id = 2");
    fill(&world, 3, "2026-12-02T00:00");
    world_discharge(&world, 4, "2026-11-22T15:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-12-31T10:00");
    assert_true(world_sent(&world) >= 8);
    assert_true(world_number(&world, "SELECT count(*) FROM task") > 0);
    assert_int_equal(
        world_number(&world, "SELECT count(DISTINCT campaign_id) FROM entry"),
        6);
    world_close(&world);
}

/* An email with an invitation. */
static void calendar_launch(struct world *world)
{
    char text[4096];
    snprintf(text, sizeof(text), "%s", reminder("email", ""));
    char *message = strstr(text, "\"email\": {\"subject\"");
    assert_non_null(message);
    static const char more[] = "\"calendar\": true, ";
    char *into = message + strlen("\"email\": {");
    memmove(into + strlen(more), into, strlen(into) + 1);
    memcpy(into, more, strlen(more));
    char *name = strstr(into, "{{clinic.public_name}}: see"); /* of nobody */
    memcpy(name, "Your clinic says hello", strlen("{{clinic.public_name}}"));
    world_launch(world, text);
}

static void a_visit_by_email_comes_with_its_calendar_entry(void **state)
{
    static const struct {
        const char *why, *clinic, *has, *lacks;
        size_t sent;
    } rows[] = {
        {"where and when", "", "SUMMARY:Elm Clinic", "LOCATION:\r", 1},
        {"and the street", "street = '1 Elm Street'", "LOCATION:1 Elm Street",
         "LOCATION:\r", 1},
        {"L-31 no name of a sensitive clinic, but the subject",
         "street = '1 Elm Street', public_name = name, sensitive = 1",
         "SUMMARY:Your visit", "Elm", 1},
        {"L-31 nor, be it neutral, where that is",
         "street = '1 Elm Street', sensitive = 1", "SUMMARY:Your visit", "Elm",
         1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        calendar_launch(&world);
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
        if (rows[i].clinic[0])
            world_sql(&world, "UPDATE clinic SET %s", rows[i].clinic);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T10:05");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu were sent", rows[i].why, world_sent(&world));
        const char *calendar = world_message(&world, 0)->calendar;
        assert_non_null(calendar);
        assert_non_null(strstr(calendar, "DTSTART:20261125T143000Z"));
        if (!strstr(calendar, rows[i].has) || strstr(calendar, rows[i].lacks))
            fail_msg("%s: %s", rows[i].why, calendar);
        world_close(&world);
    }
}

/* "if_silent": reached, and no answer within a day. */
static void who_does_not_answer_becomes_a_task(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s", discharge);
    static const char more[] =
        "\"if_silent\": {\"after\": \"24 hours\", \"only_if\": \"high_risk\","
        " \"task\": {\"to\": \"transition nurse\", \"within\": \"4 open"
        " hours\"}}, ";
    char *into = strstr(text, "\"if_not_reached\"");
    memmove(into + strlen(more), into, strlen(into) + 1);
    memcpy(into, more, strlen(more));
    world_launch(&world, text);
    for (int i = 0; i < 3; i++)
        world_discharge(&world, world_patient(&world), "2026-11-22T09:30");
    world_sql(&world, "UPDATE discharge SET risk = 'high'"
                      " WHERE patient_id IN (1, 2)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    world_sql(&world,
              "INSERT INTO reply(channel, provider, address, received_at,"
              " intent) VALUES (0, 'main', '+12125550002', %lld, 'fine')",
              (long long)world.now);
    world_run(&world, "2026-11-24T09:00");
    assert_int_equal(world_sent(&world), 3);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'silent'"),
                     0);
    world_run(&world, "2026-11-24T11:00");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'silent' AND patient_id = 1"),
                     1);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'silent'"),
                     1);
    world_close(&world);
}

/* What people had to do for a discharge ends with it, and comes back. */
static void tasks_end_with_their_cause(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s", discharge);
    static const char more[] = "\"stop_when\": \"discharge cancelled\", ";
    char *into = strstr(text, "\"if_not_reached\"");
    memmove(into + strlen(more), into, strlen(into) + 1);
    memcpy(into, more, strlen(more));
    world_launch(&world, text);
    world_discharge(&world, world_patient(&world), "2026-11-23T07:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T09:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " state = 'open'"),
                     1);
    world_sql(&world, "UPDATE discharge SET status = 'cancelled'");
    world_run(&world, "2026-11-23T09:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " state = 'void'"),
                     1);
    world_sql(&world, "UPDATE discharge SET status = 'discharged'");
    world_run(&world, "2026-11-23T09:20");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " state = 'open'"),
                     1);
    world_close(&world);
}

/* Reached on the first day, STOP after that: a nurse takes over. */
static void stop_after_a_check_in_becomes_a_task(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    char text[4096];
    snprintf(text, sizeof(text), "%s", discharge);
    static const char more[] =
        "{\"step\": \"day-3\", \"when\": \"3 days after discharged at 10:00\","
        " \"until\": \"4 days after discharged at 18:00\", \"send\": \"sms\","
        " \"message\": \"hello\"}, ";
    char *into = strstr(text, "{\"step\": \"day-1\"");
    memmove(into + strlen(more), into, strlen(into) + 1);
    memcpy(into, more, strlen(more));
    world_launch(&world, text);
    int64_t patient = world_patient(&world);
    world_discharge(&world, patient, "2026-11-22T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_sent(&world), 1);
    world_sql(&world,
              "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
              " (%lld, 'opt-out', %lld)",
              (long long)patient, (long long)world.now);
    world_run(&world, "2026-11-27T12:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-3", "suppressed");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'not-reached'"),
                     1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_medicines_are_one_message),
        cmocka_unit_test(who_was_spoken_for_speaks_when_the_speaker_ends),
        cmocka_unit_test(a_task_step_opens_its_task_at_its_time),
        cmocka_unit_test(a_patient_may_have_any_number_of_visits),
        cmocka_unit_test(a_task_that_nobody_needs_is_not_opened),
        cmocka_unit_test(a_discharge_opens_a_call_at_once),
        cmocka_unit_test(who_is_not_reached_becomes_a_task),
        cmocka_unit_test(what_was_missed_is_told_when_nothing_follows),
        cmocka_unit_test(who_may_not_have_been_reached_becomes_a_task),
        cmocka_unit_test(the_overdue_are_invited_once_a_cycle),
        cmocka_unit_test(what_a_condition_sees_is_followed_at_once),
        cmocka_unit_test(why_it_ended_is_said),
        cmocka_unit_test(what_comes_back_is_planned_anew),
        cmocka_unit_test(an_intake_takes_the_longest_overdue_first),
        cmocka_unit_test(an_intake_of_weekdays_rests_at_weekends),
        cmocka_unit_test(the_held_out_get_nothing),
        cmocka_unit_test(a_minor_is_reached_through_the_guardian),
        cmocka_unit_test(history_is_left_alone),
        cmocka_unit_test(a_dead_number_gives_way_to_the_next),
        cmocka_unit_test(a_providers_opt_out_is_mirrored),
        cmocka_unit_test(a_suppressed_number_is_not_used),
        cmocka_unit_test(a_restriction_overrides_the_campaign),
        cmocka_unit_test(a_closed_moment_moves_to_the_evening_before),
        cmocka_unit_test(what_moved_earlier_drains_before_the_window_closes),
        cmocka_unit_test(a_channel_without_provider_is_passed_over),
        cmocka_unit_test(who_does_not_answer_becomes_a_task),
        cmocka_unit_test(tasks_end_with_their_cause),
        cmocka_unit_test(stop_after_a_check_in_becomes_a_task),
        cmocka_unit_test(the_shipped_campaigns_run),
        cmocka_unit_test(a_visit_by_email_comes_with_its_calendar_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
