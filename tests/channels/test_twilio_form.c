/* SPDX-License-Identifier: Apache-2.0 */
/* What the Twilio driver would ask: the settings it takes, the messages it
 * admits, and the forms it builds, without any network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"

#include "channels/options.h"
#include "channels/twilio.h"
#include "tests/channels/host.h"

#define SID "AC00000000000000000000000000000001"

static const struct twilio_settings settings = {
    .base_url = "https://api.twilio.com",
    .account_sid = SID,
    .user = SID,
    .from = "+18005550100",
    .ring_seconds = 30,
    .time_limit_seconds = 180,
};

static void form_is(const struct twilio_settings *with,
                    const struct outgoing *message, const char *expect)
{
    struct buf form;

    buf_init(&form, 1 << 16);
    if (message->channel == CHANNEL_VOICE)
        twilio_call_form(with, message, &form);
    else
        twilio_message_form(with, message, &form);
    assert_string_equal(form.data, expect);
    buf_free(&form);
}

static void a_message_names_sender_and_validity(void **state)
{
    struct outgoing sms = host_sms(1, "+14155552671", "Hi & bye, 100%");

    (void)state;
    sms.valid_until = HOST_NOW + 90 * SECOND_MS;
    form_is(&settings, &sms,
            "To=%2B14155552671&From=%2B18005550100&"
            "Body=Hi%20%26%20bye%2C%20100%25&ValidityPeriod=90");
}

static void a_service_and_a_callback_carry_our_reference(void **state)
{
    struct twilio_settings with = settings;
    struct outgoing sms = host_sms(1, "+14155552671", "Hi");

    (void)state;
    with.messaging_service_sid = "MG1";
    with.callback_url = "https://clinic.example/receipts";
    form_is(&with, &sms,
            "To=%2B14155552671&MessagingServiceSid=MG1&Body=Hi&"
            "ValidityPeriod=36000&StatusCallback="
            "https%3A%2F%2Fclinic.example%2Freceipts%3Freference%3Do7-1");
    with.callback_url = "https://clinic.example/receipts?x=1";
    form_is(&with, &sms,
            "To=%2B14155552671&MessagingServiceSid=MG1&Body=Hi&"
            "ValidityPeriod=36000&StatusCallback="
            "https%3A%2F%2Fclinic.example%2Freceipts%3Fx%3D1%26reference%3D"
            "o7-1");
}

static void validity_is_what_is_left_up_to_ten_hours(void **state)
{
    static const struct {
        const char *why;
        int64_t left_ms;
        int64_t seconds;
    } rows[] = {
        {"S-12: never more than the queue's horizon", 11 * HOUR_MS, 36000},
        {"exactly the horizon", 10 * HOUR_MS, 36000},
        {"until the window closes", HOUR_MS, 3600},
        {"rounded down, never past it", 1999, 1},
        {"under a second is over", 999, 0},
        {"over", -HOUR_MS, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (twilio_validity(HOST_NOW, HOST_NOW + rows[i].left_ms) !=
            rows[i].seconds)
            fail_msg("%s", rows[i].why);
    assert_int_equal(twilio_validity(HOST_NOW, INSTANT_NEVER), 36000);
}

static struct outgoing a_call(void)
{
    struct outgoing call = host_sms(2, "+14155552671", "Hello <Ana>");

    call.channel = CHANNEL_VOICE;
    return call;
}

static void a_call_asks_where_its_script_is(void **state)
{
    struct twilio_settings with = settings;
    struct outgoing call = a_call();

    (void)state;
    with.voice_url = "https://clinic.example/voice";
    with.callback_url = "https://clinic.example/s";
    with.machine_detection = "DetectMessageEnd";
    form_is(&with, &call,
            "To=%2B14155552671&From=%2B18005550100&"
            "Url=https%3A%2F%2Fclinic.example%2Fvoice%3Freference%3Do7-2&"
            "Timeout=30&TimeLimit=180&"
            "MachineDetection=DetectMessageEnd&AsyncAmd=true&"
            "AsyncAmdStatusCallback=https%3A%2F%2Fclinic.example%2Fs%3F"
            "reference%3Do7-2&"
            "StatusCallback=https%3A%2F%2Fclinic.example%2Fs%3Freference%3D"
            "o7-2&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing&"
            "StatusCallbackEvent=answered&StatusCallbackEvent=completed");
}

static void digits_to_dial_exclude_machine_detection(void **state)
{
    struct twilio_settings with = settings;
    struct outgoing call = a_call();

    (void)state;
    with.voice_url = "https://clinic.example/voice";
    with.machine_detection = "Enable";
    call.extension = "12";
    form_is(&with, &call, /* V-1 */
            "To=%2B14155552671&From=%2B18005550100&"
            "Url=https%3A%2F%2Fclinic.example%2Fvoice%3Freference%3Do7-2&"
            "Timeout=30&TimeLimit=180&SendDigits=WW12");
}

