/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_WRONG_H
#define INBOUND_WRONG_H

#include <stdbool.h>

#include "inbound/parts.h"
#include "inbound/words.h"

/* Whether it says that this number is somebody else's (L-22). Who says so is
 * written to no more, so in doubt it does not: who speaks of their own number,
 * or answers as well, is read by a person. Pure. */
bool wrong_tells(const struct words *words);
/* The phrases that say so: "Stop, you have the wrong number" is made of both.
 */
void wrong_know(struct parts_known *known, const struct words *words);

#endif
