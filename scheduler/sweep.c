/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daily sweep. Patient anchors are read by id in bounded slices with a
 * stored cursor; other anchors again over the window that is planned. An
 * intake ("150 a weekday per clinic, longest overdue first") needs all who
 * could enter before it can choose: they are collected over the slices and
 * enter together, in the transaction that marks the day as swept, so that a
 * crash in the middle begins the day again and never admits twice.
 */
#include "scheduler/sweep.h"

#include <stdlib.h>

#include "base/memory.h"
#include "campaigns/timing.h"
#include "scheduler/plan.h"

#define SLICE_PATIENTS 2048
#define SLICE_ANCHORS 128
#define DAY_MS (24 * HOUR_MS)
/* Candidates are trimmed to the best when they become more than this. */
#define CANDIDATES_TRIM 65536

struct candidate {
    int64_t patient_id, clinic_id;
    int64_t since; /* day number; smaller: longer overdue */
};
struct sweep {
    int64_t campaign_id;
    struct civil_date day;
    int64_t cursor; /* patients: the last id looked at */
    size_t time;    /* anchors: which field */
    instant after_at;
    int64_t after_id;
    struct candidate *candidates;
    size_t count, room;
};

void sweep_free(struct sweep *sweep)
{
    if (sweep)
        free(sweep->candidates);
    free(sweep);
}

/* When ----------------------------------------------------------------------
 */

static int sweep_seconds(const struct clerk *clerk)
{
    int seconds;
    return clerk->config->sweep_at &&
                   civil_parse_time(clerk->config->sweep_at, &seconds)
               ? seconds
               : 2 * 3600;
}

static instant sweep_moment(const struct clerk *clerk, struct civil_date day)
{
    struct civil midnight = {.date = day};
    return zone_instant(
        clerk->config->zone,
        civil_from_seconds(civil_seconds(midnight) + sweep_seconds(clerk)));
}

struct civil_date sweep_day(const struct clerk *clerk)
{
    struct civil_date today = zone_today(clerk->config->zone, clerk->now);
    return clerk->now >= sweep_moment(clerk, today) ? today
                                                    : civil_add_days(today, -1);
}

instant sweep_tomorrow(const struct clerk *clerk)
{
    return sweep_moment(clerk, civil_add_days(sweep_day(clerk), 1));
}

bool sweep_day_counts(const struct clerk *clerk, struct civil_date done_on)
{
    struct civil_date day = sweep_day(clerk);
    return civil_compare(done_on, day) >= 0 &&
           civil_compare(done_on, civil_add_days(day, 1)) <= 0;
}

static bool is_swept(const struct clerk *clerk,
                     const struct roster_campaign *item)
{
    /* a blast is for those of one moment: swept once, never again */
    return item->swept_known &&
           (item->launched.blast || sweep_day_counts(clerk, item->swept_on));
}

instant sweep_next(const struct clerk *clerk)
{
    bool any = false;
    for (size_t i = 0; i < clerk->roster.count; i++) {
        const struct roster_campaign *item = clerk->roster.items[i];
        if (!roster_is_planned(item) || item->broken)
            continue;
        if (!is_swept(clerk, item))
            return clerk->now;
        any = true;
    }
    if (!any)
        return INSTANT_NEVER;
    return sweep_tomorrow(clerk);
}

/* Patients ------------------------------------------------------------------
 */

struct slice {
    struct roster_campaign *item;
    int64_t ids[SLICE_PATIENTS];
    size_t count;
    int64_t last_id;
    instant last_at;
};

static bool patient_look(void *arg, const struct view_row *row, instant at)
{
    struct slice *slice = arg;
    const struct roster_campaign *item = slice->item;
    (void)at;
    slice->last_id = row->anchor_id;
    if (roster_bool(item, row, item->audience_at, true) &&
        roster_bool(item, row, item->occurrence_at, true) &&
        !roster_bool(item, row, item->stop_at, false))
        slice->ids[slice->count++] = row->anchor_id;
    return true;
}

static int candidate_compare(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->clinic_id != b->clinic_id)
        return a->clinic_id < b->clinic_id ? -1 : 1;
    if (a->since != b->since)
        return a->since < b->since ? -1 : 1;
    return (a->patient_id > b->patient_id) - (a->patient_id < b->patient_id);
}

/* Keeps the first `intake.count` of each clinic (or of all). */
static void candidates_trim(struct sweep *sweep, const struct intake *intake)
{
    if (sweep->count == 0)
        return;
    qsort(sweep->candidates, sweep->count, sizeof(*sweep->candidates),
          candidate_compare);
    size_t kept = 0;
    int of_clinic = 0;
    int64_t clinic = -1;
    for (size_t i = 0; i < sweep->count; i++) {
        if (sweep->candidates[i].clinic_id != clinic) {
            clinic = sweep->candidates[i].clinic_id;
            of_clinic = 0;
        }
        if (of_clinic++ < intake->count)
            sweep->candidates[kept++] = sweep->candidates[i];
    }
    sweep->count = kept;
}

