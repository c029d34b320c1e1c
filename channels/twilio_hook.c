/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio tells us by calling: statuses of messages and calls, and what
 * patients write. First the signature (S-20), then everything else. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "channels/form.h"
#include "channels/twilio_own.h"
#include "channels/twilio_sign.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

static enum hook_verdict status_read(struct driver *driver,
                                     const struct driver_hook *hook,
                                     const struct form *form)
{
    struct twilio_result result;
    struct form query;
    bool call = form_get(form, "CallSid") != NULL;
    const char *code = form_get(form, "ErrorCode");
    const struct twilio_status status = {
        .sid = form_get(form, call ? "CallSid" : "MessageSid"),
        .status = form_get(form, call ? "CallStatus" : "MessageStatus"),
        .error_code = code ? strtoll(code, NULL, 10) : 0,
        .answered_by = call ? form_get(form, "AnsweredBy") : NULL,
    };
    if (!twilio_read_status(driver->codes, call ? CHANNEL_VOICE : CHANNEL_SMS,
                            &status, clock_now(), &result) ||
        !form_read(hook->query, strlen(hook->query), &query))
        return HOOK_WRONG;
    if (!call || !twilio_call_told(driver, &result))
        driver->host.receipt(driver->host.arg, form_get(&query, "reference"),
                             result.sid, &result.event);
    form_free(&query);
    return HOOK_TAKEN;
}

/* With advanced opt-out Twilio says which keyword it has answered. */
static bool is_answered(const struct driver *driver, const struct form *form)
{
    return driver->settings.answers_keywords ||
           !text_blank(form_get(form, "OptOutType"));
}

static enum hook_verdict reply_read(struct driver *driver,
                                    const struct form *form,
                                    struct hook_answer *answer)
{
    const struct driver_reply reply = {
        .channel = CHANNEL_SMS,
        .from = form_get(form, "From"),
        .to = form_get(form, "To"),
        .text = form_get(form, "Body"),
        .provider_id = form_get(form, "MessageSid"),
        .answered = is_answered(driver, form),
        .received_at = clock_now(),
    };
    if (text_blank(reply.from) || text_blank(reply.to) || !reply.text ||
        text_blank(reply.provider_id))
        return HOOK_WRONG;
    driver->host.reply(driver->host.arg, &reply);
    *answer = (struct hook_answer){"text/xml", "<Response/>"}; /* say nothing */
    return HOOK_TAKEN;
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
    return text_equal(hook->what, "status")  ? status_read(driver, hook, form)
           : text_equal(hook->what, "reply") ? reply_read(driver, form, answer)
                                             : HOOK_UNKNOWN;
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
