/* SPDX-License-Identifier: Apache-2.0 */
/* A scripted provider on loopback. One connection at a time, one request a
 * connection; every fault a provider can have is one of its ways. */
#include "tests/channels/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define SCRIPT_MAX 16
#define ASKED_MAX 32
#define REQUEST_MAX 65536

struct line {
    enum peer_way way;
    int status;
    char *headers;
    char *body;
};

struct peer {
    pthread_t thread;
    pthread_mutex_t lock;
    int listener;
    int stop[2];
    char url[64];
    struct line script[SCRIPT_MAX];
    size_t lines;
    size_t at;
    char *asked[ASKED_MAX];
    size_t count;
    int held[ASKED_MAX]; /* connections left hanging */
    size_t held_count;
};

/* The body's promised length, once the head is whole; -1 before. */
static long body_missing(const char *text, size_t len)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *header = strcasestr(text, "\r\ncontent-length:");
    long want = header && header < end ? strtol(header + 17, NULL, 10) : 0;

    if (!end)
        return -1;
    return want - (long)(len - (size_t)(end + 4 - text));
}

static char *request_read(int fd)
{
    char *text = calloc(1, REQUEST_MAX + 1);
    size_t len = 0;

    while (text && len < REQUEST_MAX) {
        ssize_t n = recv(fd, text + len, REQUEST_MAX - len, 0);

        if (n <= 0)
            break;
        len += (size_t)n;
        if (strncasecmp(text, "GET", 3) != 0 &&
            strcasestr(text, "expect: 100-continue") &&
            body_missing(text, len) > 0)
            (void)!write(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
        if (body_missing(text, len) == 0)
            break;
    }
    return text;
}

static void answer_send(int fd, const struct line *line)
{
    size_t length = strlen(line->body);
    size_t promised = line->way == PEER_HALF ? length + 100 : length;

    dprintf(fd,
            "HTTP/1.1 %d Whatever\r\nContent-Type: application/json\r\n"
            "Connection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
            line->status, promised, line->headers, line->body);
}

static void huge_send(int fd)
{
    static char block[65536];

    memset(block, 'x', sizeof(block));
    dprintf(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 256; i++)
        if (send(fd, block, sizeof(block), MSG_NOSIGNAL) < 0)
            return;
}

static struct line *next_line(struct peer *peer)
{
    struct line *line;

    if (peer->lines == 0)
        return NULL;
    line = &peer->script[peer->at];
    if (peer->at + 1 < peer->lines)
        peer->at++;
    return line;
}

static void serve(struct peer *peer, int fd)
{
    struct line *line;
    char *text;

    pthread_mutex_lock(&peer->lock);
    line = next_line(peer);
    pthread_mutex_unlock(&peer->lock);
    if (!line || line->way == PEER_CLOSE_FIRST) {
        close(fd);
        return;
    }
    text = request_read(fd);
    pthread_mutex_lock(&peer->lock);
    if (peer->count < ASKED_MAX)
        peer->asked[peer->count++] = text;
    else
        free(text);
    pthread_mutex_unlock(&peer->lock);
    if (line->way == PEER_ANSWER || line->way == PEER_HALF)
        answer_send(fd, line);
    if (line->way == PEER_HUGE)
        huge_send(fd);
    if (line->way == PEER_GARBAGE)
        dprintf(fd, "220 this is no HTTP\r\n");
    if (line->way == PEER_SILENT && peer->held_count < ASKED_MAX)
        peer->held[peer->held_count++] = fd;
    else
        close(fd);
}

static void *peer_run(void *arg)
{
    struct peer *peer = arg;
    struct pollfd fds[2] = {
        {.fd = peer->listener, .events = POLLIN},
        {.fd = peer->stop[0], .events = POLLIN},
    };

    while (poll(fds, 2, -1) >= 0 && !fds[1].revents) {
        int fd = accept(peer->listener, NULL, NULL);

        if (fd >= 0)
            serve(peer, fd);
    }
    return NULL;
}

struct peer *peer_new(void)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(address);

    if (!peer || pipe(peer->stop) != 0)
        abort();
    peer->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(peer->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(peer->listener, 64) != 0 ||
        getsockname(peer->listener, (struct sockaddr *)&address, &len) != 0)
        abort();
    snprintf(peer->url, sizeof(peer->url), "http://127.0.0.1:%d",
             ntohs(address.sin_port));
    pthread_mutex_init(&peer->lock, NULL);
    if (pthread_create(&peer->thread, NULL, peer_run, peer) != 0)
        abort();
    return peer;
}

void peer_free(struct peer *peer)
{
    (void)!write(peer->stop[1], "x", 1);
    pthread_join(peer->thread, NULL);
    for (size_t i = 0; i < peer->held_count; i++)
        close(peer->held[i]);
    for (size_t i = 0; i < peer->count; i++)
        free(peer->asked[i]);
    for (size_t i = 0; i < peer->lines; i++) {
        free(peer->script[i].headers);
        free(peer->script[i].body);
    }
    close(peer->listener);
    close(peer->stop[0]);
    close(peer->stop[1]);
    pthread_mutex_destroy(&peer->lock);
    free(peer);
}

const char *peer_url(const struct peer *peer)
{
    return peer->url;
}

void peer_will(struct peer *peer, enum peer_way way, int status,
               const char *headers, const char *body)
{
    pthread_mutex_lock(&peer->lock);
    if (peer->lines == SCRIPT_MAX)
        abort();
    peer->script[peer->lines++] = (struct line){
        .way = way,
        .status = status,
        .headers = strdup(headers ? headers : ""),
        .body = strdup(body ? body : ""),
    };
    pthread_mutex_unlock(&peer->lock);
}

void peer_says(struct peer *peer, int status, const char *body)
{
    peer_will(peer, PEER_ANSWER, status, NULL, body);
}

const char *peer_request(struct peer *peer, size_t i)
{
    const char *text = "";

    pthread_mutex_lock(&peer->lock);
    if (i < peer->count)
        text = peer->asked[i];
    pthread_mutex_unlock(&peer->lock);
    return text;
}

size_t peer_count(struct peer *peer)
{
    size_t count;

    pthread_mutex_lock(&peer->lock);
    count = peer->count;
    pthread_mutex_unlock(&peer->lock);
    return count;
}
