/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_QUEUE_H
#define SCHEDULER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* The texts that were handed over to a provider and wait there for its sender
 * (S-12: a long code delivers one segment a second, however fast the provider
 * takes them). Known from what we handed over and how fast the sender is;
 * receipts come too late and too seldom to count on. */
struct queue {
    double per_second; /* segments; 0: not known, nothing ever waits */
    instant empty_at;  /* when the last of them will have left */
};
/* With what was handed over before, by this life or a former one. */
bool queue_open(struct queue *queue, struct store *store, const char *provider,
                double per_second, instant now, struct error *err);
void queue_add(struct queue *queue, instant now, int segments);
/* The provider did not take them after all. */
void queue_remove(struct queue *queue, int segments);
/* How long a text waits there that is handed over now. */
int64_t queue_wait_ms(const struct queue *queue, instant now);

#endif
