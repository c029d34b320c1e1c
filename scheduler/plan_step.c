/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the steps of one entry are due, and their rows. A task for a person
 * is a row like a message, on a reserved channel, so that one ledger knows
 * its time, its stop condition and its end. A step whose moment has passed
 * is not planned; it is recorded as expired only beside others that are, or
 * where it could still have been told when the service last looked, so that
 * nobody is buried in history on the first import.
 */
#include "scheduler/plan_step.h"

#include "base/text.h"
#include "campaigns/timing.h"
#include "scheduler/facts.h"
#include "scheduler/ladder.h"
#include "scheduler/silent.h"

/* A step without `until` is not begun later than this. */
#define LATE_MS (24 * HOUR_MS)
#define PASSED "its moment had passed"
/* A record may come a long weekend late and is somebody's to call; years of
 * history, imported at once, bury nobody. */
#define MISSED_MS (4 * 24 * HOUR_MS)

static instant moment(const struct roster_campaign *item,
                      const struct step_time *time, const struct view_row *row,
                      const struct timing *timing)
{
    if (!time->given)
        return INSTANT_NEVER;
    instant base = time->base == BASE_FIELD
                       ? roster_field(item, row, time->field)
                       : INSTANT_NEVER;
    return step_time_instant(time, base, timing);
}

/* The window as the gate will see it: every candidate zone, and where a minor
 * is reached, the guardian's; `guardian` is the room for that. */
static bool window_read(struct clerk *clerk, const struct roster_campaign *item,
                        int64_t patient_id, const struct anchor_place *place,
                        struct patient_vitals *guardian,
                        struct window_input *out, struct error *err)
{
    struct claim_person person;
    int64_t addressee =
        facts_addressee(clerk, patient_id, place->guardian_id, place->born_by);
    *out =
        facts_window(clerk, item->campaign, place->state, place->contact_from,
                     place->contact_to, place->clinic_id);
    window_add_zones(out, place->address_zone);
    if (addressee != patient_id) {
        if (!patient_vitals(clerk->store, addressee, guardian, err))
            return false;
        facts_window_guardian(out, guardian, clerk->now);
    }
    if (!claim_contacts(clerk->store, addressee, NULL, &person, err))
        return false;
    for (size_t i = 0; i < person.contact_count; i++) {
        const struct claim_contact *contact = &person.contacts[i];
        window_add_zones(out, contact->zones);
        if (!out->number_state && contact->phone)
            out->number_state =
                policy_number_state(out->policy, contact->value);
    }
    window_add_state(out, place->state, place->address_zone, clerk->now);
    window_add_post(out, place->post, &out->state, clerk->now);
    return true;
}

/* Whether it is moved there, to the window before it: never behind now; and a
 * turn not to where the turn before it has its own moment. */
static bool goes_earlier(const struct step_plan *plan, instant moved,
                         instant now)
{
    return moved != INSTANT_NEVER && now < plan->when &&
           (plan->step->turn < 2 || moved > plan[-1].when);
}

/* A closed moment: "earlier" moves it. A turn that stays there is over halfway
 * to its next one: the same words do not open the day and come again with it.
 */
static bool look_closed(struct clerk *clerk, const struct roster_campaign *item,
                        const struct entry *entry,
                        const struct anchor_place *place, instant next,
                        struct step_plan *plan, struct error *err)
{
    struct patient_vitals guardian;
    struct window_input window;
    if (!window_read(clerk, item, entry->patient_id, place, &guardian, &window,
                     err))
        return false;
    const struct zone *zone =
        clerk_timing(clerk, place, entry->entered_at).patient_zone;
    if (window.zone_count == 0) /* emails; nothing else can leave */
        window_add_zone(&window, zone);
    if (window_open(&window, plan->when))
        return true;
    instant least =
        plan->not_before > clerk->now ? plan->not_before : clerk->now;
    instant moved = plan->step->if_closed == CLOSED_EARLIER
                        ? window_earlier(&window, zone, plan->when, least)
                        : INSTANT_NEVER;
    instant half = plan->when + (next - plan->when) / 2;
    if (goes_earlier(plan, moved, least))
        plan->due = moved;
    else if (next != INSTANT_NEVER && half < plan->until)
        plan->until = half;
    return true;
}

