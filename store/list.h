/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Named lists of patients ("in list 'recall-exclusions'"). Changes go into
 * the caller's transaction, each with its audit row. */
#define LIST_NAME_MAX 96

/* The list of this name, made when there is none. */
bool list_ensure(struct store *store, const char *name, const char *about,
                 int64_t *id, struct error *err);
/* `added` false: a person had put them there already. Who was there by an
 * import stays from now on when the import no longer names them. `reason` may
 * be NULL. */
bool list_add(struct store *store, int64_t list_id, int64_t patient_id,
              const char *reason, const char *actor, instant now, bool *added,
              struct error *err);
bool list_remove(struct store *store, int64_t list_id, int64_t patient_id,
                 const char *actor, instant now, bool *removed,
                 struct error *err);

/* Whether the patient is in the list of this name. */
bool list_holds(struct store *store, const char *name, int64_t patient_id,
                bool *holds, struct error *err);

/* Who is kept out of a campaign by a person (`outreach exclude`) stands in a
 * list of this name; a campaign may have one before it is ever launched. */
#define LIST_EXCLUDED "excluded from "

struct list_row {
    int64_t id;
    char name[LIST_NAME_MAX];
    int64_t members;
};
/* All lists by name; free() the array. */
bool list_all(struct store *store, struct list_row **rows, size_t *count,
              struct error *err);

#endif
