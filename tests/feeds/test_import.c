/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the documented layout into the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/store.h"
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
    "ann@Example.org,,yes\n"
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

/* Messages are written in "es": so is whoever speaks "spa". */
static void test_languages(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"es", "es"},           {"spa", "es"},       {"SPA", "es"},
        {"ES", "es"},           {"spa-MX", "es-MX"}, {"ger", "de"},
        {"deu", "de"},          {"chi", "zh"},       {"zho-Hant", "zh-Hant"},
        {"zh-Hans", "zh-Hans"}, {"hmn", "hmn"},      {"kek", "kek"},
    };
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[80];
        snprintf(text, sizeof(text), "mrn,language\np1,%s\n", cases[i][0]);
        fixture_file(&fixture, "patients.csv", text);
        assert_true(fixture_import(&fixture));
        const char *got = fixture_ask(
            &fixture, "SELECT language FROM patient WHERE mrn = 'p1'");
        if (strcmp(got, cases[i][1]) != 0)
            fail_msg("%s: %s", cases[i][0], got);
    }
    fixture_close(&fixture);
}

/* A first load builds the indexes of its tables at its end: the same ones. */
static void test_indexes_stay_as_they_are(void **state)
{
    (void)state;
    static const char indexes[] =
        "SELECT name || ' ' || sql FROM sqlite_schema WHERE type = 'index' AND "
        "sql IS NOT NULL ORDER BY name";
    struct fixture fixture;
    fixture_open(&fixture);
    char *before = memory_text(fixture_ask(&fixture, indexes));
    assert_true(strlen(before) > 1000);
    import_all(&fixture);
    assert_string_equal(fixture_ask(&fixture, indexes), before);
    assert_string_equal(fixture_ask(&fixture, "PRAGMA integrity_check"), "ok");
    free(before);
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

/* One changed file: what was taken, what it asks, the answer. */
struct change {
    const char *sentence, *file, *text, *summary, *sql, *expected;
};

static void expect_change(const struct change *change)
{
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    fixture_quiet(&fixture);
    fixture_file(&fixture, change->file, change->text);
    if (!fixture_import(&fixture))
        fail_msg("%s: %s", change->sentence, fixture.err.text);
    if (strcmp(fixture_summary(&fixture), change->summary) != 0)
        fail_msg("%s: expected '%s', got '%s'\n%s", change->sentence,
                 change->summary, fixture_summary(&fixture), fixture.told.data);
    const char *got = fixture_ask(&fixture, change->sql);
    if (strcmp(got, change->expected) != 0)
        fail_msg("%s: expected %s, got %s", change->sentence, change->expected,
                 got);
    /* Whatever it was: once more says nothing new. */
    fixture_quiet_dirty(&fixture);
    assert_true(fixture_import(&fixture));
    assert_int_equal(fixture.report.tables[0].made, 0);
    assert_int_equal(fixture.report.tables[0].changed, 0);
    assert_string_equal(fixture_ask(&fixture, "SELECT count(*) FROM dirty"),
                        "0");
    fixture_close(&fixture);
}

static void test_changes(void **state)
{
    (void)state;
    static const struct change cases[] = {
        {"a moved visit is a new occurrence", "appointments.csv",
         "id,patient,clinic,start,status\n"
         "a1,p1,c1,2027-03-09 11:00,booked\n",
         "appointments: 1 changed",
         "SELECT occurrence FROM appointment WHERE external_id = 'a1'", "1"},
        {"another change is not", "appointments.csv",
         "id,patient,clinic,start,status\n"
         "a1,p1,c1,2027-03-09 09:00,cancelled\n",
         "appointments: 1 changed",
         "SELECT status || occurrence FROM appointment WHERE external_id = "
         "'a1'",
         "cancelled0"},
        {"but it is noted", "appointments.csv",
         "id,patient,clinic,start,status\n"
         "a1,p1,c1,2027-03-09 09:00,cancelled\n",
         "appointments: 1 changed",
         "SELECT a.external_id FROM dirty d JOIN appointment a ON a.id = d.id "
         "WHERE d.kind = 1",
         "a1"},
        {"the same time in other words is no change", "appointments.csv",
         "id,patient,clinic,start,status\n"
         "a1,p1,c1,2027-03-09T09:00:00,BOOKED\n",
         "appointments: 1 same", "SELECT sum(occurrence) FROM appointment",
         "0"},
        {"with an offset from now on: the same visit", "appointments.csv",
         "id,patient,clinic,start,status\n"
         "a1,p1,c1,2027-03-09T14:00:00Z,booked\n",
         "appointments: 1 changed", "SELECT sum(occurrence) FROM appointment",
         "0"},
        {"a column that did not come stays", "appointments.csv",
         "id,patient,start,status\n"
         "a1,p1,2027-03-09 09:00,noshow\n",
         "appointments: 1 changed",
         "SELECT minutes || '/' || clinic_id FROM appointment WHERE "
         "external_id = 'a1'",
         "30/1"},
        {"a column that came empty is empty", "appointments.csv",
         "id,patient,clinic,start,status,minutes\n"
         "a1,p1,c1,2027-03-09 09:00,booked,\n",
         "appointments: 1 changed",
         "SELECT minutes FROM appointment WHERE external_id = 'a1'", "-"},
        {"without --full nothing goes", "appointments.csv",
         "id,patient,clinic,start,status\n", "appointments:",
         "SELECT count(*) FROM appointment WHERE gone_at IS NULL", "3"},
        {"a number that was replaced is gone", "patients.csv",
         "mrn,mobile,email\np1,617-555-0199,ann@example.org\n",
         "patients: 1 changed",
         "SELECT value || ' ' || (gone_at IS NULL) FROM contact_point WHERE "
         "patient_id = 2 ORDER BY id",
         "+16175550123 0|ann@example.org 1|+16175550199 1"},
        {"a number that cannot be read is gone too", "patients.csv",
         "mrn,mobile,email\np1,5.55E+09,ann@example.org\n"
         "p2,,\np3,,dee@example.org\np4,,\np5,,\n",
         "patients: 2 new 1 changed 2 same 1 flawed",
         "SELECT count(*) FROM contact_point WHERE kind = 'phone' AND "
         "gone_at IS NULL",
         "0"},
        {"patients keep their points when the file has no such column",
         "patients.csv", "mrn,first_name\np1,Anna\n", "patients: 1 changed",
         "SELECT count(*) FROM contact_point WHERE gone_at IS NULL", "3"},
        {"a fill between two others moves what follows (5.2)", "fills.csv",
         "id,prescription,filled,days_supply\nf3,r1,2026-10-20,10\n",
         "fills: 1 new",
         "SELECT external_id || ' ' || runs_out_on || ' ' || occurrence FROM "
         "fill ORDER BY external_id",
         "f1 2026-10-31 0|f2 2026-12-10 1|f3 2026-11-10 0"},
        {"a later fill replaces the latest", "fills.csv",
         "id,prescription,filled,days_supply\nf9,r1,2026-11-20,90\n",
         "fills: 1 new",
         "SELECT external_id || ' ' || latest || ' ' || runs_out_on FROM fill "
         "ORDER BY external_id",
         "f1 0 2026-10-31|f2 0 2026-11-30|f9 1 2027-02-28"},
        {"a fill of today in another zone is none of the future", "fills.csv",
         "id,prescription,filled,days_supply\nf9,r1,2026-11-24,30\n",
         "fills: 1 new", "SELECT count(*) FROM fill", "3"},
        {"one end of the hours of contact, for who has the other",
         "patients.csv", "mrn,contact_from,contact_to\np1,09:00,12:00\n",
         "patients: 1 changed",
         "SELECT contact_from || '-' || contact_to FROM patient WHERE mrn = "
         "'p1'",
         "540-720"},
        {"an opt-out comes once, however often it is imported, and one of "
         "texts is one of calls (L-16)",
         "suppressions.csv",
         "patient,address,channel\np1,(617) 555-0123,sms\n"
         "p1,(617) 555-0123,sms\n,dee@example.org,email\np2,,\n"
         "p3,,\n",
         "suppressions: 5 new 2 same",
         "SELECT coalesce(address, '') || '/' || coalesce(channel, 'all') FROM "
         "suppression ORDER BY id",
         "+16175550123/sms|+16175550123/voice|dee@example.org/email|/all|/all"},
        {"consents without an id are known by what they say", "consents.csv",
         "patient,verdict,purpose,channel,at\n"
         "p1,granted,appointment,sms,2026-01-02 10:00\n",
         "consents: 1 new", "SELECT external_id FROM consent",
         "p1|granted|appointment|sms|2026-01-02 10:00"},
        {"lists are made as they come", "lists.csv",
         "list,patient,reason\nrecall,p1,call first\nrecall,p2,\n",
         "lists: 2 new",
         "SELECT l.name || ' ' || count(*) FROM list l JOIN list_member m ON "
         "m.list_id = l.id GROUP BY l.id",
         "recall 2"},
        {"a merged patient's rows go to the one who stays", "patients.csv",
         "mrn,merged_into\np2,p1\n", "patients: 1 changed",
         "SELECT g.mrn FROM patient p JOIN patient g ON g.id = p.merged_into",
         "p1"},
        {"screenings, conditions, procedures and orders have derived keys",
         "screenings.csv",
         "patient,kind,done,result\np1,fit,2026-01-05,negative\n",
         "screenings: 1 new",
         "SELECT external_id || ' ' || result FROM screening",
         "p1|fit|2026-01-05 normal"},
        {"a discharge keeps its wall clock", "discharges.csv",
         "id,patient,clinic,discharged,class,disposition\n"
         "d1,p3,c2,2026-11-20T20:00:00Z,IMP,home\n",
         "discharges: 1 new",
         "SELECT discharged_local || ' ' || zone || ' ' || class FROM "
         "discharge",
         "2026-11-20T13:00:00 America/Denver inpatient"},
        {"only yes is enough to know that somebody died", "patients.csv",
         "mrn,deceased\np3,yes\n", "patients: 1 changed",
         "SELECT mrn FROM patient WHERE deceased_at IS NOT NULL", "p3"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_change(&cases[i]);
}

static void test_an_address_has_no_case(void **state)
{
    (void)state;
    static const struct change cases[] = {
        {"an address in another spelling is the same", "patients.csv",
         "mrn,email\np1,ANN@example.org\np3,dee@Example.ORG\n",
         "patients: 1 changed 1 same",
         "SELECT value FROM contact_point WHERE kind = 'email' AND gone_at IS "
         "NULL ORDER BY id",
         "ann@example.org|dee@example.org"},
        {"so it is in a file of its own", "contact_points.csv",
         "patient,kind,value,rank\np3,email,DEE@Example.org,10\n",
         "contact_points: 1 changed",
         "SELECT value FROM contact_point WHERE patient_id = 3 AND kind = "
         "'email'",
         "dee@example.org"},
        {"and among opt-outs", "suppressions.csv",
         "patient,address,channel\n,DEE@example.org,email\n"
         ",dee@example.org,email\n",
         "suppressions: 1 new 1 same", "SELECT address FROM suppression",
         "DEE@example.org"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_change(&cases[i]);
}

/* Results: their numbers, and the time they came; where nobody said, that is
 * the day of the test. What lies outside of what a laboratory measures is its
 * bound. A number that nobody can read is told, and the test stays. */
static void test_results(void **state)
{
    (void)state;
    static const struct {
        const char *text, *summary, *again, *expected;
    } cases[] = {
        {"patient,kind,done,result,value,second_value,unit,resulted\n"
         "p1,hba1c,2026-01-05,,7.2,,%,2026-01-07T16:00Z\n"
         "p1,blood-pressure,2026-02-05,,128,82.0,mm[Hg],\n"
         "p1,fit,2026-07-05,normal,,,,\np1,flu-vaccine,2026-08-05,,,,,\n",
         "screenings: 4 new", "screenings: 4 same",
         "hba1c 7.2 -% 2026-01-07 16:00:00|blood-pressure 128.0 82.0mm[Hg] "
         "2026-02-05 05:00:00|fit - -- 2026-07-05 04:00:00|flu-vaccine - -- "
         "-"},
        {"patient,kind,done,value\np1,a,2026-01-05,>14\n"
         "p1,a,2026-02-05,\"7,2\"\np1,a,2026-03-05,<= 4.5\n"
         "p1,a,2026-04-05,6\np1,a,2026-05-05,\np1,a,2026-06-05,-1\n",
         "screenings: 6 new 1 flawed", "screenings: 6 same 1 flawed",
         "a 14.0 -- 2026-01-05 05:00:00|a - -- -|a 4.5 -- 2026-03-05 05:00:00|"
         "a 6.0 -- 2026-04-05 04:00:00|a - -- -|a -1.0 -- 2026-06-05 "
         "04:00:00"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        import_all(&fixture);
        fixture_quiet(&fixture);
        fixture_file(&fixture, "screenings.csv", cases[i].text);
        assert_true(fixture_import(&fixture));
        assert_string_equal(fixture_summary(&fixture), cases[i].summary);
        assert_string_equal(
            fixture_ask(&fixture,
                        "SELECT kind || ' ' || coalesce(value, '-') || ' ' ||"
                        " coalesce(second_value, '-') || coalesce(unit, '-')"
                        " || ' ' || coalesce(datetime(resulted_at / 1000,"
                        " 'unixepoch'), '-') FROM screening ORDER BY done_on"),
            cases[i].expected);
        assert_true(fixture_import(&fixture));
        assert_string_equal(fixture_summary(&fixture), cases[i].again);
        fixture_close(&fixture);
    }
}

/* Two files that both know a number agree after one round. */
static void test_two_sources_of_a_number(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    fixture_file(&fixture, "contact_points.csv",
                 "patient,kind,value,rank,use,line\n"
                 "p1,phone,617-555-0123,5,mobile,mobile\n"
                 "p1,phone,617-555-0124 x12,7,work,landline\n");
    assert_true(fixture_import(&fixture));
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "clinics: 2 same; patients: 3 same; contact_points: 2 "
                        "same; appointments: 3 same; prescriptions: 1 same; "
                        "fills: 2 same");
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT value || ' ' || rank || coalesce(extension, '') "
                    "FROM contact_point WHERE kind = 'phone' ORDER BY id"),
        "+16175550123 5|+16175550124 712");
    fixture_close(&fixture);
}

/* Each round comes on top of the one before; no change note is taken up in
 * between, so that each finds the notes of the last. */
static void test_addresses_that_come_back(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *rows, *summary, *there;
    } rounds[] = {
        {"two patients and their addresses",
         "v1,617-555-0171,v1@example.org\nv2,617-555-0172,\n",
         "patients: 2 new", "+16175550171|v1@example.org|+16175550172"},
        {"a number and an address leave", "v1,,\nv2,617-555-0172,\n",
         "patients: 1 changed 1 same", "+16175550172"},
        {"both return, in a file with other patients' news",
         "v1,617-555-0171,v1@example.org\nv2,617-555-0173,\n"
         "v3,617-555-0174,\n",
         "patients: 1 new 2 changed",
         "+16175550171|v1@example.org|+16175550173|+16175550174"},
        {"a corrected number is corrected back",
         "v1,617-555-0171,v1@example.org\nv2,617-555-0172,\n",
         "patients: 1 changed 1 same",
         "+16175550171|v1@example.org|+16175550172|+16175550174"},
        {"said again it is no news",
         "v1,617-555-0171,v1@example.org\nv2,617-555-0172,\n",
         "patients: 2 same",
         "+16175550171|v1@example.org|+16175550172|+16175550174"},
    };
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    fixture_quiet(&fixture);
    for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "mrn,mobile,email\n%s", rounds[i].rows);
        fixture_file(&fixture, "patients.csv", text);
        bool done = fixture_import(&fixture);
        const char *summary = fixture_summary(&fixture);
        if (!done || strcmp(summary, rounds[i].summary))
            fail_msg("%s: %s %s", rounds[i].sentence, summary,
                     fixture.told.len ? fixture.told.data : "");
        const char *there = fixture_ask(
            &fixture,
            "SELECT value FROM contact_point JOIN patient p ON p.id = "
            "patient_id WHERE mrn LIKE 'v%' AND contact_point.gone_at IS NULL "
            "ORDER BY mrn, kind DESC");
        if (strcmp(there, rounds[i].there))
            fail_msg("%s: %s", rounds[i].sentence, there);
    }
    fixture_close(&fixture);
}

