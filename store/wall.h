/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_WALL_H
#define STORE_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;
struct zone;

/* What people call a time of day is kept as they said it, beside its zone,
 * and the instant derived from it. When the rules of a zone change, the
 * instants follow; the anchor did not move, the clock did, so its occurrence
 * stays (schema.sql). When a clinic's zone is corrected, what was read in it
 * follows as well. Where the source wrote an offset the moment was never in
 * doubt: it stays, and is shown on the clinic's wall. Either way people may
 * have been told a wrong time: a visit that is to come is a moved one; what
 * has happened is no news. */

/* The times that hang on a wall. */
enum wall_time {
    WALL_START,
    WALL_RUNS_OUT,
    WALL_FILLED,
    WALL_DISCHARGED,
    WALL_RESULTED,
    WALL_TIMES
};

/* What lies further back than any step reaches is history and keeps its
 * instant. */
#define WALL_BACK_MS (90 * 24 * HOUR_MS)

/* Where a supply runs out, in SQL: the place of pickup, else the patient's
 * clinic, else the patient's address. */
#define WALL_FILL_ZONE(pickup, patient)                                 \
    "(SELECT coalesce((SELECT zone FROM clinic WHERE id = " pickup ")," \
    " (SELECT zone FROM clinic WHERE id = p.clinic_id), p.zone) FROM"   \
    " patient p WHERE p.id = " patient ")"

/* How far a walk along one of these times has come; begin with after_id 0 and
 * the instant behind which it still matters. */
struct wall_walk {
    instant now;
    instant after_at;
    int64_t after_id;
    int64_t moved;   /* rows that say another instant, or another wall */
    int64_t unknown; /* in zones that tzdata does not have */
};
/* Derives the next few hundred; `more` false: that was the last. `otherwise`:
 * the zone of those that have none. In the caller's transaction. */
bool wall_derive(struct store *store, enum wall_time time,
                 const struct zone *otherwise, struct wall_walk *walk,
                 bool *more, struct error *err);

/* Whoever writes clinics calls this in the same transaction: where the zone of
 * one became another, all times are derived. `moved` grows by their number. */
bool wall_follow(struct store *store, const struct zone *otherwise, instant now,
                 int64_t *moved, struct error *err);

#endif
