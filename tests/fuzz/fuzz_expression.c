/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a condition of a campaign file: refused with faults that have a
 * place, or read without any; and a condition that was read is a question that
 * the store can answer.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/zone.h"
#include "store/measure.h"
#include "store/view.h"

#include "campaigns/bundle.h"
#include "campaigns/expression.h"

#include "tests/fuzz/fuzz.h"

static const struct expression_place place = {"fuzz.json", 3, 5};

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

static void ask(const struct predicate *predicate, enum anchor_kind anchor)
{
    struct error err = {0};
    struct view_column column = {.predicate = predicate};
    struct view *view = view_prepare(fuzz_store(), anchor, &column, 1, &err);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum anchor_kind anchor = (enum anchor_kind)(1 + data[0] % ANCHOR_PATIENT);
    struct arena *arena = arena_new();
    char *text = arena_text_n(arena, (const char *)data + 1, size - 1);
    try_condition(text, anchor, arena);
    arena_free(arena);
    return 0;
}
