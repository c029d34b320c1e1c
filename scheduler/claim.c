/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claim: for each channel with permits, due rows by priority and fair
 * share, each decided in this very transaction (claim_row.c). Hands nothing
 * over: that is the loop thread's business, after the commit.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "scheduler/claim_row.h"
#include "scheduler/line.h"

/* A claim looks at no more rows than this many times its permits. */
#define LOOKS_PER_PERMIT 4
#define LOOKS_MIN 256

/* Permits -------------------------------------------------------------------
 */

struct permit *claim_permit(const struct clerk *clerk, struct job *job,
                            int channel)
{
    struct permit *best = NULL;
    for (size_t i = 0; i < job->permit_count; i++) {
        struct permit *one = &job->permits[i];
        if (one->count == 0 || !(one->channels & (1u << channel)))
            continue;
        if (!best || clerk->queues[one->provider][channel].empty_at <
                         clerk->queues[best->provider][channel].empty_at)
            best = one;
    }
    return best;
}

static int permits_left(const struct job *job, int channel)
{
    int left = 0;
    for (size_t i = 0; i < job->permit_count; i++) {
        if (job->permits[i].channels & (1u << channel))
            left += job->permits[i].count;
    }
    return left;
}

/* Lanes
 * ------------------------------------------------------------------------ */

/* One campaign's due rows on one channel. */
struct lane {
    int channel;
    struct roster_campaign *item;
    unsigned turn;
    bool empty;
};

/* At most `share` rows go from this lane now. */
static bool lane_run(struct claim *claim, struct lane *lane, int share,
                     size_t *looks, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    claim->item = lane->item;
    while (share > 0 && *looks > 0 && !lane->empty) {
        bool task = lane->channel == OUTREACH_TASK;
        size_t most = task || claim_is_unserved(claim->job, lane->channel) ||
                              share > CLERK_PAGE
                          ? CLERK_PAGE
                          : (size_t)share;
        size_t count = 0;
        if (!claim_page(clerk->store, lane->channel, lane->item->launched.id,
                        lane->item->campaign->anchor, clerk->now, most,
                        clerk->page, &count, err))
            return false;
        lane->empty = count < most;
        for (size_t i = 0; i<count && * looks> 0; i++, (*looks)--) {
            claim->row = &clerk->page[i];
            claim->job->examined++;
            struct permit *permit =
                task ? NULL : claim_permit(clerk, claim->job, lane->channel);
            if (!task && !permit &&
                !claim_is_unserved(claim->job, lane->channel))
                return true;
            size_t before = claim->job->dispatch_count;
            if (!claim_row_run(claim, permit, err))
                return false;
            share -= (int)(claim->job->dispatch_count - before);
        }
    }
    return true;
}

/* (explain_ahead.c says what comes in the same order) */
static int lane_compare(const void *left, const void *right)
{
    const struct lane *a = left, *b = right;
    int first = a->item->launched.priority, second = b->item->launched.priority;
    if (first != second)
        return first < second ? -1 : 1;
    if (a->channel != b->channel)
        return a->channel < b->channel ? -1 : 1;
    return (a->turn > b->turn) - (a->turn < b->turn);
}

static bool lanes_find(struct clerk *clerk, struct job *job, int channel,
                       struct lane **lanes, size_t *count, struct error *err)
{
    if (channel != OUTREACH_TASK && !claim_is_unserved(job, channel) &&
        permits_left(job, channel) == 0)
        return true;
    int64_t after = 0;
    for (;;) {
        bool found;
        instant due;
        if (!outreach_next_due(clerk->store, channel, after, &found, &after,
                               &due, err))
            return false;
        if (!found)
            return true;
        struct roster_campaign *item =
            due <= clerk->now ? clerk_campaign(clerk, after) : NULL;
        if (!item || !roster_lives(item))
            continue;
        *lanes = memory_grow(*lanes, *count + 1, sizeof(**lanes));
        (*lanes)[(*count)++] = (struct lane){
            .channel = channel,
            .item = item,
            .turn = (unsigned)item->launched.id * 2654435761u + clerk->turn};
    }
}

/* Those of one priority share evenly; what one leaves, the others get. */
static bool class_run(struct claim *claim, struct lane *lanes, size_t count,
                      size_t *looks, struct error *err)
{
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < count; i++) {
            int left = lanes[i].channel == OUTREACH_TASK ||
                               claim_is_unserved(claim->job, lanes[i].channel)
                           ? CLERK_PAGE
                           : permits_left(claim->job, lanes[i].channel);
            int others = (int)(count - i);
            int share = round == 0 ? (left + others - 1) / others : left;
            if (!lane_run(claim, &lanes[i], share, looks, err))
                return false;
        }
    }
    return true;
}

static bool lanes_run(struct claim *claim, struct lane *lanes, size_t count,
                      struct error *err)
{
    size_t looks = LOOKS_MIN;
    for (size_t i = 0; i < claim->job->permit_count; i++)
        looks += (size_t)claim->job->permits[i].count * LOOKS_PER_PERMIT;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && lanes[end].item->launched.priority ==
                                  lanes[i].item->launched.priority)
            end++;
        if (!class_run(claim, &lanes[i], end - i, &looks, err))
            return false;
        i = end;
    }
    return true;
}

bool claim_run(struct clerk *clerk, struct job *job, struct error *err)
{
    if (retime_holds(clerk))
        return true;
    struct lane *lanes = NULL;
    size_t count = 0;
    clerk->turn += 0x9e3779b9u;
    static const int channels[LANES] = {CHANNEL_SMS, CHANNEL_EMAIL,
                                        CHANNEL_VOICE, OUTREACH_TASK};
    bool done = claim_stale_feeds(clerk->store, clerk->now, clerk->stale_feeds,
                                  CLERK_FEEDS, &clerk->stale_feed_count, err);
    for (size_t i = 0; done && i < LANES; i++)
        done = lanes_find(clerk, job, channels[i], &lanes, &count, err);
    if (done && (count > 0 || job->line)) {
        if (count > 0)
            qsort(lanes, count, sizeof(*lanes), lane_compare);
        struct facts *facts = memory_new(sizeof(*facts));
        struct claim claim = {.clerk = clerk, .job = job, .facts = facts};
        letter_init(&claim.letter);
        done = (!job->line || line_look(&claim, err)) &&
               lanes_run(&claim, lanes, count, err);
        letter_free(&claim.letter);
        companions_free(&claim.companions);
        free(facts);
    }
    free(lanes);
    return done;
}
