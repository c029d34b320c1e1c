/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that were placed, followed to their end: the driver asks for each
 * one's status after it has had time to ring, and then every few seconds. So
 * an attempt ends also where nothing can call us, and its permit is held as
 * long as the line is. A call of which nothing more is heard ends unknown. */
#include "channels/twilio_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#define CHECK_FIRST (20 * SECOND_MS)
#define CHECK_EVERY (10 * SECOND_MS)
#define RANK_HEARD 5   /* above every status (S-17) */
#define RANK_PRESSED 6 /* by a person whom we took for a machine, too */
#define GIVE_UP_AFTER (2 * MINUTE_MS) /* past ringing and the time limit */

static void call_free(struct twilio_call *call)
{
    call_script_free(&call->script);
    free(call->reference);
    free(call->to);
    free(call->voicemail);
    free(call->transfer_to);
    free(call);
}

static struct twilio_call **call_link(struct driver *driver, int64_t attempt_id)
{
    struct twilio_call **link = &driver->calls;

    while (*link && (*link)->attempt_id != attempt_id)
        link = &(*link)->next;
    return link;
}

static void call_forget(struct driver *driver, int64_t attempt_id)
{
    struct twilio_call **link = call_link(driver, attempt_id);
    struct twilio_call *call = *link;

    if (!call)
        return;
    *link = call->next;
    call_free(call);
}

void twilio_call_follow(struct driver *driver, const struct outgoing *message)
{
    const struct twilio_settings *settings = &driver->settings;
    struct twilio_call *call = memory_new(sizeof(*call));
    instant now = message->submitted_at;

    call->attempt_id = message->attempt_id;
    call->check_at = now + CHECK_FIRST;
    call->give_up_at =
        now + GIVE_UP_AFTER +
        (settings->ring_seconds + twilio_call_limit(settings, message)) *
            SECOND_MS;
    /* admitted, so it can be read */
    if (settings->serves && message->script &&
        call_script_read(message->script, &call->script, NULL)) {
        call->reference = memory_text(message->reference);
        call->to = memory_text(message->to);
        call->voicemail = memory_text(message->voicemail);
        call->transfer_to = memory_text(twilio_staff(settings, message));
    }
    call->next = driver->calls;
    driver->calls = call;
}

struct twilio_call *twilio_call_find(struct driver *driver,
                                     const char *reference)
{
    struct twilio_call *call = driver->calls;

    while (call && (!reference || !text_equal(call->reference, reference)))
        call = call->next;
    return call;
}

static void cancel_done(void *arg, const struct http_answer *answer)
{
    (void)answer; /* it rings already, or not: its status will say */
    twilio_exchange_free(arg);
}

/* Twilio cancels only what nobody has answered. */
static void call_cancel(struct driver *driver, const struct twilio_call *call)
{
    struct buf url;

    buf_init(&url, 1024);
    twilio_call_url(&driver->settings, call->sid, &url);
    twilio_start(twilio_exchange_new(driver, CHANNEL_VOICE, call->attempt_id),
                 cancel_done, url.data, "Status=canceled");
    buf_free(&url);
}

void twilio_call_placed(struct driver *driver, int64_t attempt_id,
                        struct twilio_result *result)
{
    struct twilio_call *call = *call_link(driver, attempt_id);

    if (!call)
        return;
    if (result->event.outcome == OUTCOME_UNKNOWN && call->reference) {
        call->doubted = true;
        result->event.outcome = OUTCOME_NONE;
        result->event.ended = false;
        result->event.rank = 0;
        return;
    }
    if (result->event.ended) {
        call_forget(driver, attempt_id);
        return;
    }
    text_copy(call->sid, sizeof(call->sid), result->sid);
    if (call->withdrawn && !call->answered)
        call_cancel(driver, call);
    call->rank = result->event.rank;
}

void twilio_call_named(struct driver *driver, const char *reference,
                       const char *sid)
{
    struct twilio_call *call = twilio_call_find(driver, reference);

    if (!call || !call->doubted || call->sid[0] || !sid)
        return;
    text_copy(call->sid, sizeof(call->sid), sid);
    if (call->withdrawn && !call->answered)
        call_cancel(driver, call);
}

void twilio_call_withdraw(struct driver *driver, int64_t attempt_id)
{
    struct twilio_call *call = *call_link(driver, attempt_id);

    if (!call || call->withdrawn)
        return;
    call->withdrawn = true;
    call->heard = call->heard ? call->heard : OUTCOME_CANCELLED;
    if (call->sid[0] && !call->answered)
        call_cancel(driver, call);
}

enum call_state twilio_call_answer(struct twilio_call *call)
{
    call->answered = true;
    return call->withdrawn ? CALL_WITHDRAWN : CALL_WHO;
}

static enum outcome proved_by(const struct twilio_call *call)
{
    return call->reached ? OUTCOME_HUMAN
           : call->heard ? call->heard
                         : OUTCOME_NO_ANSWER;
}

