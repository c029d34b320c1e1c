/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_BUNDLE_H
#define CAMPAIGNS_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/error.h"

struct campaign;

/* Reading and checking campaign files. A *bundle* is a campaign file with
 * all it names (language files, measures) in one JSON text: what launch
 * stores and what the service evaluates, whatever the folder says later. */

enum fault_level { FAULT_ERROR, FAULT_WARNING };
struct fault {
    enum fault_level level;
    const char *file;
    int line, column; /* 0: the file as a whole */
    const char *text; /* says what, and what to do; nearest known name */
};
/* All faults at once, in file order. Owns its texts. */
struct faults {
    struct fault *items;
    size_t count, errors;
    struct arena *arena;
};
void faults_init(struct faults *faults);
void faults_free(struct faults *faults);
void faults_add(struct faults *faults, enum fault_level level, const char *file,
                int line, int column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* By line and column within each file; files as they were first named. */
void faults_sort(struct faults *faults);
/* What was told twice, as by two campaigns of the measure that both name, is
 * told once; for a list that nobody adds to any more. */
void faults_once(struct faults *faults);
/* "file:line:column: error: text" lines. */
void faults_print(const struct faults *faults, struct buf *out);

struct telling_lists;

struct bundle_options {
    /* A measure is looked for, each name by itself, in the folder "measures"
     * beside the campaign file, in those of the folders above it, then in
     * these two (NULL: none). The first that has it wins. */
    const char *measures_dir;     /* of the configuration */
    const char *measures_shipped; /* those that came with the program */
    struct civil_date today;      /* year 0: dates are not advised about */
    const char *const *lists;     /* known list names; NULL: not checked */
    size_t list_count;
    enum fault_level lists_level; /* of a name that is none of them */
    const char *default_country;
    int weekly_cap; /* of policy/, for the lint of ladders; 0: three */
    const struct telling_lists
        *telling; /* of policy/; NULL: no words are read */
};

/* Reads one campaign file, its language files and measures. NULL when there
 * are errors (warnings alone do not stop it). `bundle` (may be NULL) gets
 * the canonical JSON text whose SHA-256 is campaign->sha256. */
struct campaign *campaign_load(const char *path,
                               const struct bundle_options *options,
                               struct faults *faults, struct buf *bundle);
/* From a stored bundle. Faults here mean a damaged store or an older
 * program's bundle. */
struct campaign *campaign_from_bundle(const char *text, size_t len,
                                      struct faults *faults);
void campaign_free(struct campaign *campaign); /* NULL is fine */

/* The canonical bundle of an ad-hoc blast: one step "blast", due at once,
 * anchored on the patient. `text` per language or one for all. */
struct blast_spec {
    const char *name;
    const char *purpose;
    const char *owner;    /* the role that reads replies; NULL: OWNER_DEFAULT */
    const char *where;    /* a condition over the patient, or NULL */
    const char *folder;   /* whose measures it sees; NULL: this one */
    const char *language; /* of the message, "en" */
    const char *send;     /* a ladder: "sms, else email after 1 hour" */
    const char *subject, *text;
    const char *messages; /* or a whole messages object as JSON */
    const char *until;    /* ISO 8601 instant, or NULL */
};
bool blast_bundle(const struct blast_spec *spec,
                  const struct bundle_options *options, struct buf *bundle,
                  struct faults *faults);

#endif
