/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_SOCKET_H
#define IO_SOCKET_H

#include "base/error.h"

#define SOCKET_PATH_MAX 108

/* A descriptor that listens, without blocking; -1 with the reason. `where` as
 * of listener_new(); of a Unix socket `path` is filled in, else "" and the
 * port. */
int socket_listen(const char *where, char path[SOCKET_PATH_MAX], int *port,
                  struct error *err);

#endif
