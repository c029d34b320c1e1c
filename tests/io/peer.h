/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_IO_PEER_H
#define TESTS_IO_PEER_H

#include <stdatomic.h>
#include <stddef.h>

/* A real server on loopback for one test: a thread that accepts, and a thread
 * for each connection that does what the test scripted. */
struct peer;
typedef void peer_fn(struct peer *peer, int fd, int connection);

struct peer {
    int port;
    void *arg;              /* the test's */
    atomic_int connections; /* accepted so far */
    atomic_int requests;    /* counted by the script */
    atomic_int open;        /* connections being served */
    atomic_int most;        /* most at once */
    peer_fn *fn;
    int listener;
    struct peer_threads *threads;
};

struct peer *peer_start(peer_fn *fn, void *arg);
void peer_stop(struct peer *peer); /* closes all, joins all, frees */
/* Reads one HTTP request with its body: length, or 0 when the other side
 * closed. NUL-terminated. */
size_t peer_request(int fd, char *text, size_t size);
/* One line without CRLF: 0 when the other side closed. */
int peer_line(int fd, char *text, size_t size);
void peer_say(int fd, const char *text);
void peer_reset(int fd); /* the next close sends RST */
/* A port on which nobody listens. */
int peer_dead_port(void);

#endif
