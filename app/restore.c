/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach restore`: a backup takes the place of the store. Everything is
 * done to a copy of the backup that lies beside the store and was looked
 * through; what was there is moved aside, never removed. The restored store
 * does not send: 'outreach release' comes next.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/text.h"
#include "store/audit_key.h"
#include "store/backup.h"
#include "store/store.h"

#include "app/backup.h"
#include "app/command.h"
#include "app/confirm.h"
#include "app/leftover.h"
#include "app/setup.h"
#include "app/table.h"

/* What lies beside a store and makes it one. The log after the store: without
 * it it is nobody's. */
enum { KEY, STORE, WAL, SHM, PLACES };
static const char *const endings[PLACES] = {
    [KEY] = AUDIT_KEY_ENDING, [STORE] = "", [WAL] = "-wal", [SHM] = "-shm"};

struct restore {
    const struct options *options;
    const char *file;
    bool yes, new_key;
    struct setup setup;
    char store[PATH_MAX - 64];
    struct leftover leftover; /* the copy, beside the store */
    char stamp[32]; /* "-20261123T101500Z": what is moved aside gets it */
    struct backup_about about;
    bool replaced;
    bool moved[PLACES]; /* what was there lies aside */
    bool placed_key;    /* the copy's own lies beside the store */
};

static void beside(const struct restore *restore, const char *ending,
                   char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s%s", restore->store, ending);
}

static void aside(const struct restore *restore, int which, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s.replaced%s%s", restore->store, restore->stamp,
             endings[which]);
}

static bool move_aside(struct restore *restore, int which, struct error *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    beside(restore, endings[which], from);
    aside(restore, which, to);
    if (!file_exists(from))
        return true;
    restore->moved[which] = file_move(from, to, err);
    return restore->moved[which];
}

/* It did not come to its end: all is as it was. */
static void move_back(const struct restore *restore)
{
    char from[PATH_MAX], to[PATH_MAX];
    beside(restore, endings[KEY], to);
    if (restore->placed_key)
        unlink(to);
    for (int which = PLACES - 1; which >= 0; which--) {
        beside(restore, endings[which], to);
        aside(restore, which, from);
        if (restore->moved[which])
            rename(from, to);
    }
}

/* The key -------------------------------------------------------------------
 */

/* The backup's own key may lie beside it, beside the store, or in the
 * configuration. */
static bool offer_keys(const struct restore *restore, struct error *err)
{
    char path[PATH_MAX];
    beside(restore, AUDIT_KEY_ENDING, path);
    if (!audit_key_offer(path, err))
        return false;
    snprintf(path, sizeof(path), "%s%s", restore->file, AUDIT_KEY_ENDING);
    return audit_key_offer(path, err);
}

/* Beside the store lies the key that fits; another one is moved aside. */
static bool place_key(struct restore *restore, struct store *copy,
                      struct error *err)
{
    char own[PATH_MAX], theirs[PATH_MAX];
    bool fits;
    if (audit_key_is_configured())
        return true;
    beside(restore, AUDIT_KEY_ENDING, own);
    if (snprintf(theirs, sizeof(theirs), "%s%s",
                 restore->new_key ? restore->leftover.copy : restore->file,
                 AUDIT_KEY_ENDING) >= (int)sizeof(theirs))
        return error_set(err, ERROR_CANNOT, "%s: the path is too long",
                         restore->file);
    if (!audit_key_fits(copy, own, &fits, err))
        return false;
    if (fits)
        return true;
    restore->placed_key =
        move_aside(restore, KEY, err) && backup_copy_key(theirs, own, err);
    return restore->placed_key;
}

/* The places ----------------------------------------------------------------
 */

/* Nobody else may have the old store open; its log is folded in. One that is
 * no store any more is moved as it is. */
static bool close_old(struct restore *restore, struct error *err)
{
    struct error why = {0};
    if (!file_exists(restore->store))
        return true;
    restore->replaced = true;
    struct store *old = store_open(restore->store, 0, &why);
    bool ok = !old || backup_fold(old, &why);
    store_close(old);
    if (!ok && why.kind == ERROR_BUSY) {
        *err = why;
        return false;
    }
    return true;
}

static bool place(struct restore *restore, struct error *err)
{
    struct store *copy =
        store_open(restore->leftover.copy, STORE_READ_ONLY, err);
    bool ok = copy && place_key(restore, copy, err);
    store_close(copy);
    ok = ok && close_old(restore, err);
    for (int which = STORE; ok && which < PLACES; which++)
        ok = move_aside(restore, which, err);
    ok = ok && file_move(restore->leftover.copy, restore->store, err);
    if (!ok)
        move_back(restore);
    return ok;
}

static bool make_copy(struct restore *restore, struct error *err)
{
    const struct backup_request request = {
        .path = restore->leftover.copy,
        .now = clock_now(),
        .restores = true,
        .new_key = restore->new_key,
        .actor = command_actor(),
    };
    struct store *from = store_open(restore->file, STORE_READ_ONLY, err);
    bool ok = from && offer_keys(restore, err) &&
              backup_copy(from, &request, &restore->about, err);
    store_close(from);
    return ok;
}

static bool ask(const struct restore *restore, struct error *err)
{
    char question[PATH_MAX + 200], when[CIVIL_TEXT_MAX];
    const struct zone *zone = restore->setup.config->zone;
    time_text(zone, restore->about.at, when);
    snprintf(question, sizeof(question),
             "Put the store as of %s in the place of %s?", when,
             restore->store);
    return restore->yes || confirm(question, err);
}

static void name_files(struct restore *restore)
{
    char when[CIVIL_TEXT_MAX];
    size_t used = 1;
    civil_utc_text(clock_now(), when);
    restore->stamp[0] = '-';
    for (const char *c = when; *c && *c != '.' && used < 20; c++)
        if (*c != '-' && *c != ':')
            restore->stamp[used++] = *c;
    text_copy(restore->store, sizeof(restore->store),
              restore->setup.config->store_path);
}

static bool restore_file(struct restore *restore, struct error *err)
{
    if (!setup_open(&restore->setup, restore->options, err))
        return false;
    name_files(restore);
    if (text_equal(restore->file, restore->store))
        return error_set(err, ERROR_USAGE, "%s is the store itself",
                         restore->file);
    int lock = setup_lock_copy(&restore->setup, err);
    if (lock < 0)
        return false;
    bool ok = leftover_begin(&restore->leftover, restore->store, err) &&
              make_copy(restore, err) && ask(restore, err) &&
              place(restore, err);
    leftover_end(&restore->leftover);
    file_unlock(lock);
    return ok;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct restore restore = {.options = options};
    const struct flag flags[] = {
        {"new-key", NULL, &restore.new_key},
        {"yes", NULL, &restore.yes},
    };
    int count;
    if (!command_flags(&command_restore, flags, 2, argc, argv, &count))
        return EXIT_USAGE;
    if (count != 1)
        return command_usage(&command_restore, "name one backup");
    restore.file = argv[0];
    struct error err = {0};
    bool ok = restore_file(&restore, &err);
    if (ok) {
        backup_tell(options, restore.setup.config->zone, restore.store,
                    &restore.about);
        if (!options->json && !options->quiet) {
            if (restore.replaced)
                print("What was there is now %s.replaced%s\n", restore.store,
                      restore.stamp);
            puts("It does not send yet. Next: outreach release");
        }
    }
    setup_close(&restore.setup);
    return ok ? backup_end(&restore.about) : command_fail(&err);
}

const struct command command_restore = {
    .name = "restore",
    .synopsis = "FILE [--new-key] [--yes]",
    .summary = "Put a backup in the place of the store; it does not send yet",
    .help =
        "The backup is looked through first. Refused while anybody uses the\n"
        "store. What was there is moved aside, and stays until you remove it.\n"
        "The restored store knows nothing of what happened after the backup;\n"
        "'outreach release' asks the providers and then lets it send.\n\n"
        "  --new-key  the key of the audit chain is lost: go on under a new\n"
        "             one; what stands before can never be verified again\n"
        "  --yes      do not ask\n\n"
        "Exit code 4: it was restored, but the audit chain is not whole.\n",
    .run = run,
};
