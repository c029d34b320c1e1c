/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_SHELF_H
#define CAMPAIGNS_SHELF_H

#include <stddef.h>

#include "base/json.h"

#include "campaigns/bundle.h"

/* Inside campaigns/: the measures that one campaign names, read when first
 * asked for. */
struct shelf;
struct measure;

/* Measures from files, where `options` (may be NULL) says (bundle.h). */
struct shelf *shelf_of_files(const char *campaign_file,
                             const struct bundle_options *options,
                             struct arena *arena, struct faults *faults);
/* From a bundle's object of measures (NULL: none). */
struct shelf *shelf_of_bundle(const char *file, const struct json *doc,
                              const struct json_node *measures,
                              struct arena *arena, struct faults *faults);
void shelf_free(struct shelf *shelf); /* its measures live in the arena */

/* A measure_find_fn over a shelf. */
const struct measure *shelf_find(void *shelf, const char *name,
                                 const char **nearest);
/* {"colorectal": {...}}: all that were found, in the order of first use. */
void shelf_write(const struct shelf *shelf, struct json_writer *writer,
                 const char *key);

#endif
