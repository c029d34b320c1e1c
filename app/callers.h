/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CALLERS_H
#define APP_CALLERS_H

#include "base/error.h"
#include "scheduler/engine.h"

#include "app/config_http.h"

struct loop;

/* Who calls the service over HTTP: providers at /hooks/<provider>/<what>, a
 * watchdog at /healthz, Prometheus at /metrics. A provider hears 200 when what
 * it told is durable, never before. Loop thread. */
struct callers;

/* Nobody can call where the configuration names no place to listen: NULL is
 * then given, and fine everywhere here. False with the reason when the place
 * cannot be had. */
bool callers_new(struct loop *loop, const struct config_http *config,
                 struct callers **out, struct error *err);
/* Whose providers are called from now on; NULL: nobody's, all hear 503. */
void callers_serve(struct callers *callers, struct engine *engine);
/* After each step of the engine: whoever waited and may go is answered. */
void callers_step(struct callers *callers);
void callers_free(struct callers *callers);

#endif
