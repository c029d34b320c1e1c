/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole message for one patient: which language, which channel, what is
 * refused, and that a text message stays as short as it was written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/render.h"
#include "channels/sms.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* Tuesday, 1 December 2026, 9:00 in New York, and the Saturday after. */
#define TUESDAY INT64_C(1796133600000)
#define SATURDAY (TUESDAY + 4 * 24 * HOUR_MS)

#define SMS_EN                                                            \
    "{{clinic.public_name}}: you have an appointment {{start | day}} at " \
    "{{start | time}}. Reply C to confirm, R to reschedule, or call "     \
    "{{clinic.phone}}. Reply STOP to opt out."
#define SMS_ES                                                                 \
    "{{clinic.public_name}}: tiene una cita el {{start | day}} a las {{start " \
    "| time}}. Responda C para confirmar, R para cambiarla, o llame al "       \
    "{{clinic.phone}}. Responda STOP para salir."

static struct voice_key keys[] = {{'1', "confirm"}, {'9', "opt-out"}};
static struct message_text texts[] = {
    {
        .language = "en",
        .sms = SMS_EN,
        .email_subject = "Your appointment on {{start | day}}",
        .email_text = "Dear {{patient.first_name | else 'patient'}},\nsee you "
                      "on {{start | date}}.\n",
        .email_html = "<p>Dear {{patient.first_name}},</p>",
        .voice_from = "{{clinic.public_name}}",
        .voice_phone = "{{clinic.phone}}",
        .voice_name = "{{addressee.first_name}}",
        .voice_say = "You have an appointment {{start | day}}.",
        .voice_voicemail = "Please call {{clinic.phone}}.",
        .voice_keys = keys,
        .voice_key_count = ROWS(keys),
    },
    {
        .language = "es",
        .sms = SMS_ES,
        .email_text = "Hasta el {{start | date}}.",
    },
    {
        .language = "zh-Hans",
        .sms = "{{clinic.public_name}}：{{start | day}}",
    },
};
static struct message messages[] = {
    {.name = "coming-up", .texts = texts, .text_count = ROWS(texts)},
};
static struct reply_rule replies[] = {{.answer = "C", .intent = "confirm"}};

struct desk {
    struct campaign campaign;
    struct render_fields fields;
    struct value values[16];
    struct template_row row;
    struct render_input input;
    struct rendered out;
    struct error err;
};

static void set(struct desk *desk, const char *name, struct value value)
{
    for (size_t i = 0; i < desk->fields.count; i++)
        if (text_equal(desk->fields.columns[i].field->name, name))
            desk->values[i] = value;
}

static void set_text(struct desk *desk, const char *name, const char *text)
{
    set(desk, name, (struct value){.type = VALUE_TEXT, .text = text});
}

static void set_start(struct desk *desk, instant at)
{
    set(desk, "start", (struct value){.type = VALUE_INSTANT, .integer = at});
}

static int desk_open(void **state)
{
    struct desk *desk = memory_new(sizeof(*desk));
    desk->campaign = (struct campaign){
        .arena = arena_new(),
        .anchor = ANCHOR_APPOINTMENT,
        .default_language = "en",
        .messages = messages,
        .message_count = ROWS(messages),
        .replies = replies,
        .reply_count = ROWS(replies),
    };
    render_fields_of(&desk->campaign, &desk->fields);
    assert_true(desk->fields.count <= ROWS(desk->values));
    set_text(desk, "clinic.public_name", "Lakeside Clinic");
    set_text(desk, "clinic.phone", "800-555-0100");
    set_text(desk, "patient.first_name", "Maria");
    set_text(desk, "addressee.first_name", "Maria");
    set_start(desk, TUESDAY);
    desk->row = (struct template_row){.values = desk->values,
                                      .zone = zone_find("America/New_York")};
    desk->input = (struct render_input){
        .campaign = &desk->campaign,
        .message = &messages[0],
        .channel = CHANNEL_SMS,
        .language = "en",
        .fields = &desk->fields,
        .rows = &desk->row,
        .row_count = 1,
    };
    rendered_init(&desk->out);
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *desk = *state;
    rendered_free(&desk->out);
    arena_free(desk->campaign.arena);
    free(desk);
    return 0;
}

static const char *send(struct desk *desk, enum channel channel,
                        const char *language)
{
    desk->input.channel = channel;
    desk->input.language = language;
    if (!render(&desk->input, &desk->out, &desk->err)) {
        assert_int_equal(desk->out.text.len, 0);
        assert_int_equal(desk->out.subject.len, 0);
        return desk->err.text;
    }
    return desk->out.text.data;
}

