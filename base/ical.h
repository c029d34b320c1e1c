/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ICAL_H
#define BASE_ICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/civil.h"
#include "base/error.h"

/* The whole days of an iCalendar file (RFC 5545): holidays and closed days as
 * calendars export them. Strict: what it does not understand of a VEVENT's
 * time is a fault, never a day forgotten. Read are DTSTART and DTEND as
 * dates, DURATION in days or weeks, RRULE with FREQ=YEARLY (INTERVAL, COUNT,
 * UNTIL, BYMONTH, BYMONTHDAY, BYDAY such as 4TH), RDATE, EXDATE and
 * STATUS:CANCELLED; other properties and components are passed over. Times of
 * day are refused: a day is closed or it is not. */
struct ical_place {
    int line, column; /* from 1; columns in bytes */
};
#define ICAL_MAX_BYTES (1u << 20)
#define ICAL_MAX_DAYS 20000
/* Yearly rules without an end are followed for so many years. */
#define ICAL_YEARS 100

/* `*dates` is sorted and without repetitions; free() it. False: `err` says
 * what, `place` where. Pure. */
bool ical_days(const char *text, size_t len, struct civil_date **dates,
               size_t *count, struct error *err, struct ical_place *place);
/* The same of a file; the error has its path, line and column. */
bool ical_load(const char *path, struct civil_date **dates, size_t *count,
               struct error *err);

#endif
