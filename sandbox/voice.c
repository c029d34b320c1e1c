/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: they ring, are answered by somebody or by a machine or not at all,
 * talk (voice_talk.c), and end. Every change is posted to whoever asked to be
 * told of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/http.h"

#include "sandbox/voice_own.h"

#define DIAL_MS (1 * SECOND_MS)
#define RING_MS (2 * SECOND_MS)
#define ANSWER_MS (6 * SECOND_MS)
#define DETECT_HUMAN_MS (3 * SECOND_MS)
#define DETECT_MACHINE_MS (9 * SECOND_MS) /* the greeting, and the beep */

enum { TOLD_INITIATED, TOLD_RINGING, TOLD_ANSWERED, TOLD_COMPLETED };

void voice_free(struct voice *call)
{
    if (!call)
        return;
    free(call->url);
    free(call->twiml);
    free(call->detection);
    free(call->detected_at);
    free(call->address);
    arena_free(call->arena);
    free(call);
}

const char *voice_answered_by(const struct voice *call)
{
    return call->answered_by;
}

int64_t voice_seconds(const struct voice *call)
{
    return call->answered_at && call->ended_at
               ? (call->ended_at - call->answered_at) / SECOND_MS
               : 0;
}

/* What is posted --------------------------------------------------------------
 */

void voice_form(const struct item *item, struct buf *form)
{
    buf_init(form, 8192);
    http_form_add(form, "AccountSid", item->carrier->account);
    http_form_add(form, "ApiVersion", "2010-04-01");
    http_form_add(form, "CallSid", item->sid);
    http_form_add(form, "Direction", "outbound-api");
    http_form_add(form, "From", item->from);
    http_form_add(form, "To", item->to);
}

static void post_call(struct item *item, const char *status)
{
    struct voice *call = item->call;
    struct buf form;
    char seconds[24];
    voice_form(item, &form);
    http_form_add(&form, "CallStatus", status);
    http_form_add(&form, "CallbackSource", "call-progress-events");
    if (call->answered_by)
        http_form_add(&form, "AnsweredBy", call->answered_by);
    snprintf(seconds, sizeof(seconds), "%" PRId64, voice_seconds(call));
    if (call->over)
        http_form_add(&form, "CallDuration", seconds);
    post_add(item->carrier, item->callback, &form, NULL, NULL);
    buf_free(&form);
}

static void tell(struct item *item, int what, const char *status)
{
    item_status(item, status);
    if (item->callback && item->call->told & (1u << what))
        post_call(item, strcmp(status, "queued") == 0 ? "initiated" : status);
}

static void on_told_again(void *arg)
{
    struct item *item = arg;
    post_call(item, item->status);
}

static void on_ringing_late(void *arg)
{
    post_call(arg, "ringing");
}

void voice_end(struct item *item, const char *status)
{
    struct voice *call = item->call;
    if (call->over)
        return;
    call->over = true;
    call->ended_at = clock_now();
    call->step_at = INSTANT_NEVER;
    if (strcmp(status, "completed") != 0)
        carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_NOTE, item->to, "%s",
                    status);
    tell(item, TOLD_COMPLETED, status);
    if (!item->callback)
        return;
    if (item->receipts == RECEIPTS_TWICE)
        carrier_later(item->carrier, SECOND_MS, on_told_again, item);
    if (item->receipts == RECEIPTS_DISORDERED)
        carrier_later(item->carrier, SECOND_MS, on_ringing_late, item);
}

/* The beginning ---------------------------------------------------------------
 */

static void on_detected(void *arg)
{
    struct item *item = arg;
    struct voice *call = item->call;
    struct buf form;
    if (call->over)
        return;
    call->answered_by = !call->machine ? "human"
                        : strcmp(call->detection, "DetectMessageEnd") == 0
                            ? "machine_end_beep"
                            : "machine_start";
    if (!call->detected_at)
        return;
    voice_form(item, &form);
    http_form_add(&form, "AnsweredBy", call->answered_by);
    http_form_add(&form, "MachineDetectionDuration", "3500");
    post_add(item->carrier, call->detected_at, &form, NULL, NULL);
    buf_free(&form);
}

static void on_answered(void *arg)
{
    struct item *item = arg;
    struct voice *call = item->call;
    if (call->over)
        return;
    call->answered_at = clock_now();
    carrier_say(item->carrier, CHANNEL_VOICE, CARRIER_NOTE, item->to, "%s",
                call->machine ? "a machine answers" : "answered");
    tell(item, TOLD_ANSWERED, "in-progress");
    if (call->detection && call->detected_at)
        carrier_later(item->carrier,
                      call->machine ? DETECT_MACHINE_MS : DETECT_HUMAN_MS,
                      on_detected, item);
    else if (call->detection)
        on_detected(item);
    if (call->url)
        talk_ask(item, call->url, NULL, NULL);
    else
        talk_begin(item, call->twiml, strlen(call->twiml));
}

static void on_busy(void *arg)
{
    voice_end(arg, "busy");
}

static void on_no_answer(void *arg)
{
    voice_end(arg, "no-answer");
}

static void on_failed(void *arg)
{
    voice_end(arg, "failed");
}

