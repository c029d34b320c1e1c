/* SPDX-License-Identifier: Apache-2.0 */
/* libmicrohttpd on the loop: its epoll descriptor is watched, its work done
 * when that speaks, and once more when it says so.
 *
 * By itself it is lenient where a proxy in front may see another message than
 * we do: two lengths, a length beside chunks, a header that goes on in the next
 * line, a path cut at %00. Such requests end here, before anybody reads them.
 * Its time-outs are of silence; a request that drips a byte a second is cut off
 * by our own clock, as is one that is handled while its sender has gone: such a
 * connection is asleep inside libmicrohttpd and notices nothing until it is
 * answered. That clock is a timer of the loop, so that a pretended time cuts
 * nobody off. */
#include "io/listener.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/listener_fault.h"
#include "io/loop.h"
#include "io/loop_uv.h"
#include "io/socket.h"

#define SWEEP_MS 1000
#define DROPPED (-1)

/* One connection: how long it may take. */
struct link {
    struct link *next, **list;
    int fd;
    int64_t until; /* in sweeps; INT64_MAX: it was cut off, or is `whole` */
    bool asked;    /* it had a request */
    bool idle;     /* between two of them */
    bool whole;    /* its request is being handled */
};

struct exchange {
    struct listener *listener;
    struct MHD_Connection *connection;
    struct link *link;
    struct exchange *next, **list; /* those that wait for an answer */
    char *target;
    char method[16];
    struct buf body;
    size_t room;              /* for it */
    const char *name, *value; /* of a header of the answer; NULL */
    unsigned refused;         /* the status it is refused with; 0 */
    bool begun, inside;
    int status; /* of the answer; 0: none yet, or DROPPED */
    struct MHD_Response *response;
};

struct watch {
    uv_poll_t uv; /* first: loop_uv.h */
    struct listener *listener;
};

struct listener {
    struct loop *loop;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct timer *again, *sweep;
    struct link *links;
    int64_t sweeps; /* so far, one a second while there are connections */
    struct exchange *waiting;
    listener_fn *fn;
    listener_refused_fn *refused; /* or NULL */
    listener_room_fn *room;       /* or NULL */
    void *arg;
    int64_t open, whole; /* connections, and those of them */
    bool leaving, ending;
    char path[SOCKET_PATH_MAX]; /* of a Unix socket, or "" */
    int port;
};

/* Running ---------------------------------------------------------------------
 */

static void run(void *arg)
{
    struct listener *listener = arg;
    MHD_UNSIGNED_LONG_LONG wait;
    MHD_run(listener->daemon);
    if (MHD_get_timeout(listener->daemon, &wait) == MHD_YES)
        timer_start(listener->again, wait > 1000 ? 1000 : (int64_t)wait);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    run(((struct watch *)poll)->listener);
}

static void tell_refused(const struct listener *listener, unsigned status)
{
    if (listener->refused)
        listener->refused(listener->arg, (int)status);
}

/* Connections -----------------------------------------------------------------
 */

static void link_whole(struct listener *listener, struct link *link, bool whole)
{
    listener->whole += whole - link->whole;
    link->whole = whole;
}

/* Shut down, not closed: libmicrohttpd then sees its end as any other. */
static void cut_off(struct link *link)
{
    link->until = INT64_MAX;
    shutdown(link->fd, SHUT_RDWR);
}

static void sweep(void *arg)
{
    struct listener *listener = arg;
    listener->sweeps++;
    for (struct link *link = listener->links; link; link = link->next) {
        if (link->until >= listener->sweeps)
            continue;
        if (!link->idle)
            tell_refused(listener, MHD_HTTP_REQUEST_TIMEOUT);
        cut_off(link);
    }
    if (listener->links)
        timer_start(listener->sweep, SWEEP_MS);
}

/* Whether `one` gives way before `other`: who only keeps a connection between
 * two requests first, and of the same sort who has done so for longest. */
