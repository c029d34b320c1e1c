/* SPDX-License-Identifier: Apache-2.0 */
/* The anchor for durable answers: `sync_bare FILE COUNT` appends 4 KiB and
 * calls fdatasync, again and again. Prints one line of JSON; p50_us and p99_us
 * of the two together. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/measure.h"

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
    long began = measure_ns();
    for (long i = 0; i < count; i++) {
        long at = measure_ns();
        if (write(fd, page, sizeof(page)) != sizeof(page) || fdatasync(fd) != 0)
            return 1;
        took_ns[i] = measure_ns() - at;
    }
    double seconds = (double)(measure_ns() - began) / 1e9;
    printf("{\"per_second\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f}\n",
           (double)count / seconds, measure_percentile_us(took_ns, count, 50),
           measure_percentile_us(took_ns, count, 99));
    return 0;
}
