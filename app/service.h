/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include <stdbool.h>

#include "app/command.h"
#include "app/setup.h"
#include "scheduler/engine.h"

/* The engine around a loop, for `run` and for `blast`. */
struct service_request {
    bool once;     /* do all that is due, then end */
    instant until; /* INSTANT_NEVER: for ever */
    /* About five times a second on the loop thread, and at the end; NULL:
     * nothing. */
    void (*progress)(void *arg);
    void *progress_arg;
};
/* Runs until `once` or `until` is fulfilled or a signal ends it; the caller
 * holds the dispatcher's lock and owns `setup`. With a pretended time it
 * runs through it at once. `stopped` (or NULL): a signal ended it. */
bool service_run(const struct options *options, struct setup *setup,
                 const struct service_request *request,
                 struct engine_totals *totals, bool *stopped,
                 struct error *err);

/* Opens every provider of the configuration and closes it again, and tells
 * of all that cannot be opened: what
 * service_run() would refuse (a secret that cannot be read) is known before
 * anything is recorded. ERROR_CANNOT. */
bool service_try_providers(const struct setup *setup, struct error *err);

#endif
