/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio, inwards: what an answer or a resource proves. Pure. The provider's
 * own messages are never handed on, because they name the number; what people
 * read is the meaning in providers/twilio.json. */
#include "channels/twilio.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/codes.h"

#define RANK_ENDED 4 /* S-17; what a key or a machine proved stands above */

static void result_start(struct twilio_result *result, instant now)
{
    memset(result, 0, sizeof(*result));
    result->event.at = now;
    result->event.ended = true;
    result->event.retry_after_ms = -1;
}

/* The texts of the event point into its own result. */
static void result_finish(struct twilio_result *result)
{
    result->event.status = result->status;
    result->event.code = result->code[0] ? result->code : NULL;
    result->event.provider_id = result->sid[0] ? result->sid : NULL;
    result->event.detail = result->detail[0] ? result->detail : NULL;
}

static void result_fail(struct twilio_result *result, enum outcome outcome,
                        const char *status, const char *detail)
{
    result->event.outcome = outcome;
    text_copy(result->status, sizeof(result->status), status);
    text_copy(result->detail, sizeof(result->detail), detail ? detail : "");
    result_finish(result);
}

static void result_code(struct twilio_result *result, int64_t code)
{
    snprintf(result->code, sizeof(result->code), "%" PRId64, code);
}

/* A number, or a number as text ("num_segments": "1"). */
static int64_t number_of(const struct json_node *node)
{
    int64_t value = 0;

    if (json_text(node))
        return strtoll(json_text(node), NULL, 10);
    return json_integer(node, &value) ? value : 0;
}

/* A status that says "failed" says why in error_code. */
static void apply_code(const struct codes *codes, int64_t error_code,
                       struct twilio_result *result)
{
    const struct code *code;

    if (error_code == 0)
        return;
    result_code(result, error_code);
    code = codes_find(codes, "codes", result->code);
    if (!code)
        return;
    if (outcome_evidence(result->event.outcome) < EVIDENCE_DELIVERED &&
        result->event.ended)
        result->event.outcome = code->outcome;
    text_copy(result->detail, sizeof(result->detail), code->meaning);
}

static void apply_answered_by(const struct codes *codes, const char *word,
                              struct twilio_result *result)
{
    const struct code *row = codes_find(codes, "answered-by", word);

    if (!row || result->event.outcome != OUTCOME_DELIVERED)
        return;
    result->event.outcome = row->outcome;
    result->event.rank = row->rank;
    text_copy(result->detail, sizeof(result->detail),
              row->meaning ? row->meaning : "");
}

bool twilio_read_status(const struct codes *codes, enum channel channel,
                        const struct twilio_status *status, instant now,
                        struct twilio_result *result)
{
    bool voice = channel == CHANNEL_VOICE;
    const struct code *row;

    result_start(result, now);
    if (text_blank(status->sid) || strlen(status->sid) >= sizeof(result->sid) ||
        text_blank(status->status))
        return false;
    text_copy(result->sid, sizeof(result->sid), status->sid);
    text_copy(result->status, sizeof(result->status), status->status);
    row = codes_find(codes, voice ? "call-status" : "message-status",
                     status->status);
    result->event.outcome = row ? row->outcome : OUTCOME_ACCEPTED;
    result->event.rank = row ? row->rank : 0;
    result->event.ended = row && row->final;
    result->event.segments = status->segments;
    if (row && row->meaning)
        text_copy(result->detail, sizeof(result->detail), row->meaning);
    apply_code(codes, status->error_code, result);
    if (status->answered_by)
        apply_answered_by(codes, status->answered_by, result);
    result_finish(result);
    return true;
}

void twilio_call_judge(const struct twilio_settings *settings,
                       enum outcome proved, struct twilio_result *result)
{
    struct driver_event *event = &result->event;
    bool machine = event->outcome == OUTCOME_MACHINE;

    if (!settings->serves || !event->ended ||
        (!machine && event->outcome != OUTCOME_DELIVERED &&
         event->outcome != OUTCOME_HUMAN))
        return;
    if (machine && (proved == OUTCOME_NONE || proved == OUTCOME_NO_ANSWER))
        proved = OUTCOME_HUNG_UP;
    event->outcome = proved ? proved : OUTCOME_NO_ANSWER;
    event->rank = RANK_ENDED;
    text_copy(result->detail, sizeof(result->detail),
              proved == OUTCOME_NONE        ? "the call is over"
              : proved == OUTCOME_HUMAN     ? "a key was pressed"
              : proved == OUTCOME_MACHINE   ? "voicemail was left"
              : proved == OUTCOME_HUNG_UP   ? "a machine answered"
              : proved == OUTCOME_FAX       ? "a fax answered"
              : proved == OUTCOME_CANCELLED ? "it was taken back meanwhile"
                                            : "answered by nobody we meant");
    result_finish(result);
}

