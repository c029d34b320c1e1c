/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluation follows change, not population: notes of what changed, a
 * watermark that moves along the anchors' own time, a new version's open
 * entries (all of them after new rules of zones), and the daily sweep. One call
 * does one slice of at most about 20 ms, so that claims and settlements never
 * wait long for it. It runs on the journal's connection: SQLite has one writer,
 * and a second connection would only make one of the two wait for the other's
 * lock.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "scheduler/clerk.h"
#include "scheduler/plan.h"
#include "scheduler/retention.h"
#include "scheduler/sweep.h"
#include "store/dirty.h"

#define SLICE_MS 20
#define SLICE_DIRTY 64
#define SLICE_ANCHORS 256
#define SLICE_ENTRIES 64
#define SLICE_SPREAD 4096
#define PATIENT_ANCHORS 64
/* How often the watermark moves; the horizon is days, so this can be slow. */
#define WATERMARK_STEP_MS HOUR_MS

/* Others wait for the journal's thread. Inline nobody does, and what comes of a
 * pretended time does not hang on how fast this machine is. */
static bool out_of_time(const struct clerk *clerk, int64_t began)
{
    return clerk->config->threaded && clock_monotonic_ms() - began >= SLICE_MS;
}

/* Of the roster, those that follow changes and time. */
static struct roster_campaign *planned_item(struct clerk *clerk, size_t i)
{
    struct roster_campaign *item = clerk->roster.items[i];
    return roster_is_planned(item) && !item->launched.blast
               ? clerk_campaign(clerk, item->launched.id)
               : NULL;
}

/* Watermarks -----------------------------------------------------------------
 */

static bool mark_read(struct clerk *clerk, struct roster_campaign *item,
                      struct roster_time *time, struct error *err)
{
    if (time->known)
        return true;
    bool found;
    if (!watermark_read(clerk->store, item->launched.id, time->field->name,
                        &found, &time->planned_to, err))
        return false;
    /* A newly launched campaign also takes what can still be useful. */
    if (!found)
        time->planned_to = clerk->now - time->after;
    time->known = true;
    return true;
}

static instant mark_goal(const struct clerk *clerk,
                         const struct roster_time *time)
{
    return clerk->now + clerk->config->horizon_ms + time->before;
}

struct found {
    int64_t ids[SLICE_ANCHORS];
    size_t count;
    instant last_at;
    int64_t last_id;
};

static bool found_add(void *arg, const struct view_row *row, instant at)
{
    struct found *found = arg;
    found->last_at = at;
    found->last_id = row->anchor_id;
    found->ids[found->count++] = row->anchor_id;
    return true;
}

static bool mark_slice(struct clerk *clerk, struct roster_campaign *item,
                       struct roster_time *time, struct error *err)
{
    instant goal = mark_goal(clerk, time);
    instant from = time->planned_to;
    if (!time->scan) {
        time->scan = view_scan_prepare(
            clerk->store, item->campaign->anchor, item->campaign->audience_all,
            time->field, item->columns, item->column_count, err);
        if (!time->scan)
            return false;
    }
    struct found found = {0};
    struct view_range range = {.field = time->field,
                               .from = from,
                               .to = goal,
                               .after_at = time->after_at,
                               .after_id = time->after_id,
                               .limit = SLICE_ANCHORS};
    struct view_time seen = clerk_time(clerk, INSTANT_NEVER);
    bool more;
    if (!view_scan_run(time->scan, &range, &seen, found_add, &found, &more,
                       err))
        return false;
    /* The mark moves first, so that what it uncovers lies in the window; a
     * slice that ended inside one instant goes on behind the last id, and
     * after a crash the instant is looked at again. */
    bool rest = more && found.count > 0;
    time->planned_to = rest ? found.last_at : goal;
    for (size_t i = 0; i < found.count; i++) {
        if (!plan_anchor(clerk, item, found.ids[i], PLAN_NEW, err))
            return false;
    }
    instant durable = rest ? found.last_at - 1 : goal;
    if (!watermark_write(clerk->store, item->launched.id, time->field->name,
                         durable, err))
        return false;
    time->planned_to = durable;
    time->after_at = rest ? found.last_at : 0;
    time->after_id = rest ? found.last_id : 0;
    return true;
}

static bool mark_is_behind(const struct clerk *clerk,
                           const struct roster_time *time)
{
    return !time->known || time->after_id != 0 ||
           mark_goal(clerk, time) - time->planned_to >= WATERMARK_STEP_MS;
}

static bool marks_slice(struct clerk *clerk, int64_t began, struct error *err)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = planned_item(clerk, i);
        for (size_t t = 0; item && t < item->time_count; t++) {
            struct roster_time *time = &item->times[t];
            if (!mark_read(clerk, item, time, err))
                return false;
            while (mark_is_behind(clerk, time)) {
                if (out_of_time(clerk, began)) {
                    clerk->more = true;
                    return true;
                }
                if (!mark_slice(clerk, item, time, err))
                    return false;
            }
        }
    }
    return true;
}

