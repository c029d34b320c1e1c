/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* The waiting room: rows that messages said of people whom nobody here knows
 * yet, and ends of rows that nobody knows. A result that comes ten minutes
 * before its patient's record is not lost. What a row says is the feeds'
 * business; here it is kept, found by the ids of the people it names, and
 * bounded. It is personal data: it goes with whoever is forgotten, and after a
 * month. */

#define WAITING_MOST 100000 /* rows in all */
#define WAITING_MOST_OF_ONE                          \
    50000 /* of one sender, so that others have room \
           */
#define WAITING_KEPT_MS (30 * 24 * HOUR_MS)
#define WAITING_CONTENT_MAX (64 << 10)

struct waiting_id {
    const char *authority, *value;
};
/* Which row: that of this key whose owner is the same, or that names one of the
 * same people (as store/owner.h finds one that is there). */
struct waiting_key {
    const char *kind;             /* a table of the layout */
    const char *key;              /* of the row, in that table */
    const char *owner;            /* who gave the key out; "": nobody knows */
    const char *sender;           /* who says so; NULL: nobody knows */
    const struct waiting_id *ids; /* of the people it names, and of what else
                                     it waits for */
    size_t id_count;
};
struct waiting_row {
    struct waiting_key key;
    /* By which its row is found, too, and who gave that out; NULL: none. */
    const char *placer, *placer_owner;
    const char *source, *message; /* message: NULL, none */
    instant at, came_at;
    bool early; /* it ends a row that is not there: it waits for nobody */
    bool quiet; /* most such rows never were: nobody is told of it */
    const char *fields; /* its words: what the row says */
    const char *content;
    /* It waits for those for whom that row waits, too; NULL: behind none. */
    const struct waiting_key *behind;
};

enum waiting_verdict {
    WAITING_KEPT,  /* an older one that said no more than this is gone */
    WAITING_OLDER, /* a newer one is there that says all of this */
    WAITING_FULL,
};
/* In the caller's transaction, as all that writes here. */
bool waiting_add(struct store *store, const struct waiting_row *row,
                 enum waiting_verdict *verdict, struct error *err);
/* That row was never meant: takes out what waits of it and is not newer. */
bool waiting_end(struct store *store, const struct waiting_key *key, instant at,
                 int64_t *count, struct error *err);

bool waiting_any(struct store *store, bool *any, struct error *err);

/* Rows, by what decides when they are taken. */
struct waiting_item {
    int64_t id;
    instant at;
    char kind[24];
};
struct waiting_list {
    struct waiting_item *items;
    size_t count, room;
};
/* Adds those that name somebody with this id, whoever gave it: whether it is
 * them is for the caller to see. */
bool waiting_named(struct store *store, const char *value,
                   struct waiting_list *list, struct error *err);
/* Adds those that name somebody who is in the store by now. */
bool waiting_known(struct store *store, struct waiting_list *list,
                   struct error *err);
/* Adds what waits of that row, by its key or by what else it is called. */
bool waiting_of(struct store *store, const struct waiting_key *key,
                struct waiting_list *list, struct error *err);
void waiting_list_free(struct waiting_list *list);

/* A row as it was kept, without its ids; free it. `*found` false: it is gone
 * by now. */
struct waiting_kept {
    char *source, *message, *kind, *content;
    instant at;
    bool early;
};
bool waiting_read(struct store *store, int64_t id, bool *found,
                  struct waiting_kept *out, struct error *err);
void waiting_kept_free(struct waiting_kept *kept);
/* Whom it waited for is known; it waits for its row from now on. */
bool waiting_early(struct store *store, int64_t id, bool quiet,
                   struct error *err);
bool waiting_remove(struct store *store, int64_t id, struct error *err);

/* Removes what came before `before`: at most `limit` rows, the oldest first. */
bool waiting_expire(struct store *store, instant before, size_t limit,
                    int64_t *count, struct error *err);
/* Removes what names this patient, by any of their ids. */
bool waiting_forget(struct store *store, int64_t patient_id, struct error *err);

struct waiting_counts {
    int64_t rows;
    instant since; /* when the oldest came; INSTANT_NEVER: none */
};
/* Of those that came at `from` or later; 0: of all. Those that nobody is told
 * of are not counted. */
bool waiting_count(struct store *store, instant from,
                   struct waiting_counts *out, struct error *err);

#endif
