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

void import_report_free(struct import_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free(report->tables[i].file);
    free(report->tables);
    *report = (struct import_report){0};
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
        mapping =
            mapping_load(options->map_path, watch->fault, watch->arg, err);
        done = mapping != NULL;
    }
    done = done && import_find_files(options, mapping, watch, &jobs, err);
    if (done)
        report->tables =
            memory_new((jobs.count + 1) * sizeof(report->tables[0]));
    for (size_t i = 0; done && i < jobs.count; i++) {
        struct import_table *table = &report->tables[report->count++];
        table->table = jobs.items[i].table->name;
        table->file = memory_text(jobs.items[i].path);
        done = import_one(store, options, watch, &jobs.items[i], table, err);
    }
    import_jobs_free(&jobs);
    mapping_free(mapping);
    if (lock >= 0)
        file_unlock(lock);
    return done;
}
