/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CALLERS_H
#define APP_CALLERS_H

#include <stdbool.h>

#include "base/error.h"
#include "scheduler/engine.h"

struct config;
struct feeders;
struct loop;

/* Who calls the service over HTTP: providers at /hooks/<provider>/<what>, who
 * posts FHIR at /fhir, a watchdog at /healthz, Prometheus at /metrics. A
 * provider hears 200 when what it told is durable, never before. Loop thread.
 */
struct callers;

/* They have no place yet. `feeders` take what is posted, and are there as long;
 * NULL: nothing is. */
struct callers *callers_new(struct loop *loop, struct feeders *feeders);
/* Opens the place of this configuration, beside the one they have; it may name
 * none, or the same. False with the reason when it cannot be had: nothing is
 * changed. callers_settle() follows, in any case before the next. */
bool callers_open(struct callers *callers, const struct config *config,
                  struct error *err);
/* `moved`: what was opened is their place from now on, and whoever has come to
 * the former one is served to the end. Else all stays as it was. */
void callers_settle(struct callers *callers, bool moved);
/* Whose providers are called from now on; NULL: nobody's, all hear 503. */
void callers_serve(struct callers *callers, struct engine *engine);
/* After each step of the engine: whoever waited and may go is answered. */
void callers_step(struct callers *callers);
void callers_free(struct callers *callers); /* NULL is fine */

#endif
