/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHANNELS_HOST_H
#define TESTS_CHANNELS_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "channels/driver.h"

struct loop;

/* The owner of a driver in tests: opens one from a text of configuration,
 * keeps every event, receipt and reply, and fails the test when an attempt
 * breaks rule 3 (something after `ended`). */
struct host_event {
    int64_t attempt_id;
    enum outcome outcome;
    bool ended;
    int rank;
    instant at;
    int64_t retry_after_ms;
    int32_t segments;
    char status[64];
    char code[32];
    char provider_id[128];
    char detail[256];
    char reference[64]; /* receipts */
};
struct host_reply {
    enum channel channel;
    char from[32];
    char to[32];
    char text[256];
    char provider_id[64];
    char about[64];
    char intent[32]; /* "": it has none of its own */
    bool answered;
    instant received_at;
};

#define HOST_KEPT 4096
struct host {
    struct driver_host face;
    const struct channel_driver *table;
    struct driver *driver;
    struct json *doc;
    struct loop *loop;    /* host_network() */
    const char *hook_url; /* NULL: nobody can call it */
    bool inside;          /* of a submit: events are forbidden */
    struct host_event events[HOST_KEPT];
    size_t event_count;
    size_t ended_count;
    struct host_event receipts[64];
    size_t receipt_count;
    struct host_reply replies[64];
    size_t reply_count;
    /* As events of the provider's list, the address in `detail`, the text in
     * `reference`. */
    struct host_event sent[64];
    size_t sent_count;
    char cursor[512];
    size_t polls; /* ended */
    size_t polls_ok;
    size_t queries;
    enum driver_answer answer;
    struct host_event found;
};

struct host *host_new(void);
/* As of a store that was restored: what was sent is told too. */
void host_restored(struct host *host, instant since);
void host_free(struct host *host);
/* Gives it a loop and HTTP with short time-outs, before opening. */
void host_network(struct host *host);
/* Runs the loop, with the driver's ticks, until *counter reaches `value`; the
 * test fails after five seconds. */
void host_wait(struct host *host, const size_t *counter, size_t value);
/* Opens the driver that the text names (or host->table, when that is set);
 * false: `err` says why. */
bool host_open(struct host *host, const char *json, struct error *err);
/* The same, and the test fails when it does not open. */
void host_must_open(struct host *host, const char *json);
void host_close(struct host *host);
/* Opening this must fail with an error that contains `part`. */
void host_must_refuse(const char *json, const char *part);

struct outgoing host_sms(int64_t id, const char *to, const char *text);
void host_submit(struct host *host, const struct outgoing *message);
void host_query(struct host *host, const struct outgoing *message);
/* The last event of an attempt, NULL when none came. */
const struct host_event *host_last(const struct host *host, int64_t id);

#define HOST_NOW INT64_C(1795435200000) /* 2026-11-23T12:00:00Z */

#endif
