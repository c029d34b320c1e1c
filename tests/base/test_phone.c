/* SPDX-License-Identifier: Apache-2.0
 *
 * Telephone numbers (S-1), their time zones (L-8), the numbers that are never
 * dialled (L-2): every form people write, and every damage that must be refused
 * because a guess would reach a stranger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <time.h>
#include <unistd.h>

#include "base/phone.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct good_row {
    const char *text;
    const char *country;
    const char *wanted;
    const char *extension;
};

static void check_good(const struct good_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[PHONE_MAX] = "";
        char extension[PHONE_EXT_MAX] = "?";
        struct error err = {0};
        if (!phone_normalise(rows[i].text, rows[i].country, out, extension,
                             &err))
            fail_msg("%s: refused: %s", rows[i].text, err.text);
        if (strcmp(out, rows[i].wanted) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, out, rows[i].wanted);
        assert_string_equal(extension,
                            rows[i].extension ? rows[i].extension : "");
        /* what was normalised stays as it is, in any country */
        char again[PHONE_MAX];
        assert_true(phone_normalise(out, "GB", again, NULL, &err));
        assert_string_equal(again, out);
    }
}

static void american_forms_are_read(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {"+14155552671", "", "+14155552671"},
        {"+14155552671", NULL, "+14155552671"},
        {"4155552671", "US", "+14155552671"},
        {"14155552671", "US", "+14155552671"},
        {"1 (415) 555-2671", "US", "+14155552671"},
        {"(415) 555-2671", "us", "+14155552671"},
        {"(415)555-2671", "CA", "+14155552671"},
        {"415.555.2671", "US", "+14155552671"},
        {"415/555-2671", "US", "+14155552671"},
        {"  415 555 2671\t", "US", "+14155552671"},
        {"415\xe2\x80\x91" /* non-breaking hyphen */ "555–2671", "US",
         "+14155552671"},
        {"415\xc2\xa0"
         "555\xe2\x80\xaf"
         "2671",
         "US", "+14155552671"},
        {"\xe2\x80\xad+1 415 555 2671\xe2\x80\xac", "US", "+14155552671"},
        {"（４１５）５５５－２６７１", "US", "+14155552671"},
        {"＋１４１５５５５２６７１", "", "+14155552671"},
        {"٤١٥٥٥٥٢٦٧١", "US", "+14155552671"},
        {"tel:+1-415-555-2671", "", "+14155552671"},
        {"TEL:+1-415-555-2671", "", "+14155552671"},
        {"'4155552671", "US", "+14155552671"},
        {"4155552671.0", "US", "+14155552671"},
        {"4155552671.00", "US", "+14155552671"},
        {"011 44 20 7946 0958", "US", "+442079460958"},
        {"+1 (787) 555-0100", "PR", "+17875550100"},
        {"787-555-0100", "PR", "+17875550100"},
        {"+1 415-555-2671", "GB", "+14155552671"},
        /* area codes are not looked up: 738 and 257 are new, 555 invented */
        {"738 234 5678", "US", "+17382345678"},
        {"257 234 5678", "CA", "+12572345678"},
        {"555-234-5678", "US", "+15552345678"},
        {"800-555-0100", "US", "+18005550100"},
    };
    check_good(rows, COUNT(rows));
}

static void extensions_get_their_own_field(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {"(415) 555-2671 x12", "US", "+14155552671", "12"},
        {"(415) 555-2671x12", "US", "+14155552671", "12"},
        {"(415) 555-2671 X 012", "US", "+14155552671", "012"},
        {"415-555-2671 ext. 12", "US", "+14155552671", "12"},
        {"415-555-2671 Ext 12", "US", "+14155552671", "12"},
        {"415-555-2671, ext: 12", "US", "+14155552671", "12"},
        {"415-555-2671 extension 12", "US", "+14155552671", "12"},
        {"415-555-2671 extn 12", "US", "+14155552671", "12"},
        {"415-555-2671 #12", "US", "+14155552671", "12"},
        {"tel:+1-415-555-2671;ext=12", "US", "+14155552671", "12"},
        {"415-555-2671 ｘ１２", "US", "+14155552671", "12"},
        {"415-555-2671 x12345678901", "US", "+14155552671", "12345678901"},
        {"+44 20 7946 0958 x5", "US", "+442079460958", "5"},
        {"1-800-FLOWERS x7", "US", "+18003569377", "7"},
    };
    check_good(rows, COUNT(rows));
}

