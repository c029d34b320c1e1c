/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reply as people and programs read it.
 */
#include "app/reply_text.h"

#include "app/table.h"

const char *reply_words(const struct reply *reply)
{
    return reply->body ? reply->body : "(the text is no longer kept)";
}

void reply_write(void *arg, const struct reply *reply)
{
    const struct reply_writing *writing = arg;
    struct json_writer *json = writing->json;
    char when[CIVIL_TEXT_MAX];
    json_write_object(json, writing->name);
    json_write_text(json, "from", reply->address);
    json_write_text(json, "channel", channel_name(reply->channel));
    json_write_text(json, "received_at",
                    time_text(writing->zone, reply->received_at, when));
    json_write_text(json, "intent", reply->intent);
    json_write_text(json, "text", reply->body);
    json_write_end(json, '}');
}
