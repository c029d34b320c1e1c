/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_IO_SERVER_H
#define TESTS_IO_SERVER_H

#include <stdatomic.h>
#include <stddef.h>

/* A real server on loopback for one test: a thread that accepts, and a thread
 * for each connection that does what the test scripted. */
struct server;
typedef void server_fn(struct server *server, int fd, int connection);

struct server {
    int port;
    void *arg;              /* the test's */
    atomic_int connections; /* accepted so far */
    atomic_int requests;    /* counted by the script */
    atomic_int open;        /* connections being served */
    atomic_int most;        /* most at once */
    server_fn *fn;
    int listener;
    struct server_threads *threads;
};

struct server *server_start(server_fn *fn, void *arg);
void server_stop(struct server *server); /* closes all, joins all, frees */
/* Reads one HTTP request with its body: length, or 0 when the other side
 * closed. NUL-terminated. */
size_t server_request(int fd, char *text, size_t size);
/* One line without CRLF: 0 when the other side closed. */
int server_line(int fd, char *text, size_t size);
void server_say(int fd, const char *text);
void server_reset(int fd); /* the next close sends RST */
/* A port on which nobody listens. */
int server_dead_port(void);

#endif
