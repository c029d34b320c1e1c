/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rows to the gate's facts: whose address would be used (a minor's is
 * the guardian's), in which zones it may be, what was said about it. Reads
 * the store inside the claim's transaction; decides nothing.
 */
#include "scheduler/facts.h"

#include <stdio.h>

#include "base/text.h"
#include "campaigns/asks.h"
#include "campaigns/timing.h"
#include "scheduler/address.h"
#include "store/asked.h"
#include "store/attempt.h"
#include "store/list.h"
#include "store/patient.h"
#include "store/reply.h"
#include "store/stay.h"

bool facts_look(struct clerk *clerk, struct roster_campaign *item,
                int64_t anchor_id, instant entered_at, struct facts_view *out,
                struct error *err)
{
    struct view_time time = clerk_time(clerk, entered_at);
    return view_read(item->view, anchor_id, &time, &out->found, &out->row, err);
}

/* A patient's occurrence is the day its cycle opened, kept by the entry; the
 * anchor's own number is compared for all others. */
static bool same_occurrence(const struct roster_campaign *item,
                            const struct outreach *row,
                            const struct facts_view *view)
{
    if (item->campaign->anchor == ANCHOR_PATIENT)
        return roster_bool(item, &view->row, item->occurrence_at, true);
    return view->row.occurrence == row->occurrence &&
           view->row.patient_id == row->patient_id;
}

static int only_if_column(const struct roster_campaign *item,
                          const struct step *step)
{
    return step->answers ? -1 : item->only_if_at[step - item->campaign->steps];
}

bool facts_same(const struct roster_campaign *item, const struct outreach *row,
                const struct facts_view *view)
{
    return view->found && !view->row.gone && same_occurrence(item, row, view);
}

bool facts_hold(const struct roster_campaign *item, const struct step *step,
                const struct outreach *row, const struct facts_view *view)
{
    return facts_same(item, row, view) &&
           roster_bool(item, &view->row, item->audience_at, true) &&
           !roster_bool(item, &view->row, item->stop_at, false) &&
           roster_bool(item, &view->row, only_if_column(item, step), true);
}

/* The address -------------------------------------------------------------- */

int64_t facts_addressee(const struct clerk *clerk, int64_t patient_id,
                        int64_t guardian_id, const char *born_by)
{
    struct civil_date birth;
    if (!guardian_id)
        return patient_id;
    if (!civil_parse_date(born_by, &birth))
        return guardian_id;
    int age = civil_age(birth, zone_today(clerk->config->zone, clerk->now));
    return age < PATIENT_ADULT_YEARS ? guardian_id : patient_id;
}

/* A family speaks one language, and it is the child's record that says which.
 * Where it says nothing, which the store keeps as English, the guardian's own
 * does: it is they who read. */
static const char *language_of(const struct claim_row *row,
                               const struct facts *facts)
{
    bool unsaid = facts->of_guardian && text_equal(row->language, "en") &&
                  facts->guardian.language[0];
    return unsaid ? facts->guardian.language : row->language;
}

static bool guardian_read(struct clerk *clerk, struct facts *out,
                          struct error *err)
{
    out->guardian = (struct patient_vitals){
        .here = true, .contact_from = -1, .contact_to = -1};
    return !out->of_guardian ||
           patient_vitals(clerk->store, out->addressee, &out->guardian, err);
}

/* Shaping -------------------------------------------------------------------
 */

static int channel_or_all(const char *name)
{
    enum channel channel;
    return channel_parse(name, &channel) ? (int)channel : -1;
}

static const char *or_all(const char *text)
{
    return text[0] ? text : NULL;
}

