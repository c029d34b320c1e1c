/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message says by itself. Tables of words (inbound/lexicon.h) and a few
 * ways to look for them, no cleverness beyond: what is not clearly one of
 * these goes to a person. A phrase within a message counts only where its
 * sentence is plain; a message that is made of nothing but stop words, manners
 * and our messages needs no such care.
 */
#include "inbound/words.h"

#include <string.h>

#include "base/text.h"

#include "base/fold.h"
#include "inbound/find.h"
#include "inbound/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum {
    CANDIDATES_MAX = 200, /* of one message; more are no short stop */
    PHONE_DIGITS = 7,
};

const char *words_name(enum words_class class)
{
    switch (class) {
    case WORDS_STOP:
        return "opt-out";
    case WORDS_START:
        return "opt-in";
    case WORDS_HELP:
        return "help";
    case WORDS_WRONG:
        return "wrong-number";
    case WORDS_EMERGENCY:
        return "emergency";
    case WORDS_OTHER:
        break;
    }
    return "unclear";
}

/* Sentences -------------------------------------------------------------------
 */

/* One of them, as a text of its own. */
struct sentence {
    struct buf text;
    bool asks;
    const char *next;
};

static void sentence_first(struct sentence *sentence, const struct words *words)
{
    *sentence = (struct sentence){.next = words->sentences.data};
    buf_init(&sentence->text, FOLD_MAX);
}

static bool sentence_next(struct sentence *sentence)
{
    size_t len = strcspn(sentence->next, "\n?");
    if (len == 0)
        return false;
    buf_reset(&sentence->text);
    buf_add(&sentence->text, sentence->next, len);
    sentence->asks = sentence->next[len] == '?';
    sentence->next += len + (sentence->next[len] != '\0');
    return true;
}

/* Whether its clause takes it back: "please do not cancel my appointment". */
static bool is_denied(const struct words *words, const char *text,
                      const char *at)
{
    const char *clause = at;
    while (clause > text && clause[-1] != ',')
        clause--;
    for (const char *const *no = lexicon_not; *no; no++) {
        const char *to = find_from(&words->begins, text, clause, *no);
        for (; to && to < at; to = find_from(&words->begins, text, to + 1, *no))
            if (!find_match_any(text, to, lexicon_absent))
                return true;
    }
    return false;
}

static bool is_plain(const struct words *words, const struct sentence *sentence,
                     const char *at)
{
    const char *text = sentence->text.data;
    return !sentence->asks && !find_any(&words->begins, text, lexicon_doubt) &&
           !is_denied(words, text, at);
}

/* Messages of nothing else ----------------------------------------------------
 */

enum part {
    KEPT,
    SURE,
    WHOLE,
    BARE,
    DOUBLE,
    WEAK,
    REFUSED,
    OBJECT,
    CALL,
    SMALL,
    WISH,
    REQUEST,
    STRANGER,
    PLEA,
    MANNER,
    KEY,
    PARTS
};
struct vocabulary {
    enum part part;
    const char *const *list;
};

/* The phrases of a vocabulary that a message may have. */
struct candidates {
    struct {
        enum part part;
        const char *phrase;
    } all[CANDIDATES_MAX];
    size_t count;
    bool keys; /* it may be made of what one answers with, too */
};

static void candidates_add(struct candidates *out, const struct words *words,
                           const struct vocabulary *vocabulary, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (const char *const *one = vocabulary[i].list; *one; one++) {
            if (!begins_may(&words->begins, *one) ||
                out->count == CANDIDATES_MAX)
                continue;
            out->all[out->count].phrase = *one;
            out->all[out->count++].part = vocabulary[i].part;
        }
    }
}

/* A telephone number says nothing more: "STOP 212-555-0001". */
static size_t match_phone(const char *at)
{
    size_t len = strspn(at, "0123456789 ");
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        digits += at[i] != ' ';
    return digits >= PHONE_DIGITS ? len : 0;
}

/* "3", "c"; but "i" is nobody's answer. */
static size_t match_key(const char *at)
{
    bool key = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z');
    return key && *at != 'i' && fold_gap(at[1]);
}

/* Whether the text is made of nothing but these, the longest first; counts
 * what it is made of. */
