/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_ENTRY_H
#define FEEDS_FHIR_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

struct arena;

/* What is to be done with which resource, by the word of one entry of a Bundle,
 * posted or in a file; also of a resource that comes alone. Pure. */

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
    size_t number;                    /* among those of its Bundle */
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

/* Keeps the first one that is set; false. */
bool fhir_flaw_set(struct fhir_flaw *flaw, int status, const char *code,
                   const char *where, const char *text);

/* An entry with the `number` that it has already. `requests`: it has to say
 * what is wished. Its texts are in the arena, or in `node`. */
void fhir_entry_read(struct arena *arena, struct fhir_entry *entry,
                     const struct json_node *node, const char *where,
                     bool requests);
void fhir_entry_single(struct arena *arena, struct fhir_entry *entry,
                       const struct json_node *resource);

/* Whether an entry of a file says what is wished; what is read (GET) or patched
 * is told there as it is. */
bool fhir_entry_wishes(const struct json_node *node);

/* An address without its %7C. */
char *fhir_url_plain(struct arena *arena, const char *text);

#endif
