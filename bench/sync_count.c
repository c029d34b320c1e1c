/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into a program under measurement: counts its fsync and fdatasync,
 * optionally makes each slower (SYNC_DELAY_US, a slow disk), and writes the
 * count into the file $SYNC_COUNT when the program ends. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long count;

static int sync_by(const char *name, int fd)
{
    int (*next)(int);
    const char *delay = getenv("SYNC_DELAY_US");

    *(void **)&next = dlsym(RTLD_NEXT, name);
    atomic_fetch_add(&count, 1);
    if (delay)
        usleep((useconds_t)strtoul(delay, NULL, 10));
    return next(fd);
}

int fsync(int fd)
{
    return sync_by("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_by("fdatasync", fd);
}

static void __attribute__((destructor)) tell(void)
{
    const char *path = getenv("SYNC_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;

    if (!file)
        return;
    fprintf(file, "%ld\n", atomic_load(&count));
    fclose(file);
}
