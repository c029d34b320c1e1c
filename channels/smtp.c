/* SPDX-License-Identifier: Apache-2.0 */
/* Email through a mail server (SMTP submission): one message, one recipient.
 *
 * Section of the configuration:
 *   "url": "smtp://mail.example:587" or "smtps://mail.example:465"
 *   "tls": "required" (default), "opportunistic" or "none"; for smtp://
 *   "user", "password_file" (or _env, _credential)
 *   "from": "Lakeside Clinic <noreply@lakeside.example>", "reply_to"
 *   "helo": our name in the greeting; "timeout_s": for one message
 *   "bounces": the Maildir of whoever "from" is, for mail about our mail
 *
 * A server that accepted a message has done all that SMTP can prove; what it
 * says later, by mail, is found by poll(). It refuses a message that asks
 * for an answer unless reply_to says who reads it. Passwords travel only over
 * verified TLS (or to this machine). Contract: channels/driver.h. */
#include "channels/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/bounce.h"
#include "channels/mime.h"
#include "channels/options.h"
#include "channels/secret.h"
#include "channels/smtp_bounce.h"
#include "channels/smtp_codes.h"
#include "channels/wire.h"

#define MESSAGE_MAX ((size_t)10 * 1024 * 1024)
#define TIMEOUT_S 300 /* servers may think ten minutes; RFC 5321 4.5.3.2 */
#define RANK_SENT 3   /* S-17 */
#define RANK_LAST 4

struct driver {
    struct driver_host host;
    struct wire *wire;
    char *url;
    enum mail_tls tls;
    char *user, *password;
    struct mime_mailbox from, reply_to;
    bool has_reply_to;
    struct mailbox *bounces; /* NULL: nobody reads them */
    int total_ms;
    struct buf message; /* of the submit under way; kept for its memory */
};

/* One attempt on its way. */
struct flight {
    struct driver *driver;
    int64_t attempt_id;
    enum outcome refused; /* by ourselves, before any server; or NONE */
};

static void smtp_close(struct driver *driver)
{
    if (!driver)
        return;
    wire_free(driver->wire);
    mailbox_free(driver->bounces);
    buf_free(&driver->message);
    secret_free(driver->password);
    free(driver->user);
    free(driver->url);
    free(driver);
}

/* --- configuration ------------------------------------------------------- */

static bool read_mailbox(const struct driver_config *config, const char *member,
                         const char *text, struct mime_mailbox *out,
                         struct error *err)
{
    struct error why;

    if (mime_mailbox_read(text, out, &why))
        return true;
    return option_fault(config, json_get(config->node, member), err, "%s",
                        why.text);
}

/* From a name that stands alone on its address, the organisation's. */
static bool read_people(struct driver *driver,
                        const struct driver_config *config, struct error *err)
{
    const char *from, *reply_to;

    if (!option_required(config, "from", &from, err) ||
        !option_text(config, "reply_to", NULL, &reply_to, err) ||
        !read_mailbox(config, "from", from, &driver->from, err))
        return false;
    if (driver->from.name[0] == '\0' && config->organisation)
        text_copy(driver->from.name, sizeof driver->from.name,
                  config->organisation);
    driver->has_reply_to = reply_to != NULL;
    return !reply_to ||
           read_mailbox(config, "reply_to", reply_to, &driver->reply_to, err);
}

static bool read_tls(struct driver *driver, const struct driver_config *config,
                     struct error *err)
{
    static const char *const names[] = {
        [MAIL_TLS_REQUIRED] = "required",
        [MAIL_TLS_OPPORTUNISTIC] = "opportunistic",
        [MAIL_TLS_NONE] = "none",
    };
    const char *tls;

    if (!option_text(config, "tls", "required", &tls, err))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(tls, names[i])) {
            driver->tls = (enum mail_tls)i;
            return true;
        }
    return option_fault(config, json_get(config->node, "tls"), err,
                        "'tls' is \"required\", \"opportunistic\" or \"none\"");
}

static bool is_loopback(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    size_t len = strcspn(host, ":/");

    return (len > 4 && strncmp(host, "127.", 4) == 0 &&
            strspn(host, "0123456789.") == len) ||
           (len == 9 && strncmp(host, "localhost", 9) == 0) ||
           strncmp(host, "[::1]", 5) == 0;
}

static bool name_ok(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= 253 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789.-[]:") == len;
}

/* "smtp://host[:port]" and nothing behind: a path would be the greeting. */
static bool read_url(struct driver *driver, const struct driver_config *config,
                     struct error *err)
{
    const char *url, *helo, *host;
    struct buf full;

