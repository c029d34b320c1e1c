/* SPDX-License-Identifier: Apache-2.0 */
/* The values of the parameters of lowered SQL. Pure but for the binding:
 * `now`, `today` and the entry are given. */
#include "store/lower_param.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/error.h"
#include "base/zone.h"

#include "store/statement.h"
#include "store/view.h"

static const struct zone *time_zone(const struct view_time *time)
{
    return time->zone ? time->zone : zone_utc();
}

/* An instant moved by a duration: clock units on the clock, calendar units
 * on the calendar of the organisation, at the same time of day. */
static instant move_instant(instant at, struct duration d,
                            const struct zone *zone)
{
    if (d.count == 0)
        return at;
    if (d.unit == UNIT_MINUTES)
        return at + d.count * MINUTE_MS;
    if (d.unit == UNIT_HOURS || d.unit == UNIT_OPEN_HOURS)
        return at + d.count * HOUR_MS;
    struct civil local = zone_local(zone, at);
    local.date = duration_add_date(local.date, d, 1);
    int64_t part = at % SECOND_MS;
    return zone_instant(zone, local) + (part < 0 ? part + SECOND_MS : part);
}

static instant day_start(struct civil_date date, const struct zone *zone)
{
    return zone_instant(zone, (struct civil){.date = date});
}

/* The last date d with d + m <= today: a test done later still lasts. Not
 * simply today - m, because months clamp: what was done on 29 February and
 * lasts a year is due on 28 February. */
static struct civil_date lasting_date(struct civil_date today,
                                      struct duration d)
{
    struct civil_date last = duration_add_date(today, d, -1);
    for (int i = 0; i < 3; i++) {
        struct civil_date next = civil_add_days(last, 1);
        if (civil_compare(duration_add_date(next, d, 1), today) > 0)
            break;
        last = next;
    }
    return last;
}

/* The newest day of the calendar with this month and day, `on` included. */
static struct civil_date season_date(const char *day, struct civil_date on)
{
    struct civil_date date;
    char text[CIVIL_TEXT_MAX];
    snprintf(text, sizeof(text), "%04d-%s", on.year, day);
    if (!civil_parse_date(text, &date))
        PANIC("a season begins on %s", day);
    return civil_compare(date, on) <= 0 ? date : civil_add_months(date, -12);
}

static void bind_date(struct statement *statement, int at,
                      struct civil_date date)
{
    char text[CIVIL_TEXT_MAX];
    bind_text(statement, at, civil_date_text(date, text));
}

/* "within N" ends now and began N ago; "within N of entry" begins with the
 * entry and ends N later, and without an entry holds nothing: the bounds are
 * then NULL, which no comparison passes. */
static void bind_window(const struct lower_param *param,
                        struct statement *statement, int at,
                        const struct view_time *time)
{
    const struct zone *zone = time_zone(time);
    bool since =
        param->kind == PARAM_SINCE_DATE || param->kind == PARAM_SINCE_INSTANT;
    bool date =
        param->kind == PARAM_SINCE_DATE || param->kind == PARAM_UNTIL_DATE;
    if (param->of_entry && time->entered_at == INSTANT_NEVER) {
        bind_null(statement, at);
        return;
    }
    struct duration distance = param->distance;
    instant from = time->now;
    if (param->of_entry)
        from = time->entered_at;
    else
        distance.count = -distance.count;
    bool moved = since != param->of_entry;
    if (date) {
        struct civil_date day =
            param->of_entry ? zone_today(zone, from) : time->today;
        bind_date(statement, at,
                  moved ? duration_add_date(day, distance, 1) : day);
    } else {
        bind_integer(statement, at,
                     moved ? move_instant(from, distance, zone) : from);
    }
}

static void bind_day_start(const struct lower_param *param,
                           struct statement *statement, int at,
                           const struct view_time *time)
{
    struct civil_date date = time->today;
    if (param->kind == PARAM_TODAY_START) {
        date = duration_add_date(date, param->distance, 1);
    } else if (!civil_parse_date(param->text, &date)) {
        bind_null(statement, at);
        return;
    }
    date = civil_add_days(date, param->days);
    bind_integer(statement, at, day_start(date, time_zone(time)));
}

bool lower_param_is_fixed(const struct lower_param *param)
{
    return param->kind == PARAM_TEXT || param->kind == PARAM_INTEGER ||
           param->kind == PARAM_REAL;
}

void lower_param_bind(const struct lower_param *param,
                      struct statement *statement, int at,
                      const struct view_time *time)
{
    switch (param->kind) {
    case PARAM_TEXT:
        bind_text(statement, at, param->text);
        return;
    case PARAM_INTEGER:
        bind_integer(statement, at, param->integer);
        return;
    case PARAM_REAL:
        bind_real(statement, at, param->real);
        return;
    case PARAM_NOW:
        bind_integer(statement, at,
                     move_instant(time->now, param->distance, time_zone(time)));
        return;
    case PARAM_NOW_DATE:
        bind_date(
            statement, at,
            zone_today(time_zone(time), move_instant(time->now, param->distance,
                                                     time_zone(time))));
        return;
    case PARAM_TODAY:
        bind_date(statement, at,
                  duration_add_date(time->today, param->distance, 1));
        return;
    case PARAM_TODAY_START:
    case PARAM_DATE_START:
        bind_day_start(param, statement, at, time);
        return;
    case PARAM_INSTANT_DATE:
        bind_date(statement, at, zone_today(time_zone(time), param->integer));
        return;
    case PARAM_SINCE_DATE:
    case PARAM_UNTIL_DATE:
    case PARAM_SINCE_INSTANT:
    case PARAM_UNTIL_INSTANT:
        bind_window(param, statement, at, time);
        return;
    case PARAM_LASTING_DATE:
        bind_date(statement, at,
                  lasting_date(duration_add_date(time->today, param->ahead, 1),
                               param->distance));
        return;
    case PARAM_SEASON_DATE:
        bind_date(statement, at,
                  season_date(param->text,
                              duration_add_date(time->today, param->ahead, 1)));
        return;
    case PARAM_ENTERED:
        bind_integer(statement, at,
                     time->entered_at == INSTANT_NEVER ? INT64_MIN
                                                       : time->entered_at);
        return;
    }
}
