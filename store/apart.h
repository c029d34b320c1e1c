/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_APART_H
#define STORE_APART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;

/* Words that two records are two people's, of which an older one that they are
 * one may come later. In the caller's transaction. */

/* These two are (A37). */
bool apart_say(struct store *store, int64_t one, int64_t other, instant at,
               struct error *err);
/* This one is nobody else's: its source, which would say so, does not. It takes
 * back what this source said, and nobody else's word. */
bool apart_alone(struct store *store, int64_t patient_id, const char *source,
                 instant at, struct error *err);

/* Two records as a message names them, and who is left of each by now. */
struct apart_two {
    int64_t gone, gone_by;
    int64_t stays, stays_by;
};
/* Whether there is a newer word than this one that the first is the other. */
bool apart_since(struct store *store, const struct apart_two *two,
                 const char *source, instant at, bool *apart,
                 struct error *err);

#endif
