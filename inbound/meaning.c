/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which question a text answers, and what it says. An answer counts where
 * exactly one thing can be meant; two visits that one "C" may confirm are
 * asked about, never guessed.
 */
#include "inbound/meaning.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/text.h"

#include "inbound/beside.h"
#include "inbound/courtesy.h"
#include "inbound/find.h"
#include "inbound/fits.h"
#include "inbound/lexicon.h"
#include "inbound/said.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { WORD_MAX = 200, PHRASE_MAX = 2 * WORD_MAX };
#define FRESH_MS (48 * HOUR_MS) /* as long as one still tells how one feels */

/* Answers ---------------------------------------------------------------------
 */

static const struct question *asked_by(const struct meaning_question *question)
{
    return question->step->ask_count > 0
               ? campaign_question(question->campaign, question->step->ask[0])
               : NULL;
}

static const struct message *message_of(const struct meaning_question *question)
{
    const char *name = question->step->message         ? question->step->message
                       : question->step->ask_count > 0 ? question->step->ask[0]
                                                       : NULL;
    return name ? campaign_message(question->campaign, name) : NULL;
}

static bool key_means(const struct meaning_question *question, const char *text,
                      struct meaning *out)
{
    const struct message *message = message_of(question);
    for (size_t i = 0; message && i < message->text_count; i++) {
        const struct message_text *one = &message->texts[i];
        for (size_t k = 0; k < one->voice_key_count; k++) {
            if (text[0] == one->voice_keys[k].key && text[1] == '\0') {
                out->intent = one->voice_keys[k].intent;
                return true;
            }
        }
    }
    return false;
}

static void fold(char out[WORD_MAX], const char *text)
{
    struct buf folded;
    buf_init(&folded, WORD_MAX - 1);
    fold_text(&folded, text);
    text_copy(out, WORD_MAX, folded.overflow ? "" : folded.data);
    buf_free(&folded);
}

/* What the message says that an answer means, folded: of "Reply 1 doing well,
 * 3 worse." that 3 is "worse". "": it does not say. */
static void label_of(const char *sms, const char *answer, char out[WORD_MAX])
{
    size_t len = strlen(answer);
    out[0] = '\0';
    for (const char *at = strstr(sms, answer); at;
         at = strstr(at + 1, answer)) {
        bool begins = at == sms || strchr(" (\n", at[-1]);
        if (!begins || at[len] == '\0' || !strchr(" :=)", at[len]))
            continue;
        char label[WORD_MAX];
        const char *from = at + len + strspn(at + len, " :=)");
        size_t size = strcspn(from, ",.;:!?\n{") + 1;
        text_copy(label, size < WORD_MAX ? size : WORD_MAX, from);
        fold(out, label);
        return;
    }
}

/* How people speak of themselves before such a word: "I feel worse". */
static const char *const selves[] = {
    "", "im ", "i am ", "i feel ", "feeling ", "estoy ", "me siento ", "sigo "};

/* "worse", "I feel worse" */
static bool says_label(const struct words *words, const char *answer,
                       const char *label)
{
    char phrase[PHRASE_MAX];
    (void)answer;
    for (size_t i = 0; i < COUNT(selves); i++) {
        snprintf(phrase, sizeof(phrase), "%s%s", selves[i], label);
        if (words_say(words, phrase))
            return true;
    }
    return false;
}

/* "3 worse", "worse 3" */
static bool says_both(const struct words *words, const char *answer,
                      const char *label)
{
    char wanted[WORD_MAX], phrase[PHRASE_MAX];
    fold(wanted, answer);
    snprintf(phrase, sizeof(phrase), "%s %s", wanted, label);
    if (words_say(words, phrase))
        return true;
    snprintf(phrase, sizeof(phrase), "%s %s", label, wanted);
    return words_say(words, phrase);
}

static bool mentions(const struct words *words, const char *answer,
                     const char *label)
{
    (void)answer;
    return words_mention(words, label);
}

typedef bool labelling(const struct words *words, const char *answer,
                       const char *label);

