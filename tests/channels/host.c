/* SPDX-License-Identifier: Apache-2.0 */
/* A driver's owner for tests: plain records, and rules 2 and 3 of the
 * contract checked at every event. */
#include "tests/channels/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

#include "io/http.h"
#include "io/loop.h"

static void host_copy(struct host_event *to, const struct driver_event *from)
{
    to->outcome = from->outcome;
    to->ended = from->ended;
    to->rank = from->rank;
    to->at = from->at;
    to->retry_after_ms = from->retry_after_ms;
    to->segments = from->segments;
    text_copy(to->status, sizeof(to->status), from->status ? from->status : "");
    text_copy(to->code, sizeof(to->code), from->code ? from->code : "");
    text_copy(to->provider_id, sizeof(to->provider_id),
              from->provider_id ? from->provider_id : "");
    text_copy(to->detail, sizeof(to->detail), from->detail ? from->detail : "");
}

static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    struct host *host = arg;
    const struct host_event *last = host_last(host, attempt_id);
    struct host_event *kept = &host->events[host->event_count];

    assert_false(host->inside); /* rule 2 */
    if (last)
        assert_false(last->ended); /* rule 3 */
    assert_true(host->event_count < HOST_KEPT);
    memset(kept, 0, sizeof(*kept));
    kept->attempt_id = attempt_id;
    host_copy(kept, event);
    host->event_count++;
    if (event->ended)
        host->ended_count++;
}

static void on_receipt(void *arg, const char *reference,
                       const char *provider_id,
                       const struct driver_event *event)
{
    struct host *host = arg;
    struct host_event *kept = &host->receipts[host->receipt_count];

    assert_true(host->receipt_count < 64);
    host_copy(kept, event);
    text_copy(kept->reference, sizeof(kept->reference),
              reference ? reference : "");
    if (provider_id)
        text_copy(kept->provider_id, sizeof(kept->provider_id), provider_id);
    host->receipt_count++;
}

static void on_reply(void *arg, const struct driver_reply *reply)
{
    struct host *host = arg;
    struct host_reply *kept = &host->replies[host->reply_count];

    assert_true(host->reply_count < 64);
    kept->channel = reply->channel;
    kept->received_at = reply->received_at;
    text_copy(kept->from, sizeof(kept->from), reply->from);
    text_copy(kept->to, sizeof(kept->to), reply->to);
    text_copy(kept->text, sizeof(kept->text), reply->text);
    text_copy(kept->provider_id, sizeof(kept->provider_id),
              reply->provider_id ? reply->provider_id : "");
    text_copy(kept->about, sizeof(kept->about),
              reply->about ? reply->about : "");
    text_copy(kept->intent, sizeof(kept->intent),
              reply->intent ? reply->intent : "");
    kept->answered = reply->answered;
    host->reply_count++;
}

static void on_polled(void *arg, const char *cursor, bool ok)
{
    struct host *host = arg;

    if (cursor)
        text_copy(host->cursor, sizeof(host->cursor), cursor);
    host->polls++;
    if (ok)
        host->polls_ok++;
}

static void on_sent(void *arg, const struct driver_sent *sent,
                    const struct driver_event *event)
{
    struct host *host = arg;
    struct host_event *kept = &host->sent[host->sent_count];

    assert_true(host->sent_count < 64);
    host_copy(kept, event);
    kept->at = sent->at;
    text_copy(kept->detail, sizeof(kept->detail), sent->to);
    text_copy(kept->reference, sizeof(kept->reference), sent->text);
    text_copy(kept->provider_id, sizeof(kept->provider_id), sent->provider_id);
    host->sent_count++;
}

void host_restored(struct host *host, instant since)
{
    host->face.sent = on_sent;
    host->face.sent_since = since;
}

struct host *host_new(void)
{
    struct host *host = memory_new(sizeof(*host));

    host->face = (struct driver_host){
        .arg = host,
        .event = on_event,
        .receipt = on_receipt,
        .reply = on_reply,
        .polled = on_polled,
    };
    return host;
}

