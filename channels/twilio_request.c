/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio, outwards: the settings of an account, what it can send at all, and
 * the forms to POST. Pure: nothing here sends, waits or asks for the time. */
#include "channels/twilio.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/call_flow.h"
#include "channels/options.h"

#define VALIDITY_MAX 36000 /* S-12 */
#define SEND_DIGITS_MAX 32 /* V-1 */
/* Whom somebody was put through to is not cut off. */
#define TRANSFER_S 3600

static bool twilio_text(const struct driver_config *config, struct arena *arena,
                        const char *member, const char **out, struct error *err)
{
    const char *text;

    if (!option_text(config, member, NULL, &text, err))
        return false;
    *out = text_blank(text) ? NULL : arena_text(arena, text);
    return true;
}

/* The word V-4 uses, from ours. */
static bool twilio_detection(const struct driver_config *config, bool serves,
                             const char **out, struct error *err)
{
    static const struct {
        const char *ours, *theirs;
    } words[] = {{"none", NULL},
                 {"enable", "Enable"},
                 {"message-end", "DetectMessageEnd"}};
    const char *text;

    /* V-5: where we leave voicemail ourselves we must hear the beep */
    if (!option_text(config, "machine_detection",
                     serves ? "message-end" : "none", &text, err))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!text_equal(words[i].ours, text))
            continue;
        *out = words[i].theirs;
        return true;
    }
    return option_fault(config, json_get(config->node, "machine_detection"),
                        err,
                        "'machine_detection' must be none, enable or "
                        "message-end");
}

/* Account, key and service ids become part of addresses: letters, digits. */
static bool twilio_sid(const struct driver_config *config, const char *member,
                       const char *prefix, const char *text, struct error *err)
{
    size_t len = text ? strlen(text) : 0;

    if (!text)
        return true;
    if (text_starts(text, prefix) && len <= 40 &&
        strspn(text + 2, "0123456789abcdefghijklmnopqrstuvwxyz"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len - 2)
        return true;
    return option_fault(config, json_get(config->node, member), err,
                        "'%s' must be an id that begins with %s", member,
                        prefix);
}

static bool twilio_urls(const struct driver_config *config, struct arena *arena,
                        struct twilio_settings *settings, struct error *err)
{
    const char *base;
    const char *callback;
    const char *voice;
    char *copy;

    if (!option_url(config, "base_url", "https://api.twilio.com", &base, err) ||
        !option_url(config, "callback_url", NULL, &callback, err) ||
        !option_url(config, "voice_url", NULL, &voice, err))
        return false;
    copy = arena_text(arena, base);
    while (copy[0] && copy[strlen(copy) - 1] == '/')
        copy[strlen(copy) - 1] = '\0';
    settings->base_url = copy;
    settings->called = config->hook_url != NULL;
    settings->called_back = settings->called && !callback;
    settings->callback_url =
        callback           ? arena_text(arena, callback)
        : settings->called ? arena_format(arena, "%s/status", config->hook_url)
                           : NULL;
    settings->voice_url = voice ? arena_text(arena, voice) : NULL;
    settings->hook_url = arena_text(arena, config->hook_url);
    settings->serves = settings->called && !voice;
    return true;
}

/* In which languages those are greeted who call us. */
static bool twilio_languages(const struct driver_config *config,
                             struct twilio_settings *settings,
                             struct error *err)
{
    const struct json_node *list = json_get(config->node, "languages");
    size_t count = 0;

    settings->languages[0] = call_words_find("en");
    if (list && json_type(list) != JSON_ARRAY)
        return option_fault(config, list, err,
                            "'languages' is a list, such as [\"en\", "
                            "\"es\"]");
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        const struct call_words *words = call_words_find(json_text(node));
        if (!words)
            return option_fault(config, node, err,
                                "calls are held in " CALL_LANGUAGES);
        if (count == TWILIO_LANGUAGES - 1)
            return option_fault(config, node, err, "too many languages");
        settings->languages[count++] = words;
    }
    return true;
}

static bool twilio_transfer(const struct driver_config *config,
                            struct arena *arena,
                            struct twilio_settings *settings, struct error *err)
{
    if (!twilio_text(config, arena, "transfer_to", &settings->transfer_to, err))
        return false;
    const char *number = settings->transfer_to;
    if (!number ||
        (number[0] == '+' && strlen(number) >= 8 && strlen(number) <= 16 &&
         strspn(number + 1, "0123456789") == strlen(number + 1)))
        return true;
    return option_fault(config, json_get(config->node, "transfer_to"), err,
                        "'transfer_to' must be a number such as "
                        "\"+18005550100\"");
}

/* The list has texts alone; another section carries those of the number. */
static bool carries_texts(const struct driver_config *config)
{
    const struct json_node *list = json_get(config->node, "channels");

    for (const struct json_node *one = json_first(list); one;
         one = json_next(one))
        if (text_equal(json_text(one), channel_name(CHANNEL_SMS)))
            return true;
    return !list;
}

static bool twilio_numbers(const struct driver_config *config,
                           struct twilio_settings *settings, struct error *err)
{
    int64_t minutes, seconds;

