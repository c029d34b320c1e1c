/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's own description of its API (OpenAPI), where it is at hand: what we
 * send is in it, and what it may answer is in our tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include "io/http.h"

#include "channels/codes.h"
#include "channels/twilio.h"
#include "tests/channels/host.h"

#define API "/../shared/data/openapi/twilio_api_v2010.json"
#define MESSAGES "/2010-04-01/Accounts/{AccountSid}/Messages.json"
#define CALLS "/2010-04-01/Accounts/{AccountSid}/Calls.json"
#define ONE_CALL "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json"

static struct json *api;

static int api_setup(void **state)
{
    const char *root = getenv("OUTREACH_SOURCE");
    struct buf text;
    char path[512];

    (void)state;
    snprintf(path, sizeof(path), "%s%s", root ? root : ".", API);
    if (!file_exists(path))
        return 0;
    if (!file_read(path, JSON_MAX_BYTES, &text, NULL))
        return -1;
    api = json_parse(text.data, text.len, 0, NULL, NULL);
    buf_free(&text);
    return api ? 0 : -1;
}

static int api_teardown(void **state)
{
    (void)state;
    json_free(api);
    return 0;
}

/* A member by a path of names; the test fails where one is missing. */
static const struct json_node *at(const struct json_node *node, size_t count,
                                  const char *const *names)
{
    for (size_t i = 0; i < count; i++) {
        node = json_get(node, names[i]);
        if (!node)
            fail_msg("the description has no '%s'", names[i]);
    }
    return node;
}

static const struct json_node *form_of(const char *path)
{
    const char *const names[] = {"paths",   path,
                                 "post",    "requestBody",
                                 "content", "application/x-www-form-urlencoded",
                                 "schema",  "properties"};

    return at(json_root(api), 8, names);
}

/* Each name of a form is a property there. */
static void form_is_known(const char *path, char *form)
{
    const struct json_node *properties = form_of(path);
    char *pair = strtok(form, "&");

    for (; pair; pair = strtok(NULL, "&")) {
        *strchr(pair, '=') = '\0';
        if (!json_get(properties, pair))
            fail_msg("%s has no '%s'", path, pair);
    }
}

static const struct twilio_settings all = {
    .base_url = "https://api.twilio.com",
    .account_sid = "AC1",
    .from = "+18005550100",
    .callback_url = "https://c.example/r",
    .voice_url = "https://c.example/v",
    .machine_detection = "DetectMessageEnd",
    .ring_seconds = 30,
    .time_limit_seconds = 180,
};

static void what_we_send_is_in_the_description(void **state)
{
    struct twilio_settings with = all;
    struct outgoing message = host_sms(1, "+14155552671", "Hello");
    struct buf form;

    (void)state;
    if (!api)
        skip();
    buf_init(&form, 1 << 16);
    twilio_message_form(&with, &message, &form);
    form_is_known(MESSAGES, form.data);
    buf_reset(&form);
    with.messaging_service_sid = "MG1";
    twilio_message_form(&with, &message, &form);
    form_is_known(MESSAGES, form.data);
    message.channel = CHANNEL_VOICE;
    buf_reset(&form);
    twilio_call_form(&with, &message, &form);
    form_is_known(CALLS, form.data);
    with.serves = true;
    with.hook_url = "https://c.example/h";
    message.extension = "12";
    buf_reset(&form);
    twilio_call_form(&with, &message, &form);
    form_is_known(CALLS, form.data);
    /* a call that runs: what a machine hears, or that we hang up */
    static char changes[] = "Twiml=x&Status=completed";
    form_is_known(ONE_CALL, changes);
    buf_free(&form);
}

static void what_we_ask_is_in_the_description(void **state)
{
    static const char *const asked[] = {"PageSize", "To", "DateSent>"};
    const char *const names[] = {"paths", MESSAGES, "get", "parameters"};

    (void)state;
    if (!api)
        skip();
    for (size_t i = 0; i < 3; i++) {
        const struct json_node *one = json_first(at(json_root(api), 4, names));

        while (one && !text_equal(json_get_text(one, "name"), asked[i]))
            one = json_next(one);
        if (!one)
            fail_msg("there is no parameter '%s'", asked[i]);
    }
}

/* S-16, V-3: no status of theirs is new to us. */
static void every_status_is_in_our_tables(void **state)
{
    static const char *const enums[][2] = {
        {"message_enum_status", "message-status"},
        {"call_enum_status", "call-status"},
    };
    struct codes *codes = codes_twilio();

    (void)state;
    if (!api) {
        codes_free(codes);
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        const char *const names[] = {"components", "schemas", enums[i][0],
                                     "enum"};
        const struct json_node *word = json_first(at(json_root(api), 4, names));

        for (; word; word = json_next(word)) {
            if (text_starts(json_text(word), "receiv"))
                continue; /* inbound */
            if (!codes_find(codes, enums[i][1], json_text(word)))
                fail_msg("%s has no '%s'", enums[i][1], json_text(word));
        }
    }
    codes_free(codes);
}

/* Their example answers to a POST are read as accepted, with the id. */
static void their_examples_are_read(void **state)
{
    static const char *const paths[] = {MESSAGES, CALLS};
    struct codes *codes = codes_twilio();
    size_t count = 0;

    (void)state;
    if (!api) {
        codes_free(codes);
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        const char *const names[] = {
            "paths",   paths[i],           "post",    "responses", "201",
            "content", "application/json", "examples"};
        const struct json_node *example =
            json_first(at(json_root(api), 8, names));

        for (; example; example = json_next(example)) {
            struct json_writer writer;
            struct twilio_result result;
            struct http_answer answer = {.end = HTTP_ANSWERED, .status = 201};
            struct buf text;

            buf_init(&text, 1 << 16);
            json_write_init(&writer, &text);
            json_write_node(&writer, NULL, json_get(example, "value"));
            answer.body = text.data;
            answer.body_len = text.len;
            twilio_read_created(codes, i ? CHANNEL_VOICE : CHANNEL_SMS, &answer,
                                HOST_NOW, &result);
            if (outcome_evidence(result.event.outcome) < EVIDENCE_ACCEPTED ||
                !result.event.provider_id)
                fail_msg("%s: %s", json_key(example),
                         outcome_name(result.event.outcome));
            buf_free(&text);
            count++;
        }
    }
    assert_true(count > 5);
    codes_free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_we_send_is_in_the_description),
        cmocka_unit_test(what_we_ask_is_in_the_description),
        cmocka_unit_test(every_status_is_in_our_tables),
        cmocka_unit_test(their_examples_are_read),
    };

    return cmocka_run_group_tests(tests, api_setup, api_teardown);
}
