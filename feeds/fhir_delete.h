/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_DELETE_H
#define FEEDS_FHIR_DELETE_H

#include "feeds/fact.h"
#include "feeds/fhir.h"

/* A resource that is deleted: what it said was never meant, as when it was
 * entered in error. `authority`: who gave a patient that id. Pure. */
enum fhir_verdict fhir_delete(const char *type, const char *authority,
                              const char *id, struct facts *facts);

#endif
