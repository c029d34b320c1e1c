/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which clock hangs on the wall in a state. Where a state has two, both are
 * given and nobody guesses: a caller who needs one must ask the source, one
 * who needs to be safe (quiet hours, L-8) takes all. Small strips that keep
 * another state's time unofficially are not listed.
 */
#include "base/places.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define EASTERN "America/New_York"
#define CENTRAL "America/Chicago"
#define MOUNTAIN "America/Denver"
#define PACIFIC "America/Los_Angeles"
#define ATLANTIC "America/Halifax"
#define ONTARIAN "America/Toronto"
#define MANITOBAN "America/Winnipeg"
#define ALBERTAN "America/Edmonton"

/* `names`: in full, then as people shorten it. Where the post goes and nobody
 * lives, there is no clock. */
static const struct {
    const char *country, *code, *names;
    const char *zones[PLACE_ZONES_MAX];
} states[] = {
    {"US", "AL", "Alabama|Ala", {CENTRAL}},
    {"US", "AK", "Alaska", {"America/Anchorage", "America/Adak"}},
    {"US", "AZ", "Arizona|Ariz", {"America/Phoenix", MOUNTAIN}},
    {"US", "AR", "Arkansas|Ark", {CENTRAL}},
    {"US", "CA", "California|Calif|Cal", {PACIFIC}},
    {"US", "CO", "Colorado|Colo", {MOUNTAIN}},
    {"US", "CT", "Connecticut|Conn", {EASTERN}},
    {"US", "DE", "Delaware|Del", {EASTERN}},
    {"US",
     "DC",
     "District of Columbia|Washington DC|Dist of Columbia",
     {EASTERN}},
    {"US", "FL", "Florida|Fla", {EASTERN, CENTRAL}},
    {"US", "GA", "Georgia", {EASTERN}},
    {"US", "HI", "Hawaii", {"Pacific/Honolulu"}},
    {"US", "ID", "Idaho", {"America/Boise", PACIFIC}},
    {"US", "IL", "Illinois|Ill", {CENTRAL}},
    {"US", "IN", "Indiana|Ind", {"America/Indiana/Indianapolis", CENTRAL}},
    {"US", "IA", "Iowa", {CENTRAL}},
    {"US", "KS", "Kansas|Kans|Kan", {CENTRAL, MOUNTAIN}},
    {"US", "KY", "Kentucky", {EASTERN, CENTRAL}},
    {"US", "LA", "Louisiana", {CENTRAL}},
    {"US", "ME", "Maine", {EASTERN}},
    {"US", "MD", "Maryland", {EASTERN}},
    {"US", "MA", "Massachusetts|Mass", {EASTERN}},
    {"US", "MI", "Michigan|Mich", {"America/Detroit", CENTRAL}},
    {"US", "MN", "Minnesota|Minn", {CENTRAL}},
    {"US", "MS", "Mississippi|Miss", {CENTRAL}},
    {"US", "MO", "Missouri", {CENTRAL}},
    {"US", "MT", "Montana|Mont", {MOUNTAIN}},
    {"US", "NE", "Nebraska|Nebr|Neb", {CENTRAL, MOUNTAIN}},
    {"US", "NV", "Nevada|Nev", {PACIFIC, MOUNTAIN}},
    {"US", "NH", "New Hampshire", {EASTERN}},
    {"US", "NJ", "New Jersey", {EASTERN}},
    {"US", "NM", "New Mexico|N Mex", {MOUNTAIN}},
    {"US", "NY", "New York", {EASTERN}},
    {"US", "NC", "North Carolina", {EASTERN}},
    {"US", "ND", "North Dakota|N Dak", {CENTRAL, MOUNTAIN}},
    {"US", "OH", "Ohio", {EASTERN}},
    {"US", "OK", "Oklahoma|Okla", {CENTRAL}},
    {"US", "OR", "Oregon|Oreg|Ore", {PACIFIC, "America/Boise"}},
    {"US", "PA", "Pennsylvania|Penna|Penn", {EASTERN}},
    {"US", "RI", "Rhode Island", {EASTERN}},
    {"US", "SC", "South Carolina", {EASTERN}},
    {"US", "SD", "South Dakota|S Dak", {CENTRAL, MOUNTAIN}},
    {"US", "TN", "Tennessee|Tenn", {CENTRAL, EASTERN}},
    {"US", "TX", "Texas|Tex", {CENTRAL, MOUNTAIN}},
    {"US", "UT", "Utah", {MOUNTAIN}},
    {"US", "VT", "Vermont", {EASTERN}},
    {"US", "VA", "Virginia", {EASTERN}},
    {"US", "WA", "Washington|Wash", {PACIFIC}},
    {"US", "WV", "West Virginia|W Virginia", {EASTERN}},
    {"US", "WI", "Wisconsin|Wisc|Wis", {CENTRAL}},
    {"US", "WY", "Wyoming|Wyo", {MOUNTAIN}},
    {"US", "AS", "American Samoa", {"Pacific/Pago_Pago"}},
    {"US", "GU", "Guam", {"Pacific/Guam"}},
    {"US", "MP", "Northern Mariana Islands|CNMI", {"Pacific/Guam"}},
    {"US", "PR", "Puerto Rico", {"America/Puerto_Rico"}},
    {"US",
     "VI",
     "Virgin Islands|US Virgin Islands|USVI",
     {"America/St_Thomas"}},
    {"US",
     "FM",
     "Micronesia|Federated States of Micronesia",
     {"Pacific/Chuuk", "Pacific/Pohnpei"}},
    {"US", "MH", "Marshall Islands", {"Pacific/Majuro"}},
    {"US", "PW", "Palau", {"Pacific/Palau"}},
    {"US", "AA", "Armed Forces Americas", {NULL}},
    {"US", "AE", "Armed Forces Europe", {NULL}},
    {"US", "AP", "Armed Forces Pacific", {NULL}},
    {"CA", "AB", "Alberta|Alta", {ALBERTAN}},
    {"CA",
     "BC",
     "British Columbia|B C",
     {"America/Vancouver", ALBERTAN, "America/Dawson_Creek"}},
    {"CA", "MB", "Manitoba|Man", {MANITOBAN}},
    {"CA", "NB", "New Brunswick", {"America/Moncton"}},
    {"CA",
     "NL",
     "Newfoundland and Labrador|Newfoundland|Labrador|NF|Nfld",
     {"America/St_Johns", "America/Goose_Bay"}},
    {"CA", "NS", "Nova Scotia", {ATLANTIC}},
    {"CA", "NT", "Northwest Territories|NWT", {ALBERTAN}},
    {"CA",
     "NU",
     "Nunavut",
     {"America/Iqaluit", "America/Rankin_Inlet", "America/Cambridge_Bay"}},
    {"CA", "ON", "Ontario|Ont", {ONTARIAN, MANITOBAN, "America/Atikokan"}},
    {"CA", "PE", "Prince Edward Island|PEI", {ATLANTIC}},
    {"CA",
     "QC",
     "Quebec|Qu\u00e9bec|PQ|Que",
     {ONTARIAN, ATLANTIC, "America/Blanc-Sablon"}},
    {"CA", "SK", "Saskatchewan|Sask", {"America/Regina", ALBERTAN}},
    {"CA", "YT", "Yukon|Yukon Territory|YK", {"America/Whitehorse"}},
    {"AU", "ACT", "Australian Capital Territory", {"Australia/Sydney"}},
    {"AU",
     "NSW",
     "New South Wales",
     {"Australia/Sydney", "Australia/Broken_Hill", "Australia/Lord_Howe"}},
    {"AU", "NT", "Northern Territory", {"Australia/Darwin"}},
    {"AU", "QLD", "Queensland", {"Australia/Brisbane"}},
    {"AU", "SA", "South Australia", {"Australia/Adelaide"}},
    {"AU", "TAS", "Tasmania", {"Australia/Hobart"}},
    {"AU", "VIC", "Victoria", {"Australia/Melbourne"}},
    {"AU", "WA", "Western Australia", {"Australia/Perth"}},
};
enum { STATES = sizeof(states) / sizeof(states[0]) };

