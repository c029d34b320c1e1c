/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP face of the service: three routes, and whoever waits for a commit.
 * What is forged or wrong costs no look at the store. */
#include "app/callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/socket.h"

#include "app/config.h"
#include "app/feeders.h"
#include "app/fhir_in.h"
#include "app/refused.h"

#define HOOKS "/hooks/"
/* Providers give up after 15 s (Twilio) and come again. */
#define WAIT_MS (10 * SECOND_MS)
#define METRICS_MAX 16384
/* No request that was begun takes longer, and waits for its commit. */
#define LEAVE_MS ((LISTENER_REQUEST_SECONDS + 1) * SECOND_MS + WAIT_MS)

/* Told, and not durable yet; in the order of their tickets. */
struct waiting {
    struct waiting *next;
    const struct place *place;
    struct exchange *exchange;
    const char *type;      /* as of hook_answer */
    char *body;            /* ours: the driver speaks again meanwhile */
    int64_t ticket, until; /* monotonic */
};

/* Where they come to, and how providers know it: by that they sign, also who
 * comes while it is about to change. */
struct place {
    struct callers *callers;
    struct listener *listener; /* NULL: nowhere, or where the former one is */
    char *listen, *public_url;
    struct fhir_in *fhir; /* NULL: nobody can post */
};

