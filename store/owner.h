/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* Whose the ids of rows are: two hospitals may both have a visit 1001. */

/* Whether rows of this table have an owner. */
bool owner_has(const char *table);

/* In SQL: whether one of two owners numbers stays and the other one keeps the
 * diary. */
#define OWNER_APART(one, other) \
    "(substr(" one ", -6) = '/visit') != (substr(" other ", -6) = '/visit')"

/* In SQL: whether two ids of one sender are one, who named their owner in one
 * message and not in another. */
#define OWNER_ALIKE(owner, sender, other, others_sender)                   \
    "(" sender " = " others_sender " AND " sender " IN (" owner ", " other \
    ") AND NOT (" OWNER_APART(owner, other) "))"

/* Whether this owner numbers stays. */
bool owner_is_stay(const char *owner);

struct owner_id {
    const char *table, *id;
    const char *owner;  /* who gave it out, and of which sort: "EAST/visit" */
    const char *sender; /* who says it; NULL: nobody knows */
    const char *longer; /* what its row is called where another one is
                           called `id` */
    int64_t patient_id; /* whom the row is about; 0: nobody knows */
    const char *day;    /* of a visit that is to be; NULL: it does not say */
};
struct owner_found {
    /* False: the row of this id is meant, for it is theirs, or nobody's, or
     * about the same person: facilities of one house share a scheduler, and
     * what one of them cancels the other one booked. Also where there is none
     * yet. Of a row that came from a file nobody is the owner, but the person
     * counts. What one server calls so of another sort ("fhir/Observation",
     * "fhir/Procedure") is another row, whoever it is about; so is a stay
     * ("EAST/visit") beside a visit in the diary, of another day. */
    bool longer;
    bool anothers; /* their row has been about another patient so far */
};
bool owner_find(struct store *store, const struct owner_id *id,
                struct owner_found *found, struct error *err);
/* Whoever names it does not know whose it is: the owner's, else the only one
 * that is called so, shorter or longer. `name` is what it is called, "" where
 * there is none; `*several`: nobody can tell which. */
#define OWNER_NAME_MAX 1024
bool owner_find_only(struct store *store, const struct owner_id *id,
                     char name[OWNER_NAME_MAX], bool *several,
                     struct error *err);
/* Of a visit that is told without its patient: what it is called by its owner,
 * or by that of another word of the same sender. "": there is none, or nobody
 * can tell which. */
bool owner_find_sent(struct store *store, const struct owner_id *id,
                     char name[OWNER_NAME_MAX], struct error *err);
/* From now on the row is theirs, unless it is somebody's; a stay's is the
 * diary's as soon as that has it, too. In the caller's transaction. */
bool owner_put(struct store *store, const char *table, int64_t row_id,
               const char *owner, struct error *err);

#endif
