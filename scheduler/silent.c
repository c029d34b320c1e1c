/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was reached and says nothing: after the campaign's time, and where its
 * condition holds, a person is told. Any reply and any response to the same
 * occurrence counts as an answer; whether it was a good one is not judged
 * here.
 */
#include "scheduler/silent.h"

#include "base/text.h"
#include "campaigns/timing.h"
#include "scheduler/companion.h"

bool silent_is(const struct roster_campaign *item, const char *step)
{
    return item->campaign->if_silent && text_equal(step, SILENT_STEP);
}

static bool plan_one(struct clerk *clerk, const struct roster_campaign *item,
                     const struct outreach *row, struct error *err)
{
    struct anchor_place place;
    if (!anchor_place_read(clerk->store, row->anchor_kind, row->anchor_id,
                           &place, err))
        return false;
    struct timing timing = clerk_timing(clerk, &place, clerk->now);
    instant due = duration_after(clerk->now, item->campaign->if_silent_after,
                                 timing.anchor_zone, &timing);
    struct outreach silent = {.campaign_id = row->campaign_id,
                              .patient_id = row->patient_id,
                              .anchor_kind = row->anchor_kind,
                              .anchor_id = row->anchor_id,
                              .occurrence = row->occurrence,
                              .version_id = item->launched.version_id,
                              .state = STATE_PLANNED,
                              .due_at = due,
                              .planned_at = due,
                              .until_at = INSTANT_NEVER,
                              .channel = OUTREACH_TASK};
    text_copy(silent.step, sizeof(silent.step), SILENT_STEP);
    bool made;
    if (!outreach_insert(clerk->store, &silent, NULL, &made, err))
        return false;
    clerk->totals.planned += made;
    return true;
}

bool silent_plan(struct clerk *clerk, const struct outreach *row,
                 struct error *err)
{
    const struct roster_campaign *item =
        clerk_campaign(clerk, row->campaign_id);
    if (!item || !item->campaign->if_silent || row->channel == OUTREACH_TASK)
        return true;
    struct outreach_list others = {0};
    bool done = plan_one(clerk, item, row, err) &&
                companions_others(clerk, row, &others, err);
    for (size_t i = 0; done && i < others.count; i++)
        done = plan_one(clerk, item, &others.items[i], err);
    outreach_list_free(&others);
    return done;
}

/* An answer ends it whatever the anchor does; the campaign's own end too. */
static const char *why_not(const struct roster_campaign *item,
                           const struct claim_row *row,
                           const struct facts_view *view, bool answered)
{
    if (row->deceased || row->merged || row->gone || !view->found ||
        view->row.gone)
        return "gone";
    if (answered)
        return "answered";
    if (item->campaign->anchor != ANCHOR_PATIENT &&
        view->row.occurrence != row->outreach.occurrence)
        return "moved";
    if (roster_bool(item, &view->row, item->stop_at, false))
        return "stop_when holds";
    if (!roster_bool(item, &view->row, item->silent_at, true))
        return "its only_if does not hold";
    return NULL;
}

bool silent_row(struct clerk *clerk, const struct roster_campaign *item,
                const struct claim_row *row, const struct facts_view *view,
                struct error *err)
{
    struct outreach outreach = row->outreach;
    instant since = row->entered_at == INSTANT_NEVER ? 0 : row->entered_at;
    bool answered;
    if (!patient_answered(clerk->store, outreach.patient_id,
                          outreach.anchor_kind, outreach.anchor_id,
                          outreach.occurrence, since, &answered, err))
        return false;
    const char *why = why_not(item, row, view, answered);
    if (why)
        return clerk_end(clerk, &outreach, STATE_CANCELLED, why, err);
    return clerk_task(clerk, item, &outreach, "silent", "no answer",
                      item->campaign->if_silent, "reached, and no answer",
                      err) &&
           clerk_end(clerk, &outreach, STATE_DELIVERED, "the task was opened",
                     err);
}
