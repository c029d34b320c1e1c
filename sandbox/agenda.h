/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_AGENDA_H
#define SANDBOX_AGENDA_H

#include "base/clock.h"

/* What is still to happen, by its time. Whose clock that is, and when anybody
 * looks, is the caller's: a loop's timer, or a pretended time. */
struct agenda;
typedef void agenda_fn(void *arg);
struct agenda *agenda_new(void);
void agenda_add(struct agenda *agenda, instant at, agenda_fn *fn, void *arg);
/* Does what is due at `now`: the earliest first, of one moment the first that
 * was added; also what that adds for now. Answers when the next is due
 * (INSTANT_NEVER: nothing is left). */
instant agenda_run(struct agenda *agenda, instant now);
/* What is left does not happen. NULL is fine. */
void agenda_free(struct agenda *agenda);

#endif
