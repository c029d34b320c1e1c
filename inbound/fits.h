/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_FITS_H
#define INBOUND_FITS_H

#include <stdbool.h>
#include <stddef.h>

#include "inbound/meaning.h"

/* What a text may mean, of each question that it may answer, the newest first.
 */
/* More are never open at once. */
enum { FITS_READ = 32 };
struct fits {
    struct meaning items[FITS_READ];
    size_t count;
    bool more; /* than there is room for */
};

void fits_add(struct fits *fits, const struct meaning *one);

/* Which one is meant: an open question before one that was answered, a
 * check-in before others where it came last, and these were not waited for any
 * more. Several: none is guessed. False: nothing fits. Pure. */
bool fits_choose(const struct fits *fits,
                 const struct meaning_question *questions, struct meaning *out);

/* Whether both are about the same visit, discharge, ... */
bool fits_same_anchor(const struct meaning_question *a,
                      const struct meaning_question *b);

#endif
