/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_MEANING_H
#define INBOUND_MEANING_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "campaigns/campaign.h"

#include "inbound/words.h"

/* A message that went to whoever answers now, and may still be answered. */
struct meaning_question {
    const struct campaign *campaign;
    const struct step *step;
    int64_t patient_id, anchor_id, occurrence;
    int choices; /* it asks which one: so many numbers are answers */
    instant sent_at, answered_at; /* INSTANT_NEVER: not answered yet */
    instant awaited_until; /* a digit is waited for (the gate's "question") */
    bool off;              /* it is of a visit that is off, or moved */
    bool last;    /* nothing was said since, by us or from there, but thanks */
    bool unheard; /* nothing at all came from there since */
};

#define MEANING_FITS 9 /* digits to choose by */
enum meaning_kind {
    MEANING_WORDS,   /* STOP, START, HELP ..., whatever was asked */
    MEANING_ANSWER,  /* of one of the questions */
    MEANING_SEVERAL, /* it fits more than one: never guessed */
    MEANING_UNCLEAR,
};
struct meaning {
    enum meaning_kind kind;
    enum words_class words; /* what the text says by itself */
    bool refuses;       /* a STOP as well (L-11): of EMERGENCY and WRONG, and
                           of what was said beside one, which is told here
                           like any text */
    size_t question;    /* ANSWER: which; SEVERAL: the newest of them, or
                           the one whose answer would be urgent; triage:
                           the check-in */
    const char *intent; /* ANSWER: of the closed list, "answer" where an
                           urgency is given; SEVERAL: the same, if all of
                           them mean it, else NULL */
    const struct reply_rule *rule; /* ANSWER: what the file says of it; or */
    const struct question *asked;  /* the question, */
    const struct urgency *urgency; /* and how urgent that answer is; or */
    int number;                    /* which of its choices; 0: it has none */
    size_t fits[MEANING_FITS], fit_count; /* SEVERAL: which */
    bool more;                            /* SEVERAL: than there is room for */
    bool off;    /* UNCLEAR: it may be about `question`, which is off */
    bool thanks; /* UNCLEAR: it only acknowledges what was said last */
    bool waits;  /* thanks: to something else it may be an answer */
    bool triage; /* UNCLEAR: the newest question is of a check-in that wants
                    answers in words read by a nurse ("free_text": "triage"),
                    as urgently as its worst answer */
};

/* What a text, or a key that was pressed, means to these questions, the newest
 * first. First the words that mean the same everywhere, then the answers that
 * the campaigns wait for, then what people write instead of them ("see you
 * then"). What only acknowledges ("ok thanks", "see you then") answers what was
 * said last, or nothing. A check-in's question comes before others where it was
 * the last, and nothing else was waited for any more when it went out. A
 * check-in that was answered is not meant by what an open question waits for,
 * nor is anything else by what one waits for that went out since. Pure. */
void meaning_read(const char *text, enum channel channel,
                  const struct meaning_question *questions, size_t count,
                  struct meaning *out);

/* The measure that a campaign is about, for who declines it; else its name. */
const char *meaning_subject(const struct campaign *campaign);

#endif
