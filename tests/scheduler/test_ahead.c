/* SPDX-License-Identifier: Apache-2.0 */
/* How far ahead rows are made: far enough for a step that moves before a long
 * closure, for a place that somebody more urgent needs next week, and for what
 * is overdue and still of use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "scheduler/policy_own.h"
#include "scheduler/window.h"
#include "tests/scheduler/world.h"

/* A campaign over visits with one text; `step` are the members of its step,
 * `more` those of the campaign. */
static const char *campaign(const char *name, const char *step,
                            const char *more)
{
    static char json[2048];
    snprintf(json, sizeof(json),
             "{\"campaign\": \"%s\", \"owner\": \"desk\", \"purpose\":"
             " \"appointment\", \"anchor\": \"appointment\", \"audience\":"
             " [\"status = 'booked'\"], %s \"steps\": [{\"step\": \"%s\", %s,"
             " \"send\": \"sms\", \"message\": \"m\"}], \"messages\": {\"m\":"
             " {\"en\": {\"sms\": \"{{clinic.public_name}}: see you {{start |"
             " day}}. Call {{clinic.phone}}. Reply STOP to opt out.\"}}}}",
             name, more, name, step);
    return json;
}

static void expect_left(struct world *world, const char *why, const char *local)
{
    instant left = world_number(world, "SELECT coalesce(max(submitted_at), 0)"
                                       " FROM attempt");
    instant wanted = local ? at(local) : 0;
    if (left / MINUTE_MS != wanted / MINUTE_MS)
        fail_msg("%s: %lld minutes off", why,
                 (long long)((left - wanted) / MINUTE_MS));
}

/* S-16: the day before the visit is the last of so many closed days. */
static void a_long_closure_is_seen_in_time(void **state)
{
    (void)state;
    static const struct {
        int days;
        const char *why, *left;
    } rows[] = {
        {1, "a day", "2026-12-29T10:00"},
        {5, "five days", "2026-12-25T10:00"},
        {6, "six days", "2026-12-24T10:00"},
        {14, "two weeks", "2026-12-16T10:00"},
        {WINDOW_DAYS - 2, "as long as is looked", "2026-11-27T10:00"},
        {WINDOW_DAYS + 1, "and longer", NULL},
    };
    static const struct day_window always[DAY_CLASSES] = {
        {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        struct civil_date closed[WINDOW_DAYS + 1];
        for (int day = 0; day < rows[i].days; day++)
            closed[day] =
                civil_add_days((struct civil_date){2026, 12, 30}, -day);
        world_open(&world, "2026-11-23T08:00");
        policy_add_own(world.policy, NULL, always, closed,
                       (size_t)rows[i].days);
        world_launch(&world,
                     campaign("mine",
                              "\"when\": \"1 day before start at 10:00\","
                              " \"until\": \"2 hours before start\","
                              " \"if_closed\": \"earlier\"",
                              ""));
        world_visit(&world, world_patient(&world), "2026-12-31T09:30");
        world_engine(&world, NULL);
        world_run(&world, "2026-12-31T12:00");
        expect_left(&world, rows[i].why, rows[i].left);
        world_close(&world);
    }
}

/* A closure that is entered weeks later moves what was planned before. */
static void a_closure_of_later_is_heeded(void **state)
{
    (void)state;
    struct world world;
    static const struct day_window always[DAY_CLASSES] = {
        {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}};
    struct civil_date closed[14];
    for (int day = 0; day < 14; day++)
        closed[day] = civil_add_days((struct civil_date){2026, 12, 30}, -day);
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, campaign("mine",
                                  "\"when\": \"1 day before start at 10:00\","
                                  " \"until\": \"2 hours before start\","
                                  " \"if_closed\": \"earlier\"",
                                  ""));
    world_visit(&world, world_patient(&world), "2026-12-31T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-12-01T08:00");
    assert_true(world_number(&world, "SELECT due_at FROM outreach") ==
                at("2026-12-30T10:00"));
    policy_add_own(world.policy, NULL, always, closed, 14);
    world_engine(&world, NULL);
    world_run(&world, "2026-12-31T12:00");
    expect_left(&world, "two weeks", "2026-12-16T10:00");
    world_close(&world);
}

/* S-14: three a week. The routine one is due first; the week's places are of
 * those that are due later and more urgent. */
