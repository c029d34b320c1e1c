/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* This record is that one's from now on (A40): visits, history and refusals
 * follow by the schema's own rule. In the caller's transaction. */
bool person_merge(struct store *store, int64_t gone, int64_t stays,
                  const char *source, instant at, struct error *err);

#endif
