/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/missed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "scheduler/clerk.h"
#include "scheduler/leap.h"
#include "store/store.h"

/* An idle service looks once an hour; a longer gap in one life (a machine
 * asleep, a full disk) is an outage as well. */
#define GAP_MS (2 * HOUR_MS)
/* Longer than this is no outage but a new beginning: nobody is told of what a
 * store that lay still for a year did not do. */
#define LONGEST_MS (30 * 24 * HOUR_MS)
/* Not every little look is written down. */
#define WRITE_MS MINUTE_MS
#define WRONG_MS (24 * HOUR_MS)

static bool looked_read(const struct clerk *clerk, instant *out,
                        struct error *err)
{
    char text[32];
    if (!store_meta_get(clerk->store, MISSED_LOOKED_AT, text, sizeof(text),
                        err))
        return false;
    *out = text[0] ? strtoll(text, NULL, 10) : INSTANT_NEVER;
    return true;
}

static bool looked_write(struct clerk *clerk, struct error *err)
{
    char text[32];
    clerk->missed.written = clerk->now;
    snprintf(text, sizeof(text), "%" PRId64, clerk->now);
    return store_meta_set(clerk->store, MISSED_LOOKED_AT, text, err);
}

bool missed_is_ahead(const struct clerk *clerk)
{
    const struct missed *missed = &clerk->missed;
    return missed->known && leap_is_back(clerk, missed->looked);
}

/* Since when the clock was wrong nobody knows; mostly it is a day at most. */
static bool ahead_end(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    instant looked = missed->looked;
    missed->looked = clerk->now - WRONG_MS;
    missed->following = false;
    return leap_back(clerk, looked, err) && looked_write(clerk, err);
}

bool missed_open(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    if (missed->known)
        return !missed_is_ahead(clerk) || ahead_end(clerk, err);
    if (!looked_read(clerk, &missed->written, err))
        return false;
    missed->looked = missed->written;
    missed->known = true;
    return (!missed_is_ahead(clerk) || ahead_end(clerk, err)) &&
           leap_ahead(clerk, missed->looked, err);
}

bool missed_begin(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    if (!missed_open(clerk, err) ||
        (missed->following && clerk->now - missed->looked > GAP_MS &&
         !leap_ahead(clerk, missed->looked, err)))
        return false;
    if (missed->following && clerk->now - missed->looked <= GAP_MS)
        missed->looked = clerk->now;
    return true;
}

bool missed_done(struct clerk *clerk, struct error *err)
{
    struct missed *missed = &clerk->missed;
    instant written = missed->written;
    missed->looked = clerk->now;
    missed->following = true;
    if (written != INSTANT_NEVER && clerk->now - written < WRITE_MS &&
        clerk->now >= written)
        return true;
    return looked_write(clerk, err);
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
