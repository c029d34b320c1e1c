/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_EXPLAIN_H
#define SCHEDULER_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "scheduler/engine.h"
#include "scheduler/gate.h"
#include "store/ledger.h"
#include "store/value.h"

struct arena;

/* Why one patient is reached, or is not, and what comes next: the journal's
 * own functions (plan_anchor, steps_compute, claim_row_run) at work on the
 * store itself, in a transaction that is always rolled back. Everything below
 * is plain data in the caller's arena. */

/* A line of the audience, or a part of one, with what it saw. */
enum explained_place {
    EXPLAINED_AUDIENCE, /* every line must hold */
    EXPLAINED_STOP,     /* when it holds, nothing more goes */
    EXPLAINED_CYCLE,    /* patients: when a turn is open */
    EXPLAINED_ONLY_IF,  /* of step `step` */
};
struct explained_condition {
    enum explained_place place;
    size_t step;
    int depth; /* 0: as it is written; deeper: parts of what stands above */
    const char *source;
    bool holds;
    const char *field;  /* what it compares; NULL: several, or a history */
    struct value value; /* of that field; VALUE_MISSING: not known */
    const char *seen;   /* of a history: the newest that it looks at, "fit of
                           2025-01-10, normal", or "nothing"; else NULL */
};

/* What one rule of the gate says (scheduler/gate.h), its sentence made. */
struct explained_rule {
    enum gate_rule rule;
    enum gate_verdict verdict;
    enum policy_force force;
    const char *id, *source, *says;
};
/* One look of the gate at a message, at the moment when it is due. */
struct explained_look {
    instant at;
    enum channel channel;
    enum gate_verdict verdict;
    enum message_class class;
    bool reply;
    instant not_before, valid_until;
    struct explained_rule rules[RULE_COUNT];
    size_t rule_count; /* those that were asked */
    /* Where the rules were content: the letter, to whom. Else NULL. */
    const char *to, *language, *subject, *text;
    int segments;
    /* When no proof of it comes: the same by the next channel. NULL: none. */
    const struct explained_look *next_rung;
};

/* What becomes of a row, if nothing changes and nothing fails. */
enum explained_what {
    WILL_GO,   /* by `channel` */
    WILL_WAIT, /* until `until` */
    WILL_BE_HELD /* until a person does something: resumes, imports */,
    WILL_CHANGE,   /* to another `channel` */
    WILL_OPEN,     /* a task */
    WILL_END,      /* in `state`, unsent; unknown: nobody can tell */
    WILL_BE_FOUND, /* it left before the store was restored: it does not go */
    WILL_LOOK,     /* it left, or may have: what came of it decides */
};
const char *explained_what_name(enum explained_what what);
struct explained_event {
    instant at;
    int64_t outreach_id;
    const char *campaign, *step;
    enum explained_what what;
    enum channel channel;
    enum outreach_state state;
    instant until;
    const char *reason;
    const struct explained_look *look; /* NULL: the gate was not asked */
};

struct explained_rung {
    enum channel channel;
    const char *wait; /* "4 hours" before the next; NULL: at once */
};
struct explained_step {
    const char *name;
    const char *when_source, *until_source, *not_before_source;
    bool missing;       /* the time it counts from is not there */
    bool passed;        /* no longer useful */
    bool gap;           /* that hour does not exist on that day */
    instant when;       /* the step's own time */
    instant due;        /* where if_closed or not_before moved it */
    instant until;      /* INSTANT_NEVER: none */
    instant not_before; /* 0: none */
    const char *if_closed;
    const char *task_for; /* a task for this role; NULL: a message */
    struct explained_rung ladder[CHANNEL_COUNT];
    size_t rung_count;
    int64_t outreach_id; /* 0: it has no row */
    enum outreach_state state;
    const char *reason; /* of its row; "" none */
};

/* One visit, fill ... of the patient, in one campaign. */
struct explained_anchor {
    int64_t id;
    const char *time_name; /* "start"; NULL: patients have none */
    instant time;
    const struct zone *zone, *patient_zone; /* its own, and the patient's */
    bool gone; /* left the source, replaced, or its patient is */
    bool in_audience, stopped;
    bool was_in; /* it had entered before anybody asked */
    bool is_in;  /* it has, or would */
    bool holdout;
    instant entered_at, closed_at; /* INSTANT_NEVER: it has not */
    const char *why_not; /* not in, though the audience would have it */
    struct explained_condition *conditions;
    size_t condition_count;
    struct explained_step *steps;
    size_t step_count;
    /* Nobody was reached and no message comes, though the conditions hold or
     * the patient is gone: what the gate says all the same. Else NULL. */
    const struct explained_look *look;
};
struct explained_campaign {
    const char *name, *owner, *purpose, *kind; /* of its anchors */
    const char *state, *sha256, *launched_by;
    instant launched_at;
    bool blast;
    const char *broken; /* why it cannot be read; NULL: it can */
    struct explained_anchor *anchors;
    size_t anchor_count, more; /* older ones that are left out */
};

struct explained {
    bool paused;        /* everything */
    const char *unsure; /* why the events may come otherwise; NULL: they look
                           as they do to evaluation */
    struct explained_campaign *campaigns;
    size_t campaign_count;
    struct explained_event *events; /* in the order of time */
    size_t event_count;
    bool more; /* and so on: it comes true again and again */
};
struct explain_request {
    int64_t patient_id, guardian_id; /* the latter 0: none */
    const char *campaign; /* shown; all of them share the caps. NULL: all */
    instant at;    /* looked at then: what is due before happens before */
    instant until; /* so far it looks ahead */
};
/* `config` has what_if set. Waits, like any writer, for another one. */
bool explain_patient(const struct engine_config *config,
                     const struct explain_request *request, instant now,
                     struct arena *arena, struct explained *out,
                     struct error *err);

#endif
