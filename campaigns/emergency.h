/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_EMERGENCY_H
#define CAMPAIGNS_EMERGENCY_H

#include <stdbool.h>

#include "campaigns/campaign.h"

/* Danger reaches a person within this, whatever the campaign is for. */
enum { EMERGENCY_MINUTES = 15 };

/* Of its urgencies with a task the one that leaves a person least time,
 * wherever it stands in the file. NULL: none has a task. */
const struct urgency *campaign_most_urgent(const struct campaign *campaign);
/* Whether that task is done in time for danger; and the same task, to the same
 * people, so that it is. */
bool task_is_at_once(const struct task_spec *spec);
struct task_spec task_at_once(const struct task_spec *spec);

/* Whether a text tells whom to call in danger: "call 911", "9-1-1". Pure. */
bool emergency_told(const char *text);
/* Whether the texts of that message do, in all of its languages: only then is
 * it an answer to whoever writes of danger. `name` NULL: no. */
bool campaign_tells_emergency(const struct campaign *campaign,
                              const char *name);
/* Whether those texts name nothing of anybody (tier 0, L-31), so that whoever
 * wrote may have them. */
bool campaign_names_nobody(const struct campaign *campaign, const char *name);

#endif