    if (!option_integer(config, "timeout_s", 30, 1, 300, &seconds, err) ||
        !option_integer(config, "ring_seconds", 30, 25, 600,
                        &settings->ring_seconds, err) ||
        !option_integer(config, "time_limit_seconds", 180, 30, 3600,
                        &settings->time_limit_seconds, err) ||
        !option_integer(config, "poll_page_size", 200, 20, 1000,
                        &settings->page_size, err) ||
        !option_integer(config, "receipts_for_minutes", 240, 10, 1440, &minutes,
                        err) ||
        !option_flag(config, "poll", false, &settings->poll, err) ||
        !option_flag(config, "answers_keywords", true,
                     &settings->answers_keywords, err))
        return false;
    settings->catch_up = settings->called && !json_get(config->node, "poll") &&
                         carries_texts(config);
    settings->timeout_ms = seconds * SECOND_MS;
    settings->receipts_ms = minutes * MINUTE_MS;
    return true;
}

const char *twilio_gives_up(const struct driver_config *config)
{
    bool poll;

    return config->hook_url && carries_texts(config) &&
                   option_flag(config, "poll", true, &poll, NULL) && !poll
               ? "with \"poll\": false nobody asks Twilio for what patients "
                 "write while the service, or the way to it, is down: such a "
                 "STOP is lost; leave \"poll\" out"
               : NULL;
}

bool twilio_settings_read(const struct driver_config *config,
                          struct arena *arena, struct twilio_settings *settings,
                          struct error *err)
{
    const char *key;

    if (!option_required(config, "account_sid", &settings->account_sid, err) ||
        !twilio_sid(config, "account_sid", "AC", settings->account_sid, err) ||
        !twilio_text(config, arena, "api_key_sid", &key, err) ||
        !twilio_sid(config, "api_key_sid", "SK", key, err) ||
        !twilio_text(config, arena, "from", &settings->from, err) ||
        !twilio_text(config, arena, "messaging_service_sid",
                     &settings->messaging_service_sid, err) ||
        !twilio_sid(config, "messaging_service_sid", "MG",
                    settings->messaging_service_sid, err) ||
        !twilio_urls(config, arena, settings, err) ||
        !twilio_detection(config, settings->serves,
                          &settings->machine_detection, err) ||
        !twilio_languages(config, settings, err) ||
        !twilio_transfer(config, arena, settings, err) ||
        !twilio_numbers(config, settings, err))
        return false;
    if (!settings->from && !settings->messaging_service_sid)
        return option_fault(config, NULL, err,
                            "'from' is missing: write the sending number, or "
                            "'messaging_service_sid'");
    settings->account_sid = arena_text(arena, settings->account_sid);
    settings->user = key ? key : settings->account_sid;
    settings->organisation = arena_text(arena, config->organisation);
    settings->country = arena_text(arena, config->country);
    return true;
}

bool twilio_calls(const struct twilio_settings *settings, struct error *err)
{
    if (!settings->voice_url && !settings->serves)
        return error_set(err, ERROR_CANNOT,
                         "nothing answers a call's keys: let the provider "
                         "call (\"http\" with \"listen\" and "
                         "\"public_url\"), or write 'voice_url' in its "
                         "section");
    return settings->from ||
           error_set(err, ERROR_CANNOT,
                     "calls need a 'from' number in the provider's section");
}

static bool call_admits(const struct twilio_settings *settings,
                        const struct outgoing *message, struct error *err)
{
    struct call_script script;

    if (!twilio_calls(settings, err))
        return false;
    if (message->extension &&
        (strlen(message->extension) > SEND_DIGITS_MAX - 2 ||
         strspn(message->extension, "0123456789*#w") !=
             strlen(message->extension)))
        return error_set(err, ERROR_INPUT, "the extension cannot be dialled");
    if (!settings->serves)
        return true;
    if (!call_script_read(message->script ? message->script : "", &script, err))
        return false;
    call_script_free(&script);
    return true;
}

bool twilio_admits(const struct twilio_settings *settings,
                   const struct outgoing *message, struct error *err)
{
    if (message->channel == CHANNEL_VOICE)
        return call_admits(settings, message, err);
    if (message->channel != CHANNEL_SMS)
        return error_set(err, ERROR_CANNOT, "twilio sends SMS and calls");
    if (message->invites_reply && !settings->poll && !settings->called)
        return error_set(err, ERROR_CANNOT,
                         "the text asks for a reply and nothing would receive "
                         "it: set \"poll\": true in the provider's section, or "
                         "let it call (\"http\")");
    return true;
}

void twilio_url(const struct twilio_settings *settings, enum channel channel,
                struct buf *out)
{
    buf_format(out, "%s/2010-04-01/Accounts/%s/%s.json", settings->base_url,
               settings->account_sid,
               channel == CHANNEL_VOICE ? "Calls" : "Messages");
}

void twilio_call_url(const struct twilio_settings *settings, const char *sid,
                     struct buf *out)
{
    buf_format(out, "%s/2010-04-01/Accounts/%s/Calls/", settings->base_url,
               settings->account_sid);
    http_url_escape(out, sid);
    buf_text(out, ".json");
}

