/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step function: take what the journal finished, let the drivers work,
 * post what came of it, ask for what is due, and say when to come again. The
 * loop thread owns timers, permits and transfers; every write is a job of the
 * journal. When the store refuses (full, busy), dispatch pauses and what was
 * not committed is kept and posted again: nothing that happened is lost.
 */
#include "scheduler/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "scheduler/engine_state.h"
#include "store/attempt.h"
#include "store/store.h"

#define DAY_MS (24 * HOUR_MS)
#define LOOK_MS 1000
#define CLAIMS_MAX 2
#define LINE_MS MINUTE_MS
#define HOLD_MS 1000
#define HOLD_MOST_MS 30000

/* Opening ------------------------------------------------------------------*/

static void config_take(struct engine *engine,
                        const struct engine_config *config)
{
    engine->config = *config;
    if (engine->config.batch <= 0)
        engine->config.batch = 512;
    if (engine->config.lease_ms <= 0)
        engine->config.lease_ms = MINUTE_MS;
    /* A message must see whose place it would take (rivals.c): a day more than
     * the caps look ahead, since rows are not made at every moment. */
    int64_t least = policy_caps_ms(config->policy) + DAY_MS;
    if (engine->config.horizon_ms < least)
        engine->config.horizon_ms = least;
    size_t count = config->provider_count;
    if (count > JOB_PERMITS_MAX)
        PANIC("at most %d providers", JOB_PERMITS_MAX);
    engine->provider_count = count;
    engine->provider_configs =
        memory_new((count + 1) * sizeof(*engine->provider_configs));
    for (size_t i = 0; i < count; i++)
        engine->provider_configs[i] = config->providers[i];
    engine->config.providers = engine->provider_configs;
    engine->clerk_providers =
        memory_new((count + 1) * sizeof(*engine->clerk_providers));
    engine->providers = memory_new((count + 1) * sizeof(*engine->providers));
}

static bool cursors_read(struct engine *engine, struct error *err)
{
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        struct buf name;
        buf_init(&name, 256);
        buf_format(&name, "poll %s", provider->config->name);
        bool done =
            cursor_read(engine->clerk->store, name.data, provider->cursor,
                        sizeof(provider->cursor), err);
        buf_free(&name);
        if (!done)
            return false;
    }
    return true;
}

static void clock_take(struct engine *engine, instant now)
{
    /* Delays never go back with the wall, nor do real ones jump with it. */
    if (engine->config.threaded)
        engine->mono = clock_monotonic_ms();
    else if (now > engine->now)
        engine->mono += now - engine->now;
    if (now < engine->now)
        providers_set_back(engine, now);
    engine->look_wanted |= now < engine->now; /* nor does a look wait for it */
    engine->now = now;
}

struct engine *engine_new(const struct engine_config *config, instant now,
                          struct error *err)
{
    struct engine *engine = memory_new(sizeof(*engine));
    config_take(engine, config);
    clock_take(engine, now);
    if (providers_open(engine, err) &&
        (engine->clerk = clerk_new(&engine->config, engine->clerk_providers,
                                   engine->provider_count, now, err)) &&
        cursors_read(engine, err)) {
        engine->journal = journal_new(engine->clerk, config->threaded,
                                      config->wake, config->wake_arg);
        engine->look_wanted = true;
        engine->next = (struct clerk_next){
            .due = {INSTANT_NEVER, INSTANT_NEVER, INSTANT_NEVER, INSTANT_NEVER},
            .waiting = INSTANT_NEVER,
            .evaluate = INSTANT_NEVER};
        for (size_t i = 0; i < ENGINE_OUTLETS_MAX; i++)
            engine->next.outlets[i] = INSTANT_NEVER;
        return engine;
    }
    engine_free(engine);
    return NULL;
}

/* Results ------------------------------------------------------------------*/

/* The store refused: dispatch pauses, for longer each time, and says why; but
 * another writer (an import) ends by itself, and is spoken of once. */
static void hold(struct engine *engine, const struct error *err)
{
    bool busy = err->kind == ERROR_BUSY, again = engine->waits_for_writer;
    int doubled = busy ? 0 : engine->holds;
    int64_t wait = HOLD_MS << (doubled < 5 ? doubled : 5);
    engine->waits_for_writer = busy;
    if (wait > HOLD_MOST_MS)
        wait = HOLD_MOST_MS;
    if (engine->holds++ == 0)
        engine->held_since = engine->mono;
    engine->hold_until = engine->mono + wait;
    text_copy(engine->trouble, sizeof(engine->trouble), err->text);
    if (err->kind == ERROR_CORRUPT)
        engine->dead = true;
    if (!(again && busy))
        log_event(engine->dead ? LOG_ERROR : LOG_WARNING, "journal-refused",
                  "reason=%s", log_quote(err->text));
}

