/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/* A calendar date and a time of day on the wall, without a zone. Proleptic
 * Gregorian, years 1 to 9999. Plain values. */
struct civil_date {
    int16_t year;
    int8_t month; /* 1..12 */
    int8_t day;   /* 1..31 */
};
struct civil {
    struct civil_date date;
    int8_t hour;   /* 0..23 */
    int8_t minute; /* 0..59 */
    int8_t second; /* 0..59 */
};

/* Days since 1970-01-01, and back. */
int64_t civil_days(struct civil_date date);
struct civil_date civil_from_days(int64_t days);
bool civil_valid(struct civil_date date);
int civil_weekday(struct civil_date date); /* 1 = Monday .. 7 = Sunday */
int civil_compare(struct civil_date a, struct civil_date b);

/* Calendar arithmetic. Months and years keep the day where it exists, else
 * take the month's last (29 February + 1 year = 28 February). */
struct civil_date civil_add_days(struct civil_date date, int64_t days);
struct civil_date civil_add_months(struct civil_date date, int64_t months);
/* Whole years between birth and `on`; -1 when `on` is before birth. Somebody
 * born on 29 February turns a year older on 1 March of common years. */
int civil_age(struct civil_date birth, struct civil_date on);

/* Seconds since 1970-01-01T00:00:00 *on the wall*, and back. */
int64_t civil_seconds(struct civil civil);
struct civil civil_from_seconds(int64_t seconds);

/* "2026-11-23"; strict, whole text. */
bool civil_parse_date(const char *text, struct civil_date *out);
/* The same of one that may lack its day, or its month as well ("2026-11",
 * "2026"): the last day that it can be. */
bool civil_parse_latest(const char *text, struct civil_date *out);
/* "10:00" or "10:00:30". Seconds since midnight; "24:00" is 86400. */
bool civil_parse_time(const char *text, int *seconds);
/* "2026-11-23T10:00[:30[.5]]" with 'T' or blank, and "Z", "+05:30", "-0500"
 * or nothing behind. `has_offset` says which; `offset` in seconds. */
bool civil_parse(const char *text, struct civil *out, bool *has_offset,
                 int *offset);
/* ISO 8601 with offset to an instant; refuses text without an offset. */
bool civil_parse_instant(const char *text, instant *out);

#define CIVIL_TEXT_MAX 40
/* "2026-11-23" */
const char *civil_date_text(struct civil_date date, char out[CIVIL_TEXT_MAX]);
/* "2026-11-23T10:00:00" */
const char *civil_text(struct civil civil, char out[CIVIL_TEXT_MAX]);
/* "2026-11-23T10:00:00-05:00" (offset in seconds; 0 prints "+00:00") */
const char *civil_instant_text(instant at, int offset,
                               char out[CIVIL_TEXT_MAX]);
/* "2026-11-23T15:00:00.000Z", for logs and the store's audit. */
const char *civil_utc_text(instant at, char out[CIVIL_TEXT_MAX]);

#endif
