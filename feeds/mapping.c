/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a mapping file. Everything that can be known without the data is
 * checked here, all at once, with line and column and the nearest name: our
 * tables and columns, required ones, functions, formats. Their columns are
 * checked when a file is opened (binding_map.c), since only it has them.
 */
#include "feeds/mapping.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/dates.h"
#include "feeds/mapping_own.h"

enum { FAULT_MAX = 600, NAMES_MAX = 64, LIST_MAX = 10000 };

static const struct layout_column attribute = {.name = "attr",
                                               .type = LAYOUT_ATTRIBUTE};

/* Faults ----------------------------------------------------------------------
 */

bool mapping_fault(struct mapping_reader *reader, struct json_place place,
                   const char *format, ...)
{
    char text[FAULT_MAX], whole[FAULT_MAX + 400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    snprintf(whole, sizeof(whole), "%.300s:%d:%d: error: %.60s%s%s",
             reader->mapping->path, place.line, place.column,
             reader->column ? reader->column : "", reader->column ? ": " : "",
             text);
    reader->fault(reader->arg, whole);
    reader->faults++;
    return false;
}

struct json_place mapping_place(const struct mapping_reader *reader,
                                const struct json_node *node)
{
    if (!node)
        return reader->table ? reader->table->place : (struct json_place){1, 1};
    return json_place(reader->mapping->doc, node);
}

static void unknown(struct mapping_reader *reader,
                    const struct json_node *member, const char *what,
                    const char *near)
{
    mapping_fault(reader, json_key_place(reader->mapping->doc, member),
                  "there is no %s '%s'%s%s%s", what, json_key(member),
                  near ? "; did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
}

void mapping_members(struct mapping_reader *reader,
                     const struct json_node *object, const char *const *names,
                     size_t count)
{
    for (const struct json_node *member = json_first(object); member;
         member = json_next(member)) {
        size_t i = 0;
        while (i < count && !text_equal(json_key(member), names[i]))
            i++;
        if (i == count && !text_equal(json_key(member), "//"))
            unknown(reader, member, "member",
                    text_nearest(json_key(member), names, count));
    }
}

const char *mapping_text(struct mapping_reader *reader,
                         const struct json_node *object, const char *name,
                         bool optional)
{
    const struct json_node *node = json_get(object, name);
    const char *text = json_text(node);
    if (text && *text)
        return text;
    if (node)
        mapping_fault(reader, mapping_place(reader, node),
                      "\"%s\" is a text that is not empty", name);
    else if (!optional)
        mapping_fault(reader, mapping_place(reader, object),
                      "\"%s\" is missing", name);
    return NULL;
}

static const char **read_list(struct mapping_reader *reader,
                              const struct json_node *list, const char *name,
                              size_t *count)
{
    size_t room = json_count(list);
    bool fine = json_type(list) == JSON_ARRAY && room <= LIST_MAX;
    const char **texts =
        arena_alloc(reader->mapping->arena, (room + 1) * sizeof(texts[0]));
    const struct json_node *node = fine ? json_first(list) : NULL;
    for (; node; node = json_next(node)) {
        texts[*count] = json_text(node);
        fine = fine && texts[*count];
        ++*count;
    }
    if (!fine)
        mapping_fault(reader, mapping_place(reader, list),
                      "\"%s\" is a list of texts", name);
    return texts;
}

/* Columns ---------------------------------------------------------------------
 */

static enum formula_dating dating_of(const struct layout_column *column)
{
    return column->type == LAYOUT_DATE || column->type == LAYOUT_BIRTH
               ? FORMULA_DAY
           : column->type == LAYOUT_DIED ? FORMULA_MAYBE
           : column->type == LAYOUT_INSTANT || column->type == LAYOUT_MOMENT
               ? FORMULA_TIME
               : FORMULA_UNDATED;
}

const struct mapping_column *mapping_column_of(
    const struct mapping_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (text_equal(table->columns[i].name, name))
            return &table->columns[i];
    return NULL;
}

static const struct mapping_column *column_of(
    const struct mapping_table *table, const struct layout_column *column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].column == column)
            return &table->columns[i];
    return NULL;
}

