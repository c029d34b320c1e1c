/* SPDX-License-Identifier: Apache-2.0 */
/* The Twilio driver, and of every provider that speaks its API: SMS and calls
 * by POST, receipts and replies by polling: where nothing can call us, and for
 * what was said while it could not.
 *
 * There is no idempotency on creating a message there (domain.md 2.8), so
 * nothing is ever sent a second time by itself: what may have arrived ends
 * unknown, and query() can look it up. An SMS has ended, for us, with the
 * answer to its POST; a call when it is over. The token is never logged. */
#include "channels/twilio.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/options.h"
#include "channels/secret.h"
#include "channels/twilio_own.h"

#define FORM_MAX (64u << 10)
#define SAID_MAX (64u << 10) /* what Twilio takes as TwiML (V-6) */

/* --- requests on the wire ------------------------------------------------ */

struct twilio_exchange *twilio_exchange_new(struct driver *driver,
                                            enum channel channel,
                                            int64_t attempt_id)
{
    struct twilio_exchange *exchange = memory_new(sizeof(*exchange));

    exchange->driver = driver;
    exchange->channel = channel;
    exchange->attempt_id = attempt_id;
    return exchange;
}

void twilio_exchange_free(struct twilio_exchange *exchange)
{
    free(exchange->page);
    free(exchange->reference);
    free(exchange->question.to);
    free(exchange->question.text);
    free(exchange);
}

void twilio_start(struct twilio_exchange *exchange, http_done_fn *done,
                  const char *url, const char *body)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL};
    struct driver *driver = exchange->driver;
    struct http_request request = {
        .method = body ? "POST" : "GET",
        .url = url,
        .headers = headers + (body ? 0 : 1),
        .body = body,
        .body_len = body ? strlen(body) : 0,
        .user = driver->settings.user,
        .password = driver->password,
        .total_ms = (int)driver->settings.timeout_ms,
    };

    wire_send(driver->wire, &request, done, exchange);
}

/* --- the driver ---------------------------------------------------------- */

static void twilio_close(struct driver *driver);

/* An API key asks in the account's place, and never signs: what calls us is
 * believed by the account's own token (S-20). */
static bool secrets_open(struct driver *driver,
                         const struct driver_config *config, struct error *err)
{
    bool key = !text_equal(driver->settings.user, driver->settings.account_sid);

    if (!secret_read(config, "auth_token", !key, &driver->tokens[0], err) ||
        !secret_read(config, "former_auth_token", false, &driver->tokens[1],
                     err) ||
        !secret_read(config, "api_key_secret", key, &driver->password, err))
        return false;
    if (!key && driver->password)
        return option_fault(config, NULL, err,
                            "'api_key_sid' is missing: 'api_key_secret_...' "
                            "is the secret of an API key");
    if (!driver->tokens[0] && driver->settings.called)
        return option_fault(config, NULL, err,
                            "'auth_token_file' is missing: Twilio signs its "
                            "calls to us with the account's auth token, not "
                            "with an API key; name a file of mode 0600 that "
                            "holds it (or use 'auth_token_env', "
                            "'auth_token_credential'), or leave out \"http\" "
                            "and set \"poll\": true");
    if (!driver->password)
        driver->password = memory_text(driver->tokens[0]);
    return true;
}

static struct driver *twilio_open(const struct driver_config *config,
                                  const struct driver_host *host,
                                  struct error *err)
{
    struct driver *driver = memory_new(sizeof(*driver));

    driver->host = *host;
    driver->name = memory_text(config->name);
    driver->arena = arena_new();
    driver->codes = codes_twilio();
    driver->wire = wire_new(host->http);
    buf_init(&driver->said, SAID_MAX);
    if (!host->http) {
        error_set(err, ERROR_CANNOT,
                  "provider '%s': twilio reaches real people and cannot run "
                  "under a pretended time: use the outbox",
                  config->name);
        goto out;
    }
    if (!twilio_settings_read(config, driver->arena, &driver->settings, err) ||
        !secrets_open(driver, config, err))
        goto out;
    driver->page_size = driver->settings.page_size;
    return driver;
out:
    twilio_close(driver);
    return NULL;
}

static void submit_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver *driver = exchange->driver;
    struct twilio_result result;

    twilio_read_created(driver->codes, exchange->channel, answer, clock_now(),
                        &result);
    if (exchange->channel == CHANNEL_VOICE)
        twilio_call_placed(driver, exchange->attempt_id, &result);
    driver->host.event(driver->host.arg, exchange->attempt_id, &result.event);
    twilio_exchange_free(exchange);
}

/* A message whose time is over before it left: nothing to ask anybody. */
static void expired_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver_host *host = &exchange->driver->host;
    struct driver_event event = {
        .outcome = OUTCOME_EXPIRED,
        .ended = true,
        .at = clock_now(),
        .status = "expired",
        .detail = answer->error,
        .retry_after_ms = -1,
    };

    host->event(host->arg, exchange->attempt_id, &event);
    twilio_exchange_free(exchange);
}

