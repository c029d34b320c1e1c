/* SPDX-License-Identifier: Apache-2.0 */
/* Patients that patients name: guardians, and records that became one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/forgotten.h"
#include "store/store.h"
#include "tests/feeds/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define GUARDIANS                                                    \
    "SELECT w.mrn || '>' || g.mrn FROM patient w JOIN patient g ON " \
    "g.id = w.guardian_id ORDER BY w.mrn"
#define MERGES                                                       \
    "SELECT o.mrn || '>' || k.mrn FROM patient o JOIN patient k ON " \
    "k.id = o.merged_into ORDER BY o.mrn"

/* A mother, a child of hers, and two records of one man. */
static void people(struct fixture *fixture)
{
    fixture_open(fixture);
    fixture->options.max_bad = 100;
    fixture_file(fixture, "patients.csv",
                 "mrn,first_name,birth_date,guardian\n"
                 "mum,Ann,1980-01-02,\nkid,Bo,2020-01-02,mum\n"
                 "old,Cy,1970-01-02,\nnew,Cyrus,1970-01-02,\n");
    if (!fixture_import(fixture))
        fail_msg("%s", fixture->err.text);
    fixture_quiet(fixture);
}

static void expect(struct fixture *fixture, const char *sentence,
                   const char *summary, const char *told, const char *sql,
                   const char *expected)
{
    if (!fixture_import(fixture))
        fail_msg("%s: %s", sentence, fixture->err.text);
    if (strcmp(fixture_summary(fixture), summary) != 0)
        fail_msg("%s: expected '%s', got '%s'\n%s", sentence, summary,
                 fixture_summary(fixture), fixture->told.data);
    if (*told ? !strstr(fixture->told.data, told) : fixture->told.len > 0)
        fail_msg("%s: expected to be told '%s', got '%s'", sentence, told,
                 fixture->told.data);
    const char *got = fixture_ask(fixture, sql);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: expected '%s', got '%s'", sentence, expected, got);
}

#define UNKNOWN \
    "there is no patient with this MRN, and none comes in this import"

