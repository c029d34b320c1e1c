/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_REPLY_TEXT_H
#define APP_REPLY_TEXT_H

#include "base/json.h"
#include "store/reply.h"

/* What a patient wrote, for the people who must act on it. */

/* Its text, or in brackets why there is none. */
const char *reply_words(const struct reply *reply);
/* As an object: from, channel, received_at, intent, text. `name` NULL: in an
 * array. */
void reply_json(struct json_writer *json, const char *name,
                const struct reply *reply, const char *received_at);

#endif