static const char *letters(const char *text)
{
    return text + strspn(text, " .,");
}

/* The same but for case, dots, commas and blanks: "D.C." is DC. */
static bool is_called(const char *text, const char *name)
{
    text = letters(text);
    name = letters(name);
    while (*text && *name != '|' &&
           tolower((unsigned char)*text) == tolower((unsigned char)*name)) {
        text = letters(text + 1);
        name = letters(name + 1);
    }
    return *text == '\0' && (*name == '\0' || *name == '|');
}

static bool is_one_of(const char *text, const char *names)
{
    for (; names; names = strchr(names, '|')) {
        names += *names == '|';
        if (is_called(text, names))
            return true;
    }
    return false;
}

bool place_has_states(const char *country)
{
    for (size_t i = 0; i < STATES; i++)
        if (text_equal(states[i].country, country))
            return true;
    return false;
}

const char *place_state(const char *country, const char *name)
{
    size_t len = strlen(country);
    if (strncasecmp(name, country, len) == 0 && name[len] == '-')
        name += len + 1; /* ISO 3166-2: US-AL */
    for (size_t i = 0; i < STATES; i++)
        if (text_equal(states[i].country, country) &&
            (is_called(name, states[i].code) ||
             is_one_of(name, states[i].names)))
            return states[i].code;
    return NULL;
}

size_t place_zones(const char *country, const char *state,
                   const char *zones[PLACE_ZONES_MAX])
{
    for (size_t i = 0; i < STATES; i++) {
        if (!text_equal(states[i].country, country) ||
            !text_equal(states[i].code, state))
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
