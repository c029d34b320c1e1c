/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ICAL_RULE_H
#define BASE_ICAL_RULE_H

#include <stdbool.h>

#include "base/civil.h"

/* Yearly repetition, as base/ical.c reads it; nobody else needs it. */

struct ical_rule {
    int interval; /* years */
    int count;    /* instances in all; 0: no limit */
    bool has_until;
    struct civil_date until; /* included */
    int month, month_day;    /* 0: those of the start */
    int week, weekday;       /* 4TH: 4 and 4; -1MO: -1 and 1; 0: none */
};

/* "20261225" at the beginning of `text`. */
bool ical_date(const char *text, struct civil_date *out);
/* NULL when it was read; else where it is wrong, and `*why`. */
const char *ical_rule_read(const char *text, struct ical_rule *out,
                           const char **why);

/* The instances behind the first one, in order. */
struct ical_walk {
    const struct ical_rule *rule;
    struct civil_date start;
    int year, given;
};
void ical_walk_begin(struct ical_walk *walk, const struct ical_rule *rule,
                     struct civil_date start);
bool ical_walk_next(struct ical_walk *walk, struct civil_date *out);

#endif
