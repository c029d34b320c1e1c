/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_OWN_H
#define FEEDS_FHIR_OWN_H

#include "feeds/fhir.h"
#include "feeds/fhir_base.h"
#include "feeds/remap.h"

/* Inside of reading resources: for feeds/fhir*.c only. */

struct fhir_reading {
    const struct json_node *resource;
    const char *type, *id, *full_url;
    const char *base; /* whose its id is */
    bool by_url;      /* that says its address */
    const struct fhir_options *options;
    struct facts *facts;
    struct remap remap;
};

/* Of a list each member of which is a row so many are read. */
#define FHIR_ROWS_MAX 100
#define FHIR_ROWS_TOLD "only the first 100 are read"

/* A row, with what a mapping says of it. */
struct fact *fhir_row_bare(struct fhir_reading *it, const char *table,
                           enum fact_verb verb);

/* "Appointment.start"; `path` is a format, behind the type. */
const char *fhir_where(struct fhir_reading *it, const char *path, ...)
    __attribute__((format(printf, 2, 3)));

/* A request that something is not done (doNotPerform), which was remarked on:
 * it is none. */
bool fhir_is_forbidden(struct fhir_reading *it);

/* The resource's own text member; NULL: none. */
const char *fhir_text(struct fhir_reading *it, const char *key);

/* What stands where a mapping says, and the object that it is in (`in` may be
 * NULL); NULL: nothing that is one text. */
const char *fhir_path_text(struct fhir_reading *it, const struct formula *place,
                           const struct json_node **in);

/* A reference: its last part of a path, or the value of its identifier. NULL:
 * it names nothing. */
const char *fhir_key(struct fhir_reading *it, const struct json_node *of);
/* Puts that, of a row, with whose id it is. */
void fhir_put_key(struct fhir_reading *it, struct fact *fact,
                  const char *column, const struct json_node *of,
                  const char *where);
/* What sort of resource it names: "Location"; "" when it does not say. */
const char *fhir_kind(struct fhir_reading *it, const struct json_node *of);
/* Somebody whom a reference names; -1: nobody. */
int fhir_person(struct fhir_reading *it, const struct json_node *of,
                const char *where);
/* The patient of the resource, by the member "subject" or "patient". */
int fhir_subject(struct fhir_reading *it);
/* A resource that is contained ("#med1"); NULL: none. */
const struct json_node *fhir_contained(struct fhir_reading *it,
                                       const struct json_node *of);

/* A CodeableConcept: what it is in a table of the codes; NULL: not known. */
const char *fhir_coded(struct fhir_reading *it, const char *table,
                       const struct json_node *concept);
const char *fhir_coding(struct fhir_reading *it, const char *table,
                        const struct json_node *coding);
/* Its words: the text, else a display. NULL: none. */
const char *fhir_words(const struct json_node *concept);
/* The first code; NULL: none. */
const char *fhir_code(const struct json_node *concept);

/* Puts a date or time; a partial one ("2026-11") is a fault and left out.
 * `day`: the day alone. False: there is none to put. */
bool fhir_put_time(struct fhir_reading *it, struct fact *fact,
                   const char *column, const struct json_node *of,
                   const char *where, bool day);
/* Whether a date or time is of a day before today, or behind it; NULL: no. */
bool fhir_is_past(struct fhir_reading *it, const char *text);
bool fhir_is_to_come(struct fhir_reading *it, const char *text);
/* performed, effective, onset ...: of a choice of types the one that is there:
 * a date, an instant, or a period's end (`ends`) or start. */
const struct json_node *fhir_choice(const struct json_node *resource,
                                    const char *stem, bool ends);

/* A row about the subject, keyed by the resource's id; where several types are
 * rows of one table, by that of this type. */
struct fact *fhir_row(struct fhir_reading *it, const char *table,
                      enum fact_verb verb, int person);

/* Tells what is read here and is of another JSON type than R4 says. */
void fhir_shape(struct fhir_reading *it);

/* What each type of resource says; false: nothing for us. */
bool fhir_patient(struct fhir_reading *it);
bool fhir_related(struct fhir_reading *it);
bool fhir_place(struct fhir_reading *it);
bool fhir_appointment(struct fhir_reading *it);
bool fhir_encounter(struct fhir_reading *it);
bool fhir_request(struct fhir_reading *it);
bool fhir_dispense(struct fhir_reading *it);
bool fhir_condition(struct fhir_reading *it);
bool fhir_procedure(struct fhir_reading *it);
bool fhir_immunization(struct fhir_reading *it);
bool fhir_observation(struct fhir_reading *it);
bool fhir_report(struct fhir_reading *it);
bool fhir_order(struct fhir_reading *it);
bool fhir_consent(struct fhir_reading *it);
bool fhir_communication(struct fhir_reading *it);

#endif
