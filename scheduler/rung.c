/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row on its ladder: on to the next channel, with what the one before came
 * to, so that the end of it tells of all. Which channel is next, ladder.c
 * says.
 */
#include "scheduler/rung.h"

#include "base/buf.h"
#include "base/text.h"
#include "scheduler/clerk.h"
#include "scheduler/ladder.h"

bool rung_reasons(struct clerk *clerk, const struct outreach *row,
                  const char *reason, char out[OUTREACH_REASON_MAX],
                  struct error *err)
{
    struct buf all;
    out[0] = '\0';
    if (row->tried & LADDER_GIVEN_UP &&
        !outreach_rungs(clerk->store, row->id, out, err))
        return false;
    buf_init(&all, 2 * OUTREACH_REASON_MAX);
    buf_format(&all, "%s%s%s: %s", out, out[0] ? "; " : "",
               channel_name((enum channel)row->channel), reason ? reason : "");
    text_copy_list(out, OUTREACH_REASON_MAX, all.data);
    buf_free(&all);
    return true;
}

static bool rung_take(struct clerk *clerk, struct outreach *row, int channel,
                      unsigned tried, const char *reason, const char *rungs,
                      struct error *err)
{
    struct ledger_change change = ledger_from(row);
    change.to = STATE_PLANNED;
    change.channel = channel;
    change.tried = tried;
    change.tries = 0;
    change.due_at = clerk->now;
    change.reason = reason;
    change.rungs = rungs;
    return clerk_change(clerk, row, &change, err);
}

bool rung_next(struct clerk *clerk, struct roster_campaign *item,
               struct outreach *row, int preferred,
               enum outreach_state otherwise, const char *reason,
               struct error *err)
{
    const struct step *step = campaign_step(item->campaign, row->step);
    unsigned tried = row->tried | 1u << row->channel;
    int next = step ? ladder_first(step, preferred, tried) : -1;
    if (next < 0 && step) {
        tried &= LADDER_GIVEN_UP;
        next = ladder_first(step, preferred, tried);
    }
    if (next < 0)
        return clerk_end(clerk, row, otherwise, reason, err);
    char rungs[OUTREACH_REASON_MAX];
    return rung_reasons(clerk, row, reason, rungs, err) &&
           rung_take(clerk, row, next, tried, reason, rungs, err);
}

bool rung_over(struct clerk *clerk, const struct step *step,
               struct outreach *row, int preferred, const char *reason,
               bool *passed, struct error *err)
{
    unsigned given_up = row->tried & LADDER_GIVEN_UP;
    unsigned passing =
        (clerk->outage.closed | 1u << row->channel) & LADDER_GIVEN_UP;
    int next = ladder_first(step, preferred, given_up | passing);
    *passed = next >= 0;
    return !*passed ||
           rung_take(clerk, row, next, given_up | passing << LADDER_PASSED,
                     reason, NULL, err);
}
