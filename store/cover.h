/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_COVER_H
#define STORE_COVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;
struct zone;

/* How long the supplies of one prescription last (domain.md 5.2), computed from
 * the fills that are there; what differs is written, in the caller's
 * transaction. `otherwise`: the zone of fills that have none. */
bool cover_compute(struct store *store, int64_t prescription_id,
                   const struct zone *otherwise, struct error *err);
/* Of the prescription of this fill. */
bool cover_compute_of(struct store *store, int64_t fill_id,
                      const struct zone *otherwise, struct error *err);

#endif
