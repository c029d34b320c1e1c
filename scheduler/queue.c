/* SPDX-License-Identifier: Apache-2.0 */
/* A provider's own queue, as far as it can be known from here. */
#include "scheduler/queue.h"

#include "store/attempt.h"

/* Providers drop what waits longer (S-12). */
#define HORIZON_MS (10 * HOUR_MS)

static int64_t takes_ms(const struct queue *queue, int segments)
{
    return (int64_t)(segments * 1000.0 / queue->per_second);
}

void queue_add(struct queue *queue, instant now, int segments)
{
    if (queue->per_second <= 0)
        return;
    if (queue->empty_at < now)
        queue->empty_at = now;
    queue->empty_at += takes_ms(queue, segments);
}

void queue_remove(struct queue *queue, int segments)
{
    if (queue->per_second > 0)
        queue->empty_at -= takes_ms(queue, segments);
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
static void add_old(void *arg, instant at, int segments)
{
    const struct old *old = arg;
    if (at <= old->now)
        queue_add(old->queue, at, segments);
}

bool queue_open(struct queue *queue, struct store *store, const char *provider,
                double per_second, instant now, struct error *err)
{
    struct old old = {queue, now};
    *queue = (struct queue){.per_second = per_second};
    return per_second <= 0 ||
           attempt_texts_since(store, provider, now - HORIZON_MS, add_old, &old,
                               err);
}
