/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_EXTRACT_H
#define STORE_EXTRACT_H

#include <stddef.h>
#include <stdint.h>

struct sqlite3;

/* For files of store/ only: what a file last said of a row, cell by cell. The
 * row has it in its column `extract`: when that file was written, and of each
 * column its place in the table (cid of SQLite) and a sum of what stood there.
 * A cell that stands as it stood is no news, whatever a message said since.
 * NULL: no file said anything. */

enum { EXTRACT_CELL = 5, EXTRACT_MAX = 64 * EXTRACT_CELL };
/* As SQL: the cells of a row, without the time. */
#define EXTRACT_CELLS "substr(t.extract, 9)"

/* Puts one cell behind the others; the columns in one order always. */
void extract_add(uint8_t out[EXTRACT_MAX], size_t *len, int cid, uint64_t sum);

/* For SQL, where `now` has the cells of a row alone: extract_same(before, now)
 * has the bits (store/said.h) of the columns that both say alike;
 * extract_put(before, now, at) is what is known after a file of that time: of
 * an older one nothing new. SQLite's code. */
int extract_register(struct sqlite3 *db);

#endif
