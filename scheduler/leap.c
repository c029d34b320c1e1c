/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/leap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "scheduler/clerk.h"
#include "store/audit.h"
#include "store/dirty.h"
#include "store/set_back.h"
#include "store/store.h"

#define META "leapt_at"
/* Longer than a service that is run once a day, or rests for a weekend, lies
 * still. */
#define LEAP_MS (72 * HOUR_MS)
#define REST_MS (24 * HOUR_MS)
#define REASON "the clock was ahead when it ended"

bool leap_is_back(const struct clerk *clerk, instant looked)
{
    return looked != INSTANT_NEVER && looked > clerk->now + LEAP_SKEW_MS;
}

static bool row_back(struct clerk *clerk, struct outreach *row,
                     struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.to = STATE_PLANNED;
    change.reason = REASON;
    change.due_at = instant_later(row->planned_at, clerk->now);
    change.tried = 0;
    change.tries = 0;
    return clerk_change(clerk, row, &change, err) &&
           clerk_verdict(clerk, row, state_name(row->state), REASON, err) &&
           dirty_note(clerk->store, row->anchor_kind, row->anchor_id, err);
}

/* What memory knows of how far campaigns are planned is no longer so. */
static void marks_forget(struct clerk *clerk)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = clerk->roster.items[i];
        for (size_t t = 0; t < item->time_count; t++) {
            item->times[t].known = false;
            item->times[t].after_at = 0;
            item->times[t].after_id = 0;
        }
    }
}

/* What was handed over was so earlier than the queues in memory think. */
static bool queues_again(struct clerk *clerk, struct error *err)
{
    for (size_t i = 0; clerk->queues && i < clerk->provider_count; i++) {
        const struct clerk_provider *provider = &clerk->providers[i];
        if (!queues_read(clerk->queues[i], clerk->store, provider->name,
                         provider->sender_per_second, clerk->now, err))
            return false;
    }
    return true;
}

static bool tell(struct clerk *clerk, int64_t seconds, size_t again,
                 int64_t lost, struct error *err)
{
    char detail[120];
    snprintf(detail, sizeof(detail),
             "seconds=%" PRId64 " again=%zu lost=%" PRId64, seconds, again,
             lost);
    if (!clerk->config->what_if && !clerk->config->throw_away)
        log_event(LOG_WARNING, "clock-was-ahead", "%s", detail);
    return audit_add(clerk->store, clerk->now, "engine", "clock-was-ahead",
                     NULL, detail, err);
}

bool leap_back(struct clerk *clerk, instant looked, struct error *err)
{
    struct outreach_list list = {0};
    int64_t lost;
    bool done = set_back_rows(clerk->store, clerk->now, &list, &lost, err) &&
                set_back_times(clerk->store, clerk->now, looked, err) &&
                queues_again(clerk, err);
    for (size_t i = 0; done && i < list.count; i++)
        done = row_back(clerk, &list.items[i], err);
    done = done && tell(clerk, (looked - clerk->now) / SECOND_MS, list.count,
                        lost, err);
    marks_forget(clerk);
    outreach_list_free(&list);
    return done;
}

/* Ahead ---------------------------------------------------------------------
 */

static bool leapt_write(struct clerk *clerk, instant at, struct error *err)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, at);
    clerk->missed.leapt = at;
    return store_meta_set(clerk->store, META, text, err);
}

/* A second leap before a look said that the first has stood is none: a service
 * that is run once a week would never be done. */
bool leap_ahead(struct clerk *clerk, instant looked, struct error *err)
{
    char text[32];
    bool leaps = looked != INSTANT_NEVER && clerk->now - looked > LEAP_MS;
    if (!store_meta_get(clerk->store, META, text, sizeof(text), err))
        return false;
    instant leapt = strtoll(text, NULL, 10);
    bool counts = leapt && leapt <= clerk->now && looked - leapt <= REST_MS;
    clerk->missed.leapt = counts ? leapt : 0;
    return !leaps || counts || leapt_write(clerk, clerk->now, err);
}

bool leap_rests(const struct clerk *clerk)
{
    return clerk->missed.leapt && clerk->now < leap_rests_until(clerk);
}

instant leap_rests_until(const struct clerk *clerk)
{
    return clerk->missed.leapt + REST_MS;
}
