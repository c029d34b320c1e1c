/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When somebody may be reached. A window is the intersection of every rule
 * over every candidate zone; it is computed zone by zone and local day by
 * local day, so that days of 23 and 25 hours are as long as the wall says.
 * Never widens: an empty intersection stays closed (L-10), no zone means
 * never (L-8).
 */
#include "scheduler/window.h"

#include <stdio.h>
#include <string.h>

#include "base/places.h"
#include "base/text.h"

enum { MINUTES_A_DAY = 1440 };
#define HALF_A_YEAR_MS (182 * 24 * HOUR_MS)
/* What moves to the end of a stretch has so long left of it: a line of many
 * must drain before the window closes, and a machine that sends once an hour
 * must still meet it. */
#define DRAIN_MS HOUR_MS

#define OF_EVERYBODY                                                       \
    {                                                                      \
        FORCE_POLICY, FORCE_POLICY, FORCE_POLICY, FORCE_POLICY, FORCE_NONE \
    }
static const struct policy_rule patient_rule = {
    "patient", "the patient's wish", {1, 1, 1}, {9999, 12, 31}, OF_EVERYBODY};
static const struct policy_rule guardian_rule = {
    "guardian", "the guardian's wish", {1, 1, 1}, {9999, 12, 31}, OF_EVERYBODY};
static const struct policy_rule campaign_rule = {"campaign",
                                                 "the campaign's hours",
                                                 {1, 1, 1},
                                                 {9999, 12, 31},
                                                 OF_EVERYBODY};

void window_add_zone(struct window_input *input, const struct zone *zone)
{
    for (size_t i = 0; i < input->zone_count; i++)
        if (input->zones[i] == zone)
            return;
    if (zone && input->zone_count < WINDOW_ZONES_MAX)
        input->zones[input->zone_count++] = zone;
}

void window_add_zones(struct window_input *input, const char *names)
{
    while (*names) {
        char name[sizeof(input->unknown)];
        size_t len = strcspn(names, " ");
        snprintf(name, sizeof(name), "%.*s", (int)len, names);
        const struct zone *zone = len > 0 ? zone_find(name) : NULL;
        window_add_zone(input, zone);
        if (len > 0 && !zone)
            text_copy(input->unknown, sizeof(input->unknown), name);
        names += len;
        names += strspn(names, " ");
    }
}

static bool same_clock(const struct zone *a, const struct zone *b, instant now)
{
    instant then = now + HALF_A_YEAR_MS;
    return a && b && zone_offset(a, now) == zone_offset(b, now) &&
           zone_offset(a, then) == zone_offset(b, then);
}

void window_add_state(struct window_input *input, const char *state,
                      const char *zone, instant now)
{
    const char *zones[PLACE_ZONES_MAX];
    if (!state)
        return;
    size_t count = place_zones(input->policy->country, state, zones);
    const struct zone *given = zone[0] ? zone_find(zone) : NULL;
    for (size_t i = 0; i < count; i++)
        if (same_clock(given, zone_find(zones[i]), now))
            return;
    for (size_t i = 0; i < count; i++)
        window_add_zones(input, zones[i]);
}

void window_add_post(struct window_input *input, const char *post,
                     const char **state, instant now)
{
    const char *zones[PLACE_CLOCKS_MAX];
    if (!post[0])
        return;
    const char *code = place_of_post(input->policy->country, post);
    if (code) {
        *state = code;
        window_add_state(input, code, "", now);
        return;
    }
    size_t count = place_clocks(input->policy->country, zones);
    for (size_t i = 0; i < count; i++)
        window_add_zones(input, zones[i]);
    input->anywhere |= count > 0;
}

