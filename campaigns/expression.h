/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_EXPRESSION_H
#define CAMPAIGNS_EXPRESSION_H

#include <stdbool.h>

#include "store/predicate.h"

struct arena;
struct faults;

/* Where an expression stands, so that faults name file, line and column. */
struct expression_place {
    const char *file;
    int line, column; /* of its first character */
};
/* Finds a measure by name; NULL: unknown, `nearest` (preset to NULL) may then
 * name one that was perhaps meant. */
typedef const struct measure *measure_find_fn(void *arg, const char *name,
                                              const char **nearest);

/* Reads one condition ("status = 'booked' and patient.age >= 18") into a
 * typed predicate in `arena`; NULL after adding every fault it found. */
const struct predicate *expression_parse(
    const char *text, enum anchor_kind anchor,
    const struct expression_place *place, measure_find_fn *measures,
    void *measures_arg, struct arena *arena, struct faults *faults);

/* "3 days", "24 hours", "2 business days"; whole text. */
bool duration_parse(const char *text, struct duration *out);
const char *duration_text(struct duration duration, char out[40]);

#endif
