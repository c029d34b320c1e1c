/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CAMPAIGNS_SCHEMA_H
#define TESTS_CAMPAIGNS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

/* As much of JSON Schema draft-07 as our schemas use; a keyword that it does
 * not know fails the test, so that nothing is quietly let through. So does a
 * $ref to another file: validators would want the network for it. */
struct schema {
    struct json *doc;
    const char *name; /* "campaign.schema.json" */
};
struct json *schema_load(const char *path);
/* `why` gets the first thing that did not fit. */
bool schema_fits(const struct schema *schema, const struct json_node *value,
                 char *why, size_t size);

#endif
