/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a provider's answer: to a message or a call, to a question, as
 * pages of a list, or by the rules of any description. Each comes to exactly
 * one end of a known outcome, and an answer that is none is never taken for
 * one: what may have arrived is unknown.
 *
 * Input: what is answered, the HTTP status, how the exchange ended, then the
 * body; where rules are read, these, a NUL, and the body.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "io/http.h"

#include "channels/codes.h"
#include "channels/driver.h"
#include "channels/provider_hook.h"
#include "channels/provider_rules.h"
#include "channels/provider_template.h"

#include "tests/fuzz/fuzz.h"

#define HEAD 3
#define PAGES_MAX 2000

static const instant now = INT64_C(1795442801907);

/* The wire ----------------------------------------------------------------- */

/* Linked in the place of http_send: nothing leaves, and the one request that
 * is under way is answered by answer_all(). */
bool __wrap_http_send(struct http *http, const struct http_request *request,
                      http_done_fn *done, void *arg, struct error *err);

static http_done_fn *waiting;
static void *waiting_arg;

bool __wrap_http_send(struct http *http, const struct http_request *request,
                      http_done_fn *done, void *arg, struct error *err)
{
    (void)http;
    (void)err;
    expect(request->url && strncmp(request->url, "https://api.test/", 17) == 0,
           "the token goes to the host that we trust alone");
    expect(waiting == NULL, "one request at a time");
    waiting = done;
    waiting_arg = arg;
    return true;
}

static void answer_all(const struct http_answer *answer)
{
    for (int i = 0; waiting; i++) {
        http_done_fn *done = waiting;
        waiting = NULL;
        expect(i < PAGES_MAX, "a list ends");
        done(waiting_arg, answer);
    }
}

/* What was heard ----------------------------------------------------------- */

struct heard {
    int events, ended, answers, polls;
    enum outcome last;
};

static void expect_event(const struct driver_event *event)
{
    expect(event->outcome < OUTCOME_COUNT, "an outcome is one");
    expect(event->status && event->status[0], "a status has a word");
    expect(event->retry_after_ms >= -1, "a wait is one");
}

static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    struct heard *heard = arg;
    expect(attempt_id == 7 && heard->ended == 0, "nothing after the end");
    expect_event(event);
    heard->events++;
    heard->ended += event->ended;
    heard->last = event->outcome;
}

static void on_receipt(void *arg, const char *reference,
                       const char *provider_id,
                       const struct driver_event *event)
{
    (void)arg;
    (void)reference;
    expect(provider_id && provider_id[0], "a receipt names its message");
    expect_event(event);
    expect(event->ended, "a receipt that is told is a last one");
}

static void on_reply(void *arg, const struct driver_reply *reply)
{
    (void)arg;
    expect(reply->from && reply->from[0] && reply->to && reply->text &&
               reply->provider_id && reply->provider_id[0],
           "a reply is whole");
}

static void on_polled(void *arg, const char *cursor, bool ok)
{
    struct heard *heard = arg;
    expect(ok == (cursor != NULL), "a cursor moves after all was seen");
    heard->polls++;
}

static void on_sent(void *arg, const struct driver_sent *sent,
                    const struct driver_event *event)
{
    (void)arg;
    expect(sent->to && sent->to[0] && sent->provider_id && sent->provider_id[0],
           "what was sent went somewhere");
    expect_event(event);
}

static void on_answer(void *arg, int64_t attempt_id, enum driver_answer answer,
                      const struct driver_event *event)
{
    struct heard *heard = arg;
    expect(attempt_id == 7, "the question that was asked");
    expect((answer == DRIVER_FOUND) == (event != NULL), "found is shown");
    if (event)
        expect_event(event);
    heard->answers++;
}

/* Twilio ------------------------------------------------------------------- */

static struct driver *open_twilio(struct heard *heard, bool restored)
{
    static const char section[] =
        "{\"driver\": \"twilio\", \"account_sid\": "
        "\"AC00000000000000000000000000000000\", \"auth_token_env\": "
        "\"FUZZ_TOKEN\", \"from\": \"+12125550190\", \"poll\": true, "
        "\"base_url\": \"https://api.test\"}";
    struct error err = {0};
    struct json *doc = json_parse(section, strlen(section), 0, &err, NULL);
    struct driver_config config = {.name = "fuzz",
                                   .doc = doc,
                                   .node = json_root(doc),
                                   .path = "fuzz.json"};
    struct driver_host host = {.arg = heard,
                               .event = on_event,
                               .receipt = on_receipt,
                               .reply = on_reply,
                               .polled = on_polled,
                               .sent = restored ? on_sent : NULL,
                               .sent_since = now,
                               .http = (struct http *)heard};
    setenv("FUZZ_TOKEN", "secret", 1);
    struct driver *driver = driver_twilio.open(&config, &host, &err);
    if (!driver)
        PANIC("%s", err.text);
    json_free(doc);
    return driver;
}

static void try_submit(enum channel channel, const struct http_answer *answer)
{
    struct heard heard = {0};
    struct driver *driver = open_twilio(&heard, false);
    struct outgoing message = {.attempt_id = 7,
                               .reference = "o1-7",
                               .channel = channel,
                               .to = "+12122000000",
                               .language = "en",
                               .text = "Hello",
                               .submitted_at = now,
                               .valid_until = now + HOUR_MS};
    driver_twilio.submit(driver, &message);
    answer_all(answer);
    driver_twilio.tick(driver, clock_now() + HOUR_MS); /* calls are followed */
    answer_all(answer);
    expect(heard.events > 0, "a message that was handed over has an event");
    if (channel == CHANNEL_SMS)
        expect(heard.ended == 1, "an SMS has ended with its answer");
    if (answer->end == HTTP_UNKNOWN)
        expect(heard.last == OUTCOME_UNKNOWN, "what is unknown stays so");
    driver_twilio.close(driver);
    answer_all(answer); /* too late: dropped */
    expect(heard.ended == 1, "each ends once");
}

