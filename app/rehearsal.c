/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the real drivers would refuse, known before anything goes live. They
 * are opened on a loop that never runs; only `admits` is called.
 */
#include "app/rehearsal.h"
#include "app/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "io/http.h"
#include "io/loop.h"

struct rehearsed {
    const struct channel_driver *driver;
    struct driver *open; /* NULL: it is not live, or could not be opened */
};

struct rehearsal {
    struct loop *loop;
    struct http *http;
    size_t count;
    struct rehearsed items[];
};

/* Nothing is submitted, asked or polled: nothing can be heard. */
static void on_event(void *arg, int64_t attempt_id,
                     const struct driver_event *event)
{
    (void)arg, (void)attempt_id, (void)event;
}
static void on_receipt(void *arg, const char *reference,
                       const char *provider_id,
                       const struct driver_event *event)
{
    (void)arg, (void)reference, (void)provider_id, (void)event;
}
static void on_reply(void *arg, const struct driver_reply *reply)
{
    (void)arg, (void)reply;
}
static void on_polled(void *arg, const char *cursor, bool ok)
{
    (void)arg, (void)cursor, (void)ok;
}

static bool admits(void *arg, const struct outgoing *message, struct error *err)
{
    const struct rehearsed *item = arg;
    return item->driver->admits(item->open, message, err);
}

static void item_open(struct rehearsal *rehearsal, struct rehearsed *item,
                      struct engine_provider *provider)
{
    struct error err = {0};
    struct driver_host host = {
        .arg = rehearsal,
        .event = on_event,
        .receipt = on_receipt,
        .reply = on_reply,
        .polled = on_polled,
        .http = rehearsal->http,
    };
    item->driver = provider->driver;
    if (!item->driver->live || !item->driver->admits)
        return;
    item->open = item->driver->open(&provider->config, &host, &err);
    if (!item->open) {
        print_to(stderr,
                 "outreach: what '%s' would refuse is not in this forecast: "
                 "%s\n",
                 provider->name, err.text);
        return;
    }
    provider->admits = admits;
    provider->admits_arg = item;
}

struct rehearsal *rehearsal_new(struct setup *setup)
{
    size_t count = setup->engine.provider_count;
    struct rehearsal *rehearsal =
        memory_new(sizeof(*rehearsal) + count * sizeof(rehearsal->items[0]));
    struct http_limits limits = {0};
    struct error err = {0};
    rehearsal->count = count;
    rehearsal->loop = loop_new();
    rehearsal->http = http_new(rehearsal->loop, &limits, &err);
    for (size_t i = 0; i < count && rehearsal->http; i++)
        item_open(rehearsal, &rehearsal->items[i], &setup->providers[i]);
    return rehearsal;
}

void rehearsal_free(struct rehearsal *rehearsal)
{
    if (!rehearsal)
        return;
    for (size_t i = 0; i < rehearsal->count; i++) {
        if (rehearsal->items[i].open)
            rehearsal->items[i].driver->close(rehearsal->items[i].open);
    }
    http_free(rehearsal->http);
    loop_free(rehearsal->loop);
    free(rehearsal);
}