static void vanity_letters_are_keys(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {"1-800-FLOWERS", "US", "+18003569377"},
        {"1 800 flowers", "US", "+18003569377"},
        {"+1-800-FLOWERS", "", "+18003569377"},
        {"800-555-HELP", "US", "+18005554357"},
        {"1-800-GET-XBOX", "US", "+18004389269"}, /* an x, no extension */
    };
    check_good(rows, COUNT(rows));
}

static void other_countries_are_read(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {"+44 20 7946 0958", "US", "+442079460958"},
        {"+44 (0)20 7946 0958", "US", "+442079460958"},
        {"+44 020 7946 0958", "US", "+442079460958"},
        {"020 7946 0958", "GB", "+442079460958"},
        {"(020) 7946 0958", "GB", "+442079460958"},
        {"2079460958", "GB", "+442079460958"}, /* its 0 eaten by Excel */
        {"0044 20 7946 0958", "GB", "+442079460958"},
        {"442079460958", "GB", "+442079460958"},
        {"001 415 555 2671", "GB", "+14155552671"},
        {"07911 123456", "GB", "+447911123456"},
        {"(02) 5550 1234", "AU", "+61255501234"},
        {"0412 345 678", "AU", "+61412345678"},
        {"0011 1 415 555 2671", "AU", "+14155552671"},
        {"030/1234567", "DE", "+49301234567"},
        {"+49 (0) 30 1234567", "DE", "+49301234567"},
        {"0151 23456789", "DE", "+4915123456789"},
        {"06 12 34 56 78", "FR", "+33612345678"},
        {"+33 6 12 34 56 78", "", "+33612345678"},
        {"612 34 56 78", "ES", "+34612345678"},
        {"55 1234 5678", "MX", "+525512345678"},
        {"01 55 1234 5678", "MX", "+525512345678"},
        {"044 55 1234 5678", "MX", "+525512345678"},
        {"+52 1 55 1234 5678", "MX", "+525512345678"},
        {"098765 43210", "IN", "+919876543210"},
        {"9876543210", "IN", "+919876543210"},
        {"919876543210", "IN", "+919876543210"},
        {"+39 06 698 12345", "", "+390669812345"}, /* Italy keeps its 0 */
        {"+47 21 23 45 67", "US", "+4721234567"},
        {"+683 4002", "US", "+6834002"},
        {"+84 24 3825 5678", "US", "+842438255678"},
    };
    check_good(rows, COUNT(rows));
}

/* Each is refused with a reason that holds these words, shows no more than
 * the mask of the value, and leaves the outputs alone. */
struct bad_row {
    const char *text;
    const char *country;
    const char *reason;
};

static void check_bad(const struct bad_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[PHONE_MAX] = "before";
        char extension[PHONE_EXT_MAX] = "kept";
        struct error err = {0};
        if (phone_normalise(rows[i].text, rows[i].country, out, extension,
                            &err))
            fail_msg("%s: accepted as %s", rows[i].text, out);
        assert_int_equal(err.kind, ERROR_INPUT);
        if (strstr(err.text, rows[i].reason) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].text, err.text,
                     rows[i].reason);
        if (rows[i].text != NULL && strlen(rows[i].text) > 6)
            assert_null(strstr(err.text, rows[i].text));
        assert_string_equal(out, "before");
        assert_string_equal(extension, "kept");
    }
}

