/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what Twilio posts to us, rightly signed: while one call runs,
 * and of calls of former lives. Whatever is said is TwiML that is whole and
 * holds nothing that was posted unescaped; whatever is told names who and what;
 * nothing ends twice. Unsigned, the same bytes do nothing; nor do they as JSON.
 *
 * Input: a letter for what is asked (from 128: as JSON), the query up to a NUL,
 * then the body.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/phone.h"
#include "base/text.h"
#include "io/http.h"

#include "channels/driver.h"
#include "channels/form.h"

#include "tests/fuzz/fuzz.h"

#define HOOKS "https://c.example/hooks/tw"
#define TOKEN "secret"

/* The wire ----------------------------------------------------------------- */

/* In the place of http_send: nothing leaves. */
bool __wrap_http_send(struct http *http, const struct http_request *request,
                      http_done_fn *done, void *arg, struct error *err);

static struct {
    http_done_fn *done;
    void *arg;
} waiting[4];

bool __wrap_http_send(struct http *http, const struct http_request *request,
                      http_done_fn *done, void *arg, struct error *err)
{
    (void)http;
    (void)err;
    expect(text_starts(request->url, "https://api.test/2010-04-01/Accounts/AC"),
           "the token goes to the host that we trust alone");
    for (const char *at = request->url; *at; at++)
        expect(*at > ' ' && *at != '"' && *at != '<', "an address is one");
    for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
        if (!waiting[i].done) {
            waiting[i].done = done;
            waiting[i].arg = arg;
            return true;
        }
    expect(false, "one question leads to one request");
    return false;
}

static void answer_all(int status, const char *body)
{
    const struct http_answer answer = {.end = HTTP_ANSWERED,
                                       .status = status,
                                       .body = body,
                                       .body_len = strlen(body),
                                       .retry_after_ms = -1};
    for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++) {
        http_done_fn *done = waiting[i].done;
        waiting[i].done = NULL;
        if (done)
            done(waiting[i].arg, &answer);
    }
}

/* What was heard ----------------------------------------------------------- */

static struct {
    int told, ended;
} heard;

static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    (void)arg;
    expect(attempt_id == 7 && heard.ended == 0, "nothing after the end");
    expect(event->outcome < OUTCOME_COUNT && event->status, "an event is one");
    heard.ended += event->ended;
    heard.told++;
}

static void on_receipt(void *arg, const char *reference, const char *sid,
                       const struct driver_event *event)
{
    (void)arg;
    (void)reference;
    expect(sid && sid[0], "a receipt names its message");
    expect(event->outcome < OUTCOME_COUNT && event->status, "a receipt is one");
    heard.told++;
}

static void on_reply(void *arg, const struct driver_reply *reply)
{
    (void)arg;
    expect(!text_blank(reply->from) && !text_blank(reply->to) && reply->text &&
               !text_blank(reply->provider_id),
           "a reply is whole");
    expect(text_is_utf8(reply->text, strlen(reply->text)) &&
               text_is_utf8(reply->provider_id, strlen(reply->provider_id)),
           "a reply is UTF-8");
    if (reply->channel == CHANNEL_SMS) {
        char number[PHONE_MAX];
        expect(phone_normalise(reply->from, NULL, number, NULL, NULL) &&
                   text_equal(number, reply->from),
               "who writes has a number of the store's form (S-1)");
    }
    heard.told++;
}

/* The driver, with one call under way -------------------------------------- */

static struct driver *open_driver(void)
{
    static const char section[] =
        "{\"driver\": \"twilio\", \"account_sid\": \"AC1\","
        " \"auth_token_env\": \"FUZZ_TOKEN\", \"from\": \"+12125550190\","
        " \"api_key_sid\": \"SK1\", \"api_key_secret_env\": \"FUZZ_KEY\","
        " \"languages\": [\"en\", \"fr\"], \"base_url\": \"https://api.test\"}";
    struct error err = {0};
    struct json *doc = json_parse(section, strlen(section), 0, &err, NULL);
    const struct driver_config config = {.name = "fuzz",
                                         .doc = doc,
                                         .node = json_root(doc),
                                         .path = "fuzz.json",
                                         .organisation = "Elm <& Co>",
                                         .country = "US",
                                         .hook_url = HOOKS};
    const struct driver_host host = {.event = on_event,
                                     .receipt = on_receipt,
                                     .reply = on_reply,
                                     .http = (struct http *)&heard};
    setenv("FUZZ_TOKEN", TOKEN, 1);
    setenv("FUZZ_KEY", "the secret of the key", 1);
    struct driver *driver = driver_twilio.open(&config, &host, &err);
    if (!driver)
        PANIC("%s", err.text);
    json_free(doc);
    return driver;
}

static void place_call(struct driver *driver)
{
    const struct outgoing call = {
        .attempt_id = 7,
        .reference = "o1-7",
        .channel = CHANNEL_VOICE,
        .to = "+12122000000",
        .language = "en",
        .text = "Hello",
        .voicemail = "Call us.",
        .script = "{\"language\": \"en\", \"from\": \"Elm\", \"phone\": "
                  "\"212\", \"name\": \"A<b>\", \"say\": \"Press 1.\", "
                  "\"keys\": {\"1\": \"answer\", \"0\": \"transfer\"}, "
                  "\"asks\": true, \"leads\": {\"1\": 1}, \"parts\": "
                  "[{\"about\": \"b\", \"say\": \"Press 2.\", \"keys\": "
                  "{\"2\": \"answer\", \"0\": \"transfer\"}}]}",
        .transfer_to = "+12125550191",
        .submitted_at = clock_now(),
        .valid_until = INSTANT_NEVER};
    driver_twilio.submit(driver, &call);
    answer_all(201, "{\"sid\": \"CA1\", \"status\": \"queued\"}");
}

