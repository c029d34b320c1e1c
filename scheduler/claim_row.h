/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_CLAIM_ROW_H
#define SCHEDULER_CLAIM_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scheduler/clerk.h"
#include "scheduler/companion.h"
#include "scheduler/facts.h"
#include "scheduler/gate.h"
#include "scheduler/letter.h"

/* Ladder, gate and render of one due row. */
struct claim {
    struct clerk *clerk;
    struct job *job;
    struct roster_campaign *item;
    const struct step *step;
    struct claim_row *row;
    struct facts *facts;
    struct gate_decision decision;
    struct companions companions;
    struct letter letter;
    size_t room; /* of job->dispatches */
};
/* Decides what becomes of claim->row and writes it down; a go takes from
 * `permit` (NULL where none is needed). */
bool claim_row_run(struct claim *claim, struct permit *permit,
                   struct error *err);
/* The rendered message with its address, borrowed from the claim. */
struct outgoing claim_message(const struct claim *claim);
/* Nobody can take a message there: its rows go to their next rung. */
bool claim_is_unserved(const struct job *job, int channel);

#endif
