/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_PATH_H
#define FEEDS_FHIR_PATH_H

#include "base/json.h"

struct arena;

/* Where a mapping finds a value in a resource (outreach-mapping(5)):
 * identifier[system=urn:ours].value, telecom[system=phone][use=mobile].value,
 * Patient.extension[http://ours/language].valueCode, name[0].family. A small
 * part of what FHIRPath is. Pure. */
struct fhir_path;

/* NULL: `*wrong` says why the text is no such path. */
const struct fhir_path *fhir_path_read(struct arena *arena, const char *text,
                                       const char **wrong);

/* The first value that the path leads to, and the object that it is in (may
 * be NULL). NULL: nothing stands there. */
const struct json_node *fhir_path_find(const struct fhir_path *path,
                                       const struct json_node *resource,
                                       const struct json_node **in);

#endif
