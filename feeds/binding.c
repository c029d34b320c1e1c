/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header row of a file in the documented layout: every column is found by
 * its name (ours, or the store's own for it), in any order; attr.<name> is a
 * patient's attribute. A column that nobody knows is only warned about: an
 * export may carry more than we take. A missing required one ends it.
 */
#include "feeds/binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/binding_own.h"
#include "feeds/mapping.h"

enum { TEXT_MAX = 400 };

static const struct layout_column attribute = {.name = "attr",
                                               .type = LAYOUT_ATTRIBUTE};

struct binding *binding_new(size_t inputs)
{
    struct binding *binding = memory_new(sizeof(*binding));
    binding->inputs = memory_grow(NULL, inputs, sizeof(binding->inputs[0]));
    binding->texts = memory_grow(NULL, inputs, sizeof(binding->texts[0]));
    binding->fields = memory_grow(NULL, inputs, sizeof(binding->fields[0]));
    binding->names = memory_new((inputs + 1) * sizeof(binding->names[0]));
    return binding;
}

void binding_free(struct binding *binding)
{
    if (!binding)
        return;
    binding_map_free(binding);
    for (size_t i = 0; i < binding->count; i++)
        free(binding->names[i]);
    free(binding->inputs);
    free(binding->fields);
    free(binding->texts);
    free(binding->names);
    free(binding);
}

char *binding_trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    text[len] = '\0';
    return text;
}

bool binding_is_nothing(const char *text)
{
    switch (text[0]) {
    case '\0':
        return true;
    case 'N':
    case 'n':
        return text_equal_nocase(text, "NULL") ||
               text_equal_nocase(text, "N/A");
    default:
        return false;
    }
}

static void add(struct binding *binding, const struct layout_column *column,
                const char *name, size_t field)
{
    size_t i = binding->count++;
    binding->names[i] = memory_text(name);
    binding->inputs[i] = (struct record_input){column, binding->names[i]};
    binding->fields[i] = field;
}

/* The column of the file with this name, or the header's count. */
static size_t field_of(const struct csv_row *header,
                       const struct layout_column *column, bool *twice)
{
    size_t found = header->count;
    *twice = false;
    for (size_t i = 0; i < header->count; i++) {
        if (!layout_is_named(column, header->fields[i]))
            continue;
        *twice = found != header->count;
        found = i;
    }
    return found;
}

static bool bind_columns(struct binding *binding,
                         const struct binding_request *request,
                         struct error *err)
{
    const struct layout_table *table = request->table;
    const char *file = file_base(request->path);
    char missing[TEXT_MAX] = "";
    for (size_t i = 0; i < table->count; i++) {
        const struct layout_column *column = &table->columns[i];
        bool twice;
        size_t field = field_of(request->header, column, &twice);
        if (twice)
            return error_set(err, ERROR_INPUT,
                             "%s:1: the column '%s' is there twice", file,
                             column->name);
        if (field < request->header->count) {
            add(binding, column, NULL, field);
        } else if (column->required) {
            size_t used = strlen(missing);
            snprintf(missing + used, sizeof(missing) - used, "%s%s",
                     used ? ", " : "", column->name);
        }
    }
    if (!missing[0])
        return true;
    return error_set(err, ERROR_INPUT,
                     "%s:1: columns are missing: %s: rename them, or describe "
                     "this file in a mapping file (--map)",
                     file, missing);
}

/* Attributes, and what nobody knows. */
static void bind_rest(struct binding *binding,
                      const struct binding_request *request)
{
    const struct layout_table *table = request->table;
    size_t prefix = strlen(LAYOUT_ATTRIBUTE_PREFIX);
    for (size_t i = 0; i < request->header->count; i++) {
        const char *name = request->header->fields[i];
        if (layout_column(table, name))
            continue;
        if (text_equal(table->name, "patients") &&
            strncasecmp(name, LAYOUT_ATTRIBUTE_PREFIX, prefix) == 0 &&
            name[prefix]) {
            add(binding, &attribute, name + prefix, i);
            continue;
        }
        char text[TEXT_MAX];
        const char *near = layout_nearest_column(table, name);
        snprintf(text, sizeof(text),
                 "%.120s:1: nothing is known of a column '%.60s'%s%s%s: it is "
                 "left out",
                 file_base(request->path), name, near ? "; did you mean '" : "",
                 near ? near : "", near ? "'?" : "");
        request->tell(request->arg, text);
    }
}

struct binding *binding_by_name(const struct binding_request *request,
                                struct error *err)
{
    const struct csv_row *header = request->header;
    struct binding *binding =
        binding_new(request->table->count + header->count);
    for (size_t i = 0; i < header->count; i++)
        header->fields[i] = binding_trim(header->fields[i]);
    if (!bind_columns(binding, request, err)) {
        binding_free(binding);
        return NULL;
    }
    bind_rest(binding, request);
    return binding;
}

const struct record_input *binding_inputs(const struct binding *binding,
                                          size_t *count)
{
    *count = binding->count;
    return binding->inputs;
}

const struct mapping_column *binding_column(const struct binding *binding,
                                            size_t input)
{
    return binding->mapped ? &binding->mapped->columns[input] : NULL;
}

enum binding_verdict binding_begin(struct binding *binding,
                                   const struct csv_row *row, int64_t *turns,
                                   struct binding_fault *fault,
                                   struct error *err)
{
    fault->column = "";
    if (binding->mapped)
        return binding_map_begin(binding, row, turns, fault, err);
    if (row->bad_utf8) {
        text_copy(fault->reason, sizeof(fault->reason),
                  "is not UTF-8: save the file as UTF-8, or give its "
                  "\"encoding\" in a mapping file");
        return BINDING_BAD;
    }
    binding->plain = row->fields;
    *turns = 1;
    return BINDING_GOOD;
}

enum binding_verdict binding_texts(struct binding *binding, int64_t turn,
                                   const char *const **texts,
                                   struct binding_fault *fault)
{
    *texts = binding->texts;
    if (binding->mapped)
        return binding_map_texts(binding, turn, fault);
    for (size_t i = 0; i < binding->count; i++) {
        char *text = binding_trim(binding->plain[binding->fields[i]]);
        binding->texts[i] = binding_is_nothing(text) ? NULL : text;
    }
    return BINDING_GOOD;
}
