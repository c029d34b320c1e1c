/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes a copy of the store when a signal ends the command that made it, and
 * what is left of commands that could not.
 */
#include "app/leftover.h"

#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define FILES 4
#define PREFIX ".outreach-copy-"

/* Only what may be called in a signal's handler looks at these. */
static char files[FILES][PATH_MAX], folder[PATH_MAX];

static void remove_and_end(int signum)
{
    for (int i = 0; i < FILES; i++)
        unlink(files[i]);
    if (folder[0])
        rmdir(folder);
    raise(signum);
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

static void handle(void (*handler)(int signum))
{
    struct sigaction action = {.sa_handler = handler,
                               .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
}

static void guard(const struct leftover *leftover)
{
    static const char *const endings[FILES] = {"", "-wal", "-shm", "-journal"};
    for (int i = 0; i < FILES; i++)
        snprintf(files[i], sizeof(files[i]), "%.*s%s", PATH_MAX - 16,
                 leftover->copy, endings[i]);
    snprintf(folder, sizeof(folder), "%s", leftover->folder);
    handle(remove_and_end);
}

static void folder_of(const char *beside, char out[PATH_MAX])
{
    char path[PATH_MAX];
    text_copy(path, sizeof(path), beside);
    text_copy(out, PATH_MAX, dirname(path));
}

/* Somebody who sweeps may lock a folder before its maker does. */
#define TRIES 10

static bool make(struct leftover *leftover, const char *beside,
                 struct error *err)
{
    char parent[PATH_MAX];
    folder_of(beside, parent);
    *leftover = (struct leftover){.lock = -1};
    for (int i = 0; i < TRIES && leftover->lock < 0; i++) {
        int len = snprintf(leftover->folder, sizeof(leftover->folder),
                           "%s/" PREFIX "XXXXXX", parent);
        if (len >= (int)sizeof(leftover->folder) ||
            !mkdtemp(leftover->folder)) {
            leftover->folder[0] = '\0';
            return error_set(err, ERROR_CANNOT,
                             "cannot make a folder in %s for a copy of the "
                             "store; is it there, and may you write into it?",
                             parent);
        }
        leftover->lock = file_lock_folder(leftover->folder, err);
    }
    if (leftover->lock < 0)
        return false;
    snprintf(leftover->copy, sizeof(leftover->copy), "%s/store.db",
             leftover->folder);
    guard(leftover);
    return true;
}

/* Between the folder and its guard no signal may come. */
bool leftover_begin(struct leftover *leftover, const char *beside,
                    struct error *err)
{
    sigset_t ours, before;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaddset(&ours, signals[i]);
    sigprocmask(SIG_BLOCK, &ours, &before);
    bool ok = make(leftover, beside, err);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ok;
}

void leftover_end(struct leftover *leftover)
{
    if (!leftover->folder[0])
        return;
    file_remove_tree(leftover->folder);
    handle(SIG_DFL);
    file_unlock(leftover->lock);
    *leftover = (struct leftover){.lock = -1};
}

void leftover_sweep(const char *beside)
{
    char parent[PATH_MAX], path[2 * PATH_MAX];
    char **names;
    size_t count;
    struct error ignored;
    folder_of(beside, parent);
    if (!file_list(parent, NULL, &names, &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], PREFIX, strlen(PREFIX)) != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", parent, names[i]);
        int lock = file_lock_folder(path, &ignored);
        if (lock < 0)
            continue;
        file_remove_tree(path);
        file_unlock(lock);
    }
    file_list_free(names, count);
}
