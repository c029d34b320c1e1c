/* SPDX-License-Identifier: Apache-2.0 */
/* A caller of io/http, see call.h. */
#include "tests/io/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/loop.h"
#include "tests/io/server.h"

void call_open_with(struct call *call, const struct http_limits *limits)
{
    struct error err;

    memset(call, 0, sizeof *call);
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    unsetenv("all_proxy");
    call->loop = loop_new();
    call->http = http_new(call->loop, limits, &err);
    assert_non_null(call->http);
}

void call_open(struct call *call)
{
    call_open_with(call, NULL);
}

void call_shut(struct call *call)
{
    assert_int_equal(http_running(call->http), 0);
    http_free(call->http);
    assert_int_equal(loop_open(call->loop), 0);
    loop_free(call->loop);
}

void call_done(void *arg, const struct http_answer *answer)
{
    struct call *call = arg;

    assert_false(call->sending);
    call->done++;
    call->end = answer->end;
    call->status = answer->status;
    call->body_len = answer->body_len;
    snprintf(call->body, sizeof call->body, "%s",
             answer->body ? answer->body : "");
    call->retry_after_ms = answer->retry_after_ms;
    call->date = answer->date;
    snprintf(call->error, sizeof call->error, "%s",
             answer->error ? answer->error : "");
    call->misconfigured = answer->misconfigured;
}

void call_start(struct call *call, const struct http_request *request)
{
    struct error err;

    call->sending = true;
    if (!http_send(call->http, request, call_done, call, &err))
        fail_msg("%s", err.text);
    call->sending = false;
}

void call_run(struct call *call, const struct http_request *request)
{
    int before = call->done;

    call_start(call, request);
    loop_run(call->loop);
    assert_int_equal(call->done, before + 1);
}

const char *call_url(struct call *call, int port)
{
    snprintf(call->url, sizeof call->url, "http://127.0.0.1:%d/send", port);
    return call->url;
}

void call_post(struct call *call, int port, int total_ms)
{
    call_run(call, &(struct http_request){.method = "POST",
                                          .url = call_url(call, port),
                                          .body = "To=x&Body=y",
                                          .body_len = 11,
                                          .total_ms = total_ms});
}

/* Says the same to each request, keeps the connection, keeps the last request
 * in server->arg when that is given. */
void answer_all(struct server *server, int fd, const char *answer)
{
    char *text = malloc(3 << 20);

    while (server_request(fd, text, 3 << 20) > 0) {
        if (server->arg)
            snprintf(server->arg, 4096, "%s", text);
        atomic_fetch_add(&server->requests, 1);
        server_say(fd, answer);
    }
    free(text);
}

void accepting_peer(struct server *server, int fd, int connection)
{
    (void)connection;
    answer_all(server, fd,
               "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
               "Content-Length: 13\r\n\r\n{\"sid\":\"SM1\"}");
}
