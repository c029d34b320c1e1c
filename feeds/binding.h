/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_BINDING_H
#define FEEDS_BINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "feeds/csv.h"
#include "feeds/record.h"

/* Which columns of a file give which inputs of a record. Here: by their
 * names, as the documented layout has them. */
struct binding;

/* `warn` is told of columns that nobody knows, with the nearest name. NULL
 * with all missing required columns in `err`. */
typedef void binding_warn_fn(void *arg, const char *text);
struct binding *binding_by_name(const struct layout_table *table,
                                const struct csv_row *header, const char *file,
                                binding_warn_fn *warn, void *arg,
                                struct error *err);
void binding_free(struct binding *binding);

const struct record_input *binding_inputs(const struct binding *binding,
                                          size_t *count);
/* The texts of one row, trimmed in place; what means nothing ("", NULL, N/A)
 * is NULL. They live as long as the row. */
const char *const *binding_texts(struct binding *binding,
                                 const struct csv_row *row);

/* White space at both ends, and the words that stand for nothing. */
char *binding_trim(char *text);
bool binding_is_nothing(const char *text);

#endif