/* Asking ------------------------------------------------------------------- */

struct headers {
    const char *type;
    char signature[32];
};

static const char *header_of(const void *arg, const char *name)
{
    const struct headers *headers = arg;
    return text_equal(name, "Content-Type") ? headers->type
                                            : headers->signature;
}

static bool sign(const char *url, const char *body, size_t len, char out[32])
{
    struct form form;
    struct buf text;
    uint8_t mac[20];
    if (!form_read(body, len, &form))
        return false;
    buf_init(&text, 1 << 20);
    buf_text(&text, url);
    for (size_t i = 0; i < form.count; i++) {
        const struct form_pair *pair = &form.pairs[i];
        if (i > 0 && text_equal(pair->name, pair[-1].name) &&
            text_equal(pair->value, pair[-1].value))
            continue;
        buf_text(&text, pair->name);
        buf_text(&text, pair->value);
    }
    hash_hmac_sha1(TOKEN, strlen(TOKEN), text.data, text.len, mac);
    hash_base64(mac, sizeof(mac), out);
    buf_free(&text);
    form_free(&form);
    return true;
}

/* Every mark opens and closes, and none stands inside another. */
static void expect_twiml(const char *body)
{
    int depth = 0, inside = 0;
    expect(strstr(body, "<Response>") && text_ends(body, "</Response>"),
           "TwiML is whole");
    expect(text_is_utf8(body, strlen(body)), "TwiML is UTF-8");
    for (const char *at = body; *at; at++) {
        if (*at == '<') {
            expect(inside == 0, "no mark inside a mark");
            inside = 1;
            depth += at[1] == '/' ? -1 : at[1] != '?';
        } else if (*at == '>') {
            expect(inside == 1, "no stray end of a mark");
            depth -= at[-1] == '/';
            inside = 0;
        }
        expect(depth >= 0, "nothing closes that is not open");
    }
    expect(depth == 0, "all that opened closes");
}

static void ask(struct driver *driver, const char *what, const char *query,
                const char *body, size_t len, const char *forged)
{
    struct headers headers = {.type = "application/x-www-form-urlencoded"};
    struct hook_answer answer = {0};
    char *url = memory_new(strlen(query) + 128);
    strcpy(url, HOOKS "/");
    strcat(url, what);
    strcat(strcat(url, "?"), query);
    bool is_form = sign(url, body, len, headers.signature);
    if (forged)
        text_copy(headers.signature, sizeof(headers.signature), forged);
    const struct driver_hook hook = {.what = what,
                                     .url = url,
                                     .query = query,
                                     .body = body,
                                     .body_len = len,
                                     .header = header_of,
                                     .header_arg = &headers};
    int before = heard.told;
    enum hook_verdict verdict = driver_twilio.hook(driver, &hook, &answer);
    if (!is_form || forged)
        expect(verdict == HOOK_FORGED, "what is not signed is refused");
    if (verdict != HOOK_TAKEN)
        expect(!answer.type && heard.told == before,
               "what is refused has no effect");
    if (answer.type && !text_equal(what, "reply"))
        expect_twiml(answer.body);
    free(url);
}

/* Of what Twilio tells as JSON nothing is ours. */
static void ask_json(struct driver *driver, const char *what, const char *body,
                     size_t len)
{
    struct headers headers = {.type = "application/json"};
    struct hook_answer answer = {0};
    char hash[SHA256_HEX], url[256];
    const struct driver_hook hook = {.what = what,
                                     .url = url,
                                     .query = "",
                                     .body = body,
                                     .body_len = len,
                                     .header = header_of,
                                     .header_arg = &headers};
    int before = heard.told;
    hash_sha256_hex(body, len, hash);
    snprintf(url, sizeof(url), HOOKS "/%s?bodySHA256=%s", what, hash);
    expect(sign(url, "", 0, headers.signature), "an address can be signed");
    expect(driver_twilio.hook(driver, &hook, &answer) == HOOK_IDLE,
           "its hash is signed");
    url[strlen(url) - 1] ^= 1; /* of another body */
    expect(sign(url, "", 0, headers.signature), "so can this one");
    expect(driver_twilio.hook(driver, &hook, &answer) == HOOK_FORGED,
           "the hash of another body proves nothing");
    expect(!answer.type && heard.told == before, "JSON has no effect");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const whats[] = {"call",    "key",    "machine",
                                        "inbound", "status", "reply"};
    size_t query_len =
        size > 1 ? strnlen((const char *)data + 1, size - 1) : size;
    if (size < 2 || query_len + 2 > size)
        return 0;
    const char *what = whats[data[0] % (sizeof(whats) / sizeof(whats[0]))];
    char *query = memory_text_n((const char *)data + 1, query_len);
    char *body =
        memory_text_n((const char *)data + 2 + query_len, size - query_len - 2);
    size_t len = size - query_len - 2;
    memset(&heard, 0, sizeof(heard));
    struct driver *driver = open_driver();
    place_call(driver);
    ask(driver, what, query, body, len, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    if (data[0] & 128)
        ask_json(driver, what, body, len);
    ask(driver, what, query, body, len, NULL);
    ask(driver, what, query, body, len, NULL);
    answer_all(200, "{}");
    driver_twilio.close(driver);
    expect(heard.ended == 1, "the call ends once");
    free(query);
    free(body);
    return 0;
}
