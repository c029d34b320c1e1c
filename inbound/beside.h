/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_BESIDE_H
#define INBOUND_BESIDE_H

#include <stdbool.h>

#include "inbound/words.h"

/* What a text that is a STOP says beside it, as a text of its own: of "worse,
 * please stop texting me" that is "worse". words_free() it. Pure. */
void beside_stop(const struct words *words, struct words *rest);
/* Whether that says nothing more: it is empty, or made of manners and of what
 * people say to be rid of messages ("thanks", "I already said", a telephone
 * number). In doubt it says something, and a person reads it. Pure. */
bool beside_is_empty(const struct words *rest);

#endif
