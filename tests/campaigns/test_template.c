/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates: the official Mustache vectors as far as our language goes, and
 * what is ours: formats in several languages, else, several, refusals,
 * cleaning and escaping, and the faults with their places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/template.h"

/* 2026-12-01, 9:00 in New York. */
#define TUESDAY INT64_C(1796133600000)
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* What one field holds in a test. */
struct given {
    const char *name; /* "start", "attr.subject" */
    struct value value;
};
#define TEXT(text_)                         \
    {                                       \
        .type = VALUE_TEXT, .text = (text_) \
    }
#define AT(ms_)                                 \
    {                                           \
        .type = VALUE_INSTANT, .integer = (ms_) \
    }
#define BOOL(yes_)                            \
    {                                         \
        .type = VALUE_BOOL, .integer = (yes_) \
    }
#define NUMBER(number_)                           \
    {                                             \
        .type = VALUE_NUMBER, .number = (number_) \
    }

struct setting {
    const struct given *given;
    size_t count;
    const struct given *second; /* what a second row says otherwise */
    size_t second_count;
    const char *second_zone;
    const char *language, *zone;
    size_t combined;
    enum template_escape escape;
};

static bool value_find(const struct view_column *column,
                       const struct given *given, size_t count,
                       struct value *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = given[i].name;
        if (column->attribute ? text_starts(name, "attr.") &&
                                    text_equal(name + 5, column->attribute)
                              : text_equal(name, column->field->name)) {
            *out = given[i].value;
            return true;
        }
    }
    *out = (struct value){.type = VALUE_MISSING};
    return false;
}

/* The text as it leaves, or "refused: why", or "does not compile". */
static void show(const char *text, const struct setting *setting,
                 struct buf *out)
{
    static const struct expression_place place = {"t.json", 1, 1};
    struct faults faults;
    struct error err = {0};
    struct value values[32], second[32];
    struct template_columns columns = {.arena = arena_new()};
    faults_init(&faults);
    struct template *template =
        template_compile(text, ANCHOR_APPOINTMENT, &place, &columns, &faults);
    buf_reset(out);
    if (!template) {
        buf_format(out, "does not compile: %s", faults.items[0].text);
    } else {
        assert_true(columns.count <= ROWS(values));
        for (size_t i = 0; i < columns.count; i++) {
            value_find(&columns.items[i], setting->given, setting->count,
                       &values[i]);
            if (!value_find(&columns.items[i], setting->second,
                            setting->second_count, &second[i]))
                second[i] = values[i];
        }
        struct template_row speak[8];
        size_t count = setting->combined ? setting->combined : 1;
        assert_true(count <= ROWS(speak));
        for (size_t i = 0; i < count; i++)
            speak[i] = (struct template_row){
                .values = values,
                .zone = zone_find(setting->zone ? setting->zone
                                                : "America/New_York")};
        if (setting->second_count > 0)
            speak[1].values = second;
        if (setting->second_zone)
            speak[1].zone = zone_find(setting->second_zone);
        struct template_values with = {
            .rows = speak,
            .row_count = count,
            .language = setting->language ? setting->language : "en",
            .escape = setting->escape,
        };
        if (!template_render(template, &with, out, &err)) {
            buf_reset(out);
            buf_format(out, "refused: %s", err.text);
        }
    }
    faults_free(&faults);
    arena_free(columns.arena);
}

/* --- The official vectors ------------------------------------------------ */

/* In: interpolation of texts and numbers, HTML escaping, sections and
 * inverted sections over booleans (and over null, which is a missing value),
 * white space and standalone lines, comments. Out, because the language of a
 * campaign file leaves them out on purpose: {{{unescaped}}} and {{&}},
 * partials, lambdas, set delimiters, lists, contexts and the implicit
 * iterator. Other on purpose: what renders empty is refused here and empty
 * there ("Null Interpolation", "Context Miss"), and "{{" inside a value loses
 * a brace ("No Re-interpolation"). */
