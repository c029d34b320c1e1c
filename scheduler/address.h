/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_ADDRESS_H
#define SCHEDULER_ADDRESS_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/facts.h"

/* For facts.c: chooses facts->contact of whoever is reached, and reads what
 * stands about the person and that address into facts->person. */
bool address_read(struct clerk *clerk, const struct claim_row *row,
                  enum channel channel, struct facts *out, struct error *err);
/* The same as the gate sees it. */
void address_fill(struct facts *out);

#endif
