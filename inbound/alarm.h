/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_ALARM_H
#define INBOUND_ALARM_H

#include "inbound/words.h"

/* Whether a message tells of danger to life (S-11), by the words of
 * inbound/lexicon_alarm.c: one that says nothing but "911", a phrase, two words
 * near each other, or more pills taken than anybody is told to. Pure. */
bool alarm_tells(const struct words *words);
/* The same, had they been written without slips of the thumb ("heart attck").
 * Pure. */
bool alarm_slips(const struct words *words);

#endif