    if (!option_required(config, "url", &url, err) ||
        !option_text(config, "helo", NULL, &helo, err))
        return false;
    host = text_starts(url, "smtps://")  ? url + 8
           : text_starts(url, "smtp://") ? url + 7
                                         : NULL;
    if (!host || !name_ok(host))
        return option_fault(config, json_get(config->node, "url"), err,
                            "'url' is smtp://host:587 or smtps://host:465, "
                            "without anything behind");
    if (helo && !name_ok(helo))
        return option_fault(config, json_get(config->node, "helo"), err,
                            "'helo' is the name of this machine, like "
                            "mail.clinic.example");
    buf_init(&full, 1024);
    buf_format(&full, "%s%s%s", url, helo ? "/" : "", helo ? helo : "");
    driver->url = buf_take(&full);
    return true;
}

static bool read_login(struct driver *driver,
                       const struct driver_config *config, struct error *err)
{
    const char *user;

    if (!option_text(config, "user", NULL, &user, err) ||
        !secret_read(config, "password", user != NULL, &driver->password, err))
        return false;
    if (!user && driver->password)
        return option_fault(config, NULL, err,
                            "there is a password and no 'user': name the user "
                            "or take the password out");
    if (user && driver->tls != MAIL_TLS_REQUIRED &&
        text_starts(driver->url, "smtp://") && !is_loopback(driver->url))
        return option_fault(config, json_get(config->node, "tls"), err,
                            "a password travels only over verified TLS: set "
                            "\"tls\": \"required\" or use smtps://");
    driver->user = memory_text(user);
    return true;
}

/* The folder is looked at when it is read: it may be made later. */
static bool read_bounces(struct driver *driver,
                         const struct driver_config *config, struct error *err)
{
    const char *path;
    struct buf full;

    if (!option_text(config, "bounces", NULL, &path, err))
        return false;
    if (!path)
        return true;
    buf_init(&full, 4096);
    buf_format(&full, "%s%s%s",
               path[0] == '/' || !config->directory ? "" : config->directory,
               path[0] == '/' || !config->directory ? "" : "/", path);
    driver->bounces =
        mailbox_new(config->name, full.data,
                    strchr(driver->from.address, '@') + 1, &driver->host);
    buf_free(&full);
    return true;
}

static struct driver *smtp_open(const struct driver_config *config,
                                const struct driver_host *host,
                                struct error *err)
{
    struct driver *driver = memory_new(sizeof *driver);
    int64_t timeout_s;

    driver->host = *host;
    buf_init(&driver->message, MESSAGE_MAX);
    if (!host->http) {
        error_set(err, ERROR_CANNOT,
                  "provider '%s': smtp reaches real people and cannot run "
                  "under a pretended time: use the outbox",
                  config->name);
        goto out;
    }
    driver->wire = wire_new(host->http);
    if (!read_tls(driver, config, err) || !read_url(driver, config, err) ||
        !read_login(driver, config, err) || !read_people(driver, config, err) ||
        !read_bounces(driver, config, err) ||
        !option_integer(config, "timeout_s", TIMEOUT_S, 1, 1200, &timeout_s,
                        err))
        goto out;
    driver->total_ms = (int)(timeout_s * SECOND_MS);
    return driver;
out:
    smtp_close(driver);
    return NULL;
}

/* --- what the server said ------------------------------------------------ */

/* Postfix, Exim and many others end their 250 so. */
static const char *queue_id(const char *reply, char out[64])
{
    const char *at = reply ? strstr(reply, "queued as ") : NULL;
    size_t len;

    if (!at)
        return NULL;
    at += strlen("queued as ");
    len = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789-.");
    if (len == 0 || len >= 64)
        return NULL;
    memcpy(out, at, len);
    out[len] = '\0';
    return out;
}

static enum outcome outcome_of(const struct flight *flight,
                               const struct http_answer *answer,
                               const char *enhanced)
{
    if (flight->refused != OUTCOME_NONE)
        return flight->refused;
    switch (answer->end) {
    case HTTP_ANSWERED:
        return smtp_outcome(answer->stage, answer->status, enhanced);
    case HTTP_NOT_SENT:
        return answer->misconfigured ? OUTCOME_MISCONFIGURED : OUTCOME_NOT_SENT;
    case HTTP_UNKNOWN:
        break;
    }
    return OUTCOME_UNKNOWN;
}

