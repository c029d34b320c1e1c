/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TZif file (RFC 8536) as one table of segments, and the two look-ups on
 * it. Times after the file's last transition follow its footer; the table is
 * filled for 400 years ahead, after which the calendar repeats, so a look-up
 * is a binary search with no arithmetic of rules. Every count in the file is
 * checked against its length before it is used. Immutable once built, but for
 * the hint, which may be stale or lost without harm.
 */
#include "base/zone_rules.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"

#define HEADER_BYTES 44
#define TRANSITIONS_MAX 4096
#define OFFSET_MAX (26 * 3600) /* RFC 8536: between -25 and +26 hours */
#define CYCLE_YEARS 400
#define FOOTER_MAX 128
/* Times in a file: its beginning of all time is -2^59, and the calendar ends
 * before 400 years of a rule could be laid behind a later one. */
#define TIME_FLOOR (-(INT64_C(1) << 59))
#define TIME_CEILING (INT64_C(7030) * 31556952) /* the year 9000 */

struct block {
    size_t isut_count;
    size_t isstd_count;
    size_t leap_count;
    size_t time_count;
    size_t type_count;
    size_t char_count;
    const uint8_t *times; /* the block's data */
    size_t time_size;     /* 4 or 8 */
    size_t size;          /* of all its data */
};

static uint32_t read_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(const uint8_t *at, size_t size)
{
    if (size == 4)
        return (int32_t)read_32(at);
    return (int64_t)((uint64_t)read_32(at) << 32 | read_32(at + 4));
}

/* The header at `at` and the extent of its data; false when it is none or
 * does not fit. */
static bool read_block(const uint8_t *at, size_t len, size_t time_size,
                       struct block *out)
{
    if (len < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
        return false;
    struct block block = {
        .isut_count = read_32(at + 20),
        .isstd_count = read_32(at + 24),
        .leap_count = read_32(at + 28),
        .time_count = read_32(at + 32),
        .type_count = read_32(at + 36),
        .char_count = read_32(at + 40),
        .times = at + HEADER_BYTES,
        .time_size = time_size,
    };
    if (block.time_count > TRANSITIONS_MAX || block.type_count > 256 ||
        block.type_count == 0 || block.char_count > 4096 ||
        block.leap_count > 4096 || block.isut_count > 256 ||
        block.isstd_count > 256)
        return false;
    block.size = block.time_count * (time_size + 1) + block.type_count * 6 +
                 block.char_count + block.leap_count * (time_size + 4) +
                 block.isstd_count + block.isut_count;
    if (block.size > len - HEADER_BYTES)
        return false;
    *out = block;
    return true;
}

static struct zone_rules *rules_new(size_t room)
{
    struct zone_rules *rules = memory_new(sizeof(*rules));
    rules->at = memory_grow(NULL, room, sizeof(rules->at[0]));
    rules->offset = memory_grow(NULL, room, sizeof(rules->offset[0]));
    return rules;
}

void zone_rules_free(struct zone_rules *rules)
{
    if (rules == NULL)
        return;
    free(rules->at);
    free(rules->offset);
    free(rules);
}

/* Adds a segment. One of the same offset as its neighbour (only the name or
 * the DST flag changes there) is left out; one at the same moment replaces. */
static void add_segment(struct zone_rules *rules, int64_t at, int32_t offset)
{
    while (rules->count > 0 && rules->at[rules->count - 1] >= at)
        rules->count--;
    if (rules->count > 0 && rules->offset[rules->count - 1] == offset)
        return;
    rules->at[rules->count] = at;
    rules->offset[rules->count] = offset;
    rules->count++;
}

struct zone_rules *zone_rules_fixed(int32_t offset)
{
    struct zone_rules *rules = rules_new(1);
    add_segment(rules, INT64_MIN, offset);
    return rules;
}

/* The offset of local time type `type`; false when it is out of bounds. */
static bool type_offset(const struct block *block, size_t type, int32_t *out)
{
    if (type >= block->type_count)
        return false;
    const uint8_t *types =
        block->times + block->time_count * (block->time_size + 1);
    *out = (int32_t)read_32(types + type * 6);
    return *out > -OFFSET_MAX && *out < OFFSET_MAX;
}

/* The file's own transitions; false when they do not rise, lie outside of the
 * calendar or name a type that is not there. */
static bool add_transitions(const struct block *block, struct zone_rules *rules)
{
    int32_t offset;
    if (!type_offset(block, 0, &offset))
        return false;
    add_segment(rules, INT64_MIN, offset); /* type 0 before the first */
    const uint8_t *types = block->times + block->time_count * block->time_size;
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < block->time_count; i++) {
        int64_t at =
            read_time(block->times + i * block->time_size, block->time_size);
        if (at <= before || at < TIME_FLOOR || at > TIME_CEILING ||
            !type_offset(block, types[i], &offset))
            return false;
        add_segment(rules, at, offset);
        before = at;
    }
    return true;
}