static void whom_a_row_names(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *rows, *summary, *told, *sql, *expected;
    } cases[] = {
        {"an unknown guardian is told, and the known one stays",
         "mrn,first_name,guardian\nkid,Bob,nobody\n", "patients: 1 bad",
         "patients.csv:2:guardian:nobody:" UNKNOWN, GUARDIANS, "kid>mum"},
        {"of a patient who has none it is told too",
         "mrn,first_name,guardian\nold,Cy,nobody\n", "patients: 1 bad",
         "patients.csv:2:guardian:nobody:" UNKNOWN, GUARDIANS, "kid>mum"},
        {"a minor is not taken without the guardian",
         "mrn,birth_date,guardian\nsis,2021-01-02,nobody\n", "patients: 1 bad",
         UNKNOWN, "SELECT count(*) FROM patient WHERE mrn = 'sis'", "0"},
        {"nor is a merged record without the one that is left",
         "mrn,merged_into\nold,nobody\n", "patients: 1 bad",
         "patients.csv:2:merged_into:nobody:" UNKNOWN, MERGES, ""},
        {"whoever names a row that is left out is left out",
         "mrn,guardian\na,b\nb,c\nc,nobody\nd,mum\n", "patients: 1 new 3 bad",
         "patients.csv:2:guardian:b:" UNKNOWN, GUARDIANS, "d>mum|kid>mum"},
        {"a guardian may stand behind the ward",
         "mrn,guardian\nsis,dad\ndad,\n", "patients: 2 new", "", GUARDIANS,
         "kid>mum|sis>dad"},
        {"an empty guardian is none any more", "mrn,guardian\nkid,\n",
         "patients: 1 changed", "", GUARDIANS, ""},
        {"a file without the column leaves the guardian",
         "mrn,first_name\nkid,Bob\n", "patients: 1 changed", "", GUARDIANS,
         "kid>mum"},
        {"nobody is their own guardian", "mrn,guardian\nkid,kid\n",
         "patients: 1 bad",
         "patients.csv:2:guardian:kid:names the patient's own "
         "record",
         GUARDIANS, "kid>mum"},
        {"guardians in a circle are none", "mrn,guardian\na,b\nb,c\nc,a\nd,a\n",
         "patients: 4 bad", "patients.csv:3:guardian:c:leads back", GUARDIANS,
         "kid>mum"},
        {"a circle with what the store knows", "mrn,guardian\nmum,kid\n",
         "patients: 1 bad", "patients.csv:2:guardian:kid:leads back", GUARDIANS,
         "kid>mum"},
        {"no circle: the other end of it has changed, too",
         "mrn,guardian\nmum,kid\nkid,\n", "patients: 2 changed", "", GUARDIANS,
         "mum>kid"},
        {"no record is merged into itself", "mrn,merged_into\nold,old\n",
         "patients: 1 bad",
         "patients.csv:2:merged_into:old:names the patient's "
         "own record",
         MERGES, ""},
        {"merges in a circle leave no record",
         "mrn,merged_into\nold,new\n"
         "new,old\n",
         "patients: 2 bad",
         "patients.csv:2:merged_into:new:leads "
         "back",
         MERGES, ""},
        {"a chain ends at the record that is left, in any order of rows",
         "mrn,merged_into\nold,new\nnew,mum\nx,old\n",
         "patients: 1 new 2 changed", "", MERGES, "new>mum|old>mum|x>mum"},
        {"the ward of a merged guardian is the surviving one's",
         "mrn,merged_into\nmum,new\n", "patients: 1 changed", "", GUARDIANS,
         "kid>new"},
        {"a merged guardian is named by the old number",
         "mrn,merged_into,guardian\nmum,new,\nsis,,mum\n",
         "patients: 1 new 1 changed", "", GUARDIANS, "kid>new|sis>new"},
        {"a guardian is not the ward's own record",
         "mrn,merged_into,guardian\nmum,kid,\nkid,,mum\n",
         "patients: 1 same 1 bad", "patients.csv:2:merged_into:kid:leads back",
         GUARDIANS, "kid>mum"},
        {"also of a new one", "mrn,merged_into,guardian\nnew,old,\nold,,new\n",
         "patients: 2 bad", "patients.csv:3:guardian:new:leads back", MERGES,
         ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        people(&fixture);
        fixture_file(&fixture, "patients.csv", cases[i].rows);
        expect(&fixture, cases[i].sentence, cases[i].summary, cases[i].told,
               cases[i].sql, cases[i].expected);
        /* Once more: nothing new, and the same faults. */
        fixture_quiet_dirty(&fixture);
        assert_true(fixture_import(&fixture));
        if (fixture.report.tables[0].made || fixture.report.tables[0].changed ||
            (*cases[i].told && !fixture.told.len))
            fail_msg("again: %s: %s\n%s", cases[i].sentence,
                     fixture_summary(&fixture), fixture.told.data);
        fixture_close(&fixture);
    }
}

