/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RULE_H
#define SCHEDULER_RULE_H

#include <stdbool.h>

/* The gate's rules, in the order of the decision (domain.md 8). */
enum gate_rule {
    RULE_PATIENT,      /* alive, active, not merged away, not gone */
    RULE_ANCHOR,       /* still there, same occurrence */
    RULE_AUDIENCE,     /* audience still true, not stopped, only_if */
    RULE_HOLDOUT,      /* held out to measure */
    RULE_EXCLUDED,     /* taken out of this campaign by a person */
    RULE_OPT_OUT,      /* refusals of person and number (L-11..L-18) */
    RULE_RESTRICTION,  /* confidential communication (L-30) */
    RULE_WRONG_NUMBER, /* the number is somebody else's (L-22) */
    RULE_ADDRESS,      /* a contact point for this channel that works, of the
                          patient or whoever is reached in their place */
    RULE_LINE,         /* denied lines, landlines (L-2) */
    RULE_CONSENT,      /* class, purpose, kinds of consent (1.1) */
    RULE_REASSIGNED,   /* what the database of reassigned numbers said (L-22) */
    RULE_CAP_DAY,      /* L-4.6, L-5, L-6 */
    RULE_CAP_WEEK,     /* L-4.6, L-5, L-6 */
    RULE_CAP_STATE,    /* what states add: so many in 24 hours (L-9) */
    RULE_PRIORITY,     /* a more urgent message needs the place (S-14) */
    RULE_QUESTION,     /* another question to this number is open */
    RULE_BESIDE,       /* another message of this one's entry has just left */
    RULE_RECOVERY,     /* the patient has just left a hospital (5.2) */
    RULE_LATE,         /* `until` has passed, or would */
    RULE_EARLY,        /* `not_before` */
    RULE_HOURS,        /* windows in all zones (L-7..L-10) */
    RULE_BACKLOG,      /* the provider's queue outlasts the window (S-12) */
    RULE_PAUSED,       /* the campaign, or everything */
    RULE_FEED,         /* the data is older than its max_age */
    /* These look at the rendered text, once all others say go. */
    RULE_CONTENT,      /* rendering refused */
    RULE_TIER,         /* how much this channel may tell (L-31) */
    RULE_ALIAS,        /* a sensitive service by its own name (L-31) */
    RULE_PRIVATE,      /* what no message may say of a patient (L-31) */
    RULE_SENDER,       /* who writes, and how to reach them (L-4.2) */
    RULE_LENGTH,       /* short, where nobody consented (L-4.5) */
    RULE_OPT_OUT_LINE, /* an easy way to stop, in every message (L-4.7) */
    RULE_COUNT
};

/* "opt-out", "quiet-hours" ...: stable, told to people, in outreach.reason
 * and the keys of "rules" in a policy file. */
const char *gate_rule_name(enum gate_rule rule);
bool gate_rule_find(const char *name, enum gate_rule *out);

/* What a message is to the law (domain.md 1.1); the purpose says which, and
 * for care whether the patient consented. */
enum message_class {
    CLASS_CARE_EXEMPT,    /* care without a word of consent: L-3 to L-6 */
    CLASS_CARE_CONSENTED, /* the same with consent on record */
    CLASS_INFORMATION,    /* notices, surveys, bills: consent */
    CLASS_MARKETING,      /* written consent */
    CLASS_EMERGENCY,      /* danger to health or safety */
    CLASS_COUNT
};
const char *message_class_name(enum message_class class); /* "care-exempt" */

#endif