static void read_column(struct mapping_reader *reader,
                        const struct json_node *member)
{
    struct mapping_table *table = reader->table;
    const char *name = json_key(member);
    size_t prefix = strlen(LAYOUT_ATTRIBUTE_PREFIX);
    bool message = reader->mapping->format != MAPPING_CSV;
    struct mapping_column column = {
        .place = json_key_place(reader->mapping->doc, member)};
    if (text_equal(table->table->name, "patients") &&
        text_starts(name, LAYOUT_ATTRIBUTE_PREFIX) && name[prefix]) {
        column.column = &attribute;
        column.attribute = name + prefix;
    } else {
        column.column = layout_column(table->table, name);
        if (!column.column && message)
            column.column = mapping_message_find(reader, name);
    }
    if (!column.column) {
        char what[80];
        snprintf(what, sizeof(what), "column of %s named", table->table->name);
        unknown(reader, member, what,
                layout_nearest_column(table->table, name));
        return;
    }
    if (!column.attribute && column_of(table, column.column)) {
        mapping_fault(reader, column.place, "the column '%s' is there twice",
                      column.column->name);
        return;
    }
    bool formula = !message || json_type(member) != JSON_NULL;
    if (message &&
        !mapping_message_column(reader, column.column, formula, column.place))
        return;
    column.name = column.attribute ? name : column.column->name;
    reader->column = column.name;
    if (formula)
        column.formula = formula_read(reader, member, dating_of(column.column));
    reader->column = NULL;
    table->columns[table->column_count++] = column;
}

/* A record takes its fields in the layout's order; attributes come last. */
static void order_columns(struct mapping_reader *reader)
{
    struct mapping_table *table = reader->table;
    struct mapping_column *ordered = arena_alloc(
        reader->mapping->arena, (table->column_count + 1) * sizeof(ordered[0]));
    size_t used = 0;
    for (size_t i = 0; i < table->table->count; i++) {
        const struct mapping_column *found =
            column_of(table, &table->table->columns[i]);
        if (found)
            ordered[used++] = *found;
    }
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].attribute)
            ordered[used++] = table->columns[i];
    table->columns = ordered;
    table->column_count = used;
}

static void read_columns(struct mapping_reader *reader,
                         const struct json_node *object)
{
    struct mapping_table *table = reader->table;
    if (json_type(object) != JSON_OBJECT) {
        mapping_fault(reader, mapping_place(reader, object),
                      "\"columns\" is an object: {\"ours\": \"theirs\"}");
        return;
    }
    table->columns =
        arena_alloc(reader->mapping->arena,
                    (json_count(object) + 1) * sizeof(table->columns[0]));
    for (const struct json_node *member = json_first(object); member;
         member = json_next(member))
        read_column(reader, member);
    if (reader->mapping->format != MAPPING_CSV)
        return; /* the rest is read as usual */
    for (size_t i = 0; i < table->table->count; i++) {
        const struct layout_column *column = &table->table->columns[i];
        if (column->required && !column_of(table, column))
            mapping_fault(reader, mapping_place(reader, object),
                          "%s need the column '%s'", table->table->name,
                          column->name);
    }
    order_columns(reader);
}

/* The rest of a table ---------------------------------------------------------
 */

static void read_joins(struct mapping_reader *reader,
                       const struct json_node *object)
{
    static const char *const names[] = {"from", "key", "by"};
    struct mapping_table *table = reader->table;
    if (object && json_type(object) != JSON_OBJECT)
        mapping_fault(reader, mapping_place(reader, object),
                      "\"join\" is an object: {\"visit\": {\"from\": "
                      "\"encounters.csv\", \"key\": \"Id\", \"by\": "
                      "\"ENCOUNTER\"}}");
    table->joins =
        arena_alloc(reader->mapping->arena,
                    (json_count(object) + 1) * sizeof(table->joins[0]));
    for (const struct json_node *member = json_first(object); member;
         member = json_next(member)) {
        struct mapping_join *join = &table->joins[table->join_count];
        mapping_members(reader, member, names, 3);
        join->name = json_key(member);
        join->place = mapping_place(reader, member);
        join->file = mapping_text(reader, member, "from", false);
        if (json_get(member, "key"))
            join->key =
                formula_read(reader, json_get(member, "key"), FORMULA_UNDATED);
        else
            mapping_fault(reader, join->place, "\"key\" is missing");
        join->by =
            formula_read(reader, json_get(member, "by"), FORMULA_UNDATED);
        table->join_count += join->file && join->key && join->by;
    }
}

