/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_AUDIT_KEY_H
#define STORE_AUDIT_KEY_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* The key of the audit chain. It never lies in the store: whoever can write
 * the store alone cannot forge its chain. A store is born with a file of its
 * own beside it, STORE.audit-key (0600), unless a key was configured; the
 * store keeps only the key's mark, to know it again. */
#define AUDIT_KEY_ENDING ".audit-key"

/* The configured key: instead of a file beside the store, for every store
 * that this process opens from now on. A short one is refused; another one
 * than before too: it stays the same as long as the process lives. */
bool audit_key_configure(const char *text, struct error *err);
/* Whether there is one. */
bool audit_key_is_configured(void);

/* A new chain: makes the key where there is none and notes its mark. In the
 * transaction that makes the store. */
bool audit_key_birth(struct store *store, struct error *err);
/* Loads the key into the connection. Errors: it is gone, it is another
 * chain's, others can read it. A key that this process loaded once is known
 * for copies of that store too, wherever they lie. */
bool audit_key_ready(struct store *store, struct error *err);
/* For a store that will lie elsewhere: makes the key in this file known, when
 * there is one. */
bool audit_key_offer(const char *path, struct error *err);
/* Whether the key in this file is the one of the store's chain. */
bool audit_key_fits(struct store *store, const char *path, bool *fits,
                    struct error *err);
/* The key is lost: goes on under a new one, which says so in the chain. What
 * stands before can no longer be verified. In the caller's transaction. */
bool audit_key_renew(struct store *store, const char *actor, instant now,
                     struct error *err);

#endif
