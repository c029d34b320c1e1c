/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one record of a file becomes. It shows what the file holds, names and
 * numbers too, to whoever has the file; nothing is written.
 */
#include "app/import_explain.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "store/store.h"

#include "app/table.h"

enum { OUT_MAX = 1 << 20 };

struct showing {
    bool json;
    struct buf out;
    struct json_writer writer;
    struct table *table; /* of the rows since the last heading; NULL: none */
};

static const char *kind_name(enum inspect_kind kind)
{
    static const char *const names[] = {
        [INSPECT_RECORD] = "record", [INSPECT_ROW] = "row",
        [INSPECT_FIELD] = "field",   [INSPECT_STORED] = "stored",
        [INSPECT_LEFT] = "left-out", [INSPECT_IGNORED] = "ignored"};
    return names[kind];
}

static void show_json(struct showing *showing, const struct inspect_line *line)
{
    struct json_writer *json = &showing->writer;
    json_write_object(json, NULL);
    json_write_text(json, "what", kind_name(line->kind));
    json_write_text(json, "name", line->name);
    json_write_text(json, "text", line->text);
    json_write_text(json, "from", line->from);
    json_write_text(json, "said", line->said);
    json_write_text(json, "mapping", line->rule);
    json_write_end(json, '}');
}

static void show_table(struct showing *showing)
{
    if (showing->table)
        table_print(showing->table, stdout);
    table_free(showing->table);
    showing->table = NULL;
}

static void show_row(struct showing *showing, const struct inspect_line *line)
{
    static const char *const headers[] = {"",     "field",   "becomes", "from",
                                          "said", "mapping", NULL};
    static const char *const marks[] = {[INSPECT_FIELD] = "",
                                        [INSPECT_STORED] = "stored",
                                        [INSPECT_LEFT] = "left out",
                                        [INSPECT_IGNORED] = "ignored"};
    const char *cells[] = {marks[line->kind],
                           line->name ? line->name : "",
                           line->text ? line->text : "",
                           line->from ? line->from : "",
                           line->said ? line->said : "",
                           line->rule ? line->rule : "",
                           NULL};
    if (!showing->table)
        showing->table = table_new(headers);
    table_row(showing->table, cells);
}

static void show(void *arg, const struct inspect_line *line)
{
    struct showing *showing = arg;
    if (showing->json) {
        show_json(showing, line);
        return;
    }
    switch (line->kind) {
    case INSPECT_RECORD:
        show_table(showing);
        print("%s: %s\n", line->text, line->name);
        break;
    case INSPECT_ROW:
        show_table(showing);
        print("\n%s: %s\n", line->name, line->text);
        break;
    case INSPECT_FIELD:
    case INSPECT_STORED:
    case INSPECT_LEFT:
    case INSPECT_IGNORED:
        show_row(showing, line);
        break;
    }
}

int import_explain(const struct options *options,
                   const struct import_options *tables,
                   const struct bulk_options *messages, const char *store_path,
                   int64_t line)
{
    struct showing showing = {.json = options->json};
    struct error err = {0};
    struct store *store = NULL;
    bool done;
    buf_init(&showing.out, OUT_MAX);
    json_write_init(&showing.writer, &showing.out);
    json_write_array(&showing.writer, NULL);
    if (messages)
        done = inspect_message(messages, line, show, &showing, &err);
    else
        done = (store = store_open(store_path, STORE_READ_ONLY, &err)) &&
               inspect_row(store, tables, line, show, &showing, &err);
    store_close(store);
    json_write_end(&showing.writer, ']');
    if (showing.json && done)
        puts(showing.out.data);
    else
        show_table(&showing);
    buf_free(&showing.out);
    return done ? EXIT_FINE : command_fail(&err);
}