/* Change notes
 * ------------------------------------------------------------------ */

static bool anchor_everywhere(struct clerk *clerk, enum anchor_kind kind,
                              int64_t id, struct error *err)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = planned_item(clerk, i);
        if (item && item->campaign->anchor == kind &&
            !plan_anchor(clerk, item, id, PLAN_CHANGED, err))
            return false;
    }
    return true;
}

/* How far back the anchors of a changed patient can still matter. */
static bool reach_of_kind(struct clerk *clerk, enum anchor_kind kind,
                          int64_t *reach)
{
    bool any = false;
    *reach = 0;
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = planned_item(clerk, i);
        if (!item || item->campaign->anchor != kind)
            continue;
        any = true;
        int64_t after = roster_reach_after(item);
        if (after > *reach)
            *reach = after;
    }
    return any;
}

/* However many they are. */
static bool anchors_everywhere(struct clerk *clerk, int64_t patient_id,
                               enum anchor_kind kind, instant from,
                               struct error *err)
{
    int64_t ids[PATIENT_ANCHORS];
    size_t count = PATIENT_ANCHORS;
    for (int64_t after = 0; count == PATIENT_ANCHORS;
         after = ids[PATIENT_ANCHORS - 1]) {
        if (!patient_anchors(clerk->store, patient_id, kind, from, after, ids,
                             PATIENT_ANCHORS, &count, err))
            return false;
        for (size_t i = 0; i < count; i++) {
            if (!anchor_everywhere(clerk, kind, ids[i], err))
                return false;
        }
    }
    return true;
}

static bool patient_everywhere(struct clerk *clerk, int64_t id,
                               struct error *err)
{
    static const enum anchor_kind kinds[] = {ANCHOR_APPOINTMENT, ANCHOR_FILL,
                                             ANCHOR_DISCHARGE, ANCHOR_RESULT};
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        int64_t reach;
        if (reach_of_kind(clerk, kinds[k], &reach) &&
            !anchors_everywhere(clerk, id, kinds[k], missed_from(clerk) - reach,
                                err))
            return false;
    }
    return anchor_everywhere(clerk, ANCHOR_PATIENT, id, err);
}

/* No plain notes are left: the next people and visits of a clinic that
 * changed. */
static bool clinic_slice(struct clerk *clerk, struct error *err)
{
    int64_t most = 0;
    for (int kind = ANCHOR_APPOINTMENT; kind < ANCHOR_PATIENT; kind++) {
        int64_t reach;
        if (reach_of_kind(clerk, (enum anchor_kind)kind, &reach) &&
            reach > most)
            most = reach;
    }
    return dirty_spread(clerk->store, missed_from(clerk) - most, SLICE_SPREAD,
                        &clerk->dirty, err);
}

static bool dirty_slice(struct clerk *clerk, int64_t began, struct error *err)
{
    struct dirty notes[SLICE_DIRTY];
    size_t count;
    if (!dirty_take(clerk->store, notes, SLICE_DIRTY, &count, err))
        return false;
    if (count == 0)
        return clinic_slice(clerk, err);
    size_t i = 0;
    for (; i < count && !(i > 0 && out_of_time(clerk, began)); i++) {
        bool done =
            notes[i].kind == ANCHOR_PATIENT
                ? patient_everywhere(clerk, notes[i].id, err)
                : anchor_everywhere(clerk, notes[i].kind, notes[i].id, err);
        if (!done && clerk_is_own_fault(err))
            clerk->suspect_note = notes[i];
        if (!done || !dirty_done(clerk->store, &notes[i], err))
            return false;
    }
    clerk->dirty = i < count || count == SLICE_DIRTY;
    return true;
}

bool evaluate_notes(struct clerk *clerk, struct error *err)
{
    return dirty_slice(clerk, clock_monotonic_ms(), err);
}

/* New versions
 * -------------------------------------------------------------------- */

static bool replan_slice(struct clerk *clerk, struct roster_campaign *item,
                         struct error *err)
{
    struct entry entries[SLICE_ENTRIES];
    size_t count;
    int64_t except =
        clerk->retime.stage == RETIME_ROWS ? 0 : item->launched.version_id;
    if (!entry_outdated(clerk->store, item->launched.id, item->campaign->anchor,
                        except, item->replan_after, entries, SLICE_ENTRIES,
                        &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        item->replan_after = entries[i].anchor_id;
        if (!plan_anchor(clerk, item, entries[i].anchor_id, PLAN_CHANGED, err))
            return false;
    }
    item->replanned = count < SLICE_ENTRIES;
    return true;
}

static bool replans_slice(struct clerk *clerk, int64_t began, struct error *err)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = planned_item(clerk, i);
        while (item && !item->replanned) {
            if (out_of_time(clerk, began)) {
                clerk->more = true;
                return true;
            }
            if (!replan_slice(clerk, item, err))
                return false;
        }
    }
    return true;
}

