/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DIRTY_H
#define STORE_DIRTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;

/* Notes of change, written by triggers: which anchors want another look, and
 * which clinics have people and visits that do. */
struct dirty {
    enum anchor_kind kind;
    int64_t id;
};
/* Another look is wanted, though nothing changed. */
bool dirty_note(struct store *store, enum anchor_kind kind, int64_t id,
                struct error *err);
/* At most `limit` notes, anchors before patients. */
bool dirty_take(struct store *store, struct dirty *out, size_t limit,
                size_t *count, struct error *err);
bool dirty_done(struct store *store, const struct dirty *dirty,
                struct error *err);
bool dirty_any(struct store *store, bool *any, struct error *err);

/* One slice of what hangs on clinics that changed becomes notes of its own:
 * the next `rows` rows of one table, whichever clinic they are of. Anchors
 * whose main time lies before `since` are left alone. `more`: something is
 * noted now, or still to come. */
bool dirty_spread(struct store *store, instant since, size_t rows, bool *more,
                  struct error *err);

/* Anchors of `kind` of one patient whose main time is behind `from`, and those
 * with an open entry, each once: a page of the next `limit` behind `after` (0
 * at first), by id. */
bool patient_anchors(struct store *store, int64_t patient_id,
                     enum anchor_kind kind, instant from, int64_t after,
                     int64_t *out, size_t limit, size_t *count,
                     struct error *err);

#endif