static void lists_fill(struct facts *out)
{
    const struct claim_person *person = &out->person;
    for (size_t i = 0; i < person->suppression_count; i++) {
        const struct claim_suppression *from = &person->suppressions[i];
        out->suppressions[i] =
            (struct gate_suppression){.by_address = from->by_address,
                                      .purpose = or_all(from->purpose),
                                      .channel = channel_or_all(from->channel),
                                      .reason = from->reason};
    }
    for (size_t i = 0; i < person->consent_count; i++) {
        const struct claim_consent *from = &person->consents[i];
        out->consents[i] =
            (struct gate_consent){.granted = from->granted,
                                  .written = from->written,
                                  .provided = from->provided,
                                  .narrow = from->narrow,
                                  .of_addressee = from->of_addressee,
                                  .purpose = or_all(from->purpose),
                                  .channel = channel_or_all(from->channel),
                                  .at = from->at};
    }
    for (size_t i = 0; i < person->restriction_count; i++)
        out->restrictions[i] = (struct gate_restriction){
            .kind = person->restrictions[i].kind,
            .value = or_all(person->restrictions[i].value),
            .of_addressee = person->restrictions[i].of_addressee};
    struct gate_facts *gate = &out->gate;
    gate->suppressions = out->suppressions;
    gate->suppression_count = person->suppression_count;
    gate->consents = out->consents;
    gate->consent_count = person->consent_count;
    gate->restrictions = out->restrictions;
    gate->restriction_count = person->restriction_count;
    gate->unweighed = person->unweighed;
    gate->patient_attempts = person->patient_attempts;
    gate->patient_attempt_count = person->patient_attempt_count;
    gate->number_attempts = person->number_attempts;
    gate->number_attempt_count = person->number_attempt_count;
}

/* A feed is a table of the import, or named by who sends the rows. NULL: all
 * that the step hangs on is fresh. */
static const char *stale_feed(const struct clerk *clerk, feed_set feeds,
                              const char *source)
{
    for (size_t i = 0; i < clerk->stale_feed_count; i++) {
        feed_set feed = feed_set_named(clerk->stale_feeds[i]);
        if (feed ? (feed & feeds) != 0
                 : text_equal(clerk->stale_feeds[i], source))
            return clerk->stale_feeds[i];
    }
    return NULL;
}

static struct day_window wish(int from, int to)
{
    return (struct day_window){from >= 0 ? from : 0, to >= 0 ? to : 1440};
}

struct window_input facts_window(const struct clerk *clerk,
                                 const struct campaign *campaign,
                                 const char *state, int contact_from,
                                 int contact_to, int64_t clinic_id)
{
    const struct place *place = place_find(&clerk->places, clinic_id);
    const struct policy *policy = clerk->config->policy;
    struct window_input window = {
        .policy = policy,
        .state = or_all(state),
        .class = policy_class(policy, campaign->purpose,
                              zone_today(clerk->config->zone, clerk->now)),
        .clinic = place ? place->own : NULL,
        .patient = wish(contact_from, contact_to),
        .guardian = {0, 1440},
        .campaign = {0, 1440},
    };
    if (campaign->window_given)
        window.campaign =
            (struct day_window){campaign->window_from, campaign->window_to};
    return window;
}

void facts_window_guardian(struct window_input *window,
                           const struct patient_vitals *guardian, instant now)
{
    window->guardian = wish(guardian->contact_from, guardian->contact_to);
    window->guardian_state = or_all(guardian->state);
    window_add_zones(window, guardian->zone);
    window_add_state(window, guardian->state, guardian->zone, now);
    window_add_post(window, guardian->post, &window->guardian_state, now);
}

/* Where the phone rings: at the guardian's, for a minor. Candidates are the
 * zones and states of the postal addresses and of the number (L-8, L-9). */
