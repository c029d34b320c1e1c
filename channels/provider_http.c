/* SPDX-License-Identifier: Apache-2.0 */
/* The generic HTTP driver: any provider that takes a message in one request,
 * described in JSON (docs/drivers.md), without a line of C.
 *
 * The description is read and checked when the provider is opened; a fault
 * names its member and place. It sends each message once: a second time only
 * where the description gives an idempotency header, and then because the
 * owner submits it again. Secrets are put into requests and nowhere else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/codes.h"
#include "channels/driver.h"
#include "channels/options.h"
#include "channels/provider_hook.h"
#include "channels/provider_rules.h"
#include "channels/provider_template.h"
#include "channels/secret.h"
#include "channels/wire.h"

#define HEADERS_MAX 16
#define BODY_MAX (1u << 20)
#define PART_MAX (16u << 10) /* an address, a header */

struct driver {
    struct driver_host host;
    struct arena *arena;
    struct wire *wire;
    struct codes *http;
    struct provider_rules *rules;
    struct provider_hook *hook; /* NULL: nobody calls */
    bool called;                /* somebody can */
    struct provider_secret *secrets;
    enum channel channel;
    bool receives_replies;
    int total_ms; /* for one request; 0: the default */
    const char *from;
    const char *organisation;
    const char *method;
    const char *idempotency_header;
    int64_t key_life_ms;
    struct provider_template *url;
    struct provider_template *headers[HEADERS_MAX];
    size_t header_count;
    struct provider_template *body;            /* NULL: none */
    const char *content_type;                  /* NULL: in the headers */
    struct provider_template *user, *password; /* NULL: no Basic */
};

struct exchange {
    struct driver *driver;
    int64_t attempt_id;
    enum outcome decided; /* OUTCOME_NONE: the answer decides */
};

/* --- reading the description --------------------------------------------- */

static const char *const request_members[] = {
    "method", "url", "headers", "format", "body", "basic", NULL};
static const char *const basic_members[] = {"user", "password", NULL};

static bool secrets_read(struct driver *driver,
                         const struct driver_config *config, struct error *err)
{
    const struct json_node *object = json_get(config->node, "secrets");
    const struct json_node *member;

    if (object && json_type(object) != JSON_OBJECT)
        return option_fault(config, object, err, "'secrets' must be an object");
    for (member = json_first(object); member; member = json_next(member)) {
        struct provider_secret *secret =
            arena_alloc(driver->arena, sizeof(*secret));

        if (!secret_read_object(config, member, &secret->value, err))
            return false;
        secret->name = arena_text(driver->arena, json_key(member));
        secret->next = driver->secrets;
        driver->secrets = secret;
    }
    return true;
}

/* The host is ours to say, never a message's. */
static bool url_check(const struct driver_config *config,
                      const struct json_node *node, struct error *err)
{
    const char *url = json_text(node);
    const char *host = url ? strstr(url, "://") : NULL;

    if (!host ||
        (!text_starts(url, "https://") && !text_starts(url, "http://")))
        return option_fault(config, node, err,
                            "'url' must begin with https:// or http://");
    host += 3;
    if (strcspn(host, "/?#") == 0 || memchr(host, '{', strcspn(host, "/?#")))
        return option_fault(config, node, err,
                            "'url' must name its host itself, without {{ }}");
    return true;
}

static bool headers_read(struct driver *driver,
                         const struct driver_config *config,
                         const struct json_node *object, struct error *err)
{
    const struct json_node *member;

    for (member = json_first(object); member; member = json_next(member)) {
        struct provider_template *value;

        if (driver->header_count == HEADERS_MAX)
            return option_fault(config, member, err, "at most %d headers",
                                HEADERS_MAX);
        if (strspn(json_key(member), "abcdefghijklmnopqrstuvwxyz-"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") !=
                strlen(json_key(member)) ||
            json_key(member)[0] == '\0')
            return option_fault(config, member, err,
                                "'%s' is no name of a header",
                                json_key(member));
        if (text_equal_nocase(json_key(member), "content-type"))
            driver->content_type = NULL;
        value = provider_template_read(config, member, PROVIDER_HEADER,
                                       driver->secrets, driver->arena, err);
        if (!value)
            return false;
        driver->headers[driver->header_count++] =
            provider_template_named(driver->arena, json_key(member), value);
    }
    return true;
}

static bool format_read(struct driver *driver,
                        const struct driver_config *config,
                        const struct json_node *request,
                        enum provider_format *format, struct error *err)
{
    static const struct {
        const char *name;
        enum provider_format format;
        const char *type;
    } rows[] = {
        {"json", PROVIDER_JSON, "Content-Type: application/json"},
        {"form", PROVIDER_FORM,
         "Content-Type: application/x-www-form-urlencoded"},
        {"text", PROVIDER_TEXT, "Content-Type: text/plain; charset=utf-8"},
    };
    const struct json_node *node = json_get(request, "format");
    const char *name = node ? json_text(node) : "json";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!text_equal(rows[i].name, name))
            continue;
        *format = rows[i].format;
        driver->content_type = rows[i].type;
        return true;
    }
    return option_fault(config, node, err,
                        "'format' must be json, form or text");
}

