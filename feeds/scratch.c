/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of one row: a block with a mark, no allocation a text. What does
 * not fit is refused, and the row with it. */
#include "feeds/scratch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void scratch_init(struct scratch *scratch, size_t room)
{
    *scratch = (struct scratch){.block = memory_new(room), .room = room};
}

void scratch_free(struct scratch *scratch)
{
    free(scratch->block);
    *scratch = (struct scratch){0};
}

void scratch_reset(struct scratch *scratch)
{
    scratch->used = 0;
}

char *scratch_take(struct scratch *scratch, size_t size)
{
    if (size > scratch->room - scratch->used)
        return NULL;
    char *taken = scratch->block + scratch->used;
    scratch->used += size;
    return taken;
}

char *scratch_text(struct scratch *scratch, const char *text)
{
    static char empty[1];
    size_t size = strlen(text) + 1;
    char *copy = scratch_take(scratch, size);
    if (!copy)
        return empty;
    memcpy(copy, text, size);
    return copy;
}
