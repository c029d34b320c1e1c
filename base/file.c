/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files, read with a limit and written so that a crash leaves the old
 * or the new content. Every failure names the path and, where one is known,
 * the remedy; a full disk has its own kind, because dispatch pauses for it.
 * Never touches the store's file: SQLite's locks fall when anybody else in
 * the process closes a descriptor of it. Any thread.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* Turns errno into a sentence with a remedy. Always false. */
static bool fail_errno(struct error *err, const char *path, const char *doing)
{
    int code = errno;
    const char *remedy = "";
    enum error_kind kind = ERROR_CANNOT;
    if (code == ENOENT)
        remedy = "; check the path";
    else if (code == EACCES || code == EPERM)
        remedy = "; check its owner and permissions";
    else if (code == EROFS)
        remedy = "; the file system is read-only";
    else if (code == ENOSPC || code == EDQUOT) {
        remedy = "; make room on the disk";
        kind = ERROR_FULL;
    }
    return error_set(err, kind, "%s: cannot %s: %s%s", path, doing,
                     strerrordesc_np(code), remedy);
}

static bool read_all(int fd, const char *path, struct buf *out,
                     struct error *err)
{
    char block[16384];
    for (;;) {
        ssize_t got = read(fd, block, sizeof(block));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(err, path, "read");
        if (got == 0)
            return true;
        buf_add(out, block, (size_t)got);
        if (out->overflow)
            return error_set(err, ERROR_INPUT,
                             "%s: too large: at most %zu bytes are read here",
                             path, out->max);
    }
}

