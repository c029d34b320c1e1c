/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio tells us by calling: statuses of messages and calls, what
 * patients write, and what to say in a call (twilio_voice.c). First the
 * signature (S-20), then everything else. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "channels/form.h"
#include "channels/twilio_own.h"
#include "channels/twilio_sign.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

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
    struct driver_reply reply = {
        .channel = CHANNEL_SMS,
        .from = form_get(form, "From"),
        .to = form_get(form, "To"),
        .text = form_get(form, "Body"),
        .provider_id = form_get(form, "MessageSid"),
        .answered = driver->settings.answers_keywords || !text_blank(keyword),
        .refused = text_equal(keyword, "STOP"),
        .received_at = clock_now(),
    };
    if (text_blank(reply.from) || text_blank(reply.to) || !reply.text ||
        text_blank(reply.provider_id))
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

static enum hook_verdict form_take(struct driver *driver,
                                   const struct driver_hook *hook,
                                   const struct form *form,
                                   struct hook_answer *answer)
{
    if (!twilio_signed(driver->token, hook->url, form, NULL, 0,
                       hook->header(hook->header_arg, "X-Twilio-Signature")))
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
    if (!type || !text_starts(type, FORM_TYPE) ||
        !form_read(hook->body, hook->body_len, &form))
        return HOOK_FORGED; /* nothing that could have been signed */
    enum hook_verdict verdict = form_take(driver, hook, &form, answer);
    form_free(&form);
    return verdict;
}
