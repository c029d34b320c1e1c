/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_TAKE_H
#define FEEDS_HL7_TAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "feeds/intake.h"
#include "feeds/terms.h"

struct mapping;
struct store;

/* One HL7 v2 message as it comes in live: read, written, answered (F-3). One a
 * connection to the store, on its thread. */
struct hl7_take;

struct hl7_take_options {
    struct intake_options intake;
    const struct terms *terms;
    const struct mapping *mapping; /* for hl7; NULL: none */
    bool training;                 /* MSH-11 T and D are taken, too */
    const char *actor;
};
struct hl7_take *hl7_take_new(struct store *store,
                              const struct hl7_take_options *options);
void hl7_take_free(struct hl7_take *take);

/* What became of it, for the log and the figures: no word about anybody. */
struct hl7_taken {
    char source[64], what[32]; /* "EPIC^MAIN", "ADT^A08" */
    const char *verdict;       /* accepted, partly, repeated, ignored, wrong,
                                  refused */
    char where[32];            /* of the first thing that is wrong: "PID-3" */
    char why[64];              /* it could not be taken apart; "": it could */
    size_t flawed;             /* fields that could not be read, of rows that
                                  are in */
    bool error;                /* it is answered by one */
    bool answers;              /* the sender wants one */
    bool noted;                /* a message of theirs that is now known */
    struct intake_counts counts;
};

/* In the caller's transaction, in which other messages may be; the answer may
 * go when that is committed. False: the store failed, and nothing counts. */
bool hl7_take(struct hl7_take *take, const char *bytes, size_t len, instant now,
              struct buf *answer, struct hl7_taken *taken, struct error *err);

#endif
