/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_WORDS_H
#define INBOUND_WORDS_H

#include <stdbool.h>

#include "base/buf.h"

#include "inbound/find.h"

/* What a patient's message means before any campaign is asked. */
enum words_class {
    WORDS_STOP,      /* opts out (S-8, S-10, L-11, L-12) */
    WORDS_START,     /* lets us in again (S-9, L-18) */
    WORDS_HELP,      /* asks who we are (S-9) */
    WORDS_WRONG,     /* this number is somebody else's (L-22) */
    WORDS_EMERGENCY, /* a person must look at once */
    WORDS_OTHER,     /* an answer, or anything else: never dropped */
};
const char *words_name(enum words_class class);

/* A message made ready for comparing. */
struct words {
    struct buf text;      /* fold_text(), without a signature */
    struct buf sentences; /* the same, with marks (base/fold.h) */
    struct buf joined;    /* the same, with fewer marks; empty: just so many */
    struct begins begins; /* how its words begin */
    bool alarm;           /* it tells of danger */
    bool right;           /* it says "that is right", so it is no stop */
    bool leads, trails;   /* a STOP in capitals begins it, or stands in it */
};
void words_hear(struct words *words, const char *text);
void words_free(struct words *words);

/* Normalises (NFKC, case, diacritics, punctuation, emoji: S-11), then looks
 * for danger, for messages that are nothing but a stop, and for phrases. When
 * in doubt a person reads it: never an opt-out by accident, never a stop-like
 * word ignored. Pure. */
enum words_class words_classify(const char *text);
enum words_class words_class_of(const struct words *words);
/* Whether it is a STOP, whatever else it says: who writes of danger may have
 * refused our messages as well (L-11). Pure. */
bool words_refuse(const struct words *words);

/* The phrase (folded), and nothing beside it but manners: "c, thanks". Pure. */
bool words_say(const struct words *words, const char *phrase);
/* Nothing beside it but small talk: "ok great, ill be there". Pure. */
bool words_affirm(const struct words *words, const char *phrase);
/* Within a sentence that means it: no question, no condition, and nothing
 * before it that takes it back. Pure. */
bool words_mean(const struct words *words, const char *phrase);
/* On word boundaries, whatever is said of it. Pure. */
bool words_mention(const struct words *words, const char *phrase);

#endif
