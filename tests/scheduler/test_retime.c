/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones through the real engine: new rules of tzdata while visits are
 * booked, zones that nobody knows or that contradict each other, and the
 * nights in which the clocks change. Each test has a folder of tzdata of its
 * own, made of the system's files under other names: "America/New_York" stays
 * on summer time for ever when it becomes a copy of America/Puerto_Rico.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/log.h"
#include "scheduler/engine_state.h"
#include "store/connection.h"
#include "store/store.h"

#include "tests/scheduler/world.h"

#define SYSTEM "/usr/share/zoneinfo"
#define NEW_YORK "America/New_York"
#define SUMMER "America/Puerto_Rico" /* -4 hours, always */

static char folder[64];
static char told[4096]; /* what the log says of tzdata */

/* A folder of tzdata
 * ----------------------------------------------------------- */

/* As a package's update does it: beside, then renamed. */
static void put(const char *name, const void *data, size_t len)
{
    char path[256], beside[256];
    struct error err = {0};
    file_join(path, sizeof(path), folder, name);
    file_join(beside, sizeof(beside), folder, "beside");
    if (!file_append(beside, data, len, 0644, &err))
        fail_msg("%s", err.text);
    assert_int_equal(rename(beside, path), 0);
}

/* The zone `name` has the rules of the system's `rules` from now on. */
static void zone_becomes(const char *name, const char *rules)
{
    char path[256];
    struct buf bytes;
    struct error err = {0};
    file_join(path, sizeof(path), SYSTEM, rules);
    if (!file_read(path, 1u << 20, &bytes, &err))
        fail_msg("%s", err.text);
    put(name, bytes.data, bytes.len);
    buf_free(&bytes);
}

static void release(const char *version)
{
    char text[64];
    snprintf(text, sizeof(text), "# version %s\n", version);
    put("tzdata.zi", text, strlen(text));
}

static void note_line(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    if (strstr(text, "event=tzdata"))
        snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n",
                 text);
}

static int set_up(void **state)
{
    (void)state;
    char america[96];
    struct error err = {0};
    snprintf(folder, sizeof(folder), "/tmp/outreach-tz-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    file_join(america, sizeof(america), folder, "America");
    if (!file_make_directory(america, 0700, &err))
        return -1;
    zone_becomes(NEW_YORK, NEW_YORK);
    zone_becomes("America/Chicago", "America/Chicago");
    zone_becomes("America/Los_Angeles", "America/Los_Angeles");
    release("2025b");
    zone_set_directory(folder);
    told[0] = '\0';
    log_capture(note_line, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_capture(NULL, NULL);
    zone_set_directory(SYSTEM);
    file_remove_tree(folder);
    return 0;
}

/* The engine, by the clock of Greenwich
 * ---------------------------------------- */

static instant utc(const char *text)
{
    instant when = 0;
    if (!civil_parse_instant(text, &when))
        fail_msg("\"%s\" is no instant", text);
    return when;
}

static void run_until(struct world *world, const char *text)
{
    struct error err = {0};
    if (!engine_run_virtual(world->engine, world->now, utc(text), &err))
        fail_msg("%s", err.text);
    world->now = utc(text);
    world_check(world);
}

static void expect_number(struct world *world, const char *sql, int64_t want)
{
    int64_t is = world_number(world, "%s", sql);
    if (is != want)
        fail_msg("%s: %lld, not %lld", sql, (long long)is, (long long)want);
}

static const char *campaign(const char *steps)
{
    static char text[4096];
    snprintf(text, sizeof(text),
             "{\"campaign\": \"reminder\", \"about\": \"of visits\","
             " \"owner\": \"front desk\", \"purpose\": \"appointment\","
             " \"anchor\": \"appointment\","
             " \"audience\": [\"status = 'booked'\"],"
             " \"steps\": [%s],"
             " \"messages\": {\"soon\": {\"en\": {\"sms\":"
             " \"{{clinic.public_name}}: see you {{start | day}} at"
             " {{start | time}}. Call {{clinic.phone}}. Reply STOP to opt"
             " out.\"}}}}",
             steps);
    return text;
}

#define DAY_BEFORE                                                     \
    "{\"step\": \"day-before\", \"when\": \"1 day before start at"     \
    " 10:00\", \"until\": \"1 hour before start\", \"send\": \"sms\"," \
    " \"message\": \"soon\"}"

/* Patients of New York with visits on Wednesday the 25th at 09:30, something
 * else about them (SQL, or NULL), and an engine that has planned their
 * reminders: the 24th at 10:00, 15:00Z. */
static void begin(struct world *world, const char *steps, int visits,
                  const char *change)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, campaign(steps));
    for (int i = 0; i < visits; i++)
        world_visit(world, world_patient(world), "2026-11-25T09:30");
    if (change)
        world_sql(world, "%s", change);
    world_engine(world, NULL);
    run_until(world, "2026-11-23T17:01:30Z");
}

