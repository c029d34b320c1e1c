/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to the patient store: opening it safely, its transactions,
 * copies and checks. The file is never opened and closed by plain calls once
 * SQLite has it: closing any descriptor of it would drop SQLite's POSIX locks
 * for the whole process. Nothing here knows a table except `meta`. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/memory.h"

#include "store/audit_key.h"
#include "store/connection.h"
#include "store/migrate.h"
#include "store/said.h"
#include "store/seal.h"
#include "store/statement.h"

/* Waiting in small steps where SQLite does not call its busy handler. */
#define JOURNAL_MS 5000
#define BUSY_STEP_MS 50
/* What to do about a file system that is read-only. */
#define REMOUNT "mount it writable, or give a copy elsewhere with --store"

/* Failures --------------------------------------------------------------- */

static bool busy_error(const struct store *store, const char *doing,
                       struct error *err)
{
    char who[64];
    connection_writer(store, who, sizeof(who));
    return error_set(err, ERROR_BUSY,
                     "cannot %s %s: %s is writing to it: try again when it "
                     "has ended, or end it",
                     doing, store->path, who);
}

static bool disk_error(struct store *store, const char *doing,
                       struct error *err)
{
    int number = sqlite3_system_errno(store->db);
    if (number == ENOSPC || number == EDQUOT)
        return error_set(err, ERROR_FULL,
                         "cannot %s %s: the disk is full: free some room",
                         doing, store->path);
    return error_set(err, ERROR_CANNOT,
                     "cannot %s %s: %s (%s): look at the disk and its mount",
                     doing, store->path, sqlite3_errmsg(store->db),
                     strerror(number));
}

/* SQLite says "no such file" where it cannot make the ones beside the store. */
static int folder_fault(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    if (!slash || faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) != 0)
        return 0;
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
    return faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static bool open_error(const struct store *store, const char *doing,
                       struct error *err)
{
    int fault = folder_fault(store->path);
    int number = fault ? fault : sqlite3_system_errno(store->db);
    return error_set(err, ERROR_CANNOT, "cannot %s %s: %s: %s", doing,
                     store->path, strerror(number),
                     number == EROFS ? REMOUNT
                                     : "this user must be able to read and "
                                       "write the file and its folder");
}

bool connection_error(struct store *store, int code, const char *doing,
                      struct error *err)
{
    const char *path = store->path;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return busy_error(store, doing, err);
    case SQLITE_FULL:
        return error_set(err, ERROR_FULL,
                         "cannot %s %s: the disk is full: free some room",
                         doing, path);
    case SQLITE_CONSTRAINT:
        return error_set(err, ERROR_INPUT, "cannot %s %s: %s", doing, path,
                         sqlite3_errmsg(store->db));
    case SQLITE_CORRUPT:
        return error_set(err, ERROR_CORRUPT,
                         "cannot %s %s: it is damaged (%s): stop the service "
                         "and put the newest backup in its place "
                         "(docs/operators.md)",
                         doing, path, sqlite3_errmsg(store->db));
    case SQLITE_NOTADB:
        return error_set(err, ERROR_CANNOT,
                         "%s is not a database: give the patient store with "
                         "--store",
                         path);
    case SQLITE_READONLY:
        return error_set(err, ERROR_CANNOT,
                         "cannot %s %s: it is read-only: make the file and "
                         "its folder writable for this user",
                         doing, path);
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return open_error(store, doing, err);
    case SQLITE_IOERR:
        return disk_error(store, doing, err);
    }
    return error_set(err, ERROR_CANNOT, "cannot %s %s: %s", doing, path,
                     sqlite3_errmsg(store->db));
}

bool connection_exec(struct store *store, const char *sql, const char *doing,
                     struct error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || connection_error(store, code, doing, err);
}

bool connection_number(struct store *store, const char *sql, int64_t *out,
                       struct error *err)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(handle);
    int64_t number = 0;
    if (code == SQLITE_ROW)
        number = sqlite3_column_int64(handle, 0);
    int end = sqlite3_finalize(handle);
    if (code != SQLITE_ROW)
        return connection_error(store, end != SQLITE_OK ? end : code,
                                "read the store", err);
    *out = number;
    return true;
}

bool connection_write_fails(struct store *store)
{
    return store->fail_write > 0 && --store->fail_write == 0;
}

void store_fail_write(struct store *store, int64_t n)
{
    store->fail_write = n;
}

/* Opening ------------------------------------------------------------------ */

/* What SQLite would answer with "unable to open database file" for, said in
 * words; makes the file 0600 (SQLite gives -wal and -shm the same mode). */