static const struct vector {
    const char *file, *name;
} vectors[] = {
    {"interpolation", "No Interpolation"},
    {"interpolation", "Basic Interpolation"},
    {"interpolation", "HTML Escaping"},
    {"interpolation", "Basic Integer Interpolation"},
    {"interpolation", "Basic Decimal Interpolation"},
    {"interpolation", "Interpolation - Surrounding Whitespace"},
    {"interpolation", "Interpolation - Standalone"},
    {"interpolation", "Interpolation With Padding"},
    {"sections", "Truthy"},
    {"sections", "Falsey"},
    {"sections", "Null is falsey"},
    {"sections", "Doubled"},
    {"sections", "Nested (Truthy)"},
    {"sections", "Nested (Falsey)"},
    {"sections", "Dotted Names - Truthy"},
    {"sections", "Dotted Names - Falsey"},
    {"sections", "Surrounding Whitespace"},
    {"sections", "Internal Whitespace"},
    {"sections", "Indented Inline Sections"},
    {"sections", "Standalone Lines"},
    {"sections", "Indented Standalone Lines"},
    {"sections", "Standalone Line Endings"},
    {"sections", "Standalone Without Previous Line"},
    {"sections", "Standalone Without Newline"},
    {"sections", "Padding"},
    {"inverted", "Falsey"},
    {"inverted", "Truthy"},
    {"inverted", "Null is falsey"},
    {"inverted", "Doubled"},
    {"inverted", "Nested (Falsey)"},
    {"inverted", "Nested (Truthy)"},
    {"inverted", "Dotted Names - Truthy"},
    {"inverted", "Dotted Names - Falsey"},
    {"inverted", "Surrounding Whitespace"},
    {"inverted", "Internal Whitespace"},
    {"inverted", "Indented Inline Sections"},
    {"inverted", "Standalone Lines"},
    {"inverted", "Standalone Indented Lines"},
    {"inverted", "Standalone Line Endings"},
    {"inverted", "Standalone Without Previous Line"},
    {"inverted", "Standalone Without Newline"},
    {"inverted", "Padding"},
    {"comments", "Inline"},
    {"comments", "Multiline"},
    {"comments", "Standalone"},
    {"comments", "Indented Standalone"},
    {"comments", "Standalone Line Endings"},
    {"comments", "Standalone Without Previous Line"},
    {"comments", "Standalone Without Newline"},
    {"comments", "Multiline Standalone"},
    {"comments", "Indented Multiline Standalone"},
    {"comments", "Indented Inline"},
    {"comments", "Surrounding Whitespace"},
    {"comments", "Variable Name Collision"},
};

/* Their names for things, and ours of the same kind. */
static const struct {
    const char *theirs, *ours;
} names[] = {
    {"subject", "attr.subject"}, {"forbidden", "attr.forbidden"},
    {"string", "attr.string"},   {"two", "attr.two"},
    {"mph", "minutes"},          {"power", "minutes"},
    {"boolean", "telehealth"},   {"bool", "telehealth"},
    {"a.b.c", "telehealth"},     {"null", "attr.null"},
};

/* Their template with our names inside the tags. */
static void translate(const char *text, struct buf *out)
{
    while (*text) {
        const char *tag = strstr(text, "{{");
        if (!tag) {
            buf_text(out, text);
            return;
        }
        size_t lead = 2 + strspn(tag + 2, "#^/! ");
        buf_add(out, text, (size_t)(tag - text) + lead);
        const char *word = tag + lead;
        size_t len = strcspn(word, " }");
        const char *ours = NULL;
        for (size_t i = 0; i < ROWS(names) && !memchr(tag, '!', lead); i++)
            if (strlen(names[i].theirs) == len &&
                strncmp(names[i].theirs, word, len) == 0)
                ours = names[i].ours;
        if (ours)
            buf_text(out, ours);
        else
            buf_add(out, word, len);
        text = word + len;
    }
}