/* The measure that the campaign's rules name, for "longest overdue". */
static const struct measure *measure_in(const struct predicate *predicate)
{
    if (!predicate)
        return NULL;
    if (predicate->measure)
        return predicate->measure;
    const struct measure *left = measure_in(predicate->left);
    return left ? left : measure_in(predicate->right);
}

static bool candidate_add(struct clerk *clerk, struct sweep *sweep,
                          struct roster_campaign *item, int64_t patient_id,
                          struct error *err)
{
    const struct campaign *campaign = item->campaign;
    struct entry entry;
    struct anchor_place place;
    bool has_entry;
    if (!entry_newest(clerk->store, item->launched.id, ANCHOR_PATIENT,
                      patient_id, &has_entry, &entry, err))
        return false;
    if (has_entry && !entry.cycle_over)
        /* In already, in this cycle; what closed it may be over by time alone:
         * a refusal that ran out. */
        return entry.closed_at == INSTANT_NEVER ||
               plan_anchor(clerk, item, patient_id, PLAN_CHANGED, err);
    if (!anchor_place_read(clerk->store, ANCHOR_PATIENT, patient_id, &place,
                           err))
        return false;
    struct candidate candidate = {.patient_id = patient_id};
    if (campaign->intake.per_clinic)
        candidate.clinic_id = place.clinic_id;
    const struct measure *measure = NULL;
    if (campaign->intake.order == INTAKE_LONGEST_OVERDUE) {
        measure = measure_in(campaign->occurrence);
        if (!measure)
            measure = measure_in(campaign->audience_all);
    }
    char today[CIVIL_TEXT_MAX];
    if (measure)
        measure = measure_on(
            measure, civil_date_text(
                         zone_today(clerk->config->zone, clerk->now), today));
    struct civil_date since;
    bool found = false;
    if (measure &&
        !overdue_since(clerk->store, measure, patient_id, &found, &since, err))
        return false;
    candidate.since = found ? civil_days(since) : 0;
    if (sweep->count == sweep->room) {
        sweep->room = sweep->room ? sweep->room * 2 : 256;
        sweep->candidates = memory_grow(sweep->candidates, sweep->room,
                                        sizeof(*sweep->candidates));
    }
    sweep->candidates[sweep->count++] = candidate;
    if (sweep->count >= CANDIDATES_TRIM)
        candidates_trim(sweep, &campaign->intake);
    return true;
}

static bool sweep_done(struct clerk *clerk, struct sweep *sweep,
                       struct roster_campaign *item, struct error *err)
{
    const struct intake *intake = &item->campaign->intake;
    candidates_trim(sweep, intake);
    for (size_t i = 0; i < sweep->count; i++) {
        if (!plan_anchor(clerk, item, sweep->candidates[i].patient_id,
                         PLAN_INTAKE, err))
            return false;
    }
    char text[CIVIL_TEXT_MAX];
    if (!sweep_write(clerk->store, item->launched.id,
                     civil_date_text(sweep->day, text), 0, err))
        return false;
    item->swept_on = sweep->day;
    item->swept_known = true;
    sweep_free(sweep);
    clerk->sweep = NULL;
    return true;
}

/* Who is in, of the patients that the slice saw, and stands no more: what ends
 * by time alone (a season, an age) leaves no note. */
