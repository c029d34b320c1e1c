/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the key of the audit chain comes from: the configuration, else a file
 * beside the store. Keys that were loaded once stay known to this process by
 * their mark, because forecasts run on copies of the store that have no key
 * of their own. Nothing here writes a key into a store or a message.
 */
#include "store/audit_key.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/connection.h"
#include "store/store.h"

#define TEXT_MAX 4096
#define TEXT_LEAST 16
#define MARK_BYTES 8
#define MARK_SIZE (2 * MARK_BYTES + 1)
/* More stores than this are not open in one process. */
#define KNOWN_MAX 8

struct key {
    char mark[MARK_SIZE];
    uint8_t bytes[SHA256_BYTES];
};

static struct {
    pthread_mutex_t lock;
    struct key keys[KNOWN_MAX];
    size_t count;
    struct key configured; /* mark "": none */
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Tells keys apart and nothing else about them. */
static struct key key_of(const char *text)
{
    static const char label[] = "outreach audit key";
    uint8_t mac[SHA256_BYTES];
    struct key key;
    hash_sha256(text, strlen(text), key.bytes);
    hash_hmac_sha256(key.bytes, sizeof(key.bytes), label, strlen(label), mac);
    hash_hex(mac, MARK_BYTES, key.mark);
    return key;
}

static void keep(const struct key *key)
{
    pthread_mutex_lock(&known.lock);
    bool there = false;
    for (size_t i = 0; i < known.count; i++)
        there |= text_equal(known.keys[i].mark, key->mark);
    if (!there && known.count < KNOWN_MAX)
        known.keys[known.count++] = *key;
    pthread_mutex_unlock(&known.lock);
}

static bool find(const char *mark, struct key *out)
{
    bool found = false;
    pthread_mutex_lock(&known.lock);
    for (size_t i = 0; i < known.count && !found; i++) {
        found = text_equal(known.keys[i].mark, mark);
        if (found)
            *out = known.keys[i];
    }
    pthread_mutex_unlock(&known.lock);
    return found;
}

static void use(struct store *store, const struct key *key)
{
    memcpy(store->audit_key, key->bytes, sizeof(key->bytes));
    store->audit_has_key = true;
}

/* The configuration's ------------------------------------------------------ */

/* False: there is none. */
static bool configured(struct key *out)
{
    pthread_mutex_lock(&known.lock);
    *out = known.configured;
    pthread_mutex_unlock(&known.lock);
    return out->mark[0] != '\0';
}

bool audit_key_configure(const char *text, struct error *err)
{
    if (strlen(text) < TEXT_LEAST)
        return error_set(err, ERROR_CANNOT,
                         "the audit key is too short: give it at least %d "
                         "characters that nobody can guess",
                         TEXT_LEAST);
    struct key key = key_of(text), before;
    if (configured(&before) && !text_equal(before.mark, key.mark))
        return error_set(err, ERROR_CANNOT,
                         "the audit key cannot change while running");
    pthread_mutex_lock(&known.lock);
    known.configured = key;
    pthread_mutex_unlock(&known.lock);
    keep(&key);
    return true;
}

bool audit_key_is_configured(void)
{
    struct key key;
    return configured(&key);
}

/* The file's --------------------------------------------------------------- */

static void path_of(const struct store *store, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s%s", store_path(store), AUDIT_KEY_ENDING);
}

static bool file_take(const char *path, struct key *out, struct error *err)
{
    struct stat about;
    struct buf text;
    if (stat(path, &about) == 0 && about.st_mode & S_IRWXO)
        return error_set(err, ERROR_CANNOT,
                         "%s can be read by everybody: chmod 600 %s", path,
                         path);
    bool done = file_read(path, TEXT_MAX, &text, err);
    if (done) {
        text_trim(text.data);
        done =
            strlen(text.data) >= TEXT_LEAST ||
            error_set(err, ERROR_CANNOT,
                      "%s is not a key: put the one back that was there", path);
    }
    if (done)
        *out = key_of(text.data);
    explicit_bzero(text.data, text.len);
    buf_free(&text);
    return done;
}

/* What lies there already is used, and never overwritten. */
static bool file_make(const char *path, struct error *err)
{
    uint8_t bytes[SHA256_BYTES];
    char text[2 * SHA256_BYTES + 2];
    if (file_exists(path))
        return true;
    if (!hash_random_bytes(bytes, sizeof(bytes)))
        return error_set(err, ERROR_CANNOT,
                         "the system gives no random bytes: cannot make %s",
                         path);
    hash_hex(bytes, sizeof(bytes), text);
    text[2 * SHA256_BYTES] = '\n';
    bool done = file_write(path, text, 2 * SHA256_BYTES + 1, 0600, err);
    explicit_bzero(bytes, sizeof(bytes));
    explicit_bzero(text, sizeof(text));
    return done;
}

/* The chain's -------------------------------------------------------------- */

static bool adopt(struct store *store, struct error *err)
{
    struct key key;
    char path[PATH_MAX];
    path_of(store, path);
    if (!configured(&key) &&
        (!file_make(path, err) || !file_take(path, &key, err)))
        return false;
    keep(&key);
    use(store, &key);
    return store_meta_set(store, "audit_key", key.mark, err);
}

bool audit_key_birth(struct store *store, struct error *err)
{
    return adopt(store, err);
}

static bool wrong_key(const char *mark, bool is_configured, const char *path,
                      struct error *err)
{
    if (is_configured)
        return error_set(err, ERROR_CANNOT,
                         "the audit chain goes by the key %s, which is not "
                         "the configured one: configure the key that the "
                         "store was made with (the content of %s, if there "
                         "is one)",
                         mark, path);
    if (file_exists(path))
        return error_set(err, ERROR_CANNOT,
                         "%s is not the key of the store's audit chain (%s): "
                         "put the one back that belongs to it",
                         path, mark);
    return error_set(err, ERROR_CANNOT,
                     "%s is missing, the key of the audit chain (%s): put it "
                     "back from where backups of it are kept; if it is lost, "
                     "`outreach restore --new-key`",
                     path, mark);
}

bool audit_key_ready(struct store *store, struct error *err)
{
    char mark[MARK_SIZE], path[PATH_MAX];
    struct key key;
    if (store->audit_has_key)
        return true;
    if (!store_meta_get(store, "audit_key", mark, sizeof(mark), err))
        return false;
    if (find(mark, &key)) {
        use(store, &key);
        return true;
    }
    path_of(store, path);
    if (configured(&key) || !file_exists(path))
        return wrong_key(mark, configured(&key), path, err);
    if (!file_take(path, &key, err))
        return false;
    if (!text_equal(key.mark, mark))
        return wrong_key(mark, false, path, err);
    keep(&key);
    use(store, &key);
    return true;
}

bool audit_key_offer(const char *path, struct error *err)
{
    struct key key;
    if (!file_exists(path))
        return true;
    if (!file_take(path, &key, err))
        return false;
    keep(&key);
    return true;
}

bool audit_key_fits(struct store *store, const char *path, bool *fits,
                    struct error *err)
{
    char mark[MARK_SIZE];
    struct key key;
    *fits = false;
    if (!file_exists(path))
        return true;
    if (!store_meta_get(store, "audit_key", mark, sizeof(mark), err) ||
        !file_take(path, &key, err))
        return false;
    *fits = text_equal(key.mark, mark);
    return true;
}

bool audit_key_renew(struct store *store, const char *actor, instant now,
                     struct error *err)
{
    char head[AUDIT_HEAD_MAX];
    if (!audit_head(store, head, err))
        return false;
    head[strcspn(head, ":")] = '\0';
    return adopt(store, err) &&
           store_meta_set(store, "audit_from", head, err) &&
           audit_add(store, now, actor, "new-key", NULL,
                     "the key of the rows before is lost", err);
}
