/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation of one message with a mail server: MAIL, RCPT, DATA, the
 * text. Pipelined (RFC 2920) where the server offers it: one round trip less
 * for each command.
 *
 * Writes what the socket takes and reads what is there, never waits. A reply
 * decides; a link that ends without one is the business of mail.c. */
#include "io/mail_link.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "io/http_own.h"

/* Writes what the socket takes. False: broken. */
static bool link_write(struct link *link)
{
    int events = SOCKET_IN;

    while (link->out_at < link->out.len) {
        size_t sent = 0;
        CURLcode rc =
            curl_easy_send(link->transfer.easy, link->out.data + link->out_at,
                           link->out.len - link->out_at, &sent);

        if (rc == CURLE_AGAIN)
            break;
        if (rc != CURLE_OK)
            return false;
        link->out_at += sent;
    }
    if (link->out_at < link->out.len)
        events |= SOCKET_OUT;
    multi_watch(link->http->multi, link->fd, events, true);
    return true;
}

static void command_add(struct link *link, enum link_step step)
{
    if (step == LINK_RSET)
        buf_text(&link->out, "RSET\r\n");
    else if (step == LINK_MAIL)
        buf_format(&link->out, "MAIL FROM:<%s>\r\n", link->from);
    else if (step == LINK_RCPT)
        buf_format(&link->out, "RCPT TO:<%s>\r\n", link->to);
    else
        buf_text(&link->out, "DATA\r\n");
}

/* Puts the command of link->step (pipelined: all up to DATA) on the wire. */
static bool link_command(struct link *link)
{
    enum link_step last = link->pipelining ? LINK_DATA : link->step;

    buf_reset(&link->out);
    link->out_at = 0;
    for (enum link_step step = link->step; step <= last; step++)
        command_add(link, step);
    return link_write(link);
}

bool link_begin(struct link *link)
{
    link->step = link->unreset ? LINK_RSET : LINK_MAIL;
    link->unreset = true;
    link->heard = false;
    link->refused = 0;
    link->line_len = 0;
    buf_reset(&link->reply);
    buf_reset(&link->verdict);
    return link_command(link);
}

/* The text: `message` changes places with `out`, nothing is copied. */
static bool link_send_text(struct link *link)
{
    struct buf swap = link->out;

    link->step = LINK_END;
    link->out = link->message;
    link->message = swap;
    link->out_at = 0;
    return link_write(link);
}

static void keep_verdict(struct link *link)
{
    struct buf swap = link->verdict;

    link->verdict = link->reply;
    link->reply = swap;
}

static void link_garbage(struct link *link)
{
    link_failed(link, "the mail server's answer is not SMTP", false);
}

/* The reply to the whole message, or one that came while it was still being
 * written: then the server will not read on, and the link is of no use. */
static void link_end_reply(struct link *link, int status)
{
    bool whole = link->out_at == link->out.len;
    bool taken = status / 100 == 2;

    if (status / 100 == 3 || (taken && !whole)) {
        link_garbage(link);
        return;
    }
    keep_verdict(link);
    if (!taken) {
        link->refused = status;
        link->refused_step = LINK_END;
    }
    link->unreset = false;
    link->step = whole && status != 421 ? LINK_IDLE : LINK_CLOSED;
    link_answered(link, status);
}

/* A 4xx or 5xx before the text. Pipelined, the replies to the commands
 * behind it are still to come and must be read away. True: read on. */
static bool link_refuse(struct link *link, int status)
{
    if (link->refused == 0) {
        link->refused = status;
        link->refused_step = link->step;
        keep_verdict(link);
    }
    if (link->pipelining && link->step < LINK_DATA && status != 421) {
        link->step++;
        return true;
    }
    link->step = status == 421 ? LINK_CLOSED : LINK_IDLE;
    link_answered(link, link->refused);
    return false;
}

/* 354. A server that waits for a text although it refused what comes before
 * it: an empty one would be mail to nobody, so hang up instead. */
static bool link_go_ahead(struct link *link)
{
    if (link->refused != 0) {
        link->step = LINK_CLOSED;
        link_answered(link, link->refused);
        return false;
    }
    if (link_send_text(link))
        return true;
    link_broke(link);
    return false;
}

static bool link_next_command(struct link *link)
{
    link->step++;
    if (link->pipelining || link_command(link))
        return true;
    link_broke(link);
    return false;
}

/* One whole reply. False: the message is over (or the link gone); nothing
 * more may be read for it. */
static bool link_reply(struct link *link, int status)
{
    bool stale = !link->fresh && !link->heard;

    if (link->step == LINK_RSET && status / 100 == 2)
        return link_next_command(link);
    /* Some servers take so many messages a connection and then say 4xx. */
    if (link->step == LINK_RSET || (stale && status / 100 == 4)) {
        link_broke(link);
        return false;
    }
    link->heard = true;
    if (link->step == LINK_END) {
        link_end_reply(link, status);
        return false;
    }
    if (status >= 400)
        return link_refuse(link, status);
    if (link->step == LINK_DATA && status == 354)
        return link_go_ahead(link);
    if (link->step != LINK_DATA && status / 100 == 2)
        return link_next_command(link);
    link_garbage(link);
    return false;
}

/* Three digits, then the end, a blank, or a '-' (more lines follow). */
static int reply_status(const char *line, size_t len, bool *last)
{
    if (len < 3 || line[0] < '2' || line[0] > '5' ||
        !isdigit((unsigned char)line[1]) || !isdigit((unsigned char)line[2]) ||
        (len > 3 && line[3] != ' ' && line[3] != '-'))
        return 0;
    *last = len == 3 || line[3] == ' ';
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* One line of a reply, without its line end. False as link_reply. */
static bool link_line(struct link *link)
{
    bool last = false;
    int status = reply_status(link->line, link->line_len, &last);

    if (link->reply.len > 0)
        buf_char(&link->reply, '\n');
    buf_add(&link->reply, link->line, link->line_len);
    if (status == 0 || link->reply.overflow) {
        link_garbage(link);
        return false;
    }
    if (!last)
        return true;
    if (!link_reply(link, status))
        return false;
    buf_reset(&link->reply);
    return true;
}

static bool link_take(struct link *link, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '\n') {
            if (link->line_len == sizeof link->line) {
                link_garbage(link);
                return false;
            }
            link->line[link->line_len++] = bytes[i];
            continue;
        }
        if (link->line_len > 0 && link->line[link->line_len - 1] == '\r')
            link->line_len--;
        if (!link_line(link))
            return false;
        link->line_len = 0;
    }
    return true;
}

/* The socket can be read or written. Reads first: a server that refuses a
 * text half-way says why before it closes. */
void link_event(void *arg)
{
    struct link *link = arg;
    char bytes[4096];

    if (link->step == LINK_IDLE) { /* 421, or the end: of no more use */
        link_free(link);
        return;
    }
    for (;;) {
        size_t len = 0;
        CURLcode rc =
            curl_easy_recv(link->transfer.easy, bytes, sizeof bytes, &len);

        if (rc == CURLE_AGAIN)
            break;
        if (rc != CURLE_OK || len == 0) {
            link_broke(link);
            return;
        }
        if (!link_take(link, bytes, len))
            return;
        if (len < sizeof bytes)
            break;
    }
    if (link->out_at < link->out.len && !link_write(link))
        link_broke(link);
}