const char *twilio_staff(const struct twilio_settings *settings,
                         const struct outgoing *message)
{
    return settings->transfer_to ? settings->transfer_to : message->transfer_to;
}

int64_t twilio_call_limit(const struct twilio_settings *settings,
                          const struct outgoing *message)
{
    bool staffed = settings->serves && twilio_staff(settings, message);
    return settings->time_limit_seconds + (staffed ? TRANSFER_S : 0);
}

int64_t twilio_validity(instant now, instant valid_until)
{
    int64_t seconds;

    if (valid_until == INSTANT_NEVER ||
        valid_until - now >= VALIDITY_MAX * SECOND_MS)
        return VALIDITY_MAX;
    seconds = (valid_until - now) / SECOND_MS;
    return seconds > 0 ? seconds : 0;
}

/* A callback address that carries our own id, so that a status which arrives
 * before the answer to the POST still finds its attempt (S-17). */
static void twilio_add_callback(struct buf *form, const char *name,
                                const char *url, const char *reference)
{
    struct buf full;

    if (!url)
        return;
    buf_init(&full, 4096);
    buf_text(&full, url);
    buf_char(&full, strchr(url, '?') ? '&' : '?');
    buf_text(&full, "reference=");
    http_url_escape(&full, reference);
    http_form_add(form, name, full.data);
    buf_free(&full);
}

/* Where the call asks what to say, with the number that the patient may call:
 * who answers after a restart is told that one, too (L-19). */
static void twilio_add_call(const struct twilio_settings *settings,
                            const struct outgoing *message, struct buf *form)
{
    struct call_script script;
    struct buf url;

    buf_init(&url, 4096);
    buf_format(&url, "%s/call?reference=", settings->hook_url);
    http_url_escape(&url, message->reference);
    if (call_script_read(message->script, &script, NULL)) {
        buf_text(&url, "&phone=");
        http_url_escape(&url, script.names.phone);
        call_script_free(&script);
    }
    http_form_add(form, "Url", url.data);
    buf_free(&url);
}

static void twilio_add_number(struct buf *form, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    http_form_add(form, name, text);
}

void twilio_message_form(const struct twilio_settings *settings,
                         const struct outgoing *message, struct buf *form)
{
    int64_t validity =
        twilio_validity(message->submitted_at, message->valid_until);

    http_form_add(form, "To", message->to);
    if (settings->messaging_service_sid)
        http_form_add(form, "MessagingServiceSid",
                      settings->messaging_service_sid);
    else
        http_form_add(form, "From", settings->from);
    http_form_add(form, "Body", message->text);
    twilio_add_number(form, "ValidityPeriod", validity);
    twilio_add_callback(form, "StatusCallback", settings->callback_url,
                        message->reference);
}

/* "https://.../hooks/calls/key", or where it goes without our answering. */
static void twilio_add_hook(const struct twilio_settings *settings,
                            struct buf *form, const char *name,
                            const char *what, const char *otherwise,
                            const char *reference)
{
    struct buf url;

    buf_init(&url, 4096);
    if (settings->serves)
        buf_format(&url, "%s/%s", settings->hook_url, what);
    else if (otherwise)
        buf_text(&url, otherwise);
    twilio_add_callback(form, name, url.len ? url.data : NULL, reference);
    buf_free(&url);
}

static void twilio_add_detection(const struct twilio_settings *settings,
                                 const struct outgoing *message,
                                 struct buf *form)
{
    /* V-1: with digits to dial it would be ignored. V-5: asynchronously, or
     * a person who answers hears silence for seconds. */
    if (!settings->machine_detection || message->extension)
        return;
    http_form_add(form, "MachineDetection", settings->machine_detection);
    http_form_add(form, "AsyncAmd", "true");
    twilio_add_hook(settings, form, "AsyncAmdStatusCallback", "machine",
                    settings->callback_url, message->reference);
}

void twilio_call_form(const struct twilio_settings *settings,
                      const struct outgoing *message, struct buf *form)
{
    static const char *const events[] = {"initiated", "ringing", "answered",
                                         "completed"};
    char digits[SEND_DIGITS_MAX + 1];

    http_form_add(form, "To", message->to);
    http_form_add(form, "From", settings->from);
    if (settings->serves && message->script)
        twilio_add_call(settings, message, form);
    else
        twilio_add_hook(settings, form, "Url", "call", settings->voice_url,
                        message->reference);
    twilio_add_number(form, "Timeout", settings->ring_seconds);
    twilio_add_number(form, "TimeLimit", twilio_call_limit(settings, message));
    if (message->extension) {
        snprintf(digits, sizeof(digits), "WW%s", message->extension);
        http_form_add(form, "SendDigits", digits);
    }
    twilio_add_detection(settings, message, form);
    if (!settings->callback_url)
        return;
    twilio_add_callback(form, "StatusCallback", settings->callback_url,
                        message->reference);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        http_form_add(form, "StatusCallbackEvent", events[i]);
}
