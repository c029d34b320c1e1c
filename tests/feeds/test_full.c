/* SPDX-License-Identifier: Apache-2.0 */
/* Full extracts: what absence ends, and what it never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/list.h"
#include "store/store.h"
#include "tests/feeds/fixture.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void people(struct fixture *fixture)
{
    fixture_open(fixture);
    fixture_file(fixture, "patients.csv",
                 "mrn\np1\np2\np3\np4\np5\np6\np7\np8\n");
    assert_true(fixture_import(fixture));
    fixture_quiet(fixture);
    fixture->options.max_bad = 90;
}

/* Whom somebody put on the list, not a file. */
static void by_hand(struct fixture *fixture, const char *name, int64_t patient)
{
    struct error err = {0};
    int64_t id;
    bool added;
    assert_true(store_begin(fixture->store, &err));
    assert_true(list_ensure(fixture->store, name, NULL, &id, &err));
    assert_true(
        list_add(fixture->store, id, patient, "asked", "kim", 5, &added, &err));
    assert_true(added);
    assert_true(store_commit(fixture->store, &err));
}

static const char *members(struct fixture *fixture)
{
    return fixture_ask(fixture,
                       "SELECT l.name || ':' || p.mrn FROM list_member m JOIN "
                       "list l ON l.id = m.list_id JOIN patient p ON p.id = "
                       "m.patient_id ORDER BY 1");
}

static void a_full_extract_ends_memberships_that_imports_made(void **state)
{
    (void)state;
    static const char head[] = "list,patient,added\n";
    static const struct {
        const char *sentence, *rows;
        bool full, accept;
        const char *summary, *members, *noted;
    } cases[] = {
        {"one that is missing ends, and is looked at",
         "no,p1,\nno,p2,\nno,p3,\nno,p4,\nno,p5,\n", true, false,
         "lists: 5 same 1 gone", "no:p1|no:p2|no:p3|no:p4|no:p5|no:p7|vip:p8",
         "p6"},
        {"one that a person put there, too, stays",
         "no,p2,\nno,p3,\nno,p4,\nno,p5,\nno,p6,\n", true, false,
         "lists: 5 same", "no:p1|no:p2|no:p3|no:p4|no:p5|no:p6|no:p7|vip:p8",
         ""},
        {"without --full nothing ends", "no,p1,\n", false, false,
         "lists: 1 same", "no:p1|no:p2|no:p3|no:p4|no:p5|no:p6|no:p7|vip:p8",
         ""},
        {"a half file is refused", "no,p1,\nno,p2,\nno,p3,\n", true, false,
         "lists: refused", "no:p1|no:p2|no:p3|no:p4|no:p5|no:p6|no:p7|vip:p8",
         ""},
        {"and taken when somebody says that it is right", "no,p1,\n", true,
         true, "lists: 1 same 5 gone", "no:p1|no:p7|vip:p8", "p2|p3|p4|p5|p6"},
        {"a row that cannot be read has come all the same",
         "no,p1,\nno,p2,\nno,p3,\nno,p4,\nno,p5,\nno,p6,tomorrow\n", true,
         false, "lists: 5 same 1 bad",
         "no:p1|no:p2|no:p3|no:p4|no:p5|no:p6|no:p7|vip:p8", ""},
        {"a list that is not named any more ends as a whole", "other,p1,\n",
         true, true, "lists: 1 new 5 gone", "no:p1|no:p7|other:p1|vip:p8",
         "p1|p2|p3|p4|p5|p6"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        char text[400];
        people(&fixture);
        snprintf(text, sizeof(text), "%s%s", head,
                 "no,p1,\nno,p2,\nno,p3,\nno,p4,\nno,p5,\nno,p6,\n");
        fixture_file(&fixture, "lists.csv", text);
        assert_true(fixture_import(&fixture));
        by_hand(&fixture, "no", 1);
        by_hand(&fixture, "no", 7);
        by_hand(&fixture, "vip", 8);
        fixture_quiet(&fixture);
        snprintf(text, sizeof(text), "%s%s", head, cases[i].rows);
        fixture_file(&fixture, "lists.csv", text);
        fixture.options.full = cases[i].full;
        fixture.options.accept = cases[i].accept;
        assert_true(fixture_import(&fixture));
        if (strcmp(fixture_summary(&fixture), cases[i].summary) != 0)
            fail_msg("%s: got '%s'", cases[i].sentence,
                     fixture_summary(&fixture));
        if (strcmp(members(&fixture), cases[i].members) != 0)
            fail_msg("%s: %s", cases[i].sentence, members(&fixture));
        const char *noted =
            fixture_ask(&fixture, "SELECT p.mrn FROM dirty d JOIN patient p ON "
                                  "p.id = d.id WHERE d.kind = 4 ORDER BY 1");
        if (strcmp(noted ? noted : "", cases[i].noted) != 0)
            fail_msg("%s: noted: %s", cases[i].sentence, noted);
        fixture_close(&fixture);
    }
}

/* L-34: what a file does not say is no word of the patient. */
static void absence_never_ends_consents_or_opt_outs(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    fixture_file(&fixture, "consents.csv",
                 "id,patient,verdict,at\n1,p1,granted,2026-01-01\n"
                 "2,p2,revoked,2026-01-01\n");
    fixture_file(&fixture, "suppressions.csv",
                 "patient,channel\np1,sms\np2,\np3,email\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "consents: 2 new; suppressions: 4 new");
    fixture.options.full = fixture.options.accept = true;
    fixture_file(&fixture, "consents.csv", "id,patient,verdict,at\n");
    fixture_file(&fixture, "suppressions.csv", "patient,channel\n");
    assert_true(fixture_import(&fixture));
    for (size_t i = 0; i < fixture.report.count; i++) {
        assert_true(fixture.report.tables[i].taken);
        assert_true(fixture.report.tables[i].stands);
        assert_int_equal(fixture.report.tables[i].gone, 0);
    }
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT (SELECT count(*) FROM consent) || ' ' || count(*) "
                    "FROM suppression WHERE lifted_at IS NULL"),
        "2 4");
    fixture_close(&fixture);
}

