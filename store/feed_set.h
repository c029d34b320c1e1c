/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_SET_H
#define STORE_FEED_SET_H

#include "store/predicate.h"

/* The feeds that something depends on, a bit for each table of the import: all
 * must be young enough before a message is sent for it. What a condition reads
 * is listed nowhere. It is found in its SQL, so that no new name of the
 * catalogue and no new member of a measure can be forgotten. */
typedef unsigned feed_set;

/* Of one feed, by its table of the import ("screenings"); 0: it is none. */
feed_set feed_set_named(const char *feed);
/* What all campaigns over these anchors depend on: the anchors' own tables,
 * and those that say of everybody who may be asked, where, and who not. */
feed_set feed_set_anchor(enum anchor_kind anchor);
/* The tables that a condition reads; NULL: none. Builds its SQL: for once a
 * campaign, not once a row. */
feed_set feed_set_condition(enum anchor_kind anchor,
                            const struct predicate *condition);

#endif
