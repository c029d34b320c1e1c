/* SPDX-License-Identifier: Apache-2.0 */
/* Which channels a provider of outreach.json carries. */
#include "app/config_channels.h"

#include <stdio.h>

#include "base/memory.h"

struct driver_config config_section(const struct config *config,
                                    const struct config_provider *provider)
{
    const struct config_http *http = &config->http;
    return (struct driver_config){
        .name = provider->name,
        .doc = config->doc,
        .node = provider->node,
        .path = config->path,
        .directory = config->directory,
        .organisation = config->organisation,
        .country = config->country,
        .hook_url = http->listen && http->public_url
                        ? arena_format(config->arena, "%s/hooks/%s",
                                       http->public_url, provider->name)
                        : NULL,
    };
}

static bool carries(const struct config *config,
                    const struct config_provider *provider,
                    const struct channel_driver *driver, enum channel channel,
                    struct error *err)
{
    struct driver_config section = config_section(config, provider);
    return !driver->carries || driver->carries(&section, channel, err);
}

static unsigned all_channels(const struct config *config,
                             const struct config_provider *provider,
                             const struct channel_driver *driver)
{
    unsigned bits = 0;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        enum channel channel = (enum channel)i;
        if (driver->channels & 1u << channel &&
            carries(config, provider, driver, channel, NULL))
            bits |= 1u << channel;
    }
    return bits;
}

unsigned config_channels_read(const struct config *config,
                              const struct config_provider *provider,
                              const struct channel_driver *driver,
                              const struct config_faults *faults)
{
    const struct json_node *list = json_get(provider->node, "channels");
    unsigned bits = 0;
    if (!list)
        return all_channels(config, provider, driver);
    if (json_count(list) == 0)
        faults->at(faults->arg, list, "expected at least one channel");
    for (const struct json_node *node = json_first(list); node;
         node = json_next(node)) {
        enum channel channel;
        struct error why = {0};
        if (!json_text(node) || !channel_parse(json_text(node), &channel))
            faults->at(faults->arg, node, "a channel is sms, email or voice");
        else if (!(driver->channels & 1u << channel))
            faults->at(faults->arg, node,
                       "its driver does not speak this channel");
        else if (!carries(config, provider, driver, channel, &why))
            faults->at(faults->arg, node, why.text);
        else
            bits |= 1u << channel;
    }
    return bits;
}

void config_given_up(const struct config *config, config_given_up_fn *tell,
                     void *arg)
{
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct config_provider *provider = &config->providers[i];
        const struct channel_driver *driver =
            driver_find(provider->driver, NULL);
        struct driver_config section = config_section(config, provider);
        const char *what = driver->gives_up ? driver->gives_up(&section) : NULL;
        char text[400];
        if (!what)
            continue;
        snprintf(text, sizeof(text), "provider '%s': %s", provider->name, what);
        tell(arg, config->path, json_key_place(config->doc, provider->node),
             text);
    }
}
