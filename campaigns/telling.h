/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TELLING_H
#define CAMPAIGNS_TELLING_H

#include "campaigns/word_list.h"

/* Words that tell by themselves, two that tell only together, and endings by
 * which many words tell. */
struct telling_list {
    struct word_list words, pairs, endings;
    uint32_t *tails; /* by the last two letters: bit n, an ending has n */
};
struct telling_lists {
    struct telling_list light, clinical;
};

/* Of what the policy file lists between blanks: "biopsy", "birth-control" for
 * two words, "-ectomy" for an ending; each also in the plural ("s", "es",
 * "ies"). Small letters without accents, and digits. What it holds lives in
 * the arena. */
void telling_read(struct telling_list *out, const char *words,
                  struct arena *arena);

/* How much a text tells by its words, whatever fields it has (L-31): 3 where
 * a clinical one stands in it, 2 where a light one does, else 0. A word that is
 * part of what somebody is publicly called (`called`) tells nothing. `*word` is
 * the list's, NULL for 0. Pure. */
int telling_tier(const struct telling_lists *telling,
                 const struct wording *text, const struct wording *called,
                 size_t called_count, const char **word);

#endif
