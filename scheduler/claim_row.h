/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_CLAIM_ROW_H
#define SCHEDULER_CLAIM_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scheduler/clerk.h"
#include "scheduler/companion.h"
#include "scheduler/facts.h"
#include "scheduler/gate_text.h"
#include "scheduler/letter.h"
#include "store/attempt.h"

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
/* What the gate says of claim->row on its channel, now: claim->decision; and
 * where it says go, claim->letter. Writes nothing; `permit` may be NULL. */
bool claim_look(struct claim *claim, const struct facts_view *view,
                const struct permit *permit, struct error *err);
/* Writes the letter and asks the rules that read it, which claim_look only does
 * where all others say go: what cannot leave need not be written. */
bool claim_read(struct claim *claim, const struct facts_view *view,
                struct error *err);
/* Of several providers of a channel the one whose own queue is shortest; NULL:
 * none has room. */
struct permit *claim_permit(const struct clerk *clerk, struct job *job,
                            int channel);
/* The rendered message with its address, borrowed from the claim. */
struct outgoing claim_message(const struct claim *claim);
/* An attempt to hand it over by this provider of the configuration (-1: none of
 * them), now; its texts are the claim's. */
struct attempt_new claim_attempt(const struct claim *claim,
                                 const struct outgoing *message, int provider);
/* What a row becomes that the gate lets never go: a never speaks by the first
 * rule that says it, in the gate's order. */
enum outreach_state claim_never_state(const struct gate_decision *decision);
/* Nobody can take a message there: its rows go to their next rung. */
bool claim_is_unserved(const struct job *job, int channel);

#endif
