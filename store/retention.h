/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Texts go when their time is over (L-35): of a message stays which template
 * it was made from and a keyed hash, by which a text that somebody shows can
 * still be told to be it; of a reply its meaning and the hash. That something
 * was sent or received, when, by whom and to which address stays. */

struct retention {
    int64_t attempts, replies, strays; /* that lost their text now */
    int64_t waiting; /* rows that waited in vain for their people, and go */
    bool more;       /* there is work left */
};
/* One slice in the caller's transaction: what was handed over or received
 * before `before`, oldest first, at most `limit` rows of each kind. Stops in
 * front of a message whose fate its provider is still to be asked for: that
 * needs the text. Ends that ended no stay (store/stay.h) go after their own
 * time, and so does what waits for people whom nobody knows (store/waiting.h).
 * What is dated after `now`, by a clock that was ahead,
 * is as old as what comes behind it. */
bool retention_slice(struct store *store, instant now, instant before,
                     size_t limit, struct retention *out, struct error *err);

#endif
