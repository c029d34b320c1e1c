/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_TELLING_H
#define CAMPAIGNS_TELLING_H

#include "campaigns/word_list.h"

/* Words that tell by themselves. */
struct telling_lists {
    struct word_list light, clinical;
};

/* How much a text tells by its words, whatever fields it has (L-31): 3 where
 * a clinical one stands in it, 2 where a light one does, else 0. A word that is
 * part of what somebody is publicly called (`called`) tells nothing. `*word` is
 * the list's, NULL for 0. Pure. */
int telling_tier(const struct telling_lists *telling,
                 const struct wording *text, const struct wording *called,
                 size_t called_count, const char **word);

#endif
