/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reply as people and programs read it.
 */
#include "app/reply_text.h"

const char *reply_words(const struct reply *reply)
{
    return reply->body ? reply->body : "(the text is no longer kept)";
}

void reply_json(struct json_writer *json, const char *name,
                const struct reply *reply, const char *received_at)
{
    json_write_object(json, name);
    json_write_text(json, "from", reply->address);
    json_write_text(json, "channel", channel_name(reply->channel));
    json_write_text(json, "received_at", received_at);
    json_write_text(json, "intent", reply->intent);
    json_write_text(json, "text", reply->body);
    json_write_end(json, '}');
}