static void fields_are_gathered_once(void **state)
{
    struct desk *desk = *state;
    /* public_name, start, phone, and the first names of the patient and of
     * whom is called: each once over all texts */
    assert_int_equal(desk->fields.count, 5);
}

static void an_sms_is_one_gsm7_part(void **state)
{
    struct desk *desk = *state;
    const char *text = send(desk, CHANNEL_SMS, "en");
    assert_string_equal(
        text, "Lakeside Clinic: you have an appointment Tue, Dec 1 at 9:00 AM. "
              "Reply C to confirm, R to reschedule, or call 800-555-0100. "
              "Reply STOP to opt out.");
    struct sms_size size = sms_measure(text);
    assert_int_equal(size.encoding, SMS_GSM7);
    assert_int_equal(size.parts, 1);
    assert_true(size.characters <= 160); /* L-4 (E), S-6 */
    assert_true(desk->out.invites_reply);
}

static void values_do_not_make_an_sms_dear(void **state)
{
    struct desk *desk = *state;
    /* a curly apostrophe, a dash and odd blanks would make it UCS-2 */
    set_text(desk, "clinic.public_name", "St.\u202FMary\u2019s \u2013\u00A0W");
    const char *text = send(desk, CHANNEL_SMS, "en");
    assert_true(text_starts(text, "St. Mary's - W: you have"));
    assert_int_equal(sms_measure(text).encoding, SMS_GSM7);
}

static void spanish_stays_gsm7_where_it_can(void **state)
{
    struct desk *desk = *state;
    const char *text = send(desk, CHANNEL_SMS, "es");
    assert_true(text_starts(text, "Lakeside Clinic: tiene una cita el mar, 1 "
                                  "dic a las 9:00. "));
    assert_int_equal(sms_measure(text).encoding, SMS_GSM7);
    /* "sáb" alone would make two parts of one: S-6 */
    set_start(desk, SATURDAY);
    text = send(desk, CHANNEL_SMS, "es");
    assert_non_null(strstr(text, "el sab, 5 dic a las 9:00"));
    assert_int_equal(sms_measure(text).parts, 1);
    /* an email keeps its accents */
    assert_string_equal(send(desk, CHANNEL_EMAIL, "es"),
                        "Hasta el 5 de diciembre de 2026.");
}

static void other_languages_keep_their_letters(void **state)
{
    struct desk *desk = *state;
    assert_string_equal(send(desk, CHANNEL_SMS, "zh-Hans"),
                        "Lakeside Clinic：12月1日周二");
    /* a name in an English text too: nobody asked for María without accent */
    set_text(desk, "clinic.public_name", "Mar\u00EDa\u2019s");
    assert_true(text_starts(send(desk, CHANNEL_SMS, "en"), "Mar\u00EDa's: "));
}

static void languages_fall_back(void **state)
{
    static const struct {
        const char *about, *language, *used;
        enum channel channel;
    } rows[] = {
        {"exact", "es", "es", CHANNEL_SMS},
        {"its base", "es-MX", "es", CHANNEL_SMS},
        {"whatever the case", "ES_mx", "es", CHANNEL_SMS},
        {"one subtag after the other", "zh-Hans-CN", "zh-Hans", CHANNEL_SMS},
        {"not from the base to a variant", "zh", "en", CHANNEL_SMS},
        {"an unknown language gets the default", "vi", "en", CHANNEL_SMS},
        {"no language gets the default", NULL, "en", CHANNEL_SMS},
        {"an empty one too", "", "en", CHANNEL_SMS},
        {"nonsense too", "---", "en", CHANNEL_SMS},
        {"a prefix is no base", "est", "en", CHANNEL_SMS},
        {"per channel: Spanish has no call here", "es", "en", CHANNEL_VOICE},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        send(desk, rows[i].channel, rows[i].language);
        if (!text_equal(desk->out.language, rows[i].used))
            fail_msg("%s: %s", rows[i].about, desk->out.language);
    }
}

static void dates_follow_the_region(void **state)
{
    struct desk *desk = *state;
    set_start(desk, TUESDAY + 12 * HOUR_MS);
    assert_non_null(strstr(send(desk, CHANNEL_SMS, "es-US"), "9:00 p. m."));
    assert_non_null(strstr(send(desk, CHANNEL_SMS, "es"), "21:00"));
    /* whoever names none has that of the country */
    desk->input.country = "US";
    assert_non_null(strstr(send(desk, CHANNEL_SMS, "es"), "9:00 p. m."));
    assert_non_null(strstr(send(desk, CHANNEL_SMS, "es-ES"), "21:00"));
    desk->input.country = NULL;
    /* but never in another language than the text's */
    assert_non_null(strstr(send(desk, CHANNEL_SMS, "vi"), "Tue, Dec 1"));
}

