/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_TASK_H
#define STORE_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/predicate.h"

struct store;

/* The worklist: what a person must do. open -> taken -> done; open -> done;
 * taken by another; open or taken -> void when its cause is gone, and back
 * when that is back. Done is final. Each change leaves an audit row; all of it
 * happens in the caller's transaction. */

struct task_new {
    const char *kind;    /* step, on-entry, not-reached, reply, unknown ... */
    const char *name;    /* the step, or what it is about */
    int64_t campaign_id; /* 0: none; the same for the next three */
    int64_t patient_id;
    int64_t outreach_id;
    int anchor_kind; /* enum anchor_kind */
    int64_t anchor_id, occurrence;
    const char *owner;  /* a role */
    const char *reason; /* why it opened, or NULL */
    instant due_at;     /* INSTANT_NEVER: no date */
    const char *escalate_to;
};
/* Opens it, once: a second call for the same kind, name, campaign, patient,
 * anchor and occurrence finds the first task in whatever state it is
 * (`made` false) and changes nothing. */
bool task_open(struct store *store, const struct task_new *task, instant now,
               int64_t *id, bool *made, struct error *err);

/* What somebody of the front desk is asked about a patient, by tomorrow. */
struct task_question {
    const char *kind, *name, *reason;
    int64_t patient_id;
    int64_t of; /* what it is about: asked once of each; 0: once at all */
};
bool task_ask(struct store *store, const struct task_question *question,
              instant now, struct error *err);

enum task_state { TASK_OPEN, TASK_TAKEN, TASK_DONE, TASK_VOID };
const char *task_state_name(enum task_state state);

#define TASK_ROLE_MAX 64
#define TASK_NAME_MAX 96
#define TASK_TEXT_MAX 256
struct task {
    int64_t id;
    enum task_state state;
    char kind[32], name[TASK_NAME_MAX];
    char campaign[128]; /* "": none */
    int64_t patient_id; /* 0: none */
    char mrn[64];
    int anchor_kind; /* 0: none */
    int64_t anchor_id, occurrence, outreach_id;
    char owner[TASK_ROLE_MAX], taken_by[TASK_ROLE_MAX];
    char escalate_to[TASK_ROLE_MAX];
    char reason[TASK_TEXT_MAX];
    instant opened_at, due_at, escalated_at, closed_at;
    char closed_by[TASK_ROLE_MAX];
};
bool task_read(struct store *store, int64_t id, struct task *out,
               struct error *err);
/* All that was said about it, one line each; free() it, NULL: nothing. */
bool task_note(struct store *store, int64_t id, char **note, struct error *err);

/* Danger is what a person is to do within this. */
#define TASK_URGENT_MS (15 * MINUTE_MS)

struct task_filter {
    bool closed;        /* done and void ones too */
    const char *owner;  /* a role; NULL: all */
    int64_t patient_id; /* 0: all */
    instant due_before; /* INSTANT_NEVER: all, with and without a date */
    size_t limit;       /* 0: no limit */
};
/* The most urgent first; free() the array. */
bool task_list(struct store *store, const struct task_filter *filter,
               struct task **tasks, size_t *count, struct error *err);
/* Open and taken ones, and those of them that are late, that are late or due
 * within the hour, and that are urgent. */
struct task_counts {
    int64_t open, late, soon, urgent;
};
bool task_count(struct store *store, instant now, struct task_counts *out,
                struct error *err);
/* Urgent ones, open or taken, that were due behind `*until` and by `now`, the
 * first first; `*until` is then where the next look begins: `now`, or when the
 * last of `most` was due. */
bool task_urgent_late(struct store *store, instant *until, instant now,
                      int64_t *ids, size_t most, size_t *count,
                      struct error *err);
/* When the next of these is due; INSTANT_NEVER: none. */
bool task_urgent_next(struct store *store, instant after, instant *out,
                      struct error *err);

/* By people. ERROR_INPUT: no such task, or it is closed already. */
bool task_take(struct store *store, int64_t id, const char *who, instant now,
               struct error *err);
bool task_done(struct store *store, int64_t id, const char *who,
               const char *note, instant now, struct error *err);
bool task_say(struct store *store, int64_t id, const char *who,
              const char *note, instant now, struct error *err);
/* Hands it to another role (NULL: its escalate_to) that a launched campaign or
 * a task names, and opens it again. */
bool task_escalate(struct store *store, int64_t id, const char *to,
                   const char *who, instant now, struct error *err);

/* By the engine: what was to be done about that is done, unless somebody has
 * closed it. */
bool task_settle(struct store *store, const char *kind, const char *name,
                 const char *reason, instant now, struct error *err);
/* Notes on the open tasks of earlier replies about that anchor what the patient
 * said now (`said`: name, anchor, reason): whoever does them must know. */
bool task_said_since(struct store *store, const struct task_new *said,
                     instant now, struct error *err);
/* By the engine: everything late that names whom to escalate to, once. */
bool task_escalate_late(struct store *store, instant now, int64_t *count,
                        struct error *err);
/* The next moment at which one will be late; INSTANT_NEVER: none. */
bool task_next_late(struct store *store, instant *out, struct error *err);
/* What a campaign asked of people for an anchor's occurrence: void when its
 * cause is gone, open again when it is back. What a patient wrote stays. */
bool task_void_anchor(struct store *store, int64_t campaign_id, int anchor_kind,
                      int64_t anchor_id, int64_t occurrence, const char *reason,
                      instant now, struct error *err);
/* A row whose patient was "not reached" has reached them: its task is void, and
 * whoever is not reached later has another one. */
bool task_void_reached(struct store *store, int anchor_kind, int64_t anchor_id,
                       int64_t outreach_id, const char *reason, instant now,
                       struct error *err);
bool task_revive_anchor(struct store *store, int64_t campaign_id,
                        int anchor_kind, int64_t anchor_id, int64_t occurrence,
                        instant now, struct error *err);
/* One that nobody has to do any more; asked again, it is another one. */
bool task_void(struct store *store, int64_t id, const char *reason, instant now,
               struct error *err);

#endif