static void window_fill(const struct clerk *clerk,
                        const struct campaign *campaign,
                        const struct claim_row *row, struct facts *out)
{
    struct window_input *window = &out->gate.window;
    *window = facts_window(
        clerk, campaign, row->state, row->contact_from, row->contact_to,
        row->clinic_id ? row->clinic_id : row->home_clinic_id);
    window_add_zones(window, row->address_zone);
    /* a child's telephone does not tell where its guardian is */
    if (!out->of_guardian)
        window_add_zones(window, row->patient_zone);
    facts_window_guardian(window, &out->guardian, clerk->now);
    window_add_zones(window, out->contact ? out->contact->zones : "");
    window_add_state(window, row->state, row->address_zone, clerk->now);
    window_add_post(window, row->post, &window->state, clerk->now);
    if (row->anchor_zone[0] && !zone_find(row->anchor_zone))
        text_copy(window->unknown, sizeof(window->unknown), row->anchor_zone);
    const struct zone *own = clerk_zone(clerk, row->patient_zone, NULL);
    if (out->contact)
        window->number_state =
            policy_number_state(window->policy, out->contact->value);
    out->anchor_zone =
        clerk_zone(clerk, row->anchor_zone, own ? own : clerk->config->zone);
    if (row->telehealth && own)
        out->anchor_zone = own;
    out->patient_zone = own ? own : out->anchor_zone;
    /* No phone rings then (L-8); a mailbox keeps the hours of the house. */
    if (out->gate.channel == CHANNEL_EMAIL && window->zone_count == 0)
        window_add_zone(window, out->patient_zone);
    window->class = policy_class(window->policy, campaign->purpose,
                                 window_today(window, clerk->now));
}

static instant not_before_of(const struct clerk *clerk,
                             const struct roster_campaign *item,
                             const struct step *step,
                             const struct claim_row *row,
                             const struct facts_view *view,
                             const struct facts *facts)
{
    if (!step->not_before.given)
        return 0;
    struct timing timing = {.anchor_zone = facts->anchor_zone,
                            .patient_zone = facts->patient_zone,
                            .days = &clerk->config->policy->days,
                            .entered_at = row->entered_at,
                            .open_from = -1,
                            .open_to = -1};
    instant at = step_time_instant(
        &step->not_before,
        view->found ? roster_field(item, &view->row, step->not_before.field)
                    : INSTANT_NEVER,
        &timing);
    return at == INSTANT_NEVER ? 0 : at;
}

/* A visit is still there when the patient of the row, whose it is, is not. */
static const char *why_gone(const struct claim_row *row,
                            const struct facts_view *view)
{
    bool theirs =
        view->found && view->row.patient_id == row->outreach.patient_id;
    enum view_gone gone = theirs ? view->row.gone : VIEW_LEFT;
    return gone == VIEW_HERE || gone == VIEW_LEFT ? NULL : view_gone_text(gone);
}

static void row_fill(const struct clerk *clerk,
                     const struct roster_campaign *item,
                     const struct step *step, const struct claim_row *row,
                     const struct facts_view *view, struct facts *out)
{
    const struct campaign *campaign = item->campaign;
    struct gate_facts *gate = &out->gate;
    gate->now = clerk->now;
    gate->channel = (enum channel)row->outreach.channel;
    gate->purpose = campaign->purpose;
    gate->priority = item->launched.priority;
    gate->answers_at = row->answers_at;
    gate->addressee_gone = !out->guardian.here;
    gate->alive = !row->deceased;
    gate->active = row->active;
    gate->merged = row->merged;
    gate->patient_gone = row->gone;
    gate->anchor_there = view->found && !view->row.gone;
    gate->anchor_why = why_gone(row, view);
    /* Whoever wrote is answered, also when what they wrote ended the rest. */
    bool answers = step->answers != NULL;
    gate->confirms_stop = text_equal(step->answers, "opt-out");
    gate->same_occurrence =
        answers || (view->found && same_occurrence(item, &row->outreach, view));
    gate->audience =
        answers ||
        (view->found && roster_bool(item, &view->row, item->audience_at, true));
    gate->stopped = !answers && view->found &&
                    roster_bool(item, &view->row, item->stop_at, false);
    gate->only_if = answers || (view->found &&
                                roster_bool(item, &view->row,
                                            only_if_column(item, step), true));
    gate->holdout = row->holdout;
    gate->until = row->outreach.until_at;
    gate->drop_if_closed = step->if_closed == CLOSED_DROP;
    gate->moment = row->outreach.planned_at;
    gate->paused = clerk->paused || item->launched.state != CAMPAIGN_RUNNING;
    /* Whoever wrote is answered, at the number that they wrote from. */
    gate->stale_feed = answers ? NULL
                               : stale_feed(clerk, roster_feeds(item, step),
                                            row->anchor_source);
}