static void hold_end(struct engine *engine)
{
    if (engine->holds > 0)
        log_event(LOG_NOTICE, "journal-back", "seconds=%lld",
                  (long long)((engine->mono - engine->held_since) / SECOND_MS));
    engine->holds = 0;
    engine->waits_for_writer = false;
    engine->trouble[0] = '\0';
}

/* What could not be committed waits in front of what came since. */
static void settlements_keep(struct engine *engine, struct job *job)
{
    size_t kept = engine->settlement_count, back = job->settlement_count;
    struct settlement *old = engine->settlements;
    engine->settlements = job->settlements;
    engine->settlement_count = engine->settlement_room = back;
    job->settlements = NULL;
    job->settlement_count = 0;
    for (size_t i = 0; i < kept; i++)
        *engine_settlement(engine) = old[i];
    engine->told -= (int64_t)kept;
    free(old);
}

static void permits_back(struct engine *engine, struct job *job)
{
    for (size_t i = 0; i < job->permit_count; i++) {
        struct provider *provider =
            &engine->providers[job->permits[i].provider];
        provider->reserved -= job->granted[i];
        rate_give_back(&provider->rate,
                       job->done ? job->permits[i].count : job->granted[i]);
    }
}

static void job_result(struct engine *engine, struct job *job)
{
    switch (job->kind) {
    case JOB_CLAIM:
        engine->claims--;
        permits_back(engine, job);
        if (job->done && job->examined == 0 && !job->line)
            engine->claim_hold = engine->mono + LOOK_MS;
        if (job->line_more)
            engine->line_at = engine->mono;
        break;
    case JOB_SETTLE:
        engine->settles--;
        if (job->done) {
            engine->kept += (int64_t)job->settlement_count;
            herald_settled(engine, job);
        } else {
            settlements_keep(engine, job);
        }
        break;
    case JOB_EVALUATE:
        engine->slices--;
        break;
    case JOB_WAITING:
        engine->waits--;
        break;
    case JOB_LOOK:
        engine->looks--;
        engine->claim_hold = 0;
        break;
    case JOB_TELL:
        engine->tells--;
        break;
    }
    if (!job->done) {
        hold(engine, &job->error);
        return;
    }
    if (job->kind != JOB_LOOK)
        hold_end(engine);
    totals_add(&engine->totals, &job->totals);
    int64_t ready_at = engine->config.threaded ? job->ended_at : engine->mono;
    for (size_t i = 0; i < job->dispatch_count; i++)
        provider_queue(&engine->providers[job->dispatches[i].provider],
                       &job->dispatches[i], ready_at);
    herald_result(engine, job);
    withdraw_tell(engine, job);
    for (size_t i = 0; i < job->question_count; i++)
        provider_ask(&engine->providers[job->questions[i].provider],
                     &job->questions[i]);
}

static void results_take(struct engine *engine)
{
    struct job *job;
    while ((job = journal_take(engine->journal))) {
        engine->progressed = true;
        engine->next = job->next_due;
        job_result(engine, job);
        job_free(job);
    }
}

/* Posting ------------------------------------------------------------------*/

static bool is_held(const struct engine *engine)
{
    return engine->dead || engine->mono < engine->hold_until;
}

static struct job *job_begin(const struct engine *engine, enum job_kind kind)
{
    struct job *job = job_new(kind, engine->now);
    outage_read(engine, &job->outage);
    withdraw_name(engine, job);
    return job;
}

/* What comes back while one commit is made goes into the next: nothing waits
 * for company, and under load there is always some. */
static bool may_settle(const struct engine *engine)
{
    return engine->settlement_count > 0 && engine->settles == 0 &&
           !is_held(engine);
}

void engine_settle(struct engine *engine)
{
    if (!may_settle(engine))
        return;
    struct job *job = job_begin(engine, JOB_SETTLE);
    job->settlements = engine->settlements;
    job->settlement_count = engine->settlement_count;
    engine->settlements = NULL;
    engine->settlement_count = engine->settlement_room = 0;
    engine->settles++;
    journal_post(engine->journal, job);
}

static int lane_channel(size_t lane)
{
    return lane == LANE_TASK ? OUTREACH_TASK : (int)lane;
}

/* The channels that have something due. */
static unsigned lanes_due(const struct engine *engine)
{
    unsigned due = 0;
    for (size_t i = 0; i < LANES; i++) {
        if (engine->next.due[i] <= engine->now)
            due |= 1u << lane_channel(i);
    }
    return due;
}

