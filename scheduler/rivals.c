/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who else wants to reach a patient, and whether they could (S-14). A rival
 * that the gate refuses for good (consent, only_if, a restriction ...) keeps
 * no place: else a message would yield to one that never goes, and the patient
 * would hear nothing. It is asked as of its own time, since its conditions may
 * count days; never whether the hours or the caps let it go, for these pass.
 */
#include "scheduler/rivals.h"

#include <stdlib.h>

#include "base/memory.h"
#include "scheduler/ladder.h"
#include "store/rival.h"

#define RIVALS_BEHIND_MS (24 * HOUR_MS)
/* Of a household's other members so many are asked. */
#define HOUSEHOLD_MAX 8

/* No other campaign could go first: nothing is to be read. */
static bool is_alone(const struct clerk *clerk,
                     const struct roster_campaign *item)
{
    for (size_t i = 0; i < clerk->roster.count; i++) {
        const struct roster_campaign *other = clerk->roster.items[i];
        if (other != item && other->launched.state == CAMPAIGN_RUNNING &&
            other->launched.priority <= item->launched.priority)
            return false;
    }
    return true;
}

static void rival_add(struct facts *out, const struct rival *from,
                      bool of_patient)
{
    size_t i = out->gate.rival_count;
    if (i == FACTS_RIVALS)
        return;
    for (; i > 0 && out->rivals[i - 1].due_at > from->due_at; i--)
        out->rivals[i] = out->rivals[i - 1];
    out->rivals[i] =
        (struct gate_rival){.outreach_id = from->outreach_id,
                            .campaign_id = from->campaign_id,
                            .due_at = from->due_at,
                            .urgent = from->priority == 0,
                            .equal = from->priority == out->gate.priority,
                            .of_patient = of_patient};
    out->gate.rival_count++;
}

static bool rivals_read(struct clerk *clerk, const struct roster_campaign *item,
                        const struct claim_row *row, struct facts *out,
                        struct error *err)
{
    const struct claim_person *person = &out->person;
    out->gate.rivals = out->rivals;
    if (out->gate.channel == CHANNEL_EMAIL || is_alone(clerk, item))
        return true;
    for (size_t i = 0; i <= person->behind_count && i <= HOUSEHOLD_MAX; i++) {
        struct rival found[FACTS_RIVALS];
        size_t count;
        int64_t who = i == 0 ? row->outreach.patient_id : person->behind[i - 1];
        if (!rival_read(clerk->store, who, &row->outreach,
                        item->launched.priority, clerk->now,
                        clerk->now - RIVALS_BEHIND_MS,
                        clerk->now + policy_caps_ms(clerk->config->policy),
                        FACTS_RIVALS, found, &count, err))
            return false;
        for (size_t n = 0; n < count; n++)
            rival_add(out, &found[n], i == 0);
    }
    return true;
}

/* Whether they could go -----------------------------------------------------
 */

/* By what stays as it is: no wait helps. */
static bool is_refused(const struct gate_decision *decision)
{
    for (int rule = 0; rule < RULE_CAP_DAY; rule++)
        if (decision->reasons[rule].verdict > GATE_WAIT)
            return true;
    return false;
}

/* By a call or a text, as its ladder goes on: an email takes no place. */
static bool stands_by(struct clerk *clerk, struct roster_campaign *item,
                      struct claim_row *row, struct facts *facts, bool *stands,
                      enum message_class *class, struct error *err)
{
    const struct step *step = campaign_step(item->campaign, row->outreach.step);
    struct facts_view view;
    *stands = false;
    if (!step)
        return true;
    if (!facts_look(clerk, item, row->outreach.anchor_id, row->entered_at,
                    &view, err))
        return false;
    unsigned tried = row->outreach.tried;
    int channel = row->outreach.channel;
    for (; channel >= 0 && !*stands;
         channel = ladder_first(step, row->preferred, tried)) {
        struct gate_decision decision;
        tried |= 1u << channel;
        row->outreach.channel = channel;
        if (channel == CHANNEL_EMAIL)
            continue;
        if (!facts_gather(clerk, item, step, row, &view, facts, err))
            return false;
        gate_decide(&facts->gate, &decision);
        *stands = !is_refused(&decision);
        *class = decision.class;
    }
    return true;
}

static bool rival_stands(struct clerk *clerk, struct gate_rival *rival,
                         struct facts *facts, bool *stands, struct error *err)
{
    struct roster_campaign *item = clerk_campaign(clerk, rival->campaign_id);
    struct claim_row row;
    *stands = false;
    if (!item)
        return true;
    if (!claim_row_read(clerk->store, item->campaign->anchor,
                        rival->outreach_id, stands, &row, err))
        return false;
    if (!*stands)
        return true;
    instant now = clerk->now;
    if (rival->due_at > now)
        clerk->now = rival->due_at;
    bool done = stands_by(clerk, item, &row, facts, stands, &rival->class, err);
    rival->asked = done && *stands;
    clerk->now = now;
    return done;
}

static bool rivals_ask(struct clerk *clerk, struct facts *facts,
                       struct error *err)
{
    struct facts *theirs = memory_new(sizeof(*theirs));
    size_t kept = 0;
    bool done = true;
    for (size_t i = 0; done && i < facts->gate.rival_count; i++) {
        bool stands;
        done = rival_stands(clerk, &facts->rivals[i], theirs, &stands, err);
        if (done && stands)
            facts->rivals[kept++] = facts->rivals[i];
    }
    facts->gate.rival_count = kept;
    free(theirs);
    return done;
}

bool rivals_decide(struct clerk *clerk, const struct roster_campaign *item,
                   const struct claim_row *row, struct facts *facts,
                   struct gate_decision *decision, struct error *err)
{
    if (!rivals_read(clerk, item, row, facts, err))
        return false;
    gate_decide(&facts->gate, decision);
    if (decision->reasons[RULE_PRIORITY].verdict == GATE_GO)
        return true;
    if (!rivals_ask(clerk, facts, err))
        return false;
    gate_decide(&facts->gate, decision);
    return true;
}
