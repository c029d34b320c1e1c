/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_REMAP_H
#define FEEDS_REMAP_H

#include <stdbool.h>

#include "feeds/fact.h"
#include "feeds/formula.h"
#include "feeds/scratch.h"

struct mapping;
struct mapping_column;

/* A mapping over the usual reading of one message: rows that this makes have
 * fields from elsewhere. Pure; everything lands in the facts. */

/* What stands at a place of the message; NULL: nothing. `*erased`: the sender
 * says that there is nothing any more. */
typedef const char *remap_look_fn(void *arg, const struct formula *place,
                                  bool *erased);

struct remap {
    const struct mapping *mapping; /* NULL: there is none */
    struct facts *facts;
    remap_look_fn *look;
    void *arg;
    const char *type; /* of a resource, before its paths; NULL: a message */
    /* Its own, of the formula at hand. */
    struct scratch scratch;
    bool erased;
    const char *where, *said;
    size_t places;
};

void remap_open(struct remap *remap, const struct mapping *mapping,
                struct facts *facts, remap_look_fn *look, void *arg);
/* Fields of all rows stand as the layout has them from then on. */
void remap_close(struct remap *remap);

/* A row that has just begun, before anything is put into it. `except` is a
 * column over which the mapping has no say this time; NULL: none. */
void remap_row(struct remap *remap, struct fact *fact, const char *except);

/* A column that is no field of a row but what it is known by. False: no
 * mapping has it here. */
struct remapped {
    const struct mapping_column *column;
    const char *text;  /* NULL: nothing stands there, or not readable */
    const char *where; /* the place, or all that were looked at */
    const char *rule;
};
bool remap_text(struct remap *remap, const char *table, const char *column,
                struct remapped *out);
/* Where a column would stand: by the mapping, else as usual. */
const char *remap_where(const struct remap *remap, const char *table,
                        const char *column, const char *usual);

#endif
