/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_PROOF_H
#define SCHEDULER_PROOF_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/claim_row.h"

/* Proof-reads the letter of a claim whose gate said go: gathers what it must
 * not say and lets the gate judge; claim->decision has the answer. */
bool proof_read(struct claim *claim, struct error *err);

#endif
