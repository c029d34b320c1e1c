/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PATIENT_H
#define STORE_PATIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct store;
struct arena;

/* One person, for `outreach patient` and for picking people by MRN. */

/* Who is younger is a minor: their guardian is reached in their place. In SQL
 * as text. */
#define PATIENT_ADULT_YEARS 18
#define PATIENT_ADULT_YEARS_SQL PATIENT_TEXT(PATIENT_ADULT_YEARS)
/* Whether this patient `p` is one `at` that time; who may be one is. */
#define PATIENT_IS_MINOR(p, at)                                               \
    "coalesce(coalesce(" p ".birth_on, " p ".born_by) > date(" at " / 1000, " \
    "'unixepoch', '-" PATIENT_ADULT_YEARS_SQL " years'), 1)"
#define PATIENT_TEXT(number) PATIENT_TEXT_OF(number)
#define PATIENT_TEXT_OF(number) #number

/* `found` false when there is none. Somebody who was merged into another
 * record is found as that one. */
bool patient_find_by_mrn(struct store *store, const char *mrn, bool *found,
                         int64_t *id, struct error *err);

/* A record number much like this one, for somebody who mistyped; "" when
 * there is none. */
bool patient_nearest(struct store *store, const char *mrn, char *out,
                     size_t size, struct error *err);

/* What the gate must know of somebody who is reached in another's place. */
struct patient_vitals {
    bool here; /* alive, active, not merged away, not gone */
    char state[8], zone[64], language[24];
    char post[16]; /* of an address that says neither of these; "?": unknown */
    int contact_from, contact_to; /* minutes; -1 none */
};
bool patient_vitals(struct store *store, int64_t id, struct patient_vitals *out,
                    struct error *err);
/* The names of all their medicines, whole, until the callback returns: no
 * message may say them. */
typedef void patient_medicine_fn(void *arg, const char *name);
bool patient_medicines(struct store *store, int64_t id,
                       patient_medicine_fn *each, void *arg, struct error *err);

struct patient_contact {
    const char *kind, *value, *extension, *use, *line, *zones;
    int rank;
    instant bad_at; /* INSTANT_NEVER: fine */
    const char *bad_reason;
    const char *reassigned; /* yes, no, no-data (L-22) */
};
struct patient_consent {
    const char *verdict, *kind, *purpose, *channel, *evidence, *actor;
    bool narrow; /* that channel alone */
    instant at;
};
struct patient_suppression {
    const char *address, *channel, *purpose, *reason, *actor;
    instant since_at, lifted_at;
};
struct patient_restriction {
    const char *kind, *value;
    instant since_at, until_at;
};
/* The newest outreach first. */
struct patient_outreach {
    int64_t id;
    const char *campaign, *step, *reason;
    int state; /* enum outreach_state */
    int channel;
    instant planned_at, due_at;
    const char *address; /* of the last attempt; NULL: none */
    int outcome;         /* enum outcome of it */
    instant submitted_at;
};

/* Texts are NULL where the store has nothing. */
struct patient_details {
    int64_t id, guardian_id; /* 0: none */
    const char *mrn, *given_name, *family_name, *birth_on, *sex, *language;
    const char *street, *city, *state, *zip, *zone;
    const char *clock; /* the zone of the address, the number or the clinic */
    const char *clinic, *guardian_mrn, *preferred_channel, *attributes;
    int contact_from, contact_to; /* minutes; -1: none */
    bool active, sensitive, inpatient, gone;
    instant deceased_at;
    struct patient_contact *contacts;
    size_t contact_count;
    struct patient_consent *consents;
    size_t consent_count;
    struct patient_suppression *suppressions; /* theirs or their addresses' */
    size_t suppression_count;
    struct patient_restriction *restrictions;
    size_t restriction_count;
    const char **lists; /* "name", or "name: why" */
    size_t list_count;
    struct patient_outreach *outreach;
    size_t outreach_count;
};
#define PATIENT_OUTREACH_SHOWN 50

/* What they are called, in `arena`; NULL: not known, or nobody. */
bool patient_names(struct store *store, int64_t id, struct arena *arena,
                   const char **given, const char **family, struct error *err);
/* Whether anybody is their guardian, reached or not. 0 has none. */
bool patient_has_guardian(struct store *store, int64_t id, bool *has,
                          struct error *err);
/* Nobody who is named beside this child ("NK1", "contact") speaks for them from
 * then on, where nobody had been; and whether that is newer than `at`. By the
 * word of one source, or (NULL) of whoever it is. In the caller's transaction.
 */
bool patient_kin_end(struct store *store, int64_t id, const char *name,
                     const char *source, instant at, struct error *err);
bool patient_kin_over(struct store *store, int64_t id, const char *name,
                      const char *source, instant at, bool *over,
                      struct error *err);
/* Everything that is known, in `arena`. The caller audits who looked. */
bool patient_read(struct store *store, int64_t id, struct arena *arena,
                  struct patient_details *out, struct error *err);

#endif
