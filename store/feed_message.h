/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_MESSAGE_H
#define STORE_FEED_MESSAGE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Messages that came in live and what they were answered, so that a repetition
 * has no second effect (F-3). In the caller's transaction. */
bool feed_message_find(struct store *store, const char *source,
                       const char *message, bool *found, int *answer,
                       struct error *err);
bool feed_message_note(struct store *store, const char *source,
                       const char *message, instant at, int answer,
                       struct error *err);
/* Senders repeat for days, not for months. */
#define FEED_MESSAGE_REPEATS_MS (60 * 24 * HOUR_MS)
/* Nobody repeats what is older. */
bool feed_message_forget(struct store *store, instant before,
                         struct error *err);

#endif
