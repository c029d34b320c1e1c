/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl's multi_socket interface on libuv: sockets, the timer, the drain.
 *
 * Three traps are closed here. libcurl is never called from one of its own
 * callbacks: those only arm watches and the timer. A time-out of 0 ms stays 0
 * (a timer of 1 ms would halve the rate), and still waits for the loop. And
 * what libcurl finished is collected after every call into it, whether or not
 * anything still runs.
 *
 * Watches are lazy. libcurl forgets a socket whenever its transfer ends and
 * asks for it again with the next one on the same connection; obeying costs
 * four system calls a request. We know better when a socket is born and dies
 * (we open and close it for libcurl), so the watch stays as it is in between
 * and is taken down only when an idle socket speaks. */
#include "io/multi.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "base/error.h"
#include "base/memory.h"

#include "io/loop.h"
#include "io/loop_uv.h"

_Static_assert(SOCKET_IN == (int)UV_READABLE, "passed through");
_Static_assert(SOCKET_OUT == (int)UV_WRITABLE, "passed through");

struct watch {
    uv_poll_t uv;
    struct multi *multi;
    curl_socket_t fd;
    int armed;     /* what libuv reports */
    int wanted;    /* what somebody waits for */
    bool ours;     /* opened by us, so its end will be known */
    socket_fn *fn; /* NULL: libcurl drives it */
    void *arg;
};

struct multi {
    struct loop *loop;
    CURLM *curl;
    struct timer *timer;
    struct watch **watches; /* by descriptor */
    size_t cap;
};

static struct watch *watch_find(const struct multi *multi, curl_socket_t fd)
{
    return fd >= 0 && (size_t)fd < multi->cap ? multi->watches[fd] : NULL;
}

static void watch_close(struct watch *watch)
{
    watch->multi->watches[watch->fd] = NULL;
    uv_poll_stop(&watch->uv);
    loop_close_handle((uv_handle_t *)&watch->uv);
}

static struct watch *watch_new(struct multi *multi, curl_socket_t fd, bool ours)
{
    /* libcurl 7.88 closes a socket that was still connecting when its transfer
     * was given up, and does not tell: its number comes back. */
    struct watch *stale = watch_find(multi, fd);
    if (stale)
        watch_close(stale);
    struct watch *watch = memory_new(sizeof *watch);
    int rc = uv_poll_init_socket(loop_uv(multi->loop), &watch->uv, fd);

    if (rc != 0) { /* libuv knows nothing of it then: no close callback */
        free(watch);
        return NULL;
    }
    loop_adopt(multi->loop, (uv_handle_t *)&watch->uv);
    watch->multi = multi;
    watch->fd = fd;
    watch->ours = ours;
    if ((size_t)fd >= multi->cap) {
        size_t cap = (size_t)fd + 64;

        multi->watches =
            memory_grow(multi->watches, cap, sizeof *multi->watches);
        while (multi->cap < cap)
            multi->watches[multi->cap++] = NULL;
    }
    multi->watches[fd] = watch;
    return watch;
}

static void drain(struct multi *multi)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi->curl, &left))) {
        struct transfer *transfer;
        char *private = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        transfer = (struct transfer *)(void *)private;
        transfer->ended(transfer, result);
    }
}

static void act(struct multi *multi, curl_socket_t fd, int what)
{
    int running;

    curl_multi_socket_action(multi->curl, fd, what, &running);
    drain(multi);
}

static void watch_ready(uv_poll_t *uv, int status, int events)
{
    struct watch *watch = uv->data;
    int what = 0;

    if (watch->wanted == 0) {
        uv_poll_stop(&watch->uv);
        watch->armed = 0;
        return;
    }
    if (watch->fn) {
        watch->fn(watch->arg);
        return;
    }
    if (status < 0)
        what = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        what |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        what |= CURL_CSELECT_OUT;
    act(watch->multi, watch->fd, what);
}