static bool step_compute(struct clerk *clerk, struct roster_campaign *item,
                         const struct entry *entry, const struct view_row *row,
                         const struct anchor_place *place,
                         struct step_plan *plan, struct error *err)
{
    const struct step *step = plan->step;
    struct timing timing = clerk_timing(clerk, place, entry->entered_at);
    plan->when = moment(item, &step->when, row, &timing);
    plan->until = moment(item, &step->until, row, &timing);
    instant next = moment(item, &step->next, row, &timing);
    if (next < plan->until)
        plan->until = next;
    plan->missing = plan->when == INSTANT_NEVER;
    if (plan->missing)
        return true;
    plan->due = plan->when;
    plan->not_before = moment(item, &step->not_before, row, &timing);
    if (plan->not_before == INSTANT_NEVER)
        plan->not_before = 0;
    plan->channel =
        step->task ? OUTREACH_TASK : ladder_first(step, place->preferred, 0);
    plan->missing = plan->channel < 0;
    bool moves = step->if_closed == CLOSED_EARLIER || step->turn > 0;
    if (!step->task && moves &&
        !look_closed(clerk, item, entry, place, next, plan, err))
        return false;
    plan->passed = plan->until != INSTANT_NEVER
                       ? plan->until <= clerk->now
                       : plan->when < clerk->now - LATE_MS;
    if (plan->due < plan->not_before)
        plan->due = plan->not_before;
    return true;
}

static bool is_wanted(const struct roster_campaign *item,
                      const struct step *step, const struct view_row *row)
{
    return roster_bool(item, row,
                       item->only_if_at[step - item->campaign->steps], true);
}

/* Which moment of a record that came too late was the last. Steps that are not
 * for this patient say nothing; a task that passed is only told of where all
 * have. */
static const struct step *missed_step(const struct clerk *clerk,
                                      const struct roster_campaign *item,
                                      const struct view_row *row,
                                      struct step_plans *plans)
{
    const struct step *missed = NULL;
    instant from = missed_from_of(clerk, item), last = 0;
    if (item->campaign->if_not_reached && from > clerk->now - MISSED_MS)
        from = clerk->now - MISSED_MS;
    for (size_t i = 0; i < plans->count; i++) {
        struct step_plan *plan = &plans->items[i];
        const struct step *step = plan->step;
        instant end =
            plan->until != INSTANT_NEVER ? plan->until : plan->when + LATE_MS;
        if (plan->missing || !plan->passed || end <= from ||
            (step->task && plans->useful > 0) || !is_wanted(item, step, row))
            continue;
        plan->missed = true;
        if (end <= last)
            continue;
        missed = step;
        last = end;
    }
    return missed;
}

bool steps_compute(struct clerk *clerk, struct roster_campaign *item,
                   const struct entry *entry, const struct view_row *row,
                   struct step_plans *out, struct error *err)
{
    const struct campaign *campaign = item->campaign;
    struct anchor_place place;
    size_t messages = 0; /* to come */
    out->count = out->useful = 0;
    if (!anchor_place_read(clerk->store, campaign->anchor, row->anchor_id,
                           &place, err))
        return false;
    for (size_t i = 0; i < campaign->step_count && i < STEPS_MAX; i++) {
        struct step_plan *plan = &out->items[out->count++];
        *plan = (struct step_plan){.step = &campaign->steps[i]};
        if (!step_compute(clerk, item, entry, row, &place, plan, err))
            return false;
        bool comes = !plan->missing && !plan->passed;
        out->useful += comes;
        messages += comes && !plan->step->task;
    }
    out->missed = messages == 0 ? missed_step(clerk, item, row, out) : NULL;
    return true;
}

static bool row_insert(struct clerk *clerk, const struct roster_campaign *item,
                       const struct entry *entry, const struct step_plan *plan,
                       struct error *err)
{
    struct outreach row = {.campaign_id = entry->campaign_id,
                           .patient_id = entry->patient_id,
                           .anchor_kind = entry->anchor_kind,
                           .anchor_id = entry->anchor_id,
                           .occurrence = entry->occurrence,
                           .version_id = item->launched.version_id,
                           .state =
                               plan->passed ? STATE_EXPIRED : STATE_PLANNED,
                           .due_at = plan->passed ? INSTANT_NEVER : plan->due,
                           .planned_at = plan->when,
                           .until_at = plan->until,
                           .channel = plan->channel};
    text_copy(row.step, sizeof(row.step), plan->step->name);
    const char *reason = plan->passed ? PASSED : NULL;
    bool made;
    if (!outreach_insert(clerk->store, &row, reason, &made, err))
        return false;
    clerk->totals.planned += made && !plan->passed;
    clerk->totals.expired += made && plan->passed;
    return !made || !plan->passed ||
           clerk_verdict(clerk, &row, state_name(row.state), reason, err);
}

static struct outreach *row_of(struct outreach_list *list,
                               const struct step *step)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i].step, step->name))
            return &list->items[i];
    }
    return NULL;
}