static void the_weeks_places_are_the_more_urgents(void **state)
{
    (void)state;
    static const struct {
        const char *why, *last, *routine;
    } rows[] = {
        {"the third is six days behind it", "2026-12-02T15:00", "expired"},
        {"the third is a week behind it", "2026-12-03T15:00", "delivered"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        int64_t patient = world_patient(&world);
        world_visit(&world, patient, "2026-11-29T15:00");
        world_visit(&world, patient, "2026-11-30T15:00");
        world_visit(&world, patient, rows[i].last);
        int64_t routine = world_visit(&world, patient, "2026-11-27T15:00");
        world_sql(&world,
                  "UPDATE appointment SET telehealth = 1 WHERE id = %lld",
                  (long long)routine);
        world_launch(&world,
                     campaign("routine",
                              "\"when\": \"2 days before start at 10:00\","
                              " \"until\": \"1 hour before start\","
                              " \"only_if\": \"telehealth\"",
                              "\"priority\": 3,"));
        world_launch(&world,
                     campaign("urgent",
                              "\"when\": \"1 day before start at 10:00\","
                              " \"until\": \"20 hours before start\","
                              " \"only_if\": \"not telehealth\"",
                              "\"priority\": 1,"));
        world_engine(&world, NULL);
        world_run(&world, "2026-12-04T15:00");
        int64_t urgent =
            world_number(&world, "SELECT count(*) FROM attempt a JOIN outreach"
                                 " o ON o.id = a.outreach_id WHERE o.step ="
                                 " 'urgent'");
        if (urgent != 3)
            fail_msg("%s: %lld urgent ones left", rows[i].why,
                     (long long)urgent);
        if (world_number(&world,
                         "SELECT count(*) FROM outreach WHERE step ="
                         " 'routine' AND anchor_id = %lld AND state = %d",
                         (long long)routine,
                         rows[i].routine[0] == 'e' ? 6 : 3) != 1)
            fail_msg("%s: the routine one is not %s", rows[i].why,
                     rows[i].routine);
        world_close(&world);
    }
}

/* A visit that was booked two weeks before the launch, or before it was
 * imported: what counts from the booking is of use while its `until` says so,
 * whatever that counts from. */
static void what_is_overdue_and_of_use_goes_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *why, *step, *start, *left;
        bool imported; /* while the service runs; else it was there */
    } rows[] = {
        {"until the day before the visit",
         "\"when\": \"5 minutes after booked\", \"until\": \"1 day before"
         " start\"",
         "2026-12-20T15:00", "2026-11-24T09:00", false},
        {"... and imported late",
         "\"when\": \"5 minutes after booked\", \"until\": \"1 day before"
         " start\"",
         "2026-12-20T15:00", "2026-11-24T10:30", true},
        {"a visit of next year",
         "\"when\": \"5 minutes after booked\", \"until\": \"1 day before"
         " start\"",
         "2027-10-20T15:00", "2026-11-24T09:00", false},
        {"its `until` has passed",
         "\"when\": \"5 minutes after booked\", \"until\": \"30 days before"
         " start\"",
         "2026-12-20T15:00", NULL, false},
        {"without `until` it is a day late at most",
         "\"when\": \"5 minutes after booked\"", "2026-12-20T15:00", NULL,
         false},
        {"counted from the same time",
         "\"when\": \"5 minutes after booked\", \"until\": \"20 days after"
         " booked\"",
         "2026-12-20T15:00", "2026-11-24T09:00", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        world_open(&world, "2026-11-24T08:00");
        int64_t patient = world_patient(&world);
        world_launch(&world, campaign("mine", rows[i].step, ""));
        world_engine(&world, NULL);
        if (rows[i].imported)
            world_run(&world, "2026-11-24T10:30");
        int64_t visit = world_visit(&world, patient, rows[i].start);
        world_sql(&world,
                  "UPDATE appointment SET booked_at = %lld WHERE id = %lld",
                  (long long)at("2026-11-10T12:00"), (long long)visit);
        world_run(&world, "2026-12-21T12:00");
        expect_left(&world, rows[i].why, rows[i].left);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_closure_is_seen_in_time),
        cmocka_unit_test(a_closure_of_later_is_heeded),
        cmocka_unit_test(the_weeks_places_are_the_more_urgents),
        cmocka_unit_test(what_is_overdue_and_of_use_goes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
