/* SPDX-License-Identifier: Apache-2.0 */
/* Prepared statements that catch misuse where it happens: writing outside of
 * a transaction, using one inside itself, forgetting to free a built one,
 * binding what is not there. Those are our faults and stop the program; what
 * the world can do (a busy store, a full disk, a broken rule of the schema,
 * a damaged file) is told apart and handed to the caller. It knows nothing
 * of any table. */
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/memory.h"

#include "store/connection.h"
#include "store/store.h"

struct statement {
    struct store *store;
    sqlite3_stmt *handle;
    const char *literal; /* kept ones */
    bool writes;
    bool stepping; /* a row was given and the end not reached */
    struct statement *previous, *next; /* built ones */
};

static size_t literal_slot(const char *literal, size_t room)
{
    uint64_t x = (uint64_t)(uintptr_t)literal;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(x >> 32) & (room - 1);
}

/* Where this literal is or would be. */
static struct statement **kept_find(struct store *store, const char *literal)
{
    size_t at = literal_slot(literal, store->kept_room);
    while (store->kept[at] && store->kept[at]->literal != literal)
        at = (at + 1) & (store->kept_room - 1);
    return &store->kept[at];
}

static void kept_make_room(struct store *store)
{
    if (2 * (store->kept_count + 1) <= store->kept_room)
        return;
    struct statement **old = store->kept;
    size_t room = store->kept_room;
    store->kept_room = room ? 2 * room : 64;
    store->kept = memory_new(store->kept_room * sizeof(struct statement *));
    for (size_t i = 0; i < room; i++) {
        if (old[i])
            *kept_find(store, old[i]->literal) = old[i];
    }
    free(old);
}

static struct statement *statement_make(struct store *store,
                                        sqlite3_stmt *handle)
{
    struct statement *made = memory_new(sizeof(*made));
    made->store = store;
    made->handle = handle;
    made->writes = !sqlite3_stmt_readonly(handle);
    return made;
}

struct statement *statement(struct store *store, const char *literal_sql)
{
    kept_make_room(store);
    struct statement **slot = kept_find(store, literal_sql);
    if (!*slot) {
        sqlite3_stmt *handle = NULL;
        int code = sqlite3_prepare_v3(store->db, literal_sql, -1,
                                      SQLITE_PREPARE_PERSISTENT, &handle, NULL);
        if (code != SQLITE_OK || !handle)
            PANIC("%s in: %s", sqlite3_errmsg(store->db), literal_sql);
        *slot = statement_make(store, handle);
        (*slot)->literal = literal_sql;
        store->kept_count++;
        return *slot;
    }
    if ((*slot)->stepping)
        PANIC("used inside itself: %s", literal_sql);
    sqlite3_clear_bindings((*slot)->handle);
    return *slot;
}

struct statement *statement_build(struct store *store, const char *sql,
                                  struct error *err)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                  &handle, NULL);
    if (code != SQLITE_OK) {
        connection_error(store, code, "prepare a query", err);
        return NULL;
    }
    struct statement *built = statement_make(store, handle);
    built->next = store->built;
    if (store->built)
        store->built->previous = built;
    store->built = built;
    return built;
}

void statement_free(struct statement *statement)
{
    if (!statement)
        return;
    if (statement->literal)
        PANIC("kept with the store, not to be freed: %s", statement->literal);
    if (statement->previous)
        statement->previous->next = statement->next;
    else
        statement->store->built = statement->next;
    if (statement->next)
        statement->next->previous = statement->previous;
    sqlite3_finalize(statement->handle);
    free(statement);
}

void statement_close_all(struct store *store)
{
    if (store->built)
        PANIC("a statement was not freed before its store: %s",
              sqlite3_sql(store->built->handle));
    for (size_t i = 0; i < store->kept_room; i++) {
        if (store->kept[i]) {
            sqlite3_finalize(store->kept[i]->handle);
            free(store->kept[i]);
        }
    }
    free(store->kept);
    store->kept = NULL;
    store->kept_room = store->kept_count = 0;
}

static void bound(struct statement *statement, int at, int code)
{
    if (code != SQLITE_OK)
        PANIC("parameter %d: %s in: %s", at, sqlite3_errstr(code),
              sqlite3_sql(statement->handle));
}

