/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_BASE_H
#define FEEDS_FHIR_BASE_H

#include <stdbool.h>

#include "base/json.h"

struct arena;

/* Whose the ids of resources are: two servers both have a Patient/7. */

/* The server of a resource of this type: by its entry's address
 * ("https://a/fhir/Patient/7"), else by meta.source. NULL: neither says.
 * `*by_url`: the address did. */
const char *fhir_base(struct arena *arena, const char *full_url,
                      const char *type, const struct json_node *resource,
                      bool *by_url);

/* Whose ids of this type of resource are: "https://a/fhir/Patient". */
const char *fhir_authority(struct arena *arena, const char *base,
                           const char *type);

/* Of which server resources are that came together, in a Bundle or in the
 * files of one import: a relative reference ("Patient/7") means the one that
 * came with it, even if only one of the two names its server. */
struct fhir_bases;
struct fhir_bases *fhir_bases_new(void);
void fhir_bases_free(struct fhir_bases *bases);
void fhir_bases_put(struct fhir_bases *bases, const char *type, const char *id,
                    const char *base, bool by_url);
/* NULL: none of that name came, or of several servers; or it and whoever names
 * it (`by_url`) have addresses, which say it themselves. */
const char *fhir_bases_find(const struct fhir_bases *bases, const char *type,
                            const char *id, bool by_url);

#endif
