/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: what is refused and where (every trap of cJSON in libraries.md 3),
 * places of values and keys, reading, and writing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct json *parse(const char *text, unsigned flags)
{
    struct error err = {.kind = ERROR_NONE};
    struct json_place place;
    struct json *doc = json_parse(text, strlen(text), flags, &err, &place);
    if (doc == NULL)
        fail_msg("%.80s: %d:%d: %s", text, place.line, place.column, err.text);
    return doc;
}

struct refusal {
    const char *text;
    int line;
    int column;
    const char *says; /* must stand in the error */
};

static void assert_refused(const struct refusal *row, unsigned flags)
{
    struct error err = {.kind = ERROR_NONE};
    struct json_place place = {-1, -1};
    struct json *doc =
        json_parse(row->text, strlen(row->text), flags, &err, &place);
    if (doc != NULL)
        fail_msg("%.80s: was taken", row->text);
    assert_int_equal(err.kind, ERROR_INPUT);
    if (place.line != row->line || place.column != row->column ||
        strstr(err.text, row->says) == NULL)
        fail_msg("%.80s: %d:%d: %s", row->text, place.line, place.column,
                 err.text);
    /* and again without anybody who wants to know */
    assert_null(json_parse(row->text, strlen(row->text), flags, NULL, NULL));
}

static void test_broken_structure_is_refused_where_it_breaks(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"", 1, 1, "expected a value"},
        {"  \n ", 2, 2, "the end of the text"},
        {"[1,]", 1, 3, "no ',' before ']'"},
        {"{\"a\":1,}", 1, 7, "no ',' before '}'"},
        {"[1 2]", 1, 4, "expected ',' or ']' after the value, got '2'"},
        {"{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}' after the value"},
        {"{\"a\" 1}", 1, 6, "expected ':' after the key, got '1'"},
        {"{\"a\":}", 1, 6, "expected a value"},
        {"{a:1}", 1, 2, "expected a key in double quotes, got 'a'"},
        {"{1:1}", 1, 2, "expected a key in double quotes"},
        {"{'a':1}", 1, 2, "expected a key in double quotes"},
        {"['a']", 1, 2, "double quotes"},
        {"[", 1, 2, "the end of the text"},
        {"{", 1, 2, "the end of the text"},
        {"{\"a\":1", 1, 7, "the end of the text"},
        {"[1}", 1, 3, "got '}'"},
        {"]", 1, 1, "expected a value"},
        {"[,1]", 1, 2, "expected a value"},
        {"[1]]", 1, 4, "expected nothing after the value, got ']'"},
        {"[1] x", 1, 5, "expected nothing after the value"},
        {"{\n  \"a\": tru\n}", 2, 8, "got 'tru'"},
        {"[True]", 1, 2, "got 'True'"},
        {"[nul]", 1, 2, "null"},
        {"[nulll]", 1, 2, "null"},
        {"[undefined]", 1, 2, "expected a value"},
        {"[NaN]", 1, 2, "expected a value"},
        {"[-Infinity]", 1, 3, "expected a digit after '-'"},
        {"[1\f]", 1, 3, "the byte 0x0c"},
        {"[1\v,2]", 1, 3, "the byte 0x0b"},
        {"[\xC2\xA0"
         "1]",
         1, 2, "expected a value"},
        {"[/* no */1]", 1, 2, "comments are not allowed here"},
        {"[1]//", 1, 4, "comments are not allowed here"},
        {"[/1]", 1, 2, "got '/'"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_refused(&rows[i], 0);
}