static bool is_made_of(const struct candidates *candidates, const char *text,
                       int parts[PARTS])
{
    const char *at = text;
    while (*at) {
        size_t longest = match_phone(at);
        enum part part = SMALL;
        for (size_t i = 0; i < candidates->count; i++) {
            size_t len = find_match(text, at, candidates->all[i].phrase);
            if (len > longest) {
                longest = len;
                part = candidates->all[i].part;
            }
        }
        if (longest == 0 && candidates->keys) {
            longest = match_key(at);
            part = KEY;
        }
        if (longest == 0)
            return false;
        parts[part]++;
        at += longest;
        at += strspn(at, " ,\n?");
    }
    return true;
}

static bool is_made_of_all(const struct words *words, const char *text,
                           const struct vocabulary *vocabulary, size_t count,
                           int parts[PARTS])
{
    struct candidates candidates;
    candidates.count = 0;
    candidates.keys = false;
    candidates_add(&candidates, words, vocabulary, count);
    return is_made_of(&candidates, text, parts);
}

/* Stops -----------------------------------------------------------------------
 */

static const struct vocabulary stop_verbs[] = {
    {KEPT, lexicon_kept},       {SURE, lexicon_sure},
    {WHOLE, lexicon_whole},     {BARE, lexicon_bare},
    {DOUBLE, lexicon_double},   {WEAK, lexicon_weak},
    {REFUSED, lexicon_refused},
};
static const struct vocabulary stop_rest[] = {
    {OBJECT, lexicon_object},   {CALL, lexicon_call},
    {SMALL, lexicon_small},     {WISH, lexicon_wish},
    {REQUEST, lexicon_request}, {PLEA, lexicon_plea},
    {MANNER, lexicon_manner},
};
/* "Stop, you have the wrong number": both are said. */
static const struct vocabulary stop_strangers[] = {
    {STRANGER, lexicon_wrong},
    {STRANGER, lexicon_wrong_start},
    {STRANGER, lexicon_wrong_lead},
};

/* Whatever is stopped, it can only be our messages. Who wants no messages has
 * said so; who wants none to be stopped, or asks whether there are none, has
 * not. */
static bool is_surely_stop(const int parts[PARTS], bool asks)
{
    int verbs = parts[BARE] + parts[WEAK] + parts[DOUBLE];
    if (parts[KEPT] + parts[KEY] > 0)
        return false;
    if (parts[REFUSED] > 0)
        return !asks && parts[OBJECT] > 0 &&
               verbs + parts[SURE] + parts[WHOLE] == 0;
    return parts[SURE] > 0 || parts[WHOLE] > 0 ||
           (parts[OBJECT] > 0 && verbs > 0) ||
           (parts[CALL] > 0 && parts[BARE] + parts[DOUBLE] > 0);
}

static int count_all(const int parts[PARTS])
{
    int count = 0;
    for (int i = 0; i < PARTS; i++)
        count += parts[i];
    return count;
}

/* "STOP 3": an answer, and a STOP that nothing else makes one of a sentence
 * like "stop at 3". */
static bool is_stop_with_key(const int parts[PARTS])
{
    return parts[KEY] == 1 && parts[BARE] > 0 &&
           count_all(parts) == 1 + parts[BARE] + parts[PLEA] + parts[MANNER];
}

/* "Dung", "alto por favor"; but "da dung a" is "yes, that is right". */
static bool is_double_alone(const int parts[PARTS])
{
    return parts[DOUBLE] > 0 &&
           count_all(parts) == parts[DOUBLE] + parts[PLEA] + parts[STRANGER];
}

/* "Stop it": what else? But "I want to stop" may be said of a medicine, which
 * "can you stop" is not, and "cancel it" of a visit. */
static bool is_stop_alone(const int parts[PARTS], bool asks)
{
    int others = parts[KEPT] + parts[REFUSED] + parts[WISH] + parts[CALL];
    if (parts[KEY] > 0)
        return is_stop_with_key(parts);
    return is_surely_stop(parts, asks) || is_double_alone(parts) ||
           (others == 0 &&
            (parts[BARE] > 0 ||
             (parts[WEAK] > 0 && parts[SMALL] + parts[REQUEST] == 0)));
}

/* Among others: "Why do you keep texting me? Stop." */
static bool is_stop_sentence(const int parts[PARTS], bool asks)
{
    return is_surely_stop(parts, asks) ||
           (!asks && parts[BARE] > 0 && is_stop_alone(parts, asks));
}