static void read_wheres(struct mapping_reader *reader,
                        const struct json_node *list)
{
    static const char *const names[] = {"column", "in", "not_in"};
    struct mapping_table *table = reader->table;
    if (list && json_type(list) != JSON_ARRAY)
        mapping_fault(reader, mapping_place(reader, list),
                      "\"where\" is a list: [{\"column\": \"CLASS\", \"in\": "
                      "[\"inpatient\"]}]");
    table->wheres =
        arena_alloc(reader->mapping->arena,
                    (json_count(list) + 1) * sizeof(table->wheres[0]));
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        struct mapping_where *where = &table->wheres[table->where_count];
        const struct json_node *in = json_get(node, "in");
        const struct json_node *not_in = json_get(node, "not_in");
        mapping_members(reader, node, names, 3);
        where->of =
            formula_read(reader, json_get(node, "column"), FORMULA_UNDATED);
        if (!in == !not_in)
            mapping_fault(reader, mapping_place(reader, node),
                          "a condition has either \"in\" or \"not_in\"");
        else
            where->words = read_list(reader, in ? in : not_in,
                                     in ? "in" : "not_in", &where->count);
        where->not_in = not_in != NULL;
        table->where_count += where->of && where->words;
    }
}

static const char *read_dates(struct mapping_reader *reader,
                              const struct json_node *object,
                              const char *fallback)
{
    const char *dates = mapping_text(reader, object, "dates", true);
    const char *wrong = dates ? dates_check(dates) : NULL;
    if (wrong)
        mapping_fault(reader, mapping_place(reader, json_get(object, "dates")),
                      "not a format of dates: %s", wrong);
    return dates && !wrong ? dates : fallback;
}

static void read_table(struct mapping_reader *reader,
                       const struct json_node *node, const char *dates)
{
    static const char *const names[] = {"table", "columns", "where", "dates",
                                        "from",  "join",    "repeat"};
    struct mapping *mapping = reader->mapping;
    bool message = mapping->format != MAPPING_CSV;
    struct mapping_table *table = &mapping->tables[mapping->table_count];
    *table = (struct mapping_table){.mapping = mapping,
                                    .place = mapping_place(reader, node)};
    reader->table = table;
    mapping_members(reader, node, names, message ? 4 : 7);
    const char *name = mapping_text(reader, node, "table", false);
    table->file = message ? NULL : mapping_text(reader, node, "from", false);
    table->dates = read_dates(reader, node, dates);
    table->table = name ? layout_find(name) : NULL;
    if (name && (!table->table || !text_equal(table->table->name, name))) {
        const char *near = layout_nearest(name);
        mapping_fault(reader, mapping_place(reader, json_get(node, "table")),
                      "there is no table '%s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "",
                      near ? "'?" : "");
        table->table = NULL;
    }
    if (!table->table ||
        (message &&
         !mapping_message_table(
             reader, mapping_place(reader, json_get(node, "table")))))
        return;
    table->source = arena_format(mapping->arena, "%s:%s",
                                 mapping->name ? mapping->name : "",
                                 table->file ? table->file : "");
    for (size_t i = 0; i < mapping->table_count; i++)
        if (table->file && mapping->tables[i].table == table->table &&
            text_equal(mapping->tables[i].file, table->file))
            mapping_fault(reader, table->place,
                          "%s come from %s twice: make one of the two", name,
                          table->file);
    read_joins(reader, json_get(node, "join"));
    read_wheres(reader, json_get(node, "where"));
    if (json_get(node, "repeat"))
        table->repeat =
            formula_read(reader, json_get(node, "repeat"), FORMULA_UNDATED);
    read_columns(reader, json_get(node, "columns"));
    mapping->table_count++;
}

/* The file --------------------------------------------------------------------
 */

static void read_delimiter(struct mapping_reader *reader,
                           const struct json_node *root)
{
    const char *text = mapping_text(reader, root, "delimiter", true);
    if (!text)
        return;
    if (strlen(text) == 1 && strchr(",;\t", *text))
        reader->mapping->delimiter = *text;
    else if (text_equal(text, "tab"))
        reader->mapping->delimiter = '\t';
    else
        mapping_fault(reader,
                      mapping_place(reader, json_get(root, "delimiter")),
                      "\"delimiter\" is \",\", \";\" or \"tab\"");
}

static void read_encoding(struct mapping_reader *reader,
                          const struct json_node *root)
{
    const char *text = mapping_text(reader, root, "encoding", true);
    reader->mapping->windows_1252 = text && text_equal(text, "windows-1252");
    if (text && !text_equal(text, "utf-8") && !reader->mapping->windows_1252)
        mapping_fault(reader, mapping_place(reader, json_get(root, "encoding")),
                      "\"encoding\" is \"utf-8\" or \"windows-1252\"");
}

static const char *const formats[] = {
    [MAPPING_CSV] = "csv", [MAPPING_HL7] = "hl7", [MAPPING_FHIR] = "fhir"};

const char *mapping_format_name(enum mapping_format format)
{
    return formats[format];
}

static bool format_find(const char *text, enum mapping_format *out)
{
    for (size_t i = 0; text && i < sizeof(formats) / sizeof(formats[0]); i++)
        if (text_equal(formats[i], text)) {
            *out = (enum mapping_format)i;
            return true;
        }
    return false;
}

