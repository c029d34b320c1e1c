/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Make-believe carriers and patients for the simulator. Reads the file of
 * shares and draws from them; keeps nothing of its own, so that the same seed
 * gives the same world however the days are cut.
 */
#include "app/behaviour.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "channels/fake.h"

enum { FILE_MAX = 1 << 20, LATENCY_MS = 300 };

/* Reading -------------------------------------------------------------------
 */

struct reading {
    const char *path;
    struct json *doc;
    struct behaviour *behaviour;
    struct error *err;
};

static bool fault(const struct reading *reading, const struct json_node *node,
                  const char *text)
{
    struct json_place place = json_place(reading->doc, node);
    return error_set(reading->err, ERROR_INPUT, "%s:%d:%d: error: %s",
                     reading->path, place.line, place.column, text);
}

/* A share between 0 and 1; together with `sum` at most 1. */
static bool read_share(const struct reading *reading,
                       const struct json_node *node, double *sum, double *out)
{
    if (!json_number(node, out) || *out < 0 || *out > 1)
        return fault(reading, node, "a share is a number from 0 to 1");
    *sum += *out;
    return *sum <= 1.0 + 1e-9 ||
           fault(reading, node, "the shares before it and this are above 1");
}

static bool read_time(const struct reading *reading,
                      const struct json_node *node, int64_t *out)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {
        {"second", SECOND_MS}, {"minute", MINUTE_MS}, {"hour", HOUR_MS}};
    const char *text = json_text(node);
    char *unit = NULL;
    unsigned long count = text ? strtoul(text, &unit, 10) : 0;
    for (size_t i = 0; i < 3 && count > 0 && count < 10000 && *unit == ' ';
         i++) {
        size_t len = strlen(units[i].unit);
        const char *rest = unit + 1 + len;
        if (strncmp(unit + 1, units[i].unit, len) == 0 &&
            (*rest == '\0' || text_equal(rest, "s"))) {
            *out = (int64_t)count * units[i].ms;
            return true;
        }
    }
    return fault(reading, node,
                 "a time is written \"30 seconds\", \"5 minutes\" "
                 "or \"2 hours\"");
}

static bool read_outcomes(const struct reading *reading,
                          const struct json_node *node,
                          struct behaviour_channel *out)
{
    double sum = 0;
    for (const struct json_node *item = json_first(node); item;
         item = json_next(item)) {
        if (out->outcome_count == BEHAVIOUR_OUTCOMES_MAX)
            return fault(reading, item, "at most 16 outcomes");
        size_t i = out->outcome_count++;
        if (!outcome_parse(json_key(item), &out->outcomes[i].outcome))
            return fault(reading, item, "there is no such outcome");
        if (!read_share(reading, item, &sum, &out->outcomes[i].share))
            return false;
    }
    return true;
}

static bool read_replies(const struct reading *reading,
                         const struct json_node *node,
                         struct behaviour_channel *out)
{
    for (const struct json_node *item = json_first(node); item;
         item = json_next(item)) {
        double alone = 0;
        if (out->reply_count == BEHAVIOUR_REPLIES_MAX)
            return fault(reading, item, "at most 32 replies");
        size_t i = out->reply_count++;
        const char *when = json_get_text(item, "when");
        const char *says = json_get_text(item, "says");
        if (!says)
            return fault(reading, item, "a reply wants \"says\"");
        out->replies[i].says = arena_text(reading->behaviour->arena, says);
        out->replies[i].when =
            when ? arena_text(reading->behaviour->arena, when) : NULL;
        if (!read_share(reading, json_get(item, "share"), &alone,
                        &out->replies[i].share))
            return false;
    }
    return true;
}

static bool read_channel(const struct reading *reading,
                         const struct json_node *node,
                         struct behaviour_channel *out)
{
    for (const struct json_node *member = json_first(node); member;
         member = json_next(member)) {
        const char *key = json_key(member);
        bool ok =
            text_equal(key, "outcomes")  ? read_outcomes(reading, member, out)
            : text_equal(key, "replies") ? read_replies(reading, member, out)
            : text_equal(key, "after")
                ? read_time(reading, member, &out->after_ms)
            : text_equal(key, "replies_after")
                ? read_time(reading, member, &out->replies_after_ms)
                : fault(reading, member,
                        "a channel has \"outcomes\", \"after\", "
                        "\"replies\" and \"replies_after\"");
        if (!ok)
            return false;
    }
    return true;
}

static bool read_file(const struct reading *reading)
{
    const struct json_node *top = json_root(reading->doc);
    if (json_type(top) != JSON_OBJECT)
        return fault(reading, top, "an object is wanted here");
    for (const struct json_node *member = json_first(top); member;
         member = json_next(member)) {
        enum channel channel;
        const char *key = json_key(member);
        if (text_equal(key, "behaviour") || text_equal(key, "about") ||
            text_equal(key, "reviewed_by"))
            continue;
        if (!channel_parse(key, &channel))
            return fault(reading, member,
                         "a channel is wanted here: sms, email or voice");
        if (!read_channel(reading, member,
                          &reading->behaviour->channels[channel]))
            return false;
    }
    return true;
}

