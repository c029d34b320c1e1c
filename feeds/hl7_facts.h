/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_FACTS_H
#define FEEDS_HL7_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/fact.h"
#include "feeds/hl7.h"
#include "feeds/terms.h"

struct mapping;
struct zone;

/* What an HL7 v2 message says (domain.md 6.2): admissions, discharges and what
 * undoes them, merges, scheduling, pharmacy, results. Pure. */

struct hl7_options {
    const struct zone *zone; /* the organisation's: the facility's, which may
                                be another one, is found by the intake (F-1) */
    const struct terms *terms;
    const char *mrn_authority; /* whose numbers those of people are that name
                                  no authority; NULL: their sender's */
    bool training;             /* MSH-11 T and D are taken, too */
    const struct mapping
        *mapping; /* for hl7; NULL: all is where it usually is */
};

/* Why a message is answered as it is (F-3). */
enum hl7_verdict {
    HL7_UNDERSTOOD, /* facts say all; faults: fields that were left out */
    HL7_NOT_OURS,   /* valid, and nothing for us in it */
    HL7_WRONG,      /* a fatal fault: AE */
    HL7_REFUSED,    /* not for this place at all: AR */
};
/* The facts' source is "hl7:ADT^MAIN". */
enum hl7_verdict hl7_facts(struct hl7 *message,
                           const struct hl7_options *options,
                           struct facts *facts);
/* The application and the facility that send it, "ADT^MAIN". */
void hl7_from(struct hl7 *message, char *out, size_t size);

#endif
