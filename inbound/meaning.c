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
#include "base/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { TEXT_MAX = 4096, WORD_MAX = 200 };

/* What may stand behind an answer without changing it: "C thanks". */
static const char *const polite[] = {"please", "pls",     "thanks", "thank",
                                     "you",    "gracias", "por",    "favor",
                                     "ok",     "okay"};

/* What people write instead of the letter that they were asked for. Whole
 * messages; where `anywhere` also within one. */
static const struct said {
    const char *text, *intent;
    bool anywhere;
} said[] = {
    {"yes", "confirm", false},
    {"yeah", "confirm", false},
    {"yep", "confirm", false},
    {"ok", "confirm", false},
    {"okay", "confirm", false},
    {"confirm", "confirm", false},
    {"confirmed", "confirm", false},
    {"si", "confirm", false},
    {"confirmo", "confirm", false},
    {"i will be there", "confirm", true},
    {"ill be there", "confirm", true},
    {"see you then", "confirm", true},
    {"ahi estare", "confirm", true},
    {"reschedule", "reschedule", false},
    {"need to reschedule", "reschedule", true},
    {"change my appointment", "reschedule", true},
    {"move my appointment", "reschedule", true},
    {"another day", "reschedule", true},
    {"another time", "reschedule", true},
    {"cambiar mi cita", "reschedule", true},
    {"cambiar la cita", "reschedule", true},
    {"otro dia", "reschedule", true},
    {"cancel my appointment", "cancel", true},
    {"cancel the appointment", "cancel", true},
    {"cancel my visit", "cancel", true},
    {"need to cancel", "cancel", true},
    {"have to cancel", "cancel", true},
    {"cancelar mi cita", "cancel", true},
    {"cancelar la cita", "cancel", true},
    {"refill", "request-refill", false},
    {"call me", "call-me", false},
    {"please call me", "call-me", false},
    {"llameme", "call-me", false},
};

/* Answers ---------------------------------------------------------------------
 */

static void fold(char out[WORD_MAX], const char *text)
{
    struct buf folded;
    buf_init(&folded, TEXT_MAX);
    words_fold(&folded, text);
    text_copy(out, WORD_MAX, folded.len < WORD_MAX ? folded.data : "");
    buf_free(&folded);
}

static bool is_polite(const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(polite); i++)
        if (strlen(polite[i]) == len && memcmp(polite[i], word, len) == 0)
            return true;
    return false;
}

/* "c", "c please": the answer, with nothing behind it but manners. */
static bool says(const char *text, const char *answer)
{
    char wanted[WORD_MAX];
    fold(wanted, answer);
    size_t len = strlen(wanted);
    if (len == 0 || strncmp(text, wanted, len) != 0)
        return false;
    const char *at = text + len;
    while (*at == ' ') {
        size_t word = strcspn(++at, " ");
        if (!is_polite(at, word))
            return false;
        at += word;
    }
    return *at == '\0';
}

static const struct question *asked_by(const struct meaning_question *question)
{
    const struct campaign *campaign = question->campaign;
    const char *name =
        question->step->ask_count > 0 ? question->step->ask[0] : NULL;
    for (size_t i = 0; name && i < campaign->question_count; i++)
        if (text_equal(campaign->questions[i].name, name))
            return &campaign->questions[i];
    return NULL;
}

static const struct urgency *urgency_named(const struct campaign *campaign,
                                           const char *name)
{
    for (size_t i = 0; i < campaign->urgency_count; i++)
        if (text_equal(campaign->urgencies[i].name, name))
            return &campaign->urgencies[i];
    return NULL;
}

