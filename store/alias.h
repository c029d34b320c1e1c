/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ALIAS_H
#define STORE_ALIAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Ids by which sources know a patient, beside the record number. */

#define ALIAS_MRN_MAX 512

struct alias_person {
    int64_t id; /* of the record that is left after merges; 0: nobody */
    int64_t by; /* of the record that the id is of, which may be merged */
    char mrn[ALIAS_MRN_MAX];
    char by_mrn[ALIAS_MRN_MAX]; /* how that record is called */
    char beside[ALIAS_MRN_MAX]; /* of an id: who told it beside their own, and
                                   nobody came by it as theirs since; "" */
};
/* By an id that this authority gave. */
bool alias_find(struct store *store, const char *authority, const char *value,
                struct alias_person *out, struct error *err);
/* Who gave an id of this kind ("/Patient" ends their name) to anybody, when
 * only one did; "": nobody, or several. */
bool alias_authority(struct store *store, const char *kind, const char *value,
                     char out[ALIAS_MRN_MAX], struct error *err);
/* By the record number itself. With `authority`, nobody whom another authority
 * calls so, unless it is `also`, which gives out the same numbers (NULL: none
 * does): two hospitals may both have a patient 4711. */
bool alias_by_mrn(struct store *store, const char *mrn, const char *authority,
                  const char *also, struct alias_person *out,
                  struct error *err);
struct alias_word {
    const char *authority, *value;
    int64_t patient_id;
    const char *source;
    const char *beside; /* who tells it beside an id of their own; NULL: it is
                           the one by which they come */
    instant at;
};
/* From now on this id is theirs, unless it is `*anothers` (0: nobody's): it
 * stays with the person who has it until a merge says that the two are one. Of
 * a record that is merged into theirs it stays that one's. An older word than
 * one that was heard takes no id from anybody, and gives back none that was
 * dropped. In the caller's transaction. */
bool alias_put(struct store *store, const struct alias_word *word,
               int64_t *anothers, struct error *err);
/* It is not theirs, and never was. `*dropped`: it led to them, by a word that
 * is not newer. */
bool alias_drop(struct store *store, const char *authority, const char *value,
                int64_t patient_id, instant at, bool *dropped,
                struct error *err);

#endif
