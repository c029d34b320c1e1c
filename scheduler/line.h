/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_LINE_H
#define SCHEDULER_LINE_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/claim_row.h"

/* Looks once over the messages that are due and that nobody has taken: behind
 * a dead provider, or a slow one. What is of no more use ends on time, not
 * when its turn would have come; and where a channel's providers have been
 * dead for long enough, whoever has another channel goes there. Sets
 * job->line_more when there are more of them than one look takes. Inside a
 * claim's transaction; hands nothing over. */
bool line_look(struct claim *claim, struct error *err);

#endif
