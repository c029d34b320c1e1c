/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STAGING_H
#define STORE_STAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/value.h"

struct row_set;
struct store;
struct zone;

/* One file of a feed on its way into one table. Rows are compared with what
 * is there; what differs waits in tables of the temporary database, which
 * belong to this connection alone. Nothing in the store changes, and nobody
 * waits for us, until staging_apply() writes all of it in the caller's
 * transaction: rows that say nothing new are not touched, so they raise no
 * occurrence and leave no change note. A row that its last file said just so
 * is no news, whatever a message said since, and nothing is that a newer file
 * said of it already; another one is of when its file is, and a newer word
 * stands (store/said.h). One staging at a time and connection.
 */
struct staging;

struct staging_request {
    const char *table;          /* of schema.sql; see staging.c */
    const char *const *columns; /* of it; its key columns among them */
    size_t count;
    const char *source; /* which system it came from; NULL: not noted */
    instant now;
    instant at;              /* of when the file is; not later than now */
    const struct zone *zone; /* of the organisation */
    /* Of patients: takes whose number a row of somebody else had
     * (STAGING_OTHER). */
    struct row_set *mistaken;
};

enum staging_verdict {
    STAGING_NEW,
    STAGING_CHANGED,
    STAGING_SAME,
    STAGING_TWICE,  /* this key came before in this file: not taken */
    STAGING_FIXED,  /* differs, but rows of this table never change */
    STAGING_OTHER,  /* another mapping's row of this key is about somebody
                       else: not taken */
    STAGING_YIELDS, /* of a record that was merged into another one, whose own
                       row came: that one speaks */
};

struct staging *staging_open(struct store *store,
                             const struct staging_request *request,
                             struct error *err);
void staging_close(struct staging *staging); /* drops what waits; NULL fine */

/* Adds one row; `values` stand as the request's columns do. Columns that name
 * a row of the same feed (guardian_id, merged_into, list_id) take its key as
 * text. `line` comes back in staging_duplicates() and staging_kin(). */
bool staging_row(struct staging *staging, int64_t line,
                 const struct value *values, enum staging_verdict *verdict,
                 struct error *err);

/* A row came that cannot be used: it is not missing, so nothing ends. Of its
 * `values` only those of the key count; unknown keys are left alone. */
bool staging_keep(struct staging *staging, const struct value *values,
                  struct error *err);

/* What a row that cannot be used says of a visit all the same: that it is off
 * ends one that is known, whatever else is wrong. Where nobody can read whether
 * it is on, or it is at another time than is known, nobody is reminded of the
 * old time (store/visit.h). */
struct staging_visit {
    const char *key;
    const struct value *status; /* missing: it cannot be read */
    bool off;                   /* it says that the visit is off */
    const char *status_said;    /* as it stands there; NULL: nothing does */
    const char *start_said;
    const char *start_local; /* on its wall; NULL: it cannot be read, */
    instant start_at;        /* or with an offset: this; else 0 */
};
bool staging_visit(struct staging *staging, const struct staging_visit *visit,
                   struct error *err);

/* The contact points that a patient's row itself carries: the whole set. A
 * number that is no longer in it is marked gone when the set came this way
 * before. Behind the staging_row() of the same patient, when that was taken;
 * may turn its verdict SAME into CHANGED. */
struct staging_contact {
    const char *kind, *value, *extension, *use, *zones;
    int64_t rank;
};
bool staging_contacts(struct staging *staging, int64_t line, const char *mrn,
                      const struct staging_contact *contacts, size_t count,
                      enum staging_verdict *verdict, struct error *err);

/* After the last row, always: drops new rows whose key came before in the file
 * and tells of each. The staging has no transaction of its own from here. */
typedef void staging_duplicate_fn(void *arg, int64_t line, int64_t first_line);
bool staging_duplicates(struct staging *staging, staging_duplicate_fn *told,
                        void *arg, struct error *err);

/* After staging_duplicates(), always: a patient's row names others, who may
 * come later in the file: the guardian, and the surviving record. Takes out
 * the rows of which nothing good can come, and tells of each. What a guardian
 * or a merge was stays as it was. */
enum staging_kin_fault {
    STAGING_KIN_UNKNOWN, /* nobody has this key */
    STAGING_KIN_SELF,
    STAGING_KIN_CIRCLE,
    STAGING_KIN_YIELDS, /* was STAGING_CHANGED, and is STAGING_YIELDS */
};
struct staging_kin {
    enum staging_kin_fault fault;
    int64_t line;
    const char *column; /* of the store */
    const char *key;    /* whom it names */
    bool made;          /* its verdict was STAGING_NEW */
};
typedef void staging_kin_fn(void *arg, const struct staging_kin *kin);
bool staging_kin(struct staging *staging, staging_kin_fn *told, void *arg,
                 struct error *err);

/* Whether a full extract of this table can end rows: absence is no word
 * against a consent or for an opt-out. */
bool staging_ends(const struct staging *staging);

/* Of when the newest full extract is that came of this table and source; 0:
 * none did, or it ends none. An older one knows nothing of what is there now.
 */
instant staging_full_at(const struct staging *staging);

/* For a full extract: notes the rows of this source that did not come: `gone`
 * of them. `missing` of `active` is the share to be wary of: of visits these
 * are only the ones that nobody cancelled, since a source may drop the others
 * at any time. Without this call nothing goes. */
bool staging_missing(struct staging *staging, int64_t *active, int64_t *missing,
                     int64_t *gone, struct error *err);

/* Writes everything, in the caller's transaction. */
bool staging_apply(struct staging *staging, struct error *err);
/* After that, in the same transaction: audits each restriction that was there
 * and says something else now, or is over (L-30). */
bool staging_audit(struct staging *staging, const char *actor,
                   struct error *err);

#endif
