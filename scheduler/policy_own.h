/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_POLICY_OWN_H
#define SCHEDULER_POLICY_OWN_H

#include <stddef.h>

#include "scheduler/policy.h"

/* What the configuration adds; `dates` need not be sorted. All of it can only
 * narrow (L-10). Before anybody uses the policy. */
void policy_add_own(struct policy *policy, const char *clinic,
                    const struct day_window days[DAY_CLASSES],
                    const struct civil_date *dates, size_t count);
/* The same with one window for all days, for the organisation. */
void policy_set_organisation_hours(struct policy *policy,
                                   struct day_window window);
/* More days that count as holidays. */
void policy_add_holidays(struct policy *policy, const struct civil_date *dates,
                         size_t count);
/* A clinic's, by its key; NULL: it has none of its own. */
const struct own_hours *policy_clinic(const struct policy *policy,
                                      const char *clinic);

#endif