/* Cancelled campaigns
 * ----------------------------------------------------------- */

/* What a cancelled campaign or blast had planned ends, wherever it is due. */
static bool cancelled_slice(struct clerk *clerk, struct roster_campaign *item,
                            struct error *err)
{
    static const int channels[LANES] = {CHANNEL_SMS, CHANNEL_EMAIL,
                                        CHANNEL_VOICE, OUTREACH_TASK};
    struct outreach_list list = {0};
    bool done = true;
    item->ended = true;
    for (size_t i = 0; done && i < LANES; i++) {
        done = outreach_planned(clerk->store, channels[i], item->launched.id,
                                SLICE_ANCHORS, &list, err);
        for (size_t r = 0; done && r < list.count; r++)
            done = clerk_end(clerk, &list.items[r], STATE_CANCELLED,
                             "the campaign was cancelled", err);
        if (list.count > 0)
            item->ended = false; /* look again */
    }
    outreach_list_free(&list);
    return done;
}

static bool is_ending(const struct roster_campaign *item)
{
    return item->launched.state == CAMPAIGN_CANCELLED && !item->ended;
}

static bool cancelled_slices(struct clerk *clerk, int64_t began,
                             struct error *err)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        while (is_ending(clerk->roster.items[i])) {
            if (out_of_time(clerk, began)) {
                clerk->more = true;
                return true;
            }
            if (!cancelled_slice(clerk, clerk->roster.items[i], err))
                return false;
        }
    }
    return true;
}

/* A slice was rolled back: what memory knows may be ahead of the store. */
void evaluate_forget(struct clerk *clerk)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = clerk->roster.items[i];
        for (size_t t = 0; t < item->time_count; t++) {
            item->times[t].known = false;
            item->times[t].after_at = 0;
            item->times[t].after_id = 0;
        }
        item->ended = false;
        item->swept_known = false;
    }
    roster_replan(&clerk->roster);
    sweep_free(clerk->sweep);
    clerk->sweep = NULL;
    clerk->retained_known = false;
    missed_forget(clerk);
}

/* New rules of zones
 * -------------------------------------------------------------- */

static bool retime_slice(struct clerk *clerk, int64_t began, struct error *err)
{
    while (retime_holds(clerk)) {
        if (out_of_time(clerk, began)) {
            clerk->more = true;
            return true;
        }
        if (!retime_page(clerk, err))
            return false;
    }
    return true;
}

/* One slice
 * ------------------------------------------------------------------------ */

bool evaluate_run(struct clerk *clerk, struct job *job, struct error *err)
{
    int64_t began = clock_monotonic_ms();
    bool swept = false;
    (void)job;
    clerk->more = false;
    if (!missed_begin(clerk, err) || !retime_slice(clerk, began, err))
        return false;
    if (clerk->more)
        return true;
    /* Marks before notes: a note asks whether its anchor lies in the window. */
    if (!cancelled_slices(clerk, began, err) ||
        !marks_slice(clerk, began, err) || !replans_slice(clerk, began, err))
        return false;
    if (clerk->more)
        return true;
    if (!retime_finish(clerk, err) || !dirty_slice(clerk, began, err))
        return false;
    if (clerk->dirty || out_of_time(clerk, began)) {
        clerk->more = true;
        return true;
    }
    if (!missed_done(clerk, err) || !sweep_slice(clerk, &swept, err))
        return false;
    bool removed = false;
    if (!swept && !retention_work(clerk, &removed, err))
        return false;
    clerk->more = swept || removed;
    return true;
}

instant evaluate_next(struct clerk *clerk)
{
    if (clerk->more || clerk->dirty || clerk->retime.stage != RETIME_DONE ||
        missed_is_ahead(clerk))
        return clerk->now;
    instant next = INSTANT_NEVER;
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item = planned_item(clerk, i);
        if (is_ending(clerk->roster.items[i]) || (item && !item->replanned))
            return clerk->now;
        for (size_t t = 0; item && t < item->time_count; t++) {
            const struct roster_time *time = &item->times[t];
            if (mark_is_behind(clerk, time))
                return clerk->now;
            instant step = time->planned_to + WATERMARK_STEP_MS -
                           clerk->config->horizon_ms - time->before;
            if (step < next)
                next = step;
        }
    }
    const instant daily[] = {sweep_next(clerk), retention_due(clerk)};
    for (size_t i = 0; i < sizeof(daily) / sizeof(daily[0]); i++)
        if (daily[i] < next)
            next = daily[i];
    return next;
}
