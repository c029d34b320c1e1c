/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in the closed lists of words. Pure. */
#include "store/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define WORDS_MOST 32

/* Behind the group that begins at `group`. */
static const char *next_group(const char *group)
{
    group += strcspn(group, " ");
    return group + strspn(group, " ");
}

static void copy_kept(const char *group, char out[WORD_MAX])
{
    snprintf(out, WORD_MAX, "%.*s", (int)strcspn(group, "| "), group);
}

/* A space, a dash and a low line part words alike: "no show". */
static bool same_letter(char a, char b)
{
    if (strchr(" -_", a) && a)
        a = '-';
    if (strchr(" -_", b) && b)
        b = '-';
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool same_word(const char *word, const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && same_letter(word[i], text[i]))
        i++;
    return i == len;
}

static bool group_has(const char *group, const char *text)
{
    size_t len = strlen(text);
    for (;;) {
        size_t size = strcspn(group, "| ");
        if (size == len && same_word(group, text, len))
            return true;
        if (group[size] != '|')
            return false;
        group += size + 1;
    }
}

bool words_find(const char *words, const char *text, char out[WORD_MAX])
{
    for (const char *group = words; *group; group = next_group(group)) {
        if (!group_has(group, text))
            continue;
        copy_kept(group, out);
        return true;
    }
    return false;
}

bool words_at(const char *words, size_t i, char out[WORD_MAX])
{
    const char *group = words;
    while (*group && i-- > 0)
        group = next_group(group);
    if (*group)
        copy_kept(group, out);
    return *group != '\0';
}

const char *words_advice(const char *words, const char *text, char *out,
                         size_t size)
{
    char kept[WORDS_MOST][WORD_MAX];
    const char *names[WORDS_MOST];
    char same[WORD_MAX];
    size_t count = 0;
    while (count < WORDS_MOST && words_at(words, count, kept[count])) {
        names[count] = kept[count];
        count++;
    }
    const char *nearest = text_nearest(text, names, count);
    size_t used = 0;
    out[0] = '\0';
    if (words_find(words, text, same))
        snprintf(out, size, ": it is kept as '%s'", same);
    else if (nearest)
        snprintf(out, size, "; did you mean '%s'?", nearest);
    else
        for (size_t i = 0; i < count && used < size; i++)
            used += (size_t)snprintf(out + used, size - used, "%s%s",
                                     i ? ", " : ": ", names[i]);
    return out;
}
