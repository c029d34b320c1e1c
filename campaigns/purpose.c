/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of purposes. What a purpose needs in a country (consent,
 * hours, caps) is policy data; here stands only what it is.
 */
#include "campaigns/purpose.h"

#include "base/text.h"

/* Priority by S-14: post-discharge before same-day visits before refills
 * before screening. What each is to the law says the policy file. */
static const struct purpose purposes[] = {
    {.name = "appointment", .priority = 1},
    {.name = "prescription", .priority = 2},
    {.name = "screening", .priority = 3},
    {.name = "post-discharge", .priority = 0},
    {.name = "lab-result", .priority = 1},
    {.name = "pre-operative", .priority = 1},
    {.name = "pre-registration", .priority = 2},
    {.name = "home-care", .priority = 1},
    {.name = "wellness", .priority = 3},
    {.name = "emergency", .priority = 0},
    {.name = "notice", .priority = 2},
    {.name = "survey", .priority = 4},
    {.name = "billing", .priority = 4},
    {.name = "marketing", .priority = 4},
};
#define PURPOSES (sizeof(purposes) / sizeof(purposes[0]))

const struct purpose *purpose_at(size_t i)
{
    return i < PURPOSES ? &purposes[i] : NULL;
}

const struct purpose *purpose_find(const char *name)
{
    for (size_t i = 0; i < PURPOSES; i++) {
        if (text_equal(purposes[i].name, name))
            return &purposes[i];
    }
    return NULL;
}
