/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of a described provider: who is believed, and what patients wrote. */
#include "channels/provider_hook.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/options.h"
#include "channels/provider_rules.h"
#include "channels/provider_template.h"

#define SIGNED_MAX (1u << 20)
#define AGAIN_KEPT 1024
#define BODY "{{body}}"
#define TIMESTAMP "{{timestamp}}"
#define TOLERANCE_S 300

struct provider_hook {
    bool is_form;
    /* the signature */
    const char *header, *prefix, *signs, *secret;
    bool base64;
    const char *timestamp; /* its header; NULL: none */
    bool milliseconds;
    int64_t tolerance_ms;
    /* where a patient's words stand; NULL: nowhere */
    const char *from, *to, *text, *id, *about;
    const char *country; /* of numbers without '+'; NULL */
    /* what was heard, by its hash: a ring */
    uint64_t heard[AGAIN_KEPT];
    size_t heard_count;
};

static const char *const hook_members[] = {"format", "signature", "timestamp",
                                           NULL};
static const char *const signature_members[] = {"header", "encoding", "prefix",
                                                "signs",  "secret",   NULL};
static const char *const timestamp_members[] = {"header", "unit", "tolerance_s",
                                                NULL};
static const char *const reply_members[] = {"from", "to",    "text",
                                            "id",   "about", NULL};

/* --- reading the description ---------------------------------------------- */

struct reader {
    const struct driver_config *config;
    struct arena *arena;
    struct error *err;
};

static bool text_of(const struct reader *reader, const struct json_node *object,
                    const char *member, bool required, const char **out)
{
    return option_member(reader->config, object, member, required,
                         reader->arena, out, reader->err);
}

/* One of two words; the first where nothing is said. */
static bool choice_of(const struct reader *reader,
                      const struct json_node *object, const char *member,
                      const char *const words[2], bool *second)
{
    const char *word = words[0];

    if (!text_of(reader, object, member, false, &word))
        return false;
    *second = text_equal(word, words[1]);
    return *second || text_equal(word, words[0]) ||
           option_fault(reader->config, json_get(object, member), reader->err,
                        "'%s' is \"%s\" or \"%s\"", member, words[0], words[1]);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part))) {
        text += strlen(part);
        count++;
    }
    return count;
}

static bool secret_find(const struct reader *reader,
                        const struct json_node *signature,
                        const struct provider_secret *secrets,
                        struct provider_hook *hook)
{
    const char *name = NULL;

    if (!text_of(reader, signature, "secret", true, &name))
        return false;
    for (; secrets; secrets = secrets->next)
        if (text_equal(secrets->name, name))
            hook->secret = secrets->value;
    return hook->secret ||
           option_fault(reader->config, json_get(signature, "secret"),
                        reader->err,
                        "'%s' is no name of 'secrets': the key "
                        "of a signature stands there",
                        name);
}

static bool signature_read(const struct reader *reader,
                           const struct json_node *node,
                           const struct provider_secret *secrets,
                           struct provider_hook *hook)
{
    static const char *const encodings[] = {"hex", "base64"};
    const struct json_node *signature = json_get(node, "signature");

    if (!signature)
        return option_fault(reader->config, node, reader->err,
                            "'signature' is missing here: whoever calls must "
                            "prove who it is");
    hook->signs = hook->timestamp ? TIMESTAMP "." BODY : BODY;
    hook->prefix = "";
    if (!option_object(reader->config, signature, signature_members,
                       reader->err) ||
        !text_of(reader, signature, "header", true, &hook->header) ||
        !text_of(reader, signature, "prefix", false, &hook->prefix) ||
        !text_of(reader, signature, "signs", false, &hook->signs) ||
        !choice_of(reader, signature, "encoding", encodings, &hook->base64) ||
        !secret_find(reader, signature, secrets, hook))
        return false;
    if (occurrences(hook->signs, BODY) != 1 ||
        occurrences(hook->signs, TIMESTAMP) != (hook->timestamp ? 1 : 0))
        return option_fault(reader->config, json_get(signature, "signs"),
                            reader->err,
                            "'signs' holds " BODY " once, and " TIMESTAMP
                            " once where there is a 'timestamp': what is not "
                            "signed proves nothing");
    return true;
}

static bool timestamp_read(const struct reader *reader,
                           const struct json_node *node,
                           struct provider_hook *hook)
{
    static const char *const units[] = {"s", "ms"};
    const struct json_node *timestamp = json_get(node, "timestamp");
    const struct json_node *tolerance = json_get(timestamp, "tolerance_s");
    int64_t seconds = TOLERANCE_S;

