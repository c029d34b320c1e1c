/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

#include "store/predicate.h"

/* How the catalogue's names read in SQL: for lower.c only. The aliases are
 * fixed (lower_from): a appointment, f fill, rx its prescription, pk the
 * place of pickup, d discharge, s result, p patient, c clinic. */
struct catalogue_field {
    struct field field; /* first, so that one pointer serves both */
    const char *sql;    /* NULL: an attribute of the patient */
    const char *index;  /* is_time: the one that serves ranges */
};
const struct catalogue_field *catalogue_field(const struct field *field);

/* A condition with marks that lower.c replaces by parameters or text:
 *   $id $kind $occurrence   the anchor
 *   $subject                the words in quotes
 *   $kinds                  (?, ...): what satisfies the measure, or subject
 *   $names                  (?, ...): the same and the subject itself
 *   $accepted               whether the result of screening s counts
 *   $abnormal               whether that result is abnormal
 *   $lasting                whether screening s still satisfies $then
 *   $then $horizon          the day and the time that "within" looks ahead to;
 *                           today and now without it
 *   $due                    the measure is in force and concerns the patient
 *                           (season, age, sex, conditions)
 *   $within                 1 when "within ..." was written, else 0
 *   $measured               1 when the subject is a measure, else 0
 *   $on(x) $at(x)           date or instant x lies in it; 1 without one
 *   $now $today $entered    the time that predicates see
 * It must be 0 or 1, never NULL. */
struct catalogue_history {
    struct history history;
    const char *sql;
    const char *seen; /* the newest row that it looks at, as a text for people;
                         NULL in SQL: there is none */
};
const struct catalogue_history *catalogue_history(
    const struct history *history);

#endif
