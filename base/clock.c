/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one door through which time comes in. Everything else gets `now` as a
 * parameter. A pretended time replaces both clocks at once and stands still
 * between calls, which is what makes a month of campaigns run in a second and
 * the same way every time. Any thread.
 */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#define NOT_PRETENDED INT64_MIN

static _Atomic int64_t pretended = NOT_PRETENDED;

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

instant clock_now(void)
{
    int64_t now = atomic_load_explicit(&pretended, memory_order_acquire);
    return now != NOT_PRETENDED ? now : read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
    int64_t now = atomic_load_explicit(&pretended, memory_order_acquire);
    return now != NOT_PRETENDED ? now : read_clock(CLOCK_MONOTONIC);
}

void clock_pretend(instant now)
{
    int64_t before = atomic_load(&pretended);
    while (now > before &&
           !atomic_compare_exchange_weak(&pretended, &before, now)) {
    }
}

bool clock_is_pretended(void)
{
    return atomic_load(&pretended) != NOT_PRETENDED;
}

void clock_real(void)
{
    atomic_store(&pretended, NOT_PRETENDED);
}

instant instant_sooner(instant a, instant b)
{
    return a < b ? a : b;
}

instant instant_later(instant a, instant b)
{
    return a > b ? a : b;
}
