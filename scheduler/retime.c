/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows when the system's tzdata changes, or the hours of the policy. A
 * pass begins again when it is interrupted, by new rules or by the end of the
 * process: everything in it can be done twice. Nothing is sent again, for no
 * anchor's turn changes.
 */
#include "scheduler/retime.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "scheduler/clerk.h"
#include "store/audit.h"
#include "store/store.h"

#define LOOK_MS MINUTE_MS
#define META "tzdata"
#define META_HOURS "hours"

/* Rules are sometimes published after they took effect. */
static void walk_begin(struct clerk *clerk, enum wall_time time)
{
    struct retime *retime = &clerk->retime;
    retime->time = time;
    retime->walk.now = clerk->now;
    retime->walk.after_at = clerk->now - WALL_BACK_MS;
    retime->walk.after_id = 0;
}

static void pass_begin(struct clerk *clerk, const char *version)
{
    struct retime *retime = &clerk->retime;
    retime->stage = RETIME_ANCHORS;
    walk_begin(clerk, 0);
    retime->walk.unknown = 0;
    if (version != retime->next)
        text_copy(retime->next, sizeof(retime->next), version);
}

void retime_look(struct clerk *clerk)
{
    struct retime *retime = &clerk->retime;
    if (clerk->now < retime->look_at && clerk->now >= retime->look_at - LOOK_MS)
        return;
    retime->look_at = clerk->now + LOOK_MS;
    bool changed = zone_reload();
    const char *version = zone_data_version();
    if (changed || !text_equal(version, retime->next))
        pass_begin(clerk, version);
}

/* What if_closed moved was moved by the hours of then: a day that is closed
 * now, weeks ahead, moves it again. */
static bool hours_open(struct clerk *clerk, struct error *err)
{
    struct retime *retime = &clerk->retime;
    char known[SHA256_HEX];
    if (!store_meta_get(clerk->store, META_HOURS, known, sizeof(known), err))
        return false;
    policy_hours_digest(clerk->config->policy, retime->hours);
    if (text_equal(known, retime->hours))
        retime->hours[0] = '\0';
    else
        retime->stage = RETIME_ROWS;
    return true;
}

bool retime_open(struct clerk *clerk, struct error *err)
{
    struct retime *retime = &clerk->retime;
    if (!store_meta_get(clerk->store, META, retime->known,
                        sizeof(retime->known), err) ||
        !hours_open(clerk, err))
        return false;
    text_copy(retime->next, sizeof(retime->next), retime->known);
    /* Where nobody says which rules these are, they may be others. */
    if (!retime->known[0])
        pass_begin(clerk, retime->next);
    retime_look(clerk);
    return true;
}

bool retime_holds(const struct clerk *clerk)
{
    return clerk->retime.stage == RETIME_ANCHORS;
}

bool retime_page(struct clerk *clerk, struct error *err)
{
    struct retime *retime = &clerk->retime;
    bool more;
    if (!wall_derive(clerk->store, retime->time, clerk->config->zone,
                     &retime->walk, &more, err))
        return false;
    if (more)
        return true;
    walk_begin(clerk, retime->time + 1);
    if (retime->time < WALL_TIMES)
        return true;
    retime->stage = RETIME_ROWS;
    roster_replan(&clerk->roster);
    return true;
}

bool retime_finish(struct clerk *clerk, struct error *err)
{
    struct retime *retime = &clerk->retime;
    if (retime->stage != RETIME_ROWS)
        return true;
    bool other = !text_equal(retime->known, retime->next);
    char detail[128];
    snprintf(detail, sizeof(detail), "from=%s to=%s moved=%lld unknown=%lld",
             log_quote(retime->known), log_quote(retime->next),
             (long long)retime->walk.moved, (long long)retime->walk.unknown);
    if (other && !store_meta_set(clerk->store, META, retime->next, err))
        return false;
    if (retime->hours[0] &&
        !store_meta_set(clerk->store, META_HOURS, retime->hours, err))
        return false;
    retime->hours[0] = '\0';
    if ((other || retime->walk.moved > 0) &&
        !audit_add(clerk->store, clerk->now, "engine", "tzdata", NULL, detail,
                   err))
        return false;
    /* A store's first version is no change, unless something followed. */
    if (retime->walk.unknown > 0)
        log_event(LOG_WARNING, "tzdata",
                  "%s what=\"unknown zones: what is in them waits\"", detail);
    else if ((other && retime->known[0]) || retime->walk.moved > 0)
        log_event(LOG_NOTICE, "tzdata", "%s", detail);
    text_copy(retime->known, sizeof(retime->known), retime->next);
    retime->stage = RETIME_DONE;
    retime->walk = (struct wall_walk){0};
    return true;
}
