/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain shows every change (L-34). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/audit_key.h"
#include "store/store.h"
#include "tests/store/fixture.h"
#include "tests/store/sample.h"

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
    struct audit_verdict found = {0};
    struct store *store = three_rows();
    assert_true(audit_head(store, head, &err));
    assert_memory_equal(head, "3:", 2);
    assert_int_equal(strlen(head), 2 + 64);
    fixture_begin(store);
    add(store, 4, "a=4");
    fixture_commit(store);
    assert_true(audit_verify(store, head, &found, &err));
    assert_int_equal(found.rows, 4);
    assert_true(audit_verify(store, "0:", &found, &err));
    fixture_close(store);
}

static void an_empty_chain_is_sound(void **state)
{
    (void)state;
    struct error err = {0};
    char head[AUDIT_HEAD_MAX];
    struct audit_verdict found = {.rows = 7};
    struct store *store = fixture_store();
    assert_true(audit_head(store, head, &err));
    assert_string_equal(head, "0:");
    assert_true(audit_verify(store, head, &found, &err));
    assert_int_equal(found.rows, 0);
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
        {"an action that is another for the filter of a reader",
         "UPDATE audit SET action = action || char(0) WHERE id = 1", "row 1"},
        {"more behind the end of an actor",
         "UPDATE audit SET actor = actor || char(0) || 'eve' WHERE id = 3",
         "row 3"},
        {"more behind the end of a subject",
         "UPDATE audit SET subject = subject || char(0) || ' 2' WHERE id = 2",
         "row 2"},
        {"more behind the end of a detail",
         "UPDATE audit SET detail = detail || char(0) || 'b' WHERE id = 3",
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
        struct audit_verdict found;
        struct store *store = three_rows();
        assert_true(audit_head(store, head, &err));
        fixture_sql(store, OPEN_UP);
        fixture_sql(store, rows[i].sql);
        assert_false(audit_verify(store, head, &found, &err));
        assert_int_equal(err.kind, ERROR_CORRUPT);
        if (!strstr(err.text, rows[i].word))
            fail_msg("%s: %s", rows[i].sentence, err.text);
        fixture_close(store);
    }
}

static void the_key_lies_beside_the_store_and_not_in_it(void **state)
{
    (void)state;
    struct store *store = three_rows();
    char path[300];
    struct stat about;
    struct buf key;
    struct error err = {0};
    snprintf(path, sizeof(path), "%s" AUDIT_KEY_ENDING, store_path(store));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(file_read(path, 4096, &key, &err));
    text_trim(key.data);
    assert_int_equal(strlen(key.data), 64);
    char *all = fixture_text(store, "SELECT group_concat(value) FROM meta");
    assert_null(strstr(all, key.data));
    free(all);
    buf_free(&key);
    fixture_close(store);
}

/* Whoever has a store and its file can copy both; the name is in the chain. */
static void a_chain_belongs_to_its_store(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    struct store *store = three_rows();
    fixture_sql(store, "UPDATE meta SET value = 'another' WHERE key = 'store'");
    assert_false(audit_verify(store, NULL, &found, &err));
    assert_non_null(strstr(err.text, "row 1"));
    fixture_close(store);
}

static void a_key_that_is_not_the_chain_s_writes_and_verifies_nothing(
    void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    struct store *store = three_rows();
    char *path = memory_text(store_path(store)), key[300];
    fixture_sql(store, "UPDATE meta SET value = 'ffffffffffffffff' WHERE key = "
                       "'audit_key'");
    store_close(store);
    store = store_open(path, 0, &err);
    assert_false(audit_verify(store, NULL, &found, &err));
    assert_int_equal(err.kind, ERROR_CANNOT);
    assert_non_null(strstr(err.text, "put the one back"));
    fixture_begin(store);
    assert_false(audit_add(store, 4, "kim", "send", NULL, NULL, &err));
    store_rollback(store);
    snprintf(key, sizeof(key), "%s" AUDIT_KEY_ENDING, path);
    assert_int_equal(unlink(key), 0);
    assert_false(audit_verify(store, NULL, &found, &err));
    assert_non_null(strstr(err.text, "is missing"));
    free(path);
    fixture_close(store);
}

static void after_a_lost_key_the_chain_goes_on_and_says_so(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    char head[AUDIT_HEAD_MAX];
    struct store *store = three_rows();
    fixture_begin(store);
    if (!audit_key_renew(store, "kim", 4, &err))
        fail_msg("%s", err.text);
    add(store, 5, "behind");
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &found, &err));
    assert_int_equal(found.rows, 5);
    assert_int_equal(found.unverified, 3);
    assert_true(audit_head(store, head, &err));
    fixture_sql(store, OPEN_UP "UPDATE meta SET value = '4' WHERE key = "
                               "'audit_from'");
    assert_false(audit_verify(store, NULL, &found, &err));
    assert_non_null(strstr(err.text, "row 5"));
    fixture_close(store);
}

