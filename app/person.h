/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_PERSON_H
#define APP_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;
struct zone;

/* The patient of a record number that somebody typed; a record that was merged
 * is found as the one it was merged into. Else ERROR_INPUT: who was forgotten
 * (told in `zone`), or which number was perhaps meant. */
bool person_find(struct store *store, const struct zone *zone, const char *mrn,
                 int64_t *id, struct error *err);

#endif
