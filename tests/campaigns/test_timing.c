/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What step times and tasks' times come to: the vectors of domain.md 5.2
 * (clock changes), 1.4 and C-1 (business days), and the edges between the
 * anchor's and the patient's zone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "campaigns/timing.h"

/* US federal holidays that the vectors meet. */
static const struct civil_date holidays[] = {
    {2026, 11, 26},
    {2026, 12, 25},
    {2027, 1, 1},
    {2027, 1, 18},
};
static const struct calendar_days days = {holidays, sizeof(holidays) /
                                                        sizeof(holidays[0])};

static instant at_utc(const char *text)
{
    instant at = 0;
    assert_true(civil_parse_instant(text, &at));
    return at;
}

static struct timing timing_in(const char *anchor, const char *patient)
{
    struct timing timing = {
        .anchor_zone = zone_find(anchor),
        .patient_zone = zone_find(patient),
        .days = &days,
        .entered_at = INSTANT_NEVER,
        .open_from = 540,
        .open_to = 1020,
    };
    assert_non_null(timing.anchor_zone);
    assert_non_null(timing.patient_zone);
    return timing;
}

static void assert_instant(instant is, instant want, const char *about)
{
    char left[CIVIL_TEXT_MAX];
    char right[CIVIL_TEXT_MAX];
    if (is != want)
        fail_msg("%s: %s, wanted %s", about, civil_utc_text(is, left),
                 civil_utc_text(want, right));
}

static struct civil_date date_of(const char *text)
{
    struct civil_date date = {0};
    assert_true(civil_parse_date(text, &date));
    return date;
}

static void business_days_count_from_the_next_day(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int count;
        const char *to, *about;
    } rows[] = {
        {"2026-12-18", 10, "2027-01-05", "1.4: Friday, two holidays between"},
        {"2026-11-23", 10, "2026-12-08", "1.4: Thanksgiving between"},
        {"2027-01-15", 10, "2027-02-01", "1.4: Martin Luther King day between"},
        {"2026-11-20", 2, "2026-11-24", "C-1: Friday"},
        {"2026-11-21", 2, "2026-11-24", "C-1: Saturday"},
        {"2026-11-25", 2, "2026-11-30", "C-1: before Thanksgiving"},
        {"2026-12-24", 2, "2026-12-29", "C-1: before Christmas"},
        {"2026-11-24", -2, "2026-11-20", "backwards over a weekend"},
        {"2026-11-21", 0, "2026-11-21", "none leaves the day alone"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[CIVIL_TEXT_MAX];
        struct civil_date to =
            day_add_business(date_of(rows[i].from), rows[i].count, &days);
        if (strcmp(civil_date_text(to, text), rows[i].to) != 0)
            fail_msg("%s: %s, wanted %s", rows[i].about, text, rows[i].to);
    }
}

static void weekends_and_holidays_are_closed(void **state)
{
    (void)state;
    assert_true(day_is_business(date_of("2026-11-25"), &days));
    assert_false(day_is_business(date_of("2026-11-26"), &days));
    assert_false(day_is_business(date_of("2026-11-28"), &days));
    assert_true(day_is_business(date_of("2026-11-26"), NULL));
}

struct step_row {
    const char *about;
    const char *anchor_zone, *patient_zone;
    struct duration distance;
    int sign;
    int at; /* HHMM, -1: not said */
    const char *base, *want;
};

static void run_step_row(const struct step_row *row, enum step_base base)
{
    struct timing timing = timing_in(row->anchor_zone, row->patient_zone);
    timing.entered_at = at_utc(row->base);
    struct step_time time = {
        .given = true,
        .base = base,
        .distance = row->distance,
        .sign = row->sign,
        .at_seconds =
            row->at < 0 ? -1 : row->at / 100 * 3600 + row->at % 100 * 60,
    };
    assert_instant(step_time_instant(&time, timing.entered_at, &timing),
                   at_utc(row->want), row->about);
}

#define NEW_YORK "America/New_York"
#define HONOLULU "Pacific/Honolulu"
#define PHOENIX "America/Phoenix"