static size_t given_of(const struct json_node *data, struct given *given)
{
    size_t count = 0;
    for (size_t i = 0; i < ROWS(names); i++) {
        const struct json_node *node = json_get(data, names[i].theirs);
        if (text_equal(names[i].theirs, "a.b.c"))
            node = json_get(json_get(json_get(data, "a"), "b"), "c");
        double number;
        struct value value = {.type = VALUE_TEXT, .text = json_text(node)};
        if (json_type(node) == JSON_NULL)
            continue;
        if (json_type(node) == JSON_BOOL)
            value = (struct value)BOOL(json_is_true(node));
        else if (json_number(node, &number))
            value = (struct value)NUMBER(number);
        given[count++] = (struct given){names[i].ours, value};
    }
    return count;
}

static void run_vector(const struct json_node *test)
{
    struct given given[ROWS(names)];
    struct buf text, out;
    buf_init(&text, 4096);
    buf_init(&out, 4096);
    translate(json_get_text(test, "template"), &text);
    struct setting setting = {
        .given = given,
        .count = given_of(json_get(test, "data"), given),
        .escape = ESCAPE_HTML,
    };
    show(text.data, &setting, &out);
    if (!text_equal(out.data, json_get_text(test, "expected")))
        fail_msg("%s: '%s' instead of '%s'", json_get_text(test, "name"),
                 out.data, json_get_text(test, "expected"));
    buf_free(&text);
    buf_free(&out);
}

/* How many of our rows this file of theirs held. */
static size_t run_vectors(const char *file)
{
    char path[4096];
    struct buf text;
    struct error err;
    size_t done = 0;
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path),
             "%s/../shared/data/mustache-spec/specs/%s.json", root ? root : ".",
             file);
    if (!file_read(path, 1 << 20, &text, &err)) {
        buf_free(&text);
        skip();
    }
    struct json *doc = json_parse(text.data, text.len, 0, &err, NULL);
    assert_non_null(doc);
    const struct json_node *tests = json_get(json_root(doc), "tests");
    for (const struct json_node *test = json_first(tests); test;
         test = json_next(test))
        for (size_t i = 0; i < ROWS(vectors); i++)
            if (text_equal(vectors[i].file, file) &&
                text_equal(vectors[i].name, json_get_text(test, "name"))) {
                run_vector(test);
                done++;
            }
    json_free(doc);
    buf_free(&text);
    return done;
}

static void official_vectors(void **state)
{
    (void)state;
    size_t done = 0;
    done += run_vectors("interpolation");
    done += run_vectors("sections");
    done += run_vectors("inverted");
    done += run_vectors("comments");
    assert_int_equal(done, ROWS(vectors));
}

/* --- Ours ------------------------------------------------------------------
 */

/* Tuesday, 1 December 2026, 9:00 in New York; the same at 21:05. */
#define MORNING INT64_C(1796133600000)
#define EVENING INT64_C(1796177100000)

static void formats(void **state)
{
    static const struct {
        const char *about, *text, *language, *expect;
        instant at;
    } rows[] = {
        {"a day in English", "{{start | day}}", "en", "Tue, Dec 1", MORNING},
        {"a date", "{{start | date}}", "en", "December 1, 2026", MORNING},
        {"a time, GSM-7 (no U+202F)", "{{start | time}}", "en", "9:00 AM",
         MORNING},
        {"a weekday", "{{start|weekday}}", "en", "Tuesday", MORNING},
        {"blanks do not matter", "{{  start|time  }}", "en", "9:05 PM",
         EVENING},
        {"a day in Spanish", "{{start | day}}", "es", "mar, 1 dic", MORNING},
        {"a time in Spanish", "{{start | time}}", "es", "21:05", EVENING},
        {"a time in US Spanish", "{{start | time}}", "es-US", "9:05 p. m.",
         EVENING},
        {"and ends a sentence by itself", "{{start | time}}. Ven.", "es-US",
         "9:05 p. m. Ven.", EVENING},
        {"also behind a section", "{{#start}}{{start | time}}{{/start}}. A.",
         "es-US", "9:05 p. m. A.", EVENING},
        {"what does not, does not", "{{start | time}}. Ven.", "es",
         "21:05. Ven.", EVENING},
        {"three dots are three", "{{start | time}}... .", "es-US",
         "9:05 p. m.... .", EVENING},
        {"a weekday in Spanish", "{{start | weekday}}", "es", "martes",
         MORNING},
        {"a day in Chinese", "{{start | day}}", "zh", "12月1日周二", MORNING},
        {"a weekday in Chinese", "{{start | weekday}}", "zh", "星期二",
         MORNING},
        {"a weekday in Arabic", "{{start | weekday}}", "ar", "الثلاثاء",
         MORNING},
        {"an unknown language speaks English", "{{start | weekday}}", "qq",
         "Tuesday", MORNING},
    };
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct given given = {"start", AT(rows[i].at)};
        struct setting setting = {
            .given = &given, .count = 1, .language = rows[i].language};
        show(rows[i].text, &setting, &out);
        if (!text_equal(out.data, rows[i].expect))
            fail_msg("%s: '%s'", rows[i].about, out.data);
    }
    buf_free(&out);
}

