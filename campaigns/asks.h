/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_ASKS_H
#define CAMPAIGNS_ASKS_H

#include "campaigns/campaign.h"

/* What a text of a step is answered with. */
enum asks {
    ASKS_NO_DIGIT,
    ASKS_DIGIT,  /* a digit: "1 yes, 2 another time" */
    ASKS_HEALTH, /* a digit that says how the patient is */
};
enum asks asks_of(const struct campaign *campaign, const struct step *step);

#endif
