/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_FIND_H
#define INBOUND_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the words of a text begin. */
struct begins {
    uint64_t of_two[16], of_four[16];
};
void begins_note(struct begins *begins, const char *text);
/* False: the phrase is not in the text, nor in a part of it. */
bool begins_may(const struct begins *begins, const char *phrase);

/* A phrase of inbound/lexicon.h in a folded text, on word boundaries. `begins`
 * is of the text, or of one that it is a part of. Pure. */
const char *find(const struct begins *begins, const char *text,
                 const char *phrase);
const char *find_from(const struct begins *begins, const char *text,
                      const char *from, const char *phrase);
/* One that begins before `end`. */
const char *find_within(const struct begins *begins, const char *text,
                        const char *from, const char *end, const char *phrase);
/* The first of the list that is there. */
const char *find_any(const struct begins *begins, const char *text,
                     const char *const *list);

/* How long the phrase is at that place of the text; 0: it is not there. */
size_t find_match(const char *text, const char *at, const char *phrase);
/* How long the longest phrase of the list is there. */
size_t find_longest(const char *text, const char *at, const char *const *list);
bool find_match_any(const char *text, const char *at, const char *const *list);

#endif
