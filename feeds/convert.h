/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_CONVERT_H
#define FEEDS_CONVERT_H

#include <stdbool.h>

#include "base/civil.h"
#include "base/clock.h"
#include "feeds/layout.h"
#include "feeds/scratch.h"
#include "store/value.h"

struct zone;

/* Texts of a feed to values, strictly: what cannot be read is refused with a
 * reason, never repaired into something else. Pure. */

struct convert {
    const char *country;     /* of national telephone numbers */
    const struct zone *zone; /* of times without an offset */
    struct scratch *scratch; /* where texts of values are put */
};

#define CONVERT_REASON_MAX 200

/* Whether a text that is not empty says that there is no value: N/A, NULL,
 * none, UNKNOWN (where that is no word of the column), and of a date the first
 * of 1900 and the last of 9999. */
bool convert_is_nothing(const struct layout_column *column, const char *text);

/* A field that is not empty. `out` on success; else why not. Columns that
 * name other rows, moments, points and attributes are the table's business
 * (record.c), not this function's. */
bool convert_field(const struct convert *with,
                   const struct layout_column *column, const char *text,
                   struct value *out, char reason[CONVERT_REASON_MAX]);

/* "2026-12-01T09:00", with offset or on the wall of `zone`; a date alone is
 * its midnight. */
struct convert_moment {
    instant at;
    struct civil local; /* on the wall of `zone` */
    bool has_offset;
    bool day; /* a date alone */
};
bool convert_moment(const char *text, const struct zone *zone,
                    struct convert_moment *out);
/* What to say of a text that it could not read. */
const char *convert_moment_fault(const char *text);

/* The calendar day of a date, or of a time as it is written. */
bool convert_day(const char *text, struct civil_date *out);
/* 30, and 30.0. */
bool convert_whole(const char *text, int64_t *out);

#endif
