/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONNECTION_H
#define STORE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/hash.h"

struct statement;

/* What a `struct store` is made of: for store.c, wait.c, statement.c,
 * migrate.c, audit*.c and seal.c only. Everybody else speaks through store.h
 * and statement.h. */
struct store {
    sqlite3 *db;
    char *path;
    bool read_only;
    bool what_if; /* never commits */

    /* Kept statements: open addressing on the literal's address. */
    struct statement **kept;
    size_t kept_count;
    size_t kept_room;        /* a power of two, or 0 */
    struct statement *built; /* those that views must free before close */

    sqlite3_stmt *begin, *commit, *rollback;
    int64_t patience_ms; /* with another writer */

    /* A write that failed for want of disk, or worse, leaves a transaction
     * that must not be committed: SQLite may already have rolled it back. */
    bool spoilt;
    struct error spoilt_by;

    int64_t fail_write; /* store_fail_write: 0 = off, 1 = the next one */

    /* audit.c: the newest mac, read again in each transaction. */
    bool audit_known;
    bool audit_has_key;
    int64_t audit_id;
    uint8_t audit_key[SHA256_BYTES];
    uint8_t audit_mac[SHA256_BYTES];

    /* seal.c: open when it is this file's; the newest row it was told of. */
    bool seal_tried;
    int seal_fd;
    int64_t seal_id;
};

/* Turns a result code of SQLite into our kinds of failure, each with what to
 * do about it; always false. `doing` completes "cannot ...". */
bool connection_error(struct store *store, int code, const char *doing,
                      struct error *err);
/* Runs SQL that returns nothing: pragmas and migrations. */
bool connection_exec(struct store *store, const char *sql, const char *doing,
                     struct error *err);
/* The first column of the first row of our own SQL, as a number. */
bool connection_number(struct store *store, const char *sql, int64_t *out,
                       struct error *err);
/* Begins a write transaction, as patiently as the store is; SQLite's code. */
int connection_begin(struct store *store);
#define CONNECTION_PATIENCE_MS INT64_C(600000)
/* Who may be writing just now: "an import (process 17)". */
void connection_writer(const struct store *store, char *out, size_t size);
/* Counts one write towards store_fail_write; true when this one must fail. */
bool connection_write_fails(struct store *store);

/* For store_close: ends the kept statements; PANICs when a built one lives. */
void statement_close_all(struct store *store);

#endif