#define IN_CHICAGO                                     \
    "UPDATE appointment SET zone = 'America/Chicago'," \
    " start_local = '2026-11-25T08:30:00'"

static void rules_change(void)
{
    zone_becomes(NEW_YORK, SUMMER);
    release("2026f");
}

/* New rules
 * -------------------------------------------------------------------- */

static void planned_times_follow_new_rules(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, NULL);
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-24T15:00:00Z"));
    rules_change();
    run_until(&world, "2026-11-23T17:03:00Z");
    expect_number(&world, "SELECT start_at FROM appointment",
                  utc("2026-11-25T13:30:00Z"));
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-24T14:00:00Z"));
    expect_number(&world, "SELECT until_at FROM outreach",
                  utc("2026-11-25T12:30:00Z"));
    run_until(&world, "2026-11-24T13:59:59Z");
    assert_int_equal(world_sent(&world), 0);
    run_until(&world, "2026-11-24T14:00:01Z");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(world_message(&world, 0)->text, "9:30"));
    world_close(&world);
}

#define ALL_TIMES                                                              \
    "INSERT INTO discharge(external_id, patient_id, discharged_local, zone,"   \
    " discharged_at) VALUES ('d', 1, '2026-11-22T16:00:00',"                   \
    " 'America/New_York', 1795381200000);"                                     \
    "INSERT INTO prescription(id, external_id, patient_id, status, pickup_id)" \
    " VALUES (1, 'r', 1, 'active', 1);"                                        \
    "INSERT INTO fill(external_id, prescription_id, patient_id, pickup_id,"    \
    " filled_on, days_supply, runs_out_on, runs_out_at, filled_local,"         \
    " filled_at) VALUES ('f', 1, 1, 1, '2026-11-20', 30, '2026-12-20',"        \
    " 1797742800000, '2026-11-20T00:00:00', 1795150800000);"                   \
    "INSERT INTO screening(patient_id, kind, done_on, resulted_local,"         \
    " resulted_at) VALUES (1, 'fit', '2026-11-22', '2026-11-22T16:00:00',"     \
    " 1795381200000)"

/* What was said with an offset is no time of the wall, and has none. */
static void each_time_of_the_wall_follows_new_rules(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, ALL_TIMES);
    rules_change();
    run_until(&world, "2026-11-23T17:03:00Z");
    expect_number(&world, "SELECT start_at FROM appointment",
                  utc("2026-11-25T13:30:00Z"));
    expect_number(&world, "SELECT discharged_at FROM discharge",
                  utc("2026-11-22T20:00:00Z"));
    expect_number(&world, "SELECT runs_out_at FROM fill",
                  utc("2026-12-20T04:00:00Z"));
    expect_number(&world, "SELECT filled_at FROM fill",
                  utc("2026-11-20T04:00:00Z"));
    expect_number(&world, "SELECT resulted_at FROM screening",
                  utc("2026-11-22T20:00:00Z"));
    expect_number(&world,
                  "SELECT (SELECT occurrence FROM appointment) + (SELECT"
                  " occurrence FROM discharge) + (SELECT occurrence FROM fill)"
                  " + (SELECT occurrence FROM screening)",
                  0);
    world_close(&world);
}

