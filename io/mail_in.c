/* SPDX-License-Identifier: Apache-2.0 */
/* The receiving half of SMTP (RFC 5321), as much as a sender needs that means
 * well: one connection of the loop each, a line at a time, then the text up to
 * its lone dot. Replies are short and a peer on loopback reads them: what its
 * socket does not take at once ends the connection. Decides nothing: whoever
 * opened it says what becomes of a recipient and of a message. */
#include "io/mail_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uv.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/loop.h"
#include "io/loop_uv.h"

#define LINE_MAX_BYTES 2048
#define ADDRESS_MAX 320

struct peer {
    uv_tcp_t uv; /* first: loop_uv.h */
    struct mail_in *mail;
    struct peer *next, **list;
    char input[65536];
    char line[LINE_MAX_BYTES];
    size_t len;    /* of the line so far */
    bool too_long; /* what is left of it is skipped */
    bool in_text;
    char from[ADDRESS_MAX], to[ADDRESS_MAX];
    struct buf text;
};

struct server {
    uv_tcp_t uv; /* first: loop_uv.h */
    struct mail_in *mail;
};

struct mail_in {
    struct loop *loop;
    struct server *server;
    struct peer *peers;
    int count, port;
    mail_in_fn *fn;
    void *arg;
};

static void peer_close(struct peer *peer)
{
    if (!peer->list)
        return;
    *peer->list = peer->next;
    if (peer->next)
        peer->next->list = peer->list;
    peer->list = NULL;
    peer->mail->count--;
    buf_free(&peer->text);
    loop_close_handle((uv_handle_t *)&peer->uv);
}

static void say(struct peer *peer, const char *reply)
{
    char line[600];
    int len = snprintf(line, sizeof(line), "%s\r\n", reply);
    uv_buf_t out = uv_buf_init(line, (unsigned)len);
    if (len >= (int)sizeof(line) ||
        uv_try_write((uv_stream_t *)&peer->uv, &out, 1) != len)
        peer_close(peer);
}

/* "<a@b>" behind FROM: or TO:, with parameters or without. */
static bool read_address(const char *text, char out[ADDRESS_MAX])
{
    const char *begin = strchr(text, '<');
    const char *end = begin ? strchr(begin, '>') : NULL;
    if (!end || end - begin > ADDRESS_MAX - 2)
        return false;
    snprintf(out, ADDRESS_MAX, "%.*s", (int)(end - begin - 1), begin + 1);
    return true;
}

/* What the owner decides; true: go on with the usual reply. */
static bool decided(struct peer *peer, bool whole)
{
    struct mail_in *mail = peer->mail;
    const struct mail_in_message message = {.from = peer->from,
                                            .to = peer->to,
                                            .text =
                                                whole ? peer->text.data : NULL,
                                            .len = peer->text.len};
    const char *reply = mail->fn(mail->arg, &message);
    if (!reply)
        return true;
    if (reply[0])
        say(peer, reply);
    else
        peer_close(peer);
    return false;
}

static void begin_again(struct peer *peer)
{
    peer->from[0] = peer->to[0] = '\0';
    peer->in_text = false;
    buf_reset(&peer->text);
}

static void on_mail(struct peer *peer, const char *rest)
{
    begin_again(peer);
    say(peer,
        read_address(rest, peer->from) ? "250 2.1.0 Ok" : "501 5.1.7 whose?");
}

static void on_rcpt(struct peer *peer, const char *rest)
{
    char to[ADDRESS_MAX];
    if (peer->to[0]) {
        say(peer, "452 4.5.3 one recipient a message");
    } else if (!read_address(rest, to) || !to[0]) {
        say(peer, "501 5.1.3 to whom?");
    } else {
        text_copy(peer->to, sizeof(peer->to), to);
        if (decided(peer, false))
            say(peer, "250 2.1.5 Ok");
        else
            peer->to[0] = '\0';
    }
}

static void on_data(struct peer *peer)
{
    if (!peer->to[0]) {
        say(peer, "503 5.5.1 RCPT first");
        return;
    }
    peer->in_text = true;
    say(peer, "354 go ahead");
}

static void on_command(struct peer *peer, const char *line)
{
    if (strncasecmp(line, "EHLO", 4) == 0)
        say(peer, "250-sandbox\r\n250 8BITMIME");
    else if (strncasecmp(line, "HELO", 4) == 0)
        say(peer, "250 sandbox");
    else if (strncasecmp(line, "MAIL FROM:", 10) == 0)
        on_mail(peer, line + 10);
    else if (strncasecmp(line, "RCPT TO:", 8) == 0)
        on_rcpt(peer, line + 8);
    else if (strcasecmp(line, "DATA") == 0)
        on_data(peer);
    else if (strcasecmp(line, "RSET") == 0) {
        begin_again(peer);
        say(peer, "250 2.0.0 Ok");
    } else if (strcasecmp(line, "NOOP") == 0)
        say(peer, "250 2.0.0 Ok");
    else if (strcasecmp(line, "QUIT") == 0) {
        say(peer, "221 2.0.0 bye");
        peer_close(peer);
    } else
        say(peer, "502 5.5.1 not here");
}

