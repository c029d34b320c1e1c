/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When somebody may be reached. A window is the intersection of every rule
 * over every candidate zone; it is computed zone by zone and local day by
 * local day, so that days of 23 and 25 hours are as long as the wall says.
 * Never widens: an empty intersection stays closed (L-10), no zone means
 * never (L-8).
 */
#include "scheduler/window.h"

enum { MINUTES_A_DAY = 1440 };

/* A stretch of instants, [from, to). */
struct span {
    instant from, to;
};

static struct day_window intersect(struct day_window a, struct day_window b)
{
    struct day_window both = {a.from > b.from ? a.from : b.from,
                              a.to < b.to ? a.to : b.to};
    if (both.to < both.from)
        both.to = both.from;
    return both;
}

static instant wall(const struct zone *zone, struct civil_date day, int minute)
{
    struct civil at = {.date = day};
    if (minute >= MINUTES_A_DAY) {
        at.date = civil_add_days(day, 1);
        minute -= MINUTES_A_DAY;
    }
    at.hour = (int8_t)(minute / 60);
    at.minute = (int8_t)(minute % 60);
    return zone_instant(zone, at);
}

/* The open stretch of the local day that `now` lies in, in one zone. */
static struct span day_span(const struct window_input *input,
                            const struct zone *zone, struct civil_date day)
{
    struct day_window open =
        policy_day(input->policy, input->state, input->marketing, day);
    open = intersect(open, input->patient);
    open = intersect(open, input->campaign);
    if (open.from >= open.to)
        return (struct span){0, 0};
    return (struct span){wall(zone, day, open.from), wall(zone, day, open.to)};
}

/* Closed at `at`: `*next` is the earliest instant that could be open in this
 * zone; open: `*close` is when it ends. */
static bool zone_open(const struct window_input *input, const struct zone *zone,
                      instant at, instant *next, instant *close)
{
    struct civil_date day = zone_today(zone, at);
    struct span span = day_span(input, zone, day);
    if (at >= span.from && at < span.to) {
        *close = span.to;
        return true;
    }
    *next = at < span.from ? span.from : wall(zone, civil_add_days(day, 1), 0);
    return false;
}

/* Open in all zones? Else the latest of their next chances: nothing before
 * it can be open, since one zone at least is closed until then. */
static bool all_open(const struct window_input *input, instant at,
                     instant *next, instant *close)
{
    *close = INSTANT_NEVER;
    *next = at;
    bool open = input->zone_count > 0;
    for (size_t i = 0; i < input->zone_count; i++) {
        instant zone_next = at;
        instant zone_close = INSTANT_NEVER;
        if (!zone_open(input, input->zones[i], at, &zone_next, &zone_close)) {
            open = false;
            if (zone_next > *next)
                *next = zone_next;
        } else if (zone_close < *close) {
            *close = zone_close;
        }
    }
    return open;
}

bool window_open(const struct window_input *input, instant now)
{
    instant next, close;
    return all_open(input, now, &next, &close);
}

instant window_next_open(const struct window_input *input, instant now,
                         int64_t horizon_ms)
{
    if (input->zone_count == 0)
        return INSTANT_NEVER;
    instant at = now;
    while (at - now <= horizon_ms) {
        instant next, close;
        if (all_open(input, at, &next, &close))
            return at;
        at = next;
    }
    return INSTANT_NEVER;
}

/* Days that touch (a window to 24:00 and one from 00:00) are one stretch. */
instant window_close(const struct window_input *input, instant now)
{
    instant at = now, next, close;
    for (int days = 0; days < 8 && all_open(input, at, &next, &close); days++)
        at = close;
    return at;
}

instant window_previous_open(const struct window_input *input, instant now,
                             instant earliest)
{
    instant found = INSTANT_NEVER;
    /* Walks the open stretches between the two; a week covers every cycle
     * of rules, so older stretches cannot be nearer. */
    instant from = now - 8 * 24 * HOUR_MS;
    if (from < earliest)
        from = earliest;
    for (instant at = from; at < now;) {
        instant open = window_next_open(input, at, now - at);
        if (open == INSTANT_NEVER || open >= now)
            break;
        instant close = window_close(input, open);
        if (close > now)
            close = now;
        /* the last whole minute of the stretch, so that a send that takes
         * a moment still ends inside */
        found = close - MINUTE_MS > open ? close - MINUTE_MS : open;
        at = close;
    }
    return found;
}
