/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of drivers: one row a driver, found by the name that
 * outreach.json uses. It opens nothing and keeps no state. */
#include "channels/driver.h"

#include "base/text.h"

static const struct channel_driver *const registry[] = {
    &driver_outbox, &driver_fake, &driver_twilio, &driver_smtp, &driver_http,
};
#define REGISTRY_COUNT (sizeof(registry) / sizeof(registry[0]))

const struct channel_driver *driver_at(size_t i)
{
    return i < REGISTRY_COUNT ? registry[i] : NULL;
}

const struct channel_driver *driver_find(const char *name, struct error *err)
{
    struct buf known;

    for (size_t i = 0; name && i < REGISTRY_COUNT; i++)
        if (text_equal(registry[i]->name, name))
            return registry[i];
    buf_init(&known, 256);
    for (size_t i = 0; i < REGISTRY_COUNT; i++) {
        buf_text(&known, i > 0 ? ", " : "");
        buf_text(&known, registry[i]->name);
    }
    error_set(err, ERROR_INPUT, "no driver '%s'; there are %s",
              name ? name : "", known.data);
    buf_free(&known);
    return NULL;
}

bool driver_supersedes(int rank, enum outcome outcome, int new_rank,
                       enum outcome new_outcome)
{
    if (new_rank != rank)
        return new_rank > rank;
    return outcome == OUTCOME_UNREACHABLE && new_outcome == OUTCOME_DELIVERED;
}