static void try_question(enum channel channel, const struct http_answer *answer)
{
    struct heard heard = {0};
    struct driver *driver = open_twilio(&heard, false);
    struct driver_query query = {.attempt_id = 7,
                                 .reference = "o1-7",
                                 .channel = channel,
                                 .to = "+12122000000",
                                 .text = "Hello",
                                 .submitted_at = now};
    driver_twilio.query(driver, &query, on_answer, &heard);
    answer_all(answer);
    expect(heard.answers == 1, "a question is answered once");
    driver_twilio.close(driver);
}

static void try_poll(bool restored, const struct http_answer *answer)
{
    struct heard heard = {0};
    struct driver *driver = open_twilio(&heard, restored);
    driver_twilio.poll(driver, "2026-11-23T10:00:00Z 2026-11-22T10:00:00Z");
    answer_all(answer);
    expect(heard.polls == 1, "a poll ends once");
    driver_twilio.close(driver);
}

/* Descriptions ------------------------------------------------------------- */

static void try_receipt(const struct provider_rules *rules, bool is_form,
                        const struct http_answer *answer)
{
    struct provider_result result;
    struct provider_body body;
    if (!provider_body_read(answer->body, answer->body_len, is_form, &body))
        return;
    if (provider_read_receipt(rules, &body, now, &result)) {
        expect_event(&result.event);
        expect(result.reference[0] || result.event.provider_id,
               "a receipt names its message");
    }
    provider_body_free(&body);
}

/* A call that nobody signed is not believed; what it says is whole. */
static const char *made_up(const void *arg, const char *name)
{
    (void)name;
    return arg;
}

static void try_call(const struct driver_config *config, struct arena *arena,
                     const struct http_answer *answer)
{
    static char key[] = "secret";
    const struct provider_secret secret = {.name = "k", .value = key};
    const struct driver_hook call = {.what = "reply",
                                     .url = "",
                                     .query = "",
                                     .body = answer->body,
                                     .body_len = answer->body_len,
                                     .header = made_up,
                                     .header_arg = "1795442801"};
    struct error err = {0};
    struct provider_hook *hook;
    struct provider_body body;
    struct provider_reply reply;
    if (!provider_hook_read(config, &secret, arena, &hook, &err)) {
        expect(strstr(err.text, "fuzz.json"), "a fault has its place");
        return;
    }
    if (!hook)
        return;
    expect(!provider_hook_signed(hook, &call, now), "signed by nobody");
    if (!provider_body_mend(answer->body, answer->body_len,
                            provider_hook_is_form(hook), &body))
        return;
    if (provider_read_reply(hook, &body, CHANNEL_SMS, now, &reply)) {
        on_reply(NULL, &reply.reply);
        expect(!provider_hook_is_again(hook, "reply", reply.id, "") &&
                   provider_hook_is_again(hook, "reply", reply.id, ""),
               "it is told once");
    }
    provider_body_free(&body);
}

static void try_rules(const char *text, size_t len, struct http_answer *answer)
{
    struct error err = {0};
    struct json *doc = json_parse(text, len, JSON_COMMENTS, NULL, NULL);
    struct arena *arena = arena_new();
    struct codes *http = codes_plain_http();
    struct driver_config config = {.name = "fuzz",
                                   .doc = doc,
                                   .node = json_root(doc),
                                   .path = "fuzz.json"};
    struct provider_rules *rules =
        doc ? provider_rules_read(&config, arena, &err) : NULL;
    expect(rules || !doc || strstr(err.text, "fuzz.json"),
           "a fault has its place");
    if (rules) {
        struct provider_result result;
        provider_read_answer(rules, http, answer, now, &result);
        expect_event(&result.event);
        expect(result.event.ended, "an answer ends it");
        if (answer->end == HTTP_UNKNOWN)
            expect(result.event.outcome == OUTCOME_UNKNOWN,
                   "what is unknown stays so");
        try_call(&config, arena, answer);
        try_receipt(rules, false, answer);
        try_receipt(rules, true, answer);
    }
    codes_free(http);
    arena_free(arena);
    json_free(doc);
}

static void quiet(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 201, 400, 401, 404, 429, 500, 503, 99};
    if (size < HEAD)
        return 0;
    log_capture(quiet, NULL);
    char *text = memory_text_n((const char *)data + HEAD, size - HEAD);
    size_t len = size - HEAD;
    struct http_answer answer = {.end = (enum http_end)(data[2] % 3),
                                 .status = statuses[data[1] % 9],
                                 .body = text,
                                 .body_len = len,
                                 .retry_after_ms = data[1] % 4 ? -1 : 1000,
                                 .error = "it broke"};
    size_t rules = strlen(text);
    switch (data[0] % 7) {
    case 0:
        try_submit(CHANNEL_SMS, &answer);
        break;
    case 1:
        try_submit(CHANNEL_VOICE, &answer);
        break;
    case 2:
        try_question(CHANNEL_SMS, &answer);
        break;
    case 3:
        try_question(CHANNEL_VOICE, &answer);
        break;
    case 4:
        try_poll(false, &answer);
        break;
    case 5:
        try_poll(true, &answer);
        break;
    default: /* the rest: bytes, not an enum */
        answer.body = rules < len ? text + rules + 1 : "";
        answer.body_len = rules < len ? len - rules - 1 : 0;
        try_rules(text, rules, &answer);
        break;
    }
    free(text);
    return 0;
}