static void two_connections_keep_one_chain(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    struct store *one = fixture_store();
    struct store *two = store_open(store_path(one), 0, &err);
    for (int i = 0; i < 4; i++) {
        struct store *store = i % 2 ? two : one;
        fixture_begin(store);
        add(store, i, NULL);
        fixture_commit(store);
    }
    assert_true(audit_verify(one, NULL, &found, &err));
    assert_int_equal(found.rows, 4);
    store_close(two);
    fixture_close(one);
}

static void a_head_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "", "x", "3", "3:", "3:abc", "-1:", "0:0"};
    struct error err = {0};
    struct audit_verdict found;
    struct store *store = three_rows();
    for (size_t i = 0; i < COUNT(heads); i++) {
        assert_false(audit_verify(store, heads[i], &found, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
    }
    fixture_close(store);
}

/* Somebody with the key wrote all of it again: only a head that was taken
 * away can show that. */
static void a_chain_written_anew_shows_by_its_head(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    char head[AUDIT_HEAD_MAX];
    struct store *store = three_rows();
    assert_true(audit_head(store, head, &err));
    fixture_sql(store, OPEN_UP "DELETE FROM audit");
    fixture_begin(store);
    for (int i = 0; i < 5; i++)
        add(store, i, "a=2");
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &found, &err));
    assert_false(audit_verify(store, head, &found, &err));
    assert_non_null(strstr(err.text, "row 3"));
    fixture_close(store);
}

static void what_was_rolled_back_leaves_no_gap(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    struct store *store = three_rows();
    fixture_begin(store);
    add(store, 4, "lost");
    store_rollback(store);
    fixture_begin(store);
    add(store, 5, "kept");
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &found, &err));
    assert_int_equal(found.rows, 4);
    fixture_close(store);
}

static void long_details_are_covered_and_endless_ones_refused(void **state)
{
    (void)state;
    struct error err = {0};
    struct audit_verdict found;
    char text[5000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    struct store *store = three_rows();
    fixture_begin(store);
    add(store, 4, text);
    fixture_commit(store);
    assert_true(audit_verify(store, NULL, &found, &err));
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

static void rows_are_shown_as_asked(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        struct audit_filter filter;
        const char *shown;
    } rows[] = {
        {"by time and subject",
         {.since = 2, .subject = "outreach 1"},
         "2- 3a=3 "},
        {"of a subject that has none", {.subject = "outreach 2"}, ""},
        {"all, until the callback says no", {.since = 0}, "1a=1 2- 3a=3 "},
        {"of an actor", {.actor = "kim"}, "1a=1 2- 3a=3 "},
        {"of another actor", {.actor = "lee"}, ""},
        {"of a kind", {.action = "look", .since = 2}, ""},
        {"about a person whose outreach it is",
         {.patient_id = 1, .since = 2},
         "2- 3a=3 "},
        {"about another person", {.patient_id = 2}, ""},
    };
    struct error err = {0};
    struct store *store = three_rows();
    sample_fill(store);
    fixture_sql(store, "INSERT INTO campaign(id, name) VALUES (1, 'c');"
                       "INSERT INTO campaign_version VALUES (1, 1, 's', '{}', "
                       "1, 'kim', NULL);"
                       "INSERT INTO outreach(id, campaign_id, step, "
                       "patient_id, anchor_kind, anchor_id, occurrence, "
                       "version_id, planned_at) VALUES (1, 1, 's', 1, 4, 1, 0, "
                       "1, 5);");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64] = "";
        assert_true(audit_each(store, &rows[i].filter, join_row, text, &err));
        if (strcmp(text, rows[i].shown) != 0)
            fail_msg("%s: %s", rows[i].sentence, text);
    }
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_chain_verifies_and_an_old_head_is_in_it),
        cmocka_unit_test(an_empty_chain_is_sound),
        cmocka_unit_test(every_way_of_changing_it_shows),
        cmocka_unit_test(the_key_lies_beside_the_store_and_not_in_it),
        cmocka_unit_test(a_chain_belongs_to_its_store),
        cmocka_unit_test(
            a_key_that_is_not_the_chain_s_writes_and_verifies_nothing),
        cmocka_unit_test(after_a_lost_key_the_chain_goes_on_and_says_so),
        cmocka_unit_test(two_connections_keep_one_chain),
        cmocka_unit_test(a_head_that_is_none_is_refused),
        cmocka_unit_test(a_chain_written_anew_shows_by_its_head),
        cmocka_unit_test(what_was_rolled_back_leaves_no_gap),
        cmocka_unit_test(long_details_are_covered_and_endless_ones_refused),
        cmocka_unit_test(rows_are_shown_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
