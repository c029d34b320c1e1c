/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar: conversions checked day by day over 10,000 years, arithmetic
 * and parsing by tables with a sentence a row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

static struct civil_date date_of(const char *text)
{
    struct civil_date date = {0, 0, 0};
    if (!civil_parse_date(text, &date))
        fail_msg("\"%s\" is no date", text);
    return date;
}

static void assert_date(const char *says, struct civil_date date,
                        const char *expected)
{
    char text[CIVIL_TEXT_MAX];
    if (strcmp(civil_date_text(date, text), expected) != 0)
        fail_msg("%s: got %s, expected %s", says, text, expected);
}

static void test_every_day_converts_both_ways(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    int64_t days = civil_days((struct civil_date){1, 1, 1});
    assert_int_equal(days, -719162);
    int weekday = 1; /* 0001-01-01 was a Monday */
    for (int year = 1; year <= 9999; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= length; day++, days++) {
                struct civil_date date = {(int16_t)year, (int8_t)month,
                                          (int8_t)day};
                struct civil_date back = civil_from_days(days);
                if (civil_days(date) != days || back.year != year ||
                    back.month != month || back.day != day ||
                    civil_weekday(date) != weekday)
                    fail_msg("%04d-%02d-%02d", year, month, day);
                weekday = weekday % 7 + 1;
            }
        }
    }
    assert_int_equal(days - 1, civil_days((struct civil_date){9999, 12, 31}));
}

static void test_weekdays_known_from_calendars(void **state)
{
    (void)state;
    assert_int_equal(civil_weekday(date_of("1970-01-01")), 4);
    assert_int_equal(civil_weekday(date_of("2026-11-23")), 1);
    assert_int_equal(civil_weekday(date_of("2024-02-29")), 4);
    assert_int_equal(civil_weekday(date_of("2026-03-08")), 7);
}

static void test_dates_that_exist_and_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *text;
        bool good;
    } rows[] = {
        {"an ordinary date", "2026-11-23", true},
        {"29 February of a leap year", "2024-02-29", true},
        {"29 February of 2000, divisible by 400", "2000-02-29", true},
        {"29 February of a common year", "2026-02-29", false},
        {"29 February of 1900, divisible by 100", "1900-02-29", false},
        {"30 February", "2024-02-30", false},
        {"31 April", "2026-04-31", false},
        {"month 13", "2026-13-01", false},
        {"month 0", "2026-00-01", false},
        {"day 0", "2026-01-00", false},
        {"day 32", "2026-01-32", false},
        {"year 0 is before our calendar", "0000-01-01", false},
        {"the first year", "0001-01-01", true},
        {"the last day", "9999-12-31", true},
        {"one digit for the month", "2026-1-01", false},
        {"American order", "11/23/2026", false},
        {"no dashes", "20261123", false},
        {"text behind", "2026-11-23 ", false},
        {"a time behind", "2026-11-23T10:00", false},
        {"a blank in front", " 2026-11-23", false},
        {"a sign", "+2026-11-23", false},
        {"empty", "", false},
        {"cut", "2026-11-2", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil_date out = {7, 7, 7};
        if (civil_parse_date(rows[i].text, &out) != rows[i].good)
            fail_msg("%s: \"%s\"", rows[i].says, rows[i].text);
        if (!rows[i].good && out.year != 7)
            fail_msg("%s: wrote its answer though it failed", rows[i].says);
    }
    assert_false(civil_parse_date(NULL, &(struct civil_date){0, 0, 0}));
}

