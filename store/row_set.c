/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void row_set_free(struct row_set *set)
{
    free(set->bits);
    *set = (struct row_set){0};
}

bool row_set_has(const struct row_set *set, int64_t id)
{
    size_t byte = (size_t)id / 8;
    return byte < set->bytes && (set->bits[byte] & (1u << (id % 8))) != 0;
}

bool row_set_add(struct row_set *set, int64_t id)
{
    size_t byte = (size_t)id / 8;
    if (byte >= set->bytes) {
        size_t bytes = (2 * byte + 4096) / ROW_SET_BYTES * ROW_SET_BYTES;
        set->bits = memory_grow(set->bits, bytes, 1);
        memset(set->bits + set->bytes, 0, bytes - set->bytes);
        set->bytes = bytes;
    }
    bool was = row_set_has(set, id);
    set->bits[byte] |= (uint8_t)(1u << (id % 8));
    return was;
}
