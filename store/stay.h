/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STAY_H
#define STORE_STAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* By which stay somebody is in hospital: the end of another one, of months ago
 * or at the emergency department, does not let them out. */
struct stay {
    const char *number; /* of the visit */
    const char *owner;  /* who gave it out; NULL: nobody says */
};
/* `*other`: they are in hospital by another stay of this owner. */
bool stay_is_other(struct store *store, int64_t patient_id,
                   const struct stay *stay, bool *other, struct error *err);
/* Whoever is in hospital is so by this stay, by the newest word. In the
 * caller's transaction. */
bool stay_put(struct store *store, int64_t patient_id, const struct stay *stay,
              struct error *err);

#endif
