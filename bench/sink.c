/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP provider for measurements: `sink PORT [DELAY_MS]`.
 *
 * Takes every POST, answers 201 with a short JSON body (after DELAY_MS when
 * given), keeps connections open, and counts the distinct ids it was sent: the
 * value of the first "id=" in the request. GET /stats tells the counts, GET
 * /reset forgets them. One thread, epoll; no part of the product is in it, so
 * it can bear witness about the product. PORT 0 takes any; the first line on
 * stdout is the port. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FDS_MAX 65536
#define REQUEST_MAX 16384
#define IDS_MAX (1u << 22) /* slots; a power of two */

struct connection {
    size_t len;
    char bytes[REQUEST_MAX];
};

/* Answers on their way, in the order of their time: the delay is constant. */
struct delayed {
    int64_t due;
    int fd;
    uint32_t generation;
};

static struct connection *connections[FDS_MAX];
static uint32_t generations[FDS_MAX];
static struct delayed queue[FDS_MAX];
static size_t queue_head, queue_len;
static uint64_t *ids;
static uint64_t requests, distinct;
static int open_now, open_most;
static int64_t delay_ms;
static int poller;

static const char created[] =
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    "Content-Length: 62\r\n\r\n"
    "{\"sid\":\"SM0123456789abcdef0123456789abcdef\",\"status\":\"queued\"}";

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void count_id(const char *text, const char *end)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    const char *at = memmem(text, (size_t)(end - text), "id=", 3);
    size_t slot;

    if (!at)
        return;
    for (at += 3; at < end && *at != '&' && *at != ' ' && *at != '\r'; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    if (hash == 0)
        hash = 1;
    for (slot = hash & (IDS_MAX - 1); ids[slot] != 0;
         slot = (slot + 1) & (IDS_MAX - 1))
        if (ids[slot] == hash)
            return;
    if (distinct + 1 < IDS_MAX) {
        ids[slot] = hash;
        distinct++;
    }
}

static void say(int fd, const char *text, size_t len)
{
    /* The answers are far below a socket's buffer: never partial. */
    if (send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
        shutdown(fd, SHUT_RDWR);
}

static void say_stats(int fd)
{
    char body[256], text[512];
    int len = snprintf(body, sizeof body,
                       "{\"requests\":%" PRIu64 ",\"distinct\":%" PRIu64
                       ",\"connections\":%d,\"most_connections\":%d}\n",
                       requests, distinct, open_now, open_most);

    len = snprintf(text, sizeof text,
                   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                   "Content-Length: %d\r\n\r\n%s",
                   len, body);
    say(fd, text, (size_t)len);
}

static void answer(int fd, const char *text, const char *end)
{
    if (strncmp(text, "GET /reset", 10) == 0) {
        memset(ids, 0, sizeof *ids * IDS_MAX);
        requests = distinct = 0;
        open_most = open_now;
    }
    if (strncmp(text, "GET /", 5) == 0) {
        say_stats(fd);
        return;
    }
    requests++;
    count_id(text, end);
    if (delay_ms == 0) {
        say(fd, created, sizeof created - 1);
        return;
    }
    queue[(queue_head + queue_len++) % FDS_MAX] =
        (struct delayed){now_ms() + delay_ms, fd, generations[fd]};
}

static void answer_due(void)
{
    int64_t now = now_ms();

    while (queue_len > 0 && queue[queue_head].due <= now) {
        struct delayed *delayed = &queue[queue_head];

        if (generations[delayed->fd] == delayed->generation)
            say(delayed->fd, created, sizeof created - 1);
        queue_head = (queue_head + 1) % FDS_MAX;
        queue_len--;
    }
}

/* Length of the first whole request in the buffer, or 0. */
static size_t request_length(const struct connection *connection)
{
    const char *text = connection->bytes;
    const char *end = memmem(text, connection->len, "\r\n\r\n", 4);
    const char *length;
    size_t want;

    if (!end)
        return 0;
    want = (size_t)(end + 4 - text);
    length = strcasestr(text, "\r\ncontent-length:");
    if (length && length < end)
        want += strtoul(length + 17, NULL, 10);
    return connection->len >= want ? want : 0;
}

static void hang_up(int fd)
{
    close(fd);
    free(connections[fd]);
    connections[fd] = NULL;
    generations[fd]++;
    open_now--;
}

static void take(int fd)
{
    struct connection *connection = connections[fd];
    ssize_t n = recv(fd, connection->bytes + connection->len,
                     REQUEST_MAX - 1 - connection->len, MSG_DONTWAIT);
    size_t len;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        hang_up(fd);
        return;
    }
    connection->len += (size_t)n;
    connection->bytes[connection->len] = '\0';
    while ((len = request_length(connection)) > 0) {
        answer(fd, connection->bytes, connection->bytes + len);
        connection->len -= len;
        memmove(connection->bytes, connection->bytes + len,
                connection->len + 1);
    }
    if (connection->len >= REQUEST_MAX - 1)
        hang_up(fd);
}

static void greet(int listener)
{
    struct epoll_event event = {.events = EPOLLIN};
    int one = 1, fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        if (fd >= FDS_MAX) {
            close(fd);
            return;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd] = calloc(1, sizeof **connections);
        event.data.fd = fd;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
        if (++open_now > open_most)
            open_most = open_now;
    }
}

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        perror("sink");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static int wait_ms(void)
{
    int64_t left;

    if (queue_len == 0)
        return -1;
    left = queue[queue_head].due - now_ms();
    return left < 0 ? 0 : (int)left;
}

int main(int argc, char **argv)
{
    struct epoll_event events[512];
    struct epoll_event event = {.events = EPOLLIN};
    struct rlimit files = {FDS_MAX, FDS_MAX};
    int listener;

    if (argc < 2) {
        fprintf(stderr, "usage: sink PORT [DELAY_MS]\n");
        return 2;
    }
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 &&
        getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    delay_ms = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    ids = calloc(IDS_MAX, sizeof *ids);
    poller = epoll_create1(EPOLL_CLOEXEC);
    listener = listen_on((int)strtol(argv[1], NULL, 10));
    event.data.fd = listener;
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int n = epoll_wait(poller, events, 512, wait_ms());

        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                greet(listener);
            else if (connections[events[i].data.fd])
                take(events[i].data.fd);
        }
        answer_due();
    }
}
