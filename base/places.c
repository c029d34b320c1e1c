/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which clock hangs on the wall in a state. Where a state has two, both are
 * given and nobody guesses: a caller who needs one must ask the source, one
 * who needs to be safe (quiet hours, L-8) takes all. Small strips that keep
 * another state's time unofficially are not listed.
 */
#include "base/places.h"

#include "base/text.h"

#define EASTERN "America/New_York"
#define CENTRAL "America/Chicago"
#define MOUNTAIN "America/Denver"
#define PACIFIC "America/Los_Angeles"

static const struct {
    const char *code, *name;
    const char *zones[PLACE_ZONES_MAX];
} states[] = {
    {"AL", "Alabama", {CENTRAL}},
    {"AK", "Alaska", {"America/Anchorage", "America/Adak"}},
    {"AZ", "Arizona", {"America/Phoenix", MOUNTAIN}},
    {"AR", "Arkansas", {CENTRAL}},
    {"CA", "California", {PACIFIC}},
    {"CO", "Colorado", {MOUNTAIN}},
    {"CT", "Connecticut", {EASTERN}},
    {"DE", "Delaware", {EASTERN}},
    {"DC", "District of Columbia", {EASTERN}},
    {"FL", "Florida", {EASTERN, CENTRAL}},
    {"GA", "Georgia", {EASTERN}},
    {"HI", "Hawaii", {"Pacific/Honolulu"}},
    {"ID", "Idaho", {"America/Boise", PACIFIC}},
    {"IL", "Illinois", {CENTRAL}},
    {"IN", "Indiana", {"America/Indiana/Indianapolis", CENTRAL}},
    {"IA", "Iowa", {CENTRAL}},
    {"KS", "Kansas", {CENTRAL, MOUNTAIN}},
    {"KY", "Kentucky", {EASTERN, CENTRAL}},
    {"LA", "Louisiana", {CENTRAL}},
    {"ME", "Maine", {EASTERN}},
    {"MD", "Maryland", {EASTERN}},
    {"MA", "Massachusetts", {EASTERN}},
    {"MI", "Michigan", {"America/Detroit", CENTRAL}},
    {"MN", "Minnesota", {CENTRAL}},
    {"MS", "Mississippi", {CENTRAL}},
    {"MO", "Missouri", {CENTRAL}},
    {"MT", "Montana", {MOUNTAIN}},
    {"NE", "Nebraska", {CENTRAL, MOUNTAIN}},
    {"NV", "Nevada", {PACIFIC, MOUNTAIN}},
    {"NH", "New Hampshire", {EASTERN}},
    {"NJ", "New Jersey", {EASTERN}},
    {"NM", "New Mexico", {MOUNTAIN}},
    {"NY", "New York", {EASTERN}},
    {"NC", "North Carolina", {EASTERN}},
    {"ND", "North Dakota", {CENTRAL, MOUNTAIN}},
    {"OH", "Ohio", {EASTERN}},
    {"OK", "Oklahoma", {CENTRAL}},
    {"OR", "Oregon", {PACIFIC, "America/Boise"}},
    {"PA", "Pennsylvania", {EASTERN}},
    {"RI", "Rhode Island", {EASTERN}},
    {"SC", "South Carolina", {EASTERN}},
    {"SD", "South Dakota", {CENTRAL, MOUNTAIN}},
    {"TN", "Tennessee", {CENTRAL, EASTERN}},
    {"TX", "Texas", {CENTRAL, MOUNTAIN}},
    {"UT", "Utah", {MOUNTAIN}},
    {"VT", "Vermont", {EASTERN}},
    {"VA", "Virginia", {EASTERN}},
    {"WA", "Washington", {PACIFIC}},
    {"WV", "West Virginia", {EASTERN}},
    {"WI", "Wisconsin", {CENTRAL}},
    {"WY", "Wyoming", {MOUNTAIN}},
    {"AS", "American Samoa", {"Pacific/Pago_Pago"}},
    {"GU", "Guam", {"Pacific/Guam"}},
    {"MP", "Northern Mariana Islands", {"Pacific/Guam"}},
    {"PR", "Puerto Rico", {"America/Puerto_Rico"}},
    {"VI", "Virgin Islands", {"America/St_Thomas"}},
};
enum { STATES = sizeof(states) / sizeof(states[0]) };

const char *place_state(const char *name)
{
    for (size_t i = 0; i < STATES; i++)
        if (text_equal_nocase(states[i].code, name) ||
            text_equal_nocase(states[i].name, name))
            return states[i].code;
    return NULL;
}

size_t place_zones(const char *state, const char *zones[PLACE_ZONES_MAX])
{
    for (size_t i = 0; i < STATES; i++) {
        if (!text_equal(states[i].code, state))
            continue;
        size_t count = 0;
        while (count < PLACE_ZONES_MAX && states[i].zones[count]) {
            zones[count] = states[i].zones[count];
            count++;
        }
        return count;
    }
    return 0;
}
