/* SPDX-License-Identifier: Apache-2.0 */
/* Requests under way, between a driver and io/http. It adds two things that
 * every driver would otherwise write itself: a request that cannot even begin
 * still completes later and not at once, and closing the driver accounts for
 * everything. It sends nothing twice and looks at no answer. */
#include "channels/wire.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

struct wire_call {
    struct wire *wire; /* NULL: the wire is gone, drop the answer */
    struct wire_call *next, **link;
    http_done_fn *done;
    void *arg;
    char error[200];
};

struct wire {
    struct http *http;
    struct wire_call *calls; /* on the wire */
    struct wire_call *stuck; /* never got there; oldest first */
    struct wire_call **stuck_end;
};

struct wire *wire_new(struct http *http)
{
    struct wire *wire = memory_new(sizeof(*wire));

    wire->http = http;
    wire->stuck_end = &wire->stuck;
    return wire;
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct wire_call *call = arg;

    if (call->wire) {
        *call->link = call->next;
        if (call->next)
            call->next->link = call->link;
        call->done(call->arg, answer);
    }
    free(call);
}

static void wire_stick(struct wire *wire, struct wire_call *call,
                       const char *error)
{
    text_copy(call->error, sizeof(call->error), error);
    call->next = NULL;
    *wire->stuck_end = call;
    wire->stuck_end = &call->next;
}

static struct wire_call *call_new(struct wire *wire, http_done_fn *done,
                                  void *arg)
{
    struct wire_call *call = memory_new(sizeof(*call));

    call->wire = wire;
    call->done = done;
    call->arg = arg;
    return call;
}

static void wire_began(struct wire *wire, struct wire_call *call)
{
    call->next = wire->calls;
    call->link = &wire->calls;
    if (call->next)
        call->next->link = &call->next;
    wire->calls = call;
}

void wire_send(struct wire *wire, const struct http_request *request,
               http_done_fn *done, void *arg)
{
    struct wire_call *call = call_new(wire, done, arg);
    struct error err = {0};

    if (http_send(wire->http, request, on_answer, call, &err))
        wire_began(wire, call);
    else
        wire_stick(wire, call, err.text);
}

void wire_mail(struct wire *wire, const struct mail_request *request,
               http_done_fn *done, void *arg)
{
    struct wire_call *call = call_new(wire, done, arg);
    struct error err = {0};

    if (http_mail(wire->http, request, on_answer, call, &err))
        wire_began(wire, call);
    else
        wire_stick(wire, call, err.text);
}

void wire_skip(struct wire *wire, const char *error, http_done_fn *done,
               void *arg)
{
    wire_stick(wire, call_new(wire, done, arg), error);
}

/* What the completions themselves bring waits for the next time. */
void wire_tick(struct wire *wire)
{
    struct wire_call *call = wire->stuck;

    wire->stuck = NULL;
    wire->stuck_end = &wire->stuck;
    while (call) {
        struct wire_call *next = call->next;
        struct http_answer answer = {
            .end = HTTP_NOT_SENT,
            .retry_after_ms = -1,
            .error = call->error,
        };

        call->done(call->arg, &answer);
        free(call);
        call = next;
    }
}

void wire_free(struct wire *wire)
{
    static const struct http_answer gone = {
        .end = HTTP_UNKNOWN,
        .retry_after_ms = -1,
        .error = "stopped before an answer came",
    };

    if (!wire)
        return;
    while (wire->calls) {
        struct wire_call *call = wire->calls;

        wire->calls = call->next;
        if (call->next)
            call->next->link = &wire->calls;
        call->wire = NULL;
        call->done(call->arg, &gone);
    }
    while (wire->stuck)
        wire_tick(wire);
    free(wire);
}
