/* SPDX-License-Identifier: Apache-2.0 */
/* The CSV reader: what a row is, and what no file may do (domain.md 6.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"

#include "feeds/csv.h"

/* Everything that a text holds: "line[field|field]line[field]", then "!" and
 * the error when the file is broken. Bytes come as they are. */
static void read_all(const char *data, size_t len, char delimiter,
                     struct buf *out, struct error *err)
{
    struct csv *csv = csv_memory("t.csv", data, len, delimiter, err);
    assert_non_null(csv);
    struct csv_row row;
    int step;
    while ((step = csv_next(csv, &row, err)) == 1) {
        buf_format(out, "%lld[", (long long)row.line);
        for (size_t i = 0; i < row.count; i++)
            buf_format(out, "%s%s", i ? "|" : "", row.fields[i]);
        buf_text(out, row.bad_utf8 ? "]?" : "]");
    }
    if (step < 0)
        buf_format(out, "!%s", err->text);
    csv_close(csv);
}

static void test_rows(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *expected;
        char delimiter;
    } cases[] = {
        {"LF ends a row", "a,b\n1,2\n", "1[a|b]2[1|2]", 0},
        {"CRLF ends a row", "a,b\r\n1,2\r\n", "1[a|b]2[1|2]", 0},
        {"CR alone ends a row", "a,b\r1,2\r3,4", "1[a|b]2[1|2]3[3|4]", 0},
        {"the last row needs no line end", "a\n1", "1[a]2[1]", 0},
        {"an empty file has no row", "", "", 0},
        {"only a byte-order mark has no row", "\xef\xbb\xbf", "", 0},
        {"a byte-order mark is not part of the first name",
         "\xef\xbb\xbf"
         "a,b\n",
         "1[a|b]", 0},
        {"quotes hide the delimiter", "a,b\n\"x,y\",z\n", "1[a|b]2[x,y|z]", 0},
        {"a doubled quote is one", "a\n\"say \"\"hi\"\"\"\n",
         "1[a]2[say \"hi\"]", 0},
        {"only a doubled quote", "a\n\"\"\"\"\n", "1[a]2[\"]", 0},
        {"a quoted empty field is empty", "a,b\n\"\",\n", "1[a|b]2[|]", 0},
        {"a quoted line end belongs to the field, and lines are counted",
         "a,b\n\"x\ny\",1\nz,2\n", "1[a|b]2[x\ny|1]4[z|2]", 0},
        {"a quoted CRLF stays as it is", "a\n\"x\r\ny\"\nz\n",
         "1[a]2[x\r\ny]4[z]", 0},
        {"a quote inside a plain field is a character", "a\n6\" pipe\n",
         "1[a]2[6\" pipe]", 0},
        {"blanks belong to fields", "a, b\n 1 ,2\n", "1[a| b]2[ 1 |2]", 0},
        {"empty lines are passed over, and counted", "a,b\n\n\r\n1,2\n\n",
         "1[a|b]4[1|2]", 0},
        {"rows may have other numbers of fields", "a,b\n1\n1,2,3\n",
         "1[a|b]2[1]3[1|2|3]", 0},
        {"a trailing delimiter is an empty field", "a,\n1,\n", "1[a|]2[1|]", 0},
        {"a semicolon is found in the header", "a;b\n1,5;2\n", "1[a|b]2[1,5|2]",
         0},
        {"a tab is found in the header", "a\tb\n1\t2\n", "1[a|b]2[1|2]", 0},
        {"data does not decide about the delimiter", "a\n1;2\n", "1[a]2[1;2]",
         0},
        {"quotes hide the other delimiter in the header", "\"a;b\",c\n1,2\n",
         "1[a;b|c]2[1|2]", 0},
        {"a delimiter that was declared is not looked for", "a,b;c\n1,2;3\n",
         "1[a,b|c]2[1,2|3]", ';'},
        {"UTF-8 stays", "a\nJos\xc3\xa9\n", "1[a]2[Jos\xc3\xa9]", 0},
        {"bytes that are not UTF-8 are told, row by row", "a\nJos\xe9\nfine\n",
         "1[a]2[Jos\xe9]?3[fine]", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out;
        struct error err = {0};
        buf_init(&out, 1 << 20);
        read_all(cases[i].text, strlen(cases[i].text), cases[i].delimiter, &out,
                 &err);
        if (strcmp(out.data, cases[i].expected) != 0)
            fail_msg("%s: expected %s, got %s", cases[i].sentence,
                     cases[i].expected, out.data);
        buf_free(&out);
    }
}

