/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking for hundreds of phrases in a short text: most are passed over after
 * their first two bytes.
 */
#include "inbound/find.h"

#include <string.h>

#include "base/fold.h"

enum { BEGIN = 4 }; /* bytes of a word that tell most words apart */

/* A letter of a script that puts no blanks between its words (from U+2000 on:
 * Chinese, Japanese, Korean), or sticks endings to them. */
static bool is_wide(const char *at)
{
    return (unsigned char)*at >= 0xE2;
}

static bool is_edge(const char *text, const char *at)
{
    if (at == text || fold_gap(*at) || fold_gap(at[-1]) || is_wide(at))
        return true;
    const char *before = at - 1;
    while (before > text && ((unsigned char)*before & 0xC0) == 0x80)
        before--;
    return is_wide(before);
}

/* A byte of a word, or 0 behind its end. */
static unsigned byte_of(unsigned char c)
{
    return c < '0' || c == '?' || c >= 0xE2 ? 0 : c;
}

/* Two numbers of a word's beginning, of 1024 each: of two bytes, which is
 * quick and tells most apart, and of four. */
static unsigned begin_short(const char *at)
{
    unsigned first = (unsigned char)*at;
    return (first * 37 + byte_of((unsigned char)at[1]) * 5) % 1024;
}

static unsigned begin_long(const char *at)
{
    unsigned hash = (unsigned char)*at;
    for (int i = 1; i < BEGIN; i++) {
        unsigned byte = byte_of((unsigned char)at[i]);
        if (!byte)
            break;
        hash = hash * 257 + byte;
    }
    return (hash * 2654435761u) >> 22;
}

static void note(uint64_t bits[16], unsigned number)
{
    bits[number / 64] |= UINT64_C(1) << number % 64;
}

static bool noted(const uint64_t bits[16], unsigned number)
{
    return bits[number / 64] >> number % 64 & 1;
}

void begins_note(struct begins *begins, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (((unsigned char)*at & 0xC0) == 0x80 || !is_edge(text, at))
            continue;
        note(begins->of_two, begin_short(at));
        note(begins->of_four, begin_long(at));
    }
}

bool begins_may(const struct begins *begins, const char *phrase)
{
    return noted(begins->of_two, begin_short(phrase)) &&
           noted(begins->of_four, begin_long(phrase));
}

size_t find_match(const char *text, const char *at, const char *phrase)
{
    const char *from = at;
    for (; *phrase; phrase++) {
        if (*phrase == '*')
            at += strcspn(at, " ,\n?");
        else if (*phrase != *at++)
            return 0;
    }
    return is_edge(text, at) ? (size_t)(at - from) : 0;
}

const char *find_within(const struct begins *begins, const char *text,
                        const char *from, const char *end, const char *phrase)
{
    if (!begins_may(begins, phrase))
        return NULL;
    while (from < end) {
        const char *at = memchr(from, phrase[0], (size_t)(end - from));
        if (!at || (is_edge(text, at) && find_match(text, at, phrase) > 0))
            return at;
        from = at + 1;
    }
    return NULL;
}

const char *find_from(const struct begins *begins, const char *text,
                      const char *from, const char *phrase)
{
    return begins_may(begins, phrase)
               ? find_within(begins, text, from, from + strlen(from), phrase)
               : NULL;
}

const char *find(const struct begins *begins, const char *text,
                 const char *phrase)
{
    return find_from(begins, text, text, phrase);
}

const char *find_any(const struct begins *begins, const char *text,
                     const char *const *list)
{
    for (; *list; list++) {
        const char *at = find(begins, text, *list);
        if (at)
            return at;
    }
    return NULL;
}

size_t find_longest(const char *text, const char *at, const char *const *list)
{
    size_t longest = 0;
    for (; *list; list++) {
        size_t len = find_match(text, at, *list);
        if (len > longest)
            longest = len;
    }
    return longest;
}

bool find_match_any(const char *text, const char *at, const char *const *list)
{
    for (; *list; list++)
        if (find_match(text, at, *list) > 0)
            return true;
    return false;
}
