/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line in front of the providers. A claim takes from it only as much as
 * they can take now, so that one which takes nothing is never asked about;
 * here the others are looked after. Late rows take the usual way through the
 * gate, which ends them.
 */
#include "scheduler/line.h"

#include <stdio.h>

#include "scheduler/ladder.h"
#include "scheduler/rung.h"

static bool late_end(struct claim *claim, int channel, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    const struct roster_campaign *item = claim->item;
    size_t count;
    if (!claim_late_page(clerk->store, channel, item->launched.id,
                         item->campaign->anchor, clerk->now, CLERK_PAGE,
                         clerk->page, &count, err))
        return false;
    claim->job->line_more |= count == CLERK_PAGE;
    for (size_t i = 0; i < count; i++) {
        claim->row = &clerk->page[i];
        claim->job->examined++;
        if (!claim_row_run(claim, NULL, err))
            return false;
    }
    return true;
}

static bool rows_over(struct claim *claim, const struct step *step,
                      struct outreach_list *rows, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct outreach *row = &rows->items[i];
        struct anchor_place place;
        char reason[64];
        bool passed;
        snprintf(reason, sizeof(reason), "%s has been out of order too long",
                 channel_name((enum channel)row->channel));
        if (!anchor_place_read(clerk->store, row->anchor_kind, row->anchor_id,
                               &place, err) ||
            !rung_over(clerk, step, row, place.preferred, reason, &passed, err))
            return false;
        count += passed;
    }
    claim->job->line_more |= count == CLERK_PAGE;
    claim->job->examined += rows->count;
    return true;
}

/* The other rungs of a step that somebody takes messages of now. */
static unsigned other_rungs(const struct clerk *clerk, const struct step *step,
                            int channel)
{
    unsigned others = 0;
    for (size_t i = 0; i < step->ladder_count; i++)
        others |= 1u << step->ladder[i].channel;
    return others & ~(clerk->outage.closed | 1u << channel);
}

static bool dead_pass(struct claim *claim, int channel, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    const struct campaign *campaign = claim->item->campaign;
    struct outreach_list rows = {0};
    bool done = true;
    for (size_t i = 0; done && i < campaign->step_count; i++) {
        const struct step *step = &campaign->steps[i];
        unsigned others = other_rungs(clerk, step, channel);
        int64_t patience = ladder_patience(step);
        bool lasted = clerk->outage.since[channel] <= clerk->now - patience;
        bool will_last = clerk->outage.until[channel] >= clerk->now + patience;
        if (!others || (!lasted && !will_last))
            continue;
        done = outreach_stuck(clerk->store, channel, claim->item->launched.id,
                              step->name, clerk->now, others, CLERK_PAGE, &rows,
                              err) &&
               rows_over(claim, step, &rows, err);
    }
    outreach_list_free(&rows);
    return done;
}

bool line_look(struct claim *claim, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        int64_t id = 0;
        for (;;) {
            bool found;
            instant due;
            if (!outreach_next_due(clerk->store, channel, id, &found, &id, &due,
                                   err))
                return false;
            if (!found)
                break;
            claim->item = due <= clerk->now ? clerk_campaign(clerk, id) : NULL;
            if (claim->item && roster_lives(claim->item) &&
                (!late_end(claim, channel, err) ||
                 !dead_pass(claim, channel, err)))
                return false;
        }
    }
    return true;
}
