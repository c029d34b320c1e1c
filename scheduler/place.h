/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PLACE_H
#define SCHEDULER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "campaigns/wording.h"
#include "scheduler/policy.h"
#include "store/clinic.h"

struct store;

/* What the gate must know of clinics: hours of their own (from the
 * configuration), and names that no message may say. Only those that have
 * either are kept; read when somebody else wrote into the store. */
struct place {
    int64_t id;
    const struct own_hours *own; /* NULL: none of its own */
    bool sensitive;
    /* Its name is part of what other clinics are publicly called, so that only
     * its own patients learn something by it. */
    bool common;
    struct wording name; /* of a sensitive one, else empty */
    /* The same of where it is: there may be others in that house. */
    bool street_common;
    struct wording street;
};
struct places {
    struct place *items; /* by id */
    size_t count;
    struct wording *called; /* what all of us are publicly called */
    size_t called_count;
};
void places_free(struct places *places);
bool places_refresh(struct places *places, struct store *store,
                    const struct policy *policy, const char *organisation,
                    struct error *err);
/* NULL: nothing is to be known of it. */
const struct place *place_find(const struct places *places, int64_t id);

#endif