/* 400 years of the footer's rule behind the last transition of the file. */
static void add_footer(const struct zone_footer *footer, int64_t last,
                       struct zone_rules *rules)
{
    if (!footer->has_summer) {
        add_segment(rules, last, footer->standard);
        return;
    }
    int from = civil_from_seconds(last).date.year;
    /* From the year before, to know what holds right after `last`. */
    for (int year = from - 1; year <= from + CYCLE_YEARS + 1; year++) {
        struct {
            int64_t at;
            int32_t offset;
        } turns[2] = {{zone_footer_start(footer, year), footer->summer},
                      {zone_footer_stop(footer, year), footer->standard}};
        /* When both fall together (summer time all year) the start wins. */
        int first = turns[0].at < turns[1].at ? 0 : 1;
        for (int i = 0; i < 2; i++) {
            int turn = i == 0 ? first : 1 - first;
            int64_t at = turns[turn].at > last ? turns[turn].at : last;
            add_segment(rules, at, turns[turn].offset);
        }
    }
    struct civil_date edge = {(int16_t)(from + CYCLE_YEARS + 1), 1, 1};
    rules->end = civil_days(edge) * 86400;
    rules->cycles = true;
}

static bool read_footer(const uint8_t *at, size_t len, char out[FOOTER_MAX])
{
    if (len < 2 || at[0] != '\n')
        return false;
    const uint8_t *stop = memchr(at + 1, '\n', len - 1);
    size_t size = stop == NULL ? FOOTER_MAX : (size_t)(stop - at) - 1;
    if (size >= FOOTER_MAX || memchr(at + 1, '\0', size) != NULL)
        return false;
    memcpy(out, at + 1, size);
    out[size] = '\0';
    return true;
}

/* Whether each change of the clocks is over before the next one begins: a
 * segment lasts at least as long as the jumps at both its ends. Only then is
 * a wall time that a gap skips shown by no other segment, and the earliest of
 * two that an overlap shows the first one found. All of tzdata since 1840
 * keeps days between them. */
static bool changes_settle(const struct zone_rules *rules)
{
    for (size_t i = 1; i + 1 < rules->count; i++) {
        int64_t jumps =
            llabs((int64_t)rules->offset[i] - rules->offset[i - 1]) +
            llabs((int64_t)rules->offset[i + 1] - rules->offset[i]);
        if (rules->at[i + 1] - rules->at[i] < jumps)
            return false;
    }
    return true;
}

