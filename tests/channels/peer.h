/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHANNELS_PEER_H
#define TESTS_CHANNELS_PEER_H

#include <stddef.h>

/* A provider on loopback with a thread of its own: it answers each request
 * with the next thing of its script, and keeps what it was asked. */
struct peer;

enum peer_way {
    PEER_ANSWER,      /* status, headers, body */
    PEER_CLOSE,       /* reads the request, then closes */
    PEER_CLOSE_FIRST, /* accepts and closes, reading nothing */
    PEER_HALF,        /* promises more than it sends, then closes */
    PEER_SILENT,      /* reads the request and says nothing */
    PEER_HUGE,        /* more bytes than anybody wants */
    PEER_GARBAGE,     /* something that is not HTTP */
};

struct peer *peer_new(void);
void peer_free(struct peer *peer);
/* "http://127.0.0.1:PORT" */
const char *peer_url(const struct peer *peer);
/* The next thing in the script; the last one is repeated. `headers` is NULL
 * or "Name: value\r\n"... */
void peer_will(struct peer *peer, enum peer_way way, int status,
               const char *headers, const char *body);
void peer_says(struct peer *peer, int status, const char *body);

/* What was asked, from 0: the whole text, "" when there was no such one. */
const char *peer_request(struct peer *peer, size_t i);
size_t peer_count(struct peer *peer);

#endif
