/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SANDBOX_WORLD_H
#define APP_SANDBOX_WORLD_H

#include <limits.h>

#include "base/clock.h"
#include "base/error.h"
#include "sandbox/carrier.h"

#include "app/command.h"
#include "app/leftover.h"
#include "app/setup.h"

/* Where a campaign is tried: a private folder with a store of its own, and a
 * configuration whose only providers are the carrier of the sandbox. The store
 * is a copy of the configured one, in which every number and address is a
 * made-up one, or the invented clinic group where none is configured. It is
 * thrown away at the end, whatever happens. */
struct sandbox_world {
    struct leftover leftover;
    char socket[PATH_MAX]; /* where the service will listen */
    bool copied;           /* of the configured store */
    instant begin;
    struct setup setup; /* of that folder */
};
/* What the service is called there, though nobody could resolve it. */
#define SANDBOX_PUBLIC_URL "http://service.outreach.invalid"

/* Makes the folder and its store, and moves the clock to where the trial
 * begins: --now, or a Monday for the invented clinics, or now. */
bool sandbox_world_begin(struct sandbox_world *world,
                         const struct options *options, struct error *err);
/* The carrier is there: writes the configuration, launches the campaign and
 * pauses all others. */
bool sandbox_world_launch(struct sandbox_world *world,
                          const struct options *options,
                          const struct carrier_access *access,
                          const char *campaign, struct error *err);
void sandbox_world_end(struct sandbox_world *world);

#endif
