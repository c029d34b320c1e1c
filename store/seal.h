/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <stdbool.h>

#include "base/error.h"

struct store;

/* Whether this file is the store that sends, or a copy of it. Copies know
 * nothing of what the other sends and hears: two that send reach people
 * twice, and after a STOP. Beside a store lies its seal, STORE.seal: which
 * store it is, which file (inode and birth), and the newest row of its audit
 * chain, renewed with every commit that adds one. So a store that was copied
 * elsewhere has none or one of another file, and an older copy in its place
 * has another history. A folder that is moved within its file system stays
 * sealed; moved to another one it is a copy like any other. What cannot be
 * seen from here is a whole disk that was set back. */
#define SEAL_ENDING ".seal"

enum seal_state {
    SEAL_WHOLE,    /* it may send */
    SEAL_MISSING,  /* a copy without its seal */
    SEAL_MOVED,    /* this store's history, in another file */
    SEAL_OLDER,    /* the seal has seen what this file does not know */
    SEAL_RESTORED, /* from a backup */
};
bool seal_check(struct store *store, enum seal_state *out, struct error *err);

/* From now on this file is the one that sends. Outside of a transaction, or
 * in the one that makes the store. */
bool seal_make(struct store *store, struct error *err);

/* For store_commit: the chain grew. A seal that is not this file's stays as it
 * is. Failures are silent: the seal then lags, which costs nothing but a
 * question at the next crash. */
void seal_follow(struct store *store);

/* The mark in every backup, from before it was made (milliseconds), and of
 * every store that came from one until it is released. */
#define SEAL_BACKUP_MARK "backup_at"

#endif
