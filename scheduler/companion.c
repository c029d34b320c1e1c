/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several rows in one message. Who might join is asked of the store, who does
 * is decided one by one: by the gate, as if the row were claimed on its own,
 * by who would read it, and by the text, which must be true of everybody it
 * speaks for (template_render) and tell of nobody too much (proof_read). Nobody
 * joins once a provider took a message: so whoever is merged was spoken for by
 * the first that was taken.
 */
#include "scheduler/companion.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "scheduler/claim_row.h"
#include "scheduler/ladder.h"
#include "scheduler/proof.h"
#include "scheduler/rivals.h"
#include "store/audit.h"
#include "store/choice.h"

void companions_free(struct companions *companions)
{
    arena_free(companions->arena);
    outreach_list_free(&companions->merged);
    outreach_list_free(&companions->fresh);
    free(companions->about);
    free(companions->facts);
    *companions = (struct companions){0};
}

/* Who might ---------------------------------------------------------------- */

/* Whose children may speak beside the leader's row; 0: nobody's. */
static int64_t guardian_of(const struct claim *claim)
{
    bool minor = claim->facts->addressee != claim->row->outreach.patient_id;
    return claim->item->campaign->combine == COMBINE_FAMILY && minor &&
                   !claim->row->sensitive
               ? claim->facts->addressee
               : 0;
}

static bool candidates_read(struct claim *claim, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct companions *them = &claim->companions;
    const struct campaign *campaign = claim->item->campaign;
    const struct outreach *leader = &claim->row->outreach;
    them->fresh.count = 0;
    them->taken = false;
    /* asked always: a launch may have taken "combine" out meanwhile */
    if (!outreach_merged(clerk->store, leader->id, &them->merged, err) ||
        (leader->attempts > 0 &&
         !attempt_any_accepted(clerk->store, leader->id, &them->taken, err)))
        return false;
    if (!campaign->combine || them->taken)
        return true;
    struct timing timing = {.anchor_zone = claim->facts->anchor_zone,
                            .patient_zone = claim->facts->patient_zone,
                            .days = &clerk->config->policy->days};
    instant until = duration_after(clerk->now, campaign->combine_within,
                                   claim->facts->anchor_zone, &timing);
    return outreach_companions(clerk->store, leader, guardian_of(claim), until,
                               LETTER_ROWS_MAX - 1, &them->fresh, err);
}

/* Who does ----------------------------------------------------------------- */

static struct claim_row *looked_at(const struct claim *claim)
{
    return &claim->companions.about[claim->companions.row_count - 1];
}

/* The same person at the same address, reading the same language; and where
 * it is about another patient, a guardian who reads of both children. What is
 * marked sensitive is told to nobody beside something else. */
static bool same_reader(const struct claim *claim)
{
    const struct claim_row *row = looked_at(claim);
    const struct facts *theirs = claim->companions.facts;
    bool own = row->outreach.patient_id == claim->row->outreach.patient_id;
    bool family = theirs->addressee == guardian_of(claim) &&
                  theirs->addressee != row->outreach.patient_id &&
                  !row->sensitive;
    return (own || family) &&
           text_equal_nocase(theirs->contact->value,
                             claim->facts->contact->value) &&
           text_equal(theirs->language, claim->facts->language);
}

/* A letter of many is as long, and ends as, consent allows (L-4.5, L-4.7):
 * the leader's is not that of a patient who gave none. */
static bool same_consent(const struct claim *claim,
                         const struct gate_decision *theirs)
{
    return theirs->class != CLASS_CARE_EXEMPT ||
           claim->decision.class == CLASS_CARE_EXEMPT;
}

/* Down its own ladder, as if it were claimed now: whether the gate lets it go
 * by the leader's channel. What the leader has given up its patient has too,
 * and whoever was merged into it. */
static bool gate_lets(struct claim *claim, const struct facts_view *view,
                      struct gate_decision *decision, bool *lets,
                      struct error *err)
{
    struct claim_row *row = looked_at(claim);
    const struct outreach *leader = &claim->row->outreach;
    bool shared = row->outreach.patient_id == leader->patient_id ||
                  row->outreach.state == STATE_MERGED;
    unsigned tried = row->outreach.tried | (shared ? leader->tried : 0);
    *lets = false;
    for (;;) {
        int channel = ladder_first(claim->step, row->preferred, tried);
        if (channel < 0)
            return true;
        row->outreach.channel = channel;
        if (!facts_gather(claim->clerk, claim->item, claim->step, row, view,
                          claim->companions.facts, err) ||
            !rivals_decide(claim->clerk, claim->item, row,
                           claim->companions.facts, decision, err))
            return false;
        if (channel == leader->channel) {
            *lets = decision->verdict == GATE_GO;
            return true;
        }
        if (decision->verdict != GATE_OTHER &&
            !claim_is_unserved(claim->job, channel))
            return true;
        tried |= 1u << channel;
    }
}