static bool gives_way(const struct link *one, const struct link *other)
{
    if (one->whole || one->until == INT64_MAX)
        return false;
    if (!other || one->idle != other->idle)
        return !other || one->idle;
    return one->until <= other->until;
}

/* Whoever has sent no whole request has no more than their share of the places:
 * who had the longest time for it goes, and that is told. So those that only
 * hold a place keep nobody out. */
static void keep_room(struct listener *listener)
{
    struct link *longest = NULL;
    if (listener->open - listener->whole <= LISTENER_UNHEARD &&
        listener->open <= LISTENER_CONNECTIONS - LISTENER_SPARE)
        return;
    for (struct link *link = listener->links; link; link = link->next)
        if (gives_way(link, longest))
            longest = link;
    if (!longest)
        return;
    if (!longest->idle) /* else nothing of it is refused */
        tell_refused(listener, MHD_HTTP_SERVICE_UNAVAILABLE);
    cut_off(longest);
}

static void on_connection(void *arg, struct MHD_Connection *connection,
                          void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct listener *listener = arg;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        struct link *link = *context;
        *link->list = link->next;
        if (link->next)
            link->next->list = link->list;
        link_whole(listener, link, false);
        if (!link->asked && link->until < INT64_MAX && !listener->ending &&
            listener_got_no_word(link->fd))
            tell_refused(listener, MHD_HTTP_BAD_REQUEST);
        free(link);
        listener->open--;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct link *link = memory_new(sizeof(*link));
    link->fd = info->connect_fd;
    link->until = listener->sweeps + LISTENER_REQUEST_SECONDS;
    if (!listener->links)
        timer_start(listener->sweep, SWEEP_MS);
    link->next = listener->links;
    link->list = &listener->links;
    if (link->next)
        link->next->list = &link->next;
    listener->links = link;
    listener->open++;
    *context = link;
    keep_room(listener);
}

static struct link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Requests --------------------------------------------------------------------
 */

const char *exchange_method(const struct exchange *exchange)
{
    return exchange->method;
}

const char *exchange_target(const struct exchange *exchange)
{
    return exchange->target;
}

const char *exchange_body(const struct exchange *exchange, size_t *len)
{
    *len = exchange->body.len;
    return exchange->body.data ? exchange->body.data : "";
}

struct looking {
    const char *name;
    const char *value;
    int count;
};

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind,
                            const char *name, const char *value)
{
    struct looking *it = arg;
    (void)kind;
    if (strcasecmp(name, it->name) != 0)
        return MHD_YES;
    it->value = value;
    it->count++;
    return MHD_YES;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    struct looking it = {.name = name};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, look, &it);
    return it.count == 1 ? it.value : NULL;
}

/* The first that is known of a request: its target, as it was sent. */
static void *on_target(void *arg, const char *target,
                       struct MHD_Connection *connection)
{
    struct listener *listener = arg;
    struct exchange *exchange = memory_new(sizeof(*exchange));
    exchange->listener = listener;
    exchange->connection = connection;
    exchange->link = link_of(connection);
    exchange->refused = listener_target_fault(target);
    exchange->target = memory_text(exchange->refused ? "" : target);
    if (exchange->link) {
        exchange->link->asked = true;
        exchange->link->idle = false;
        exchange->link->until = listener->sweeps + LISTENER_REQUEST_SECONDS;
    }
    return exchange;
}

/* We read the target ourselves: nothing is decoded in place. */
static size_t on_escape(void *arg, struct MHD_Connection *connection,
                        char *text)
{
    (void)arg;
    (void)connection;
    return strlen(text);
}

static enum MHD_Result refuse(struct exchange *exchange, unsigned status)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    tell_refused(exchange->listener, status);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
    if (exchange->status == DROPPED)
        return MHD_NO;
    if (exchange->listener->leaving)
        MHD_add_response_header(exchange->response, MHD_HTTP_HEADER_CONNECTION,
                                "close");
    enum MHD_Result result = MHD_queue_response(
        exchange->connection, (unsigned)exchange->status, exchange->response);
    MHD_destroy_response(exchange->response);
    exchange->response = NULL;
    if (exchange->link) {
        link_whole(exchange->listener, exchange->link, false);
        exchange->link->idle = true;
        exchange->link->until =
            exchange->listener->sweeps + LISTENER_IDLE_SECONDS;
    }
    return result;
}

