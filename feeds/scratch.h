/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_SCRATCH_H
#define FEEDS_SCRATCH_H

#include <stddef.h>

/* Texts that live for one row: one block, never grown, so that pointers stay
 * good; emptied before the next row. */
struct scratch {
    char *block;
    size_t room, used;
};

void scratch_init(struct scratch *scratch, size_t room);
void scratch_free(struct scratch *scratch);
void scratch_reset(struct scratch *scratch);
/* NULL when the row needs more than there is. */
char *scratch_take(struct scratch *scratch, size_t size);
/* A copy; when there is no room, an empty text. */
char *scratch_text(struct scratch *scratch, const char *text);

#endif
