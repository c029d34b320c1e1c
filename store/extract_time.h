/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_EXTRACT_TIME_H
#define STORE_EXTRACT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/row_set.h"

struct store;

/* For files of store/ only: when a file last said something of a row, be it the
 * same again. Kept beside the rows, many in one place: a file that says a
 * million rows again changes some thousand places and no row. */

/* Whether any row of the table was said by a file that is newer than `at`. */
bool extract_time_newer(struct store *store, const char *table, instant at,
                        bool *newer, struct error *err);
/* 0: no file said this row. */
bool extract_time_read(struct store *store, const char *table, int64_t id,
                       instant *at, struct error *err);
/* A file of then said these; what a newer one said stays as it was. In the
 * caller's transaction, as the next but one. */
bool extract_time_put(struct store *store, const char *table,
                      const struct row_set *rows, instant at,
                      struct error *err);

/* Of when the newest file is that held all rows of this source; 0: none. */
bool extract_full_read(struct store *store, const char *source,
                       const char *table, instant *at, struct error *err);
bool extract_full_put(struct store *store, const char *source,
                      const char *table, instant at, struct error *err);

#endif
