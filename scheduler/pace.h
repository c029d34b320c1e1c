/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PACE_H
#define SCHEDULER_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/hash.h"

/* Three small things that are never mixed: rate, window, dead. All take
 * monotonic milliseconds as `now`; loop thread only; pure arithmetic. */

/* A token bucket: so many a second, in bursts of at most `burst`. */
struct rate {
    double per_second; /* 0: no limit */
    double burst;
    double tokens;
    int64_t at;
};
void rate_init(struct rate *rate, double per_second, double burst, int64_t now);
int rate_available(struct rate *rate, int64_t now, int most);
void rate_take(struct rate *rate, int n);
void rate_give_back(struct rate *rate, int n);
int64_t rate_next(const struct rate *rate, int64_t now); /* ms until one */

/* A concurrency window: grows by success, shrinks by trouble, between 1 and
 * `most`. */
struct window_size {
    double size;
    int most;
    int in_use;
};
void window_size_init(struct window_size *window, int initial, int most);
int window_size_free(const struct window_size *window);
void window_size_take(struct window_size *window, int n);
void window_size_done(struct window_size *window, bool trouble);

/* Dead or alive: closed (works), open (leave it alone until `until`),
 * half-open (one probe). */
enum circuit_state { CIRCUIT_CLOSED, CIRCUIT_OPEN, CIRCUIT_HALF_OPEN };
struct circuit {
    enum circuit_state state;
    int failures; /* in a row */
    int64_t until;
    int opened; /* times in a row, for back-off */
};
void circuit_init(struct circuit *circuit);
bool circuit_admits(struct circuit *circuit, int64_t now);
void circuit_result(struct circuit *circuit, bool trouble, bool halt,
                    int64_t now);
/* Open until then at least: it said how long it is to be left alone. */
void circuit_rest(struct circuit *circuit, int64_t until);

/* Capped exponential back-off with full jitter (S-15): base * 2^tries, at
 * most cap, times a random share; never less than `at_least`. */
int64_t backoff_ms(int tries, int64_t base_ms, int64_t cap_ms,
                   int64_t at_least_ms, struct random *random);

#endif
