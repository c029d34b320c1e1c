/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_COURTESY_H
#define INBOUND_COURTESY_H

#include <stdbool.h>

#include "inbound/words.h"

/* Whether a message only acknowledges what was said before it: "ok thanks",
 * "yes", "see you then", "gracias", a thumb. What it agrees to is what came
 * last, so by itself it says nothing ("I'll be there" does). `text`: as it was
 * written, for its pictures; NULL: these are not asked for. Pure. */
bool courtesy_is(const struct words *words, const char *text);

#endif
