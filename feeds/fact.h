/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FACT_H
#define FEEDS_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "feeds/fact_fault.h"
#include "feeds/kin.h"
#include "feeds/layout.h"

struct arena;

/* What one message or resource says, as rows of the documented layout: the
 * common tongue of HL7 v2 and FHIR, before anything is looked up. A fact names
 * only the fields that its source spoke of: the others stay as they are. Pure
 * values; all texts live in the arena of the facts. */

/* An id of a person, and who gave it out ("GOOD HEALTH HOSPITAL",
 * "2.16.840.1.113883.19"); authority "" = the only one there is. */
struct fact_id {
    const char *authority, *value;
    const char *type; /* HL7 table 0203: MR, PI, SS ...; NULL: not said */
    bool record;      /* a mapping says that it is the record number */
    bool bare;        /* it came without an authority: it is its sender's */
};
/* Somebody whom the message names. The store knows them by any of the ids. */
#define FACT_IDS_MAX 16
struct fact_person {
    struct fact_id ids[FACT_IDS_MAX];
    size_t id_count;
    const char *where; /* "PID-3", "Appointment.participant[0].actor" */
    const char *rule;  /* as of a field */
};

struct fact_field {
    const struct layout_column *column;
    const char *text;      /* "" : the source says that there is none */
    int person;            /* an index of facts.people instead; -1: none */
    const char *where;     /* "PID-11.5", "Patient.address[0].state" */
    const char *source;    /* what stood there, before it was understood */
    const char *wrong;     /* why it cannot be read, in the terms of its source;
                              NULL: it may be */
    const char *authority; /* of an id of a row: who gave it out; NULL: the row
                              of that id is meant, whose ever it is */
    const char *rule; /* "ours.json:12", the line of a mapping that made it;
                         NULL: it was read as usual */
    bool loose;       /* nobody said whose the id is: else the only row of it */
    bool only_new;    /* of no weight when the row is there already, */
    bool returns;     /* unless it is a visit that was on, and is gone */
    int rank; /* of a number or address, by the word of its source; 0: none */
};

enum fact_verb {
    FACT_SAY,   /* the row is so */
    FACT_END,   /* the row was never meant: SIU^S17, entered in error */
    FACT_MERGE, /* fields: mrn (who is left), merged_into */
    FACT_PART,  /* and this undoes it */
    FACT_MOVE,  /* a stay, `stay_was` of mrn, is `stay` of merged_into */
};

#define FACT_FIELDS_MAX 40
struct fact {
    struct facts *facts;
    const struct layout_table *table;
    enum fact_verb verb;
    uint64_t mapped; /* columns that a mapping has the say over */
    bool passed;     /* the column that was put last is one of these */
    bool begins;     /* a visit is booked by it: it has no older time */
    bool only_new;   /* of no weight when the row is there already */
    bool vague;      /* not all of a row, or a day: word of one that is known */
    bool of_known;   /* of somebody who is here; nobody is made for it */
    struct kin kin;  /* where it is of who speaks for a child */
    bool ended;      /* a number of it is over, which others may know still */
    const char *stay, *stay_owner; /* of which it is: number, and whose it is */
    const char *stay_was;
    bool stay_over, stay_theirs; /* that one alone is over; is this one's */
    bool of_stay; /* it counts only where they came in by that one */
    bool waits;   /* vague, but the row may be on its way */
    bool beside;  /* not by who keep the diary: it does not vouch for that */
    bool no_death, no_death_said; /* says none any more; and deletes it */
    const char *wanted; /* "SCH-11.4": what only a new row has to say */
    struct fact_field fields[FACT_FIELDS_MAX];
    size_t field_count;
};

