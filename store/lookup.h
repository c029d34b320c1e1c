/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LOOKUP_H
#define STORE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct store;

/* Rows of a feed's file that other rows are joined to, by key, in the
 * temporary database of this connection: memory does not grow with the file.
 * Nothing in the store changes. */
struct lookup;

struct lookup *lookup_open(struct store *store, size_t columns,
                           struct error *err);
void lookup_close(struct lookup *lookup); /* NULL is fine */
/* Of two rows with the same key the first counts. NULL texts are kept. */
bool lookup_add(struct lookup *lookup, const char *key,
                const char *const *texts, struct error *err);
/* After the last row. */
bool lookup_ready(struct lookup *lookup, struct error *err);
/* `*texts` is NULL when there is no such row; else they live until the next
 * call. */
bool lookup_find(struct lookup *lookup, const char *key,
                 const char *const **texts, struct error *err);

#endif