/* L-34: the version of tzdata is audited; the log has one line. */
static void the_change_is_audited_and_told_once(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 3, NULL);
    expect_number(&world,
                  "SELECT count(*) FROM audit WHERE action = 'tzdata' AND"
                  " actor = 'engine' AND detail GLOB"
                  " 'from=\"\" to=2025b.???????? moved=0 unknown=0'",
                  1);
    assert_string_equal(told, ""); /* a new store is no change */
    rules_change();
    run_until(&world, "2026-11-23T18:00:00Z");
    expect_number(&world,
                  "SELECT count(*) FROM audit WHERE action = 'tzdata' AND"
                  " detail GLOB 'from=2025b.???????? to=2026f.????????"
                  " moved=3 unknown=0'",
                  1);
    expect_number(&world,
                  "SELECT count(*) FROM meta WHERE key = 'tzdata' AND"
                  " value LIKE '2026f.%'",
                  1);
    const char *line = strstr(told, "event=tzdata");
    assert_non_null(line);
    assert_null(strstr(line + 1, "event=tzdata"));
    assert_non_null(strstr(line, "from=2025b."));
    assert_non_null(strstr(line, "to=2026f."));
    assert_non_null(strstr(line, "moved=3"));
    run_until(&world, "2026-11-24T12:00:00Z");
    expect_number(&world, "SELECT count(*) FROM audit WHERE action = 'tzdata'",
                  2);
    world_close(&world);
}

static void what_was_sent_is_not_sent_again(void **state)
{
    (void)state;
    struct world world;
    begin(&world,
          DAY_BEFORE
          ", {\"step\": \"same-day\", \"when\": \"20 minutes before"
          " start\", \"until\": \"10 minutes before start\", \"send\":"
          " \"sms\","
          " \"message\": \"soon\"}",
          1, NULL);
    run_until(&world, "2026-11-24T15:01:00Z");
    assert_int_equal(world_sent(&world), 1);
    rules_change();
    run_until(&world, "2026-11-24T15:05:00Z");
    /* 09:10 of the new clock */
    expect_number(&world, "SELECT due_at FROM outreach WHERE step = 'same-day'",
                  utc("2026-11-25T13:10:00Z"));
    run_until(&world, "2026-11-27T15:00:00Z");
    expect_number(&world, "SELECT count(*) FROM outreach", 2);
    expect_number(&world, "SELECT occurrence FROM appointment", 0);
    expect_number(&world,
                  "SELECT count(*) FROM outreach WHERE step ="
                  " 'day-before' AND state = 3",
                  1);
    expect_number(&world,
                  "SELECT count(*) FROM attempt WHERE outreach_id ="
                  " (SELECT id FROM outreach WHERE step ="
                  " 'day-before')",
                  1);
    world_close(&world);
}

static void a_change_while_the_service_was_down_is_noticed(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, NULL);
    engine_free(world.engine);
    world.engine = NULL;
    rules_change();
    assert_true(zone_reload()); /* as if by another process: nothing is new */
    world_engine(&world, NULL);
    run_until(&world, "2026-11-24T14:00:01Z");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(told, "moved=1"));
    world_close(&world);
}

/* One zone is compiled by itself, and the version of the package stays. */
static void one_zone_alone_while_the_service_was_down(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, NULL);
    engine_free(world.engine);
    world.engine = NULL;
    zone_becomes(NEW_YORK, SUMMER);
    assert_true(zone_reload());
    zone_set_directory(folder);
    world_engine(&world, NULL);
    run_until(&world, "2026-11-24T14:00:01Z");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(told, "moved=1"));
    world_close(&world);
}

/* Some systems have no tzdata.zi: then the zones' own files tell. */
static void rules_without_a_version_are_followed_too(void **state)
{
    (void)state;
    struct world world;
    release("");
    begin(&world, DAY_BEFORE, 1, NULL);
    zone_becomes(NEW_YORK, SUMMER);
    run_until(&world, "2026-11-24T13:59:59Z");
    expect_number(&world, "SELECT start_at FROM appointment",
                  utc("2026-11-25T13:30:00Z"));
    zone_becomes(NEW_YORK, NEW_YORK);
    engine_free(world.engine);
    world.engine = NULL;
    zone_reload();
    world_engine(&world, NULL);
    run_until(&world, "2026-11-24T14:30:00Z");
    assert_int_equal(world_sent(&world), 0);
    run_until(&world, "2026-11-24T15:00:01Z");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

/* The clinic's clock is as it was, the patient's is another. */
static void the_patients_wall_moves_alone(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, IN_CHICAGO);
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-24T15:00:00Z"));
    rules_change();
    run_until(&world, "2026-11-23T17:03:00Z");
    expect_number(&world, "SELECT start_at FROM appointment",
                  utc("2026-11-25T14:30:00Z"));
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-24T14:00:00Z"));
    world_close(&world);
}

/* "2 hours before" is an exact distance and does not move; the last hour of
 * the evening before, where if_closed puts it, does (L-10: 09:00-20:00). */
