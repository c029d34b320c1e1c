/* SPDX-License-Identifier: Apache-2.0 */
/* The fake driver: a provider made of a script, a seed and a heap of moments.
 *
 * It is asynchronous even where it could answer at once: submit(), query()
 * and poll() only put moments on the heap, and tick() plays those that are
 * due, in order of time and then of arrival. It reaches nobody, asks nobody
 * for the time (a moment's time is the submit's plus what the script says)
 * and gives the same events for the same seed. */
#include "channels/fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/driver.h"
#include "channels/fake_log.h"
#include "channels/fake_rules.h"

/* An attempt with moments to come, or without its `ended`. */
struct fake_attempt {
    int64_t attempt_id; /* 0: the slot is free */
    char *reference;
    char *provider_id;
    struct fake_answer *own; /* what a callback decided; NULL: the script's */
    size_t moments;
    bool ended;
    size_t next_free;
};

enum fake_kind { FAKE_EVENT, FAKE_QUERY, FAKE_POLL };

struct fake_moment {
    instant at;
    uint64_t order;
    enum fake_kind kind;
    size_t slot;                    /* FAKE_EVENT */
    const struct fake_event *event; /* FAKE_EVENT */
    struct fake_ask *ask;           /* FAKE_QUERY, FAKE_POLL */
};

/* A question that is answered later. */
struct fake_ask {
    int64_t attempt_id;
    enum driver_answer answer;
    enum outcome outcome;
    driver_query_fn *fn;
    void *arg;
    size_t cursor;
    char provider_id[40];
};

struct fake_inbound {
    enum channel channel;
    char *from;
    char *to;
    char *text;
    instant at;
};

struct driver {
    struct driver_host host;
    struct driver *next;
    char *name;
    struct fake_rules *rules;
    fake_answer_fn *answer;
    void *answer_arg;
    instant now;
    uint64_t order;
    struct fake_moment *heap;
    size_t heap_count;
    size_t heap_cap;
    struct fake_attempt *attempts; /* slot 0 is never used */
    size_t attempt_count;
    size_t first_free;
    size_t under_way;
    struct fake_log log;
    struct fake_inbound *inbound;
    size_t inbound_count;
    size_t inbound_cap;
};

static struct driver *opened; /* a list; loop thread only */

/* --- the heap of moments ------------------------------------------------ */

static bool moment_before(const struct fake_moment *a,
                          const struct fake_moment *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void heap_push(struct driver *driver, struct fake_moment moment)
{
    size_t i = driver->heap_count++;

    if (driver->heap_count > driver->heap_cap) {
        driver->heap_cap = driver->heap_cap ? 2 * driver->heap_cap : 64;
        driver->heap =
            memory_grow(driver->heap, driver->heap_cap, sizeof(*driver->heap));
    }
    moment.order = driver->order++;
    while (i > 0 && moment_before(&moment, &driver->heap[(i - 1) / 2])) {
        driver->heap[i] = driver->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    driver->heap[i] = moment;
}

static struct fake_moment heap_pop(struct driver *driver)
{
    struct fake_moment first = driver->heap[0];
    struct fake_moment last = driver->heap[--driver->heap_count];
    size_t count = driver->heap_count;
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= count)
            break;
        if (child + 1 < count &&
            moment_before(&driver->heap[child + 1], &driver->heap[child]))
            child++;
        if (!moment_before(&driver->heap[child], &last))
            break;
        driver->heap[i] = driver->heap[child];
        i = child;
    }
    if (count > 0)
        driver->heap[i] = last;
    return first;
}

/* --- attempts ----------------------------------------------------------- */

static size_t attempt_new(struct driver *driver, int64_t attempt_id,
                          const char *reference)
{
    size_t slot = driver->first_free;

    if (slot) {
        driver->first_free = driver->attempts[slot].next_free;
    } else {
        slot = driver->attempt_count ? driver->attempt_count : 1;
        if ((slot & (slot - 1)) == 0)
            driver->attempts = memory_grow(driver->attempts, 2 * slot,
                                           sizeof(*driver->attempts));
        driver->attempt_count = slot + 1;
    }
    driver->attempts[slot] = (struct fake_attempt){
        .attempt_id = attempt_id,
        .reference = memory_text(reference),
    };
    driver->under_way++;
    return slot;
}

