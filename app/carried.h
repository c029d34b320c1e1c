/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CARRIED_H
#define APP_CARRIED_H

#include "app/config.h"

struct campaign;
struct store;

/* A campaign that sends over channels which no provider of the configuration
 * carries: `what` is a sentence about it. */
typedef void carried_fn(void *arg, const char *campaign, const char *what);

/* Tells of this campaign where it is one. */
void carried_campaign(const struct config *config,
                      const struct campaign *campaign, carried_fn *tell,
                      void *arg);
/* Tells of each that is launched and not cancelled. What cannot be read is
 * left to the engine, which says so. */
void carried_launched(const struct config *config, struct store *store,
                      carried_fn *tell, void *arg);

/* A carried_fn: a line on the stream `arg`. */
void carried_print(void *arg, const char *campaign, const char *what);

#endif
