/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes before a message: planned rows of other campaigns (S-14). And the
 * small looks at a patient, a list and clinics that the gate takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/clinic.h"
#include "store/list.h"
#include "store/patient.h"
#include "store/rival.h"
#include "store/store.h"

#include "tests/store/fixture.h"

static const char world[] =
    "INSERT INTO patient(id, mrn, state, zone) VALUES (1, 'M1', 'NY',"
    " 'America/New_York'), (2, 'M2', NULL, NULL), (3, 'M3', NULL, NULL);"
    "UPDATE patient SET deceased_at = 5 WHERE id = 2;"
    "INSERT INTO campaign(id, name, priority) VALUES (1, 'mine', 2),"
    " (2, 'urgent', 1), (3, 'equal', 2), (4, 'bulk', 4);"
    "INSERT INTO campaign_version(id, campaign_id, sha256, content,"
    " launched_at, launched_by) VALUES (1, 1, 'x', '{}', 0, 'me');"
    "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind,"
    " anchor_id, occurrence, version_id, due_at, planned_at) VALUES"
    " (10, 1, 'mine', 1, 4, 1, 0, 1, 1000, 1000);";

static void expect_rivals(struct store *store, const char *why, const char *row,
                          size_t expect)
{
    struct error err = {0};
    struct rival found[4];
    struct outreach mine = {.id = 10, .campaign_id = 1, .planned_at = 1000};
    size_t count = 0;
    fixture_sql(store, "DELETE FROM outreach WHERE id != 10");
    fixture_sql(store, row);
    if (!rival_read(store, 1, &mine, 2, 1000, 500, 5000, 4, found, &count,
                    &err))
        fail_msg("%s: %s", why, err.text);
    if (count != expect)
        fail_msg("%s: %zu rivals", why, count);
}

/* id, campaign, patient, state, channel, due, planned, until */
#define ROW(values)                                                          \
    "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind,"   \
    " anchor_id, occurrence, version_id, state, channel, due_at,"            \
    " planned_at, until_at) SELECT column1, column2, 'x', column3, 4, 1, 0," \
    " 1, column4, column5, column6, column7, column8 FROM (VALUES (" values  \
    "))"

