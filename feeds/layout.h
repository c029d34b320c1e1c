/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_LAYOUT_H
#define FEEDS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The documented layout of an import (docs/import.md): one file a table, and
 * what each column of it means. Const data; the order of the tables is the
 * order in which they come in. Columns that decide a row's time zone stand
 * before those that need one. */

enum layout_type {
    LAYOUT_TEXT,
    LAYOUT_KEY, /* a source's id: text that no spreadsheet has rewritten */
    LAYOUT_PHONE,
    LAYOUT_EMAIL,
    LAYOUT_STATE,
    LAYOUT_ZIP,
    LAYOUT_LANGUAGE,
    LAYOUT_DATE,
    LAYOUT_BIRTH,   /* a date that may lack its day, or its month as well */
    LAYOUT_INSTANT, /* with offset, or on the wall of the row's zone */
    LAYOUT_MOMENT,  /* an instant whose wall time and zone are kept too */
    LAYOUT_DIED,    /* a date, an instant, or only yes */
    LAYOUT_CLOCK,   /* 08:30, minutes after midnight */
    LAYOUT_ZONE,
    LAYOUT_BOOL,
    LAYOUT_WORD,
    LAYOUT_INTEGER,
    LAYOUT_NUMBER,  /* what was measured: 7.2, or >14 */
    LAYOUT_PATIENT, /* the MRN of a patient who is in the store */
    LAYOUT_CLINIC,
    LAYOUT_PRESCRIPTION,
    LAYOUT_PERSON, /* the MRN of one who may come later in the import */
    LAYOUT_LIST,   /* the name of a list, which the import makes */
    LAYOUT_POINT,  /* a number or address, by the row's kind */
    LAYOUT_ATTRIBUTE,
};

struct layout_column {
    const char *name;
    enum layout_type type;
    const char *target;   /* column of the store; NULL: the table's own rule */
    const char *also;     /* the store's name for it, understood as well */
    const char *fallback; /* what an empty field means; NULL: not known */
    const char *words;    /* a closed list: store/words.h */
    int64_t least, most;  /* of integers */
    bool required;
    bool personal; /* masked wherever it is shown */
};

struct layout_table {
    const char *name;  /* of its file, without ".csv" */
    const char *table; /* of the store */
    const char *rows;  /* what people call its rows: "booked visits" */
    const struct layout_column *columns;
    size_t count;
    const char *derived[4]; /* makes external_id where there is no id */
};

extern const struct layout_table layout_tables[];
extern const size_t layout_count;

/* NULL when there is none. A date behind the name is fine:
 * "appointments-2026-11-23" is appointments. */
const struct layout_table *layout_find(const char *name);
/* Whether a file's column of this name is this one: in any case, and with
 * blanks or hyphens where we write underscores ("First Name"). */
bool layout_is_named(const struct layout_column *column, const char *name);
const struct layout_column *layout_column(const struct layout_table *table,
                                          const char *name);
/* The nearest known one, or the one that `name` begins with, or NULL. */
const char *layout_nearest(const char *name);
/* "clinics, patients, ..." */
void layout_names(char *out, size_t size);
const char *layout_nearest_column(const struct layout_table *table,
                                  const char *name);

#define LAYOUT_ATTRIBUTE_PREFIX "attr."

#endif
