/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_MAIL_LINK_H
#define IO_MAIL_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "base/buf.h"

#include "io/http.h"
#include "io/multi.h"

/* Only for io/: a connection to a mail server. mail.c owns its life, and what
 * becomes of the message on it; mail_talk.c speaks. */

/* What the next reply belongs to. In a pipelined transaction all of RSET to
 * DATA are written at once and answered in this order. */
enum link_step {
    LINK_CLOSED,
    LINK_CONNECTING,
    LINK_RSET,
    LINK_MAIL,
    LINK_RCPT,
    LINK_DATA,
    LINK_END, /* the text is being written, or its reply is awaited */
    LINK_IDLE,
};

#define LINK_LINE_MAX 2048
#define LINK_REPLY_MAX ((size_t)16 * 1024)

struct link {
    struct transfer transfer; /* first: libcurl's private pointer */
    struct http *http;
    struct link *next;
    struct timer *timer; /* the message's time-out, or the idle one's */
    enum link_step step;
    curl_socket_t fd;
    char *url, *user, *password;
    enum mail_tls tls;
    bool pipelining; /* the server said so in its last EHLO */
    bool fresh;      /* opened for this message */
    bool heard;      /* the server answered something to this message */
    bool unreset;    /* a transaction may be open in the server */
    /* the message under way; done NULL: none */
    http_done_fn *done;
    void *arg;
    char *from, *to;
    struct buf message; /* with dots stuffed and the final dot */
    int refused;        /* first 4xx/5xx of this message, and what it met */
    enum link_step refused_step;
    /* the wire */
    struct buf out;
    size_t out_at;
    char line[LINK_LINE_MAX];
    size_t line_len;
    struct buf reply;   /* being read */
    struct buf verdict; /* the reply that decided */
    char error[CURL_ERROR_SIZE];
};

/* mail.c. After any of these the link may be gone, or busy with the next
 * message: the caller returns at once. */
void link_answered(struct link *link, int status);
void link_failed(struct link *link, const char *error, bool misconfigured);
void link_broke(struct link *link); /* the peer closed or reset */
void link_free(struct link *link);

/* mail_talk.c */
bool link_begin(struct link *link); /* false: broken before it began */
void link_event(void *link);

#endif