static void test_lenient_numbers_are_refused(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"[01]", 1, 2, "does not start with 0"},
        {"[-01]", 1, 2, "does not start with 0"},
        {"[00]", 1, 2, "does not start with 0"},
        {"[1.]", 1, 4, "expected a digit after '.'"},
        {"[2.e3]", 1, 4, "expected a digit after '.'"},
        {"[.5]", 1, 2, "expected a value"},
        {"[+1]", 1, 2, "expected a value"},
        {"[-]", 1, 3, "expected a digit after '-'"},
        {"[1e]", 1, 4, "expected a digit in the exponent"},
        {"[1e+]", 1, 5, "expected a digit in the exponent"},
        {"[0x1F]", 1, 3, "got 'x1F'"},
        {"[1_000]", 1, 3, "got '_000'"},
        {"[1,000.5]", 1, 4, "does not start with 0"},
        {"[1e400]", 1, 2, "too large"},
        {"[0, -1e999]", 1, 5, "too large"},
        {"[1111111111222222222233333333334444444444555555555566666666667777]",
         1, 2, "at most 63"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_refused(&rows[i], 0);
}

static void test_bad_texts_are_refused(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"[\"a]", 1, 2, "never closed"},
        {"[\"a\nb\"]", 1, 2, "not closed on its line"},
        {"[\"a\tb\"]", 1, 4, "control character"},
        {"[\"a\x01\"]", 1, 4, "control character"},
        {"[\"\\x41\"]", 1, 3, "unknown escape"},
        {"[\"\\'\"]", 1, 3, "unknown escape"},
        {"[\"\\\n\"]", 1, 3, "unknown escape"},
        {"[\"\\", 1, 3, "unknown escape"},
        {"[\"\\u12\"]", 1, 3, "four hexadecimal digits"},
        {"[\"\\u12G4\"]", 1, 3, "four hexadecimal digits"},
        {"[\"\\u", 1, 3, "four hexadecimal digits"},
        {"[\"a\\u0000b\"]", 1, 4, "\\u0000"},
        {"{\"a\\u0000\":1}", 1, 4, "\\u0000"},
        {"[\"\\uD800\"]", 1, 3, "surrogate"},
        {"[\"\\uDC00\"]", 1, 3, "surrogate"},
        {"[\"\\uD800\\u0041\"]", 1, 3, "surrogate"},
        {"[\"\\uD800\\uD800\"]", 1, 3, "surrogate"},
        {"[\"\\uD800\\", 1, 3, "surrogate"},
        {"[\"\xFF\"]", 1, 3, "UTF-8"},
        {"[\"\xC0\xAF\"]", 1, 3, "UTF-8"},
        {"[\"\xE2\x82\"]", 1, 3, "UTF-8"},
        {"[\"\xED\xA0\x80\"]", 1, 3, "UTF-8"},
        {"[\"\xF4\x90\x80\x80\"]", 1, 3, "UTF-8"},
        {"[\"\xE9t\xE9\"]", 1, 3, "UTF-8"}, /* Latin-1 */
        {"[\"\xC3", 1, 3, "UTF-8"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_refused(&rows[i], 0);
}

static void test_a_key_stands_once(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"{\"a\":1,\"a\":2}", 1, 8, "\"a\" stands here twice"},
        {"{\"a\":1,\n \"b\":{\"c\":1,\"d\":2,\"c\":3}}", 2, 19, "\"c\""},
        {"{\"a\":1,\"\\u0061\":2}", 1, 8, "\"a\""},
        {"{\"x\":1,\"b\":1,\"b\":1,\"a\":1,\"a\":1}", 1, 14, "\"b\""},
        {"{\"\":1,\"\":2}", 1, 7, "twice"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_refused(&rows[i], 0);
    /* the same key in two objects, or in another case, is two keys */
    json_free(parse("[{\"a\":1},{\"a\":2}]", 0));
    json_free(parse("{\"a\":1,\"A\":{\"a\":2}}", 0));
}

