/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop thread's side of each provider: its driver, its three limits, the
 * messages that are durable and wait for a slot, and the events that come
 * back. Nothing is handed over whose commit is older than two seconds: such a
 * row goes back to planned, because opt-outs may have been committed since.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "scheduler/engine_state.h"
#include "scheduler/gate.h"
#include "scheduler/request.h"
#include "scheduler/retry.h"

#define HAND_OVER_MS GATE_HAND_OVER_MS
/* A claim runs ahead of the window by what answers in this time. */
#define AHEAD_MS 250
#define MEASURE_MS 100
/* What a provider that nobody has tested is given at first: so many, or a
 * quarter of what it may have; each success opens one more place. */
#define WINDOW_FIRST 64

/* Events ----------------------------------------------------------------------
 */

/* Something came back between two steps: its place in the window is free and
 * the next message should not wait for a timer. */
static void engine_wake(struct engine *engine)
{
    engine->progressed = true;
    if (engine->config.threaded && !engine->stepping && !engine->woken &&
        engine->config.wake) {
        engine->woken = true;
        engine->config.wake(engine->config.wake_arg);
    }
}

static struct settlement *settlement_add(struct settlement **list,
                                         size_t *count, size_t *room)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 64;
        *list = memory_grow(*list, *room, sizeof(**list));
    }
    struct settlement *one = &(*list)[(*count)++];
    *one = (struct settlement){0};
    return one;
}

struct settlement *engine_unread(struct engine *engine)
{
    return settlement_add(&engine->unread, &engine->unread_count,
                          &engine->unread_room);
}

void engine_read(struct engine *engine)
{
    if (engine->unread_count == 0 || !providers_polled(engine))
        return;
    for (size_t i = 0; i < engine->unread_count; i++)
        *engine_settlement(engine) = engine->unread[i];
    engine->unread_count = 0;
}

struct settlement *engine_settlement(struct engine *engine)
{
    struct settlement *one =
        settlement_add(&engine->settlements, &engine->settlement_count,
                       &engine->settlement_room);
    engine->told++;
    engine_wake(engine);
    return one;
}

static void completion_measure(struct provider *provider)
{
    int64_t mono = provider->engine->mono;
    provider->completions++;
    int64_t span = mono - provider->measured_at;
    if (span < MEASURE_MS)
        return;
    double rate = (double)provider->completions / (double)span;
    provider->per_ms = (provider->per_ms + rate) / 2;
    provider->measured_at = mono;
    provider->completions = 0;
}

static void flight_end(struct provider *provider, struct flight *flight,
                       const struct driver_event *event)
{
    struct engine *engine = provider->engine;
    enum outcome outcome = event->outcome;
    int64_t rest = retry_rest(outcome, event->retry_after_ms);
    const struct outcome_properties *properties = outcome_properties(outcome);
    bool was_open = provider->circuit.state == CIRCUIT_OPEN;
    window_size_done(&provider->window, properties->trouble);
    circuit_result(&provider->circuit, properties->trouble,
                   properties->halts_channel, engine->mono);
    if (rest > 0)
        circuit_rest(&provider->circuit, engine->mono + rest);
    completion_measure(provider);
    if (provider->circuit.state == CIRCUIT_CLOSED) {
        provider->halted[0] = '\0';
        provider->dead_since = INSTANT_NEVER;
    }
    if (!was_open && provider->circuit.state == CIRCUIT_OPEN) {
        if (provider->dead_since == INSTANT_NEVER)
            provider->dead_since = engine->now;
        snprintf(provider->halted, sizeof(provider->halted),
                 "provider %.40s is halted: %s", provider->config->name,
                 outcome_name(outcome));
        log_event(LOG_WARNING, "provider-halted", "provider=%s outcome=%s",
                  log_quote(provider->config->name), outcome_name(outcome));
    }
    flights_remove(&engine->flights, flight);
    dispatch_free(&flight->dispatch);
    free(flight);
}

/* The product's memory: one line an attempt, ids only. */
static void attempt_log(const struct provider *provider,
                        const struct flight *flight,
                        const struct driver_event *event)
{
    if (!log_wants(LOG_INFO))
        return;
    log_event(LOG_INFO, "attempt",
              "outreach=%lld attempt=%lld provider=%s outcome=%s status=%s "
              "code=%s",
              (long long)flight->dispatch.outreach_id,
              (long long)flight->dispatch.attempt_id,
              log_quote(provider->config->name), outcome_name(event->outcome),
              log_quote(event->status ? event->status : "-"),
              log_quote(event->code ? event->code : "-"));
}

