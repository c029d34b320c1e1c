/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ZONE_RULES_H
#define BASE_ZONE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Inside base/zone only: what one TZif file says, as a table. */

#define ZONE_FILE_MAX ((size_t)256 * 1024)
/* The Gregorian calendar repeats to the weekday after 400 years. */
#define ZONE_CYCLE_SECONDS (INT64_C(146097) * 86400)

/* Segment i lasts from at[i] to at[i + 1], the last for ever, unless
 * `cycles`: then the table ends with 400 years of the footer's rule, and a
 * time from `end` on is looked up a whole number of cycles earlier. */
struct zone_rules {
    struct zone_rules *older; /* what this replaced: kept for readers */
    size_t count;             /* at least 1; at[0] is INT64_MIN */
    int64_t *at;              /* seconds UTC, strictly rising */
    int32_t *offset;          /* seconds east of UTC */
    bool cycles;
    int64_t end;
    _Atomic uint32_t hint; /* the segment found last */
};

/* Reads the bytes of a TZif file (RFC 8536, versions 1 to 4). NULL when it is
 * damaged, counts leap seconds, has a rule we cannot read or changes that no
 * clocks on earth make (offsets beyond 26 hours, a change inside another).
 * Accepts any bytes. */
struct zone_rules *zone_rules_read(const void *bytes, size_t len,
                                   struct error *err);
struct zone_rules *zone_rules_fixed(int32_t offset);
void zone_rules_free(struct zone_rules *rules);
bool zone_rules_equal(const struct zone_rules *a, const struct zone_rules *b);

int32_t zone_rules_offset(struct zone_rules *rules, int64_t utc);
/* Wall seconds to UTC seconds, with the policy of zone_instant(). */
int64_t zone_rules_utc(struct zone_rules *rules, int64_t wall);

/* The rule for the years after the table: a POSIX TZ string. */
struct zone_footer {
    int32_t standard; /* offsets east of UTC */
    int32_t summer;
    bool has_summer;
    struct zone_turn {
        char kind; /* 'M' month.week.day, 'J' day 1..365, 'D' day 0..365 */
        int month;
        int week;
        int day;
        int32_t time; /* seconds after local midnight, may be negative */
    } start, stop;
};
bool zone_footer_parse(const char *text, struct zone_footer *out);
/* UTC seconds at which summer time starts or stops in this year. */
int64_t zone_footer_start(const struct zone_footer *footer, int year);
int64_t zone_footer_stop(const struct zone_footer *footer, int year);

#endif
