/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_LAUNCH_H
#define APP_LAUNCH_H

#include "app/setup.h"

/* Puts a campaign file to work in the setup's store, without a question and a
 * forecast: for a store that is made for a trial. Its faults are printed. */
bool launch_record(struct setup *setup, const char *name, instant now,
                   struct error *err);

#endif
