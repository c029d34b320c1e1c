/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_IO_CALL_H
#define TESTS_IO_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/http.h"

struct loop;
struct server;

/* One caller of io/http and the last answer it got. */
struct call {
    struct loop *loop;
    struct http *http;
    struct timer *pause;
    char url[128];
    int done;
    bool sending; /* inside http_send: no completion may come */
    enum http_end end;
    int status;
    char body[4096];
    size_t body_len;
    int64_t retry_after_ms;
    instant date;
    char error[300];
    bool misconfigured;
};

void call_open(struct call *call);
void call_open_with(struct call *call, const struct http_limits *limits);
/* Proves that nothing runs and that the loop is empty. */
void call_shut(struct call *call);
/* A completion: fails when it comes from inside http_send(). */
void call_done(void *arg, const struct http_answer *answer);
void call_start(struct call *call, const struct http_request *request);
/* Starts, runs the loop, expects exactly one completion. */
void call_run(struct call *call, const struct http_request *request);
const char *call_url(struct call *call, int port);
void call_post(struct call *call, int port, int total_ms);

/* For server_start(): says the same to each request and keeps the connection;
 * the last request stands in server->arg when that is given. */
void answer_all(struct server *server, int fd, const char *answer);
void accepting_peer(struct server *server, int fd, int connection);

#endif