static void damaged_numbers_are_refused(void **state)
{
    (void)state;
    static const struct bad_row rows[] = {
        {NULL, "US", "is empty"},
        {"", "US", "is empty"},
        {" \xc2\xa0 ", "US", "is empty"},
        {"5.55E+09", "US", "spreadsheet"},
        {"4.15555E+09", "US", "spreadsheet"},
        {"4,15555E+09", "DE", "spreadsheet"},
        {"5.55e9", "US", "spreadsheet"},
        {"1E+10", "US", "spreadsheet"},
        {"415555267.0", "US", "has 9 digits"}, /* not ten by its ".0" */
        {"N/A", "US", "begins with letters"},
        {"NULL", "US", "begins with letters"},
        {"unknown", "US", "begins with letters"},
        {"-", "US", "no digits"},
        {"+", "US", "no digits"},
        {"Home: 415-555-2671", "US", "begins with letters"},
        {"415-555-2671 home", "US", "digits"},
        {"415-555-O100", "US", "digits after letters"},
        {"415-555-01OO", "US", "ends in letters"},
        {"415-555-XXXX", "US", "ends in letters"},
        {"800-555-XXXX", "US", "ends in letters"},
        {"800-555-26IO", "US", "ends in letters"},
        {"415-unknown", "US", "only in toll-free"},
        {"415-555-CARE", "US", "only in toll-free"},
        {"415-555-267l", "US", "ends in letters"},
        {"415-555-2671 / 415-555-2672", "US", "has 20 digits"},
        {"415-555-2671, 415-555-2672", "US", "','"},
        {"415-555-2671; 2672", "US", "';'"},
        {"415-555-2671 & 2672", "US", "'&'"},
        {"415-555-2671+415-555-2672", "US", "'+' inside"},
        {"++14155552671", "US", "'+' inside"},
        {"415-555-2671 or 415-555-2672", "US", "digits after letters"},
        {"tel:555-2671;phone-context=+1415", "US", "';'"},
        {"415-555-2671 x123456789012", "US", "extension"},
        {"415*555*2671", "US", "'*'"},
        {"(415) 555\n2671", "US", "U+000A"},
        {"415 555 267\xe2\x98\x8e", "US", "U+260E"},
        {"415555267\xff", "US", "UTF-8"},
        {"11111111111111111111111111111111111111111111111111111111111111111111"
         "11111111111111111111111111111111111111111111111111111111111111",
         "US", "longer than"},
        {"123456789012345678901234567890123456", "US", "too many digits"},
    };
    check_bad(rows, COUNT(rows));
}

static void impossible_numbers_are_refused(void **state)
{
    (void)state;
    static const struct bad_row rows[] = {
        {"555-2671", "US", "has 7 digits"},
        {"415555267", "US", "has 9 digits"},
        {"41555526711", "US", "has 11 digits"},
        {"24155552671", "US", "has 11 digits"},
        {"115-555-2671", "US", "area code beginning with 1"},
        {"015-555-2671", "US", "area code beginning with 0"},
        {"415-155-2671", "US", "exchange beginning with 1"},
        {"415-055-2671", "US", "exchange beginning with 0"},
        {"911-555-2671", "US", "service code 911 as its area code"},
        {"415-911-2671", "US", "service code 911 as its exchange"},
        {"415-411-2671", "US", "service code 411 as its exchange"},
        {"+1211-555-2671", "", "service code 211"},
        {"0000000000", "US", "begin"},
        {"9999999999", "US", "ten times"},
        {"222-222-2222", "US", "ten times"},
        {"+1415555267", "", "has 9 digits after +1"},
        {"+141555526711", "", "has 11 digits after +1"},
        {"+4155552671", "US", "write +1 before"},
        {"+2125552671", "US", "write +1 before"},
        {"+999 12345678", "US", "no country's code"},
        {"+210 12345678", "US", "no country's code"},
        {"+0 415 555 2671", "US", "no country's code"},
        {"+44 20 7946", "US", "too few"},
        {"+44 20 7946 09581", "US", "too many"},
        {"+44 0020 7946 0958", "US", "more than one 0"},
        {"+33 6 12 34 56 7", "US", "too few"},
        {"+34 612 34 56 789", "US", "too many"},
        {"+683 400", "US", "too few"},
        {"+84 1234567890123456", "US", "too many"},
        {"+44 20 FLOWERS", "", "letters"},
        {"4155552671", "", "no country is configured"},
        {"4155552671", NULL, "no country is configured"},
        {"4155552671", "ZZ", "the configured country"},
        {"207946095", "GB", "cannot be read as a number of GB"},
        {"12345678", "DE", "cannot be read as a number of DE"},
        {"06 12 34 56", "FR", "has 8 digits"},
        {"020 FLOWERS", "GB", "letters"},
    };
    check_bad(rows, COUNT(rows));
}

static void emergency_lines_are_never_dialled(void **state)
{
    (void)state;
    static const struct bad_row rows[] = {
        {"911", "US", "emergency"},      {"9-1-1", "US", "emergency"},
        {"988", "US", "emergency"},      {"112", "DE", "emergency"},
        {"999", "GB", "emergency"},      {"000", "AU", "emergency"},
        {"+1 911", "", "emergency"},     {"tel:911", "US", "emergency"},
        {"９１１", "US", "emergency"},   {"411", "US", "emergency"},
        {"1-800-222-1222", "US", "L-2"}, /* poison control */
        {"+1 800 273 8255", "", "L-2"},
    };
    check_bad(rows, COUNT(rows));
    assert_true(phone_is_emergency("911"));
    assert_true(phone_is_emergency("+1911"));
    assert_true(phone_is_emergency("1811"));
    assert_true(phone_is_emergency("8002221222"));
    assert_true(phone_is_emergency("988"));
    assert_true(phone_is_emergency("+18002221222"));
    assert_false(phone_is_emergency("+14155552671"));
    assert_false(phone_is_emergency("9110"));
    assert_false(phone_is_emergency(""));
    assert_false(phone_is_emergency(NULL));
}

