/* SPDX-License-Identifier: Apache-2.0 */
/* Scripted servers on loopback, see peer.h. Blocking sockets, a thread each:
 * plain to read, and nothing of what is being tested is used here. */
#include "tests/io/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define THREADS_MAX 1024

struct served {
    struct peer *peer;
    int fd, number;
    pthread_t thread;
};

struct peer_threads {
    pthread_t accepting;
    pthread_mutex_t lock;
    struct served served[THREADS_MAX];
    int count;
};

static void *serve(void *arg)
{
    struct served *served = arg;
    struct peer *peer = served->peer;
    int open = atomic_fetch_add(&peer->open, 1) + 1;
    int most = atomic_load(&peer->most);

    while (open > most &&
           !atomic_compare_exchange_weak(&peer->most, &most, open))
        ;
    peer->fn(peer, served->fd, served->number);
    atomic_fetch_sub(&peer->open, 1);
    pthread_mutex_lock(&peer->threads->lock);
    close(served->fd);
    served->fd = -1;
    pthread_mutex_unlock(&peer->threads->lock);
    return NULL;
}

static void *accepting(void *arg)
{
    struct peer *peer = arg;
    struct peer_threads *threads = peer->threads;
    int fd;

    while ((fd = accept(peer->listener, NULL, NULL)) >= 0) {
        struct served *served;

        pthread_mutex_lock(&threads->lock);
        if (threads->count == THREADS_MAX)
            abort();
        served = &threads->served[threads->count++];
        served->peer = peer;
        served->fd = fd;
        served->number = atomic_fetch_add(&peer->connections, 1);
        pthread_create(&served->thread, NULL, serve, served);
        pthread_mutex_unlock(&threads->lock);
    }
    return NULL;
}

static int listen_any(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
        listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return fd;
}

struct peer *peer_start(peer_fn *fn, void *arg)
{
    struct peer *peer = calloc(1, sizeof *peer);

    peer->threads = calloc(1, sizeof *peer->threads);
    peer->fn = fn;
    peer->arg = arg;
    peer->listener = listen_any(&peer->port);
    pthread_mutex_init(&peer->threads->lock, NULL);
    pthread_create(&peer->threads->accepting, NULL, accepting, peer);
    return peer;
}

void peer_stop(struct peer *peer)
{
    struct peer_threads *threads = peer->threads;

    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(threads->accepting, NULL);
    close(peer->listener);
    for (int i = 0; i < threads->count; i++) {
        pthread_mutex_lock(&threads->lock);
        if (threads->served[i].fd >= 0)
            shutdown(threads->served[i].fd, SHUT_RDWR);
        pthread_mutex_unlock(&threads->lock);
        pthread_join(threads->served[i].thread, NULL);
    }
    pthread_mutex_destroy(&threads->lock);
    free(threads);
    free(peer);
}

int peer_dead_port(void)
{
    int port, fd = listen_any(&port);

    close(fd);
    return port;
}

size_t peer_request(int fd, char *text, size_t size)
{
    size_t len = 0, want = 0;

    for (;;) {
        ssize_t n = recv(fd, text + len, size - 1 - len, 0);
        char *end, *length;

        if (n <= 0)
            return 0;
        len += (size_t)n;
        text[len] = '\0';
        end = strstr(text, "\r\n\r\n");
        if (!end)
            continue;
        length = strcasestr(text, "\r\ncontent-length:");
        want = (size_t)(end + 4 - text);
        if (length && length < end)
            want += strtoul(length + 17, NULL, 10);
        if (len >= want || len + 1 >= size)
            return len;
    }
}

int peer_line(int fd, char *text, size_t size)
{
    size_t len = 0;
    char c;

    while (recv(fd, &c, 1, 0) == 1) {
        if (c == '\n') {
            if (len > 0 && text[len - 1] == '\r')
                len--;
            text[len] = '\0';
            return 1;
        }
        if (len + 1 < size)
            text[len++] = c;
    }
    text[len] = '\0';
    return 0;
}

void peer_say(int fd, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

void peer_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}
