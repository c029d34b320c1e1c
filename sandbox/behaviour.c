/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Make-believe carriers and patients, for the simulator and the sandbox. Reads
 * the file of shares and draws from them; keeps nothing of its own, so that the
 * same seed gives the same world however the days are cut.
 */
#include "sandbox/behaviour.h"

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
                         struct behaviour_replies *out)
{
    for (const struct json_node *item = json_first(node); item;
         item = json_next(item)) {
        double alone = 0;
        if (out->count == BEHAVIOUR_REPLIES_MAX)
            return fault(reading, item, "at most 32 replies");
        struct behaviour_reply *reply = &out->items[out->count++];
        const char *when = json_get_text(item, "when");
        const char *says = json_get_text(item, "says");
        if (!says)
            return fault(reading, item, "a reply wants \"says\"");
        reply->says = arena_text(reading->behaviour->arena, says);
        reply->when = when ? arena_text(reading->behaviour->arena, when) : NULL;
        if (!read_share(reading, json_get(item, "share"), &alone,
                        &reply->share))
            return false;
    }
    return true;
}

/* Shares by name, each at its place in `names`. */
static bool read_shares(const struct reading *reading,
                        const struct json_node *node, const char *const *names,
                        size_t count, double *out)
{
    double sum = 0;
    for (const struct json_node *item = json_first(node); item;
         item = json_next(item)) {
        size_t i = 0;
        while (i < count && !text_equal(names[i], json_key(item)))
            i++;
        if (i == count)
            return fault(reading, item,
                         "there are the troubles \"too-many\", \"error\", "
                         "\"closed\", \"cut\" and \"slow\", and receipts "
                         "\"twice\" and \"disordered\"");
        if (!read_share(reading, item, &sum, &out[i]))
            return false;
    }
    return true;
}

static bool read_member(const struct reading *reading,
                        const struct json_node *node,
                        struct behaviour_channel *out)
{
    static const char *const troubles[] = {"too-many", "error", "closed", "cut",
                                           "slow"};
    static const char *const receipts[] = {"twice", "disordered"};
    const char *key = json_key(node);
    if (text_equal(key, "outcomes"))
        return read_outcomes(reading, node, out);
    if (text_equal(key, "replies"))
        return read_replies(reading, node, &out->replies);
    if (text_equal(key, "keys"))
        return read_replies(reading, node, &out->keys);
    if (text_equal(key, "after"))
        return read_time(reading, node, &out->after_ms);
    if (text_equal(key, "replies_after"))
        return read_time(reading, node, &out->replies_after_ms);
    if (text_equal(key, "troubles"))
        return read_shares(reading, node, troubles, TROUBLE_NONE,
                           out->troubles);
    if (text_equal(key, "receipts"))
        return read_shares(reading, node, receipts, RECEIPTS_PLAIN,
                           out->receipts);
    return fault(reading, node,
                 "a channel has \"outcomes\", \"after\", \"replies\", "
                 "\"replies_after\", \"keys\", \"troubles\" and "
                 "\"receipts\"");
}

