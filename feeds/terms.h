/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_TERMS_H
#define FEEDS_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Codes of other people's systems and what they are here, from data files that
 * a clinic may change (feeds/terms/, docs/import.md). Immutable after loading.
 */
struct terms;

/* Reads one file; `more` (NULL, or loaded before) is asked where this one says
 * nothing, and belongs to the result from then on. NULL: each fault is told as
 * "file:line:column: error: ...". */
typedef void terms_fault_fn(void *arg, const char *text);
struct terms *terms_load(const char *path, struct terms *more,
                         terms_fault_fn *fault, void *arg, struct error *err);
void terms_free(struct terms *terms);

/* What `code` of `system` is in this table ("disposition", "screening"). The
 * system is a URI, an OID, or HL7's short name of either ("LN"); NULL: not
 * said, then the code alone decides where all systems that have it mean the
 * same. NULL: not known. */
const char *terms_find(const struct terms *terms, const char *table,
                       const char *system, const char *code);

#endif
