/* SPDX-License-Identifier: Apache-2.0 */
/* The schema that a store gets is the one in schema.sql. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "store/migrate.h"
#include "store/store.h"
#include "tests/store/fixture.h"

static const char MASTER[] =
    "SELECT group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || "
    "coalesce(sql, ''), char(10)) FROM (SELECT * FROM sqlite_master "
    "ORDER BY type, name)";

static char *source_schema(void)
{
    char path[4096];
    struct error err = {0};
    struct buf text;
    file_join(path, sizeof(path), getenv("OUTREACH_SOURCE"), "schema.sql");
    if (!file_read(path, 1u << 20, &text, &err))
        fail_msg("%s", err.text);
    return buf_take(&text);
}

static void the_embedded_schema_is_the_file(void **state)
{
    (void)state;
    char *file = source_schema(), *embedded = migrate_schema();
    assert_string_equal(file, embedded);
    free(file);
    free(embedded);
}

static void migrating_from_empty_gives_schema_sql(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    char *migrated = fixture_text(store, MASTER);
    char *schema = source_schema();
    sqlite3 *plain = NULL;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open(":memory:", &plain), SQLITE_OK);
    assert_int_equal(sqlite3_exec(plain, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(plain, MASTER, -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(query, 0), migrated);
    sqlite3_finalize(query);
    sqlite3_close(plain);
    free(schema);
    free(migrated);
    fixture_close(store);
}

static void a_new_store_is_marked_as_ours(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    assert_int_equal(fixture_number(store, "PRAGMA user_version"),
                     STORE_SCHEMA_VERSION);
    assert_int_equal(fixture_number(store, "PRAGMA application_id"),
                     STORE_APPLICATION_ID);
    fixture_close(store);
}

static void every_table_is_strict_and_refuses_a_number_for_a_phone(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    assert_int_equal(fixture_number(store,
                                    "SELECT count(*) FROM pragma_table_list "
                                    "WHERE schema = 'main' AND type = 'table' "
                                    "AND NOT strict "
                                    "AND name NOT LIKE 'sqlite_%'"),
                     0);
    fixture_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_embedded_schema_is_the_file),
        cmocka_unit_test(migrating_from_empty_gives_schema_sql),
        cmocka_unit_test(a_new_store_is_marked_as_ours),
        cmocka_unit_test(
            every_table_is_strict_and_refuses_a_number_for_a_phone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
