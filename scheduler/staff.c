/* SPDX-License-Identifier: Apache-2.0 */
/* Who can be put through to a person. */
#include "scheduler/staff.h"

#include "base/zone.h"
#include "campaigns/timing.h"

bool staff_answers(const struct clinic_desk *desk,
                   const struct calendar_days *days, instant now)
{
    const struct zone *zone = zone_find(desk->zone);
    if (!zone || !desk->phone[0] || desk->open_from < 0)
        return false;
    struct civil local = zone_local(zone, now);
    int minute = local.hour * 60 + local.minute;
    return minute >= desk->open_from && minute < desk->open_to &&
           day_is_business(local.date, days);
}