static bool file_prepare(const char *path, unsigned flags, struct error *err)
{
    struct stat about;
    if (stat(path, &about) == 0) {
        if (S_ISDIR(about.st_mode))
            return error_set(err, ERROR_CANNOT,
                             "%s is a folder: give the file of the patient "
                             "store with --store",
                             path);
        if (!S_ISREG(about.st_mode))
            return error_set(err, ERROR_CANNOT,
                             "%s is not a plain file: give the file of the "
                             "patient store with --store",
                             path);
        int mode = flags & STORE_READ_ONLY ? R_OK : R_OK | W_OK;
        if (faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0)
            return true;
        return error_set(err, ERROR_CANNOT, "cannot %s %s: %s: %s",
                         mode & W_OK ? "write" : "read", path, strerror(errno),
                         errno == EROFS ? REMOUNT
                                        : "run as the user who owns it");
    }
    if (errno != ENOENT)
        return error_set(err, ERROR_CANNOT, "cannot reach %s: %s", path,
                         strerror(errno));
    if (!(flags & STORE_CREATE) || flags & STORE_READ_ONLY)
        return error_set(err, ERROR_CANNOT,
                         "there is no patient store at %s: `outreach import` "
                         "makes one, or give another with --store",
                         path);
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST)
        return error_set(err, ERROR_CANNOT,
                         "cannot make %s: %s: give the name of a file in a "
                         "folder that is there and where you may write",
                         path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return true;
}

/* The journal mode lives in the file; changing it needs the store alone, and
 * SQLite does not wait for that by itself. */
static bool journal_set(struct store *store, struct error *err)
{
    sqlite3_stmt *handle = NULL;
    int code = SQLITE_OK;
    for (int waited = 0; waited <= JOURNAL_MS; waited += BUSY_STEP_MS) {
        code = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode=WAL", -1,
                                  &handle, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_step(handle);
        bool wal =
            code == SQLITE_ROW &&
            strcmp((const char *)sqlite3_column_text(handle, 0), "wal") == 0;
        int end = sqlite3_finalize(handle);
        if (wal)
            return true;
        if (code == SQLITE_ROW)
            return error_set(err, ERROR_CANNOT,
                             "%s cannot have a write-ahead log on this file "
                             "system: put the store on a local disk",
                             store->path);
        code = end != SQLITE_OK ? end : code;
        if ((code & 0xff) != SQLITE_BUSY)
            break;
        sqlite3_sleep(BUSY_STEP_MS);
    }
    return connection_error(store, code, "open", err);
}

/* Sizes from measurements: a page cache beyond a few MiB buys nothing, and
 * rare checkpoints nearly double the rate of the journal. */
static bool connection_configure(struct store *store, unsigned flags,
                                 struct error *err)
{
    sqlite3_extended_result_codes(store->db, 1);
    store_set_patience(store, CONNECTION_PATIENCE_MS);
    /* A kept statement keeps its plan. Without this, each that binds a column
       of some partial index is prepared anew at every new value. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    return connection_exec(store,
                           "PRAGMA trusted_schema=OFF;"
                           "PRAGMA foreign_keys=ON;"
                           "PRAGMA synchronous=FULL;"
                           /* what is removed is written over; some builds of
                              SQLite do not by themselves */
                           "PRAGMA secure_delete=ON;"
                           "PRAGMA mmap_size=0;"
                           /* else each statement that might be undone takes
                              and frees 64 KiB: half the cost of a write */
                           "PRAGMA temp_store=MEMORY;"
                           "PRAGMA wal_autocheckpoint=16000;"
                           "PRAGMA journal_size_limit=67108864;",
                           "open", err) &&
           (!(flags & STORE_THROW_AWAY) ||
            connection_exec(store, "PRAGMA synchronous=OFF;", "open", err)) &&
           /* An import waits in temporary tables as large as its files: these
              must not lie in memory. */
           connection_exec(store,
                           flags & STORE_BULK ? "PRAGMA cache_size=-16384;"
                                                "PRAGMA temp_store=FILE;"
                                              : "PRAGMA cache_size=-4096;",
                           "open", err);
}

