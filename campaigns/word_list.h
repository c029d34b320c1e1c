/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_WORD_LIST_H
#define CAMPAIGNS_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "campaigns/wording.h"

struct arena;

/* Words in small plain letters and digits, by which every word of a text is
 * looked up. All zeros: there are none. */
struct word_list {
    const char **places; /* by their hash; NULL: free */
    size_t last;         /* place; of a power of two of them */
    /* By the first two letters: bit n, one has n letters (the last bit, 31 or
     * more); and bit n, one ends in the letter n. */
    uint32_t (*shapes)[2];
};

/* Of blank-separated words; what it holds lives in the arena. */
void word_list_read(struct word_list *out, const char *words,
                    struct arena *arena);
/* The word of the list that stands there, NULL: it is none of them. Pure. */
const char *word_list_find(const struct word_list *list,
                           const struct wording *text, size_t from, size_t to);

#endif
