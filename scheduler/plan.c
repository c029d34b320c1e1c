/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One anchor in one campaign: does it enter, is it still in, was it moved.
 * An entry is made once for an occurrence and its steps once for an entry
 * (unique keys), so looking again, a new version or a crash in between sends
 * nothing twice. Ends only what is still planned: what left stays as it is.
 */
#include "scheduler/plan.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/hash.h"
#include "scheduler/plan_step.h"
#include "store/task.h"

bool plan_in_window(const struct clerk *clerk,
                    const struct roster_campaign *item,
                    const struct view_row *row)
{
    if (item->time_count == 0)
        return true;
    for (size_t i = 0; i < item->time_count; i++) {
        const struct roster_time *time = &item->times[i];
        const struct value *value = &row->columns[time->at];
        if (value->type == VALUE_MISSING || !time->known)
            continue;
        if (value->integer <= time->planned_to &&
            value->integer > missed_from_of(clerk, item) - time->after)
            return true;
    }
    return false;
}

/* Ending --------------------------------------------------------------------
 */

static bool rows_cancel(struct clerk *clerk, const struct entry *entry,
                        const char *reason, struct error *err)
{
    struct outreach_list list = {0};
    bool done =
        outreach_of_entry(clerk->store, entry->campaign_id, entry->anchor_kind,
                          entry->anchor_id, entry->occurrence, &list, err);
    for (size_t i = 0; done && i < list.count; i++) {
        struct outreach *row = &list.items[i];
        bool taken = false;
        if (row->state != STATE_PLANNED || clerk_is_answer(clerk, row))
            continue;
        if (row->attempts > 0)
            done = attempt_any_accepted(clerk->store, row->id, &taken, err);
        done = done &&
               clerk_end(clerk, row, taken ? STATE_ACCEPTED : STATE_CANCELLED,
                         reason, err);
    }
    outreach_list_free(&list);
    return done;
}

static bool entry_end(struct clerk *clerk, struct entry *entry,
                      const char *reason, struct error *err)
{
    return rows_cancel(clerk, entry, reason, err) &&
           (entry->closed_at != INSTANT_NEVER ||
            (entry_close(clerk->store, entry, clerk->now, reason, err) &&
             task_void_anchor(clerk->store, entry->campaign_id,
                              (int)entry->anchor_kind, entry->anchor_id,
                              entry->occurrence, reason, clerk->now, err)));
}

/* True again: what people had to do for it, they have to do again. */
static bool entry_reopen(struct clerk *clerk, struct entry *entry,
                         struct error *err)
{
    return entry->closed_at == INSTANT_NEVER ||
           (entry_close(clerk->store, entry, INSTANT_NEVER, NULL, err) &&
            task_revive_anchor(clerk->store, entry->campaign_id,
                               (int)entry->anchor_kind, entry->anchor_id,
                               entry->occurrence, clerk->now, err));
}

/* Entering -------------------------------------------------------------------
 */

/* The arm is a keyed hash of campaign and patient: the same on every machine
 * and after every crash, and nobody can choose it. */
static bool holdout_of(const struct clerk *clerk,
                       const struct campaign *campaign, int64_t patient_id)
{
    if (campaign->holdout.never || campaign->holdout.share <= 0 ||
        clerk->config->nobody_held_out)
        return false;
    char text[256];
    int len = snprintf(text, sizeof(text), "%s\n%lld", campaign->name,
                       (long long)patient_id);
    if (len >= (int)sizeof(text))
        len = sizeof(text) - 1;
    uint8_t mac[SHA256_BYTES];
    hash_hmac_sha256(clerk->config->holdout_key,
                     sizeof(clerk->config->holdout_key), text, (size_t)len,
                     mac);
    uint64_t number = 0;
    for (int i = 0; i < 7; i++)
        number = number << 8 | mac[i];
    return (double)number / (double)(UINT64_C(1) << 56) <
           campaign->holdout.share;
}

static bool on_entry(struct clerk *clerk, const struct roster_campaign *item,
                     const struct entry *entry, struct error *err)
{
    const struct task_spec *spec = item->campaign->on_entry;
    if (!spec)
        return true;
    struct outreach about = {.campaign_id = entry->campaign_id,
                             .patient_id = entry->patient_id,
                             .anchor_kind = entry->anchor_kind,
                             .anchor_id = entry->anchor_id,
                             .occurrence = entry->occurrence};
    return clerk_task(clerk, item, &about, "on-entry",
                      spec->kind ? spec->kind : "on-entry", spec, NULL, err);
}

static bool entry_make(struct clerk *clerk, struct roster_campaign *item,
                       const struct view_row *row, int64_t occurrence,
                       struct error *err)
{
    struct entry entry = {
        .campaign_id = item->launched.id,
        .anchor_kind = item->campaign->anchor,
        .anchor_id = row->anchor_id,
        .occurrence = occurrence,
        .patient_id = row->patient_id,
        .version_id = item->launched.version_id,
        .entered_at = clerk->now,
        .unseen_since = missed_from_of(clerk, item),
        .closed_at = INSTANT_NEVER,
        .holdout = holdout_of(clerk, item->campaign, row->patient_id)};
    struct step_plans plans;
    if (!steps_compute(clerk, item, &entry, row, &plans, err))
        return false;
    bool useful = plans.useful > 0 || plans.missed || item->campaign->on_entry;
    bool made = false;
    if (!useful)
        return true; /* all its moments have passed */
    if (!entry_insert(clerk->store, &entry, &made, err))
        return false;
    if (!made || entry.holdout)
        return true;
    return on_entry(clerk, item, &entry, err) &&
           steps_insert(clerk, item, &entry, &plans, err);
}

