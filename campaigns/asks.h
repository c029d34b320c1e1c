/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_ASKS_H
#define CAMPAIGNS_ASKS_H

#include "campaigns/campaign.h"

/* Whether a text of a step is answered with a digit: "1 yes, 2 another time".
 */
bool asks_digit(const struct campaign *campaign, const struct step *step);

#endif
