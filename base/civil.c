/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar without a zone: dates, times on the wall, their arithmetic and
 * their text. Pure functions over plain values, proleptic Gregorian, years 1
 * to 9999; what would leave that range stays at its edge, so that an instant
 * like INSTANT_NEVER still has a date. Parsing is strict: it takes the whole
 * text or nothing, and never repairs 30 February. Knows no zones (zone.c) and
 * asks for no time (clock.c). Any thread.
 */
#include "base/civil.h"

#include <stdio.h>
#include <string.h>

#define DAY_SECONDS 86400
#define FIRST_DAY INT64_C(-719162) /* 0001-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */
#define MAX_OFFSET_HOURS 18        /* ISO 8601 profiles stop there */

static int month_length(int year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30,
                                     31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : lengths[month - 1];
}

bool civil_valid(struct civil_date date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 &&
           date.month <= 12 && date.day >= 1 &&
           date.day <= month_length(date.year, date.month);
}

/* Both conversions count years from 1 March, so that the leap day is the last
 * of its year, in eras of 400 years (146,097 days). */
int64_t civil_days(struct civil_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year =
        (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil_date civil_from_days(int64_t days)
{
    if (days < FIRST_DAY)
        days = FIRST_DAY;
    if (days > LAST_DAY)
        days = LAST_DAY;
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0 = March */
    int64_t day = of_year - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    year += era * 400 + (month <= 2);
    return (struct civil_date){(int16_t)year, (int8_t)month, (int8_t)day};
}

int civil_weekday(struct civil_date date)
{
    int64_t day = (civil_days(date) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day) + 1;
}

int civil_compare(struct civil_date a, struct civil_date b)
{
    int64_t left = civil_days(a);
    int64_t right = civil_days(b);
    return (left > right) - (left < right);
}

struct civil_date civil_add_days(struct civil_date date, int64_t days)
{
    int64_t sum;
    if (__builtin_add_overflow(civil_days(date), days, &sum))
        sum = days < 0 ? FIRST_DAY : LAST_DAY;
    return civil_from_days(sum);
}

struct civil_date civil_add_months(struct civil_date date, int64_t months)
{
    int64_t total;
    if (__builtin_add_overflow((int64_t)date.year * 12 + date.month - 1, months,
                               &total))
        total = months < 0 ? 0 : INT64_MAX;
    if (total < 12)
        return civil_from_days(FIRST_DAY);
    if (total >= 10000 * 12)
        return civil_from_days(LAST_DAY);
    struct civil_date sum = {(int16_t)(total / 12), (int8_t)(total % 12 + 1),
                             date.day};
    int last = month_length(sum.year, sum.month);
    if (sum.day > last)
        sum.day = (int8_t)last;
    return sum;
}

int civil_age(struct civil_date birth, struct civil_date on)
{
    if (civil_compare(on, birth) < 0)
        return -1;
    int age = on.year - birth.year;
    /* 29 February compared as month and day: reached on 1 March. */
    if (on.month < birth.month ||
        (on.month == birth.month && on.day < birth.day))
        age--;
    return age;
}

int64_t civil_seconds(struct civil civil)
{
    return civil_days(civil.date) * DAY_SECONDS + civil.hour * 3600 +
           civil.minute * 60 + civil.second;
}

struct civil civil_from_seconds(int64_t seconds)
{
    if (seconds < FIRST_DAY * DAY_SECONDS)
        seconds = FIRST_DAY * DAY_SECONDS;
    if (seconds > LAST_DAY * DAY_SECONDS + DAY_SECONDS - 1)
        seconds = LAST_DAY * DAY_SECONDS + DAY_SECONDS - 1;
    int64_t days = seconds / DAY_SECONDS;
    int of_day = (int)(seconds % DAY_SECONDS);
    if (of_day < 0) {
        of_day += DAY_SECONDS;
        days--;
    }
    return (struct civil){
        .date = civil_from_days(days),
        .hour = (int8_t)(of_day / 3600),
        .minute = (int8_t)(of_day / 60 % 60),
        .second = (int8_t)(of_day % 60),
    };
}

/* Reads exactly `digits` decimal digits at *at; false without moving. */
static bool take_number(const char **at, int digits, int *out)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *at += digits;
    *out = value;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool take_date(const char **at, struct civil_date *out)
{
    int year;
    int month;
    int day;
    if (!take_number(at, 4, &year) || !take_char(at, '-') ||
        !take_number(at, 2, &month) || !take_char(at, '-') ||
        !take_number(at, 2, &day))
        return false;
    *out = (struct civil_date){(int16_t)year, (int8_t)month, (int8_t)day};
    return civil_valid(*out);
}

/* "10:00" or "10:00:30", each part in its range except that the hour may be
 * 24; `has_seconds` tells whether a fraction may follow. */
static bool take_time(const char **at, int *hour, int *minute, int *second,
                      bool *has_seconds)
{
    *second = 0;
    *has_seconds = false;
    if (!take_number(at, 2, hour) || !take_char(at, ':') ||
        !take_number(at, 2, minute))
        return false;
    if (take_char(at, ':')) {
        *has_seconds = true;
        if (!take_number(at, 2, second))
            return false;
    }
    return *hour <= 24 && *minute <= 59 && *second <= 59;
}

/* ".5": kept to the millisecond, the rest dropped; nine digits at most. */
static bool take_fraction(const char **at, int *millis)
{
    *millis = 0;
    if (!take_char(at, '.'))
        return true;
    int scale = 100;
    int digits = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, digits++) {
        *millis += (**at - '0') * scale;
        scale /= 10;
    }
    return digits >= 1 && digits <= 9;
}

static bool take_offset(const char **at, bool *has_offset, int *offset)
{
    *offset = 0;
    *has_offset = **at != '\0';
    if (!*has_offset || take_char(at, 'Z'))
        return true;
    int sign = **at == '-' ? -1 : 1;
    if (!take_char(at, '+') && !take_char(at, '-'))
        return false;
    int hours;
    int minutes;
    if (!take_number(at, 2, &hours))
        return false;
    take_char(at, ':');
    if (!take_number(at, 2, &minutes) || minutes > 59 ||
        hours * 60 + minutes > MAX_OFFSET_HOURS * 60)
        return false;
    *offset = sign * (hours * 3600 + minutes * 60);
    return true;
}

static bool parse_whole(const char *text, struct civil *out, int *millis,
                        bool *has_offset, int *offset)
{
    if (text == NULL)
        return false;
    const char *at = text;
    int hour;
    int minute;
    int second;
    bool has_seconds;
    *millis = 0;
    if (!take_date(&at, &out->date) ||
        (!take_char(&at, 'T') && !take_char(&at, ' ')) ||
        !take_time(&at, &hour, &minute, &second, &has_seconds) || hour > 23)
        return false;
    if (has_seconds && !take_fraction(&at, millis))
        return false;
    out->hour = (int8_t)hour;
    out->minute = (int8_t)minute;
    out->second = (int8_t)second;
    return take_offset(&at, has_offset, offset) && *at == '\0';
}

bool civil_parse_date(const char *text, struct civil_date *out)
{
    struct civil_date date;
    if (text == NULL || !take_date(&text, &date) || *text != '\0')
        return false;
    *out = date;
    return true;
}

bool civil_parse_latest(const char *text, struct civil_date *out)
{
    char first[CIVIL_TEXT_MAX];
    size_t len = text ? strlen(text) : 0;
    bool month = len == strlen("2026");
    struct civil_date date;
    if (!month && len != strlen("2026-11"))
        return civil_parse_date(text, out);
    snprintf(first, sizeof(first), "%s%s", text, month ? "-01-01" : "-01");
    if (!civil_parse_date(first, &date))
        return false;
    *out =
        civil_from_days(civil_days(civil_add_months(date, month ? 12 : 1)) - 1);
    return true;
}

bool civil_parse_time(const char *text, int *seconds)
{
    int hour;
    int minute;
    int second;
    bool has_seconds;
    if (text == NULL ||
        !take_time(&text, &hour, &minute, &second, &has_seconds) ||
        *text != '\0')
        return false;
    int sum = hour * 3600 + minute * 60 + second;
    if (sum > DAY_SECONDS)
        return false;
    *seconds = sum;
    return true;
}

bool civil_parse(const char *text, struct civil *out, bool *has_offset,
                 int *offset)
{
    struct civil civil;
    int millis;
    bool has;
    int seconds;
    if (!parse_whole(text, &civil, &millis, &has, &seconds))
        return false;
    *out = civil;
    *has_offset = has;
    *offset = seconds;
    return true;
}

bool civil_parse_instant(const char *text, instant *out)
{
    struct civil civil;
    int millis;
    bool has;
    int seconds;
    if (!parse_whole(text, &civil, &millis, &has, &seconds) || !has)
        return false;
    *out = (civil_seconds(civil) - seconds) * SECOND_MS + millis;
    return true;
}

const char *civil_date_text(struct civil_date date, char out[CIVIL_TEXT_MAX])
{
    snprintf(out, CIVIL_TEXT_MAX, "%04d-%02d-%02d", date.year, date.month,
             date.day);
    return out;
}

const char *civil_text(struct civil civil, char out[CIVIL_TEXT_MAX])
{
    snprintf(out, CIVIL_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d",
             civil.date.year, civil.date.month, civil.date.day, civil.hour,
             civil.minute, civil.second);
    return out;
}

/* Rounds down, also before 1970. */
static int64_t whole_seconds(instant at)
{
    return at / SECOND_MS - (at % SECOND_MS < 0);
}

const char *civil_instant_text(instant at, int offset, char out[CIVIL_TEXT_MAX])
{
    /* Local mean times have seconds (-04:56:02), ISO 8601 has not: the text
     * shows a wall shifted by them, and so still names the exact instant. */
    int minutes = offset / 60;
    char text[CIVIL_TEXT_MAX];
    civil_text(civil_from_seconds(whole_seconds(at) + minutes * 60), text);
    int size = minutes < 0 ? -minutes : minutes;
    snprintf(out, CIVIL_TEXT_MAX, "%.30s%c%02d:%02d", text,
             minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
    return out;
}

const char *civil_utc_text(instant at, char out[CIVIL_TEXT_MAX])
{
    char text[CIVIL_TEXT_MAX];
    int64_t seconds = whole_seconds(at);
    civil_text(civil_from_seconds(seconds), text);
    snprintf(out, CIVIL_TEXT_MAX, "%.30s.%03dZ", text,
             (int)(at - seconds * SECOND_MS));
    return out;
}
