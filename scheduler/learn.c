/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an event is believed, and what it says of the number (S-16, S-17).
 * Of two ends of an attempt the first stays: providers tell twice, and in
 * disorder. Only what a carrier gave up (`undelivered`) may still arrive; what
 * never got to the carrier (`failed`, `canceled`) does not. But what any of
 * them says of the number is kept: a refusal is one, whenever it is told.
 * Moves no row.
 */
#include "scheduler/learn.h"

#include "base/text.h"
#include "store/consent.h"
#include "store/task.h"

/* An attempt that came to this has had its end. */
static bool is_end(enum outcome outcome)
{
    return outcome != OUTCOME_NONE && outcome != OUTCOME_ACCEPTED &&
           outcome != OUTCOME_UNKNOWN;
}

static bool is_arrival(enum outcome outcome)
{
    return outcome_properties(outcome)->next == NEXT_DONE;
}

static bool tells_of_number(enum outcome outcome)
{
    const struct outcome_properties *properties = outcome_properties(outcome);
    return properties->suppresses || properties->address_bad ||
           outcome == OUTCOME_WRONG_CHANNEL || outcome == OUTCOME_FAX;
}

/* Of two ends of the same rank. */
static bool supersedes(struct clerk *clerk, const struct attempt *attempt,
                       enum outcome outcome, bool *newer, struct error *err)
{
    *newer = false;
    if (attempt->channel != CHANNEL_SMS || outcome != OUTCOME_DELIVERED ||
        is_arrival(attempt->outcome) || attempt->outcome == OUTCOME_CANCELLED)
        return true;
    return attempt_given_up(clerk->store, attempt->id, newer, err);
}

bool learn_weigh(struct clerk *clerk, const struct attempt *attempt,
                 const struct driver_event *event, enum outcome outcome,
                 int rank, struct lesson *out, struct error *err)
{
    bool ended = is_end(attempt->outcome), told = false;
    *out = (struct lesson){.newer = rank >= attempt->rank};
    if (rank == attempt->rank && ended &&
        !supersedes(clerk, attempt, outcome, &out->newer, err))
        return false;
    out->proof = out->newer && ended && is_arrival(outcome) &&
                 !is_arrival(attempt->outcome);
    if (tells_of_number(outcome) &&
        !attempt_event_known(clerk->store, attempt->id,
                             event->status ? event->status
                                           : outcome_name(outcome),
                             event->code, &told, err))
        return false;
    out->number = tells_of_number(outcome) && !told;
    return true;
}

bool learn_number(struct clerk *clerk, const struct attempt *attempt,
                  enum outcome outcome, struct error *err)
{
    const struct outcome_properties *properties = outcome_properties(outcome);
    if (properties->suppresses) {
        struct opt refusal = {.patient_id = attempt->patient_id,
                              .address = attempt->address,
                              .channel = channel_name(attempt->channel),
                              .reason = "opt-out",
                              .evidence = "the provider says so",
                              .actor = "engine"};
        return clerk_opt_out(clerk, &refusal, err);
    }
    if (properties->address_bad)
        return contact_point_mark_bad(clerk->store, attempt->address,
                                      attempt->id, clerk->now,
                                      outcome_name(outcome), err);
    /* a fax that answered, a landline that was written to; no mailbox */
    bool fax = outcome == OUTCOME_FAX;
    enum channel channel = fax ? CHANNEL_VOICE : CHANNEL_SMS;
    return attempt->channel != channel ||
           contact_point_mark_line(clerk->store, attempt->address, attempt->id,
                                   fax ? "fax" : "landline", err);
}

bool learn_arrived(struct clerk *clerk, const struct attempt *attempt,
                   const struct outreach *row, struct error *err)
{
    bool silenced;
    if (!contact_point_unmark(clerk->store, attempt->address, attempt->id,
                              err) ||
        !consent_is_silenced(clerk->store, attempt->patient_id,
                             attempt->address, channel_name(attempt->channel),
                             &silenced, err))
        return false;
    /* Who stopped it meanwhile is somebody's to call all the same. */
    return silenced || task_void_reached(
                           clerk->store, (int)row->anchor_kind, row->anchor_id,
                           row->id, "it arrived after all", clerk->now, err);
}
