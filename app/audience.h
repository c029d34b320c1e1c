/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_AUDIENCE_H
#define APP_AUDIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct campaign;
struct store;
struct zone;

/* One line of a campaign's audience, asked by itself of all anchors that are
 * in the store: for how many it holds, and how many it lost because something
 * it asks for is not known of them. */
struct audience_line {
    const char *source; /* the campaign's */
    int64_t holds, missing;
};

/* `lines` has room for the campaign's audience_count. */
bool audience_count(struct store *store, const struct campaign *campaign,
                    const struct zone *zone, instant now,
                    struct audience_line *lines, struct error *err);

/* A launched campaign as its version was kept; campaign_free() it. */
struct campaign *audience_campaign(struct store *store, const char *name,
                                   struct error *err);
/* Calls for each that is launched and not cancelled, no blast; `runs`: it is
 * not paused. What cannot be read is left to the engine, which says so. */
typedef void audience_fn(void *arg, const struct campaign *campaign, bool runs);
void audience_each(struct store *store, audience_fn *fn, void *arg);

#endif
