/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a template, any text as its values: refused with faults that
 * have a place, or compiled; and what it renders holds no "{{", no control
 * character of a value and, as HTML, no tag of a value. The looks of checking
 * end, too.
 *
 * Input: anchor, language and rows, then the template, a NUL, and the values
 * (each ended by a NUL; used in turn).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/template.h"

#include "tests/fuzz/fuzz.h"

#define HEAD 3
#define ROWS 3
#define OUT_MAX (64u << 10)

static const struct expression_place place = {"fuzz.json", 3, 5};

/* The values of the input, one after the other, for ever. */
struct values {
    const char *text;
    size_t len, at;
};

static const char *next_text(struct values *values)
{
    if (values->at >= values->len)
        values->at = 0;
    const char *text = values->text + values->at;
    values->at += strlen(text) + 1;
    return text_is_utf8(text, strlen(text)) ? text : "";
}

static struct value value_of(enum value_type type, struct values *values)
{
    const char *text = next_text(values);
    size_t len = strlen(text);
    struct value value = {.type = len % 7 == 6 ? VALUE_MISSING : type,
                          .text = text};
    uint32_t number = 0;
    memcpy(&number, text, len < sizeof(number) ? len : sizeof(number));
    value.integer = type == VALUE_BOOL ? number % 2 : number * INT64_C(1000);
    value.number = number / 7.0;
    return value;
}

/* Template texts go out as they are written: only what the values add is
 * watched, and only in templates without such characters of their own. */
static void expect_clean(const char *text, const char *out,
                         enum template_escape escape)
{
    if (!strstr(text, "}{") && !strstr(text, "{{{"))
        expect(strstr(out, "{{") == NULL, "no placeholder leaves");
    bool plain = true;
    for (const char *c = text; *c; c++)
        plain = plain && ((unsigned char)*c >= 0x20) && *c != 0x7f;
    for (const char *c = out; *c && plain; c++)
        expect((unsigned char)*c >= 0x20 && *c != 0x7f,
               "no control character leaves");
    if (escape == ESCAPE_HTML && !strchr(text, '<'))
        expect(strchr(out, '<') == NULL, "no tag is made by a value");
}

static void render(const char *text, const struct template *template,
                   const struct template_values *with)
{
    struct buf out;
    struct error err = {0};
    buf_init(&out, OUT_MAX);
    if (template_render(template, with, &out, &err))
        expect_clean(text, out.data, with->escape);
    else
        expect(err.text[0] != '\0', "a refusal says why");
    buf_free(&out);
}

static void try_render(const char *text, const struct template *template,
                       const struct template_columns *columns,
                       const uint8_t *head, struct values *values)
{
    static const char *const languages[] = {"en", "es", "ar", "zh-Hans", "x!"};
    struct template_row rows[ROWS];
    struct template_values with = {
        .rows = rows,
        .row_count = 1 + head[2] % ROWS,
        .language = languages[head[1] % 5],
        .escape = head[2] & 0x40 ? ESCAPE_HTML : ESCAPE_PLAIN,
    };
    struct value *all = memory_new((columns->count + 1) * ROWS * sizeof(*all));
    for (size_t row = 0; row < ROWS; row++) {
        struct value *mine = all + row * (columns->count + 1);
        for (size_t i = 0; i < columns->count; i++)
            mine[i] = value_of(columns->items[i].field->type, values);
        rows[row] = (struct template_row){.values = mine, .zone = zone_utc()};
    }
    render(text, template, &with);
    free(all);
}

static void try_looks(const char *text, enum anchor_kind anchor)
{
    const struct field *field;
    struct buf out;
    buf_init(&out, OUT_MAX);
    template_tier(text, anchor, &field);
    template_sample(text, anchor, "en", &out);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    enum anchor_kind anchor = (enum anchor_kind)(1 + data[0] % ANCHOR_PATIENT);
    struct template_columns columns = {.arena = arena_new()};
    struct faults faults;
    char *copy =
        arena_text_n(columns.arena, (const char *)data + HEAD, size - HEAD);
    size_t len = strlen(copy);
    struct values values = {"", 1, 0};
    if (len < size - HEAD)
        values = (struct values){copy + len + 1, size - HEAD - len - 1, 0};
    faults_init(&faults);
    struct template *template =
        template_compile(copy, anchor, &place, &columns, &faults);
    expect((template != NULL) == (faults.errors == 0),
           "compiled, or refused with a fault");
    for (size_t i = 0; i < faults.count; i++)
        expect(faults.items[i].line >= place.line &&
                   faults.items[i].text[0] != '\0',
               "a fault has a place and a text");
    if (template && text_is_utf8(copy, len))
        try_render(copy, template, &columns, data, &values);
    try_looks(copy, anchor);
    faults_free(&faults);
    arena_free(columns.arena);
    return 0;
}
