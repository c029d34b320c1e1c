/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a provider may be fed: rate, concurrency window and circuit, three
 * small objects that are never mixed, and the back-off of a retry. Pure
 * arithmetic over a `now` that is given in; nothing here sleeps, allocates or
 * asks for the time.
 */
#include "base/error.h"

#include "scheduler/pace.h"

void rate_init(struct rate *rate, double per_second, double burst, int64_t now)
{
    rate->per_second = per_second;
    rate->burst = burst < 1 ? 1 : burst;
    rate->tokens = rate->burst;
    rate->at = now;
}

static void rate_refill(struct rate *rate, int64_t now)
{
    if (now <= rate->at)
        return;
    rate->tokens += (double)(now - rate->at) * rate->per_second / 1000.0;
    if (rate->tokens > rate->burst)
        rate->tokens = rate->burst;
    rate->at = now;
}

int rate_available(struct rate *rate, int64_t now, int most)
{
    if (rate->per_second <= 0)
        return most;
    rate_refill(rate, now);
    if (rate->tokens >= (double)most)
        return most;
    return rate->tokens < 1 ? 0 : (int)rate->tokens;
}

void rate_take(struct rate *rate, int n)
{
    if (rate->per_second > 0)
        rate->tokens -= n;
}

void rate_give_back(struct rate *rate, int n)
{
    if (rate->per_second <= 0)
        return;
    rate->tokens += n;
    if (rate->tokens > rate->burst)
        rate->tokens = rate->burst;
}

int64_t rate_next(const struct rate *rate, int64_t now)
{
    if (rate->per_second <= 0)
        return 0;
    double tokens = rate->tokens;
    if (now > rate->at)
        tokens += (double)(now - rate->at) * rate->per_second / 1000.0;
    if (tokens >= 1)
        return 0;
    double wait = (1 - tokens) * 1000.0 / rate->per_second;
    return (int64_t)wait + 1;
}

void window_size_init(struct window_size *window, int initial, int most)
{
    window->most = most < 1 ? 1 : most;
    window->size = initial < 1 ? 1 : initial;
    if (window->size > window->most)
        window->size = window->most;
    window->in_use = 0;
}

int window_size_free(const struct window_size *window)
{
    int size = (int)window->size;
    return size > window->in_use ? size - window->in_use : 0;
}

void window_size_take(struct window_size *window, int n)
{
    window->in_use += n;
}

/* Grows only near the actually busy count, so that an idle hour does not
 * open the window for a burst nobody has tested; one trouble halves it. */
void window_size_done(struct window_size *window, bool trouble)
{
    if (window->in_use <= 0)
        PANIC("more completions than permits");
    bool busy = window->in_use * 2 >= (int)window->size;
    window->in_use--;
    if (trouble)
        window->size /= 2;
    else if (busy)
        window->size += 1;
    if (window->size < 1)
        window->size = 1;
    if (window->size > window->most)
        window->size = window->most;
}

enum { CIRCUIT_FAILURES = 5, CIRCUIT_MIN_MS = 5000, CIRCUIT_MAX_MS = 300000 };

void circuit_init(struct circuit *circuit)
{
    *circuit = (struct circuit){.state = CIRCUIT_CLOSED};
}

bool circuit_admits(struct circuit *circuit, int64_t now)
{
    switch (circuit->state) {
    case CIRCUIT_CLOSED:
        return true;
    case CIRCUIT_OPEN:
        if (now < circuit->until)
            return false;
        circuit->state = CIRCUIT_HALF_OPEN;
        return true;
    case CIRCUIT_HALF_OPEN:
        return true; /* the caller holds it to one probe */
    }
    PANIC("circuit state %d", (int)circuit->state);
}

static void circuit_open(struct circuit *circuit, int64_t now)
{
    int64_t wait = CIRCUIT_MIN_MS;
    for (int i = 0; i < circuit->opened && wait < CIRCUIT_MAX_MS; i++)
        wait *= 2;
    if (wait > CIRCUIT_MAX_MS)
        wait = CIRCUIT_MAX_MS;
    circuit->state = CIRCUIT_OPEN;
    circuit->until = now + wait;
    circuit->failures = 0;
    circuit->opened++;
}

void circuit_result(struct circuit *circuit, bool trouble, bool halt,
                    int64_t now)
{
    if (!trouble && !halt) {
        if (circuit->state != CIRCUIT_OPEN)
            circuit_init(circuit);
        return;
    }
    /* Late failures of requests that left before it opened say nothing new. */
    if (circuit->state == CIRCUIT_OPEN)
        return;
    circuit->failures++;
    if (halt || circuit->state == CIRCUIT_HALF_OPEN ||
        circuit->failures >= CIRCUIT_FAILURES)
        circuit_open(circuit, now);
}

void circuit_rest(struct circuit *circuit, int64_t until)
{
    if (circuit->state != CIRCUIT_OPEN || circuit->until < until)
        circuit->until = until;
    circuit->state = CIRCUIT_OPEN;
    circuit->failures = 0;
}

int64_t backoff_ms(int tries, int64_t base_ms, int64_t cap_ms,
                   int64_t at_least_ms, struct random *random)
{
    int64_t most = base_ms;
    for (int i = 0; i < tries && most < cap_ms; i++)
        most *= 2;
    if (most > cap_ms)
        most = cap_ms;
    int64_t wait = (int64_t)(random_unit(random) * (double)most);
    return wait < at_least_ms ? at_least_ms : wait;
}
