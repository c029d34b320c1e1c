/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes a copy of the store when a signal ends the command that made it.
 */
#include "app/leftover.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define FILES 4

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

static void handle(void (*handler)(int signum))
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = handler,
                               .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
}

void leftover_guard(const char *path, const char *in_folder)
{
    static const char *const endings[FILES] = {"", "-wal", "-shm", "-journal"};
    for (int i = 0; i < FILES; i++)
        snprintf(files[i], sizeof(files[i]), "%s%s", path, endings[i]);
    snprintf(folder, sizeof(folder), "%s", in_folder ? in_folder : "");
    handle(remove_and_end);
}

void leftover_forget(void)
{
    handle(SIG_DFL);
}
