/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STAY_H
#define STORE_STAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct buf;
struct store;

/* Who is in hospital, stay by stay, as each source tells it. What follows of
 * all words is patient.inpatient: somebody is in by any stay of which nobody
 * has said the end since. A stay is known by its number, by whichever ids of
 * the person it comes. A word without a number is of a stay of its own, which
 * any end ends; the end of one is of all that its source told of before. In the
 * caller's transaction. */
struct stay_word {
    int64_t patient_id;
    int64_t via;        /* the record by whose ids it came */
    const char *number; /* of the visit; NULL: not said */
    const char *owner;  /* who gave it out; NULL: nobody says */
    const char *source;
    instant at;   /* when it was so, */
    int64_t span; /* or within so many ms behind it */
    bool inside;
    bool alone;  /* the end of what is no stay, as it is told: it is of weight
                    where others told that it is one, by this number */
    bool theirs; /* by this word the stay is theirs, whoever's it was */
    bool silent; /* and that is all that it says */
};
/* `*changed`: whether they are in hospital is another now; `*moved`: so far
 * somebody else was by this stay. */
bool stay_say(struct store *store, const struct stay_word *word, bool *changed,
              bool *moved, struct error *err);
/* Whether a word from `since` on says that they came in by this stay. */
bool stay_came_in(struct store *store, int64_t patient_id, const char *number,
                  instant since, bool *in, struct error *err);

/* When somebody last left a hospital, as of `now`; INSTANT_NEVER: nobody says
 * that they did. */
bool stay_left(struct store *store, int64_t patient_id, instant now,
               instant *at, struct error *err);

/* A stay that was never to be there, whoever it is of. */
struct stay_deletion {
    const char *number, *owner;
    bool loose; /* or, where that one gave out none, the only one of this number
                 */
    const char *source;
    instant at;
};
bool stay_delete(struct store *store, const struct stay_deletion *what,
                 struct error *err);

/* A stay that is another one's, or has another number, from `at` on: what was
 * said of it goes along. `*moved`: something was. */
struct stay_move {
    int64_t from_id;
    const char *from_number;
    int64_t to_id, via; /* via: as of a word */
    const char *number, *owner;
    const char *source;
    instant at;
};
bool stay_move(struct store *store, const struct stay_move *move, bool *moved,
               struct error *err);

/* Such ends are kept as long as the stays that they end, which may be told of
 * later; where none was, at most `limit` of those from before `before` go. */
#define STAY_ALONE_KEPT_MS (30 * 24 * HOUR_MS)
bool stay_expire(struct store *store, instant before, size_t limit,
                 int64_t *count, struct error *err);

/* For a staging (store/staging.h): whether `column` of a patient's row says
 * nothing new, as SQL; and the words of the rows that wait, which are so as of
 * their file. */
void stay_put_same(struct buf *out, const char *column);
bool stay_stage(struct store *store, const char *source, instant at,
                struct error *err);

#endif