    if (!timestamp)
        return true;
    if (!option_object(reader->config, timestamp, timestamp_members,
                       reader->err) ||
        !text_of(reader, timestamp, "header", true, &hook->timestamp) ||
        !choice_of(reader, timestamp, "unit", units, &hook->milliseconds))
        return false;
    if (tolerance &&
        (!json_integer(tolerance, &seconds) || seconds < 1 || seconds > 3600))
        return option_fault(reader->config, tolerance, reader->err,
                            "'tolerance_s' is a whole number from 1 to 3600");
    hook->tolerance_ms = seconds * SECOND_MS;
    return true;
}

static bool reply_read(const struct reader *reader,
                       const struct json_node *node, struct provider_hook *hook)
{
    return option_object(reader->config, node, reply_members, reader->err) &&
           text_of(reader, node, "from", true, &hook->from) &&
           text_of(reader, node, "to", true, &hook->to) &&
           text_of(reader, node, "text", true, &hook->text) &&
           text_of(reader, node, "id", true, &hook->id) &&
           text_of(reader, node, "about", false, &hook->about);
}

bool provider_hook_read(const struct driver_config *config,
                        const struct provider_secret *secrets,
                        struct arena *arena, struct provider_hook **out,
                        struct error *err)
{
    static const char *const formats[] = {"json", "form"};
    const struct json_node *node = json_get(config->node, "hook");
    const struct json_node *reply = json_get(config->node, "reply");
    const struct reader reader = {config, arena, err};
    struct provider_hook *hook;

    *out = NULL;
    if (!node)
        return !reply || option_fault(config, reply, err,
                                      "'reply' says where words stand, and no "
                                      "'hook' says who brings them");
    if (!reply && !json_get(config->node, "receipt"))
        return option_fault(config, node, err,
                            "there is a 'hook' and nothing to hear: say how a "
                            "'receipt' or a 'reply' looks");
    hook = arena_alloc(arena, sizeof(*hook));
    hook->country = arena_text(arena, config->country);
    if (!option_object(config, node, hook_members, err) ||
        !choice_of(&reader, node, "format", formats, &hook->is_form) ||
        !timestamp_read(&reader, node, hook) ||
        !signature_read(&reader, node, secrets, hook) ||
        (reply && !reply_read(&reader, reply, hook)))
        return false;
    *out = hook;
    return true;
}

bool provider_hook_replies(const struct provider_hook *hook)
{
    return hook && hook->text;
}

bool provider_hook_is_form(const struct provider_hook *hook)
{
    return hook->is_form;
}

/* --- who is believed ------------------------------------------------------ */

static void signed_text(const struct provider_hook *hook,
                        const struct driver_hook *call, const char *timestamp,
                        struct buf *out)
{
    const char *at = hook->signs;

    while (*at) {
        size_t len = strcspn(at + 1, "{") + 1;

        if (text_starts(at, BODY)) {
            buf_add(out, call->body, call->body_len);
            len = strlen(BODY);
        } else if (hook->timestamp && text_starts(at, TIMESTAMP)) {
            buf_text(out, timestamp);
            len = strlen(TIMESTAMP);
        } else {
            buf_add(out, at, len);
        }
        at += len;
    }
}

static bool is_recent(const struct provider_hook *hook, const char *timestamp,
                      instant now)
{
    size_t len = timestamp ? strlen(timestamp) : 0;

    if (len == 0 || len > 15 || strspn(timestamp, "0123456789") != len)
        return false;
    instant at = strtoll(timestamp, NULL, 10);
    at *= hook->milliseconds ? 1 : SECOND_MS;
    return at >= now - hook->tolerance_ms && at <= now + hook->tolerance_ms;
}

bool provider_hook_signed(const struct provider_hook *hook,
                          const struct driver_hook *call, instant now)
{
    const char *signature = call->header(call->header_arg, hook->header);
    const char *timestamp =
        hook->timestamp ? call->header(call->header_arg, hook->timestamp)
                        : NULL;
    uint8_t mac[SHA256_BYTES];
    char expected[SHA256_HEX], given[SHA256_HEX];
    struct buf text;

    if (!signature || !text_starts(signature, hook->prefix) ||
        (hook->timestamp && !is_recent(hook, timestamp, now)))
        return false;
    buf_init(&text, SIGNED_MAX);
    signed_text(hook, call, timestamp, &text);
    bool whole = !text.overflow;
    hash_hmac_sha256(hook->secret, strlen(hook->secret), text.data, text.len,
                     mac);
    buf_free(&text);
    if (hook->base64)
        hash_base64(mac, sizeof(mac), expected);
    else
        hash_hex(mac, sizeof(mac), expected);
    signature += strlen(hook->prefix);
    size_t len = strlen(expected);
    if (!whole || strlen(signature) != len)
        return false;
    for (size_t i = 0; i <= len; i++) /* hex may come in capitals */
        given[i] = !hook->base64 && signature[i] >= 'A' && signature[i] <= 'F'
                       ? (char)(signature[i] - 'A' + 'a')
                       : signature[i];
    return hash_equal(expected, given, len);
}