/* An opt-out of texts is one of calls: a file that says both says one thing
 * twice, the first time and every time. */
static void an_opt_out_that_is_said_twice_is_no_fault(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    fixture_file(&fixture, "suppressions.csv",
                 "patient,channel\np1,sms\np1,voice\np1,sms\n");
    fixture_file(&fixture, "lists.csv", "list,patient\nno,p1\nno,p1\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "suppressions: 2 new 4 same; lists: 1 new 1 same");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "suppressions: 6 same; lists: 2 same");
    assert_string_equal(fixture.told.data, "");
    fixture_close(&fixture);
}

/* L-30: it binds as it was meant, or it is no row. */
static void a_restriction_is_understood_or_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    fixture.options.max_bad = 100;
    fixture_file(&fixture, "restrictions.csv",
                 "id,patient,kind,value,since\n"
                 "1,p1,no-channel,text,2026-01-01\n"
                 "2,p1,only-channel,E-Mail,2026-01-01\n"
                 "3,p1,only-address,(212) 555-0106,2026-01-01\n"
                 "4,p1,only-address,P7@Example.ORG,2026-01-01\n"
                 "5,p1,no-channel,smss,2026-01-01\n"
                 "6,p1,only-channel,,2026-01-01\n"
                 "7,p1,no-contact,,2026-01-01\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(
        fixture_ask(&fixture, "SELECT external_id || ' ' || coalesce(value,"
                              " '-') FROM restriction ORDER BY 1"),
        "1 sms|2 email|3 +12125550106|4 P7@example.org|7 -");
    assert_non_null(strstr(fixture.told.data, "is no channel"));
    assert_non_null(strstr(fixture.told.data, "wants a value"));
    fixture_close(&fixture);
}

/* The newest word speaks: none comes from the future. */
static void a_consent_from_the_future_is_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    people(&fixture);
    fixture.options.max_bad = 100;
    fixture_file(&fixture, "consents.csv",
                 "id,patient,verdict,at\n1,p1,revoked,2026-01-01\n"
                 "2,p1,granted,2206-01-01\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_ask(&fixture,
                                    "SELECT group_concat(verdict) FROM"
                                    " consent"),
                        "revoked");
    assert_non_null(strstr(fixture.told.data, "lies in the future"));
    fixture_close(&fixture);
}

