/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_TABLE_H
#define STORE_FEED_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/value.h"

struct statement;
struct store;

/* For files of store/ only: the tables that feeds write, and how. */

#define FEED_KEYS 4

/* What feeds may write, a row a table. */
struct feed_table {
    const char *table;
    const char *keys[FEED_KEYS];
    const char *found;   /* instead of equal keys; :name are columns */
    const char *scope;   /* of a full extract (?1 = now); NULL: none goes */
    const char *weighs;  /* 1: counts for the limit of --full; NULL: all do */
    const char *go;      /* what ends a row; NULL: it is deleted */
    const char *prelude; /* runs before the rows are written */
    bool sourced;        /* source, source_at: who may end a row */
    bool fixed;          /* a row never changes once it is there */
    bool first_wins;     /* whatever differs, the row that is there stays */
};
/* A row that left its source stays, for the sake of its history. */
#define FEED_GONE "gone_at = ?1"
/* A column that no row writes: who said it counts (store/death.h). */
bool feed_table_aside(const struct feed_table *table, const char *column);
bool feed_table_is_key(const struct feed_table *table, const char *column);
/* Neither: what is written with the row. */
bool feed_table_written(const struct feed_table *table, const char *column);
bool feed_table_marks_gone(const struct feed_table *table);

/* A time and its zone are one cell of a file, and so is an address: whether
 * this column is a part of the one that its table has. */
bool feed_table_joint(const char *column);

/* NULL: no feed writes it. */
const struct feed_table *feed_table_find(const char *table);

/* The bit of each column in a row's `said` (store/said.h), and whether a row
 * cannot be without it. `lacking`: the bits of those that are none of these,
 * and without which it cannot be. */
struct feed_column {
    uint64_t bit;
    bool needed;
};
bool feed_columns(struct store *store, const char *table,
                  const char *const *columns, size_t count,
                  struct feed_column *out, uint64_t *lacking,
                  struct error *err);

void feed_bind(struct statement *statement, int at, const struct value *value);

#endif