/* The view gives its values only until it is read again. */
static const struct value *values_keep(struct companions *them,
                                       const struct roster_campaign *item,
                                       const struct value *columns)
{
    struct value *kept =
        arena_alloc(them->arena, (item->column_count + 1) * sizeof(*kept));
    for (size_t i = 0; i < item->column_count; i++) {
        kept[i] = columns[i];
        kept[i].text = arena_text(them->arena, columns[i].text);
    }
    return kept;
}

static void row_add(struct companions *them, const struct outreach *outreach,
                    const struct value *columns, const struct zone *zone)
{
    them->rows[them->row_count++] = (struct letter_row){
        .outreach = outreach, .columns = columns, .zone = zone};
}

static bool letter_try(struct claim *claim, struct error *err)
{
    const struct step *step = claim->step;
    const struct campaign *campaign = claim->item->campaign;
    const char *name = step->message         ? step->message
                       : step->ask_count > 0 ? step->ask[0]
                                             : NULL;
    struct letter_input input = {
        .item = claim->item,
        .message = name ? campaign_message(campaign, name) : NULL,
        .step = step,
        .channel = claim->facts->gate.channel,
        .language = claim->facts->language,
        .country = claim->clerk->config->default_country,
        .rows = claim->companions.rows,
        .row_count = claim->companions.row_count,
        .stamp = claim->clerk->now,
        .store_name = claim->clerk->store_name};
    return letter_write(&input, &claim->letter, err);
}

/* Whether the letter can be written for all of claim->companions.rows, and
 * may leave: what is too much with one more is none with one less. */
static bool letter_fits(struct claim *claim, bool *fits, struct error *err)
{
    struct gate_decision go = claim->decision;
    struct error why = {0};
    *fits = letter_try(claim, &why);
    if (*fits && !proof_read(claim, err))
        return false;
    *fits = *fits && claim->decision.verdict == GATE_GO;
    claim->decision = go;
    return true;
}

/* Takes this one into the letter where it fits. `*written` false: the letter
 * as it stands is not the one of claim->companions.rows. */
static bool candidate_try(struct claim *claim, const struct outreach *candidate,
                          bool *written, struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct companions *them = &claim->companions;
    struct facts_view view;
    struct gate_decision decision;
    bool found, lets;
    if (them->row_count == LETTER_ROWS_MAX)
        return true;
    struct claim_row *row = looked_at(claim);
    if (!claim_row_read(clerk->store, candidate->anchor_kind, candidate->id,
                        &found, row, err) ||
        !facts_look(clerk, claim->item, candidate->anchor_id, row->entered_at,
                    &view, err) ||
        !gate_lets(claim, &view, &decision, &lets, err))
        return false;
    if (!found || !lets || !same_reader(claim) ||
        !same_consent(claim, &decision))
        return true;
    row_add(them, candidate, values_keep(them, claim->item, view.row.columns),
            them->facts->anchor_zone);
    if (!letter_fits(claim, written, err))
        return false;
    if (!*written)
        them->row_count--;
    else if (decision.valid_until < claim->decision.valid_until)
        claim->decision.valid_until = decision.valid_until;
    return true;
}

static bool list_try(struct claim *claim, const struct outreach_list *list,
                     bool *written, struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!candidate_try(claim, &list->items[i], written, err))
            return false;
    }
    return true;
}

static void room_make(struct companions *them)
{
    arena_free(them->arena);
    them->arena = arena_new();
    if (them->facts)
        return;
    them->facts = memory_new(sizeof(*them->facts));
    them->about = memory_new((LETTER_ROWS_MAX - 1) * sizeof(*them->about));
}

static bool choice_read(struct claim *claim, const struct choice *choice,
                        struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct companions *them = &claim->companions;
    /* the first is about the row's own anchor (inbound/effect.c) */
    struct claim_row first;
    struct claim_row *about = them->row_count ? looked_at(claim) : &first;
    struct facts_view view;
    bool found;
    if (!claim_row_read(clerk->store, claim->item->campaign->anchor,
                        choice->about_id, &found, about, err) ||
        !facts_look(clerk, claim->item, about->outreach.anchor_id,
                    about->entered_at, &view, err))
        return false;
    if (found && view.found)
        row_add(them, &claim->row->outreach,
                values_keep(them, claim->item, view.row.columns),
                claim->facts->anchor_zone);
    return true;
}

_Static_assert(CHOICES_MAX <= LETTER_ROWS_MAX, "a letter holds all choices");

/* The letter that asks "which one?" speaks of those that may be meant. */
static bool choices_letter(struct claim *claim, bool *refused,
                           struct error *err)
{
    struct companions *them = &claim->companions;
    struct choice choices[CHOICES_MAX];
    size_t count;
    if (!choice_list(claim->clerk->store, claim->row->outreach.id, choices,
                     &count, err))
        return false;
    room_make(them);
    them->merged.count = them->fresh.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!choice_read(claim, &choices[i], err))
            return false;
    }
    if (them->row_count < count) {
        error_set(err, ERROR_INPUT, "one of the choices is gone");
        *refused = true;
    } else {
        *refused = !letter_try(claim, err);
    }
    return true;
}

