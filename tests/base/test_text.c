/* SPDX-License-Identifier: Apache-2.0
 *
 * Text: UTF-8 at its edges, trimming, suggestions for slips of the finger,
 * the folding on which a STOP depends (S-11), dates in patients' languages
 * and masks for logs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void utf8_is_checked_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *text;
        bool good;
    } rows[] = {
        {"nothing", "", true},
        {"ASCII", "plain", true},
        {"two bytes", "Ren\xc3\xa9", true},
        {"three bytes", "\xe2\x82\xac", true},
        {"four bytes", "\xf0\x9f\x98\x80", true},
        {"the last code point", "\xf4\x8f\xbf\xbf", true},
        {"beyond the last", "\xf4\x90\x80\x80", false},
        {"a continuation alone", "\x80", false},
        {"Latin-1", "Ren\xe9", false},
        {"cut in the middle", "\xe2\x82", false},
        {"an overlong slash", "\xc0\xaf", false},
        {"an overlong form of three", "\xe0\x80\xaf", false},
        {"an overlong form of four", "\xf0\x80\x80\xaf", false},
        {"a surrogate", "\xed\xa0\x80", false},
        {"a byte that never occurs", "\xff", false},
        {"good behind bad", "\xc3(ok", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (text_is_utf8(rows[i].text, strlen(rows[i].text)) != rows[i].good)
            fail_msg("%s", rows[i].what);
    }
    assert_true(text_is_utf8("a\0b", 3));
}

static void next_steps_over_one_bad_byte(void **state)
{
    (void)state;
    const char *at = "a\xe2\x82Z\xc3\xa9";
    const char *end = at + strlen(at);
    static const int32_t wanted[] = {'a', -1, -1, 'Z', 0xe9};
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_int_equal(text_next(&at, end), wanted[i]);
    assert_ptr_equal(at, end);
    assert_int_equal(text_next(&at, end), -1);
    assert_ptr_equal(at, end);
}

static void put_and_next_are_inverse(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 16);
    for (int32_t c = 1; c <= 0x10ffff; c += c < 0x900 ? 1 : 61) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        buf_reset(&buf);
        text_put(&buf, c);
        const char *at = buf.data;
        assert_int_equal(text_next(&at, buf.data + buf.len), c);
        assert_ptr_equal(at, buf.data + buf.len);
    }
    buf_reset(&buf);
    text_put(&buf, 0xd800);
    text_put(&buf, -1);
    text_put(&buf, 0x110000);
    assert_string_equal(buf.data, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    buf_free(&buf);
}

static void comparing_knows_null_and_case(void **state)
{
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "A"));
    assert_true(text_equal_nocase(NULL, NULL));
    assert_false(text_equal_nocase("", NULL));
    assert_true(text_equal_nocase("Content-Type", "content-TYPE"));
    assert_false(text_equal_nocase("abc", "abcd"));
    assert_false(text_equal_nocase("abcd", "abc"));
    assert_false(text_equal_nocase("[", "{")); /* only letters have a case */
    assert_true(text_starts("appointment", "app"));
    assert_true(text_starts("a", ""));
    assert_false(text_starts("ap", "app"));
    assert_false(text_starts(NULL, "a"));
}

static void trimming_takes_every_white_space(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"  ", ""},
        {"a", "a"},
        {" a b ", "a b"},
        {"\t\r\na\n", "a"},
        {"\xc2\xa0"
         "a\xc2\xa0", /* no-break, from spreadsheets */
         "a"},
        {"\xef\xbb\xbf"
         "id", /* byte-order mark */
         "id"},
        {"\xe3\x80\x80\xe5\xb1\xb1\xe3\x80\x80", "\xe5\xb1\xb1"},
        {" \xff ", "\xff"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];
        text_copy(text, sizeof text, rows[i][0]);
        assert_int_equal(text_blank(text), rows[i][1][0] == '\0');
        text_trim(text);
        assert_string_equal(text, rows[i][1]);
    }
    assert_true(text_blank(NULL));
}

static void a_list_is_cut_between_its_parts(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text, *wanted;
    } rows[] = {
        {18, "one; two; three", "one; two; three"},
        {16, "one; two; three", "one; two; three"},
        {15, "one; two; three", "one; two; ..."},
        {13, "one; two; three", "one; ..."},
        {14, "one; two; three", "one; two; ..."},
        {8, "one and all", "one ..."},
        {4, "one; two", "one"},
        {9, NULL, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[20];
        text_copy_list(out, rows[i].size, rows[i].text);
        assert_string_equal(out, rows[i].wanted);
    }
}

