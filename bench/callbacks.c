/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts statuses of messages o1-1, o2-2 ... as Twilio does, over kept
 * connections, one at a time on each, and waits for each 204.
 *
 * callbacks PORT CONCURRENCY COUNT [TOKEN PUBLIC-URL]: signed with the token;
 * without one unsigned, for the anchor. Prints one line of JSON; p99_us of the
 * time from the first byte out to the answer.
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

#include "channels/form.h"
#include "channels/twilio_sign.h"

#include "bench/measure.h"

#define ACCOUNT "AC00000000000000000000000000000000"
#define REQUEST_MAX 1024

static struct {
    int port;
    long count, next, ok;
    const char *token, *url;
    char (*requests)[REQUEST_MAX];
    long *took_ns;
} all;

/* Before the clock runs: signing is Twilio's work. */
static void request_make(long i, char out[REQUEST_MAX])
{
    char body[256], target[96], url[300], signature[TWILIO_SIGNATURE] = "";
    struct form form;
    int len = snprintf(body, sizeof(body),
                       "AccountSid=" ACCOUNT "&MessageSid=SM%032ld"
                       "&MessageStatus=delivered",
                       i);
    snprintf(target, sizeof(target), "/hooks/tw/status?reference=o%ld-%ld", i,
             i);
    if (all.token) {
        snprintf(url, sizeof(url), "%s%s", all.url, target);
        if (!form_read(body, (size_t)len, &form) ||
            !twilio_sign(all.token, url, &form, signature))
            exit(1);
        form_free(&form);
    }
    snprintf(out, REQUEST_MAX,
             "POST %s HTTP/1.1\r\nHost: h\r\nX-Twilio-Signature: %s\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n"
             "Content-Length: %d\r\n\r\n%s",
             target, signature, len, body);
}

static int call(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)all.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        perror("callbacks");
        exit(1);
    }
    return fd;
}

/* The answers have no body: one ends with its head. */
static bool ask(int fd, const char *request)
{
    char answer[1024];
    size_t have = 0, len = strlen(request);
    if (send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
        return false;
    for (;;) {
        ssize_t got = recv(fd, answer + have, sizeof(answer) - 1 - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
        answer[have] = '\0';
        if (strstr(answer, "\r\n\r\n"))
            return strncmp(answer, "HTTP/1.1 204", 12) == 0;
    }
}

static void *caller(void *arg)
{
    int fd = call();
    for (;;) {
        long i = __atomic_fetch_add(&all.next, 1, __ATOMIC_RELAXED);
        if (i >= all.count)
            break;
        long began = measure_ns();
        if (ask(fd, all.requests[i]))
            __atomic_add_fetch(&all.ok, 1, __ATOMIC_RELAXED);
        all.took_ns[i] = measure_ns() - began;
    }
    close(fd);
    return arg;
}

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 6)
        return 2;
    int concurrency = atoi(argv[2]);
    all.port = atoi(argv[1]);
    all.count = atol(argv[3]);
    all.token = argc == 6 ? argv[4] : NULL;
    all.url = argc == 6 ? argv[5] : NULL;
    if (concurrency < 1 || concurrency > 250 || all.count < 1)
        return 2;
    all.requests = calloc((size_t)all.count, sizeof(*all.requests));
    all.took_ns = calloc((size_t)all.count, sizeof(*all.took_ns));
    pthread_t threads[250];
    if (!all.requests || !all.took_ns)
        return 1;
    for (long i = 0; i < all.count; i++)
        request_make(i + 1, all.requests[i]);
    long began = measure_ns();
    for (int i = 0; i < concurrency; i++)
        pthread_create(&threads[i], NULL, caller, NULL);
    for (int i = 0; i < concurrency; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(measure_ns() - began) / 1e9;
    printf("{\"done\":%ld,\"ok\":%ld,\"per_second\":%.0f,\"p99_us\":%.0f}\n",
           all.count, all.ok, (double)all.count / seconds,
           measure_percentile_us(all.took_ns, all.count, 99));
    return all.ok == all.count ? 0 : 1;
}
