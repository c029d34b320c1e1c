/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/apart.h"

struct store;

/* Which records are one person's. All of it in the caller's transaction. */

enum person_verdict {
    PERSON_DONE,
    PERSON_SAME,  /* it was so already */
    PERSON_OLDER, /* there is newer news of the two */
};

/* This record is that one's from now on (A40): visits, history and refusals
 * follow by the schema's own rule, which notes what it moved. */
bool person_merge(struct store *store, const struct apart_two *two,
                  const char *source, instant at, enum person_verdict *verdict,
                  struct error *err);

/* Whether any record is merged into another. */
bool person_any_merged(struct store *store, bool *any, struct error *err);
/* This row of a table came by the ids of a record that is merged: it is that
 * one's again when the two are parted. */
bool person_came(struct store *store, int64_t gone, const char *table,
                 int64_t row_id, struct error *err);

/* What somebody's ids say of them: how many of birth date and family name
 * (NULL: not said) are others than this record has. By the ids of a record that
 * is merged into it one is enough to be a stranger's word. */
bool person_differs(struct store *store, int64_t patient_id,
                    const char *birth_on, const char *family_name, int *count,
                    struct error *err);
/* Then nothing of it is theirs, and a person is asked, once a merge. */
bool person_ask_stranger(struct store *store, int64_t gone, int64_t stays,
                         instant now, struct error *err);
/* A message names two records as one: whether they are, a person is asked. */
bool person_ask_one(struct store *store, int64_t patient_id, int64_t other,
                    instant now, struct error *err);
struct person_change {
    const char *source;
    bool same_source; /* only what this source said itself is taken back */
    instant at, now;
};
/* The merge of this record was a mistake (A37): it is a record of its own
 * again, its ids lead to it, and what was its own, or came by its ids since,
 * is its own; so are the records that were merged into it, before or since.
 * What was sent while the two were one stays with the record whose numbers it
 * went to, and visits it spoke of are told anew. No refusal is lost: what was
 * refused since then, each of them refuses. What may be either's stays where it
 * is, and a person is asked (a task for each record). Both are looked at again.
 */
bool person_part(struct store *store, int64_t gone,
                 const struct person_change *change,
                 enum person_verdict *verdict, struct error *err);

struct person_id {
    const char *authority, *value;
};
/* These ids of this record are somebody else's, who had no record: whoever
 * comes by them next is new. What came by them nobody can tell: a task. */
bool person_part_ids(struct store *store, int64_t patient_id,
                     const struct person_id *ids, size_t count,
                     const struct person_change *change,
                     enum person_verdict *verdict, struct error *err);
/* A record that is merged, and those by which it came to the one that is left,
 * nearest first: it was merged into the second, that one into the third. */
#define PERSON_WAY_MAX 16
struct person_way {
    int64_t ids[PERSON_WAY_MAX];
    size_t count;
};
bool person_way(struct store *store, int64_t from, struct person_way *out,
                struct error *err);
/* It was parted, or others were from it, since one of several merges was a
 * mistake, and nobody said which: a task. */
bool person_ask_apart(struct store *store, int64_t patient_id, instant now,
                      struct error *err);

#endif