static bool key_means(const struct meaning_question *question, const char *text,
                      struct meaning *out)
{
    const char *name = question->step->message         ? question->step->message
                       : question->step->ask_count > 0 ? question->step->ask[0]
                                                       : NULL;
    const struct message *message =
        name ? campaign_message(question->campaign, name) : NULL;
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

static bool chooses(const struct meaning_question *question, const char *text,
                    struct meaning *out)
{
    for (int number = 1; number <= question->choices; number++) {
        char wanted[12];
        snprintf(wanted, sizeof(wanted), "%d", number);
        if (says(text, wanted)) {
            out->number = number;
            return true;
        }
    }
    return false;
}

/* An answer that this question waits for, into `out`. */
static bool answers(const struct meaning_question *question,
                    enum channel channel, const char *text, struct meaning *out)
{
    const struct campaign *campaign = question->campaign;
    const struct question *asked = asked_by(question);
    *out = (struct meaning){.kind = MEANING_ANSWER};
    if (question->choices > 0)
        return chooses(question, text, out);
    for (size_t i = 0; asked && i < asked->answer_count; i++) {
        if (says(text, asked->answers[i].answer)) {
            out->asked = asked;
            out->urgency = urgency_named(campaign, asked->answers[i].urgency);
            out->intent = out->urgency ? "answer" : "fine";
            return true;
        }
    }
    if (channel == CHANNEL_VOICE)
        return key_means(question, text, out);
    for (size_t i = 0; i < campaign->reply_count; i++) {
        if (says(text, campaign->replies[i].answer)) {
            out->rule = &campaign->replies[i];
            out->intent = out->rule->intent;
            return true;
        }
    }
    return false;
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

static bool speaks(const struct meaning_question *question,
                   enum channel channel, const char *text, struct meaning *out)
{
    (void)channel;
    for (size_t i = 0; i < COUNT(said); i++) {
        bool fits = said[i].anywhere ? words_have(text, said[i].text)
                                     : says(text, said[i].text);
        if (fits && waits_for(question, said[i].intent)) {
            *out = (struct meaning){.kind = MEANING_ANSWER,
                                    .intent = said[i].intent};
            return true;
        }
    }
    return false;
}

/* Which -----------------------------------------------------------------------
 */

static bool same_anchor(const struct meaning_question *a,
                        const struct meaning_question *b)
{
    return a->campaign->anchor == b->campaign->anchor &&
           a->anchor_id == b->anchor_id && a->occurrence == b->occurrence;
}

typedef bool reading(const struct meaning_question *question,
                     enum channel channel, const char *text,
                     struct meaning *out);

/* Among messages about one anchor the newest counts, a check-in before any. */
static void fits_add(struct meaning *fits, size_t *count,
                     const struct meaning_question *questions,
                     const struct meaning *one)
{
    for (size_t i = 0; i < *count; i++) {
        if (!same_anchor(&questions[fits[i].question],
                         &questions[one->question]))
            continue;
        if (!fits[i].asked && one->asked)
            fits[i] = *one;
        return;
    }
    if (*count < MEANING_FITS)
        fits[(*count)++] = *one;
}

static bool look(reading *read, const char *text, enum channel channel,
                 const struct meaning_question *questions, size_t count,
                 struct meaning *out)
{
    struct meaning fits[MEANING_FITS];
    size_t fit_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct meaning one;
        if (!questions[i].campaign || !questions[i].step ||
            !read(&questions[i], channel, text, &one))
            continue;
        one.question = i;
        fits_add(fits, &fit_count, questions, &one);
    }
    if (fit_count == 0)
        return false;
    *out = fits[0];
    if (fit_count == 1)
        return true;
    *out = (struct meaning){.kind = MEANING_SEVERAL,
                            .intent = fits[0].intent,
                            .question = fits[0].question,
                            .fit_count = fit_count};
    for (size_t i = 0; i < fit_count; i++) {
        out->fits[i] = fits[i].question;
        if (fits[i].urgency && !out->urgency) {
            out->urgency = fits[i].urgency;
            out->asked = fits[i].asked;
            out->question = fits[i].question;
        }
        if (!text_equal(out->intent, fits[i].intent))
            out->intent = NULL;
    }
    return true;
}

static bool wants_words(const struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->question_count; i++)
        if (campaign->questions[i].free_text)
            return true;
    return false;
}

/* Of the campaign, not of the question alone: who was just told to call 911
 * and writes back is heard by the same nurse. A key is no text. */
static void triage(enum channel channel,
                   const struct meaning_question *questions, size_t count,
                   struct meaning *out)
{
    size_t newest = 0;
    while (newest < count &&
           (!questions[newest].campaign || !questions[newest].step))
        newest++;
    if (channel == CHANNEL_VOICE || newest == count ||
        !wants_words(questions[newest].campaign))
        return;
    out->triage = true;
    out->question = newest;
}

void meaning_read(const char *text, enum channel channel,
                  const struct meaning_question *questions, size_t count,
                  struct meaning *out)
{
    char folded[WORD_MAX];
    enum words_class words = words_classify(text);
    *out = (struct meaning){.kind = MEANING_UNCLEAR};
    fold(folded, text);
    if (words != WORDS_OTHER)
        out->kind = MEANING_WORDS;
    else if (folded[0] &&
             !look(answers, folded, channel, questions, count, out))
        look(speaks, folded, channel, questions, count, out);
    if (out->kind == MEANING_ANSWER && text_equal(out->intent, "opt-out")) {
        out->kind = MEANING_WORDS;
        words = WORDS_STOP;
    }
    if (out->kind == MEANING_UNCLEAR)
        triage(channel, questions, count, out);
    out->words = words;
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
