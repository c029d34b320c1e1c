/* SPDX-License-Identifier: Apache-2.0 */
/* What a call is told to do (V-6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "sandbox/script.h"

static bool read(const char *text, struct arena *arena, struct script *out)
{
    return script_read(text, strlen(text), arena, out);
}

static void a_script_is_read(void **state)
{
    (void)state;
    static const struct script_verb wanted[] = {
        {SCRIPT_SAY, "Hello, this is O'Hara & \u00e1.", NULL, 5, false},
        {SCRIPT_PAUSE, "", NULL, 2, false},
        {SCRIPT_GATHER, "Press 1. Press 9 < now >", "/key?state=1&x=2", 7,
         true},
        {SCRIPT_GATHER, "(a recording) https://example.org/a.mp3 Press 1.",
         NULL, 5, false},
        {SCRIPT_PLAY, "https://example.org/a.mp3", NULL, 5, false},
        {SCRIPT_DIAL, "+12125550190", "/after", 20, false},
        {SCRIPT_REDIRECT, "/again", "/again", 5, false},
        {SCRIPT_HANGUP, "", NULL, 5, false},
    };
    struct arena *arena = arena_new();
    struct script script;
    assert_true(read(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a script -->"
        "<Response>\n<Say language=\"en-US\" voice='x'>Hello, this is "
        "O&apos;Hara &amp; &#225;.</Say><Pause length=\"2\"/>"
        "<Gather action=\"/key?state=1&amp;x=2\" numDigits=\"1\" timeout=\"7\" "
        "actionOnEmptyResult=\"true\"><Say>Press 1.</Say><Say><![CDATA[Press 9 "
        "< now >]]></Say></Gather><Gather action=\"\"><Play>"
        "https://example.org/a.mp3</Play><Say>Press 1.</Say></Gather>"
        "<Play>https://example.org/a.mp3</Play><Sms>no verb of a call</Sms>"
        "<Dial timeout=\"20\" action=\"/after\"><Number>+12125550190</Number>"
        "</Dial><Redirect method=\"POST\"> /again </Redirect><Hangup/>"
        "</Response>\n",
        arena, &script));
    assert_int_equal(script.count, sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < script.count; i++) {
        const struct script_verb *is = &script.verbs[i], *want = &wanted[i];
        if (is->kind != want->kind || !text_equal(is->text, want->text) ||
            !text_equal(is->address, want->address) ||
            is->seconds != want->seconds || is->empty_too != want->empty_too)
            fail_msg("verb %zu: kind %d \"%s\" %s %d", i, is->kind, is->text,
                     is->address ? is->address : "-", is->seconds);
    }
    assert_true(read("<Response/>", arena, &script));
    assert_int_equal(script.count, 0);
    arena_free(arena);
}

static void what_is_no_script_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text;
    } rows[] = {
        {"nothing at all", ""},
        {"a page of an error", "<html><body>502</body></html>"},
        {"an end is missing", "<Response><Say>Hello"},
        {"ends cross each other", "<Response><Say><b></Say></b></Response>"},
        {"two documents", "<Response/><Response/>"},
        {"an entity of another world",
         "<Response><Say>&nbsp;</Say></Response>"},
        {"a number that is no character",
         "<Response><Say>&#x110000;</Say></Response>"},
        {"a bare ampersand", "<Response><Say>a & b</Say></Response>"},
        {"an attribute without quotes",
         "<Response><Pause length=2/></Response>"},
        {"no UTF-8", "<Response><Say>\xff</Say></Response>"},
        {"an end with an attribute", "<Response></Response a=\"b\">"},
    };
    struct arena *arena = arena_new();
    struct script script;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (read(rows[i].text, arena, &script))
            fail_msg("%s was taken", rows[i].sentence);
    char deep[512] = "<Response>", many[2048] = "<Response>";
    for (int i = 0; i < 16; i++)
        strcat(deep, "<a>");
    assert_false(read(deep, arena, &script));
    for (int i = 0; i <= SCRIPT_VERBS; i++)
        strcat(many, "<Hangup/>");
    strcat(many, "</Response>");
    assert_false(read(many, arena, &script));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_is_read),
        cmocka_unit_test(what_is_no_script_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
