/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;
struct zone;

/* Predicates and fields of one kind of anchor, lowered to one prepared
 * SELECT with bound parameters. The same columns serve the whole-set scan of
 * evaluation and the look at one anchor at claim time and in explain: there
 * is no second interpreter. Belongs to its connection. */
struct view;

struct view_column {
    const struct predicate *predicate; /* a condition (a bool), or: */
    const struct predicate *seen; /* of a history, what it saw: a text, or: */
    const struct field *field;
    const char *attribute; /* of attr.<name> */
};

/* Time that relative parts of predicates see. */
struct view_time {
    instant now;
    struct civil_date today; /* in the organisation's zone */
    instant entered_at;      /* for "of entry"; INSTANT_NEVER: none */
    const struct zone *zone; /* the organisation's, for calendar distances
                                from `now`; NULL: UTC */
};

/* Why nothing may go out for an anchor: whoever it was for comes first, in the
 * order of the gate. */
enum view_gone {
    VIEW_HERE, /* something may */
    VIEW_DIED,
    VIEW_MERGED,
    VIEW_PATIENT_LEFT, /* the source */
    VIEW_INACTIVE,     /* no longer a patient here */
    VIEW_LEFT,         /* the anchor left the source */
    VIEW_REPLACED,     /* by a later fill of the same prescription */
};
/* As the reason of what ended by it; static. */
const char *view_gone_text(enum view_gone gone);

/* Every row carries these beside its columns. */
struct view_row {
    int64_t anchor_id;
    int64_t patient_id;
    int64_t occurrence; /* 0 for patients: their entry has it */
    enum view_gone gone;
    const struct value *columns; /* until the next row; texts too */
};

struct view *view_prepare(struct store *store, enum anchor_kind anchor,
                          const struct view_column *columns, size_t count,
                          struct error *err);
void view_free(struct view *view);

/* One anchor. `found` false when there is none. The row lives until the
 * view's next call. */
bool view_read(struct view *view, int64_t anchor_id,
               const struct view_time *time, bool *found, struct view_row *row,
               struct error *err);

/* Anchors in order. `field` (one with is_time, or NULL) restricts to anchors
 * whose time is in (from, to], served by an index, ordered by (time, id) and
 * continued behind (after_at, after_id); without a field the order is the id
 * and the continuation `after_id`. Only rows whose `filter` holds (NULL:
 * all) and that are not gone. Calls `row` until it returns false or `limit`
 * rows (0: no limit); `*more` says whether the limit or the callback ended it.
 * `at` in the callback is the time that the order used. after_id 0 starts at
 * the beginning. The scan reads while the callback runs: to write from there,
 * begin the transaction before the scan. */
struct view_range {
    const struct field *field;
    instant from, to;
    instant after_at;
    int64_t after_id;
    size_t limit;
};
typedef bool view_row_fn(void *arg, const struct view_row *row, instant at);
struct view_scan;
struct view_scan *view_scan_prepare(struct store *store,
                                    enum anchor_kind anchor,
                                    const struct predicate *filter,
                                    const struct field *field,
                                    const struct view_column *columns,
                                    size_t count, struct error *err);
void view_scan_free(struct view_scan *scan);
bool view_scan_run(struct view_scan *scan, const struct view_range *range,
                   const struct view_time *time, view_row_fn *row, void *arg,
                   bool *more, struct error *err);

/* How many anchors hold, and how many of those that fail do so because a
 * field they need is missing: for plan and launch. */
bool view_count(struct store *store, enum anchor_kind anchor,
                const struct predicate *filter, const struct view_time *time,
                int64_t *holds, int64_t *missing, struct error *err);

#endif
