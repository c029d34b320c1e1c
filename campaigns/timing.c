/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step's time comes to. Days, weeks, months and years are counted on
 * the calendar of the anchor's zone and the wall time kept, so a change of
 * the clocks between reminder and visit moves nothing (domain.md 5.2); hours
 * and minutes are exact distances. Pure: asks no clock and no store.
 */
#include "campaigns/timing.h"

#define DAY_MS (24 * HOUR_MS)
#define DAY_MINUTES 1440
/* A clinic that says no hours is taken to be open from nine to five. */
#define OPEN_FROM 540
#define OPEN_TO 1020
/* No calendar has this many closed days in a row; ends a walk over one that
 * has only holidays. */
#define CLOSED_DAYS_MAX 400

static bool is_holiday(struct civil_date date, const struct calendar_days *days)
{
    size_t low = 0;
    size_t high = days != NULL ? days->holiday_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = civil_compare(days->holidays[middle], date);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool day_is_business(struct civil_date date, const struct calendar_days *days)
{
    return civil_weekday(date) <= 5 && !is_holiday(date, days);
}

/* Counts the business days strictly behind `date`: received on a Saturday,
 * two business days end on Tuesday (C-1). */
struct civil_date day_add_business(struct civil_date date, int count,
                                   const struct calendar_days *days)
{
    int step = count < 0 ? -1 : 1;
    int left = count < 0 ? -count : count;
    int closed = 0;
    while (left > 0 && closed < CLOSED_DAYS_MAX) {
        date = civil_add_days(date, step);
        bool open = day_is_business(date, days);
        left -= open;
        closed = open ? 0 : closed + 1;
    }
    return date;
}

/* `date` moved by a calendar distance; exact units leave it. */
static struct civil_date move_date(struct civil_date date, struct duration d,
                                   int sign, const struct calendar_days *days)
{
    int count = sign * d.count;
    switch (d.unit) {
    case UNIT_DAYS:
        return civil_add_days(date, count);
    case UNIT_WEEKS:
        return civil_add_days(date, INT64_C(7) * count);
    case UNIT_MONTHS:
        return civil_add_months(date, count);
    case UNIT_YEARS:
        return civil_add_months(date, INT64_C(12) * count);
    case UNIT_BUSINESS_DAYS:
        return day_add_business(date, count, days);
    case UNIT_MINUTES:
    case UNIT_HOURS:
    case UNIT_OPEN_HOURS:
        break;
    }
    return date;
}

/* How long an exact unit is; 0 for those of the calendar. */
static int64_t exact_ms(enum duration_unit unit)
{
    if (unit == UNIT_MINUTES)
        return MINUTE_MS;
    return unit == UNIT_HOURS ? HOUR_MS : 0;
}

static instant wall_instant(const struct zone *zone, struct civil_date date,
                            int64_t seconds)
{
    struct civil midnight = {.date = date};
    return zone_instant(zone,
                        civil_from_seconds(civil_seconds(midnight) + seconds));
}

static int64_t wall_seconds(struct civil civil)
{
    struct civil midnight = {.date = civil.date};
    return civil_seconds(civil) - civil_seconds(midnight);
}

instant step_time_instant(const struct step_time *time, instant field_at,
                          const struct timing *timing)
{
    if (!time->given)
        return INSTANT_NEVER;
    if (time->base == BASE_INSTANT)
        return time->moment;
    instant base = time->base == BASE_ENTRY ? timing->entered_at : field_at;
    if (base == INSTANT_NEVER)
        return INSTANT_NEVER;
    int64_t exact = exact_ms(time->distance.unit);
    if (exact > 0 && time->distance.count > 0)
        return base + time->sign * time->distance.count * exact;

    struct civil local = zone_local(timing->anchor_zone, base);
    if (time->at_seconds < 0 && time->distance.count == 0)
        return base;
    struct civil_date date =
        move_date(local.date, time->distance, time->sign, timing->days);
    if (time->at_seconds < 0)
        return wall_instant(timing->anchor_zone, date, wall_seconds(local));
    instant at = wall_instant(timing->patient_zone, date, time->at_seconds);
    /* "on entry at 10:00" of somebody who entered at noon is tomorrow. */
    while (time->base == BASE_ENTRY && time->sign >= 0 && at < base) {
        date = civil_add_days(date, 1);
        at = wall_instant(timing->patient_zone, date, time->at_seconds);
    }
    return at;
}

struct step_time step_time_turn(const struct step_time *every, int turn)
{
    struct step_time one = *every;
    one.distance.count *= every->sign > 0 ? turn : every->turns + 1 - turn;
    one.turns = 0;
    return one;
}

/* Minutes that the clinic is open on a business day, [from, to). */
static void open_hours(const struct timing *timing, int *from, int *to)
{
    bool said = timing->open_from >= 0 && timing->open_to <= DAY_MINUTES &&
                timing->open_from < timing->open_to;
    *from = said ? timing->open_from : OPEN_FROM;
    *to = said ? timing->open_to : OPEN_TO;
}

static instant open_hours_after(instant from, int64_t hours,
                                const struct zone *zone,
                                const struct timing *timing)
{
    int opens;
    int closes;
    int64_t left = hours * HOUR_MS;
    int closed = 0;
    struct civil_date date = zone_today(zone, from);
    open_hours(timing, &opens, &closes);
    while (left > 0 && closed < CLOSED_DAYS_MAX) {
        instant begin = wall_instant(zone, date, INT64_C(60) * opens);
        instant end = wall_instant(zone, date, INT64_C(60) * closes);
        bool open = day_is_business(date, timing->days);
        closed = open ? 0 : closed + 1;
        if (open && end > from) {
            if (begin > from)
                from = begin;
            if (end - from >= left)
                return from + left;
            left -= end - from;
            from = end;
        }
        date = civil_add_days(date, 1);
    }
    return from;
}

instant duration_after(instant from, struct duration duration,
                       const struct zone *zone, const struct timing *timing)
{
    if (from == INSTANT_NEVER)
        return INSTANT_NEVER;
    int64_t exact = exact_ms(duration.unit);
    if (exact > 0)
        return from + duration.count * exact;
    if (duration.unit == UNIT_OPEN_HOURS)
        return open_hours_after(from, duration.count, zone, timing);
    struct civil local = zone_local(zone, from);
    struct civil_date date = move_date(local.date, duration, 1, timing->days);
    return wall_instant(zone, date, wall_seconds(local));
}

/* The clinic's closing time today; behind it, or on a closed day, the day
 * itself ends the task. */
static instant same_day_end(instant from, const struct timing *timing)
{
    int opens;
    int closes;
    open_hours(timing, &opens, &closes);
    struct civil_date today = zone_today(timing->anchor_zone, from);
    instant close =
        wall_instant(timing->anchor_zone, today, INT64_C(60) * closes);
    if (day_is_business(today, timing->days) && close > from)
        return close;
    return wall_instant(timing->anchor_zone, civil_add_days(today, 1), 0) - 1;
}

instant task_due_at(const struct task_spec *spec, instant opens_at,
                    instant field_at, const struct timing *timing)
{
    if (spec->due.given)
        return step_time_instant(&spec->due, field_at, timing);
    if (spec->same_day)
        return same_day_end(opens_at, timing);
    if (spec->has_within)
        return duration_after(opens_at, spec->within, timing->anchor_zone,
                              timing);
    return INSTANT_NEVER;
}

int64_t step_time_reach(const struct step_time *time)
{
    int64_t count = time->distance.count;
    int64_t ms = 0;
    if (!time->given || time->base == BASE_INSTANT)
        return 0;
    switch (time->distance.unit) {
    case UNIT_MINUTES:
        ms = count * MINUTE_MS;
        break;
    case UNIT_HOURS:
    case UNIT_OPEN_HOURS:
        ms = count * HOUR_MS;
        break;
    case UNIT_DAYS:
        ms = count * DAY_MS;
        break;
    case UNIT_BUSINESS_DAYS:
        ms = (count * 2 + 10) * DAY_MS; /* weekends and holidays between */
        break;
    case UNIT_WEEKS:
        ms = count * 7 * DAY_MS;
        break;
    case UNIT_MONTHS:
        ms = count * 31 * DAY_MS;
        break;
    case UNIT_YEARS:
        ms = count * 366 * DAY_MS;
        break;
    }
    if (exact_ms(time->distance.unit) == 0 || count == 0)
        ms += 49 * HOUR_MS; /* a time of day, and 25 hours between two zones */
    return time->sign > 0 ? ms : -ms;
}