bool twilio_read_resource(const struct codes *codes, enum channel channel,
                          const struct json_node *node, instant now,
                          struct twilio_result *result)
{
    const struct twilio_status status = {
        .sid = json_get_text(node, "sid"),
        .status = json_get_text(node, "status"),
        .error_code = number_of(json_get(node, "error_code")),
        .answered_by = channel == CHANNEL_VOICE
                           ? json_get_text(node, "answered_by")
                           : NULL,
        .segments = (int32_t)number_of(json_get(node, "num_segments")),
    };
    return twilio_read_status(codes, channel, &status, now, result);
}

/* 2xx: a resource, or something that is not Twilio's. Having answered well it
 * may have taken the message, so garbage is unknown, never a failure. */
static void read_success(const struct codes *codes, enum channel channel,
                         const struct http_answer *answer, instant now,
                         struct twilio_result *result)
{
    struct json *doc = json_parse(answer->body ? answer->body : "",
                                  answer->body_len, 0, NULL, NULL);

    if (!doc ||
        !twilio_read_resource(codes, channel, json_root(doc), now, result)) {
        result_start(result, now);
        result_fail(result, OUTCOME_UNKNOWN, "garbled",
                    "the provider accepted, in words that are not Twilio's");
    } else if (channel == CHANNEL_SMS) {
        result->event.ended = true; /* what follows comes as receipts */
    }
    json_free(doc);
}

static void read_refusal(const struct codes *codes,
                         const struct http_answer *answer,
                         struct twilio_result *result)
{
    struct json *doc = json_parse(answer->body ? answer->body : "",
                                  answer->body_len, 0, NULL, NULL);
    const struct code *http = codes_http(codes, answer->status);
    const struct code *code = NULL;
    int64_t number = doc ? number_of(json_get(json_root(doc), "code")) : 0;
    char status[32];

    json_free(doc);
    if (number > 0) {
        result_code(result, number);
        code = codes_find(codes, "codes", result->code);
    }
    if (!code)
        code = http;
    snprintf(status, sizeof(status), "http %d", answer->status);
    result->event.retry_after_ms = answer->retry_after_ms;
    result_fail(result, code ? code->outcome : OUTCOME_UNKNOWN, status,
                code ? code->meaning : "an answer that HTTP does not have");
}

void twilio_read_created(const struct codes *codes, enum channel channel,
                         const struct http_answer *answer, instant now,
                         struct twilio_result *result)
{
    result_start(result, now);
    switch (answer->end) {
    case HTTP_NOT_SENT:
        result_fail(result,
                    answer->misconfigured ? OUTCOME_MISCONFIGURED
                                          : OUTCOME_NOT_SENT,
                    "not sent", answer->error);
        return;
    case HTTP_UNKNOWN:
        result_fail(result, OUTCOME_UNKNOWN, "unknown", answer->error);
        return;
    case HTTP_ANSWERED:
        if (answer->status >= 200 && answer->status < 300)
            read_success(codes, channel, answer, now, result);
        else
            read_refusal(codes, answer, result);
        return;
    }
}

bool twilio_date(const char *text, instant *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct civil civil = {0};
    int day, year, hour, minute, second;
    char month[4];
    const char *found;
    int offset;

    if (!text || sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d %5d", &day, month,
                        &year, &hour, &minute, &second, &offset) != 7)
        return false;
    found = strstr(months, month);
    if (!found || strlen(month) != 3 || (found - months) % 3 != 0)
        return false;
    civil.date.year = (int16_t)year;
    civil.date.month = (int8_t)((found - months) / 3 + 1);
    civil.date.day = (int8_t)day;
    civil.hour = (int8_t)hour;
    civil.minute = (int8_t)minute;
    civil.second = (int8_t)second;
    if (!civil_valid(civil.date) || hour > 23 || minute > 59 || second > 60 ||
        hour < 0 || minute < 0 || second < 0)
        return false;
    *out = (civil_seconds(civil) - (offset / 100 * 3600 + offset % 100 * 60)) *
           SECOND_MS;
    return true;
}
