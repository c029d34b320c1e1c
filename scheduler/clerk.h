/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_CLERK_H
#define SCHEDULER_CLERK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "campaigns/timing.h"
#include "scheduler/engine.h"
#include "scheduler/job.h"
#include "scheduler/missed.h"
#include "scheduler/place.h"
#include "scheduler/queue.h"
#include "scheduler/retime.h"
#include "scheduler/roster.h"
#include "scheduler/worklist.h"
#include "store/attempt.h"
#include "store/claim.h"
#include "store/consent.h"
#include "store/dirty.h"
#include "store/entry.h"
#include "store/outreach.h"
#include "store/stray.h"

struct store;

/* Everything that the journal side knows: the service's one writer. It claims,
 * settles, evaluates and reconciles, one job after the other, each in its own
 * transaction. Belongs to whoever runs the jobs: the journal thread, or the
 * caller when inline.
 *
 * Evaluation runs here too, in slices between claims and settlements, and not
 * on a connection of its own: SQLite has one writer anyway, so a second one
 * would only wait for the lock, or make the first one wait. */

/* What the journal must know of a provider; fixed while it runs. */
struct clerk_provider {
    char name[ATTEMPT_DRIVER_MAX];
    enum evidence evidence[CHANNEL_COUNT];
    bool can_query, watch;
    int64_t key_life_ms; /* so long it drops a repetition; 0: it does not */
    int64_t cost_millionths;
    double sender_per_second; /* what it gets rid of; 0: not known */
};

struct sweep;

#define CLERK_PAGE 128
#define CLERK_FEEDS 32
struct clerk {
    struct store *store;
    const struct engine_config *config;
    const struct clerk_provider *providers;
    size_t provider_count;
    struct queue (*queues)[CHANNEL_COUNT]; /* what waits at each of them */
    struct places places;
    struct roster roster;
    bool roster_stale;
    int64_t owner;
    char store_name[17]; /* of its own name the first digits */
    struct random random;
    instant now, born;    /* of this job, and of this life */
    struct outage outage; /* as the loop thread knew it when it posted */
    bool paused;          /* all of it */
    /* After a restore (scheduler/doubt.h); while a release asks, `asked` is
     * what it began with. */
    struct stray_doubt doubt, asked;
    int64_t data_version;
    struct engine_totals totals;   /* of the job under way */
    bool more;                     /* evaluation left something for now */
    bool dirty;                    /* change notes wait */
    struct missed missed;          /* since when nobody planned */
    struct clerk_next next;        /* what is due, as it was last asked for */
    bool next_known, next_held;    /* still so; while new rules were followed */
    unsigned turn;                 /* fair shares begin elsewhere each time */
    struct sweep *sweep;           /* under way, or NULL */
    struct retime retime;          /* after new rules of zones */
    struct civil_date retained_on; /* texts were removed, that day */
    bool retained_known;
    struct worklist worklist;
    int64_t parked;       /* receipts (scheduler/park.h) */
    instant parked_since; /* none of them is older */
    bool parked_known;
    struct {
        int64_t notice_id; /* 0: none */
        instant since;
    } refused[ENGINE_OUTLETS_MAX]; /* scheduler/tell.h */
    char stale_feeds[CLERK_FEEDS][48];
    size_t stale_feed_count;
    /* A row on which a claim failed for a reason of its own: the next claim
     * sets it aside, so that one bad row does not stop all the others. */
    int64_t suspect;
    struct dirty suspect_note; /* and the same of a change note */
    char suspicion[160];
    struct claim_row *page; /* CLERK_PAGE of them */
};

struct clerk *clerk_new(const struct engine_config *config,
                        const struct clerk_provider *providers,
                        size_t provider_count, instant now, struct error *err);
void clerk_free(struct clerk *clerk);
/* Runs one job to its end: commit or roll-back. */
void clerk_run(struct clerk *clerk, struct job *job);
/* Two jobs under one commit; where one of them fails by its own fault, one
 * after the other. */
void clerk_run_both(struct clerk *clerk, struct job *first, struct job *second);
/* Whether a failure is the row's own and not the store's (full, busy,
 * damaged): trying again changes nothing. */
bool clerk_is_own_fault(const struct error *err);
/* The campaign of a row, compiled; NULL when it is not to be used. */
struct roster_campaign *clerk_campaign(struct clerk *clerk, int64_t id);

/* Its place in the configuration; -1: it is not there. */
int clerk_provider_named(const struct clerk *clerk, const char *name);

/* Shared by the files of the journal side. */
struct view_time clerk_time(const struct clerk *clerk, instant entered_at);
const struct zone *clerk_zone(const struct clerk *clerk, const char *name,
                              const struct zone *otherwise);
struct timing clerk_timing(const struct clerk *clerk,
                           const struct anchor_place *place,
                           instant entered_at);
/* Ends a row, or moves it; counts it, and writes what must be audited. */
bool clerk_change(struct clerk *clerk, struct outreach *row,
                  const struct ledger_change *change, struct error *err);
/* A planned row that may not go yet; a reason that is new is audited. */
bool clerk_hold(struct clerk *clerk, struct outreach *row, instant until,
                const char *reason, struct error *err);
bool clerk_end(struct clerk *clerk, struct outreach *row,
               enum outreach_state state, const char *reason,
               struct error *err);
/* What became of a row, in the audit chain. */
bool clerk_verdict(struct clerk *clerk, const struct outreach *row,
                   const char *verdict, const char *reason, struct error *err);
/* It goes back to somebody who wrote, and is over within minutes: whatever
 * their words ended, and nobody is "not reached" for want of it. */
bool clerk_is_answer(struct clerk *clerk, const struct outreach *row);
/* Somebody must not be contacted any more; what that ends is counted. */
bool clerk_opt_out(struct clerk *clerk, const struct opt *opt,
                   struct error *err);
/* Opens a campaign's task for this row; kind "step", "on-entry" ... */
bool clerk_task(struct clerk *clerk, const struct roster_campaign *item,
                const struct outreach *row, const char *kind, const char *name,
                const struct task_spec *spec, const char *reason,
                struct error *err);
/* The task for somebody who was not reached, where the campaign has one. */
bool clerk_not_reached(struct clerk *clerk, const struct outreach *row,
                       const char *reason, struct error *err);

/* The jobs, each inside an open transaction (clerk_run's). */
bool claim_run(struct clerk *clerk, struct job *job, struct error *err);
bool settle_run(struct clerk *clerk, struct job *job, struct error *err);
bool evaluate_run(struct clerk *clerk, struct job *job, struct error *err);
bool waiting_run(struct clerk *clerk, struct job *job, struct error *err);
bool withdraw_find(struct clerk *clerk, struct job *job, struct error *err);
/* Whether a call, and all that it speaks for, is still meant; `heard`: by its
 * patient, who is on the line. */
bool withdraw_stands(struct clerk *clerk, const struct outreach *row,
                     bool heard, bool *stands, struct error *err);
bool clerk_orphans(struct clerk *clerk, struct error *err);
/* Anchors that changed in this transaction, as far as a slice goes. */
bool evaluate_notes(struct clerk *clerk, struct error *err);
instant evaluate_next(struct clerk *clerk);
void evaluate_forget(struct clerk *clerk);
bool next_due(struct clerk *clerk, struct clerk_next *out, struct error *err);

#endif