static void steps_count_on_the_calendar(void **state)
{
    (void)state;
    static const struct step_row rows[] = {
        {"5.2: clocks go forward between",
         NEW_YORK,
         NEW_YORK,
         {3, UNIT_DAYS},
         -1,
         900,
         "2026-03-09T09:00:00-04:00",
         "2026-03-06T14:00:00Z"},
        {"5.2: clocks go back between",
         NEW_YORK,
         NEW_YORK,
         {3, UNIT_DAYS},
         -1,
         900,
         "2026-11-02T09:00:00-05:00",
         "2026-10-30T13:00:00Z"},
        {"without a time of day the wall is kept",
         NEW_YORK,
         NEW_YORK,
         {3, UNIT_DAYS},
         -1,
         -1,
         "2026-11-02T09:15:00-05:00",
         "2026-10-30T13:15:00Z"},
        {"hours are exact, also over a clock change",
         NEW_YORK,
         NEW_YORK,
         {72, UNIT_HOURS},
         -1,
         -1,
         "2026-11-02T09:00:00-05:00",
         "2026-10-30T14:00:00Z"},
        {"minutes are exact",
         NEW_YORK,
         NEW_YORK,
         {90, UNIT_MINUTES},
         1,
         -1,
         "2026-11-02T09:00:00-05:00",
         "2026-11-02T15:30:00Z"},
        {"the day is the clinic's, the time the patient's",
         NEW_YORK,
         HONOLULU,
         {1, UNIT_DAYS},
         -1,
         1000,
         "2026-12-01T09:00:00-05:00",
         "2026-11-30T20:00:00Z"},
        {"02:30 that does not exist becomes 03:30",
         NEW_YORK,
         NEW_YORK,
         {1, UNIT_DAYS},
         -1,
         230,
         "2026-03-09T09:00:00-04:00",
         "2026-03-08T07:30:00Z"},
        {"01:30 that comes twice is the first",
         NEW_YORK,
         NEW_YORK,
         {1, UNIT_DAYS},
         -1,
         130,
         "2026-11-02T09:00:00-05:00",
         "2026-11-01T05:30:00Z"},
        {"no summer time in Phoenix",
         PHOENIX,
         PHOENIX,
         {2, UNIT_WEEKS},
         -1,
         800,
         "2026-03-09T09:00:00-07:00",
         "2026-02-23T15:00:00Z"},
        {"a month before the 31st is the month's last",
         NEW_YORK,
         NEW_YORK,
         {1, UNIT_MONTHS},
         -1,
         1000,
         "2026-03-31T09:00:00-04:00",
         "2026-02-28T15:00:00Z"},
        {"a year after 29 February is the 28th",
         NEW_YORK,
         NEW_YORK,
         {1, UNIT_YEARS},
         1,
         1000,
         "2028-02-29T09:00:00-05:00",
         "2029-02-28T15:00:00Z"},
        {"C-1: two business days over Thanksgiving",
         NEW_YORK,
         NEW_YORK,
         {2, UNIT_BUSINESS_DAYS},
         1,
         -1,
         "2026-11-25T14:00:00-05:00",
         "2026-11-30T19:00:00Z"},
        {"on the day itself, before the visit",
         NEW_YORK,
         NEW_YORK,
         {0, UNIT_DAYS},
         0,
         700,
         "2026-12-01T09:00:00-05:00",
         "2026-12-01T12:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        run_step_row(&rows[i], BASE_FIELD);
}

static void entry_times_never_lie_before_the_entry(void **state)
{
    (void)state;
    static const struct step_row rows[] = {
        {"on entry is at once",
         NEW_YORK,
         NEW_YORK,
         {0, UNIT_DAYS},
         0,
         -1,
         "2026-12-01T12:34:00-05:00",
         "2026-12-01T17:34:00Z"},
        {"entered at eight: the same day",
         NEW_YORK,
         NEW_YORK,
         {0, UNIT_DAYS},
         0,
         1000,
         "2026-12-01T08:00:00-05:00",
         "2026-12-01T15:00:00Z"},
        {"entered at noon: the next day",
         NEW_YORK,
         NEW_YORK,
         {0, UNIT_DAYS},
         0,
         1000,
         "2026-12-01T12:00:00-05:00",
         "2026-12-02T15:00:00Z"},
        {"21 days after",
         NEW_YORK,
         NEW_YORK,
         {21, UNIT_DAYS},
         1,
         1730,
         "2026-10-20T12:00:00-04:00",
         "2026-11-10T22:30:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        run_step_row(&rows[i], BASE_ENTRY);
}

static void turns_lie_apart_on_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *about;
        struct duration distance;
        int sign, turns, turn;
        const char *from, *want;
    } rows[] = {
        {"the first of those after comes first",
         {2, UNIT_WEEKS},
         1,
         3,
         1,
         "2026-10-20T12:00:00-04:00",
         "2026-11-03T15:00:00Z"},
        {"the last, over the end of summer time",
         {2, UNIT_WEEKS},
         1,
         3,
         3,
         "2026-10-20T12:00:00-04:00",
         "2026-12-01T15:00:00Z"},
        {"the first of those before lies farthest away",
         {1, UNIT_DAYS},
         -1,
         3,
         1,
         "2026-11-03T12:00:00-05:00",
         "2026-10-31T14:00:00Z"},
        {"the last of those before lies nearest",
         {1, UNIT_DAYS},
         -1,
         3,
         3,
         "2026-11-03T12:00:00-05:00",
         "2026-11-02T15:00:00Z"},
        {"months are counted from the base: no drift over February",
         {1, UNIT_MONTHS},
         1,
         3,
         2,
         "2026-12-31T12:00:00-05:00",
         "2027-02-28T15:00:00Z"},
        {"and the month behind it is whole again",
         {1, UNIT_MONTHS},
         1,
         3,
         3,
         "2026-12-31T12:00:00-05:00",
         "2027-03-31T14:00:00Z"},
    };
    struct timing timing = timing_in(NEW_YORK, NEW_YORK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_time every = {.given = true,
                                  .base = BASE_FIELD,
                                  .distance = rows[i].distance,
                                  .sign = rows[i].sign,
                                  .at_seconds = 36000,
                                  .turns = rows[i].turns};
        struct step_time turn = step_time_turn(&every, rows[i].turn);
        instant from, want;
        assert_true(civil_parse_instant(rows[i].from, &from));
        assert_true(civil_parse_instant(rows[i].want, &want));
        if (turn.turns != 0 || step_time_instant(&turn, from, &timing) != want)
            fail_msg("%s", rows[i].about);
    }
}

static void a_missing_base_is_never(void **state)
{
    (void)state;
    struct timing timing = timing_in(NEW_YORK, NEW_YORK);
    struct step_time time = {.given = true, .at_seconds = -1};
    assert_true(step_time_instant(&time, INSTANT_NEVER, &timing) ==
                INSTANT_NEVER);
    time.base = BASE_ENTRY;
    assert_true(step_time_instant(&time, 5, &timing) == INSTANT_NEVER);
    time.given = false;
    assert_true(step_time_instant(&time, 5, &timing) == INSTANT_NEVER);
    time = (struct step_time){
        .given = true, .base = BASE_INSTANT, .moment = 12345};
    assert_true(step_time_instant(&time, INSTANT_NEVER, &timing) == 12345);
}

static void durations_run_from_a_moment(void **state)
{
    (void)state;
    static const struct {
        const char *about, *from;
        struct duration duration;
        const char *want;
    } rows[] = {
        {"15 minutes at night",
         "2026-11-23T03:00:00Z",
         {15, UNIT_MINUTES},
         "2026-11-23T03:15:00Z"},
        {"4 open hours within a day",
         "2026-11-23T10:00:00-05:00",
         {4, UNIT_OPEN_HOURS},
         "2026-11-23T14:00:00-05:00"},
        {"4 open hours over the night",
         "2026-11-23T15:00:00-05:00",
         {4, UNIT_OPEN_HOURS},
         "2026-11-24T11:00:00-05:00"},
        {"from before opening",
         "2026-11-23T06:00:00-05:00",
         {4, UNIT_OPEN_HOURS},
         "2026-11-23T13:00:00-05:00"},
        {"over a weekend",
         "2026-11-20T16:00:00-05:00",
         {4, UNIT_OPEN_HOURS},
         "2026-11-23T12:00:00-05:00"},
        {"over Thanksgiving",
         "2026-11-25T16:00:00-05:00",
         {4, UNIT_OPEN_HOURS},
         "2026-11-27T12:00:00-05:00"},
        {"a whole open day ends at closing time",
         "2026-11-23T09:00:00-05:00",
         {8, UNIT_OPEN_HOURS},
         "2026-11-23T17:00:00-05:00"},
        {"2 business days keep the time",
         "2026-11-20T14:30:00-05:00",
         {2, UNIT_BUSINESS_DAYS},
         "2026-11-24T14:30:00-05:00"},
        {"10 days over the clock change",
         "2026-10-30T09:00:00-04:00",
         {10, UNIT_DAYS},
         "2026-11-09T09:00:00-05:00"},
    };
    struct timing timing = timing_in(NEW_YORK, NEW_YORK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_instant(duration_after(at_utc(rows[i].from), rows[i].duration,
                                      timing.anchor_zone, &timing),
                       at_utc(rows[i].want), rows[i].about);
}

static void tasks_are_due(void **state)
{
    (void)state;
    struct timing timing = timing_in(NEW_YORK, NEW_YORK);
    struct task_spec same_day = {.to = "nurse", .same_day = true};
    struct task_spec within = {
        .to = "nurse", .has_within = true, .within = {15, UNIT_MINUTES}};
    struct task_spec due = {
        .to = "nurse",
        .due = {.given = true,
                .base = BASE_FIELD,
                .distance = {2, UNIT_BUSINESS_DAYS},
                .sign = 1,
                .at_seconds = -1},
    };
    struct task_spec open_ended = {.to = "nurse"};
    assert_instant(
        task_due_at(&same_day, at_utc("2026-11-23T10:00:00-05:00"), 0, &timing),
        at_utc("2026-11-23T17:00:00-05:00"), "by closing time");
    assert_instant(
        task_due_at(&same_day, at_utc("2026-11-23T18:00:00-05:00"), 0, &timing),
        at_utc("2026-11-24T00:00:00-05:00") - 1, "after closing: midnight");
    assert_instant(
        task_due_at(&within, at_utc("2026-11-23T18:00:00-05:00"), 0, &timing),
        at_utc("2026-11-23T18:15:00-05:00"), "within 15 minutes");
    assert_instant(
        task_due_at(&due, 0, at_utc("2026-11-21T11:00:00-05:00"), &timing),
        at_utc("2026-11-24T11:00:00-05:00"), "C-1: the TCM call");
    assert_true(task_due_at(&open_ended, 0, 0, &timing) == INSTANT_NEVER);
}

static void reach_bounds_every_distance(void **state)
{
    (void)state;
    static const struct step_row rows[] = {
        {"days", NEW_YORK, HONOLULU, {3, UNIT_DAYS}, -1, 0, NULL, NULL},
        {"weeks", NEW_YORK, HONOLULU, {3, UNIT_WEEKS}, -1, 0, NULL, NULL},
        {"months", NEW_YORK, NEW_YORK, {7, UNIT_MONTHS}, -1, 0, NULL, NULL},
        {"years", NEW_YORK, NEW_YORK, {3, UNIT_YEARS}, 1, 2359, NULL, NULL},
        {"business days",
         NEW_YORK,
         NEW_YORK,
         {9, UNIT_BUSINESS_DAYS},
         -1,
         0,
         NULL,
         NULL},
        {"hours", NEW_YORK, NEW_YORK, {5, UNIT_HOURS}, -1, -1, NULL, NULL},
        {"on it", NEW_YORK, "Asia/Tokyo", {0, UNIT_DAYS}, 0, 0, NULL, NULL},
    };
    instant base = at_utc("2027-01-05T23:30:00-05:00");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct timing timing =
            timing_in(rows[i].anchor_zone, rows[i].patient_zone);
        struct step_time time = {
            .given = true,
            .distance = rows[i].distance,
            .sign = rows[i].sign,
            .at_seconds = rows[i].at < 0 ? -1 : rows[i].at / 100 * 3600,
        };
        int64_t reach = step_time_reach(&time);
        instant at = step_time_instant(&time, base, &timing);
        if (reach < 0 ? at < base + reach : at > base + reach)
            fail_msg("%s: lies beyond its reach", rows[i].about);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(business_days_count_from_the_next_day),
        cmocka_unit_test(weekends_and_holidays_are_closed),
        cmocka_unit_test(steps_count_on_the_calendar),
        cmocka_unit_test(entry_times_never_lie_before_the_entry),
        cmocka_unit_test(turns_lie_apart_on_the_calendar),
        cmocka_unit_test(a_missing_base_is_never),
        cmocka_unit_test(durations_run_from_a_moment),
        cmocka_unit_test(tasks_are_due),
        cmocka_unit_test(reach_bounds_every_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
