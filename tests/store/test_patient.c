/* SPDX-License-Identifier: Apache-2.0 */
/* One person: finding and showing; lists and feeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/feed.h"
#include "store/list.h"
#include "store/patient.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

static struct store *sample(void)
{
    struct store *store = fixture_store();
    sample_fill(store);
    fixture_sql(
        store,
        "INSERT INTO campaign(id, name) VALUES (1, 'c');"
        "INSERT INTO campaign_version(id, campaign_id, sha256, content, "
        "launched_at, launched_by) VALUES (1, 1, 's', '{}', 1, 'kim');"
        "INSERT INTO outreach(id, campaign_id, step, patient_id, anchor_kind, "
        "anchor_id, occurrence, version_id, state, due_at, planned_at, channel)"
        " VALUES (1, 1, 'old', 1, 4, 1, 0, 1, 2, NULL, 5, 0),"
        " (2, 1, 'new', 1, 4, 1, 0, 1, 0, 9, 9, 1);"
        "INSERT INTO attempt(outreach_id, patient_id, channel, driver, address,"
        " submitted_at, outcome, body) VALUES"
        " (1, 1, 0, 'd', '+13125550101', 5, 6, 'first'),"
        " (1, 1, 0, 'd', '+13125550101', 6, 1, 'Hello Ana');"
        "INSERT INTO reply(channel, provider, address, received_at, body, "
        "patient_id, intent) VALUES (0, 'main', '+13125550101', 7, 'I feel "
        "sick', NULL, 'free');"
        "INSERT INTO consent(patient_id, verdict, at) VALUES"
        " (1, 'granted', 1), (1, 'revoked', 2);"
        "INSERT INTO suppression(patient_id, address, reason, since_at) VALUES"
        " (1, NULL, 'opt-out', 2), (NULL, '+13125550101', 'opt-out', 2);"
        "INSERT INTO restriction(patient_id, kind, value, since_at) VALUES"
        " (1, 'no-channel', 'voice', 1);");
    return store;
}

static void a_person_is_found_by_mrn_also_after_a_merge(void **state)
{
    (void)state;
    struct error err = {0};
    bool found = false;
    int64_t id = 0;
    struct store *store = sample();
    assert_true(patient_find_by_mrn(store, "M2", &found, &id, &err));
    assert_true(found);
    assert_int_equal(id, 2);
    assert_true(patient_find_by_mrn(store, "M9", &found, &id, &err));
    assert_false(found);
    fixture_sql(store, "UPDATE patient SET merged_into = 5 WHERE id = 2;"
                       "UPDATE patient SET merged_into = 6 WHERE id = 5;");
    assert_true(patient_find_by_mrn(store, "M2", &found, &id, &err));
    assert_int_equal(id, 6);
    /* A loop in the source ends somewhere. */
    fixture_sql(store, "UPDATE patient SET merged_into = 2 WHERE id = 6");
    assert_true(patient_find_by_mrn(store, "M2", &found, &id, &err));
    assert_true(found);
    fixture_close(store);
}

/* L-16: "no calls, but texts are fine" is the same wish in the other record. */
static void a_merge_keeps_how_far_a_refusal_reaches(void **state)
{
    (void)state;
    struct store *store = sample();
    fixture_sql(store, "INSERT INTO consent(patient_id, verdict, channel,"
                       " narrow, at) VALUES (5, 'revoked', 'voice', 1, 7),"
                       " (5, 'revoked', 'email', 0, 7);"
                       "UPDATE patient SET merged_into = 6 WHERE id = 5");
    assert_int_equal(
        fixture_number(store, "SELECT count(*) FROM consent WHERE patient_id ="
                              " 6 AND at = 7 AND narrow = (channel ="
                              " 'voice')"),
        2);
    fixture_close(store);
}

static void a_mistyped_number_finds_its_neighbour(void **state)
{
    (void)state;
    static const struct {
        const char *case_, *typed, *wanted;
    } rows[] = {
        {"a digit that is wrong", "MRN-1005", "MRN-1004"},
        {"two that were swapped", "MRN-1040", "MRN-1004"},
        {"one too many", "MRN-10044", "MRN-1004"},
        {"nothing like it", "X", ""},
        {"one who left the source is not offered", "GONE-77", ""},
    };
    struct error err = {0};
    struct store *store = sample();
    fixture_sql(store, "INSERT INTO patient(mrn, gone_at) VALUES"
                       " ('MRN-1004', NULL), ('GONE-78', 1)");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char near[64];
        print_message("# %s\n", rows[i].case_);
        assert_true(
            patient_nearest(store, rows[i].typed, near, sizeof(near), &err));
        assert_string_equal(near, rows[i].wanted);
    }
    fixture_close(store);
}