static void test_full_extracts(void **state)
{
    (void)state;
    static const char head[] = "id,patient,clinic,start,status\n";
    static const char seven[] = "a1,p1,c1,2027-03-09 09:00,booked\n"
                                "a2,p2,c1,2027-03-10 09:00,booked\n"
                                "a3,p3,c2,2027-03-10 09:00,booked\n"
                                "a4,p1,c1,2027-04-09 09:00,booked\n"
                                "a5,p1,c1,2027-05-09 09:00,booked\n"
                                "a6,p1,c1,2027-06-09 09:00,booked\n"
                                "past,p1,c1,2026-01-09 09:00,fulfilled\n";
    static const struct {
        const char *sentence, *rows;
        bool full, accept;
        const char *summary, *still;
    } cases[] = {
        {"a full extract that misses one of six ends it",
         "a1,p1,c1,2027-03-09 09:00,booked\n"
         "a2,p2,c1,2027-03-10 09:00,booked\n"
         "a3,p3,c2,2027-03-10 09:00,booked\n"
         "a4,p1,c1,2027-04-09 09:00,booked\n"
         "a5,p1,c1,2027-05-09 09:00,booked\n",
         true, false, "appointments: 5 same 1 gone", "a1|a2|a3|a4|a5|past"},
        {"a row that cannot be read has come all the same",
         "a1,p1,c1,2027-03-09 09:00,booked\n"
         "a2,p2,c9,2027-03-10 09:00,booked\n"
         "a3,p3,c2,2027-03-10 09:00,booked, late\n"
         "a4,p1,c1,2027-04-09 09:00,booked\n"
         "a5,p1,c1,2027-05-09 09:00,booked\n"
         "a6,nobody,c1,2027-06-09 09:00,booked\n",
         true, false, "appointments: 3 same 3 bad", "a1|a2|a3|a4|a5|a6|past"},
        {"one that ends within a row is cut off",
         "a1,p1,c1,2027-03-09 09:00,booked\n"
         "a2,p2,c1,2027-03-10 09:00,booked\n"
         "a3,p3,c2,2027-03-10 09:00,booked\n"
         "a4,p1,c1,2027-04-09 09:00,booked\n"
         "a5,p1,c1,2027-05-09 09:00,booked\n"
         "a6,p1,c",
         true, true, "appointments: refused", "a1|a2|a3|a4|a5|a6|past"},
        {"its last line needs no end",
         "a1,p1,c1,2027-03-09 09:00,booked\n"
         "a2,p2,c1,2027-03-10 09:00,booked\n"
         "a3,p3,c2,2027-03-10 09:00,booked\n"
         "a4,p1,c1,2027-04-09 09:00,booked\n"
         "a5,p1,c1,2027-05-09 09:00,booked",
         true, false, "appointments: 5 same 1 gone", "a1|a2|a3|a4|a5|past"},
        {"rows of nothing but separators are none",
         "a1,p1,c1,2027-03-09 09:00,booked\n"
         "a2,p2,c1,2027-03-10 09:00,booked\n"
         "a3,p3,c2,2027-03-10 09:00,booked\n"
         "a4,p1,c1,2027-04-09 09:00,booked\n"
         "a5,p1,c1,2027-05-09 09:00,booked\n"
         "a6,p1,c1,2027-06-09 09:00,booked\n,,,,\n, ,,,\n,,,,\n",
         true, false, "appointments: 6 same", "a1|a2|a3|a4|a5|a6|past"},
        {"a half file is refused", "a1,p1,c1,2027-03-09 09:00,booked\n", true,
         false, "appointments: refused", "a1|a2|a3|a4|a5|a6|past"},
        {"and taken when somebody says that it is right",
         "a1,p1,c1,2027-03-09 09:00,booked\n", true, true,
         "appointments: 1 same 5 gone", "a1|past"},
        {"an empty file is refused", "", true, false, "appointments: refused",
         "a1|a2|a3|a4|a5|a6|past"},
        {"the same without --full ends nothing", "", false, false,
         "appointments:", "a1|a2|a3|a4|a5|a6|past"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        char text[2048];
        fixture_open(&fixture);
        import_all(&fixture);
        fixture_quiet(&fixture);
        snprintf(text, sizeof(text), "%s%s", head, seven);
        fixture_file(&fixture, "appointments.csv", text);
        assert_true(fixture_import(&fixture));
        snprintf(text, sizeof(text), "%s%s", head, cases[i].rows);
        fixture_file(&fixture, "appointments.csv", text);
        fixture.options.full = cases[i].full;
        fixture.options.max_bad = 60;
        fixture.options.accept = cases[i].accept;
        assert_true(fixture_import(&fixture));
        if (strcmp(fixture_summary(&fixture), cases[i].summary) != 0)
            fail_msg("%s: got '%s'", cases[i].sentence,
                     fixture_summary(&fixture));
        const char *still = fixture_ask(
            &fixture, "SELECT external_id FROM appointment WHERE gone_at IS "
                      "NULL ORDER BY external_id");
        if (strcmp(still, cases[i].still) != 0)
            fail_msg("%s: still there: %s", cases[i].sentence, still);
        fixture_close(&fixture);
    }
}

/* Hours and days hang on the state (L-8, L-9): one that cannot be read is no
 * text like others. */
static void test_a_state_is_read_or_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture.options.max_bad = 60;
    fixture_file(&fixture, "patients.csv",
                 "mrn,first_name,state\n"
                 "p1,Ana,Ala.\np2,Ben,US-AL\np3,Cy,D.C.\n"
                 "p4,Dee,Alabma\np5,Eve,12\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture), "patients: 3 new 2 bad");
    assert_string_equal(fixture_ask(&fixture, "SELECT state FROM patient"
                                              " ORDER BY mrn"),
                        "AL|AL|DC");
    assert_non_null(strstr(fixture.told.data, "Alabma"));
    assert_non_null(strstr(fixture.told.data, "no such state"));
    fixture_close(&fixture);
}

/* The limit guards booked visits; a source may drop cancelled ones. */
static void test_cancelled_may_leave(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    fixture_quiet(&fixture);
    fixture_file(&fixture, "appointments.csv",
                 "id,patient,clinic,start,status\n"
                 "a1,p1,c1,2027-03-09 09:00,booked\n"
                 "a2,p2,c1,2027-03-10 09:00,cancelled\n"
                 "a3,p3,c2,2027-03-10 09:00,cancelled\n");
    assert_true(fixture_import(&fixture));
    fixture_file(&fixture, "appointments.csv",
                 "id,patient,clinic,start,status\n"
                 "a1,p1,c1,2027-03-09 09:00,booked\n");
    fixture.options.full = true;
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "appointments: 1 same 2 gone");
    fixture_close(&fixture);
}