/* Whole: somebody hears of it, unless all places are taken by those that wait
 * for their answer. */
static enum MHD_Result handle(struct exchange *exchange)
{
    struct listener *listener = exchange->listener;
    if (listener->whole >= LISTENER_CONNECTIONS - 2 * LISTENER_SPARE)
        return refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE);
    if (exchange->link) {
        exchange->link->until = INT64_MAX;
        link_whole(listener, exchange->link, true);
    }
    exchange->inside = true;
    listener->fn(listener->arg, exchange);
    exchange->inside = false;
    if (exchange->status)
        return send_answer(exchange);
    exchange->next = listener->waiting;
    exchange->list = &listener->waiting;
    if (exchange->next)
        exchange->next->list = &exchange->next;
    listener->waiting = exchange;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

static void make_room(struct exchange *exchange)
{
    const struct listener *listener = exchange->listener;
    exchange->room = listener->room ? listener->room(listener->arg, exchange)
                                    : LISTENER_BODY_MAX;
    if (exchange->room > 0 &&
        listener_length(exchange->connection) > exchange->room)
        exchange->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    buf_init(&exchange->body, exchange->room + 1);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct exchange *exchange = *context;
    (void)arg;
    (void)connection;
    (void)url;
    if (exchange->status)
        return send_answer(exchange);
    if (!exchange->begun) {
        exchange->begun = true;
        text_copy(exchange->method, sizeof(exchange->method), method);
        if (!exchange->refused)
            exchange->refused =
                listener_headers_fault(exchange->connection, version);
        if (!exchange->refused)
            make_room(exchange);
        return exchange->refused ? refuse(exchange, exchange->refused)
                                 : MHD_YES;
    }
    if (*size > 0) {
        if (exchange->room > 0 && exchange->body.len + *size > exchange->room)
            exchange->refused = MHD_HTTP_CONTENT_TOO_LARGE;
        else if (exchange->room > 0)
            buf_add(&exchange->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    return exchange->refused ? refuse(exchange, exchange->refused)
                             : handle(exchange);
}

static void wait_end(struct exchange *exchange)
{
    if (!exchange->list)
        return;
    *exchange->list = exchange->next;
    if (exchange->next)
        exchange->next->list = exchange->list;
    exchange->list = NULL;
}

/* libmicrohttpd answers some of what is malformed without asking us, and says
 * with which status only to its log. Its other words are about us. */
static void on_log(void *arg, const char *format, va_list values)
{
    if (text_starts(format,
                    "Error processing request (HTTP response code is %u"))
        tell_refused(arg, va_arg(values, unsigned));
}

static void on_end(void *arg, struct MHD_Connection *connection, void **context,
                   enum MHD_RequestTerminationCode how)
{
    struct exchange *exchange = *context;
    (void)arg;
    (void)connection;
    (void)how;
    if (!exchange)
        return;
    wait_end(exchange);
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    buf_free(&exchange->body);
    free(exchange->target);
    free(exchange);
}

/* Decided; from outside the call libmicrohttpd asks for it again. */
static void go_on(struct exchange *exchange)
{
    if (exchange->inside)
        return;
    wait_end(exchange);
    MHD_resume_connection(exchange->connection);
    timer_start(exchange->listener->again, 0);
}

void exchange_answer(struct exchange *exchange, int status, const char *type,
                     const char *body, size_t len)
{
    exchange->status = status;
    /* libmicrohttpd takes the bytes, though it does not say const. */
    exchange->response = MHD_create_response_from_buffer(
        type ? len : 0, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    if (type)
        MHD_add_response_header(exchange->response,
                                MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (exchange->name)
        MHD_add_response_header(exchange->response, exchange->name,
                                exchange->value);
    go_on(exchange);
}

void exchange_say(struct exchange *exchange, const char *name,
                  const char *value)
{
    exchange->name = name; /* literals */
    exchange->value = value;
}

void exchange_answer_method(struct exchange *exchange, const char *allowed)
{
    exchange->status = MHD_HTTP_METHOD_NOT_ALLOWED;
    exchange->response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(exchange->response, MHD_HTTP_HEADER_ALLOW, allowed);
    go_on(exchange);
}

void exchange_drop(struct exchange *exchange)
{
    exchange->status = DROPPED;
    go_on(exchange);
}

/* Opening ---------------------------------------------------------------------
 */

static bool watch_daemon(struct listener *listener)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct watch *watch = memory_new(sizeof(*watch));
    watch->listener = listener;
    if (uv_poll_init(loop_uv(listener->loop), &watch->uv, info->epoll_fd) !=
        0) {
        free(watch);
        return false;
    }
    loop_adopt(listener->loop, (uv_handle_t *)&watch->uv);
    listener->watch = watch;
    return uv_poll_start(&watch->uv, UV_READABLE, on_ready) == 0;
}

static bool start(struct listener *listener, int fd, struct error *err)
{
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
        NULL, on_request, listener, MHD_OPTION_EXTERNAL_LOGGER, on_log,
        listener, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT,
        listener_library_old() ? 0 : 1, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)LISTENER_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LISTENER_HEAD_MAX, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, on_escape, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, listener,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, listener,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener, MHD_OPTION_END);
    if (!listener->daemon) {
        close(fd);
        return error_set(err, ERROR_CANNOT,
                         "the HTTP server cannot start: out of descriptors?");
    }
    listener->again = timer_new(listener->loop, run, listener);
    listener->sweep = timer_new(listener->loop, sweep, listener);
    if (!watch_daemon(listener))
        return error_set(err, ERROR_CANNOT,
                         "the HTTP server's descriptor cannot be watched");
    run(listener);
    return true;
}

struct listener *listener_new(struct loop *loop, const char *listen,
                              listener_fn *fn, void *arg, struct error *err)
{
    struct listener *listener = memory_new(sizeof(*listener));
    listener->loop = loop;
    listener->fn = fn;
    listener->arg = arg;
    int fd = socket_listen(listen, listener->path, &listener->port, err);
    if (fd >= 0 && start(listener, fd, err))
        return listener;
    listener_free(listener);
    return NULL;
}

void listener_on_refused(struct listener *listener, listener_refused_fn *fn)
{
    listener->refused = fn;
}

void listener_on_head(struct listener *listener, listener_room_fn *fn)
{
    listener->room = fn;
}

static void unlink_path(struct listener *listener)
{
    if (listener->path[0])
        unlink(listener->path);
    listener->path[0] = '\0'; /* whoever comes there next has their own */
}

void listener_leave(struct listener *listener)
{
    run(listener); /* who has come is let in */
    MHD_socket fd = MHD_quiesce_daemon(listener->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    unlink_path(listener);
    listener->leaving = true;
}

void listener_free(struct listener *listener)
{
    if (!listener)
        return;
    while (listener->waiting)
        exchange_answer(listener->waiting, MHD_HTTP_SERVICE_UNAVAILABLE, NULL,
                        "", 0);
    if (listener->daemon) {
        MHD_run(listener->daemon); /* those answers leave */
        listener->ending = true;
        MHD_stop_daemon(listener->daemon);
    }
    if (listener->watch) {
        uv_poll_stop(&listener->watch->uv);
        loop_close_handle((uv_handle_t *)&listener->watch->uv);
    }
    timer_free(listener->again);
    timer_free(listener->sweep);
    unlink_path(listener);
    free(listener);
}

int listener_port(const struct listener *listener)
{
    return listener->port;
}

int64_t listener_open(const struct listener *listener)
{
    return listener ? listener->open : 0;
}