static void an_end_is_an_end_whatever_blanks_are_around(void **state)
{
    (void)state;
    static const struct {
        const char *text, *end;
        bool ends;
    } rows[] = {
        {"Sent from a trial account - Hello", "Hello", true},
        {"Hello", "Hello", true},
        {" Hello \n", "\tHello", true},
        {"Hello you", "Hello", false},
        {"ello", "Hello", false},
        {"Hello", "", true},
        {"", "", true},
        {"", "Hello", false},
        {"Hello", "hello", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (text_ends(rows[i].text, rows[i].end) != rows[i].ends)
            fail_msg("'%s' and '%s'", rows[i].text, rows[i].end);
}

static void copying_never_cuts_a_letter(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
        const char *wanted;
    } rows[] = {
        {6, "short", "short"},
        {5, "short", "shor"},
        {1, "short", ""},
        {5, "Ren\xc3\xa9", "Ren"},
        {6, "Ren\xc3\xa9", "Ren\xc3\xa9"},
        {4, "\xf0\x9f\x98\x80", ""},
        {6, NULL, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[8] = "xxxxxxx";
        text_copy(out, rows[i].size, rows[i].text);
        assert_string_equal(out, rows[i].wanted);
    }
    char kept = 'k';
    text_copy(&kept, 0, "never written");
    assert_int_equal(kept, 'k');
}

static void length_counts_letters(void **state)
{
    (void)state;
    assert_int_equal(text_length(""), 0);
    assert_int_equal(text_length("Ren"), 3);
    assert_int_equal(text_length("Ren\xc3\xa9"), 4);
    assert_int_equal(text_length("\xf0\x9f\x98\x80!"), 2);
}

static void distance_counts_slips(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        int wanted;
    } rows[] = {
        {"", "", 0},
        {"same", "same", 0},
        {"", "abc", 3},
        {"status", "statu", 1},
        {"status", "statuss", 1},
        {"status", "stetus", 1},
        {"status", "sttaus", 1}, /* two neighbours swapped: one slip */
        {"ca", "abc", 3},        /* nothing is edited twice */
        {"kitten", "sitting", 3},
        {"Status", "status", 1},
        {"a\xc3\xb1o", "ano", 1}, /* letters, not bytes */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(text_distance(rows[i].a, rows[i].b), rows[i].wanted);
        assert_int_equal(text_distance(rows[i].b, rows[i].a), rows[i].wanted);
    }
    char longest[66];
    memset(longest, 'x', 64);
    longest[64] = '\0';
    assert_int_equal(text_distance(longest, "x"), 63);
    memcpy(longest + 64, "x", 2);
    assert_int_equal(text_distance(longest, longest), 0);
    assert_int_equal(text_distance(longest, "x"), 65);
}

static void nearest_suggests_only_slips(void **state)
{
    (void)state;
    static const char *const fields[] = {"status", "start", "visit_type",
                                         "patient.age", "id"};
    static const struct {
        const char *name;
        const char *wanted;
    } rows[] = {
        {"statsu", "status"},
        {"STATUS", "status"},
        {"visittype", "visit_type"},
        {"pateint.age", "patient.age"},
        {"strat", "start"},
        {"ix", "id"},
        {"colour", NULL},
        {"", NULL},
        {"patient.wage_group", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = text_nearest(rows[i].name, fields, COUNT(fields));
        if (!text_equal(got, rows[i].wanted))
            fail_msg("%s: %s", rows[i].name, got ? got : "nothing");
    }
    assert_null(text_nearest("status", fields, 0));
}

typedef void fold_function(struct buf *out, const char *text);

static void check_fold(fold_function *fold, const char *text,
                       const char *wanted)
{
    struct buf out;
    buf_init(&out, 1000);
    fold(&out, text);
    assert_string_equal(out.data, wanted);
    assert_false(out.overflow);
    buf_free(&out);
}

static void folding_hears_the_same_word(void **state)
{
    (void)state;
    /* what a patient typed, folded, folded plain (S-11) */
    static const char *const rows[][3] = {
        {"", "", ""},
        {"STOP", "stop", "stop"},
        {"ｓｔｏｐ", "stop", "stop"},
        {"ＳＴＯＰ", "stop", "stop"},
        {"𝐒𝐓𝐎𝐏", "stop", "stop"}, /* mathematical bold */
        {"ⓢⓣⓞⓟ", "stop", "stop"},
        {"S\u200bT\u00adO\u200dP", "stop", "stop"}, /* nothing to see */
        {"Arrêt", "arrêt", "arret"},
        {"Arre\u0302t", "arrêt", "arret"}, /* the same, decomposed */
        {"DÉTENER", "détener", "detener"},
        {"ngừng", "ngừng", "ngung"},
        {"İPTAL", "i\u0307ptal", "iptal"}, /* Turkish dotted capital */
        {"ıptal", "ıptal", "iptal"},       /* and dotless small i */
        {"Straße", "strasse", "strasse"},
        {"ŁÓDŹ", "łódź", "lodz"},
        {"Ødegård Æ Œ Þ", "ødegård æ œ þ", "odegard ae oe th"},
        {"ﬁn", "fin", "fin"},
        {"СТОП", "стоп", "стоп"},
        {"Й", "й", "й"}, /* a letter of its own, not an и with a mark */
        {"Σίσυφος", "σίσυφοσ", "σίσυφοσ"},
        {"停止", "停止", "停止"},
        {"중지", "중지", "중지"},
        {"हिन्दी", "हिन्दी", "हिन्दी"},
        {"١٢", "١٢", "١٢"},
        {"１２", "12", "12"},
        {"OK 👍", "ok 👍", "ok 👍"},
        {"bad\xff", "bad\ufffd", "bad\ufffd"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_fold(text_fold, rows[i][0], rows[i][1]);
        check_fold(text_fold_plain, rows[i][0], rows[i][2]);
        check_fold(text_fold, rows[i][1], rows[i][1]); /* folding is stable */
        check_fold(text_fold_plain, rows[i][2], rows[i][2]);
    }
}

static void folding_is_bounded(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 8);
    text_fold(&out, "longer than eight");
    assert_true(out.overflow);
    assert_string_equal(out.data, "longer t");
    buf_free(&out);

    size_t size = ((size_t)1 << 20) + 2;
    char *huge = malloc(size);
    memset(huge, 'a', size - 1);
    huge[size - 1] = '\0';
    buf_init(&out, size * 2);
    text_fold_plain(&out, huge);
    assert_true(out.overflow);
    assert_int_equal(out.len, 0);
    buf_free(&out);

    /* the ligature that becomes eighteen letters */
    buf_init(&out, 1000);
    text_fold(&out, "\ufdfa\ufdfa");
    assert_false(out.overflow);
    assert_int_equal(out.len, 2 * 33);
    buf_free(&out);
    free(huge);
}

static const struct civil morning = {{2026, 12, 1}, 9, 0, 0};
static const struct civil evening = {{2026, 12, 1}, 21, 5, 0};

static void check_date(struct civil local, const char *language,
                       enum text_date_style style, const char *wanted)
{
    struct buf out;
    buf_init(&out, 200);
    text_date(&out, local, language, style);
    assert_string_equal(out.data, wanted);
    buf_free(&out);
}

static void dates_speak_the_language(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        const char *day;
        const char *date;
        const char *nine;
        const char *evening;
        const char *weekday;
    } rows[] = {
        {"en", "Tue, Dec 1", "December 1, 2026", "9:00 AM", "9:05 PM",
         "Tuesday"},
        {"en-GB", "Tue, 1 Dec", "1 December 2026", "09:00", "21:05", "Tuesday"},
        {"es", "mar, 1 dic", "1 de diciembre de 2026", "9:00", "21:05",
         "martes"},
        {"es-US", "mar, 1 de dic", "1 de diciembre de 2026", "9:00 a. m.",
         "9:05 p. m.", "martes"},
        {"fr", "mar. 1 déc.", "1 décembre 2026", "09:00", "21:05", "mardi"},
        {"vi", "Th 3, 1 thg 12", "1 tháng 12, 2026", "9:00", "21:05", "Thứ Ba"},
        {"zh-Hans", "12月1日周二", "2026年12月1日", "09:00", "21:05", "星期二"},
        {"ru", "вт, 1 дек.", "1 декабря 2026 г.", "09:00", "21:05", "вторник"},
        {"ko", "12월 1일 (화)", "2026년 12월 1일", "오전 9:00", "오후 9:05",
         "화요일"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *l = rows[i].language;
        check_date(morning, l, TEXT_DATE_DAY, rows[i].day);
        check_date(morning, l, TEXT_DATE_DATE, rows[i].date);
        check_date(morning, l, TEXT_DATE_TIME, rows[i].nine);
        check_date(evening, l, TEXT_DATE_TIME, rows[i].evening);
        check_date(morning, l, TEXT_DATE_WEEKDAY, rows[i].weekday);
    }
}

static void unknown_languages_get_english(void **state)
{
    (void)state;
    static const char *const languages[] = {
        "xx",
        "hmn",
        "",
        "  ",
        "garbage!!",
        "und",
        "root",
        NULL,
        "a-language-tag-much-longer-than-any-that-is-real-anywhere",
        "\xff\xfe",
        "en_US",
        "EN-us",
    };
    setenv("LANG", "de_DE.UTF-8", 1); /* the machine's language is no answer */
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    for (size_t i = 0; i < COUNT(languages); i++) {
        check_date(morning, languages[i], TEXT_DATE_DAY, "Tue, Dec 1");
        check_date(morning, languages[i], TEXT_DATE_TIME, "9:00 AM");
        assert_string_equal(text_plural(1, languages[i]), "one");
    }
}

static void calendars_stay_gregorian(void **state)
{
    (void)state;
    struct buf out;
    static const char *const languages[] = {"fa", "th", "ar-SA", "ps",
                                            "th-u-ca-buddhist"};
    buf_init(&out, 200);
    for (size_t i = 0; i < COUNT(languages); i++) {
        buf_reset(&out);
        text_date(&out, morning, languages[i], TEXT_DATE_DATE);
        struct buf folded;
        buf_init(&folded, 400);
        text_fold(&folded, out.data);
        bool year = strstr(folded.data, "2026") || /* three sets of digits */
                    strstr(folded.data, "۲۰۲۶") || strstr(folded.data, "٢٠٢٦");
        if (!year)
            fail_msg("%s: %s", languages[i], out.data);
        buf_free(&folded);
    }
    buf_free(&out);
}

/* A wall time that no zone of the machine may bend: the hours that clock
 * changes skip or repeat, and the ends of the calendar. */
static void wall_time_is_never_bent(void **state)
{
    (void)state;
    static const struct {
        struct civil at;
        const char *date;
        const char *time;
    } rows[] = {
        {{{2026, 3, 8}, 2, 30, 0}, "March 8, 2026", "2:30 AM"},
        {{{2026, 11, 1}, 1, 30, 0}, "November 1, 2026", "1:30 AM"},
        {{{2026, 12, 1}, 0, 0, 0}, "December 1, 2026", "12:00 AM"},
        {{{2026, 12, 1}, 12, 0, 0}, "December 1, 2026", "12:00 PM"},
        {{{2028, 2, 29}, 23, 59, 59}, "February 29, 2028", "11:59 PM"},
        {{{1931, 1, 1}, 0, 0, 0}, "January 1, 1931", "12:00 AM"},
        {{{9999, 12, 31}, 23, 59, 0}, "December 31, 9999", "11:59 PM"},
    };
    setenv("TZ", "America/New_York", 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_date(rows[i].at, "en", TEXT_DATE_DATE, rows[i].date);
        check_date(rows[i].at, "en", TEXT_DATE_TIME, rows[i].time);
    }
}

/* Whatever the language, the blanks that would turn a GSM-7 message into
 * UCS-2 do not come out (libraries.md 4). */
static void no_strange_blanks_come_out(void **state)
{
    (void)state;
    static const char *const languages[] = {
        "en", "es-US", "es-MX", "fr", "fr-CA", "pt-BR", "en-CA",
        "ru", "pl",    "de",    "it", "so",    "fil"};
    struct buf out;
    buf_init(&out, 400);
    for (size_t i = 0; i < COUNT(languages); i++) {
        for (int style = TEXT_DATE_DAY; style <= TEXT_DATE_WEEKDAY; style++)
            text_date(&out, evening, languages[i], (enum text_date_style)style);
        assert_null(strstr(out.data, "\xe2\x80\xaf"));
        assert_null(strstr(out.data, "\xc2\xa0"));
        assert_true(text_is_utf8(out.data, out.len));
        buf_reset(&out);
    }
    buf_free(&out);
}

static void plurals_follow_the_language(void **state)
{
    (void)state;
    static const struct {
        int64_t count;
        const char *language;
        const char *wanted;
    } rows[] = {
        {0, "en", "other"}, {1, "en", "one"},   {2, "en", "other"},
        {1, "es", "one"},   {0, "fr", "one"},   {2, "fr", "other"},
        {1, "vi", "other"}, {1, "zh", "other"}, {1, "ru", "one"},
        {3, "ru", "few"},   {5, "ru", "many"},  {21, "ru", "one"},
        {0, "ar", "zero"},  {2, "ar", "two"},   {11, "ar", "many"},
        {2, "pl", "few"},   {-1, "en", "one"},  {1000000, "en", "other"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(text_plural(rows[i].count, rows[i].language),
                            rows[i].wanted);
}

/* More languages than a thread keeps open: the oldest give way, the answers
 * stay right. */
static void many_languages_take_turns(void **state)
{
    (void)state;
    char tag[16];
    for (int round = 0; round < 2; round++) {
        for (char c = 'a'; c <= 'z'; c++) {
            snprintf(tag, sizeof tag, "en-x-%c%d", c, round);
            check_date(morning, tag, TEXT_DATE_DAY, "Tue, Dec 1");
        }
        check_date(morning, "fr", TEXT_DATE_WEEKDAY, "mardi");
        assert_string_equal(text_plural(3, "ru"), "few");
    }
}

static void *speak(void *arg)
{
    const char *wanted = arg;
    struct buf out;
    buf_init(&out, 100);
    bool same = true;
    for (int i = 0; i < 500 && same; i++) {
        buf_reset(&out);
        text_date(&out, morning, wanted[0] == 'm' ? "fr" : "en",
                  TEXT_DATE_WEEKDAY);
        same = strcmp(out.data, wanted) == 0;
    }
    buf_free(&out);
    return same ? arg : NULL;
}

static void threads_do_not_share_formatters(void **state)
{
    (void)state;
    static char french[] = "mardi";
    static char english[] = "Tuesday";
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, speak,
                                        i % 2 == 0 ? french : english),
                         0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *answer;
        assert_int_equal(pthread_join(threads[i], &answer), 0);
        assert_non_null(answer);
    }
}

static void masks_hide_the_person(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"+14155552671", "+1415•••2671"},
        {"+442079460958", "+4420•••0958"},
        {"(415) 555-2671", "(415)•••2671"},
        {"4155552671", "415•••2671"}, /* three digits always stay hidden */
        {"+6512345678", "+651•••5678"},
        {"51234567", "5•••4567"},
        {"5552671", "5•••"},
        {"maria@example.org", "m•••@example.org"},
        {"m@example.org", "m•••@example.org"},
        {"@example.org", "•••@example.org"},
        {"María López", "M•••"},
        {"Élodie", "É•••"},
        {"5.55E+09", "5•••"},
        {"\xff\xfe", "•••"},
        {"\n1", "•••"},
        {"\u202e1", "•••"}, /* would turn the line round */
        {"m@a\nb.org", "m•••"},
        {"Maria <m@example.org>", "M•••"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 100);
        text_mask(&out, rows[i][0]);
        assert_string_equal(out.data, rows[i][1]);
        buf_free(&out);
    }
    struct buf out;
    buf_init(&out, 100);
    text_mask(&out, NULL);
    assert_string_equal(out.data, "");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_checked_strictly),
        cmocka_unit_test(next_steps_over_one_bad_byte),
        cmocka_unit_test(put_and_next_are_inverse),
        cmocka_unit_test(comparing_knows_null_and_case),
        cmocka_unit_test(trimming_takes_every_white_space),
        cmocka_unit_test(a_list_is_cut_between_its_parts),
        cmocka_unit_test(an_end_is_an_end_whatever_blanks_are_around),
        cmocka_unit_test(copying_never_cuts_a_letter),
        cmocka_unit_test(length_counts_letters),
        cmocka_unit_test(distance_counts_slips),
        cmocka_unit_test(nearest_suggests_only_slips),
        cmocka_unit_test(folding_hears_the_same_word),
        cmocka_unit_test(folding_is_bounded),
        cmocka_unit_test(unknown_languages_get_english),
        cmocka_unit_test(dates_speak_the_language),
        cmocka_unit_test(calendars_stay_gregorian),
        cmocka_unit_test(wall_time_is_never_bent),
        cmocka_unit_test(no_strange_blanks_come_out),
        cmocka_unit_test(plurals_follow_the_language),
        cmocka_unit_test(many_languages_take_turns),
        cmocka_unit_test(threads_do_not_share_formatters),
        cmocka_unit_test(masks_hide_the_person),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
