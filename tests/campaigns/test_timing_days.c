/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step times on days that not every year, place or calendar has: 29 February,
 * the date line, days that a place skipped, nights without midnight, and zones
 * whose rules change between a reminder and its visit. What holds for ordinary
 * days: test_timing.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaigns/timing.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct calendar_days no_holidays;

static instant utc(const char *text)
{
    instant at = 0;
    if (!civil_parse_instant(text, &at))
        fail_msg("\"%s\" is no instant", text);
    return at;
}

static const struct zone *zone_of(const char *name)
{
    const struct zone *zone = zone_find(name);
    if (!zone)
        fail_msg("no zone %s", name);
    return zone;
}

struct row {
    const char *about;
    const char *clinic, *patient;
    struct duration distance;
    int sign;
    const char *at; /* of the patient's wall; NULL: not said */
    const char *base, *want;
};

static struct step_time time_of(const struct row *row)
{
    struct step_time time = {.given = true,
                             .base = BASE_FIELD,
                             .distance = row->distance,
                             .sign = row->sign,
                             .at_seconds = -1};
    if (row->at)
        assert_true(civil_parse_time(row->at, &time.at_seconds));
    return time;
}

static void run_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct timing timing = {.anchor_zone = zone_of(rows[i].clinic),
                                .patient_zone = zone_of(rows[i].patient),
                                .days = &no_holidays,
                                .entered_at = INSTANT_NEVER};
        struct step_time time = time_of(&rows[i]);
        instant is = step_time_instant(&time, utc(rows[i].base), &timing);
        char text[CIVIL_TEXT_MAX];
        if (is != utc(rows[i].want))
            fail_msg("%s: %s, not %s", rows[i].about, civil_utc_text(is, text),
                     rows[i].want);
    }
}

#define NY "America/New_York"

static void leap_days(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a year before 29 February is the 28th",
         NY,
         NY,
         {1, UNIT_YEARS},
         -1,
         "10:00",
         "2028-02-29T09:00:00-05:00",
         "2027-02-28T15:00:00Z"},
        {"a year after it too",
         NY,
         NY,
         {1, UNIT_YEARS},
         1,
         "10:00",
         "2028-02-29T09:00:00-05:00",
         "2029-02-28T15:00:00Z"},
        {"four years after it is its own day again",
         NY,
         NY,
         {4, UNIT_YEARS},
         1,
         "10:00",
         "2028-02-29T09:00:00-05:00",
         "2032-02-29T15:00:00Z"},
        {"2100 has none",
         NY,
         NY,
         {4, UNIT_YEARS},
         1,
         "10:00",
         "2096-02-29T09:00:00-05:00",
         "2100-02-28T15:00:00Z"},
        {"twelve months are a year",
         NY,
         NY,
         {12, UNIT_MONTHS},
         -1,
         "10:00",
         "2028-02-29T09:00:00-05:00",
         "2027-02-28T15:00:00Z"},
        {"a year before 28 February is no 29th",
         NY,
         NY,
         {1, UNIT_YEARS},
         -1,
         "10:00",
         "2029-02-28T09:00:00-05:00",
         "2028-02-28T15:00:00Z"},
        {"a month before 31 March of a leap year",
         NY,
         NY,
         {1, UNIT_MONTHS},
         -1,
         "10:00",
         "2028-03-31T09:00:00-04:00",
         "2028-02-29T15:00:00Z"},
        {"and of another",
         NY,
         NY,
         {1, UNIT_MONTHS},
         -1,
         "10:00",
         "2027-03-31T09:00:00-04:00",
         "2027-02-28T15:00:00Z"},
        {"a month after 29 February",
         NY,
         NY,
         {1, UNIT_MONTHS},
         1,
         "10:00",
         "2028-02-29T09:00:00-05:00",
         "2028-03-29T14:00:00Z"},
        {"the day before 1 March",
         NY,
         NY,
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2028-03-01T09:00:00-05:00",
         "2028-02-29T15:00:00Z"},
        {"the day before 1 March of another year",
         NY,
         NY,
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2027-03-01T09:00:00-05:00",
         "2027-02-28T15:00:00Z"},
        {"two weeks over it",
         NY,
         NY,
         {2, UNIT_WEEKS},
         1,
         "10:00",
         "2028-02-20T09:00:00-05:00",
         "2028-03-05T15:00:00Z"},
        {"two business days over it: Monday to Wednesday",
         NY,
         NY,
         {2, UNIT_BUSINESS_DAYS},
         1,
         "10:00",
         "2028-02-28T09:00:00-05:00",
         "2028-03-01T15:00:00Z"},
        {"a hundred years of days",
         NY,
         NY,
         {36525, UNIT_DAYS},
         1,
         "10:00",
         "2000-01-01T09:00:00-05:00",
         "2100-01-01T15:00:00Z"},
    };
    run_rows(rows, ROWS(rows));
}