static void test_broken_files(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text;
        size_t len;
        const char *expected;
    } cases[] = {
        {"a NUL byte", "a,b\n1,\0\n", 8, "t.csv:2: a NUL byte"},
        {"a NUL byte in quotes", "a\n\"x\0\"\n", 8, "t.csv:2: a NUL byte"},
        {"a quote that never closes names the line where it opened",
         "a\nx\n\"y\nz\n", 9, "t.csv:3: a quote opens here"},
        {"text behind a closing quote", "a\n\"x\"y\n", 7,
         "t.csv:2: text behind a closing quote"},
        {"two delimiters in the header", "a,b;c\n1,2\n", 10,
         "has both ',' and ';'"},
        {"UTF-16",
         "\xff\xfe"
         "a\0,\0b\0",
         8, "is UTF-16"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out;
        struct error err = {0};
        buf_init(&out, 1 << 20);
        read_all(cases[i].text, cases[i].len, 0, &out, &err);
        if (!strstr(out.data, cases[i].expected))
            fail_msg("%s: expected %s, got %s", cases[i].sentence,
                     cases[i].expected, out.data);
        assert_int_equal(err.kind, ERROR_INPUT);
        buf_free(&out);
    }
}

/* `prefix`, `count` times `fill`, `suffix`. */
static char *long_text(const char *prefix, char fill, size_t count,
                       const char *suffix)
{
    size_t before = strlen(prefix), behind = strlen(suffix);
    char *text = memory_new(before + count + behind + 1);
    memcpy(text, prefix, before);
    memset(text + before, fill, count);
    memcpy(text + before + count, suffix, behind);
    return text;
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *prefix;
        char fill;
        size_t count;
        const char *suffix, *expected;
    } cases[] = {
        {"64 KiB are a field", "a\n", 'x', CSV_FIELD_MAX, "\n", NULL},
        {"one byte more is not", "a\n", 'x', CSV_FIELD_MAX + 1, "\n",
         "t.csv:2: a field longer than 64 KiB"},
        {"nor in quotes", "a\n\"", 'x', CSV_FIELD_MAX + 1, "\"\n",
         "t.csv:2: a field longer than 64 KiB"},
        {"a runaway quote ends soon", "a\n\"", '\n', 3 << 20, "\"\n",
         "t.csv:2: the field that a quote opens here"},
        {"a line of megabytes", "a\n", 'x', 3 << 20, "\n", "64 KiB"},
        {"1,024 columns are fine", "", ',', 1023, "\n", NULL},
        {"1,025 are not", "", ',', 1024, "\n", "more than 1,024 columns"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = long_text(cases[i].prefix, cases[i].fill, cases[i].count,
                               cases[i].suffix);
        struct buf out;
        struct error err = {0};
        buf_init(&out, 8 << 20);
        read_all(text, strlen(text), ',', &out, &err);
        const char *expected = cases[i].expected;
        if (expected ? !strstr(err.text, expected) : err.kind != ERROR_NONE)
            fail_msg("%s: got '%s'", cases[i].sentence, err.text);
        buf_free(&out);
        free(text);
    }
}

/* Rows of every length around the block's, so that each kind of end falls on
 * its border once. */
static void test_blocks(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\"\"\"\r\n"};
    enum { BLOCK = 256 << 10, FIELD = 60000 };
    for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++) {
        for (int around = -6; around <= 6; around++) {
            struct buf text;
            buf_init(&text, 2 << 20);
            size_t want = (size_t)(BLOCK + around);
            bool quoted = ends[e][0] == '"';
            buf_text(&text, "h\n");
            while (text.len + FIELD + 10 < want) {
                for (int i = 0; i < FIELD; i++)
                    buf_char(&text, 'x');
                buf_char(&text, '\n');
            }
            buf_text(&text, quoted ? "\"" : "");
            while (text.len < want - strlen(ends[e]))
                buf_char(&text, 'y');
            buf_text(&text, ends[e]);
            buf_text(&text, "end\n");
            struct error err = {0};
            struct csv *csv =
                csv_memory("t.csv", text.data, text.len, ',', &err);
            struct csv_row row;
            char last[8] = "", before = 0;
            int rows = 0;
            while (csv_next(csv, &row, &err) == 1) {
                rows++;
                before = last[0];
                snprintf(last, sizeof(last), "%s", row.fields[0]);
                if (before == 'y')
                    break;
            }
            assert_int_equal(err.kind, ERROR_NONE);
            assert_string_equal(last, "end");
            assert_int_equal(rows, 1 + 4 + 2);
            csv_close(csv);
            buf_free(&text);
        }
    }
}

static void test_files(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(csv_open("/nowhere/patients.csv", 0, &err));
    assert_int_equal(err.kind, ERROR_CANNOT);
    assert_null(csv_open("/tmp", 0, &err));
    assert_non_null(strstr(err.text, "is a folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
