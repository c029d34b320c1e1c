/* SPDX-License-Identifier: Apache-2.0 */
/* A store for one test. */
#include "tests/store/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "store/connection.h"
#include "store/statement.h"
#include "store/store.h"

static void must(bool done, const struct error *err)
{
    if (!done)
        fail_msg("%s", err->text);
}

char *fixture_path(const char *name)
{
    char folder[] = "/tmp/outreach-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[256];
    file_join(path, sizeof(path), folder, name);
    return memory_text(path);
}

void fixture_remove(char *path)
{
    *strrchr(path, '/') = '\0';
    file_remove_tree(path);
    free(path);
}

struct store *fixture_store(void)
{
    struct error err = {0};
    char *path = fixture_path("store.db");
    struct store *store = store_open(path, STORE_CREATE, &err);
    must(store != NULL, &err);
    free(path);
    return store;
}

void fixture_close(struct store *store)
{
    char *path = memory_text(store_path(store));
    store_close(store);
    fixture_remove(path);
}

void fixture_begin(struct store *store)
{
    struct error err = {0};
    must(store_begin(store, &err), &err);
}

void fixture_commit(struct store *store)
{
    struct error err = {0};
    must(store_commit(store, &err), &err);
}

void fixture_sql(struct store *store, const char *sql)
{
    struct error err = {0};
    bool own = !store_in_transaction(store);
    if (own)
        fixture_begin(store);
    must(connection_exec(store, sql, "set up a test in", &err), &err);
    if (own)
        fixture_commit(store);
}

int64_t fixture_number(struct store *store, const char *sql)
{
    struct error err = {0};
    int64_t number = 0;
    must(connection_number(store, sql, &number, &err), &err);
    return number;
}

char *fixture_text(struct store *store, const char *sql)
{
    struct error err = {0};
    struct statement *query = statement_build(store, sql, &err);
    must(query != NULL, &err);
    int step = statement_step(query, &err);
    must(step >= 0, &err);
    char *text = step == 1 ? memory_text(column_text(query, 0)) : NULL;
    statement_free(query);
    return text;
}
