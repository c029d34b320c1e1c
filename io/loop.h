/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The event loop (libuv inside). Everything here belongs to the loop's
 * thread, except wake_send(). */
struct loop;
/* Also makes the process ignore SIGPIPE: a peer that went away is an error
 * of one write, not the end of the program. */
struct loop *loop_new(void);
/* Closes what is still open (timers and wakes nobody freed go with it; do
 * not free them afterwards), lets the close callbacks run, frees, and stops
 * the program if anything is left. NULL is fine. */
void loop_free(struct loop *loop);
/* How many timers, wakes, signals and watched sockets are open: tests prove
 * with it that nothing was left behind. */
size_t loop_open(const struct loop *loop);
/* Runs until loop_stop() or nothing is left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* One-shot timer; starting again re-arms it. Monotonic milliseconds from now
 * (from the call, not from the loop's last look at the clock). 0 or less: as
 * soon as waiting input was read, never before, so a chain of them starves
 * nobody. A periodic caller computes its next time absolutely and passes the
 * rest: nothing drifts. */
struct timer;
typedef void timer_fn(void *arg);
struct timer *timer_new(struct loop *loop, timer_fn *fn, void *arg);
void timer_start(struct timer *timer, int64_t after_ms);
void timer_stop(struct timer *timer);
void timer_free(struct timer *timer); /* NULL is fine; also from its own fn */

/* Lets another thread call into the loop; several sends may become one call.
 * Keeps the loop running until it is freed. */
struct wake;
typedef void wake_fn(void *arg);
struct wake *wake_new(struct loop *loop, wake_fn *fn, void *arg);
void wake_send(struct wake *wake); /* any thread */
void wake_free(struct wake *wake); /* NULL is fine; no sender may be left */

/* A signal as an ordinary call on the loop. */
typedef void signal_fn(void *arg, int signum);
bool loop_on_signal(struct loop *loop, int signum, signal_fn *fn, void *arg);
/* One that comes before that waits for it, instead of ending the process. */
void loop_hold_signal(int signum);

/* Tells systemd ("READY=1", "STOPPING=1", "STATUS=..."); nothing without
 * $NOTIFY_SOCKET. */
void loop_notify(const char *state);

#endif
