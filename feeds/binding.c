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

#include "base/memory.h"
#include "base/text.h"

enum { TEXT_MAX = 400 };

static const struct layout_column attribute = {.name = "attr",
                                               .type = LAYOUT_ATTRIBUTE};

struct binding {
    struct record_input *inputs;
    size_t *fields; /* of each input, its column in the file */
    const char **texts;
    char **names; /* of attributes; owned */
    size_t count;
};

void binding_free(struct binding *binding)
{
    if (!binding)
        return;
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
        const char *name = header->fields[i];
        if (!text_equal_nocase(name, column->name) &&
            !(column->also && text_equal_nocase(name, column->also)))
            continue;
        *twice = found != header->count;
        found = i;
    }
    return found;
}

static bool bind_columns(struct binding *binding,
                         const struct layout_table *table,
                         const struct csv_row *header, const char *file,
                         struct error *err)
{
    char missing[TEXT_MAX] = "";
    for (size_t i = 0; i < table->count; i++) {
        const struct layout_column *column = &table->columns[i];
        bool twice;
        size_t field = field_of(header, column, &twice);
        if (twice)
            return error_set(err, ERROR_INPUT,
                             "%s:1: the column '%s' is there twice", file,
                             column->name);
        if (field < header->count) {
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
static void bind_rest(struct binding *binding, const struct layout_table *table,
                      const struct csv_row *header, const char *file,
                      binding_warn_fn *warn, void *arg)
{
    size_t prefix = strlen(LAYOUT_ATTRIBUTE_PREFIX);
    for (size_t i = 0; i < header->count; i++) {
        const char *name = header->fields[i];
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
                 "%s:1: nothing is known of a column '%.60s'%s%s%s: it is left "
                 "out",
                 file, name, near ? "; did you mean '" : "", near ? near : "",
                 near ? "'?" : "");
        warn(arg, text);
    }
}

struct binding *binding_by_name(const struct layout_table *table,
                                const struct csv_row *header, const char *file,
                                binding_warn_fn *warn, void *arg,
                                struct error *err)
{
    struct binding *binding = memory_new(sizeof(*binding));
    size_t room = table->count + header->count;
    binding->inputs = memory_grow(NULL, room, sizeof(binding->inputs[0]));
    binding->fields = memory_grow(NULL, room, sizeof(binding->fields[0]));
    binding->texts = memory_grow(NULL, room, sizeof(binding->texts[0]));
    binding->names = memory_grow(NULL, room, sizeof(binding->names[0]));
    for (size_t i = 0; i < header->count; i++)
        header->fields[i] = binding_trim(header->fields[i]);
    if (!bind_columns(binding, table, header, file, err)) {
        binding_free(binding);
        return NULL;
    }
    bind_rest(binding, table, header, file, warn, arg);
    return binding;
}

const struct record_input *binding_inputs(const struct binding *binding,
                                          size_t *count)
{
    *count = binding->count;
    return binding->inputs;
}

const char *const *binding_texts(struct binding *binding,
                                 const struct csv_row *row)
{
    for (size_t i = 0; i < binding->count; i++) {
        char *text = binding_trim(row->fields[binding->fields[i]]);
        binding->texts[i] = binding_is_nothing(text) ? NULL : text;
    }
    return binding->texts;
}
