/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates at work: values and times put into compiled parts, and the looks
 * at one text that checking takes. Rendering only walks; it never reads a
 * campaign's words again, and a value is never read as a template.
 */
#include "campaigns/template.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "campaigns/expression.h"
#include "campaigns/template_parts.h"

void template_check(const char *text, enum anchor_kind anchor,
                    const struct expression_place *place, struct faults *faults)
{
    struct template_columns columns = {.arena = arena_new()};
    template_compile(text, anchor, place, &columns, faults);
    arena_free(columns.arena);
}

int template_tier(const char *text, enum anchor_kind anchor,
                  const struct field **field)
{
    static const struct expression_place nowhere;
    struct template_columns columns = {.arena = arena_new()};
    int tier = 0;
    *field = NULL;
    if (template_compile(text, anchor, &nowhere, &columns, NULL))
        for (size_t i = 0; i < columns.count; i++)
            if (columns.items[i].field->tier > tier) {
                tier = columns.items[i].field->tier;
                *field = columns.items[i].field;
            }
    arena_free(columns.arena);
    return tier;
}

const struct field *template_outside(const char *text, enum anchor_kind anchor,
                                     bool (*differs)(const struct field *))
{
    static const struct expression_place nowhere;
    struct template_columns columns = {.arena = arena_new()};
    const struct template *template =
        template_compile(text, anchor, &nowhere, &columns, NULL);
    const struct field *found = NULL;
    for (size_t i = 0; template && !found && i < template->count;) {
        const struct part *part = &template->parts[i++];
        if (part->kind == PART_EACH)
            i = part->end;
        else if (part->kind == PART_VALUE && part->column >= 0 &&
                 differs(columns.items[part->column].field))
            found = columns.items[part->column].field;
    }
    arena_free(columns.arena);
    return found;
}

/* Characters that show nothing or turn the direction of what follows: a
 * value that carries them could make a message read otherwise than written.
 * The joiners U+200C and U+200D belong to spelling and stay. */
static bool is_invisible(int32_t point)
{
    return point == 0x200B || point == 0x200E || point == 0x200F ||
           (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

static const char *html_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default: /* any other letter stands for itself */
        return NULL;
    }
}

/* A value's own text, cleaned: one line, no control characters, and no "{{",
 * which whoever forwards the message might take for a template of theirs. */
static void put_text(struct buf *out, const char *text,
                     enum template_escape escape)
{
    const char *end = text + strlen(text);
    for (const char *p = text; p < end;) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x80) {
            int32_t point = text_next(&p, end);
            if (point == 0x2028 || point == 0x2029 ||
                (point >= 0x80 && point < 0xA0))
                buf_char(out, ' ');
            else if (!is_invisible(point))
                text_put(out, point);
            continue;
        }
        const char *html = escape == ESCAPE_HTML ? html_of(*p) : NULL;
        if (c < 0x20 || c == 0x7F)
            buf_char(out, ' ');
        else if (html)
            buf_text(out, html);
        else if (c != '{' || p[1] != '{')
            buf_char(out, *p);
        p++;
    }
}

/* +12125550190 as 212-555-0190, which is what a patient there dials; numbers
 * of other countries as they are. */
static void put_phone(struct buf *out, const char *text,
                      enum template_escape escape)
{
    if (strlen(text) == 12 && text_starts(text, "+1") &&
        strspn(text + 1, "0123456789") == 11)
        buf_format(out, "%.3s-%.3s-%s", text + 2, text + 5, text + 8);
    else
        put_text(out, text, escape);
}

static bool local_of(const struct value *value, const struct zone *zone,
                     struct civil *out)
{
    *out = (struct civil){0};
    if (value->type == VALUE_DATE)
        return value->text && civil_parse_date(value->text, &out->date);
    if (value->type != VALUE_INSTANT)
        return false;
    *out = zone_local(zone, value->integer);
    return true;
}

