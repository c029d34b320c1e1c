/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a TZif file: refused with a reason, or a table whose offsets
 * are those of some place on earth, whose walls lead back to the clock, and
 * whose changes resolve as base/zone.h says: the first of two, or past a gap
 * by its length. Clocks that no place on earth has are refused.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/zone_rules.h"

#include "tests/fuzz/fuzz.h"

#define OFFSET_LIMIT (26 * 3600)

static void look(struct zone_rules *rules, int64_t utc)
{
    int32_t offset = zone_rules_offset(rules, utc);
    if (offset < -OFFSET_LIMIT || offset > OFFSET_LIMIT)
        PANIC("offset %d", (int)offset);
    /* An overlap answers with the first of two instants, a gap moves on. */
    int64_t wall = utc + offset;
    int64_t back = zone_rules_utc(rules, wall);
    if (back + zone_rules_offset(rules, back) < wall)
        PANIC("the wall went back");
    if (back > utc)
        PANIC("an instant was moved though its wall exists");
}

/* Every wall time that a change of the clocks skips or shows twice leads to
 * where the offset from before the change puts it. */
static void change(struct zone_rules *rules, size_t i)
{
    int64_t at = rules->at[i];
    int64_t before = rules->offset[i - 1];
    int64_t after = rules->offset[i];
    int64_t first = at + (before < after ? before : after);
    int64_t last = at + (before < after ? after : before) - 1;
    int64_t walls[] = {first, first + (last - first) / 2, last};
    for (size_t k = 0; k < sizeof(walls) / sizeof(walls[0]); k++) {
        if (zone_rules_utc(rules, walls[k]) != walls[k] - before)
            PANIC("a wall time around a change is resolved otherwise");
    }
    if (zone_rules_utc(rules, first - 1) != first - 1 - before)
        PANIC("the last wall time before a change is moved");
    if (zone_rules_utc(rules, last + 1) != last + 1 - after)
        PANIC("the first wall time after a change is moved");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct zone_rules *rules = zone_rules_read(data, size, &err);
    if (rules == NULL) {
        if (err.text[0] == '\0')
            PANIC("refused without a reason");
        return 0;
    }
    for (int64_t year = -100; year <= 600; year += 25)
        look(rules, year * 31556952 + (int64_t)size * 86400);
    for (size_t i = 1; i < rules->count; i++) {
        look(rules, rules->at[i] - 1);
        look(rules, rules->at[i]);
        change(rules, i);
    }
    if (!zone_rules_equal(rules, rules))
        PANIC("rules differ from themselves");
    zone_rules_free(rules);
    return 0;
}
