/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach backup`: a copy of the store beside whoever works on it, looked
 * through before it gets its name. It never takes the place of another file.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/audit_key.h"
#include "store/backup.h"
#include "store/store.h"

#include "app/backup.h"
#include "app/command.h"
#include "app/leftover.h"
#include "app/setup.h"
#include "app/table.h"

enum { KEY_MAX = 4096, LINE_MAX_BYTES = 4096 };

static bool is_free(const char *path, struct error *err)
{
    struct stat st; /* also of a link that leads nowhere */
    return lstat(path, &st) != 0 ||
           error_set(err, ERROR_INPUT,
                     "%s is there already: give the name of a new file", path);
}

bool backup_copy_key(const char *from, const char *to, struct error *err)
{
    struct buf text;
    bool ok = file_read(from, KEY_MAX, &text, err) &&
              file_write(to, text.data, text.len, 0600, err);
    explicit_bzero(text.data, text.len);
    buf_free(&text);
    return ok;
}

/* A key that lies beside the store goes beside its backup: without it nobody
 * could ever tell whether the chain is whole. */
static bool keep_key(const char *store_path, const char *path, bool *kept,
                     struct error *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    snprintf(from, sizeof(from), "%s%s", store_path, AUDIT_KEY_ENDING);
    snprintf(to, sizeof(to), "%s%s", path, AUDIT_KEY_ENDING);
    *kept = !audit_key_is_configured() && file_exists(from);
    return !*kept || (is_free(to, err) && backup_copy_key(from, to, err));
}

/* Whoever has a copy has everything in it: this is access like any other. */
static bool audit_backup(struct store *store, void *arg, struct error *err)
{
    (void)arg;
    return audit_add(store, clock_now(), command_actor(), "backup", NULL, NULL,
                     err);
}

/* A key without its backup would be in the way of the next one. */
static void drop_key(const char *path)
{
    char key[PATH_MAX];
    snprintf(key, sizeof(key), "%s%s", path, AUDIT_KEY_ENDING);
    unlink(key);
}

static bool make_copy(struct store *store, const char *part, const char *path,
                      struct backup_about *about, bool *key, struct error *err)
{
    const struct backup_request request = {
        .path = part, .now = clock_now(), .actor = command_actor()};
    if (!backup_copy(store, &request, about, err) ||
        !keep_key(store_path(store), path, key, err))
        return false;
    bool ok = file_move(part, path, err);
    if (!ok && *key)
        drop_key(path);
    return ok;
}

static bool write_copy(const struct setup *setup, const char *path,
                       struct backup_about *about, bool *key, struct error *err)
{
    struct leftover part = {0};
    const char *from = setup->config->store_path;
    leftover_sweep(path);
    if (!is_free(path, err) || !setup_write(from, audit_backup, NULL, err))
        return false;
    struct store *store = store_open(from, STORE_READ_ONLY, err);
    bool ok = store && leftover_begin(&part, path, err) &&
              make_copy(store, part.copy, path, about, key, err);
    store_close(store);
    leftover_end(&part);
    return ok;
}

void backup_tell(const struct options *options, const struct zone *zone,
                 const char *path, const struct backup_about *about)
{
    char when[CIVIL_TEXT_MAX], numbers[3][32];
    time_text(zone, about->at, when);
    if (options->json) {
        struct buf out;
        struct json_writer json;
        buf_init(&out, LINE_MAX_BYTES + PATH_MAX);
        json_write_init(&json, &out);
        json_write_object(&json, NULL);
        json_write_text(&json, "file", path);
        json_write_text(&json, "at", when);
        json_write_integer(&json, "patients", about->patients);
        json_write_integer(&json, "outreach", about->outreach);
        json_write_integer(&json, "attempts", about->attempts);
        json_write_integer(&json, "audit_rows", about->audit.rows);
        json_write_text(&json, "head", about->head);
        json_write_text(&json, "audit_fault",
                        about->fault[0] ? about->fault : NULL);
        json_write_end(&json, '}');
        puts(out.data);
        buf_free(&out);
        return;
    }
    if (options->quiet)
        return;
    print("%s: the store as of %s, looked through: %s patient%s, %s outreach, "
          "%s attempt%s\n",
          path, when, number_text(about->patients, numbers[0]),
          about->patients == 1 ? "" : "s",
          number_text(about->outreach, numbers[1]),
          number_text(about->attempts, numbers[2]),
          about->attempts == 1 ? "" : "s");
    print("audit head: %s\n", about->head);
}

int backup_end(const struct backup_about *about)
{
    if (!about->fault[0])
        return EXIT_FINE;
    print_to(stderr, "outreach: %s\n", about->fault);
    return EXIT_PARTLY;
}

static int run(const struct options *options, int argc, char **argv)
{
    int count;
    if (!command_flags(&command_backup, NULL, 0, argc, argv, &count))
        return EXIT_USAGE;
    if (count != 1)
        return command_usage(&command_backup, "name one new file");
    struct error err = {0};
    struct setup setup;
    struct backup_about about;
    bool key = false;
    bool ok = setup_open(&setup, options, &err) &&
              write_copy(&setup, argv[0], &about, &key, &err);
    if (ok) {
        backup_tell(options, setup.config->zone, argv[0], &about);
        if (key && !options->json && !options->quiet)
            print("The key of its audit chain is beside it, in %s%s: better "
                  "keep them apart.\n",
                  argv[0], AUDIT_KEY_ENDING);
    }
    setup_close(&setup);
    return ok ? backup_end(&about) : command_fail(&err);
}

const struct command command_backup = {
    .name = "backup",
    .synopsis = "FILE",
    .summary = "Copy the store into a new file, beside a running service",
    .help =
        "The copy is one moment of the store. It is looked through (pages,\n"
        "references, audit chain) before it gets its name; a file that is\n"
        "there is never written over. It holds all that the store holds,\n"
        "and does not send: 'outreach restore' puts it back.\n\n"
        "Exit code 4: it was made, but the audit chain is not whole.\n",
    .run = run,
};
