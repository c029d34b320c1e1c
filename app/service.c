/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The background service. Wires loop, transfers and engine;
 * a timer armed from what the engine says is due next; SIGHUP reads the
 * configuration again (a bad one changes nothing), SIGTERM ends cleanly
 * within ten seconds. Decides nothing about patients.
 */
#include <signal.h>

#include "base/log.h"
#include "base/text.h"
#include "io/http.h"
#include "io/loop.h"
#include "store/store.h"

#include "app/answered.h"
#include "app/callers.h"
#include "app/carried.h"
#include "app/clinics_known.h"
#include "app/feeders.h"
#include "app/outlets.h"
#include "app/quiet.h"
#include "app/service.h"
#include "app/watch.h"

/* The wall clock may jump (suspend, a correction): look at it this often. */
#define LOOK_AGAIN_MS (10 * SECOND_MS)
#define STOP_MS (9 * SECOND_MS)
/* Nobody waits for a reload as for a stop: what is in flight may take the
 * usual time of a request, and nothing new leaves meanwhile. */
#define RELOAD_MS MINUTE_MS
#define PROGRESS_MS 200

struct service {
    const struct options *options;
    const struct service_request *request;
    struct setup *setup;
    struct setup fresh; /* while reloading: waits for what is in flight */
    struct error failed;
    struct loop *loop;
    struct http *http;
    struct engine *engine;
    struct callers *callers;
    struct feeders *feeders;
    struct watch *watch;
    struct quiet *quiet;
    struct outlets *outlets;
    struct timer *timer;
    struct timer *stop_timer;
    struct timer *progress_timer;
    struct wake *wake;
    bool stopping, reloading, signalled;
    bool reload_again; /* asked for while one was under way, or: */
    bool reload_waits; /* another process writes to the store */
};

static void tell_refused(const struct error *err)
{
    log_event(LOG_ERROR, "reload",
              "result=refused error=%s what=\"the former configuration "
              "stays\"",
              log_quote(err->text));
}

static void log_uncarried(void *arg, const char *campaign, const char *what)
{
    (void)arg;
    log_event(LOG_WARNING, "no-provider", "campaign=%s what=%s",
              log_quote(campaign), log_quote(what));
}

static void log_unanswered(void *arg, const char *campaign, const char *what)
{
    (void)arg;
    log_event(LOG_WARNING, "unanswered", "campaign=%s what=%s",
              log_quote(campaign), log_quote(what));
}

static void log_unknown_clinic(void *arg, const char *path,
                               struct json_place place, const char *what)
{
    (void)arg;
    log_event(LOG_WARNING, "unknown-clinic", "path=%s line=%d what=%s",
              log_quote(path), place.line, log_quote(what));
}

/* Before a life begins: what this configuration leaves without a provider, what
 * would not be answered, and what it says of clinics that nobody has. */
static void tell_wanting(const struct setup *setup, bool passing)
{
    struct error err = {0};
    struct store *store =
        store_open(setup->config->store_path, STORE_READ_ONLY, &err);
    if (store) {
        carried_launched(setup->config, store, log_uncarried, NULL);
        if (!passing) /* nobody answers what is over in a moment */
            unanswered_launched(store, log_unanswered, NULL);
        clinics_unknown(setup->config, store, log_unknown_clinic, NULL);
    }
    store_close(store);
}

/* An engine on this configuration, and who is told what it hears; NULL with
 * the reason. The former engine is gone by then. */
static struct engine *live(struct service *service, struct setup *setup,
                           struct error *err)
{
    struct outlets *outlets =
        outlets_new(service->loop, service->http, setup->config, err);
    if (!outlets)
        return NULL;
    outlets_configure(outlets, &setup->engine);
    struct engine *engine = engine_new(&setup->engine, clock_now(), err);
    if (!engine) {
        outlets_free(outlets);
        return NULL;
    }
    outlets_free(service->outlets);
    service->outlets = outlets;
    outlets_serve(outlets, engine);
    return engine;
}

/* A life that ends by itself takes nothing in: it sends what is due. */
static void watch_folders(struct service *service)
{
    const struct config *config = service->setup->config;
    if (!service->request->once)
        watch_configure(service->watch, &config->watches, config->path,
                        config->store_path);
}

/* What was in flight has ended: the fresh configuration takes over. When the
 * engine will not start on it (a secret that cannot be read), the former one
 * goes on. */
static bool swap_engine(struct service *service)
{
    struct error refused = {0}, err = {0};
    timer_stop(service->stop_timer);
    engine_finish(service->engine);
    callers_serve(service->callers, NULL);
    feeders_serve(service->feeders, NULL);
    outlets_serve(service->outlets, NULL);
    engine_free(service->engine);
    service->reloading = false;
    service->engine = live(service, &service->fresh, &refused);
    bool moved = service->engine != NULL;
    if (!moved) {
        setup_close(&service->fresh);
        service->engine = live(service, service->setup, &err);
    }
    callers_serve(service->callers, service->engine);
    feeders_settle(service->feeders, moved);
    feeders_serve(service->feeders, service->engine);
    callers_settle(service->callers, moved);
    if (moved) {
        setup_close(service->setup);
        *service->setup = service->fresh;
        watch_folders(service);
        log_event(LOG_NOTICE, "reload", "result=ok");
        tell_wanting(service->setup, false);
    } else {
        tell_refused(&refused);
    }
    service->fresh = (struct setup){0};
    loop_notify("READY=1");
    if (!service->engine)
        error_set(&service->failed, ERROR_CANNOT, "%s", err.text);
    return service->engine != NULL;
}

