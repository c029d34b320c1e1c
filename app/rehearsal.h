/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_REHEARSAL_H
#define APP_REHEARSAL_H

#include "app/setup.h"

/* The live drivers of a configuration, opened beside a forecast and asked
 * only what they would admit: a text that invites a reply which nobody reads,
 * a call whose keys nothing answers. Nothing is ever handed to them. */
struct rehearsal;
/* Puts their word into the engine's providers (setup->providers), before
 * setup_forecast() replaces the drivers. A driver that cannot be opened here
 * (its secret is the service's alone) admits all; stderr says so. */
struct rehearsal *rehearsal_new(struct setup *setup);
void rehearsal_free(struct rehearsal *rehearsal); /* NULL is fine */

#endif
