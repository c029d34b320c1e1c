/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hours and days of the organisation and of its clinics, beside the law.
 */
#include "scheduler/policy_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static int compare_dates(const void *a, const void *b)
{
    return civil_compare(*(const struct civil_date *)a,
                         *(const struct civil_date *)b);
}

static struct civil_date *dates_sorted(struct policy *policy,
                                       const struct civil_date *first,
                                       size_t first_count,
                                       const struct civil_date *more,
                                       size_t count)
{
    size_t all = first_count + count;
    struct civil_date *dates =
        arena_alloc(policy->arena, (all + 1) * sizeof(*dates));
    if (first_count)
        memcpy(dates, first, first_count * sizeof(*dates));
    if (count)
        memcpy(dates + first_count, more, count * sizeof(*dates));
    qsort(dates, all, sizeof(*dates), compare_dates);
    return dates;
}

/* Binds everything but emergencies, by the house's own will. */
static struct policy_rule own_rule(const char *id, const char *source)
{
    struct policy_rule rule = {
        .id = id, .source = source, .from = {1, 1, 1}, .to = {9999, 12, 31}};
    for (int i = 0; i < CLASS_COUNT; i++)
        rule.force[i] = i == CLASS_EMERGENCY ? FORCE_NONE : FORCE_POLICY;
    return rule;
}

void policy_add_own(struct policy *policy, const char *clinic,
                    const struct day_window days[DAY_CLASSES],
                    const struct civil_date *dates, size_t count)
{
    static const char source[] = "the configuration";
    struct own_hours *own =
        arena_alloc(policy->arena, (policy->own_count + 1) * sizeof(*own));
    if (policy->own_count)
        memcpy(own, policy->own, policy->own_count * sizeof(*own));
    struct own_hours *last = &own[policy->own_count];
    const char *who = clinic ? arena_format(policy->arena, "clinic %s", clinic)
                             : "organisation";
    last->clinic = clinic ? arena_text(policy->arena, clinic) : NULL;
    last->hours.rule = own_rule(who, source);
    memcpy(last->hours.days, days, sizeof(last->hours.days));
    last->blackout = own_rule("blackout", source);
    last->dates = dates_sorted(policy, NULL, 0, dates, count);
    last->date_count = count;
    policy->own = own;
    policy->own_count++;
}

void policy_set_organisation_hours(struct policy *policy,
                                   struct day_window window)
{
    struct day_window days[DAY_CLASSES] = {window, window, window, window};
    policy_add_own(policy, NULL, days, NULL, 0);
}

void policy_add_holidays(struct policy *policy, const struct civil_date *dates,
                         size_t count)
{
    struct calendar_days *days = &policy->days;
    days->holidays =
        dates_sorted(policy, days->holidays, days->holiday_count, dates, count);
    days->holiday_count += count;
}

const struct own_hours *policy_clinic(const struct policy *policy,
                                      const char *clinic)
{
    for (size_t i = 0; i < policy->own_count; i++)
        if (policy->own[i].clinic && text_equal(policy->own[i].clinic, clinic))
            return &policy->own[i];
    return NULL;
}