struct behaviour *behaviour_load(const char *path, struct error *err)
{
    struct buf text;
    struct json_place place = {0};
    struct behaviour *behaviour = memory_new(sizeof(*behaviour));
    struct reading reading = {.path = path, .behaviour = behaviour, .err = err};
    behaviour->arena = arena_new();
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        behaviour->channels[i].after_ms = MINUTE_MS;
        behaviour->channels[i].replies_after_ms = HOUR_MS;
    }
    bool ok = file_read(path, FILE_MAX, &text, err);
    if (ok) {
        reading.doc =
            json_parse(text.data, text.len, JSON_COMMENTS, err, &place);
        if (!reading.doc) {
            struct error why = *err;
            ok = error_set(err, ERROR_INPUT, "%s:%d:%d: error: %s", path,
                           place.line, place.column, why.text);
        }
    }
    ok = ok && read_file(&reading);
    json_free(reading.doc);
    buf_free(&text);
    if (ok)
        return behaviour;
    behaviour_free(behaviour);
    return NULL;
}

void behaviour_free(struct behaviour *behaviour)
{
    if (!behaviour)
        return;
    arena_free(behaviour->arena);
    free(behaviour);
}

/* Behaving ------------------------------------------------------------------
 */

/* Around `middle`: from a third of it to about three times as long. */
static int64_t draw_time(struct random *random, int64_t middle)
{
    double spread = random_unit(random) * 2 - 1;
    double factor = spread < 0 ? 1 + spread * 2 / 3 : 1 + spread * 2;
    return (int64_t)((double)middle * factor);
}

static enum outcome draw_outcome(struct random *random,
                                 const struct behaviour_channel *channel)
{
    double at = random_unit(random);
    for (size_t i = 0; i < channel->outcome_count; i++) {
        at -= channel->outcomes[i].share;
        if (at < 0)
            return channel->outcomes[i].outcome;
    }
    return OUTCOME_DELIVERED;
}

static void draw_reply(struct behaving *behaving, struct random *random,
                       const struct behaviour_channel *channel,
                       const struct fake_message *message, int64_t after_ms)
{
    for (size_t i = 0; i < channel->reply_count; i++) {
        const char *when = channel->replies[i].when;
        if (when && !strstr(message->text, when))
            continue;
        if (random_unit(random) >= channel->replies[i].share)
            continue;
        fake_reply(behaving->driver, message->channel, message->to, NULL,
                   channel->replies[i].says,
                   message->submitted_at + after_ms +
                       draw_time(random, channel->replies_after_ms));
        return;
    }
}

/* By what the message is, so that no other message moves it. */
static struct random random_of(const struct behaving *behaving,
                               const struct fake_message *message)
{
    uint8_t digest[SHA256_BYTES];
    struct random random = {.state = behaving->seed};
    hash_sha256(message->to, strlen(message->to), digest);
    for (int i = 0; i < 8; i++)
        random.state = random.state * 257 + digest[i];
    random.state += (uint64_t)message->submitted_at;
    random_next(&random);
    return random;
}

static void on_submit(void *arg, const struct fake_message *message,
                      struct fake_answer *answer)
{
    struct behaving *behaving = arg;
    const struct behaviour_channel *channel =
        &behaving->behaviour->channels[message->channel];
    struct random random = random_of(behaving, message);
    enum outcome outcome = draw_outcome(&random, channel);
    int64_t after_ms = LATENCY_MS + draw_time(&random, channel->after_ms);
    bool call = message->channel == CHANNEL_VOICE;
    struct fake_event taken = {
        .after_ms = LATENCY_MS,
        .outcome = OUTCOME_ACCEPTED,
        .ended = !call,
        .rank = 2,
        .retry_after_ms = -1,
    };
    struct fake_event last = {
        .after_ms = after_ms,
        .outcome = outcome,
        .ended = call,
        .receipt = !call,
        .rank = 4,
        .retry_after_ms = -1,
    };
    if (outcome == OUTCOME_UNKNOWN) { /* the answer never came */
        taken.outcome = OUTCOME_UNKNOWN;
        taken.ended = true;
        answer->events[answer->count++] = taken;
        return;
    }
    answer->events[answer->count++] = taken;
    answer->events[answer->count++] = last;
    if (outcome_evidence(outcome) >= EVIDENCE_DELIVERED)
        draw_reply(behaving, &random, channel, message, after_ms);
}

void behave(struct behaving *behaving)
{
    fake_on_submit(behaving->driver, on_submit, behaving);
}
