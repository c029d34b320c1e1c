/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SAID_H
#define STORE_SAID_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct sqlite3;

/* For files of store/ only: which columns of a row were said when, so that news
 * that comes late loses only what newer news has said. A row that feeds write
 * has this beside its source_at, in its column `said`: "mask at:mask at:mask",
 * masks in hex. The columns of the first were said at source_at, those of the
 * others before that, the newest first; each column once. Columns that stand
 * nowhere nobody ever said. NULL: all of them, at source_at. Pure. */

/* A bit a column, by its place in the table (cid of SQLite). */
#define SAID_BIT(cid) (UINT64_C(1) << (cid))
#define SAID_MAX 2400 /* each column at a time of its own */

/* Those of which a word is there that is newer than `at`. */
uint64_t said_since(const char *said, instant source_at, instant at);
/* The same text once these columns were said at `at`; what a newer word said
 * stays as it was. */
void said_add(char out[SAID_MAX], const char *said, instant source_at,
              uint64_t columns, instant at);

/* Both for SQL: said_add(said, source_at, columns, at), said_since(said,
 * source_at, at); and what files said (store/extract.h). SQLite's code. */
int said_register(struct sqlite3 *db);

#endif
