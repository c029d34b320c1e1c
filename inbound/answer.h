/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_ANSWER_H
#define INBOUND_ANSWER_H

#include <stdbool.h>

#include "inbound/effect.h"

/* Plans the text that goes back to whoever wrote: the one that the message's
 * own campaign has for it, else that of a campaign which has answers alone. To
 * a number that no patient of the store has nothing can go, and to one that
 * several have, who were not written to, only the answer to danger.
 * `what`: an intent, a word class, "urgency red", "day-1/feeling". At most one
 * an hour for the same thing, so that two machines do not talk for ever; only
 * to a text, to nobody who refused them (but that is confirmed), and only while
 * it still is an answer (policy: "reply", "stop_confirmed"). `*planned` (may be
 * NULL) is the row that goes; 0: none. */
bool answer_plan(const struct effect *effect, const char *what,
                 int64_t *planned, struct error *err);

#endif
