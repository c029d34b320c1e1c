/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates: a small Mustache with the catalogue's names. A text becomes a
 * flat list of parts; a section is a jump. Finds every fault with its place,
 * so that rendering only walks. No partials, no lambdas, no unescaped form,
 * no other delimiters: nothing in a campaign file can reach beyond its own
 * values, and {{ is always ours.
 */
#include "campaigns/template.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/template_parts.h"

enum { NESTING_MAX = 8, NAME_MAX_LEN = 120, COLUMNS_MAX = 200 };

/* One compilation. */
struct compiler {
    const char *text, *at;
    enum anchor_kind anchor;
    const struct expression_place *place;
    struct template_columns *columns;
    struct faults *faults;
    struct template *template;
    size_t open[NESTING_MAX];
    const char *open_name[NESTING_MAX];
    size_t depth;
    bool failed;
};

static void fault(struct compiler *compiler, const char *at, const char *text)
{
    compiler->failed = true;
    if (!compiler->faults)
        return;
    int column = compiler->place->column;
    for (const char *p = compiler->text; p < at; p++)
        column += ((unsigned char)*p & 0xC0) != 0x80;
    faults_add(compiler->faults, FAULT_ERROR, compiler->place->file,
               compiler->place->line, column, "%s", text);
}

static void fault_name(struct compiler *compiler, const char *at,
                       const char *name)
{
    const char *names[COLUMNS_MAX];
    size_t count = 0;
    const struct field *field;
    while (count < COLUMNS_MAX &&
           (field = field_at(compiler->anchor, count)) != NULL)
        names[count++] = field->name;
    const char *near = text_nearest(name, names, count);
    char text[2 * NAME_MAX_LEN + 100];
    snprintf(text, sizeof(text), "unknown placeholder {{%s}}%s%s%s", name,
             near ? "; did you mean {{" : "", near ? near : "",
             near ? "}}?" : "");
    fault(compiler, at, text);
}

static struct part *add_part(struct compiler *compiler, enum part_kind kind)
{
    struct template *template = compiler->template;
    if (template->count == template->cap) {
        size_t cap = template->cap ? template->cap * 2 : 8;
        struct part *parts =
            arena_alloc(compiler->columns->arena, cap * sizeof(*parts));
        if (template->count)
            memcpy(parts, template->parts, template->count * sizeof(*parts));
        template->parts = parts;
        template->cap = cap;
    }
    struct part *part = &template->parts[template->count++];
    *part = (struct part){
        .kind = kind, .column = COLUMN_NONE, .else_column = COLUMN_NONE};
    return part;
}

/* {name} with one brace too few on a side: it would leave as it stands. */
static void check_braces(struct compiler *compiler, const char *from,
                         const char *to)
{
    char name[NAME_MAX_LEN + 1];
    for (const char *p = from; p < to; p++) {
        size_t most =
            (size_t)(to - p) < sizeof(name) ? (size_t)(to - p) : sizeof(name);
        const char *close = *p == '{' ? memchr(p, '}', most) : NULL;
        if (!close)
            continue;
        memcpy(name, p + 1, (size_t)(close - p - 1));
        name[close - p - 1] = '\0';
        name[strcspn(name, "|")] = '\0';
        text_trim(name);
        if (field_find(compiler->anchor, name))
            fault(compiler, p, "a placeholder has two braces on either side");
    }
}

static void add_text(struct compiler *compiler, const char *from,
                     const char *to)
{
    if (from >= to)
        return;
    check_braces(compiler, from, to);
    struct part *part = add_part(compiler, PART_TEXT);
    part->len = (size_t)(to - from);
    part->text = arena_text_n(compiler->columns->arena, from, part->len);
}

static int add_column(struct template_columns *columns,
                      const struct field *field, const char *attribute)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->items[i].field == field &&
            text_equal(columns->items[i].attribute, attribute))
            return (int)i;
    if (columns->count == columns->cap) {
        size_t cap = columns->cap ? columns->cap * 2 : 8;
        struct view_column *items =
            arena_alloc(columns->arena, cap * sizeof(*items));
        if (columns->count)
            memcpy(items, columns->items, columns->count * sizeof(*items));
        columns->items = items;
        columns->cap = cap;
    }
    columns->items[columns->count] = (struct view_column){
        .field = field,
        .attribute = arena_text(columns->arena, attribute),
    };
    return (int)columns->count++;
}

