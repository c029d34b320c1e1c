/* SPDX-License-Identifier: Apache-2.0 */
/* Messages kept for repetition, and the reference by which a provider calls
 * them. Pure. */
#include "scheduler/request.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define REQUEST_MAX (1u << 20)

static const struct {
    const char *key;
    size_t at;
} texts[] = {
    {"to", offsetof(struct outgoing, to)},
    {"extension", offsetof(struct outgoing, extension)},
    {"language", offsetof(struct outgoing, language)},
    {"subject", offsetof(struct outgoing, subject)},
    {"text", offsetof(struct outgoing, text)},
    {"html", offsetof(struct outgoing, html)},
    {"voicemail", offsetof(struct outgoing, voicemail)},
    {"script", offsetof(struct outgoing, script)},
    {"transfer_to", offsetof(struct outgoing, transfer_to)},
    {"calendar", offsetof(struct outgoing, calendar)},
    {"unsubscribe_url", offsetof(struct outgoing, unsubscribe_url)},
};
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_at(struct outgoing *message, size_t i)
{
    return (const char **)((char *)message + texts[i].at);
}

char *request_write(const struct outgoing *message)
{
    struct outgoing copy = *message;
    struct buf out;
    buf_init(&out, REQUEST_MAX);
    struct json_writer writer;
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    json_write_integer(&writer, "channel", message->channel);
    json_write_integer(&writer, "submitted_at", message->submitted_at);
    json_write_integer(&writer, "valid_for",
                       message->valid_until == INSTANT_NEVER
                           ? -1
                           : message->valid_until - message->submitted_at);
    json_write_bool(&writer, "invites_reply", message->invites_reply);
    for (size_t i = 0; i < TEXTS; i++) {
        if (*text_at(&copy, i))
            json_write_text(&writer, texts[i].key, *text_at(&copy, i));
    }
    json_write_end(&writer, '}');
    return buf_take(&out);
}

bool request_read(const char *text, struct dispatch *out, struct error *err)
{
    struct json *doc = json_parse(text, strlen(text), 0, err, NULL);
    if (!doc)
        return error_in(err, "a kept request");
    const struct json_node *root = json_root(doc);
    int64_t channel = 0, submitted = 0, valid = -1;
    bool done = json_integer(json_get(root, "channel"), &channel) &&
                json_integer(json_get(root, "submitted_at"), &submitted) &&
                json_integer(json_get(root, "valid_for"), &valid) &&
                channel >= 0 && channel < CHANNEL_COUNT;
    if (done) {
        struct outgoing message = {
            .attempt_id = out->attempt_id,
            .channel = (enum channel)channel,
            .submitted_at = submitted,
            .valid_until = valid < 0 ? INSTANT_NEVER : submitted + valid,
            .invites_reply = json_is_true(json_get(root, "invites_reply")),
        };
        for (size_t i = 0; i < TEXTS; i++)
            *text_at(&message, i) = json_get_text(root, texts[i].key);
        char reference[48];
        request_reference(out->attempt_id, out->outreach_id, reference);
        message.reference = reference;
        dispatch_fill(out, &message);
    } else {
        error_set(err, ERROR_CORRUPT, "a kept request lacks its members");
    }
    json_free(doc);
    return done;
}

void request_reference(int64_t attempt_id, int64_t outreach_id, char out[48])
{
    snprintf(out, 48, "o%" PRId64 "-%" PRId64, outreach_id, attempt_id);
}

/* Without leading zeros, so that each has one name. */
static bool number_read(const char *text, char end, const char **rest,
                        int64_t *out)
{
    char *after;
    if (*text < '1' || *text > '9')
        return false;
    errno = 0;
    *out = strtoll(text, &after, 10);
    *rest = after + 1;
    return *after == end && errno == 0;
}

bool request_attempt(const char *reference, int64_t *attempt_id,
                     int64_t *outreach_id)
{
    int64_t attempt, outreach;
    const char *rest;
    if (!reference || reference[0] != 'o' ||
        !number_read(reference + 1, '-', &rest, &outreach) ||
        !number_read(rest, '\0', &rest, &attempt))
        return false;
    *attempt_id = attempt;
    *outreach_id = outreach;
    return true;
}