bool host_open(struct host *host, const char *json, struct error *err)
{
    struct driver_config config = {
        .name = "test",
        .path = "outreach.json",
        .directory = "/tmp",
        .organisation = "Lakeside Clinic",
        .country = "US",
        .hook_url = host->hook_url,
    };

    host->doc = json_parse(json, strlen(json), JSON_COMMENTS, err, NULL);
    if (!host->doc)
        return false;
    config.doc = host->doc;
    config.node = json_root(host->doc);
    if (!host->table)
        host->table = driver_find(json_get_text(config.node, "driver"), err);
    if (host->table)
        host->driver = host->table->open(&config, &host->face, err);
    return host->driver != NULL;
}

void host_must_open(struct host *host, const char *json)
{
    struct error err = {0};

    if (!host_open(host, json, &err))
        fail_msg("%s", err.text);
}

void host_close(struct host *host)
{
    if (host->driver)
        host->table->close(host->driver);
    host->driver = NULL;
    json_free(host->doc);
    host->doc = NULL;
}

void host_network(struct host *host)
{
    static const struct http_limits limits = {
        .connect_ms = 500,
        .total_ms = 500,
        .response_bytes = 1 << 20,
    };
    struct error err = {0};

    host->loop = loop_new();
    host->face.http = http_new(host->loop, &limits, &err);
    if (!host->face.http)
        fail_msg("%s", err.text);
}

struct wait {
    struct host *host;
    const size_t *counter;
    size_t value;
    struct timer *timer;
    int rounds;
};

static void on_round(void *arg)
{
    struct wait *wait = arg;
    struct host *host = wait->host;

    if (host->driver && host->table->tick)
        host->table->tick(host->driver, clock_now());
    if (*wait->counter >= wait->value || wait->rounds++ > 2500) {
        loop_stop(host->loop);
        return;
    }
    timer_start(wait->timer, 2);
}

void host_wait(struct host *host, const size_t *counter, size_t value)
{
    struct wait wait = {.host = host, .counter = counter, .value = value};

    wait.timer = timer_new(host->loop, on_round, &wait);
    timer_start(wait.timer, 0);
    loop_run(host->loop);
    timer_free(wait.timer);
    if (*counter < value)
        fail_msg("waited for %zu, there are %zu", value, *counter);
}

void host_free(struct host *host)
{
    host_close(host);
    if (host->loop) {
        http_free(host->face.http);
        loop_free(host->loop);
    }
    free(host);
}

void host_must_refuse(const char *json, const char *part)
{
    struct host *host = host_new();
    struct error err = {0};

    if (host_open(host, json, &err))
        fail_msg("opened: %s", json);
    if (!strstr(err.text, part))
        fail_msg("expected '%s' in: %s", part, err.text);
    host_free(host);
}

struct outgoing host_sms(int64_t id, const char *to, const char *text)
{
    static char references[8][24];
    char *reference = references[id % 8];

    snprintf(reference, sizeof(references[0]), "o7-%lld", (long long)id);
    return (struct outgoing){
        .attempt_id = id,
        .reference = reference,
        .channel = CHANNEL_SMS,
        .to = to,
        .language = "en",
        .text = text,
        .submitted_at = HOST_NOW,
        .valid_until = INSTANT_NEVER,
    };
}

void host_submit(struct host *host, const struct outgoing *message)
{
    host->inside = true;
    host->table->submit(host->driver, message);
    host->inside = false;
}

static void on_query(void *arg, int64_t attempt_id, enum driver_answer answer,
                     const struct driver_event *event)
{
    struct host *host = arg;

    assert_false(host->inside);
    host->queries++;
    host->answer = answer;
    memset(&host->found, 0, sizeof(host->found));
    host->found.attempt_id = attempt_id;
    if (event)
        host_copy(&host->found, event);
}

void host_query(struct host *host, const struct outgoing *message)
{
    struct driver_query query = {
        .attempt_id = message->attempt_id,
        .reference = message->reference,
        .channel = message->channel,
        .to = message->to,
        .text = message->text,
        .submitted_at = message->submitted_at,
    };

    host->inside = true;
    host->table->query(host->driver, &query, on_query, host);
    host->inside = false;
}

const struct host_event *host_last(const struct host *host, int64_t id)
{
    for (size_t i = host->event_count; i > 0; i--)
        if (host->events[i - 1].attempt_id == id)
            return &host->events[i - 1];
    return NULL;
}
