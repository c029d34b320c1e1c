/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into the program: makes one of its writes to a store go wrong.
 *
 * FAULT=KIND:N names what happens at the N-th write (or cut) of a store's
 * files: database, log, journal and seal
 *   kill   the process is killed before it
 *   lost   and all that was not synced is gone, as when the power fails
 *   torn   and of what was not synced only a part is there; of the last write
 *          only half
 *   io     it fails with EIO
 *   full   it and the two after it fail with ENOSPC
 *   sync   the N-th sync of such a file fails with EIO
 *   busy   the N-th lock and the nine after it are held by somebody else
 * or, for `none`, only counts. FAULT_COUNT names a file into which the number
 * of writes, syncs and locks is written at the end. FAULT_AHEAD: so many
 * seconds later than it is does the program believe to live. FAULT_CLOCK names
 * a file of eight bytes, in this machine's order: its clock stands still at
 * these milliseconds since 1970, and moves when somebody writes others there.
 *
 * The files of the store are never opened and closed here while the program
 * lives: closing any descriptor of one drops SQLite's locks. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum kind { NONE, KILL, LOST, TORN, IO, FULL, SYNC, BUSY, KINDS };
static const char *const kind_names[KINDS] = {"none", "kill", "lost", "torn",
                                              "io",   "full", "sync", "busy"};
#define FULL_FOR 3
#define BUSY_FOR 10

/* What there was before a write that is not synced yet. */
struct undo {
    struct undo *next;
    dev_t device;
    ino_t file;
    char path[PATH_MAX];
    off_t offset, size_before;
    size_t len;   /* of the write */
    size_t there; /* of these, inside of the file as it was */
    char bytes[]; /* len: the former ones, then zeros */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum kind kind;
static long at, ahead, writes, syncs, locks;
static struct undo *newest;
static const _Atomic int64_t *still; /* NULL: the clock goes */

/* Found at the first call: others' constructors may run before ours. */
static ssize_t (*next_write)(int, const void *, size_t, off_t);
static int (*next_cut)(int, off_t);
static int (*next_sync)(int);
static int (*next_data_sync)(int);
static int (*next_control)(int, int, ...);
static int (*next_time)(clockid_t, struct timespec *);

static void find(void *pointer, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    memcpy(pointer, &found, sizeof(found));
}

static void find_all(void)
{
    find(&next_write, "pwrite64");
    find(&next_cut, "ftruncate64");
    find(&next_sync, "fsync");
    find(&next_data_sync, "fdatasync");
    find(&next_control, "fcntl64");
    find(&next_time, "clock_gettime");
}

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text), end = strlen(ending);
    return len > end && strcmp(text + len - end, ending) == 0;
}

/* Whether it is a file of a store, and its path then. */
static bool is_store(int fd, char path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, PATH_MAX - 1);
    if (len <= 0)
        return false;
    path[len] = '\0';
    return ends_with(path, ".db") || ends_with(path, ".db-wal") ||
           ends_with(path, ".db-journal") || ends_with(path, ".db.seal");
}

/* Unsynced writes ---------------------------------------------------------- */

static void put_aside(int fd, const char *path, off_t offset, size_t len)
{
    struct stat about;
    struct undo *undo = calloc(1, sizeof(*undo) + len);
    if (!undo || fstat(fd, &about) != 0)
        abort();
    undo->next = newest;
    undo->device = about.st_dev;
    undo->file = about.st_ino;
    undo->offset = offset;
    undo->size_before = about.st_size;
    undo->len = len;
    snprintf(undo->path, sizeof(undo->path), "%s", path);
    ssize_t got = pread(fd, undo->bytes, len, offset);
    if (got < 0)
        abort();
    undo->there = (size_t)got;
    newest = undo;
}

static void forget_synced(int fd)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        abort();
    for (struct undo **from = &newest; *from;) {
        struct undo *undo = *from;
        if (undo->file != about.st_ino || undo->device != about.st_dev) {
            from = &undo->next;
            continue;
        }
        *from = undo->next;
        free(undo);
    }
}

/* A file system may have noted the new size and not the bytes: then zeros. */
static void take_back(const struct undo *undo, bool size_too)
{
    struct stat about;
    int fd = open(undo->path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0 || about.st_ino != undo->file ||
        about.st_dev != undo->device)
        return; /* it was removed since */
    size_t len = size_too ? undo->there : undo->len;
    if (next_write(fd, undo->bytes, len, undo->offset) != (ssize_t)len ||
        (size_too && next_cut(fd, undo->size_before) != 0))
        abort();
}

/* As the disk would be found after the power failed: newest first, each write
 * is taken back; when torn, some of them stay. */
static void lose_unsynced(bool torn)
{
    unsigned seed = (unsigned)at;
    for (const struct undo *undo = newest; undo; undo = undo->next)
        if (!torn || rand_r(&seed) % 2 != 0)
            take_back(undo, !torn);
}