static void a_window_that_closes_sooner_is_caught(void **state)
{
    (void)state;
    struct world world;
    begin(&world,
          "{\"step\": \"two-hours\", \"when\": \"2 hours before start\","
          " \"until\": \"1 hour before start\", \"send\": \"sms\","
          " \"if_closed\": \"earlier\", \"message\": \"soon\"}",
          1, IN_CHICAGO);
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-25T00:00:00Z"));
    rules_change();
    run_until(&world, "2026-11-23T17:03:00Z");
    expect_number(&world, "SELECT planned_at FROM outreach",
                  utc("2026-11-25T12:30:00Z"));
    expect_number(&world, "SELECT due_at FROM outreach",
                  utc("2026-11-24T23:00:00Z"));
    run_until(&world, "2026-11-24T23:00:30Z");
    assert_int_equal(world_sent(&world), 1);
    world_close(&world);
}

static struct job *job_run(struct world *world, enum job_kind kind)
{
    struct job *job = job_new(kind, world->now);
    if (kind == JOB_CLAIM) {
        job->permits[0] = (struct permit){.channels = 7, .count = 10};
        job->granted[0] = 10;
        job->permit_count = 1;
    }
    clerk_run(world->engine->clerk, job);
    assert_true(job->done);
    return job;
}

/* Between the new rules and the new instants a message would tell a wrong
 * hour: nothing is claimed. */
static void nothing_leaves_before_its_time_is_right(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, NULL);
    run_until(&world, "2026-11-24T14:59:59Z");
    rules_change();
    world.now = utc("2026-11-24T15:01:00Z"); /* due by either clock */
    struct job *job = job_run(&world, JOB_CLAIM);
    assert_int_equal(job->dispatch_count, 0);
    for (size_t i = 0; i < LANES; i++)
        assert_true(job->next_due.due[i] == INSTANT_NEVER);
    assert_true(job->next_due.evaluate <= world.now);
    job_free(job);
    job_free(job_run(&world, JOB_EVALUATE));
    job = job_run(&world, JOB_CLAIM);
    assert_int_equal(job->dispatch_count, 1);
    assert_non_null(strstr(job->dispatches[0].message.text, "9:30"));
    job_free(job);
    world_close(&world);
}

/* Whatever write fails on the way, the pass is repeated and ends. */
static bool passes_though_write_fails(int n)
{
    struct world world;
    begin(&world, DAY_BEFORE, 3, NULL);
    rules_change();
    struct store *store = world.engine->clerk->store;
    store_fail_write(store, n);
    run_until(&world, "2026-11-23T18:00:00Z");
    bool failed = store->fail_write == 0;
    store_fail_write(store, 0);
    expect_number(&world, "SELECT count(*) FROM outreach WHERE state = 0", 3);
    expect_number(&world, "SELECT min(start_at) FROM appointment",
                  utc("2026-11-25T13:30:00Z"));
    expect_number(&world, "SELECT max(start_at) FROM appointment",
                  utc("2026-11-25T13:30:00Z"));
    expect_number(&world, "SELECT min(due_at) FROM outreach",
                  utc("2026-11-24T14:00:00Z"));
    expect_number(&world, "SELECT max(due_at) FROM outreach",
                  utc("2026-11-24T14:00:00Z"));
    expect_number(&world,
                  "SELECT count(*) FROM audit WHERE action = 'tzdata' AND"
                  " detail GLOB 'from=2025b.* to=2026f.* moved=3 *'",
                  1);
    world_close(&world);
    return failed;
}

static void a_store_that_refuses_delays_and_loses_nothing(void **state)
{
    int n = 1;
    while (passes_though_write_fails(n)) {
        tear_down(state);
        set_up(state);
        n++;
    }
    print_message("# the store refused each of %d writes in turn\n", n - 1);
    assert_true(n > 8); /* three visits, three rows, the mark, the audit */
}

/* Zones that are unknown, or contradict each other
 * ------------------------------- */

