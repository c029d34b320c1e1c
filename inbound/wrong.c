/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose number it is. Tables of words as in inbound/words.c, and what speaks
 * against them: a patient who is taken for a stranger hears nothing any more.
 */
#include "inbound/wrong.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"
#include "inbound/sentence.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void wrong_know(struct parts_known *known, const struct words *words)
{
    static const struct part_list start[] = {
        {PART_STRANGER, lexicon_wrong_start},
        {PART_STRANGER, lexicon_wrong_lead},
    };
    for (const struct lexicon_stranger *one = lexicon_strangers; one->all;
         one++) {
        const struct part_list all = {PART_STRANGER, one->all};
        parts_know(known, words, &all, 1);
    }
    parts_know(known, words, start, COUNT(start));
}

/* "Sorry, wrong number", "I think u got the wrong number", "STOP wrong number".
 */
static bool leads_to_wrong(const struct words *words, const char *text,
                           size_t len)
{
    static const struct part_list lead = {PART_STRANGER, lexicon_wrong_lead};
    struct parts_known known = {.keys = false};
    int parts[PARTS] = {0};
    struct buf before;
    buf_init(&before, FOLD_MAX);
    buf_add(&before, text, len);
    parts_know(&known, words, &lead, 1);
    parts_know_verbs(&known, words);
    parts_know_rest(&known, words);
    bool leads = parts_make(&known, before.data, parts) &&
                 parts[PART_KEPT] + parts[PART_REFUSED] == 0;
    buf_free(&before);
    return leads;
}

/* Not "the wrong number on my chart". */
static bool goes_on(const char *text, const char *at, const char *phrase)
{
    const char *behind = at + find_match(text, at, phrase);
    return *behind == ' ' &&
           find_match_any(text, behind + 1, lexicon_wrong_goes);
}

/* Whether its clause ends there, but for manners and "here": "dont know ann,
 * sorry". */
static bool ends_clause(const char *text, const char *at)
{
    return *at == '\0' || *at == ',' ||
           (*at == ' ' && (find_match_any(text, at + 1, lexicon_manner) ||
                           find_match_any(text, at + 1, lexicon_here)));
}

/* "I dont know ann", but not "i dont know yet", nor "i dont know dr lee". */
static bool is_named(const char *text, const char *at, const char *phrase,
                     const char *const *no_names)
{
    for (; *phrase; phrase++) {
        if (*phrase != '*') {
            at++;
            continue;
        }
        if (find_match_any(text, at, no_names))
            return false;
        at += strcspn(at, " ,\n?");
    }
    return ends_clause(text, at);
}

/* "This number belongs to" says it with "someone else" behind it, and "no one
 * named *" without "Dr" in its sentence. */
static bool has_wrong_of(const struct words *words, const char *text,
                         const struct lexicon_stranger *stranger)
{
    if (stranger->unless && find_any(&words->begins, text, stranger->unless))
        return false;
    for (const char *const *one = stranger->all; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        if (at &&
            (stranger->no_names ? is_named(text, at, *one, stranger->no_names)
                                : !goes_on(text, at, *one)) &&
            (!stranger->with ||
             find_any(&words->begins, at + find_match(text, at, *one),
                      stranger->with)))
            return true;
    }
    return false;
}

static bool has_wrong(const struct words *words, const char *text,
                      const struct lexicon_stranger *one)
{
    for (; one->all; one++)
        if (has_wrong_of(words, text, one))
            return true;
    return false;
}

/* Where a clause begins. */
static bool begins_wrong(const struct words *words, const char *text)
{
    for (const char *const *one = lexicon_wrong_start; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        if (at && !goes_on(text, at, *one) &&
            (at == text || at[-1] == ',' ||
             leads_to_wrong(words, text, (size_t)(at - text))))
            return true;
    }
    return false;
}

/* "Who is this, I'm not Maria": the two together, but for "I'm not sure". */
static bool is_somebody_else(const struct words *words)
{
    const char *text = words->text.data;
    if (!find_any(&words->begins, text, lexicon_who))
        return false;
    for (const char *const *one = lexicon_not_me; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        /* the '*' is a name, or one of the words that are none */
        if (at && !find_match_any(text, at + strlen(*one) - 1, lexicon_me))
            return true;
    }
    return false;
}

/* "..., C": a letter or digit that messages ask for, where a clause ends. */
static bool ends_with_key(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool ends = strchr(",\n?", at[1]); /* or the text does */
        bool alone = at == text || fold_gap(at[-1]);
        if (ends && alone && ((*at >= '1' && *at <= '9') || strchr("cr", *at)))
            return true;
    }
    return false;
}

/* A stranger confirms no visit, and cancels none. */
static bool answers(const struct words *words)
{
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++)
        if (!said->bare && said->how != LEXICON_ALONE &&
            !text_equal(said->intent, "request-refill") &&
            find_any(&words->begins, words->text.data, said->all))
            return true;
    return ends_with_key(words->sentences.data);
}

bool wrong_tells(const struct words *words)
{
    struct sentence sentence;
    bool wrong = is_somebody_else(words);
    for (sentence_first(&sentence, words);
         !wrong && sentence_next(&sentence);) {
        const char *text = sentence.text.data;
        if (sentence.asks)
            continue;
        wrong = has_wrong(words, text, lexicon_moved) ||
                (!find_any(&words->begins, text, lexicon_doubt) &&
                 (has_wrong(words, text, lexicon_strangers) ||
                  begins_wrong(words, text)));
    }
    sentence_free(&sentence);
    /* she is the patient, whatever is wrong */
    return wrong &&
           !find_any(&words->begins, words->text.data, lexicon_wrong_not) &&
           !answers(words);
}