static void test_gone_and_back(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    import_all(&fixture);
    fixture_quiet(&fixture);
    fixture.options.full = fixture.options.accept = true;
    fixture_file(&fixture, "fills.csv",
                 "id,prescription,filled,days_supply\n"
                 "f2,r1,2026-10-25,30\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture), "fills: 1 same 1 gone");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT runs_out_on || first_fill || latest || "
                              "occurrence FROM fill WHERE external_id = 'f2'"),
        "2026-11-24111");
    fixture_file(&fixture, "fills.csv", fills_csv);
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture), "fills: 1 changed 1 same");
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT runs_out_on || (gone_at IS NULL) FROM fill ORDER "
                    "BY external_id"),
        "2026-10-311|2026-11-301");
    fixture_close(&fixture);
}

static void test_words_for_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "patients.csv",
                 "mrn,last_name,birth_date,sex,deceased\n"
                 "p1,UNKNOWN,01/01/1900,unknown,9999-12-31\n"
                 "p2,None,1/1/1900,U,N/A\n"
                 "p3,Roe,1900-01-01 00:00:00,F,none\n"
                 "p4,Nonesuch,1901-01-01,M,\n");
    fixture_file(&fixture, "appointments.csv",
                 "id,patient,start,status\na1,p4,1900-01-01 00:00,booked\n"
                 "a2,p4,2027-01-04 09:00,booked\n"
                 "a3,UNKNOWN,2027-01-04 09:00,booked\n");
    fixture.options.max_bad = 100;
    assert_true(fixture_import(&fixture));
    static const struct {
        const char *about, *sql, *want;
    } rows[] = {
        {"a birth of 1900 is none",
         "SELECT coalesce(birth_on, '-') FROM patient ORDER BY mrn",
         "-|-|-|1901-01-01"},
        {"nor is a death of 9999",
         "SELECT count(*) FROM patient WHERE deceased_at IS NOT NULL", "0"},
        {"a name that says so is none",
         "SELECT coalesce(family_name, '-') FROM patient ORDER BY mrn",
         "-|-|Roe|Nonesuch"},
        {"a word of the column is that word",
         "SELECT sex FROM patient ORDER BY mrn", "unknown|unknown|female|male"},
        {"no visit in 1900, and none of nobody",
         "SELECT external_id FROM appointment", "a2"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(fixture_ask(&fixture, rows[i].sql), rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].about,
                     fixture_ask(&fixture, rows[i].sql));
    static const char *const told[] = {
        "patients.csv: birth_date: UNKNOWN, 1900-01-01 or the like in rows: 3",
        "last_name: UNKNOWN", "deceased: UNKNOWN",
        "appointments.csv:2:start:1900-01-01 00:00:says that there is none",
        "appointments.csv:4:patient:UNKNOWN:says that there is none"};
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        if (!strstr(fixture.told.data, told[i]))
            fail_msg("'%s' was not told:\n%s", told[i], fixture.told.data);
    fixture_close(&fixture);
}

