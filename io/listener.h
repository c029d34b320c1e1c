/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LISTENER_H
#define IO_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct loop;

/* HTTP in, on the loop (libmicrohttpd inside), behind a proxy or on loopback:
 * no TLS. Whatever is malformed, ambiguous, too large or too slow is refused
 * before anybody hears of it. Everything here belongs to the loop's thread. */
struct listener;

/* Limits, the same for everybody. */
#define LISTENER_BODY_MAX 65536   /* bytes, unless told; more: 413 */
#define LISTENER_TARGET_MAX 4096  /* path and query; more: 414 */
#define LISTENER_HEADERS_MAX 64   /* more: 431 */
#define LISTENER_CONNECTIONS 2048 /* in all */
/* Of these, that have sent no whole request: who has waited longest gives way
 * to who comes, and before them who keeps a connection between two requests.
 * Callers behind a proxy all have its address, so that a limit of each one's is
 * the proxy's to keep. */
#define LISTENER_UNHEARD 1024
/* What stays free of whole requests that wait for their answer, twice, so that
 * who comes beyond is answered, with 503, and not left outside. */
#define LISTENER_SPARE 64
#define LISTENER_REQUEST_SECONDS \
    10                           /* for one whole request, however it drips */
#define LISTENER_IDLE_SECONDS 60 /* between two of a kept connection */

/* A whole request. Borrowed until it is answered. */
struct exchange;
const char *exchange_method(const struct exchange *exchange);
/* As it was sent, undecoded: "/hooks/sms?a=b". It begins with '/'; no byte of
 * it is a control character, a space or above 126. */
const char *exchange_target(const struct exchange *exchange);
/* The value of a header; NULL: it was not sent. Headers that decide anything
 * and were sent twice are refused before. */
const char *exchange_header(const struct exchange *exchange, const char *name);
const char *exchange_body(const struct exchange *exchange, size_t *len);

/* Called for each; it must be answered once, from inside the call or later. */
typedef void listener_fn(void *arg, struct exchange *exchange);
/* `type` NULL: no body. The body is copied. The exchange is gone then. */
void exchange_answer(struct exchange *exchange, int status, const char *type,
                     const char *body, size_t len);
/* One more header, both literals, of the answer that follows. */
void exchange_say(struct exchange *exchange, const char *name,
                  const char *value);
/* 405: not by this method, but by these ("GET, HEAD"). */
void exchange_answer_method(struct exchange *exchange, const char *allowed);
/* Instead of an answer: the connection is closed. */
void exchange_drop(struct exchange *exchange);

/* `listen`: "127.0.0.1:8080", "[::1]:8080" or "unix:/run/outreach/http.sock"
 * (made anew, for owner and group, unless somebody listens there). NULL with
 * the reason. */
struct listener *listener_new(struct loop *loop, const char *listen,
                              listener_fn *fn, void *arg, struct error *err);
/* Told of each request that nobody heard of, with the status that it got; 400:
 * or none, where the first line was none of HTTP; 408: none, it was cut off
 * because it was not whole in time; 503: all places were
 * taken, and it got that or was cut off. */
typedef void listener_refused_fn(void *arg, int status);
void listener_on_refused(struct listener *listener, listener_refused_fn *fn);
/* Asked once the head of a request is there: how long its body may be; more is
 * refused, 413. With 0 none of it is kept, however long it is, and the request
 * is heard without. Unless told: LISTENER_BODY_MAX for all. */
typedef size_t listener_room_fn(void *arg, struct exchange *exchange);
void listener_on_head(struct listener *listener, listener_room_fn *fn);
/* Nothing new is taken, and its place is free; what was begun goes on until
 * listener_free(), and each answer ends its connection. */
void listener_leave(struct listener *listener);
/* What is not answered yet gets 503. NULL is fine. */
void listener_free(struct listener *listener);
/* The port that was given, also for port 0; 0 on a Unix socket. */
int listener_port(const struct listener *listener);
/* Connections now; of NULL none. */
int64_t listener_open(const struct listener *listener);

#endif
