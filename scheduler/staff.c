/* SPDX-License-Identifier: Apache-2.0 */
/* Who can be put through to a person. */
#include "scheduler/staff.h"

#include "base/zone.h"
#include "campaigns/timing.h"

bool staff_answers(const struct desk *desk, const struct calendar_days *days,
                   const struct zone *otherwise, instant now)
{
    const struct zone *zone = desk->zone[0] ? zone_find(desk->zone) : NULL;
    struct civil local = zone_local(zone ? zone : otherwise, now);
    int minute = local.hour * 60 + local.minute;
    return desk->phone[0] && desk->open_from >= 0 &&
           minute >= desk->open_from && minute < desk->open_to &&
           day_is_business(local.date, days);
}