static void test_refused_files(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *file, *text, *expected;
    } cases[] = {
        {"all missing columns are named", "appointments.csv",
         "id,start\na9,2027-01-01\n",
         "appointments.csv:1: columns are missing: patient, status"},
        {"no header row", "patients.csv", "", "not even a header row"},
        {"one column twice", "patients.csv", "mrn,mrn\np9,p9\n",
         "the column 'mrn' is there twice"},
        {"a file that is cut off", "patients.csv",
         "mrn,first_name\np9,Zoe\np10,\"Yan", "a quote opens here"},
        {"more than a fifth of bad rows", "patients.csv",
         "mrn,birth_date\np9,1990-01-01\np10,1990-01-01\np11,1990-13-01\n",
         "1 of 3 rows have faults, more than 20 %"},
        {"fields that cannot be read count as well", "patients.csv",
         "mrn,mobile\np9,Smith\np10,Miller\n", "2 of 2 rows have faults"},
        {"a binary file", "patients.csv",
         "\x7f"
         "ELF\x01\x02,\n\xff\xfe\n",
         "columns are missing: mrn"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        import_all(&fixture);
        fixture_quiet(&fixture);
        fixture_file(&fixture, cases[i].file, cases[i].text);
        assert_true(fixture_import(&fixture));
        assert_int_equal(fixture.report.count, 1);
        assert_false(fixture.report.tables[0].taken);
        const char *reason = fixture.report.tables[0].reason;
        if (!strstr(reason, cases[i].expected))
            fail_msg("%s: got %s", cases[i].sentence, reason);
        assert_string_equal(
            fixture_ask(&fixture,
                        "SELECT count(*) || ' ' || (SELECT count(*) FROM "
                        "dirty) || ' ' || (SELECT count(*) FROM audit) FROM "
                        "patient"),
            "3 0 5");
        fixture_close(&fixture);
    }
}

