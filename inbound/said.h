/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_SAID_H
#define INBOUND_SAID_H

#include <stdbool.h>

#include "inbound/lexicon.h"
#include "inbound/words.h"

/* Whether a message means one of those phrases. A wish ("I need to cancel") is
 * one where it is all that its clause says, of the visit alone, and nothing
 * else in the message speaks against it: no "but", no other day, no "I'll be
 * there". Anything more is a person's to read. Pure. */
bool said_means(const struct words *words, const struct lexicon_said *said);

#endif
