/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_QUEUE_H
#define SCHEDULER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/outcome.h"

struct store;

/* What was handed over to a provider on one channel and waits there: texts for
 * its sender (S-12: a long code delivers one segment a second, however fast the
 * provider takes them), calls until they are dialled (V-2: one a second). Known
 * from what we handed over and how fast that is; receipts come too late and too
 * seldom to count on. Each channel waits by itself, at the same speed. */
struct queue {
    double per_second; /* segments, calls, mails; 0: nothing ever waits */
    instant empty_at;  /* when the last of them will have left */
};
/* Those of a provider, with what was handed over before, by this life or a
 * former one. */
bool queues_read(struct queue queues[CHANNEL_COUNT], struct store *store,
                 const char *provider, double per_second, instant now,
                 struct error *err);
/* How fast they leave: as the sender delivers or, where nobody says (0), as the
 * provider takes them. */
double queue_speed(double sender_per_second, double per_second);
void queue_add(struct queue *queue, instant now, int parts);
/* The provider did not take them after all. */
void queue_remove(struct queue *queue, int parts);
/* How long a message waits there that is handed over now. */
int64_t queue_wait_ms(const struct queue *queue, instant now);

#endif
