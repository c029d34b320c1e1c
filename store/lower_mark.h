/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LOWER_MARK_H
#define STORE_LOWER_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "store/predicate.h"

struct lowered;
struct lower_param;

/* Where SQL of the catalogue is being put. */
struct lowering {
    struct lowered *out;
    enum anchor_kind anchor;
    const struct predicate *predicate; /* of a history; NULL for fields */
    struct duration ahead;             /* from today to $then */
};
/* Adds `len` bytes of the catalogue's SQL with its marks replaced. */
void lower_expand(const struct lowering *in, const char *sql, size_t len);

/* lower.c: text, a parameter, a parameter that is a text, "at least (else:
 * less than) so many months old", which is NULL for an unknown birthday. */
void lower_put(struct lowered *out, const char *sql);
void lower_put_param(struct lowered *out, struct lower_param param);
void lower_put_text(struct lowered *out, const char *text);
void lower_age(struct lowered *out, bool at_least, int months);

#endif
