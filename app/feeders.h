/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FEEDERS_H
#define APP_FEEDERS_H

#include <stdbool.h>

#include "app/config_hl7.h"
#include "base/error.h"
#include "feeds/terms.h"

struct clerk;
struct engine;
struct loop;
struct zone;

/* Whoever feeds the service live: a hospital's interface engine over MLLP. A
 * message is answered when it is in the store, never before (F-3). Loop
 * thread, but for feeders_take(). */
struct feeders;

struct feeders_setup {
    const struct config_hl7 *hl7;
    const struct terms *terms;
    const char *country;
    const struct zone *zone;
};

struct feeders *feeders_new(struct loop *loop);
/* Listens where the configuration says, once; without "hl7" nowhere. */
bool feeders_open(struct feeders *feeders, const struct feeders_setup *setup,
                  struct error *err);
/* Who takes what comes; NULL: nobody just now, and messages wait. */
void feeders_serve(struct feeders *feeders, struct engine *engine);
/* Answers what is in the store by now. */
void feeders_step(struct feeders *feeders);
void feeders_free(struct feeders *feeders); /* NULL is fine */

/* The engine's on_feed; `arg` are the feeders. Journal's thread. */
bool feeders_take(void *arg, struct clerk *clerk, void *parcel,
                  struct error *err);

#endif