/* Frees the slot once it has ended and no late moment needs it. */
static void attempt_release(struct driver *driver, size_t slot)
{
    struct fake_attempt *attempt = &driver->attempts[slot];

    if (!attempt->ended || attempt->moments > 0)
        return;
    free(attempt->reference);
    free(attempt->provider_id);
    free(attempt->own);
    *attempt = (struct fake_attempt){.next_free = driver->first_free};
    driver->first_free = slot;
}

static void attempt_end(struct driver *driver, struct fake_attempt *attempt)
{
    attempt->ended = true;
    driver->under_way--;
}

/* --- the driver --------------------------------------------------------- */

static struct driver *fake_open(const struct driver_config *config,
                                const struct driver_host *host,
                                struct error *err)
{
    struct fake_rules *rules = fake_rules_read(config, err);
    struct driver *driver;

    if (!rules)
        return NULL;
    driver = memory_new(sizeof(*driver));
    driver->host = *host;
    driver->name = memory_text(config->name ? config->name : "fake");
    driver->rules = rules;
    fake_log_init(&driver->log, (size_t)rules->log);
    driver->next = opened;
    opened = driver;
    return driver;
}

static void fake_say(struct driver *driver, size_t slot,
                     const struct fake_event *event, instant at)
{
    struct fake_attempt *attempt = &driver->attempts[slot];
    const struct driver_host *host = &driver->host;
    bool known = outcome_evidence(event->outcome) >= EVIDENCE_ACCEPTED;
    struct driver_event said = {
        .outcome = event->outcome,
        .ended = event->ended,
        .rank = event->rank,
        .at = at,
        .status =
            event->status[0] ? event->status : outcome_name(event->outcome),
        .code = event->code[0] ? event->code : NULL,
        .provider_id = event->provider_id[0] ? event->provider_id
                       : known               ? attempt->provider_id
                                             : NULL,
        .detail = event->detail[0] ? event->detail : NULL,
        .retry_after_ms = event->retry_after_ms,
        .segments = event->segments,
    };

    if (attempt->ended || event->receipt) {
        host->receipt(host->arg, attempt->reference, attempt->provider_id,
                      &said);
        return;
    }
    if (event->ended)
        attempt_end(driver, attempt);
    host->event(host->arg, attempt->attempt_id, &said);
}

static void fake_answer_query(struct fake_ask *ask, instant at)
{
    struct driver_event event = {
        .outcome = ask->outcome,
        .ended = true,
        .at = at,
        .status = outcome_name(ask->outcome),
        .provider_id = ask->provider_id[0] ? ask->provider_id : NULL,
        .retry_after_ms = -1,
    };

    ask->fn(ask->arg, ask->attempt_id, ask->answer,
            ask->answer == DRIVER_FOUND ? &event : NULL);
    free(ask);
}

static void fake_answer_poll(struct driver *driver, struct fake_ask *ask,
                             instant now)
{
    size_t i = ask->cursor;
    char cursor[24];

    free(ask);
    for (; i < driver->inbound_count && driver->inbound[i].at <= now; i++) {
        struct fake_inbound inbound = driver->inbound[i];
        char id[32];
        struct driver_reply reply = {
            .channel = inbound.channel,
            .from = inbound.from,
            .to = inbound.to,
            .text = inbound.text,
            .provider_id = id,
            .received_at = inbound.at,
        };

        snprintf(id, sizeof(id), "FR%zu", i + 1);
        driver->host.reply(driver->host.arg, &reply);
    }
    snprintf(cursor, sizeof(cursor), "%zu", i);
    driver->host.polled(driver->host.arg, cursor, true);
}

static void fake_play(struct driver *driver, const struct fake_moment *moment,
                      instant now)
{
    switch (moment->kind) {
    case FAKE_EVENT:
        driver->attempts[moment->slot].moments--;
        fake_say(driver, moment->slot, moment->event, moment->at);
        attempt_release(driver, moment->slot);
        return;
    case FAKE_QUERY:
        fake_answer_query(moment->ask, now);
        return;
    case FAKE_POLL:
        fake_answer_poll(driver, moment->ask, now);
        return;
    }
}

static instant fake_tick(struct driver *driver, instant now)
{
    uint64_t last = driver->order;

    if (now > driver->now)
        driver->now = now;
    /* What the events themselves bring waits for the next call, so that a
     * host that sends again at once does not hold us here for ever. */
    while (driver->heap_count > 0 && driver->heap[0].at <= now &&
           driver->heap[0].order < last) {
        struct fake_moment moment = heap_pop(driver);

        fake_play(driver, &moment, now);
    }
    return driver->heap_count > 0 ? driver->heap[0].at : INSTANT_NEVER;
}