static void twilio_submit(struct driver *driver, const struct outgoing *message)
{
    struct twilio_exchange *exchange =
        twilio_exchange_new(driver, message->channel, message->attempt_id);
    struct buf url;
    struct buf form;

    if (twilio_validity(message->submitted_at, message->valid_until) == 0) {
        wire_skip(driver->wire, "its time was over before it was handed over",
                  expired_done, exchange);
        return;
    }
    buf_init(&url, 1024);
    buf_init(&form, FORM_MAX);
    twilio_url(&driver->settings, message->channel, &url);
    if (message->channel == CHANNEL_VOICE) {
        twilio_call_follow(driver, message);
        twilio_call_form(&driver->settings, message, &form);
    } else {
        twilio_message_form(&driver->settings, message, &form);
    }
    twilio_start(exchange, submit_done, url.data, form.data);
    buf_free(&url);
    buf_free(&form);
}

/* A call that nobody could answer is a fault of the settings, and no message's.
 * Settings that cannot be read are told when the driver is opened. */
static bool twilio_carries(const struct driver_config *config,
                           enum channel channel, struct error *err)
{
    struct arena *arena = arena_new();
    struct twilio_settings settings = {0};
    bool carries = channel != CHANNEL_VOICE ||
                   !twilio_settings_read(config, arena, &settings, NULL) ||
                   twilio_calls(&settings, err);

    arena_free(arena);
    return carries;
}

static bool twilio_can(const struct driver *driver,
                       const struct outgoing *message, struct error *err)
{
    return twilio_admits(&driver->settings, message, err);
}

static enum evidence twilio_evidence(const struct driver *driver,
                                     enum channel channel)
{
    const struct twilio_settings *settings = &driver->settings;

    if (channel == CHANNEL_VOICE)
        return settings->machine_detection || settings->serves
                   ? EVIDENCE_HUMAN
                   : EVIDENCE_DELIVERED;
    /* waiting for a receipt that goes to another's address would be waiting
     * for nothing */
    return settings->poll || settings->called_back ? EVIDENCE_DELIVERED
                                                   : EVIDENCE_ACCEPTED;
}

static instant twilio_tick(struct driver *driver, instant now)
{
    wire_tick(driver->wire);
    return twilio_call_tick(driver, now);
}

static void twilio_close(struct driver *driver)
{
    if (!driver)
        return;
    driver->closing = true;
    wire_free(driver->wire);
    twilio_call_close(driver);
    secret_free(driver->password);
    for (size_t i = 0; i < 2; i++)
        secret_free(driver->tokens[i]);
    codes_free(driver->codes);
    arena_free(driver->arena);
    free(driver->seen);
    buf_free(&driver->said);
    free(driver->name);
    free(driver);
}

static const char *const twilio_members[] = {
    "account_sid",
    "api_key_sid",
    "auth_token",
    "auth_token_env",
    "auth_token_file",
    "auth_token_credential",
    "former_auth_token",
    "former_auth_token_env",
    "former_auth_token_file",
    "former_auth_token_credential",
    "api_key_secret",
    "api_key_secret_env",
    "api_key_secret_file",
    "api_key_secret_credential",
    "from",
    "messaging_service_sid",
    "base_url",
    "callback_url",
    "voice_url",
    "transfer_to",
    "languages",
    "machine_detection",
    "ring_seconds",
    "time_limit_seconds",
    "answers_keywords",
    "poll",
    "poll_page_size",
    "receipts_for_minutes",
    "timeout_s",
    NULL,
};
static const char *const twilio_secrets[] = {"auth_token", "former_auth_token",
                                             "api_key_secret", NULL};

static bool by_id(const struct driver *driver)
{
    (void)driver;
    return true;
}

static bool twilio_shares(const struct driver_config *one,
                          const struct driver_config *other)
{
    const char *account = json_get_text(one->node, "account_sid");
    return account &&
           text_equal(account, json_get_text(other->node, "account_sid"));
}

const struct channel_driver driver_twilio = {
    .name = "twilio",
    .channels = 1u << CHANNEL_SMS | 1u << CHANNEL_VOICE,
    .lists = 1u << CHANNEL_SMS,
    .live = true,
    .secrets = twilio_secrets,
    .members = twilio_members,
    .shares = twilio_shares,
    .carries = twilio_carries,
    .gives_up = twilio_gives_up,
    .open = twilio_open,
    .close = twilio_close,
    .evidence = twilio_evidence,
    .admits = twilio_can,
    .submit = twilio_submit,
    .withdraw = twilio_call_withdraw,
    .query = twilio_query,
    .by_id = by_id,
    .poll = twilio_poll,
    .hook = twilio_hook,
    .tick = twilio_tick,
};