/* Fills `rules` from the whole file; NULL or what is wrong with it. */
static const char *read_file(const uint8_t *at, size_t len,
                             struct zone_rules *rules)
{
    struct block block;
    if (!read_block(at, len, 4, &block))
        return "not a TZif file, or cut short";
    uint8_t version = at[4];
    char footer[FOOTER_MAX] = "";
    if (version >= '2') {
        size_t skip = HEADER_BYTES + block.size;
        if (!read_block(at + skip, len - skip, 8, &block))
            return "its 64-bit part is damaged or cut short";
        skip += HEADER_BYTES + block.size;
        if (!read_footer(at + skip, len - skip, footer))
            return "its footer is damaged";
    } else if (version != 0) {
        return "an unknown TZif version";
    }
    if (block.leap_count > 0)
        return "counts leap seconds, which instants here do not";
    if (!add_transitions(&block, rules))
        return "its transitions are damaged";
    struct zone_footer rule;
    if (footer[0] != '\0') {
        if (!zone_footer_parse(footer, &rule))
            return "its footer has a rule that cannot be read";
        int64_t last = INT64_MIN;
        if (block.time_count > 0)
            last = read_time(block.times + (block.time_count - 1) * 8, 8);
        int64_t floor = civil_days((struct civil_date){1, 1, 1}) * 86400;
        if (rule.has_summer && last < floor)
            last = floor + 2 * 366 * 86400;
        add_footer(&rule, last, rules);
    }
    if (!changes_settle(rules))
        return "its clocks change again before a change is over";
    return NULL;
}

struct zone_rules *zone_rules_read(const void *bytes, size_t len,
                                   struct error *err)
{
    struct zone_rules *rules =
        rules_new(TRANSITIONS_MAX + 2 * (CYCLE_YEARS + 3) + 2);
    const char *fault = read_file(bytes, len, rules);
    if (fault != NULL) {
        error_set(err, ERROR_CANNOT, "%s", fault);
        zone_rules_free(rules);
        return NULL;
    }
    rules->at = memory_grow(rules->at, rules->count, sizeof(rules->at[0]));
    rules->offset =
        memory_grow(rules->offset, rules->count, sizeof(rules->offset[0]));
    return rules;
}

bool zone_rules_equal(const struct zone_rules *a, const struct zone_rules *b)
{
    return a->count == b->count && a->cycles == b->cycles && a->end == b->end &&
           memcmp(a->at, b->at, a->count * sizeof(a->at[0])) == 0 &&
           memcmp(a->offset, b->offset, a->count * sizeof(a->offset[0])) == 0;
}

/* How many whole cycles `time` must go back to lie in the table. */
static int64_t cycles_past(const struct zone_rules *rules, int64_t time)
{
    if (!rules->cycles || time < rules->end)
        return 0;
    return (time - rules->end) / ZONE_CYCLE_SECONDS + 1;
}

/* The segment in which `utc` lies. */
static size_t find_segment(struct zone_rules *rules, int64_t utc)
{
    size_t low = atomic_load_explicit(&rules->hint, memory_order_relaxed);
    if (rules->at[low] <= utc &&
        (low + 1 == rules->count || utc < rules->at[low + 1]))
        return low;
    low = 0;
    size_t high = rules->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (rules->at[middle] <= utc)
            low = middle;
        else
            high = middle;
    }
    atomic_store_explicit(&rules->hint, (uint32_t)low, memory_order_relaxed);
    return low;
}

int32_t zone_rules_offset(struct zone_rules *rules, int64_t utc)
{
    utc -= cycles_past(rules, utc) * ZONE_CYCLE_SECONDS;
    return rules->offset[find_segment(rules, utc)];
}

int64_t zone_rules_utc(struct zone_rules *rules, int64_t wall)
{
    int64_t shift = cycles_past(rules, wall - OFFSET_MAX) * ZONE_CYCLE_SECONDS;
    wall -= shift;
    /* No offset is larger, so the answer lies in this segment or later. */
    size_t i = find_segment(rules, wall - OFFSET_MAX);
    for (;; i++) {
        int64_t utc = wall - rules->offset[i];
        if (i + 1 == rules->count || utc < rules->at[i + 1])
            return utc + shift;
        /* In a gap the next segment would put it before its own start: the
         * offset from before the gap moves the time forward by the gap. */
        if (wall - rules->offset[i + 1] < rules->at[i + 1])
            return utc + shift;
    }
}
