/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_REPLY_TEXT_H
#define APP_REPLY_TEXT_H

#include "base/json.h"
#include "base/zone.h"
#include "store/reply.h"

/* What a patient wrote, for the people who must act on it. */

/* Its text, or in brackets why there is none. */
const char *reply_words(const struct reply *reply);

struct reply_writing {
    struct json_writer *json;
    const char *name;        /* NULL: in an array */
    const struct zone *zone; /* of the times */
};
/* A reply_fn, `arg` a struct reply_writing: as an object of from, channel,
 * received_at, intent and text. */
void reply_write(void *arg, const struct reply *reply);

#endif
