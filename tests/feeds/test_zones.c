/* SPDX-License-Identifier: Apache-2.0 */
/* The clinics come again with another zone: what was read in the former one
 * follows, as if it had been right from the beginning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone.h"
#include "store/store.h"

#include "tests/feeds/fixture.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define EAST "id,name,zone\nc1,North,America/New_York\nc2,South,\n"
#define CENTRAL "id,name,zone\nc1,North,America/Chicago\nc2,South,\n"

static const struct {
    const char *name, *text;
} files[] = {
    {"clinics.csv", EAST},
    {"patients.csv", "mrn,clinic,state,zone\np1,c1,,\np2,c2,,\n"
                     "p3,,,America/New_York\n"},
    {"appointments.csv", "id,patient,clinic,start,zone,status\n"
                         "a1,p1,c1,2026-12-01 09:30,,booked\n"
                         "a2,p1,c1,2026-12-01 09:30-05:00,,booked\n"
                         "a3,p1,c1,2026-12-01 09:30,America/New_York,booked\n"
                         "a4,p1,,2026-12-01 09:30,,booked\n"
                         "a5,p2,c2,2026-12-01 09:30,,booked\n"
                         "a6,p3,,2026-12-01 09:30,,booked\n"
                         "a7,p2,c1,2026-11-20 09:30,,fulfilled\n"},
    {"prescriptions.csv",
     "id,patient,status,pickup\nr1,p2,active,c1\nr2,p1,active,\n"},
    {"fills.csv", "id,prescription,filled,days_supply\nf1,r1,2026-11-10,30\n"
                  "f2,r2,2026-11-10T12:00:00Z,30\n"},
    {"discharges.csv", "id,patient,clinic,discharged\n"
                       "d1,p1,c1,2026-11-22 16:00\n"
                       "d2,p1,c2,2026-11-22 16:00\n"},
    {"screenings.csv", "id,patient,kind,done,result,resulted\n"
                       "s1,p1,fit,2026-11-22,normal,\n"
                       "s2,p1,fit,2026-11-22,normal,2026-11-22 16:00\n"
                       "s3,p1,fit,2026-11-22,normal,2026-11-22T21:00:00Z\n"},
};

#define TIME(at) "strftime('%d %H:%M', " at " / 1000, 'unixepoch')"
static const struct {
    const char *says, *sql, *before, *after;
} times[] = {
    {"read on the clinic's wall", "appointment WHERE external_id = 'a1'",
     "01 14:30 0", "01 15:30 1"},
    {"with an offset: who was told 9:30 is told 8:30",
     "appointment WHERE external_id = 'a2'", "01 14:30 0", "01 14:30 1"},
    {"in its own zone", "appointment WHERE external_id = 'a3'", "01 14:30 0",
     "01 14:30 0"},
    {"read on the wall of the patient's clinic",
     "appointment WHERE external_id = 'a4'", "01 14:30 0", "01 15:30 1"},
    {"on another clinic's", "appointment WHERE external_id = 'a5'",
     "01 14:30 0", "01 14:30 0"},
    {"on that of the patient's address", "appointment WHERE external_id = 'a6'",
     "01 14:30 0", "01 14:30 0"},
    {"over: corrected, and nobody is asked again",
     "appointment WHERE external_id = 'a7'", "20 14:30 0", "20 15:30 0"},
    {"the end of a supply, where it is picked up",
     "fill WHERE external_id = 'f1'", "10 05:00 10 05:00 0",
     "10 06:00 10 06:00 0"},
    {"handed out at an hour with an offset", "fill WHERE external_id = 'f2'",
     "10 12:00 10 05:00 0", "10 12:00 10 06:00 0"},
    {"a discharge", "discharge WHERE external_id = 'd1'", "22 21:00 0",
     "22 22:00 0"},
    {"from another hospital", "discharge WHERE external_id = 'd2'",
     "22 21:00 0", "22 21:00 0"},
    {"a result of a day", "screening WHERE external_id = 's1'", "22 05:00 0",
     "22 06:00 0"},
    {"a result of an hour", "screening WHERE external_id = 's2'", "22 21:00 0",
     "22 22:00 0"},
    {"a result with an offset", "screening WHERE external_id = 's3'",
     "22 21:00 0", "22 21:00 0"},
};

static void expect_times(struct fixture *fixture, bool after)
{
    static const struct {
        const char *table, *shown;
    } shown[] = {
        {"appointment", TIME("start_at")},
        {"fill", TIME("filled_at") " || ' ' || " TIME("runs_out_at")},
        {"discharge", TIME("discharged_at")},
        {"screening", TIME("resulted_at")},
    };
    for (size_t i = 0; i < ROWS(times); i++) {
        size_t t = 0;
        while (strncmp(times[i].sql, shown[t].table, strlen(shown[t].table)))
            t++;
        char sql[300];
        snprintf(sql, sizeof(sql), "SELECT %s || ' ' || occurrence FROM %s",
                 shown[t].shown, times[i].sql);
        const char *have = fixture_ask(fixture, sql);
        const char *want = after ? times[i].after : times[i].before;
        if (strcmp(have, want) != 0)
            fail_msg("%s: %s instead of %s", times[i].says, have, want);
    }
}

static void open_all(struct fixture *fixture)
{
    fixture_open(fixture);
    for (size_t i = 0; i < ROWS(files); i++)
        fixture_file(fixture, files[i].name, files[i].text);
    if (!fixture_import(fixture))
        fail_msg("%s", fixture->err.text);
    assert_string_equal(fixture_summary(fixture),
                        "clinics: 2 new; patients: 3 new; appointments: 7 "
                        "new; prescriptions: 2 new; fills: 2 new; "
                        "discharges: 2 new; screenings: 3 new");
}

static void what_was_read_in_it_follows(void **state)
{
    (void)state;
    struct fixture fixture;
    open_all(&fixture);
    expect_times(&fixture, false);
    fixture_quiet(&fixture);
    fixture_file(&fixture, "clinics.csv", CENTRAL);
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture), "clinics: 1 changed 1 same");
    /* a1, a2, a4, a7, f1 twice, f2, d1, s1 and s2 */
    assert_int_equal(fixture.report.tables[0].followed, 10);
    expect_times(&fixture, true);
    assert_string_equal(fixture_ask(&fixture, "SELECT detail FROM audit WHERE "
                                              "subject = 'clinics' ORDER BY id "
                                              "DESC LIMIT 1"),
                        "read=2 new=0 changed=1 gone=0 bad=0 followed=10");

    /* All that its sources say again is what is there. */
    for (size_t i = 1; i < ROWS(files); i++)
        fixture_file(&fixture, files[i].name, files[i].text);
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "clinics: 2 same; patients: 3 same; appointments: 7 "
                        "same; prescriptions: 2 same; fills: 2 same; "
                        "discharges: 2 same; screenings: 3 same");
    assert_int_equal(fixture.report.tables[0].followed, 0);
    expect_times(&fixture, true);
    fixture_close(&fixture);
}

