/* SPDX-License-Identifier: Apache-2.0 */
/* Providers and sources that call us: by name to their driver, or to whoever
 * reads feeds. What it tells goes the way
 * of everything that comes back, and is counted, so that a caller hears "taken"
 * only when it is. */
#include "base/text.h"
#include "scheduler/engine_state.h"

/* Of many that call at once the first are committed while the others are still
 * read. */
#define TOGETHER 64

enum hook_verdict engine_hook(struct engine *engine, const char *provider,
                              const struct driver_hook *hook,
                              struct hook_answer *answer, int64_t *ticket)
{
    enum hook_verdict verdict = HOOK_UNKNOWN;
    for (size_t i = 0; i < engine->provider_count; i++) {
        const struct provider *one = &engine->providers[i];
        if (text_equal(one->config->name, provider) &&
            one->config->driver->hook)
            verdict = one->config->driver->hook(one->driver, hook, answer);
    }
    if (engine->settlement_count >= TOGETHER)
        engine_settle(engine);
    *ticket = engine->told;
    return verdict;
}

void engine_feed(struct engine *engine, void *parcel, int64_t *ticket)
{
    struct settlement *one = engine_settlement(engine);
    one->kind = SETTLE_FEED;
    one->parcel = parcel;
    settlement_own(one);
    *ticket = engine->told;
}
