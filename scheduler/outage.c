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

/* 0: it may be asked now. */
static instant rests_until(const struct engine *engine,
                           const struct provider *provider)
{
    const struct circuit *circuit = &provider->circuit;
    bool rests =
        circuit->state == CIRCUIT_OPEN && engine->mono < circuit->until;
    return rests ? engine->now + (circuit->until - engine->mono) : 0;
}

void outage_read(const struct engine *engine, struct outage *out)
{
    *out = (struct outage){.closed = 0};
    for (size_t i = 0; i < engine->provider_count; i++) {
        bool rests = rests_until(engine, &engine->providers[i]) > 0;
        out->halted |= rests ? 1u << i : 0;
    }
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        instant since = 0; /* the last of them to die */
        instant until = INSTANT_NEVER;
        for (size_t i = 0; i < engine->provider_count; i++) {
            const struct provider *provider = &engine->providers[i];
            if (!(provider->config->channels & (1u << channel)))
                continue;
            since = instant_later(since, dead_since(engine, provider));
            until = instant_sooner(until, rests_until(engine, provider));
        }
        bool works = since == INSTANT_NEVER, none = since == 0;
        out->closed |= works ? 0 : 1u << channel;
        out->until[channel] = works || none ? 0 : until;
        out->since[channel] = none ? INSTANT_NEVER : since;
    }
}
