/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: timers, wakes from other threads, signals and a word to
 * systemd, over libuv.
 *
 * libuv frees nothing and forgives nothing: memory of a handle may be used
 * again only in its close callback. So every handle sits at the head of its
 * own block, and there is one way to end it, loop_close_handle(). Nothing
 * here blocks, and nothing here asks for the wall clock.
 *
 * Stops the program when libuv refuses a loop, a timer or a wake (out of
 * descriptors at start) and when a loop is freed with something left in it. */
#include "io/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <uv.h>

#include "base/error.h"
#include "base/memory.h"

#include "io/loop_uv.h"

/* Timers of 0 ms do not go through libuv's heap: there a timer started with
 * 0 from a timer's callback fires again before any input is read. They wait
 * in `soon` and run in the check phase, right after input, in the same turn;
 * the idle handle keeps that turn from sleeping. */
struct loop {
    uv_loop_t uv;
    uv_check_t check;
    uv_idle_t idle;
    struct timer *soon, *soon_last;
    struct timer *now; /* being run: started ones wait for the next turn */
    size_t open;
};

struct timer {
    uv_timer_t uv;
    struct loop *loop;
    timer_fn *fn;
    void *arg;
    struct timer *next;
    struct timer **list; /* head of the list it stands in, or NULL */
};

struct wake {
    uv_async_t uv;
    wake_fn *fn;
    void *arg;
};

struct signal_watch {
    uv_signal_t uv;
    signal_fn *fn;
    void *arg;
};

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void loop_adopt(struct loop *loop, uv_handle_t *handle)
{
    handle->data = handle;
    loop->open++;
}

static void handle_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void loop_close_handle(uv_handle_t *handle)
{
    if (uv_is_closing(handle))
        return;
    ((struct loop *)handle->loop->data)->open--;
    uv_close(handle, handle_closed);
}

size_t loop_open(const struct loop *loop)
{
    return loop->open;
}

static void soon_run(uv_check_t *check)
{
    struct loop *loop = check->data;
    struct timer *timer;

    loop->now = loop->soon;
    loop->soon = loop->soon_last = NULL;
    for (timer = loop->now; timer; timer = timer->next)
        timer->list = &loop->now;
    while ((timer = loop->now)) {
        loop->now = timer->next;
        timer->list = NULL;
        timer->fn(timer->arg);
    }
    if (!loop->soon) {
        uv_check_stop(&loop->check);
        uv_idle_stop(&loop->idle);
    }
}

static void idle_run(uv_idle_t *idle)
{
    (void)idle;
}

static void soon_add(struct timer *timer)
{
    struct loop *loop = timer->loop;

    timer->next = NULL;
    timer->list = &loop->soon;
    if (loop->soon_last)
        loop->soon_last->next = timer;
    else
        loop->soon = timer;
    loop->soon_last = timer;
    uv_check_start(&loop->check, soon_run);
    uv_idle_start(&loop->idle, idle_run);
}

static void soon_remove(struct timer *timer)
{
    struct loop *loop = timer->loop;
    struct timer **at, *before = NULL;

    if (!timer->list)
        return;
    for (at = timer->list; *at != timer; at = &(*at)->next)
        before = *at;
    *at = timer->next;
    if (timer == loop->soon_last)
        loop->soon_last = before;
    timer->list = NULL;
}

struct loop *loop_new(void)
{
    struct loop *loop = memory_new(sizeof *loop);
    int rc = uv_loop_init(&loop->uv);

    if (rc != 0)
        PANIC("no event loop: %s", uv_strerror(rc));
    loop->uv.data = loop;
    uv_check_init(&loop->uv, &loop->check);
    uv_idle_init(&loop->uv, &loop->idle);
    loop->check.data = loop;
    signal(SIGPIPE, SIG_IGN);
    return loop;
}

static void close_left(uv_handle_t *handle, void *arg)
{
    (void)arg;
    loop_close_handle(handle);
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_walk(&loop->uv, close_left, NULL);
    while (uv_loop_alive(&loop->uv)) /* a late loop_stop() ends one run */
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop->uv) != 0 || loop->open != 0)
        PANIC("the event loop is not empty: %zu open", loop->open);
    free(loop);
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

static void timer_due(uv_timer_t *uv)
{
    struct timer *timer = uv->data;

    timer->fn(timer->arg);
}

struct timer *timer_new(struct loop *loop, timer_fn *fn, void *arg)
{
    struct timer *timer = memory_new(sizeof *timer);

    timer->loop = loop;
    timer->fn = fn;
    timer->arg = arg;
    uv_timer_init(&loop->uv, &timer->uv);
    loop_adopt(loop, (uv_handle_t *)&timer->uv);
    return timer;
}

void timer_start(struct timer *timer, int64_t after_ms)
{
    timer_stop(timer);
    if (after_ms <= 0) {
        soon_add(timer);
        return;
    }
    uv_update_time(&timer->loop->uv);
    uv_timer_start(&timer->uv, timer_due, (uint64_t)after_ms, 0);
}

void timer_stop(struct timer *timer)
{
    soon_remove(timer);
    uv_timer_stop(&timer->uv);
}

void timer_keeps_loop(struct timer *timer, bool keeps)
{
    if (keeps)
        uv_ref((uv_handle_t *)&timer->uv);
    else
        uv_unref((uv_handle_t *)&timer->uv);
}

void timer_free(struct timer *timer)
{
    if (!timer)
        return;
    timer_stop(timer);
    loop_close_handle((uv_handle_t *)&timer->uv);
}

static void wake_due(uv_async_t *uv)
{
    struct wake *wake = uv->data;

    wake->fn(wake->arg);
}

struct wake *wake_new(struct loop *loop, wake_fn *fn, void *arg)
{
    struct wake *wake = memory_new(sizeof *wake);
    int rc = uv_async_init(&loop->uv, &wake->uv, wake_due);

    if (rc != 0)
        PANIC("no wake for the event loop: %s", uv_strerror(rc));
    wake->fn = fn;
    wake->arg = arg;
    loop_adopt(loop, (uv_handle_t *)&wake->uv);
    return wake;
}

void wake_send(struct wake *wake)
{
    uv_async_send(&wake->uv);
}

void wake_free(struct wake *wake)
{
    if (wake)
        loop_close_handle((uv_handle_t *)&wake->uv);
}

static void signal_due(uv_signal_t *uv, int signum)
{
    struct signal_watch *watch = uv->data;

    watch->fn(watch->arg, signum);
}

static void signal_mask(int how, int signum)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signum);
    pthread_sigmask(how, &set, NULL);
}

bool loop_on_signal(struct loop *loop, int signum, signal_fn *fn, void *arg)
{
    struct signal_watch *watch = memory_new(sizeof *watch);

    if (uv_signal_init(&loop->uv, &watch->uv) != 0)
        PANIC("no signal handle");
    watch->fn = fn;
    watch->arg = arg;
    loop_adopt(loop, (uv_handle_t *)&watch->uv);
    if (uv_signal_start(&watch->uv, signal_due, signum) != 0) {
        loop_close_handle((uv_handle_t *)&watch->uv);
        return false;
    }
    uv_unref((uv_handle_t *)&watch->uv);
    signal_mask(SIG_UNBLOCK, signum);
    return true;
}

void loop_hold_signal(int signum)
{
    signal_mask(SIG_BLOCK, signum);
}

void loop_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    int fd;

    if (len < 2 || len >= sizeof address.sun_path ||
        (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    /* Nobody to tell it to when this fails; systemd has its own time-out. */
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                  (struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
    close(fd);
}
