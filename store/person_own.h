/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PERSON_OWN_H
#define STORE_PERSON_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Inside of a person: for store/person*.c only. */

/* Takes a record out of the one that it is merged into, with those who are
 * merged into it by now. */
bool person_part(struct store *store, int64_t gone, int64_t stays, instant now,
                 struct error *err);
/* It was parted, or others were from it, since one of several merges was a
 * mistake, and nobody said which: a task. */
bool person_ask_apart(struct store *store, int64_t patient_id, instant now,
                      struct error *err);

#endif
