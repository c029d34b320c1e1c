/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_MAIL_IN_H
#define IO_MAIL_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct loop;

/* Mail in, on the loop: an SMTP server for loopback, without TLS or log-in,
 * that takes one recipient a message. For the sandbox; it relays nothing.
 * Loop thread only. */
struct mail_in;

#define MAIL_IN_TEXT_MAX (4u << 20) /* bytes of a message; more: 552 */
#define MAIL_IN_CONNECTIONS 256     /* more: 421 */

struct mail_in_message {
    const char *from, *to; /* of the envelope */
    const char *text;      /* headers and body; NULL: only asked of `to` */
    size_t len;
};
/* The reply without its line end ("550 5.1.1 nobody"): to RCPT, where `text`
 * is NULL, and to the whole message. NULL: it is taken; "": the connection is
 * closed without a word. */
typedef const char *mail_in_fn(void *arg,
                               const struct mail_in_message *message);

/* On a free port of 127.0.0.1. NULL with the reason. */
struct mail_in *mail_in_new(struct loop *loop, mail_in_fn *fn, void *arg,
                            struct error *err);
int mail_in_port(const struct mail_in *mail);
void mail_in_free(struct mail_in *mail); /* NULL is fine */

#endif