/* "See you Friday", "which of these?": not of a visit that is off by now. What
 * else is answered is true whatever became of it. */
static bool answer_read(struct clerk *clerk, const struct step *step,
                        const struct claim_row *row, struct facts *out,
                        struct error *err)
{
    bool stands = true;
    if ((text_equal(step->answers, "confirm") ||
         text_equal(step->answers, ANSWER_SEVERAL)) &&
        !reply_stands(clerk->store, row->outreach.id, clerk->now, &stands, err))
        return false;
    if (out->gate.anchor_there && !stands) {
        out->gate.anchor_there = false;
        out->gate.anchor_why = "the visit is off or moved by now";
    }
    return true;
}

static bool excluded_read(struct clerk *clerk,
                          const struct roster_campaign *item,
                          const struct claim_row *row, struct facts *out,
                          struct error *err)
{
    char name[LIST_NAME_MAX + sizeof(item->launched.name)];
    snprintf(name, sizeof(name), LIST_EXCLUDED "%s", item->launched.name);
    return list_holds(clerk->store, name, row->outreach.patient_id,
                      &out->gate.excluded, err);
}

/* Texts alone: a key that is pressed belongs to its call. */
static bool asked_read(struct clerk *clerk, const struct campaign *campaign,
                       const struct step *step, const struct claim_row *row,
                       struct facts *out, struct error *err)
{
    out->gate.asked_at = INSTANT_NEVER;
    return !asks_digit(campaign, step) || out->gate.channel != CHANNEL_SMS ||
           !out->contact ||
           asked_at(clerk->store, out->contact->value, row->outreach.id,
                    clerk->now - clerk->config->policy->question.ms,
                    &out->gate.asked_at, err);
}

/* What one visit is told keeps this distance, where it was planned with one. */
#define APART_MS HOUR_MS

static bool beside_read(struct clerk *clerk, const struct campaign *campaign,
                        const struct step *step, const struct claim_row *row,
                        struct facts *out, struct error *err)
{
    return campaign->step_count < 2 || step->answers ||
           attempt_beside(clerk->store, &row->outreach, APART_MS, clerk->now,
                          &out->gate.beside, err);
}

static bool recovery_read(struct clerk *clerk, const struct campaign *campaign,
                          const struct claim_row *row, struct facts *out,
                          struct error *err)
{
    int days = policy_recovery_days(clerk->config->policy, campaign->purpose);
    instant left = INSTANT_NEVER;
    if (days && !stay_left(clerk->store, row->outreach.patient_id, clerk->now,
                           &left, err))
        return false;
    if (left != INSTANT_NEVER)
        out->gate.recovered = left + days * (24 * HOUR_MS);
    return true;
}

bool facts_gather(struct clerk *clerk, struct roster_campaign *item,
                  const struct step *step, const struct claim_row *row,
                  const struct facts_view *view, struct facts *out,
                  struct error *err)
{
    out->gate = (struct gate_facts){0};
    out->addressee = facts_addressee(clerk, row->outreach.patient_id,
                                     row->guardian_id, row->born_by);
    out->of_guardian = out->addressee != row->outreach.patient_id;
    if (!guardian_read(clerk, out, err))
        return false;
    out->language = language_of(row, out);
    row_fill(clerk, item, step, row, view, out);
    if (!answer_read(clerk, step, row, out, err) ||
        !excluded_read(clerk, item, row, out, err) ||
        !beside_read(clerk, item->campaign, step, row, out, err) ||
        !recovery_read(clerk, item->campaign, row, out, err) ||
        !address_read(clerk, row, out->gate.channel, out, err) ||
        !asked_read(clerk, item->campaign, step, row, out, err))
        return false;
    lists_fill(out);
    address_fill(out);
    window_fill(clerk, item->campaign, row, out);
    out->gate.not_before = not_before_of(clerk, item, step, row, view, out);
    return true;
}
