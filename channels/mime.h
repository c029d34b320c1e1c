/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_MIME_H
#define CHANNELS_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"

/* "Lakeside Clinic <noreply@lakeside.example>" or a bare address, taken
 * apart. */
#define MIME_ADDRESS_MAX 255
#define MIME_NAME_MAX 256
struct mime_mailbox {
    char name[MIME_NAME_MAX]; /* "" when there is none */
    char address[MIME_ADDRESS_MAX];
};
bool mime_mailbox_read(const char *text, struct mime_mailbox *out,
                       struct error *err);

/* An email message (RFC 5322). Nothing here can bring a header of its own:
 * control characters in the subject and in names become a blank, in an
 * address or a URL they are refused. */
struct mime_message {
    const struct mime_mailbox *from;
    const struct mime_mailbox *reply_to; /* or NULL */
    const char *to;                      /* a bare address */
    const char *reference; /* the Message-ID and the boundaries follow from it:
                              the same message is the same bytes */
    instant date;
    const char *language; /* BCP 47, or NULL */
    const char *subject;
    const char *text;            /* never NULL */
    const char *html;            /* or NULL */
    const char *calendar;        /* iCalendar text, or NULL */
    const char *unsubscribe_url; /* L-27: one click when https; or NULL */
};

/* Adds the whole message to `out`: CRLF everywhere, no line over 998 bytes
 * (bodies and folded headers: 76 to 78). False when a text is not UTF-8, an
 * address or the URL is unusable, or it does not fit `out`. */
bool mime_write(struct buf *out, const struct mime_message *message,
                struct error *err);

/* "<o7-4711@lakeside.example>", as mime_write() puts it. */
void mime_message_id(struct buf *out, const char *reference,
                     const struct mime_mailbox *from);

/* Pieces, for tests and for other users of mail syntax. A header with its
 * name, folded, RFC 2047 where the value is not plain ASCII; a body in
 * quoted-printable. */
void mime_header(struct buf *out, const char *name, const char *value);
void mime_quoted_printable(struct buf *out, const char *text);

#endif