/* A stand-in provider is used only while the one it stands in for is dead. */
static bool is_needed(struct engine *engine, const struct provider *provider)
{
    int first = provider->config->fallback_of;
    return first < 0 || (size_t)first >= engine->provider_count ||
           !circuit_admits(&engine->providers[first].circuit, engine->mono);
}

static void permits_grant(struct engine *engine, unsigned due, struct job *job)
{
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        if (!(provider->config->channels & due) || !is_needed(engine, provider))
            continue;
        int count = provider_permits(provider);
        if (count <= 0)
            continue;
        rate_take(&provider->rate, count);
        provider->reserved += count;
        job->granted[job->permit_count] = count;
        job->permits[job->permit_count++] =
            (struct permit){.provider = (int)i,
                            .channels = provider->config->channels,
                            .count = count};
    }
}

/* Channels that are due and that nobody here can serve, and tasks: these
 * need no permit. */
static unsigned lanes_free(const struct engine *engine)
{
    unsigned served = 0;
    for (size_t i = 0; i < engine->provider_count; i++)
        served |= engine->providers[i].config->channels;
    return ~served;
}

static bool claim_allowed(const struct engine *engine)
{
    return engine->heard && !engine->stopping && !engine->config.ask &&
           !is_held(engine) &&
           engine->claims < (engine->config.threaded ? CLAIMS_MAX : 1) &&
           engine->mono >= engine->claim_hold;
}

static void post_claim(struct engine *engine)
{
    unsigned due = lanes_due(engine);
    if (!due || !claim_allowed(engine))
        return;
    struct job *job = job_begin(engine, JOB_CLAIM);
    permits_grant(engine, due, job);
    job->unserved = lanes_free(engine);
    job->line = engine->mono >= engine->line_at;
    if (job->permit_count == 0 && !job->line &&
        (!(due & job->unserved) || engine->claims > 0)) {
        job_free(job);
        return;
    }
    if (job->line)
        engine->line_at = engine->mono + LINE_MS;
    engine->claims++;
    journal_post(engine->journal, job);
}

static void post_plain(struct engine *engine, enum job_kind kind,
                       int *under_way)
{
    ++*under_way;
    journal_post(engine->journal, job_begin(engine, kind));
}

static void post_rest(struct engine *engine)
{
    bool look = engine->look_wanted || !engine->config.threaded ||
                engine->now >= engine->look_at;
    if (look && engine->looks == 0) {
        engine->look_wanted = false;
        engine->look_at = engine->now + LOOK_MS;
        post_plain(engine, JOB_LOOK, &engine->looks);
        results_take(engine);
    }
    if (engine->stopping || is_held(engine) || engine->config.ask)
        return;
    if (engine->next.waiting <= engine->now && engine->waits == 0)
        post_plain(engine, JOB_WAITING, &engine->waits);
    if (engine->next.evaluate <= engine->now && engine->slices == 0)
        post_plain(engine, JOB_EVALUATE, &engine->slices);
    herald_post(engine);
}

/* When to come again -------------------------------------------------------*/

/* When the line is looked over again, while somebody stands there. */
static instant line_next(const struct engine *engine)
{
    int64_t left = engine->line_at - engine->mono;
    return engine->heard && lanes_due(engine) ? engine->now + left
                                              : INSTANT_NEVER;
}

/* When a lane can be claimed: its due time, but not before a permit. */
static instant lane_opens(struct engine *engine, size_t lane)
{
    instant due = engine->next.due[lane];
    if (due <= engine->now && !engine->heard)
        return INSTANT_NEVER; /* until a provider's answer calls */
    if (due == INSTANT_NEVER || due > engine->now)
        return due;
    if (lanes_free(engine) & (1u << lane_channel(lane)))
        return engine->claims > 0 ? INSTANT_NEVER : due; /* its end calls */
    instant opens = INSTANT_NEVER;
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        if (!(provider->config->channels & (1u << lane)) ||
            !is_needed(engine, provider))
            continue;
        opens = instant_sooner(opens, provider_permits(provider) > 0
                                          ? engine->now
                                          : provider_opens(provider));
    }
    return opens;
}

static instant journal_next(struct engine *engine)
{
    instant next = INSTANT_NEVER;
    if (is_held(engine))
        return engine->dead ? INSTANT_NEVER
                            : engine->now + (engine->hold_until - engine->mono);
    if (may_settle(engine))
        next = engine->now;
    if (engine->stopping || engine->config.ask)
        return next;
    if (engine->waits == 0)
        next = instant_sooner(next, engine->next.waiting);
    if (engine->slices == 0)
        next = instant_sooner(next, engine->next.evaluate);
    if (engine->tells == 0)
        next = instant_sooner(next, herald_next(engine));
    if (engine->claims >= (engine->config.threaded ? CLAIMS_MAX : 1))
        return next;
    instant opens = line_next(engine);
    for (size_t i = 0; i < LANES; i++)
        opens = instant_sooner(opens, lane_opens(engine, i));
    if (opens <= engine->now && engine->claim_hold > engine->mono)
        opens = engine->now + (engine->claim_hold - engine->mono);
    return instant_sooner(next, opens);
}