static void on_text(struct peer *peer, const char *line)
{
    if (strcmp(line, ".") != 0) {
        buf_text(&peer->text, line[0] == '.' ? line + 1 : line);
        buf_text(&peer->text, "\r\n");
        return;
    }
    peer->in_text = false;
    if (peer->text.overflow)
        say(peer, "552 5.3.4 too large");
    else if (decided(peer, true))
        say(peer, "250 2.0.0 Ok");
    if (peer->list)
        begin_again(peer);
}

static void on_line(struct peer *peer)
{
    size_t len = peer->len;
    peer->len = 0;
    if (len > 0 && peer->line[len - 1] == '\r')
        len--;
    peer->line[len] = '\0';
    if (peer->too_long) {
        peer->too_long = false;
        say(peer, "500 5.5.2 too long a line");
        peer_close(peer);
    } else if (peer->in_text)
        on_text(peer, peer->line);
    else
        on_command(peer, peer->line);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *input)
{
    struct peer *peer = (struct peer *)stream;
    if (count < 0)
        peer_close(peer);
    for (ssize_t i = 0; i < count && peer->list; i++) {
        if (input->base[i] == '\n')
            on_line(peer);
        else if (peer->len < sizeof(peer->line) - 1)
            peer->line[peer->len++] = input->base[i];
        else
            peer->too_long = true;
    }
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    struct peer *peer = (struct peer *)handle;
    (void)size;
    *out = uv_buf_init(peer->input, sizeof(peer->input));
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct mail_in *mail = ((struct server *)stream)->mail;
    if (status < 0)
        return;
    struct peer *peer = memory_new(sizeof(*peer));
    peer->mail = mail;
    uv_tcp_init(loop_uv(mail->loop), &peer->uv);
    loop_adopt(mail->loop, (uv_handle_t *)&peer->uv);
    buf_init(&peer->text, MAIL_IN_TEXT_MAX);
    peer->next = mail->peers;
    peer->list = &mail->peers;
    if (peer->next)
        peer->next->list = &peer->next;
    mail->peers = peer;
    mail->count++;
    if (uv_accept(stream, (uv_stream_t *)&peer->uv) < 0 ||
        uv_read_start((uv_stream_t *)&peer->uv, on_room, on_read) < 0) {
        peer_close(peer);
        return;
    }
    bool full = mail->count > MAIL_IN_CONNECTIONS;
    say(peer, full ? "421 4.3.2 too many" : "220 sandbox ESMTP");
    if (full)
        peer_close(peer);
}

static int listen_on_loopback(struct server *server, int *port)
{
    struct sockaddr_in address;
    struct sockaddr_storage own;
    int len = sizeof(own);
    uv_ip4_addr("127.0.0.1", 0, &address);
    int rc = uv_tcp_bind(&server->uv, (struct sockaddr *)&address, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&server->uv, 128, on_connection);
    if (rc == 0)
        rc = uv_tcp_getsockname(&server->uv, (struct sockaddr *)&own, &len);
    *port = ntohs(((struct sockaddr_in *)&own)->sin_port);
    return rc;
}

struct mail_in *mail_in_new(struct loop *loop, mail_in_fn *fn, void *arg,
                            struct error *err)
{
    struct mail_in *mail = memory_new(sizeof(*mail));
    mail->loop = loop;
    mail->fn = fn;
    mail->arg = arg;
    mail->server = memory_new(sizeof(*mail->server));
    mail->server->mail = mail;
    uv_tcp_init(loop_uv(loop), &mail->server->uv);
    loop_adopt(loop, (uv_handle_t *)&mail->server->uv);
    int rc = listen_on_loopback(mail->server, &mail->port);
    if (rc == 0)
        return mail;
    error_set(err, ERROR_CANNOT, "cannot listen for mail on 127.0.0.1: %s",
              uv_strerror(rc));
    mail_in_free(mail);
    return NULL;
}

int mail_in_port(const struct mail_in *mail)
{
    return mail->port;
}

void mail_in_free(struct mail_in *mail)
{
    if (!mail)
        return;
    while (mail->peers)
        peer_close(mail->peers);
    loop_close_handle((uv_handle_t *)&mail->server->uv);
    free(mail);
}
