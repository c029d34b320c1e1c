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
#include "inbound/keyword.h"
#include "inbound/lexicon.h"
#include "inbound/parts.h"
#include "inbound/sentence.h"
#include "inbound/wrong.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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

/* Stops -----------------------------------------------------------------------
 */

/* Whatever is stopped, it can only be our messages. Who wants no messages has
 * said so; who wants none to be stopped, or asks whether there are none, has
 * not. */
static bool is_surely_stop(const int parts[PARTS], bool asks)
{
    int verbs = parts[PART_BARE] + parts[PART_WEAK] + parts[PART_DOUBLE];
    if (parts[PART_KEPT] + parts[PART_KEY] > 0)
        return false;
    if (parts[PART_REFUSED] > 0)
        return !asks && parts[PART_OBJECT] > 0 &&
               verbs + parts[PART_SURE] + parts[PART_WHOLE] == 0;
    return parts[PART_SURE] > 0 || parts[PART_WHOLE] > 0 ||
           (parts[PART_EITHER] > 0 && !asks) ||
           (parts[PART_OBJECT] > 0 && verbs > 0) ||
           (parts[PART_CALL] > 0 && parts[PART_BARE] + parts[PART_DOUBLE] > 0);
}

/* "STOP 3": an answer, and a STOP that nothing else makes one of a sentence
 * like "stop at 3". */
static bool is_stop_with_key(const int parts[PARTS])
{
    return parts[PART_KEY] == 1 && parts[PART_BARE] > 0 &&
           parts_count(parts) ==
               1 + parts[PART_BARE] + parts[PART_PLEA] + parts[PART_MANNER];
}

/* "Dung", "alto por favor"; but "da dung a" is "yes, that is right". */
static bool is_double_alone(const int parts[PARTS])
{
    return parts[PART_DOUBLE] > 0 &&
           parts_count(parts) ==
               parts[PART_DOUBLE] + parts[PART_PLEA] + parts[PART_STRANGER];
}

/* "Stop it": what else? But "I want to stop" may be said of a medicine, which
 * "can you stop" is not, and "cancel it" of a visit. */
static bool is_stop_alone(const int parts[PARTS], bool asks)
{
    int others = parts[PART_KEPT] + parts[PART_REFUSED] + parts[PART_WISH] +
                 parts[PART_CALL];
    if (parts[PART_KEY] > 0)
        return is_stop_with_key(parts);
    return is_surely_stop(parts, asks) || is_double_alone(parts) ||
           (others == 0 && (parts[PART_BARE] > 0 ||
                            (parts[PART_WEAK] > 0 &&
                             parts[PART_SMALL] + parts[PART_REQUEST] == 0)));
}

/* Among others: "Why do you keep texting me? Stop." */
static bool is_stop_sentence(const int parts[PARTS], bool asks)
{
    return is_surely_stop(parts, asks) ||
           (!asks && parts[PART_BARE] > 0 && is_stop_alone(parts, asks));
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

/* A phrase that means it also among other words, unless these say of which of
 * our messages alone: "dont text me, im driving", "stop texting me so late". */
static bool has_sure(const struct words *words, const struct parts_known *known,
                     const struct sentence *sentence)
{
    if (find_any(&words->begins, sentence->text.data, lexicon_narrow))
        return false;
    for (size_t i = 0; i < known->count; i++) {
        if (known->all[i].part != PART_SURE)
            continue;
        const char *at =
            find(&words->begins, sentence->text.data, known->all[i].phrase);
        if (at && sentence_means(sentence, words, at))
            return true;
    }
    return false;
}

/* Stops, also beside a wrong number -------------------------------------------
 */

/* A clause that is a STOP. One that means more than that is none beside others
 * ("alto, 180", "dung, toi se den", "no mas, una pregunta"), unless it is
 * `pressed` by a threat. */
static bool is_stop_clause(const struct parts_known *known, const char *clause,
                           size_t len, bool pressed)
{
    int parts[PARTS] = {0};
    struct buf text;
    buf_init(&text, FOLD_MAX);
    buf_add(&text, clause, len);
    bool stop = parts_make(known, text.data, parts) &&
                (pressed || parts[PART_BARE] > 0 ||
                 find_match_any(text.data, text.data, lexicon_sending)) &&
                is_stop_sentence(parts, false) &&
                !find_match_any(text.data, text.data, lexicon_loose);
    buf_free(&text);
    return stop;
}

/* Where the first of several clauses ends: at its mark, or where a threat
 * begins. NULL: there is one alone. */
static const char *first_end(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at == ',' ||
            (*at == ' ' && find_match_any(text, at + 1, lexicon_threat)))
            return at;
    return NULL;
}

/* Whether one of these ends there: "she passed away". */
static bool ends_any(const char *text, const char *end, const char *const *list)
{
    for (; *list; list++) {
        size_t len = strlen(*list);
        const char *at = end - len;
        /* "2am" as well */
        if ((size_t)(end - text) >= len && strncmp(at, *list, len) == 0 &&
            (at == text || at[-1] == ' ' || (at[-1] >= '0' && at[-1] <= '9')))
            return true;
    }
    return false;
}

/* "Its 2am stop", "he moved away please stop": a clause that ends in a STOP,
 * behind what is said against us or asked for; not "my heart will stop". */
