/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom an explanation looks at beside the patient, and what is planned for all
 * of them. Several people behind one number share its caps, and of what is due
 * at one moment the row that was made first goes first: so the rows that are
 * not there yet are made in the order in which evaluation makes them, whoever
 * was asked about. What comes true by time alone is for the daily sweeps.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "scheduler/explain_own.h"
#include "scheduler/sweep.h"
#include "store/dirty.h"
#include "store/store.h"

#define ANCHORS_PAGE 64
#define DAY_MS (24 * HOUR_MS)

/* Who ---------------------------------------------------------------------- */

static void person_add(struct explaining *it, int64_t id)
{
    for (size_t i = 0; i < it->people_count; i++)
        if (it->people[i] == id)
            return;
    if (it->people_count < EXPLAIN_PEOPLE_MAX)
        it->people[it->people_count++] = id;
    else
        it->out->unsure = EXPLAIN_CROWDED;
}

/* Everybody behind one person's addresses, as the caps see them. */
static bool behind_read(struct explaining *it, int64_t id,
                        struct claim_person *person, struct error *err)
{
    struct store *store = it->clerk->store;
    if (!claim_contacts(store, id, NULL, person, err))
        return false;
    for (size_t i = 0; i < person->contact_count; i++) {
        if (!claim_person_read(store, id, id, person->contacts[i].value,
                               it->clerk->now, it->clerk->now, person, err))
            return false;
        for (size_t b = 0; b < person->behind_count; b++)
            person_add(it, person->behind[b]);
    }
    return true;
}

bool explain_people(struct explaining *it, struct error *err)
{
    struct claim_person *person = memory_new(sizeof(*person));
    bool done = true;
    person_add(it, it->request->patient_id);
    if (it->request->guardian_id)
        person_add(it, it->request->guardian_id);
    size_t own = it->people_count;
    for (size_t i = 0; done && i < own; i++)
        done = behind_read(it, it->people[i], person, err);
    free(person);
    return done;
}

/* Their anchors ------------------------------------------------------------ */

bool explain_anchors_add(struct explaining *it, struct roster_campaign *item,
                         int64_t patient, struct explain_anchors *out,
                         struct error *err)
{
    enum anchor_kind kind = item->campaign->anchor;
    instant from = it->clerk->now - roster_reach_after(item);
    size_t began = out->count, count = ANCHORS_PAGE;
    if (kind == ANCHOR_PATIENT) {
        out->ids = memory_grow(out->ids, out->count + 1, sizeof(*out->ids));
        out->ids[out->count++] = patient;
        return true;
    }
    for (int64_t after = 0; count == ANCHORS_PAGE;) {
        out->ids =
            memory_grow(out->ids, out->count + ANCHORS_PAGE, sizeof(*out->ids));
        if (!patient_anchors(it->clerk->store, patient, kind, from, after,
                             out->ids + out->count, ANCHORS_PAGE, &count, err))
            return false;
        out->count += count;
        after = count > 0 ? out->ids[out->count - 1] : 0;
    }
    for (size_t i = began, end = out->count; i + 1 < end; i++) {
        int64_t one = out->ids[i];
        out->ids[i] = out->ids[--end];
        out->ids[end] = one;
    }
    return true;
}

/* When evaluation comes to an anchor. */
struct turn {
    instant at;
    int64_t anchor_id;
};

static int turn_compare(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->anchor_id > b->anchor_id) - (a->anchor_id < b->anchor_id);
}

/* Ahead of the watermark by the time that it moves along; behind it by the
 * note of a change, and patients by the sweep: both by id alone. */
static bool turn_read(struct explaining *it, struct roster_campaign *item,
                      int64_t anchor_id, struct turn *out, struct error *err)
{
    struct view_time now = clerk_time(it->clerk, INSTANT_NEVER);
    struct view_row row;
    bool found = false, behind = item->time_count == 0;
    *out = (struct turn){.at = INSTANT_NEVER, .anchor_id = anchor_id};
    if (!behind && !view_read(item->view, anchor_id, &now, &found, &row, err))
        return false;
    for (size_t i = 0; found && i < item->time_count; i++) {
        const struct roster_time *time = &item->times[i];
        const struct value *value = &row.columns[time->at];
        if (value->type == VALUE_MISSING)
            continue;
        behind |= value->integer <= time->planned_to;
        if (value->integer - time->before < out->at)
            out->at = value->integer - time->before;
    }
    if (behind || item->campaign->anchor == ANCHOR_PATIENT)
        out->at = 0;
    return true;
}

static bool marks_read(struct explaining *it, struct roster_campaign *item,
                       struct error *err)
{
    for (size_t i = 0; i < item->time_count; i++) {
        struct roster_time *time = &item->times[i];
        bool found;
        if (!watermark_read(it->clerk->store, item->launched.id,
                            time->field->name, &found, &time->planned_to, err))
            return false;
        if (!found)
            time->planned_to = 0;
    }
    return true;
}

/* All of these people's anchors in the order of their turns; free(). */
static bool turns_read(struct explaining *it, struct roster_campaign *item,
                       struct turn **out, size_t *count, struct error *err)
{
    struct explain_anchors anchors = {0};
    bool done = marks_read(it, item, err);
    for (size_t i = 0; done && i < it->people_count; i++)
        done = explain_anchors_add(it, item, it->people[i], &anchors, err);
    struct turn *turns = memory_new((anchors.count + 1) * sizeof(*turns));
    for (size_t i = 0; done && i < anchors.count; i++)
        done = turn_read(it, item, anchors.ids[i], &turns[i], err);
    qsort(turns, anchors.count, sizeof(*turns), turn_compare);
    *out = turns;
    *count = anchors.count;
    free(anchors.ids);
    return done;
}

