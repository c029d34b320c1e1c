/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_HOURS_H
#define APP_CONFIG_HOURS_H

#include <stddef.h>

#include "base/hash.h"
#include "base/json.h"
#include "scheduler/policy.h"

#include "app/config_faults.h"

struct arena;

/* The part of outreach.json about hours and days: "hours", "holidays",
 * "blackout", and "clinics" with hours and blackout days of their own. */

/* Hours and closed days of the organisation or a clinic. */
struct config_own {
    const char *clinic; /* NULL: the organisation */
    struct day_window days[DAY_CLASSES];
    const struct civil_date *blackout;
    size_t blackout_count;
};
struct config_hours {
    struct config_own *own; /* the organisation's first */
    size_t own_count;
    const struct civil_date *holidays; /* beside the policy's */
    size_t holiday_count;
};

void config_hours_defaults(struct config_hours *out, struct arena *arena);
/* `directory` is where relative paths begin; NULL: here. */
void config_hours_read(const struct json_node *top, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_hours *out);
/* Two that name the same days in the same order have the same mark, whichever
 * files say so. */
void config_hours_mark(const struct config_hours *hours, char out[SHA256_HEX]);

#endif
