/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RIVALS_H
#define SCHEDULER_RIVALS_H

#include "scheduler/facts.h"

/* The gate's decision beside the other campaigns' planned calls and texts to
 * the same people (S-14): reads them into `facts` and decides. One whose
 * place would be kept is asked first whether it could go at all. */
bool rivals_decide(struct clerk *clerk, const struct roster_campaign *item,
                   const struct claim_row *row, struct facts *facts,
                   struct gate_decision *decision, struct error *err);

#endif