static void put_date(struct buf *out, struct civil local, const char *language,
                     enum format format)
{
    static const enum text_date_style styles[] = {
        [FORMAT_DAY] = TEXT_DATE_DAY,
        [FORMAT_DATE] = TEXT_DATE_DATE,
        [FORMAT_TIME] = TEXT_DATE_TIME,
        [FORMAT_WEEKDAY] = TEXT_DATE_WEEKDAY,
    };
    text_date(out, local, language, styles[format]);
}

/* False when the value comes to nothing. */
static bool put_value(const struct template_values *values,
                      const struct template_row *row, int column,
                      enum format format, struct buf *out)
{
    if (column == COLUMN_COMBINED) {
        buf_format(out, "%zu", values->row_count);
        return true;
    }
    if (column == COLUMN_NUMBER) {
        buf_format(out, "%td", row - values->rows + 1);
        return true;
    }
    if (column < 0)
        return false;
    const struct value *value = &row->values[column];
    size_t before = out->len;
    struct civil local;
    if (value->type == VALUE_MISSING)
        return false;
    bool shown = value->type == VALUE_TEXT && !text_blank(value->text);
    if (format == FORMAT_PHONE) {
        if (shown)
            put_phone(out, value->text, values->escape);
    } else if (format != FORMAT_NONE) {
        if (local_of(value, row->zone, &local))
            put_date(out, local, values->language, format);
    } else if (value->type == VALUE_NUMBER) {
        buf_format(out, "%.15g", value->number);
    } else if (shown) {
        put_text(out, value->text, values->escape);
    }
    return out->len > before;
}

static bool holds(const struct template_values *values,
                  const struct template_row *row, int column)
{
    if (column == COLUMN_SEVERAL)
        return values->row_count > 1;
    if (column < 0)
        return true;
    const struct value *value = &row->values[column];
    switch (value->type) {
    case VALUE_MISSING:
        return false;
    case VALUE_BOOL:
        return value->integer != 0;
    case VALUE_NUMBER:
        return value->number < 0 || value->number > 0;
    case VALUE_TEXT:
    case VALUE_DATE:
        return !text_blank(value->text);
    case VALUE_INSTANT:
    case VALUE_DURATION:
        return true;
    }
    return false;
}

/* A rendering under way. */
struct walk {
    const struct template *template;
    const struct template_values *values;
    struct buf *out;
    struct buf other;  /* what another row says in the same place */
    bool behind_value; /* nothing of the template stands behind it yet */
};

static bool put_part(const struct walk *walk, const struct template_row *row,
                     const struct part *part, struct buf *out)
{
    const struct template_values *values = walk->values;
    if (put_value(values, row, part->column, part->format, out) ||
        put_value(values, row, part->else_column, part->else_format, out))
        return true;
    if (part->else_text)
        put_text(out, part->else_text, values->escape);
    return part->else_text != NULL;
}

static bool refuse_different(const struct part *part, struct error *err)
{
    return error_set(err, ERROR_INPUT,
                     "{{%s%s}} is not the same for all that would share the "
                     "message",
                     part->kind == PART_VALUE      ? ""
                     : part->kind == PART_INVERTED ? "^"
                                                   : "#",
                     part->text);
}

/* One placeholder; `row` NULL: outside {{#each}}, for all of them. */
static bool render_value(struct walk *walk, const struct part *part,
                         const struct template_row *row, struct error *err)
{
    const struct template_values *values = walk->values;
    struct buf *out = walk->out;
    size_t before = out->len;
    if (!put_part(walk, row ? row : values->rows, part, out))
        return out->overflow ||
               error_set(err, ERROR_INPUT, "{{%s}} is empty", part->text);
    for (size_t i = 1; !row && i < values->row_count; i++) {
        buf_reset(&walk->other);
        put_part(walk, &values->rows[i], part, &walk->other);
        if (!text_equal(walk->other.data, out->data + before))
            return refuse_different(part, err);
    }
    return true;
}

static bool section_holds(const struct walk *walk, const struct part *part,
                          const struct template_row *row, bool *open,
                          struct error *err)
{
    const struct template_values *values = walk->values;
    *open = holds(values, row ? row : values->rows, part->column);
    for (size_t i = 1; !row && i < values->row_count; i++) {
        if (holds(values, &values->rows[i], part->column) != *open)
            return refuse_different(part, err);
    }
    if (part->kind == PART_INVERTED)
        *open = !*open;
    return true;
}