/* Whether what a message says of an answer is said, in any of its languages. */
static bool any_label(const struct meaning_question *question,
                      const struct words *words, const char *answer,
                      labelling *is_so)
{
    const struct message *message = message_of(question);
    char label[WORD_MAX];
    for (size_t i = 0; message && i < message->text_count; i++) {
        if (!message->texts[i].sms)
            continue;
        label_of(message->texts[i].sms, answer, label);
        if (label[0] && is_so(words, answer, label))
            return true;
    }
    return false;
}

typedef bool saying(const struct meaning_question *question,
                    const struct words *words, const char *answer);

static bool says_answer(const struct meaning_question *question,
                        const struct words *words, const char *answer)
{
    char wanted[WORD_MAX];
    fold(wanted, answer);
    return words_say(words, wanted) ||
           any_label(question, words, answer, says_both);
}

static bool says_words(const struct meaning_question *question,
                       const struct words *words, const char *answer)
{
    return any_label(question, words, answer, says_label);
}

static bool chooses(const struct meaning_question *question,
                    const struct words *words, struct meaning *out)
{
    for (int number = 1; number <= question->choices; number++) {
        char wanted[12];
        snprintf(wanted, sizeof(wanted), "%d", number);
        if (words_say(words, wanted)) {
            out->number = number;
            return true;
        }
    }
    return false;
}

static bool to_question(const struct meaning_question *question,
                        const struct words *words, saying *says,
                        struct meaning *out)
{
    const struct question *asked = asked_by(question);
    for (size_t i = 0; asked && i < asked->answer_count; i++) {
        if (!says(question, words, asked->answers[i].answer))
            continue;
        out->asked = asked;
        out->urgency =
            campaign_urgency(question->campaign, asked->answers[i].urgency);
        out->intent = out->urgency ? "answer" : "fine";
        return true;
    }
    return false;
}

static bool to_message(const struct meaning_question *question,
                       const struct words *words, saying *says,
                       struct meaning *out)
{
    const struct campaign *campaign = question->campaign;
    for (size_t i = 0; i < campaign->reply_count; i++) {
        if (!says(question, words, campaign->replies[i].answer))
            continue;
        out->rule = &campaign->replies[i];
        out->intent = out->rule->intent;
        return true;
    }
    return false;
}

/* Who writes "C?" has not said so; but "worse?" is heard in any case. */
static bool is_meant(const struct words *words, const struct meaning *answer)
{
    return answer->urgency || !strchr(words->sentences.data, '?');
}

/* An answer that this question waits for, into `out`. */
static bool answers(const struct meaning_question *question,
                    enum channel channel, const struct words *words,
                    struct meaning *out)
{
    *out = (struct meaning){.kind = MEANING_ANSWER};
    bool found =
        question->choices > 0
            ? chooses(question, words, out)
            : to_question(question, words, says_answer, out) ||
                  (channel == CHANNEL_VOICE
                       ? key_means(question, words->text.data, out)
                       : to_message(question, words, says_answer, out));
    return found && is_meant(words, out);
}

static bool waits_for(const struct meaning_question *question,
                      const char *intent)
{
    const struct campaign *campaign = question->campaign;
    if (question->choices > 0)
        return false;
    /* nobody is asked to reply CANCEL (S-7), and many do */
    if (text_equal(intent, "cancel") && campaign->anchor == ANCHOR_APPOINTMENT)
        return true;
    for (size_t i = 0; i < campaign->reply_count; i++)
        if (text_equal(campaign->replies[i].intent, intent))
            return true;
    return false;
}

/* The same in words: a "yes" is to a check-in ("1 yes") or to a visit, and
 * where both were asked, to neither. */
static bool speaks(const struct meaning_question *question,
                   enum channel channel, const struct words *words,
                   struct meaning *out)
{
    (void)channel;
    *out = (struct meaning){.kind = MEANING_ANSWER};
    if (question->choices > 0)
        return false;
    if (to_question(question, words, says_words, out) ||
        to_message(question, words, says_words, out))
        return is_meant(words, out);
    for (const struct lexicon_said *said = lexicon_said; said->intent; said++) {
        if (waits_for(question, said->intent) && said_means(words, said)) {
            out->intent = said->intent;
            return true;
        }
    }
    return false;
}

/* Which -----------------------------------------------------------------------
 */

typedef bool reading(const struct meaning_question *question,
                     enum channel channel, const struct words *words,
                     struct meaning *out);