bool file_read(const char *path, size_t max, struct buf *out, struct error *err)
{
    buf_init(out, max);
    /* O_NONBLOCK: a FIFO lying in a folder must not hang the service. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail_errno(err, path, "open");
    bool done = false;
    struct stat st;
    if (fstat(fd, &st) != 0)
        fail_errno(err, path, "read");
    else if (S_ISDIR(st.st_mode))
        error_set(err, ERROR_INPUT, "%s: is a directory, expected a file",
                  path);
    else
        done = read_all(fd, path, out, err);
    close(fd);
    return done;
}

static bool write_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        at += put;
        len -= (size_t)put;
    }
    return true;
}

/* The rename itself must reach the disk too. A directory that cannot be
 * opened or synced (some network file systems) is no reason to fail: the
 * content is there. */
static void sync_directory_of(const char *path)
{
    char dir[PATH_MAX];
    size_t len = (size_t)(file_base(path) - path);
    if (len >= sizeof(dir))
        return;
    memcpy(dir, path, len);
    memcpy(dir + len, len > 0 ? "" : ".", len > 0 ? 1 : 2);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

bool file_write(const char *path, const void *data, size_t len, unsigned mode,
                struct error *err)
{
    static atomic_uint counter;
    char beside[PATH_MAX];
    int need = snprintf(beside, sizeof(beside), "%s.new-%ld-%u", path,
                        (long)getpid(), atomic_fetch_add(&counter, 1));
    if (need < 0 || (size_t)need >= sizeof(beside)) {
        errno = ENAMETOOLONG;
        return fail_errno(err, path, "write");
    }
    unlink(beside); /* left over by a dead process of the same number */
    int fd =
        open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return fail_errno(err, path, "write");
    bool done = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, data, len) &&
                fsync(fd) == 0;
    int code = errno;
    if (close(fd) != 0 && done) {
        done = false;
        code = errno;
    }
    if (done && rename(beside, path) != 0) {
        done = false;
        code = errno;
    }
    if (!done) {
        unlink(beside);
        errno = code;
        return fail_errno(err, path, "write");
    }
    sync_directory_of(path);
    return true;
}

/* Adds at the end; `mode` is for a new file. One write call, so that lines of
 * several processes do not mix; not synced. */
bool file_append(const char *path, const void *data, size_t len, unsigned mode,
                 struct error *err)
{
    int fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return fail_errno(err, path, "write");
    bool done = write_all(fd, data, len);
    int code = errno;
    if (close(fd) != 0 && done) {
        done = false;
        code = errno;
    }
    errno = code;
    return done || fail_errno(err, path, "write");
}

bool file_move(const char *from, const char *to, struct error *err)
{
    int code = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
    /* Some file systems cannot promise it: then the look before must do. */
    if (code != 0 && errno == EINVAL)
        code = file_exists(to) ? (errno = EEXIST, -1) : rename(from, to);
    if (code != 0 && errno == EEXIST)
        return error_set(err, ERROR_INPUT,
                         "%s is there already: give another name, or move it "
                         "away",
                         to);
    if (code != 0)
        return fail_errno(err, to, "write");
    sync_directory_of(to);
    return true;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

instant file_changed(const char *path, instant now)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return now;
    instant at =
        (instant)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    return at < now ? at : now;
}

bool file_is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Fine when it is there already; makes one level only. */
bool file_make_directory(const char *path, unsigned mode, struct error *err)
{
    if (mkdir(path, (mode_t)mode) == 0 || file_is_directory(path))
        return true;
    return fail_errno(err, path, "make the directory");
}

void file_join(char *out, size_t size, const char *dir, const char *name)
{
    if (size == 0)
        return;
    size_t len = strlen(dir);
    const char *slash = len == 0 || dir[len - 1] == '/' ? "" : "/";
    while (len > 0 && *name == '/')
        name++;
    if (snprintf(out, size, "%s%s%s", dir, slash, name) >= (int)size)
        out[0] = '\0'; /* "" opens nothing; a cut path opens another file */
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t tail = strlen(ending);
    return len >= tail && strcmp(name + len - tail, ending) == 0;
}

/* "." and ".." are left out, and with an ending also hidden files (editors
 * leave ".#x.json" behind). */
bool file_list(const char *dir, const char *ending, char ***names,
               size_t *count, struct error *err)
{
    DIR *open_dir = opendir(dir);
    if (open_dir == NULL)
        return fail_errno(err, dir, "list");
    char **list = NULL;
    size_t used = 0;
    size_t room = 0;
    const struct dirent *entry;
    while ((entry = readdir(open_dir)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (ending != NULL && (name[0] == '.' || !ends_with(name, ending)))
            continue;
        if (used == room) {
            room = room == 0 ? 16 : room * 2;
            list = memory_grow(list, room, sizeof(*list));
        }
        list[used++] = memory_text(name);
    }
    closedir(open_dir);
    if (used > 1)
        qsort(list, used, sizeof(*list), compare_names);
    *names = list;
    *count = used;
    return true;
}

void file_list_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static int remove_entry(const char *path, const struct stat *st, int kind,
                        struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    remove(path);
    return 0;
}

/* Follows no symbolic link and leaves no file system. */
void file_remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* 0: not known */
static long lock_holder(int fd)
{
    char holder[32] = "";
    ssize_t got = pread(fd, holder, sizeof(holder) - 1, 0);
    holder[got > 0 ? got : 0] = '\0';
    return strtol(holder, NULL, 10);
}

bool file_is_locked(const char *path, long *pid)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (locked)
        *pid = lock_holder(fd);
    close(fd);
    return locked;
}

/* Locks belong to the open file description (OFD), not to the process: no
 * close() elsewhere in the program can lose them. The file holds the number
 * of the process, only for the message; it is never removed, because a second
 * process could then lock a file that has no name any more. */
int file_lock(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        fail_errno(err, path, "open the lock");
        return -1;
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0) {
        char pid[32];
        int len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
        /* Only a courtesy to the other side: a full disk may refuse it. */
        if (ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)len, 0) != len)
            (void)ftruncate(fd, 0);
        return fd;
    }
    if (errno != EAGAIN && errno != EACCES) {
        fail_errno(err, path, "lock");
        close(fd);
        return -1;
    }
    long pid = lock_holder(fd);
    close(fd);
    if (pid > 0)
        error_set(err, ERROR_BUSY,
                  "%s: another process (%ld) holds this lock; stop it or use "
                  "it",
                  path, pid);
    else
        error_set(err, ERROR_BUSY, "%s: another process holds this lock", path);
    return -1;
}

/* flock() takes a folder too. It may have been removed between the two calls:
 * a lock on what has no name any more is none. */
int file_lock_folder(const char *path, struct error *err)
{
    struct stat named, held;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        stat(path, &named) == 0 && fstat(fd, &held) == 0 &&
        named.st_ino == held.st_ino && named.st_dev == held.st_dev)
        return fd;
    fail_errno(err, path, "lock");
    if (fd >= 0)
        close(fd);
    return -1;
}

void file_unlock(int fd)
{
    if (fd >= 0)
        close(fd);
}

bool file_program(char out[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);
    if (len <= 0)
        return false;
    out[len] = '\0';
    return true;
}