/* After `old` was merged into `new`: what the source still says of `old`. */
static void rows_of_a_merged_record(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *file, *rows, *summary, *sql, *expected;
    } cases[] = {
        {"a visit", "appointments.csv",
         "id,patient,start,status\na,old,2027-01-04 09:00,booked\n",
         "appointments: 1 new",
         "SELECT p.mrn FROM appointment a JOIN patient p ON p.id = "
         "a.patient_id",
         "new"},
        {"a number", "contact_points.csv",
         "patient,kind,value\nold,phone,617-555-0123\n",
         "contact_points: 1 new",
         "SELECT p.mrn FROM contact_point c JOIN patient p ON p.id = "
         "c.patient_id",
         "new"},
        {"a prescription", "prescriptions.csv",
         "id,patient,status\nr,old,active\n", "prescriptions: 1 new",
         "SELECT p.mrn FROM prescription r JOIN patient p ON p.id = "
         "r.patient_id",
         "new"},
        {"the patient's own row", "patients.csv",
         "mrn,first_name,mobile\nold,Cy B.,617-555-0123\n",
         "patients: 1 changed",
         "SELECT p.mrn || p.given_name || c.value FROM patient p JOIN "
         "contact_point c ON c.patient_id = p.id",
         "newCy B.+16175550123"},
        {"the survivor's own row speaks, if it comes first", "patients.csv",
         "mrn,first_name,mobile\nnew,Cyrus,617-555-0124\nold,Cy,617-555-0123\n",
         "patients: 1 changed 1 same",
         "SELECT p.mrn || p.given_name || c.value FROM patient p JOIN "
         "contact_point c ON c.patient_id = p.id",
         "newCyrus+16175550124"},
        {"and if it comes last", "patients.csv",
         "mrn,first_name,mobile\nold,Cy,617-555-0123\nnew,Cyrus,617-555-0124\n",
         "patients: 1 changed 1 same",
         "SELECT p.mrn || p.given_name || c.value FROM patient p JOIN "
         "contact_point c ON c.patient_id = p.id",
         "newCyrus+16175550124"},
        {"the row that says so stays the old record's", "patients.csv",
         "mrn,first_name,merged_into\nold,Cy B.,new\n", "patients: 1 changed",
         "SELECT given_name FROM patient WHERE mrn IN ('old', 'new') ORDER BY "
         "mrn",
         "Cyrus|Cy B."},
        {"an empty cell undoes no merge", "patients.csv",
         "mrn,first_name,merged_into\nold,Cyrus,\n", "patients: 1 same", MERGES,
         "old>new"},
        {"a guardian by the old number", "patients.csv",
         "mrn,guardian\nkid,old\n", "patients: 1 changed", GUARDIANS,
         "kid>new"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        people(&fixture);
        fixture_file(&fixture, "patients.csv", "mrn,merged_into\nold,new\n");
        assert_true(fixture_import(&fixture));
        fixture_quiet(&fixture);
        fixture_file(&fixture, cases[i].file, cases[i].rows);
        expect(&fixture, cases[i].sentence, cases[i].summary, "", cases[i].sql,
               cases[i].expected);
        fixture_close(&fixture);
    }
}

/* What a source says of the old record it goes on saying: that is no news,
 * and no fault. */
