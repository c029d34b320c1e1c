/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/link.h"

struct store;

/* Which records are one person's. All of it in the caller's transaction. */

/* What became of a word that two records are one's, or two people's. */
struct person_outcome {
    size_t merged, parted; /* records */
    int64_t left;          /* the record that is left of the first one */
    bool one;              /* the two are one person's */
    bool unclear;          /* more than that was undone by a parting */
};
/* The first is the second from now on (A40), unless a newer word parted people
 * whom it would make one: visits, history and refusals follow by the schema's
 * own rule, which notes what it moved. */
bool person_one(struct store *store, const struct link_word *word, instant now,
                struct person_outcome *out, struct error *err);
/* The same of many at once: those of a file, which names one for each record:
 * what it said of that one before is taken back. */
bool person_one_all(struct store *store, const struct link_word *words,
                    size_t count, instant now, struct error *err);
/* They are two (A37): a record is one of its own again, its ids lead to it, and
 * what was its own, or came by its ids since, is its own; so are the records
 * that are one with it. What was sent while the two were one stays with the
 * record whose numbers it went to, and visits it spoke of are told anew. No
 * refusal is lost: what was refused since then, each of them refuses. What may
 * be either's stays where it is, and a person is asked (a task for each
 * record); so they are where one of several merges was the mistake, and nobody
 * said which. Both are looked at again. */
bool person_two(struct store *store, const struct link_word *word, instant now,
                struct person_outcome *out, struct error *err);
/* And what its source said of this one itself is taken back so. */
bool person_none(struct store *store, int64_t patient_id, const char *source,
                 instant at, instant now, struct person_outcome *out,
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
/* A child was merged into a record that names nobody who speaks for it: whether
 * the same one does, a person is asked. */
bool person_ask_guardian(struct store *store, int64_t gone, int64_t stays,
                         instant now, struct error *err);
/* A message names two records as one: whether they are, a person is asked. */
bool person_ask_one(struct store *store, int64_t patient_id, int64_t other,
                    instant now, struct error *err);
struct person_id {
    const char *authority, *value;
};
/* These ids of this record are somebody else's, who had no record: whoever
 * comes by them next is new. What came by them nobody can tell: a task. */
bool person_part_ids(struct store *store, int64_t patient_id,
                     const struct person_id *ids, size_t count, instant at,
                     instant now, bool *parted, struct error *err);

#endif
