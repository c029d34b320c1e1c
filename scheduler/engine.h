/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_ENGINE_H
#define SCHEDULER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/zone.h"
#include "channels/driver.h"
#include "scheduler/gate.h"
#include "scheduler/policy.h"
#include "store/notice.h"
#include "store/task.h"

/* The engine does what is due at `now` and says when to call again. io/loop
 * makes a timer of it (journal on a thread of its own), --until, plan and
 * the simulator a virtual clock (everything inline, seeded order): the same
 * code. */
struct engine;
struct clerk;

/* One provider of the configuration. */
struct engine_provider {
    const char *name; /* "main-sms" */
    const struct channel_driver *driver;
    struct driver_config config;
    unsigned channels; /* bits; of these it is the provider */
    double per_second; /* 0: no limit */
    double burst;
    double sender_per_second; /* what it gets rid of, of each channel; 0: as
                                 fast as it takes them */
    int concurrency;          /* most in flight */
    int fallback_of;          /* index of the one it stands in for; -1 */
    int64_t cost_millionths;  /* of one segment, mail or call */
    /* In a forecast: what the driver that this one stands for would admit;
     * NULL: nothing more to ask. Loop thread. */
    bool (*admits)(void *arg, const struct outgoing *message,
                   struct error *err);
    void *admits_arg;
};

/* Somebody outside who is told of what patients decide. */
#define ENGINE_OUTLETS_MAX 8
struct engine_outlet {
    const char *name;
    unsigned events; /* bits of notice_events */
};

struct engine_config {
    const char *store_path;
    bool throw_away; /* that store is a copy for one run: nothing is synced */
    const char *organisation;
    const struct zone *zone; /* the organisation's */
    const char *default_country;
    const struct policy *policy;
    const struct engine_provider *providers;
    size_t provider_count;
    int batch;            /* rows a claim, default 512 */
    int64_t lease_ms;     /* default 60000 */
    int64_t horizon_ms;   /* how far ahead rows are planned; at least as far as
                             the policy's caps look, and a day */
    const char *sweep_at; /* "02:00", organisation's zone */
    /* How long texts of messages and replies are kept (L-35); 0: for ever. */
    int64_t keep_texts_ms;
    uint64_t seed; /* virtual runs */
    /* Whose objections and waits the totals count; NULL: of all campaigns. */
    const char *counted;
    uint8_t holdout_key[32];
    bool nobody_held_out; /* campaign tests: holdouts get their messages */
    bool moves_clock;  /* over virtual time: base/clock goes along, for logs */
    bool threaded;     /* journal thread; false: inline */
    struct http *http; /* for live drivers, or NULL */
    int64_t poll_ms;   /* how often drivers with poll() are asked; 0: never */
    /* After a restore: only asks the providers that have lists for all that
     * they sent and received since then, and records it; claims, plans and
     * sends nothing. */
    bool ask;
    instant ask_since;
    /* Only to see what would be (scheduler/explain.h): what a service has under
     * way is left alone, and nothing is ever committed. */
    bool what_if;
    /* What a patient wrote, found by a driver's poll() or told by its hook():
     * called inside the journal's transaction, on its thread. NULL: replies
     * are dropped. */
    bool (*on_reply)(void *arg, struct clerk *clerk, const char *provider,
                     const struct driver_reply *reply, struct error *err);
    void *on_reply_arg;
    /* A parcel of engine_feed(): called inside the journal's transaction, on
     * its thread, and once more when that could not be committed. */
    bool (*on_feed)(void *arg, struct clerk *clerk, void *parcel,
                    struct error *err);
    void *on_feed_arg;
    /* Takes one notice to an outlet, and says what came of it with
     * engine_told(), later or at once; until then that outlet hears no more.
     * Loop thread; the notice is borrowed. NULL: nobody is told, and the
     * outlets of the store stay as they are. */
    void (*tell)(void *arg, size_t outlet, const struct notice *notice);
    void *tell_arg;
    const struct engine_outlet *outlets;
    size_t outlet_count;
    /* threaded: called from the journal thread when results wait, and from
     * the loop thread when a driver spoke between two steps; the
     * receiver lets the loop thread call engine_step() soon. */
    void (*wake)(void *arg);
    void *wake_arg;
};

