/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_JOB_H
#define SCHEDULER_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"
#include "channels/driver.h"
#include "scheduler/engine.h"
#include "store/ledger.h"
#include "store/task.h"

/* What crosses between the loop thread and the journal: plain values, owned
 * by the job that carries them. A job goes there with its input and comes
 * back with its result. */

/* Leave to hand over `count` messages of `channels` to one provider. */
struct permit {
    int provider; /* index in the configuration */
    unsigned channels;
    int count; /* granted; what is left over comes back */
};

/* A go: one message whose attempt row is durable. */
struct dispatch {
    int64_t attempt_id, outreach_id;
    int provider;
    struct outgoing message; /* its texts live in `texts` */
    char *texts;
};
void dispatch_free(struct dispatch *dispatch);
/* Copies every text of `message` into one block of its own. */
void dispatch_fill(struct dispatch *dispatch, const struct outgoing *message);

enum settle_kind {
    SETTLE_EVENT,  /* a driver's event or receipt */
    SETTLE_RETURN, /* never handed over: back to planned */
    SETTLE_ANSWER, /* what a provider knows of an unknown attempt */
    SETTLE_REPLY,  /* a patient wrote (found by poll) */
    SETTLE_SENT,   /* a provider's list has it (after a restore) */
    SETTLE_CURSOR, /* where that provider's poll goes on */
    SETTLE_TOLD,   /* what came of a notice */
    SETTLE_FEED,   /* a source spoke */
};
struct settlement {
    enum settle_kind kind;
    int64_t attempt_id;  /* 0: by event.provider_id */
    int64_t outreach_id; /* of the reference that named it; 0: none did */
    int provider;
    struct driver_event event; /* texts live in `texts` */
    enum driver_answer answer;
    struct driver_reply reply;
    struct driver_sent sent;
    const char *cursor;
    size_t outlet;
    int64_t notice_id;
    enum engine_heard heard; /* if not well, event.detail says why */
    void *parcel;            /* the caller's (engine_feed) */
    int failures;            /* by its own fault; see settle_run */
    char *texts;
};
void settlement_free(struct settlement *settlement);
/* Takes copies of the texts that `settlement` points to. */
void settlement_own(struct settlement *settlement);

/* A provider is to be asked what became of an attempt. */
struct question_out {
    int64_t attempt_id;
    int provider;
    enum channel channel;
    instant submitted_at;
    char reference[48];
    char to[256];
    char *text; /* owned, or NULL */
};

enum job_kind {
    JOB_CLAIM,    /* permits -> dispatches */
    JOB_SETTLE,   /* settlements, committed together */
    JOB_EVALUATE, /* one slice of planning */
    JOB_WAITING,  /* ladders that go on, unknown rows -> questions */
    JOB_LOOK,     /* foreign commits: campaigns, pauses, due times */
    JOB_TELL,     /* outlets -> notices */
};

#define JOB_PERMITS_MAX 32
#define LANES 4 /* sms, email, voice, tasks */
#define LANE_TASK 3

/* When each kind of work is next due; `now` or before: at once. */
struct clerk_next {
    instant due[LANES];
    instant waiting;
    instant evaluate;
    instant outlets[ENGINE_OUTLETS_MAX]; /* something to hear */
    bool paused;                         /* all of it */
    struct task_counts tasks;            /* counted every few seconds */
};

/* The channels whose messages nobody takes at the moment. */
struct outage {
    unsigned halted; /* bits: providers that are asked for nothing now */
    unsigned closed; /* bits: no provider, or none that works */
    /* Since when none works of those that there are; INSTANT_NEVER: one does,
     * or there is none. */
    instant since[CHANNEL_COUNT];
    /* Until when none is asked at all, where that is known: 0 */
    instant until[CHANNEL_COUNT];
};

struct job {
    enum job_kind kind;
    instant now;
    struct outage outage;
    struct job *next; /* queue */
    struct permit permits[JOB_PERMITS_MAX];
    int granted[JOB_PERMITS_MAX]; /* what each permit began with */
    size_t permit_count;
    unsigned unserved; /* channels that no provider is configured for */
    bool line;         /* look over who stands in line (scheduler/line.h) */
    unsigned outlets;  /* bits: free to be told; then, that there is news for */
    struct notice notices[ENGINE_OUTLETS_MAX];
    struct settlement *settlements;
    size_t settlement_count;
    int64_t *calls; /* attempts under way; then, those to take back */
    size_t call_count;

    bool done; /* committed; else `error` says why and nothing happened */
    struct error error;
    int64_t ended_at; /* monotonic: when the commit was done */
    size_t examined;
    bool line_more; /* the line is longer than one look */
    struct dispatch *dispatches;
    size_t dispatch_count;
    struct question_out *questions;
    size_t question_count;
    struct engine_totals totals; /* what this job added */
    struct clerk_next next_due;
};
struct job *job_new(enum job_kind kind, instant now);
void job_free(struct job *job); /* with everything it still owns */
/* What jobs added, summed up. */
void totals_add(struct engine_totals *to, const struct engine_totals *from);

#endif