static void who_goes_before_whom(void **state)
{
    (void)state;
    static const struct {
        const char *why, *row;
        size_t count;
    } rows[] = {
        {"a more urgent one, due later", ROW("11,2,1,0,0,3000,3000,NULL"), 1},
        {"a call as well", ROW("11,2,1,0,2,3000,3000,NULL"), 1},
        {"an email takes no place", ROW("11,2,1,0,1,3000,3000,NULL"), 0},
        {"a task neither", ROW("11,2,1,0,15,3000,3000,NULL"), 0},
        {"of another patient", ROW("11,2,3,0,0,3000,3000,NULL"), 0},
        {"it left already", ROW("11,2,1,3,0,3000,3000,NULL"), 0},
        {"less urgent", ROW("11,4,1,0,0,900,900,NULL"), 0},
        {"of my own campaign", ROW("11,1,1,0,0,900,900,NULL"), 0},
        {"an equal, due and planned earlier", ROW("11,3,1,0,0,900,900,NULL"),
         1},
        {"an equal, planned at the same time and made later",
         ROW("11,3,1,0,0,900,1000,NULL"), 0},
        {"... and made earlier", ROW("9,3,1,0,0,900,1000,NULL"), 1},
        {"an equal, planned earlier and due later",
         ROW("11,3,1,0,0,1001,900,NULL"), 0},
        {"due too long ago", ROW("11,2,1,0,0,500,500,NULL"), 0},
        {"due too far ahead", ROW("11,2,1,0,0,5000,5000,NULL"), 0},
        {"no longer useful", ROW("11,2,1,0,0,900,900,1000"), 0},
        {"still useful", ROW("11,2,1,0,0,900,900,1001"), 1},
    };
    struct store *store = fixture_store();
    fixture_sql(store, world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_rivals(store, rows[i].why, rows[i].row, rows[i].count);
    fixture_sql(store, "UPDATE campaign SET state = 'paused' WHERE id = 2");
    expect_rivals(store, "of a paused campaign",
                  ROW("11,2,1,0,0,3000,3000,NULL"), 0);
    fixture_close(store);
}

static void the_earliest_come_first(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct rival found[2];
    struct outreach mine = {.id = 10, .campaign_id = 1, .planned_at = 1000};
    size_t count;
    fixture_sql(store, world);
    fixture_sql(store, ROW("11,2,1,0,0,3000,3000,NULL"));
    fixture_sql(store, "UPDATE outreach SET step = 'y' WHERE id = 11");
    fixture_sql(store, ROW("12,2,1,0,0,2000,2000,NULL"));
    fixture_sql(store, "UPDATE outreach SET step = 'z' WHERE id = 12");
    fixture_sql(store, ROW("13,2,1,0,0,4000,4000,NULL"));
    assert_true(
        rival_read(store, 1, &mine, 2, 1000, 0, 9000, 2, found, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(found[0].due_at, 2000);
    assert_int_equal(found[1].due_at, 3000);
    assert_int_equal(found[0].priority, 1);
    fixture_close(store);
}

static void medicine_add(void *arg, const char *name)
{
    buf_format(arg, "%s.", name);
}

static void small_looks(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct patient_vitals vitals;
    fixture_sql(store, world);
    assert_true(patient_vitals(store, 1, &vitals, &err));
    assert_true(vitals.here);
    assert_string_equal(vitals.state, "NY");
    assert_true(patient_vitals(store, 2, &vitals, &err));
    assert_false(vitals.here);
    assert_true(patient_vitals(store, 77, &vitals, &err));
    assert_false(vitals.here);

    struct buf told;
    size_t count;
    buf_init(&told, 64);
    fixture_sql(store,
                "INSERT INTO prescription(external_id, patient_id, drug_name,"
                " status) VALUES ('a', 1, 'Metformin', 'active'), ('b', 1,"
                " NULL, 'active'), ('c', 2, 'Statin', 'active')");
    assert_true(patient_medicines(store, 1, medicine_add, &told, &err));
    assert_string_equal(told.data, "Metformin.");
    buf_free(&told);

    bool holds;
    fixture_sql(store, "INSERT INTO list(id, name) VALUES (1, 'excluded from"
                       " mine'); INSERT INTO list_member(list_id, patient_id,"
                       " added_at) VALUES (1, 1, 1)");
    assert_true(list_holds(store, LIST_EXCLUDED "mine", 1, &holds, &err));
    assert_true(holds);
    assert_true(list_holds(store, LIST_EXCLUDED "mine", 2, &holds, &err));
    assert_false(holds);
    assert_true(list_holds(store, LIST_EXCLUDED "other", 1, &holds, &err));
    assert_false(holds);

    struct clinic_row *clinics;
    fixture_sql(store,
                "INSERT INTO clinic(external_id, name, public_name, zone,"
                " sensitive, gone_at) VALUES ('c1', 'One', 'One', 'UTC', 0,"
                " NULL), ('c2', 'Two', 'Two', 'UTC', 1, NULL), ('c3', 'Three',"
                " 'Three', 'UTC', 0, 5)");
    assert_true(clinic_list(store, &clinics, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(clinics[1].name, "Two");
    assert_true(clinics[1].sensitive && !clinics[0].sensitive);
    free(clinics);
    fixture_close(store);
}

static void where_a_clinic_answers(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct clinic_desk desk;
    fixture_sql(store, "INSERT INTO clinic(id, external_id, name, public_name,"
                       " phone, zone, open_from, open_to) VALUES (1, 'a', 'A',"
                       " 'A', '+12125550190', 'America/New_York', 480, 1080),"
                       " (2, 'b', 'B', 'B', '555 0190 ask for Ann', 'UTC',"
                       " NULL, NULL)");
    assert_true(clinic_desk_read(store, 1, &desk, &err));
    assert_string_equal(desk.phone, "+12125550190");
    assert_string_equal(desk.zone, "America/New_York");
    assert_int_equal(desk.open_from, 480);
    assert_int_equal(desk.open_to, 1080);
    assert_true(clinic_desk_read(store, 2, &desk, &err));
    assert_string_equal(desk.phone, ""); /* nothing to dial */
    assert_int_equal(desk.open_from, -1);
    assert_true(clinic_desk_read(store, 3, &desk, &err));
    assert_string_equal(desk.phone, "");
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_goes_before_whom),
        cmocka_unit_test(the_earliest_come_first),
        cmocka_unit_test(small_looks),
        cmocka_unit_test(where_a_clinic_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
