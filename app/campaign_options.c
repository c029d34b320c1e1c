/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the configuration and the store to what the reader of campaign files
 * wants to know. Reads no campaign.
 */
#include "app/campaign_options.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/policy.h"
#include "store/list.h"
#include "store/store.h"

#include "app/config.h"

struct bundle_options campaign_options(const struct config *config, instant now)
{
    return (struct bundle_options){
        .measures_dir = config->measures_dir,
        .measures_shipped = config->measures_shipped,
        .default_country = config->country,
        .today = zone_today(config->zone, now),
    };
}

void campaign_options_policy(struct bundle_options *options,
                             const struct policy *policy)
{
    if (!policy)
        return;
    options->telling = &policy->telling;
    for (size_t i = 0; i < policy->cap_count; i++)
        if (policy->caps[i].per == CAP_7_DAYS && policy->caps[i].state == 0)
            options->weekly_cap = policy->caps[i].most;
}

bool campaign_options_lists(struct bundle_options *options,
                            const struct config *config, const char *one_more,
                            struct error *err)
{
    struct list_row *rows = NULL;
    size_t count = 0;
    struct store *store = store_open(config->store_path, STORE_READ_ONLY, err);
    bool ok = store && list_all(store, &rows, &count, err);
    store_close(store);
    if (!ok)
        return false;
    const char **names =
        arena_alloc(config->arena, (count + 1) * sizeof(names[0]));
    for (size_t i = 0; i < count; i++)
        names[i] = arena_text(config->arena, rows[i].name);
    free(rows);
    if (one_more)
        names[count++] = arena_text(config->arena, one_more);
    options->lists = names;
    options->list_count = count;
    return true;
}
