/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_REPLY_H
#define INBOUND_REPLY_H

#include <stdbool.h>

#include "base/error.h"
#include "channels/driver.h"

struct clerk;

/* Takes what a patient wrote or pressed, in the journal's transaction (L-13:
 * the reply and its effect are one): kept once; STOP ends what is queued and
 * silences the number, START lifts it, a wrong number is never used again;
 * what answers a message of ours becomes a response; everything else a task
 * for a person. Nothing is dropped. `owner`: the role that reads what belongs
 * to no campaign; `provider`: who brought it, its name in the configuration. */
bool reply_take(struct clerk *clerk, const char *provider,
                const struct driver_reply *reply, const char *owner,
                struct error *err);

#endif
