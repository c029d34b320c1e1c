/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes back: a row of the ledger like any other, of class reply, so that
 * the gate, the audit and "at most once" hold for it too.
 */
#include "inbound/answer.h"

#include <stdio.h>

#include "base/text.h"
#include "campaigns/asks.h"
#include "campaigns/emergency.h"
#include "scheduler/clerk.h"
#include "store/consent.h"
#include "store/holder.h"

/* The campaign that answers for all others: it has nothing else to do. */
static struct roster_campaign *common(struct clerk *clerk, const char *what)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        struct roster_campaign *item =
            clerk_campaign(clerk, clerk->roster.items[i]->launched.id);
        if (item && item->launched.state == CAMPAIGN_RUNNING &&
            item->campaign->step_count == 0 &&
            item->campaign->anchor == ANCHOR_PATIENT &&
            campaign_answer(item->campaign, what))
            return item;
    }
    return NULL;
}

/* How often the same may go within an hour, so that two machines do not talk
 * for ever. Who asks again which one, about something else, is asked again. */
static int64_t most_of(const struct step *step)
{
    return text_equal(step->answers, ANSWER_SEVERAL) ? 3 : 1;
}

static bool insert(const struct effect *effect,
                   const struct roster_campaign *item, const struct step *step,
                   struct outreach *row, int64_t *planned, struct error *err)
{
    struct clerk *clerk = effect->clerk;
    const struct driver_reply *reply = effect->reply;
    const struct policy *policy = clerk->config->policy;
    bool made;
    int64_t told;
    row->campaign_id = item->launched.id;
    row->version_id = item->launched.version_id;
    row->state = STATE_PLANNED;
    row->due_at = row->planned_at = clerk->now;
    row->until_at =
        reply->received_at +
        policy_span_ms(text_equal(step->answers, "opt-out") ? &policy->confirm
                                                            : &policy->reply,
                       zone_today(clerk->config->zone, clerk->now));
    row->channel = CHANNEL_SMS;
    snprintf(row->step, sizeof(row->step), "%s#%lld", step->name,
             (long long)effect->reply_id);
    if (row->until_at <= clerk->now)
        return true;
    if (!outreach_steps_since(clerk->store, row, step->name,
                              clerk->now - HOUR_MS, &told, err))
        return false;
    if (told >= most_of(step))
        return true;
    if (!outreach_insert(clerk->store, row, NULL, &made, err) ||
        (made && !outreach_answers(clerk->store, row->id, reply->received_at,
                                   reply->from, err)))
        return false;
    clerk->totals.planned += made;
    *planned = made ? row->id : 0;
    *effect->asks |= made && asks_digit(item->campaign, step);
    return true;
}

/* Of several who have the number and were not written to, danger is answered to
 * the first who may be: the text is the same for each of them. */
static bool anybody(const struct effect *effect,
                    const struct roster_campaign *item, const char *what,
                    int64_t *patient_id, struct error *err)
{
    const struct holders *all = effect->holders;
    bool silenced = true;
    *patient_id = 0;
    if (!item || !text_equal(what, words_name(WORDS_EMERGENCY)) ||
        !campaign_names_nobody(item->campaign,
                               campaign_answer(item->campaign, what)->message))
        return true;
    for (size_t i = 0; silenced && i < all->count && i < HOLDERS_MAX; i++) {
        if (!consent_is_silenced(effect->clerk->store, all->ids[i], NULL,
                                 channel_name(CHANNEL_SMS), &silenced, err))
            return false;
        *patient_id = silenced ? 0 : all->ids[i];
    }
    return true;
}

/* About the anchor, where the campaign of the message answers; else about the
 * patient. */
static bool plan(const struct effect *effect, const char *what,
                 int64_t *planned, struct error *err)
{
    struct clerk *clerk = effect->clerk;
    const struct reply_context *about = effect->context;
    const struct step *step =
        effect->campaign ? campaign_answer(effect->campaign, what) : NULL;
    if (step) {
        struct outreach row = {.patient_id = about->patient_id,
                               .anchor_kind =
                                   (enum anchor_kind)about->anchor_kind,
                               .anchor_id = about->anchor_id,
                               .occurrence = about->occurrence};
        return insert(effect, clerk_campaign(clerk, about->campaign_id), step,
                      &row, planned, err);
    }
    int64_t patient_id = about ? about->patient_id : effect->sender_id;
    const struct roster_campaign *item = common(clerk, what);
    if (!patient_id && !anybody(effect, item, what, &patient_id, err))
        return false;
    struct outreach row = {.patient_id = patient_id,
                           .anchor_kind = ANCHOR_PATIENT,
                           .anchor_id = patient_id};
    return !item || !patient_id ||
           insert(effect, item, campaign_answer(item->campaign, what), &row,
                  planned, err);
}

bool answer_plan(const struct effect *effect, const char *what,
                 int64_t *planned, struct error *err)
{
    int64_t none;
    bool silenced = false;
    if (!planned)
        planned = &none;
    *planned = 0;
    if (effect->reply->channel != CHANNEL_SMS)
        return true;
    if (!text_equal(what, words_name(WORDS_STOP)) &&
        !effect_silenced(effect, &silenced, err))
        return false;
    return silenced || plan(effect, what, planned, err);
}
