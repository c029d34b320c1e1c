/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seal beside a store. It is renewed after the commit and before anything
 * that the commit allows can leave the house, so a store that lacks what its
 * seal names is an older copy. A power cut may lose the last renewals, never
 * the commits (they are synced): a seal that lags is still part of the chain.
 */
#include "store/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/connection.h"
#include "store/statement.h"
#include "store/store.h"

/* All seals are as long as this, so that a renewal overwrites the old one. */
#define SEAL_SIZE 512
#define STORE_ID_SIZE (2 * SHA256_BYTES + 1)
#define FILE_ID_SIZE 80

struct seal {
    char store[STORE_ID_SIZE];
    char file[FILE_ID_SIZE]; /* "INODE" or "INODE born SECONDS.NANO" */
    char head[AUDIT_HEAD_MAX];
};

static void path_of(const struct store *store, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s%s", store_path(store), SEAL_ENDING);
}

/* The number alone is given anew when a file is replaced; not every file
 * system knows when a file was made. */
static void file_id(const struct store *store, char out[FILE_ID_SIZE])
{
    struct statx about;
    out[0] = '\0';
    if (statx(AT_FDCWD, store_path(store), 0, STATX_INO | STATX_BTIME,
              &about) != 0)
        return;
    if (about.stx_mask & STATX_BTIME)
        snprintf(out, FILE_ID_SIZE, "%llu born %lld.%09u",
                 (unsigned long long)about.stx_ino,
                 (long long)about.stx_btime.tv_sec, about.stx_btime.tv_nsec);
    else
        snprintf(out, FILE_ID_SIZE, "%llu", (unsigned long long)about.stx_ino);
}

static bool file_id_equal(const char *a, const char *b)
{
    size_t number = strcspn(a, " ");
    bool both = a[number] != '\0' && b[strcspn(b, " ")] != '\0';
    return both ? text_equal(a, b)
                : strcspn(b, " ") == number && strncmp(a, b, number) == 0;
}

/* Reading and writing ------------------------------------------------------ */

static bool read_text(const struct json_node *node, const char *name, char *out,
                      size_t size)
{
    const char *text = json_get_text(node, name);
    text_copy(out, size, text ? text : "");
    return text != NULL;
}

static bool seal_read(int fd, struct seal *out)
{
    char text[SEAL_SIZE];
    ssize_t len = pread(fd, text, sizeof(text), 0);
    struct json *doc =
        len > 0 ? json_parse(text, (size_t)len, 0, NULL, NULL) : NULL;
    const struct json_node *root = json_root(doc);
    bool done = doc && read_text(root, "store", out->store, STORE_ID_SIZE) &&
                read_text(root, "file", out->file, FILE_ID_SIZE) &&
                read_text(root, "head", out->head, AUDIT_HEAD_MAX);
    json_free(doc);
    return done;
}

/* One line of JSON, filled up with blanks. */
static void seal_text(const struct seal *seal, char out[SEAL_SIZE])
{
    struct buf text;
    struct json_writer json;
    buf_init(&text, SEAL_SIZE);
    json_write_init(&json, &text);
    json_write_object(&json, NULL);
    json_write_text(&json, "store", seal->store);
    json_write_text(&json, "file", seal->file);
    json_write_text(&json, "head", seal->head);
    json_write_end(&json, '}');
    memset(out, ' ', SEAL_SIZE);
    memcpy(out, text.data, text.len);
    out[SEAL_SIZE - 1] = '\n';
    buf_free(&text);
}

/* Several processes renew it, and one may be reading. */
static void lock_set(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    while (fcntl(fd, F_OFD_SETLKW, &lock) != 0 && errno == EINTR) {
    }
}

/* Telling ------------------------------------------------------------------ */

static bool seal_compare(struct store *store, const struct seal *seal,
                         enum seal_state *out, struct error *err)
{
    char id[STORE_ID_SIZE], file[FILE_ID_SIZE], head[AUDIT_HEAD_MAX];
    if (!store_meta_get(store, "store", id, sizeof(id), err) ||
        !audit_head_at(store, strtoll(seal->head, NULL, 10), head, err))
        return false;
    file_id(store, file);
    if (!text_equal(id, seal->store))
        *out = SEAL_MISSING;
    else if (!text_equal(head, seal->head))
        *out = SEAL_OLDER;
    else
        *out = file_id_equal(file, seal->file) ? SEAL_WHOLE : SEAL_MOVED;
    return true;
}

bool seal_check(struct store *store, enum seal_state *out, struct error *err)
{
    char path[PATH_MAX], mark[24];
    struct seal seal;
    path_of(store, path);
    if (!store_meta_get(store, SEAL_BACKUP_MARK, mark, sizeof(mark), err))
        return false;
    *out = mark[0] ? SEAL_RESTORED : SEAL_MISSING;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno != ENOENT)
        return error_set(err, ERROR_CANNOT, "cannot read %s: %s", path,
                         strerror(errno));
    if (fd < 0 || mark[0]) {
        if (fd >= 0)
            close(fd);
        return true;
    }
    lock_set(fd, F_RDLCK);
    bool read = seal_read(fd, &seal);
    close(fd); /* and unlocks it */
    return !read || seal_compare(store, &seal, out, err);
}

bool seal_make(struct store *store, struct error *err)
{
    char path[PATH_MAX], text[SEAL_SIZE];
    struct seal seal;
    path_of(store, path);
    if (!store_meta_get(store, "store", seal.store, sizeof(seal.store), err) ||
        !audit_head(store, seal.head, err))
        return false;
    file_id(store, seal.file);
    seal_text(&seal, text);
    return file_write(path, text, sizeof(text), 0600, err);
}

/* Following ---------------------------------------------------------------- */

/* Of this connection, once: a seal that is not this file's is not ours to
 * renew, or an older copy would seal itself. */
static void seal_open(struct store *store)
{
    char path[PATH_MAX];
    enum seal_state state;
    struct error ignored = {0};
    store->seal_tried = true;
    if (!seal_check(store, &state, &ignored) || state != SEAL_WHOLE)
        return;
    path_of(store, path);
    store->seal_fd = open(path, O_RDWR | O_CLOEXEC);
}

void seal_follow(struct store *store)
{
    char text[SEAL_SIZE];
    struct seal seal;
    if (!store->seal_tried)
        seal_open(store);
    if (store->seal_fd < 0)
        return;
    lock_set(store->seal_fd, F_WRLCK);
    /* Another process may have been faster, with a later row. */
    bool behind = seal_read(store->seal_fd, &seal) &&
                  strtoll(seal.head, NULL, 10) < store->audit_id;
    if (behind) {
        audit_head_now(store, seal.head);
        seal_text(&seal, text);
    }
    if (!behind || pwrite(store->seal_fd, text, sizeof(text), 0) > 0)
        store->seal_id = store->audit_id;
    lock_set(store->seal_fd, F_UNLCK);
}