/* Why a request was refused, by the status it got. */
static const struct {
    int status;
    const char *reason;
} refusals[] = {
    {400, "malformed"}, {401, "secret"},   {404, "path"},   {405, "method"},
    {408, "slow"},      {413, "body"},     {414, "target"}, {415, "type"},
    {431, "headers"},   {501, "encoding"}, {503, "full"},   {505, "version"},
    {0, "other"},
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

struct callers {
    struct loop *loop;
    struct place *place, *next, *leaving; /* NULL: none */
    struct timer *leave;
    struct engine *engine;
    struct waiting *first, **last;
    struct refused *refused;
    int64_t requests, refusals[REFUSALS];
    int64_t verdicts[HOOK_UNKNOWN + 1], given_up;
    struct feeders *feeders;
    struct fhir_figures fhir;
};

static void say(struct exchange *exchange, int status, const char *text)
{
    exchange_answer(exchange, status, text ? "text/plain" : NULL, text,
                    text ? strlen(text) : 0);
}

static void take(struct exchange *exchange, const char *type, const char *body)
{
    if (type)
        exchange_answer(exchange, 200, type, body, strlen(body));
    else
        exchange_answer(exchange, 204, NULL, NULL, 0);
}

/* Health and figures ----------------------------------------------------------
 */

static void tell_health(struct callers *callers, struct exchange *exchange)
{
    const char *trouble = callers->engine ? engine_trouble(callers->engine)
                                          : "the service is stopping";
    struct engine_totals totals = {0};
    if (callers->engine)
        engine_totals(callers->engine, &totals);
    /* a pause is somebody's will, and no ill service */
    say(exchange, trouble ? 503 : 200,
        trouble         ? trouble
        : totals.paused ? "paused: nothing is sent until `outreach resume "
                          "--all`\n"
                        : "ok\n");
}

struct figure {
    const char *name, *help;
    int64_t value;
    bool now; /* a gauge; else it only grows */
};

static void put_figure(struct buf *out, const struct figure *figure)
{
    buf_format(out,
               "# HELP outreach_%s %s\n# TYPE outreach_%s %s\n"
               "outreach_%s %lld\n",
               figure->name, figure->help, figure->name,
               figure->now ? "gauge" : "counter", figure->name,
               (long long)figure->value);
}

static void put_replies(struct buf *out, const struct engine_totals *totals)
{
    static const char *const names[REPLY_CLASSES] = {
        [REPLY_ANSWER] = "answer",
        [REPLY_OPT_OUT] = "opt-out",
        [REPLY_OPT_IN] = "opt-in",
        [REPLY_HELP] = "help",
        [REPLY_WRONG_NUMBER] = "wrong-number",
        [REPLY_EMERGENCY] = "emergency",
        [REPLY_ACKNOWLEDGED] = "acknowledged",
        [REPLY_UNCLEAR] = "unclear",
    };
    buf_text(out, "# HELP outreach_replies_total what patients wrote, and keys"
                  " that they pressed, by what they mean\n"
                  "# TYPE outreach_replies_total counter\n");
    for (int i = 0; i < REPLY_CLASSES; i++)
        buf_format(out, "outreach_replies_total{intent=\"%s\"} %lld\n",
                   names[i], (long long)totals->replies[i]);
}

static void put_objections(struct buf *out, const struct engine_totals *totals)
{
    buf_text(out, "# HELP outreach_objections_total times the gate objected,"
                  " by rule\n# TYPE outreach_objections_total counter\n");
    for (int i = 0; i < RULE_COUNT; i++)
        buf_format(out, "outreach_objections_total{rule=\"%s\"} %lld\n",
                   gate_rule_name((enum gate_rule)i),
                   (long long)totals->objections[i]);
}

static void put_refusals(struct buf *out, const struct callers *callers)
{
    buf_text(out, "# HELP outreach_http_refused_total requests that were"
                  " refused, by reason\n"
                  "# TYPE outreach_http_refused_total counter\n");
    for (size_t i = 0; i < REFUSALS; i++)
        buf_format(out, "outreach_http_refused_total{reason=\"%s\"} %lld\n",
                   refusals[i].reason, (long long)callers->refusals[i]);
}

static int64_t open_at(const struct place *place)
{
    return place ? listener_open(place->listener) : 0;
}

static void tell_figures(struct callers *callers, struct exchange *exchange)
{
    struct engine_totals totals = {0};
    const struct feeders_figures hl7 = feeders_figures(callers->feeders);
    struct buf out;
    if (callers->engine)
        engine_totals(callers->engine, &totals);
    const struct figure figures[] = {
        {"sent_total", "messages that a provider took", totals.sent, false},
        {"delivered_total", "messages that arrived", totals.delivered, false},
        {"failed_total", "messages that failed", totals.failed, false},
        {"unknown_total", "messages of which nobody knows", totals.unknown,
         false},
        {"suppressed_total", "messages that were refused", totals.suppressed,
         false},
        {"expired_total", "messages that came too late", totals.expired, false},
        {"cancelled_total", "messages that nobody needed any more",
         totals.cancelled, false},
        {"tasks_total", "tasks opened for people", totals.tasks, false},
        {"tasks_open", "tasks that nobody has done yet", totals.tasks_now.open,
         true},
        {"tasks_late", "those of them that are late", totals.tasks_now.late,
         true},
        {"tasks_urgent", "those of danger, due within 15 minutes of opening",
         totals.tasks_now.urgent, true},
        {"opt_outs_total", "opt-outs that were heard", totals.opt_outs, false},
        {"paused", "1 while everything is paused", totals.paused, true},
        {"receipts_lost_total", "receipts for messages that nobody knew",
         totals.receipts_lost, false},
        {"told_total", "notices that the outside took", totals.told, false},
        {"untold_total", "notices that were given up", totals.untold, false},
        {"longest_wait_seconds", "longest wait of a message that was due",
         totals.longest_wait_ms / SECOND_MS, true},
        {"hooks_taken_total", "calls of providers that were taken",
         callers->verdicts[HOOK_TAKEN], false},
        {"hooks_idle_total", "signed calls that are of nothing here",
         callers->verdicts[HOOK_IDLE], false},
        {"hooks_forged_total", "calls without a provider's signature",
         callers->verdicts[HOOK_FORGED], false},
        {"hooks_wrong_total", "signed calls that said nothing to be read",
         callers->verdicts[HOOK_WRONG], false},
        {"hooks_unknown_total", "calls for what no provider here has",
         callers->verdicts[HOOK_UNKNOWN], false},
        {"hooks_given_up_total", "calls that the store did not take in time",
         callers->given_up, false},
        {"fhir_taken_total", "posts of FHIR that were taken",
         callers->fhir.taken, false},
        {"fhir_wrong_total", "posts of FHIR that were wrong, or partly",
         callers->fhir.wrong, false},
        {"fhir_given_up_total", "posts that the store did not take in time",
         callers->fhir.given_up, false},
        {"hl7_taken_total", "messages over MLLP that were taken", hl7.taken,
         false},
        {"hl7_wrong_total", "messages over MLLP that were wrong, or partly",
         hl7.wrong, false},
        {"hl7_flawed_total",
         "fields that could not be read, of messages over"
         " MLLP",
         hl7.flawed, false},
        {"http_requests_total", "whole requests", callers->requests, false},
        {"http_connections", "connections now",
         open_at(callers->place) + open_at(callers->next) +
             open_at(callers->leaving),
         true},
    };
    buf_init(&out, METRICS_MAX);
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
        put_figure(&out, &figures[i]);
    put_replies(&out, &totals);
    put_objections(&out, &totals);
    put_refusals(&out, callers);
    exchange_answer(exchange, 200, "text/plain; version=0.0.4", out.data,
                    out.len);
    buf_free(&out);
}

/* Providers -------------------------------------------------------------------
 */

static const char *header_of(const void *arg, const char *name)
{
    return exchange_header(arg, name);
}

/* At once where nothing is to be committed first: who waits on the line hears
 * silence meanwhile, and no commit will come by to end it. */
static void wait_for(const struct place *place, struct exchange *exchange,
                     const struct hook_answer *answer, int64_t ticket)
{
    struct callers *callers = place->callers;
    if (ticket <= engine_kept(callers->engine)) {
        take(exchange, answer->type, answer->body);
        return;
    }
    struct waiting *one = memory_new(sizeof(*one));
    *one = (struct waiting){.place = place,
                            .exchange = exchange,
                            .type = answer->type,
                            .body = memory_text(answer->body),
                            .ticket = ticket,
                            .until = clock_monotonic_ms() + WAIT_MS};
    *callers->last = one;
    callers->last = &one->next;
}

/* Refused by its status: before it was heard, or where nothing is. */
static void refuse(struct callers *callers, int status)
{
    char text[64];
    size_t i = 0;
    while (refusals[i].status != status && refusals[i].status != 0)
        i++;
    callers->refusals[i]++;
    snprintf(text, sizeof(text), "result=refused reason=%s",
             refusals[i].reason);
    refused_tell(callers->refused, LOG_NOTICE, "http", text,
                 clock_monotonic_ms());
}

static void on_refused(void *arg, int status)
{
    const struct place *place = arg;
    refuse(place->callers, status);
}

/* `what`: only of a caller who signed; NULL. */
static void tell_hook(struct callers *callers, enum log_level level,
                      const char *result, const char *provider,
                      const char *what)
{
    char text[256];
    int len = snprintf(text, sizeof(text), "result=%s", result);
    if (provider)
        len += snprintf(text + len, sizeof(text) - (size_t)len, " provider=%s",
                        log_quote(provider));
    if (what)
        snprintf(text + len, sizeof(text) - (size_t)len, " what=%s",
                 log_quote(what));
    refused_tell(callers->refused, level, "hook", text, clock_monotonic_ms());
}

static void hear_provider(const struct place *place, struct exchange *exchange,
                          const char *provider, const char *what,
                          const char *query)
{
    struct callers *callers = place->callers;
    char url[LISTENER_TARGET_MAX + 512];
    size_t len;
    int64_t ticket;
    struct hook_answer answer = {0};
    const char *body = exchange_body(exchange, &len);
    snprintf(url, sizeof(url), "%s%s",
             place->public_url ? place->public_url : "",
             exchange_target(exchange));
    const struct driver_hook hook = {.what = what,
                                     .url = url,
                                     .query = query,
                                     .body = body,
                                     .body_len = len,
                                     .header = header_of,
                                     .header_arg = exchange};
    enum hook_verdict verdict =
        engine_hook(callers->engine, provider, &hook, &answer, &ticket);
    callers->verdicts[verdict]++;
    switch (verdict) {
    case HOOK_TAKEN:
        wait_for(place, exchange, &answer, ticket);
        return;
    case HOOK_IDLE:
        exchange_answer(exchange, 204, NULL, NULL, 0);
        return;
    case HOOK_FORGED:
        tell_hook(callers, LOG_NOTICE, "forged", provider, NULL);
        say(exchange, 403, NULL);
        return;
    case HOOK_WRONG:
        tell_hook(callers, LOG_WARNING, "wrong", provider, what);
        say(exchange, 400, NULL);
        return;
    case HOOK_UNKNOWN:
        tell_hook(callers, LOG_NOTICE, "unknown", NULL, NULL);
        say(exchange, 404, NULL);
        return;
    }
}

/* "main-sms/status?reference=o1-2" behind /hooks/ */
static void hear_hook(const struct place *place, struct exchange *exchange,
                      const char *rest)
{
    char provider[64], what[32];
    size_t name = strcspn(rest, "/?");
    const char *word = rest + name + (rest[name] == '/');
    size_t len = strcspn(word, "?");
    if (name == 0 || name >= sizeof(provider) || rest[name] != '/' ||
        len == 0 || len >= sizeof(what)) {
        refuse(place->callers, 404);
        say(exchange, 404, NULL);
        return;
    }
    snprintf(provider, sizeof(provider), "%.*s", (int)name, rest);
    snprintf(what, sizeof(what), "%.*s", (int)len, word);
    hear_provider(place, exchange, provider, what,
                  word[len] == '?' ? word + len + 1 : "");
}

/* Posts ---------------------------------------------------------------------*/

static size_t room(void *arg, struct exchange *exchange)
{
    const struct place *place = arg;
    return place->fhir && fhir_in_is_path(exchange_target(exchange))
               ? fhir_in_room(place->fhir, exchange)
               : LISTENER_BODY_MAX;
}

static void hear_fhir(const struct place *place, struct exchange *exchange)
{
    struct callers *callers = place->callers;
    callers->requests++;
    int status = fhir_in_hear(place->fhir, exchange);
    if (status)
        refuse(callers, status);
}

static void hear(void *arg, struct exchange *exchange)
{
    const struct place *place = arg;
    struct callers *callers = place->callers;
    const char *target = exchange_target(exchange);
    const char *method = exchange_method(exchange);
    bool hook = text_starts(target, HOOKS);
    if (place->fhir && fhir_in_is_path(target)) {
        hear_fhir(place, exchange);
        return;
    }
    bool known = hook || text_equal(target, "/healthz") ||
                 text_equal(target, "/metrics");
    bool allowed =
        hook ? text_equal(method, "POST")
             : text_equal(method, "GET") || text_equal(method, "HEAD");
    callers->requests++;
    if (!known || !allowed)
        refuse(callers, known ? 405 : 404);
    if (!known)
        say(exchange, 404, NULL);
    else if (!allowed)
        exchange_answer_method(exchange, hook ? "POST" : "GET, HEAD");
    else if (text_equal(target, "/healthz"))
        tell_health(callers, exchange);
    else if (text_equal(target, "/metrics"))
        tell_figures(callers, exchange);
    else if (!callers->engine)
        say(exchange, 503, NULL);
    else
        hear_hook(place, exchange, target + strlen(HOOKS));
}

/* The rest of the face ------------------------------------------------------*/

static void end_wait(struct callers *callers, struct waiting **link, bool kept)
{
    struct waiting *one = *link;
    *link = one->next;
    if (callers->last == &one->next)
        callers->last = link;
    if (kept)
        take(one->exchange, one->type, one->body);
    else
        say(one->exchange, 503, NULL);
    callers->given_up += !kept;
    if (!kept)
        tell_hook(callers, LOG_WARNING, "given-up", NULL, NULL);
    free(one->body);
    free(one);
}

void callers_step(struct callers *callers)
{
    int64_t kept = callers->engine ? engine_kept(callers->engine) : 0;
    while (callers->first && callers->first->ticket <= kept)
        end_wait(callers, &callers->first, true);
    while (callers->first && callers->first->until < clock_monotonic_ms())
        end_wait(callers, &callers->first, false);
    fhir_in_step(callers->place ? callers->place->fhir : NULL);
    fhir_in_step(callers->leaving ? callers->leaving->fhir : NULL);
    refused_step(callers->refused, clock_monotonic_ms());
}

void callers_serve(struct callers *callers, struct engine *engine)
{
    if (callers->engine == engine)
        return;
    callers_step(callers);
    while (callers->first)
        end_wait(callers, &callers->first, false);
    callers->engine = engine;
}

/* Places ----------------------------------------------------------------------
 */

static void place_free(struct place *place)
{
    if (!place)
        return;
    struct waiting **link = &place->callers->first;
    while (*link)
        if ((*link)->place == place)
            end_wait(place->callers, link, false);
        else
            link = &(*link)->next;
    fhir_in_free(place->fhir);
    listener_free(place->listener);
    free(place->listen);
    free(place->public_url);
    free(place);
}

static void left(void *arg)
{
    struct callers *callers = arg;
    place_free(callers->leaving);
    callers->leaving = NULL;
}

struct callers *callers_new(struct loop *loop, struct feeders *feeders)
{
    struct callers *callers = memory_new(sizeof(*callers));
    callers->loop = loop;
    callers->feeders = feeders;
    callers->last = &callers->first;
    callers->refused = refused_new();
    callers->leave = timer_new(loop, left, callers);
    return callers;
}

static bool is_same(const struct place *one, const struct place *other)
{
    return one && one->listen && other->listen &&
           socket_same(one->listen, other->listen);
}

bool callers_open(struct callers *callers, const struct config *config,
                  struct error *err)
{
    struct place *place = memory_new(sizeof(*place));
    *place = (struct place){.callers = callers,
                            .listen = memory_text(config->http.listen),
                            .public_url = memory_text(config->http.public_url)};
    if (!fhir_in_new(callers->feeders, config, &callers->fhir, &place->fhir,
                     err)) {
        place_free(place);
        return false;
    }
    if (place->listen && !is_same(callers->place, place)) {
        place->listener =
            listener_new(callers->loop, place->listen, hear, place, err);
        if (!place->listener) {
            place_free(place);
            err->kind = ERROR_CANNOT;
            return error_in(err, "http");
        }
        listener_on_refused(place->listener, on_refused);
        listener_on_head(place->listener, room);
    }
    callers->next = place;
    return true;
}

static void leave(struct callers *callers, struct place *place)
{
    left(callers);
    callers->leaving = place;
    if (place && place->listener) {
        listener_leave(place->listener);
        timer_start(callers->leave, LEAVE_MS);
    }
}

void callers_settle(struct callers *callers, bool moved)
{
    struct place *next = callers->next, *former = callers->place;
    callers->next = NULL;
    if (!moved) {
        place_free(next);
    } else if (next->listen && !next->listener) { /* it is the same */
        const struct place names = *former;
        former->listen = next->listen;
        former->public_url = next->public_url;
        former->fhir = next->fhir;
        next->listen = names.listen;
        next->public_url = names.public_url;
        next->fhir = names.fhir;
        place_free(next);
    } else {
        callers->place = next;
        leave(callers, former);
    }
}

void callers_free(struct callers *callers)
{
    if (!callers)
        return;
    callers_serve(callers, NULL);
    place_free(callers->next);
    place_free(callers->place);
    left(callers);
    timer_free(callers->leave);
    refused_free(callers->refused);
    free(callers);
}
