/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_TAKE_H
#define FEEDS_FHIR_TAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "feeds/intake.h"
#include "feeds/terms.h"

struct mapping;
struct store;

/* One Bundle or resource of FHIR R4 as it comes in live: read, written,
 * answered. One a connection to the store, on its thread. */
struct fhir_take;

struct fhir_take_options {
    struct intake_options intake;
    const struct terms *terms;
    const struct mapping *mapping; /* for fhir; NULL: none */
    const char *actor;
};
struct fhir_take *fhir_take_new(struct store *store,
                                const struct fhir_take_options *options);
void fhir_take_free(struct fhir_take *take);

/* What became of it, for the log and the figures: no word about anybody. */
struct fhir_taken {
    char source[64], what[32]; /* "https://ehr/", "transaction" */
    const char *verdict;       /* accepted, partly, repeated, wrong, refused */
    int status;                /* HTTP, of the answer */
    size_t entries, wrong;     /* and those of them that were not taken */
    struct intake_counts counts;
};

/* As long an answer may get; `answer` has room for it. */
#define FHIR_ANSWER_MAX ((size_t)16 << 20)

/* In the caller's transaction, in which other messages may be; the answer may
 * go when that is committed. False: the store failed, and nothing counts. */
bool fhir_take(struct fhir_take *take, const char *bytes, size_t len,
               instant now, struct buf *answer, struct fhir_taken *taken,
               struct error *err);

#endif
