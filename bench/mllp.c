/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Books a visit for each of COUNT new patients over MLLP, one message at a time
 * on each of some kept connections, and waits for its AA.
 *
 * mllp PORT CONNECTIONS COUNT FIRST: numbered from FIRST on. Prints one line of
 * JSON; p50_us and p99_us of the time from the first byte out to the answer.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/measure.h"

enum { CONNECTIONS_MAX = 250, MESSAGE_MAX = 1024 };

static struct {
    int port;
    long count, first, next, ok;
    long *took_ns;
} all;

static size_t message_make(long i, char out[MESSAGE_MAX])
{
    return (size_t)snprintf(
        out, MESSAGE_MAX,
        "\x0bMSH|^~\\&|EPIC|MAIN|OUT|X|20250101100000+0000||SIU^S12|%ld|P|2.5\r"
        "SCH||V%ld||||||^Check-up|30|min|^^^20300203100000+0000||||||||||||||"
        "Booked\r"
        "PID|1||M%ld^^^MAIN^MR||Medhurst^Sumiko||19800229|F|||1 Elm St^^Denver"
        "^CO^80202^USA^H||^PRN^CP^^^303^%07ld\r\x1c\r",
        i, i, i, 2200000 + i % 700000);
}

static int call(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)all.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        perror("mllp");
        exit(1);
    }
    return fd;
}

static bool ask(int fd, const char *message, size_t len)
{
    char answer[4096];
    size_t have = 0;
    if (send(fd, message, len, MSG_NOSIGNAL) != (ssize_t)len)
        return false;
    for (;;) {
        ssize_t got = recv(fd, answer + have, sizeof(answer) - 1 - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
        answer[have] = '\0';
        if (have > 2 && answer[have - 2] == '\x1c')
            return strstr(answer, "\rMSA|AA|") != NULL;
    }
}

static void *sender(void *arg)
{
    char message[MESSAGE_MAX];
    int fd = call();
    for (;;) {
        long i = __atomic_fetch_add(&all.next, 1, __ATOMIC_RELAXED);
        if (i >= all.count)
            break;
        size_t len = message_make(all.first + i, message);
        long began = measure_ns();
        if (ask(fd, message, len))
            __atomic_add_fetch(&all.ok, 1, __ATOMIC_RELAXED);
        all.took_ns[i] = measure_ns() - began;
    }
    close(fd);
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t threads[CONNECTIONS_MAX];
    if (argc != 5)
        return 2;
    int connections = atoi(argv[2]);
    all.port = atoi(argv[1]);
    all.count = atol(argv[3]);
    all.first = atol(argv[4]);
    if (connections < 1 || connections > CONNECTIONS_MAX || all.count < 1)
        return 2;
    all.took_ns = calloc((size_t)all.count, sizeof(*all.took_ns));
    if (!all.took_ns)
        return 1;
    long began = measure_ns();
    for (int i = 0; i < connections; i++)
        pthread_create(&threads[i], NULL, sender, NULL);
    for (int i = 0; i < connections; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(measure_ns() - began) / 1e9;
    printf("{\"done\":%ld,\"ok\":%ld,\"per_second\":%.0f,\"p50_us\":%.0f,"
           "\"p99_us\":%.0f}\n",
           all.count, all.ok, (double)all.count / seconds,
           measure_percentile_us(all.took_ns, all.count, 50),
           measure_percentile_us(all.took_ns, all.count, 99));
    return all.ok == all.count ? 0 : 1;
}
