/* SPDX-License-Identifier: Apache-2.0 */
/* The statement layer catches misuse and tells failures apart. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/statement.h"
#include "store/store.h"
#include "tests/store/fixture.h"

/* Runs `misuse` in a child: it must abort. */
static void expect_panic(void (*misuse)(struct store *store))
{
    struct store *store = fixture_store();
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        misuse(store);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    fixture_close(store);
}

static const char INSERT_LIST[] = "INSERT INTO list(name) VALUES (?)";

static void write_outside(struct store *store)
{
    struct error err;
    struct statement *insert = statement(store, INSERT_LIST);
    bind_text(insert, 1, "x");
    statement_run(insert, &err);
}

static void nested_use(struct store *store)
{
    static const char sql[] = "SELECT 1 UNION SELECT 2";
    struct error err;
    statement_step(statement(store, sql), &err);
    statement(store, sql);
}

static void bad_sql(struct store *store)
{
    statement(store, "SELEKT 1");
}

static void missing_parameter(struct store *store)
{
    bind_integer(statement(store, "SELECT ?"), 2, 1);
}

static void leaked_statement(struct store *store)
{
    struct error err;
    statement_build(store, "SELECT 1", &err);
    store_close(store);
}

static void nested_transaction(struct store *store)
{
    struct error err;
    store_begin(store, &err);
    store_begin(store, &err);
}

static void free_kept(struct store *store)
{
    statement_free(statement(store, "SELECT 1"));
}

static void commit_of_a_look(struct store *store)
{
    struct error err;
    struct store *look = store_open(store_path(store), STORE_WHAT_IF, &err);
    store_begin(look, &err);
    store_meta_set(look, "seen", "1", &err);
    store_commit(look, &err);
}

static void misuse_stops_the_program(void **state)
{
    (void)state;
    expect_panic(write_outside);
    expect_panic(nested_use);
    expect_panic(bad_sql);
    expect_panic(missing_parameter);
    expect_panic(leaked_statement);
    expect_panic(nested_transaction);
    expect_panic(free_kept);
    expect_panic(commit_of_a_look);
}