void bind_integer(struct statement *statement, int at, int64_t value)
{
    bound(statement, at, sqlite3_bind_int64(statement->handle, at, value));
}

void bind_real(struct statement *statement, int at, double value)
{
    bound(statement, at, sqlite3_bind_double(statement->handle, at, value));
}

void bind_text(struct statement *statement, int at, const char *text)
{
    bound(statement, at,
          sqlite3_bind_text(statement->handle, at, text, -1, SQLITE_TRANSIENT));
}

void bind_text_static(struct statement *statement, int at, const char *text)
{
    bound(statement, at,
          sqlite3_bind_text(statement->handle, at, text, -1, SQLITE_STATIC));
}

void bind_blob(struct statement *statement, int at, const void *data,
               int64_t len)
{
    bound(statement, at,
          sqlite3_bind_blob64(statement->handle, at, data, (uint64_t)len,
                              SQLITE_TRANSIENT));
}

void bind_null(struct statement *statement, int at)
{
    bound(statement, at, sqlite3_bind_null(statement->handle, at));
}

void bind_instant(struct statement *statement, int at, int64_t value)
{
    if (value == INSTANT_NEVER)
        bind_null(statement, at);
    else
        bind_integer(statement, at, value);
}

/* A failure that a transaction cannot be trusted after. A broken constraint
 * undoes its own statement only and may be handled by the caller. */
static void transaction_spoil(struct store *store, const struct error *err)
{
    if (store->spoilt || err->kind == ERROR_INPUT)
        return;
    store->spoilt = true;
    store->spoilt_by = *err;
}

static int step_failed(struct statement *statement, int code, struct error *err)
{
    struct error why = {0};
    connection_error(
        statement->store, code,
        statement->writes ? "write to the store" : "read the store", &why);
    if (statement->writes)
        transaction_spoil(statement->store, &why);
    statement_reset(statement);
    if (err)
        *err = why;
    return -1;
}

int statement_step(struct statement *statement, struct error *err)
{
    struct store *store = statement->store;
    if (statement->writes && !statement->stepping) {
        if (sqlite3_get_autocommit(store->db) && !store->spoilt)
            PANIC("a write outside of a transaction: %s",
                  sqlite3_sql(statement->handle));
        if (store->spoilt) {
            if (err)
                *err = store->spoilt_by;
            return -1;
        }
        if (connection_write_fails(store))
            return step_failed(statement, SQLITE_FULL, err);
    }
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW) {
        statement->stepping = true;
        return 1;
    }
    if (code == SQLITE_DONE) {
        statement_reset(statement);
        return 0;
    }
    return step_failed(statement, code, err);
}

bool statement_run(struct statement *statement, struct error *err)
{
    int step;
    while ((step = statement_step(statement, err)) == 1)
        continue;
    return step == 0;
}

void statement_reset(struct statement *statement)
{
    sqlite3_reset(statement->handle);
    statement->stepping = false;
}

int64_t column_integer(struct statement *statement, int at)
{
    return sqlite3_column_int64(statement->handle, at);
}

double column_real(struct statement *statement, int at)
{
    return sqlite3_column_double(statement->handle, at);
}

const char *column_text(struct statement *statement, int at)
{
    return (const char *)sqlite3_column_text(statement->handle, at);
}

bool column_text_has_nul(struct statement *statement, int at)
{
    const char *text = column_text(statement, at);
    int len = sqlite3_column_bytes(statement->handle, at);
    return text && memchr(text, '\0', (size_t)len);
}

const void *column_blob(struct statement *statement, int at, int *len)
{
    const void *data = sqlite3_column_blob(statement->handle, at);
    *len = sqlite3_column_bytes(statement->handle, at);
    return data;
}

int64_t column_instant(struct statement *statement, int at)
{
    if (column_is_null(statement, at))
        return INSTANT_NEVER;
    return column_integer(statement, at);
}

int column_minutes(struct statement *statement, int at)
{
    return column_is_null(statement, at) ? -1
                                         : (int)column_integer(statement, at);
}

bool column_is_null(struct statement *statement, int at)
{
    return sqlite3_column_type(statement->handle, at) == SQLITE_NULL;
}

int64_t store_last_id(struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

int64_t store_changes(struct store *store)
{
    return sqlite3_changes64(store->db);
}