/* The template's own words. A value that ends in a full stop ("2:15 p. m.",
 * "Inc.") ends the sentence, too. */
static void put_words(struct walk *walk, const struct part *part)
{
    const char *text = part->text;
    size_t len = part->len;
    bool stop = len > 0 && text[0] == '.' && (len == 1 || text[1] != '.');
    if (stop && walk->behind_value && walk->out->len > 0 &&
        walk->out->data[walk->out->len - 1] == '.') {
        text++;
        len--;
    }
    buf_add(walk->out, text, len);
    walk->behind_value = false;
}

/* The parts from `from` up to `to`. */
static bool render_parts(struct walk *walk, size_t from, size_t to,
                         const struct template_row *row, struct error *err)
{
    for (size_t i = from; i < to;) {
        const struct part *part = &walk->template->parts[i++];
        bool open = true;
        switch (part->kind) {
        case PART_TEXT:
            put_words(walk, part);
            break;
        case PART_VALUE:
            if (!render_value(walk, part, row, err))
                return false;
            walk->behind_value = true;
            break;
        case PART_SECTION:
        case PART_INVERTED:
            if (!section_holds(walk, part, row, &open, err))
                return false;
            if (!open)
                i = part->end;
            break;
        case PART_EACH:
            for (size_t n = 0; n < walk->values->row_count; n++) {
                if (!render_parts(walk, i, part->end, &walk->values->rows[n],
                                  err))
                    return false;
            }
            i = part->end;
            break;
        }
    }
    return true;
}

bool template_render(const struct template *template,
                     const struct template_values *values, struct buf *out,
                     struct error *err)
{
    struct walk walk = {.template = template, .values = values, .out = out};
    buf_init(&walk.other, out->max);
    bool done = render_parts(&walk, 0, template->count, NULL, err);
    buf_free(&walk.other);
    if (done && out->overflow)
        return error_set(err, ERROR_INPUT, "the text is too long");
    return done;
}

/* What a field typically says; by the end of its name. */
static const char *sample_of(const char *name)
{
    static const struct {
        const char *ending, *sample;
    } samples[] = {
        {"public_name", "Lakeside Clinic"},
        {"phone", "800-555-0100"},
        {"street", "12 Harbor Street"},
        {"city", "Springfield"},
        {"first_name", "Maria"},
        {"last_name", "Example"},
        {"zip", "62701"},
        {"state", "IL"},
        {"zone", "America/Chicago"},
        {"opens", "08:00"},
        {"closes", "18:00"},
        {"practitioner", "Dr. Example"},
    };
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        size_t n = strlen(samples[i].ending);
        if (len >= n && strcmp(name + len - n, samples[i].ending) == 0)
            return samples[i].sample;
    }
    return "Example";
}

/* Tuesday, 1 December 2026, 9:00: the length of an ordinary date. */
static struct value sample_value(const struct field *field)
{
    struct value value = {.type = field->type};
    value.text = sample_of(field->name);
    if (field->type == VALUE_DATE)
        value.text = "2026-12-01";
    value.integer =
        field->type == VALUE_INSTANT
            ? civil_seconds((struct civil){.date = {2026, 12, 1}, .hour = 9}) *
                  SECOND_MS
            : 1;
    value.number = 2;
    return value;
}

void template_sample(const char *text, enum anchor_kind anchor,
                     const char *language, struct buf *out)
{
    static const struct expression_place nowhere;
    struct template_columns columns = {.arena = arena_new()};
    struct template *template =
        template_compile(text, anchor, &nowhere, &columns, NULL);
    if (template) {
        struct value *values =
            arena_alloc(columns.arena, (columns.count + 1) * sizeof(*values));
        for (size_t i = 0; i < columns.count; i++)
            values[i] = sample_value(columns.items[i].field);
        struct template_row row = {.values = values, .zone = zone_utc()};
        struct template_values with = {
            .rows = &row,
            .row_count = 1,
            .language = language,
        };
        template_render(template, &with, out, NULL);
    }
    arena_free(columns.arena);
}
