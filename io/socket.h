/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_SOCKET_H
#define IO_SOCKET_H

#include "base/error.h"

#define SOCKET_PATH_MAX 108

/* What such a place is. Pure. */
enum socket_place {
    SOCKET_NOWHERE,  /* none that can be listened on */
    SOCKET_PATH,     /* of a Unix socket */
    SOCKET_LOOPBACK, /* only this machine comes there */
    SOCKET_OPEN,     /* others may */
};
/* `port`: as it is written; 0: any free one, or a Unix socket. */
enum socket_place socket_place(const char *where, int *port);
/* Whether two such places are one, however they are written. */
bool socket_same(const char *one, const char *other);

/* A descriptor that listens, without blocking; -1 with the reason. `where` as
 * of listener_new(); of a Unix socket `path` is filled in, else "" and the
 * port. */
int socket_listen(const char *where, char path[SOCKET_PATH_MAX], int *port,
                  struct error *err);

#endif
