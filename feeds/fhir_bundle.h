/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_BUNDLE_H
#define FEEDS_FHIR_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"

#include "feeds/fhir_entry.h"
#include "feeds/fhir_names.h"

/* What was posted, as a list of what is to be done with which resource; also
 * of a single resource. Pure. */

enum fhir_form { FHIR_SINGLE, FHIR_TRANSACTION, FHIR_BATCH, FHIR_MESSAGE };
struct fhir_bundle {
    enum fhir_form form;
    const char *id; /* NULL: none */
    instant at;     /* Bundle.timestamp; INSTANT_NEVER */
    const struct json_node *header;
    struct fhir_entry *entries; /* without the MessageHeader */
    size_t count;
    struct arena *arena;
    struct json *doc;
    struct fhir_names *names; /* by which they name each other */
};

/* More resources at once are too many: somebody waits behind them. */
#define FHIR_ENTRIES_MAX 5000

/* NULL: no use can be made of it, and `flaw` says why; its texts are in
 * `text`. */
#define FHIR_FLAW_TEXT 512
struct fhir_bundle *fhir_bundle_read(const char *bytes, size_t len,
                                     struct fhir_flaw *flaw,
                                     char text[FHIR_FLAW_TEXT]);
void fhir_bundle_free(struct fhir_bundle *bundle); /* NULL is fine */

#endif