/* Whose day it is is the clinic's, what hour it is is the patient's. */
static void the_date_line(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Kiritimati is the first: the day before at ten",
         "Pacific/Kiritimati",
         "Pacific/Kiritimati",
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2026-11-24T09:00:00+14:00",
         "2026-11-22T20:00:00Z"},
        {"Pago Pago is the last",
         "Pacific/Pago_Pago",
         "Pacific/Pago_Pago",
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2026-11-24T09:00:00-11:00",
         "2026-11-23T21:00:00Z"},
        {"a clinic in Apia, a patient in Pago Pago: Monday of the clinic, ten "
         "o'clock of the patient, who reads Monday there as well",
         "Pacific/Apia",
         "Pacific/Pago_Pago",
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2026-11-24T09:00:00+13:00",
         "2026-11-23T21:00:00Z"},
        {"the other way",
         "Pacific/Pago_Pago",
         "Pacific/Apia",
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "2026-11-24T09:00:00-11:00",
         "2026-11-22T21:00:00Z"},
        {"without an hour the clinic's is kept",
         "Pacific/Apia",
         "Pacific/Pago_Pago",
         {1, UNIT_DAYS},
         -1,
         NULL,
         "2026-11-24T09:00:00+13:00",
         "2026-11-22T20:00:00Z"},
        {"hours know no dates",
         "Pacific/Apia",
         "Pacific/Pago_Pago",
         {24, UNIT_HOURS},
         -1,
         NULL,
         "2026-11-24T09:00:00+13:00",
         "2026-11-22T20:00:00Z"},
        /* Samoa went from the 29th to the 31st of December 2011. */
        {"three days before, over the day that Samoa skipped",
         "Pacific/Apia",
         "Pacific/Apia",
         {3, UNIT_DAYS},
         -1,
         "10:00",
         "2012-01-01T09:00:00+14:00",
         "2011-12-29T20:00:00Z"},
        {"on the skipped day itself: past the gap, by its length",
         "Pacific/Apia",
         "Pacific/Apia",
         {2, UNIT_DAYS},
         -1,
         "10:00",
         "2012-01-01T09:00:00+14:00",
         "2011-12-30T20:00:00Z"},
        {"a week is a week of dates",
         "Pacific/Apia",
         "Pacific/Apia",
         {1, UNIT_WEEKS},
         1,
         NULL,
         "2011-12-28T09:00:00-10:00",
         "2012-01-03T19:00:00Z"},
        {"Friday was skipped, and is no less a business day",
         "Pacific/Apia",
         "Pacific/Apia",
         {2, UNIT_BUSINESS_DAYS},
         1,
         NULL,
         "2011-12-29T09:00:00-10:00",
         "2012-01-01T19:00:00Z"},
        /* the Line Islands went from 30 December 1994 to 1 January 1995 */
        {"Kiritimati's skipped day",
         "Pacific/Kiritimati",
         "Pacific/Kiritimati",
         {1, UNIT_DAYS},
         -1,
         "10:00",
         "1995-01-01T12:00:00+14:00",
         "1994-12-31T20:00:00Z"},
    };
    run_rows(rows, ROWS(rows));
}

/* Where the clocks change at midnight some days begin at one o'clock, and
 * some hours before midnight come twice. */
static void nights_without_midnight(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Cairo: 24 April 2026 begins at 01:00",
         "Africa/Cairo",
         "Africa/Cairo",
         {1, UNIT_DAYS},
         -1,
         "00:30",
         "2026-04-25T09:00:00+03:00",
         "2026-04-23T22:30:00Z"},
        {"Havana: 8 March 2026 begins at 01:00",
         "America/Havana",
         "America/Havana",
         {1, UNIT_DAYS},
         -1,
         "00:00",
         "2026-03-09T09:00:00-04:00",
         "2026-03-08T05:00:00Z"},
        {"Santiago: 23:30 on 4 April 2026 comes twice, the first counts",
         "America/Santiago",
         "America/Santiago",
         {1, UNIT_DAYS},
         -1,
         "23:30",
         "2026-04-05T09:00:00-04:00",
         "2026-04-05T02:30:00Z"},
        {"Nuuk: the hour before midnight is skipped on 28 March 2026",
         "America/Nuuk",
         "America/Nuuk",
         {1, UNIT_DAYS},
         -1,
         "23:30",
         "2026-03-29T09:00:00-01:00",
         "2026-03-29T01:30:00Z"},
        {"Lord Howe: half an hour, 02:15 becomes 02:45",
         "Australia/Lord_Howe",
         "Australia/Lord_Howe",
         {1, UNIT_DAYS},
         -1,
         "02:15",
         "2026-10-05T09:00:00+11:00",
         "2026-10-03T15:45:00Z"},
        {"Chatham: 02:45 to 03:45",
         "Pacific/Chatham",
         "Pacific/Chatham",
         {1, UNIT_DAYS},
         -1,
         "03:00",
         "2026-09-28T09:00:00+13:45",
         "2026-09-26T14:15:00Z"},
        {"Troll: two hours at once",
         "Antarctica/Troll",
         "Antarctica/Troll",
         {1, UNIT_DAYS},
         -1,
         "02:00",
         "2026-03-30T09:00:00+02:00",
         "2026-03-29T02:00:00Z"},
        {"Casablanca: Ramadan ends, 02:30 becomes 03:30",
         "Africa/Casablanca",
         "Africa/Casablanca",
         {1, UNIT_DAYS},
         -1,
         "02:30",
         "2026-03-23T09:00:00+01:00",
         "2026-03-22T02:30:00Z"},
    };
    run_rows(rows, ROWS(rows));
}