static void a_merge_between_two_imports(void **state)
{
    (void)state;
    static const struct {
        const char *file, *rows, *same;
    } cases[] = {
        {"consents.csv",
         "patient,verdict,channel,at\nold,granted,sms,2026-01-02 10:00\n",
         "consents: 1 same"},
        {"restrictions.csv", "patient,kind,since\nold,no-contact,2026-01-02\n",
         "restrictions: 1 same"},
        {"suppressions.csv", "patient,channel\nold,email\n",
         "suppressions: 1 same"},
        {"lists.csv", "list,patient\nrecall,old\n", "lists: 1 same"},
        {"conditions.csv", "patient,code\nold,E11\n", "conditions: 1 same"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        people(&fixture);
        fixture_file(&fixture, cases[i].file, cases[i].rows);
        assert_true(fixture_import(&fixture));
        fixture_quiet(&fixture);
        fixture_file(&fixture, "patients.csv", "mrn,merged_into\nold,new\n");
        assert_true(fixture_import(&fixture));
        fixture_quiet(&fixture);
        fixture_file(&fixture, cases[i].file, cases[i].rows);
        expect(&fixture, cases[i].file, cases[i].same, "", MERGES, "old>new");
        fixture_close(&fixture);
    }
}

/* A full extract is silent about a record that is no more: that ends nothing,
 * and the survivor has come when the old number has. Nor does a row end that
 * came with a fault. */
static void a_full_extract_after_a_merge(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    fixture_file(&fixture, "patients.csv", "mrn,merged_into\nold,new\n");
    assert_true(fixture_import(&fixture));
    fixture.options.full = true;
    fixture_file(&fixture, "patients.csv", "mrn\nmum\nkid\nold\n");
    expect(&fixture, "the old number alone", "patients: 3 same", "",
           "SELECT mrn FROM patient WHERE gone_at IS NOT NULL", "");
    fixture_file(&fixture, "patients.csv", "mrn\nmum\nkid\nnew\n");
    expect(&fixture, "the new one alone", "patients: 3 same", "",
           "SELECT mrn FROM patient WHERE gone_at IS NOT NULL", "");
    fixture_file(&fixture, "patients.csv",
                 "mrn,guardian\nmum,\nkid,nobody\nnew,\n");
    expect(&fixture, "a ward whose row is left out", "patients: 2 same 1 bad",
           UNKNOWN, "SELECT mrn FROM patient WHERE gone_at IS NOT NULL", "");
    fixture_close(&fixture);
}

/* Parts of one table: a row waits for whom another part brings. */
static void several_files_of_patients(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *first, *second, *summary, *told, *guardians;
        int lines; /* that are told */
    } cases[] = {
        {"the guardian comes in the other part", "mrn,guardian\na,b\nc,\n",
         "mrn,guardian\nb,\n", "patients: 2 new; patients: 1 new", "", "a>b",
         0},
        {"each part needs the other one", "mrn,guardian\na,b\nc,\n",
         "mrn,guardian\nb,\nd,c\n", "patients: 2 new; patients: 2 new", "",
         "a>b|d>c"},
        {"a chain from part to part", "mrn,guardian\na,b\nc,\n",
         "mrn,guardian\nb,c\nd,a\n", "patients: 2 new; patients: 2 new", "",
         "a>b|b>c|d>a", 0},
        {"what is wrong with a row that waits is told once",
         "mrn,guardian,mobile\na,b,12\nc,,\n", "mrn,guardian\nb,\n",
         "patients: 2 new 1 flawed; patients: 1 new",
         "patients-1.csv:2:mobile:1", "a>b", 1},
        {"nobody brings the guardian", "mrn,guardian\na,nobody\nc,\n",
         "mrn,guardian\nb,\n", "patients: 1 new 1 bad; patients: 1 new",
         "patients-1.csv:2:guardian:nobody:" UNKNOWN "\n", "", 1},
        {"the guardian's own row is bad", "mrn,guardian\na,b\nc,\n",
         "mrn,guardian\nb,nobody\n", "patients: 1 new 1 bad; patients: 1 bad",
         "patients-1.csv:2:guardian:b:" UNKNOWN "\n", "", 2},
        {"the part with the guardian is refused", "mrn,guardian\na,b\nc,\n",
         "number,guardian\nb,\n", "patients: 1 new 1 bad; patients: refused",
         "patients-1.csv:2:guardian:b:" UNKNOWN "\n", "", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        fixture.options.max_bad = 100;
        fixture_file(&fixture, "patients-1.csv", cases[i].first);
        fixture_file(&fixture, "patients-2.csv", cases[i].second);
        expect(&fixture, cases[i].sentence, cases[i].summary, cases[i].told,
               GUARDIANS, cases[i].guardians);
        assert_int_equal(fixture.report.tables[0].read, 2);
        int lines = 0;
        for (const char *at = fixture.told.data; (at = strchr(at, '\n')); at++)
            lines++;
        assert_int_equal(lines, cases[i].lines);
        fixture_close(&fixture);
    }
}

/* Their ward is reached by nobody, until the source names another. */
static void a_guardian_who_was_forgotten(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    int64_t mum = atoll(
        fixture_ask(&fixture, "SELECT id FROM patient WHERE mrn = 'mum'"));
    assert_true(store_begin(fixture.store, &fixture.err));
    struct forgotten_stays stays;
    assert_true(forgotten_make(fixture.store, mum, "tester",
                               fixture.options.now, &stays, &fixture.err));
    assert_true(store_commit(fixture.store, &fixture.err));
    fixture_file(&fixture, "patients.csv",
                 "mrn,first_name,guardian,merged_into\nmum,Ann,,\n"
                 "kid,Bob,mum,\nold,Cy,,mum\n");
    expect(&fixture, "the ward keeps the guardian without a face",
           "patients: 1 changed", "",
           "SELECT w.given_name || (g.mrn LIKE 'forgotten-%') FROM patient w "
           "JOIN patient g ON g.id = w.guardian_id",
           "Bob1");
    assert_int_equal(fixture.report.tables[0].forgotten, 2);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whom_a_row_names),
        cmocka_unit_test(rows_of_a_merged_record),
        cmocka_unit_test(a_merge_between_two_imports),
        cmocka_unit_test(a_full_extract_after_a_merge),
        cmocka_unit_test(several_files_of_patients),
        cmocka_unit_test(a_guardian_who_was_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