/* Looking ---------------------------------------------------------------------
 */

static bool stands(const struct roster_campaign *item,
                   const struct view_row *row)
{
    return !row->gone && roster_bool(item, row, item->audience_at, true) &&
           !roster_bool(item, row, item->stop_at, false);
}

static const char *why_ended(const struct roster_campaign *item,
                             const struct view_row *row)
{
    if (row->gone)
        return view_gone_text(row->gone);
    if (roster_bool(item, row, item->stop_at, false))
        return "stop_when holds";
    return "no longer in the audience";
}

/* A patient's occurrence is the day on which the cycle opened. */
static int64_t occurrence_of(const struct clerk *clerk,
                             const struct roster_campaign *item,
                             const struct view_row *row)
{
    if (item->campaign->anchor != ANCHOR_PATIENT)
        return row->occurrence;
    return civil_days(zone_today(clerk->config->zone, clerk->now));
}

/* An entry that is there: moved, over, or to be kept in step. Sets *open to
 * whether it still is the current one. */
static bool entry_follow(struct clerk *clerk, struct roster_campaign *item,
                         struct entry *entry, const struct view_row *row,
                         bool *open, struct error *err)
{
    *open = true;
    bool patient = item->campaign->anchor == ANCHOR_PATIENT;
    if (!patient && entry->occurrence != row->occurrence) {
        *open = false;
        return entry_end(clerk, entry, "moved", err);
    }
    if (patient && !roster_bool(item, row, item->occurrence_at, true)) {
        *open = false;
        return entry_end(clerk, entry, ENTRY_CYCLE_OVER, err);
    }
    if (patient && entry->cycle_over) {
        *open = false; /* this is the next one */
        return true;
    }
    if (!stands(item, row))
        return entry_end(clerk, entry, why_ended(item, row), err);
    if (!entry_reopen(clerk, entry, err))
        return false;
    return entry->holdout || steps_follow(clerk, item, entry, row, err);
}

bool plan_anchor(struct clerk *clerk, struct roster_campaign *item,
                 int64_t anchor_id, enum plan_why why, struct error *err)
{
    struct entry entry;
    bool has_entry, found, open = false;
    struct view_row row;
    if (!entry_newest(clerk->store, item->launched.id, item->campaign->anchor,
                      anchor_id, &has_entry, &entry, err))
        return false;
    struct view_time time =
        clerk_time(clerk, has_entry ? entry.entered_at : INSTANT_NEVER);
    if (!view_read(item->view, anchor_id, &time, &found, &row, err))
        return false;
    if (!found)
        return !has_entry || entry_end(clerk, &entry, "gone", err);
    if (has_entry) {
        bool same = item->campaign->anchor == ANCHOR_PATIENT ||
                    entry.occurrence == row.occurrence;
        bool current = entry.version_id == item->launched.version_id;
        if (why == PLAN_NEW && same && current &&
            entry.closed_at == INSTANT_NEVER)
            return true;
        if (!entry_follow(clerk, item, &entry, &row, &open, err))
            return false;
        if (open)
            return true;
    }
    if (!stands(item, &row) ||
        !roster_bool(item, &row, item->occurrence_at, true) ||
        !plan_in_window(clerk, item, &row))
        return true;
    if (item->campaign->intake.count > 0 && why != PLAN_INTAKE)
        return true;
    return entry_make(clerk, item, &row, occurrence_of(clerk, item, &row), err);
}

bool plan_daily(struct clerk *clerk, struct roster_campaign *item,
                int64_t anchor_id, bool *chosen, struct error *err)
{
    struct view_time time = clerk_time(clerk, INSTANT_NEVER);
    struct view_row row;
    struct entry entry;
    bool patient = item->campaign->anchor == ANCHOR_PATIENT, found;
    *chosen = false;
    if (!view_read(item->view, anchor_id, &time, &found, &row, err))
        return false;
    bool asks =
        found && roster_bool(item, &row, item->audience_at, true) &&
        (!patient || (roster_bool(item, &row, item->occurrence_at, true) &&
                      !roster_bool(item, &row, item->stop_at, false)));
    if (!asks && !patient)
        return true;
    if (!entry_newest(clerk->store, item->launched.id, item->campaign->anchor,
                      anchor_id, &found, &entry, err))
        return false;
    bool open = found && entry.closed_at == INSTANT_NEVER;
    *chosen = asks && item->campaign->intake.count > 0 &&
              (!found || entry.cycle_over);
    return asks   ? plan_anchor(clerk, item, anchor_id, PLAN_NEW, err)
           : open ? plan_anchor(clerk, item, anchor_id, PLAN_CHANGED, err)
                  : true;
}
