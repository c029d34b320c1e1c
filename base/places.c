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

/* Of the states with several clocks: how the postal codes begin that lie in one
 * of them alone. The longest beginning decides. Drawn from the counties of 49
 * CFR 71 and the places of each code; where a beginning has both, or only a
 * map of some coarseness could tell, it is left out and nobody guesses. */
static const struct {
    const char *state, *codes, *zone;
} postcodes[] = {
    {"AK", "995 996 997 998 999", "America/Anchorage"},
    {"AK", "99546 99547", "America/Adak"},
    {"AZ", "850 851 852 853 855 856 857 863 864 8600", "America/Phoenix"},
    {"FL", "320 321 322 323 326 327 328 329 33 34", EASTERN},
    {"FL", "325 3240", CENTRAL},
    {"ID", "832 833 834 836 837", "America/Boise"},
    {"ID", "838 83501", PACIFIC},
    {"IN", "460 461 462 466 467 468 469 470 471 472 473 474 478 4790",
     "America/Indiana/Indianapolis"},
    {"IN", "463 464 476 477", CENTRAL},
    {"KS", "66 670 671 672 673 674 675 676 679 67801 67846", CENTRAL},
    {"KS", "67735 67758 67878 67879", MOUNTAIN},
    {"KY", "400 402 403 404 405 406 407 408 409 41 425 42701 42702", EASTERN},
    {"KY", "420 421 422 423 424", CENTRAL},
    {"MI", "48 490 491 492 493 494 495 496 497 49829 49855 49931",
     "America/Detroit"},
    {"MI", "49801 49802 49858 49938", CENTRAL},
    {"NE", "68 69001 69101 69103", CENTRAL},
    {"NE", "693 69153 69162", MOUNTAIN},
    {"NV", "889 890 891 893 894 895 897 89801 89803", PACIFIC},
    {"NV", "89883", MOUNTAIN},
    {"ND", "580 581 582 583 584 5850 5870 5880", CENTRAL},
    {"ND", "58601 58602", MOUNTAIN},
    {"OR", "970 971 972 973 974 975 976 977 978", PACIFIC},
    {"OR", "97913 97914 97918", "America/Boise"},
    {"SD", "570 571 572 573 574 57501", CENTRAL},
    {"SD", "577", MOUNTAIN},
    {"TN", "370 371 372 380 381 382 383 384 385 37723", CENTRAL},
    {"TN", "374 376 377 378 379 37311 37312", EASTERN},
    {"TX", "75 76 77 78 790 791 792 793 794 795 796 797", CENTRAL},
    {"TX", "799 885", MOUNTAIN},
};

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
        if (strcmp(states[i].code, state) != 0 ||
            !text_equal(states[i].country, country))
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

/* How many letters of `postcode` the longest of `codes` has; 0: none fits. */
static size_t longest_of(const char *codes, const char *postcode)
{
    size_t longest = 0;
    for (const char *at = codes; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (len > longest && strncmp(at, postcode, len) == 0)
            longest = len;
        at += len;
    }
    return longest;
}

const char *place_postcode_zone(const char *country, const char *state,
                                const char *postcode)
{
    const char *zone = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < sizeof(postcodes) / sizeof(postcodes[0]); i++) {
        if (!text_equal(country, "US") ||
            !text_equal(state, postcodes[i].state))
            continue;
        size_t len = longest_of(postcodes[i].codes, postcode);
        if (len > longest) {
            longest = len;
            zone = postcodes[i].zone;
        }
    }
    return zone;
}
