/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VISIT_H
#define STORE_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/alias.h"

struct store;

/* A visit of which a source says that it is at another time, and nobody can
 * read when; or of which nobody can read whether it is on. It is gone until
 * somebody says: so what is queued for it ends, and a task asks. All in the
 * caller's transaction. */
struct visit_doubt {
    char *key;      /* of the visit, in its source */
    instant at;     /* when it was moved */
    char said[128]; /* what stands where the time should, */
    bool status;    /* or where it should say whether it is on */
};
/* Whether it was asked so after `since`, and so is no news. */
bool visit_asked(struct store *store, const struct visit_doubt *doubt,
                 instant since, bool *asked, struct error *err);
bool visit_known(struct store *store, const char *key, bool *known,
                 struct error *err);
/* It is gone, and nobody said that it is off. */
bool visit_left(struct store *store, int64_t id, bool *left, struct error *err);
/* Which visits whoever asked for them calls so. */
struct visit_placer {
    const char *id;     /* "P9" */
    const char *whole;  /* and who gave it out: "P9@EHR" */
    int64_t patient_id; /* whose is theirs, whoever gave it out; 0: nobody's */
    const char *key;    /* of the visit that another id means */
    const char *owner;  /* who gave it out, */
    const char *sender; /* and who says so; NULL: nobody knows */
};
#define VISIT_KEY_MAX 1024
struct visit_placed {
    int64_t count;
    char key[VISIT_KEY_MAX]; /* of the only one */
    bool bare;               /* which has no other id than that */
    bool filed;              /* and a file knows one by its key */
    bool known;              /* there is one of `key`, */
    bool among;              /* which is one of these */
};
bool visit_by_placer(struct store *store, const struct visit_placer *placer,
                     struct visit_placed *out, struct error *err);
/* A visit that a file alone told of, by a number of its patient that need not
 * be the one that messages have. */
struct visit_filed {
    bool found;              /* it is not this record's */
    char mrn[ALIAS_MRN_MAX]; /* but this one's, */
    bool one_person; /* who has the same names and was born on that day */
    instant start;   /* when it is, and on the wall of its place */
    char start_local[CIVIL_TEXT_MAX];
    instant said_at; /* when the file said all this */
};
bool visit_filed(struct store *store, const char *key, int64_t patient_id,
                 struct visit_filed *out, struct error *err);
/* Whoever keeps it has given it an id of its own (`owner` NULL: nobody knows
 * whose). */
bool visit_rename(struct store *store, const char *key, const char *to,
                  const char *owner, struct error *err);
/* What is newer in the store stands. */
bool visit_hold(struct store *store, const struct visit_doubt *doubt,
                instant now, struct error *err);
/* When it is was said, or that it is off: who was asked to find out need not.
 */
bool visit_sure(struct store *store, const char *key, bool off, instant now,
                struct error *err);

#endif