static void on_ringing(void *arg)
{
    struct item *item = arg;
    struct voice *call = item->call;
    if (call->over)
        return;
    tell(item, TOLD_RINGING, "ringing");
    switch (item->end.outcome) {
    case OUTCOME_HUMAN:
    case OUTCOME_DELIVERED:
        carrier_later(item->carrier, ANSWER_MS, on_answered, item);
        return;
    case OUTCOME_MACHINE:
    case OUTCOME_FAX:
        call->machine = true;
        carrier_later(item->carrier, 2 * ANSWER_MS, on_answered, item);
        return;
    case OUTCOME_NO_ANSWER:
        carrier_later(item->carrier, call->ring_ms, on_no_answer, item);
        return;
    case OUTCOME_BUSY:
    case OUTCOME_REJECTED:
        carrier_later(item->carrier, SECOND_MS, on_busy, item);
        return;
    default:
        carrier_later(item->carrier, SECOND_MS, on_failed, item);
        return;
    }
}

static void on_dialled(void *arg)
{
    struct item *item = arg;
    if (item->call->over)
        return;
    tell(item, TOLD_INITIATED, "queued");
    carrier_later(item->carrier, RING_MS, on_ringing, item);
}

static int64_t ms_of(const struct form *form, const char *name, int64_t usual)
{
    const char *text = form_get(form, name);
    int64_t value = text ? strtoll(text, NULL, 10) : usual;
    return (value < 1 || value > 14400 ? usual : value) * SECOND_MS;
}

/* StatusCallbackEvent may stand there several times. */
static unsigned events_of(const struct form *form)
{
    static const char *const events[] = {"initiated", "ringing", "answered",
                                         "completed"};
    unsigned told = 0;
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->pairs[i].name, "StatusCallbackEvent") != 0)
            continue;
        for (unsigned e = 0; e < 4; e++)
            if (strstr(form->pairs[i].value, events[e]))
                told |= 1u << e;
    }
    return told ? told : 1u << TOLD_COMPLETED;
}

static char *copy_of(const struct form *form, const char *name)
{
    const char *text = form_get(form, name);
    return text_blank(text) ? NULL : memory_text(text);
}

static struct voice *voice_new(const struct form *form)
{
    struct voice *call = memory_new(sizeof(*call));
    call->arena = arena_new();
    call->url = copy_of(form, "Url");
    call->twiml = copy_of(form, "Twiml");
    call->told = events_of(form);
    call->detection = copy_of(form, "MachineDetection");
    /* with digits to dial it is ignored (V-1) */
    if (form_get(form, "SendDigits")) {
        free(call->detection);
        call->detection = NULL;
    }
    if (text_equal(form_get(form, "AsyncAmd"), "true"))
        call->detected_at = copy_of(form, "AsyncAmdStatusCallback");
    call->ring_ms = ms_of(form, "Timeout", 60);
    call->limit_ms = ms_of(form, "TimeLimit", 14400);
    call->step_at = INSTANT_NEVER;
    return call;
}

static struct verdict refuse(int status, int code, const char *message)
{
    return (struct verdict){.status = status,
                            .code = code,
                            .message = message,
                            .trouble = TROUBLE_NONE};
}

static struct item *voice_place(struct carrier *carrier, struct party *party,
                                const struct form *form)
{
    struct item *item =
        item_new(carrier, party, CHANNEL_VOICE, form_get(form, "From"),
                 form_get(form, "To"), "");
    item->call = voice_new(form);
    item->callback = copy_of(form, "StatusCallback");
    item_draw(item);
    carrier_say(carrier, CHANNEL_VOICE, CARRIER_TO, item->to, "(it rings)");
    carrier_later(carrier, DIAL_MS, on_dialled, item);
    return item;
}

struct verdict voice_create(struct carrier *carrier, const struct form *form)
{
    const char *to = form_get(form, "To");
    if (text_blank(to) || to[0] != '+')
        return refuse(400, 21217, "Phone number does not appear to be valid");
    if (text_blank(form_get(form, "From")))
        return refuse(400, 21213, "A 'From' phone number is required");
    if (text_blank(form_get(form, "Url")) &&
        text_blank(form_get(form, "Twiml")))
        return refuse(400, 21205, "Url parameter is required");
    struct party *party = party_find(carrier, to);
    struct verdict verdict = party_try(party, carrier, CHANNEL_VOICE);
    if (verdict.status == 201)
        verdict.item = voice_place(carrier, party, form);
    return verdict;
}

bool voice_change(struct item *item, const struct form *form)
{
    struct voice *call = item->call;
    const char *status = form_get(form, "Status");
    const char *url = form_get(form, "Url");
    const char *twiml = form_get(form, "Twiml");
    if (call->over)
        return false;
    if (text_equal(status, "completed") || text_equal(status, "canceled")) {
        voice_end(item, call->answered_at ? "completed" : "canceled");
        return true;
    }
    if (!call->answered_at)
        return false;
    if (!text_blank(url))
        talk_ask(item, url, NULL, NULL);
    else if (!text_blank(twiml))
        talk_begin(item, twiml, strlen(twiml));
    return true;
}
