/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_H
#define FEEDS_FHIR_H

#include <stdbool.h>

#include "base/json.h"
#include "feeds/fact.h"
#include "feeds/terms.h"

struct fhir_bases;
struct mapping;

/* What a FHIR R4 resource says (domain.md 6.1). Pure. */

struct fhir_options {
    instant now; /* whose number has an end that is behind us? */
    const struct terms *terms;
    const struct mapping
        *mapping; /* for fhir; NULL: all is where it usually is */
    const struct fhir_bases *bases; /* of what came together; NULL: alone */
};

enum fhir_verdict {
    FHIR_UNDERSTOOD, /* facts say all; faults: fields that were left out */
    FHIR_NOT_OURS,   /* valid, and nothing for us in it */
    FHIR_WRONG,      /* a fatal fault: nothing of it can be taken */
};
/* One resource; `full_url` is its entry's in a Bundle, or NULL. A Bundle is
 * its entries' business (feeds/fhir_read.h). Where it names no server, its id
 * is of the facts' source. */
enum fhir_verdict fhir_facts(const struct json_node *resource,
                             const char *full_url,
                             const struct fhir_options *options,
                             struct facts *facts);

#endif
