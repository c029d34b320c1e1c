/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/telling.h"

#include <string.h>

#define TIER_LIGHT 2
#define TIER_CLINICAL 3

static bool is_in_name(const struct wording *text, size_t from, size_t to,
                       const struct wording *name)
{
    const char *at = text->letters, *end = text->letters + text->len;
    while (name->len && (at = memmem(at, (size_t)(end - at), name->letters,
                                     name->len)) != NULL) {
        size_t start = (size_t)(at - text->letters);
        if (start <= from && start + name->len >= to)
            return true;
        at++;
    }
    return false;
}

int telling_tier(const struct telling_lists *telling,
                 const struct wording *text, const struct wording *called,
                 size_t called_count, const char **word)
{
    int tier = 0;
    *word = NULL;
    for (size_t from = 0, to; tier < TIER_CLINICAL && from < text->len;
         from = to) {
        to = wording_word(text, from);
        const char *clinical =
            word_list_find(&telling->clinical, text, from, to);
        const char *light =
            clinical || tier ? NULL
                             : word_list_find(&telling->light, text, from, to);
        size_t i = 0;
        while ((clinical || light) && i < called_count &&
               !is_in_name(text, from, to, &called[i]))
            i++;
        if ((!clinical && !light) || i < called_count)
            continue;
        tier = clinical ? TIER_CLINICAL : TIER_LIGHT;
        *word = clinical ? clinical : light;
    }
    return tier;
}
