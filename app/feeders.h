/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FEEDERS_H
#define APP_FEEDERS_H

#include <stdbool.h>

#include "base/error.h"

struct clerk;
struct config;
struct engine;
struct loop;

/* Whoever feeds the service live: a hospital's interface engine over MLLP. A
 * message is answered when it is in the store, never before (F-3). Loop
 * thread, but for feeders_take(). */
struct feeders;

struct feeders *feeders_new(struct loop *loop);
/* Opens what this configuration says beside what is open, whose address it may
 * keep; without "hl7" nothing. All texts are copied. */
bool feeders_open(struct feeders *feeders, struct config *config,
                  struct error *err);
/* What was opened takes the place of the former, whose senders come again; or
 * not, and is closed. While nobody serves. */
void feeders_settle(struct feeders *feeders, bool moved);
/* Who takes what comes; NULL: nobody just now, and messages wait. */
void feeders_serve(struct feeders *feeders, struct engine *engine);
/* Answers what is in the store by now. */
void feeders_step(struct feeders *feeders);
void feeders_free(struct feeders *feeders); /* NULL is fine */

/* The engine's on_feed; `arg` are the feeders. Journal's thread. */
bool feeders_take(void *arg, struct clerk *clerk, void *parcel,
                  struct error *err);

#endif
