/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones of the system's tzdata, by our own reader: glibc knows one zone
 * a process and turns unknown ones into UTC, ICU carries stale rules of its
 * own (libraries.md 4). A zone is read at first use and stays for ever; its
 * rules are exchanged behind the pointer on reload, and replaced rules are
 * kept, because another thread may be reading them (a few kilobytes, a few
 * times a year). Look-ups take no lock; the mutex guards reading files.
 * A zone that is unknown or damaged is NULL, never silently UTC.
 */
#include "base/zone.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/zone_rules.h"

#define NAME_MAX_BYTES 64
#define BUCKETS 1024
#define VERSION_FILE_MAX ((size_t)4 << 20)
#define DEPTH_MAX 2
#define RULES_LIST_MAX ((size_t)1 << 20)
#define VERSION_NAME_MAX (ZONE_VERSION_MAX - 10) /* "." and 8 digits behind */

/* Tells whether a file is still the one that was read. */
struct signature {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct zone {
    char name[NAME_MAX_BYTES];
    struct zone *next; /* in its bucket; never changes once linked */
    struct zone_rules *_Atomic rules;
    atomic_bool present;        /* found in the present directory */
    struct signature signature; /* under the mutex */
    bool gone;                  /* its file is: said; under the mutex */
};

/* What tzdata.zi says, with a hash of the rules, and which bytes it was. */
struct version {
    struct version *older;
    char text[ZONE_VERSION_MAX];
    struct signature signature; /* all zero: there is no such file */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct zone *_Atomic buckets[BUCKETS];
static struct version *_Atomic version;
static char directory[PATH_MAX]; /* "" until first needed; under the mutex */

static struct zone utc_zone = {.name = "UTC"};
static pthread_once_t utc_once = PTHREAD_ONCE_INIT;

static void make_utc(void)
{
    atomic_store(&utc_zone.rules, zone_rules_fixed(0));
    atomic_store(&utc_zone.present, true);
}

const struct zone *zone_utc(void)
{
    pthread_once(&utc_once, make_utc);
    return &utc_zone;
}

/* Names as tzdata has them. "posix/" and "right/" are copies (the latter with
 * leap seconds); the three others say "nobody chose a zone". */
static bool name_is_sound(const char *name)
{
    static const char *const others[] = {"Factory", "localtime", "posixrules"};
    if (name[0] == '\0' || name[0] == '/' || strlen(name) >= NAME_MAX_BYTES)
        return false;
    if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                          "0123456789_+-/")] != '\0')
        return false;
    if (strncmp(name, "posix/", 6) == 0 || strncmp(name, "right/", 6) == 0)
        return false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(name, others[i]) == 0)
            return false;
    }
    return true;
}

static size_t bucket_of(const char *name)
{
    return hash_fnv(HASH_FNV, name, strlen(name)) % BUCKETS;
}

static struct zone *look_up(const char *name)
{
    struct zone *zone =
        atomic_load_explicit(&buckets[bucket_of(name)], memory_order_acquire);
    while (zone != NULL && strcmp(zone->name, name) != 0)
        zone = zone->next;
    return zone;
}

/* The path of a file of tzdata; "" when it does not fit. Under the mutex. */
static void path_of(const char *name, char out[PATH_MAX])
{
    if (directory[0] == '\0') {
        const char *given = getenv("TZDIR");
        bool usable = given != NULL && given[0] != '\0' &&
                      strlen(given) < sizeof(directory);
        snprintf(directory, sizeof(directory), "%s",
                 usable ? given : "/usr/share/zoneinfo");
    }
    file_join(out, PATH_MAX, directory, name);
}

static bool read_signature(const char *path, struct signature *out)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    memset(out, 0, sizeof(*out));
    out->device = st.st_dev;
    out->inode = st.st_ino;
    out->size = st.st_size;
    out->changed = st.st_mtim;
    return true;
}

