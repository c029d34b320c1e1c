/* SPDX-License-Identifier: Apache-2.0 */
/* SMTP out: libcurl connects, encrypts and logs in; the message is ours.
 *
 * libcurl's own SMTP upload waits for the reply to the end of the message, and
 * to QUIT, in a loop of its own: with a mail server that takes a second over
 * each message the whole service would stand still for it. So libcurl is asked
 * for a connection only (CONNECT_ONLY: TCP, TLS or STARTTLS, EHLO, AUTH), and
 * mail_talk.c speaks MAIL, RCPT, DATA and the text, without ever waiting. That
 * also tells exactly what left us: before the last byte of the final dot
 * nothing counts, after it everything may.
 *
 * A connection (link) carries one message at a time and is kept for the next
 * one to the same server. Nothing is sent twice: a kept link that turns out to
 * be dead before it answered anything is opened afresh, which repeats no
 * message, because no text was begun. */
#include "io/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

#include "io/http_own.h"
#include "io/loop.h"
#include "io/loop_uv.h"
#include "io/mail_link.h"

#define MESSAGE_MAX ((size_t)25 * 1024 * 1024)
#define KEEP_BYTES ((size_t)64 * 1024)
#define IDLE_MS (20 * 1000)

static void link_connect(struct link *link);

static const char *step_name(enum link_step step)
{
    switch (step) {
    case LINK_CONNECTING:
        return "the connection";
    case LINK_RSET:
        return "RSET";
    case LINK_MAIL:
        return "MAIL FROM";
    case LINK_RCPT:
        return "RCPT TO";
    case LINK_DATA:
        return "DATA";
    case LINK_END:
        return "the message";
    case LINK_CLOSED:
    case LINK_IDLE:
        break;
    }
    return "nothing";
}

/* Drops the connection, keeps the struct. */
static void link_hang_up(struct link *link)
{
    if (link->transfer.easy) {
        multi_remove(link->http->multi, &link->transfer);
        curl_easy_cleanup(link->transfer.easy);
        link->transfer.easy = NULL;
    }
    link->step = LINK_CLOSED;
    link->unreset = false;
    link->pipelining = false;
}

void link_free(struct link *link)
{
    struct link **at = &link->http->links;

    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    link_hang_up(link);
    timer_free(link->timer);
    buf_free(&link->message);
    buf_free(&link->out);
    buf_free(&link->reply);
    buf_free(&link->verdict);
    free(link->url);
    free(link->user);
    if (link->password)
        explicit_bzero(link->password, strlen(link->password));
    free(link->password);
    free(link->from);
    free(link->to);
    free(link);
}

/* Politely, and without waiting for the answer. */
static void link_quit(struct link *link)
{
    size_t sent;

    if (link->step == LINK_IDLE)
        curl_easy_send(link->transfer.easy, "QUIT\r\n", 6, &sent);
    link_hang_up(link);
}

/* The message is over. The completion may put the next message on this link,
 * when it is LINK_IDLE; a link that is not is gone after this. */
static void link_complete(struct link *link, const struct http_answer *answer)
{
    http_done_fn *done = link->done;

    if (link->out.cap > KEEP_BYTES)
        buf_free(&link->out);
    if (link->step != LINK_IDLE || link->http->closing) {
        link_quit(link);
        timer_stop(link->timer);
    } else {
        multi_watch(link->http->multi, link->fd, SOCKET_IN, false);
        timer_keeps_loop(link->timer, false);
        timer_start(link->timer, IDLE_MS);
    }
    link->done = NULL;
    link->http->running--;
    done(link->arg, answer);
    if (link->step == LINK_CLOSED)
        link_free(link);
}

/* The server has the last word on this message. */
void link_answered(struct link *link, int status)
{
    char error[80];
    struct http_answer answer = {
        .end = HTTP_ANSWERED,
        .status = status,
        .body = link->verdict.len > 0 ? link->verdict.data : NULL,
        .body_len = link->verdict.len,
        .retry_after_ms = -1,
    };

    if (link->refused != 0) {
        snprintf(error, sizeof error, "the mail server answered %d to %s",
                 status, step_name(link->refused_step));
        answer.error = error;
        answer.stage = step_name(link->refused_step);
    }
    link_complete(link, &answer);
}