static void fake_schedule(struct driver *driver, size_t slot, instant from,
                          const struct fake_answer *answer)
{
    int64_t jitter = driver->rules->jitter_ms;

    if (jitter > 0)
        from += (int64_t)(random_unit(&driver->rules->random) * (double)jitter);
    driver->attempts[slot].moments = answer->count;
    for (size_t i = 0; i < answer->count; i++)
        heap_push(driver, (struct fake_moment){
                              .at = from + answer->events[i].after_ms,
                              .kind = FAKE_EVENT,
                              .slot = slot,
                              .event = &answer->events[i],
                          });
}

static void fake_submit(struct driver *driver, const struct outgoing *message)
{
    struct fake_rule *rule = fake_rules_pick(driver->rules, message);
    size_t slot = attempt_new(driver, message->attempt_id, message->reference);
    struct fake_attempt *attempt = &driver->attempts[slot];
    const struct fake_answer *answer = &rule->answer;
    char id[32];

    snprintf(id, sizeof(id), "F%zu", driver->log.submitted + 1);
    attempt->provider_id = memory_text(id);
    fake_log_add(&driver->log, message, id, rule);
    if (message->submitted_at > driver->now)
        driver->now = message->submitted_at;
    if (driver->answer) {
        attempt->own = memory_new(sizeof(*attempt->own));
        driver->answer(driver->answer_arg, fake_last(driver), attempt->own);
        answer = attempt->own;
    } else if (rule->reply) {
        fake_reply(driver, message->channel, message->to, "", rule->reply,
                   message->submitted_at + rule->reply_after_ms);
    }
    fake_schedule(driver, slot, message->submitted_at, answer);
}

/* What came of a message we saw: by the rule, else by its last event. */
static void fake_know(const struct fake_logged *entry, struct fake_ask *ask)
{
    const struct fake_rule *rule = entry->rule;
    const struct fake_answer *answer = &rule->answer;

    text_copy(ask->provider_id, sizeof(ask->provider_id),
              entry->message.provider_id);
    if (rule->query_said) {
        ask->answer = rule->query;
        ask->outcome = rule->query_outcome;
        return;
    }
    ask->answer = DRIVER_FOUND;
    ask->outcome = OUTCOME_ACCEPTED;
    if (answer->count > 0 &&
        outcome_evidence(answer->events[answer->count - 1].outcome) >=
            EVIDENCE_ACCEPTED)
        ask->outcome = answer->events[answer->count - 1].outcome;
}

static void fake_query(struct driver *driver, const struct driver_query *query,
                       driver_query_fn *fn, void *arg)
{
    const struct fake_logged *entry =
        fake_log_find(&driver->log, query->reference);
    struct fake_ask *ask = memory_new(sizeof(*ask));

    ask->attempt_id = query->attempt_id;
    ask->fn = fn;
    ask->arg = arg;
    if (entry)
        fake_know(entry, ask);
    else
        ask->answer = driver->log.submitted > driver->log.cap
                          ? DRIVER_CANNOT_SAY
                          : DRIVER_ABSENT;
    heap_push(driver, (struct fake_moment){
                          .at = driver->now, .kind = FAKE_QUERY, .ask = ask});
}

static void fake_poll(struct driver *driver, const char *cursor)
{
    struct fake_ask *ask = memory_new(sizeof(*ask));

    ask->cursor = cursor ? (size_t)strtoull(cursor, NULL, 10) : 0;
    heap_push(driver, (struct fake_moment){
                          .at = driver->now, .kind = FAKE_POLL, .ask = ask});
}

/* Rule 7: what has not ended is unknown now, and questions are answered. */
static void fake_account(struct driver *driver)
{
    static const struct fake_event gone = {
        .outcome = OUTCOME_UNKNOWN,
        .ended = true,
        .retry_after_ms = -1,
        .detail = "the driver was closed",
    };

    for (size_t i = 0; i < driver->heap_count; i++) {
        struct fake_moment *moment = &driver->heap[i];

        if (moment->kind == FAKE_QUERY) {
            moment->ask->answer = DRIVER_CANNOT_SAY;
            fake_answer_query(moment->ask, driver->now);
        } else if (moment->kind == FAKE_POLL) {
            free(moment->ask);
            driver->host.polled(driver->host.arg, NULL, false);
        }
    }
    for (size_t i = 1; i < driver->attempt_count; i++) {
        struct fake_attempt *attempt = &driver->attempts[i];

        if (attempt->attempt_id && !attempt->ended)
            fake_say(driver, i, &gone, driver->now);
        free(attempt->reference);
        free(attempt->provider_id);
        free(attempt->own);
    }
}

