/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_FAKE_H
#define CHANNELS_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"

/* The scripted driver of the tests, the simulator and the sandbox. It is an
 * ordinary driver ("driver": "fake") and always asynchronous: nothing happens
 * before tick(). Its section of the configuration is its script:
 *
 *   { "driver": "fake", "seed": 7, "latency_ms": 80, "jitter_ms": 40,
 *     "evidence": {"sms": "delivered", "voice": "human"}, "log": 1000,
 *     "answers": [
 *       { "match": {"channel": "sms", "to": "0001", "text": "STOP", "nth": 2},
 *         "share": 0.1,
 *         "events": [{"after_ms": 50, "outcome": "accepted"},
 *                    {"after_ms": 900, "outcome": "delivered", "ended": true}],
 *         "reply": {"after_ms": 60000, "text": "C"},
 *         "query": {"answer": "found", "outcome": "delivered"} } ],
 *     "default": { "events": [...] } }
 *
 * The first rule that matches answers: `to` is the end of the address, `text`
 * a part of the text, `nth` the n-th message that matches the rest, `share` a
 * chance by `seed`. "events": [] never completes. Members of an event:
 * after_ms, outcome, ended, receipt, rank, status, code, provider_id, detail,
 * retry_after_ms, segments. What comes after `ended`, or is marked as a
 * receipt, goes to host->receipt. Without a rule: accepted after latency_ms,
 * and ended. query(): what the rule says, else found or absent by whether we
 * saw it. All functions: loop thread; `driver` is what open() gave. */
struct driver;

struct fake_message {
    int64_t attempt_id;
    enum channel channel;
    bool invites_reply;
    instant submitted_at;
    instant valid_until;
    const char *reference;
    const char *provider_id;
    const char *to;
    const char *language;
    const char *subject;
    const char *text;
    const char *html;
    const char *voicemail;
    const char *script;
    const char *calendar;
};

/* The open fake of this provider name (NULL: the one opened last), or NULL:
 * for those who did not open it themselves. */
struct driver *fake_find(const char *name);

/* How many messages were submitted since it was opened; of these the last
 * "log" (default 1000) are kept. The i-th from the start, NULL when not kept;
 * good until the next submit. */
size_t fake_count(const struct driver *driver);
const struct fake_message *fake_message(const struct driver *driver, size_t i);
const struct fake_message *fake_last(const struct driver *driver);
/* Attempts without an `ended` yet. */
size_t fake_under_way(const struct driver *driver);

/* Another script, as the JSON of a section; what is under way goes on by the
 * old one. */
bool fake_script(struct driver *driver, const char *json, struct error *err);

/* Something a patient sends; the first poll() at or after `at` finds it. */
void fake_reply(struct driver *driver, enum channel channel, const char *from,
                const char *to, const char *text, instant at);

struct fake_event {
    int64_t after_ms; /* since the submit */
    enum outcome outcome;
    bool ended;
    bool receipt;
    int rank;
    int64_t retry_after_ms; /* -1: not said */
    int32_t segments;
    char status[24];
    char code[16];
    char provider_id[40];
    char detail[80];
};
#define FAKE_EVENTS_MAX 8
struct fake_answer {
    size_t count; /* 0: never completes */
    struct fake_event events[FAKE_EVENTS_MAX];
};
/* Decides instead of the script (a simulator's world of patients). `answer`
 * comes zeroed. NULL gives the script back. */
typedef void fake_answer_fn(void *arg, const struct fake_message *message,
                            struct fake_answer *answer);
void fake_on_submit(struct driver *driver, fake_answer_fn *fn, void *arg);

#endif
