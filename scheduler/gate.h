/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_GATE_H
#define SCHEDULER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "scheduler/window.h"

/* Go, not before T, or never: the one decision, taken from facts, with every
 * reason and not only the first. Pure: no store, no clock, no I/O. The order
 * is domain.md 8. `explain` prints the same struct. */

enum gate_verdict {
    GATE_GO,
    GATE_WAIT,  /* not before `not_before` */
    GATE_OTHER, /* not on this channel or address: try the next rung */
    GATE_NEVER,
};

enum gate_rule {
    RULE_PATIENT,  /* alive, active, not merged away, not gone */
    RULE_ANCHOR,   /* still there, same occurrence */
    RULE_AUDIENCE, /* audience still true, not stopped, only_if */
    RULE_HOLDOUT,
    RULE_OPT_OUT,     /* suppressions of person and number (L-11..L-18) */
    RULE_RESTRICTION, /* confidential communication (L-30) */
    RULE_ADDRESS,     /* a usable contact point for this channel */
    RULE_CONSENT,     /* class, purpose, consent kinds (1.1) */
    RULE_CAP_DAY,     /* L-4.6, L-5, L-6 */
    RULE_CAP_WEEK,
    RULE_LATE,  /* `until` has passed */
    RULE_EARLY, /* `not_before` */
    RULE_HOURS, /* windows in all zones (L-7..L-10) */
    RULE_PAUSED,
    RULE_FEED,    /* the data is older than its max_age */
    RULE_CONTENT, /* rendering refused, tier, length */
    RULE_COUNT
};
const char *gate_rule_name(enum gate_rule rule); /* "opt-out" ... */

struct gate_reason {
    enum gate_rule rule;
    enum gate_verdict verdict; /* what this rule alone says */
    instant not_before;        /* for GATE_WAIT */
    char text[96];             /* with the value it saw, no personal data */
};

struct gate_consent {
    bool granted, written;
    const char *purpose; /* NULL: all */
    int channel;         /* -1: all */
    instant at;
};
struct gate_suppression {
    bool by_address;     /* of the number rather than the person */
    const char *purpose; /* NULL: all */
    int channel;         /* -1: all */
    const char *reason;  /* "opt-out", "wrong-number" ... */
};
struct gate_restriction {
    const char *kind, *value; /* as in the restriction table */
};

struct gate_facts {
    instant now;
    enum channel channel;
    const char *address; /* chosen for this channel; NULL: none usable */
    const char *purpose;
    bool marketing, consent_free, urgent, class_reply;
    bool alive, active, merged, patient_gone;
    bool anchor_there, same_occurrence;
    bool audience, stopped, only_if, holdout;
    const struct gate_suppression *suppressions;
    size_t suppression_count;
    const struct gate_consent *consents; /* oldest first */
    size_t consent_count;
    const struct gate_restriction *restrictions;
    size_t restriction_count;
    /* Times of counted attempts, newest last: the patient's, and the
     * number's over everybody behind it. */
    const instant *patient_attempts;
    size_t patient_attempt_count;
    const instant *number_attempts;
    size_t number_attempt_count;
    instant until, not_before; /* INSTANT_NEVER / 0: none */
    struct window_input window;
    /* A zone in the data that tzdata does not have (the patient's, the
     * number's, or the one that hours are told in); "": all are known. */
    char unknown_zone[64];
    bool drop_if_closed;
    bool paused, feed_too_old;
};

#define GATE_REASONS_MAX RULE_COUNT
struct gate_decision {
    enum gate_verdict verdict;
    instant not_before;  /* GATE_WAIT: the latest of all that wait */
    instant valid_until; /* GATE_GO: end of the patient's window (S-12) */
    struct gate_reason reasons[GATE_REASONS_MAX]; /* all that object */
    size_t reason_count;
};

/* Never wins over Other over Wait over Go. A wait that ends after `until` is
 * a never (late), or another channel where only the caps make it so. */
void gate_decide(const struct gate_facts *facts, struct gate_decision *out);
/* "opt-out; quiet hours until 09:00": for outreach.reason. */
void gate_reason_text(const struct gate_decision *decision, char *out,
                      size_t size);

#endif