static void refusals(void **state)
{
    struct desk *desk = *state;
    desk->campaign.default_language = "es";
    assert_string_equal(
        send(desk, CHANNEL_VOICE, "zh-Hans"),
        "message 'coming-up' is not written for voice in zh-Hans");
    desk->campaign.default_language = "en";
    set_text(desk, "clinic.phone", " ");
    assert_string_equal(send(desk, CHANNEL_SMS, "en"),
                        "message 'coming-up': {{clinic.phone}} is empty");
    set_text(desk, "clinic.phone", "1");
    /* subject and text are ready when the HTML turns out to have a hole */
    set(desk, "patient.first_name", (struct value){.type = VALUE_MISSING});
    assert_string_equal(send(desk, CHANNEL_EMAIL, "en"),
                        "message 'coming-up': {{patient.first_name}} is empty");
    assert_null(desk->out.language);
}

static void too_long_is_refused(void **state)
{
    struct desk *desk = *state;
    char *name = memory_new((70 << 10) + 1);
    memset(name, 'x', 70 << 10);
    set_text(desk, "clinic.public_name", name);
    assert_string_equal(send(desk, CHANNEL_SMS, "en"),
                        "message 'coming-up': the text is too long");
    /* it fits until three dots stand for one */
    for (size_t i = 0; i < (60 << 10); i += 3)
        memcpy(name + i, "\u2026", 3);
    name[60 << 10] = '\0';
    assert_true(strlen(send(desk, CHANNEL_SMS, "en")) > (60 << 10));
    free(name);
    set_text(desk, "clinic.public_name", "Lakeside Clinic");
}

static void an_email_has_its_parts(void **state)
{
    struct desk *desk = *state;
    set_text(desk, "patient.first_name", "Ann <b>\r\nBcc: x");
    assert_string_equal(send(desk, CHANNEL_EMAIL, "en"),
                        "Dear Ann <b>  Bcc: x,\nsee you on December 1, "
                        "2026.\n");
    assert_string_equal(desk->out.subject.data,
                        "Your appointment on Tue, Dec 1");
    assert_string_equal(desk->out.html.data,
                        "<p>Dear Ann &lt;b&gt;  Bcc: x,</p>");
    /* without HTML there is none, also after a message that had it */
    send(desk, CHANNEL_EMAIL, "es");
    assert_int_equal(desk->out.html.len, 0);
    assert_int_equal(desk->out.subject.len, 0);
}

static void a_call_has_a_script(void **state)
{
    struct desk *desk = *state;
    struct json_place place;
    set_text(desk, "clinic.public_name", "\"Lake\\side\"");
    set_text(desk, "addressee.first_name", "Ana");
    assert_string_equal(
        send(desk, CHANNEL_VOICE, "en"),
        "Hello. This is an automated call from \"Lake\\side\", telephone "
        "800-555-0100. If you are Ana, press 1. If Ana is not there, press 2. "
        "For a wrong number, press 3. To stop these calls, press 9. You have "
        "an appointment Tue, Dec 1.");
    assert_string_equal(desk->out.voicemail.data, "Please call 800-555-0100.");
    assert_true(desk->out.invites_reply);
    struct json *doc = json_parse(desk->out.script.data, desk->out.script.len,
                                  0, &desk->err, &place);
    assert_non_null(doc);
    const struct json_node *root = json_root(doc);
    assert_string_equal(json_get_text(root, "language"), "en");
    assert_string_equal(json_get_text(root, "from"), "\"Lake\\side\"");
    assert_string_equal(json_get_text(root, "phone"), "800-555-0100");
    assert_string_equal(json_get_text(root, "name"), "Ana");
    assert_string_equal(json_get_text(root, "say"),
                        "You have an appointment Tue, Dec 1.");
    assert_null(json_get(root, "voicemail")); /* apart: it may not be left */
    assert_string_equal(desk->out.voicemail.data, "Please call 800-555-0100.");
    assert_string_equal(json_get_text(json_get(root, "keys"), "9"), "opt-out");
    json_free(doc);
}

