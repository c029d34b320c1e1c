/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VISIT_H
#define STORE_VISIT_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* A visit of which a source says that it is at another time, and nobody can
 * read when. It is gone until somebody says: so what is queued for it ends, and
 * a task asks. All in the caller's transaction. */
struct visit_doubt {
    char *key;      /* of the visit, in its source */
    instant at;     /* when it was moved */
    char said[128]; /* what stands where the time should */
};
bool visit_known(struct store *store, const char *key, bool *known,
                 struct error *err);
/* What is newer in the store stands. */
bool visit_hold(struct store *store, const struct visit_doubt *doubt,
                instant now, struct error *err);
/* When it is was said, or that it is off: who was asked to find out need not.
 */
bool visit_sure(struct store *store, const char *key, bool off, instant now,
                struct error *err);

#endif
