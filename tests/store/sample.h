/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include "store/view.h"

struct store;

/* A handful of invented people with everything the catalogue knows, as of
 * Monday 2026-11-23, 10:00 in New York. */
void sample_fill(struct store *store);
#define SAMPLE_NOW INT64_C(1795446000000) /* 2026-11-23T15:00:00Z */
struct view_time sample_time(void);

/* "1 3 5": the ids of the anchors for which this holds, by a scan; fails the
 * test when looking at each of them alone says otherwise. */
const char *sample_ids(struct store *store, enum anchor_kind anchor,
                       const struct predicate *filter,
                       const struct view_time *time);

#endif
