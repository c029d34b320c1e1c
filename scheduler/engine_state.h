/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_ENGINE_STATE_H
#define SCHEDULER_ENGINE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scheduler/engine.h"
#include "scheduler/job.h"
#include "scheduler/journal.h"
#include "scheduler/pace.h"

/* What the loop thread's files share; nobody outside scheduler/ sees it. */

/* A message under way: from its commit until its driver's `ended`. */
struct flight {
    int64_t attempt_id; /* 0: a free slot */
    int provider;
    bool submitted, spoken;   /* handed over; its driver said something */
    struct dispatch dispatch; /* its texts, until the first event */
    int64_t ready_at;         /* monotonic: when its row was durable */
};
/* By attempt id; open addressing. */
struct flights {
    struct flight **slots;
    size_t room, count;
};
struct flight *flights_find(const struct flights *flights, int64_t attempt_id);
void flights_add(struct flights *flights, struct flight *flight);
void flights_remove(struct flights *flights, struct flight *flight);

struct provider {
    struct engine *engine;
    int index;
    const struct engine_provider *config;
    struct driver *driver;
    struct rate rate;
    struct window_size window;
    struct circuit circuit;
    int reserved; /* permits that claims under way hold */
    /* Durable and waiting for a slot: a ring. */
    struct flight **ready;
    size_t ready_at, ready_count, ready_room;
    instant tick_at;
    bool burst; /* submitted since the last tick */
    /* How fast it answers, for how far a claim may run ahead. */
    double per_ms;
    int64_t measured_at;
    int completions;
    char halted[96];    /* why its circuit is open; "": it is not */
    instant dead_since; /* since when it is; INSTANT_NEVER */
    bool polling;
    int questions; /* asked and not answered yet */
    bool polled;   /* at least once, well or not */
    bool answered; /* and once well */
    instant poll_at;
    int64_t poll_told; /* all of the last poll is stored, from there on ... */
    bool poll_open;    /* ... which its driver has yet to hear */
    char cursor[256];
};

struct engine {
    struct engine_config config;
    struct engine_provider *provider_configs;
    struct clerk_provider *clerk_providers;
    struct provider *providers;
    size_t provider_count;
    /* Every provider that is polled has told what it had: before that nothing
     * leaves, for a STOP may lie there since yesterday. */
    bool heard;
    struct clerk *clerk;
    struct journal *journal;
    struct flights flights;
    int64_t abandon_at; /* monotonic: when flights are looked over again */
    /* Texts that a driver borrowed and never gave back: kept until it is
     * closed. */
    struct dispatch *abandoned;
    size_t abandoned_count;
    struct engine_totals totals;
    instant now;
    int64_t mono;
    struct clerk_next next;
    /* Waiting for a settle job. */
    struct settlement *settlements;
    size_t settlement_count, settlement_room;
    /* What patients wrote, while a release asks: it is read behind all that
     * providers say they sent, for it answers that. */
    struct settlement *unread;
    size_t unread_count, unread_room;
    int64_t told, kept; /* settlements so far, and those that are committed */
    /* Jobs under way. */
    int claims, settles, waits, slices, looks, tells;
    unsigned telling; /* bits: outlets that are being told something */
    bool look_wanted;
    instant look_at;
    int64_t claim_hold; /* monotonic: a claim that found nothing */
    int64_t line_at;    /* monotonic: when the line is looked over again */
    bool stopping, finished, dead, progressed;
    bool stepping, woken; /* inside engine_step; another one was asked for */
    int64_t hold_until;   /* monotonic: the store refused */
    int64_t held_since;   /* monotonic */
    int holds;
    bool waits_for_writer; /* held because another process writes */
    char trouble[192];
};

/* engine.c: hands what came back to the journal, unless a commit of such is
 * under way; what comes meanwhile goes into the next. */
void engine_settle(struct engine *engine);

/* provider.c */
bool providers_open(struct engine *engine, struct error *err);
void providers_close(struct engine *engine);
void provider_queue(struct provider *provider, struct dispatch *dispatch,
                    int64_t ready_at);
/* Hands over what is ready, ticks what is due. */
void providers_run(struct engine *engine);
void providers_return_ready(struct engine *engine);
void provider_ask(struct provider *provider,
                  const struct question_out *question);
/* How many messages may be claimed for it now. */
int provider_permits(struct provider *provider);
/* poll.c: asks it when that is due; tells it that its last answer is stored;
 * whether it may be asked. */
void provider_poll(struct provider *provider);
void provider_kept(struct provider *provider);
bool provider_may_poll(const struct provider *provider);
/* The clock goes back to `now`: none is asked later for that. */
void providers_set_back(struct engine *engine, instant now);
/* Whether each provider that is polled answered at least once. */
bool providers_polled(const struct engine *engine);
/* Whether one is being asked right now: for news, or about a message. */
bool providers_asked(const struct engine *engine);
/* When one may be claimed, given that none may now; INSTANT_NEVER: when
 * something completes. */
instant provider_opens(struct provider *provider);
instant providers_next(struct engine *engine);
struct settlement *engine_settlement(struct engine *engine);
struct settlement *engine_unread(struct engine *engine);
/* Every provider has told what it had: the replies follow. */
void engine_read(struct engine *engine);

/* withdraw.c: names the calls that a look is to look at; takes back those that
 * it found are not meant any more. */
void withdraw_name(const struct engine *engine, struct job *job);
void withdraw_tell(struct engine *engine, const struct job *job);

/* herald.c */
void herald_post(struct engine *engine);
void herald_result(struct engine *engine, const struct job *job);
void herald_settled(struct engine *engine, const struct job *job);
/* When an outlet that is free has something to hear. */
instant herald_next(const struct engine *engine);

/* outage.c */
void outage_read(const struct engine *engine, struct outage *out);

#endif
