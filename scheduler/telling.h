/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_TELLING_H
#define SCHEDULER_TELLING_H

#include "campaigns/wording.h"
#include "scheduler/policy.h"

/* How much a text tells by its words, whatever fields it has (L-31): 3 where
 * one of the policy's `clinical_words` stands in it, 2 where one of its
 * `light_words` does, else 0. A word that is part of what a clinic is publicly
 * called (`called`) tells nothing. `*word` is the policy's, NULL for 0. Pure.
 */
int telling_tier(const struct policy *policy, const struct wording *text,
                 const struct wording *called, size_t called_count,
                 const char **word);

#endif
