/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The POSIX TZ string at the end of a TZif file ("EST5EDT,M3.2.0,M11.1.0"),
 * with the extensions of RFC 8536: names in <>, hours from -167 to 167, and
 * "summer" times that lie behind standard time (Ireland). Pure; strict: a
 * rule it cannot read makes the zone unknown rather than wrong.
 */
#include "base/zone_rules.h"

#include <string.h>

#include "base/civil.h"

static bool take_number(const char **at, int max, int *out)
{
    const char *p = *at;
    int value = 0;
    int digits = 0;
    for (; *p >= '0' && *p <= '9' && digits < 4; p++, digits++)
        value = value * 10 + (*p - '0');
    if (digits == 0 || value > max)
        return false;
    *at = p;
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

/* The abbreviation says nothing we need; it only has to be one. */
static bool take_name(const char **at)
{
    const char *p = *at;
    bool quoted = take_char(&p, '<');
    size_t len = 0;
    for (;; p++, len++) {
        bool letter = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
        bool other = (*p >= '0' && *p <= '9') || *p == '+' || *p == '-';
        if (!letter && !(quoted && other))
            break;
    }
    if (len < 3 || (quoted && !take_char(&p, '>')))
        return false;
    *at = p;
    return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(const char **at, int max_hours, int32_t *out)
{
    int sign = **at == '-' ? -1 : 1;
    if (**at == '-' || **at == '+')
        (*at)++;
    int hours;
    int minutes = 0;
    int seconds = 0;
    if (!take_number(at, max_hours, &hours))
        return false;
    if (take_char(at, ':')) {
        if (!take_number(at, 59, &minutes))
            return false;
        if (take_char(at, ':') && !take_number(at, 59, &seconds))
            return false;
    }
    *out = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool take_turn(const char **at, struct zone_turn *out)
{
    *out = (struct zone_turn){.kind = 'D', .time = 7200};
    if (take_char(at, 'M')) {
        out->kind = 'M';
        if (!take_number(at, 12, &out->month) || out->month < 1 ||
            !take_char(at, '.') || !take_number(at, 5, &out->week) ||
            out->week < 1 || !take_char(at, '.') ||
            !take_number(at, 6, &out->day))
            return false;
    } else if (take_char(at, 'J')) {
        out->kind = 'J';
        if (!take_number(at, 365, &out->day) || out->day < 1)
            return false;
    } else if (!take_number(at, 365, &out->day)) {
        return false;
    }
    return !take_char(at, '/') || take_time(at, 167, &out->time);
}

bool zone_footer_parse(const char *text, struct zone_footer *out)
{
    struct zone_footer footer = {.has_summer = false};
    const char *at = text;
    int32_t west;
    if (!take_name(&at) || !take_time(&at, 24, &west))
        return false;
    footer.standard = -west;
    if (*at != '\0') {
        footer.has_summer = true;
        if (!take_name(&at))
            return false;
        west -= 3600;
        if (*at != ',' && !take_time(&at, 24, &west))
            return false;
        footer.summer = -west;
        if (!take_char(&at, ',') || !take_turn(&at, &footer.start) ||
            !take_char(&at, ',') || !take_turn(&at, &footer.stop))
            return false;
    }
    if (*at != '\0')
        return false;
    *out = footer;
    return true;
}

/* Days since 1970 of the turn's day in this year. */
static int64_t turn_day(const struct zone_turn *turn, int year)
{
    struct civil_date date = {(int16_t)year, 1, 1};
    if (turn->kind == 'D')
        return civil_days(date) + turn->day;
    if (turn->kind == 'J') {
        /* 29 February is never counted, so day 60 is always 1 March. */
        struct civil_date leap = {(int16_t)year, 2, 29};
        int64_t shift = turn->day >= 60 && civil_valid(leap) ? 1 : 0;
        return civil_days(date) + turn->day - 1 + shift;
    }
    date.month = (int8_t)turn->month;
    int weekday = civil_weekday(date) % 7; /* 0 = Sunday, as POSIX counts */
    int64_t first = civil_days(date) + (turn->day - weekday + 7) % 7;
    int64_t day = first + (int64_t)(turn->week - 1) * 7;
    struct civil_date next = civil_add_months(date, 1);
    while (day >= civil_days(next)) /* week 5 is the last, even if the 4th */
        day -= 7;
    return day;
}

int64_t zone_footer_start(const struct zone_footer *footer, int year)
{
    return turn_day(&footer->start, year) * 86400 + footer->start.time -
           footer->standard;
}

int64_t zone_footer_stop(const struct zone_footer *footer, int year)
{
    return turn_day(&footer->stop, year) * 86400 + footer->stop.time -
           footer->summer;
}
