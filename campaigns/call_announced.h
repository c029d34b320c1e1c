/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_CALL_ANNOUNCED_H
#define CAMPAIGNS_CALL_ANNOUNCED_H

#include <stdbool.h>

#include "channels/call_flow.h"

/* Which keys a text tells people to press: "Press 1 to confirm, 2 to change it,
 * or 0 to speak with us". Reads the template as it is written, in any of the
 * languages of calls; a digit that a placeholder says is no key. Sets those of
 * `keys`, by call_key(). */
void call_announced(const char *say, bool keys[CALL_KEY_COUNT]);

/* What it says that each key is for: "confirm", "reschedule" or "cancel" of
 * the closed list; NULL: something else, or nobody can tell. */
void call_meant(const char *say, const char *intents[CALL_KEY_COUNT]);

#endif
