/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SANDBOX_TRIAL_H
#define APP_SANDBOX_TRIAL_H

#include "base/error.h"
#include "sandbox/behaviour.h"

#include "app/command.h"

/* A campaign tried from end to end: the service and the carrier in one loop,
 * over real requests on loopback, under a time that goes on only when both
 * have nothing left to do at its moment. Nothing is contacted that is not this
 * process. Prints the conversations and what came of them. */
struct sandbox_trial {
    const char *campaign;
    int days;
    uint64_t seed;
    const struct behaviour *behaviour;
};
bool sandbox_trial_run(const struct sandbox_trial *trial,
                       const struct options *options, struct error *err);

#endif