struct civil_date window_today(const struct window_input *input, instant now)
{
    return zone_today(input->zone_count ? input->zones[0] : zone_utc(), now);
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

struct day_open window_day(const struct window_input *input,
                           struct civil_date day)
{
    struct policy_place place = {
        .states = {policy_state(input->state),
                   policy_state(input->guardian_state), input->number_state},
        .class = input->class,
        .clinic = input->clinic,
    };
    struct day_open open =
        policy_day(input->policy, &place, day, civil_weekday(day));
    day_narrow(&open, input->patient, &patient_rule);
    day_narrow(&open, input->guardian, &guardian_rule);
    day_narrow(&open, input->campaign, &campaign_rule);
    return open;
}

/* One zone at one instant. */
static void zone_look(const struct window_input *input, const struct zone *zone,
                      instant now, struct window_state *out)
{
    struct civil_date day = zone_today(zone, now);
    struct day_open today = window_day(input, day);
    *out = (struct window_state){.zone = zone, .hours = today.window};
    instant from = 0, to = 0;
    if (today.window.from < today.window.to) {
        from = wall(zone, day, today.window.from);
        to = wall(zone, day, today.window.to);
    }
    out->open = now >= from && now < to;
    out->closes = to;
    out->rule = now < from ? today.opens : today.closes;
    if (!out->open)
        out->next = now < from ? from : wall(zone, civil_add_days(day, 1), 0);
}

/* Open in all zones? Else the latest of their next chances: nothing before
 * it can be open, since one zone at least is closed until then. */
void window_look(const struct window_input *input, instant now,
                 struct window_state *out)
{
    *out = (struct window_state){
        .open = input->zone_count > 0, .next = now, .closes = INSTANT_NEVER};
    for (size_t i = 0; i < input->zone_count; i++) {
        struct window_state one;
        zone_look(input, input->zones[i], now, &one);
        bool worse = out->open ? !one.open || one.closes < out->closes
                               : !one.open && one.next > out->next;
        if (worse)
            *out = one;
    }
}

bool window_open(const struct window_input *input, instant now)
{
    struct window_state state;
    window_look(input, now, &state);
    return state.open;
}

instant window_next_open(const struct window_input *input, instant now,
                         int64_t horizon_ms)
{
    struct window_state state;
    if (input->zone_count == 0)
        return INSTANT_NEVER;
    for (instant at = now; at - now <= horizon_ms; at = state.next) {
        window_look(input, at, &state);
        if (state.open)
            return at;
    }
    return INSTANT_NEVER;
}

/* Days that touch (a window to 24:00 and one from 00:00) are one stretch. */
instant window_close(const struct window_input *input, instant now)
{
    struct window_state state;
    instant at = now;
    for (int days = 0; days < 8; days++) {
        window_look(input, at, &state);
        if (!state.open)
            break;
        at = state.closes;
        if (state.hours.to < MINUTES_A_DAY)
            break;
    }
    return at;
}

/* Those that open between the two. */
static bool last_stretch(const struct window_input *input, instant from,
                         instant now, struct window_stretch *out)
{
    bool found = false;
    for (instant at = from; at < now;) {
        instant open = window_next_open(input, at, now - at);
        if (open == INSTANT_NEVER || open >= now)
            break;
        instant close = window_close(input, open);
        if (close > now)
            close = now;
        *out = (struct window_stretch){open, close};
        found = true;
        at = close;
    }
    return found;
}

bool window_before(const struct window_input *input, instant now,
                   instant earliest, struct window_stretch *out)
{
    /* Nearly always yesterday; the last look is over the longest closure. */
    static const int64_t days[] = {2, 8, WINDOW_DAYS};
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        instant from = now - days[i] * 24 * HOUR_MS;
        if (last_stretch(input, from > earliest ? from : earliest, now, out))
            return true;
        if (from <= earliest)
            return false;
    }
    return false;
}

instant window_earlier(const struct window_input *input,
                       const struct zone *zone, instant when, instant earliest)
{
    struct window_stretch last;
    if (!window_before(input, when, earliest, &last))
        return INSTANT_NEVER;
    struct civil wall = zone_local(zone, when);
    wall.date = zone_today(zone, last.closes - 1);
    instant same = zone_instant(zone, wall);
    if (same < when && window_open(input, same))
        return same >= earliest ? same : last.opens;
    instant late = last.closes - DRAIN_MS;
    return late > last.opens ? late : last.opens;
}