static bool ends_clause(char c)
{
    return fold_gap(c) && c != ' ';
}

/* "Please call, don't text": no end of both. A clause of its own, or one that
 * goes on with what they want instead of it; but not "text me again and". */
static bool wants_another_way(const struct words *words)
{
    const char *text = words->sentences.data;
    for (const char *const *one = lexicon_instead; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        for (; at; at = find_from(&words->begins, text, at + 1, *one)) {
            const char *behind = at + find_match(text, at, *one);
            if ((at == text || ends_clause(at[-1])) &&
                (ends_clause(*behind) ||
                 find_match_any(text, behind + 1, lexicon_instead_of)))
                return true;
        }
    }
    return false;
}

/* A phrase that means it also among other words. */
static bool has_sure(const struct words *words,
                     const struct candidates *candidates,
                     const struct sentence *sentence)
{
    for (size_t i = 0; i < candidates->count; i++) {
        if (candidates->all[i].part != SURE)
            continue;
        const char *at = find(&words->begins, sentence->text.data,
                              candidates->all[i].phrase);
        if (at && is_plain(words, sentence, at))
            return true;
    }
    return false;
}

/* Wrong numbers ---------------------------------------------------------------
 */

/* "Sorry, wrong number", "I think u got the wrong number", "STOP wrong number".
 */
