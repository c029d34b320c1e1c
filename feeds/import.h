/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_IMPORT_H
#define FEEDS_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;
struct zone;

/* CSV files into the store: each file whole or not at all, in the order in
 * which tables need each other. What it meets is told to the caller as it
 * goes; nothing here prints. One import at a time and store (a lock file
 * beside it). */

struct import_options {
    const char *const *paths; /* files and folders */
    size_t path_count;
    const char *map_path; /* NULL: the documented layout */
    bool full;            /* the files hold all there is */
    bool accept;          /* even if that ends much of what is there */
    double max_bad;       /* percent of the rows of a file */
    const char *country;
    const struct zone *zone;
    instant now;
    const char *actor;
};

#define IMPORT_MAX_BAD 20.0
#define IMPORT_MAX_GONE 20.0

struct import_bad {
    const char *file;
    int64_t line;
    const char *column; /* "" = the row as a whole */
    const char *value;  /* masked where it is personal; NULL: none */
    const char *reason;
    bool row; /* the row was left out; else only this field */
};

/* Called from import_run(), on its thread. */
struct import_watch {
    void *arg;
    void (*bad)(void *arg, const struct import_bad *bad);
    void (*note)(void *arg, const char *text); /* a warning */
    /* "file:line:column: error: ...", of a mapping */
    void (*fault)(void *arg, const char *text);
    void (*begin)(void *arg, const char *file, int64_t bytes);
    void (*moved)(void *arg, int64_t bytes);
    void (*write)(void *arg); /* all is read; waits for other writers */
    void (*end)(void *arg);
};
/* Nobody looks: to be filled in where somebody does. */
extern const struct import_watch import_unwatched;

struct import_table {
    const char *table; /* of the layout */
    char *file;
    bool taken;
    bool stands; /* absence from a full extract ends none of its rows */
    int64_t read, made, changed, same, gone, bad, flawed;
    int64_t forgotten; /* rows of people who were: left out, no fault */
    int64_t followed;  /* times that followed the zone of a clinic */
    int64_t others;    /* messages in which there was nothing for us */
    int64_t waiting;   /* rows that wait for people whom nobody knows yet */
    int64_t woken;     /* rows that had waited, and were taken in */
    char reason[512];  /* why it was not taken, or not to its end */
};
struct import_report {
    struct import_table *tables; /* in the order in which they were tried */
    size_t count;
    int64_t waiting; /* rows of this import that wait still, at its end */
};
void import_report_free(struct import_report *report);

/* True when every file was tried: the report says which were taken. False:
 * nothing could be tried, or the store failed on the way (the report holds
 * what was taken before). Free the report in both cases. */
bool import_run(struct store *store, const struct import_options *options,
                const struct import_watch *watch, struct import_report *report,
                struct error *err);

#endif
