/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rows to the gate's facts: which address would be used (a minor's is
 * the guardian's), in which zones it may be, what was said about it. Reads
 * the store inside the claim's transaction; decides nothing.
 */
#include "scheduler/facts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "campaigns/timing.h"

/* The caps look back a week, and a day more for local days (L-6). */
#define ATTEMPTS_MS (8 * 24 * HOUR_MS)
#define ADULT_YEARS 18

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
    return item->only_if_at[step - item->campaign->steps];
}

bool facts_hold(const struct roster_campaign *item, const struct step *step,
                const struct outreach *row, const struct facts_view *view)
{
    return view->found && !view->row.gone && same_occurrence(item, row, view) &&
           roster_bool(item, &view->row, item->audience_at, true) &&
           !roster_bool(item, &view->row, item->stop_at, false) &&
           roster_bool(item, &view->row, only_if_column(item, step), true);
}

/* The address -------------------------------------------------------------- */

static int64_t addressee_of(const struct clerk *clerk,
                            const struct claim_row *row)
{
    struct civil_date birth;
    if (!row->guardian_id || !civil_parse_date(row->birth_on, &birth))
        return row->outreach.patient_id;
    int age = civil_age(birth, zone_today(clerk->config->zone, clerk->now));
    return age < ADULT_YEARS ? row->guardian_id : row->outreach.patient_id;
}

static bool usable(const struct claim_contact *contact, enum channel channel)
{
    if (contact->bad || (channel == CHANNEL_EMAIL) == contact->phone)
        return false;
    if (text_equal(contact->line, "denied"))
        return false;
    return channel != CHANNEL_SMS || !text_equal(contact->line, "landline");
}

/* The best usable one; where a restriction names the only address, that. */
static const struct claim_contact *contact_choose(
    const struct claim_person *person, enum channel channel)
{
    const struct claim_contact *best = NULL;
    for (size_t i = 0; i < person->contact_count; i++) {
        const struct claim_contact *contact = &person->contacts[i];
        if (!usable(contact, channel))
            continue;
        for (size_t r = 0; r < person->restriction_count; r++) {
            if (text_equal(person->restrictions[r].kind, "only-address") &&
                text_equal(person->restrictions[r].value, contact->value))
                return contact;
        }
        if (!best)
            best = contact;
    }
    return best;
}

static bool person_read(struct clerk *clerk, const struct claim_row *row,
                        enum channel channel, struct facts *out,
                        struct error *err)
{
    struct claim_person *person = &out->person;
    person->restriction_count = 0;
    if (!claim_contacts(clerk->store, out->addressee, person, err))
        return false;
    const struct claim_contact *used = contact_choose(person, channel);
    for (;;) {
        if (!claim_person_read(clerk->store, row->outreach.patient_id,
                               out->addressee, used ? used->value : "",
                               clerk->now, clerk->now - ATTEMPTS_MS, person,
                               err))
            return false;
        /* Now that restrictions are known, another one may be the one. */
        out->contact = contact_choose(person, channel);
        if (out->contact == used)
            return true;
        used = out->contact;
    }
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
                                  .purpose = or_all(from->purpose),
                                  .channel = channel_or_all(from->channel),
                                  .at = from->at};
    }
    for (size_t i = 0; i < person->restriction_count; i++)
        out->restrictions[i] = (struct gate_restriction){
            .kind = person->restrictions[i].kind,
            .value = or_all(person->restrictions[i].value)};
    struct gate_facts *gate = &out->gate;
    gate->suppressions = out->suppressions;
    gate->suppression_count = person->suppression_count;
    gate->consents = out->consents;
    gate->consent_count = person->consent_count;
    gate->restrictions = out->restrictions;
    gate->restriction_count = person->restriction_count;
    gate->patient_attempts = person->patient_attempts;
    gate->patient_attempt_count = person->patient_attempt_count;
    gate->number_attempts = person->number_attempts;
    gate->number_attempt_count = person->number_attempt_count;
}

/* A name that tzdata does not have is kept: nobody knows what its hours are,
 * so it never counts as one candidate less. */
static void zone_add(struct gate_facts *gate, const char *name, size_t len)
{
    struct window_input *window = &gate->window;
    char text[sizeof(gate->unknown_zone)];
    snprintf(text, sizeof(text), "%.*s", (int)len, name);
    const struct zone *zone = zone_find(text);
    if (!zone)
        text_copy(gate->unknown_zone, sizeof(gate->unknown_zone), text);
    for (size_t i = 0; i < window->zone_count; i++) {
        if (window->zones[i] == zone)
            return;
    }
    if (zone && window->zone_count < WINDOW_ZONES_MAX)
        window->zones[window->zone_count++] = zone;
}

/* Candidate zones: of the postal address, and of the number (L-8). */
static void zones_fill(const struct claim_row *row, struct facts *out)
{
    if (row->patient_zone[0])
        zone_add(&out->gate, row->patient_zone, strlen(row->patient_zone));
    const char *at = out->contact ? out->contact->zones : "";
    while (*at) {
        size_t len = strcspn(at, " ");
        if (len > 0)
            zone_add(&out->gate, at, len);
        at += len;
        at += strspn(at, " ");
    }
    if (row->anchor_zone[0] && !zone_find(row->anchor_zone))
        text_copy(out->gate.unknown_zone, sizeof(out->gate.unknown_zone),
                  row->anchor_zone);
}