static void test_nul_bytes_and_size(void **state)
{
    (void)state;
    struct error err;
    assert_null(json_parse("[1]\0", 4, 0, &err, NULL));
    assert_null(json_parse("[1,\0"
                           "2]",
                           6, 0, &err, NULL));
    assert_null(json_parse("[\"\0\"]", 5, 0, &err, NULL));
    size_t len = JSON_MAX_BYTES + 1;
    char *big = calloc(1, len);
    assert_non_null(big);
    memset(big, ' ', len);
    big[0] = '1';
    struct json_place place;
    assert_null(json_parse(big, len, 0, &err, &place));
    assert_int_equal(place.line, 0);
    assert_non_null(strstr(err.text, "at most"));
    struct json *doc = json_parse(big, len - 1, 0, &err, NULL);
    assert_non_null(doc);
    json_free(doc);
    free(big);
}

static void nest(struct buf *out, int depth)
{
    buf_init(out, 100000);
    for (int i = 0; i < depth; i++)
        buf_text(out, i % 2 == 0 ? "[" : "{\"a\":");
    buf_text(out, "1");
    for (int i = depth - 1; i >= 0; i--)
        buf_char(out, i % 2 == 0 ? ']' : '}');
}

static void test_depth_is_bounded_and_can_be_written_again(void **state)
{
    (void)state;
    struct buf text;
    struct error err;
    struct json_place place;
    nest(&text, JSON_MAX_DEPTH);
    struct json *doc = parse(text.data, 0);
    struct buf out;
    buf_init(&out, 100000);
    struct json_writer writer;
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    json_write_node(&writer, "inside", json_root(doc));
    json_write_end(&writer, '}');
    assert_int_equal(out.len, text.len + strlen("{\"inside\":}"));
    assert_memory_equal(out.data + 10, text.data, text.len);
    json_free(doc);
    buf_free(&out);
    buf_free(&text);
    static const int depths[] = {JSON_MAX_DEPTH + 1, 5000};
    for (size_t i = 0; i < ROWS(depths); i++) {
        nest(&text, depths[i]);
        assert_null(json_parse(text.data, text.len, 0, &err, &place));
        assert_non_null(strstr(err.text, "64 levels"));
        buf_free(&text);
    }
}

static void test_values_are_read(void **state)
{
    (void)state;
    struct json *doc =
        parse("{\"text\": \"a\\u00e9\\ud83d\\ude00\\n\\\"\", \"n\": -1.5e2,"
              " \"yes\": true, \"no\": false, \"none\": null,"
              " \"list\": [1, \"two\", [], {}], \"empty\": \"\"}",
              0);
    const struct json_node *root = json_root(doc);
    assert_int_equal(json_type(root), JSON_OBJECT);
    assert_int_equal(json_count(root), 7);
    assert_string_equal(json_get_text(root, "text"),
                        "a\xC3\xA9\xF0\x9F\x98\x80\n\"");
    double number = 0;
    assert_true(json_number(json_get(root, "n"), &number));
    assert_true(number == -150.0);
    assert_true(json_is_true(json_get(root, "yes")));
    assert_false(json_is_true(json_get(root, "no")));
    assert_int_equal(json_type(json_get(root, "no")), JSON_BOOL);
    assert_int_equal(json_type(json_get(root, "none")), JSON_NULL);
    assert_non_null(json_get(root, "none"));
    assert_null(json_get(root, "None"));
    assert_null(json_get(root, "missing"));
    assert_string_equal(json_get_text(root, "empty"), "");
    assert_null(json_get_text(root, "n"));

    const struct json_node *list = json_get(root, "list");
    assert_int_equal(json_count(list), 4);
    assert_string_equal(json_key(list), "list");
    const struct json_node *item = json_first(list);
    assert_int_equal(json_type(item), JSON_NUMBER);
    assert_null(json_key(item));
    item = json_next(item);
    assert_string_equal(json_text(item), "two");
    item = json_next(item);
    assert_int_equal(json_type(item), JSON_ARRAY);
    assert_null(json_first(item));
    item = json_next(item);
    assert_int_equal(json_type(item), JSON_OBJECT);
    assert_null(json_next(item));
    assert_null(json_get(list, "two"));
    json_free(doc);
}

