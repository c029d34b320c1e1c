/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which launched campaigns use a channel that no provider of the configuration
 * carries. Nothing fails by that: their messages wait, so somebody must be
 * told while it can still be mended.
 */
#include "app/carried.h"

#include <stdio.h>

#include "campaigns/campaign.h"

#include "app/audience.h"
#include "app/table.h"

void carried_campaign(const struct config *config,
                      const struct campaign *campaign, carried_fn *tell,
                      void *arg)
{
    unsigned used = 0, carried = 0;
    for (size_t i = 0; i < config->provider_count; i++)
        carried |= config->providers[i].channels;
    for (size_t i = 0; i < campaign->step_count; i++)
        for (size_t k = 0; k < campaign->steps[i].ladder_count; k++)
            used |= 1u << campaign->steps[i].ladder[k].channel;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!(used & ~carried & 1u << channel))
            continue;
        char what[160];
        snprintf(what, sizeof(what),
                 "no provider of the configuration carries %s; such messages "
                 "take another channel of their step, or wait",
                 channel_name((enum channel)channel));
        tell(arg, campaign->name, what);
    }
}

struct telling {
    const struct config *config;
    carried_fn *tell;
    void *arg;
};

static void tell_one(void *arg, const struct campaign *campaign, bool runs)
{
    const struct telling *telling = arg;
    (void)runs;
    carried_campaign(telling->config, campaign, telling->tell, telling->arg);
}

void carried_launched(const struct config *config, struct store *store,
                      carried_fn *tell, void *arg)
{
    struct telling telling = {config, tell, arg};
    audience_each(store, tell_one, &telling);
}

void carried_print(void *arg, const char *campaign, const char *what)
{
    print_to(arg, "warning: %s: %s\n", campaign, what);
}
