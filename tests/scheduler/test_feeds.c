/* SPDX-License-Identifier: Apache-2.0 */
/* Data that is too old: it holds what depends on it, which is the anchor's own
 * tables, everybody's, and those that a condition of the campaign reads; and
 * nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "store/feed.h"
#include "store/store.h"
#include "tests/scheduler/world.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define OLD ": older than max_age"

static void feed_stops(struct world *world, const char *feed)
{
    world_sql(world,
              "INSERT INTO feed(name, last_at, max_age) VALUES ('%s', %lld,"
              " 3600000)",
              feed, (long long)world->now);
}

static void feed_comes(struct world *world, const char *feed)
{
    struct error err = {0};
    assert_true(store_begin(world->store, &err));
    assert_true(feed_note(world->store, feed, world->now, world->now, 1, &err));
    assert_true(store_commit(world->store, &err));
}

/* A feed that is older than it may be holds what hangs on it: a table of the
 * import, or whoever sends the rows. */
static void stale_data_is_not_acted_upon(void **state)
{
    static const struct {
        const char *feed;
        bool held;
    } rows[] = {{"ehr", true},      {"appointments", true},
                {"patients", true}, {"suppressions", true},
                {"lists", true},    {"clinics", true},
                {"fills", false},   {"screenings", false}};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world, reminder("sms", ""));
        world_visit(&world, world_patient(&world), "2026-11-25T09:30");
        world_sql(&world, "UPDATE appointment SET source = 'ehr'");
        feed_stops(&world, rows[i].feed);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T14:00");
        if (world_sent(&world) != !rows[i].held)
            fail_msg("an old feed %s: %zu sent", rows[i].feed,
                     world_sent(&world));
        assert_in_range(world_number(&world,
                                     "SELECT count(*) FROM outreach"
                                     " WHERE state = 0 AND due_at <"
                                     " %lld",
                                     (long long)at("2026-11-24T14:14")),
                        0, 0); /* a look now and then, not every minute */
        feed_comes(&world, rows[i].feed);
        world_run(&world, "2026-11-24T14:02"); /* but at once when it came */
        assert_int_equal(world_sent(&world), 1);
        world_close(&world);
    }
}

#define TASKS "SELECT count(*) FROM task WHERE kind = 'feed' AND state = "

/* Somebody is to look why; once, until it speaks. */
static void a_silence_is_a_persons_task(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    feed_stops(&world, "appointments");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T08:59");
    assert_int_equal(world_number(&world, TASKS "'open'"), 0);
    world_run(&world, "2026-11-23T09:05");
    assert_int_equal(world_number(&world, TASKS "'open'"), 1);
    world_sql(&world, "UPDATE task SET state = 'done' WHERE kind = 'feed'");
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_number(&world, TASKS "'open'"), 0);
    feed_comes(&world, "appointments");
    world_run(&world, "2026-11-23T14:00"); /* and is quiet again */
    assert_int_equal(world_number(&world, TASKS "'open'"), 1);
    feed_comes(&world, "appointments");
    assert_int_equal(world_number(&world, TASKS "'open'"), 0);
    assert_int_equal(world_number(&world, TASKS "'done' AND closed_by = "
                                                "'engine'"),
                     1);
    world_close(&world);
}

/* A feed that never came has not gone quiet: whoever sets it up knows. */
static void a_feed_that_never_came_asks_nobody(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    world_sql(&world, "INSERT INTO feed(name, last_at, max_age) VALUES "
                      "('appointments', 0, 3600000)");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T08:00");
    assert_int_equal(world_number(&world, TASKS "'open'"), 0);
    world_close(&world);
}

/* A campaign of one message tomorrow at 10:00: of a visit a day before it, of
 * a stay a day after it, of a patient on entry. */
struct hanging {
    const char *sentence;
    const char *anchor;
    const char *more;    /* members of the campaign */
    const char *only_if; /* of the step; NULL: none */
    const char *feed;    /* that stopped */
    bool held;
};
#define AUDIENCE(text) "\"audience\": [\"" text "\"],"
#define ANYBODY AUDIENCE("patient.age >= 18")
#define OVERDUE                                               \
    "\"occurrence\": \"overdue for 'colorectal'\"," AUDIENCE( \
        "overdue for 'colorectal'")
#define VISIT "appointment"
#define STAY "discharge"
#define PATIENT "patient"

