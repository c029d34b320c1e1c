/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_BINDING_OWN_H
#define FEEDS_BINDING_OWN_H

#include "base/civil.h"
#include "feeds/binding.h"
#include "feeds/formula.h"
#include "feeds/scratch.h"

struct lookup;

/* Inside of a binding: for feeds/binding*.c only. */

struct binding {
    struct record_input *inputs;
    const char **texts;
    size_t count;
    /* By name. */
    size_t *fields; /* of each input, its column in the file */
    char **names;   /* of attributes; owned */
    /* By mapping; the formulas are the mapping's. */
    const struct mapping_table *mapped;
    struct lookup **lookups;
    const char *const **joined; /* of each join, the row that was found */
    struct scratch scratch;
    struct formula_row row;
    char today[CIVIL_TEXT_MAX];
    char **converted; /* fields in UTF-8 */
    size_t columns;   /* of the header */
    char *const *plain;
};

struct binding *binding_new(size_t inputs);
/* binding_map.c */
void binding_map_free(struct binding *binding);
enum binding_verdict binding_map_begin(struct binding *binding,
                                       const struct csv_row *row,
                                       int64_t *turns,
                                       struct binding_fault *fault,
                                       struct error *err);
enum binding_verdict binding_map_texts(struct binding *binding, int64_t turn,
                                       struct binding_fault *fault);

#endif