static void times_stand_in_the_zone_given(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    struct given given = {"start", AT(MORNING)};
    struct setting setting = {
        .given = &given, .count = 1, .zone = "Pacific/Honolulu"};
    show("{{start | day}} {{start | time}}", &setting, &out);
    assert_string_equal(out.data, "Tue, Dec 1 4:00 AM");
    buf_free(&out);
}

static void values(void **state)
{
    static const struct given given[] = {
        {"start", AT(MORNING)},
        {"booked", AT(EVENING)},
        {"patient.birth_date", {.type = VALUE_DATE, .text = "1970-02-28"}},
        {"clinic.public_name", TEXT("Lakeside Clinic")},
        {"clinic.street", TEXT("  ")},
        {"clinic.city", TEXT("")},
        {"minutes", NUMBER(20)},
        {"telehealth", BOOL(1)},
        {"preparation", BOOL(0)},
        {"attr.html", TEXT("<b>O'Hara</b> & \"Co\"")},
        {"attr.control", TEXT("a\r\nb\tc\x7f\x1b[1m")},
        {"attr.break", TEXT("a\xE2\x80\xA8"
                            "b\xC2\x85"
                            "c")},
        {"attr.bidi", TEXT("a\xE2\x80\xAE"
                           "b\xE2\x80\x8B"
                           "c")},
        {"attr.bad", TEXT("a\xFF"
                          "b")},
        {"attr.name", TEXT("María Núñez 李")},
        {"attr.braces", TEXT("{{clinic.phone}}")},
    };
    static const struct {
        const char *about, *text, *expect;
        size_t combined;
        bool html;
    } rows[] = {
        {"a value", "At {{clinic.public_name}}.", "At Lakeside Clinic.", 1, 0},
        {"whole numbers have no point", "{{minutes}} min", "20 min", 1, 0},
        {"a date has formats too", "{{patient.birth_date | date}}",
         "February 28, 1970", 1, 0},
        {"else is not used when there is a value",
         "{{clinic.public_name | else clinic.phone}}", "Lakeside Clinic", 1, 0},
        {"a missing value uses else",
         "{{clinic.phone | else clinic.public_name}}", "Lakeside Clinic", 1, 0},
        {"a blank value uses else", "{{clinic.street | else 'our office'}}",
         "our office", 1, 0},
        {"else takes the format over", "{{end | time | else booked}}",
         "9:05 PM", 1, 0},
        {"in either order", "{{end | else booked | time}}", "9:05 PM", 1, 0},
        {"else of a time may be a text",
         "{{end | time | else clinic.public_name}}", "Lakeside Clinic", 1, 0},
        {"an empty value is refused", "Hi {{clinic.city}}",
         "refused: {{clinic.city}} is empty", 1, 0},
        {"a missing value is refused", "Call {{clinic.phone}}",
         "refused: {{clinic.phone}} is empty", 1, 0},
        {"a missing time is refused", "{{end | day}}",
         "refused: {{end}} is empty", 1, 0},
        {"an else that is empty too is refused",
         "{{clinic.phone | else clinic.city}}",
         "refused: {{clinic.phone}} is empty", 1, 0},
        {"inside a closed section nothing is missed",
         "{{#preparation}}{{clinic.phone}}{{/preparation}}ok", "ok", 1, 0},
        {"a section over a text asks whether there is one",
         "{{#clinic.phone}}a{{/clinic.phone}}{{^clinic.phone}}b"
         "{{/clinic.phone}}",
         "b", 1, 0},
        {"one row",
         "{{#several}}{{combined}} are{{/several}}{{^several}}one "
         "is{{/several}} due",
         "one is due", 1, 0},
        {"five rows",
         "{{#several}}{{combined}} are{{/several}}{{^several}}one "
         "is{{/several}} due",
         "5 are due", 5, 0},
        {"plain text is not escaped", "{{attr.html}}", "<b>O'Hara</b> & \"Co\"",
         1, false},
        {"HTML is", "<i>{{attr.html}}</i>",
         "<i>&lt;b&gt;O&#39;Hara&lt;/b&gt; &amp; &quot;Co&quot;</i>", 1, true},
        {"a literal is escaped too", "{{clinic.city | else 'a & b'}}",
         "a &amp; b", 1, true},
        {"control characters are blanks", "{{attr.control}}", "a  b c  [1m", 1,
         0},
        {"so are the line breaks of Unicode", "{{attr.break}}", "a b c", 1, 0},
        {"what turns the direction is dropped", "{{attr.bidi}}", "abc", 1, 0},
        {"what is no UTF-8 shows", "{{attr.bad}}",
         "a\xEF\xBF\xBD"
         "b",
         1, 0},
        {"names of the world stay", "{{attr.name}}", "María Núñez 李", 1, 0},
        {"a value is no template, for anybody", "{{attr.braces}}",
         "{clinic.phone}}", 1, 0},
        {"one brace in a text is a brace", "{a} }} {", "{a} }} {", 1, 0},
        {"no text is no text", "", "", 1, 0},
    };
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct setting setting = {
            .given = given,
            .count = ROWS(given),
            .combined = rows[i].combined,
            .escape = rows[i].html ? ESCAPE_HTML : ESCAPE_PLAIN,
        };
        show(rows[i].text, &setting, &out);
        if (!text_equal(out.data, rows[i].expect))
            fail_msg("%s: '%s'", rows[i].about, out.data);
    }
    buf_free(&out);
}