/* Planning ----------------------------------------------------------------- */

static void known_add(struct explaining *it, const struct entry *entry)
{
    it->known = memory_grow(it->known, it->known_count + 1, sizeof(*it->known));
    it->known[it->known_count++] = (struct explain_known){
        entry->campaign_id, entry->anchor_id, entry->occurrence};
}

static void watch_add(struct explaining *it, struct roster_campaign *item,
                      int64_t id, bool left)
{
    it->watched =
        memory_grow(it->watched, it->watched_count + 1, sizeof(*it->watched));
    it->watched[it->watched_count++] =
        (struct explain_watch){.item = item, .anchor_id = id, .left = left};
}

/* Whom today's sweep let pass, with no change since, nobody looks at before
 * the next one. */
static bool is_swept(struct explaining *it, struct roster_campaign *item,
                     bool *swept, struct error *err)
{
    char text[16];
    int64_t cursor;
    struct civil_date day;
    *swept = !it->noted;
    if (it->noted)
        return true;
    if (!sweep_read(it->clerk->store, item->launched.id, text, &cursor, err))
        return false;
    *swept = civil_parse_date(text, &day) &&
             civil_compare(day, sweep_day(it->clerk)) >= 0;
    return true;
}

static bool anchor_plan(struct explaining *it, struct roster_campaign *item,
                        int64_t id, bool passed, struct error *err)
{
    struct entry entry;
    bool found;
    if (!entry_newest(it->clerk->store, item->launched.id,
                      item->campaign->anchor, id, &found, &entry, err))
        return false;
    if (found)
        known_add(it, &entry);
    watch_add(it, item, id, passed && !found);
    return (passed && !found) ||
           plan_anchor(it->clerk, item, id, PLAN_CHANGED, err);
}

/* All that their anchors ask for is planned now, however far ahead it lies:
 * the service does so when its time comes near. */
static bool campaign_plan(struct explaining *it, struct roster_campaign *item,
                          struct error *err)
{
    struct turn *turns;
    size_t count;
    bool swept;
    bool done = is_swept(it, item, &swept, err) &&
                turns_read(it, item, &turns, &count, err);
    if (!done)
        return false;
    for (size_t t = 0; t < item->time_count; t++) {
        item->times[t].known = true;
        item->times[t].planned_to = INSTANT_NEVER;
    }
    for (size_t i = 0; done && i < count; i++)
        done = anchor_plan(it, item, turns[i].anchor_id,
                           swept && turns[i].at == 0, err);
    free(turns);
    return done;
}

static void sweeps_limit(struct explaining *it)
{
    char day[CIVIL_TEXT_MAX];
    struct clerk *clerk = it->clerk;
    int64_t days = (it->request->at - clerk->now) / DAY_MS + EXPLAIN_DAYS;
    int64_t most = EXPLAIN_LOOKS / (int64_t)(it->watched_count + 1) + 1;
    instant last = clerk->now + (days < most ? days : most) * DAY_MS;
    it->sweep_at = sweep_tomorrow(clerk);
    it->last_sweep_at = last;
    if (most >= days || it->out->unsure)
        return;
    civil_date_text(zone_today(clerk->config->zone, last), day);
    it->out->unsure = arena_format(it->arena, EXPLAIN_NEARER, day);
}

bool explain_plan(struct explaining *it, struct error *err)
{
    struct roster *roster = &it->clerk->roster;
    if (!dirty_any(it->clerk->store, &it->noted, err))
        return false;
    for (size_t i = 0; i < roster->count; i++) {
        struct roster_campaign *item = roster->items[i];
        if (roster_is_planned(item) && !item->launched.blast &&
            clerk_campaign(it->clerk, item->launched.id) &&
            !campaign_plan(it, item, err))
            return false;
    }
    sweeps_limit(it);
    return true;
}

/* The days to come --------------------------------------------------------- */

bool explain_is_left(const struct explaining *it,
                     const struct roster_campaign *item, int64_t anchor_id)
{
    for (size_t i = 0; i < it->watched_count; i++)
        if (it->watched[i].item == item &&
            it->watched[i].anchor_id == anchor_id)
            return it->watched[i].left;
    return false;
}

/* Own, and nobody knows whether it is chosen; said once. */
static void chosen_note(struct explaining *it, const struct explain_watch *one)
{
    char day[CIVIL_TEXT_MAX];
    const struct clerk *clerk = it->clerk;
    if (it->out->unsure || one->anchor_id != it->request->patient_id)
        return;
    civil_date_text(zone_today(clerk->config->zone, clerk->now), day);
    it->out->unsure =
        arena_format(it->arena, EXPLAIN_INTAKE, day, one->item->launched.name);
}

bool explain_sweep(struct explaining *it, struct error *err)
{
    struct clerk *clerk = it->clerk;
    clerk->now = it->sweep_at;
    it->sweep_at = sweep_tomorrow(clerk);
    for (size_t i = 0; i < it->watched_count; i++) {
        struct explain_watch *one = &it->watched[i];
        bool chosen;
        if (!plan_daily(clerk, one->item, one->anchor_id, &chosen, err))
            return false;
        one->left = false;
        if (chosen)
            chosen_note(it, one);
    }
    return true;
}
