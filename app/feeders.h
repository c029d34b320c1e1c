/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_FEEDERS_H
#define APP_FEEDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct clerk;
struct config;
struct engine;
struct loop;

/* Whoever feeds the service live: a hospital's interface engine over MLLP,
 * posts of FHIR. A message is answered when it is in the store, never before
 * (F-3). Loop thread, but for feeders_take(). */
struct feeders;

struct feeders *feeders_new(struct loop *loop);
/* Opens what this configuration says beside what is open, whose address it may
 * keep; without "hl7" and "fhir" nothing. All texts are copied. */
bool feeders_open(struct feeders *feeders, struct config *config,
                  struct error *err);
/* What was opened takes the place of the former, whose senders come again; or
 * not, and is closed. While nobody serves. */
void feeders_settle(struct feeders *feeders, bool moved);
/* What became of messages over MLLP since the start. */
struct feeders_figures {
    int64_t taken, wrong; /* whole messages; those of which a part was left
                             out, or all of it */
    int64_t flawed;       /* fields that were left out of what is in */
};
struct feeders_figures feeders_figures(const struct feeders *feeders);
/* Who takes what comes; NULL: nobody just now, and messages wait. */
void feeders_serve(struct feeders *feeders, struct engine *engine);
/* Answers what is in the store by now. */
void feeders_step(struct feeders *feeders);
void feeders_free(struct feeders *feeders); /* NULL is fine */

/* A post of FHIR on its way; its bytes are copied. `fn` is told once what is
 * answered, or NULL: it was not taken, and is to be sent again. NULL: there is
 * no room, and nobody is told. */
struct feeders_answer {
    int status;
    const char *text; /* until the end of the call */
    size_t len;
};
typedef void feeders_answer_fn(void *arg, const struct feeders_answer *answer);
struct parcel *feeders_bring(struct feeders *feeders, const char *bytes,
                             size_t len, feeders_answer_fn *fn, void *arg);
/* Nobody waits for its answer any more. */
void feeders_forget(struct feeders *feeders, struct parcel *parcel);

/* The engine's on_feed; `arg` are the feeders. Journal's thread. */
bool feeders_take(void *arg, struct clerk *clerk, void *parcel,
                  struct error *err);

#endif
