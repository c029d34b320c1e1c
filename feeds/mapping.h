/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_MAPPING_H
#define FEEDS_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "feeds/formula.h"
#include "feeds/layout.h"

/* A mapping file: how somebody else's CSV files become the documented layout,
 * or where their messages have what others have elsewhere
 * (outreach-mapping(5)). Read and checked as a whole; immutable afterwards,
 * except for where formulas find their columns. */

enum mapping_format { MAPPING_CSV, MAPPING_HL7, MAPPING_FHIR };

struct mapping_column {
    const char *name; /* "attr.plan" */
    const struct layout_column *column;
    const char *attribute;   /* of attr.<name> */
    struct formula *formula; /* of messages NULL: it is taken from nowhere */
    struct json_place place;
};

/* Another file, a row of which is found by its key. */
struct mapping_join {
    const char *name, *file;
    struct formula *key; /* over its own columns */
    struct formula *by;
    const char **columns; /* of it, that formulas name */
    size_t count;
    struct json_place place;
};

/* Rows that are taken. */
struct mapping_where {
    struct formula *of;
    const char **words;
    size_t count;
    bool not_in;
};

struct mapping_table {
    const struct layout_table *table;
    const struct mapping *mapping;
    const char *file;   /* their name: "medications.csv" */
    const char *source; /* "synthea:medications.csv" */
    /* (of messages NULL both) */
    const char *dates;              /* NULL: ISO 8601 */
    struct mapping_column *columns; /* in the order of the layout */
    size_t column_count;
    struct mapping_join *joins;
    size_t join_count;
    struct mapping_where *wheres;
    size_t where_count;
    struct formula *repeat; /* how many rows each becomes; NULL: one */
    struct json_place place;
};

struct mapping {
    const char *path, *name;
    enum mapping_format format;
    char delimiter; /* 0: the header decides */
    bool windows_1252;
    const char **empty; /* what stands for nothing, beside the usual */
    size_t empty_count;
    struct mapping_table *tables;
    size_t table_count;
    struct arena *arena;
    struct json *doc;
};

/* All faults are told, each as "file:line:column: error: ..."; NULL then, and
 * `err` has their number. One for another format is none of these. */
typedef void mapping_fault_fn(void *arg, const char *text);
struct mapping *mapping_load(const char *path, enum mapping_format format,
                             mapping_fault_fn *fault, void *arg,
                             struct error *err);
void mapping_free(struct mapping *mapping);
/* What a mapping is for, without checking it: CSV where it does not say. */
enum mapping_format mapping_format_of(const char *path);
const char *mapping_format_name(enum mapping_format format); /* "hl7" */
/* The column of a table that a mapping of messages has; NULL: none. */
const struct mapping_column *mapping_column_of(
    const struct mapping_table *table, const char *name);

#define MAPPING_REPEAT_MAX 5000

#endif
