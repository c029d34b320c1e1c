/* SPDX-License-Identifier: Apache-2.0 */
/* A provider's own queue, as far as it can be known from here. */
#include "scheduler/queue.h"

#include "store/attempt.h"

/* Providers drop what waits longer (S-12). */
#define HORIZON_MS (10 * HOUR_MS)

static int64_t takes_ms(const struct queue *queue, int parts)
{
    return (int64_t)(parts * 1000.0 / queue->per_second);
}

double queue_speed(double sender_per_second, double per_second)
{
    return sender_per_second > 0 ? sender_per_second : per_second;
}

void queue_add(struct queue *queue, instant now, int parts)
{
    if (queue->per_second <= 0)
        return;
    if (queue->empty_at < now)
        queue->empty_at = now;
    queue->empty_at += takes_ms(queue, parts);
}

void queue_remove(struct queue *queue, int parts)
{
    if (queue->per_second > 0)
        queue->empty_at -= takes_ms(queue, parts);
}

int64_t queue_wait_ms(const struct queue *queue, instant now)
{
    return queue->empty_at > now ? queue->empty_at - now : 0;
}

struct old {
    struct queue *queue;
    instant now;
};

/* One of the future is a wrong clock's: nothing waits behind it. */
static void add_old(void *arg, instant at, int parts)
{
    const struct old *old = arg;
    if (at <= old->now)
        queue_add(old->queue, at, parts);
}

bool queues_read(struct queue queues[CHANNEL_COUNT], struct store *store,
                 const char *provider, double per_second, instant now,
                 struct error *err)
{
    for (int c = 0; c < CHANNEL_COUNT; c++) {
        struct old old = {&queues[c], now};
        queues[c] = (struct queue){.per_second = per_second};
        if (per_second > 0 &&
            !attempt_handed_over(store, provider, (enum channel)c,
                                 now - HORIZON_MS, add_old, &old, err))
            return false;
    }
    return true;
}
