/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a provider's tables of codes and answers what one of them means. It
 * knows no provider: what a code leads to is in the data, so that a new code
 * is a line in a file and not a change here. */
#include "channels/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#define CODES_MAX (256u << 10)

struct code_table {
    const char *name;
    struct code *rows;
    size_t count;
};

struct codes {
    struct json *doc; /* owns the texts */
    struct code_table *tables;
    size_t count;
};

struct codes_reader {
    const struct json *doc;
    const char *path;
    struct error *err;
};

static bool codes_fault(const struct codes_reader *reader,
                        const struct json_node *node, const char *text)
{
    struct json_place place = json_place(reader->doc, node);

    return error_set(reader->err, ERROR_INPUT, "%s:%d:%d: '%s': %s",
                     reader->path, place.line, place.column,
                     json_key(node) ? json_key(node) : "", text);
}

static bool code_read(const struct codes_reader *reader,
                      const struct json_node *node, struct code *row)
{
    const struct json_node *rank = json_get(node, "rank");
    const char *outcome = json_get_text(node, "outcome");
    int64_t value = 0;

    if (json_type(node) != JSON_OBJECT)
        return codes_fault(reader, node, "a row must be an object");
    if (!outcome || !outcome_parse(outcome, &row->outcome))
        return codes_fault(reader, node, "needs the name of an outcome");
    if (rank && (!json_integer(rank, &value) || value < 0 || value > 100))
        return codes_fault(reader, rank, "must be a whole number to 100");
    row->key = json_key(node);
    row->rank = (int)value;
    row->final = json_is_true(json_get(node, "final"));
    row->meaning = json_get_text(node, "meaning");
    return true;
}

static bool code_table_read(const struct codes_reader *reader,
                            const struct json_node *node,
                            struct code_table *table)
{
    const struct json_node *row;

    table->name = json_key(node);
    table->rows = memory_new((json_count(node) + 1) * sizeof(*table->rows));
    for (row = json_first(node); row; row = json_next(row))
        if (!code_read(reader, row, &table->rows[table->count++]))
            return false;
    return true;
}

struct codes *codes_read(const char *text, size_t len, const char *path,
                         struct error *err)
{
    struct codes *codes = memory_new(sizeof(*codes));
    struct codes_reader reader = {.path = path, .err = err};
    struct json_place place = {0};
    const struct json_node *node;

    codes->doc = json_parse(text, len, JSON_COMMENTS, err, &place);
    if (!codes->doc) {
        error_in(err, "%s:%d:%d", path, place.line, place.column);
        goto out;
    }
    reader.doc = codes->doc;
    node = json_root(codes->doc);
    codes->tables = memory_new((json_count(node) + 1) * sizeof(*codes->tables));
    for (node = json_first(node); node; node = json_next(node)) {
        if (json_type(node) != JSON_OBJECT)
            continue; /* "about", "reviewed" ... */
        if (!code_table_read(&reader, node, &codes->tables[codes->count++]))
            goto out;
    }
    return codes;
out:
    codes_free(codes);
    return NULL;
}

static struct codes *codes_builtin(const char *const *lines, const char *path)
{
    struct error err = {0};
    struct codes *codes;
    struct buf text;

    buf_init(&text, CODES_MAX);
    for (size_t i = 0; lines[i]; i++)
        buf_text(&text, lines[i]);
    codes = codes_read(text.data, text.len, path, &err);
    if (!codes)
        PANIC("%s", err.text);
    buf_free(&text);
    return codes;
}

struct codes *codes_twilio(void)
{
    return codes_builtin(codes_twilio_lines, "providers/twilio.json");
}

struct codes *codes_plain_http(void)
{
    return codes_builtin(codes_http_lines, "providers/http.json");
}

void codes_free(struct codes *codes)
{
    if (!codes)
        return;
    for (size_t i = 0; i < codes->count; i++)
        free(codes->tables[i].rows);
    free(codes->tables);
    json_free(codes->doc);
    free(codes);
}

const struct code *codes_find(const struct codes *codes, const char *table,
                              const char *key)
{
    for (size_t i = 0; key && i < codes->count; i++) {
        const struct code_table *here = &codes->tables[i];

        if (!text_equal(here->name, table))
            continue;
        for (size_t n = 0; n < here->count; n++)
            if (text_equal(here->rows[n].key, key))
                return &here->rows[n];
    }
    return NULL;
}

const struct code *codes_http(const struct codes *codes, int status)
{
    const struct code *row;
    char key[16];

    snprintf(key, sizeof(key), "%d", status);
    row = codes_find(codes, "http", key);
    if (row)
        return row;
    snprintf(key, sizeof(key), "%dxx", status / 100);
    return codes_find(codes, "http", key);
}
