/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SIMULATION_H
#define APP_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "app/forecast.h"
#include "scheduler/engine.h"

/* A simulation that was run, and what came of it. */
struct simulation {
    const struct setup *setup;
    struct forecast *forecast;
    const char *campaign; /* NULL: all */
    const struct engine_totals *totals;
    int days;
    uint64_t seed;
    bool json;
};

/* For people a few tables, with `json` one document. */
bool simulation_print(const struct simulation *simulation, struct error *err);

#endif