static void country_codes_are_told_apart(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"+14155552671", "1"},
        {"+442079460958", "44"},
        {"+77012345678", "7"},
        {"+35312345678", "353"},
        {"+8521234567", "852"},
        {"+861234567", "86"},
        {"+2101234567", ""},
        {"+99912345", ""},
        {"4155552671", ""},
        {"", ""},
        {"+", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(phone_country_code(rows[i][0]), rows[i][1]);
    assert_string_equal(phone_country_code(NULL), "");
}

/* Zones as one text, sorted as they come: "A B". */
static const char *zones_text(const char *e164, char out[600])
{
    const char *zones[PHONE_ZONES_MAX];
    size_t count = phone_zones(e164, zones);
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(out + len, 600 - len, "%s%s", i ? " " : "",
                                zones[i]);
    return out;
}

static void prefixes_give_every_candidate_zone(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"+12125550100", "America/New_York"},
        {"+13125550100", "America/Chicago"},
        {"+17205550100", "America/Denver"},
        {"+14155552671", "America/Los_Angeles"},
        /* L-8's own vector: Idaho lies in two zones */
        {"+1208", "America/Boise America/Los_Angeles"},
        {"+12082341234", "America/Boise America/Los_Angeles"},
        {"+18505550100", "America/New_York America/Chicago"},
        {"+19285550100", "America/Denver America/Phoenix"},
        {"+16025550100", "America/Phoenix"},
        {"+18085550100", "Pacific/Honolulu"},
        {"+19075550100", "America/Anchorage America/Adak"},
        {"+19075920100", "America/Adak"}, /* the longer prefix */
        {"+17875550100", "America/Puerto_Rico"},
        {"+16715550100", "Pacific/Guam"},
        /* newer than the tables of others */
        {"+17385550100", "America/Los_Angeles"},
        {"+14655550100", "America/New_York"},
        {"+12275550100", "America/New_York"},
        {"+19755550100", "America/Chicago"},
        {"+19835550100", "America/Denver"},
        /* says nothing about a place: nothing known, nothing sent (L-8) */
        {"+18005550100", ""},
        {"+18885550100", ""},
        {"+15005550100", ""},
        {"+15555550100", ""},
        {"+1", ""},
        {"+", ""},
        {"", ""},
        {"4155552671", ""},
        {"+88212345678", ""},
        {"+442079460958", "Europe/London"},
        {"+33612345678", "Europe/Paris"},
        {"+34612345678", "Europe/Madrid Atlantic/Canary"},
        {"+525512345678", "America/Mexico_City"},
        {"+77012345678", "Asia/Almaty Asia/Qyzylorda"},
        {"+919876543210", "Asia/Kolkata"},
    };
    char out[600];
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strcmp(zones_text(rows[i][0], out), rows[i][1]) != 0)
            fail_msg("%s: %s, not %s", rows[i][0], out, rows[i][1]);
    }
    const char *zones[PHONE_ZONES_MAX];
    assert_int_equal(phone_zones(NULL, zones), 0);
    assert_int_equal(phone_zones("+79161234567", zones), 11);
    assert_int_equal(phone_zones("+61412345678", zones), 9);
    assert_int_equal(phone_zones("+526461234567", zones), 9);
}

/* Every prefix of at most four digits: no answer overflows, and every zone
 * is one that the system's tzdata has (or the patient's rows would wait for
 * a zone that nobody can compute). */
static void every_zone_exists(void **state)
{
    (void)state;
    if (access("/usr/share/zoneinfo/America/New_York", R_OK) != 0)
        skip();
    char number[8];
    char path[128];
    size_t seen = 0;
    for (int i = 1; i < 10000; i++) {
        const char *zones[PHONE_ZONES_MAX];
        snprintf(number, sizeof number, "+%d", i);
        size_t count = phone_zones(number, zones);
        assert_in_range(count, 0, PHONE_ZONES_MAX - 1);
        for (size_t z = 0; z < count; z++) {
            snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zones[z]);
            if (access(path, R_OK) != 0)
                fail_msg("%s: no zone %s", number, zones[z]);
            for (size_t other = 0; other < z; other++)
                assert_string_not_equal(zones[z], zones[other]);
        }
        seen += count > 0;
    }
    assert_true(seen > 1000);
}

