/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_ANSWER_H
#define FEEDS_FHIR_ANSWER_H

#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "feeds/fhir_bundle.h"

struct arena;

/* What is answered to a post of FHIR, as R4 JSON. It says where and what, and
 * never a value of the resource. Pure. */

enum fhir_grade { FHIR_INFORMATION, FHIR_WARNING, FHIR_ERROR, FHIR_FATAL };

struct fhir_issue {
    enum fhir_grade grade;
    const char *code;  /* of IssueType */
    const char *where; /* FHIRPath; NULL: nowhere */
    const char *text;
};
/* What is said of one entry, or of all. */
struct fhir_said {
    int status; /* HTTP */
    struct fhir_issue *issues;
    size_t count, room;
};
/* Of one entry; what is beyond is counted away. */
#define FHIR_ISSUES_MAX 50
void fhir_say(struct arena *arena, struct fhir_said *said,
              const struct fhir_issue *issue);

/* An OperationOutcome of what was said, or that all is well. */
void fhir_answer_outcome(struct buf *out, const struct fhir_said *said);
/* The same of one issue. */
void fhir_answer_issue(struct buf *out, enum fhir_grade grade, const char *code,
                       const char *where, const char *text);
/* The response to a transaction or a batch: a status for each of its entries,
 * in their order. */
void fhir_answer_bundle(struct buf *out, enum fhir_form form,
                        const struct fhir_said *said, size_t count);
/* The message that answers a message; `code`: ok, fatal-error. */
void fhir_answer_message(struct buf *out, const struct fhir_bundle *bundle,
                         const char *code, const struct fhir_said *said,
                         instant now);
/* What we are: GET /fhir/metadata. */
void fhir_answer_capability(struct buf *out, const char *version);

#endif