/* Planned under one set of rules, due under the next. */
static void zones_whose_rules_change_on_the_way(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Almaty gave up an hour on 1 March 2024",
         "Asia/Almaty",
         "Asia/Almaty",
         {7, UNIT_DAYS},
         -1,
         "09:00",
         "2024-03-04T09:00:00+05:00",
         "2024-02-26T03:00:00Z"},
        {"and hours stay hours",
         "Asia/Almaty",
         "Asia/Almaty",
         {168, UNIT_HOURS},
         -1,
         NULL,
         "2024-03-04T09:00:00+05:00",
         "2024-02-26T04:00:00Z"},
        {"Mexico City has no summer time since 2022",
         "America/Mexico_City",
         "America/Mexico_City",
         {6, UNIT_MONTHS},
         1,
         "09:00",
         "2022-10-15T09:00:00-05:00",
         "2023-04-15T15:00:00Z"},
        {"Nuuk moved east in 2023 and began to change again in 2024",
         "America/Nuuk",
         "America/Nuuk",
         {1, UNIT_YEARS},
         1,
         "09:00",
         "2023-07-01T09:00:00-02:00",
         "2024-07-01T10:00:00Z"},
        {"Amman stays on summer time since 2022",
         "Asia/Amman",
         "Asia/Amman",
         {1, UNIT_YEARS},
         1,
         "09:00",
         "2022-01-15T09:00:00+02:00",
         "2023-01-15T06:00:00Z"},
    };
    run_rows(rows, ROWS(rows));
}

/* The horizon of planning is bounded by this: whatever lies beyond it would
 * be planned too late. */
static void no_step_lies_beyond_its_reach(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia",
        "America/New_York",   "Asia/Kathmandu",    "Antarctica/Troll",
    };
    static const enum duration_unit units[] = {
        UNIT_MINUTES, UNIT_HOURS,  UNIT_DAYS, UNIT_BUSINESS_DAYS,
        UNIT_WEEKS,   UNIT_MONTHS, UNIT_YEARS};
    static const int times[] = {-1, 0, 12 * 3600, 24 * 3600 - 60};
    static const char *const bases[] = {
        "2011-12-29T09:59:00Z", "2024-02-29T10:30:00Z", "2026-03-08T07:00:00Z",
        "2026-11-01T05:30:00Z", "2026-12-31T10:00:00Z", "2028-02-29T23:59:00Z"};
    struct timing timing = {.days = &no_holidays, .entered_at = INSTANT_NEVER};
    for (size_t z = 0; z < ROWS(zones) * ROWS(zones); z++) {
        timing.anchor_zone = zone_of(zones[z % ROWS(zones)]);
        timing.patient_zone = zone_of(zones[z / ROWS(zones)]);
        for (size_t i = 0; i < ROWS(units) * ROWS(times) * ROWS(bases); i++) {
            instant base = utc(bases[i % ROWS(bases)]);
            struct step_time time = {.given = true,
                                     .at_seconds =
                                         times[i / ROWS(bases) % ROWS(times)]};
            time.distance.unit = units[i / ROWS(bases) / ROWS(times)];
            for (int count = -13; count <= 13; count++) {
                time.sign = count < 0 ? -1 : count > 0;
                time.distance.count = count < 0 ? -count : count;
                int64_t reach = step_time_reach(&time);
                instant at = step_time_instant(&time, base, &timing);
                if (time.sign > 0 ? at > base + reach : at < base + reach)
                    fail_msg("%d of unit %d from %s at %d s, clinic %s, "
                             "patient %s: %lld s beyond its reach",
                             count, (int)time.distance.unit,
                             bases[i % ROWS(bases)], time.at_seconds,
                             zones[z % ROWS(zones)], zones[z / ROWS(zones)],
                             (long long)((at - base - reach) / SECOND_MS));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leap_days),
        cmocka_unit_test(the_date_line),
        cmocka_unit_test(nights_without_midnight),
        cmocka_unit_test(zones_whose_rules_change_on_the_way),
        cmocka_unit_test(no_step_lies_beyond_its_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