static void a_call_that_we_hold_asks_us(void **state)
{
    struct twilio_settings with = settings;
    struct outgoing call = a_call();

    (void)state;
    with.serves = with.called = true;
    with.hook_url = "https://c.example/hooks/tw";
    with.callback_url = "https://c.example/hooks/tw/status";
    with.machine_detection = "DetectMessageEnd";
    call.transfer_to = "+12125550190"; /* and is not cut off there */
    form_is(&with, &call,              /* V-5 */
            "To=%2B14155552671&From=%2B18005550100&"
            "Url=https%3A%2F%2Fc.example%2Fhooks%2Ftw%2Fcall%3Freference%3D"
            "o7-2&Timeout=30&TimeLimit=3780&"
            "MachineDetection=DetectMessageEnd&AsyncAmd=true&"
            "AsyncAmdStatusCallback=https%3A%2F%2Fc.example%2Fhooks%2Ftw%2F"
            "machine%3Freference%3Do7-2&"
            "StatusCallback=https%3A%2F%2Fc.example%2Fhooks%2Ftw%2Fstatus%3F"
            "reference%3Do7-2&StatusCallbackEvent=initiated&"
            "StatusCallbackEvent=ringing&StatusCallbackEvent=answered&"
            "StatusCallbackEvent=completed");
}

static void what_nobody_would_receive_is_refused(void **state)
{
    struct twilio_settings with = settings;
    struct outgoing sms = host_sms(1, "+14155552671", "Reply C");
    struct outgoing call = a_call();
    struct error err = {0};

    (void)state;
    assert_true(twilio_admits(&with, &sms, &err));
    sms.invites_reply = true;
    assert_false(twilio_admits(&with, &sms, &err));
    assert_non_null(strstr(err.text, "nothing would receive it"));
    with.poll = true;
    assert_true(twilio_admits(&with, &sms, &err));
    with.poll = false;
    /* nothing of ours listens at a callback address */
    with.callback_url = "https://clinic.example/r";
    assert_false(twilio_admits(&with, &sms, &err));
    assert_false(twilio_admits(&with, &call, &err));
    assert_non_null(strstr(err.text, "nothing answers a call's keys: let"));
    with.voice_url = "https://clinic.example/voice";
    assert_true(twilio_admits(&with, &call, &err));
    call.extension = "12;drop";
    assert_false(twilio_admits(&with, &call, &err));
    sms.channel = CHANNEL_EMAIL;
    assert_false(twilio_admits(&with, &sms, &err));
}

/* Reads a section; the error's text, or "" when it is taken. */
static struct error read_section(const char *json)
{
    struct error err = {0};
    struct json *doc = json_parse(json, strlen(json), 0, &err, NULL);
    struct driver_config config = {
        .name = "main-sms",
        .doc = doc,
        .node = json_root(doc),
        .path = "outreach.json",
    };
    struct twilio_settings read = {0};
    struct arena *arena = arena_new();

