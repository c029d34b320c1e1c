/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_MAPPING_OWN_H
#define FEEDS_MAPPING_OWN_H

#include "base/json.h"
#include "feeds/mapping.h"

/* Inside of the reading: for feeds/mapping*.c and feeds/formula_read.c. */

struct mapping_reader {
    struct mapping *mapping;
    struct mapping_table *table; /* the one being read */
    const char *column;          /* of ours, likewise: named in its faults */
    mapping_fault_fn *fault;
    void *arg;
    size_t faults;
};

/* Tells of a fault at this place; false. */
bool mapping_fault(struct mapping_reader *reader, struct json_place place,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct json_place mapping_place(const struct mapping_reader *reader,
                                const struct json_node *node);
/* Every member of `object` must be one of `names`. */
void mapping_members(struct mapping_reader *reader,
                     const struct json_node *object, const char *const *names,
                     size_t count);
/* A text that must be there, unless `optional`; NULL after a fault. */
const char *mapping_text(struct mapping_reader *reader,
                         const struct json_node *object, const char *name,
                         bool optional);

/* NULL after a fault. `dated`: columns hold dates as the table declares. */
struct formula *formula_read(struct mapping_reader *reader,
                             const struct json_node *node,
                             enum formula_dating dated);

/* mapping_message.c: whether rows of this table, and this column of them, can
 * come from elsewhere in messages of the mapping's format; else a fault at the
 * place. `formula` false: the column is not to be taken at all. */
bool mapping_message_table(struct mapping_reader *reader,
                           struct json_place place);
bool mapping_message_column(struct mapping_reader *reader,
                            const struct layout_column *column, bool formula,
                            struct json_place place);
/* Our names of what is no column of a file: the old number of a merge. */
const struct layout_column *mapping_message_find(
    const struct mapping_reader *reader, const char *name);

#endif
