/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_UPSERT_H
#define STORE_UPSERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/staging.h"
#include "store/value.h"

struct store;

/* Single rows of a feed, written there and then in the caller's transaction:
 * what messages say, one by one or many to a commit (files go through
 * store/staging.h). A row that says nothing new stays as it is, so it raises
 * no occurrence and leaves no change note; of older news those columns go in
 * that no newer news has said (store/said.h).
 * Statements are kept: one upsert a connection, on its thread. */
struct upsert;

struct upsert *upsert_new(struct store *store);
void upsert_free(struct upsert *upsert);

struct upsert_row {
    const char *table;          /* of schema.sql */
    const char *const *columns; /* of it; its key among them */
    const struct value *values; /* VALUE_MISSING empties the column */
    size_t count;
    bool own; /* of a patient: the record of this number itself, also when it
                 was merged into another one */
    const char *source, *message; /* which system, which message of it */
    const char *owner;  /* of a row that is new, where rows of this table have
                           one (store/owner.h); NULL: nobody */
    const char *sender; /* and of a visit: whose message told of it */
    instant at;         /* when it was so, */
    int64_t span;       /* or within so many ms behind that: it was told to the
                           second, or the day */
    bool dated;         /* as its source says; else it came then */
    bool assumed; /* its status is what all are that are told of: nobody said
                     so, and whatever anybody says counts */
    bool off;     /* of a visit: that it is off. One that is gone is off, too,
                     and stays gone where this does not say all of it */
};

enum upsert_verdict {
    UPSERT_NEW,
    UPSERT_CHANGED,
    UPSERT_SAME,
    UPSERT_OLDER,  /* the store has newer news of all that it says */
    UPSERT_FIXED,  /* differs, but rows of this table never change */
    UPSERT_LACKS,  /* new, or back (then it has an id), and a column that every
                      row needs is missing */
    UPSERT_YIELDS, /* of a record that was merged into another one, which
                      speaks for itself */
};
/* The id of the row of this key; 0: there is none. */
bool upsert_find(struct upsert *upsert, const struct upsert_row *row,
                 int64_t *id, struct error *err);
bool upsert_put(struct upsert *upsert, const struct upsert_row *row,
                enum upsert_verdict *verdict, int64_t *id, struct error *err);

/* The row was never meant to be: it is marked as gone, or deleted where the
 * table has no mark. Its key alone counts. UPSERT_SAME: there is none;
 * UPSERT_OLDER: newer words say all that every row has. */
bool upsert_end(struct upsert *upsert, const struct upsert_row *row,
                enum upsert_verdict *verdict, struct error *err);

/* The whole set of points that a source has for a patient. One that another
 * source names, too, is that one's when this one names it no longer. */
struct upsert_points {
    int64_t patient_id;
    const struct staging_contact *contacts;
    size_t count;
    const char *source;
    instant at; /* and `span`, as of a row: an older word of the same source */
    int64_t span; /* changes nothing, whatever others said since */
    bool none;    /* where it is empty, there is none at all by this word */
    bool fresh;   /* the patient is new: nobody said anything of them so far */
};
bool upsert_contacts(struct store *store, const struct upsert_points *points,
                     bool *changed, struct error *err);

#endif