/* What a file does not say stays as it is; what it leaves empty follows from
 * the state, else from the organisation. */
static void a_zone_that_is_not_said_again_stays(void **state)
{
    (void)state;
    static const struct {
        const char *says, *text, *zone;
    } rows[] = {
        {"no such column", "id,name\nc1,North\n", "America/Chicago"},
        {"nor what a state would tell", "id,name,state\nc1,North,NY\n",
         "America/Chicago"},
        {"a state with two zones, none of them ours",
         "id,name,state\nc1,North,ID\n", "America/Chicago"},
        {"an empty one", "id,name,zone\nc1,North,\n", "America/New_York"},
        {"an empty one and a state", "id,name,zone,state\nc1,North,,CO\n",
         "America/Denver"},
        {"another one", "id,name,zone\nc1,North,America/Phoenix\n",
         "America/Phoenix"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        fixture_file(&fixture, "clinics.csv", CENTRAL);
        assert_true(fixture_import(&fixture));
        fixture_file(&fixture, "clinics.csv", rows[i].text);
        if (!fixture_import(&fixture))
            fail_msg("%s: %s", rows[i].says, fixture.err.text);
        const char *zone = fixture_ask(
            &fixture, "SELECT zone FROM clinic WHERE external_id = 'c1'");
        if (strcmp(zone, rows[i].zone) != 0)
            fail_msg("%s: %s\n%s", rows[i].says, zone, fixture.told.data);
        fixture_close(&fixture);
    }
}

/* Of a state with several, the postal code tells it; else the organisation's,
 * if it is one of them; else nobody guesses. */
static void a_state_with_several_asks_further(void **state)
{
    (void)state;
    static const struct {
        const char *says, *home, *text, *zone, *told;
    } rows[] = {
        {"its postal code", "America/Chicago",
         "id,name,state,zip\nc1,North,TX,79901\n", "America/Denver", ""},
        {"the code of the other part", "America/Denver",
         "id,name,state,zip\nc1,North,TX,77030\n", "America/Chicago", ""},
        {"a code where both are kept, and the organisation's is one",
         "America/Denver", "id,name,state,zip\nc1,North,TX,79839\n",
         "America/Denver", ""},
        {"no code, and the organisation's is one", "America/New_York",
         "id,name,state\nc1,North,FL\n", "America/New_York", ""},
        {"no code, and the organisation's is none", "America/New_York",
         "id,name,state\nc1,North,TX\n", "-", "or its postal code"},
        {"the file says it, whatever the code", "America/Chicago",
         "id,name,state,zip,zone\nc1,North,TX,79901,America/Chicago\n",
         "America/Chicago", ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        fixture_quiet(&fixture);
        fixture.options.zone = zone_find(rows[i].home);
        fixture_file(&fixture, "clinics.csv", rows[i].text);
        if (!fixture_import(&fixture))
            fail_msg("%s: %s", rows[i].says, fixture.err.text);
        const char *zone = fixture_ask(
            &fixture, "SELECT coalesce((SELECT zone FROM clinic), '-')");
        if (strcmp(zone, rows[i].zone) != 0)
            fail_msg("%s: %s %s", rows[i].says, zone, fixture.told.data);
        if (*rows[i].told ? !strstr(fixture.told.data, rows[i].told)
                          : fixture.told.len != 0)
            fail_msg("%s: %s", rows[i].says, fixture.told.data);
        fixture_close(&fixture);
    }
}

/* One that follows from the organisation's goes along when that is corrected.
 */
static void a_zone_that_nobody_said_is_the_organisations(void **state)
{
    (void)state;
    struct fixture fixture;
    open_all(&fixture);
    fixture_quiet(&fixture);
    fixture.options.zone = zone_find("America/Chicago");
    fixture_file(&fixture, "clinics.csv", "id,name\nc1,North\nc2,South\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(
        fixture_ask(&fixture, "SELECT zone FROM clinic ORDER BY id"),
        "America/New_York|America/Chicago");
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT " TIME("start_at") " FROM appointment WHERE "
                                               "external_id IN ('a1', 'a5') "
                                               "ORDER BY id"),
        "01 14:30|01 15:30");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_in_it_follows),
        cmocka_unit_test(a_zone_that_is_not_said_again_stays),
        cmocka_unit_test(a_state_with_several_asks_further),
        cmocka_unit_test(a_zone_that_nobody_said_is_the_organisations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
