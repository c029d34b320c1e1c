/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STAGING_OWN_H
#define STORE_STAGING_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/extract.h"
#include "store/extract_time.h"
#include "store/feed_table.h"

struct statement;
struct store;
struct zone;

/* Inside of a staging: for store/staging*.c only. */

enum { STAGING_KEY_MAX = 256 << 10 };

/* A row of a merged record, which stands for the surviving one. */
struct staging_followed {
    int64_t id, line;
};

struct staging {
    struct store *store;
    const struct feed_table *about;
    char **columns;
    size_t count; /* that are given */
    size_t total; /* with those that we compute */
    char *source;
    instant now, at;
    struct feed_column *about_columns; /* `total` */
    uint64_t said;                     /* all of them (store/said.h) */
    uint64_t cells;                    /* of those that always say something, */
    uint64_t joint;                    /* of these that are one cell, */
    uint64_t needed; /* and of these without which there is no row */
    uint64_t status; /* of the one that says what became of a visit */
    struct statement *look, *add, *find, *anothers; /* built */
    struct statement *contact_look, *contact_same, *contact_add;
    struct statement *contact_owner;
    char *contact_source;
    const struct zone *zone; /* where a place has none */
    size_t keys[FEED_KEYS];
    size_t key_count;
    bool late;            /* a newer file of this table came before */
    instant full_at;      /* of when the newest full one of this source is */
    struct row_set seen;  /* that came, */
    struct row_set again; /* and that said nothing new */
    struct staging_followed *followed;
    size_t followed_count;
    bool has_kin;    /* temp.kin has rows */
    int64_t waiting; /* in the open transaction of the temporary database */
    int64_t row_id;  /* of the row last added; 0: it is new */
    uint8_t row_cells[EXTRACT_MAX]; /* and of what it says */
    size_t row_cells_len;
    bool row_late;      /* a newer file said this row */
    uint64_t row_heard; /* columns of a patient's row that are no news; */
    bool guards;        /* the guardian stays, who is: */
    struct buf guardian;
    bool row_others; /* it came from another mapping */
    struct row_set *mistaken;
    int64_t made;    /* new rows, and those that turn out to come twice */
    int64_t points;  /* of new patients' own rows */
    struct buf last; /* the greatest key so far, while they only rise */
    bool rising;
    bool missing_known;
};

/* Runs SQL of ours that was put together, in the open transaction. */
bool staging_sql(struct staging *staging, const char *sql, struct error *err);
/* Takes the SQL out of the buf. NULL when it cannot be prepared. */
struct statement *staging_build(struct staging *staging, struct buf *sql,
                                struct error *err);
/* How a staged column reads as the table's own: `given`, or the id of the row
 * that it names. */
void staging_put_column(const struct staging *staging, struct buf *out,
                        const char *column, const char *given);
bool staging_is_patient(const struct staging *staging);
/* Where the rows have this column; their count: nowhere. */
size_t staging_place(const struct staging *staging, const char *column);
bool staging_has(const struct staging *staging, const char *column);
/* A column of which an empty cell says nothing, not even that it is empty. */
bool staging_is_silent(const struct staging *staging, const char *column);
/* Whether its rows keep what a file said of them (store/extract.h). */
bool staging_keeps_cells(const struct staging *staging);
/* The row of this key; its parameters are named after its columns. A patient's
 * is the surviving record's, unless it is the row that `tells` so. */
void staging_put_match(const struct staging *staging, struct buf *sql,
                       bool tells);
/* Those of these columns of `t` that the file had said before as the row has
 * them that waits, whose columns begin with `given`: no news. */
void staging_put_heard(const struct staging *staging, struct buf *out,
                       uint64_t columns, const char *given);
/* Whether what `t` has of this column stays: by a word that is newer than `at`,
 * or because it is no news. */
void staging_put_stands(const struct staging *staging, struct buf *out,
                        size_t column, const char *at, const char *given);
/* Whether the file had said all of these columns of `t` before. */
void staging_put_known(struct buf *out, uint64_t columns, const char *given);
/* Begins the transaction of the temporary database when none is open, and
 * ends it every 20,000 writes so that no snapshot grows old. */
bool staging_write_begin(struct staging *staging, struct error *err);
bool staging_write_end(struct staging *staging, struct error *err);

/* Ends the transaction of the temporary database, where one is open. */
bool staging_settle(struct staging *staging, struct error *err);

/* Patients that patients name: such a column is written behind all rows. */
bool staging_is_kin(const struct staging *staging, const char *column);
/* Whether it says what is there already. */
void staging_kin_put_same(struct buf *out, const char *column);
bool staging_kin_apply(struct staging *staging, struct error *err);

/* Writes `made` new rows with `insert`, which it frees (NULL: it was not
 * prepared, `err` says why). */
bool staging_insert(struct staging *staging, const char *table, int64_t made,
                    struct statement *insert, struct error *err);

/* The cells of a row of which this column alone says something. */
void staging_cell(struct staging *staging, size_t column,
                  const struct value *value);
/* Visits of which no row can be taken: written behind all others. */
bool staging_visit_open(struct staging *staging, struct error *err);
bool staging_visit_apply(struct staging *staging, struct error *err);

bool staging_contact_open(struct staging *staging, struct error *err);
bool staging_contact_apply(struct staging *staging, struct error *err);
/* Fills: how long each supply lasts, computed before rows are written. */
bool staging_cover(struct staging *staging, struct error *err);
bool staging_cover_apply(struct staging *staging, struct error *err);

#endif
