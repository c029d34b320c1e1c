/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CAMPAIGNS_SCHEMA_H
#define TESTS_CAMPAIGNS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

/* As much of JSON Schema draft-07 as our schemas use; a keyword that it does
 * not know fails the test, so that nothing is quietly let through. */
struct schema {
    struct json *doc;
    const char *name; /* "campaign.schema.json" */
    struct schema *others;
    size_t other_count; /* where a $ref to another file leads */
};
struct json *schema_load(const char *path);
/* `why` gets the first thing that did not fit. */
bool schema_fits(const struct schema *schema, const struct json_node *value,
                 char *why, size_t size);

#endif
