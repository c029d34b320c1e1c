/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_COMPANION_H
#define SCHEDULER_COMPANION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scheduler/clerk.h"
#include "scheduler/facts.h"
#include "scheduler/letter.h"

struct arena;
struct claim;

/* Rows that speak in the message of another, their leader: of the same
 * campaign and step, for the same reader at the same address in the same
 * language, each let through by its own gate. A patient's own rows, or (per
 * family) those of minors who are reached through one guardian; two adults
 * never, nor a guardian's own with the children's. */
struct companions {
    struct arena *arena; /* what their views say; NULL: nothing is kept */
    struct outreach_list merged, fresh;      /* who might speak */
    struct letter_row rows[LETTER_ROWS_MAX]; /* who does, the leader first */
    size_t row_count;
    bool taken;              /* an earlier attempt was: these have been told */
    struct claim_row *about; /* of `rows`, without the leader's; the one
                                after the last is whoever is looked at, */
    struct facts *facts;     /* and what the gate sees of them */
};
void companions_free(struct companions *companions);

/* At a claim whose gate said go: writes claim->letter for its row and for as
 * many others as may join, and narrows claim->decision.valid_until to what
 * all of them want. *refused with `err`: not even the row's own may leave. */
bool companions_letter(struct claim *claim, const struct facts_view *view,
                       bool *refused, struct error *err);
/* Whether others speak in claim->letter; and, before it is recorded, the letter
 * of its own row alone: they are decided by themselves. */
bool companions_speak(const struct claim *claim);
bool companions_part(struct claim *claim, struct error *err);
/* Once the row goes: the others are merged into it and counted with it; who
 * was merged before and does not fit any more is decided by itself again,
 * unless an earlier rung has told them already. */
bool companions_record(struct claim *claim, int64_t attempt_id,
                       struct error *err);

/* A row ended unheard: those that it spoke for are planned again when no
 * provider ever took the message; else they share its end, and a person is
 * told of each other patient as of the leader's. */
bool companions_follow(struct clerk *clerk, const struct outreach *leader,
                       const char *reason, struct error *err);
/* The rows of other patients that were merged into this one. */
bool companions_others(struct clerk *clerk, const struct outreach *leader,
                       struct outreach_list *out, struct error *err);

#endif
