/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_BUNDLE_H
#define FEEDS_FHIR_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"

/* What was posted, as a list of what is to be done with which resource; also
 * of a single resource. Who names whom inside of it is found out here, so that
 * its order does not matter. Pure. */

enum fhir_form { FHIR_SINGLE, FHIR_TRANSACTION, FHIR_BATCH, FHIR_MESSAGE };
enum fhir_wish {
    FHIR_SAY,    /* it is so: POST, PUT, or the entry asks for nothing */
    FHIR_CREATE, /* unless it is there (ifNoneExist) */
    FHIR_DELETE,
};

/* Why it, or an entry, cannot be taken: a code of FHIR's IssueType. */
struct fhir_flaw {
    int status; /* HTTP; 0: there is none */
    const char *code, *where, *text;
};

struct fhir_entry {
    const struct json_node *resource; /* as it was sent; NULL: DELETE */
    const char *type;                 /* "" where nobody knows */
    const char *id;                   /* NULL: none */
    const char *full_url;             /* NULL: none that lasts; of what is
                                         deleted its address */
    bool local;   /* `id` is of this Bundle alone: they may have others */
    bool made_up; /* and ours */
    enum fhir_wish wish;
    const char *system, *value; /* by which it was named; NULL */
    const char *path;           /* "Bundle.entry[2].resource" */
    int order;                  /* what others name comes first */
    struct fhir_flaw flaw;
};

struct fhir_bundle {
    enum fhir_form form;
    const char *id; /* NULL: none */
    instant at;     /* Bundle.timestamp; INSTANT_NEVER */
    const struct json_node *header;
    struct fhir_entry *entries; /* without the MessageHeader */
    size_t count;
    struct arena *arena;
    struct json *doc;
    struct fhir_name *names; /* of what others may name, sorted */
    size_t name_count;
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

/* The resource of an entry with its own id, naming others as the store does;
 * json_free() it. NULL: that is the resource as it was sent. */
struct json *fhir_bundle_resolve(const struct fhir_bundle *bundle,
                                 const struct fhir_entry *entry);
/* The entry whose id is of the Bundle alone and this one; NULL: none. */
const struct fhir_entry *fhir_bundle_local(const struct fhir_bundle *bundle,
                                           const char *type, const char *id);

#endif