/* A name to its column; `type` tells what it holds. */
static bool find_name(struct compiler *compiler, const char *at,
                      const char *name, int *column, enum value_type *type)
{
    if (text_equal(name, "combined")) {
        *column = COLUMN_COMBINED;
        *type = VALUE_NUMBER;
        return true;
    }
    if (text_equal(name, "number")) {
        *column = COLUMN_NUMBER;
        *type = VALUE_NUMBER;
        return true;
    }
    if (text_equal(name, "several")) {
        *column = COLUMN_SEVERAL;
        *type = VALUE_BOOL;
        return true;
    }
    const struct field *field = field_find(compiler->anchor, name);
    if (!field) {
        fault_name(compiler, at, name);
        return false;
    }
    const char *attribute =
        field_is_attribute(field) ? strchr(name, '.') + 1 : NULL;
    *column = add_column(compiler->columns, field, attribute);
    *type = field->type;
    return true;
}

static bool parse_format(const char *word, enum format *out)
{
    static const char *const names[] = {
        [FORMAT_DAY] = "day",
        [FORMAT_DATE] = "date",
        [FORMAT_TIME] = "time",
        [FORMAT_WEEKDAY] = "weekday",
    };
    for (int i = FORMAT_DAY; i <= FORMAT_WEEKDAY; i++)
        if (text_equal(names[i], word)) {
            *out = (enum format)i;
            return true;
        }
    return false;
}

static bool format_fits(enum format format, enum value_type type)
{
    bool time = type == VALUE_INSTANT;
    bool date = type == VALUE_DATE;
    if (format == FORMAT_NONE)
        return !time && !date;
    return time || (date && format != FORMAT_TIME);
}

/* A telephone number needs no format to be told as people write it. */
static enum format own_format(const char *name, enum format said)
{
    const char *last = strrchr(name, '.');
    return said == FORMAT_NONE && last && text_equal(last, ".phone")
               ? FORMAT_PHONE
               : said;
}

static void check_format(struct compiler *compiler, const char *at,
                         const char *name, enum format format,
                         enum value_type type)
{
    char text[NAME_MAX_LEN + 120];
    if (type == VALUE_BOOL || type == VALUE_DURATION)
        snprintf(text, sizeof(text),
                 "{{%s}} is no text; use it as a section {{#%s}}...{{/%s}} "
                 "or in a condition",
                 name, name, name);
    else if (format_fits(format, type))
        return;
    else if (format == FORMAT_NONE)
        snprintf(text, sizeof(text),
                 "{{%s}} is a time and needs a format: {{%s | day}}, date, "
                 "time or weekday",
                 name, name);
    else
        snprintf(text, sizeof(text), "{{%s}} has no such format", name);
    fault(compiler, at, text);
}

/* "else other", "else 'literal'": what stands behind else. */
static void parse_else(struct compiler *compiler, const char *at, char *word,
                       struct part *part)
{
    text_trim(word);
    size_t len = strlen(word);
    if (len >= 2 && word[0] == '\'' && word[len - 1] == '\'') {
        part->else_text =
            arena_text_n(compiler->columns->arena, word + 1, len - 2);
        return;
    }
    enum value_type type;
    if (len == 0)
        fault(compiler, at, "a name or a 'text' is missing behind else");
    else if (find_name(compiler, at, word, &part->else_column, &type)) {
        part->else_format =
            format_fits(FORMAT_NONE, type) ? FORMAT_NONE : part->format;
        check_format(compiler, at, word, part->else_format, type);
        part->else_format = own_format(word, part->else_format);
    }
}

/* The inside of {{...}}: a name, then formats and an else behind bars. */
static void parse_value(struct compiler *compiler, const char *at, char *inside)
{
    struct part part = {
        .kind = PART_VALUE, .column = COLUMN_NONE, .else_column = COLUMN_NONE};
    char *bar = strchr(inside, '|');
    if (bar)
        *bar++ = '\0';
    text_trim(inside);
    enum value_type type;
    if (!find_name(compiler, at, inside, &part.column, &type))
        return;
    part.text = arena_text(compiler->columns->arena, inside);
    char *other = NULL; /* read last: it takes the format over */
    while (bar) {
        char *word = bar;
        bar = strchr(word, '|');
        if (bar)
            *bar++ = '\0';
        text_trim(word);
        bool alternative =
            text_equal(word, "else") || text_starts(word, "else ");
        if (alternative ? other != NULL : part.format != FORMAT_NONE)
            fault(compiler, at,
                  "a placeholder has one format and one \"else\" at most");
        else if (alternative)
            other = word + strlen("else");
        else if (!parse_format(word, &part.format))
            fault(compiler, at,
                  "unknown format; known are day, date, time, weekday and "
                  "\"else name\"");
    }
    check_format(compiler, at, inside, part.format, type);
    if (other)
        parse_else(compiler, at, other, &part);
    part.format = own_format(inside, part.format);
    *add_part(compiler, PART_VALUE) = part;
}