static void test_bad_rows(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *kind, *row, *expected;
    } cases[] = {
        {"too few fields", "patients", "p9,Zoe",
         "patients.csv:2:::has 2 fields, the header row has 4"},
        {"an id that is empty", "patients", ",Zoe,,",
         "patients.csv:2:mrn::is empty"},
        {"an id that a spreadsheet has rewritten", "patients", "1.23E+08,Zoe,,",
         "patients.csv:2:mrn:1.23E+08:a spreadsheet has"},
        {"a day that is not", "patients", "p9,Zoe,2021-02-29,",
         "patients.csv:2:birth_date:"},
        {"and is not blamed on how it is written", "patients",
         "p9,Zoe,2021-02-29,", "there is no such day"},
        {"a birth to come", "patients", "p9,Zoe,2058-02-03,",
         "lies in the future"},
        {"a totals line is no patient", "patients", "TOTAL,3,,",
         "patients.csv:2:mrn:TOTAL:a totals line"},
        {"nor with its number", "patients", "Grand total: 27,,,",
         "a totals line"},
        {"a visit without a time of day is not at midnight", "appointments",
         "a9,p1,2027-01-01,booked",
         "appointments.csv:2:start:2027-01-01:has no time of day"},
        {"a date that was not declared", "patients", "p9,Zoe,02/03/1990,",
         "declare how dates are written"},
        {"a number is masked", "patients", "p9,Zoe,,617-555-01",
         "patients.csv:2:mobile:6\xe2\x80\xa2"},
        {"a patient that is not there", "appointments",
         "a9,nobody,2027-01-01 09:00,booked",
         "appointments.csv:2:patient:nobody:there is no patient"},
        {"a word that is none of the known", "appointments",
         "a9,p1,2027-01-01 09:00,maybe",
         "appointments.csv:2:status:maybe:none of booked proposed"},
        {"a time that is none", "appointments", "a9,p1,tomorrow,booked",
         "appointments.csv:2:start:tomorrow:not a time such as"},
        {"an hour of one digit", "appointments", "a9,p1,2027-01-01 9:00,booked",
         "appointments.csv:2:start:2027-01-01 9:00:the hour has two digits, as "
         "09:00"},
        {"a day that the calendar has not", "appointments",
         "a9,p1,2027-02-29 09:00,booked", "there is no such day or time"},
        {"an unknown zone", "clinics", "c9,Nine,Mars/Base,",
         "clinics.csv:2:zone:Mars/Base:not a time zone"},
        {"a clinic in a state of two zones, none of them ours", "clinics",
         "c9,Nine,,SD", "its state has several time zones"},
        {"hours of contact over midnight", "hours", "p9,22:00,06:00",
         "patients.csv:2:contact_from:22:00:contact_from is not before "
         "contact_to"},
        {"hours that are none", "hours", "p9,09:00,09:00",
         "patients.csv:2:contact_from:09:00:contact_from is not before"},
        {"the end of hours of which the store has the beginning", "until",
         "p1,08:00", "patients.csv:2:contact_to:08:00:contact_from is not"},
        {"a fill of the day after tomorrow", "fills", "f9,r1,2026-11-25,30",
         "fills.csv:2:filled:2026-11-25:lies in the future"},
        {"a supply of no days", "fills", "f9,r1,2026-10-01,0",
         "fills.csv:2:days_supply:0:not between 1 and 400"},
        {"a fill of nothing", "fills", "f9,r9,2026-10-01,30",
         "fills.csv:2:prescription:r9:there is no prescription"},
        {"a language that is none", "languages", "p1,xx",
         "patients.csv:2:language:xx:not a language such as"},
        {"nor three letters for it", "languages", "p1,und",
         "patients.csv:2:language:und:not a language"},
        {"nor its name", "languages", "p1,Spanish", "not a language"},
        {"nor a region alone", "languages", "p1,-MX", "not a language"},
        {"no number at all", "fills", "f9,r1,2026-10-01,many",
         "fills.csv:2:days_supply:many:not a whole number"},
    };
    static const struct {
        const char *kind, *file, *head;
    } heads[] = {{"patients", "patients", "mrn,first_name,birth_date,mobile"},
                 {"hours", "patients", "mrn,contact_from,contact_to"},
                 {"until", "patients", "mrn,contact_to"},
                 {"appointments", "appointments", "id,patient,start,status"},
                 {"clinics", "clinics", "id,name,zone,state"},
                 {"languages", "patients", "mrn,language"},
                 {"fills", "fills", "id,prescription,filled,days_supply"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        char text[400], name[64];
        size_t h = 0;
        while (strcmp(heads[h].kind, cases[i].kind) != 0)
            h++;
        fixture_open(&fixture);
        import_all(&fixture);
        fixture_quiet(&fixture);
        fixture_sql(&fixture, "UPDATE patient SET contact_from = 540");
        fixture.options.max_bad = 100;
        snprintf(text, sizeof(text), "%s\n%s\n", heads[h].head, cases[i].row);
        snprintf(name, sizeof(name), "%s.csv", heads[h].file);
        fixture_file(&fixture, name, text);
        assert_true(fixture_import(&fixture));
        if (!strstr(fixture.told.data, cases[i].expected))
            fail_msg("%s: expected %s, got %s", cases[i].sentence,
                     cases[i].expected, fixture.told.data);
        assert_true(fixture.report.tables[0].taken);
        fixture_close(&fixture);
    }
}