static bool body_read(struct driver *driver, const struct driver_config *config,
                      const struct json_node *node, enum provider_format format,
                      struct error *err)
{
    if (!node) {
        driver->content_type = NULL;
        return true;
    }
    if (json_type(node) == JSON_OBJECT && format == PROVIDER_TEXT)
        return option_fault(config, node, err,
                            "a body of format text must be a text");
    driver->body =
        json_text(node)
            ? provider_template_read(config, node, format, driver->secrets,
                                     driver->arena, err)
            : provider_template_body(config, node, format, driver->secrets,
                                     driver->arena, err);
    return driver->body != NULL;
}

static bool basic_read(struct driver *driver,
                       const struct driver_config *config,
                       const struct json_node *basic, struct error *err)
{
    if (!basic)
        return true;
    if (json_type(basic) != JSON_OBJECT || !json_get(basic, "user") ||
        !json_get(basic, "password"))
        return option_fault(config, basic, err,
                            "'basic' must be an object of user and password");
    if (!options_known(config, basic, basic_members, NULL, err))
        return false;
    driver->user =
        provider_template_read(config, json_get(basic, "user"), PROVIDER_TEXT,
                               driver->secrets, driver->arena, err);
    if (!driver->user)
        return false;
    driver->password = provider_template_read(
        config, json_get(basic, "password"), PROVIDER_TEXT, driver->secrets,
        driver->arena, err);
    return driver->password != NULL;
}

static bool method_read(struct driver *driver,
                        const struct driver_config *config,
                        const struct json_node *node, struct error *err)
{
    static const char *const methods[] = {"POST", "PUT", "GET", "PATCH"};
    const char *name = node ? json_text(node) : "POST";

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (text_equal(methods[i], name))
            driver->method = methods[i];
    if (driver->method)
        return true;
    return option_fault(config, node, err,
                        "'method' must be POST, PUT, PATCH or GET");
}

static bool request_read(struct driver *driver,
                         const struct driver_config *config, struct error *err)
{
    const struct json_node *request = json_get(config->node, "request");
    const struct json_node *headers = json_get(request, "headers");
    enum provider_format format = PROVIDER_JSON;

    if (json_type(request) != JSON_OBJECT)
        return option_fault(config, request, err,
                            "'request' is missing: an object with url, "
                            "headers, body");
    if (!options_known(config, request, request_members, NULL, err) ||
        !method_read(driver, config, json_get(request, "method"), err) ||
        !url_check(config, json_get(request, "url"), err) ||
        !format_read(driver, config, request, &format, err) ||
        !body_read(driver, config, json_get(request, "body"), format, err) ||
        !basic_read(driver, config, json_get(request, "basic"), err))
        return false;
    if (headers && json_type(headers) != JSON_OBJECT)
        return option_fault(config, headers, err,
                            "'headers' must be an object");
    driver->url =
        provider_template_read(config, json_get(request, "url"), PROVIDER_FORM,
                               driver->secrets, driver->arena, err);
    return driver->url && headers_read(driver, config, headers, err);
}

/* "channels" is what every provider has; a description speaks one of them. */
static bool channel_read(struct driver *driver,
                         const struct driver_config *config, struct error *err)
{
    const struct json_node *list = json_get(config->node, "channels");
    const char *name = json_text(json_first(list));

    if (json_count(list) == 1 && name && channel_parse(name, &driver->channel))
        return true;
    return option_fault(config, list, err,
                        "a provider of driver http speaks one channel: write "
                        "\"channels\": [\"sms\"] (or email, voice)");
}

static bool description_read(struct driver *driver,
                             const struct driver_config *config,
                             struct error *err)
{
    const char *header;
    const char *from;
    int64_t timeout_s, key_minutes;

