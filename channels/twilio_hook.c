/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio tells us by calling: statuses of messages and calls, what
 * patients write, and what to say in a call (twilio_voice.c). First the
 * signature (S-20), then everything else. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "channels/form.h"
#include "channels/sender.h"
#include "channels/twilio_own.h"
#include "channels/twilio_sign.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define JSON_TYPE "application/json"

/* Both tokens are tried: one of them while there is but one. */
static bool is_signed(const struct driver *driver,
                      const struct driver_hook *hook, const struct form *form)
{
    const char *signature =
        hook->header(hook->header_arg, "X-Twilio-Signature");

    for (size_t i = 0; i < 2; i++)
        if (driver->tokens[i] &&
            twilio_signed(driver->tokens[i], hook->url, form, hook->body,
                          hook->body_len, signature))
            return true;
    return false;
}

static enum hook_verdict status_read(struct driver *driver,
                                     const struct form *form,
                                     const struct form *query)
{
    struct twilio_result result;
    bool call = form_get(form, "CallSid") != NULL;
    const char *code = form_get(form, "ErrorCode");
    const struct twilio_status status = {
        .sid = form_get(form, call ? "CallSid" : "MessageSid"),
        .status = form_get(form, call ? "CallStatus" : "MessageStatus"),
        .error_code = code ? strtoll(code, NULL, 10) : 0,
        .answered_by = call ? form_get(form, "AnsweredBy") : NULL,
    };
    if (!twilio_read_status(driver->codes, call ? CHANNEL_VOICE : CHANNEL_SMS,
                            &status, clock_now(), &result))
        return HOOK_WRONG;
    if (call)
        twilio_call_named(driver, form_get(query, "reference"), result.sid);
    if (!call || !twilio_call_told(driver, &result))
        driver->host.receipt(driver->host.arg, form_get(query, "reference"),
                             result.sid, &result.event);
    return HOOK_TAKEN;
}

static enum hook_verdict reply_read(struct driver *driver,
                                    const struct form *form,
                                    struct hook_answer *answer)
{
    /* with advanced opt-out Twilio says which keyword it has answered */
    const char *keyword = form_get(form, "OptOutType");
    const char *country = driver->settings.country;
    char from[SENDER_MAX], to[SENDER_MAX];
    if (!sender_read(CHANNEL_SMS, form_get(form, "From"), country, from) ||
        twilio_hidden(from) ||
        !sender_read_ours(CHANNEL_SMS, form_get(form, "To"), country, to))
        return HOOK_WRONG;
    struct driver_reply reply = {
        .channel = CHANNEL_SMS,
        .from = from,
        .to = to,
        .text = form_get(form, "Body"),
        .provider_id = form_get(form, "MessageSid"),
        .refused = text_equal(keyword, "STOP"),
        .received_at = clock_now(),
    };
    if (!reply.text || text_blank(reply.provider_id))
        return HOOK_WRONG;
    reply.answered = !text_blank(keyword) || twilio_answers(driver, reply.text);
    driver->host.reply(driver->host.arg, &reply);
    *answer = (struct hook_answer){"text/xml", "<Response/>"}; /* say nothing */
    return HOOK_TAKEN;
}

static bool is_of_calls(const char *what)
{
    return text_equal(what, "call") || text_equal(what, "key") ||
           text_equal(what, "machine") || text_equal(what, "inbound");
}

static bool is_known(const char *what)
{
    return text_equal(what, "status") || text_equal(what, "reply") ||
           is_of_calls(what);
}

/* Nothing that we ask Twilio for comes as JSON: whatever it tells so is of
 * something else, and is taken without effect. */
static enum hook_verdict json_take(const struct driver *driver,
                                   const struct driver_hook *hook)
{
    return !is_signed(driver, hook, NULL) ? HOOK_FORGED
           : is_known(hook->what)         ? HOOK_IDLE
                                          : HOOK_UNKNOWN;
}

static enum hook_verdict form_take(struct driver *driver,
                                   const struct driver_hook *hook,
                                   const struct form *form,
                                   struct hook_answer *answer)
{
    if (!is_signed(driver, hook, form))
        return HOOK_FORGED;
    if (!text_equal(form_get(form, "AccountSid"), driver->settings.account_sid))
        return HOOK_WRONG;
    struct form query;
    if (!form_read(hook->query, strlen(hook->query), &query))
        return HOOK_WRONG;
    enum hook_verdict verdict =
        text_equal(hook->what, "status")  ? status_read(driver, form, &query)
        : text_equal(hook->what, "reply") ? reply_read(driver, form, answer)
        : is_of_calls(hook->what)
            ? twilio_voice_hook(driver, hook, form, &query, answer)
            : HOOK_UNKNOWN;
    form_free(&query);
    return verdict;
}

enum hook_verdict twilio_hook(struct driver *driver,
                              const struct driver_hook *hook,
                              struct hook_answer *answer)
{
    const char *type = hook->header(hook->header_arg, "Content-Type");
    struct form form;
    if (type && text_starts(type, JSON_TYPE))
        return json_take(driver, hook);
    if (!type || !text_starts(type, FORM_TYPE) ||
        !form_read(hook->body, hook->body_len, &form))
        return HOOK_FORGED; /* nothing that could have been signed */
    enum hook_verdict verdict = form_take(driver, hook, &form, answer);
    form_free(&form);
    return verdict;
}
