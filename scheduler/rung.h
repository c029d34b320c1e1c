/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RUNG_H
#define SCHEDULER_RUNG_H

#include <stdbool.h>

#include "base/error.h"
#include "store/ledger.h"

/* A row's way over the channels of its step. */

struct clerk;
struct roster_campaign;
struct step;

/* The next rung for a row whose channel is given up, or its end. What was
 * passed over comes last. */
bool rung_next(struct clerk *clerk, struct roster_campaign *item,
               struct outreach *row, int preferred,
               enum outreach_state otherwise, const char *reason,
               struct error *err);
/* To the next rung that somebody takes messages of, while nobody takes those
 * of the row's own channel. `*passed` false: there is none, and the row is as
 * it was. */
bool rung_over(struct clerk *clerk, const struct step *step,
               struct outreach *row, int preferred, const char *reason,
               bool *passed, struct error *err);
/* "sms: cap-day: ...; email: address: ...": what the channels that were given
 * up came to, and behind them the row's own. */
bool rung_reasons(struct clerk *clerk, const struct outreach *row,
                  const char *reason, char out[OUTREACH_REASON_MAX],
                  struct error *err);

#endif
