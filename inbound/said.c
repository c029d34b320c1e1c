/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people write instead of the letter that they were asked for. A phrase
 * within a message ("need to cancel") says little by itself: a ride may be
 * cancelled, another visit, or nothing after all. So its clause must be made of
 * nothing but such phrases, a visit, and the small words around them; the other
 * clauses may tell why, and are only looked through for what speaks against it.
 */
#include "inbound/said.h"

#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/text.h"
#include "inbound/find.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { LONG = 1000 }; /* a person reads all of what is longer */

static const char *const *const around[] = {lexicon_and, lexicon_around,
                                            lexicon_visit, lexicon_absent};
static const char *const *const against[] = {
    lexicon_visit, lexicon_contrast, lexicon_other, lexicon_day, lexicon_doubt};

/* One clause, as a text of its own. */
struct clause {
    struct buf text;
    const char *next;
};

static size_t longest_of(const char *const *list, const char *text,
                         const char *at, size_t longest)
{
    size_t len = find_longest(text, at, list);
    return len > longest ? len : longest;
}

/* "Because" where it stands; Chinese and Korean have no blank before it. */
static size_t match_joint(const char *text, const char *at)
{
    bool begins = at == text || fold_gap(at[-1]) || (unsigned char)*at >= 0xE2;
    return begins ? longest_of(lexicon_joint, text, at, 0) : 0;
}

/* "Yes", "thank you", "please call me": it changes nothing. */
static size_t match_courtesy(const char *text, const char *at)
{
    size_t longest = longest_of(lexicon_manner, text, at, 0);
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        if (said->bare || text_equal(said->intent, "call-me"))
            longest = longest_of(said->all, text, at, longest);
    return longest;
}

/* What a clause may be made of that asks for something. */
static size_t match_wish(const char *text, const char *at)
{
    size_t longest = match_courtesy(text, at);
    for (size_t i = 0; i < COUNT(around); i++)
        longest = longest_of(around[i], text, at, longest);
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        if (said->how == LEXICON_WITHIN)
            longest = longest_of(said->all, text, at, longest);
    return longest;
}

static bool is_made_of(const char *text,
                       size_t match(const char *text, const char *at))
{
    for (const char *at = text + strspn(text, " "); *at;
         at += strspn(at, " ")) {
        size_t len = match(text, at);
        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

static bool is_wish(const struct words *words, const char *text)
{
    const char *found = NULL;
    for (const struct lexicon_said *said = lexicon_said; !found && said->intent;
         said++)
        if (said->how == LEXICON_WITHIN)
            found = find_any(&words->begins, text, said->all);
    return found && is_made_of(text, match_wish);
}

/* Where "and" begins a wish: "i am sick |and need to cancel"; 0: nowhere. */
static size_t before_wish(const struct words *words, const char *text)
{
    for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' ')) {
        size_t len = longest_of(lexicon_and, text, at + 1, 0);
        if (len > 0 && is_wish(words, at + 1 + len))
            return (size_t)(at - text);
    }
    return 0;
}

/* A mark ends a clause, and so does "because", and what begins a wish. */
static bool clause_next(struct clause *clause, const struct words *words)
{
    const char *from = clause->next + strspn(clause->next, " ,\n?");
    from += match_joint(from, from);
    from += strspn(from, " ,\n?");
    const char *to = from;
    while (*to && !strchr(",\n?", *to) &&
           (to == from || match_joint(from, to) == 0))
        to++;
    buf_reset(&clause->text);
    buf_add(&clause->text, from, (size_t)(to - from));
    size_t cut = before_wish(words, clause->text.data);
    if (cut > 0) {
        to = from + cut;
        buf_reset(&clause->text);
        buf_add(&clause->text, from, cut);
    }
    clause->next = to;
    return to > from;
}

/* A visit, which may be another, or a day, a "but", a doubt, what else is done
 * with a visit: to come to it, or to move it; or a letter or a number, which
 * may be an answer. */
static bool speaks_against(const struct words *words, const char *text)
{
    if (strlen(text) == 1 || strpbrk(text, "0123456789"))
        return true;
    for (size_t i = 0; i < COUNT(against); i++)
        if (find_any(&words->begins, text, against[i]))
            return true;
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        if (!said->bare && find_any(&words->begins, text, said->all))
            return true;
    return false;
}

/* Whether a clause says just that, and no other one speaks against it. */
static bool stands(const struct words *words, const char *phrase)
{
    struct clause clause = {.next = words->sentences.data};
    bool said = false, contradicted = strlen(clause.next) > LONG;
    buf_init(&clause.text, FOLD_MAX);
    while (!contradicted && clause_next(&clause, words)) {
        const char *text = clause.text.data;
        if (is_wish(words, text))
            said |= find(&words->begins, text, phrase) != NULL;
        else
            contradicted = !is_made_of(text, match_courtesy) &&
                           speaks_against(words, text);
    }
    buf_free(&clause.text);
    return said && !contradicted;
}

static bool is_said(const struct words *words, const char *phrase,
                    enum lexicon_how how)
{
    switch (how) {
    case LEXICON_ALONE:
        return words_say(words, phrase);
    case LEXICON_AMONG_TALK:
        return words_affirm(words, phrase);
    case LEXICON_WITHIN:
        return words_mean(words, phrase) && stands(words, phrase);
    }
    return false;
}

bool said_means(const struct words *words, const struct lexicon_said *said)
{
    for (const char *const *one = said->all; *one; one++)
        if (is_said(words, *one, said->how))
            return true;
    return false;
}
