/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* The event loop (libuv inside). Everything here belongs to the loop's
 * thread, except wake_send(). */
struct loop;
struct loop *loop_new(void);
/* Closes what is still open, lets the close callbacks run, and frees. */
void loop_free(struct loop *loop);
/* Runs until loop_stop() or nothing is left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* One-shot timer; starting again re-arms it. Monotonic milliseconds. */
struct timer;
typedef void timer_fn(void *arg);
struct timer *timer_new(struct loop *loop, timer_fn *fn, void *arg);
void timer_start(struct timer *timer, int64_t after_ms);
void timer_stop(struct timer *timer);
void timer_free(struct timer *timer); /* NULL is fine */

/* Lets another thread (or a signal's ordinary code) call into the loop;
 * several sends may become one call. */
struct wake;
typedef void wake_fn(void *arg);
struct wake *wake_new(struct loop *loop, wake_fn *fn, void *arg);
void wake_send(struct wake *wake); /* any thread */
void wake_free(struct wake *wake);

/* A signal as an ordinary call on the loop. */
typedef void signal_fn(void *arg, int signum);
bool loop_on_signal(struct loop *loop, int signum, signal_fn *fn, void *arg);

/* Tells systemd ("READY=1" ...); nothing without $NOTIFY_SOCKET. */
void loop_notify(const char *state);

#endif
