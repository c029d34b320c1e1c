/* SPDX-License-Identifier: Apache-2.0 */
/* A driver for a make-believe provider, "postcard": one POST a message. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"

#include "channels/driver.h"
#include "channels/options.h"
#include "channels/secret.h"
#include "channels/wire.h"

#define REQUEST_MAX (64u << 10)

struct driver {
    struct driver_host host; /* where events go */
    struct wire *wire;       /* our requests under way */
    char *url;
    char *token; /* "Authorization: Bearer ..." */
};

struct exchange {
    struct driver *driver;
    int64_t attempt_id;
};

static void postcard_close(struct driver *driver)
{
    wire_free(driver->wire); /* ends every attempt under way (rule 7) */
    secret_free(driver->token);
    free(driver->url);
    free(driver);
}

static struct driver *postcard_open(const struct driver_config *config,
                                    const struct driver_host *host,
                                    struct error *err)
{
    struct driver *driver;
    const char *url;
    char *token;

    if (!option_url(config, "url", "https://api.postcard.example", &url, err) ||
        !secret_read(config, "token", true, &token, err))
        return NULL;
    driver = memory_new(sizeof(*driver));
    driver->host = *host;
    driver->wire = wire_new(host->http);
    driver->url = memory_text(url);
    driver->token = token;
    return driver;
}

/* What the answer proves, as one of our outcomes (rules 5 and 6). */
static enum outcome postcard_outcome(const struct http_answer *answer)
{
    switch (answer->end) {
    case HTTP_NOT_SENT:
        return OUTCOME_NOT_SENT;
    case HTTP_UNKNOWN:
        return OUTCOME_UNKNOWN;
    case HTTP_ANSWERED:
        break;
    }
    if (answer->status == 202)
        return OUTCOME_ACCEPTED;
    if (answer->status == 429)
        return OUTCOME_THROTTLED;
    if (answer->status == 401 || answer->status == 403)
        return OUTCOME_MISCONFIGURED;
    if (answer->status == 410)
        return OUTCOME_OPTED_OUT;
    if (answer->status >= 400 && answer->status < 500)
        return OUTCOME_BAD_CONTENT;
    return OUTCOME_UNKNOWN;
}

static void postcard_done(void *arg, const struct http_answer *answer)
{
    struct exchange *exchange = arg;
    struct driver_host *host = &exchange->driver->host;
    enum outcome outcome = postcard_outcome(answer);
    struct driver_event event = {
        .outcome = outcome,
        .ended = true,
        .at = clock_now(),
        .status = outcome_name(outcome),
        .detail = answer->error,
        .retry_after_ms = answer->retry_after_ms,
    };

    host->event(host->arg, exchange->attempt_id, &event);
    free(exchange);
}

static void postcard_submit(struct driver *driver,
                            const struct outgoing *message)
{
    struct exchange *exchange = memory_new(sizeof(*exchange));
    struct json_writer json;
    struct buf body, bearer;

    exchange->driver = driver;
    exchange->attempt_id = message->attempt_id;
    buf_init(&body, REQUEST_MAX);
    json_write_init(&json, &body);
    json_write_object(&json, NULL);
    json_write_text(&json, "to", message->to);
    json_write_text(&json, "text", message->text);
    json_write_text(&json, "reference", message->reference);
    json_write_end(&json, '}');
    buf_init(&bearer, REQUEST_MAX);
    buf_format(&bearer, "Authorization: Bearer %s", driver->token);
    wire_send(
        driver->wire,
        &(struct http_request){
            .method = "POST",
            .url = driver->url,
            .headers = (const char *const[]){"Content-Type: application/json",
                                             bearer.data, NULL},
            .body = body.data,
            .body_len = body.len,
        },
        postcard_done, exchange);
    buf_free(&bearer);
    buf_free(&body);
}

static enum evidence postcard_evidence(const struct driver *driver,
                                       enum channel channel)
{
    (void)driver;
    return channel == CHANNEL_SMS ? EVIDENCE_ACCEPTED : EVIDENCE_NONE;
}

static bool postcard_admits(const struct driver *driver,
                            const struct outgoing *message, struct error *err)
{
    (void)driver;
    if (!message->invites_reply)
        return true;
    return error_set(err, ERROR_CANNOT,
                     "nothing receives replies by postcard: use another "
                     "provider for this text");
}

static instant postcard_tick(struct driver *driver, instant now)
{
    (void)now;
    wire_tick(driver->wire);
    return INSTANT_NEVER;
}

static const char *const postcard_members[] = {
    "url", "token", "token_env", "token_file", "token_credential", NULL};
static const char *const postcard_secrets[] = {"token", NULL};

const struct channel_driver driver_postcard = {
    .name = "postcard",
    .channels = 1u << CHANNEL_SMS,
    .live = true,
    .secrets = postcard_secrets,
    .members = postcard_members,
    .open = postcard_open,
    .close = postcard_close,
    .evidence = postcard_evidence,
    .admits = postcard_admits,
    .submit = postcard_submit,
    .tick = postcard_tick,
};
