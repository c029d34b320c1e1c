/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_SILENT_H
#define SCHEDULER_SILENT_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/clerk.h"
#include "scheduler/facts.h"

/* "if_silent": somebody was reached and does not answer. A row of its own in
 * the ledger keeps the moment, once an entry, under this reserved name. */
#define SILENT_STEP "if silent"

bool silent_is(const struct roster_campaign *item, const char *step);
/* A message of this row's entry was taken: the clock starts. */
bool silent_plan(struct clerk *clerk, const struct outreach *row,
                 struct error *err);
/* Its moment has come. */
bool silent_row(struct clerk *clerk, const struct roster_campaign *item,
                const struct claim_row *row, const struct facts_view *view,
                struct error *err);

#endif
