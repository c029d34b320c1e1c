/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* The append-only chain (L-34): who did what to what, and why. Each row's
 * mac covers the row and the mac before it under a secret key, so that a
 * changed, inserted or removed row shows. Ids only: never a name, a number
 * or a message. */

/* In the caller's transaction. `actor` is an account or "engine"; `action` a
 * word ("send", "opt-out", "launch"); `subject` "outreach 17" or NULL;
 * `detail` key=value pairs or NULL. */
bool audit_add(struct store *store, instant now, const char *actor,
               const char *action, const char *subject, const char *detail,
               struct error *err);

/* Another key than the one that the store was born with: set it on every
 * connection before its first row, the same one for ever. */
void audit_set_key(struct store *store, const void *key, size_t len);

#define AUDIT_HEAD_MAX 96
/* "17:9f2c...": the newest row and its mac; "0:" in an empty chain. Kept
 * somewhere else, it proves later that nothing was cut off. */
bool audit_head(struct store *store, char out[AUDIT_HEAD_MAX],
                struct error *err);

/* Goes through the whole chain. `head` (or NULL): one that was taken before
 * and must still be in it. False with ERROR_CORRUPT names the first row that
 * is wrong. */
bool audit_verify(struct store *store, const char *head, int64_t *rows,
                  struct error *err);

struct audit_row {
    int64_t id;
    instant at;
    const char *actor, *action;   /* until the callback returns */
    const char *subject, *detail; /* NULL: none */
};
typedef bool audit_row_fn(void *arg, const struct audit_row *row);
/* Rows from `since` on, oldest first, of one subject (NULL: all); stops when
 * the callback says false. */
bool audit_each(struct store *store, instant since, const char *subject,
                audit_row_fn *row, void *arg, struct error *err);

#endif