static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    struct provider *provider = arg;
    struct engine *engine = provider->engine;
    struct flight *flight = flights_find(&engine->flights, attempt_id);
    struct settlement *one = engine_settlement(engine);
    one->kind = SETTLE_EVENT;
    one->attempt_id = attempt_id;
    one->provider = provider->index;
    one->event = *event;
    settlement_own(one);
    if (!flight)
        return; /* of a former life */
    flight->spoken = true;
    dispatch_free(&flight->dispatch); /* borrowed until the first event */
    if (event->ended) {
        attempt_log(provider, flight, event);
        flight_end(provider, flight, event);
    }
}

static void on_receipt(void *arg, const char *reference,
                       const char *provider_id,
                       const struct driver_event *event)
{
    struct provider *provider = arg;
    struct settlement *one = engine_settlement(provider->engine);
    one->kind = SETTLE_EVENT;
    one->provider = provider->index;
    one->event = *event;
    if (provider_id)
        one->event.provider_id = provider_id;
    if (!request_attempt(reference, &one->attempt_id, &one->outreach_id))
        one->attempt_id = one->outreach_id = 0;
    settlement_own(one);
}

static void on_reply(void *arg, const struct driver_reply *reply)
{
    struct provider *provider = arg;
    struct engine *engine = provider->engine;
    struct settlement *one =
        engine->config.ask ? engine_unread(engine) : engine_settlement(engine);
    one->kind = SETTLE_REPLY;
    one->provider = provider->index;
    one->reply = *reply;
    settlement_own(one);
}

static void on_sent(void *arg, const struct driver_sent *sent,
                    const struct driver_event *event)
{
    struct provider *provider = arg;
    struct settlement *one = engine_settlement(provider->engine);
    one->kind = SETTLE_SENT;
    one->provider = provider->index;
    one->sent = *sent;
    one->event = *event;
    settlement_own(one);
}

/* The cursor is committed behind what was found, never before it. */
static void on_polled(void *arg, const char *cursor, bool ok)
{
    struct provider *provider = arg;
    provider->polling = false;
    provider->polled = true;
    provider->answered |= ok;
    provider->poll_told = provider->engine->told;
    provider->poll_open = true;
    engine_wake(provider->engine);
    if (!ok || !cursor || text_equal(cursor, provider->cursor))
        return;
    text_copy(provider->cursor, sizeof(provider->cursor), cursor);
    struct settlement *one = engine_settlement(provider->engine);
    one->kind = SETTLE_CURSOR;
    one->provider = provider->index;
    one->cursor = cursor;
    settlement_own(one);
}

static void on_answer(void *arg, int64_t attempt_id, enum driver_answer answer,
                      const struct driver_event *event)
{
    struct provider *provider = arg;
    struct settlement *one = engine_settlement(provider->engine);
    provider->questions--;
    one->kind = SETTLE_ANSWER;
    one->attempt_id = attempt_id;
    one->provider = provider->index;
    one->answer = answer;
    if (event)
        one->event = *event;
    settlement_own(one);
}

void provider_ask(struct provider *provider,
                  const struct question_out *question)
{
    struct driver_query query = {.attempt_id = question->attempt_id,
                                 .reference = question->reference,
                                 .channel = question->channel,
                                 .to = question->to,
                                 .text = question->text,
                                 .submitted_at = question->submitted_at};
    provider->questions++;
    provider->config->driver->query(provider->driver, &query, on_answer,
                                    provider);
    provider->burst = true;
}

/* Opening
 * ----------------------------------------------------------------------- */

static bool provider_open(struct engine *engine, struct provider *provider,
                          struct error *err)
{
    const struct engine_provider *config = provider->config;
    struct driver_host host = {.arg = provider,
                               .event = on_event,
                               .receipt = on_receipt,
                               .reply = on_reply,
                               .polled = on_polled,
                               .sent = engine->config.ask ? on_sent : NULL,
                               .sent_since = engine->config.ask_since,
                               .key = engine->config.holdout_key,
                               .http = engine->config.http};
    provider->driver = config->driver->open(&config->config, &host, err);
    if (!provider->driver)
        return error_in(err, "provider %s", config->name);
    int most = config->concurrency > 0 ? config->concurrency : 32;
    double burst = config->burst >= 1 ? config->burst : 1;
    rate_init(&provider->rate, config->per_second, burst, engine->mono);
    int first = most / 4 > WINDOW_FIRST ? most / 4 : WINDOW_FIRST;
    window_size_init(&provider->window, first, most);
    circuit_init(&provider->circuit);
    provider->dead_since = INSTANT_NEVER;
    provider->tick_at = engine->now;
    provider->measured_at = engine->mono;
    provider->poll_at = engine->now;
    struct clerk_provider *known = &engine->clerk_providers[provider->index];
    text_copy(known->name, sizeof(known->name), config->name);
    known->key_life_ms = config->driver->key_life_ms
                             ? config->driver->key_life_ms(provider->driver)
                             : 0;
    known->can_query = config->driver->query != NULL;
    known->watch =
        config->driver->by_id && config->driver->by_id(provider->driver);
    known->cost_millionths = config->cost_millionths;
    known->sender_per_second =
        queue_speed(config->sender_per_second, config->per_second);
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (config->channels & (1u << channel))
            known->evidence[channel] = config->driver->evidence(
                provider->driver, (enum channel)channel);
    }
    return true;
}

