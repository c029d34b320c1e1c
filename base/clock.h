/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. Never a count of local time. */
typedef int64_t instant;

#define INSTANT_NEVER INT64_MAX
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

instant instant_sooner(instant a, instant b);
instant instant_later(instant a, instant b);

/* The only two places where the program asks for the time. Any thread.
 * Wall clock for windows and due times; the monotonic one for delays,
 * time-outs and rates. */
instant clock_now(void);
int64_t clock_monotonic_ms(void);

/* A pretended time (--now, the simulator, tests): from here on both clocks
 * stand still at `now` and move only by the next call. Never goes back. */
void clock_pretend(instant now);
bool clock_is_pretended(void);
void clock_real(void); /* back to the real clocks: tests only */

#endif
