/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a condition, a step's time and a duration of a campaign file:
 * refused with faults that have a place, or read without any; and a condition
 * that was read is a question that the store can answer.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/zone.h"
#include "store/measure.h"
#include "store/store.h"
#include "store/view.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/timing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct expression_place place = {"fuzz.json", 3, 5};

static void expect(bool holds, const char *what)
{
    if (!holds)
        PANIC("%s", what);
}

static const struct measure *find_measure(void *arg, const char *name,
                                          const char **nearest)
{
    static const struct measure measure = {.name = "colorectal"};
    (void)arg;
    *nearest = NULL;
    return strcmp(name, measure.name) == 0 ? &measure : NULL;
}

static void expect_faults(const struct faults *faults, bool read)
{
    expect(read == (faults->errors == 0), "read, or refused with a fault");
    for (size_t i = 0; i < faults->count; i++)
        expect(faults->items[i].line >= place.line &&
                   faults->items[i].column > 0 &&
                   faults->items[i].text[0] != '\0',
               "a fault has a place and a text");
}

/* One empty store for the whole run. */
static struct store *store;
static char folder[] = "/tmp/outreach-fuzz-XXXXXX";

static void leave(void)
{
    store_close(store);
    file_remove_tree(folder);
}

static void open_store(void)
{
    struct error err = {0};
    char path[64];
    expect(mkdtemp(folder) != NULL, "there is a temporary folder");
    snprintf(path, sizeof(path), "%s/fuzz.db", folder);
    store = store_open(path, STORE_CREATE, &err);
    if (store == NULL)
        PANIC("%s", err.text);
    atexit(leave);
}

static void ask(const struct predicate *predicate, enum anchor_kind anchor)
{
    struct error err = {0};
    struct view_column column = {.predicate = predicate};
    if (store == NULL)
        open_store();
    struct view *view = view_prepare(store, anchor, &column, 1, &err);
    if (view == NULL)
        PANIC("a condition that was read cannot be asked: %s", err.text);
    struct view_time time = {.now = 1795442801907,
                             .today = {2026, 11, 23},
                             .entered_at = INSTANT_NEVER,
                             .zone = zone_utc()};
    struct view_row row;
    bool found = true;
    if (!view_read(view, 1, &time, &found, &row, &err) || found)
        PANIC("a condition that was read was not answered: %s", err.text);
    view_free(view);
}

static void try_condition(const char *text, enum anchor_kind anchor,
                          struct arena *arena)
{
    struct faults faults;
    faults_init(&faults);
    const struct predicate *predicate = expression_parse(
        text, anchor, &place, find_measure, NULL, arena, &faults);
    expect_faults(&faults, predicate != NULL);
    if (predicate != NULL)
        ask(predicate, anchor);
    faults_free(&faults);
}

static void try_time(const char *text, enum anchor_kind anchor,
                     struct arena *arena)
{
    struct faults faults;
    struct step_time time;
    faults_init(&faults);
    expect_faults(&faults,
                  step_time_parse(text, anchor, &place, arena, &faults, &time));
    faults_free(&faults);
}

static void try_duration(const char *text)
{
    struct duration duration, again;
    char out[40];
    if (!duration_parse(text, &duration))
        return;
    expect(duration_parse(duration_text(duration, out), &again) &&
               again.count == duration.count && again.unit == duration.unit,
           "a duration survives writing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum anchor_kind anchor = (enum anchor_kind)(1 + data[0] % ANCHOR_PATIENT);
    struct arena *arena = arena_new();
    char *text = arena_text_n(arena, (const char *)data + 1, size - 1);
    try_condition(text, anchor, arena);
    try_time(text, anchor, arena);
    try_duration(text);
    arena_free(arena);
    return 0;
}