static void everything_known_about_a_person(void **state)
{
    (void)state;
    struct error err = {0};
    struct patient_details p;
    struct store *store = sample();
    struct arena *arena = arena_new();
    assert_true(patient_read(store, 1, arena, &p, &err));
    assert_string_equal(p.mrn, "M1");
    assert_string_equal(p.given_name, "Ana");
    assert_string_equal(p.clinic, "Lakeside");
    assert_true(p.active);
    assert_true(p.deceased_at == INSTANT_NEVER);
    assert_int_equal(p.contact_from, -1);
    assert_int_equal(p.contact_count, 2);
    assert_string_equal(p.contacts[0].value, "+13125550101");
    assert_int_equal(p.consent_count, 2);
    assert_string_equal(p.consents[0].verdict, "revoked");
    assert_int_equal(p.suppression_count, 2);
    assert_int_equal(p.restriction_count, 1);
    assert_int_equal(p.list_count, 1);
    assert_string_equal(p.lists[0], "other");
    assert_int_equal(p.outreach_count, 2);
    assert_string_equal(p.outreach[0].step, "new");
    assert_null(p.outreach[0].address);
    assert_int_equal(p.outreach[1].outcome, 1);
    assert_int_equal(p.outreach[1].submitted_at, 6);
    assert_true(patient_read(store, 5, arena, &p, &err));
    assert_string_equal(p.guardian_mrn, "M1");
    assert_int_equal(p.contact_count, 0);
    assert_false(patient_read(store, 99, arena, &p, &err));
    arena_free(arena);
    fixture_close(store);
}

static void lists_hold_people_once(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t id = 0, again = 0;
    bool done = false;
    struct list_row *rows = NULL;
    size_t count = 0;
    struct store *store = sample();
    fixture_begin(store);
    assert_true(list_ensure(store, "new", "about", &id, &err));
    assert_true(list_ensure(store, "new", NULL, &again, &err));
    assert_int_equal(id, again);
    assert_false(list_ensure(store, " ", NULL, &again, &err));
    assert_true(list_add(store, id, 1, "asked", "kim", 5, &done, &err));
    assert_true(done);
    assert_true(list_add(store, id, 1, "asked", "kim", 5, &done, &err));
    assert_false(done);
    assert_false(list_add(store, id, 99, NULL, "kim", 5, &done, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    fixture_commit(store);
    assert_true(list_all(store, &rows, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(rows[1].name, "new");
    assert_int_equal(rows[1].members, 1);
    free(rows);
    fixture_begin(store);
    assert_true(list_remove(store, id, 1, "kim", 6, &done, &err));
    assert_true(done);
    assert_true(list_remove(store, id, 1, "kim", 6, &done, &err));
    assert_false(done);
    fixture_commit(store);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM audit "
                                           "WHERE action LIKE 'list-%'"),
                     2);
    fixture_close(store);
}

static void a_feed_is_stale_when_it_stopped(void **state)
{
    (void)state;
    struct error err = {0};
    struct feed_row *rows = NULL;
    size_t count = 0;
    struct store *store = fixture_store();
    fixture_begin(store);
    assert_true(feed_note(store, "visits", 1000, 1000, 7, &err));
    assert_true(feed_note(store, "visits", 900, 1000, 8, &err));
    assert_true(feed_set_max_age(store, "visits", 500, &err));
    assert_true(feed_note(store, "once", 10, 10, 1, &err));
    assert_true(feed_set_max_age(store, "never", 500, &err));
    assert_false(feed_note(store, "", 10, 10, 1, &err));
    fixture_commit(store);
    assert_true(feed_list(store, &rows, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].name, "never");
    assert_true(feed_is_stale(&rows[0], 1000));
    assert_string_equal(rows[1].name, "once");
    assert_false(feed_is_stale(&rows[1], 1000000));
    assert_int_equal(rows[2].last_at, 1000);
    assert_int_equal(rows[2].rows, 8);
    assert_false(feed_is_stale(&rows[2], 1500));
    assert_true(feed_is_stale(&rows[2], 1501));
    free(rows);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_is_found_by_mrn_also_after_a_merge),
        cmocka_unit_test(a_merge_keeps_how_far_a_refusal_reaches),
        cmocka_unit_test(a_mistyped_number_finds_its_neighbour),
        cmocka_unit_test(everything_known_about_a_person),
        cmocka_unit_test(lists_hold_people_once),
        cmocka_unit_test(a_feed_is_stale_when_it_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