static void every_type_comes_back_as_it_was(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    struct statement *query = statement(store, "SELECT ?,?,?,?,?,?,?,?");
    bind_integer(query, 1, INT64_MIN);
    bind_real(query, 2, 0.25);
    bind_text(query, 3, "h\xc3\xa9");
    bind_text_static(query, 4, "fixed");
    bind_blob(query, 5, "\0\1\2", 3);
    bind_null(query, 6);
    bind_instant(query, 7, INSTANT_NEVER);
    bind_text(query, 8, NULL);
    assert_int_equal(statement_step(query, &err), 1);
    assert_true(column_integer(query, 0) == INT64_MIN);
    assert_true(column_real(query, 1) == 0.25);
    assert_string_equal(column_text(query, 2), "h\xc3\xa9");
    assert_string_equal(column_text(query, 3), "fixed");
    int len;
    const void *blob = column_blob(query, 4, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(blob, "\0\1\2", 3);
    assert_true(column_is_null(query, 5));
    assert_null(column_text(query, 5));
    assert_true(column_instant(query, 6) == INSTANT_NEVER);
    assert_true(column_is_null(query, 7));
    assert_int_equal(statement_step(query, &err), 0);
    fixture_close(store);
}

static void a_kept_statement_comes_back_unbound(void **state)
{
    (void)state;
    static const char sql[] = "SELECT ?";
    struct error err = {0};
    struct store *store = fixture_store();
    struct statement *first = statement(store, sql);
    bind_integer(first, 1, 5);
    assert_int_equal(statement_step(first, &err), 1);
    statement_reset(first);
    struct statement *second = statement(store, sql);
    assert_ptr_equal(first, second);
    assert_int_equal(statement_step(second, &err), 1);
    assert_true(column_is_null(second, 0));
    statement_reset(second);
    fixture_close(store);
}

static void many_kept_statements_are_found_again(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    static char sql[COUNT][24];
    struct statement *made[COUNT];
    struct error err = {0};
    struct store *store = fixture_store();
    for (int i = 0; i < COUNT; i++) {
        snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
        made[i] = statement(store, sql[i]);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_ptr_equal(statement(store, sql[i]), made[i]);
        assert_int_equal(statement_step(made[i], &err), 1);
        assert_int_equal(column_integer(made[i], 0), i);
        statement_reset(made[i]);
    }
    fixture_close(store);
}

static bool list_add(struct store *store, const char *name, struct error *err)
{
    struct statement *insert = statement(store, INSERT_LIST);
    bind_text(insert, 1, name);
    return statement_run(insert, err);
}

static void a_broken_rule_of_the_schema_undoes_only_itself(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    fixture_begin(store);
    assert_true(list_add(store, "a", &err));
    assert_false(list_add(store, "a", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_true(list_add(store, "b", &err));
    fixture_commit(store);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM list"), 2);
    fixture_close(store);
}

static void a_full_disk_spoils_the_whole_transaction(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    fixture_begin(store);
    assert_true(list_add(store, "a", &err));
    store_fail_write(store, 1);
    assert_false(list_add(store, "b", &err));
    assert_int_equal(err.kind, ERROR_FULL);
    /* Whoever does not look and goes on can neither write nor commit. */
    struct error later = {0};
    assert_false(list_add(store, "c", &later));
    assert_int_equal(later.kind, ERROR_FULL);
    struct error commit = {0};
    assert_false(store_commit(store, &commit));
    assert_int_equal(commit.kind, ERROR_FULL);
    assert_false(store_in_transaction(store));
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM list"), 0);
    /* And then it works again. */
    fixture_begin(store);
    assert_true(list_add(store, "d", &err));
    fixture_commit(store);
    assert_int_equal(fixture_number(store, "SELECT count(*) FROM list"), 1);
    fixture_close(store);
}

static void the_nth_write_fails_and_a_commit_counts(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    for (int64_t n = 1; n <= 4; n++) {
        fixture_begin(store);
        store_fail_write(store, n);
        bool done = list_add(store, "a", &err) && list_add(store, "b", &err) &&
                    store_commit(store, &err);
        if (store_in_transaction(store))
            store_rollback(store);
        assert_int_equal(done, n == 4);
        assert_int_equal(fixture_number(store, "SELECT count(*) FROM list"),
                         done ? 2 : 0);
    }
    store_fail_write(store, 0);
    fixture_close(store);
}

static void append_only_tables_refuse_changes(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    fixture_sql(store, "INSERT INTO audit(at, actor, action, mac) "
                       "VALUES (1, 'a', 'b', x'00')");
    fixture_begin(store);
    assert_false(
        statement_run(statement(store, "UPDATE audit SET actor = 'c'"), &err));
    assert_non_null(strstr(err.text, "append-only"));
    assert_false(statement_run(statement(store, "DELETE FROM audit"), &err));
    store_rollback(store);
    fixture_close(store);
}

static void built_sql_that_is_wrong_is_an_error_not_a_panic(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *store = fixture_store();
    assert_null(statement_build(store, "SELECT nothing FROM nowhere", &err));
    assert_int_equal(err.kind, ERROR_CANNOT);
    struct statement *one = statement_build(store, "SELECT 1", &err);
    struct statement *two = statement_build(store, "SELECT 2", &err);
    statement_free(one);
    statement_free(two);
    statement_free(NULL);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misuse_stops_the_program),
        cmocka_unit_test(every_type_comes_back_as_it_was),
        cmocka_unit_test(a_kept_statement_comes_back_unbound),
        cmocka_unit_test(many_kept_statements_are_found_again),
        cmocka_unit_test(a_broken_rule_of_the_schema_undoes_only_itself),
        cmocka_unit_test(a_full_disk_spoils_the_whole_transaction),
        cmocka_unit_test(the_nth_write_fails_and_a_commit_counts),
        cmocka_unit_test(append_only_tables_refuse_changes),
        cmocka_unit_test(built_sql_that_is_wrong_is_an_error_not_a_panic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
