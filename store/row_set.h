/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ROW_SET_H
#define STORE_ROW_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` is a multiple of this. */
#define ROW_SET_BYTES 32

/* Rows of a table; zero is an empty one. */
struct row_set {
    uint8_t *bits;
    size_t bytes;
};
void row_set_free(struct row_set *set);
bool row_set_has(const struct row_set *set, int64_t id);
/* True when it was there already. */
bool row_set_add(struct row_set *set, int64_t id);

#endif
