/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each line of an audience lets through, for plan and launch. Counts
 * with the same predicates as the engine; decides nothing.
 */
#include "app/audience.h"

#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "store/campaign_store.h"
#include "store/view.h"

bool audience_count(struct store *store, const struct campaign *campaign,
                    const struct zone *zone, instant now,
                    struct audience_line *lines, struct error *err)
{
    const struct view_time time = {.now = now,
                                   .today = zone_today(zone, now),
                                   .entered_at = INSTANT_NEVER,
                                   .zone = zone};
    for (size_t i = 0; i < campaign->audience_count; i++) {
        const struct condition *line = &campaign->audience[i];
        lines[i].source = line->source;
        if (!view_count(store, campaign->anchor, line->predicate, &time,
                        &lines[i].holds, &lines[i].missing, err))
            return false;
    }
    return true;
}

struct campaign *audience_campaign(struct store *store, const char *name,
                                   struct error *err)
{
    struct campaign_row row;
    bool found;
    char *content;
    if (!campaign_find(store, name, &found, &row, err))
        return NULL;
    if (!found) {
        error_set(err, ERROR_INPUT, "no campaign '%s' was launched here", name);
        return NULL;
    }
    if (!campaign_content(store, row.version_id, &content, err))
        return NULL;
    struct faults faults;
    faults_init(&faults);
    struct campaign *campaign =
        campaign_from_bundle(content, strlen(content), &faults);
    if (!campaign)
        error_set(err, ERROR_CANNOT,
                  "the launched version of '%s' cannot be read by this program",
                  name);
    faults_free(&faults);
    free(content);
    return campaign;
}

void audience_each(struct store *store, audience_fn *fn, void *arg)
{
    struct error err = {0};
    struct campaign_row *rows = NULL;
    size_t count = 0;
    if (!campaign_list(store, &rows, &count, &err))
        return;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].blast || rows[i].version_id == 0 ||
            rows[i].state == CAMPAIGN_CANCELLED)
            continue;
        struct campaign *campaign =
            audience_campaign(store, rows[i].name, &err);
        if (campaign)
            fn(arg, campaign, rows[i].state == CAMPAIGN_RUNNING);
        campaign_free(campaign);
    }
    free(rows);
}
