/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar arithmetic of durations, as predicates and steps mean them: days
 * and months of the calendar, never multiples of 86,400 seconds. It knows no
 * zone and no clock. */
#include "store/predicate.h"

static struct civil_date add_business_days(struct civil_date date,
                                           int64_t count)
{
    int step = count < 0 ? -1 : 1;
    while (count != 0) {
        date = civil_add_days(date, step);
        if (civil_weekday(date) <= 5)
            count -= step;
    }
    return date;
}

struct civil_date duration_add_date(struct civil_date date, struct duration d,
                                    int sign)
{
    int64_t count = (int64_t)sign * d.count;
    switch (d.unit) {
    case UNIT_MINUTES:
        return civil_add_days(date, count / 1440);
    case UNIT_HOURS:
    case UNIT_OPEN_HOURS:
        return civil_add_days(date, count / 24);
    case UNIT_DAYS:
        return civil_add_days(date, count);
    case UNIT_BUSINESS_DAYS:
        return add_business_days(date, count);
    case UNIT_WEEKS:
        return civil_add_days(date, 7 * count);
    case UNIT_MONTHS:
        return civil_add_months(date, count);
    case UNIT_YEARS:
        return civil_add_months(date, 12 * count);
    }
    return date;
}