    assert_non_null(doc);
    if (twilio_settings_read(&config, arena, &read, &err))
        err.text[0] = '\0';
    arena_free(arena);
    json_free(doc);
    return err;
}

static void a_wrong_section_names_the_place(void **state)
{
    static const struct {
        const char *json;
        const char *part;
    } rows[] = {
        {"{\"account_sid\": \"" SID "\", \"from\": \"+18005550100\"}", ""},
        {"{\"from\": \"+18005550100\"}", "'account_sid' is missing"},
        {"{\"account_sid\": \"../../x\", \"from\": \"+1\"}",
         "outreach.json:1:17: provider 'main-sms': 'account_sid' must be an "
         "id that begins with AC"},
        {"{\"account_sid\": \"" SID "\"}", "'from' is missing"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", \"base_url\": "
         "\"api.twilio.com\"}",
         "'base_url' must be an http:// or https:// address"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"ring_seconds\": 10}",
         "'ring_seconds' must be a whole number from 25 to 600"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"machine_detection\": \"yes\"}",
         "'machine_detection' must be none, enable or message-end"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"transfer_to\": \"212-555-0190\"}",
         "'transfer_to' must be a number such as"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"languages\": \"en\"}",
         "'languages' is a list"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"languages\": [\"en\", \"vi\"]}",
         "calls are held in en, es, fr, pt and de"},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", "
         "\"languages\": [\"en\", \"es\"]}",
         ""},
        {"{\"account_sid\": \"" SID "\", \"from\": \"+1\", \"poll\": 1}",
         "'poll' must be true or false"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = read_section(rows[i].json);

        if (!strstr(err.text, rows[i].part) ||
            (rows[i].part[0] == '\0' && err.text[0]))
            fail_msg("expected '%s' in: %s", rows[i].part, err.text);
    }
}

static void unknown_members_are_told_with_the_nearest(void **state)
{
    static const char *const general[] = {"driver", "rate", NULL};
    static const char json[] =
        "{\"driver\": \"twilio\", \"rate\": 1,\n \"acount_sid\": \"AC1\"}";
    struct json *doc = json_parse(json, strlen(json), 0, NULL, NULL);
    struct driver_config config = {.name = "main-sms",
                                   .doc = doc,
                                   .node = json_root(doc),
                                   .path = "outreach.json"};
    struct error err = {0};

    (void)state;
    assert_false(driver_check_members(&driver_twilio, &config, general, &err));
    assert_non_null(strstr(err.text, "did you mean 'account_sid'?"));
    assert_non_null(strstr(err.text, "outreach.json:2:2: provider"));
    json_free(doc);
}

static void dates_are_read_as_mail_writes_them(void **state)
{
    instant at = 0;

    (void)state;
    assert_true(twilio_date("Thu, 24 Aug 2023 05:01:45 +0000", &at));
    assert_int_equal(at, INT64_C(1692853305000));
    assert_true(twilio_date("Thu, 24 Aug 2023 00:01:45 -0500", &at));
    assert_int_equal(at, INT64_C(1692853305000));
    assert_false(twilio_date("2023-08-24", &at));
    assert_false(twilio_date("Thu, 32 Aug 2023 05:01:45 +0000", &at));
    assert_false(twilio_date("Thu, 24 Gus 2023 05:01:45 +0000", &at));
    assert_false(twilio_date(NULL, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_names_sender_and_validity),
        cmocka_unit_test(a_service_and_a_callback_carry_our_reference),
        cmocka_unit_test(validity_is_what_is_left_up_to_ten_hours),
        cmocka_unit_test(a_call_asks_where_its_script_is),
        cmocka_unit_test(digits_to_dial_exclude_machine_detection),
        cmocka_unit_test(a_call_that_we_hold_asks_us),
        cmocka_unit_test(what_nobody_would_receive_is_refused),
        cmocka_unit_test(a_wrong_section_names_the_place),
        cmocka_unit_test(unknown_members_are_told_with_the_nearest),
        cmocka_unit_test(dates_are_read_as_mail_writes_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
