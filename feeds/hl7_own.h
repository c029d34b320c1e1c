/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_OWN_H
#define FEEDS_HL7_OWN_H

#include "feeds/hl7_facts.h"
#include "feeds/hl7_path.h"
#include "feeds/remap.h"

/* Inside of reading messages: for feeds/hl7_*.c only. */

struct hl7_reading {
    struct hl7 *message;
    const struct hl7_options *options;
    struct facts *facts;
    const char *type;  /* "ADT" */
    const char *event; /* "A01"; "": none */
    int patient;       /* of facts.people; -1: there is no PID */
    bool nobodys;      /* what is said needs none: its row is found by its id */
    struct remap remap;
    struct hl7_scope scopes[3]; /* of the row at hand, nearest first */
    size_t scope_count;
};

/* What kind of message this is, and what has happened (hl7_event.c). */
void hl7_event(struct hl7_reading *it);

/* A row, with what a mapping says of it, from these segments of the message:
 * its own, and the others as far as they stand above all rows of its kind.
 * `except`: a column over which no mapping has the say; NULL: none. */
struct fact *hl7_row(struct hl7_reading *it, const char *table,
                     enum fact_verb verb, const char *except);
void hl7_scope_whole(struct hl7_reading *it);
void hl7_scope_add(struct hl7_reading *it, size_t from, size_t to);
/* The first segment of this name; the count when there is none. */
size_t hl7_index(const struct hl7_reading *it, const char *name);
/* Puts the patient of the message into `patient`. */
void hl7_put_patient(struct hl7_reading *it, struct fact *fact);

/* "PID-11.5": where a value stood, for people. */
const char *hl7_where(struct hl7_reading *it, const char *segment, size_t field,
                      size_t component);
/* The text of a component as a field of a row takes it: NULL nothing was said,
 * "" it is deleted. */
const char *hl7_said(struct hl7_reading *it, const struct hl7_segment *segment,
                     struct hl7_place place);
/* Puts field-component into `column`. */
void hl7_put(struct hl7_reading *it, struct fact *fact, const char *column,
             const struct hl7_segment *segment, size_t field, size_t component);

/* TS: "2026-12-01", or "2026-12-01T09:00:00-05:00"; what is cut before the
 * day, or no such moment, is a fault and NULL. `day`: the day alone. */
const char *hl7_time(struct hl7_reading *it, const struct hl7_segment *segment,
                     struct hl7_place place, bool day);
/* The same for a field of a row. */
void hl7_put_time(struct hl7_reading *it, struct fact *fact, const char *column,
                  const struct hl7_segment *segment, size_t field,
                  size_t component, bool day);
/* When it happened, as it is told: EVN-6, EVN-2 or MSH-7, and which of them.
 * NULL: nobody says. Of a cancellation EVN-6 is when that was which is
 * cancelled. How old the news is, is not asked here but of facts.at. */
const char *hl7_happened(struct hl7_reading *it,
                         const struct hl7_segment **segment, size_t *field);

/* How many repetitions there are to read; that there are more is a fault. */
size_t hl7_times(struct hl7_reading *it, const struct hl7_segment *segment,
                 size_t field);
/* The ids of a person in a repeating CX field. */
int hl7_person(struct hl7_reading *it, const struct hl7_segment *segment,
               size_t field);
/* The person whose record it is, by the ids of PID or where a mapping has the
 * number; `old`: the one that MRG-1 gives up. */
int hl7_record(struct hl7_reading *it, const struct hl7_segment *segment,
               bool old);
/* "EI" or plain: its first component. */
const char *hl7_id(struct hl7_reading *it, const struct hl7_segment *segment,
                   size_t field);
/* Who gave that id out: by the namespace of an EI, or the authority of a CX,
 * else by their universal id. NULL: it does not say. */
const char *hl7_id_authority(struct hl7_reading *it,
                             const struct hl7_segment *segment, size_t field,
                             bool cx);
/* What a coded field is in a table of the codes: by its first triple, then by
 * the second. NULL: not known. */
const char *hl7_coded(struct hl7_reading *it, const char *table,
                      const struct hl7_segment *segment, size_t field);

/* Rows. hl7_patient.c: the person of PID, with names, addresses, numbers. */
struct fact *hl7_patient(struct hl7_reading *it);
void hl7_put_name(struct hl7_reading *it, struct fact *fact,
                  const struct hl7_segment *segment, size_t field);
/* `work`: those of the field are, unless one says something else. */
void hl7_put_numbers(struct hl7_reading *it, struct fact *fact,
                     const struct hl7_segment *segment, size_t field,
                     bool work);
/* hl7_kin.c: who speaks for a child, behind what is said of the child. */
void hl7_kin(struct hl7_reading *it, const char *birth_on);
/* hl7_stay.c, hl7_visit.c, hl7_drug.c, hl7_result.c: what happened to them;
 * false: nothing that we know. */
bool hl7_stay(struct hl7_reading *it, struct fact *patient);
bool hl7_visit(struct hl7_reading *it);
bool hl7_drug(struct hl7_reading *it);
bool hl7_result(struct hl7_reading *it);

#endif
