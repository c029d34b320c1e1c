/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SET_BACK_H
#define STORE_SET_BACK_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct store;
struct outreach_list;

/* What a clock that was ahead left behind. These scan all that there is: a
 * clock is seldom that wrong. In the caller's transaction; `now` is the right
 * time, `ahead_to` what the clock last said. */

/* Rows that never left and that it ended: too late, or kept from a person, by a
 * verdict of after `now`. Those that are still of use now; `lost` counts the
 * others. In front of set_back_times(). */
bool set_back_rows(struct store *store, instant now, struct outreach_list *out,
                   int64_t *lost, struct error *err);
/* Times after `now` become as much earlier as the clock was ahead, and never
 * later than now; what was put off is looked at again, all anchors' time is
 * planned anew, and what entered or ended then leaves a change note. Consents
 * and the audit chain stay as they were written. */
bool set_back_times(struct store *store, instant now, instant ahead_to,
                    struct error *err);

#endif
