/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_CALL_KEYS_H
#define CAMPAIGNS_CALL_KEYS_H

#include "campaigns/campaign.h"
#include "channels/call_flow.h"

/* What the keys of a call mean: those of its text, and where it asks a question
 * the answers to it ("answer"); 9 stops the calls. Borrowed from the campaign;
 * NULL: nothing. */
void call_keys(const struct campaign *campaign, const struct message *message,
               const struct message_text *text,
               const char *out[CALL_KEY_COUNT]);

#endif