/* All that cannot be opened are told at once. */
bool providers_open(struct engine *engine, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        provider->engine = engine;
        provider->index = (int)i;
        provider->config = &engine->provider_configs[i];
        struct error why = {0};
        if (!provider_open(engine, provider, &why))
            ok = error_join(err, &why);
    }
    return ok;
}

void providers_close(struct engine *engine)
{
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        if (provider->driver)
            provider->config->driver->close(provider->driver);
        provider->driver = NULL;
        free(provider->ready);
        provider->ready = NULL;
        provider->ready_count = 0;
    }
    for (size_t i = 0; i < engine->abandoned_count; i++)
        dispatch_free(&engine->abandoned[i]);
    free(engine->abandoned);
    engine->abandoned = NULL;
    engine->abandoned_count = 0;
}

/* Handing over
 * --------------------------------------------------------------------- */

void provider_queue(struct provider *provider, struct dispatch *dispatch,
                    int64_t ready_at)
{
    struct flight *flight = memory_new(sizeof(*flight));
    flight->attempt_id = dispatch->attempt_id;
    flight->provider = provider->index;
    flight->dispatch = *dispatch;
    flight->ready_at = ready_at;
    dispatch->texts = NULL; /* the flight's now */
    flights_add(&provider->engine->flights, flight);
    if (provider->ready_count == provider->ready_room) {
        size_t room = provider->ready_room ? provider->ready_room * 2 : 64;
        struct flight **ring = memory_new(room * sizeof(*ring));
        for (size_t i = 0; i < provider->ready_count; i++)
            ring[i] =
                provider
                    ->ready[(provider->ready_at + i) % provider->ready_room];
        free(provider->ready);
        provider->ready = ring;
        provider->ready_room = room;
        provider->ready_at = 0;
    }
    provider->ready[(provider->ready_at + provider->ready_count++) %
                    provider->ready_room] = flight;
}

static struct flight *ready_take(struct provider *provider)
{
    struct flight *flight = provider->ready[provider->ready_at];
    provider->ready_at = (provider->ready_at + 1) % provider->ready_room;
    provider->ready_count--;
    return flight;
}

static void flight_return(struct provider *provider, struct flight *flight)
{
    struct engine *engine = provider->engine;
    struct settlement *one = engine_settlement(engine);
    one->kind = SETTLE_RETURN;
    one->attempt_id = flight->attempt_id;
    one->provider = provider->index;
    flights_remove(&engine->flights, flight);
    dispatch_free(&flight->dispatch);
    free(flight);
}

static bool is_admitted(const struct provider *provider,
                        const struct outgoing *message, struct error *why)
{
    const struct engine_provider *config = provider->config;
    if (config->driver->admits &&
        !config->driver->admits(provider->driver, message, why))
        return false;
    return !config->admits || config->admits(config->admits_arg, message, why);
}

static void flight_submit(struct provider *provider, struct flight *flight)
{
    const struct channel_driver *driver = provider->config->driver;
    struct outgoing *message = &flight->dispatch.message;
    struct error why = {0};
    window_size_take(&provider->window, 1);
    flight->submitted = true;
    if (!is_admitted(provider, message, &why)) {
        struct driver_event refused = {.outcome = OUTCOME_BAD_CONTENT,
                                       .ended = true,
                                       .rank = 100,
                                       .at = provider->engine->now,
                                       .status = "refused",
                                       .detail = why.text,
                                       .retry_after_ms = -1};
        on_event(provider, flight->attempt_id, &refused);
        return;
    }
    provider->burst = true;
    driver->submit(provider->driver, message);
}

static void provider_submit(struct provider *provider)
{
    struct engine *engine = provider->engine;
    while (provider->ready_count > 0) {
        struct flight *next = provider->ready[provider->ready_at];
        bool old = engine->mono - next->ready_at > HAND_OVER_MS;
        bool closed = !circuit_admits(&provider->circuit, engine->mono);
        if (old || closed || engine->dead) {
            /* It is slower than it was: run ahead of it no further. */
            provider->per_ms = 0;
            flight_return(provider, ready_take(provider));
            continue;
        }
        if (window_size_free(&provider->window) == 0)
            return;
        flight_submit(provider, ready_take(provider));
    }
}

void providers_return_ready(struct engine *engine)
{
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        while (provider->ready_count > 0)
            flight_return(provider, ready_take(provider));
    }
}