static void read_format(struct mapping_reader *reader,
                        const struct json_node *root)
{
    const struct json_node *node = json_get(root, "format");
    if (node && !format_find(json_text(node), &reader->mapping->format))
        mapping_fault(reader, mapping_place(reader, node),
                      "\"format\" is \"csv\", \"hl7\" or \"fhir\"");
}

static void read_root(struct mapping_reader *reader)
{
    static const char *const names[] = {"$schema", "mapping",  "about",
                                        "format",  "dates",    "empty",
                                        "tables",  "encoding", "delimiter"};
    struct mapping *mapping = reader->mapping;
    const struct json_node *root = json_root(mapping->doc);
    const struct json_node *tables = json_get(root, "tables");
    if (json_type(root) != JSON_OBJECT) {
        mapping_fault(reader, (struct json_place){1, 1},
                      "a mapping is an object, not %s",
                      json_type_name(json_type(root)));
        return;
    }
    read_format(reader, root);
    mapping_members(reader, root, names,
                    mapping->format == MAPPING_CSV ? 9 : 7);
    mapping->name = mapping_text(reader, root, "mapping", false);
    read_delimiter(reader, root);
    read_encoding(reader, root);
    if (json_get(root, "empty"))
        mapping->empty = read_list(reader, json_get(root, "empty"), "empty",
                                   &mapping->empty_count);
    const char *dates = read_dates(reader, root, NULL);
    if (json_type(tables) != JSON_ARRAY || json_count(tables) == 0)
        mapping_fault(reader, mapping_place(reader, tables),
                      "\"tables\" is a list, one object for each of our "
                      "tables");
    if (json_type(tables) != JSON_ARRAY)
        return;
    mapping->tables = arena_alloc(
        mapping->arena, (json_count(tables) + 1) * sizeof(mapping->tables[0]));
    for (const struct json_node *node = json_first(tables); node;
         node = json_next(node)) {
        if (json_type(node) == JSON_OBJECT)
            read_table(reader, node, dates);
        else
            mapping_fault(reader, mapping_place(reader, node),
                          "a table is an object");
    }
    reader->table = NULL;
}

void mapping_free(struct mapping *mapping)
{
    if (!mapping)
        return;
    json_free(mapping->doc);
    for (size_t t = 0; t < mapping->table_count; t++)
        for (size_t j = 0; j < mapping->tables[t].join_count; j++)
            free(mapping->tables[t].joins[j].columns);
    /* The mapping itself lies in its arena. */
    arena_free(mapping->arena);
}

struct mapping *mapping_load(const char *path, enum mapping_format format,
                             mapping_fault_fn *fault, void *arg,
                             struct error *err)
{
    struct buf text;
    if (!file_read(path, JSON_MAX_BYTES, &text, err)) {
        buf_free(&text);
        return NULL;
    }
    struct arena *arena = arena_new();
    struct mapping *mapping = arena_alloc(arena, sizeof(*mapping));
    mapping->arena = arena;
    mapping->path = arena_text(arena, path);
    struct mapping_reader reader = {
        .mapping = mapping, .fault = fault, .arg = arg};
    struct error why = {0};
    struct json_place place = {0};
    mapping->doc = json_parse(text.data, text.len, JSON_COMMENTS, &why, &place);
    buf_free(&text);
    if (!mapping->doc)
        mapping_fault(&reader, place, "%s", why.text);
    else
        read_root(&reader);
    if (reader.faults == 0 && mapping->format == format)
        return mapping;
    if (reader.faults == 0)
        error_set(err, ERROR_INPUT, "%s is a mapping for %s, not for %s", path,
                  mapping_format_name(mapping->format),
                  mapping_format_name(format));
    else
        error_set(err, ERROR_INPUT, "%s has %zu fault%s%s", path, reader.faults,
                  reader.faults == 1 ? "" : "s",
                  format == MAPPING_CSV ? ": nothing was imported" : "");
    mapping_free(mapping);
    return NULL;
}

enum mapping_format mapping_format_of(const char *path)
{
    enum mapping_format format = MAPPING_CSV;
    struct error ignored = {0};
    struct buf text;
    struct json *doc =
        file_read(path, JSON_MAX_BYTES, &text, &ignored)
            ? json_parse(text.data, text.len, JSON_COMMENTS, &ignored, NULL)
            : NULL;
    format_find(json_get_text(doc ? json_root(doc) : NULL, "format"), &format);
    json_free(doc);
    buf_free(&text);
    return format;
}
