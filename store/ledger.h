/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;

/* The life of an outreach. Pinned: these numbers are in every store.
 *
 * The law (ledger_allows), from -> to, and why:
 *   planned    -> planned     looked at again later, or another rung
 *              -> submitting  the gate said go: attempt row in the same
 *                             transaction, before anything leaves
 *              -> delivered   a task opened; or the proof for an earlier
 *                             rung came while this one waited
 *              -> accepted    the ladder ends here, and what an earlier rung
 *                             handed over stays handed over
 *              -> failed suppressed expired cancelled merged
 *   submitting -> accepted delivered failed suppressed expired
 *              -> planned     it certainly never left, or may be repeated
 *              -> unknown     it may have left and nobody knows
 *   accepted   -> delivered failed suppressed expired
 *              -> planned     no proof came: the ladder goes on
 *              -> accepted    other due time
 *              -> unknown     a call was lost from sight before its end
 *   unknown    -> accepted delivered failed suppressed expired
 *              -> submitting  the identical request, to a keyed provider
 *              -> planned     provably never arrived, or the step says resend
 *              -> unknown     looked, still unknown
 *   cancelled  -> planned     true again, and nothing was ever sent
 *   expired    -> planned     the clock was ahead when it said so, and nothing
 *                             was ever sent (suppressed likewise)
 *   suppressed -> planned     the patient let us in again, and nothing of it
 *                             was ever sent
 *   failed suppressed expired
 *              -> delivered   what a carrier had given up arrived after all
 *                             (S-17: undelivered, then delivered)
 *   merged     -> planned     the row that spoke for it ended unspoken, or
 *                             may no longer speak for it
 * Everything else is final: what was delivered or too late stays. */
enum outreach_state {
    STATE_PLANNED = 0,
    STATE_SUBMITTING = 1,
    STATE_ACCEPTED = 2,
    STATE_DELIVERED = 3,
    STATE_FAILED = 4,
    STATE_SUPPRESSED = 5,
    STATE_EXPIRED = 6,
    STATE_CANCELLED = 7,
    STATE_MERGED = 8,
    STATE_UNKNOWN = 9,
    STATE_COUNT
};
const char *state_name(enum outreach_state state); /* "planned" ... */
bool state_parse(const char *name, enum outreach_state *out);
bool state_is_final(enum outreach_state state);
bool ledger_allows(enum outreach_state from, enum outreach_state to);

/* The `channel` of a step that is a task for a person: it stands in the same
 * ledger, so that its time, stop condition and audience are looked at when
 * its moment comes; `delivered` then means "the task was opened". */
#define OUTREACH_TASK 15

#define OUTREACH_STEP_MAX 96
/* Room for a reason: of every rule, by every channel. */
#define OUTREACH_REASON_MAX 4096

/* One row, by value. */
struct outreach {
    int64_t id, campaign_id, patient_id, anchor_id, occurrence, version_id;
    enum anchor_kind anchor_kind;
    enum outreach_state state;
    char step[OUTREACH_STEP_MAX];
    instant due_at; /* INSTANT_NEVER: none */
    instant planned_at, until_at;
    int channel;    /* enum channel, or OUTREACH_TASK */
    unsigned tried; /* bits of channels: given up, and passed over */
    int tries;      /* on this channel */
    int attempts;   /* in all, of those that count */
    int looks;      /* unknown: how often the provider knew nothing */
    int64_t owner;  /* 0: nobody */
    instant lease_until;
    int64_t merged_into; /* 0: none */
};

/* What a row shall become. Begin with ledger_from(row). */
struct ledger_change {
    enum outreach_state to;
    const char *reason; /* NULL: none */
    const char *rungs;  /* of channels given up; NULL: as it was */
    instant due_at;
    instant until_at;
    int64_t version_id;
    int channel;
    unsigned tried;
    int tries, attempts, looks;
    int64_t owner;
    instant lease_until;
    int64_t merged_into;
};
/* Everything as it is, `to` the same state, no reason, owner or lease. */
struct ledger_change ledger_from(const struct outreach *row);
/* From merged back to planned and due at `at`: to be decided by itself. */
struct ledger_change ledger_apart(const struct outreach *row, instant at,
                                  const char *reason);
/* The one function that changes a state. Inside a transaction in which `row`
 * was read; PANICs, with the id, on an illegal step. `row` is brought up to
 * date. A row that is no longer in the state of `row` is ERROR_INPUT. */
bool ledger_change(struct store *store, struct outreach *row,
                   const struct ledger_change *change, struct error *err);
/* Why a row ended or waits, into the audit chain (L-34): whoever ends one
 * writes it. `verdict` is the state's name, or "held"; no text that somebody
 * typed may be the reason. */
bool ledger_verdict(struct store *store, const struct outreach *row,
                    const char *verdict, const char *reason, const char *actor,
                    instant now, struct error *err);

#endif
