/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case of a campaign test, played by the real import and the real engine
 * in a folder of its own. What is wanted and what came is compared in
 * scenario_compare.c.
 */
#include "app/scenario_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "channels/fake.h"
#include "feeds/import.h"
#include "store/campaign_store.h"
#include "store/patient.h"
#include "store/store.h"

#include "app/command.h"
#include "app/scenario_compare.h"

enum { CSV_MAX = 1 << 20, COLUMNS_MAX = 64, PATH_BYTES = 400 };

struct play {
    struct setup *setup;
    const struct campaign *campaign;
    const struct buf *bundle;
    const struct scenarios *file;
    const struct scenario *scenario;
    struct faults *faults;
    char folder[64], store[96];
    const struct json_node *tables; /* being imported */
};

/* Rows into files ------------------------------------------------------------
 */

static void add_cell(struct buf *out, const struct json_node *cell)
{
    const char *text = json_text(cell);
    double number;
    if (!cell)
        return;
    if (json_type(cell) == JSON_BOOL)
        text = json_is_true(cell) ? "yes" : "no";
    if (json_number(cell, &number)) {
        buf_format(out, "%.15g", number);
        return;
    }
    buf_text(out, "\"");
    for (const char *p = text; *p; p++)
        buf_format(out, *p == '"' ? "\"\"" : "%c", *p);
    buf_text(out, "\"");
}

/* The union of the rows' members, in the order in which they come. */
static size_t columns_of(const struct json_node *table, const char **columns)
{
    size_t count = 0;
    for (const struct json_node *row = json_first(table); row;
         row = json_next(row)) {
        for (const struct json_node *cell = json_first(row); cell;
             cell = json_next(cell)) {
            size_t i = 0;
            while (i < count && !text_equal(columns[i], json_key(cell)))
                i++;
            if (i == count && count < COLUMNS_MAX)
                columns[count++] = json_key(cell);
        }
    }
    return count;
}

static bool write_table(const char *folder, const struct json_node *table,
                        struct error *err)
{
    const char *columns[COLUMNS_MAX];
    size_t count = columns_of(table, columns);
    char path[PATH_BYTES];
    struct buf out;
    buf_init(&out, CSV_MAX);
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%s%s", i ? "," : "", columns[i]);
    buf_text(&out, "\n");
    for (const struct json_node *row = json_first(table); row;
         row = json_next(row)) {
        for (size_t i = 0; i < count; i++) {
            if (i)
                buf_text(&out, ",");
            add_cell(&out, json_get(row, columns[i]));
        }
        buf_text(&out, "\n");
    }
    snprintf(path, sizeof(path), "%s/%s.csv", folder, json_key(table));
    bool ok = file_write(path, out.data, out.len, 0600, err);
    buf_free(&out);
    return ok;
}

/* A fault of the import, at the row or member that it is about. */
static void on_bad(void *arg, const struct import_bad *bad)
{
    struct play *play = arg;
    char table[64];
    text_copy(table, sizeof(table), file_base(bad->file));
    table[strcspn(table, ".")] = '\0';
    const struct json_node *row = json_first(json_get(play->tables, table));
    for (int64_t line = 2; line < bad->line && row; line++)
        row = json_next(row);
    const struct json_node *cell = json_get(row, bad->column);
    struct json_place place = json_place(play->file->doc, cell ? cell : row);
    faults_add(play->faults, FAULT_ERROR, play->file->path, place.line,
               place.column, "%s%s%s", bad->column, *bad->column ? ": " : "",
               bad->reason);
}

/* A table that was not taken for another reason than its rows. */
static void tell_refused(struct play *play, const struct import_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct import_table *table = &report->tables[i];
        const struct json_node *node = json_get(play->tables, table->table);
        struct json_place place = json_place(play->file->doc, node);
        if (!table->taken)
            faults_add(play->faults, FAULT_ERROR, play->file->path, place.line,
                       place.column, "%s", table->reason);
    }
}

static bool import_folder(struct play *play, const char *folder, instant now,
                          struct error *err)
{
    struct import_watch watch = import_unwatched;
    watch.arg = play;
    watch.bad = on_bad;
    struct import_report report = {0};
    const struct import_options options = {
        .paths = &folder,
        .path_count = 1,
        .max_bad = IMPORT_MAX_BAD,
        .country = play->setup->config->country,
        .zone = play->file->zone,
        .now = now,
        .actor = "test",
    };
    size_t before = play->faults->errors;
    struct store *store =
        store_open(play->store, STORE_CREATE | STORE_THROW_AWAY, err);
    bool ok = store && import_run(store, &options, &watch, &report, err);
    store_close(store);
    if (play->faults->errors == before)
        tell_refused(play, &report);
    import_report_free(&report);
    return ok && (play->faults->errors == before ||
                  error_set(err, ERROR_INPUT, "the rows have faults"));
}

static bool import_rows(struct play *play, const struct scenario_rows *rows,
                        instant now, struct error *err)
{
    char folder[96];
    if (!json_first(rows->tables))
        return true;
    snprintf(folder, sizeof(folder), "%s/rows", play->folder);
    play->tables = rows->tables;
    bool ok = file_make_directory(folder, 0700, err);
    for (const struct json_node *table = json_first(rows->tables); ok && table;
         table = json_next(table)) {
        if (json_count(table) > 0)
            ok = write_table(folder, table, err);
    }
    ok = ok && import_folder(play, folder, now, err);
    file_remove_tree(folder);
    return ok;
}