static bool look(reading *read, const struct words *words, enum channel channel,
                 const struct meaning_question *questions, size_t count,
                 struct meaning *out)
{
    struct fits fits = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        struct meaning one;
        if (!questions[i].campaign || !questions[i].step ||
            !read(&questions[i], channel, words, &one))
            continue;
        one.question = i;
        fits_add(&fits, &one);
    }
    return fits_choose(&fits, questions, out);
}

/* "Thank you, a person will read this" asks nothing: it is no message that a
 * next text would be said to. */
static bool asks_something(const struct meaning_question *question)
{
    const struct campaign *campaign = question->campaign;
    return campaign && question->step &&
           (question->choices > 0 || campaign->reply_count > 0 ||
            campaign->question_count > 0 ||
            campaign->anchor == ANCHOR_APPOINTMENT);
}

static size_t newest_of(const struct meaning_question *questions, size_t count)
{
    size_t i = 0;
    while (i < count && !asks_something(&questions[i]))
        i++;
    return i;
}

static bool wants_words(const struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->question_count; i++)
        if (campaign->questions[i].free_text)
            return true;
    return false;
}

/* "Much worse than yesterday": the word of an answer so urgent that it has a
 * reply of its own. */
static bool sounds_urgent(const struct meaning_question *question,
                          const struct words *words)
{
    const struct question *asked = asked_by(question);
    for (size_t i = 0; asked && i < asked->answer_count; i++) {
        const struct urgency *urgency =
            campaign_urgency(question->campaign, asked->answers[i].urgency);
        if (urgency && urgency->reply &&
            any_label(question, words, asked->answers[i].answer, mentions))
            return true;
    }
    return false;
}

/* "3 but" begins with an answer that this check-in waits for. */
static bool begins_with_answer(const struct meaning_question *question,
                               const char *text)
{
    const struct question *asked = asked_by(question);
    for (size_t i = 0; asked && i < asked->answer_count; i++) {
        char wanted[WORD_MAX];
        fold(wanted, asked->answers[i].answer);
        size_t len = find_match(text, text, wanted);
        if (len > 0 && text[len] != '\0' &&
            find_match_any(text, text + len + 1, lexicon_contrast))
            return true;
    }
    return false;
}

/* "Not good", "1 but it hurts": what nobody says to a reminder that went out
 * since, while the check-in is as new as that and waits. */
static bool tells_of_oneself(const struct meaning_question *question,
                             const struct meaning_question *newest,
                             const struct words *words)
{
    if (question->answered_at != INSTANT_NEVER || question->off ||
        newest->sent_at - question->sent_at > FRESH_MS)
        return false;
    for (const char *const *one = lexicon_unwell; *one; one++)
        if (words_say(words, *one))
            return true;
    return find_any(&words->begins, words->text.data, lexicon_ill) ||
           begins_with_answer(question, words->text.data);
}

/* Of the newest message's campaign, not of its question alone: who was just
 * told to call 911 and writes back is heard by the same nurse. A reminder that
 * went out since the check-in hides no "worse". A key is no text. */
static void triage(enum channel channel, const struct words *words,
                   const struct meaning_question *questions, size_t count,
                   struct meaning *out)
{
    size_t newest = newest_of(questions, count);
    for (size_t i = newest; channel != CHANNEL_VOICE && i < count; i++) {
        if (!questions[i].campaign || !questions[i].step ||
            !wants_words(questions[i].campaign) ||
            (i > newest && !sounds_urgent(&questions[i], words) &&
             !tells_of_oneself(&questions[i], &questions[newest], words)))
            continue;
        out->triage = true;
        out->question = i;
        return;
    }
}

/* "No thanks" is said to the question that came last. Where it fits an older
 * one alone, nobody knows to what it was said; but "worse" is heard in any
 * case. */
static bool is_stray(const struct meaning *meaning,
                     const struct meaning_question *questions, size_t count)
{
    size_t newest = newest_of(questions, count);
    return meaning->kind == MEANING_ANSWER &&
           (meaning->asked || meaning->rule) &&
           !(meaning->urgency && meaning->urgency->reply) &&
           !fits_same_anchor(&questions[newest], &questions[meaning->question]);
}

