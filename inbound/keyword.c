/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A STOP without a mark. Whoever was told to reply STOP, and begins with it in
 * capitals, says it to us. "Stop" is a word of every day besides: what could be
 * stopped by it, is said to stop, or was told them by a doctor, makes it none
 * of ours.
 */
#include "inbound/keyword.h"

#include <ctype.h>
#include <string.h>

#include "base/fold.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"

enum {
    WORD_MAX = 24,
    NEAR = 40, /* bytes of a clause in which it tells what happened */
};

/* As it was written ---------------------------------------------------------*/

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* "Taking", which a stop may be said of; but not "king". */
static bool is_gerund(const char *at, size_t len)
{
    return len > 4 && strncmp(at + len - 3, "ing", 3) == 0;
}

/* "STOP", but not "Stop". */
static bool is_shout(const char *at, size_t len)
{
    char word[WORD_MAX];
    if (len == 0 || len >= sizeof(word))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!isupper((unsigned char)at[i]))
            return false;
        word[i] = (char)tolower((unsigned char)at[i]);
    }
    word[len] = '\0';
    return find_longest(word, word, lexicon_keyword) == len;
}

/* Capitals say nothing where most is written in them. */
static bool is_calm(const char *text)
{
    size_t upper = 0, lower = 0;
    for (; *text; text++) {
        upper += isupper((unsigned char)*text) != 0;
        lower += islower((unsigned char)*text) != 0;
    }
    return lower > 0 && upper <= lower + strlen("STOP");
}

void keyword_hear(struct words *words, const char *text)
{
    if (!is_calm(text))
        return;
    while (*text && !is_letter(*text))
        text++;
    for (const char *at = text; *at;) {
        size_t len = 0;
        while (is_letter(at[len]))
            len++;
        if (is_shout(at, len)) {
            words->leads |= at == text;
            words->trails |= at > text && at[-1] == ' ';
        }
        at += len + (at[len] != '\0');
    }
}

/* As it is meant ------------------------------------------------------------*/

static const char *past_manners(const char *text, const char *at)
{
    for (size_t len = 1; len > 0; at += len) {
        at += *at == ' ';
        len = find_longest(text, at, lexicon_manner);
    }
    return at;
}

/* Somebody died, moved or changed: "my husband passed away". */
static bool tells_why(const struct words *words, const char *text,
                      const char *at)
{
    const char *end = at + strcspn(at, ",");
    if (end - at > NEAR)
        end = at + NEAR;
    for (const char *const *one = lexicon_gone; *one; one++)
        if (find_within(&words->begins, text, at, end, *one))
            return true;
    return false;
}

/* "Aspirin", "by": what the word before it may have been said of. */
static bool is_governed(const char *text, const char *at)
{
    return is_gerund(at, strcspn(at, " ,")) ||
           find_match_any(text, at, lexicon_governed);
}

/* "Stop he is hurting me", "END my life", "his breathing STOP": no word to us,
 * and who is told to have refused hears nothing of whom to call. */
static bool is_cry(const struct words *words, const char *text,
                   const char *keyword, const char *behind)
{
    return words->alarm &&
           (find_match(text, keyword, "end") > 0 ||
            find_match(text, keyword, "quit") > 0 ||
            find_any(&words->begins, text, lexicon_vital_stops) ||
            (behind && find_match_any(text, behind, lexicon_others)));
}

static bool leads(const struct words *words, const char *text)
{
    size_t len = find_longest(text, text, lexicon_keyword);
    const char *at = past_manners(text, text + len);
    /* "stop please my chest hurts": the manners part it as a mark does */
    bool parted = at > text + len + 1 && find_match(text, text, "stop") > 0;
    if (len == 0 || *at == '\0' || !(words->leads || parted) ||
        is_cry(words, text, text, at))
        return false;
    bool anew = find_match_any(text, at, lexicon_anew) ||
                find_match_any(text, at, lexicon_anew_shouted);
    if (words->alarm)
        return anew || !is_governed(text, at);
    return !find_any(&words->begins, text, lexicon_wanting) &&
           (anew || (!is_governed(text, at) && tells_why(words, text, at)));
}

/* Where the keyword stands that only manners follow; NULL: there is none. High
 * sugar is "alto". */
static const char *last_keyword(const char *text)
{
    for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' ')) {
        size_t len = find_longest(text, at + 1, lexicon_keyword);
        if (len > 0 && *past_manners(text, at + 1 + len) == '\0' &&
            !find_match_any(text, at + 1, lexicon_double))
            return at;
    }
    return NULL;
}

/* Only beside danger: "my doctor told me STOP" is no word to us. */
static bool trails(const struct words *words, const char *text)
{
    const char *at = words->trails && words->alarm ? last_keyword(text) : NULL;
    if (!at || is_cry(words, text, at + 1, NULL))
        return false;
    const char *word = at;
    while (word > text && word[-1] != ' ' && word[-1] != ',')
        word--;
    return !find_match_any(text, word, lexicon_governing) &&
           !find_match_any(text, word, lexicon_not) &&
           !find_any(&words->begins, text, lexicon_doubt) &&
           !find_any(&words->begins, text, lexicon_causing);
}

bool keyword_stops(const struct words *words, const struct sentence *sentence)
{
    return !sentence->asks && (leads(words, sentence->text.data) ||
                               trails(words, sentence->text.data));
}

const char *keyword_turns(const struct words *words,
                          const struct sentence *sentence)
{
    const char *text = sentence->text.data;
    if (sentence->asks || words->alarm ||
        find_any(&words->begins, text, lexicon_doubt) ||
        find_any(&words->begins, text, lexicon_wanting) ||
        find_any(&words->begins, text, lexicon_contrast) ||
        find_any(&words->begins, text, lexicon_narrow))
        return NULL;
    for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' '))
        if (find_match_any(text, at + 1, lexicon_anew) ||
            (find_match_any(text, at + 1, lexicon_possessive) &&
             tells_why(words, text, at + 1)))
            return at;
    return NULL;
}