static void finish(struct service *service)
{
    timer_stop(service->timer);
    timer_stop(service->progress_timer);
    loop_stop(service->loop);
}

static void begin_stop(struct service *service)
{
    if (service->stopping)
        return;
    service->stopping = true;
    service->reloading = false;
    loop_notify("STOPPING=1");
    engine_stop(service->engine);
    timer_start(service->stop_timer, STOP_MS);
}

static void reload(void *arg, int signum);

static void step(void *arg)
{
    struct service *service = arg;
    instant now = clock_now();
    if (now >= service->request->until)
        begin_stop(service);
    instant next = engine_step(service->engine, now);
    callers_step(service->callers);
    feeders_step(service->feeders);
    if (service->reload_again && !service->reloading) {
        service->reload_again = false;
        reload(service, SIGHUP);
    }
    if (service->stopping && engine_idle(service->engine)) {
        finish(service);
        return;
    }
    if (service->reloading && engine_idle(service->engine)) {
        if (swap_engine(service))
            timer_start(service->timer, 0);
        else
            finish(service);
        return;
    }
    if (service->request->once && !service->stopping && next > clock_now() &&
        engine_idle(service->engine)) {
        begin_stop(service);
        next = now;
    }
    if (next > service->request->until)
        next = service->request->until;
    int64_t wait = next - clock_now();
    if (wait < 0)
        wait = 0;
    timer_start(service->timer, wait > LOOK_AGAIN_MS ? LOOK_AGAIN_MS : wait);
}

static void stop_took_too_long(void *arg)
{
    struct service *service = arg;
    log_event(LOG_WARNING, service->reloading ? "reload" : "stop",
              "what=\"in flight at the end; recorded as unknown\"");
    if (service->reloading && swap_engine(service))
        timer_start(service->timer, 0);
    else
        finish(service);
}

static void on_wake(void *arg)
{
    step(arg);
}

static void send_wake(void *arg)
{
    struct service *service = arg;
    wake_send(service->wake);
}

static void complete_engine_config(struct service *service, struct setup *setup)
{
    setup->engine.threaded = true;
    setup->engine.http = service->http;
    setup->engine.wake = send_wake;
    setup->engine.wake_arg = service;
    setup->engine.on_feed = feeders_take;
    setup->engine.on_feed_arg = service->feeders;
}

/* An import is being written: the next steps ask again. */
static void reload_later(struct service *service, bool waited,
                         const struct error *err)
{
    if (!waited)
        log_event(LOG_NOTICE, "reload", "result=waits reason=%s",
                  log_quote(err->text));
    service->reload_again = service->reload_waits = true;
}

struct places {
    struct service *service;
    struct config *config;
    bool callers; /* opened; to be settled either way */
};

static bool open_places(void *arg, struct error *err)
{
    struct places *places = arg;
    places->callers =
        callers_open(places->service->callers, places->config, err);
    return places->callers &&
           feeders_open(places->service->feeders, places->config, err);
}

static void reload(void *arg, int signum)
{
    (void)signum;
    struct service *service = arg;
    struct setup fresh;
    struct error err = {0};
    if (service->stopping)
        return;
    if (service->reloading) {
        service->reload_again = true;
        return;
    }
    bool waited = service->reload_waits;
    service->reload_waits = false;
    /* the file it began with: another one, or none, is another service */
    struct options options = *service->options;
    if (service->setup->config->path)
        options.config_path = service->setup->config->path;
    bool ok = setup_open(&fresh, &options, &err);
    if (ok && !text_equal(fresh.config->store_path,
                          service->setup->config->store_path))
        ok = error_set(&err, ERROR_CANNOT,
                       "the store cannot change while running; restart");
    struct places places = {service, fresh.config, false};
    if (!ok || !setup_store_again(&fresh, open_places, &places, &err)) {
        if (places.callers)
            callers_settle(service->callers, false);
        feeders_settle(service->feeders, false);
        setup_close(&fresh);
        if (err.kind == ERROR_BUSY)
            reload_later(service, waited, &err);
        else
            tell_refused(&err);
        return;
    }
    loop_notify("RELOADING=1");
    complete_engine_config(service, &fresh);
    service->fresh = fresh;
    service->reloading = true;
    engine_stop(service->engine);
    timer_start(service->stop_timer, RELOAD_MS);
    step(service);
}

static void terminate(void *arg, int signum)
{
    (void)signum;
    struct service *service = arg;
    log_event(LOG_NOTICE, "stop", "why=signal");
    service->signalled = true;
    begin_stop(service);
    step(service);
}

static void show_progress(void *arg)
{
    struct service *service = arg;
    service->request->progress(service->request->progress_arg);
    timer_start(service->progress_timer, PROGRESS_MS);
}

