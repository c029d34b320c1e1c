/* SPDX-License-Identifier: Apache-2.0 */
/* What repeats every year: on a date, or on the n-th weekday of a month. */
#include "base/ical_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/ical.h"
#include "base/text.h"

enum { YEAR_LAST = 9999, COUNT_MAX = 1000 };

bool ical_date(const char *text, struct civil_date *out)
{
    char iso[11];
    for (int i = 0; i < 8; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    memcpy(iso, text, 4);
    iso[4] = iso[7] = '-';
    memcpy(iso + 5, text + 4, 2);
    memcpy(iso + 8, text + 6, 2);
    iso[10] = '\0';
    return civil_parse_date(iso, out);
}

static bool number(const char *text, int least, int most, int *out)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < least || value > most)
        return false;
    *out = (int)value;
    return true;
}

/* "4TH", "-1MO" */
static bool weekday_read(const char *text, struct ical_rule *out)
{
    static const char *const names[] = {"MO", "TU", "WE", "TH",
                                        "FR", "SA", "SU"};
    size_t len = strlen(text);
    char week[4] = "";
    if (len < 3 || len > 5)
        return false;
    memcpy(week, text, len - 2);
    if (!number(week, -5, 5, &out->week) || out->week == 0)
        return false;
    for (int i = 0; i < 7; i++)
        if (text_equal_nocase(text + len - 2, names[i]))
            out->weekday = i + 1;
    return out->weekday > 0;
}

static bool until_read(const char *text, struct ical_rule *out)
{
    size_t len = strlen(text);
    out->has_until = len >= 8 && (len == 8 || text[8] == 'T') &&
                     ical_date(text, &out->until);
    return out->has_until;
}

/* One "NAME=VALUE"; `*yearly` when it says so. */
static const char *part_read(const char *name, const char *value,
                             struct ical_rule *out, bool *yearly)
{
    if (text_equal_nocase(name, "FREQ")) {
        *yearly = text_equal_nocase(value, "YEARLY");
        return *yearly ? NULL : "only FREQ=YEARLY is understood";
    }
    if (text_equal_nocase(name, "INTERVAL"))
        return number(value, 1, 100, &out->interval) ? NULL
                                                     : "INTERVAL is 1 to 100";
    if (text_equal_nocase(name, "COUNT"))
        return number(value, 1, COUNT_MAX, &out->count) ? NULL
                                                        : "COUNT is 1 to 1000";
    if (text_equal_nocase(name, "UNTIL"))
        return until_read(value, out) ? NULL : "UNTIL is a day";
    if (text_equal_nocase(name, "BYMONTH"))
        return number(value, 1, 12, &out->month) ? NULL
                                                 : "BYMONTH is one month";
    if (text_equal_nocase(name, "BYMONTHDAY"))
        return number(value, 1, 31, &out->month_day)
                   ? NULL
                   : "BYMONTHDAY is one day of the month";
    if (text_equal_nocase(name, "BYDAY"))
        return weekday_read(value, out)
                   ? NULL
                   : "BYDAY is one day such as 4TH or -1MO";
    if (text_equal_nocase(name, "WKST"))
        return NULL; /* weeks are not counted */
    return "this part of the rule is not understood";
}

const char *ical_rule_read(const char *text, struct ical_rule *out,
                           const char **why)
{
    bool yearly = false;
    *out = (struct ical_rule){.interval = 1};
    for (const char *at = text; *at;) {
        char part[64] = "";
        size_t len = strcspn(at, ";");
        char *equals;
        if (len >= sizeof(part)) {
            *why = "this part of the rule is too long";
            return at;
        }
        memcpy(part, at, len);
        equals = strchr(part, '=');
        if (equals)
            *equals++ = '\0';
        *why = equals ? part_read(part, equals, out, &yearly)
                      : "expected NAME=VALUE";
        if (*why)
            return at;
        at += len + (at[len] == ';');
    }
    *why = !yearly                       ? "only FREQ=YEARLY is understood"
           : out->week && out->month_day ? "BYDAY and BYMONTHDAY together"
                                           " are not understood"
           : out->week && !out->month    ? "BYDAY needs BYMONTH"
                                         : NULL;
    return *why ? text : NULL;
}

/* The n-th weekday of a month, or from its end; false: there is none. */
static bool nth_weekday(int year, int month, int week, int weekday,
                        struct civil_date *out)
{
    struct civil_date first = {(int16_t)year, (int8_t)month, 1};
    struct civil_date last = civil_add_days(civil_add_months(first, 1), -1);
    if (week > 0)
        *out = civil_add_days(first, (weekday - civil_weekday(first) + 7) % 7 +
                                         7 * (week - 1));
    else
        *out = civil_add_days(last, -((civil_weekday(last) - weekday + 7) % 7) +
                                        7 * (week + 1));
    return out->month == month;
}

/* 29 February only where there is one. */
static bool in_year(const struct ical_walk *walk, struct civil_date *out)
{
    const struct ical_rule *rule = walk->rule;
    int month = rule->month ? rule->month : walk->start.month;
    int day = rule->month_day ? rule->month_day : walk->start.day;
    if (rule->week)
        return nth_weekday(walk->year, month, rule->week, rule->weekday, out);
    *out = (struct civil_date){(int16_t)walk->year, (int8_t)month, (int8_t)day};
    return civil_valid(*out);
}

void ical_walk_begin(struct ical_walk *walk, const struct ical_rule *rule,
                     struct civil_date start)
{
    *walk = (struct ical_walk){
        .rule = rule, .start = start, .year = start.year, .given = 1};
}

bool ical_walk_next(struct ical_walk *walk, struct civil_date *out)
{
    const struct ical_rule *rule = walk->rule;
    int last = walk->start.year + ICAL_YEARS;
    if (last > YEAR_LAST - 1)
        last = YEAR_LAST - 1;
    if (rule->count && walk->given >= rule->count)
        return false;
    for (; walk->year <= last; walk->year += rule->interval) {
        if (!in_year(walk, out) || civil_compare(*out, walk->start) <= 0)
            continue;
        if (rule->has_until && civil_compare(*out, rule->until) > 0)
            return false;
        walk->given++;
        walk->year += rule->interval;
        return true;
    }
    return false;
}