/* A message that several rows share is true of each of them. */
static void several_rows_in_one_text(void **state)
{
    static const struct given ana[] = {
        {"clinic.public_name", TEXT("Lakeside")},
        {"clinic.phone", TEXT("+12125550190")},
        {"patient.first_name", TEXT("Ana")},
        {"start", AT(TUESDAY)},
        {"telehealth", BOOL(0)},
    };
    static const struct given leo[] = {
        {"patient.first_name", TEXT("Leo")},
        {"start", AT(TUESDAY + 30 * MINUTE_MS)},
    };
    static const struct given nameless[] = {
        {"patient.first_name", TEXT(" ")},
    };
    static const struct given by_video[] = {
        {"telehealth", BOOL(1)},
    };
    static const struct {
        const char *about, *text;
        const struct given *second;
        size_t second_count;
        const char *second_zone, *expect;
    } rows[] = {
        {"each is told in its turn",
         "{{clinic.public_name}}: {{#each}}{{patient.first_name}} "
         "{{start | time}}. {{/each}}Call.",
         leo, ROWS(leo), NULL, "Lakeside: Ana 9:00 AM. Leo 9:30 AM. Call."},
        {"on lines of their own",
         "Visits:\n{{#each}}\n- {{patient.first_name}}\n{{/each}}\nBye", leo,
         ROWS(leo), NULL, "Visits:\n- Ana\n- Leo\nBye"},
        {"how many stands in the list too",
         "{{#each}}{{patient.first_name}} of {{combined}}; {{/each}}", leo,
         ROWS(leo), NULL, "Ana of 2; Leo of 2; "},
        {"each in its own zone", "{{#each}}{{start | time}}; {{/each}}", leo,
         ROWS(leo), "America/Denver", "9:00 AM; 7:30 AM; "},
        {"a section in the list asks the row",
         "{{#each}}{{patient.first_name}}{{#telehealth}} by "
         "video{{/telehealth}}. {{/each}}",
         by_video, ROWS(by_video), NULL, "Ana. Ana by video. "},
        {"a hole in any of them is refused",
         "{{#each}}{{patient.first_name}} {{/each}}", nameless, ROWS(nameless),
         NULL, "refused: {{patient.first_name}} is empty"},
        {"what is the same for all stands outside",
         "{{clinic.public_name}} {{clinic.phone}} {{start | day}}", leo,
         ROWS(leo), NULL, "Lakeside 212-555-0190 Tue, Dec 1"},
        {"a time that is the first one's alone is refused",
         "See you at {{start | time}}", leo, ROWS(leo), NULL,
         "refused: {{start}} is not the same for all that would share the "
         "message"},
        {"so is the time of another zone", "See you at {{start | time}}", ana,
         ROWS(ana), "America/Denver",
         "refused: {{start}} is not the same for all that would share the "
         "message"},
        {"and a name", "Hello {{patient.first_name}}", leo, ROWS(leo), NULL,
         "refused: {{patient.first_name}} is not the same for all that would "
         "share the message"},
        {"a name that only one has",
         "Hello {{patient.first_name | else 'you'}}", nameless, ROWS(nameless),
         NULL,
         "refused: {{patient.first_name}} is not the same for all that would "
         "share the message"},
        {"a section that holds for one alone",
         "{{#telehealth}}By video.{{/telehealth}}", by_video, ROWS(by_video),
         NULL,
         "refused: {{#telehealth}} is not the same for all that would share "
         "the message"},
        {"or does not", "{{^telehealth}}Come in.{{/telehealth}}", by_video,
         ROWS(by_video), NULL,
         "refused: {{^telehealth}} is not the same for all that would share "
         "the message"},
        {"a closed section is not looked into",
         "{{^several}}At {{start | time}}{{/several}}ok", leo, ROWS(leo), NULL,
         "ok"},
        {"alone the list has one",
         "{{#each}}{{patient.first_name}} {{start | time}}{{/each}}", NULL, 0,
         NULL, "Ana 9:00 AM"},
    };
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct setting setting = {
            .given = ana,
            .count = ROWS(ana),
            .second = rows[i].second,
            .second_count = rows[i].second_count,
            .second_zone = rows[i].second_zone,
            .combined = rows[i].second_count ? 2 : 1,
        };
        show(rows[i].text, &setting, &out);
        if (!text_equal(out.data, rows[i].expect))
            fail_msg("%s: '%s'", rows[i].about, out.data);
    }
    buf_free(&out);
}

