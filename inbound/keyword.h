/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_KEYWORD_H
#define INBOUND_KEYWORD_H

#include <stdbool.h>

#include "inbound/sentence.h"
#include "inbound/words.h"

/* Whether the text as it was written begins with a STOP in capitals or has one
 * further on, among words that are not in capitals. */
void keyword_hear(struct words *words, const char *text);

/* A STOP that no mark parts from what stands beside it: "STOP I moved", "I
 * can't breathe STOP"; but not "STOP aspirin", nor "his breathing STOP". Pure.
 */
bool keyword_stops(const struct words *words, const struct sentence *sentence);
/* Where behind a stop something else begins to be said: "please stop| i moved".
 * It may be said of what is stopped all the same; NULL: nowhere. Pure. */
const char *keyword_turns(const struct words *words,
                          const struct sentence *sentence);

#endif
