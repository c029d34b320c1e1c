/* SPDX-License-Identifier: Apache-2.0 */
/* The documented layout: the documentation, the checks and the code agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/places.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/feed_set.h"

#include "feeds/convert.h"
#include "feeds/layout.h"

static void test_documentation(void **state)
{
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    char path[512], heading[64], line[128];
    struct buf text;
    struct error err = {0};
    file_join(path, sizeof(path), root ? root : ".", "docs/import.md");
    if (!file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.text);
    for (size_t t = 0; t < layout_count; t++) {
        const struct layout_table *table = &layout_tables[t];
        snprintf(heading, sizeof(heading), "\n### %s.csv\n", table->name);
        const char *begin = strstr(text.data, heading);
        if (!begin)
            fail_msg("%s is not documented", table->name);
        const char *end = strstr(begin + 5, "\n##");
        size_t rows = 0;
        for (size_t i = 0; i < table->count; i++) {
            snprintf(line, sizeof(line), "\n| `%s`%s | ",
                     table->columns[i].name,
                     table->columns[i].required ? " *" : "");
            const char *at = strstr(begin, line);
            if (!at || at > end)
                fail_msg("%s of %s is not documented", table->columns[i].name,
                         table->name);
        }
        for (const char *at = begin; (at = strstr(at, "\n| `")) && at < end;
             at++)
            rows++;
        if (rows != table->count)
            fail_msg("%s: %zu columns documented, %zu known", table->name, rows,
                     table->count);
    }
    buf_free(&text);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *table; /* NULL: none */
    } cases[] = {
        {"patients", "patients"},
        {"patients.csv", "patients"},
        {"Appointments-2026-12-01.csv", "appointments"},
        {"appointments_20261201.csv", "appointments"},
        {"contact_points.csv", "contact_points"},
        {"patient.csv", NULL},
        {"", NULL},
        {".csv", NULL},
        {"patientsandmore.csv", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct layout_table *found = layout_find(cases[i].name);
        if (!text_equal(found ? found->name : NULL, cases[i].table))
            fail_msg("%s: got %s", cases[i].name, found ? found->name : "none");
    }
    assert_string_equal(layout_nearest("patient"), "patients");
}

/* Any of them can be configured to grow too old; then something waits. */
static void test_tables_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < layout_count; i++)
        if (!feed_set_named(layout_tables[i].name))
            fail_msg("nothing depends on %s", layout_tables[i].name);
}

