/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* For files of store/ only: a prepared statement that catches misuse. Kept
 * statements live with the connection and are found again by the address of
 * their SQL literal, so `statement(store, "...")` costs no parsing later. */
struct statement;

/* A kept statement, reset and unbound; PANICs on bad SQL (ours). Nested use
 * of the same one while it is stepping PANICs. */
struct statement *statement(struct store *store, const char *literal_sql);
/* SQL that was built at run time (predicates): NULL on failure. */
struct statement *statement_build(struct store *store, const char *sql,
                                  struct error *err);
void statement_free(struct statement *statement); /* built ones only */

/* Parameters by number, from 1. Texts are copied unless _static, which must
 * stay until the next reset. NULL text binds NULL. */
void bind_integer(struct statement *statement, int at, int64_t value);
void bind_real(struct statement *statement, int at, double value);
void bind_text(struct statement *statement, int at, const char *text);
void bind_text_static(struct statement *statement, int at, const char *text);
void bind_blob(struct statement *statement, int at, const void *data,
               int64_t len);
void bind_null(struct statement *statement, int at);
/* INSTANT_NEVER binds NULL. */
void bind_instant(struct statement *statement, int at, int64_t value);

/* Next row: 1 = a row, 0 = done (and reset), -1 = failed (`err` filled and
 * reset). Busy, full, constraint and corrupt are told apart. */
int statement_step(struct statement *statement, struct error *err);
/* Runs to the end; a row is discarded. PANICs when it writes outside a
 * transaction. */
bool statement_run(struct statement *statement, struct error *err);
void statement_reset(struct statement *statement);

/* Columns by number, from 0. Text lives until the next step or reset; a NULL
 * is NULL, 0, 0.0; column_instant answers INSTANT_NEVER for NULL. */
int64_t column_integer(struct statement *statement, int at);
double column_real(struct statement *statement, int at);
const char *column_text(struct statement *statement, int at);
/* Whether SQLite holds more of it than C shows. */
bool column_text_has_nul(struct statement *statement, int at);
const void *column_blob(struct statement *statement, int at, int *len);
int64_t column_instant(struct statement *statement, int at);
int column_minutes(struct statement *statement, int at); /* NULL: -1 */
bool column_is_null(struct statement *statement, int at);

int64_t store_last_id(struct store *store);
int64_t store_changes(struct store *store); /* of the last statement */

#endif