static void on_done(void *arg, const struct http_answer *answer)
{
    struct flight *flight = arg;
    struct driver *driver = flight->driver;
    int64_t attempt_id = flight->attempt_id;
    char enhanced[SMTP_ENHANCED_MAX], code[32], id[64];
    struct driver_event event = {
        .ended = true,
        .at = clock_now(),
        .detail = answer->error,
        .retry_after_ms = -1,
    };

    smtp_enhanced(answer->body ? answer->body : "", enhanced);
    event.outcome = outcome_of(flight, answer, enhanced);
    event.rank = event.outcome == OUTCOME_ACCEPTED ? RANK_SENT : RANK_LAST;
    event.status = event.outcome == OUTCOME_ACCEPTED ? "accepted" : "refused";
    if (answer->end != HTTP_ANSWERED)
        event.status = "no answer";
    if (answer->status > 0) {
        snprintf(code, sizeof code, "%d%s%s", answer->status,
                 enhanced[0] ? " " : "", enhanced);
        event.code = code;
        event.provider_id = queue_id(answer->body, id);
    }
    free(flight);
    driver->host.event(driver->host.arg, attempt_id, &event);
}

/* --- the message --------------------------------------------------------- */

static bool message_write(struct driver *driver, const struct outgoing *message,
                          struct error *err)
{
    char marked[BOUNCE_MARKED_MAX];
    struct mime_message mime = {
        .from = &driver->from,
        .reply_to = driver->has_reply_to ? &driver->reply_to : NULL,
        .to = message->to,
        .reference = message->reference,
        .date = message->submitted_at,
        .language = message->language,
        .subject = message->subject,
        .text = message->text,
        .html = message->html,
        .calendar = message->calendar,
        .unsubscribe_url = message->unsubscribe_url,
    };

    if (driver->host.key) {
        bounce_mark(driver->host.key, message->reference, marked);
        mime.reference = marked;
    }
    buf_reset(&driver->message);
    return mime_write(&driver->message, &mime, err);
}

static void smtp_submit(struct driver *driver, const struct outgoing *message)
{
    struct flight *flight = memory_new(sizeof *flight);
    struct mail_request request = {
        .url = driver->url,
        .tls = driver->tls,
        .user = driver->user,
        .password = driver->password,
        .from = driver->from.address,
        .to = message->to,
        .total_ms = driver->total_ms,
    };
    struct mime_mailbox to;
    struct error err = {0};

    flight->driver = driver;
    flight->attempt_id = message->attempt_id;
    if (!mime_mailbox_read(message->to, &to, NULL) ||
        !text_equal(to.address, message->to)) {
        flight->refused = OUTCOME_BAD_ADDRESS;
        wire_skip(driver->wire, "this is not an email address", on_done,
                  flight);
        return;
    }
    if (!message_write(driver, message, &err)) {
        flight->refused = OUTCOME_BAD_CONTENT;
        wire_skip(driver->wire, err.text, on_done, flight);
        return;
    }
    request.message = driver->message.data;
    request.message_len = driver->message.len;
    wire_mail(driver->wire, &request, on_done, flight);
}

static bool smtp_admits(const struct driver *driver,
                        const struct outgoing *message, struct error *err)
{
    if (!message->invites_reply || driver->has_reply_to)
        return true;
    return error_set(err, ERROR_INPUT,
                     "this email asks for an answer and nobody would read it: "
                     "set \"reply_to\" of the email provider to a mailbox that "
                     "is read, or reword the message");
}

static enum evidence smtp_evidence(const struct driver *driver,
                                   enum channel channel)
{
    (void)driver;
    (void)channel;
    return EVIDENCE_ACCEPTED;
}

static void unpolled(void *arg, const struct http_answer *answer)
{
    struct driver *driver = arg;

    (void)answer;
    driver->host.polled(driver->host.arg, NULL, true);
}

/* After a restore the bounces of the other store's mail mean nothing here. */
static void smtp_poll(struct driver *driver, const char *cursor)
{
    (void)cursor;
    if (driver->bounces && !driver->host.sent)
        mailbox_poll(driver->bounces);
    else
        wire_skip(driver->wire, "", unpolled, driver);
}

static void smtp_kept(struct driver *driver)
{
    if (driver->bounces)
        mailbox_kept(driver->bounces);
}

static instant smtp_tick(struct driver *driver, instant now)
{
    (void)now;
    wire_tick(driver->wire);
    return INSTANT_NEVER;
}

static const char *const secrets[] = {"password", NULL};
static const char *const members[] = {
    "url",           "tls",          "user",
    "password_file", "password_env", "password_credential",
    "from",          "reply_to",     "helo",
    "timeout_s",     "bounces",      NULL};

const struct channel_driver driver_smtp = {
    .name = "smtp",
    .channels = 1u << CHANNEL_EMAIL,
    .live = true,
    .secrets = secrets,
    .members = members,
    .open = smtp_open,
    .close = smtp_close,
    .evidence = smtp_evidence,
    .admits = smtp_admits,
    .submit = smtp_submit,
    .poll = smtp_poll,
    .kept = smtp_kept,
    .tick = smtp_tick,
};
