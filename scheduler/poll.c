/* SPDX-License-Identifier: Apache-2.0 */
/* When providers are asked for receipts and replies: not while one still
 * answers, nor before its last answer is in the store, which it hears of. */
#include "scheduler/engine_state.h"

/* Whether it is asked from time to time, or now, once. */
static bool is_polled(const struct provider *provider)
{
    const struct engine_config *config = &provider->engine->config;
    return provider->config->driver->poll &&
           (config->ask ? !provider->polled : config->poll_ms > 0);
}

bool provider_may_poll(const struct provider *provider)
{
    const struct engine *engine = provider->engine;
    return is_polled(provider) && !provider->polling && !engine->stopping &&
           engine->kept >= provider->poll_told;
}

void provider_kept(struct provider *provider)
{
    if (!provider->poll_open || provider->engine->kept < provider->poll_told)
        return;
    provider->poll_open = false;
    if (provider->config->driver->kept)
        provider->config->driver->kept(provider->driver);
}

void provider_poll(struct provider *provider)
{
    struct engine *engine = provider->engine;
    if (!provider_may_poll(provider) || engine->now < provider->poll_at)
        return;
    provider->polling = true;
    provider->poll_at = engine->now + engine->config.poll_ms;
    provider->burst = true;
    provider->config->driver->poll(provider->driver, provider->cursor);
}

void providers_set_back(struct engine *engine, instant now)
{
    instant latest = now + engine->config.poll_ms;
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct provider *provider = &engine->providers[i];
        provider->poll_at = instant_sooner(provider->poll_at, latest);
    }
}

bool providers_polled(const struct engine *engine)
{
    for (size_t i = 0; i < engine->provider_count; i++)
        if (is_polled(&engine->providers[i]) && !engine->providers[i].polled)
            return false;
    return true;
}

bool providers_asked(const struct engine *engine)
{
    for (size_t i = 0; i < engine->provider_count; i++)
        if (engine->providers[i].polling || engine->providers[i].questions > 0)
            return true;
    return false;
}