static void test_months_keep_the_day_where_it_exists(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *from;
        int64_t months;
        const char *expected;
    } rows[] = {
        {"a month on", "2026-11-23", 1, "2026-12-23"},
        {"over the year's end", "2026-12-15", 1, "2027-01-15"},
        {"31 January and a month", "2026-01-31", 1, "2026-02-28"},
        {"31 January and a month in a leap year", "2024-01-31", 1,
         "2024-02-29"},
        {"31 May less three months", "2026-05-31", -3, "2026-02-28"},
        {"31 October and a month", "2026-10-31", 1, "2026-11-30"},
        {"29 February and a year", "2024-02-29", 12, "2025-02-28"},
        {"29 February and four years", "2024-02-29", 48, "2028-02-29"},
        {"29 February less a year", "2024-02-29", -12, "2023-02-28"},
        {"back over new year", "2026-01-15", -1, "2025-12-15"},
        {"ten years", "2016-11-23", 120, "2026-11-23"},
        {"beyond the calendar stays at its end", "9999-12-01", 1, "9999-12-31"},
        {"before the calendar stays at its start", "0001-01-15", -1,
         "0001-01-01"},
        {"far too many", "2026-11-23", INT64_MAX, "9999-12-31"},
        {"far too few", "2026-11-23", INT64_MIN, "0001-01-01"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_date(rows[i].says,
                    civil_add_months(date_of(rows[i].from), rows[i].months),
                    rows[i].expected);
}

static void test_days_are_added_across_everything(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *from;
        int64_t days;
        const char *expected;
    } rows[] = {
        {"three days before a Monday", "2026-03-09", -3, "2026-03-06"},
        {"into March of a common year", "2026-02-28", 1, "2026-03-01"},
        {"onto the leap day", "2024-02-28", 1, "2024-02-29"},
        {"a common year", "2026-01-01", 365, "2027-01-01"},
        {"four centuries", "1600-01-01", 146097, "2000-01-01"},
        {"too far", "2026-01-01", INT64_MAX, "9999-12-31"},
        {"too far back", "2026-01-01", INT64_MIN, "0001-01-01"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_date(rows[i].says,
                    civil_add_days(date_of(rows[i].from), rows[i].days),
                    rows[i].expected);
}

static void test_age_in_whole_years(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *birth;
        const char *on;
        int age;
    } rows[] = {
        {"the day before a birthday", "1976-11-24", "2026-11-23", 49},
        {"on the birthday", "1976-11-23", "2026-11-23", 50},
        {"born today", "2026-11-23", "2026-11-23", 0},
        {"not born yet", "2026-11-24", "2026-11-23", -1},
        {"leap child on 28 February of a common year", "2004-02-29",
         "2022-02-28", 17},
        {"leap child on 1 March of a common year", "2004-02-29", "2022-03-01",
         18},
        {"leap child on its own day", "2004-02-29", "2024-02-29", 20},
        {"a century", "1926-01-01", "2026-01-01", 100},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int age = civil_age(date_of(rows[i].birth), date_of(rows[i].on));
        if (age != rows[i].age)
            fail_msg("%s: got %d", rows[i].says, age);
    }
}

static void test_dates_compare(void **state)
{
    (void)state;
    struct civil_date a = date_of("2026-11-23");
    assert_int_equal(civil_compare(a, a), 0);
    assert_int_equal(civil_compare(a, date_of("2026-11-24")), -1);
    assert_int_equal(civil_compare(a, date_of("2025-12-31")), 1);
    assert_int_equal(civil_compare(a, date_of("2026-12-01")), -1);
}

static void test_seconds_on_the_wall_both_ways(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00"},
        {-1, "1969-12-31T23:59:59"},
        {86399, "1970-01-01T23:59:59"},
        {-86400, "1969-12-31T00:00:00"},
        {951782400, "2000-02-29T00:00:00"},
        {INT64_C(253402300799), "9999-12-31T23:59:59"},
        {INT64_C(-62135596800), "0001-01-01T00:00:00"},
    };
    char text[CIVIL_TEXT_MAX];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil civil = civil_from_seconds(rows[i].seconds);
        assert_string_equal(civil_text(civil, text), rows[i].text);
        assert_true(civil_seconds(civil) == rows[i].seconds);
    }
    /* never leaves the calendar */
    civil_text(civil_from_seconds(INT64_MAX), text);
    assert_string_equal(text, "9999-12-31T23:59:59");
    civil_text(civil_from_seconds(INT64_MIN), text);
    assert_string_equal(text, "0001-01-01T00:00:00");
}