static void phones_read_as_people_dial_them(void **state)
{
    static const struct {
        const char *stored, *expect;
    } rows[] = {
        {"+12125550190", "212-555-0190"},
        {"+442079460958", "+442079460958"},
        {"+1212555019", "+1212555019"},
        {"+1212555019x", "+1212555019x"},
        {"212 555 0190", "212 555 0190"},
        {"", "refused: {{clinic.phone}} is empty"},
    };
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct given given = {"clinic.phone", TEXT(rows[i].stored)};
        struct setting setting = {.given = &given, .count = 1};
        show("{{clinic.phone}}", &setting, &out);
        assert_string_equal(out.data, rows[i].expect);
        if (rows[i].stored[0]) {
            show("{{clinic.city | else clinic.phone}}", &setting, &out);
            assert_string_equal(out.data, rows[i].expect);
        }
    }
    buf_free(&out);
}

static void a_text_without_end_is_refused(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 20);
    struct given given = {"attr.x", TEXT("0123456789")};
    struct setting setting = {.given = &given, .count = 1};
    show("{{attr.x}}{{attr.x}}", &setting, &out);
    assert_string_equal(out.data, "01234567890123456789");
    show("{{attr.x}}{{attr.x}}.", &setting, &out);
    assert_true(out.overflow || text_starts(out.data, "refused"));
    buf_free(&out);
}

