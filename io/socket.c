/* SPDX-License-Identifier: Apache-2.0 */
/* Where callers come in: a port or a Unix socket that is listened on. */
#include "io/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

#define UNIX "unix:"

static bool cannot(const char *listen, struct error *err)
{
    return error_set(err, ERROR_CANNOT, "cannot listen on %s: %s", listen,
                     strerror(errno));
}

/* Whether somebody answers there; what a former life left answers nobody. */
static bool is_served(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool served = fd >= 0 && (connect(fd, (const struct sockaddr *)address,
                                      sizeof(*address)) == 0 ||
                              errno == EAGAIN);
    if (fd >= 0)
        close(fd);
    return served;
}

static int open_unix(const char *listen, char own[SOCKET_PATH_MAX],
                     struct error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = listen + strlen(UNIX);
    struct stat known;
    if (strlen(path) >= sizeof(address.sun_path)) {
        error_set(err, ERROR_INPUT, "%s: a socket's path has at most %zu bytes",
                  listen, sizeof(address.sun_path) - 1);
        return -1;
    }
    text_copy(address.sun_path, sizeof(address.sun_path), path);
    if (is_served(&address)) {
        error_set(err, ERROR_CANNOT,
                  "%s: another process listens there: give each a socket of "
                  "its own",
                  listen);
        return -1;
    }
    /* what a former life left; anything else that lies there is in the way */
    if (lstat(path, &known) == 0 && S_ISSOCK(known.st_mode))
        unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        chmod(path, 0660) < 0) {
        cannot(listen, err);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    text_copy(own, SOCKET_PATH_MAX, path);
    return fd;
}

/* "127.0.0.1:8080" and "[::1]:8080"; a larger port would be taken for another
 * one. */
static bool split(const char *listen, char host[64], char port[8])
{
    const char *colon = strrchr(listen, ':');
    size_t len = colon ? (size_t)(colon - listen) : 0;
    bool six = listen[0] == '[' && len > 1 && colon[-1] == ']';
    if (!colon || len == 0 || len >= 64 || strlen(colon + 1) > 5 ||
        colon[1] == '\0' ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strtol(colon + 1, NULL, 10) > UINT16_MAX)
        return false;
    snprintf(host, 64, "%.*s", (int)(len - (six ? 2 : 0)), listen + six);
    snprintf(port, 8, "%s", colon + 1);
    return true;
}

enum socket_place socket_place(const char *where, int *port)
{
    char host[64], number[8];
    struct in_addr four;
    struct in6_addr six;
    *port = 0;
    if (text_starts(where, UNIX))
        return where[strlen(UNIX)] ? SOCKET_PATH : SOCKET_NOWHERE;
    if (!split(where, host, number))
        return SOCKET_NOWHERE;
    *port = (int)strtol(number, NULL, 10);
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET ? SOCKET_LOOPBACK
                                                          : SOCKET_OPEN;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six) ? SOCKET_LOOPBACK : SOCKET_OPEN;
    return SOCKET_NOWHERE;
}

/* One file, by whichever way; a path where nothing is leads nowhere. */
static bool same_file(const char *one, const char *other)
{
    struct stat a, b;
    return text_equal(one, other) ||
           (stat(one, &a) == 0 && stat(other, &b) == 0 &&
            a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

bool socket_same(const char *one, const char *other)
{
    char hosts[2][64], ports[2][8];
    uint8_t addresses[2][sizeof(struct in6_addr)];
    if (text_starts(one, UNIX) && text_starts(other, UNIX))
        return same_file(one + strlen(UNIX), other + strlen(UNIX));
    if (!split(one, hosts[0], ports[0]) || !split(other, hosts[1], ports[1]) ||
        strtol(ports[0], NULL, 10) != strtol(ports[1], NULL, 10))
        return false;
    for (int family = 0; family < 2; family++) {
        int kind = family ? AF_INET6 : AF_INET;
        size_t len = family ? sizeof(struct in6_addr) : sizeof(struct in_addr);
        if (inet_pton(kind, hosts[0], addresses[0]) == 1 &&
            inet_pton(kind, hosts[1], addresses[1]) == 1)
            return memcmp(addresses[0], addresses[1], len) == 0;
    }
    return false;
}

static int open_tcp(const char *listen, int *given, struct error *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);
    char host[64], port[8];
    const int on = 1;
    if (!split(listen, host, port) ||
        getaddrinfo(host, port, &hints, &found) != 0) {
        error_set(err, ERROR_INPUT,
                  "%s: where to listen is an address and a port (up to "
                  "65535), as 127.0.0.1:8080, or unix:/path/of/a/socket",
                  listen);
        return -1;
    }
    int fd =
        socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 &&
              setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 &&
              getsockname(fd, (struct sockaddr *)&own, &len) == 0;
    freeaddrinfo(found);
    if (!ok) {
        cannot(listen, err);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    getnameinfo((struct sockaddr *)&own, len, NULL, 0, port, sizeof(port),
                NI_NUMERICSERV);
    *given = (int)strtol(port, NULL, 10);
    return fd;
}

int socket_listen(const char *where, char path[SOCKET_PATH_MAX], int *port,
                  struct error *err)
{
    path[0] = '\0';
    *port = 0;
    int fd = text_starts(where, UNIX) ? open_unix(where, path, err)
                                      : open_tcp(where, port, err);
    if (fd >= 0 && listen(fd, 1024) < 0) {
        cannot(where, err);
        close(fd);
        return -1;
    }
    return fd;
}
