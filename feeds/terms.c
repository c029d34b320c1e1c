/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code tables: a sorted list of (table, system, code) and what it means. Files
 * name a system as they like; all names of one system are the same one.
 */
#include "feeds/terms.h"

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

struct terms {
    struct json *doc; /* owns every text */
    struct buf text;
    struct code *items;
    size_t count;
    struct alias *aliases;
    size_t alias_count;
    struct terms *more;
};

struct reading {
    struct terms *terms;
    const char *path;
    terms_fault_fn *fault;
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

static const char *system_of(const struct terms *terms, const char *name)
{
    for (; terms; terms = terms->more)
        for (size_t i = 0; i < terms->alias_count; i++)
            if (text_equal_nocase(terms->aliases[i].name, name))
                return terms->aliases[i].system;
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
    struct terms *terms = it->terms;
    for (const struct json_node *one = json_first(systems); one;
         one = json_next(one))
        for (const struct json_node *name = json_first(one); name;
             name = json_next(name)) {
            if (!json_text(name)) {
                tell(it, json_place(terms->doc, name),
                     "another name of a system is a text");
                continue;
            }
            terms->aliases = memory_grow(terms->aliases, terms->alias_count + 1,
                                         sizeof(terms->aliases[0]));
            terms->aliases[terms->alias_count++] =
                (struct alias){json_text(name), json_key(one)};
        }
}

static void read_system(struct reading *it, const char *table,
                        const struct json_node *system)
{
    struct terms *terms = it->terms;
    if (json_type(system) != JSON_OBJECT) {
        tell(it, json_place(terms->doc, system),
             "the codes of a system are an object: { \"I\": \"inpatient\" }");
        return;
    }
    size_t count = json_count(system);
    terms->items = memory_grow(terms->items, terms->count + count + 1,
                               sizeof(terms->items[0]));
    for (const struct json_node *one = json_first(system); one;
         one = json_next(one)) {
        if (!json_text(one) || !*json_text(one)) {
            tell(it, json_place(terms->doc, one),
                 "what a code means is a text");
            continue;
        }
        terms->items[terms->count++] =
            (struct code){table, system_of(terms, json_key(system)),
                          json_key(one), json_text(one)};
    }
}

enum { TABLES_MAX = 32 };

/* Laid over another file: the tables are those which that one has. */
static bool is_table(struct reading *it, const struct json_node *table)
{
    const char *names[TABLES_MAX];
    char reason[200];
    size_t count = 0;
    const struct terms *first = it->terms->more;
    while (first && first->more)
        first = first->more;
    if (json_type(table) != JSON_OBJECT) {
        tell(it, json_place(it->terms->doc, table),
             "a table is an object of systems");
        return false;
    }
    if (!first)
        return true;
    for (const struct json_node *one = json_first(json_root(first->doc));
         one && count < TABLES_MAX; one = json_next(one)) {
        names[count++] = json_key(one);
        if (text_equal(json_key(one), json_key(table)))
            return true;
    }
    const char *near = text_nearest(json_key(table), names, count);
    snprintf(reason, sizeof(reason), "no such table: \"%.60s\"%s%s%s",
             json_key(table), near ? "; did you mean \"" : "", near ? near : "",
             near ? "\"?" : "");
    tell(it, json_key_place(it->terms->doc, table), reason);
    return false;
}

static void read_all(struct reading *it)
{
    struct terms *terms = it->terms;
    const struct json_node *root = json_root(terms->doc);
    if (json_type(root) != JSON_OBJECT) {
        tell(it, json_place(terms->doc, root), "code tables are an object");
        return;
    }
    read_systems(it, json_get(root, "systems"));
    for (const struct json_node *table = json_first(root); table;
         table = json_next(table)) {
        if (text_equal(json_key(table), "systems") ||
            text_equal(json_key(table), "about") || !is_table(it, table))
            continue;
        for (const struct json_node *system = json_first(table); system;
             system = json_next(system))
            read_system(it, json_key(table), system);
    }
    if (terms->count > 0)
        qsort(terms->items, terms->count, sizeof(terms->items[0]), compare);
}

struct terms *terms_load(const char *path, struct terms *more,
                         terms_fault_fn *fault, void *arg, struct error *err)
{
    struct json_place place = {0};
    struct error why = {0};
    struct terms *terms = memory_new(sizeof(*terms));
    struct reading it = {
        .terms = terms, .path = path, .fault = fault, .arg = arg};
    terms->more = more;
    buf_init(&terms->text, FILE_MAX);
    if (!file_read(path, FILE_MAX, &terms->text, err)) {
        terms_free(terms);
        return NULL;
    }
    terms->doc = json_parse(terms->text.data, terms->text.len, JSON_COMMENTS,
                            &why, &place);
    if (terms->doc)
        read_all(&it);
    else
        tell(&it, place, why.text);
    if (it.faults == 0)
        return terms;
    error_set(err, ERROR_INPUT, "%s: %d fault%s", path, it.faults,
              it.faults == 1 ? "" : "s");
    terms_free(terms);
    return NULL;
}

void terms_free(struct terms *terms)
{
    while (terms) {
        struct terms *more = terms->more;
        json_free(terms->doc);
        buf_free(&terms->text);
        free(terms->items);
        free(terms->aliases);
        free(terms);
        terms = more;
    }
}

/* The first code of this table and text; its systems follow one another. */
static size_t lower(const struct terms *terms, const char *table,
                    const char *code)
{
    size_t from = 0, to = terms->count;
    const struct code wanted = {table, "", code, NULL};
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare(&terms->items[middle], &wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_at(const struct terms *terms, size_t i, const char *table,
                  const char *code)
{
    return i < terms->count && text_equal(terms->items[i].table, table) &&
           text_equal(terms->items[i].code, code);
}

const char *terms_find(const struct terms *terms, const char *table,
                       const char *system, const char *code)
{
    const char *wanted = system ? system_of(terms, system) : NULL;
    for (; terms; terms = terms->more) {
        const char *only = NULL;
        bool one = true;
        for (size_t i = lower(terms, table, code); is_at(terms, i, table, code);
             i++) {
            if (wanted && text_equal(terms->items[i].system, wanted))
                return terms->items[i].means;
            one = one && (!only || text_equal(only, terms->items[i].means));
            only = terms->items[i].means;
        }
        if (!wanted && only && one)
            return only;
    }
    return NULL;
}