    if (!channel_read(driver, config, err))
        return false;
    if (!option_text(config, "from", "", &from, err) ||
        !option_text(config, "idempotency_header", NULL, &header, err) ||
        !option_integer(config, "idempotency_minutes", 10, 1, 24 * 60,
                        &key_minutes, err) ||
        !option_flag(config, "receives_replies", false,
                     &driver->receives_replies, err) ||
        !option_integer(config, "timeout_s", 30, 1, 300, &timeout_s, err) ||
        !secrets_read(driver, config, err) ||
        !request_read(driver, config, err))
        return false;
    driver->total_ms = (int)(timeout_s * SECOND_MS);
    driver->from = arena_text(driver->arena, from);
    driver->idempotency_header =
        header ? arena_text(driver->arena, header) : NULL;
    /* A repetition, too, may be under way until its time is out. */
    driver->key_life_ms =
        header ? key_minutes * MINUTE_MS - driver->total_ms : 0;
    driver->organisation = arena_text(
        driver->arena, config->organisation ? config->organisation : "");
    driver->rules = provider_rules_read(config, driver->arena, err);
    if (!driver->rules ||
        !provider_hook_read(config, driver->secrets, driver->arena,
                            &driver->hook, err))
        return false;
    driver->called = driver->hook && config->hook_url;
    driver->receives_replies |=
        driver->called && provider_hook_replies(driver->hook);
    return true;
}

/* --- the driver ---------------------------------------------------------- */

static void provider_close(struct driver *driver)
{
    struct provider_secret *secret;

    if (!driver)
        return;
    wire_free(driver->wire);
    for (secret = driver->secrets; secret; secret = secret->next)
        secret_free(secret->value);
    codes_free(driver->http);
    arena_free(driver->arena);
    free(driver);
}

static struct driver *provider_open(const struct driver_config *config,
                                    const struct driver_host *host,
                                    struct error *err)
{
    struct driver *driver = memory_new(sizeof(*driver));

    driver->host = *host;
    driver->arena = arena_new();
    if (!description_read(driver, config, err)) {
        provider_close(driver);
        return NULL;
    }
    if (!host->http) {
        provider_close(driver);
        error_set(err, ERROR_CANNOT,
                  "provider '%s': driver http reaches real people and cannot "
                  "run under a pretended time: use the outbox",
                  config->name);
        return NULL;
    }
    driver->wire = wire_new(host->http);
    driver->http = codes_plain_http();
    return driver;
}

static void decided_tell(struct exchange *exchange,
                         const struct http_answer *answer)
{
    struct driver_host *host = &exchange->driver->host;
    struct driver_event event = {
        .outcome = exchange->decided,
        .ended = true,
        .at = clock_now(),
        .status = outcome_name(exchange->decided),
        .detail = answer->error,
        .retry_after_ms = -1,
    };

    host->event(host->arg, exchange->attempt_id, &event);
}

static void submit_done(void *arg, const struct http_answer *answer)
{
    struct exchange *exchange = arg;
    struct driver *driver = exchange->driver;
    struct provider_result result;

    if (exchange->decided != OUTCOME_NONE) {
        decided_tell(exchange, answer);
    } else {
        provider_read_answer(driver->rules, driver->http, answer, clock_now(),
                             &result);
        driver->host.event(driver->host.arg, exchange->attempt_id,
                           &result.event);
    }
    free(exchange);
}

/* The parts of one request, rendered. */
struct parts {
    struct buf url, body, user, password;
    struct buf headers[HEADERS_MAX + 2];
    const char *lines[HEADERS_MAX + 3];
    size_t count;
    bool overflow;
};

static void part_render(struct parts *parts, struct buf *out, size_t max,
                        const struct provider_template *template,
                        const struct provider_values *values)
{
    buf_init(out, max);
    if (template)
        provider_template_render(template, values, out);
    parts->overflow |= out->overflow;
}

static struct buf *header_next(struct parts *parts)
{
    struct buf *line = &parts->headers[parts->count++];

    buf_init(line, PART_MAX);
    return line;
}

static void parts_render(struct driver *driver, struct parts *parts,
                         const struct outgoing *message)
{
    struct provider_values values = {message, driver->from,
                                     driver->organisation};

    memset(parts, 0, sizeof(*parts));
    part_render(parts, &parts->url, PART_MAX, driver->url, &values);
    part_render(parts, &parts->body, BODY_MAX, driver->body, &values);
    part_render(parts, &parts->user, PART_MAX, driver->user, &values);
    part_render(parts, &parts->password, PART_MAX, driver->password, &values);
    for (size_t i = 0; i < driver->header_count; i++) {
        struct buf *line = header_next(parts);

        provider_template_render(driver->headers[i], &values, line);
        parts->overflow |= line->overflow;
    }
    if (driver->content_type)
        buf_text(header_next(parts), driver->content_type);
    if (driver->idempotency_header)
        buf_format(header_next(parts), "%s: %s", driver->idempotency_header,
                   message->reference);
    for (size_t i = 0; i < parts->count; i++)
        parts->lines[i] = parts->headers[i].data;
}