/* --- Faults ------------------------------------------------------------------
 */

static void faults_and_their_places(void **state)
{
    static const struct {
        const char *text, *expect;
    } rows[] = {
        {"Hi {{patient.first_nam}}",
         "t.json:7:23: error: unknown placeholder {{patient.first_nam}}; did "
         "you mean {{patient.first_name}}?\n"},
        {"ñ{{nonsense_here}}",
         "t.json:7:21: error: unknown placeholder {{nonsense_here}}\n"},
        {"{{start}}",
         "t.json:7:20: error: {{start}} is a time and needs a format: {{start "
         "| day}}, date, time or weekday\n"},
        {"{{start | dy}}",
         "t.json:7:20: error: unknown format; known are day, date, time, "
         "weekday and \"else name\"\n"
         "t.json:7:20: error: {{start}} is a time and needs a format: {{start "
         "| day}}, date, time or weekday\n"},
        {"{{start | day | time}}",
         "t.json:7:20: error: a placeholder has one format and one \"else\" at "
         "most\n"},
        {"{{clinic.phone | day}}",
         "t.json:7:20: error: {{clinic.phone}} has no such format\n"},
        {"{{patient.birth_date | time}}",
         "t.json:7:20: error: {{patient.birth_date}} has no such format\n"},
        {"{{telehealth}}",
         "t.json:7:20: error: {{telehealth}} is no text; use it as a section "
         "{{#telehealth}}...{{/telehealth}} or in a condition\n"},
        {"{{clinic.phone | else }}",
         "t.json:7:20: error: a name or a 'text' is missing behind else\n"},
        {"{{clinic.phone | else clinic.phon}}",
         "t.json:7:20: error: unknown placeholder {{clinic.phon}}; did you "
         "mean {{clinic.phone}}?\n"},
        {"{{clinic.phone | else start}}",
         "t.json:7:20: error: {{start}} is a time and needs a format: {{start "
         "| day}}, date, time or weekday\n"},
        {"Call {{clinic.phone",
         "t.json:7:25: error: a placeholder is not closed: }} is missing\n"},
        {"{{#several}}a", "t.json:7:20: error: a section is not closed\n"},
        {"a{{/several}}",
         "t.json:7:21: error: {{/several}} closes no open section\n"},
        {"{{#several}}a{{/telehealth}}{{/several}}",
         "t.json:7:33: error: {{/telehealth}} closes no open section\n"},
        {"{{#each}}{{#several}}{{#each}}a{{/each}}{{/several}}{{/each}}",
         "t.json:7:41: error: {{#each}} stands inside another {{#each}}\n"},
        {"{{^each}}a{{/each}}{{each}}",
         "t.json:7:20: error: unknown placeholder {{each}}\n"
         "t.json:7:39: error: unknown placeholder {{each}}\n"},
        {"one mistake, one fault: {{#severl}}a{{/severl}}",
         "t.json:7:44: error: unknown placeholder {{severl}}\n"},
        {"{{{clinic.phone}}} {{&start}} {{>x}} {{=<% %>=}} {{}}",
         "t.json:7:20: error: only names, sections and comments are known\n"
         "t.json:7:39: error: only names, sections and comments are known\n"
         "t.json:7:50: error: only names, sections and comments are known\n"
         "t.json:7:57: error: only names, sections and comments are known\n"
         "t.json:7:69: error: only names, sections and comments are known\n"},
        {"Call {clinic.phone} or {clinic.phone}}",
         "t.json:7:25: error: a placeholder has two braces on either side\n"
         "t.json:7:43: error: a placeholder has two braces on either side\n"},
        {"<style>@media print{a{b:c}}</style> {x} {{! {clinic.phone} }}", ""},
    };
    static const struct expression_place place = {"t.json", 7, 20};
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct faults faults;
        faults_init(&faults);
        template_check(rows[i].text, ANCHOR_APPOINTMENT, &place, &faults);
        buf_reset(&out);
        faults_print(&faults, &out);
        if (!text_equal(out.data, rows[i].expect))
            fail_msg("%s\n%s", rows[i].text, out.data);
        faults_free(&faults);
    }
    buf_free(&out);
}

