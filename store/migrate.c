/* SPDX-License-Identifier: Apache-2.0 */
/* From any older store to today's tables. schema.sql is the truth about
 * today; the list below is how to get there from each version that was ever
 * released, and it only grows: an entry that has shipped is never edited,
 * because stores exist that ran it. It never goes back: a newer store is
 * refused by an older program. */
#include "store/migrate.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"

#include "store/audit_key.h"
#include "store/connection.h"
#include "store/seal.h"
#include "store/statement.h"
#include "store/store.h"

struct migration {
    int version;              /* the one that it leads to */
    const char *const *lines; /* NULL at the end */
};

/* Append only. Once version 2 exists, version 1 becomes a copy of the
 * schema.sql of its day, and an empty store starts at today's. */
static const struct migration migrations[] = {
    {.version = 1, .lines = migrate_schema_lines},
};
_Static_assert(sizeof(migrations) / sizeof(migrations[0]) ==
                   STORE_SCHEMA_VERSION,
               "each version of the schema has its migration");

#define MIGRATION_MAX (1u << 20)

static char *migration_text(const struct migration *migration)
{
    struct buf sql;
    buf_init(&sql, MIGRATION_MAX);
    for (const char *const *line = migration->lines; *line; line++)
        buf_text(&sql, *line);
    if (sql.overflow)
        PANIC("migration to version %d is too long", migration->version);
    return buf_take(&sql);
}

char *migrate_schema(void)
{
    return migration_text(&migrations[STORE_SCHEMA_VERSION - 1]);
}

/* Reads the marks in the file's header and refuses what is not for us. */
static bool version_read(struct store *store, int64_t *version,
                         struct error *err)
{
    int64_t application, tables;
    if (!connection_number(store, "PRAGMA application_id", &application, err) ||
        !connection_number(store, "PRAGMA user_version", version, err) ||
        !connection_number(store, "SELECT count(*) FROM sqlite_master", &tables,
                           err))
        return false;
    bool empty = application == 0 && *version == 0 && tables == 0;
    if (!empty && application != STORE_APPLICATION_ID)
        return error_set(err, ERROR_CANNOT,
                         "%s is a database of another program: give the "
                         "patient store with --store, or another file name "
                         "for a new one",
                         store->path);
    if (*version > STORE_SCHEMA_VERSION)
        return error_set(err, ERROR_CANNOT,
                         "%s was written by a newer outreach (schema %lld, "
                         "this program knows %d): update the program",
                         store->path, (long long)*version,
                         STORE_SCHEMA_VERSION);
    return true;
}

bool migrate_accepts(struct store *store, struct error *err)
{
    int64_t version;
    return version_read(store, &version, err);
}

/* A store is born with a name of its own and a key for drawing holdouts, so
 * that this is keyed also where nobody configured one. */
static bool key_make(struct store *store, const char *name, struct error *err)
{
    uint8_t key[SHA256_BYTES];
    char text[2 * SHA256_BYTES + 1];
    if (!hash_random_bytes(key, sizeof(key)))
        return error_set(err, ERROR_CANNOT,
                         "the system gives no random bytes: cannot make the "
                         "keys of %s",
                         store->path);
    hash_hex(key, sizeof(key), text);
    return store_meta_set(store, name, text, err);
}

static bool birth(struct store *store, struct error *err)
{
    return key_make(store, "store", err) &&
           key_make(store, "holdout_key", err) && audit_key_birth(store, err) &&
           seal_make(store, err);
}

static bool migrations_run(struct store *store, int64_t from, struct error *err)
{
    for (int i = (int)from; i < STORE_SCHEMA_VERSION; i++) {
        char *sql = migration_text(&migrations[i]);
        bool done = connection_exec(store, sql, "migrate the store", err);
        free(sql);
        if (!done)
            return error_in(err, "schema %d", migrations[i].version);
    }
    struct buf marks;
    buf_init(&marks, 256);
    buf_format(&marks, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
               STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
    bool done = connection_exec(store, marks.data, "mark the store", err);
    buf_free(&marks);
    return done && (from > 0 || birth(store, err));
}

/* Whoever can write the file can remove the chain as a whole; nothing may
 * happen after that, since nothing could be recorded. */
static bool chain_is_there(struct store *store, struct error *err)
{
    int64_t tables;
    return connection_number(store,
                             "SELECT count(*) FROM sqlite_master WHERE type = "
                             "'table' AND name = 'audit'",
                             &tables, err) &&
           (tables == 1 ||
            error_set(err, ERROR_CORRUPT,
                      "%s has no audit chain any more: somebody removed it. "
                      "Restore a backup",
                      store->path));
}

bool migrate_store(struct store *store, struct error *err)
{
    int64_t version;
    if (!version_read(store, &version, err))
        return false;
    if (version == STORE_SCHEMA_VERSION)
        return chain_is_there(store, err);
    if (store->read_only)
        return error_set(err, ERROR_CANNOT,
                         "%s is an older or an empty store and was opened "
                         "for reading only: run any command that writes, "
                         "such as `outreach import`, once",
                         store->path);
    if (!store_begin(store, err))
        return false;
    /* Somebody else may have migrated while we waited for the lock. */
    if (!version_read(store, &version, err) ||
        !migrations_run(store, version, err)) {
        store_rollback(store);
        return false;
    }
    return store_commit(store, err);
}