struct facts {
    struct arena *arena;
    const char *source;     /* who says so: "hl7:ADT^MAIN" */
    const char *message_id; /* MSH-10, Bundle.id; NULL: none */
    const char *what;       /* "ADT^A01", "Appointment" */
    const char *sender;     /* who gives out the ids of rows that name no
                               authority; NULL: nobody knows */
    const char *issuer;     /* and those of people; NULL: nobody knows */
    instant at;             /* when it was told, INSTANT_NEVER: not said, */
    int64_t at_span;        /* or within so many ms: told to the second, day */
    const char *at_where;   /* "EVN-2", "Appointment.meta.lastUpdated" */
    /* Whose clock says so and whose wall has the times without an offset
     * (MSH-4), NULL: not said; and what `at` was read from, without one: it is
     * read again where the facility turns out to have a zone. */
    const char *facility, *at_local;
    struct fact_person *people;
    size_t person_count;
    int subject; /* of these, whom a row is about that names nobody; -1 */
    int alone;   /* of these, who is one record by their source's word; -1 */
    struct fact *items;
    struct fact_fault *faults;
    struct fact_ignored *ignored;
    size_t count, fault_count, ignored_count;
    size_t room_people, room_items, room_faults, room_ignored;
};

struct facts *facts_new(const char *source);
void facts_free(struct facts *facts); /* NULL is fine */

int facts_person(struct facts *facts, const char *where);
/* An id of theirs; what is empty or already there is left out. One without an
 * authority is `facts->issuer`'s. */
void facts_person_id(struct facts *facts, int person, const char *authority,
                     const char *value, const char *type);
bool fact_person_has(const struct fact_person *person,
                     const struct fact_id *id);
/* Whether two of them have an id in common. */
bool fact_person_is(const struct fact_person *one,
                    const struct fact_person *other);
/* An id as it is, of another person or another message. */
void facts_person_put(struct facts *facts, int person,
                      const struct fact_id *id);

/* A row of this table of the layout; stays good until the next one is made. */
struct fact *facts_row(struct facts *facts, const char *table,
                       enum fact_verb verb);
/* Without the row that was made last. */
void facts_unrow(struct facts *facts);
/* Without one of its fields, by its place among them. */
void fact_drop(struct fact *fact, size_t field);
/* A field of it, by the column's name. `text` NULL: the source says nothing,
 * and no field is made. Texts are copied. */
void fact_put(struct fact *fact, const char *column, const char *text,
              const char *where);
/* ... that was understood from another text. */
void fact_put_from(struct fact *fact, const char *column, const char *text,
                   const char *where, const char *source);
/* What stands there and cannot be read; NULL: nothing does, and `wrong` says
 * what is missing. The row is none without it. */
void fact_put_wrong(struct fact *fact, const char *column, const char *text,
                    const char *where, const char *wrong);
/* A mapping has the say over this column: what is put into it otherwise is
 * ignored from now on. `text` NULL: it says nothing. */
void fact_map(struct fact *fact, const struct layout_column *column,
              const char *text, const char *where, const char *source,
              const char *rule);
bool fact_is_mapped(const struct fact *fact, const char *column);
/* Fields of a row that was mapped into the order of the layout. */
void facts_order(struct facts *facts);
/* Who gave out the id in this column, where its source says that; without a
 * word (NULL, "") it is the sender's. */
void fact_of(struct fact *fact, const char *column, const char *authority);
/* That id is one of several sorts, which they number each for itself: its owner
 * is "EAST/visit". Without an owner it has no sort. */
void fact_sort(struct fact *fact, const char *column, const char *sort);
/* The field that was put last is for a row that is new alone. */
void fact_only_new(struct fact *fact);
/* ... or for a visit that comes back, and was not off: nobody said so, it is
 * what all are that are told of. */
void fact_assumed(struct fact *fact);
/* The number or address that was put last is to be tried in this order. */
void fact_rank(struct fact *fact, int rank);
void fact_put_person(struct fact *fact, const char *column, int person,
                     const char *where);
/* NULL: the row does not say. */
const struct fact_field *fact_field_of(const struct fact *fact,
                                       const char *column);
const char *fact_text(const struct fact *fact, const char *column);
/* A visit of this status is over, or never was. NULL: it says nothing. */
bool fact_is_off(const char *status);

/* Texts for the fields above. */
const char *facts_format(struct facts *facts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
