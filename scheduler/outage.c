/* SPDX-License-Identifier: Apache-2.0 */
/* Which channels have nobody that takes their messages: read from the
 * providers' circuits, for the journal. Loop thread. */
#include "scheduler/engine_state.h"

/* What nobody tried for so long may be well again: when all went to another
 * channel, nobody asks. */
#define FORGET_MS HOUR_MS

/* INSTANT_NEVER: it works, as far as we know. */
static instant dead_since(const struct engine *engine,
                          const struct provider *provider)
{
    return engine->mono - provider->circuit.until > FORGET_MS
               ? INSTANT_NEVER
               : provider->dead_since;
}

static instant later(instant a, instant b)
{
    return a > b ? a : b;
}

void outage_read(const struct engine *engine, struct outage *out)
{
    *out = (struct outage){.closed = 0};
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        instant since = 0; /* the last of them to die */
        for (size_t i = 0; i < engine->provider_count; i++) {
            const struct provider *provider = &engine->providers[i];
            if (provider->config->channels & (1u << channel))
                since = later(since, dead_since(engine, provider));
        }
        bool works = since == INSTANT_NEVER, none = since == 0;
        out->closed |= works ? 0 : 1u << channel;
        out->since[channel] = none ? INSTANT_NEVER : since;
    }
}