static bool leavers_slice(struct clerk *clerk, struct roster_campaign *item,
                          const struct slice *slice, int64_t after,
                          struct error *err)
{
    int64_t open[SLICE_PATIENTS];
    size_t count, at = 0;
    if (!entry_open(clerk->store, item->launched.id, ANCHOR_PATIENT, after,
                    slice->last_id, open, SLICE_PATIENTS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        while (at < slice->count && slice->ids[at] < open[i])
            at++;
        bool stands = at < slice->count && slice->ids[at] == open[i];
        if (!stands && !plan_anchor(clerk, item, open[i], PLAN_CHANGED, err))
            return false;
    }
    return true;
}

static bool patients_slice(struct clerk *clerk, struct sweep *sweep,
                           struct roster_campaign *item, struct error *err)
{
    if (!item->everybody) {
        item->everybody =
            view_scan_prepare(clerk->store, ANCHOR_PATIENT, NULL, NULL,
                              item->columns, item->column_count, err);
        if (!item->everybody)
            return false;
    }
    struct slice *slice = memory_new(sizeof(*slice));
    slice->item = item;
    slice->last_id = sweep->cursor;
    struct view_range range = {.after_id = sweep->cursor,
                               .limit = SLICE_PATIENTS};
    struct view_time time = clerk_time(clerk, INSTANT_NEVER);
    bool more;
    bool done = view_scan_run(item->everybody, &range, &time, patient_look,
                              slice, &more, err);
    bool intake = item->campaign->intake.count > 0;
    done = done && leavers_slice(clerk, item, slice, sweep->cursor, err);
    for (size_t i = 0; done && i < slice->count; i++)
        done = intake ? candidate_add(clerk, sweep, item, slice->ids[i], err)
                      : plan_anchor(clerk, item, slice->ids[i], PLAN_NEW, err);
    if (done) {
        sweep->cursor = slice->last_id;
        /* Candidates live in memory only: such a sweep begins again. */
        if (more && !intake)
            done = sweep_write(clerk->store, item->launched.id, NULL,
                               sweep->cursor, err);
        if (done && !more)
            done = sweep_done(clerk, sweep, item, err);
    }
    free(slice);
    return done;
}

/* Other anchors --------------------------------------------------------------
 */

static bool anchor_look(void *arg, const struct view_row *row, instant at)
{
    struct slice *slice = arg;
    slice->last_id = row->anchor_id;
    slice->last_at = at;
    slice->ids[slice->count++] = row->anchor_id;
    return true;
}

static bool anchors_slice(struct clerk *clerk, struct sweep *sweep,
                          struct roster_campaign *item, struct error *err)
{
    if (sweep->time >= item->time_count)
        return sweep_done(clerk, sweep, item, err);
    struct roster_time *time = &item->times[sweep->time];
    struct slice *slice = memory_new(sizeof(*slice));
    struct view_range range = {.field = time->field,
                               .from = clerk->now - time->after,
                               .to = time->planned_to,
                               .after_at = sweep->after_at,
                               .after_id = sweep->after_id,
                               .limit = SLICE_ANCHORS};
    struct view_time seen = clerk_time(clerk, INSTANT_NEVER);
    bool more = false;
    bool done = !time->known || !time->scan ||
                view_scan_run(time->scan, &range, &seen, anchor_look, slice,
                              &more, err);
    for (size_t i = 0; done && i < slice->count; i++)
        done = plan_anchor(clerk, item, slice->ids[i], PLAN_NEW, err);
    if (done && more) {
        sweep->after_at = slice->last_at;
        sweep->after_id = slice->last_id;
    } else if (done) {
        sweep->time++;
        sweep->after_at = 0;
        sweep->after_id = 0;
    }
    free(slice);
    return done;
}

/* One slice -------------------------------------------------------------------
 */

static bool marks_read(struct clerk *clerk, struct roster_campaign *item,
                       int64_t *cursor, struct error *err)
{
    char text[16];
    if (!sweep_read(clerk->store, item->launched.id, text, cursor, err))
        return false;
    item->swept_known = civil_parse_date(text, &item->swept_on);
    return true;
}

static bool sweep_begin(struct clerk *clerk, struct roster_campaign *item,
                        struct error *err)
{
    int64_t cursor;
    if (!marks_read(clerk, item, &cursor, err))
        return false;
    if (is_swept(clerk, item))
        return true;
    struct sweep *sweep = memory_new(sizeof(*sweep));
    *sweep = (struct sweep){.campaign_id = item->launched.id,
                            .day = sweep_day(clerk)};
    const struct intake *intake = &item->campaign->intake;
    if (item->campaign->anchor == ANCHOR_PATIENT && intake->count == 0)
        sweep->cursor = cursor;
    clerk->sweep = sweep;
    struct civil_date today = zone_today(clerk->config->zone, clerk->now);
    if (intake->count > 0 && intake->weekdays_only &&
        !day_is_business(today, &clerk->config->policy->days))
        return sweep_done(clerk, sweep, item, err);
    return true;
}

bool sweep_slice(struct clerk *clerk, bool *worked, struct error *err)
{
    *worked = false;
    struct roster_campaign *item = NULL;
    if (clerk->sweep) {
        item = clerk_campaign(clerk, clerk->sweep->campaign_id);
        if (!item) {
            sweep_free(clerk->sweep);
            clerk->sweep = NULL;
        }
    }
    for (size_t i = 0; !clerk->sweep && i < clerk->roster.count; i++) {
        item = clerk->roster.items[i];
        if (!roster_is_planned(item) || is_swept(clerk, item) ||
            !clerk_campaign(clerk, item->launched.id))
            continue;
        *worked = true;
        if (!sweep_begin(clerk, item, err))
            return false;
    }
    if (!clerk->sweep)
        return true;
    *worked = true;
    return item->campaign->anchor == ANCHOR_PATIENT
               ? patients_slice(clerk, clerk->sweep, item, err)
               : anchors_slice(clerk, clerk->sweep, item, err);
}