static instant step_next(struct engine *engine)
{
    instant next = instant_sooner(providers_next(engine), journal_next(engine));
    if (engine->config.threaded)
        next = instant_sooner(next, engine->look_at);
    return next < engine->now ? engine->now : next;
}

instant engine_step(struct engine *engine, instant now)
{
    clock_take(engine, now);
    engine->progressed = false;
    engine->stepping = true;
    engine->woken = false;
    results_take(engine);
    providers_run(engine);
    engine_read(engine);
    engine_settle(engine);
    if (!engine->config.threaded)
        results_take(engine);
    post_rest(engine);
    results_take(engine);
    engine->heard |= providers_polled(engine) &&
                     engine->settlement_count + (size_t)engine->settles == 0;
    post_claim(engine);
    results_take(engine);
    if (engine->stopping)
        providers_return_ready(engine);
    providers_run(engine);
    engine_settle(engine);
    results_take(engine);
    engine->stepping = false;
    return step_next(engine);
}

/* The rest of the face -----------------------------------------------------*/

int64_t engine_kept(const struct engine *engine)
{
    return engine->kept;
}

void engine_stop(struct engine *engine)
{
    engine->stopping = true;
}

static bool is_under_way(const struct engine *engine)
{
    return engine->flights.count > 0 || engine->settlement_count > 0 ||
           engine->claims + engine->settles + engine->waits + engine->slices +
                   engine->looks + engine->tells >
               0;
}

bool engine_idle(const struct engine *engine)
{
    if (is_under_way(engine))
        return engine->dead;
    if (engine->stopping || engine->dead)
        return true;
    if (engine->config.ask)
        return engine->heard && !providers_asked(engine);
    /* Until the first look has answered nothing is known to be due; nor
     * before providers have told what patients answered: a STOP. */
    if (!engine->heard || providers_asked(engine) || engine->look_wanted ||
        engine->looks > 0 || engine->next.waiting <= engine->now ||
        engine->next.evaluate <= engine->now || engine->telling ||
        herald_next(engine) <= engine->now)
        return false;
    /* What nobody takes now is not waited for. */
    struct outage outage;
    outage_read(engine, &outage);
    return (lanes_due(engine) & ~(outage.closed & ~lanes_free(engine))) == 0;
}

const char *engine_trouble(const struct engine *engine)
{
    if (engine->trouble[0])
        return engine->trouble;
    for (size_t i = 0; i < engine->provider_count; i++) {
        if (engine->providers[i].halted[0])
            return engine->providers[i].halted;
    }
    return NULL;
}

void engine_totals(const struct engine *engine, struct engine_totals *out)
{
    *out = engine->totals;
    out->paused = engine->next.paused;
    out->tasks_now = engine->next.tasks;
    for (size_t i = 0; i < engine->provider_count; i++)
        out->answered |= (unsigned)engine->providers[i].answered << i;
}

/* Rule 7: closing a driver accounts for all it had; that is written before
 * the store is let go. What cannot be written stays `submitting` and becomes
 * unknown in the next life. */
void engine_finish(struct engine *engine)
{
    if (!engine || engine->finished)
        return;
    engine->stopping = engine->finished = true;
    providers_return_ready(engine);
    providers_close(engine);
    if (!engine->journal)
        return;
    journal_finish(engine->journal);
    results_take(engine);
    providers_return_ready(engine);
    engine->settles = 0;
    engine->hold_until = 0;
    engine_settle(engine);
    results_take(engine);
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    engine_finish(engine);
    journal_free(engine->journal);
    clerk_free(engine->clerk);
    for (size_t i = 0; i < engine->flights.room; i++) {
        if (engine->flights.slots[i])
            dispatch_free(&engine->flights.slots[i]->dispatch);
        free(engine->flights.slots[i]);
    }
    free(engine->flights.slots);
    for (size_t i = 0; i < engine->settlement_count; i++)
        settlement_free(&engine->settlements[i]);
    for (size_t i = 0; i < engine->unread_count; i++)
        settlement_free(&engine->unread[i]);
    free(engine->settlements);
    free(engine->unread);
    free(engine->providers);
    free(engine->provider_configs);
    free(engine->clerk_providers);
    free(engine);
}
