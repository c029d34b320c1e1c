/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_KIN_H
#define FEEDS_KIN_H

#include <stdbool.h>

#include "base/civil.h"
#include "feeds/fact.h"

/* Who speaks for a child, whichever way it is told. */

/* Whether somebody born then is a child `today`, or may be one, where the day
 * is not known. NULL: nobody says, and they are none. */
bool kin_is_minor(const char *birth_on, struct civil_date today);
/* A parent who has no number of their own is one record behind the child's,
 * "M1-NK1": somebody with numbers, and no more. -1: the child has none. */
int kin_behind(struct facts *facts, int child, const char *name,
               const char *where);

#endif
