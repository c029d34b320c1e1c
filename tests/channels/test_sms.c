/* SPDX-License-Identifier: Apache-2.0 */
/* How texts travel (S-3 to S-6), against the vectors of the rule book, and
 * the rewriting that keeps them in one part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

#include "channels/sms.h"

/* A text as runs: `count` times `unit`. */
struct run {
    size_t count;
    const char *unit;
};

struct size_row {
    const char *why;
    struct run runs[4];
    enum sms_encoding encoding;
    size_t units;
    size_t parts;
    size_t characters;
    int first_foreign;
};

static const struct size_row sizes[] = {
    {"S-3: 160 septets fit one part", {{160, "1"}}, SMS_GSM7, 160, 1, 160, 0},
    {"S-3: one more needs two", {{161, "1"}}, SMS_GSM7, 161, 2, 161, 0},
    {"S-3: two parts carry 306", {{306, "1"}}, SMS_GSM7, 306, 2, 306, 0},
    {"S-3: 307 needs three", {{307, "1"}}, SMS_GSM7, 307, 3, 307, 0},
    {"S-4: the euro takes two septets",
     {{1, "€"}, {158, "a"}},
     SMS_GSM7,
     160,
     1,
     159,
     0},
    {"S-4: and one more is too much",
     {{1, "€"}, {159, "a"}},
     SMS_GSM7,
     161,
     2,
     160,
     0},
    {"S-4: an emoji is two UCS-2 units",
     {{1, "😜"}, {68, "a"}},
     SMS_UCS2,
     70,
     1,
     69,
     0x1F61C},
    {"S-3: 71 units need two parts",
     {{1, "😜"}, {69, "a"}},
     SMS_UCS2,
     71,
     2,
     70,
     0x1F61C},
    {"S-3: 135 units need three",
     {{1, "😜"}, {133, "a"}},
     SMS_UCS2,
     135,
     3,
     134,
     0x1F61C},
    {"S-4: a with acute is not GSM-7", {{70, "á"}}, SMS_UCS2, 70, 1, 70, 0xE1},
    {"S-4: 71 of them need two parts", {{71, "á"}}, SMS_UCS2, 71, 2, 71, 0xE1},
    {"S-4: e with acute is GSM-7", {{160, "é"}}, SMS_GSM7, 160, 1, 160, 0},
    {"S-4: capital C with cedilla too", {{160, "Ç"}}, SMS_GSM7, 160, 1, 160, 0},
    {"S-5: an escape pair at the end of part 1 leaves one septet empty",
     {{152, "a"}, {1, "€"}, {151, "a"}},
     SMS_GSM7,
     305,
     2,
     304,
     0},
    {"S-5: so this takes three where dividing gives two",
     {{152, "a"}, {1, "€"}, {152, "a"}},
     SMS_GSM7,
     306,
     3,
     305,
     0},
    {"S-5: a surrogate pair is not split either",
     {{66, "á"}, {1, "😀"}, {66, "á"}},
     SMS_UCS2,
     134,
     3,
     133,
     0xE1},
    {"S-5: one letter fewer fits two",
     {{66, "á"}, {1, "😀"}, {65, "á"}},
     SMS_UCS2,
     133,
     2,
     132,
     0xE1},
    {"S-3: 1530 make ten parts", {{1530, "a"}}, SMS_GSM7, 1530, 10, 1530, 0},
    {"S-3: 1531 make eleven", {{1531, "a"}}, SMS_GSM7, 1531, 11, 1531, 0},
    {"S-4: a curly apostrophe costs the alphabet",
     {{1, "Don’t miss it"}},
     SMS_UCS2,
     13,
     1,
     13,
     0x2019},
    {"empty: no part, refused by whoever sends",
     {{0, ""}},
     SMS_GSM7,
     0,
     0,
     0,
     0},
    {"S-4: the backtick is not in it", {{1, "`"}}, SMS_UCS2, 1, 1, 1, '`'},
    {"S-4: a tab neither", {{1, "a\tb"}}, SMS_UCS2, 3, 1, 3, '\t'},
    {"S-4: lower c with cedilla neither", {{1, "ç"}}, SMS_UCS2, 1, 1, 1, 0xE7},
    {"bytes that are not UTF-8 count as one odd character each",
     {{1, "a\xff\xfe"}},
     SMS_UCS2,
     3,
     1,
     3,
     0xFFFD},
};

static void runs_text(struct buf *out, const struct run runs[4])
{
    for (size_t i = 0; i < 4; i++)
        for (size_t n = 0; n < runs[i].count; n++)
            buf_text(out, runs[i].unit);
}