/* A driver that never says a last word must not hold a permit for ever. What
 * it said before stands (S-18: taken, and no receipt); where it never said
 * anything, nobody knows what became of the message. */
#define FLIGHT_MOST_MS (2 * HOUR_MS)

static void flight_abandon(struct engine *engine, struct flight *flight)
{
    struct provider *provider = &engine->providers[flight->provider];
    const struct driver_event event = {
        .outcome = flight->spoken ? OUTCOME_NONE : OUTCOME_UNKNOWN,
        .ended = true,
        .rank = flight->spoken ? 0 : 100,
        .at = engine->now,
        .status = "abandoned",
        .detail = "the driver never said what became of it",
        .retry_after_ms = -1,
    };
    struct settlement *one = engine_settlement(engine);
    one->kind = SETTLE_EVENT;
    one->attempt_id = flight->attempt_id;
    one->provider = provider->index;
    one->event = event;
    settlement_own(one);
    attempt_log(provider, flight, &event);
    engine->abandoned =
        memory_grow(engine->abandoned, engine->abandoned_count + 1,
                    sizeof(engine->abandoned[0]));
    engine->abandoned[engine->abandoned_count++] = flight->dispatch;
    flight->dispatch = (struct dispatch){0};
    flight_end(provider, flight, &event);
}

static struct flight *flight_overdue(const struct engine *engine)
{
    const struct flights *flights = &engine->flights;
    for (size_t i = 0; i < flights->room; i++) {
        struct flight *flight = flights->slots[i];
        if (flight && flight->submitted &&
            engine->mono - flight->ready_at > FLIGHT_MOST_MS)
            return flight;
    }
    return NULL;
}

static void flights_look_over(struct engine *engine)
{
    struct flight *flight;
    if (engine->flights.count == 0 || engine->mono < engine->abandon_at)
        return;
    engine->abandon_at = engine->mono + MINUTE_MS;
    while ((flight = flight_overdue(engine)))
        flight_abandon(engine, flight);
}

void providers_run(struct engine *engine)
{
    flights_look_over(engine);
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        const struct channel_driver *driver = provider->config->driver;
        provider_kept(provider);
        provider_poll(provider);
        provider_submit(provider);
        if (!driver->tick ||
            (!provider->burst && engine->now < provider->tick_at))
            continue;
        provider->burst = false;
        provider->tick_at = driver->tick(provider->driver, engine->now);
    }
}

/* Permits
 * ----------------------------------------------------------------------------
 */

int provider_permits(struct provider *provider)
{
    struct engine *engine = provider->engine;
    if (!circuit_admits(&provider->circuit, engine->mono))
        return 0;
    int taken = (int)provider->ready_count + provider->reserved;
    if (provider->circuit.state == CIRCUIT_HALF_OPEN)
        return taken + provider->window.in_use == 0 ? 1 : 0;
    int batch = engine->config.batch;
    double ahead = provider->per_ms * AHEAD_MS;
    if (ahead > 2.0 * batch)
        ahead = 2.0 * batch;
    int most = window_size_free(&provider->window) + (int)ahead - taken;
    if (most > batch)
        most = batch;
    if (most <= 0)
        return 0;
    /* Small claims cost a commit each: wait until a fair part is free, as
     * long as enough is on its way. */
    int fair = ((int)provider->window.size + (int)ahead) / 4;
    if (fair > batch)
        fair = batch;
    if (engine->config.threaded && taken > 0 && most < fair)
        return 0;
    return rate_available(&provider->rate, engine->mono, most);
}

instant provider_opens(struct provider *provider)
{
    struct engine *engine = provider->engine;
    if (provider->circuit.state == CIRCUIT_OPEN)
        return engine->now + (provider->circuit.until - engine->mono);
    if (window_size_free(&provider->window) == 0)
        return INSTANT_NEVER;
    int64_t wait = rate_next(&provider->rate, engine->mono);
    return wait > 0 ? engine->now + wait : INSTANT_NEVER;
}

instant providers_next(struct engine *engine)
{
    instant next = INSTANT_NEVER;
    if (engine->flights.count > 0)
        next = engine->now + (engine->abandon_at - engine->mono);
    for (size_t i = 0; i < engine->provider_count; i++) {
        const struct provider *provider = &engine->providers[i];
        const struct channel_driver *driver = provider->config->driver;
        if (driver->tick && provider->tick_at < next)
            next = provider->tick_at;
        if (driver->tick && provider->burst)
            next = engine->now;
        if (provider_may_poll(provider) && provider->poll_at < next)
            next = provider->poll_at;
        if (provider->ready_count > 0) {
            const struct flight *oldest = provider->ready[provider->ready_at];
            int64_t left = oldest->ready_at + HAND_OVER_MS + 1 - engine->mono;
            if (engine->now + left < next)
                next = engine->now + left;
        }
    }
    return next < engine->now ? engine->now : next;
}
