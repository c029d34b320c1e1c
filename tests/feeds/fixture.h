/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FEEDS_FIXTURE_H
#define TESTS_FEEDS_FIXTURE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

#include "feeds/import.h"

struct store;

/* A store and a folder of files for one test; both leave with it. All of
 * these fail the test when they cannot. */
struct fixture {
    char folder[64];
    struct store *store;
    struct import_options options; /* may be changed between imports */
    struct import_report report;   /* of the last import */
    struct buf told;               /* its faults and warnings, a line each */
    struct error err;
};

void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);
void fixture_file(struct fixture *fixture, const char *name, const char *text);
/* It was written then, and not now. */
void fixture_changed(struct fixture *fixture, const char *name, instant at);
/* What somebody else does to the store. */
void fixture_sql(struct fixture *fixture, const char *sql);
/* Removes all CSV files of the folder, and all change notes. */
void fixture_quiet(struct fixture *fixture);
/* Only the change notes. */
void fixture_quiet_dirty(struct fixture *fixture);
/* Imports the whole folder. True when every file was tried. */
bool fixture_import(struct fixture *fixture);
/* "patients: 3 new, 1 bad; fills: refused" of the last import; what is zero
 * is not said. Until the next call. */
const char *fixture_summary(struct fixture *fixture);
/* The first column of all rows, with '|' between. Until the next call. */
const char *fixture_ask(struct fixture *fixture, const char *sql);

#endif
