/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daily removal of texts. The day that is done stands in the store, so
 * that a restart does not begin again; the texts of a long past, at the first
 * time, go in many slices between everything else. It cannot be undone, and so
 * waits where the clock may have leapt ahead.
 */
#include "scheduler/retention.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "scheduler/leap.h"
#include "scheduler/sweep.h"
#include "store/audit.h"
#include "store/retention.h"

#define SLICE_ROWS 256
#define CURSOR "retention"

static bool day_read(struct clerk *clerk, struct error *err)
{
    char text[CIVIL_TEXT_MAX];
    if (clerk->retained_known)
        return true;
    if (!cursor_read(clerk->store, CURSOR, text, sizeof(text), err))
        return false;
    if (!civil_parse_date(text, &clerk->retained_on))
        clerk->retained_on = (struct civil_date){1970, 1, 1};
    clerk->retained_known = true;
    return true;
}

static bool is_done(const struct clerk *clerk)
{
    return sweep_day_counts(clerk, clerk->retained_on);
}

static bool day_done(struct clerk *clerk, struct error *err)
{
    char text[CIVIL_TEXT_MAX], head[AUDIT_HEAD_MAX];
    struct civil_date day = sweep_day(clerk);
    if (!audit_head(clerk->store, head, err) ||
        !cursor_write(clerk->store, CURSOR, civil_date_text(day, text), err))
        return false;
    clerk->retained_on = day;
    /* Whoever cuts the chain off cannot reach this log as well. */
    log_event(LOG_NOTICE, "audit-head", "head=%s", head);
    return true;
}

static bool audit_removed(struct clerk *clerk, const struct retention *gone,
                          struct error *err)
{
    char detail[120];
    if (gone->attempts + gone->replies + gone->strays + gone->waiting == 0)
        return true;
    snprintf(detail, sizeof(detail),
             "messages=%lld replies=%lld strays=%lld waiting=%lld",
             (long long)gone->attempts, (long long)gone->replies,
             (long long)gone->strays, (long long)gone->waiting);
    return audit_add(clerk->store, clerk->now, "engine", "remove-texts", NULL,
                     detail, err);
}

bool retention_work(struct clerk *clerk, bool *worked, struct error *err)
{
    struct retention gone;
    *worked = false;
    if (clerk->config->keep_texts_ms <= 0)
        return true;
    if (!day_read(clerk, err))
        return false;
    if (is_done(clerk))
        return true;
    if (leap_rests(clerk))
        return true;
    *worked = true;
    return retention_slice(clerk->store, clerk->now,
                           clerk->now - clerk->config->keep_texts_ms,
                           SLICE_ROWS, &gone, err) &&
           audit_removed(clerk, &gone, err) &&
           (gone.more || day_done(clerk, err));
}

instant retention_due(const struct clerk *clerk)
{
    if (clerk->config->keep_texts_ms <= 0)
        return INSTANT_NEVER;
    if (clerk->retained_known && is_done(clerk))
        return sweep_tomorrow(clerk);
    return leap_rests(clerk) ? leap_rests_until(clerk) : clerk->now;
}
