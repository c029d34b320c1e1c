/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_DELETE_H
#define FEEDS_FHIR_DELETE_H

#include <stdbool.h>

#include "feeds/fact.h"
#include "feeds/fhir.h"

struct store;

/* A resource that is deleted: what it said was never meant, as when it was
 * entered in error. */
struct fhir_deletion {
    const char *type, *id;
    const char *url;    /* whole, or "Patient/7" */
    bool by_identifier; /* `id` is of this system, and no server's */
    const char *system;
};
/* Reads the store (NULL: none) for whom is meant. False: it cannot. */
bool fhir_delete(struct store *store, const struct fhir_deletion *what,
                 struct facts *facts, enum fhir_verdict *verdict,
                 struct error *err);

#endif