static void a_question_that_is_called_takes_its_answers(void **state)
{
    static struct answer_rule answers[] = {
        {"1", "ok"}, {"2", "soon"}, {"yes", "ok"}, {"9", "ok"}};
    static struct question question = {
        .name = "coming-up", .answers = answers, .answer_count = ROWS(answers)};
    struct desk *desk = *state;
    desk->campaign.questions = &question;
    desk->campaign.question_count = 1;
    send(desk, CHANNEL_VOICE, "en");
    assert_true(desk->out.stop_key);
    /* what the text says of a key goes first; 9 is nobody's */
    assert_non_null(strstr(desk->out.script.data,
                           "\"keys\":{\"1\":\"confirm\",\"2\":\"answer\","
                           "\"9\":\"opt-out\"}"));
}

/* L-32: it could not be asked whether they are there. */
static void who_has_no_name_is_not_called(void **state)
{
    struct desk *desk = *state;
    set(desk, "addressee.first_name", (struct value){.type = VALUE_MISSING});
    assert_string_equal(
        send(desk, CHANNEL_VOICE, "en"),
        "message 'coming-up': {{addressee.first_name}} is empty");
    assert_int_equal(desk->out.script.len, 0);
}

/* Another text of a call, for `rows` visits of one patient. */
static const char *call_for(struct desk *desk, const char *say,
                            const char *voicemail, size_t rows)
{
    static struct template_row all[8];
    static struct message_text text;
    static struct message message = {
        .name = "m", .texts = &text, .text_count = 1};
    text = texts[0];
    text.voice_say = say;
    text.voice_voicemail = voicemail;
    desk->campaign.messages = &message;
    desk->campaign.message_count = 1;
    render_fields_of(&desk->campaign, &desk->fields);
    set_text(desk, "clinic.public_name", "Lakeside Clinic");
    set_text(desk, "clinic.phone", "800-555-0100");
    set_text(desk, "patient.first_name", "Maria");
    set_text(desk, "addressee.first_name", "Maria");
    set(desk, "telehealth", (struct value){.type = VALUE_BOOL});
    set_start(desk, TUESDAY);
    for (size_t i = 0; i < rows; i++)
        all[i] = desk->row;
    desk->input.message = &message;
    desk->input.rows = all;
    desk->input.row_count = rows;
    return send(desk, CHANNEL_VOICE, "en");
}

/* Who presses 1 is told something. */
static void a_call_that_says_nothing_is_none(void **state)
{
    struct desk *desk = *state;
    assert_string_equal(
        call_for(desk, "{{#telehealth}}It is a video visit.{{/telehealth}}",
                 NULL, 1),
        "message 'm': 'm' says nothing");
}

/* L-4.5: what joins one call must fit into its minute, or is called alone. */
static void a_call_speaks_for_as_many_as_fit(void **state)
{
    static const char each[] = "{{#each}}You have an appointment {{start | "
                               "date}}. {{/each}}Press 1 to confirm.";
    static const char voicemail[] =
        "{{#each}}Please call {{clinic.public_name}} as soon as you possibly "
        "can, "
        "{{clinic.phone}}. {{/each}}";
    static const char too_long[] =
        "message 'm': for so many the call takes longer than 60 seconds";
    struct desk *desk = *state;
    assert_non_null(
        strstr(call_for(desk, each, voicemail, 3), "You have an appointment"));
    assert_string_equal(call_for(desk, each, NULL, 8), too_long);
    assert_string_equal(call_for(desk, "Press 1.", voicemail, 8), too_long);
}

/* A bundle of a damaged store: nothing leaves. */
static void what_does_not_compile_is_refused(void **state)
{
    struct desk *desk = *state;
    struct message_text broken = {.language = "en", .sms = "{{start | day"};
    struct message message = {
        .name = "broken", .texts = &broken, .text_count = 1};
    struct render_fields fields;
    desk->campaign.messages = &message;
    desk->campaign.message_count = 1;
    render_fields_of(&desk->campaign, &fields);
    desk->input.message = &message;
    desk->input.fields = &fields;
    assert_string_equal(send(desk, CHANNEL_SMS, "en"),
                        "message 'broken': its text does not compile; check "
                        "the campaign");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(fields_are_gathered_once),
        CASE(an_sms_is_one_gsm7_part),
        CASE(values_do_not_make_an_sms_dear),
        CASE(spanish_stays_gsm7_where_it_can),
        CASE(other_languages_keep_their_letters),
        CASE(languages_fall_back),
        CASE(dates_follow_the_region),
        CASE(refusals),
        CASE(too_long_is_refused),
        CASE(an_email_has_its_parts),
        CASE(a_call_has_a_script),
        CASE(a_question_that_is_called_takes_its_answers),
        CASE(who_has_no_name_is_not_called),
        CASE(a_call_that_says_nothing_is_none),
        CASE(a_call_speaks_for_as_many_as_fit),
        CASE(what_does_not_compile_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
