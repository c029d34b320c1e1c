/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The import as a whole: one at a time, table after table. Tables that were
 * taken stay taken when a later file is refused: each file is whole in
 * itself, and the report says which are in.
 */
#include "feeds/import.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"

#include "store/store.h"

#include "feeds/import_own.h"
#include "feeds/mapping.h"

static void unseen(void *arg)
{
    (void)arg;
}
static void unseen_bad(void *arg, const struct import_bad *bad)
{
    (void)arg;
    (void)bad;
}
static void unseen_text(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}
static void unseen_file(void *arg, const char *file, int64_t bytes)
{
    (void)arg;
    (void)file;
    (void)bytes;
}
static void unseen_bytes(void *arg, int64_t bytes)
{
    (void)arg;
    (void)bytes;
}

const struct import_watch import_unwatched = {
    .bad = unseen_bad,
    .note = unseen_text,
    .fault = unseen_text,
    .begin = unseen_file,
    .moved = unseen_bytes,
    .write = unseen,
    .end = unseen,
};

void import_report_free(struct import_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free(report->tables[i].file);
    free(report->tables);
    *report = (struct import_report){0};
}

/* How many files from here on are of this one's table. */
static size_t same_table(const struct import_jobs *jobs, size_t from)
{
    size_t count = 1;
    while (from + count < jobs->count &&
           jobs->items[from + count].table == jobs->items[from].table)
        count++;
    return count;
}

static size_t lines_waiting(const struct import_wait *waits, size_t count)
{
    size_t lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += waits[i].count;
    return lines;
}

/* The files of one table. As long as it helps, rows that wait for one another
 * are read again; what is left then is a fault. */
static bool import_table_files(struct store *store,
                               const struct import_options *options,
                               const struct import_watch *watch,
                               const struct import_job *jobs, size_t count,
                               struct import_table *reports, struct error *err)
{
    struct import_wait *waits = memory_new(count * sizeof(waits[0]));
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        waits[i].on = count > 1;
        done = import_one(store, options, watch, &jobs[i], &waits[i],
                          &reports[i], err);
    }
    bool on = true;
    for (size_t left = lines_waiting(waits, count); done && left > 0;) {
        for (size_t i = 0; done && i < count; i++) {
            waits[i].on = on;
            waits[i].again = true;
            done = waits[i].count == 0 ||
                   import_one(store, options, watch, &jobs[i], &waits[i],
                              &reports[i], err);
        }
        size_t before = left;
        left = lines_waiting(waits, count);
        on = left < before;
    }
    for (size_t i = 0; i < count; i++)
        free(waits[i].lines);
    free(waits);
    return done;
}

static bool import_all(struct store *store,
                       const struct import_options *options,
                       const struct import_watch *watch,
                       const struct import_jobs *jobs,
                       struct import_report *report, struct error *err)
{
    bool done = true;
    report->tables = memory_new((jobs->count + 1) * sizeof(report->tables[0]));
    for (size_t i = 0, count; done && i < jobs->count; i += count) {
        struct import_table *tables = &report->tables[i];
        count = same_table(jobs, i);
        for (size_t k = 0; k < count; k++) {
            tables[k].table = jobs->items[i + k].table->name;
            tables[k].file = memory_text(jobs->items[i + k].path);
        }
        report->count += count;
        done = import_table_files(store, options, watch, &jobs->items[i], count,
                                  tables, err);
    }
    return done;
}

bool import_run(struct store *store, const struct import_options *options,
                const struct import_watch *watch, struct import_report *report,
                struct error *err)
{
    struct import_jobs jobs = {0};
    struct mapping *mapping = NULL;
    *report = (struct import_report){0};
    int lock = store_lock_import(store, err);
    bool done = lock >= 0;
    if (done && options->map_path) {
        mapping = mapping_load(options->map_path, MAPPING_CSV, watch->fault,
                               watch->arg, err);
        done = mapping != NULL;
    }
    done = done && import_find_files(options, mapping, watch, &jobs, err) &&
           (!mapping || import_check_mapping(options, &jobs, watch, err));
    done = done && import_all(store, options, watch, &jobs, report, err);
    import_jobs_free(&jobs);
    mapping_free(mapping);
    if (lock >= 0)
        file_unlock(lock);
    return done;
}
