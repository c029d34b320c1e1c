/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_WORDS_H
#define INBOUND_WORDS_H

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

#endif