/* Playing -------------------------------------------------------------------
 */

static bool record(struct store *store, void *arg, struct error *err)
{
    struct play *play = arg;
    const struct campaign *campaign = play->campaign;
    int64_t id, version;
    return campaign_ensure(store, campaign->name, "campaign",
                           campaign->priority, &id, err) &&
           campaign_launch(store, id, play->bundle->data, campaign->sha256,
                           "test", NULL, play->scenario->from, &version, err);
}

/* Only then there is anything to ask for. */
static bool writes(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].writes)
            return true;
    return false;
}

/* One driver for all channels, that delivers everything; nobody is held out,
 * so that a case says of everybody what happens. */
static void use_fake(struct play *play, struct engine_provider *provider)
{
    struct engine_config *engine = &play->setup->engine;
    *provider = (struct engine_provider){
        .name = "test",
        .driver = driver_find("fake", NULL),
        .config = {.name = "test", .path = play->file->path},
        .channels = (1u << CHANNEL_COUNT) - 1,
        .concurrency = 100,
        .fallback_of = -1,
    };
    engine->providers = provider;
    engine->provider_count = 1;
    engine->store_path = play->store;
    engine->threaded = false;
    engine->http = NULL;
    engine->throw_away = true;
    engine->poll_ms = writes(play->scenario) ? MINUTE_MS : 0;
    engine->keep_texts_ms = 0; /* they are compared at the end */
    engine->nobody_held_out = true;
}

/* By text message, from their first number. */
static bool write_in(struct play *play, const struct scenario_event *event,
                     struct error *err)
{
    struct arena *arena = arena_new();
    struct patient_details patient;
    const char *number = NULL;
    int64_t id;
    bool found = false;
    struct store *store = store_open(play->store, STORE_READ_ONLY, err);
    bool ok = store &&
              patient_find_by_mrn(store, event->patient, &found, &id, err) &&
              (!found || patient_read(store, id, arena, &patient, err));
    for (size_t i = 0; ok && found && i < patient.contact_count && !number; i++)
        if (text_equal(patient.contacts[i].kind, "phone"))
            number = patient.contacts[i].value;
    if (number)
        fake_reply(fake_find("test"), CHANNEL_SMS, number, NULL, event->writes,
                   event->at);
    else if (ok)
        faults_add(play->faults, FAULT_ERROR, play->file->path, event->line, 1,
                   found ? "'%.60s' has no number to write from"
                         : "no patient of 'given' has the record number "
                           "'%.60s'",
                   event->patient);
    store_close(store);
    arena_free(arena);
    return ok && (number || error_set(err, ERROR_INPUT, "nobody can write"));
}

static bool run_clock(struct play *play, struct engine *engine,
                      struct error *err)
{
    const struct scenario *scenario = play->scenario;
    instant now = scenario->from;
    for (size_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        /* before the run, so that it is found at its very minute */
        if (event->writes && !write_in(play, event, err))
            return false;
        if (event->at > now && !engine_run_virtual(engine, now, event->at, err))
            return false;
        now = event->at;
        clock_pretend(now);
        if (!import_rows(play, &event->given, now, err))
            return false;
    }
    return engine_run_virtual(engine, now, scenario->until, err);
}

static bool play_all(struct play *play, struct error *err)
{
    const struct scenario *scenario = play->scenario;
    struct engine_provider provider;
    clock_pretend(scenario->from);
    use_fake(play, &provider);
    struct store *store =
        store_open(play->store, STORE_CREATE | STORE_THROW_AWAY, err);
    store_close(store);
    if (!store || !import_rows(play, &play->file->given, scenario->from, err) ||
        !import_rows(play, &scenario->given, scenario->from, err) ||
        !setup_write(play->store, record, play, err))
        return false;
    struct engine *engine =
        engine_new(&play->setup->engine, scenario->from, err);
    bool ok = engine && run_clock(play, engine, err);
    if (engine)
        engine_end_virtual(engine, scenario->until);
    engine_free(engine);
    return ok;
}

bool scenario_run(struct setup *setup, const struct campaign *campaign,
                  const struct buf *bundle, const struct scenarios *file,
                  const struct scenario *scenario, struct buf *differences,
                  struct faults *faults, struct error *err)
{
    struct play play = {
        .setup = setup,
        .campaign = campaign,
        .bundle = bundle,
        .file = file,
        .scenario = scenario,
        .faults = faults,
        .folder = "/tmp/outreach-test-XXXXXX",
    };
    if (!mkdtemp(play.folder))
        return error_set(err, ERROR_CANNOT,
                         "cannot make a folder in /tmp for the test");
    snprintf(play.store, sizeof(play.store), "%s/store.db", play.folder);
    bool ok = play_all(&play, err);
    struct store *store =
        ok ? store_open(play.store, STORE_READ_ONLY, err) : NULL;
    ok = store && scenario_compare(store, file, scenario, differences, err);
    store_close(store);
    file_remove_tree(play.folder);
    return ok;
}
