/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_WALL_H
#define STORE_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;
struct zone;

/* What people call a time of day is kept as they said it, beside its zone,
 * and the instant derived from it. When the rules of a zone change, the
 * instants follow: start_at, runs_out_at, discharged_at. The anchor did not
 * move, the clock did, so its occurrence stays (schema.sql). */

/* Where a supply runs out, in SQL: the place of pickup, else the patient's
 * clinic, else the patient's address. */
#define WALL_FILL_ZONE(pickup, patient)                                 \
    "(SELECT coalesce((SELECT zone FROM clinic WHERE id = " pickup ")," \
    " (SELECT zone FROM clinic WHERE id = p.clinic_id), p.zone) FROM"   \
    " patient p WHERE p.id = " patient ")"

/* How far a walk along the anchors' time has come; begin with after_id 0 and
 * the instant behind which anchors still matter. */
struct wall_walk {
    instant after_at;
    int64_t after_id;
    int64_t moved;   /* instants that were derived anew */
    int64_t unknown; /* anchors in zones that tzdata does not have */
};
/* Derives the next few hundred; `more` false: that was the last. `otherwise`:
 * the zone of fills that have none. In the caller's transaction. */
bool wall_derive(struct store *store, enum anchor_kind kind,
                 const struct zone *otherwise, struct wall_walk *walk,
                 bool *more, struct error *err);

#endif
