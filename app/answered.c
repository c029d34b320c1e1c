/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which campaigns text people to whom nothing would go back when they write of
 * danger (a task opens, but nobody tells them to call 911 meanwhile) or HELP
 * (S-9). No text of ours is built in: that a campaign with these answers must
 * be launched is to be known before somebody needs it.
 */
#include "app/answered.h"

#include "base/text.h"
#include "campaigns/campaign.h"
#include "campaigns/emergency.h"

#include "app/audience.h"

#define EMERGENCY "emergency"

static const struct {
    const char *answer, *what;
} wanted[] = {
    {EMERGENCY,
     "who answers a text with danger (\"chest pain\") is told no emergency "
     "number; launch a campaign that answers \"emergency\" for all, as the "
     "library's replies"},
    {"help", "who answers a text with HELP hears nothing, unless the provider "
             "answers it (S-9); launch a campaign that answers \"help\" for "
             "all, as the library's replies"},
};
#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

static bool texts(const struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->step_count; i++)
        for (size_t k = 0; k < campaign->steps[i].ladder_count; k++)
            if (campaign->steps[i].ladder[k].channel == CHANNEL_SMS)
                return true;
    return false;
}

/* By words of its own; danger also as its most urgent answer. */
static bool answers(const struct campaign *campaign, const char *what)
{
    const struct urgency *most = campaign_most_urgent(campaign);
    return campaign_answer(campaign, what) ||
           (text_equal(what, EMERGENCY) && most &&
            campaign_tells_emergency(campaign, most->reply));
}

/* As inbound/answer.c finds the one that answers for all others. */
static bool answers_for_all(const struct campaign *campaign, const char *what)
{
    return campaign->step_count == 0 && campaign->anchor == ANCHOR_PATIENT &&
           campaign_answer(campaign, what);
}

static void note_common(void *arg, const struct campaign *campaign, bool runs)
{
    bool *common = arg;
    for (size_t i = 0; i < WANTED; i++)
        common[i] |= runs && answers_for_all(campaign, wanted[i].answer);
}

struct telling {
    bool common[WANTED];
    unanswered_fn *tell;
    void *arg;
};

static void tell_one(void *arg, const struct campaign *campaign, bool runs)
{
    const struct telling *telling = arg;
    (void)runs;
    for (size_t i = 0; texts(campaign) && i < WANTED; i++)
        if (!telling->common[i] && !answers(campaign, wanted[i].answer))
            telling->tell(telling->arg, campaign->name, wanted[i].what);
}

void unanswered_campaign(struct store *store, const struct campaign *campaign,
                         unanswered_fn *tell, void *arg)
{
    struct telling telling = {.tell = tell, .arg = arg};
    audience_each(store, note_common, telling.common);
    tell_one(&telling, campaign, true);
}

void unanswered_launched(struct store *store, unanswered_fn *tell, void *arg)
{
    struct telling telling = {.tell = tell, .arg = arg};
    audience_each(store, note_common, telling.common);
    audience_each(store, tell_one, &telling);
}
