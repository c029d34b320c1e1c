/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_GATE_OWN_H
#define SCHEDULER_GATE_OWN_H

#include "scheduler/gate.h"

/* What the files of the gate share; nobody else needs it. */

/* A decision under way. */
struct gate {
    const struct gate_facts *facts;
    struct gate_decision *out;
    const struct policy *policy;
    struct civil_date today; /* where the patient is; for dated rules */
    bool consented;          /* to this purpose on this channel */
};

static inline bool gate_is_call_or_text(enum channel channel)
{
    return channel != CHANNEL_EMAIL;
}

/* What a rule says, with its id and source from the policy; the caller adds
 * the values. */
struct gate_reason *gate_say(struct gate *gate, enum gate_rule rule,
                             enum gate_verdict verdict, const char *says);
/* The same, in the name of a rule of the policy that has its own numbers. */
struct gate_reason *gate_say_by(struct gate *gate, enum gate_rule rule,
                                enum gate_verdict verdict, const char *says,
                                const struct policy_rule *by);
/* A wait that ends then. */
void gate_until(struct gate_reason *reason, instant not_before);

/* Whether hours bind this message at all. */
bool gate_rings_by_hours(const struct gate *gate);
/* After a wait the other windows may be closed: the first moment at which the
 * hours are open as well. */
instant gate_wait_ends(const struct gate *gate, instant not_before);

/* gate_address.c */
void gate_check_restriction(struct gate *gate);
void gate_check_address(struct gate *gate);
void gate_check_reassigned(struct gate *gate);
/* gate_caps.c */
void gate_check_caps(struct gate *gate);
void gate_check_priority(struct gate *gate);

#endif
