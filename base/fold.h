/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stdbool.h>

#include "base/buf.h"

/* Longer messages are cut there. */
#define FOLD_MAX (1 << 16)

/* People's words as they are compared (S-11): "  ｓｔｏｐ!! " -> "stop",
 * "Opt-Out" -> "opt out", "don't" -> "dont". Pure. */
void fold_text(struct buf *out, const char *text);
/* The same, but that between two words stands what ends there: ' ' a word, ','
 * a clause, '\n' a sentence, '?' a question. A question's mark stands at the
 * end as well. Pure. */
void fold_sentences(struct buf *out, const char *text);
/* The same, but that no mark right before a letter ends more than a word, and
 * no line does: "no.more.texts", and a phrase that goes on below. Pure. */
void fold_joined(struct buf *out, const char *text);
/* The same with blanks alone. Pure. */
void fold_flatten(struct buf *out, const char *sentences);
/* One of these marks, or the end. */
bool fold_gap(char c);

#endif