/* The n-th write fails, for every n: nothing of the file is there, and the
 * next import takes it. */
static void test_failing_writes(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "patients.csv", patients_csv);
    fixture_file(&fixture, "clinics.csv", clinics_csv);
    int failures = 0;
    for (int n = 1; n < 200; n++) {
        store_fail_write(fixture.store, n);
        if (fixture_import(&fixture))
            break;
        failures++;
        assert_int_equal(fixture.err.kind, ERROR_FULL);
        const char *got = fixture_ask(
            &fixture, "SELECT (SELECT count(*) FROM clinic) || ' ' || "
                      "(SELECT count(*) FROM patient) || ' ' || "
                      "(SELECT count(*) FROM contact_point)");
        if (strcmp(got, "0 0 0") != 0 && strcmp(got, "2 0 0") != 0)
            fail_msg("after the failure of write %d: %s", n, got);
    }
    store_fail_write(fixture.store, 0);
    assert_true(failures > 10);
    assert_string_equal(
        fixture_ask(&fixture, "SELECT count(*) FROM contact_point"), "3");
    fixture_close(&fixture);
}

static void test_files_of_a_folder(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    assert_false(fixture_import(&fixture));
    assert_non_null(strstr(fixture.err.text, "there is nothing to import"));
    fixture_file(&fixture, "patient.csv", patients_csv);
    fixture_file(&fixture, "Lists_export.csv", "list,patient\n");
    fixture_file(&fixture, "nonsense.csv", "a,b\n");
    fixture_file(&fixture, "clinics-2026-11-23.CSV", clinics_csv);
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture), "clinics: 2 new");
    assert_non_null(strstr(fixture.told.data, "rename it to lists.csv"));
    assert_non_null(strstr(fixture.told.data, "(clinics, patients, "));
    assert_non_null(strstr(fixture.told.data, "rename it to patients.csv"));
    const char *paths[] = {"/nowhere/patients.csv"};
    fixture.options.paths = paths;
    fixture.options.path_count = 1;
    assert_false(fixture_import(&fixture));
    assert_int_equal(fixture.err.kind, ERROR_CANNOT);
    fixture.options.path_count = 0;
    fixture_file(&fixture, "clinics.csv", clinics_csv);
    fixture.options.full = true;
    assert_false(fixture_import(&fixture));
    assert_non_null(strstr(fixture.err.text, "are both clinics"));
    fixture_close(&fixture);
}

static void test_unknown_columns(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "patients.csv",
                 "MRN,langauge,Birth Date,LAST-NAME\np1,es,"
                 "1970-01-02,Bee\n");
    assert_true(fixture_import(&fixture));
    assert_non_null(strstr(fixture.told.data, "did you mean 'language'?"));
    assert_string_equal(
        fixture_ask(&fixture, "SELECT birth_on || family_name FROM patient"),
        "1970-01-02Bee");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_in),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_indexes_stay_as_they_are),
        cmocka_unit_test(test_again_changes_nothing),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_an_address_has_no_case),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_two_sources_of_a_number),
        cmocka_unit_test(test_addresses_that_come_back),
        cmocka_unit_test(test_full_extracts),
        cmocka_unit_test(test_a_state_is_read_or_refused),
        cmocka_unit_test(test_cancelled_may_leave),
        cmocka_unit_test(test_gone_and_back),
        cmocka_unit_test(test_words_for_nothing),
        cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_failing_writes),
        cmocka_unit_test(test_files_of_a_folder),
        cmocka_unit_test(test_unknown_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