/* The wall clocks of a zone at midnight UTC of the months around the years in
 * which messages leave; two zones with equal ones are the same to us. */
#define CLOCKS 24

static bool zone_clocks(const char *zone, long out[CLOCKS])
{
    char path[128];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    if (access(path, R_OK) != 0)
        return false;
    setenv("TZ", zone, 1);
    tzset();
    for (int i = 0; i < CLOCKS; i++) {
        struct tm local;
        time_t at = (time_t)1767225600 + (time_t)i * 2629800; /* from 2026 */
        localtime_r(&at, &local);
        out[i] = local.tm_gmtoff;
    }
    return true;
}

static bool same_clocks(const char *one, const char *two)
{
    long a[CLOCKS];
    long b[CLOCKS];
    if (strcmp(one, two) == 0)
        return true;
    return zone_clocks(one, a) && zone_clocks(two, b) &&
           memcmp(a, b, sizeof a) == 0;
}

/* Where the public table is wrong. 474 overlays 306 in Saskatchewan, which
 * does not keep Manitoba's time; 689 overlays 407 in Orlando. Abroad it names
 * a neighbour's zone, right on the day it was made, wrong after the clocks
 * changed in one of the two. */
static bool is_mistaken(const char *prefix, const char *zone)
{
    static const char *const mistakes[][2] = {
        {"1474", "America/Winnipeg"},  {"1689", "America/Chicago"},
        {"211", "Africa/Nairobi"},     {"212", "Atlantic/Canary"},
        {"213", "Europe/Paris"},       {"218", "Europe/Bucharest"},
        {"505", "America/Chicago"},    {"52", "America/New_York"},
        {"52201", "America/New_York"}, {"7", "Europe/Bucharest"},
        {"740", "Europe/Bucharest"},   {"7840", "Europe/Bucharest"},
    };
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        if (strcmp(prefix, mistakes[i][0]) == 0 &&
            strcmp(zone, mistakes[i][1]) == 0)
            return true;
    }
    return false;
}

/* Is each of `zones` ("A&B\n"; cut up here) among our candidates? */
static bool is_covered(const char *prefix, char *zones)
{
    char number[24];
    const char *ours[PHONE_ZONES_MAX];
    char *next = NULL;
    snprintf(number, sizeof number, "+%.15s", prefix);
    size_t count = phone_zones(number, ours);
    for (char *zone = strtok_r(zones, "&\n", &next); zone != NULL;
         zone = strtok_r(NULL, "&\n", &next)) {
        bool found = is_mistaken(prefix, zone);
        for (size_t i = 0; i < count && !found; i++)
            found = same_clocks(zone, ours[i]);
        if (!found) {
            print_error("+%s: %s is missing\n", prefix, zone);
            return false;
        }
    }
    return true;
}

/* Google's table, beside the project: for every prefix in it but the bare 1,
 * our candidates include its zones. */
static void candidates_cover_the_public_table(void **state)
{
    (void)state;
    char line[2048];
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(line, sizeof line, "%s/../shared/data/phone/map_data.txt",
             root ? root : ".");
    FILE *file = fopen(line, "r");
    if (file == NULL)
        skip();
    int areas = 0;
    int rows = 0;
    int missing = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *bar = strchr(line, '|');
        if (line[0] < '1' || line[0] > '9' || bar == NULL)
            continue;
        *bar = '\0';
        size_t digits = strlen(line);
        if (strcmp(line, "1") == 0)
            continue;
        areas += line[0] == '1' && digits == 4;
        rows++;
        missing += !is_covered(line, bar + 1);
    }
    fclose(file);
    print_message("# %d prefixes covered, %d area codes among them\n", rows,
                  areas);
    assert_int_equal(missing, 0);
    assert_true(areas > 400);
    assert_true(rows > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(american_forms_are_read),
        cmocka_unit_test(extensions_get_their_own_field),
        cmocka_unit_test(vanity_letters_are_keys),
        cmocka_unit_test(other_countries_are_read),
        cmocka_unit_test(damaged_numbers_are_refused),
        cmocka_unit_test(impossible_numbers_are_refused),
        cmocka_unit_test(emergency_lines_are_never_dialled),
        cmocka_unit_test(country_codes_are_told_apart),
        cmocka_unit_test(prefixes_give_every_candidate_zone),
        cmocka_unit_test(every_zone_exists),
        cmocka_unit_test(candidates_cover_the_public_table),
    };
    return cmocka_run_group_tests_name("phone", tests, NULL, NULL);
}
