/* SPDX-License-Identifier: Apache-2.0 */
/* A store and a folder for tests of the import. */
#include "tests/feeds/fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/zone.h"
#include "store/store.h"

static void told_bad(void *arg, const struct import_bad *bad)
{
    struct fixture *fixture = arg;
    buf_format(&fixture->told, "%s:%lld:%s:%s:%s%s\n", bad->file,
               (long long)bad->line, bad->column, bad->value ? bad->value : "",
               bad->reason, bad->row ? "" : " (field)");
}

static void told_note(void *arg, const char *text)
{
    struct fixture *fixture = arg;
    buf_format(&fixture->told, "warning: %s\n", text);
}

static void told_fault(void *arg, const char *text)
{
    struct fixture *fixture = arg;
    buf_format(&fixture->told, "%s\n", text);
}

static void told_begin(void *arg, const char *file, int64_t bytes)
{
    (void)arg;
    (void)file;
    (void)bytes;
}

static void told_moved(void *arg, int64_t bytes)
{
    (void)arg;
    (void)bytes;
}

static void told_write(void *arg)
{
    (void)arg;
}
static void told_end(void *arg)
{
    (void)arg;
}

void fixture_open(struct fixture *fixture)
{
    *fixture = (struct fixture){.folder = "/tmp/outreach-feeds-XXXXXX"};
    assert_non_null(mkdtemp(fixture->folder));
    char path[128];
    file_join(path, sizeof(path), fixture->folder, "store.db");
    fixture->store = store_open(path, STORE_CREATE, &fixture->err);
    if (!fixture->store)
        fail_msg("%s", fixture->err.text);
    buf_init(&fixture->told, 4 << 20);
    fixture->options = (struct import_options){
        .max_bad = IMPORT_MAX_BAD,
        .country = "US",
        .zone = zone_find("America/New_York"),
        .actor = "tester",
    };
    assert_true(
        civil_parse_instant("2026-11-23T12:00:00Z", &fixture->options.now));
}

void fixture_close(struct fixture *fixture)
{
    import_report_free(&fixture->report);
    buf_free(&fixture->told);
    store_close(fixture->store);
    file_remove_tree(fixture->folder);
}

void fixture_file(struct fixture *fixture, const char *name, const char *text)
{
    char path[256];
    file_join(path, sizeof(path), fixture->folder, name);
    if (!file_write(path, text, strlen(text), 0600, &fixture->err))
        fail_msg("%s", fixture->err.text);
    fixture_changed(fixture, name, fixture->options.now);
}

void fixture_changed(struct fixture *fixture, const char *name, instant at)
{
    char path[256];
    const struct timespec when = {.tv_sec = at / 1000,
                                  .tv_nsec = at % 1000 * 1000000};
    file_join(path, sizeof(path), fixture->folder, name);
    assert_int_equal(
        utimensat(AT_FDCWD, path, (const struct timespec[]){when, when}, 0), 0);
}

bool fixture_import(struct fixture *fixture)
{
    const struct import_watch watch = {fixture,    told_bad,   told_note,
                                       told_fault, told_begin, told_moved,
                                       told_write, told_end};
    const char *folder = fixture->folder;
    bool own = fixture->options.path_count == 0;
    if (own) {
        fixture->options.paths = &folder;
        fixture->options.path_count = 1;
    }
    import_report_free(&fixture->report);
    buf_reset(&fixture->told);
    fixture->err = (struct error){0};
    bool done = import_run(fixture->store, &fixture->options, &watch,
                           &fixture->report, &fixture->err);
    if (own)
        fixture->options.path_count = 0;
    return done;
}

const char *fixture_summary(struct fixture *fixture)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 1 << 16);
    buf_reset(&out);
    for (size_t i = 0; i < fixture->report.count; i++) {
        const struct import_table *table = &fixture->report.tables[i];
        const struct {
            int64_t count;
            const char *word;
        } parts[] = {{table->made, "new"},  {table->changed, "changed"},
                     {table->same, "same"}, {table->gone, "gone"},
                     {table->bad, "bad"},   {table->flawed, "flawed"}};
        buf_format(&out, "%s%s:", i ? "; " : "", table->table);
        if (!table->taken)
            buf_text(&out, " refused");
        for (size_t p = 0; p < 6 && table->taken; p++)
            if (parts[p].count)
                buf_format(&out, " %lld %s", (long long)parts[p].count,
                           parts[p].word);
    }
    return out.data;
}

void fixture_sql(struct fixture *fixture, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(store_path(fixture->store), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

void fixture_quiet_dirty(struct fixture *fixture)
{
    fixture_sql(fixture, "DELETE FROM dirty");
}

void fixture_quiet(struct fixture *fixture)
{
    char **names, path[256];
    size_t count;
    assert_true(
        file_list(fixture->folder, ".csv", &names, &count, &fixture->err));
    for (size_t i = 0; i < count; i++) {
        file_join(path, sizeof(path), fixture->folder, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    file_list_free(names, count);
    fixture_quiet_dirty(fixture);
}

/* A connection of its own: what others would see. */
const char *fixture_ask(struct fixture *fixture, const char *sql)
{
    static struct buf out;
    if (out.max == 0)
        buf_init(&out, 1 << 20);
    buf_reset(&out);
    sqlite3 *db;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open_v2(store_path(fixture->store), &db,
                                     SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    for (int n = 0; sqlite3_step(query) == SQLITE_ROW; n++) {
        const char *text = (const char *)sqlite3_column_text(query, 0);
        buf_format(&out, "%s%s", n ? "|" : "", text ? text : "-");
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    return out.data;
}
