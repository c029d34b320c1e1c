/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_RECORD_H
#define FEEDS_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "feeds/convert.h"
#include "feeds/layout.h"
#include "store/staging.h"
#include "store/value.h"

struct row_set;
struct store;
struct zone;

/* One row of a table of the layout, from the texts of its columns to the
 * columns of the store: conversion, references, time zones and what follows
 * from them. Reads the store (references), never writes it. */
struct record;

/* What a feed gives: one input a row has. */
struct record_input {
    const struct layout_column *column;
    const char *attribute; /* of LAYOUT_ATTRIBUTE: its name */
    int rank;              /* of a number or address; 0: as its column has it */
};

struct record_context {
    struct store *store;
    const char *country;
    const struct zone *zone; /* of the organisation */
    instant now;
    bool may_name_zones; /* such a feed has a place for one: who leaves it empty
                            knows what follows, and is told nothing */
    const struct row_set *mistaken; /* patients whose number is somebody else's
                                       in this feed; or NULL */
};

/* `inputs` stays until record_free; its required columns are all there. NULL:
 * the store could not be read. */
struct record *record_new(const struct layout_table *table,
                          const struct record_context *context,
                          const struct record_input *inputs, size_t count,
                          struct error *err);
void record_free(struct record *record);
/* Of a record that is kept: the hour of the rows that follow, and whether
 * anybody in the store was forgotten by now. */
void record_again(struct record *record, instant now, bool any_forgotten);

/* Whose message the rows that follow are of: its times without an offset are
 * on that wall, where the row names no place of its own. Where nobody knows the
 * facility it is the organisation's; a file has none. */
struct record_sender {
    const struct zone *zone;
    int64_t clinic_id; /* that has this zone; 0: none */
};
void record_sender(struct record *record, struct record_sender sender);

/* The store's columns that record_values() fills. */
const char *const *record_columns(const struct record *record, size_t *count);

/* Why a row or a field of it cannot be taken. Texts live for the row. */
struct record_fault {
    const char *column;
    const char *value; /* masked where it is personal */
    char reason[CONVERT_REASON_MAX];
};
#define RECORD_FAULTS_MAX 4

enum record_verdict {
    RECORD_GOOD,      /* faults: fields that were left out (a broken number) */
    RECORD_BAD,       /* one fault: the row cannot be taken; of its values only
                         those of the key mean something */
    RECORD_FORGOTTEN, /* of somebody who was forgotten: left out, no fault */
    RECORD_FAILED,    /* the store could not be read: `err` */
};

/* `texts` in the order of the inputs; NULL or "" = empty. They stay until the
 * values were used. */
enum record_verdict record_read(struct record *record, const char *const *texts,
                                struct error *err);
/* In how many rows so far an input had a word for nothing (convert.h). */
int64_t record_nothings(const struct record *record, size_t input);
/* Why this cannot be the start of a visit; NULL: it can. */
const char *record_start_fault(const char *text, const struct zone *zone);
/* Whose row was left out; its key becomes one of theirs where other rows name
 * it (store/forgotten.h). */
struct record_forgotten {
    int64_t patient_id;
    const char *prescription; /* NULL: the row is no prescription */
};
struct record_forgotten record_forgotten(const struct record *record);
const struct record_fault *record_faults(const struct record *record,
                                         size_t *count);
const struct value *record_values(const struct record *record);
/* What a row of visits that cannot be taken says of its visit all the same;
 * false: it is none, or nobody can read which. */
bool record_visit(struct record *record, struct staging_visit *out);
/* Of one of these columns; NULL: it is none of them. */
const struct value *record_value(const struct record *record,
                                 const char *column);
/* Of a row that was read: who is named in this column (LAYOUT_PERSON) is in the
 * store already, as this. */
void record_person(struct record *record, const struct layout_column *column,
                   int64_t patient_id);
/* A patient's refusal of texts is one of calls, and the reverse, and whoever
 * complains refuses (L-12, L-16): when the row that was read is one, turns it
 * into the other and is true. */
bool record_other_channel(struct record *record);
/* The points of a patient's own row; false: this feed has no such column. */
bool record_contacts(const struct record *record, const char **mrn,
                     const struct staging_contact **contacts, size_t *count);

#endif
