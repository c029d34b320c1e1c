/* SPDX-License-Identifier: Apache-2.0 */
/* Days of iCalendar files (RFC 5545), and where they are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/ical.h"

#define CALENDAR(events)                                              \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" events \
    "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\nUID:1\r\n" lines "END:VEVENT\r\n"

/* "2026-12-25 2026-12-26", the first few of them. */
static void expect_days(const char *why, const char *text, const char *expect)
{
    struct civil_date *dates;
    size_t count;
    struct error err = {0};
    struct ical_place place;
    struct buf found;
    if (!ical_days(text, strlen(text), &dates, &count, &err, &place))
        fail_msg("%s: %d:%d: %s", why, place.line, place.column, err.text);
    buf_init(&found, 4096);
    for (size_t i = 0; i < count && i < 6; i++) {
        char one[CIVIL_TEXT_MAX];
        buf_format(&found, "%s%s", i ? " " : "",
                   civil_date_text(dates[i], one));
    }
    if (count > 6)
        buf_text(&found, " ...");
    if (strcmp(found.data, expect) != 0)
        fail_msg("%s: found %s", why, found.data);
    buf_free(&found);
    free(dates);
}

static void whole_days_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text, *days;
    } rows[] = {
        {"an empty calendar", CALENDAR(""), ""},
        {"one day", CALENDAR(EVENT("DTSTART;VALUE=DATE:20261225\r\n")),
         "2026-12-25"},
        {"DTEND is the day after the last",
         CALENDAR(EVENT("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:"
                        "20261227\r\nSUMMARY:Christmas\r\n")),
         "2026-12-24 2026-12-25 2026-12-26"},
        {"a duration",
         CALENDAR(EVENT("DTSTART;VALUE=DATE:20261231\r\nDURATION:P2D\r\n")),
         "2026-12-31 2027-01-01"},
        {"a week", CALENDAR(EVENT("DTSTART:20260801\r\nDURATION:P1W\r\n")),
         "2026-08-01 2026-08-02 2026-08-03 2026-08-04 2026-08-05 2026-08-06 "
         "..."},
        {"two on one day count once, in order",
         CALENDAR(EVENT("DTSTART:20261225\r\n") EVENT("DTSTART:20260101\r\n")
                      EVENT("DTSTART:20261225\r\n")),
         "2026-01-01 2026-12-25"},
        {"one that was cancelled",
         CALENDAR(EVENT("DTSTART:20261225\r\nSTATUS:CANCELLED\r\n")), ""},
        {"further dates and exceptions",
         CALENDAR(EVENT("DTSTART:20261225\r\nRDATE;VALUE=DATE:20261227,"
                        "20261229\r\nEXDATE;VALUE=DATE:20261227\r\n")),
         "2026-12-25 2026-12-29"},
        {"lines that end in LF, folded in the middle of a date",
         "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:2026\n 1225\n"
         "END:VEVENT\nEND:VCALENDAR\n",
         "2026-12-25"},
        {"a byte-order mark, blank lines, a colon inside quotes",
         "\xEF\xBB\xBF" CALENDAR(
             "\r\n" EVENT("DTSTART;X=\"a:b\";VALUE=DATE:20261225\r\n")),
         "2026-12-25"},
        {"zones, alarms and to-dos are passed over",
         CALENDAR("BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:"
                  "19701101T020000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                  "BEGIN:VTODO\r\nDTSTART:20260101T090000Z\r\nEND:VTODO\r\n"
                  "BEGIN:VEVENT\r\nDTSTART:20261225\r\nBEGIN:VALARM\r\n"
                  "DURATION:PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n"),
         "2026-12-25"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_days(rows[i].why, rows[i].text, rows[i].days);
}

static void yearly_rules_are_followed(void **state)
{
    (void)state;
    static const struct {
        const char *why, *rule, *days; /* DTSTART is Thanksgiving 2026 */
    } rows[] = {
        {"three times", "FREQ=YEARLY;COUNT=3",
         "2026-11-26 2027-11-26 2028-11-26"},
        {"the fourth Thursday", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3",
         "2026-11-26 2027-11-25 2028-11-23"},
        {"the last Monday of May", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3",
         "2026-11-26 2027-05-31 2028-05-29"},
        {"every other year until a day",
         "FREQ=YEARLY;INTERVAL=2;UNTIL=20301231T235959Z",
         "2026-11-26 2028-11-26 2030-11-26"},
        {"on another date",
         "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4;COUNT=2;WKST=SU",
         "2026-11-26 2027-07-04"},
        {"29 February only where there is one",
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3",
         "2026-11-26 2028-02-29 2032-02-29"},
        {"for a hundred years", "FREQ=YEARLY",
         "2026-11-26 2027-11-26 2028-11-26 2029-11-26 2030-11-26 2031-11-26 "
         "..."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 CALENDAR(EVENT("DTSTART:20261126\r\nRRULE:%s\r\n")),
                 rows[i].rule);
        expect_days(rows[i].why, text, rows[i].days);
    }
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line, column;
        const char *expect;
    } rows[] = {
        {"", 1, 1, "END:VCALENDAR is missing"},
        {"DTSTART:20261225\n", 1, 1, "begins with BEGIN:VCALENDAR"},
        {"BEGIN:VEVENT\n", 1, 7, "one VCALENDAR"},
        {"BEGIN:VCALENDAR\nEND:VEVENT\n", 2, 5, "ends something else"},
        {"BEGIN:VCALENDAR\n", 2, 1, "cut off"},
        {CALENDAR("") CALENDAR(""), 5, 7, "one VCALENDAR"},
        {"BEGIN:VCALENDAR\nno property\n", 2, 3, "expected a property"},
        {"BEGIN:VCALENDAR\nSUMMARY\n", 2, 8, "expected a property"},
        {"BEGIN:VCALENDAR\nX;Y=\"z\n", 2, 1, "no value"},
        {CALENDAR(EVENT("")), 6, 1, "no DTSTART"},
        {CALENDAR(EVENT("DTSTART:20261225T090000Z\r\n")), 6, 9,
         "times of day are not understood"},
        {CALENDAR(EVENT("DTSTART;VALUE=DATE:20250229\r\n")), 6, 20,
         "there is no such day"},
        {CALENDAR(EVENT("DTSTART:20260101\r\nEXDATE:20260101,20261301\r\n")), 7,
         17, "there is no such day"},
        {CALENDAR(EVENT("DTSTART:20261225\r\nDTEND:20261225\r\n")), 8, 1,
         "ends before it begins"},
        {CALENDAR(EVENT("DTSTART:20260101\r\nDTEND:20280101\r\n")), 8, 1,
         "longer than a year"},
        {CALENDAR(EVENT("DTSTART:20260101\r\nDURATION:PT2H\r\n")), 7, 10,
         "days or weeks"},
        {CALENDAR(EVENT("DTSTART:20260101\r\nEXDATE:20260101,x\r\n")), 7, 17,
         "whole day"},
        {CALENDAR(EVENT("RRULE:FREQ=WEEKLY\r\n")), 6, 7, "only FREQ=YEARLY"},
        {CALENDAR(EVENT("RRULE:FREQ=YEARLY;BYSETPOS=1\r\n")), 6, 19,
         "not understood"},
        {CALENDAR(EVENT("RRULE:FREQ=YEARLY;BYDAY=TH\r\n")), 6, 19, "BYDAY is"},
        {CALENDAR(EVENT("RRULE:FREQ=YEARLY;BYDAY=4TH\r\n")), 6, 7,
         "BYDAY needs BYMONTH"},
        {CALENDAR(EVENT("RECURRENCE-ID:20260101\r\n")), 6, 1,
         "changed instances"},
        /* folded: the place is in the physical line */
        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=YEARLY\n ;COUNT=0\n", 4, 3,
         "COUNT is"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil_date *dates;
        size_t count;
        struct error err = {0};
        struct ical_place place = {0};
        if (ical_days(rows[i].text, strlen(rows[i].text), &dates, &count, &err,
                      &place))
            fail_msg("row %zu was read", i);
        if (!strstr(err.text, rows[i].expect) || place.line != rows[i].line ||
            place.column != rows[i].column)
            fail_msg("row %zu: %d:%d: %s", i, place.line, place.column,
                     err.text);
    }
}

