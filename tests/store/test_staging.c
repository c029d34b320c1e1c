/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds on their way into the store: what is compared, kept and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/lookup.h"
#include "store/reference.h"
#include "store/staging.h"
#include "store/store.h"
#include "tests/store/fixture.h"

static const char *const columns[] = {"mrn", "given_name", "language",
                                      "guardian_id"};

static struct staging *open_patients(struct store *store, const char *source)
{
    const struct staging_request request = {.table = "patient",
                                            .columns = columns,
                                            .count = 4,
                                            .source = source,
                                            .now = 1000,
                                            .at = 1000};
    struct error err = {0};
    struct staging *staging = staging_open(store, &request, &err);
    if (!staging)
        fail_msg("%s", err.text);
    return staging;
}

static enum staging_verdict add(struct staging *staging, int64_t line,
                                const char *mrn, const char *name,
                                const char *guardian)
{
    const struct value values[] = {
        {.type = VALUE_TEXT, .text = mrn},
        {.type = name ? VALUE_TEXT : VALUE_MISSING, .text = name},
        {.type = VALUE_TEXT, .text = "en"},
        {.type = guardian ? VALUE_TEXT : VALUE_MISSING, .text = guardian}};
    enum staging_verdict verdict;
    struct error err = {0};
    if (!staging_row(staging, line, values, &verdict, &err))
        fail_msg("%s", err.text);
    return verdict;
}

/* Counts, and keeps the last. */
static void note_line(void *arg, int64_t line, int64_t first_line)
{
    int64_t *lines = arg;
    lines[0]++;
    lines[1] = line;
    lines[2] = first_line;
}

/* Counts, and keeps whom the last one names. */
struct named {
    int count;
    char key[8];
};
static void note_kin(void *arg, const struct staging_kin *kin)
{
    struct named *named = arg;
    named->count++;
    snprintf(named->key, sizeof(named->key), "%s", kin->key);
}

static void apply(struct store *store, struct staging *staging)
{
    struct error err = {0};
    int64_t lines[3];
    struct named named = {0};
    assert_true(staging_duplicates(staging, note_line, lines, &err));
    assert_true(staging_kin(staging, note_kin, &named, &err));
    assert_int_equal(named.count, 0);
    fixture_begin(store);
    if (!staging_apply(staging, &err))
        fail_msg("%s", err.text);
    fixture_commit(store);
    staging_close(staging);
}

static void test_verdicts(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct staging *staging = open_patients(store, "a");
    assert_int_equal(add(staging, 2, "p1", "Ann", "p2"), STAGING_NEW);
    assert_int_equal(add(staging, 3, "p2", NULL, NULL), STAGING_NEW);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient"), 0);
    apply(store, staging);
    assert_int_equal(
        fixture_number(store, "SELECT g.id - p.id FROM patient p JOIN patient "
                              "g ON g.id = p.guardian_id"),
        1);
    fixture_sql(store, "DELETE FROM dirty");

    staging = open_patients(store, "a");
    assert_int_equal(add(staging, 2, "p1", "Ann", "p2"), STAGING_SAME);
    assert_int_equal(add(staging, 3, "p1", "Ann", "p2"), STAGING_TWICE);
    assert_int_equal(add(staging, 4, "p2", "Bob", NULL), STAGING_CHANGED);
    assert_int_equal(add(staging, 5, "p3", "Cid", NULL), STAGING_NEW);
    apply(store, staging);
    /* and p1, whose guardian has another name */
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM dirty"), 3);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "given_name = 'Bob'"),
                     1);
    fixture_close(store);
}

static void test_nothing_without_apply(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct staging *staging = open_patients(store, "a");
    add(staging, 2, "p1", "Ann", NULL);
    staging_close(staging);
    assert_false(store_in_transaction(store));
    /* And the next one begins empty. */
    staging = open_patients(store, "a");
    add(staging, 2, "p9", "Zoe", NULL);
    apply(store, staging);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient"), 1);
    fixture_close(store);
}

/* Another connection writes while rows wait: staging holds no lock. */
static void test_no_lock(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct store *other = store_open(store_path(store), 0, &err);
    assert_non_null(other);
    struct staging *staging = open_patients(store, "a");
    for (int i = 0; i < 100; i++) {
        char mrn[16];
        snprintf(mrn, sizeof(mrn), "p%d", i);
        add(staging, i, mrn, NULL, NULL);
        if (i == 50)
            fixture_sql(other, "INSERT INTO patient(mrn) VALUES ('else')");
    }
    apply(store, staging);
    assert_int_equal(fixture_number(other, "SELECT count(*) FROM patient"),
                     101);
    store_close(other);
    fixture_close(store);
}

/* What waits may be larger than memory. */
static void test_waits_on_disk(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct store *bulk = store_open(store_path(store), STORE_BULK, &err);
    assert_int_equal(fixture_number(bulk, "PRAGMA temp_store"), 1);
    store_close(bulk);
    fixture_close(store);
}

static void test_duplicates(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    int64_t lines[3] = {0};
    struct staging *staging = open_patients(store, "a");
    add(staging, 2, "p2", "first", NULL);
    add(staging, 3, "p1", "Ann", NULL);
    add(staging, 4, "p2", "second", NULL);
    assert_true(staging_duplicates(staging, note_line, lines, &err));
    assert_int_equal(lines[0], 1);
    assert_int_equal(lines[1], 4);
    assert_int_equal(lines[2], 2);
    apply(store, staging);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "given_name IN ('first', 'Ann')"),
                     2);
    fixture_close(store);
}

