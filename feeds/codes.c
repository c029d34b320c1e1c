/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code tables: a sorted list of (table, system, code) and what it means. Files
 * name a system as they like; all names of one system are the same one.
 */
#include "feeds/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#define FILE_MAX ((size_t)4 << 20)

struct code {
    const char *table, *system, *code, *means;
};
struct alias {
    const char *name, *system;
};

struct codes {
    struct json *doc; /* owns every text */
    struct buf text;
    struct code *items;
    size_t count;
    struct alias *aliases;
    size_t alias_count;
    struct codes *more;
};

struct reading {
    struct codes *codes;
    const char *path;
    codes_fault_fn *fault;
    void *arg;
    int faults;
};

static void tell(struct reading *it, struct json_place place, const char *text)
{
    char line[sizeof((struct error){0}.text) + 256];
    snprintf(line, sizeof(line), "%s:%d:%d: error: %s", it->path, place.line,
             place.column, text);
    it->fault(it->arg, line);
    it->faults++;
}

static const char *system_of(const struct codes *codes, const char *name)
{
    for (; codes; codes = codes->more)
        for (size_t i = 0; i < codes->alias_count; i++)
            if (text_equal_nocase(codes->aliases[i].name, name))
                return codes->aliases[i].system;
    return name;
}

static int compare(const void *left, const void *right)
{
    const struct code *a = left, *b = right;
    int order = strcmp(a->table, b->table);
    if (order == 0)
        order = strcmp(a->code, b->code);
    return order ? order : strcmp(a->system, b->system);
}

/* "systems": { "http://loinc.org": ["LN", "2.16.840.1.113883.6.1"] } */
static void read_systems(struct reading *it, const struct json_node *systems)
{
    struct codes *codes = it->codes;
    for (const struct json_node *one = json_first(systems); one;
         one = json_next(one))
        for (const struct json_node *name = json_first(one); name;
             name = json_next(name)) {
            if (!json_text(name)) {
                tell(it, json_place(codes->doc, name),
                     "another name of a system is a text");
                continue;
            }
            codes->aliases = memory_grow(codes->aliases, codes->alias_count + 1,
                                         sizeof(codes->aliases[0]));
            codes->aliases[codes->alias_count++] =
                (struct alias){json_text(name), json_key(one)};
        }
}

static void read_system(struct reading *it, const char *table,
                        const struct json_node *system)
{
    struct codes *codes = it->codes;
    if (json_type(system) != JSON_OBJECT) {
        tell(it, json_place(codes->doc, system),
             "the codes of a system are an object: { \"I\": \"inpatient\" }");
        return;
    }
    size_t count = json_count(system);
    codes->items = memory_grow(codes->items, codes->count + count + 1,
                               sizeof(codes->items[0]));
    for (const struct json_node *one = json_first(system); one;
         one = json_next(one)) {
        if (!json_text(one) || !*json_text(one)) {
            tell(it, json_place(codes->doc, one),
                 "what a code means is a text");
            continue;
        }
        codes->items[codes->count++] =
            (struct code){table, system_of(codes, json_key(system)),
                          json_key(one), json_text(one)};
    }
}

static void read_all(struct reading *it)
{
    struct codes *codes = it->codes;
    const struct json_node *root = json_root(codes->doc);
    if (json_type(root) != JSON_OBJECT) {
        tell(it, json_place(codes->doc, root), "code tables are an object");
        return;
    }
    read_systems(it, json_get(root, "systems"));
    for (const struct json_node *table = json_first(root); table;
         table = json_next(table)) {
        if (text_equal(json_key(table), "systems") ||
            text_equal(json_key(table), "about"))
            continue;
        for (const struct json_node *system = json_first(table); system;
             system = json_next(system))
            read_system(it, json_key(table), system);
    }
    if (codes->count > 0)
        qsort(codes->items, codes->count, sizeof(codes->items[0]), compare);
}

struct codes *codes_load(const char *path, struct codes *more,
                         codes_fault_fn *fault, void *arg, struct error *err)
{
    struct json_place place = {0};
    struct error why = {0};
    struct codes *codes = memory_new(sizeof(*codes));
    struct reading it = {
        .codes = codes, .path = path, .fault = fault, .arg = arg};
    codes->more = more;
    buf_init(&codes->text, FILE_MAX);
    if (!file_read(path, FILE_MAX, &codes->text, err)) {
        codes_free(codes);
        return NULL;
    }
    codes->doc = json_parse(codes->text.data, codes->text.len, JSON_COMMENTS,
                            &why, &place);
    if (codes->doc)
        read_all(&it);
    else
        tell(&it, place, why.text);
    if (it.faults == 0)
        return codes;
    error_set(err, ERROR_INPUT, "%s: %d fault%s", path, it.faults,
              it.faults == 1 ? "" : "s");
    codes_free(codes);
    return NULL;
}

void codes_free(struct codes *codes)
{
    while (codes) {
        struct codes *more = codes->more;
        json_free(codes->doc);
        buf_free(&codes->text);
        free(codes->items);
        free(codes->aliases);
        free(codes);
        codes = more;
    }
}

/* The first code of this table and text; its systems follow one another. */
static size_t lower(const struct codes *codes, const char *table,
                    const char *code)
{
    size_t from = 0, to = codes->count;
    const struct code wanted = {table, "", code, NULL};
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare(&codes->items[middle], &wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_at(const struct codes *codes, size_t i, const char *table,
                  const char *code)
{
    return i < codes->count && text_equal(codes->items[i].table, table) &&
           text_equal(codes->items[i].code, code);
}

const char *codes_find(const struct codes *codes, const char *table,
                       const char *system, const char *code)
{
    const char *wanted = system ? system_of(codes, system) : NULL;
    for (; codes; codes = codes->more) {
        const char *only = NULL;
        size_t found = 0;
        for (size_t i = lower(codes, table, code); is_at(codes, i, table, code);
             i++) {
            if (wanted && text_equal(codes->items[i].system, wanted))
                return codes->items[i].means;
            only = codes->items[i].means;
            found++;
        }
        if (!wanted && found == 1)
            return only;
    }
    return NULL;
}