#define EACH "each"

static bool in_each(const struct compiler *compiler)
{
    for (size_t i = 0; i < compiler->depth; i++) {
        if (text_equal(compiler->open_name[i], EACH))
            return true;
    }
    return false;
}

static void open_section(struct compiler *compiler, const char *at,
                         char *inside, enum part_kind kind)
{
    text_trim(inside);
    int column = COLUMN_NONE;
    enum value_type type;
    if (text_equal(inside, EACH) && kind == PART_SECTION)
        kind = PART_EACH;
    else /* opened even when its name is unknown: one mistake, one fault */
        find_name(compiler, at, inside, &column, &type);
    if (kind == PART_EACH && in_each(compiler))
        fault(compiler, at, "{{#each}} stands inside another {{#each}}");
    if (compiler->depth == NESTING_MAX) {
        fault(compiler, at, "sections are nested too deeply");
        return;
    }
    const char *name = arena_text(compiler->columns->arena, inside);
    compiler->open_name[compiler->depth] = name;
    compiler->open[compiler->depth++] = compiler->template->count;
    struct part *part = add_part(compiler, kind);
    part->column = column;
    part->text = name;
}

static void close_section(struct compiler *compiler, const char *at,
                          char *inside)
{
    text_trim(inside);
    if (compiler->depth == 0 ||
        !text_equal(compiler->open_name[compiler->depth - 1], inside)) {
        char text[NAME_MAX_LEN + 60];
        snprintf(text, sizeof(text), "{{/%s}} closes no open section", inside);
        fault(compiler, at, text);
        return;
    }
    size_t opened = compiler->open[--compiler->depth];
    compiler->template->parts[opened].end = compiler->template->count;
}

/* A section or comment tag alone on its line takes the line with it. */
static bool stands_alone(const struct compiler *compiler, const char *tag,
                         const char *behind, const char **line,
                         const char **next)
{
    const char *from = tag;
    while (from > compiler->text && (from[-1] == ' ' || from[-1] == '\t'))
        from--;
    if (from > compiler->text && from[-1] != '\n')
        return false;
    while (*behind == ' ' || *behind == '\t')
        behind++;
    if (*behind == '\r')
        behind++;
    if (*behind != '\n' && *behind != '\0')
        return false;
    *line = from;
    *next = *behind ? behind + 1 : behind;
    return true;
}

/* One tag from "{{" at `tag`; text before it from `from`. Answers where the
 * text goes on. */
static const char *parse_tag(struct compiler *compiler, const char *from,
                             const char *tag)
{
    const char *close = strstr(tag, "}}");
    char inside[NAME_MAX_LEN + 1];
    bool comment = tag[2] == '!';
    if (!close || (!comment && close - (tag + 2) > NAME_MAX_LEN)) {
        fault(compiler, tag, "a placeholder is not closed: }} is missing");
        return NULL;
    }
    text_copy(inside, sizeof(inside), "!");
    if (!comment) {
        memcpy(inside, tag + 2, (size_t)(close - tag - 2));
        inside[close - tag - 2] = '\0';
        text_trim(inside);
    }
    const char *behind = close + 2;
    char sign = inside[0];
    if (sign == '\0' || strchr(">&{=", sign)) {
        fault(compiler, tag, "only names, sections and comments are known");
        return behind;
    }
    if (!strchr("#^/!", sign)) {
        add_text(compiler, from, tag);
        parse_value(compiler, tag, inside);
        return behind;
    }
    const char *line = tag, *next = behind;
    stands_alone(compiler, tag, behind, &line, &next);
    add_text(compiler, from, line < from ? from : line);
    if (sign == '#' || sign == '^')
        open_section(compiler, tag, inside + 1,
                     sign == '#' ? PART_SECTION : PART_INVERTED);
    else if (sign == '/')
        close_section(compiler, tag, inside + 1);
    return next;
}

struct template *template_compile(const char *text, enum anchor_kind anchor,
                                  const struct expression_place *place,
                                  struct template_columns *columns,
                                  struct faults *faults)
{
    struct compiler compiler = {
        .text = text,
        .anchor = anchor,
        .place = place,
        .columns = columns,
        .faults = faults,
        .template = arena_alloc(columns->arena, sizeof(struct template)),
    };
    const char *at = text;
    const char *tag;
    while (at && (tag = strstr(at, "{{")) != NULL)
        at = parse_tag(&compiler, at, tag);
    if (at)
        add_text(&compiler, at, at + strlen(at));
    if (at && compiler.depth)
        fault(&compiler, text, "a section is not closed");
    return compiler.failed ? NULL : compiler.template;
}