static void test_nothing_answers_nothing(void **state)
{
    (void)state;
    double number = 7;
    int64_t integer = 7;
    assert_int_equal(json_type(NULL), JSON_NULL);
    assert_null(json_root(NULL));
    assert_null(json_get(NULL, "a"));
    assert_null(json_get_text(NULL, "a"));
    assert_null(json_first(NULL));
    assert_null(json_next(NULL));
    assert_null(json_key(NULL));
    assert_null(json_text(NULL));
    assert_int_equal(json_count(NULL), 0);
    assert_false(json_number(NULL, &number));
    assert_false(json_integer(NULL, &integer));
    assert_false(json_is_true(NULL));
    assert_true(number == 7 && integer == 7);
    assert_int_equal(json_place(NULL, NULL).line, 0);
    assert_int_equal(json_key_place(NULL, NULL).line, 0);
    json_free(NULL);
}

static void test_integers_are_exact_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"3000000000", true, INT64_C(3000000000)}, /* saturates in cJSON */
        {"-9007199254740991", true, INT64_C(-9007199254740991)},
        {"9007199254740991", true, INT64_C(9007199254740991)},
        {"9007199254740993", false, 0}, /* a double makes it ...992 */
        {"1e3", true, 1000},
        {"5.0", true, 5},
        {"1.5", false, 0},
        {"1e300", false, 0},
        {"\"5\"", false, 0},
        {"true", false, 0},
        {"null", false, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct json *doc = parse(rows[i].text, 0);
        int64_t value = 7;
        bool good = json_integer(json_root(doc), &value);
        if (good != rows[i].good || value != (good ? rows[i].value : 7))
            fail_msg("%s: %d, %lld", rows[i].text, good, (long long)value);
        json_free(doc);
    }
}

static void assert_place(struct json_place place, int line, int column)
{
    if (place.line != line || place.column != column)
        fail_msg("got %d:%d, expected %d:%d", place.line, place.column, line,
                 column);
}

static void test_values_and_keys_have_places(void **state)
{
    (void)state;
    struct json *doc = parse("\xEF\xBB\xBF{ // the clinic's caf\xC3\xA9\n"
                             "  \"a\": 1,\r\n"
                             "  /* \xC3\xA9\xC3\xA9 */ \"b\": [true, {\"c\":\n"
                             "null}], \"\xF0\x9F\x98\x80\": \"d\"\n"
                             "}\n// the end",
                             JSON_COMMENTS);
    const struct json_node *root = json_root(doc);
    assert_place(json_place(doc, root), 1, 1);
    assert_place(json_key_place(doc, root), 0, 0);
    const struct json_node *a = json_get(root, "a");
    assert_place(json_key_place(doc, a), 2, 3);
    assert_place(json_place(doc, a), 2, 8);
    const struct json_node *b = json_get(root, "b");
    assert_place(json_key_place(doc, b), 3, 12);
    assert_place(json_place(doc, b), 3, 17);
    const struct json_node *yes = json_first(b);
    assert_place(json_place(doc, yes), 3, 18);
    assert_place(json_key_place(doc, yes), 0, 0);
    const struct json_node *c = json_get(json_next(yes), "c");
    assert_place(json_key_place(doc, c), 3, 25);
    assert_place(json_place(doc, c), 4, 1);
    const struct json_node *face = json_get(root, "\xF0\x9F\x98\x80");
    assert_place(json_key_place(doc, face), 4, 9);
    assert_place(json_place(doc, face), 4, 14);
    json_free(doc);
}

