/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the documented layout into the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/fixture.h"

static const char clinics_csv[] =
    "id,name,state,zip,phone\n"
    "c1,North Clinic,MA,2138,(617) 555-0100\n"
    "c2,Denver Clinic,Colorado,80201,303-555-0100\n";
static const char patients_csv[] =
    "mrn,first_name,last_name,birth_date,sex,language,state,clinic,mobile,"
    "email,guardian,attr.high_risk\n"
    "p2,Bob,Bee,2015-02-03,m,es,MA,c1,,,p1,\n"
    "p1,Ann,\"O\"\"Hara, Jr.\",1970-01-02,F,,Massachusetts,c1,(617) 555-0123,"
    "Ann@Example.org,,yes\n"
    "p3,Dee,Dee,1980-12-03,f,es,TX,c2,,dee@example.org,,\n";
static const char appointments_csv[] =
    "id,patient,clinic,start,status,minutes,telehealth\n"
    "a1,p1,c1,2027-03-09 09:00,booked,30,no\n"
    "a2,p2,c1,2027-03-10T14:00:00Z,Scheduled,30,no\n"
    "a3,p3,c2,2027-03-10 09:00,booked,,yes\n";
static const char prescriptions_csv[] =
    "id,patient,drug_code,status,refills_left,pickup\n"
    "r1,p1,111,active,3,c1\n";
static const char fills_csv[] = "id,prescription,filled,days_supply\n"
                                "f2,r1,2026-10-25,30\n"
                                "f1,r1,2026-10-01,30\n";

static void write_all(struct fixture *fixture)
{
    fixture_file(fixture, "clinics.csv", clinics_csv);
    fixture_file(fixture, "patients.csv", patients_csv);
    fixture_file(fixture, "appointments.csv", appointments_csv);
    fixture_file(fixture, "prescriptions.csv", prescriptions_csv);
    fixture_file(fixture, "fills.csv", fills_csv);
}

static void import_all(struct fixture *fixture)
{
    write_all(fixture);
    if (!fixture_import(fixture))
        fail_msg("%s", fixture->err.text);
    assert_string_equal(fixture_summary(fixture),
                        "clinics: 2 new; patients: 3 new; appointments: 3 "
                        "new; prescriptions: 1 new; fills: 2 new");
}

static void test_everything_in(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    static const struct {
        const char *sentence, *sql, *expected;
    } cases[] = {
        {"files come in by dependency, whatever their order",
         "SELECT count(*) FROM appointment", "3"},
        {"a ZIP code gets its zero back",
         "SELECT zip FROM clinic WHERE external_id = 'c1'", "02138"},
        {"a state is kept as its two letters",
         "SELECT state FROM clinic WHERE external_id = 'c2'", "CO"},
        {"a clinic's zone follows from its state",
         "SELECT zone FROM clinic ORDER BY external_id",
         "America/New_York|America/Denver"},
        {"a clinic's public name is its name unless it says another",
         "SELECT public_name FROM clinic WHERE external_id = 'c1'",
         "North Clinic"},
        {"quotes and commas arrive",
         "SELECT family_name FROM patient WHERE mrn = 'p1'", "O\"Hara, Jr."},
        {"words are translated", "SELECT sex FROM patient ORDER BY mrn",
         "female|male|female"},
        {"no language means English",
         "SELECT language FROM patient ORDER BY mrn", "en|es|es"},
        {"a guardian may stand behind the ward in the file",
         "SELECT g.mrn FROM patient p JOIN patient g ON g.id = p.guardian_id",
         "p1"},
        {"a state with two zones leaves the patient's unknown",
         "SELECT zone FROM patient ORDER BY mrn",
         "America/New_York|America/New_York|-"},
        {"and gives both to the address",
         "SELECT zones FROM contact_point WHERE value = 'dee@example.org'",
         "America/Chicago America/Denver"},
        {"a number is kept as E.164",
         "SELECT value FROM contact_point WHERE kind = 'phone'",
         "+16175550123"},
        {"attributes become JSON",
         "SELECT attributes FROM patient ORDER BY mrn",
         "{\"high_risk\":\"yes\"}|{}|{}"},
        {"a time without an offset is the clinic's",
         "SELECT start_at FROM appointment ORDER BY external_id",
         "1804600800000|1804687200000|1804694400000"},
        {"a time with an offset is shown on the clinic's wall",
         "SELECT start_local FROM appointment WHERE external_id = 'a2'",
         "2027-03-10T09:00:00"},
        {"an early refill carries over (5.2)",
         "SELECT runs_out_on FROM fill ORDER BY external_id",
         "2026-10-31|2026-11-30"},
        {"midnight is that of the place of pickup",
         "SELECT runs_out_at FROM fill ORDER BY external_id",
         "1793419200000|1796014800000"},
        {"first and latest are by date, not by line",
         "SELECT first_fill || latest FROM fill ORDER BY external_id", "10|01"},
        {"nothing begins life as a moved one",
         "SELECT sum(occurrence) FROM (SELECT occurrence FROM fill UNION ALL "
         "SELECT occurrence FROM appointment)",
         "0"},
        {"each feed is noted",
         "SELECT name || ' ' || rows FROM feed ORDER BY name",
         "appointments 3|clinics 2|fills 2|patients 3|prescriptions 1"},
        {"and audited, without names",
         "SELECT subject FROM audit WHERE action = 'import' ORDER BY id",
         "clinics|patients|appointments|prescriptions|fills"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *got = fixture_ask(&fixture, cases[i].sql);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: expected %s, got %s", cases[i].sentence,
                     cases[i].expected, got);
    }
    fixture_close(&fixture);
}

static void test_again_changes_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    char before[64];
    snprintf(before, sizeof(before), "%s",
             fixture_ask(&fixture, "SELECT count(*) FROM dirty"));
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "clinics: 2 same; patients: 3 same; appointments: 3 "
                        "same; prescriptions: 1 same; fills: 2 same");
    assert_string_equal(fixture_ask(&fixture, "SELECT count(*) FROM dirty"),
                        before);
    assert_string_equal(
        fixture_ask(&fixture, "SELECT count(*) FROM contact_point"), "3");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_in),
        cmocka_unit_test(test_again_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
