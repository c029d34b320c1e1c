/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_REPLY_H
#define INBOUND_REPLY_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "channels/driver.h"

struct store;

/* Takes what a patient wrote, in the caller's transaction (L-13: the reply
 * and its effect are one): kept once; STOP ends what is queued and silences
 * the number, START lifts it, a wrong number is never used again; everything
 * else becomes a task for a person. Nothing is dropped. `owner`: the role
 * that reads what is not understood. */
bool reply_take(struct store *store, const struct driver_reply *reply,
                const char *owner, instant now, struct error *err);

#endif
