/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a step's time and as a duration: refused with faults that have
 * a place, or read without any; and what was read comes, around any moment and
 * in any two zones, to a moment within its declared reach, turns in order.
 *
 * Input: anchor, two zones, a moment of four bytes, then the text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/zone.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/timing.h"

#include "tests/fuzz/fuzz.h"

#define HEAD 7
#define DAY_MS (24 * HOUR_MS)

static const struct expression_place place = {"fuzz.json", 3, 5};

static const struct zone *zone_of(uint8_t byte)
{
    static const char *const names[] = {
        "UTC",
        "America/New_York",
        "America/St_Johns",
        "Europe/Dublin",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    };
    const struct zone *zone =
        zone_find(names[byte % (sizeof(names) / sizeof(names[0]))]);
    return zone ? zone : zone_utc();
}

/* What a bounded horizon rests on: an anchor outside of the reach need not be
 * looked at. */
static void expect_reach(const struct step_time *time, instant field_at,
                         const struct timing *timing)
{
    instant at = step_time_instant(time, field_at, timing);
    instant base = time->base == BASE_ENTRY ? timing->entered_at : field_at;
    if (time->base == BASE_INSTANT || at == INSTANT_NEVER)
        return;
    int64_t reach = step_time_reach(time);
    expect(time->sign > 0 ? at - base <= reach : at - base >= reach,
           "a time is within its reach");
}

static void expect_turns(const struct step_time *every, instant field_at,
                         const struct timing *timing)
{
    instant before = INT64_MIN;
    for (int turn = 1; turn <= every->turns; turn++) {
        struct step_time one = step_time_turn(every, turn);
        instant at = step_time_instant(&one, field_at, timing);
        expect(at >= before, "turns are in the order of time");
        expect_reach(&one, field_at, timing);
        before = at;
    }
}

static void try_time(const char *text, enum anchor_kind anchor,
                     instant field_at, const struct timing *timing,
                     struct arena *arena)
{
    struct faults faults;
    struct step_time time;
    faults_init(&faults);
    bool read = step_time_parse(text, anchor, &place, arena, &faults, &time);
    expect(read == (faults.errors == 0), "read, or refused with a fault");
    for (size_t i = 0; i < faults.count; i++)
        expect(faults.items[i].line >= place.line &&
                   faults.items[i].column > 0 &&
                   faults.items[i].text[0] != '\0',
               "a fault has a place and a text");
    if (read && time.turns > 0)
        expect_turns(&time, field_at, timing);
    else if (read)
        expect_reach(&time, field_at, timing);
    faults_free(&faults);
}

static void try_duration(const char *text, instant from,
                         const struct timing *timing)
{
    struct duration duration, again;
    char out[40];
    if (!duration_parse(text, &duration))
        return;
    expect(duration_parse(duration_text(duration, out), &again) &&
               again.count == duration.count && again.unit == duration.unit,
           "a duration survives writing");
    if (duration.count >= 0)
        expect(duration_after(from, duration, timing->patient_zone, timing) >=
                   from - DAY_MS / 8,
               "what is within a time ends after it began");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct civil_date holidays[] = {
        {2026, 11, 26}, {2026, 12, 25}, {2027, 1, 1}};
    if (size < HEAD)
        return 0;
    enum anchor_kind anchor = (enum anchor_kind)(1 + data[0] % ANCHOR_PATIENT);
    uint32_t minutes;
    memcpy(&minutes, data + 3, sizeof(minutes));
    /* 1990 to 2089 */
    instant at = INT64_C(631152000000) + minutes % 52000000 * MINUTE_MS;
    struct calendar_days days = {holidays,
                                 sizeof(holidays) / sizeof(holidays[0])};
    struct timing timing = {
        .anchor_zone = zone_of(data[1]),
        .patient_zone = zone_of(data[2]),
        .days = &days,
        .entered_at = at,
        .open_from = 480,
        .open_to = 1020,
    };
    struct arena *arena = arena_new();
    const char *text =
        arena_text_n(arena, (const char *)data + HEAD, size - HEAD);
    try_time(text, anchor, at, &timing, arena);
    try_duration(text, at, &timing);
    arena_free(arena);
    return 0;
}