static void test_times_of_day(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int seconds; /* -1: refused */
    } rows[] = {
        {"10:00", 36000},
        {"00:00", 0},
        {"23:59:59", 86399},
        {"24:00", 86400},
        {"24:00:00", 86400},
        {"10:00:30", 36030},
        {"24:01", -1},
        {"25:00", -1},
        {"24:00:01", -1},
        {"9:00", -1},
        {"10:60", -1},
        {"10:00:60", -1},
        {"10", -1},
        {"10:0", -1},
        {"10:00 AM", -1},
        {"-1:00", -1},
        {"", -1},
        {"10:00:", -1},
        {"10:00:5", -1},
        {"1000", -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int seconds = -1;
        civil_parse_time(rows[i].text, &seconds);
        if (seconds != rows[i].seconds)
            fail_msg("\"%s\": got %d", rows[i].text, seconds);
    }
    assert_false(civil_parse_time(NULL, &(int){0}));
}

static void test_instants_parse_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *text;
        const char *utc; /* NULL: refused */
    } rows[] = {
        {"with Z", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"},
        {"west of Greenwich", "2026-11-23T10:00:00-05:00",
         "2026-11-23T15:00:00.000Z"},
        {"east, half an hour", "2026-11-23T10:00+05:30",
         "2026-11-23T04:30:00.000Z"},
        {"offset without a colon", "2026-11-23T10:00:00-0500",
         "2026-11-23T15:00:00.000Z"},
        {"a blank for the T", "2026-11-23 10:00Z", "2026-11-23T10:00:00.000Z"},
        {"tenths", "2026-11-23T10:00:30.5Z", "2026-11-23T10:00:30.500Z"},
        {"nanoseconds are cut", "2026-11-23T10:00:30.123999999Z",
         "2026-11-23T10:00:30.123Z"},
        {"before 1970", "1969-12-31T23:59:59.250Z", "1969-12-31T23:59:59.250Z"},
        {"the offset crosses the day", "2026-11-23T23:00:00-05:00",
         "2026-11-24T04:00:00.000Z"},
        {"minus nought", "2026-11-23T10:00:00-00:00",
         "2026-11-23T10:00:00.000Z"},
        {"no offset", "2026-11-23T10:00:00", NULL},
        {"no time", "2026-11-23", NULL},
        {"29 February of a common year", "2026-02-29T10:00:00Z", NULL},
        {"29 February of a leap year", "2028-02-29T10:00:00Z",
         "2028-02-29T10:00:00.000Z"},
        {"31 November", "2026-11-31T10:00:00Z", NULL},
        {"24:00 is no time on a date", "2026-11-23T24:00:00Z", NULL},
        {"a leap second", "2026-12-31T23:59:60Z", NULL},
        {"text behind", "2026-11-23T10:00:00Z.", NULL},
        {"a blank behind", "2026-11-23T10:00:00Z ", NULL},
        {"an offset twice", "2026-11-23T10:00:00Z+01:00", NULL},
        {"an offset of 19 hours", "2026-11-23T10:00:00+19:00", NULL},
        {"61 minutes of offset", "2026-11-23T10:00:00+01:61", NULL},
        {"hours of offset only", "2026-11-23T10:00:00+01", NULL},
        {"a fraction without digits", "2026-11-23T10:00:00.Z", NULL},
        {"a fraction of minutes", "2026-11-23T10:00.5Z", NULL},
        {"ten digits of fraction", "2026-11-23T10:00:00.1234567890Z", NULL},
        {"small letters", "2026-11-23t10:00:00z", NULL},
        {"a zone name", "2026-11-23T10:00:00 EST", NULL},
        {"empty", "", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        instant at = 7;
        char text[CIVIL_TEXT_MAX];
        bool good = civil_parse_instant(rows[i].text, &at);
        if (good != (rows[i].utc != NULL))
            fail_msg("%s: \"%s\"", rows[i].says, rows[i].text);
        if (good && strcmp(civil_utc_text(at, text), rows[i].utc) != 0)
            fail_msg("%s: got %s", rows[i].says, text);
        if (!good && at != 7)
            fail_msg("%s: wrote its answer though it failed", rows[i].says);
    }
}

static void test_civil_parse_says_whether_there_is_an_offset(void **state)
{
    (void)state;
    struct civil civil;
    bool has_offset = true;
    int offset = 7;
    char text[CIVIL_TEXT_MAX];
    assert_true(civil_parse("2026-11-23T10:00", &civil, &has_offset, &offset));
    assert_false(has_offset);
    assert_int_equal(offset, 0);
    assert_string_equal(civil_text(civil, text), "2026-11-23T10:00:00");
    assert_true(
        civil_parse("2026-11-23 10:00:59-03:30", &civil, &has_offset, &offset));
    assert_true(has_offset);
    assert_int_equal(offset, -(3 * 3600 + 30 * 60));
    assert_string_equal(civil_text(civil, text), "2026-11-23T10:00:59");
    assert_true(civil_parse("2026-11-23T10:00Z", &civil, &has_offset, &offset));
    assert_true(has_offset);
    assert_false(civil_parse(NULL, &civil, &has_offset, &offset));
}

static void test_instants_print_with_their_offset(void **state)
{
    (void)state;
    char text[CIVIL_TEXT_MAX];
    instant at = INT64_C(1795446000000); /* 2026-11-23T15:00:00Z */
    assert_string_equal(civil_instant_text(at, -5 * 3600, text),
                        "2026-11-23T10:00:00-05:00");
    assert_string_equal(civil_instant_text(at, 0, text),
                        "2026-11-23T15:00:00+00:00");
    assert_string_equal(civil_instant_text(at, 20700, text),
                        "2026-11-23T20:45:00+05:45");
    assert_string_equal(civil_instant_text(-1, 0, text),
                        "1969-12-31T23:59:59+00:00");
    assert_string_equal(civil_utc_text(at + 7, text),
                        "2026-11-23T15:00:00.007Z");
    assert_string_equal(civil_utc_text(-1, text), "1969-12-31T23:59:59.999Z");
    assert_memory_equal(civil_utc_text(INSTANT_NEVER, text),
                        "9999-12-31T23:59:59", 19);
}

static void test_offsets_with_seconds_still_name_the_instant(void **state)
{
    (void)state;
    /* local mean time of New York before 1883: -04:56:02 */
    instant at = INT64_C(-3000000000000);
    char text[CIVIL_TEXT_MAX];
    instant back;
    civil_instant_text(at, -17762, text);
    assert_string_equal(text + 19, "-04:56");
    assert_true(civil_parse_instant(text, &back));
    assert_true(back == at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_converts_both_ways),
        cmocka_unit_test(test_weekdays_known_from_calendars),
        cmocka_unit_test(test_dates_that_exist_and_do_not),
        cmocka_unit_test(test_months_keep_the_day_where_it_exists),
        cmocka_unit_test(test_days_are_added_across_everything),
        cmocka_unit_test(test_age_in_whole_years),
        cmocka_unit_test(test_dates_compare),
        cmocka_unit_test(test_seconds_on_the_wall_both_ways),
        cmocka_unit_test(test_times_of_day),
        cmocka_unit_test(test_instants_parse_strictly),
        cmocka_unit_test(test_civil_parse_says_whether_there_is_an_offset),
        cmocka_unit_test(test_instants_print_with_their_offset),
        cmocka_unit_test(test_offsets_with_seconds_still_name_the_instant),
    };
    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