static void test_comments_where_they_are_allowed(void **state)
{
    (void)state;
    struct json *doc = parse("/**/[//x\n1,/* [ \" */2, \"//no\", \"/*no*/\"]"
                             "/***/ //",
                             JSON_COMMENTS);
    const struct json_node *root = json_root(doc);
    assert_int_equal(json_count(root), 4);
    const struct json_node *item = json_next(json_next(json_first(root)));
    assert_string_equal(json_text(item), "//no");
    assert_string_equal(json_text(json_next(item)), "/*no*/");
    json_free(doc);
    static const struct refusal rows[] = {
        {"[1] /* open", 1, 5, "never closed"},
        {"[1] /*/", 1, 5, "never closed"},
        {"// only a comment", 1, 18, "expected a value"},
        {"[1] # no", 1, 5, "got '#'"},
        {"[1 /* \xFF */]", 1, 7, "UTF-8"},
        {"[/]", 1, 2, "a comment"},
        {"/* x */ [1,/* y */]", 1, 11, "no ','"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_refused(&rows[i], JSON_COMMENTS);
}

static void test_large_objects_are_checked_quickly(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, JSON_MAX_BYTES);
    buf_char(&text, '{');
    for (int i = 0; i < 200000; i++)
        buf_format(&text, "%s\"key-%d\":%d", i == 0 ? "" : ",", i, i);
    struct buf good;
    buf_init(&good, JSON_MAX_BYTES);
    buf_add(&good, text.data, text.len);
    buf_char(&good, '}');
    buf_text(&text, ",\n\"key-77\":0}");
    assert_false(text.overflow || good.overflow);
    struct json *doc = parse(good.data, 0);
    assert_int_equal(json_count(json_root(doc)), 200000);
    json_free(doc);
    struct error err;
    struct json_place place;
    assert_null(json_parse(text.data, text.len, 0, &err, &place));
    assert_place(place, 2, 1);
    buf_free(&text);
    buf_free(&good);
}

static void test_writing_gives_one_compact_line(void **state)
{
    (void)state;
    struct buf out;
    struct json_writer writer;
    buf_init(&out, 10000);
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "text", "a\"\\/\b\f\n\r\t\x01\x7F\xC3\xA9");
    json_write_text(&writer, "none", NULL);
    json_write_integer(&writer, "big", INT64_MIN);
    json_write_number(&writer, "n", 0.1);
    json_write_array(&writer, "list");
    json_write_bool(&writer, NULL, true);
    json_write_object(&writer, NULL);
    json_write_end(&writer, '}');
    json_write_array(&writer, NULL);
    json_write_end(&writer, ']');
    json_write_raw(&writer, NULL, "{\"raw\":1}");
    json_write_end(&writer, ']');
    json_write_bool(&writer, "k\"ey", false);
    json_write_end(&writer, '}');
    assert_string_equal(
        out.data,
        "{\"text\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\xC3\xA9\","
        "\"none\":null,\"big\":-9223372036854775808,\"n\":0.1,"
        "\"list\":[true,{},[],{\"raw\":1}],\"k\\\"ey\":false}");
    json_free(parse(out.data, 0));
    buf_free(&out);
}

static void test_numbers_are_written_short_and_read_back(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {1, "1"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e21, "1e+21"},
        {-2.5, "-2.5"},
        {1e300 * 1e10, "null"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf out;
        struct json_writer writer;
        buf_init(&out, 100);
        json_write_init(&writer, &out);
        json_write_number(&writer, NULL, rows[i].value);
        assert_string_equal(out.data, rows[i].text);
        buf_free(&out);
    }
}

static void test_malformed_text_is_written_as_valid_json(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *json;
    } rows[] = {
        {"a\xFF"
         "b",
         "\"a\xEF\xBF\xBD"
         "b\""},
        {"\xC3", "\"\xEF\xBF\xBD\""},
        {"\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf out;
        buf_init(&out, 100);
        json_quote(&out, rows[i].text);
        assert_string_equal(out.data, rows[i].json);
        json_free(parse(out.data, 0));
        buf_free(&out);
    }
}

static void test_type_names_read_well(void **state)
{
    (void)state;
    assert_string_equal(json_type_name(JSON_TEXT), "a text");
    assert_string_equal(json_type_name(JSON_OBJECT), "an object");
    assert_string_equal(json_type_name(JSON_ARRAY), "an array");
    assert_string_equal(json_type_name(JSON_BOOL), "true or false");
}

