/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ASKED_H
#define STORE_ASKED_H

#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* A text asks for a digit (attempt.asks; campaigns/asks.h says which does)
 * and is open until the number writes again. When the newest one that another
 * row sent there since `since` went out; INSTANT_NEVER: none is open. */
bool asked_at(struct store *store, const char *address, int64_t outreach_id,
              instant since, instant *at, struct error *err);

/* The number has written: what was held with a reason that has these words,
 * because it waited for that, is due at once. */
bool asked_answered(struct store *store, const char *address, const char *words,
                    instant now, struct error *err);

#endif