static bool transaction_prepare(struct store *store, struct error *err)
{
    const char *begin = store->read_only ? "BEGIN" : "BEGIN IMMEDIATE";
    int code = sqlite3_prepare_v3(
        store->db, begin, -1, SQLITE_PREPARE_PERSISTENT, &store->begin, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_prepare_v3(store->db, "COMMIT", -1,
                               SQLITE_PREPARE_PERSISTENT, &store->commit, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v3(store->db, "ROLLBACK", -1,
                                  SQLITE_PREPARE_PERSISTENT, &store->rollback,
                                  NULL);
    return code == SQLITE_OK || connection_error(store, code, "open", err);
}

static bool connection_open(struct store *store, unsigned flags,
                            struct error *err)
{
    int how = SQLITE_OPEN_NOMUTEX |
              (store->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int code = sqlite3_open_v2(store->path, &store->db, how, NULL);
    code = code == SQLITE_OK ? said_register(store->db) : code;
    if (code != SQLITE_OK)
        return connection_error(store, code, "open", err);
    if (!store->read_only && sqlite3_db_readonly(store->db, "main") == 1)
        return connection_error(store, SQLITE_READONLY, "write", err);
    if (!connection_configure(store, flags, err))
        return false;
    int64_t pages;
    if (!connection_number(store, "PRAGMA page_count", &pages, err))
        return false;
    if (pages == 0 && !(flags & STORE_CREATE))
        return error_set(err, ERROR_CANNOT,
                         "%s is empty, not a patient store: remove it, or "
                         "give another with --store",
                         store->path);
    if (!transaction_prepare(store, err))
        return false;
    /* Refuse what is not ours before the file is touched. */
    if (!migrate_accepts(store, err))
        return false;
    if (!store->read_only && !journal_set(store, err))
        return false;
    return migrate_store(store, err);
}

/* SQLite counts every allocation under a lock that all threads share; nobody
 * reads the count. Too late (an error that changes nothing) when somebody in
 * this process used SQLite before us. */
static void sqlite_configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Names such as ":memory:" and "file:x" mean something to SQLite. */
static char *plain_path(const char *path)
{
    struct buf plain;
    buf_init(&plain, 1u << 16);
    if (path[0] != '/')
        buf_text(&plain, "./");
    buf_text(&plain, path);
    return buf_take(&plain);
}

static struct store *open_once(const char *path, unsigned flags,
                               bool *interrupted, struct error *err)
{
    struct store *store = memory_new(sizeof(*store));
    store->path = plain_path(path);
    store->read_only = (flags & STORE_READ_ONLY) != 0;
    store->what_if = (flags & STORE_WHAT_IF) != 0;
    store->seal_fd = -1;
    if (connection_open(store, flags, err))
        return store;
    int code = store->db ? sqlite3_extended_errcode(store->db) : SQLITE_OK;
    *interrupted = store->read_only && (code == SQLITE_READONLY_ROLLBACK ||
                                        code == SQLITE_READONLY_RECOVERY);
    store_close(store);
    return NULL;
}

/* Whoever was killed while writing left half a change and the means to undo it,
 * which takes somebody who may write: at the first look. */
static void change_undo(const char *path)
{
    sqlite3 *db = NULL;
    char *plain = plain_path(path);
    int how = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(plain, &db, how, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(db, CONNECTION_PATIENCE_MS);
        sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL);
    }
    sqlite3_close(db);
    free(plain);
}

struct store *store_open(const char *path, unsigned flags, struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool interrupted = false;
    struct error first = {0};
    pthread_once(&once, sqlite_configure);
    if (!file_prepare(path, flags, err))
        return NULL;
    struct store *store = open_once(path, flags, &interrupted, &first);
    if (!store && interrupted) {
        first = (struct error){0};
        change_undo(path);
        store = open_once(path, flags, &interrupted, &first);
    }
    if (!store && err)
        *err = first;
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    store_rollback(store);
    statement_close_all(store);
    sqlite3_finalize(store->begin);
    sqlite3_finalize(store->commit);
    sqlite3_finalize(store->rollback);
    int code = sqlite3_close(store->db);
    if (code != SQLITE_OK)
        PANIC("cannot close %s: %s", store->path, sqlite3_errstr(code));
    free(store->path);
    explicit_bzero(store->audit_key, sizeof(store->audit_key));
    if (store->seal_fd >= 0)
        close(store->seal_fd);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

/* Transactions ----------------------------------------------------------------
 */

static int run_once(sqlite3_stmt *handle)
{
    int code = sqlite3_step(handle);
    sqlite3_reset(handle);
    return code;
}

bool store_in_transaction(const struct store *store)
{
    return store->db && (!sqlite3_get_autocommit(store->db) || store->spoilt);
}

bool store_begin(struct store *store, struct error *err)
{
    if (store_in_transaction(store))
        PANIC("a transaction inside a transaction");
    store->audit_known = false;
    int code = connection_begin(store);
    return code == SQLITE_DONE || connection_error(store, code, "write", err);
}

bool store_commit(struct store *store, struct error *err)
{
    if (!store_in_transaction(store))
        PANIC("a commit without a transaction");
    if (store->what_if)
        PANIC("a commit of what was only to be looked at");
    if (store->spoilt) {
        if (err)
            *err = store->spoilt_by;
        store_rollback(store);
        return false;
    }
    int code = SQLITE_FULL;
    if (store->read_only || !connection_write_fails(store))
        code = run_once(store->commit);
    if (code == SQLITE_DONE) {
        if (store->audit_known && store->audit_id > store->seal_id)
            seal_follow(store);
        return true;
    }
    connection_error(store, code, "write", err);
    store_rollback(store);
    return false;
}

void store_rollback(struct store *store)
{
    if (!store->db)
        return;
    store->spoilt = false;
    store->audit_known = false;
    if (!sqlite3_get_autocommit(store->db))
        run_once(store->rollback);
    if (!sqlite3_get_autocommit(store->db))
        PANIC("cannot roll back %s: %s", store->path,
              sqlite3_errmsg(store->db));
}

int64_t store_data_version(struct store *store)
{
    struct error ignored;
    struct statement *query = statement(store, "PRAGMA data_version");
    int64_t version = 0;
    if (statement_step(query, &ignored) == 1)
        version = column_integer(query, 0);
    statement_reset(query);
    return version;
}

/* Copies and checks ----------------------------------------------------------
 */

/* Makes the bytes and the name durable. Safe with plain calls: SQLite is
 * done with the copy. */
static bool copy_sync(const char *path, struct error *err)
{
    char *folder = memory_text(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int parent = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done =
        file >= 0 && fsync(file) == 0 && parent >= 0 && fsync(parent) == 0;
    int number = errno;
    if (file >= 0)
        close(file);
    if (parent >= 0)
        close(parent);
    free(folder);
    return done || error_set(err, ERROR_CANNOT, "cannot sync %s: %s", path,
                             strerror(number));
}

bool store_copy_to(struct store *store, const char *path, unsigned flags,
                   struct error *err)
{
    if (store_in_transaction(store))
        PANIC("a copy inside a transaction");
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, ERROR_CANNOT,
                         "cannot make %s: %s: give the name of a new file",
                         path, strerror(errno));
    close(fd);
    /* The copy has no key of its own beside it; this process knows ours. */
    struct error ignored;
    audit_key_ready(store, &ignored);
    sqlite3_stmt *handle = NULL;
    int code =
        sqlite3_prepare_v2(store->db, "VACUUM INTO ?", -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(handle, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(handle);
    bool done =
        code == SQLITE_DONE || connection_error(store, code, "copy", err);
    sqlite3_finalize(handle);
    done = done && (flags & STORE_THROW_AWAY || copy_sync(path, err));
    if (!done)
        unlink(path);
    return done;
}

static bool check_run(struct store *store, const char *sql, const char *fine,
                      struct error *err)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(handle);
    bool done;
    if (code == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(handle, 0);
        done = fine && said && strcmp(said, fine) == 0;
        if (!done)
            error_set(err, ERROR_CORRUPT,
                      "%s is damaged: %s: stop the service and `outreach "
                      "restore` the newest backup",
                      store->path, said ? said : "");
    } else {
        done =
            code == SQLITE_DONE || connection_error(store, code, "check", err);
    }
    sqlite3_finalize(handle);
    return done;
}

bool store_check(struct store *store, struct error *err)
{
    return check_run(store, "PRAGMA integrity_check(1)", "ok", err) &&
           check_run(store,
                     "SELECT 'a row of ' || \"table\" || ' names a ' || parent"
                     " || ' that is not there' FROM pragma_foreign_key_check",
                     NULL, err);
}

/* Meta ------------------------------------------------------------------------
 */

bool store_meta_get(struct store *store, const char *key, char *out,
                    size_t size, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT value FROM meta WHERE key = ?");
    bind_text(query, 1, key);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    snprintf(out, size, "%s", step == 1 ? column_text(query, 0) : "");
    statement_reset(query);
    return true;
}

bool store_meta_set(struct store *store, const char *key, const char *value,
                    struct error *err)
{
    struct statement *insert = statement(
        store, "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO"
               " UPDATE SET value = excluded.value");
    bind_text(insert, 1, key);
    bind_text(insert, 2, value);
    return statement_run(insert, err);
}