static void a_file_is_named_in_its_faults(void **state)
{
    (void)state;
    char dir[] = "/tmp/outreach-ical-XXXXXX";
    char path[64];
    struct error err = {0};
    struct civil_date *dates;
    size_t count;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/closed.ics", dir);
    assert_false(ical_load(path, &dates, &count, &err));
    assert_non_null(strstr(err.text, "closed.ics"));
    static const char good[] = CALENDAR(EVENT("DTSTART:20261225\r\n"));
    assert_true(file_write(path, good, strlen(good), 0600, &err));
    assert_true(ical_load(path, &dates, &count, &err));
    assert_int_equal(count, 1);
    free(dates);
    assert_true(file_write(path, "x", 1, 0600, &err));
    assert_false(ical_load(path, &dates, &count, &err));
    assert_non_null(strstr(err.text, "closed.ics:1:2: error: "));
    file_remove_tree(dir);
}

/* Ten events of a hundred years each of two hundred days. */
static void a_calendar_without_measure_is_refused(void **state)
{
    (void)state;
    static const char text[] = CALENDAR(
        EVENT("DTSTART:20260101\r\nDURATION:P300D\r\nRRULE:FREQ=YEARLY\r\n"));
    struct civil_date *dates;
    size_t count;
    struct error err = {0};
    assert_false(ical_days(text, strlen(text), &dates, &count, &err, NULL));
    assert_non_null(strstr(err.text, "too many days"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_days_are_read),
        cmocka_unit_test(yearly_rules_are_followed),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_file_is_named_in_its_faults),
        cmocka_unit_test(a_calendar_without_measure_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