void twilio_call_prove(struct driver *driver, const char *reference,
                       const char *sid, enum outcome outcome,
                       const char *status, const char *detail)
{
    struct twilio_call *call = twilio_call_find(driver, reference);

    /* that it was taken back is said by its end */
    if (call && call->withdrawn && outcome != OUTCOME_HUMAN)
        outcome = OUTCOME_NONE;
    const struct driver_event event = {
        .outcome = outcome,
        .rank = outcome == OUTCOME_NONE    ? 0
                : outcome == OUTCOME_HUMAN ? RANK_PRESSED
                                           : RANK_HEARD,
        .at = clock_now(),
        .status = status,
        .provider_id = sid,
        .detail = detail,
        .retry_after_ms = -1,
    };

    if (call && event.rank == RANK_HEARD)
        call->heard = outcome;
    driver->host.receipt(driver->host.arg, reference, sid, &event);
}

/* What is news of a call goes on to whoever owns the driver. */
static void call_news(struct driver *driver, struct twilio_call *call,
                      struct twilio_result *result)
{
    int64_t attempt_id = call->attempt_id;

    if (call->pressed && result->event.outcome == OUTCOME_MACHINE)
        result->event.outcome = OUTCOME_DELIVERED; /* it was none */
    twilio_call_judge(&driver->settings, proved_by(call), result);
    if (result->event.rank <= call->rank)
        return;
    call->rank = result->event.rank;
    if (result->event.ended) {
        twilio_voice_over(driver, call);
        call_forget(driver, attempt_id);
    }
    driver->host.event(driver->host.arg, attempt_id, &result->event);
}

bool twilio_call_told(struct driver *driver, struct twilio_result *result)
{
    struct twilio_call *call = driver->calls;

    while (call && strcmp(call->sid, result->sid) != 0)
        call = call->next;
    if (call)
        call_news(driver, call, result);
    else
        twilio_call_judge(&driver->settings, OUTCOME_NONE, result);
    return call != NULL;
}

static void check_done(void *arg, const struct http_answer *answer)
{
    struct twilio_exchange *exchange = arg;
    struct driver *driver = exchange->driver;
    struct twilio_call *call = *call_link(driver, exchange->attempt_id);
    struct twilio_result result;
    struct json *doc;

    twilio_exchange_free(exchange);
    if (!call)
        return;
    call->asking = false;
    if (answer->end != HTTP_ANSWERED || answer->status != 200 || !answer->body)
        return; /* asked again later */
    doc = json_parse(answer->body, answer->body_len, 0, NULL, NULL);
    if (doc &&
        twilio_read_resource(driver->codes, CHANNEL_VOICE, json_root(doc),
                             clock_now(), &result) &&
        strcmp(result.sid, call->sid) == 0)
        call_news(driver, call, &result);
    json_free(doc);
}

static void call_check(struct driver *driver, struct twilio_call *call)
{
    struct twilio_exchange *exchange =
        twilio_exchange_new(driver, CHANNEL_VOICE, call->attempt_id);
    struct buf url;

    call->asking = true;
    buf_init(&url, 1024);
    twilio_call_url(&driver->settings, call->sid, &url);
    twilio_start(exchange, check_done, url.data, NULL);
    buf_free(&url);
}

static void call_lost(struct driver *driver, struct twilio_call *call,
                      const char *detail)
{
    struct driver_event event = {
        .outcome = OUTCOME_UNKNOWN,
        .ended = true,
        .rank = call->rank,
        .at = clock_now(),
        .status = "unknown",
        .provider_id = call->sid[0] ? call->sid : NULL,
        .detail = detail,
        .retry_after_ms = -1,
    };

    twilio_voice_over(driver, call);
    driver->host.event(driver->host.arg, call->attempt_id, &event);
}

instant twilio_call_tick(struct driver *driver, instant now)
{
    instant next = INSTANT_NEVER;
    struct twilio_call **link = &driver->calls;
    struct twilio_call *lost = NULL;

    while (*link) {
        struct twilio_call *call = *link;

        if ((call->sid[0] || call->doubted) && now >= call->give_up_at) {
            *link = call->next;
            call->next = lost;
            lost = call;
            continue;
        }
        /* our clock went back: it is no later for that */
        call->check_at = instant_sooner(call->check_at, now + CHECK_FIRST);
        if (now >= call->check_at) {
            call->check_at = now + CHECK_EVERY;
            if (call->sid[0] && !call->asking)
                call_check(driver, call);
        }
        if (call->check_at < next)
            next = call->check_at;
        link = &call->next;
    }
    while (lost) {
        struct twilio_call *call = lost;

        lost = call->next;
        call_lost(driver, call, "nothing more was heard of the call");
        call_free(call);
    }
    return next;
}

void twilio_call_close(struct driver *driver)
{
    while (driver->calls) {
        struct twilio_call *call = driver->calls;

        driver->calls = call->next;
        call_lost(driver, call, "the driver was closed while the call ran");
        call_free(call);
    }
}
