/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite has one writer at a time. Who wants to be the next one waits here,
 * and can say for whom: a large import writes for many seconds, because a file
 * is taken whole or not at all. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/file.h"

#include "store/connection.h"
#include "store/store.h"

/* How long SQLite itself waits for a lock; then we ask again. */
#define BUSY_MS 1000
#define LOCK_STEP_MS 100

static store_wait_fn *wait_told;

static void import_path(const struct store *store, char *out, size_t size)
{
    snprintf(out, size, "%s-import", store->path);
}

void connection_writer(const struct store *store, char *out, size_t size)
{
    char path[PATH_MAX];
    long pid;
    import_path(store, path, sizeof(path));
    if (!file_is_locked(path, &pid) || pid == getpid()) /* that is us */
        snprintf(out, size, "another process");
    else if (pid == 0)
        snprintf(out, size, "an import");
    else
        snprintf(out, size, "an import (process %ld)", pid);
}

void store_set_patience(struct store *store, int64_t ms)
{
    store->patience_ms = ms;
    sqlite3_busy_timeout(store->db, (int)(ms < BUSY_MS ? ms : BUSY_MS));
}

void store_on_wait(store_wait_fn *told)
{
    wait_told = told;
}

/* Another round? Tells once for whom we wait. */
static bool wait_more(const struct store *store, int64_t since, bool *told)
{
    int64_t waited = clock_monotonic_ms() - since;
    if (waited >= store->patience_ms)
        return false;
    if (!*told && wait_told && waited >= BUSY_MS) {
        char who[64];
        connection_writer(store, who, sizeof(who));
        wait_told(who, store->path);
        *told = true;
    }
    return true;
}

/* SQLite keeps no line of those who wait: each asks again now and then, and a
 * writer that begins anew at once is always there first. So whoever waits says
 * it by a lock of its own, and the service leaves a gap. */
static void next_path(const struct store *store, char *out, size_t size)
{
    snprintf(out, size, "%s-next", store->path);
}

static int line_up(const struct store *store)
{
    char path[PATH_MAX];
    struct error ignored = {0}; /* somebody stands there already */
    next_path(store, path, sizeof(path));
    return file_lock(path, &ignored);
}

bool store_is_wanted(const struct store *store)
{
    char path[PATH_MAX];
    long pid = 0;
    next_path(store, path, sizeof(path));
    return file_is_locked(path, &pid) && pid != getpid();
}

static int begin(struct store *store, int *place)
{
    int64_t since = clock_monotonic_ms();
    for (bool told = false;;) {
        int code = sqlite3_step(store->begin);
        sqlite3_reset(store->begin);
        if ((code & 0xff) != SQLITE_BUSY || !wait_more(store, since, &told))
            return code;
        if (*place < 0)
            *place = line_up(store);
    }
}

int store_lock_import(const struct store *store, struct error *err)
{
    char path[PATH_MAX];
    struct error why = {0};
    int64_t since = clock_monotonic_ms();
    import_path(store, path, sizeof(path));
    for (bool told = false;;) {
        int fd = file_lock(path, &why);
        if (fd >= 0)
            return fd;
        if (why.kind != ERROR_BUSY || !wait_more(store, since, &told)) {
            if (err)
                *err = why;
            return -1;
        }
        sqlite3_sleep(LOCK_STEP_MS);
    }
}

int connection_begin(struct store *store)
{
    int place = -1;
    int code = begin(store, &place);
    file_unlock(place);
    return code;
}
