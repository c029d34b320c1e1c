/* SPDX-License-Identifier: Apache-2.0 */
/* The anchor for durable answers: `sync_bare FILE COUNT` appends 4 KiB and
 * calls fdatasync, again and again. Prints one line of JSON; p50_us and p99_us
 * of the two together. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int longer(const void *a, const void *b)
{
    const long *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    static char page[4096];
    if (argc != 3)
        return 2;
    long count = atol(argv[2]);
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    long *took_ns = count > 0 ? calloc((size_t)count, sizeof(*took_ns)) : NULL;
    if (fd < 0 || !took_ns)
        return 1;
    long began = now_ns();
    for (long i = 0; i < count; i++) {
        long at = now_ns();
        if (write(fd, page, sizeof(page)) != sizeof(page) || fdatasync(fd) != 0)
            return 1;
        took_ns[i] = now_ns() - at;
    }
    double seconds = (double)(now_ns() - began) / 1e9;
    qsort(took_ns, (size_t)count, sizeof(*took_ns), longer);
    printf("{\"per_second\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f}\n",
           (double)count / seconds, (double)took_ns[count / 2] / 1e3,
           (double)took_ns[count * 99 / 100] / 1e3);
    return 0;
}
