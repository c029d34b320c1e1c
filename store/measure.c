/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of a measure counts when. Reads no clock: the day is given. */
#include "store/measure.h"

#include <string.h>

const struct measure *measure_on(const struct measure *latest, const char *day)
{
    while (latest->former && strcmp(day, latest->effective_from) < 0)
        latest = latest->former;
    return latest;
}