/* It ended without a word of the server. What that proves: the last byte of
 * the final dot either left us or not. */
void link_failed(struct link *link, const char *error, bool misconfigured)
{
    bool sent = link->step == LINK_END && link->out_at == link->out.len;
    struct http_answer answer = {
        .end = sent ? HTTP_UNKNOWN : HTTP_NOT_SENT,
        .retry_after_ms = -1,
        .error = error,
        .misconfigured = misconfigured,
    };

    link->step = LINK_CLOSED;
    link_complete(link, &answer);
}

/* A kept link that never answered this message was most likely closed by the
 * server meanwhile, or has carried as many as the server likes: only then, and
 * before any text, is it opened again. */
void link_broke(struct link *link)
{
    if (!link->fresh && !link->heard && link->step != LINK_END) {
        link_hang_up(link);
        link_connect(link);
        return;
    }
    link_failed(link, "the mail server closed the connection", false);
}

static void link_due(void *arg)
{
    struct link *link = arg;

    if (link->done) {
        link_failed(link, "the mail server did not answer in time", false);
        return;
    }
    link_quit(link);
    link_free(link);
}

static void link_connected(struct transfer *transfer, CURLcode result)
{
    struct link *link = (struct link *)transfer;
    long status = 0;

    if (result == CURLE_OK) {
        curl_easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &link->fd);
        multi_take_socket(link->http->multi, link->fd, link_event, link);
        if (!link_begin(link))
            link_broke(link);
        return;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 400) {
        link->refused = (int)status;
        link->refused_step = LINK_CONNECTING;
        link->step = LINK_CLOSED;
        link_answered(link, (int)status);
        return;
    }
    link_failed(link, link->error[0] ? link->error : curl_easy_strerror(result),
                http_is_misconfigured(result));
}

/* The lines of greeting, EHLO, STARTTLS and AUTH, while libcurl connects. What
 * a server said before TLS (each 220 begins anew) does not count. */
static size_t on_line(char *line, size_t one, size_t len, void *arg)
{
    struct link *link = arg;

    (void)one;
    if (len >= 3 && memcmp(line, "220", 3) == 0)
        link->pipelining = false;
    if (len >= 14 && memcmp(line, "250", 3) == 0 &&
        strncasecmp(line + 4, "PIPELINING", 10) == 0)
        link->pipelining = true;
    return len;
}

static void link_set_tls(struct link *link)
{
    CURL *easy = link->transfer.easy;
    long use = CURLUSESSL_NONE;

    if (link->tls == MAIL_TLS_REQUIRED)
        use = CURLUSESSL_ALL;
    else if (link->tls == MAIL_TLS_OPPORTUNISTIC)
        use = CURLUSESSL_TRY;
    curl_easy_setopt(easy, CURLOPT_USE_SSL, use);
    if (link->tls != MAIL_TLS_REQUIRED &&
        strncasecmp(link->url, "smtps:", 6) != 0) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (link->http->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, link->http->ca_file);
}

static void link_connect(struct link *link)
{
    CURL *easy = curl_easy_init();
    struct http *http = link->http;

    if (!easy)
        PANIC("libcurl gives no handle");
    link->transfer.easy = easy;
    link->transfer.ended = link_connected;
    link->step = LINK_CONNECTING;
    link->fresh = true;
    link->error[0] = '\0';
    multi_prepare(http->multi, &link->transfer);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, link->error);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_URL, link->url);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)http->limits.connect_ms);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, link);
    curl_easy_setopt(easy, CURLOPT_USERNAME, link->user);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, link->password);
    link_set_tls(link);
    if (!multi_add(http->multi, &link->transfer))
        PANIC("libcurl refuses a connection");
}

static struct link *link_new(struct http *http,
                             const struct mail_request *request)
{
    struct link *link = memory_new(sizeof *link);

    link->http = http;
    link->timer = timer_new(http->loop, link_due, link);
    link->url = memory_text(request->url);
    link->user = memory_text(request->user);
    link->password = memory_text(request->password);
    link->tls = request->tls;
    buf_init(&link->message, 2 * MESSAGE_MAX);
    buf_init(&link->out, 2 * MESSAGE_MAX);
    buf_init(&link->reply, LINK_REPLY_MAX);
    buf_init(&link->verdict, LINK_REPLY_MAX);
    link->next = http->links;
    http->links = link;
    return link;
}