static bool same_signature(const struct signature *a, const struct signature *b)
{
    return a->device == b->device && a->inode == b->inode &&
           a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Reads the zone's file; NULL when there is none. A file that is there and
 * not readable is worth a line: somebody's reminders hang on it. */
static struct zone_rules *read_rules(const char *name,
                                     struct signature *signature)
{
    char path[PATH_MAX];
    path_of(name, path);
    if (!read_signature(path, signature))
        return NULL;
    struct error err = {.kind = ERROR_NONE};
    struct buf bytes;
    struct zone_rules *rules = NULL;
    if (file_read(path, ZONE_FILE_MAX, &bytes, &err))
        rules = zone_rules_read(bytes.data, bytes.len, &err);
    buf_free(&bytes);
    if (rules == NULL)
        log_event(LOG_WARNING, "zone-damaged", "path=%s reason=%s",
                  log_quote(path), log_quote(err.text));
    return rules;
}

/* Exchanges the rules and keeps the old ones. Under the mutex. */
static void set_rules(struct zone *zone, struct zone_rules *rules,
                      const struct signature *signature)
{
    rules->older = atomic_load(&zone->rules);
    zone->signature = *signature;
    atomic_store(&zone->rules, rules);
    atomic_store(&zone->present, true);
}

static struct zone *find_or_read(const char *name)
{
    struct zone *zone = look_up(name);
    if (zone != NULL && atomic_load(&zone->present))
        return zone;
    struct signature signature;
    struct zone_rules *rules = read_rules(name, &signature);
    if (rules == NULL)
        return NULL;
    if (zone != NULL) {
        set_rules(zone, rules, &signature);
        return zone;
    }
    zone = memory_new(sizeof(*zone));
    snprintf(zone->name, sizeof(zone->name), "%s", name);
    set_rules(zone, rules, &signature);
    size_t bucket = bucket_of(name);
    zone->next = atomic_load(&buckets[bucket]);
    atomic_store_explicit(&buckets[bucket], zone, memory_order_release);
    return zone;
}

const struct zone *zone_find(const char *name)
{
    if (name == NULL)
        return NULL;
    struct zone *zone = look_up(name);
    if (zone != NULL && atomic_load(&zone->present))
        return zone;
    if (!name_is_sound(name))
        return NULL;
    if (strcmp(name, "UTC") == 0)
        return zone_utc();
    pthread_mutex_lock(&mutex);
    zone = find_or_read(name);
    pthread_mutex_unlock(&mutex);
    return zone;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static struct zone_rules *rules_of(const struct zone *zone)
{
    return atomic_load_explicit(&zone->rules, memory_order_acquire);
}

/* Rounds down, also before 1970. */
static int64_t whole_seconds(instant at)
{
    return at / SECOND_MS - (at % SECOND_MS < 0);
}

int zone_offset(const struct zone *zone, instant at)
{
    return zone_rules_offset(rules_of(zone), whole_seconds(at));
}

struct civil zone_local(const struct zone *zone, instant at)
{
    int64_t utc = whole_seconds(at);
    return civil_from_seconds(utc + zone_rules_offset(rules_of(zone), utc));
}

struct civil_date zone_today(const struct zone *zone, instant at)
{
    return zone_local(zone, at).date;
}

instant zone_instant(const struct zone *zone, struct civil civil)
{
    return zone_rules_utc(rules_of(zone), civil_seconds(civil)) * SECOND_MS;
}

static void list_file(const char *name, const char *path, struct buf *out)
{
    char digest[SHA256_HEX];
    struct buf bytes;
    if (file_read(path, ZONE_FILE_MAX, &bytes, NULL) && bytes.len > 4 &&
        memcmp(bytes.data, "TZif", 4) == 0) {
        hash_sha256_hex(bytes.data, bytes.len, digest);
        buf_format(out, "%s %s\n", name, digest);
    }
    buf_free(&bytes);
}

/* One line for each file of rules below `prefix` ("", "America/" and
 * "America/Indiana/"), in order; what is no name of a zone, or holds no rules,
 * is passed over. Under the mutex. */
static void list_rules(const char *prefix, int depth, struct buf *out)
{
    char path[PATH_MAX];
    char **names;
    size_t count;
    path_of(prefix, path);
    if (!file_list(path, NULL, &names, &count, NULL))
        return;
    for (size_t i = 0; i < count; i++) {
        char name[NAME_MAX_BYTES], below[NAME_MAX_BYTES + 1];
        struct signature signature;
        int len = snprintf(name, sizeof(name), "%s%s", prefix, names[i]);
        if (len < 0 || (size_t)len >= sizeof(name) || !name_is_sound(name) ||
            strcmp(name, "posix") == 0 || strcmp(name, "right") == 0)
            continue;
        path_of(name, path);
        if (read_signature(path, &signature)) {
            list_file(name, path, out);
        } else if (depth < DEPTH_MAX) {
            snprintf(below, sizeof(below), "%s/", name);
            list_rules(below, depth + 1, out);
        }
    }
    file_list_free(names, count);
}

/* "# version 2026f" on the first line of tzdata.zi, which holds all rules as
 * text. Distributions add rules without raising the version, and administrators
 * compile a zone of their own without touching that text; so the hash of it
 * and of all compiled rules is part of what we call the version. */
static void write_version(const struct buf *text, char out[ZONE_VERSION_MAX])
{
    static const char prefix[] = "# version ";
    char digest[SHA256_HEX];
    struct buf all;
    if (strncmp(text->data, prefix, strlen(prefix)) != 0)
        return;
    const char *start = text->data + strlen(prefix);
    size_t len = strcspn(start, " \r\n");
    if (len == 0 || len > VERSION_NAME_MAX)
        return;
    hash_sha256_hex(text->data, text->len, digest);
    buf_init(&all, RULES_LIST_MAX);
    buf_format(&all, "%s\n", digest);
    list_rules("", 0, &all);
    hash_sha256_hex(all.data, all.len, digest);
    buf_free(&all);
    snprintf(out, ZONE_VERSION_MAX, "%.*s.%.8s", (int)len, start, digest);
}

/* Puts the version that is on disk in place, unless neither its text nor a zone
 * in use `changed`: to read all rules takes some milliseconds. Under the mutex.
 * Texts already given out are kept. */
static void renew_version(bool changed)
{
    char path[PATH_MAX];
    struct signature signature = {0};
    struct version *before = atomic_load(&version);
    path_of("tzdata.zi", path);
    bool there = read_signature(path, &signature);
    if (before != NULL && !changed &&
        same_signature(&before->signature, &signature))
        return;
    struct version *fresh = memory_new(sizeof(*fresh));
    fresh->signature = signature;
    fresh->older = before;
    if (there) {
        struct buf text;
        if (file_read(path, VERSION_FILE_MAX, &text, NULL))
            write_version(&text, fresh->text);
        buf_free(&text);
    }
    atomic_store(&version, fresh);
}

const char *zone_data_version(void)
{
    struct version *known = atomic_load(&version);
    if (known != NULL)
        return known->text;
    pthread_mutex_lock(&mutex);
    if (atomic_load(&version) == NULL)
        renew_version(true);
    known = atomic_load(&version);
    pthread_mutex_unlock(&mutex);
    return known->text;
}

/* A file that vanished or is damaged keeps the rules we have: an update under
 * way must not make patients' zones unknown. Under the mutex. */
static bool reload_zone(struct zone *zone)
{
    char path[PATH_MAX];
    struct signature signature;
    path_of(zone->name, path);
    if (!atomic_load(&zone->present))
        return false;
    bool there = read_signature(path, &signature);
    if (!there && !zone->gone)
        log_event(LOG_WARNING, "zone-gone", "path=%s", log_quote(path));
    zone->gone = !there;
    if (!there || same_signature(&signature, &zone->signature))
        return false;
    struct zone_rules *rules = read_rules(zone->name, &signature);
    if (rules == NULL)
        return false;
    if (zone_rules_equal(rules, atomic_load(&zone->rules))) {
        zone->signature = signature;
        zone_rules_free(rules);
        return false;
    }
    set_rules(zone, rules, &signature);
    return true;
}

bool zone_reload(void)
{
    bool changed = false;
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct zone *zone = atomic_load(&buckets[i]); zone != NULL;
             zone = zone->next) {
            if (reload_zone(zone))
                changed = true;
        }
    }
    if (atomic_load(&version) != NULL)
        renew_version(changed);
    pthread_mutex_unlock(&mutex);
    return changed;
}

/* Zones already found keep their pointer and, until zone_find() is asked for
 * them again, their rules. */
void zone_set_directory(const char *path)
{
    pthread_mutex_lock(&mutex);
    if (strlen(path) >= sizeof(directory))
        PANIC("directory of time zones: %zu bytes", strlen(path));
    snprintf(directory, sizeof(directory), "%s", path);
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct zone *zone = atomic_load(&buckets[i]); zone != NULL;
             zone = zone->next)
            atomic_store(&zone->present, false);
    }
    if (atomic_load(&version) != NULL)
        renew_version(true);
    pthread_mutex_unlock(&mutex);
}
