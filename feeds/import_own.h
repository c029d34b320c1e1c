/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_IMPORT_OWN_H
#define FEEDS_IMPORT_OWN_H

#include "feeds/import.h"
#include "feeds/layout.h"

/* Inside of an import: for feeds/import*.c only. */

struct mapping;
struct mapping_table;

/* One file into one table. */
struct import_job {
    const struct layout_table *table;
    const struct mapping_table *mapped; /* NULL: the documented layout */
    char *path;
};
struct import_jobs {
    struct import_job *items;
    size_t count;
};
void import_jobs_free(struct import_jobs *jobs);

/* import_files.c: which files there are, in the order of the layout;
 * `mapping` or NULL. */
bool import_find_files(const struct import_options *options,
                       const struct mapping *mapping,
                       const struct import_watch *watch,
                       struct import_jobs *jobs, struct error *err);

/* import_table.c: one job. False: the store failed; a file that cannot be
 * taken is no failure, its report says why. */
bool import_one(struct store *store, const struct import_options *options,
                const struct import_watch *watch, const struct import_job *job,
                struct import_table *report, struct error *err);

#endif
