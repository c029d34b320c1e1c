/* SPDX-License-Identifier: Apache-2.0 */
/* Pressed time over real sockets. The clock stands still while a request is on
 * its way, either way; when all is quiet it goes to whatever is due next, at
 * the service or at the carrier. So days take seconds, the drivers are the
 * live ones, and the same seed gives the same days. */
#include "app/sandbox_trial.h"

#include <signal.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/log.h"
#include "io/http.h"
#include "io/loop.h"
#include "scheduler/engine.h"

#include "app/callers.h"
#include "app/sandbox_show.h"
#include "app/sandbox_world.h"
#include "app/table.h"

/* More steps than this at one moment mean that something due is never done. */
#define STEPS_AT_ONCE 1000000
/* What is under way at the end may still end so much later: a call does. */
#define LAST_WORDS_MS (10 * MINUTE_MS)

struct trial {
    const struct sandbox_trial *wanted;
    struct sandbox_world world;
    struct sandbox_show show;
    struct loop *loop;
    struct http *http;
    struct timer *timer;
    struct carrier *carrier;
    struct callers *callers;
    struct engine *engine;
    instant until;
    int standing;
    bool stopping;
};

/* Something is between the two, and time must wait for it. What the carrier
 * holds back on purpose is not. */
static bool is_busy(const struct trial *trial)
{
    return carrier_is_posting(trial->carrier) ||
           http_running(trial->http) > carrier_holds(trial->carrier);
}

static void finish(struct trial *trial)
{
    timer_stop(trial->timer);
    loop_stop(trial->loop);
}

/* All is quiet at `now`, and `next` is when something is due. */
static void go_on(struct trial *trial, instant now, instant next)
{
    if (next <= now && ++trial->standing < STEPS_AT_ONCE) {
        timer_start(trial->timer, 0);
        return;
    }
    trial->standing = 0;
    sandbox_show_moment(&trial->show);
    next = next > now ? next : now + SECOND_MS;
    if (next > trial->until && !trial->stopping) {
        trial->stopping = true;
        trial->until += LAST_WORDS_MS;
        engine_stop(trial->engine);
    }
    if (next > trial->until ||
        (trial->stopping && engine_idle(trial->engine))) {
        finish(trial);
        return;
    }
    clock_pretend(next);
    timer_start(trial->timer, 0);
}

static void turn(void *arg)
{
    struct trial *trial = arg;
    instant now = clock_now();
    instant next = engine_step(trial->engine, now);
    callers_step(trial->callers);
    next = instant_sooner(next, carrier_step(trial->carrier));
    if (is_busy(trial))
        timer_start(trial->timer, 0); /* behind whatever comes in */
    else
        go_on(trial, now, next);
}

static void on_signal(void *arg, int signum)
{
    (void)signum;
    finish(arg);
}

static bool open_doors(struct trial *trial, const struct options *options,
                       struct error *err)
{
    const struct http_limits limits = {0};
    const struct carrier_config config = {
        .loop = trial->loop,
        .listen = CARRIER_ANYWHERE,
        .seed = trial->wanted->seed,
        .behaviour = trial->wanted->behaviour,
        .public_url = SANDBOX_PUBLIC_URL,
        .public_socket = trial->world.socket,
        .say = sandbox_show_line,
        .say_arg = &trial->show,
    };
    trial->http = http_new(trial->loop, &limits, err);
    trial->carrier = trial->http ? carrier_new(&config, err) : NULL;
    if (!trial->carrier || !sandbox_world_launch(&trial->world, options,
                                                 carrier_access(trial->carrier),
                                                 trial->wanted->campaign, err))
        return false;
    struct setup *setup = &trial->world.setup;
    trial->show.zone = setup->config->zone;
    setup->engine.http = trial->http;
    setup->engine.threaded = false;
    setup->engine.throw_away = true;
    setup->engine.keep_texts_ms = 0; /* they are counted at the end */
    setup->engine.seed = trial->wanted->seed;
    /* not the copy's, which is another each time where there was no store */
    hash_sha256(&trial->wanted->seed, sizeof(trial->wanted->seed),
                setup->engine.holdout_key);
    trial->engine = engine_new(&setup->engine, clock_now(), err);
    trial->callers = callers_new(trial->loop, NULL);
    if (!trial->engine || !callers_open(trial->callers, setup->config, err))
        return false;
    callers_settle(trial->callers, true);
    return true;
}

static bool play(struct trial *trial, struct sandbox_result *result,
                 struct error *err)
{
    result->from = trial->world.begin;
    if (!loop_on_signal(trial->loop, SIGINT, on_signal, trial) ||
        !loop_on_signal(trial->loop, SIGTERM, on_signal, trial))
        return error_set(err, ERROR_CANNOT, "signals cannot be watched");
    trial->until = trial->world.begin + trial->wanted->days * 24 * HOUR_MS;
    callers_serve(trial->callers, trial->engine);
    trial->timer = timer_new(trial->loop, turn, trial);
    timer_start(trial->timer, 0);
    loop_run(trial->loop);
    sandbox_show_moment(&trial->show);
    engine_totals(trial->engine, &result->engine);
    carrier_totals(trial->carrier, &result->carrier);
    const char *trouble = engine_trouble(trial->engine);
    if (trouble)
        print_to(stderr, "outreach: %s\n", trouble);
    return true;
}

/* The drivers are closed first: what they account for is written. */
static void close_doors(struct trial *trial)
{
    callers_free(trial->callers);
    engine_free(trial->engine);
    trial->callers = NULL;
    trial->engine = NULL;
    timer_free(trial->timer);
    carrier_free(trial->carrier);
    http_free(trial->http);
    loop_free(trial->loop);
}

/* What happens here is shown, not logged. */
static void unheard(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

bool sandbox_trial_run(const struct sandbox_trial *wanted,
                       const struct options *options, struct error *err)
{
    struct trial trial = {
        .wanted = wanted,
        .show = {.zone = zone_utc(), .json = options->json, .sorts = true}};
    struct sandbox_result result = {0};
    if (options->verbose == 0)
        log_capture(unheard, NULL);
    bool ok = sandbox_world_begin(&trial.world, options, err);
    trial.loop = loop_new();
    ok = ok && open_doors(&trial, options, err) && play(&trial, &result, err);
    close_doors(&trial);
    ok = ok && sandbox_show_result(&trial.show, &result,
                                   trial.world.leftover.copy, err);
    sandbox_show_free(&trial.show);
    sandbox_world_end(&trial.world);
    log_capture(NULL, NULL);
    return ok;
}