static void a_zone_that_nobody_knows_waits_for_it(void **state)
{
    (void)state;
    static const struct {
        const char *says, *change;
    } rows[] = {
        {"L-8: the patient's, though the number's is known",
         "UPDATE patient SET zone = 'America/Detroit'"},
        {"L-8: one of the number's",
         "UPDATE contact_point SET zones = 'America/New_York America/Detroit'"},
        {"the visit's, in which its hour is told",
         "UPDATE appointment SET zone = 'America/Detroit'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        begin(&world, DAY_BEFORE, 1, rows[i].change);
        run_until(&world, "2026-11-24T16:00:00Z");
        if (world_sent(&world) != 0)
            fail_msg("%s: was sent", rows[i].says);
        expect_number(&world,
                      "SELECT count(*) FROM outreach WHERE state = 0 AND"
                      " reason LIKE '%America/Detroit%'",
                      1);
        zone_becomes("America/Detroit", "America/Detroit");
        release("2025c");
        run_until(&world, "2026-11-24T16:05:00Z");
        if (world_sent(&world) != 1)
            fail_msg("%s: was not sent once it was known", rows[i].says);
        world_close(&world);
        tear_down(NULL);
        set_up(NULL);
    }
}

static void unknown_zones_of_visits_are_told_to_the_operator(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1, "UPDATE appointment SET zone = 'US/Eastern'");
    assert_non_null(strstr(told, "unknown=1"));
    assert_non_null(strstr(told, "unknown zones"));
    world_close(&world);
}

/* L-8, L-10: an address in New York and a number of Los Angeles: 09:00 to
 * 20:00 on both clocks is noon to eight in New York. */
static void zones_that_differ_must_both_be_open(void **state)
{
    (void)state;
    struct world world;
    begin(&world, DAY_BEFORE, 1,
          "UPDATE contact_point SET zones = 'America/Los_Angeles'"
          " WHERE kind = 'phone'");
    run_until(&world, "2026-11-24T16:59:59Z");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "planned");
    run_until(&world, "2026-11-24T17:00:01Z");
    assert_int_equal(world_sent(&world), 1);
    /* S-12: the provider may keep it until eight in New York */
    assert_true(world_message(&world, 0)->valid_until ==
                utc("2026-11-25T01:00:00Z") - GATE_HAND_OVER_MS);
    world_close(&world);
}

/* Nights in which the clocks change
 * ---------------------------------------------- */

/* domain.md 5.2: days are counted on the calendar. */
static void reminders_across_a_change_of_the_clocks(void **state)
{
    (void)state;
    static const struct {
        const char *says, *now, *visit, *due;
    } rows[] = {
        {"they go back on Sunday, the visit is on Monday", "2026-10-30T08:00",
         "2026-11-02T09:30", "2026-11-01T15:00:00Z"},
        {"the visit is on Sunday itself", "2026-10-30T08:00",
         "2026-11-01T12:30", "2026-10-31T14:00:00Z"},
        {"they go forward on Sunday, the visit is on Monday",
         "2026-03-06T08:00", "2026-03-09T09:30", "2026-03-08T14:00:00Z"},
        {"the visit is on that Sunday", "2026-03-06T08:00", "2026-03-08T12:30",
         "2026-03-07T15:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char before[CIVIL_TEXT_MAX], after[CIVIL_TEXT_MAX];
        world_open(&world, rows[i].now);
        world_launch(&world, campaign(DAY_BEFORE));
        world_visit(&world, world_patient(&world), rows[i].visit);
        world_engine(&world, NULL);
        run_until(&world, civil_utc_text(utc(rows[i].due) - 1, before));
        if (world_sent(&world) != 0)
            fail_msg("%s: too early", rows[i].says);
        run_until(&world, civil_utc_text(utc(rows[i].due) + 1000, after));
        if (world_sent(&world) != 1)
            fail_msg("%s: too late", rows[i].says);
        world_close(&world);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(planned_times_follow_new_rules),
        IN_FOLDER(each_time_of_the_wall_follows_new_rules),
        IN_FOLDER(the_change_is_audited_and_told_once),
        IN_FOLDER(what_was_sent_is_not_sent_again),
        IN_FOLDER(a_change_while_the_service_was_down_is_noticed),
        IN_FOLDER(one_zone_alone_while_the_service_was_down),
        IN_FOLDER(rules_without_a_version_are_followed_too),
        IN_FOLDER(the_patients_wall_moves_alone),
        IN_FOLDER(a_window_that_closes_sooner_is_caught),
        IN_FOLDER(nothing_leaves_before_its_time_is_right),
        IN_FOLDER(a_store_that_refuses_delays_and_loses_nothing),
        IN_FOLDER(a_zone_that_nobody_knows_waits_for_it),
        IN_FOLDER(unknown_zones_of_visits_are_told_to_the_operator),
        IN_FOLDER(zones_that_differ_must_both_be_open),
        IN_FOLDER(reminders_across_a_change_of_the_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