bool provider_hook_is_again(struct provider_hook *hook, const char *what,
                            const char *id, const char *status)
{
    uint8_t hash[SHA256_BYTES];
    uint64_t mark;
    struct buf text;

    buf_init(&text, 4096);
    buf_format(&text, "%s\n%s\n%s", what, status, id);
    hash_sha256(text.data, text.len, hash);
    buf_free(&text);
    memcpy(&mark, hash, sizeof(mark));
    for (size_t i = 0; i < AGAIN_KEPT && i < hook->heard_count; i++)
        if (hook->heard[i] == mark)
            return true;
    hook->heard[hook->heard_count++ % AGAIN_KEPT] = mark;
    return false;
}

/* --- what a patient wrote ------------------------------------------------- */

static bool id_take(const char *text, char *out, size_t size)
{
    if (text_blank(text) || strlen(text) >= size)
        return false;
    text_copy(out, size, text);
    return true;
}

bool provider_read_reply(const struct provider_hook *hook,
                         const struct provider_body *body, enum channel channel,
                         instant now, struct provider_reply *out)
{
    char number[PROVIDER_NUMBER_MAX];
    const char *text, *about;

    if (!provider_hook_replies(hook))
        return false;
    *out = (struct provider_reply){0};
    text = provider_is_null(body, hook->text)
               ? "" /* a photo: a person looks */
               : provider_field(body, hook->text, out->number);
    if (!text ||
        !sender_read(channel, provider_field(body, hook->from, number),
                     hook->country, out->from) ||
        !sender_read_ours(channel, provider_field(body, hook->to, number),
                          hook->country, out->to) ||
        !id_take(provider_field(body, hook->id, number), out->id,
                 sizeof(out->id)))
        return false;
    about = hook->about ? provider_field(body, hook->about, number) : NULL;
    out->reply = (struct driver_reply){
        .channel = channel,
        .from = out->from,
        .to = out->to,
        .text = text,
        .provider_id = out->id,
        .about = about && id_take(about, out->about, sizeof(out->about))
                     ? out->about
                     : NULL,
        .received_at = now,
    };
    return true;
}

/* --- a call --------------------------------------------------------------- */

static enum hook_verdict status_hear(struct provider_hook *hook,
                                     const struct provider_rules *rules,
                                     const struct driver_host *host,
                                     const struct provider_body *body)
{
    struct provider_result result;
    const char *id;

    if (!provider_read_receipt(rules, body, clock_now(), &result))
        return HOOK_WRONG;
    id = result.reference[0] ? result.reference : result.id;
    if (!provider_hook_is_again(hook, "status", id, result.status))
        host->receipt(host->arg, result.reference[0] ? result.reference : NULL,
                      result.event.provider_id, &result.event);
    return HOOK_TAKEN;
}

static enum hook_verdict reply_hear(struct provider_hook *hook,
                                    enum channel channel,
                                    const struct driver_host *host,
                                    const struct provider_body *body)
{
    struct provider_reply reply;

    if (!provider_read_reply(hook, body, channel, clock_now(), &reply))
        return HOOK_WRONG;
    if (!provider_hook_is_again(hook, "reply", reply.id, ""))
        host->reply(host->arg, &reply.reply);
    return HOOK_TAKEN;
}

enum hook_verdict provider_hook_hear(struct provider_hook *hook,
                                     const struct provider_rules *rules,
                                     enum channel channel,
                                     const struct driver_host *host,
                                     const struct driver_hook *call)
{
    bool status = text_equal(call->what, "status");
    bool known =
        status ? provider_has_receipts(rules)
               : text_equal(call->what, "reply") && provider_hook_replies(hook);
    struct provider_body body;
    enum hook_verdict verdict;

    if (!provider_hook_signed(hook, call, clock_now()))
        return HOOK_FORGED;
    if (!known)
        return HOOK_UNKNOWN;
    if (!(status ? provider_body_read : provider_body_mend)(
            call->body, call->body_len, hook->is_form, &body))
        return HOOK_WRONG;
    verdict = status ? status_hear(hook, rules, host, &body)
                     : reply_hear(hook, channel, host, &body);
    provider_body_free(&body);
    return verdict;
}
