/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_CALL_PLAN_H
#define CAMPAIGNS_CALL_PLAN_H

#include "campaigns/campaign.h"
#include "channels/call_flow.h"

/* A step's call before anything is rendered: its message, or its questions in
 * their order, and behind them what each urgent answer is answered with. All
 * borrowed from the campaign. */
struct call_plan_part {
    const struct message *message;
    const struct message_text *text; /* in the call's language */
    /* What is said, a template: of an urgency that is written for texts alone,
     * its text, for it must be heard. */
    const char *say;
    bool asks;
    const char *keys[CALL_KEY_COUNT]; /* as those of a call_part */
    int leads[CALL_KEY_COUNT];
};
struct call_plan {
    struct call_plan_part parts[CALL_PARTS];
    int part_count;
    int questions; /* of `step`, which are asked */
};
/* `text` is of `message`, with something to say. `step` NULL: the message
 * stands alone. A question that is not written in that language ends them. */
void call_plan_of(const struct campaign *campaign, const struct step *step,
                  const struct message *message,
                  const struct message_text *text, struct call_plan *out);

#endif