/* The record came, or was first looked at, when no message was of use. */
static bool missed_tell(struct clerk *clerk, const struct entry *entry,
                        const struct step *step, struct error *err)
{
    struct outreach_list list = {0};
    bool done =
        outreach_of_entry(clerk->store, entry->campaign_id, entry->anchor_kind,
                          entry->anchor_id, entry->occurrence, &list, err);
    struct outreach *row = done ? row_of(&list, step) : NULL;
    if (row)
        done = clerk_not_reached(clerk, row,
                                 "it was too late when we first saw it", err);
    outreach_list_free(&list);
    return done;
}

bool steps_insert(struct clerk *clerk, const struct roster_campaign *item,
                  const struct entry *entry, const struct step_plans *plans,
                  struct error *err)
{
    for (size_t i = 0; i < plans->count; i++) {
        const struct step_plan *plan = &plans->items[i];
        bool wanted = !plan->missing &&
                      (!plan->passed || plans->useful > 0 || plan->missed);
        if (wanted && !row_insert(clerk, item, entry, plan, err))
            return false;
    }
    return !plans->missed || missed_tell(clerk, entry, plans->missed, err);
}

/* Following -------------------------------------------------------------------
 */

static bool row_follow(struct clerk *clerk, const struct roster_campaign *item,
                       struct outreach *row, const struct step_plan *plan,
                       const struct view_row *view, struct error *err)
{
    int64_t version = item->launched.version_id;
    if (plan->missing)
        return row->state != STATE_PLANNED ||
               clerk_end(clerk, row, STATE_CANCELLED,
                         "the time it counts from is gone", err);
    if (row->state == STATE_PLANNED) {
        bool same =
            row->planned_at == plan->when && row->until_at == plan->until;
        /* Where the gate or a retry moved it, it stays unless its own time
         * changed, or the window that it must leave in now closes sooner. */
        bool sooner = plan->due < plan->when && plan->due < row->due_at;
        bool moves = row->attempts == 0 && (!same || sooner);
        if (same && !moves && row->version_id == version)
            return true;
        return outreach_retime(clerk->store, row, plan->when,
                               moves ? plan->due : row->due_at, plan->until,
                               version, err);
    }
    if (row->state == STATE_CANCELLED && row->attempts == 0 && !plan->passed &&
        is_wanted(item, plan->step, view)) {
        struct ledger_change change = ledger_from(row);
        change.to = STATE_PLANNED;
        change.reason = "true again";
        change.due_at = plan->due;
        change.until_at = plan->until;
        change.version_id = version;
        change.channel = plan->channel;
        change.tried = 0;
        change.tries = 0;
        return clerk_change(clerk, row, &change, err) &&
               outreach_retime(clerk->store, row, plan->when, plan->due,
                               plan->until, version, err);
    }
    return true;
}

static bool removed_steps(struct clerk *clerk,
                          const struct roster_campaign *item,
                          struct outreach_list *list, struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].state == STATE_PLANNED &&
            !campaign_step(item->campaign, list->items[i].step) &&
            !silent_is(item, list->items[i].step) &&
            !clerk_end(clerk, &list->items[i], STATE_CANCELLED,
                       "the step was removed", err))
            return false;
    }
    return true;
}

/* Others may end rows too (an opt-out ends them in its own transaction, and
 * notes the anchor): the task that is then due opens here. */
static bool not_reached(struct clerk *clerk, const struct outreach_list *list,
                        struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        enum outreach_state state = list->items[i].state;
        if ((state == STATE_SUPPRESSED || state == STATE_FAILED) &&
            !clerk_not_reached(clerk, &list->items[i], NULL, err))
            return false;
    }
    return true;
}

bool steps_follow(struct clerk *clerk, struct roster_campaign *item,
                  struct entry *entry, const struct view_row *row,
                  struct error *err)
{
    struct step_plans plans;
    struct outreach_list list = {0};
    bool done =
        steps_compute(clerk, item, entry, row, &plans, err) &&
        outreach_of_entry(clerk->store, entry->campaign_id, entry->anchor_kind,
                          entry->anchor_id, entry->occurrence, &list, err) &&
        removed_steps(clerk, item, &list, err);
    for (size_t i = 0; done && i < plans.count; i++) {
        const struct step_plan *plan = &plans.items[i];
        struct outreach *there = row_of(&list, plan->step);
        if (there)
            done = row_follow(clerk, item, there, plan, row, err);
        else if (!plan->missing && !plan->passed)
            done = row_insert(clerk, item, entry, plan, err);
    }
    done = done && not_reached(clerk, &list, err);
    if (done && entry->version_id != item->launched.version_id)
        done = entry_set_version(clerk->store, entry, item->launched.version_id,
                                 err);
    outreach_list_free(&list);
    return done;
}