static void fake_close(struct driver *driver)
{
    struct driver **link = &opened;

    if (!driver)
        return;
    while (*link && *link != driver)
        link = &(*link)->next;
    if (*link)
        *link = driver->next;
    fake_account(driver);
    for (size_t i = 0; i < driver->inbound_count; i++) {
        free(driver->inbound[i].from);
        free(driver->inbound[i].to);
        free(driver->inbound[i].text);
    }
    fake_rules_free(driver->rules);
    free(driver->inbound);
    free(driver->attempts);
    free(driver->heap);
    fake_log_free(&driver->log);
    free(driver->name);
    free(driver);
}

static enum evidence fake_evidence(const struct driver *driver,
                                   enum channel channel)
{
    return driver->rules->evidence[channel];
}

/* --- for tests, the simulator and the sandbox --------------------------- */

struct driver *fake_find(const char *name)
{
    struct driver *driver = opened;

    while (driver && name && !text_equal(driver->name, name))
        driver = driver->next;
    return driver;
}

size_t fake_count(const struct driver *driver)
{
    return driver->log.submitted;
}

const struct fake_message *fake_message(const struct driver *driver, size_t i)
{
    const struct fake_logged *entry = fake_log_at(&driver->log, i);

    return entry ? &entry->message : NULL;
}

const struct fake_message *fake_last(const struct driver *driver)
{
    return driver->log.submitted > 0
               ? fake_message(driver, driver->log.submitted - 1)
               : NULL;
}

size_t fake_under_way(const struct driver *driver)
{
    return driver->under_way;
}

bool fake_script(struct driver *driver, const char *json, struct error *err)
{
    struct json *doc = json_parse(json, strlen(json), JSON_COMMENTS, err, NULL);
    struct driver_config config = {.name = driver->name, .path = "script"};
    struct fake_rules *rules;

    if (!doc)
        return false;
    config.doc = doc;
    config.node = json_root(doc);
    rules = fake_rules_read(&config, err);
    json_free(doc);
    if (!rules)
        return false;
    rules->older = driver->rules;
    driver->rules = rules;
    return true;
}

/* Kept in order of time, so that a cursor is a count. */
void fake_reply(struct driver *driver, enum channel channel, const char *from,
                const char *to, const char *text, instant at)
{
    size_t i = driver->inbound_count++;

    if (driver->inbound_count > driver->inbound_cap) {
        driver->inbound_cap = driver->inbound_cap ? 2 * driver->inbound_cap : 8;
        driver->inbound = memory_grow(driver->inbound, driver->inbound_cap,
                                      sizeof(*driver->inbound));
    }
    for (; i > 0 && driver->inbound[i - 1].at > at; i--)
        driver->inbound[i] = driver->inbound[i - 1];
    driver->inbound[i] = (struct fake_inbound){
        .channel = channel,
        .from = memory_text(from),
        .to = memory_text(to),
        .text = memory_text(text),
        .at = at,
    };
}

void fake_on_submit(struct driver *driver, fake_answer_fn *fn, void *arg)
{
    driver->answer = fn;
    driver->answer_arg = arg;
}

static const char *const fake_members[] = {
    "answers",  "default",   "seed",       "log",
    "evidence", "jitter_ms", "latency_ms", NULL};
static const char *const fake_secrets[] = {NULL};

static bool by_id(const struct driver *driver)
{
    (void)driver;
    return true;
}

const struct channel_driver driver_fake = {
    .name = "fake",
    .channels = 1u << CHANNEL_SMS | 1u << CHANNEL_EMAIL | 1u << CHANNEL_VOICE,
    .live = false,
    .secrets = fake_secrets,
    .members = fake_members,
    .open = fake_open,
    .close = fake_close,
    .evidence = fake_evidence,
    .submit = fake_submit,
    .query = fake_query,
    .by_id = by_id,
    .poll = fake_poll,
    .tick = fake_tick,
};
