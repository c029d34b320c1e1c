/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/missed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "scheduler/clerk.h"
#include "store/store.h"

#define META "looked_at"
/* An idle service looks once an hour; a longer gap in one life (a machine
 * asleep, a full disk) is an outage as well. */
#define GAP_MS (2 * HOUR_MS)
/* Longer than this is no outage but a new beginning: nobody is told of what a
 * store that lay still for a year did not do. */
#define LONGEST_MS (30 * 24 * HOUR_MS)
/* Not every little look is written down. */
#define WRITE_MS MINUTE_MS

static bool looked_read(const struct clerk *clerk, instant *out,
                        struct error *err)
{
    char text[32];
    if (!store_meta_get(clerk->store, META, text, sizeof(text), err))
        return false;
    *out = text[0] ? strtoll(text, NULL, 10) : INSTANT_NEVER;
    return true;
}

bool missed_begin(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    if (!missed->known && !looked_read(clerk, &missed->written, err))
        return false;
    if (!missed->known)
        missed->looked = missed->written;
    missed->known = true;
    if (missed->following && clerk->now - missed->looked <= GAP_MS)
        missed->looked = clerk->now;
    return true;
}

bool missed_done(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    instant written = missed->written;
    char text[32];
    missed->looked = clerk->now;
    missed->following = true;
    if (written != INSTANT_NEVER && clerk->now - written < WRITE_MS &&
        clerk->now >= written)
        return true;
    missed->written = clerk->now;
    snprintf(text, sizeof(text), "%" PRId64, clerk->now);
    return store_meta_set(clerk->store, META, text, err);
}

void missed_forget(struct clerk *clerk)
{
    clerk->missed = (struct missed){0};
}

instant missed_from(const struct clerk *clerk)
{
    const struct missed *missed = &clerk->missed;
    if (!missed->known || missed->looked > clerk->now)
        return clerk->now;
    instant least = clerk->now - LONGEST_MS;
    return missed->looked > least ? missed->looked : least;
}

instant missed_from_of(const struct clerk *clerk,
                       const struct roster_campaign *item)
{
    instant from = missed_from(clerk), first = item->launched.first_launched_at;
    if (first != INSTANT_NEVER && first > from)
        from = first;
    return from < clerk->now ? from : clerk->now;
}
