/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain shows every change (L-34). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/store.h"
#include "tests/store/fixture.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void add(struct store *store, instant now, const char *detail)
{
    struct error err = {0};
    if (!audit_add(store, now, "kim", "send", "outreach 1", detail, &err))
        fail_msg("%s", err.text);
}

static struct store *three_rows(void)
{
    struct store *store = fixture_store();
    fixture_begin(store);
    add(store, 1, "a=1");
    add(store, 2, NULL);
    fixture_commit(store);
    fixture_begin(store);
    add(store, 3, "a=3");
    fixture_commit(store);
    return store;
}

static void a_whole_chain_verifies_and_an_old_head_is_in_it(void **state)
{
    (void)state;
    struct error err = {0};
    char head[AUDIT_HEAD_MAX];
    int64_t rows = 0;
    struct store *store = three_rows();
    assert_true(audit_head(store, head, &err));
    assert_memory_equal(head, "3:", 2);
    assert_int_equal(strlen(head), 2 + 64);
    fixture_begin(store);
    add(store, 4, "a=4");
    fixture_commit(store);
    assert_true(audit_verify(store, head, &rows, &err));
    assert_int_equal(rows, 4);
    assert_true(audit_verify(store, "0:", &rows, &err));
    fixture_close(store);
}

static void an_empty_chain_is_sound(void **state)
{
    (void)state;
    struct error err = {0};
    char head[AUDIT_HEAD_MAX];
    int64_t rows = 7;
    struct store *store = fixture_store();
    assert_true(audit_head(store, head, &err));
    assert_string_equal(head, "0:");
    assert_true(audit_verify(store, head, &rows, &err));
    assert_int_equal(rows, 0);
    fixture_close(store);
}

#define OPEN_UP "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"

static void every_way_of_changing_it_shows(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *sql, *word;
    } rows[] = {
        {"another actor", "UPDATE audit SET actor = 'eve' WHERE id = 2",
         "row 2"},
        {"another time", "UPDATE audit SET at = 9 WHERE id = 1", "row 1"},
        {"nothing is not an empty text",
         "UPDATE audit SET detail = '' WHERE id = 2", "row 2"},
        {"words moved from one column to the next",
         "UPDATE audit SET action = 'sendoutreach', subject = ' 1' "
         "WHERE id = 3",
         "row 3"},
        {"a row in the middle removed", "DELETE FROM audit WHERE id = 2",
         "lacks row 2"},
        {"the first removed", "DELETE FROM audit WHERE id = 1", "lacks row 1"},
        {"the last removed", "DELETE FROM audit WHERE id = 3", "cut off"},
        {"everything removed", "DELETE FROM audit", "cut off"},
        {"a row put in",
         "INSERT INTO audit VALUES (4, 4, 'a', 'b', 'c', 'd', zeroblob(32))",
         "row 4"},
        {"a mac of another length", "UPDATE audit SET mac = x'00' WHERE id = 3",
         "row 3"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err = {0};
        char head[AUDIT_HEAD_MAX];
        int64_t count;
        struct store *store = three_rows();
        assert_true(audit_head(store, head, &err));
        fixture_sql(store, OPEN_UP);
        fixture_sql(store, rows[i].sql);
        assert_false(audit_verify(store, head, &count, &err));
        assert_int_equal(err.kind, ERROR_CORRUPT);
        if (!strstr(err.text, rows[i].word))
            fail_msg("%s: %s", rows[i].sentence, err.text);
        fixture_close(store);
    }
}

static void without_the_key_nothing_verifies(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t count;
    struct store *store = three_rows();
    audit_set_key(store, "another", 7);
    assert_false(audit_verify(store, NULL, &count, &err));
    assert_non_null(strstr(err.text, "row 1"));
    fixture_close(store);
}

static void a_key_of_ones_own_is_the_same_on_every_connection(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t count;
    struct store *one = fixture_store();
    struct store *two = store_open(store_path(one), 0, &err);
    audit_set_key(one, "secret", 6);
    audit_set_key(two, "secret", 6);
    for (int i = 0; i < 4; i++) {
        struct store *store = i % 2 ? two : one;
        fixture_begin(store);
        add(store, i, NULL);
        fixture_commit(store);
    }
    assert_true(audit_verify(one, NULL, &count, &err));
    assert_int_equal(count, 4);
    store_close(two);
    fixture_close(one);
}

static void what_was_rolled_back_leaves_no_gap(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t count;
    struct store *store = three_rows();
    fixture_begin(store);
    add(store, 4, "lost");
    store_rollback(store);
    fixture_begin(store);
    add(store, 5, "kept");
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &count, &err));
    assert_int_equal(count, 4);
    fixture_close(store);
}

static void long_details_are_covered_and_endless_ones_refused(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t count;
    char text[5000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    struct store *store = three_rows();
    fixture_begin(store);
    add(store, 4, text);
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &count, &err));
    char *endless = malloc(1u << 17);
    assert_non_null(endless);
    memset(endless, 'x', (1u << 17) - 1);
    endless[(1u << 17) - 1] = '\0';
    fixture_begin(store);
    assert_false(audit_add(store, 5, "kim", "send", NULL, endless, &err));
    store_rollback(store);
    free(endless);
    fixture_close(store);
}

static bool join_row(void *arg, const struct audit_row *row)
{
    char *text = arg;
    size_t len = strlen(text);
    snprintf(text + len, 64 - len, "%lld%s ", (long long)row->id,
             row->detail ? row->detail : "-");
    return row->id < 3;
}

static void rows_are_shown_by_time_and_subject(void **state)
{
    (void)state;
    struct error err = {0};
    char text[64] = "";
    struct store *store = three_rows();
    assert_true(audit_each(store, 2, "outreach 1", join_row, text, &err));
    assert_string_equal(text, "2- 3a=3 ");
    text[0] = '\0';
    assert_true(audit_each(store, 0, "outreach 2", join_row, text, &err));
    assert_string_equal(text, "");
    assert_true(audit_each(store, 0, NULL, join_row, text, &err));
    assert_string_equal(text, "1a=1 2- 3a=3 ");
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_chain_verifies_and_an_old_head_is_in_it),
        cmocka_unit_test(an_empty_chain_is_sound),
        cmocka_unit_test(every_way_of_changing_it_shows),
        cmocka_unit_test(without_the_key_nothing_verifies),
        cmocka_unit_test(a_key_of_ones_own_is_the_same_on_every_connection),
        cmocka_unit_test(what_was_rolled_back_leaves_no_gap),
        cmocka_unit_test(long_details_are_covered_and_endless_ones_refused),
        cmocka_unit_test(rows_are_shown_by_time_and_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