static bool ends_in_stop(const struct words *words,
                         const struct parts_known *known,
                         const struct sentence *sentence, size_t len)
{
    const char *text = sentence->text.data;
    bool stop = false;
    for (const char *at = text; !stop && at < text + len; at++) {
        if (*at != ' ')
            continue;
        bool asked = find_match_any(text, at + 1, lexicon_plea) &&
                     !ends_any(text, at, lexicon_not) &&
                     !find_any(&words->begins, text, lexicon_doubt);
        stop =
            (asked || ends_any(text, at, lexicon_plaint)) &&
            is_stop_clause(known, at + 1, len - (size_t)(at + 1 - text), false);
    }
    return stop;
}

/* "Please stop I moved", but not "my stop I get off at". */
static bool turns_from_stop(const struct words *words,
                            const struct parts_known *known,
                            const struct sentence *sentence)
{
    const char *text = sentence->text.data;
    const char *end = keyword_turns(words, sentence);
    return end &&
           (find_match_any(text, text, lexicon_bare) ||
            find_match_any(text, text, lexicon_sending) ||
            find_match_any(text, text, lexicon_manner)) &&
           is_stop_clause(known, text, (size_t)(end - text), false);
}

/* "Stop, I go elsewhere now", "stop or I will sue you", "worse, stop": as with
 * a full stop between. */
static bool has_stop_clause(const struct words *words,
                            const struct parts_known *known,
                            const struct sentence *sentence)
{
    const char *text = sentence->text.data;
    const char *first = first_end(text), *last = strrchr(text, ',');
    if (sentence->asks)
        return false;
    if (ends_in_stop(words, known, sentence,
                     first ? (size_t)(first - text) : strlen(text)) ||
        keyword_stops(words, sentence) ||
        turns_from_stop(words, known, sentence))
        return true;
    return first &&
           (is_stop_clause(known, text, (size_t)(first - text),
                           *first != ',') ||
            (last && !find_any(&words->begins, text, lexicon_doubt) &&
             is_stop_clause(known, last + 1, strlen(last + 1), false)));
}

static bool says_stop(const struct words *words)
{
    struct parts_known known = {.keys = true};
    int all[PARTS] = {0};
    parts_know_verbs(&known, words);
    if (known.count == 0 || wants_another_way(words))
        return false;
    parts_know_rest(&known, words);
    if (wrong_tells(words))
        wrong_know(&known, words);
    if (parts_make(&known, words->sentences.data, all) &&
        is_stop_alone(all, strchr(words->sentences.data, '?')))
        return true;
    /* "Stop! Don't cancel my appointment" */
    bool keeps = find_any(&words->begins, words->text.data, lexicon_keep);
    struct sentence sentence;
    bool stop = false;
    for (sentence_first(&sentence, words); !stop && sentence_next(&sentence);) {
        int parts[PARTS] = {0};
        bool made = parts_make(&known, sentence.text.data, parts) &&
                    !(keeps && parts[PART_BARE] > 0);
        stop = (made && is_stop_sentence(parts, sentence.asks)) ||
               (!keeps && has_stop_clause(words, &known, &sentence)) ||
               has_sure(words, &known, &sentence);
    }
    sentence_free(&sentence);
    return stop;
}

/* What is asked of it ---------------------------------------------------------
 */

static bool is_made_of(const struct words *words, const struct part_list *lists,
                       size_t count, int parts[PARTS])
{
    struct parts_known known = {.keys = false};
    parts_know(&known, words, lists, count);
    return parts_make(&known, words->text.data, parts);
}

bool words_say(const struct words *words, const char *phrase)
{
    const char *const wanted[] = {phrase, NULL};
    const struct part_list all[] = {{PART_WHOLE, wanted},
                                    {PART_MANNER, lexicon_manner}};
    int parts[PARTS] = {0};
    return phrase[0] != '\0' && begins_may(&words->begins, phrase) &&
           is_made_of(words, all, COUNT(all), parts) && parts[PART_WHOLE] == 1;
}

bool words_affirm(const struct words *words, const char *phrase)
{
    const char *const wanted[] = {phrase, NULL};
    const struct part_list all[] = {{PART_WHOLE, wanted},
                                    {PART_SMALL, lexicon_talk},
                                    {PART_MANNER, lexicon_manner}};
    int parts[PARTS] = {0};
    return begins_may(&words->begins, phrase) &&
           !strchr(words->sentences.data, '?') &&
           is_made_of(words, all, COUNT(all), parts) && parts[PART_WHOLE] > 0;
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
        means = at && sentence_means(&sentence, words, at);
    }
    sentence_free(&sentence);
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

static bool says_any(const struct words *words, const char *const *all,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words_say(words, all[i]))
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

/* "Take me\noff your list", "no.more.texts": also where no mark stands. */
static bool says_stop_joined(const struct words *words)
{
    struct words joined = *words;
    joined.sentences = words->joined;
    return words->joined.len > 0 && says_stop(&joined);
}

bool words_refuse(const struct words *words)
{
    return !words->right && (says_stop(words) || says_stop_joined(words));
}

enum words_class words_class_of(const struct words *words)
{
    /* danger first: "stop texting, I have chest pain" must reach a person */
    if (words->alarm)
        return WORDS_EMERGENCY;
    if (says_any(words, start_words, COUNT(start_words)))
        return WORDS_START;
    if (says_any(words, help_words, COUNT(help_words)) || asks_who(words))
        return WORDS_HELP;
    /* before a stop: a stranger gets nothing more in either case, and the
     * patient whose number it was has refused nothing */
    if (wrong_tells(words))
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