static bool leads_to_wrong(const struct words *words, const char *text,
                           size_t len)
{
    static const struct vocabulary lead = {STRANGER, lexicon_wrong_lead};
    struct candidates candidates;
    int parts[PARTS] = {0};
    struct buf before;
    buf_init(&before, FOLD_MAX);
    buf_add(&before, text, len);
    candidates.count = 0;
    candidates.keys = false;
    candidates_add(&candidates, words, &lead, 1);
    candidates_add(&candidates, words, stop_verbs, COUNT(stop_verbs));
    candidates_add(&candidates, words, stop_rest, COUNT(stop_rest));
    bool leads = is_made_of(&candidates, before.data, parts) &&
                 parts[KEPT] + parts[REFUSED] == 0;
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

static bool has_wrong(const struct words *words, const char *text)
{
    for (const char *const *one = lexicon_wrong; *one; one++) {
        const char *at = find(&words->begins, text, *one);
        if (at && !goes_on(text, at, *one))
            return true;
    }
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

static bool says_wrong(const struct words *words)
{
    struct sentence sentence;
    /* she is the patient, whatever is wrong */
    if (find_any(&words->begins, words->text.data, lexicon_wrong_not))
        return false;
    bool wrong = is_somebody_else(words);
    for (sentence_first(&sentence, words);
         !wrong && sentence_next(&sentence);) {
        const char *text = sentence.text.data;
        if (sentence.asks || find_any(&words->begins, text, lexicon_doubt))
            continue;
        wrong = has_wrong(words, text) || begins_wrong(words, text);
    }
    buf_free(&sentence.text);
    return wrong;
}

/* Stops, also beside a wrong number -------------------------------------------
 */

/* A clause that is a STOP. One that means more than that is none beside others:
 * "alto, 180", "dung, toi se den", "no mas, una pregunta". */
static bool is_stop_clause(const struct candidates *candidates,
                           const char *clause, size_t len)
{
    int parts[PARTS] = {0};
    struct buf text;
    buf_init(&text, FOLD_MAX);
    buf_add(&text, clause, len);
    bool stop = is_made_of(candidates, text.data, parts) && parts[BARE] > 0 &&
                is_stop_sentence(parts, false) &&
                !find_match_any(text.data, text.data, lexicon_loose);
    buf_free(&text);
    return stop;
}

/* "Stop, I go elsewhere now", "worse, stop": as with a full stop between. */
static bool has_stop_clause(const struct words *words,
                            const struct candidates *candidates,
                            const struct sentence *sentence)
{
    const char *text = sentence->text.data;
    const char *first = strchr(text, ','), *last = strrchr(text, ',');
    if (sentence->asks || !first)
        return false;
    return is_stop_clause(candidates, text, (size_t)(first - text)) ||
           (!find_any(&words->begins, text, lexicon_doubt) &&
            is_stop_clause(candidates, last + 1, strlen(last + 1)));
}

static bool says_stop(const struct words *words)
{
    struct candidates candidates;
    int all[PARTS] = {0};
    candidates.count = 0;
    candidates.keys = true;
    candidates_add(&candidates, words, stop_verbs, COUNT(stop_verbs));
    if (candidates.count == 0 || wants_another_way(words))
        return false;
    candidates_add(&candidates, words, stop_rest, COUNT(stop_rest));
    if (says_wrong(words))
        candidates_add(&candidates, words, stop_strangers,
                       COUNT(stop_strangers));
    if (is_made_of(&candidates, words->sentences.data, all) &&
        is_stop_alone(all, strchr(words->sentences.data, '?')))
        return true;
    /* "Stop! Don't cancel my appointment" */
    bool keeps = find_any(&words->begins, words->text.data, lexicon_keep);
    struct sentence sentence;
    bool stop = false;
    for (sentence_first(&sentence, words); !stop && sentence_next(&sentence);) {
        int parts[PARTS] = {0};
        bool made = is_made_of(&candidates, sentence.text.data, parts) &&
                    !(keeps && parts[BARE] > 0);
        stop = (made && is_stop_sentence(parts, sentence.asks)) ||
               (!keeps && has_stop_clause(words, &candidates, &sentence)) ||
               has_sure(words, &candidates, &sentence);
    }
    buf_free(&sentence.text);
    return stop;
}

/* What is asked of it ---------------------------------------------------------
 */

bool words_say(const struct words *words, const char *phrase)
{
    const char *const wanted[] = {phrase, NULL};
    const struct vocabulary all[] = {{WHOLE, wanted}, {MANNER, lexicon_manner}};
    int parts[PARTS] = {0};
    return phrase[0] != '\0' && begins_may(&words->begins, phrase) &&
           is_made_of_all(words, words->text.data, all, COUNT(all), parts) &&
           parts[WHOLE] == 1;
}

bool words_affirm(const struct words *words, const char *phrase)
{
    const char *const wanted[] = {phrase, NULL};
    const struct vocabulary all[] = {
        {WHOLE, wanted}, {SMALL, lexicon_talk}, {MANNER, lexicon_manner}};
    int parts[PARTS] = {0};
    return begins_may(&words->begins, phrase) &&
           !strchr(words->sentences.data, '?') &&
           is_made_of_all(words, words->text.data, all, COUNT(all), parts) &&
           parts[WHOLE] > 0;
}

bool words_mean(const struct words *words, const char *phrase)
{
    struct sentence sentence;
    bool means = false;
    if (!begins_may(&words->begins, phrase))
        return false;
    for (sentence_first(&sentence, words);
         !means && sentence_next(&sentence);) {
        const char *at = find(&words->begins, sentence.text.data, phrase);
        means = at && is_plain(words, &sentence, at);
    }
    buf_free(&sentence.text);
    return means;
}

bool words_mention(const struct words *words, const char *phrase)
{
    return phrase[0] != '\0' && find(&words->begins, words->text.data, phrase);
}

/* S-9: only what is never an answer to something else. */
static const char *const start_words[] = {"start", "unstop", "subscribe",
                                          "optin", "opt in"};
static const char *const help_words[] = {"help", "info"};

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* Who asks "who is this?" has not said that the number is somebody else's
 * (L-22), and HELP says who we are. */
static bool asks_who(const struct words *words)
{
    for (const char *const *one = lexicon_who; *one; one++)
        if (words_say(words, *one))
            return true;
    return false;
}

bool words_refuse(const struct words *words)
{
    return says_stop(words) && !words->right;
}

enum words_class words_class_of(const struct words *words)
{
    const char *text = words->text.data;
    /* danger first: "stop texting, I have chest pain" must reach a person */
    if (words->alarm)
        return WORDS_EMERGENCY;
    if (is_one_of(text, start_words, COUNT(start_words)))
        return WORDS_START;
    if (is_one_of(text, help_words, COUNT(help_words)) || asks_who(words))
        return WORDS_HELP;
    /* before a stop: a stranger gets nothing more in either case, and the
     * patient whose number it was has refused nothing */
    if (says_wrong(words))
        return WORDS_WRONG;
    return words_refuse(words) ? WORDS_STOP : WORDS_OTHER;
}

enum words_class words_classify(const char *text)
{
    struct words words;
    words_hear(&words, text);
    enum words_class class = words_class_of(&words);
    words_free(&words);
    return class;
}
