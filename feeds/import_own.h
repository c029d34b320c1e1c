/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_IMPORT_OWN_H
#define FEEDS_IMPORT_OWN_H

#include "base/civil.h"
#include "feeds/import.h"
#include "feeds/layout.h"
#include "store/row_set.h"

/* Inside of an import: for feeds/import*.c only. */

struct binding;
struct csv;
struct csv_row;
struct mapping;
struct mapping_table;
struct record;

/* One file into one table. */
struct import_job {
    const struct layout_table *table;
    const struct mapping_table *mapped; /* NULL: the documented layout */
    char *path;
    /* Patients whose number is somebody else's in the files of this layout. */
    struct row_set *mistaken;
};
struct import_jobs {
    struct import_job *items;
    size_t count;
    struct row_set mapped_mistaken, own_mistaken;
};
void import_jobs_free(struct import_jobs *jobs);

/* import_files.c: which files there are, in the order of the layout;
 * `mapping` or NULL. */
bool import_find_files(const struct import_options *options,
                       const struct mapping *mapping,
                       const struct import_watch *watch,
                       struct import_jobs *jobs, struct error *err);

/* Rows of a patients file that name somebody who may come with another one:
 * they are left out, and read again when the others are in. */
struct import_wait {
    bool on;        /* else such rows are faults */
    bool again;     /* only these lines are read */
    int64_t *lines; /* in order */
    size_t count;
};

/* A mapping has faults that only the files show: all are told. */
bool import_check_mapping(const struct import_options *options,
                          const struct import_jobs *jobs,
                          const struct import_watch *watch, struct error *err);

/* "2026-11-23", where the organisation is. */
void import_today(const struct import_options *options,
                  char out[CIVIL_TEXT_MAX]);

/* import_open.c: a file at its first row. Closed in both cases. */
struct import_open {
    const char *name; /* without its folder */
    struct csv *csv;
    struct binding *binding;
    struct record *record;
    size_t columns; /* of the header */
    char **fitted;  /* import_fit() */
    char nothing[1];
};
struct import_open_request {
    struct store *store;
    const struct import_options *options;
    const struct import_job *job;
    /* unknown columns of our own layout, or faults of a mapping */
    void (*tell)(void *arg, const char *text);
    void *arg;
};
bool import_open(const struct import_open_request *request,
                 struct import_open *out, struct error *err);
void import_close(struct import_open *open);
/* False: the file ends within this row, and nobody knows what else it had. */
bool import_is_whole(const struct import_open *open, const struct csv_row *row,
                     struct error *err);

/* A row of which only the key is wanted, with as many fields as the header has:
 * those that are too many are cut, those that are missing are empty. It lives
 * until the next call, or the row's end. */
void import_fit(struct import_open *open, const struct csv_row *row,
                struct csv_row *out);

/* import_table.c: one job. False: the store failed; a file that cannot be
 * taken is no failure, its report says why. */
bool import_one(struct store *store, const struct import_options *options,
                const struct import_watch *watch, const struct import_job *job,
                struct import_wait *wait, struct import_table *report,
                struct error *err);

#endif
