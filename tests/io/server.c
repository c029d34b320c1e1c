/* SPDX-License-Identifier: Apache-2.0 */
/* Scripted servers on loopback, see server.h. Blocking sockets, a thread each:
 * plain to read, and nothing of what is being tested is used here. */
#include "tests/io/server.h"

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
    struct server *server;
    int fd, number;
    pthread_t thread;
};

struct server_threads {
    pthread_t accepting;
    pthread_mutex_t lock;
    struct served served[THREADS_MAX];
    int count;
};

static void *serve(void *arg)
{
    struct served *served = arg;
    struct server *server = served->server;
    int open = atomic_fetch_add(&server->open, 1) + 1;
    int most = atomic_load(&server->most);

    while (open > most &&
           !atomic_compare_exchange_weak(&server->most, &most, open))
        ;
    server->fn(server, served->fd, served->number);
    atomic_fetch_sub(&server->open, 1);
    pthread_mutex_lock(&server->threads->lock);
    close(served->fd);
    served->fd = -1;
    pthread_mutex_unlock(&server->threads->lock);
    return NULL;
}

static void *accepting(void *arg)
{
    struct server *server = arg;
    struct server_threads *threads = server->threads;
    int fd;

    while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
        struct served *served;

        pthread_mutex_lock(&threads->lock);
        if (threads->count == THREADS_MAX)
            abort();
        served = &threads->served[threads->count++];
        served->server = server;
        served->fd = fd;
        served->number = atomic_fetch_add(&server->connections, 1);
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

struct server *server_start(server_fn *fn, void *arg)
{
    struct server *server = calloc(1, sizeof *server);

    server->threads = calloc(1, sizeof *server->threads);
    server->fn = fn;
    server->arg = arg;
    server->listener = listen_any(&server->port);
    pthread_mutex_init(&server->threads->lock, NULL);
    pthread_create(&server->threads->accepting, NULL, accepting, server);
    return server;
}

void server_stop(struct server *server)
{
    struct server_threads *threads = server->threads;

    shutdown(server->listener, SHUT_RDWR);
    pthread_join(threads->accepting, NULL);
    close(server->listener);
    for (int i = 0; i < threads->count; i++) {
        pthread_mutex_lock(&threads->lock);
        if (threads->served[i].fd >= 0)
            shutdown(threads->served[i].fd, SHUT_RDWR);
        pthread_mutex_unlock(&threads->lock);
        pthread_join(threads->served[i].thread, NULL);
    }
    pthread_mutex_destroy(&threads->lock);
    free(threads);
    free(server);
}

int server_dead_port(void)
{
    int port, fd = listen_any(&port);

    close(fd);
    return port;
}

size_t server_request(int fd, char *text, size_t size)
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

int server_line(int fd, char *text, size_t size)
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

void server_say(int fd, const char *text)
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

void server_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}