static bool start(struct service *service, struct error *err)
{
    service->loop = loop_new();
    struct http_limits limits = {0};
    service->http = http_new(service->loop, &limits, err);
    if (!service->http)
        return false;
    service->wake = wake_new(service->loop, on_wake, service);
    service->timer = timer_new(service->loop, step, service);
    service->stop_timer = timer_new(service->loop, stop_took_too_long, service);
    service->progress_timer = timer_new(service->loop, show_progress, service);
    service->feeders = feeders_new(service->loop);
    complete_engine_config(service, service->setup);
    service->engine = live(service, service->setup, err);
    if (!service->engine) {
        err->kind = ERROR_CANNOT; /* a section that is wrong cannot run */
        return false;
    }
    service->callers = callers_new(service->loop, service->feeders);
    if (!callers_open(service->callers, service->setup->config, err))
        return false;
    callers_settle(service->callers, true);
    callers_serve(service->callers, service->engine);
    if (!feeders_open(service->feeders, service->setup->config, err))
        return false;
    feeders_settle(service->feeders, true);
    feeders_serve(service->feeders, service->engine);
    service->watch = watch_new(service->loop);
    watch_folders(service);
    if (!service->request->once)
        service->quiet =
            quiet_new(service->loop, service->setup->config->store_path);
    return loop_on_signal(service->loop, SIGHUP, reload, service) &&
           loop_on_signal(service->loop, SIGTERM, terminate, service) &&
           loop_on_signal(service->loop, SIGINT, terminate, service);
}

static void end(struct service *service)
{
    watch_free(service->watch);
    quiet_free(service->quiet);
    engine_finish(service->engine);
    feeders_free(service->feeders);
    callers_free(service->callers);
    outlets_serve(service->outlets, NULL);
    engine_free(service->engine);
    outlets_free(service->outlets);
    timer_free(service->timer);
    timer_free(service->stop_timer);
    timer_free(service->progress_timer);
    wake_free(service->wake);
    http_free(service->http);
    loop_free(service->loop);
    setup_close(&service->fresh);
}

static bool run_real(struct service *service, struct engine_totals *totals,
                     struct error *err)
{
    bool ok = start(service, err);
    if (ok) {
        loop_notify("READY=1");
        log_event(LOG_NOTICE, "start", "version=%s store=%s", OUTREACH_VERSION,
                  log_quote(service->setup->config->store_path));
        timer_start(service->timer, 0);
        if (service->request->progress)
            timer_start(service->progress_timer, PROGRESS_MS);
        loop_run(service->loop);
        if (!service->engine)
            ok = error_set(err, ERROR_CANNOT, "%s", service->failed.text);
        else
            engine_totals(service->engine, totals);
        const char *trouble =
            service->engine ? engine_trouble(service->engine) : NULL;
        if (trouble && service->request->once)
            ok = error_set(err, ERROR_CANNOT, "%s", trouble);
    }
    end(service);
    return ok;
}

/* A pretended time: everything inline, every step at its moment. */
static bool run_virtual(struct service *service, struct engine_totals *totals,
                        struct error *err)
{
    instant now = clock_now();
    service->setup->engine.moves_clock = true;
    service->engine = engine_new(&service->setup->engine, now, err);
    if (!service->engine) {
        err->kind = ERROR_CANNOT;
        return false;
    }
    instant until = service->request->until;
    if (until == INSTANT_NEVER)
        until = now;
    bool ok = engine_run_virtual(service->engine, now, until, err);
    engine_end_virtual(service->engine, until);
    engine_totals(service->engine, totals);
    engine_free(service->engine);
    return ok;
}

bool service_run(const struct options *options, struct setup *setup,
                 const struct service_request *request,
                 struct engine_totals *totals, bool *stopped, struct error *err)
{
    struct service service = {
        .options = options,
        .request = request,
        .setup = setup,
    };
    *totals = (struct engine_totals){0};
    bool ok = setup_store(setup, err);
    if (ok)
        tell_wanting(setup, request->once || options->now_given);
    ok = ok && (options->now_given ? run_virtual(&service, totals, err)
                                   : run_real(&service, totals, err));
    if (request->progress)
        request->progress(request->progress_arg);
    if (stopped)
        *stopped = service.signalled;
    return ok;
}

static bool try_provider(const struct engine_provider *provider,
                         struct http *http, struct error *err)
{
    const struct driver_host host = {.http = http};
    struct driver *opened =
        provider->driver->open(&provider->config, &host, err);
    if (opened)
        provider->driver->close(opened);
    return opened != NULL;
}

bool service_try_providers(const struct setup *setup, struct error *err)
{
    struct http_limits limits = {0};
    struct loop *loop = loop_new();
    struct http *http = http_new(loop, &limits, err);
    bool ok = http != NULL;
    for (size_t i = 0; http && i < setup->config->provider_count; i++) {
        struct error why = {0};
        if (!try_provider(&setup->providers[i], http, &why))
            ok = error_join(err, &why);
    }
    if (!ok)
        err->kind = ERROR_CANNOT;
    http_free(http);
    loop_free(loop);
    return ok;
}