bool companions_letter(struct claim *claim, const struct facts_view *view,
                       bool *refused, struct error *err)
{
    struct companions *them = &claim->companions;
    const struct value *columns = view->row.columns;
    *refused = false;
    them->row_count = 0;
    if (text_equal(claim->step->answers, ANSWER_SEVERAL))
        return choices_letter(claim, refused, err);
    if (!candidates_read(claim, err))
        return false;
    bool alone = them->merged.count + them->fresh.count == 0;
    if (!alone) {
        room_make(them);
        columns = values_keep(them, claim->item, columns);
    }
    row_add(them, &claim->row->outreach, columns, claim->facts->anchor_zone);
    *refused = !letter_try(claim, err);
    if (*refused || alone)
        return true;
    bool written = true;
    if (!list_try(claim, &them->merged, &written, err) ||
        !list_try(claim, &them->fresh, &written, err))
        return false;
    if (!written)
        *refused = !letter_try(claim, err);
    return true;
}

bool companions_speak(const struct claim *claim)
{
    const struct companions *them = &claim->companions;
    return them->row_count > 1 && them->merged.count + them->fresh.count > 0;
}

bool companions_part(struct claim *claim, struct error *err)
{
    claim->companions.row_count = 1;
    return letter_try(claim, err);
}

/* What becomes of them ----------------------------------------------------- */

static bool release(struct clerk *clerk, struct outreach *row,
                    const char *reason, struct error *err)
{
    struct ledger_change change = ledger_apart(row, clerk->now, reason);
    return clerk_change(clerk, row, &change, err);
}

static bool merge(struct claim *claim, struct outreach *row, int64_t attempt_id,
                  struct error *err)
{
    struct clerk *clerk = claim->clerk;
    const struct outreach *leader = &claim->row->outreach;
    if (row->state == STATE_PLANNED) {
        struct ledger_change change = ledger_from(row);
        change.to = STATE_MERGED;
        change.reason = "speaks in one message with another";
        change.due_at = INSTANT_NEVER;
        change.merged_into = leader->id;
        if (!clerk_change(clerk, row, &change, err))
            return false;
    }
    if (row->patient_id != leader->patient_id &&
        !attempt_also(clerk->store, attempt_id, row->patient_id, err))
        return false;
    /* told to somebody, and so it stands in the audit like any other (L-34) */
    char subject[48], detail[96];
    snprintf(subject, sizeof(subject), "outreach %lld", (long long)row->id);
    snprintf(detail, sizeof(detail), "attempt %lld of outreach %lld",
             (long long)attempt_id, (long long)leader->id);
    return audit_add(clerk->store, clerk->now, "engine", "send", subject,
                     detail, err);
}

static bool speaks(const struct companions *them, const struct outreach *row)
{
    for (size_t i = 1; i < them->row_count; i++) {
        if (them->rows[i].outreach == row)
            return true;
    }
    return false;
}

#define UNFIT "no longer fits the message that was to speak for it"

bool companions_record(struct claim *claim, int64_t attempt_id,
                       struct error *err)
{
    struct clerk *clerk = claim->clerk;
    struct companions *them = &claim->companions;
    for (size_t i = 0; i < them->merged.count; i++) {
        struct outreach *row = &them->merged.items[i];
        bool done = speaks(them, row) ? merge(claim, row, attempt_id, err)
                    : them->taken     ? true
                                      : release(clerk, row, UNFIT, err);
        if (!done)
            return false;
    }
    for (size_t i = 0; i < them->fresh.count; i++) {
        struct outreach *row = &them->fresh.items[i];
        if (speaks(them, row) && !merge(claim, row, attempt_id, err))
            return false;
    }
    return true;
}

static bool follow(struct clerk *clerk, const struct outreach *leader,
                   struct outreach *row, bool told, const char *reason,
                   struct error *err)
{
    if (!told)
        return release(clerk, row,
                       "the message that spoke for it came to nothing", err);
    if (row->patient_id == leader->patient_id ||
        leader->state == STATE_CANCELLED)
        return true;
    struct outreach ended = *row;
    ended.state = leader->state;
    return clerk_not_reached(clerk, &ended, reason, err);
}

bool companions_follow(struct clerk *clerk, const struct outreach *leader,
                       const char *reason, struct error *err)
{
    struct outreach_list list = {0};
    bool told = leader->state == STATE_UNKNOWN;
    if (leader->channel == OUTREACH_TASK)
        return true;
    bool done = outreach_merged(clerk->store, leader->id, &list, err) &&
                (told || list.count == 0 ||
                 attempt_any_accepted(clerk->store, leader->id, &told, err));
    for (size_t i = 0; done && i < list.count; i++)
        done = follow(clerk, leader, &list.items[i], told, reason, err);
    outreach_list_free(&list);
    return done;
}

bool companions_others(struct clerk *clerk, const struct outreach *leader,
                       struct outreach_list *out, struct error *err)
{
    if (!outreach_merged(clerk->store, leader->id, out, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (out->items[i].patient_id != leader->patient_id)
            out->items[kept++] = out->items[i];
    }
    out->count = kept;
    return true;
}