static void sizes_follow_the_rule_book(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const struct size_row *row = &sizes[i];
        struct sms_size size;
        struct buf text;

        buf_init(&text, 1 << 16);
        runs_text(&text, row->runs);
        size = sms_measure(text.data);
        if (size.encoding != row->encoding || size.units != row->units ||
            size.parts != row->parts || size.characters != row->characters ||
            size.first_foreign != row->first_foreign)
            fail_msg("%s: encoding %d units %zu parts %zu characters %zu "
                     "foreign U+%04X",
                     row->why, (int)size.encoding, size.units, size.parts,
                     size.characters, (unsigned)size.first_foreign);
        buf_free(&text);
    }
}

/* S-4 in full: each character of the alphabet alone is GSM-7, with the
 * septets the standard gives it. */
static void alphabet_is_complete(void **state)
{
    static const char *const one =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    static const char *const two = "\f^{}\\[~]|€";
    struct sms_size size;

    (void)state;
    size = sms_measure(one);
    assert_int_equal(size.encoding, SMS_GSM7);
    assert_int_equal(size.characters, 127);
    assert_int_equal(size.units, 127);
    size = sms_measure(two);
    assert_int_equal(size.encoding, SMS_GSM7);
    assert_int_equal(size.characters, 10);
    assert_int_equal(size.units, 20);
}

/* The templates of the rule book (2.3) with the lengths it gives. */
static void templates_fit_one_part(void **state)
{
    static const struct {
        size_t length;
        const char *text;
    } rows[] = {
        {144, "Lakeside Clinic: you have an appointment Tue Dec 1 at 9:00 AM. "
              "Reply C to confirm, R to reschedule, or call 800-555-0100. "
              "Reply STOP to opt out."},
        {115, "Lakeside Pharmacy: a prescription is due for refill. Reply R to "
              "refill or call 800-555-0100. Reply STOP to opt out."},
        {127, "Lakeside Clinic: our records show you are due for a routine "
              "preventive visit. Call 800-555-0100 to book. Reply STOP to opt "
              "out."},
        {126, "Lakeside Clinic: you are opted out and will get no more "
              "automated messages. For help call 800-555-0100. Reply START to "
              "rejoin."},
        {147, "Lakeside Clinic: checking in after your recent visit. Reply 1 "
              "if you want a call, 2 if OK. Emergency: 911. Tel 800-555-0100. "
              "Reply STOP to opt out."},
        {125, "Lakeside Clinic reminders: for help call 800-555-0100. Msg "
              "frequency varies. Msg&data rates may apply. Reply STOP to opt "
              "out."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sms_size size = sms_measure(rows[i].text);

        assert_int_equal(size.encoding, SMS_GSM7);
        assert_int_equal(size.characters, rows[i].length);
        assert_int_equal(size.parts, 1);
    }
}

struct simple_row {
    const char *why;
    const char *text;
    bool accents;
    const char *expect;
};

static const struct simple_row simples[] = {
    {"curly quotes", "“Don’t”", false, "\"Don't\""},
    {"dashes", "9–5 — open", false, "9-5 - open"},
    {"ellipsis", "wait…", false, "wait..."},
    {"odd blanks", "9:00\u202fAM\u00a0sharp", false, "9:00 AM sharp"},
    {"what cannot be seen goes", "\ufeffhi\u200b", false, "hi"},
    {"accents stay without leave", "mañana está", false, "mañana está"},
    {"with leave only those GSM-7 lacks go (S-6)", "mañana está aquí, señor",
     true, "mañana esta aqui, señor"},
    {"the year keeps its tilde when written in two", "an\u0303o", true, "año"},
    {"an accent written in two is one letter", "cafe\u0301", false, "café"},
    {"and goes where GSM-7 has no such letter", "esta\u0301", true, "esta"},
    {"but not without leave", "esta\u0301", false, "esta\u0301"},
    {"French", "Œuvre à l’hôpital, ça va", true, "OEuvre à l'hopital, ca va"},
    {"Polish, Romanian", "Łódź, Iași", true, "Lodz, Iasi"},
    {"an emoji is kept", "ok 🙏", true, "ok 🙏"},
    {"other scripts are kept", "Привет", true, "Привет"},
    {"nothing", "", true, ""},
};

static void simplifying_keeps_the_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(simples) / sizeof(simples[0]); i++) {
        struct buf out;

        buf_init(&out, 1024);
        sms_simplify(&out, simples[i].text, simples[i].accents);
        if (strcmp(out.data, simples[i].expect) != 0)
            fail_msg("%s: got '%s'", simples[i].why, out.data);
        buf_free(&out);
    }
}

static void simplified_spanish_fits_gsm7(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    sms_simplify(&out, "Clínica Lago: su próxima cita es el miércoles…", true);
    assert_int_equal(sms_measure(out.data).encoding, SMS_GSM7);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_follow_the_rule_book),
        cmocka_unit_test(alphabet_is_complete),
        cmocka_unit_test(templates_fit_one_part),
        cmocka_unit_test(simplifying_keeps_the_words),
        cmocka_unit_test(simplified_spanish_fits_gsm7),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
