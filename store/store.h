/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

/* The patient store: one SQLite file (WAL, FULL, foreign keys, 0600). A
 * `struct store` is one connection; it belongs to one thread at a time. */
struct store;

#define STORE_CREATE 1u    /* make it when it is not there */
#define STORE_READ_ONLY 2u /* never writes; sees committed rows */
#define STORE_BULK 4u      /* larger cache for imports; same durability */
#define STORE_WHAT_IF                                  \
    8u /* writes, and PANICs instead of a commit: what \
          would be, seen and rolled back */

#define STORE_THROW_AWAY                                  \
    16u /* a copy that nobody wants after a crash: writes \
           are not synced */

#define STORE_SCHEMA_VERSION 1

/* Opens and, when it is older, migrates. Errors: not there, no permission,
 * not a database, newer than this program, locked, read-only, full; each
 * with its remedy. NULL on failure; store_close() the result. */
struct store *store_open(const char *path, unsigned flags, struct error *err);
void store_close(struct store *store); /* NULL is fine */
const char *store_path(const struct store *store);

/* One write transaction at a time and connection (IMMEDIATE: waits for the
 * writer's lock, then ERROR_BUSY). Everything that changes rows PANICs outside
 * of one. A failed commit has rolled back. */
bool store_begin(struct store *store, struct error *err);
bool store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store); /* fine without a transaction */
bool store_in_transaction(const struct store *store);
/* Within one: what is written between these two is taken back. */
bool store_suppose(struct store *store, struct error *err);
bool store_unsuppose(struct store *store, struct error *err);
/* Or it stays. */
bool store_suppose_true(struct store *store, struct error *err);

/* A large import writes for many seconds: others wait for it up to ten
 * minutes, or as long as they say themselves. */
void store_set_patience(struct store *store, int64_t ms);
/* Whether another process waits for its turn to write: leave it a gap. */
bool store_is_wanted(const struct store *store);
/* Told once for each wait of more than a second; `who` is "an import (process
 * 17)" or "another process". For all stores of this process: set it before
 * there are threads. NULL (as in the beginning): nobody is told. */
typedef void store_wait_fn(const char *who, const char *path);
void store_on_wait(store_wait_fn *told);
/* One import at a time and store: waits for another one. Also how the others
 * know whom they wait for. file_unlock() it. */
int store_lock_import(const struct store *store, struct error *err);

/* Changes whenever another connection committed something. */
int64_t store_data_version(struct store *store);
/* A consistent copy of everything into a new file (VACUUM INTO, 0600); on the
 * disk when it returns, unless `flags` say STORE_THROW_AWAY. */
bool store_copy_to(struct store *store, const char *path, unsigned flags,
                   struct error *err);
/* Checks the file; false with ERROR_CORRUPT and the first finding. */
bool store_check(struct store *store, struct error *err);

/* The meta table: organisation, keys, marks. `out` gets "" when absent. */
bool store_meta_get(struct store *store, const char *key, char *out,
                    size_t size, struct error *err);
bool store_meta_set(struct store *store, const char *key, const char *value,
                    struct error *err);

/* Tests: the n-th write statement from now fails with ERROR_FULL (0: none). */
void store_fail_write(struct store *store, int64_t n);

#endif