static void watch_want(struct watch *watch, int events, bool keeps_loop)
{
    watch->wanted = events;
    if (events == 0 && (watch->armed & UV_WRITABLE)) {
        uv_poll_stop(&watch->uv); /* it would be ready for ever */
        watch->armed = 0;
    }
    if (events != 0 && events != watch->armed) {
        uv_poll_start(&watch->uv, events, watch_ready);
        watch->armed = events;
    }
    if (events != 0 && keeps_loop)
        uv_ref((uv_handle_t *)&watch->uv);
    else
        uv_unref((uv_handle_t *)&watch->uv);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                     void *per_socket)
{
    struct multi *multi = arg;
    struct watch *watch = watch_find(multi, fd);
    int events = 0;

    (void)easy;
    (void)per_socket;
    if (what == CURL_POLL_REMOVE) {
        if (watch && watch->ours && !watch->fn)
            watch_want(watch, 0, false);
        else if (watch && !watch->ours)
            watch_close(watch);
        return 0;
    }
    if (!watch && !(watch = watch_new(multi, fd, false)))
        return -1;
    if (what & CURL_POLL_IN)
        events |= UV_READABLE;
    if (what & CURL_POLL_OUT)
        events |= UV_WRITABLE;
    watch_want(watch, events, true);
    return 0;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose,
                             struct curl_sockaddr *address)
{
    struct multi *multi = arg;
    int fd = socket(address->family,
                    address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    address->protocol);

    (void)purpose;
    if (fd < 0)
        return CURL_SOCKET_BAD;
    if (!watch_new(multi, fd, true)) {
        close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

static int on_close(void *arg, curl_socket_t fd)
{
    struct watch *watch = watch_find(arg, fd);

    if (watch)
        watch_close(watch);
    return close(fd);
}

static void on_due(void *arg)
{
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *curl, long after_ms, void *arg)
{
    struct multi *multi = arg;

    (void)curl;
    if (after_ms < 0)
        timer_stop(multi->timer);
    else
        timer_start(multi->timer, after_ms);
    return 0;
}

struct multi *multi_new(struct loop *loop, long connections)
{
    struct multi *multi = memory_new(sizeof *multi);

    multi->loop = loop;
    multi->curl = curl_multi_init();
    if (!multi->curl)
        PANIC("libcurl gives no multi handle");
    multi->timer = timer_new(loop, on_due, multi);
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
    curl_multi_setopt(multi->curl, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    /* No limit of libcurl's own on open connections: queueing inside it is
     * quadratic. This is only how many idle ones are kept. */
    curl_multi_setopt(multi->curl, CURLMOPT_MAXCONNECTS, connections);
    return multi;
}

void multi_free(struct multi *multi)
{
    curl_multi_cleanup(multi->curl);
    timer_free(multi->timer);
    for (size_t i = 0; i < multi->cap; i++)
        if (multi->watches[i]) /* see watch_new() */
            watch_close(multi->watches[i]);
    free(multi->watches);
    free(multi);
}

void multi_prepare(struct multi *multi, struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, multi);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, multi);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* A name look-up given up must not be waited for: its thread ends alone. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

bool multi_add(struct multi *multi, struct transfer *transfer)
{
    return curl_multi_add_handle(multi->curl, transfer->easy) == CURLM_OK;
}

void multi_remove(struct multi *multi, struct transfer *transfer)
{
    curl_multi_remove_handle(multi->curl, transfer->easy);
}

void multi_take_socket(struct multi *multi, curl_socket_t fd, socket_fn *fn,
                       void *arg)
{
    struct watch *watch = watch_find(multi, fd);

    if (!watch)
        PANIC("socket %d is not libcurl's", (int)fd);
    watch->fn = fn;
    watch->arg = arg;
}

void multi_watch(struct multi *multi, curl_socket_t fd, int events,
                 bool keeps_loop)
{
    struct watch *watch = watch_find(multi, fd);

    if (watch)
        watch_want(watch, events, keeps_loop);
}
