/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/telling.h"

#include <string.h>

#include "base/buf.h"
#include "base/memory.h"

#define TIER_LIGHT 2
#define TIER_CLINICAL 3
#define LIST_MAX (4u << 20)
/* Before an ending stands a stem, or the ending is a word of its own. */
#define STEM_MIN 3
#define TAILS 1024

/* Reading a list ------------------------------------------------------------
 */

static void add_form(struct buf *out, const char *word, size_t len,
                     const char *end)
{
    buf_add(out, word, len);
    buf_format(out, "%s ", end);
}

/* "-" joins two words as the text's letters come together. */
static void add_forms(struct buf *out, const char *word, size_t len)
{
    char joined[64];
    size_t used = 0;
    for (size_t i = 0; i < len && used < sizeof(joined) - 1; i++)
        if (word[i] != '-')
            joined[used++] = word[i];
    if (!used)
        return;
    add_form(out, joined, used, "");
    if (joined[used - 1] == 's')
        return;
    add_form(out, joined, used, "s");
    add_form(out, joined, used, "es");
    if (joined[used - 1] == 'y')
        add_form(out, joined, used - 1, "ies");
}

/* Of the two letters before this place. */
static size_t tail_of(const char *end)
{
    const unsigned char *last = (const unsigned char *)end;
    return (last[-1] & 31u) | (last[-2] & 31u) << 5;
}

void telling_read(struct telling_list *out, const char *words,
                  struct arena *arena)
{
    struct buf single, pairs, endings;
    *out = (struct telling_list){0};
    buf_init(&single, LIST_MAX);
    buf_init(&pairs, LIST_MAX);
    buf_init(&endings, LIST_MAX);
    for (size_t len; *words; words += len) {
        words += strspn(words, " ");
        len = strcspn(words, " ");
        if (*words == '-') {
            add_forms(&endings, words, len);
            continue;
        }
        /* Two words, where a text writes them as one, too. */
        add_forms(&single, words, len);
        if (memchr(words, '-', len))
            add_forms(&pairs, words, len);
    }
    word_list_read(&out->words, single.data, arena);
    word_list_read(&out->pairs, pairs.data, arena);
    word_list_read(&out->endings, endings.data, arena);
    out->tails = arena_alloc(arena, TAILS * sizeof(out->tails[0]));
    for (const char *at = endings.data; *at; at += strcspn(at, " ") + 1) {
        size_t len = strcspn(at, " ");
        if (len >= 2 && len < 31)
            out->tails[tail_of(at + len)] |= (uint32_t)1 << len;
    }
    buf_free(&single);
    buf_free(&pairs);
    buf_free(&endings);
}

/* Reading a text ------------------------------------------------------------
 */

static const char *find_ending(const struct telling_list *list,
                               const struct wording *text, size_t from,
                               size_t to)
{
    const char *word = NULL;
    if (!list->tails || from + STEM_MIN + 2 > to)
        return NULL;
    uint32_t lengths = list->tails[tail_of(text->letters + to)];
    for (size_t len = 2; lengths >> len && from + STEM_MIN + len <= to && !word;
         len++)
        if (lengths >> len & 1)
            word = word_list_find(&list->endings, text, to - len, to);
    return word;
}

/* What the word tells by itself, or with the next one, which ends at `end`;
 * `*till`: where what tells ends. */
static const char *find(const struct telling_list *list,
                        const struct wording *text, size_t from, size_t to,
                        size_t end, size_t *till)
{
    *till = to;
    const char *word = word_list_find(&list->words, text, from, to);
    if (!word)
        word = find_ending(list, text, from, to);
    if (word || to == end)
        return word;
    *till = end;
    /* "Pre-natal" is one word that somebody parted. */
    return word_list_find(text->borders[to] == BORDER_TIGHT ? &list->words
                                                            : &list->pairs,
                          text, from, end);
}

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
    size_t from = 0, to = wording_word(text, from), end;
    for (; tier < TIER_CLINICAL && from < to; from = to, to = end) {
        size_t till, i = 0;
        end = wording_word(text, to);
        const char *clinical =
            find(&telling->clinical, text, from, to, end, &till);
        const char *light = clinical || tier ? NULL
                                             : find(&telling->light, text, from,
                                                    to, end, &till);
        while ((clinical || light) && i < called_count &&
               !is_in_name(text, from, till, &called[i]))
            i++;
        if ((!clinical && !light) || i < called_count)
            continue;
        tier = clinical ? TIER_CLINICAL : TIER_LIGHT;
        *word = clinical ? clinical : light;
    }
    return tier;
}