static void too_deep_and_too_long(void **state)
{
    static const struct expression_place place = {"t.json", 1, 1};
    (void)state;
    struct faults faults;
    struct buf text;
    buf_init(&text, 1 << 20);
    faults_init(&faults);
    for (int i = 0; i < 100; i++)
        buf_text(&text, "{{#several}}");
    template_check(text.data, ANCHOR_APPOINTMENT, &place, &faults);
    assert_true(faults.errors > 0);
    faults_free(&faults);
    faults_init(&faults);
    buf_reset(&text);
    buf_text(&text, "{{");
    for (int i = 0; i < 5000; i++)
        buf_char(&text, 'x');
    buf_text(&text, "}}");
    template_check(text.data, ANCHOR_APPOINTMENT, &place, &faults);
    assert_int_equal(faults.errors, 1);
    faults_free(&faults);
    buf_free(&text);
}

static void tiers(void **state)
{
    static const struct {
        const char *about, *text;
        enum anchor_kind anchor;
        int tier;
        const char *field;
    } rows[] = {
        {"words alone are tier 0", "Call us", ANCHOR_APPOINTMENT, 0, NULL},
        {"name and phone are tier 0 (L-31)",
         "{{clinic.public_name}} {{clinic.phone}}", ANCHOR_APPOINTMENT, 0,
         NULL},
        {"a first name and a time are tier 1",
         "{{patient.first_name}} {{start | day}}", ANCHOR_APPOINTMENT, 1,
         "patient.first_name"},
        {"a drug is tier 3", "{{pickup.phone}} {{prescription.drug_name}}",
         ANCHOR_FILL, 3, "prescription.drug_name"},
        {"so is an attribute that nobody vouched for", "{{attr.x}}",
         ANCHOR_PATIENT, 3, "attr.<name>"},
        {"behind else too", "{{clinic.phone | else patient.mrn}}",
         ANCHOR_PATIENT, 3, "patient.mrn"},
        {"what does not compile has none", "{{prescription.drug_name",
         ANCHOR_FILL, 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct field *field = NULL;
        int tier = template_tier(rows[i].text, rows[i].anchor, &field);
        if (tier != rows[i].tier ||
            !text_equal(field ? field->name : NULL, rows[i].field))
            fail_msg("%s: %d", rows[i].about, tier);
    }
}

static void samples(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    template_sample("{{clinic.public_name}}: you have an appointment {{start | "
                    "day}} at {{start | time}}. Reply C to confirm, R to "
                    "reschedule, or call {{clinic.phone}}. Reply STOP to opt "
                    "out.",
                    ANCHOR_APPOINTMENT, "en", &out);
    /* the first template of domain.md 2.3, by the letter */
    assert_string_equal(
        out.data, "Lakeside Clinic: you have an appointment Tue, Dec 1 at 9:00 "
                  "AM. Reply C to confirm, R to reschedule, or call "
                  "800-555-0100. Reply STOP to opt out.");
    buf_reset(&out);
    template_sample("{{nonsense", ANCHOR_APPOINTMENT, "en", &out);
    assert_string_equal(out.data, "");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_vectors),
        cmocka_unit_test(formats),
        cmocka_unit_test(times_stand_in_the_zone_given),
        cmocka_unit_test(values),
        cmocka_unit_test(several_rows_in_one_text),
        cmocka_unit_test(phones_read_as_people_dial_them),
        cmocka_unit_test(a_text_without_end_is_refused),
        cmocka_unit_test(faults_and_their_places),
        cmocka_unit_test(too_deep_and_too_long),
        cmocka_unit_test(tiers),
        cmocka_unit_test(samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
