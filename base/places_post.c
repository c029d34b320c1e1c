/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which state a postal code lies in: by its first three digits in the United
 * States (USPS Labeling List L002, 3-digit ZIP prefixes, as of 2025), by its
 * first letter in Canada (Canada Post, postal districts, 2025), by its number
 * in Australia (Australia Post, 2025). A code of the forces abroad (AA, AE, AP)
 * says nothing of where they are.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/places.h"
#include "base/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct range {
    int from, to; /* both included */
    const char *state;
};

static const struct range zips[] = {
    {5, 5, "NY"},     {6, 7, "PR"},     {8, 8, "VI"},     {9, 9, "PR"},
    {10, 27, "MA"},   {28, 29, "RI"},   {30, 38, "NH"},   {39, 49, "ME"},
    {50, 54, "VT"},   {55, 55, "MA"},   {56, 59, "VT"},   {60, 69, "CT"},
    {70, 89, "NJ"},   {100, 149, "NY"}, {150, 196, "PA"}, {197, 199, "DE"},
    {200, 200, "DC"}, {201, 201, "VA"}, {202, 205, "DC"}, {206, 219, "MD"},
    {220, 246, "VA"}, {247, 268, "WV"}, {270, 289, "NC"}, {290, 299, "SC"},
    {300, 319, "GA"}, {320, 339, "FL"}, {341, 349, "FL"}, {350, 369, "AL"},
    {370, 385, "TN"}, {386, 397, "MS"}, {398, 399, "GA"}, {400, 427, "KY"},
    {430, 459, "OH"}, {460, 479, "IN"}, {480, 499, "MI"}, {500, 528, "IA"},
    {530, 549, "WI"}, {550, 567, "MN"}, {570, 577, "SD"}, {580, 588, "ND"},
    {590, 599, "MT"}, {600, 629, "IL"}, {630, 658, "MO"}, {660, 679, "KS"},
    {680, 693, "NE"}, {700, 714, "LA"}, {716, 729, "AR"}, {730, 731, "OK"},
    {733, 733, "TX"}, {734, 749, "OK"}, {750, 799, "TX"}, {800, 816, "CO"},
    {820, 831, "WY"}, {832, 838, "ID"}, {840, 847, "UT"}, {850, 865, "AZ"},
    {870, 884, "NM"}, {885, 885, "TX"}, {889, 898, "NV"}, {900, 961, "CA"},
    {967, 968, "HI"}, {969, 969, "GU"}, {970, 979, "OR"}, {980, 994, "WA"},
    {995, 999, "AK"},
};

static const struct range australian[] = {
    {200, 299, "ACT"},   {800, 999, "NT"},    {1000, 2599, "NSW"},
    {2600, 2618, "ACT"}, {2619, 2899, "NSW"}, {2900, 2920, "ACT"},
    {2921, 2999, "NSW"}, {3000, 3999, "VIC"}, {4000, 4999, "QLD"},
    {5000, 5799, "SA"},  {6000, 6797, "WA"},  {7000, 7799, "TAS"},
    {8000, 8999, "VIC"}, {9000, 9999, "QLD"},
};

static const char *in_ranges(const struct range *ranges, size_t count,
                             int number)
{
    for (size_t i = 0; i < count; i++)
        if (number >= ranges[i].from && number <= ranges[i].to)
            return ranges[i].state;
    return NULL;
}

/* The number that the first `digits` characters are; -1: they are none. */
static int number_of(const char *text, size_t digits)
{
    char number[8] = "";
    if (strspn(text, "0123456789") < digits)
        return -1;
    memcpy(number, text, digits);
    return (int)strtol(number, NULL, 10);
}

static const char *canadian(const char *code)
{
    static const char letters[] = "ABCEGHJKLMNPRSTVY";
    static const char *const provinces[] = {"NL", "NS", "PE", "NB", "QC", "QC",
                                            "QC", "ON", "ON", "ON", "ON", "ON",
                                            "MB", "SK", "AB", "BC", "YT"};
    int first = toupper((unsigned char)code[0]);
    const char *at = first ? strchr(letters, first) : NULL;
    if (first == 'X' && code[1] && code[2]) /* X0A to X0C */
        return code[1] == '0' && strchr("ABC", toupper((unsigned char)code[2]))
                   ? "NU"
                   : "NT";
    return at && isdigit((unsigned char)code[1]) ? provinces[at - letters]
                                                 : NULL;
}

const char *place_of_post(const char *country, const char *code)
{
    if (text_equal(country, "US"))
        return strspn(code, "0123456789") < 5
                   ? NULL
                   : in_ranges(zips, COUNT(zips), number_of(code, 3));
    if (text_equal(country, "CA"))
        return canadian(code);
    if (text_equal(country, "AU"))
        return in_ranges(australian, COUNT(australian), number_of(code, 4));
    return NULL;
}

size_t place_clocks(const char *country, const char *zones[PLACE_CLOCKS_MAX])
{
    static const struct {
        const char *country, *zones[PLACE_CLOCKS_MAX];
    } all[] = {
        {"US",
         {"America/New_York", "America/Chicago", "America/Denver",
          "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
          "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico"}},
        {"CA",
         {"America/St_Johns", "America/Halifax", "America/Toronto",
          "America/Winnipeg", "America/Regina", "America/Edmonton",
          "America/Whitehorse", "America/Vancouver"}},
        {"AU",
         {"Australia/Lord_Howe", "Australia/Sydney", "Australia/Brisbane",
          "Australia/Adelaide", "Australia/Darwin", "Australia/Perth"}},
    };
    size_t count = 0;
    for (size_t i = 0; i < COUNT(all); i++)
        while (text_equal(all[i].country, country) &&
               count < PLACE_CLOCKS_MAX && all[i].zones[count]) {
            zones[count] = all[i].zones[count];
            count++;
        }
    return count;
}
