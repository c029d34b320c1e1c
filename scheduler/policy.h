/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_POLICY_H
#define SCHEDULER_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/civil.h"
#include "base/error.h"
#include "campaigns/timing.h"

/* The law and the organisation's rules as dated data (policy/us.json): no
 * number of law stands in code. Read-only after policy_load. */

struct arena;

/* A half-open window of a day in minutes, [from, to); from == to: closed. */
struct day_window {
    int from, to;
};
enum day_class { DAY_WEEKDAY, DAY_SATURDAY, DAY_SUNDAY, DAY_HOLIDAY };
#define DAY_CLASSES 4

struct hours_rule {
    const char *id;             /* "L-9 TX" */
    const char *source;         /* where it is written */
    const char *state;          /* NULL: everywhere */
    bool for_marketing_only;    /* mandatory there; else policy for all */
    struct civil_date from, to; /* in force; year 9999 = open */
    struct day_window days[DAY_CLASSES];
};
struct cap_rule {
    const char *id;        /* "L-4.6" */
    int per_day, per_week; /* rolling 24 h and local day; rolling 7 x 24 h */
};
struct policy {
    struct hours_rule *hours;
    size_t hours_count;
    struct cap_rule caps;      /* per patient and per number, all campaigns */
    struct calendar_days days; /* holidays */
    const char **consent_free; /* purposes that may go without consent */
    size_t consent_free_count;
    int grace_reply_ms; /* class reply passes hours and caps */
    const char *country;
    struct arena *arena;
};

/* Reads one policy file, then narrows it by the organisation's own section
 * of outreach.json where given (never widens: L-10). Faults name file, line,
 * column. */
struct policy *policy_load(const char *path, struct error *err);
void policy_free(struct policy *policy);
/* The organisation's default window, 09:00-20:00 unless configured. */
void policy_set_organisation_hours(struct policy *policy,
                                   struct day_window window);
bool policy_consent_free(const struct policy *policy, const char *purpose);

/* The window of one local day: the intersection of every rule in force there
 * and then, with the ids that made it. */
struct day_window policy_day(const struct policy *policy, const char *state,
                             bool marketing, struct civil_date day);

#endif
