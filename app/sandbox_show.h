/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SANDBOX_SHOW_H
#define APP_SANDBOX_SHOW_H

#include <stdbool.h>

#include "base/error.h"
#include "base/zone.h"
#include "sandbox/carrier.h"
#include "scheduler/engine.h"

/* What the sandbox shows: a line a message, and at the end what came of it
 * all. Numbers and addresses are masked. */
struct sandbox_show {
    const struct zone *zone;
    bool json;
    bool sorts; /* those of one moment wait for sandbox_show_moment() */
    struct sandbox_kept *kept;
    size_t count, room;
};
void sandbox_show_line(void *show, const struct carrier_line *line);
/* A moment is over: its lines are printed, in an order that is the same each
 * time, whoever came first. */
void sandbox_show_moment(struct sandbox_show *show);
void sandbox_show_free(struct sandbox_show *show);

struct sandbox_result {
    struct engine_totals engine;
    struct carrier_totals carrier;
    instant from;
};
/* Reads the rest from the store of the trial. */
bool sandbox_show_result(const struct sandbox_show *show,
                         const struct sandbox_result *result,
                         const char *store_path, struct error *err);

#endif
