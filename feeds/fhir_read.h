/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_READ_H
#define FEEDS_FHIR_READ_H

#include <stdbool.h>

#include "feeds/fact.h"
#include "feeds/fhir.h"
#include "feeds/fhir_entry.h"
#include "feeds/fhir_names.h"

struct store;

/* What an entry says, whether it was posted or stands in a file. */
struct fhir_reader {
    struct store *store;      /* NULL: nobody is looked up in it */
    struct fhir_names *names; /* of the Bundle that the entry is of */
    struct fhir_options options;
    const char *source, *message_id;
    instant at; /* Bundle.timestamp; INSTANT_NEVER */
};

/* Of somebody whose id is of the Bundle alone: who they are outside of it. To
 * be asked for all of them before anything is read of who may name them. */
bool fhir_read_self(const struct fhir_reader *reader,
                    const struct fhir_entry *entry, struct error *err);
/* `*out` is to be freed, also when it fails. */
bool fhir_read(const struct fhir_reader *reader, const struct fhir_entry *entry,
               struct facts **out, enum fhir_verdict *verdict,
               struct error *err);

#endif
