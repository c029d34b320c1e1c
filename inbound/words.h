/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_WORDS_H
#define INBOUND_WORDS_H

#include <stdbool.h>

#include "base/buf.h"

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

/* Normalises (NFKC, case, diacritics, punctuation, emoji: S-11), then the
 * whole message against the words, then its phrases. When in doubt a person
 * reads it: never an opt-out by accident, never a stop-like word ignored.
 * Pure. */
enum words_class words_classify(const char *text);

/* The text as it is compared: "  ｓｔｏｐ!! " -> "stop", "Opt-Out" -> "opt
 * out", "don't" -> "dont". Pure. */
void words_fold(struct buf *out, const char *text);
/* Whether a folded text has a phrase, on word boundaries. Pure. */
bool words_have(const char *text, const char *phrase);

#endif
