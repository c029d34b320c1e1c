/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_DOUBT_H
#define SCHEDULER_DOUBT_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/claim_row.h"

/* A store that was restored knows nothing of what the other one sent between
 * the backup and its release. What was to leave before the release may have
 * left: such a row does not go before that is known. */

/* One message of a provider's list, at the release. An attempt that is known,
 * or whose answer never came, is settled; the rest is kept for the rows that
 * it may belong to. */
bool doubt_sent(struct clerk *clerk, const struct settlement *from,
                struct error *err);

/* A rendered row that the gate lets go. `*decided` true: it was settled (its
 * very text was sent), or became unknown (nobody can tell, or the provider is
 * still to be asked). False: it goes like any other. */
bool doubt_row(struct claim *claim, const struct permit *permit, bool *decided,
               struct error *err);

#endif
