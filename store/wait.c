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

static store_wait_fn *wait_told;

static void import_path(const struct store *store, char *out, size_t size)
{
    snprintf(out, size, "%s-import", store->path);
}

int store_lock_import(const struct store *store, struct error *err)
{
    char path[PATH_MAX];
    import_path(store, path, sizeof(path));
    int fd = file_lock(path, err);
    if (fd < 0)
        error_in(err, "another import seems to run");
    return fd;
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
    bool told = false;
    for (;;) {
        int code = sqlite3_step(store->begin);
        sqlite3_reset(store->begin);
        if ((code & 0xff) != SQLITE_BUSY ||
            clock_monotonic_ms() - since >= store->patience_ms)
            return code;
        if (*place < 0)
            *place = line_up(store);
        if (!told && wait_told) {
            char who[64];
            connection_writer(store, who, sizeof(who));
            wait_told(who, store->path);
        }
        told = true;
    }
}

int connection_begin(struct store *store)
{
    int place = -1;
    int code = begin(store, &place);
    file_unlock(place);
    return code;
}