static const struct hanging hangings[] = {
    {"a visit's condition of the patient's diagnoses", VISIT,
     AUDIENCE("has condition 'E11'"), NULL, "conditions", true},
    {"no condition reads them", VISIT, ANYBODY, NULL, "conditions", false},
    {"this one reads others", VISIT, AUDIENCE("has condition 'E11'"), NULL,
     "procedures", false},
    {"deep inside", VISIT,
     AUDIENCE("patient.age >= 18 and not (inpatient or has procedure 'x')"),
     NULL, "procedures", true},
    {"in another line of the audience", VISIT,
     "\"audience\": [\"patient.age >= 18\", \"no open order 'mri'\"],", NULL,
     "orders", true},
    {"what ends it counts", VISIT,
     ANYBODY "\"stop_when\": \"screened 'fit' within 1 month\",", NULL,
     "screenings", true},
    {"what a step alone asks counts", VISIT, ANYBODY, "not has condition 'Z51'",
     "conditions", true},
    {"and what it does not ask does not", VISIT, ANYBODY, "not confirmed",
     "conditions", false},
    {"a visit hangs on the visits, whatever it asks", VISIT, ANYBODY, NULL,
     "appointments", true},
    {"a list is everybody's, for it takes people out", VISIT,
     AUDIENCE("not in list 'no'"), NULL, "lists", true},
    {"a stay's condition of visits to come", STAY,
     AUDIENCE("not has upcoming visit"), NULL, "appointments", true},
    {"a stay's without them", STAY, ANYBODY, NULL, "appointments", false},
    {"a measure by the tests that satisfy it", PATIENT, OVERDUE, NULL,
     "screenings", true},
    {"by the procedures that keep people out of it", PATIENT, OVERDUE, NULL,
     "procedures", true},
    {"and by such conditions", PATIENT, OVERDUE, NULL, "conditions", true},
    {"no measure asks whether anything is on order", PATIENT, OVERDUE, NULL,
     "orders", false},
    {"nor for visits", PATIENT, OVERDUE, NULL, "appointments", false},
    {"unless the campaign does", PATIENT,
     "\"occurrence\": \"overdue for 'colorectal'\", \"audience\": [\"overdue"
     " for 'colorectal'\", \"not has upcoming visit within 7 days\"],",
     NULL, "appointments", true},
    {"patients whose history nobody asks for: their tests", PATIENT, ANYBODY,
     NULL, "screenings", false},
    {"their diagnoses", PATIENT, ANYBODY, NULL, "conditions", false},
    {"their procedures", PATIENT, ANYBODY, NULL, "procedures", false},
    {"their orders", PATIENT, ANYBODY, NULL, "orders", false},
    {"but they themselves", PATIENT, ANYBODY, NULL, "patients", true},
    {"their step asks for a stay", PATIENT, ANYBODY,
     "not has discharge within 30 days", "discharges", true},
};

static void hanging_launch(struct world *world, const struct hanging *row)
{
    char text[4096], only_if[200] = "";
    if (row->only_if)
        snprintf(only_if, sizeof(only_if), "\"only_if\": \"%s\",",
                 row->only_if);
    const char *when =
        text_equal(row->anchor, VISIT)  ? "1 day before start at 10:00"
        : text_equal(row->anchor, STAY) ? "1 day after discharged at 10:00"
                                        : "1 day after entry at 10:00";
    snprintf(text, sizeof(text),
             "{\"campaign\": \"one\", \"about\": \"one message\", \"owner\":"
             " \"desk\", \"purpose\": \"appointment\", \"anchor\":"
             " \"%s\","
             " \"holdout\": \"never\", %s"
             " \"steps\": [{\"step\": \"only\", \"when\": \"%s\", %s"
             " \"send\": \"sms\", \"message\": \"hello\"}],"
             " \"messages\": {\"hello\": {\"en\": {\"sms\":"
             " \"{{clinic.public_name}}: please call {{clinic.phone}}."
             " Reply STOP to opt out.\"}}}}",
             row->anchor, row->more, when, only_if);
    world_launch(world, text);
}

static void what_a_campaign_reads_holds_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(hangings); i++) {
        const struct hanging *row = &hangings[i];
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        hanging_launch(&world, row);
        int64_t patient = world_patient(&world);
        world_visit(&world, patient, "2026-11-25T09:30");
        world_discharge(&world, patient, "2026-11-23T07:00");
        world_sql(&world, "INSERT INTO condition(patient_id, code) VALUES"
                          " (1, 'E11.9')");
        if (text_equal(row->anchor, PATIENT))
            world_sql(&world, "DELETE FROM appointment; DELETE FROM discharge");
        if (text_equal(row->anchor, STAY))
            world_sql(&world, "DELETE FROM appointment");
        feed_stops(&world, row->feed);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T14:00");
        if (world_sent(&world) != !row->held)
            fail_msg("%s, an old feed %s: %zu sent", row->sentence, row->feed,
                     world_sent(&world));
        char why[96];
        snprintf(why, sizeof(why), "feed: %s" OLD, row->feed);
        if (row->held)
            expect_reason(&world, "only", why);
        feed_comes(&world, row->feed);
        world_run(&world, "2026-11-24T14:02");
        if (world_sent(&world) != 1)
            fail_msg("%s: not sent when %s came", row->sentence, row->feed);
        world_close(&world);
    }
}

/* One step asks for diagnoses, the other does not: only the former waits. */
static void each_step_waits_for_what_it_asks(void **state)
{
    (void)state;
    struct world world;
    char text[4096];
    const char *plain = reminder("sms", "");
    const char *step = strstr(plain, "{\"step\"");
    world_open(&world, "2026-11-23T08:00");
    snprintf(text, sizeof(text),
             "%.*s{\"step\": \"asks\", \"when\": \"1 day before start at"
             " 10:00\", \"only_if\": \"not has condition 'Z51'\", \"send\":"
             " \"email\", \"message\": \"tomorrow\"}, %s",
             (int)(step - plain), plain, step);
    world_launch(&world, text);
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    feed_stops(&world, "conditions");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T14:00");
    expect_state(&world, "asks", "planned");
    expect_reason(&world, "asks", "feed: conditions" OLD);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stale_data_is_not_acted_upon),
        cmocka_unit_test(a_silence_is_a_persons_task),
        cmocka_unit_test(a_feed_that_never_came_asks_nobody),
        cmocka_unit_test(what_a_campaign_reads_holds_it),
        cmocka_unit_test(each_step_waits_for_what_it_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