static _Noreturn void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* The N-th write, or a cut without bytes. A sector, such as the seal, is never
 * torn. */
static int fault_now(int fd, const char *path, const void *bytes, size_t len,
                     off_t offset)
{
    switch (kind) {
    case KILL:
        die();
    case LOST:
        lose_unsynced(false);
        die();
    case TORN:
        lose_unsynced(true);
        if (bytes && !ends_with(path, ".seal") &&
            next_write(fd, bytes, len / 2, offset) < 0)
            abort();
        die();
    case IO:
        return EIO;
    case NONE:
    case FULL:
    case SYNC:
    case BUSY:
    case KINDS:
        break;
    }
    return 0;
}

/* What becomes of a write: 0, or an errno. */
static int write_fault(int fd, const char *path, const void *bytes, size_t len,
                       off_t offset)
{
    long number = ++writes;
    if (kind == FULL && number >= at && number < at + FULL_FOR)
        return ENOSPC;
    int fault = number == at ? fault_now(fd, path, bytes, len, offset) : 0;
    if (!fault && (kind == LOST || kind == TORN))
        put_aside(fd, path, offset, len);
    return fault;
}

/* What the program calls --------------------------------------------------- */

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t offset)
{
    char path[PATH_MAX];
    if (!next_write)
        find_all();
    if (!is_store(fd, path))
        return next_write(fd, bytes, len, offset);
    pthread_mutex_lock(&lock);
    int fault = write_fault(fd, path, bytes, len, offset);
    ssize_t done = fault ? -1 : next_write(fd, bytes, len, offset);
    pthread_mutex_unlock(&lock);
    if (fault)
        errno = fault;
    return done;
}

int ftruncate64(int fd, off_t size)
{
    char path[PATH_MAX];
    struct stat about;
    if (!next_cut)
        find_all();
    if (!is_store(fd, path) || fstat(fd, &about) != 0)
        return next_cut(fd, size);
    size_t cut = about.st_size > size ? (size_t)(about.st_size - size) : 0;
    pthread_mutex_lock(&lock);
    int fault = write_fault(fd, path, NULL, cut, size);
    int done = fault ? -1 : next_cut(fd, size);
    pthread_mutex_unlock(&lock);
    if (fault)
        errno = fault;
    return done;
}

static int sync_by(int (*next)(int), int fd)
{
    char path[PATH_MAX];
    if (!is_store(fd, path))
        return next(fd);
    pthread_mutex_lock(&lock);
    bool fails = ++syncs == at && kind == SYNC;
    if (!fails)
        forget_synced(fd);
    pthread_mutex_unlock(&lock);
    if (!fails)
        return next(fd);
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    if (!next_sync)
        find_all();
    return sync_by(next_sync, fd);
}

int fdatasync(int fd)
{
    if (!next_data_sync)
        find_all();
    return sync_by(next_data_sync, fd);
}

/* Only SQLite takes locks of the old kind. */
int fcntl64(int fd, int command, ...)
{
    va_list args;
    va_start(args, command);
    void *arg = va_arg(args, void *);
    va_end(args);
    if (!next_control)
        find_all();
    if (command == F_SETLK && ((const struct flock *)arg)->l_type == F_WRLCK) {
        pthread_mutex_lock(&lock);
        long number = ++locks;
        pthread_mutex_unlock(&lock);
        if (kind == BUSY && number >= at && number < at + BUSY_FOR) {
            errno = EAGAIN;
            return -1;
        }
    }
    return next_control(fd, command, arg);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    if (!next_time)
        find_all();
    int done = next_time(id, out);
    if (done != 0 || id != CLOCK_REALTIME)
        return done;
    out->tv_sec += ahead;
    if (still) {
        int64_t now = atomic_load(still);
        out->tv_sec = now / 1000;
        out->tv_nsec = now % 1000 * 1000000;
    }
    return 0;
}

static void stand_still(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *clock =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof(*still), PROT_READ, MAP_SHARED, fd, 0);
    if (clock == MAP_FAILED)
        abort();
    still = clock;
    close(fd);
}

static long number_of(const char *name)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : 0;
}

static void __attribute__((constructor)) begin(void)
{
    const char *text = getenv("FAULT");
    const char *colon = text ? strchr(text, ':') : NULL;
    for (int i = 0; colon && i < KINDS; i++)
        if (strlen(kind_names[i]) == (size_t)(colon - text) &&
            strncmp(text, kind_names[i], (size_t)(colon - text)) == 0)
            kind = (enum kind)i;
    at = colon ? strtol(colon + 1, NULL, 10) : 0;
    ahead = number_of("FAULT_AHEAD");
    if (getenv("FAULT_CLOCK"))
        stand_still(getenv("FAULT_CLOCK"));
}

static void __attribute__((destructor)) tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%ld %ld %ld\n", writes, syncs, locks);
    fclose(file);
}