/* Whatever survives damage must come out as the same text again. */
static void test_random_damage_is_refused_or_round_trips(void **state)
{
    (void)state;
    static const char seed[] =
        "{\"a\": [1, -2.5e3, \"x\\u00e9\\n\", true, null], // c\n"
        " \"b\": {\"c\": {}, \"d\": [[]], \"\xC3\xA9\": false}}";
    struct random random = {.state = 7};
    size_t taken = 0;
    for (int round = 0; round < 20000; round++) {
        char copy[sizeof(seed)];
        memcpy(copy, seed, sizeof(seed));
        static const char pieces[] = "{}[]\",:\\/u0e-.*\n \xC3\xFF\0t9";
        for (int i = 0; i < 1 + round % 3; i++)
            copy[random_next(&random) % (sizeof(seed) - 1)] =
                pieces[random_next(&random) % (sizeof(pieces) - 1)];
        struct json *doc =
            json_parse(copy, sizeof(seed) - 1, JSON_COMMENTS, NULL, NULL);
        if (doc == NULL)
            continue;
        taken++;
        struct buf once;
        struct buf twice;
        struct json_writer writer;
        buf_init(&once, 1000);
        buf_init(&twice, 1000);
        json_write_init(&writer, &once);
        json_write_node(&writer, NULL, json_root(doc));
        json_free(doc);
        doc = parse(once.data, 0);
        json_write_init(&writer, &twice);
        json_write_node(&writer, NULL, json_root(doc));
        assert_string_equal(once.data, twice.data);
        json_free(doc);
        buf_free(&once);
        buf_free(&twice);
    }
    assert_true(taken > 100);
}

static void test_reads_real_fhir_bundles(void **state)
{
    (void)state;
    const char *source = getenv("OUTREACH_SOURCE");
    char dir[1024];
    file_join(dir, sizeof(dir), source == NULL ? "." : source,
              "../shared/data/fhir-bundles");
    if (!file_is_directory(dir))
        skip();
    char **names;
    size_t count;
    struct error err;
    assert_true(file_list(dir, ".json", &names, &count, &err));
    size_t read = 0;
    for (size_t i = 0; i < count && read < 3; i++) {
        char path[2048];
        struct buf text;
        file_join(path, sizeof(path), dir, names[i]);
        if (file_read(path, JSON_MAX_BYTES, &text, &err)) {
            struct json *doc = parse(text.data, 0);
            assert_string_equal(json_get_text(json_root(doc), "resourceType"),
                                "Bundle");
            json_free(doc);
            read++;
        }
        buf_free(&text);
    }
    assert_true(read > 0);
    file_list_free(names, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken_structure_is_refused_where_it_breaks),
        cmocka_unit_test(test_lenient_numbers_are_refused),
        cmocka_unit_test(test_bad_texts_are_refused),
        cmocka_unit_test(test_a_key_stands_once),
        cmocka_unit_test(test_nul_bytes_and_size),
        cmocka_unit_test(test_depth_is_bounded_and_can_be_written_again),
        cmocka_unit_test(test_values_are_read),
        cmocka_unit_test(test_nothing_answers_nothing),
        cmocka_unit_test(test_integers_are_exact_or_refused),
        cmocka_unit_test(test_values_and_keys_have_places),
        cmocka_unit_test(test_comments_where_they_are_allowed),
        cmocka_unit_test(test_large_objects_are_checked_quickly),
        cmocka_unit_test(test_writing_gives_one_compact_line),
        cmocka_unit_test(test_numbers_are_written_short_and_read_back),
        cmocka_unit_test(test_malformed_text_is_written_as_valid_json),
        cmocka_unit_test(test_type_names_read_well),
        cmocka_unit_test(test_random_damage_is_refused_or_round_trips),
        cmocka_unit_test(test_reads_real_fhir_bundles),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
