/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slips of the thumb in words of danger. Only words of Latin letters, by one
 * letter and never the first one, which people hardly miss; and none of four
 * letters, which is one letter away from too many others. And what is written
 * in several ways, so that a phrase need not stand in each of them.
 */
#include "inbound/slip.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"

enum {
    WORD_MIN = 5,
    WORD_MAX = 24,
    LOOKED_AT = 2000, /* bytes */
};

static bool is_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (text_equal(*list, word))
            return true;
    return false;
}

/* What was meant; NULL: just what it says. */
static const char *meant(const char *word, size_t len)
{
    const char *found = NULL;
    for (const char *const *one = lexicon_slip; *one; one++) {
        size_t size = strlen(*one);
        if (**one != *word || size + 1 < len || size > len + 1)
            continue;
        int away = text_distance(*one, word);
        if (away == 0)
            return NULL;
        if (away == 1 && !found)
            found = *one;
    }
    return found && !is_in(lexicon_slip_not, word) ? found : NULL;
}

/* "attck"; but "3rd" and what has letters of another script are none of ours */
static bool is_word(const char *at, size_t len)
{
    if (len < WORD_MIN || len > WORD_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (at[i] < 'a' || at[i] > 'z')
            return false;
    return true;
}

/* "Wanna", "do not", "want 2"; how long it is. 0: nothing of the kind. */
static size_t spelt(const char *text, const char *at, const char **right)
{
    size_t longest = 0;
    for (const struct lexicon_spelt *one = lexicon_spelt; one->spelt; one++) {
        size_t len = find_match(text, at, one->spelt);
        if (len > longest) {
            longest = len;
            *right = one->meant;
        }
    }
    return longest;
}

bool slip_mend(struct buf *out, const char *text)
{
    const char *from = text, *at = text;
    while (*at && at - text < LOOKED_AT) {
        char word[WORD_MAX + 1];
        const char *right = NULL;
        size_t len = spelt(text, at, &right);
        if (len == 0)
            len = strcspn(at, " ,\n?");
        if (!right && is_word(at, len)) {
            memcpy(word, at, len);
            word[len] = '\0';
            right = meant(word, len);
        }
        if (right) {
            buf_add(out, from, (size_t)(at - from));
            buf_text(out, right);
            from = at + len;
        }
        at += len + (at[len] != '\0');
    }
    if (from == text)
        return false;
    buf_text(out, from);
    return true;
}