static bool read_channel(const struct reading *reading,
                         const struct json_node *node,
                         struct behaviour_channel *out)
{
    for (const struct json_node *member = json_first(node); member;
         member = json_next(member))
        if (!read_member(reading, member, out))
            return false;
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

static const char *draw_reply(struct random *random,
                              const struct behaviour_replies *replies,
                              const char *text)
{
    for (size_t i = 0; i < replies->count; i++) {
        const struct behaviour_reply *reply = &replies->items[i];
        if (reply->when && !strstr(text, reply->when))
            continue;
        if (random_unit(random) < reply->share)
            return reply->says;
    }
    return NULL;
}

/* The place among `shares` that is drawn; `count`: none of them. */
static size_t draw_share(struct random *random, const double *shares,
                         size_t count)
{
    double at = random_unit(random);
    for (size_t i = 0; i < count; i++) {
        at -= shares[i];
        if (at < 0)
            return i;
    }
    return count;
}

/* By what the message is, so that no other message moves it. */
static struct random random_of(uint64_t seed,
                               const struct behaviour_message *message)
{
    uint8_t digest[SHA256_BYTES];
    struct random random = {.state = seed};
    hash_sha256(message->to, strlen(message->to), digest);
    for (int i = 0; i < 8; i++)
        random.state = random.state * 257 + digest[i];
    random.state += (uint64_t)message->turn;
    random_next(&random);
    return random;
}

void behaviour_draw(const struct behaviour *behaviour, uint64_t seed,
                    const struct behaviour_message *message,
                    struct behaviour_end *out)
{
    const struct behaviour_channel *channel =
        &behaviour->channels[message->channel];
    struct random random = random_of(seed, message);
    *out = (struct behaviour_end){0};
    out->outcome = draw_outcome(&random, channel);
    out->after_ms = draw_time(&random, channel->after_ms);
    if (outcome_evidence(out->outcome) < EVIDENCE_DELIVERED)
        return;
    out->says = draw_reply(&random, &channel->replies, message->text);
    if (out->says)
        out->says_after_ms = draw_time(&random, channel->replies_after_ms);
}

/* Each question has a stream of its own: one more asked moves no other. */
enum { STREAM_TROUBLE = 1, STREAM_RECEIPTS, STREAM_KEY };

static struct random stream_of(uint64_t seed, uint64_t stream,
                               const struct behaviour_message *message)
{
    struct random mix = {.state = seed ^ (stream << 56)};
    return random_of(random_next(&mix), message);
}

enum behaviour_trouble behaviour_trouble(
    const struct behaviour *behaviour, uint64_t seed,
    const struct behaviour_message *message)
{
    struct random random = stream_of(seed, STREAM_TROUBLE, message);
    return (enum behaviour_trouble)draw_share(
        &random, behaviour->channels[message->channel].troubles, TROUBLE_NONE);
}

enum behaviour_receipts behaviour_receipts(
    const struct behaviour *behaviour, uint64_t seed,
    const struct behaviour_message *message)
{
    struct random random = stream_of(seed, STREAM_RECEIPTS, message);
    return (enum behaviour_receipts)draw_share(
        &random, behaviour->channels[message->channel].receipts,
        RECEIPTS_PLAIN);
}

const char *behaviour_key(const struct behaviour *behaviour, uint64_t seed,
                          const struct behaviour_message *message)
{
    struct random random = stream_of(seed, STREAM_KEY, message);
    return draw_reply(&random, &behaviour->channels[message->channel].keys,
                      message->text);
}

static void on_submit(void *arg, const struct fake_message *message,
                      struct fake_answer *answer)
{
    struct behaving *behaving = arg;
    const struct behaviour_message drawn = {.channel = message->channel,
                                            .to = message->to,
                                            .text = message->text,
                                            .turn = message->submitted_at};
    struct behaviour_end end;
    bool call = message->channel == CHANNEL_VOICE;
    behaviour_draw(behaving->behaviour, behaving->seed, &drawn, &end);
    struct fake_event taken = {
        .after_ms = LATENCY_MS,
        .outcome = OUTCOME_ACCEPTED,
        .ended = !call,
        .rank = 2,
        .retry_after_ms = -1,
    };
    struct fake_event last = {
        .after_ms = LATENCY_MS + end.after_ms,
        .outcome = end.outcome,
        .ended = call,
        .receipt = !call,
        .rank = 4,
        .retry_after_ms = -1,
    };
    if (end.outcome == OUTCOME_UNKNOWN) { /* the answer never came */
        taken.outcome = OUTCOME_UNKNOWN;
        taken.ended = true;
        answer->events[answer->count++] = taken;
        return;
    }
    answer->events[answer->count++] = taken;
    answer->events[answer->count++] = last;
    if (end.says)
        fake_reply(behaving->driver, message->channel, message->to, NULL,
                   end.says,
                   message->submitted_at + last.after_ms + end.says_after_ms);
}

void behave(struct behaving *behaving)
{
    fake_on_submit(behaving->driver, on_submit, behaving);
}