static void parts_free(struct parts *parts)
{
    buf_free(&parts->url);
    buf_free(&parts->body);
    buf_free(&parts->user);
    buf_free(&parts->password);
    for (size_t i = 0; i < parts->count; i++)
        buf_free(&parts->headers[i]);
}

static void provider_submit(struct driver *driver,
                            const struct outgoing *message)
{
    struct exchange *exchange = memory_new(sizeof(*exchange));
    struct parts parts;
    struct http_request request;

    exchange->driver = driver;
    exchange->attempt_id = message->attempt_id;
    if (message->valid_until <= message->submitted_at) {
        exchange->decided = OUTCOME_EXPIRED;
        wire_skip(driver->wire, "its time was over before it was handed over",
                  submit_done, exchange);
        return;
    }
    parts_render(driver, &parts, message);
    request = (struct http_request){
        .method = driver->method,
        .url = parts.url.data,
        .headers = parts.lines,
        .body = driver->body ? parts.body.data : NULL,
        .body_len = parts.body.len,
        .user = driver->user ? parts.user.data : NULL,
        .password = driver->user ? parts.password.data : NULL,
        .total_ms = driver->total_ms,
    };
    if (parts.overflow) {
        exchange->decided = OUTCOME_BAD_CONTENT;
        wire_skip(driver->wire, "the request would be larger than 1 MiB",
                  submit_done, exchange);
    } else {
        wire_send(driver->wire, &request, submit_done, exchange);
    }
    parts_free(&parts);
}

static bool provider_admits(const struct driver *driver,
                            const struct outgoing *message, struct error *err)
{
    if (message->channel != driver->channel)
        return error_set(err, ERROR_CANNOT, "this provider sends %s, not %s",
                         channel_name(driver->channel),
                         channel_name(message->channel));
    if (message->invites_reply && !driver->receives_replies)
        return error_set(err, ERROR_CANNOT,
                         "the text asks for a reply and nothing would receive "
                         "it: when somebody reads the provider's inbox, set "
                         "\"receives_replies\": true in its section");
    return true;
}

/* Where nothing hears a receipt, to wait for one would be to wait for nothing,
 * and send everybody the next rung of a ladder too. */
static enum evidence provider_evidence(const struct driver *driver,
                                       enum channel channel)
{
    enum evidence most = driver->called
                             ? provider_receipt_evidence(driver->rules)
                             : EVIDENCE_NONE;

    if (channel != driver->channel)
        return EVIDENCE_NONE;
    return most > EVIDENCE_ACCEPTED ? most : EVIDENCE_ACCEPTED;
}

static bool provider_by_id(const struct driver *driver)
{
    return driver->called && provider_receipt_by_id(driver->rules);
}

static enum hook_verdict provider_call(struct driver *driver,
                                       const struct driver_hook *call,
                                       struct hook_answer *answer)
{
    (void)answer;
    return driver->hook
               ? provider_hook_hear(driver->hook, driver->rules,
                                    driver->channel, &driver->host, call)
               : HOOK_UNKNOWN;
}

static int64_t provider_key_life_ms(const struct driver *driver)
{
    return driver->key_life_ms;
}

static instant provider_tick(struct driver *driver, instant now)
{
    (void)now;
    wire_tick(driver->wire);
    return INSTANT_NEVER;
}

static const char *const provider_members[] = {
    "channels",
    "from",
    "request",
    "success",
    "id",
    "errors",
    "receipt",
    "secrets",
    "receives_replies",
    "idempotency_header",
    "idempotency_minutes",
    "timeout_s",
    "hook",
    "reply",
    NULL,
};
static const char *const provider_secrets[] = {"secrets", NULL};

const struct channel_driver driver_http = {
    .name = "http",
    .channels = 1u << CHANNEL_SMS | 1u << CHANNEL_EMAIL | 1u << CHANNEL_VOICE,
    .live = true,
    .secrets = provider_secrets,
    .members = provider_members,
    .open = provider_open,
    .close = provider_close,
    .evidence = provider_evidence,
    .admits = provider_admits,
    .submit = provider_submit,
    .key_life_ms = provider_key_life_ms,
    .by_id = provider_by_id,
    .hook = provider_call,
    .tick = provider_tick,
};
