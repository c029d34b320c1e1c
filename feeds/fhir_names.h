/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_NAMES_H
#define FEEDS_FHIR_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"

#include "feeds/fact.h"
#include "feeds/fhir_entry.h"

/* Who names whom inside of a Bundle: by a fullUrl that means nothing outside of
 * it (urn:uuid), by a search for an identifier, or by the id of somebody who
 * has none that lasts. Entries are added first, and then resolved, so that
 * their order does not matter. Pure. */
struct fhir_names;
struct fhir_names *fhir_names_new(void);
void fhir_names_free(struct fhir_names *names); /* NULL is fine */

/* The Bundle that all that follows is of: this one of that file. */
void fhir_names_turn_to(struct fhir_names *names, size_t file, size_t bundle);

/* When the Bundle was put together (Bundle.timestamp); INSTANT_NEVER: it does
 * not say. It stands behind the entries, or before them. */
void fhir_names_date(struct fhir_names *names, instant at);
instant fhir_names_at(const struct fhir_names *names);

/* Whether a resource of this type is one that others name. */
bool fhir_names_want(const char *type);
/* False: another entry has the same temporary name. */
bool fhir_names_add(struct fhir_names *names, const struct fhir_entry *entry,
                    const char *full_url);
/* What somebody whose id is of the Bundle alone is known by outside of it. */
void fhir_names_know(struct fhir_names *names, const struct fhir_entry *entry,
                     const struct fact_person *self);
/* NULL: it is not such an id, or all that there is. */
const struct fact_person *fhir_names_person(const struct fhir_names *names,
                                            const char *type, const char *id);

/* The resource of an entry with its own id, naming others as the store does;
 * json_free() it. NULL: that is the resource as it was sent. */
struct json *fhir_names_resolve(const struct fhir_names *names,
                                const struct fhir_entry *entry);

#endif
