/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_GATE_H
#define SCHEDULER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "scheduler/rule.h"
#include "scheduler/window.h"

/* Go, not before T, another channel, or never: the one decision, taken from
 * facts, with what every rule says and not only the first that objects. Pure:
 * no store, no clock, no I/O. The order is domain.md 8. `explain` prints the
 * same struct. Only messages to patients pass here: tasks and alerts for
 * staff are never held by a patient's hours, caps or refusals. */

enum gate_verdict {
    GATE_GO,
    GATE_WAIT,  /* not before `not_before` */
    GATE_OTHER, /* not on this channel or address: try the next rung */
    GATE_NEVER,
};

/* What one rule says, also when it allows. */
struct gate_reason {
    enum gate_verdict verdict; /* what this rule alone says */
    enum policy_force force;   /* how it binds this message; FORCE_NONE: it is
                                  no law nor choice, or does not apply */
    const char *id;            /* "L-9 TX"; the rule's name when no law */
    const char *source;        /* where that is written */
    instant not_before;        /* for GATE_WAIT */
    /* The value it saw, as a sentence with marks (gate_reason_say): NULL when
     * it was not asked. All texts live as long as facts and policy. */
    const char *says;
    const char *text; /* %t */
    int64_t number;   /* %n; as a time of day %h */
    int64_t most;     /* %m; as a time of day %u */
    instant at;       /* %a, on the wall of the first of them: */
    const struct window_input *window; /* %z: its zones, where it has several */
};

struct gate_consent {
    bool granted, written, provided; /* provided: by giving the number */
    bool of_addressee;               /* said by the guardian, not the patient */
    bool narrow;         /* this channel alone: "no texts, but do call" */
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
    bool of_addressee;        /* asked for by the guardian */
};
/* A planned call or text of another campaign to the same patient or number
 * that goes before this one: of a more urgent campaign, or of an equal one,
 * due already and planned first. Earliest first. */
struct gate_rival {
    int64_t outreach_id, campaign_id;
    instant due_at;
    bool equal;  /* of a campaign of this one's priority */
    bool urgent; /* priority 0 */
    bool asked;  /* its own row was: then `class` is known */
    enum message_class class;
    bool of_patient; /* else of somebody else behind the number */
};

enum gate_line {
    LINE_UNKNOWN,
    LINE_MOBILE,
    LINE_LANDLINE,
    LINE_VOIP,
    LINE_FAX,
    LINE_DENIED
};
/* What the reassigned numbers database answered (L-22). */
enum gate_reassigned {
    REASSIGNED_NOT_ASKED,
    REASSIGNED_NO,
    REASSIGNED_NO_DATA,
    REASSIGNED_YES,
};
/* The contact point chosen for the channel: the best that may be used, or the
 * best at all, so that rules can say what is wrong with it. */
struct gate_contact {
    const char *address; /* NULL: there is none */
    bool bad;            /* does not exist, or not for this channel */
    enum gate_line line;
    bool verified; /* the patient confirmed it */
    enum gate_reassigned reassigned;
    instant reassigned_at; /* when that was asked */
    /* These stand with another record that has the number, or had it. */
    bool line_of_another, reassigned_of_another;
};

struct gate_facts {
    instant now;
    enum channel channel;
    struct gate_contact contact;
    const char *purpose;
    int priority; /* 0 urgent .. 4 bulk (S-14) */
    /* When the patient wrote what this message answers; INSTANT_NEVER: it
     * answers nothing. Within policy's time it is of class reply. */
    instant answers_at;
    bool confirms_stop; /* it is the one confirmation of a STOP (L-14) */
    /* The identical request once more (reconcile.c): it was counted, and its
     * validity knows the hours. */
    bool repeated;
    /* addressee_gone: a minor's guardian died, or left */
    bool alive, active, merged, patient_gone, addressee_gone;
    bool anchor_there, same_occurrence;
    const char *anchor_why; /* it is not there; NULL: it left the source */
    bool audience, stopped, only_if, holdout, excluded;
    const struct gate_suppression *suppressions;
    size_t suppression_count;
    const struct gate_consent *consents; /* oldest first */
    size_t consent_count;
    const struct gate_restriction *restrictions;
    size_t restriction_count;
    bool unweighed; /* of these three not all found room */
    /* Times of counted attempts, newest last: the patient's, and the
     * number's over everybody behind it. */
    const instant *patient_attempts;
    size_t patient_attempt_count;
    const instant *number_attempts;
    size_t number_attempt_count;
    instant asked_at;  /* another text asked there for a digit, as this one */
    instant beside;    /* what left of the same entry lets it follow; 0: now */
    instant recovered; /* when the days after a discharge end; 0: none */
    const struct gate_rival *rivals;
    size_t rival_count;
    instant until, not_before; /* INSTANT_NEVER / 0: none */
    struct window_input window;
    instant moment;     /* the step's own; 0: none is known */
    int64_t backlog_ms; /* until the provider gets to it, if known */
    bool drop_if_closed, paused;
    const char *stale_feed; /* one that it hangs on, or NULL */
};

struct gate_decision {
    enum gate_verdict verdict;
    enum message_class class;
    bool reply;
    instant not_before;  /* GATE_WAIT: the latest of all that wait */
    instant valid_until; /* GATE_GO: end of the patient's window (S-12) */
    bool no_voicemail;   /* a machine hears nothing (L-4.7) */
    struct gate_reason reasons[RULE_COUNT]; /* by rule */
};

/* A message takes so long at most from its commit to the provider; an older
 * one is not handed over (provider.c). */
#define GATE_HAND_OVER_MS 2000

/* RULE_QUESTION waits with these words; the number's answer ends it. */
#define GATE_ASKED "another question to this number is open"

/* Never wins over Other over Wait over Go. A wait that ends after `until` is
 * a never (late), or another channel where only the caps make it so. */
void gate_decide(const struct gate_facts *facts, struct gate_decision *out);

/* "quiet hours until 2026-11-24T09:00:00-05:00", without personal data. */
void gate_reason_say(const struct gate_reason *reason, char *out, size_t size);
/* All that object, "opt-out: ...; quiet-hours: ...": for outreach.reason. */
void gate_reason_text(const struct gate_decision *decision, char *out,
                      size_t size);

#endif
