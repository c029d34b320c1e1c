/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_RECORD_OWN_H
#define FEEDS_RECORD_OWN_H

#include "feeds/record.h"
#include "store/reference.h"

/* Inside of a record: for feeds/record*.c only. */

enum { RECORD_SLOTS = 48, RECORD_POINTS = 16 };
#define RECORD_NO_SLOT RECORD_SLOTS

struct record {
    const struct layout_table *table;
    struct record_context context;
    const struct record_input *inputs;
    size_t count;
    struct scratch scratch;
    struct convert convert;

    const char *columns[RECORD_SLOTS];
    struct value values[RECORD_SLOTS + 1]; /* the last is for nobody */
    size_t slot_count;
    size_t *slots; /* of each input; RECORD_NO_SLOT: none */
    int64_t *nothings;

    struct record_fault faults[RECORD_FAULTS_MAX];
    size_t fault_count;
    bool bad;
    bool any_forgotten;          /* in this store */
    struct record_sender sender; /* zone NULL: it is a file */
    int64_t forgotten;           /* whose row this is; 0: nobody's */

    /* Of the row being read. */
    const char *const *texts;
    struct reference patient, clinic, prescription;
    const char *zone_given;
    struct reference_person known; /* from before */
    bool address_kept;             /* this feed says nothing about it */
    const struct zone *zone;
    int64_t zone_clinic;     /* that gave it; 0: none did */
    bool placed;             /* the row itself says where */
    const struct zone *home; /* of a message: where the patient is looked
                                after, or lives; NULL: not known */
    int64_t home_clinic;     /* as zone_clinic */
    char extension[16];
    struct staging_contact points[RECORD_POINTS];
    size_t point_count;
    bool has_points;
};

/* The slot of this column, made when there is none. */
size_t record_slot(struct record *record, const char *column);
void record_put_text(struct record *record, const char *column,
                     const char *text); /* NULL: missing */
void record_put_integer(struct record *record, const char *column,
                        int64_t value);
/* The text of a column of the layout in this row; NULL: empty or not given. */
const char *record_input_text(const struct record *record, const char *name);
bool record_has_input(const struct record *record, const char *name);
/* Notes why a field is left out. */
void record_note(struct record *record, const struct layout_column *column,
                 const char *value, const char *reason);
/* Notes why the row cannot be taken; the first reason stays. */
void record_fail(struct record *record, const struct layout_column *column,
                 const char *value, const char *reason);

/* record_table.c: what follows from a row's fields, table by table. False:
 * the store could not be read. */
void record_prepare(struct record *record);
bool record_finish(struct record *record, struct error *err);
/* The row's key where it is no column of its own: of a bad row, too. */
void record_finish_key(struct record *record);
/* A birth that is not known to the day: the last one that it can be is kept
 * beside it. False: it is whole, or no date. */
bool record_born_by(struct record *record, const char *text);
/* record_when.c: the same for what is made of moments: the columns of this one
 * (its text, its wall, its instant). */
bool record_finish_visit(struct record *record, const char *name,
                         const char *local_column, const char *at_column,
                         struct error *err);
void record_finish_fill(struct record *record);
void record_finish_screening(struct record *record);
/* What has happened lies behind us; a day for the zones, and for clocks. */
bool record_is_to_come(const struct record *record, instant at);
/* A phone number or address of a patient's own row; broken ones are left
 * out, the patient is not. */
void record_point(struct record *record, const struct record_input *input,
                  const char *text);

#endif
