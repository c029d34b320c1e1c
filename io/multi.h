/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_MULTI_H
#define IO_MULTI_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

struct loop;

/* Only for io/: one libcurl multi handle on the loop. It owns the sockets'
 * watches and the one timer libcurl asks for. */
struct multi;

/* Something libcurl carries. `ended` is called once, from the loop, outside
 * of every libcurl callback, when libcurl says it is done; the easy handle is
 * still in the multi then, and the callee takes it out with multi_remove()
 * (or keeps it there, for a connection it goes on using). */
struct transfer {
    CURL *easy;
    void (*ended)(struct transfer *transfer, CURLcode result);
};

struct multi *multi_new(struct loop *loop, long connections);
/* All easy handles must be out. Closes every connection. */
void multi_free(struct multi *multi);

/* Sets on a new easy handle what the watches need. */
void multi_prepare(struct multi *multi, struct transfer *transfer);
bool multi_add(struct multi *multi, struct transfer *transfer);
void multi_remove(struct multi *multi, struct transfer *transfer);

/* A connected socket that libcurl opened and no longer drives: from here on
 * its events go to `fn`. Until libcurl closes it. */
#define SOCKET_IN 1
#define SOCKET_OUT 2
typedef void socket_fn(void *arg);
void multi_take_socket(struct multi *multi, curl_socket_t fd, socket_fn *fn,
                       void *arg);
/* Which events; 0: none. `keeps_loop` false: an idle peer, not waited for. */
void multi_watch(struct multi *multi, curl_socket_t fd, int events,
                 bool keeps_loop);

#endif
