/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SCENARIO_RUN_H
#define APP_SCENARIO_RUN_H

#include <stdbool.h>

#include "app/setup.h"
#include "base/buf.h"
#include "base/error.h"
#include "campaigns/campaign.h"
#include "campaigns/scenario.h"

struct faults;

/* Plays one case of a campaign test: its rows are imported into a store of
 * its own, the campaign is launched there, and the engine runs over the case's
 * time with a driver that delivers everything. `bundle` is the campaign's.
 * What came differently goes into `differences`, one line each, for people;
 * rows that the import refuses become `faults` of the test file. False: it
 * could not be played. Moves the process's clock. */
bool scenario_run(struct setup *setup, const struct campaign *campaign,
                  const struct buf *bundle, const struct scenarios *file,
                  const struct scenario *scenario, struct buf *differences,
                  struct faults *faults, struct error *err);

#endif
