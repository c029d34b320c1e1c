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
 * mac covers the row and the mac before it under a secret key
 * (store/audit_key.h), so that a changed, inserted, moved or removed row
 * shows. Ids only: never a name, a number, a message, nor a text that
 * somebody typed. */

/* In the caller's transaction. `actor` is an account or "engine"; `action` a
 * word ("send", "opt-out", "launch"); `subject` "outreach 17" or NULL;
 * `detail` key=value pairs or NULL. */
bool audit_add(struct store *store, instant now, const char *actor,
               const char *action, const char *subject, const char *detail,
               struct error *err);

#define AUDIT_HEAD_MAX 96
/* "17:9f2c...": the newest row and its mac; "0:" in an empty chain. Kept
 * somewhere else, it proves later that nothing was cut off. */
bool audit_head(struct store *store, char out[AUDIT_HEAD_MAX],
                struct error *err);

/* The same of row `id`; "0:" when there is none. */
bool audit_head_at(struct store *store, int64_t id, char out[AUDIT_HEAD_MAX],
                   struct error *err);
/* For store_commit, behind an audit_add(): without a look at the store. */
void audit_head_now(const struct store *store, char out[AUDIT_HEAD_MAX]);

/* A keyed hash of a text, by the chain's key: tells later whether a text is
 * this one, and nothing else about it. Hex. */
bool audit_text_mark(struct store *store, const char *text, char out[65],
                     struct error *err);

struct audit_verdict {
    int64_t rows;
    int64_t unverified; /* the first so many: their key is lost */
};
/* Goes through the whole chain. `head` (or NULL): one that was taken before
 * and must still be in it. False with ERROR_CORRUPT names the first row that
 * is wrong. */
bool audit_verify(struct store *store, const char *head,
                  struct audit_verdict *out, struct error *err);

struct audit_row {
    int64_t id;
    instant at;
    const char *actor, *action;   /* until the callback returns */
    const char *subject, *detail; /* NULL: none */
};
/* Which rows; NULL and 0: any. */
struct audit_filter {
    instant since;
    const char *subject, *actor, *action;
    int64_t patient_id; /* about this person, their outreach, their tasks */
};
typedef bool audit_row_fn(void *arg, const struct audit_row *row);
/* Oldest first; stops when the callback says false. */
bool audit_each(struct store *store, const struct audit_filter *filter,
                audit_row_fn *row, void *arg, struct error *err);

#endif
