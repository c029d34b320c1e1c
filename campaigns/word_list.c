/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of words by which texts are read. The gate looks up every word of every
 * text in lists of thousands, so by a hash. */
#include "campaigns/word_list.h"

#include <string.h>

#include "base/memory.h"

#define BEGINNINGS 1024

static uint32_t length_bit(size_t len)
{
    return (uint32_t)1 << (len < 31 ? len : 31);
}

static uint32_t letter_bit(char letter)
{
    return (uint32_t)1 << (letter & 31);
}

static size_t beginning(const char *word, size_t len)
{
    const unsigned char *first = (const unsigned char *)word;
    return (first[0] & 31u) | (len > 1 ? (first[1] & 31u) << 5 : 0);
}

/* FNV-1a: words are short. */
static size_t hash_of(const char *word, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Where it stands, or the free place where it would. */
static const char **place_of(const struct word_list *list, const char *word,
                             size_t len)
{
    size_t at = hash_of(word, len) & list->last;
    while (list->places[at] && (strncmp(list->places[at], word, len) != 0 ||
                                list->places[at][len] != '\0'))
        at = (at + 1) & list->last;
    return &list->places[at];
}

void word_list_read(struct word_list *out, const char *words,
                    struct arena *arena)
{
    size_t most = 1, size = 2;
    for (const char *at = words; *at; at++)
        most += *at == ' ';
    while (size < 2 * most)
        size *= 2;
    *out = (struct word_list){
        .places = arena_alloc(arena, size * sizeof(out->places[0])),
        .last = size - 1,
        .shapes = arena_alloc(arena, BEGINNINGS * sizeof(out->shapes[0])),
    };
    for (size_t len; *words; words += len) {
        words += strspn(words, " ");
        len = strcspn(words, " ");
        if (!len)
            continue;
        *place_of(out, words, len) = arena_text_n(arena, words, len);
        uint32_t *shapes = out->shapes[beginning(words, len)];
        shapes[0] |= length_bit(len);
        shapes[1] |= letter_bit(words[len - 1]);
    }
}

const char *word_list_find(const struct word_list *list,
                           const struct wording *text, size_t from, size_t to)
{
    const char *said = text->letters + from;
    size_t len = to - from;
    if (!list->shapes)
        return NULL;
    /* Most words of a text are none, which is soon seen. */
    const uint32_t *shapes = list->shapes[beginning(said, len)];
    if (!(shapes[0] & length_bit(len)) ||
        !(shapes[1] & letter_bit(said[len - 1])))
        return NULL;
    return *place_of(list, said, len);
}