static void test_states(void **state)
{
    (void)state;
    static const struct {
        const char *why, *country, *text, *code;
        size_t zones;
        const char *first;
    } cases[] = {
        {"in full", "US", "massachusetts", "MA", 1, "America/New_York"},
        {"its code", "US", "tx", "TX", 2, "America/Chicago"},
        {"as it was always shortened", "US", "Ala.", "AL", 1,
         "America/Chicago"},
        {"with dots", "US", "R.I.", "RI", 1, "America/New_York"},
        {"with dots and blanks", "US", "N. Mex.", "NM", 1, "America/Denver"},
        {"the district", "US", "D.C.", "DC", 1, "America/New_York"},
        {"with its city", "US", "Washington, D.C.", "DC", 1,
         "America/New_York"},
        {"ISO 3166-2", "US", "US-AL", "AL", 1, "America/Chicago"},
        {"soldiers abroad have no clock of their own", "US", "AE", "AE", 0,
         NULL},
        {"a slip of the hand is none", "US", "Alabma", NULL, 0, NULL},
        {"nor a city and its state", "US", "New York, NY", NULL, 0, NULL},
        {"nor a number", "US", "12", NULL, 0, NULL},
        {"nor a part of a name", "US", "New", NULL, 0, NULL},
        {"nor nothing but dots", "US", ". .", NULL, 0, NULL},
        {"nor two of them", "US", "Alabama|Ala", NULL, 0, NULL},
        {"nor another country's", "US", "CA-AL", NULL, 0, NULL},
        {"nor what lies abroad", "US", "Bavaria", NULL, 0, NULL},
        {"a province", "CA", "British Columbia", "BC", 3, "America/Vancouver"},
        {"in the language of its people", "CA", "Qu\u00e9bec", "QC", 3,
         "America/Toronto"},
        {"the same code elsewhere", "CA", "NT", "NT", 1, "America/Edmonton"},
        {"and there", "AU", "NT", "NT", 1, "Australia/Darwin"},
        {"three letters", "AU", "N.S.W.", "NSW", 3, "Australia/Sydney"},
        {"another Washington", "AU", "WA", "WA", 1, "Australia/Perth"},
        {"a country without a table", "GB", "Kent", NULL, 0, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *zones[PLACE_ZONES_MAX];
        const char *code = place_state(cases[i].country, cases[i].text);
        if (!text_equal(code, cases[i].code))
            fail_msg("%s: got %s", cases[i].why, code ? code : "none");
        size_t count = code ? place_zones(cases[i].country, code, zones) : 0;
        if (count != cases[i].zones)
            fail_msg("%s: %zu zones", cases[i].why, count);
        if (count && !text_equal(zones[0], cases[i].first))
            fail_msg("%s: %s", cases[i].why, zones[0]);
        for (size_t z = 0; z < count; z++)
            if (!zone_find(zones[z]))
                fail_msg("no zone %s on this machine", zones[z]);
    }
    assert_true(place_has_states("AU"));
    assert_false(place_has_states("GB"));
}

/* A code that lies in one zone tells it; one that may lie in both tells none.
 */
static void test_postcodes(void **state)
{
    (void)state;
    static const struct {
        const char *why, *country, *state, *code, *zone;
    } cases[] = {
        {"El Paso", "US", "TX", "79901", "America/Denver"},
        {"Houston", "US", "TX", "77030-1234", "America/Chicago"},
        {"a county on the line", "US", "TX", "79839", NULL},
        {"Pensacola", "US", "FL", "32501", "America/Chicago"},
        {"Miami", "US", "FL", "33136", "America/New_York"},
        {"Panama City, by four figures", "US", "FL", "32405",
         "America/Chicago"},
        {"Port St Joe, next to it", "US", "FL", "32456", NULL},
        {"Knoxville", "US", "TN", "37920", "America/New_York"},
        {"one place of another county there", "US", "TN", "37723",
         "America/Chicago"},
        {"Gary", "US", "IN", "46402", "America/Chicago"},
        {"Adak", "US", "AK", "99546", "America/Adak"},
        {"Rapid City", "US", "SD", "57701", "America/Denver"},
        {"the Navajo nation keeps another time", "US", "AZ", "86045", NULL},
        {"another state's code", "US", "TX", "32501", NULL},
        {"a state with one zone", "US", "NY", "10001", NULL},
        {"half a code", "US", "TX", "79", NULL},
        {"none", "US", "TX", "", NULL},
        {"another country's", "CA", "ON", "P7B", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *zone = place_postcode_zone(cases[i].country, cases[i].state,
                                               cases[i].code);
        if (!text_equal(zone, cases[i].zone))
            fail_msg("%s: got %s", cases[i].why, zone ? zone : "none");
        const char *zones[PLACE_ZONES_MAX];
        size_t count = place_zones(cases[i].country, cases[i].state, zones);
        size_t z = 0;
        while (zone && z < count && !text_equal(zones[z], zone))
            z++;
        if (zone && z == count)
            fail_msg("%s: %s is none of the state's", cases[i].why, zone);
    }
}

/* L-8: a postal code alone says where an address is. */
static void test_postal_codes(void **state)
{
    (void)state;
    static const struct {
        const char *country, *code, *place;
    } cases[] = {
        {"US", "96813", "HI"},    {"US", "10001-0001", "NY"},
        {"US", "02138", "MA"},    {"US", "06390", "CT"},
        {"US", "00501", "NY"},    {"US", "00901", "PR"},
        {"US", "20001", "DC"},    {"US", "20101", "VA"},
        {"US", "79936", "TX"},    {"US", "88510", "TX"},
        {"US", "99950", "AK"},    {"US", "96910", "GU"},
        {"US", "09012", NULL},    {"US", "96201", NULL},
        {"US", "34001", NULL},    {"US", "00000", NULL},
        {"US", "9681", NULL},     {"US", "K1A 0B1", NULL},
        {"CA", "K1A 0B1", "ON"},  {"CA", "v6b 1a1", "BC"},
        {"CA", "X0A 0H0", "NU"},  {"CA", "X1A 2P3", "NT"},
        {"CA", "H2Y", "QC"},      {"CA", "D1A 1A1", NULL},
        {"CA", "X", NULL},        {"CA", "", NULL},
        {"CA", "90210", NULL},    {"AU", "2000", "NSW"},
        {"AU", "0800", "NT"},     {"AU", "2601", "ACT"},
        {"AU", "6000", "WA"},     {"AU", "800", NULL},
        {"GB", "SW1A 1AA", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *got = place_of_post(cases[i].country, cases[i].code);
        if (!text_equal(got, cases[i].place))
            fail_msg("%s %s: got %s", cases[i].country, cases[i].code,
                     got ? got : "none");
        const char *zones[PLACE_ZONES_MAX];
        if (got && place_zones(cases[i].country, got, zones) == 0)
            fail_msg("%s: no state %s", cases[i].country, got);
    }
    static const char *const countries[] = {"US", "CA", "AU"};
    for (size_t i = 0; i < 3; i++) {
        const char *zones[PLACE_CLOCKS_MAX];
        size_t count = place_clocks(countries[i], zones);
        assert_true(count > 5);
        while (count-- > 0)
            assert_non_null(zone_find(zones[count]));
    }
    const char *none[PLACE_CLOCKS_MAX];
    assert_int_equal(place_clocks("GB", none), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documentation),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_tables_hold),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_postcodes),
        cmocka_unit_test(test_postal_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
