/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_KIN_H
#define FEEDS_KIN_H

#include <stdbool.h>

#include "base/civil.h"

struct fact;
struct facts;

/* Who speaks for a child, whichever way it is told. */

/* Whether somebody born then is a child `today`, or may be one, where the day
 * is not known. NULL: nobody says, and they are none. */
bool kin_is_minor(const char *birth_on, struct civil_date today);

/* A parent who has no number of their own is one record behind the child's,
 * "M1-NK1": somebody with numbers, and no more. What a row says of that. */
struct kin {
    const char *name; /* "NK1", "contact"; NULL: it is of no such parent */
    int ward;         /* the child, of facts.people */
    bool over;        /* they are it no more: nothing, where there is nobody,
                         but older news of them brings nobody back */
    bool whoever;     /* an end is one for whoever it was, by whichever number;
                         else each source says so for itself */
};
/* Such a row of this parent; NULL: the child has no id. `*person`: who it is of
 * the people. */
struct fact *kin_row(struct facts *facts, const struct kin *kin,
                     const char *where, int *person);
/* They are it no more. The record behind the child's stays the guardian, or is
 * it from now on: without one the child would be written to in person. It is
 * reached no more; where only this source says so, by the numbers of others. */
void kin_end(struct facts *facts, const struct kin *kin, const char *where);
/* Older news of somebody who is it no more: the same of what the row says. */
void kin_over(struct fact *fact);

#endif
