/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_HTTP_H
#define IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct loop;

/* Requests out: HTTP and SMTP over libcurl's multi interface on the loop.
 * Connections are kept and reused; nothing is ever sent a second time by
 * itself (no redirects; a restarted transfer is aborted). Queueing is the
 * caller's: add only what may run now; as many connections are opened as
 * requests run at once. Loop thread only. */
struct http;

/* 0 and NULL stand for the defaults. */
struct http_limits {
    int connect_ms;         /* default 10000 */
    int total_ms;           /* default 30000 */
    int64_t response_bytes; /* default 1 MiB; more is a fault */
    int connections;        /* kept open at most, default 1024 */
    const char *ca_file;    /* NULL: the system's */
    const char *user_agent; /* default "outreach/VERSION" */
};
struct http *http_new(struct loop *loop, const struct http_limits *limits,
                      struct error *err);
/* Ends what runs: each completion is called with HTTP_UNKNOWN or
 * HTTP_NOT_SENT before this returns. Never from inside a completion; the
 * loop must still exist. NULL is fine. */
void http_free(struct http *http);
size_t http_running(const struct http *http);

/* What a transfer proves about the other side: the one distinction on which
 * "never twice" rests. */
enum http_end {
    HTTP_ANSWERED, /* a whole answer came; look at the status */
    HTTP_NOT_SENT, /* refused, no such name, TLS failed: nothing left us */
    HTTP_UNKNOWN,  /* it may have arrived: time-out, reset, cut answer */
};

struct http_answer {
    enum http_end end;
    int status;       /* HTTP status or SMTP reply code; 0 = none */
    const char *body; /* NUL-terminated; NULL: none */
    size_t body_len;
    int64_t retry_after_ms; /* -1: not said */
    instant date;      /* the other side's own clock (Date:); 0: not said */
    const char *error; /* for people, without personal data; or NULL */
    const char *stage; /* mail: what the status answers ("RCPT TO", "the
                          connection"); HTTP: NULL */
    /* HTTP_NOT_SENT for a reason that only a person removes: a certificate,
     * a refused log-in, no TLS where TLS is required. */
    bool misconfigured;
};
/* Called exactly once, never from inside http_send/http_mail. `answer` and
 * its texts are good only during the call. */
typedef void http_done_fn(void *arg, const struct http_answer *answer);

struct http_request {
    const char *method; /* "POST" */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    const char *body;
    size_t body_len;
    const char *user, *password; /* Basic; NULL: none */
    const char *unix_socket;     /* NULL: TCP */
    int total_ms;                /* 0: the default */
};
/* Copies what it keeps. False only when it could not even begin (a malformed
 * URL): then `done` is not called. */
bool http_send(struct http *http, const struct http_request *request,
               http_done_fn *done, void *arg, struct error *err);

/* STARTTLS of smtp:// (smtps:// is always encrypted and verified). Required
 * also verifies the certificate; opportunistic encrypts when the server offers
 * it, without proof of who that is, so never give a password with it. */
enum mail_tls { MAIL_TLS_REQUIRED, MAIL_TLS_OPPORTUNISTIC, MAIL_TLS_NONE };

/* One message to one address. HTTP_ANSWERED: the status is the server's last
 * word (250, or the 4xx/5xx that refused it; body: that reply's text, may name
 * the address). HTTP_NOT_SENT: the end of the message never left us.
 * HTTP_UNKNOWN: it did, and no reply came. */
struct mail_request {
    const char *url; /* smtp://host:port[/helo-name] or smtps:// */
    enum mail_tls tls;
    const char *user, *password; /* NULL: no log-in */
    const char *from;            /* envelope */
    const char *to;
    const char *message; /* RFC 5322 with CRLF, ready to go */
    size_t message_len;
    int total_ms; /* 0: the default */
};
/* False: the addresses, the URL or the message (a bare CR or LF, a NUL) cannot
 * go at all. Otherwise as http_send. */
bool http_mail(struct http *http, const struct mail_request *request,
               http_done_fn *done, void *arg, struct error *err);

/* application/x-www-form-urlencoded pieces, for drivers. */
struct buf;
void http_form_add(struct buf *form, const char *name, const char *value);
void http_url_escape(struct buf *out, const char *text);

#endif