/* Rows that name nobody, or a circle, are not there to be written. */
static void test_kin(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct named named = {0};
    int64_t lines[3];
    fixture_sql(store, "INSERT INTO patient(id, mrn, given_name, guardian_id) "
                       "VALUES (1, 'g', 'Ann', NULL), (2, 'w', 'Bob', 1)");
    struct staging *staging = open_patients(store, "a");
    assert_int_equal(add(staging, 2, "w", "Bob", "x"), STAGING_CHANGED);
    assert_int_equal(add(staging, 3, "g", "Ann", "w"), STAGING_CHANGED);
    assert_int_equal(add(staging, 4, "n", "Cid", "g"), STAGING_NEW);
    assert_true(staging_duplicates(staging, note_line, lines, &err));
    assert_true(staging_kin(staging, note_kin, &named, &err));
    assert_int_equal(named.count, 2);
    assert_string_equal(named.key, "w");
    fixture_begin(store);
    assert_true(staging_apply(staging, &err));
    fixture_commit(store);
    staging_close(staging);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "guardian_id = 1"),
                     2);
    fixture_close(store);
}

static void test_missing(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    int64_t active, missing, gone;
    struct staging *staging = open_patients(store, "a");
    add(staging, 2, "p1", NULL, NULL);
    add(staging, 3, "p2", NULL, NULL);
    apply(store, staging);
    staging = open_patients(store, "b");
    add(staging, 2, "q1", NULL, NULL);
    apply(store, staging);

    staging = open_patients(store, "a");
    add(staging, 2, "p1", NULL, NULL);
    assert_true(staging_missing(staging, &active, &missing, &gone, &err));
    assert_int_equal(active, 2);
    assert_int_equal(missing, 1);
    apply(store, staging);
    assert_int_equal(
        fixture_number(store, "SELECT gone_at FROM patient WHERE mrn = 'p2'"),
        1000);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "gone_at IS NULL"),
                     2);
    /* It comes back. */
    staging = open_patients(store, "a");
    assert_int_equal(add(staging, 2, "p2", NULL, NULL), STAGING_CHANGED);
    apply(store, staging);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM patient WHERE "
                                           "gone_at IS NULL"),
                     3);
    fixture_close(store);
}

static void test_references(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct reference found;
    fixture_sql(
        store,
        "INSERT INTO clinic(id, external_id, name, public_name, zone) VALUES "
        "(7, 'c', 'C', 'C', 'America/Denver');"
        "INSERT INTO patient(id, mrn, clinic_id) VALUES (1, 'p', 7);"
        "INSERT INTO patient(id, mrn, merged_into, zone) VALUES (2, 'old', 1, "
        "'America/Chicago');"
        "INSERT INTO prescription(id, external_id, patient_id, status, "
        "pickup_id) VALUES (5, 'r', 1, 'active', 7);");
    static const struct {
        const char *sentence, *key, *zone;
        enum reference_kind kind;
        int64_t id; /* 0: there is none */
    } cases[] = {
        {"a clinic", "c", "America/Denver", REFERENCE_CLINIC, 7},
        {"a patient's zone is their clinic's", "p", "America/Denver",
         REFERENCE_PATIENT, 1},
        {"a merged patient is the one who stays", "old", "America/Denver",
         REFERENCE_PATIENT, 1},
        {"a prescription", "r", "America/Denver", REFERENCE_PRESCRIPTION, 5},
        {"nobody", "x", "", REFERENCE_PATIENT, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(
            reference_find(store, cases[i].kind, cases[i].key, &found, &err));
        if (found.id != cases[i].id || found.found != (cases[i].id != 0) ||
            strcmp(found.zone, cases[i].zone) != 0)
            fail_msg("%s: got %lld in '%s'", cases[i].sentence,
                     (long long)found.id, found.zone);
    }
    fixture_close(store);
}

static void test_lookups(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    struct error err = {0};
    struct lookup *one = lookup_open(store, 1, &err);
    struct lookup *two = lookup_open(store, 2, &err);
    const char *const *found;
    assert_true(lookup_add(one, "k", (const char *[]){"a"}, &err));
    assert_true(lookup_add(one, "k", (const char *[]){"late"}, &err));
    assert_true(lookup_ready(one, &err));
    assert_true(lookup_add(two, "k", (const char *[]){"b", NULL}, &err));
    assert_true(lookup_ready(two, &err));
    assert_true(lookup_find(one, "k", &found, &err));
    assert_string_equal(found[0], "a");
    assert_true(lookup_find(two, "k", &found, &err));
    assert_string_equal(found[0], "b");
    assert_null(found[1]);
    assert_true(lookup_find(two, "none", &found, &err));
    assert_null(found);
    lookup_close(one);
    assert_true(lookup_find(two, "k", &found, &err));
    assert_string_equal(found[0], "b");
    lookup_close(two);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_nothing_without_apply),
        cmocka_unit_test(test_no_lock),
        cmocka_unit_test(test_waits_on_disk),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_kin),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_lookups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