/* What hangs on a table that is too old. Whoever may be asked, and where, is
 * everybody's; what a campaign hangs on is its anchor's; what somebody had
 * done concerns those who are asked to have it done. */
#define OF(kind) (1u << (kind))
#define OF_ALL                                                         \
    (OF(ANCHOR_APPOINTMENT) | OF(ANCHOR_FILL) | OF(ANCHOR_DISCHARGE) | \
     OF(ANCHOR_PATIENT) | OF(ANCHOR_RESULT))
static const struct {
    const char *table;
    unsigned anchors;
} hangs_on[] = {
    {"patients", OF_ALL},
    {"contact_points", OF_ALL},
    {"consents", OF_ALL},
    {"suppressions", OF_ALL},
    {"restrictions", OF_ALL},
    {"clinics", OF_ALL},
    {"appointments", OF(ANCHOR_APPOINTMENT)},
    {"prescriptions", OF(ANCHOR_FILL)},
    {"fills", OF(ANCHOR_FILL)},
    {"discharges", OF(ANCHOR_DISCHARGE)},
    {"conditions", OF(ANCHOR_PATIENT)},
    {"procedures", OF(ANCHOR_PATIENT)},
    {"screenings", OF(ANCHOR_PATIENT) | OF(ANCHOR_RESULT)},
    {"orders", OF(ANCHOR_PATIENT)},
};

/* A feed is a table of the import, or named by who sends the rows. */
static bool feed_concerns(const char *feed, enum anchor_kind kind,
                          const char *source)
{
    for (size_t i = 0; i < sizeof(hangs_on) / sizeof(hangs_on[0]); i++) {
        if (text_equal(hangs_on[i].table, feed))
            return hangs_on[i].anchors & OF(kind);
    }
    return text_equal(feed, source);
}

static bool feed_is_stale(const struct clerk *clerk, enum anchor_kind kind,
                          const char *source)
{
    for (size_t i = 0; i < clerk->stale_feed_count; i++) {
        if (feed_concerns(clerk->stale_feeds[i], kind, source))
            return true;
    }
    return false;
}

static void window_fill(const struct clerk *clerk,
                        const struct campaign *campaign,
                        const struct claim_row *row, struct facts *out)
{
    struct window_input *window = &out->gate.window;
    const struct purpose *purpose = purpose_find(campaign->purpose);
    window->policy = clerk->config->policy;
    window->state = or_all(row->state);
    window->marketing = purpose && purpose->marketing;
    window->patient = (struct day_window){0, 1440};
    if (row->contact_from >= 0)
        window->patient.from = row->contact_from;
    if (row->contact_to >= 0)
        window->patient.to = row->contact_to;
    window->campaign = (struct day_window){0, 1440};
    if (campaign->window_given)
        window->campaign =
            (struct day_window){campaign->window_from, campaign->window_to};
    zones_fill(row, out);
    const struct zone *own = clerk_zone(clerk, row->patient_zone, NULL);
    if (!own && window->zone_count > 0)
        own = window->zones[0];
    out->anchor_zone =
        clerk_zone(clerk, row->anchor_zone, own ? own : clerk->config->zone);
    if (row->telehealth && own)
        out->anchor_zone = own;
    out->patient_zone = own ? own : out->anchor_zone;
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

static void row_fill(const struct clerk *clerk,
                     const struct roster_campaign *item,
                     const struct step *step, const struct claim_row *row,
                     const struct facts_view *view, struct facts *out)
{
    const struct campaign *campaign = item->campaign;
    const struct purpose *purpose = purpose_find(campaign->purpose);
    struct gate_facts *gate = &out->gate;
    gate->now = clerk->now;
    gate->channel = (enum channel)row->outreach.channel;
    gate->purpose = campaign->purpose;
    gate->marketing = purpose && purpose->marketing;
    gate->consent_free =
        policy_consent_free(clerk->config->policy, campaign->purpose);
    gate->urgent = campaign->priority == 0;
    gate->alive = !row->deceased;
    gate->active = row->active;
    gate->merged = row->merged;
    gate->patient_gone = row->gone;
    gate->anchor_there = view->found && !view->row.gone;
    gate->same_occurrence =
        view->found && same_occurrence(item, &row->outreach, view);
    gate->audience =
        view->found && roster_bool(item, &view->row, item->audience_at, true);
    gate->stopped =
        view->found && roster_bool(item, &view->row, item->stop_at, false);
    gate->only_if =
        view->found &&
        roster_bool(item, &view->row, only_if_column(item, step), true);
    gate->holdout = row->holdout;
    gate->until = row->outreach.until_at;
    gate->drop_if_closed = step->if_closed == CLOSED_DROP;
    gate->paused = clerk->paused || item->launched.state != CAMPAIGN_RUNNING;
    gate->feed_too_old =
        feed_is_stale(clerk, campaign->anchor, row->anchor_source);
}

bool facts_gather(struct clerk *clerk, struct roster_campaign *item,
                  const struct step *step, const struct claim_row *row,
                  const struct facts_view *view, struct facts *out,
                  struct error *err)
{
    out->gate = (struct gate_facts){0};
    out->addressee = addressee_of(clerk, row);
    row_fill(clerk, item, step, row, view, out);
    if (!person_read(clerk, row, out->gate.channel, out, err))
        return false;
    lists_fill(out);
    out->gate.address = out->contact ? out->contact->value : NULL;
    window_fill(clerk, item->campaign, row, out);
    out->gate.not_before = not_before_of(clerk, item, step, row, view, out);
    return true;
}
