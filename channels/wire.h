/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_WIRE_H
#define CHANNELS_WIRE_H

#include <stdbool.h>

#include "io/http.h"

/* The requests a driver has under way, so that rules 2 and 7 of the contract
 * hold by themselves: every wire_send() leads to exactly one call of `done`,
 * never from inside wire_send(), at the latest from inside wire_free(). Loop
 * thread. */
struct wire;

struct wire *wire_new(struct http *http);
/* Completes what is under way: HTTP_UNKNOWN for what is on the wire,
 * HTTP_NOT_SENT for what never got there. Late answers are dropped. NULL is
 * fine. */
void wire_free(struct wire *wire);

void wire_send(struct wire *wire, const struct http_request *request,
               http_done_fn *done, void *arg);
void wire_mail(struct wire *wire, const struct mail_request *request,
               http_done_fn *done, void *arg);
/* Completes at the next wire_tick() with HTTP_NOT_SENT and this error (which
 * must live that long): for what need not be asked. */
void wire_skip(struct wire *wire, const char *error, http_done_fn *done,
               void *arg);
/* Completes the requests that could not begin: from the driver's tick(). */
void wire_tick(struct wire *wire);

#endif
