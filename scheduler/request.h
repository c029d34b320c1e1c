/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_REQUEST_H
#define SCHEDULER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "channels/driver.h"
#include "scheduler/job.h"

/* A message as text, byte for byte, so that the identical request can be
 * repeated to a keyed provider after a crash. */
char *request_write(const struct outgoing *message); /* free() it */
/* Fills `out` with copies. */
bool request_read(const char *text, struct dispatch *out, struct error *err);

/* Our reference of an attempt, unique for ever: "o7-4711". */
void request_reference(int64_t attempt_id, int64_t outreach_id, char out[48]);
/* Both numbers that it names; false: it is none of ours. */
bool request_attempt(const char *reference, int64_t *attempt_id,
                     int64_t *outreach_id);

#endif