/* Opens the store and the drivers, resolves what a former life left
 * (submitting -> unknown or planned), loads the launched campaigns. */
struct engine *engine_new(const struct engine_config *config, instant now,
                          struct error *err);
/* Does what is due and returns when to be called again (wall clock ms;
 * `now` itself: at once). Never blocks when threaded. Loop thread. */
instant engine_step(struct engine *engine, instant now);
/* A provider calls: its driver verifies and reads what it says. All that it
 * told is in the store once engine_kept() has reached `*ticket`. */
enum hook_verdict engine_hook(struct engine *engine, const char *provider,
                              const struct driver_hook *hook,
                              struct hook_answer *answer, int64_t *ticket);
int64_t engine_kept(const struct engine *engine);
/* A source speaks: its parcel goes to `on_feed` and is in the store, with what
 * follows for messages that are queued, once engine_kept() has reached
 * `*ticket`. It stays the caller's, untouched until then. */
void engine_feed(struct engine *engine, void *parcel, int64_t *ticket);
/* What came of a notice; `why` of one that was not heard. */
enum engine_heard {
    HEARD_NOT,     /* not now, or nobody can say */
    HEARD_REFUSED, /* it was read, and this one is not wanted */
    HEARD_WELL,
};
void engine_told(struct engine *engine, size_t outlet, int64_t notice_id,
                 enum engine_heard heard, const char *why);
/* No new claims; call engine_step until engine_idle. */
void engine_stop(struct engine *engine);
/* Nothing is in flight, or due that somebody takes now. */
bool engine_idle(const struct engine *engine);
/* What keeps it from working ("disk full", "provider main-sms halted"), or
 * NULL; for status and alerts. */
const char *engine_trouble(const struct engine *engine);

/* What a patient's message was taken for. */
enum engine_reply {
    REPLY_ANSWER,
    REPLY_OPT_OUT,
    REPLY_OPT_IN,
    REPLY_HELP,
    REPLY_WRONG_NUMBER,
    REPLY_EMERGENCY,
    REPLY_ACKNOWLEDGED,
    REPLY_UNCLEAR,
    REPLY_CLASSES
};

struct engine_totals {
    int64_t planned, claimed, accepted, delivered, failed, unknown, suppressed,
        expired, cancelled, merged, tasks, held;
    int64_t sent;                   /* messages that a provider took */
    int64_t replies[REPLY_CLASSES]; /* each once */
    int64_t opt_outs;      /* heard by a reply, a key, or of a provider */
    int64_t receipts_lost; /* for messages that nobody knew (S-17) */
    int64_t told, untold;  /* notices, and those that were given up */
    int64_t objections[RULE_COUNT]; /* of the gate, by rule */
    /* The longest that a message which was due stood in line: for a provider,
     * behind others; and when it went. */
    int64_t longest_wait_ms;
    instant longest_wait_at;
    int64_t found;     /* asked: messages that the store did not know */
    unsigned answered; /* bits: providers that told all they were asked */
    bool paused;       /* everything, now, by somebody's will */
    struct task_counts tasks_now; /* a threaded engine's, seconds ago */
};
void engine_totals(const struct engine *engine, struct engine_totals *out);
/* The end of its work: what it was told is in the store, as far as that takes
 * it, and from now on nobody's parcel is touched. What it keeps is still to be
 * asked for (engine_kept). NULL is fine. */
void engine_finish(struct engine *engine);
void engine_free(struct engine *engine); /* the same first */

/* Runs an inline engine over virtual time from `from` until `until`: every
 * step at its moment. For --once, --until, plan, launch previews, simulate. */
bool engine_run_virtual(struct engine *engine, instant from, instant until,
                        struct error *err);
/* The virtual run is over: nothing new leaves, what left is settled, as far
 * as its provider answers within ten virtual seconds. Then engine_free(). */
void engine_end_virtual(struct engine *engine, instant now);

#endif
