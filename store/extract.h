/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_EXTRACT_H
#define STORE_EXTRACT_H

#include <stddef.h>
#include <stdint.h>

struct sqlite3;

/* For files of store/ only: what a file last said of a row, cell by cell. The
 * row has it in its column `extract`: whose file that was, and of each column
 * its place in the table (cid of SQLite) and a sum of what stood there. A cell
 * that stands as it stood is no news, whatever a message said since. NULL: no
 * file said anything. */

enum { EXTRACT_CELL = 5, EXTRACT_MAX = 64 * EXTRACT_CELL };

/* Whose file it is; before the cells. */
void extract_add_source(uint8_t out[EXTRACT_MAX], size_t *len,
                        const char *source);
/* Puts one cell behind the others; the columns in one order always. A cell
 * without a word in it says nothing, but what it had said is news again when it
 * comes back. */
enum { EXTRACT_SILENT = 0 };
void extract_add(uint8_t out[EXTRACT_MAX], size_t *len, int cid, uint64_t sum);
/* The cells of an older file, where a `newer` one had said the row: what that
 * one said of a cell is said, and none of it is news. */
void extract_yield(uint8_t cells[EXTRACT_MAX], size_t *len, const void *newer,
                   size_t newer_len);

/* For SQL: extract_same(before, now) has the bits (store/said.h) of the columns
 * that both say alike; extract_put(before, now) is what is known after a file;
 * extract_is_of(extract, source): a file of this source said it. SQLite's
 * code. */
int extract_register(struct sqlite3 *db);

#endif