/* "We will call you" asks nothing, though it is of a campaign that does. */
static bool waits_for_answer(const struct meaning_question *question)
{
    return question->campaign && question->step &&
           (question->choices > 0 ||
            campaign_asks(question->campaign, question->step));
}

static bool is_last(const struct meaning_question *question)
{
    return question->last && waits_for_answer(question);
}

/* "Yes" is said to what was said last, question or not. */
static bool is_to_last(const struct meaning *meaning,
                       const struct meaning_question *questions)
{
    bool last = is_last(&questions[meaning->question]);
    for (size_t i = 0; i < meaning->fit_count; i++)
        last |= is_last(&questions[meaning->fits[i]]);
    return last;
}

/* To a check-in that was just asked it says too little: a nurse reads it. To a
 * question behind which went out what asks nothing it may be the answer. */
static void acknowledge(const struct meaning_question *questions, size_t count,
                        struct meaning *out)
{
    if (out->off || (out->triage && is_last(&questions[out->question])))
        return;
    out->thanks = true;
    for (size_t i = 0; i < count; i++)
        out->waits |= questions[i].unheard && !questions[i].off &&
                      waits_for_answer(&questions[i]);
}

/* What has no meaning of its own, whatever was asked. */
static void read_answer(const struct words *words, bool courtesy,
                        enum channel channel,
                        const struct meaning_question *questions, size_t count,
                        struct meaning *out)
{
    *out = (struct meaning){.kind = MEANING_UNCLEAR, .words = WORDS_OTHER};
    if (!look(answers, words, channel, questions, count, out) &&
        look(speaks, words, channel, questions, count, out) &&
        (courtesy ? !is_to_last(out, questions)
                  : is_stray(out, questions, count)))
        *out = (struct meaning){.kind = MEANING_UNCLEAR};
    out->words = WORDS_OTHER;
    if (out->kind == MEANING_ANSWER && text_equal(out->intent, "opt-out")) {
        out->kind = MEANING_WORDS;
        out->words = WORDS_STOP;
    }
    if (out->kind == MEANING_UNCLEAR && !out->off)
        triage(channel, words, questions, count, out);
    if (out->kind == MEANING_UNCLEAR && courtesy)
        acknowledge(questions, count, out);
}

/* "Worse. Stop texting me": a STOP, and an answer that is as good as alone. */
static void read_beside(const struct words *words, enum channel channel,
                        const struct meaning_question *questions, size_t count,
                        struct meaning *out)
{
    struct words rest;
    beside_stop(words, &rest);
    read_answer(&rest, courtesy_is(&rest, NULL), channel, questions, count,
                out);
    if (out->kind == MEANING_UNCLEAR && beside_is_empty(&rest))
        out->kind = MEANING_WORDS;
    out->words = WORDS_STOP;
    out->refuses = out->kind != MEANING_WORDS;
    words_free(&rest);
}

void meaning_read(const char *text, enum channel channel,
                  const struct meaning_question *questions, size_t count,
                  struct meaning *out)
{
    struct words words;
    words_hear(&words, text);
    enum words_class class = words_class_of(&words);
    *out = (struct meaning){.kind = MEANING_WORDS, .words = class};
    if (class == WORDS_OTHER)
        read_answer(&words, courtesy_is(&words, text), channel, questions,
                    count, out);
    else if (class == WORDS_STOP)
        read_beside(&words, channel, questions, count, out);
    else
        out->refuses = (class == WORDS_EMERGENCY || class == WORDS_WRONG) &&
                       words_refuse(&words);
    words_free(&words);
}

/* Subjects --------------------------------------------------------------------
 */

static const char *measure_in(const struct predicate *p)
{
    const char *found = NULL;
    if (!p)
        return NULL;
    if (p->kind == PREDICATE_HISTORY && p->measure)
        return p->subject;
    if (p->kind == PREDICATE_AND || p->kind == PREDICATE_OR ||
        p->kind == PREDICATE_NOT)
        found = measure_in(p->left);
    if (!found && (p->kind == PREDICATE_AND || p->kind == PREDICATE_OR))
        found = measure_in(p->right);
    return found;
}

const char *meaning_subject(const struct campaign *campaign)
{
    const char *found = measure_in(campaign->occurrence);
    if (!found)
        found = measure_in(campaign->audience_all);
    return found ? found : campaign->name;
}
