/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_BINDING_H
#define FEEDS_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "feeds/csv.h"
#include "feeds/record.h"

struct mapping_column;
struct mapping_table;
struct store;

/* Which columns of a file give which inputs of a record: by their names, as
 * the documented layout has them, or by a mapping. */
struct binding;

/* Told of columns that nobody knows and of faults of a mapping. */
typedef void binding_tell_fn(void *arg, const char *text);

struct binding_request {
    const struct layout_table *table;
    const struct csv_row *header; /* its names are trimmed in place */
    const char *path;             /* of the file */
    struct store *store;          /* keeps what is joined */
    const char *today;            /* of the import; ISO */
    binding_tell_fn *tell;
    void *arg;
};
/* NULL with all missing required columns in `err`. */
struct binding *binding_by_name(const struct binding_request *request,
                                struct error *err);
/* NULL when the mapping does not fit the file (all faults were told) or a
 * file that is joined cannot be read. */
struct binding *binding_by_mapping(const struct binding_request *request,
                                   const struct mapping_table *mapped,
                                   struct error *err);
void binding_free(struct binding *binding);
/* How many faults a mapping has for this file and those that are joined to
 * it; all are told. A file that cannot be read has none. */
size_t binding_faults(const struct binding_request *request,
                      const struct mapping_table *mapped);

const struct record_input *binding_inputs(const struct binding *binding,
                                          size_t *count);
/* What a mapping says of an input; NULL: it was found by its name. */
const struct mapping_column *binding_column(const struct binding *binding,
                                            size_t input);

enum binding_verdict {
    BINDING_GOOD,
    BINDING_BAD,    /* a fault of the row */
    BINDING_FAILED, /* the store could not be read: `err` */
};
struct binding_fault {
    const char *column; /* of ours; "" = the row */
    char reason[CONVERT_REASON_MAX];
};
/* How many rows this one becomes: 0 when it is passed over. */
enum binding_verdict binding_begin(struct binding *binding,
                                   const struct csv_row *row, int64_t *turns,
                                   struct binding_fault *fault,
                                   struct error *err);
/* The texts of one of them; what means nothing is NULL. They live until the
 * next call. */
enum binding_verdict binding_texts(struct binding *binding, int64_t turn,
                                   const char *const **texts,
                                   struct binding_fault *fault);

/* White space at both ends, and the words that stand for nothing. */
char *binding_trim(char *text);
bool binding_is_nothing(const char *text);

#endif
