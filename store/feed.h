/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_H
#define STORE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* What came in from each source and when: a campaign that hangs on a feed
 * that stopped must wait, or it reminds of visits that were cancelled. */
#define FEED_NAME_MAX 48
struct feed_row {
    char name[FEED_NAME_MAX];
    instant last_at; /* of when its newest data are */
    int64_t rows;    /* of that import */
    int64_t max_age; /* ms; INSTANT_NEVER: never too old */
};

/* Something of it went in, in the caller's transaction, that is of `at`: a file
 * of when it was written, a message of when it came. Never goes back. What is
 * old itself ends the silence that was, and another one may begin. */
bool feed_note(struct store *store, const char *name, instant at, instant now,
               int64_t rows, struct error *err);
/* How old this feed may be (INSTANT_NEVER: any age); makes its row when it
 * is not there yet, as never imported. */
bool feed_set_max_age(struct store *store, const char *name, int64_t max_age,
                      struct error *err);
/* None may be too old any more; before those that are configured are set. */
bool feed_clear_max_ages(struct store *store, struct error *err);
/* For a look ahead: whoever is not too old `now` keeps coming, and never is. */
bool feed_suppose(struct store *store, instant now, int64_t *count,
                  struct error *err);
/* All feeds by name; free() the array. */
bool feed_list(struct store *store, struct feed_row **rows, size_t *count,
               struct error *err);
#define FEED_TASK "feed" /* the kind of such a task */
#define FEED_TASK_MAX (FEED_NAME_MAX + 48)
/* Whoever came once and is too old now has a task of a person, one a silence,
 * which feed_note() settles. The first of them that has none yet. */
struct feed_silence {
    char name[FEED_NAME_MAX];
    char task[FEED_TASK_MAX]; /* what its task is about */
};
bool feed_silent(struct store *store, instant now, bool *found,
                 struct feed_silence *out, struct error *err);
/* When the next one will have been quiet for too long; INSTANT_NEVER: none. */
bool feed_next_silent(struct store *store, instant now, instant *out,
                      struct error *err);
bool feed_is_stale(const struct feed_row *feed, instant now);

#endif
