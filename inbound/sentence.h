/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_SENTENCE_H
#define INBOUND_SENTENCE_H

#include <stdbool.h>

#include "inbound/words.h"

/* One sentence of a message, as a text of its own: first, next and next, then
 * free. */
struct sentence {
    struct buf text;
    bool asks;
    const char *next;
};
void sentence_first(struct sentence *sentence, const struct words *words);
bool sentence_next(struct sentence *sentence);
void sentence_free(struct sentence *sentence);

/* Whether what stands there is meant: no question, no condition, and nothing
 * before it that takes it back. Pure. */
bool sentence_means(const struct sentence *sentence, const struct words *words,
                    const char *at);

#endif
