/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_OUTLETS_H
#define APP_OUTLETS_H

#include "base/error.h"
#include "scheduler/engine.h"

#include "app/config.h"

struct http;
struct loop;

/* Who is told what patients decide: addresses that get a signed POST, and a
 * folder that gets files (docs/integrators.md). Loop thread. */
struct outlets;

/* NULL with the reason when a secret cannot be read or the folder is none. */
struct outlets *outlets_new(struct loop *loop, struct http *http,
                            const struct config *config, struct error *err);
/* What the engine's configuration says of them; both live as long as these. */
void outlets_configure(struct outlets *outlets, struct engine_config *out);
/* Whose notices these are from now on; NULL: what comes of those under way is
 * nobody's, and they are told again. */
void outlets_serve(struct outlets *outlets, struct engine *engine);
void outlets_free(struct outlets *outlets); /* NULL is fine */

#endif
