/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int compare_words(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static uint32_t length_bit(size_t len)
{
    return (uint32_t)1 << (len < 31 ? len : 31);
}

void word_list_read(struct word_list *out, const char *words,
                    struct arena *arena)
{
    *out = (struct word_list){
        .items = arena_alloc(arena, (strlen(words) / 2 + 1) * sizeof(char *))};
    for (size_t len; *words; words += len) {
        words += strspn(words, " ");
        len = strcspn(words, " ");
        if (!len)
            continue;
        out->items[out->count++] = arena_text_n(arena, words, len);
        out->lengths[(unsigned char)*words] |= length_bit(len);
    }
    qsort(out->items, out->count, sizeof(*out->items), compare_words);
}

const char *word_list_find(const struct word_list *list,
                           const struct wording *text, size_t from, size_t to)
{
    const char *said = text->letters + from;
    size_t low = 0, high = list->count, len = to - from;
    /* Most words of a text are none, which is soon seen. */
    if (!(list->lengths[(unsigned char)*said] & length_bit(len)))
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *word = list->items[middle];
        int first = strncmp(said, word, len);
        if (first == 0 && word[len] == '\0')
            return word;
        if (first > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