/* L-30: a restriction is lifted by its own source only. */
static void another_sources_restriction_stays(void **state)
{
    (void)state;
    struct fixture fixture;
    char map[100];
    people(&fixture);
    fixture_file(&fixture, "ehr.json",
                 "{\"mapping\": \"ehr\", \"tables\": [{\"table\": "
                 "\"restrictions\", \"from\": \"bounds.csv\", \"columns\": "
                 "{\"id\": \"id\", \"patient\": \"patient\", \"kind\": "
                 "\"kind\", \"since\": \"since\"}}]}");
    fixture_file(&fixture, "bounds.csv",
                 "id,patient,kind,since\n2,p2,no-contact,2026-01-01\n");
    snprintf(map, sizeof(map), "%s/ehr.json", fixture.folder);
    fixture.options.map_path = map;
    assert_true(fixture_import(&fixture));
    fixture_quiet(&fixture);
    fixture.options.map_path = NULL;
    fixture_file(&fixture, "restrictions.csv",
                 "id,patient,kind,since\n1,p1,no-contact,2026-01-01\n"
                 "3,p3,no-contact,2026-01-01\n");
    assert_true(fixture_import(&fixture));
    fixture.options.full = fixture.options.accept = true;
    fixture_file(&fixture, "restrictions.csv",
                 "id,patient,kind,since\n3,p3,no-contact,2026-01-01\n");
    assert_true(fixture_import(&fixture));
    assert_string_equal(fixture_summary(&fixture),
                        "restrictions: 1 same 1 gone");
    assert_string_equal(fixture_ask(&fixture,
                                    "SELECT external_id FROM restriction WHERE "
                                    "until_at IS NULL ORDER BY 1"),
                        "2|3");
    fixture_close(&fixture);
}

/* Whatever the key is made of: what can be read of it says that it came. */
static void a_bad_row_ends_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *file, *head, *good, *bad, *left;
    } cases[] = {
        {"contact_points.csv", "patient,kind,value,verified\n",
         "p1,phone,617-555-0123,\n", "p1,phone,617-555-0123,maybe\n",
         "SELECT count(*) FROM contact_point WHERE gone_at IS NULL"},
        {"conditions.csv", "patient,code,since,until\n", "p1,E11,2020-01-01,\n",
         "p1,E11,2020-01-01,maybe\n",
         "SELECT count(*) FROM condition WHERE gone_at IS NULL"},
        {"conditions.csv", "id,patient,code,until\n", "c1,p1,E11,\n",
         "c1,p1,E11,maybe\n",
         "SELECT count(*) FROM condition WHERE gone_at IS NULL"},
        {"orders.csv", "patient,kind,ordered,status\n",
         "p1,fit,2026-01-01,active\n", "p1,fit,2026-01-01,maybe\n",
         "SELECT count(*) FROM orders WHERE gone_at IS NULL"},
        {"restrictions.csv", "patient,kind,since\n",
         "p1,no-contact,2026-01-01\n", "p1,no-contact,maybe\n",
         "SELECT count(*) FROM restriction WHERE until_at IS NULL"},
        {"clinics.csv", "id,name,zone\n", "c1,North,\n", "c1,North,Mars\n",
         "SELECT count(*) FROM clinic WHERE gone_at IS NULL"},
        {"clinics.csv", "id,name,zone\n", "c1,North,\n", "c1,No\xe9l,\n",
         "SELECT count(*) FROM clinic WHERE gone_at IS NULL"},
        {"clinics.csv", "id,name,zone\n", "c1,North,\n", "c1,No,el,\n",
         "SELECT count(*) FROM clinic WHERE gone_at IS NULL"},
        {"clinics.csv", "id,name,zone\n", "c1,North,\n", "c1,North\n",
         "SELECT count(*) FROM clinic WHERE gone_at IS NULL"},
        {"clinics.csv", "zone,id,name\n", ",c1,North\n", ",c1\n",
         "SELECT count(*) FROM clinic WHERE gone_at IS NULL"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;
        char text[200];
        people(&fixture);
        snprintf(text, sizeof(text), "%s%s", cases[i].head, cases[i].good);
        fixture_file(&fixture, cases[i].file, text);
        assert_true(fixture_import(&fixture));
        fixture.options.full = fixture.options.accept = true;
        fixture.options.max_bad = 100;
        snprintf(text, sizeof(text), "%s%s", cases[i].head, cases[i].bad);
        fixture_file(&fixture, cases[i].file, text);
        assert_true(fixture_import(&fixture));
        assert_int_equal(fixture.report.tables[0].bad, 1);
        if (strcmp(fixture_ask(&fixture, cases[i].left), "1") != 0)
            fail_msg("ended: %s", cases[i].bad);
        snprintf(text, sizeof(text), "%s", cases[i].head);
        fixture_file(&fixture, cases[i].file, text);
        assert_true(fixture_import(&fixture));
        assert_string_equal(fixture_ask(&fixture, cases[i].left), "0");
        fixture_close(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_extract_ends_memberships_that_imports_made),
        cmocka_unit_test(absence_never_ends_consents_or_opt_outs),
        cmocka_unit_test(an_opt_out_that_is_said_twice_is_no_fault),
        cmocka_unit_test(a_restriction_is_understood_or_refused),
        cmocka_unit_test(a_consent_from_the_future_is_refused),
        cmocka_unit_test(another_sources_restriction_stays),
        cmocka_unit_test(a_bad_row_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
