/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_CALL_PART_H
#define INBOUND_CALL_PART_H

#include <stddef.h>

#include "channels/driver.h"

#include "inbound/meaning.h"

/* Behind its first part a call tells a key with the name of the question or
 * message that it was pressed at: "medicines: 2". Then that is what is
 * answered: the step of the newest of `questions` becomes that part's, and
 * "2" comes back; else the whole text. Pure. */
const char *call_part(const struct driver_reply *reply,
                      struct meaning_question *questions, size_t count);

#endif