static struct link *link_find(const struct http *http,
                              const struct mail_request *request)
{
    struct link *link;

    for (link = http->links; link; link = link->next)
        if (link->step == LINK_IDLE && link->tls == request->tls &&
            strcmp(link->url, request->url) == 0 &&
            text_equal(link->user, request->user) &&
            text_equal(link->password, request->password))
            break;
    return link;
}

/* ASCII only: few servers offer SMTPUTF8, and libcurl does not tell. */
static bool address_ok(const char *address)
{
    size_t len = strlen(address);

    for (const char *c = address; *c; c++)
        if (*c <= ' ' || (unsigned char)*c >= 127 || *c == '<' || *c == '>')
            return false;
    return len > 0 && len <= 254;
}

/* Every line ends in CRLF: a bare CR or LF is a line end to some servers and
 * not to others, and between the two a second message can be smuggled. */
static bool message_ok(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0')
            return false;
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            return false;
        if (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'))
            return false;
    }
    return len >= 2 && text[len - 1] == '\n';
}

/* RFC 5321 4.5.2: a dot at the start of a line is doubled; a dot alone ends. */
static void stuff_dots(struct buf *out, const char *text, size_t len)
{
    const char *end = text + len;

    buf_reset(out);
    while (text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        const char *next = line_end ? line_end + 1 : end;

        if (*text == '.')
            buf_char(out, '.');
        buf_add(out, text, (size_t)(next - text));
        text = next;
    }
    buf_text(out, ".\r\n");
}

static bool mail_check(const struct http *http,
                       const struct mail_request *request, struct error *err)
{
    if (http->closing)
        return error_set(err, ERROR_CANNOT, "shutting down: nothing is sent");
    if (!address_ok(request->from))
        return error_set(err, ERROR_INPUT,
                         "the sender's email address cannot be used");
    if (!address_ok(request->to))
        return error_set(err, ERROR_INPUT,
                         "the recipient's email address cannot be used");
    if (request->message_len > MESSAGE_MAX)
        return error_set(err, ERROR_INPUT,
                         "the message of %zu bytes is over %zu",
                         request->message_len, MESSAGE_MAX);
    if (!message_ok(request->message, request->message_len))
        return error_set(err, ERROR_INPUT,
                         "the message has lines that do not end in CRLF");
    return true;
}

/* The link for this message: an idle one to the same server, or a new one. */
static struct link *link_take_one(struct http *http,
                                  const struct mail_request *request,
                                  struct error *err)
{
    static const char *const schemes[] = {"smtp", "smtps", NULL};
    struct link *link = link_find(http, request);

    if (link)
        return link;
    if (!http_url_check(request->url, schemes, err))
        return NULL;
    return link_new(http, request);
}

bool http_mail(struct http *http, const struct mail_request *request,
               http_done_fn *done, void *arg, struct error *err)
{
    struct link *link;

    if (!mail_check(http, request, err))
        return false;
    link = link_take_one(http, request, err);
    if (!link)
        return false;
    link->done = done;
    link->arg = arg;
    free(link->from);
    free(link->to);
    link->from = memory_text(request->from);
    link->to = memory_text(request->to);
    stuff_dots(&link->message, request->message, request->message_len);
    http->running++;
    timer_keeps_loop(link->timer, true);
    timer_start(link->timer, request->total_ms > 0 ? request->total_ms
                                                   : http->limits.total_ms);
    if (link->step != LINK_IDLE) {
        link_connect(link);
        return true;
    }
    link->fresh = false;
    if (!link_begin(link)) {
        link_hang_up(link);
        link_connect(link);
    }
    return true;
}

void mail_end_all(struct http *http)
{
    while (http->links) {
        struct link *link = http->links;

        if (link->done) {
            link_failed(link, "stopped before an answer came", false);
        } else {
            link_quit(link);
            link_free(link);
        }
    }
}
