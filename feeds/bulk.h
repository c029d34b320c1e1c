/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_BULK_H
#define FEEDS_BULK_H

#include "feeds/import.h"
#include "feeds/stream.h"
#include "feeds/terms.h"

struct mapping;

/* Files of HL7 v2 messages or FHIR resources into the store: each message
 * whole or not at all, many to a commit. Resources may come in any order, and
 * in several files: places and people go in before what is said of them. */

struct bulk_options {
    const char *const *paths; /* files and folders */
    size_t path_count;
    enum stream_kind kind;
    const struct terms *terms;
    const struct mapping *mapping; /* of this kind; NULL: none */
    const char *country;
    const struct zone *zone;
    const char *mrn_authority, *also_authority; /* as of an intake */
    /* Of each path: whose the ids are of FHIR resources that name no server;
       NULL: of all, or of this one, nobody special. */
    const char *const *senders;
    bool training;
    instant now;
    const char *actor;
};

/* As import_run(). A row of the report is a file; `read` counts its messages
 * or resources, the others the rows that they became. */
bool bulk_run(struct store *store, const struct bulk_options *options,
              const struct import_watch *watch, struct import_report *report,
              struct error *err);

#endif
