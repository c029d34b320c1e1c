/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP in, byte for byte: what is refused, and that the rest still comes
 * through. Everything in one thread: the clients' sockets do not block. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"

#include "io/listener.h"
#include "io/loop.h"
#include "io/socket.h"

/* Where a header is folded libmicrohttpd (0.9.75) copies within its buffer by
 * memcpy, forwards and a few bytes on: its own, and not what is tested here. */
const char *__asan_default_suppressions(void);
const char *__asan_default_suppressions(void)
{
    return "interceptor_via_lib:libmicrohttpd\n";
}

/* A server that says back what it was sent; /later answers 50 ms later, /drop
 * and /drop-later do not answer. */
struct world {
    struct loop *loop;
    struct listener *listener;
    struct timer *step, *later;
    struct exchange *asleep;
    int heard;
    int refused, refused_with; /* how often, and the last status */
    char method[16], target[64], body[64], header[64];
    int64_t until; /* monotonic */
    bool (*over)(void *arg);
    void *arg;
};

static void answer_later(void *arg)
{
    struct world *world = arg;
    if (world->asleep && strcmp(world->target, "/drop-later") == 0)
        exchange_drop(world->asleep);
    else if (world->asleep)
        exchange_answer(world->asleep, 200, "text/plain", "later", 5);
    world->asleep = NULL;
}

static void hear(void *arg, struct exchange *exchange)
{
    struct world *world = arg;
    size_t len;
    const char *body = exchange_body(exchange, &len);
    const char *header = exchange_header(exchange, "X-Word");
    world->heard++;
    snprintf(world->method, sizeof(world->method), "%s",
             exchange_method(exchange));
    snprintf(world->target, sizeof(world->target), "%.60s",
             exchange_target(exchange));
    snprintf(world->body, sizeof(world->body), "%.*s", len < 60 ? (int)len : 60,
             body);
    snprintf(world->header, sizeof(world->header), "%s",
             header ? header : "none");
    if (strcmp(world->target, "/drop") == 0)
        exchange_drop(exchange);
    else if (strcmp(world->target, "/later") == 0 ||
             strcmp(world->target, "/drop-later") == 0) {
        world->asleep = exchange;
        timer_start(world->later, 50);
    } else if (strcmp(exchange_target(exchange), "/never") == 0)
        world->asleep = exchange;
    else
        exchange_answer(exchange, 204, NULL, NULL, 0);
}

static void refused(void *arg, int status)
{
    struct world *world = arg;
    world->refused++;
    world->refused_with = status;
}

static void step(void *arg)
{
    struct world *world = arg;
    if (world->over(world->arg) || clock_monotonic_ms() > world->until)
        loop_stop(world->loop);
    else
        timer_start(world->step, 2);
}

/* Until `over`, or so long. */
static void run(struct world *world, bool (*over)(void *arg), void *arg,
                int64_t ms)
{
    world->over = over;
    world->arg = arg;
    world->until = clock_monotonic_ms() + ms;
    timer_start(world->step, 0);
    loop_run(world->loop);
}

static void world_open(struct world *world, const char *listen)
{
    struct error err = {0};
    *world = (struct world){.loop = loop_new()};
    world->listener = listener_new(world->loop, listen, hear, world, &err);
    if (!world->listener)
        fail_msg("%s", err.text);
    listener_on_refused(world->listener, refused);
    world->step = timer_new(world->loop, step, world);
    world->later = timer_new(world->loop, answer_later, world);
}

static void world_close(struct world *world)
{
    listener_free(world->listener);
    timer_free(world->step);
    timer_free(world->later);
    assert_int_equal(loop_open(world->loop), 0);
    loop_free(world->loop);
}

/* One client: what came back so far. */
struct client {
    int fd;
    size_t len;
    bool closed;
    char got[4096];
};

static void client_open(struct client *client, const struct world *world,
                        const char *from)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)listener_port(world->listener))};
    *client = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    assert_true(client->fd >= 0);
    inet_pton(AF_INET, from, &own.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_int_equal(bind(client->fd, (struct sockaddr *)&own, sizeof(own)), 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&to, sizeof(to)),
                     0);
}

static void client_say(struct client *client, const char *text)
{
    assert_int_equal(send(client->fd, text, strlen(text), MSG_NOSIGNAL),
                     (ssize_t)strlen(text));
}

static bool client_heard(void *arg)
{
    struct client *client = arg;
    ssize_t got = recv(client->fd, client->got + client->len,
                       sizeof(client->got) - 1 - client->len, MSG_DONTWAIT);
    if (got > 0)
        client->len += (size_t)got;
    client->closed |= got == 0 || (got < 0 && errno != EAGAIN);
    client->got[client->len] = '\0';
    return client->closed || strstr(client->got, "\r\n\r\n") != NULL;
}

static bool client_closed(void *arg)
{
    struct client *client = arg;
    client_heard(client);
    return client->closed;
}

static int status_of(const struct client *client)
{
    int status = 0;
    sscanf(client->got, "HTTP/1.%*d %d", &status);
    return status;
}

static int ask(struct world *world, struct client *client, const char *text)
{
    client_open(client, world, "127.0.0.1");
    client_say(client, text);
    run(world, client_heard, client, 5000);
    close(client->fd);
    return status_of(client);
}

static void whole_requests_are_heard(void **state)
{
    (void)state;
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    assert_int_equal(ask(&world, &client,
                         "POST /hooks/a%00b?x=%2e&y HTTP/1.1\r\nHost: x\r\n"
                         "X-Word: yes\r\nContent-Length: 5\r\n\r\nhello"),
                     204);
    assert_string_equal(world.method, "POST");
    assert_string_equal(world.target, "/hooks/a%00b?x=%2e&y"); /* undecoded */
    assert_string_equal(world.body, "hello");
    assert_string_equal(world.header, "yes");
    assert_int_equal(ask(&world, &client,
                         "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:"
                         " chunked\r\nX-Word: a\r\nX-Word: b\r\n\r\n"
                         "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
                     204);
    assert_string_equal(world.body, "abcde");
    assert_string_equal(world.header, "none"); /* twice: which one? */
    assert_int_equal(
        ask(&world, &client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    assert_non_null(strstr(client.got, "later"));
    assert_int_equal(world.heard, 3);
    world_close(&world);
}

static void what_could_be_read_two_ways_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text;
        int status;
    } rows[] = {
        {"two lengths",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: "
         "4\r\n\r\nhello",
         400},
        {"a length beside chunks",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"another encoding than chunks",
         "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip,"
         " chunked\r\n\r\n0\r\n\r\n",
         501},
        {"a length with a sign",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400},
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
        {"a space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"a length whose name ends in a blank: the body is no other request",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 35\r\n\r\n"
         "GET /within HTTP/1.1\r\nHost: x\r\n\r\n",
         400},
        {"a folded length: the body is no other request",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 35\r\n\r\n"
         "GET /within HTTP/1.1\r\nHost: x\r\n\r\n",
         400},
        {"a length that is folded behind a tab",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\t35\r\n\r\n"
         "GET /within HTTP/1.1\r\nHost: x\r\n\r\n",
         400},
        {"a folded length beside a length",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
         "Content-Length:\r\n 3\r\n\r\nhello",
         400},
        {"a length that goes on in the next line",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n 5\r\n\r\nhello",
         400},
        {"folded chunks",
         "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n"
         "\r\n0\r\n\r\n",
         400},
        {"folded chunks beside a length",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
         "Transfer-Encoding:\r\n\tchunked\r\n\r\nhello",
         400},
        {"a fold of two lines",
         "GET / HTTP/1.1\r\nHost: x\r\nX-Word:\r\n a\r\n b\r\n\r\n", 400},
        {"a folded header that harms nobody",
         "GET / HTTP/1.1\r\nHost: x\r\nX-Word: a\r\n b\r\nY: z\r\n\r\n", 400},
        {"a folded host", "GET / HTTP/1.1\r\nHost:\r\n x\r\n\r\n", 400},
        {"a fold with nothing in it",
         "GET / HTTP/1.1\r\nHost: x\r\nX-Word: a\r\n \r\n\r\n", 400},
        {"a fold with nothing above it",
         "GET / HTTP/1.1\r\n X-Word: a\r\nHost: x\r\n\r\n", 400},
        {"a blank in the target", "GET /metrics x HTTP/1.1\r\nHost: x\r\n\r\n",
         400},
        {"a tab in the target", "GET /metrics\tx HTTP/1.1\r\nHost: x\r\n\r\n",
         400},
        {"a name of two words", "GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n",
         400},
        {"a control character in a value",
         "GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n", 400},
        {"chunks, and a version that has none",
         "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"a version that is none", "GET / HTTP/1.x\r\nHost: x\r\n\r\n", 400},
        {"another server's address",
         "GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"a version of the future", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505},
        {"another protocol", "EHLO you\r\n\r\n", 400},
        {"a chunk without a length",
         "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
         "zz\r\n",
         400},
        {"a byte that is none of a path",
         "GET /\x80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"more than a body may have, said before",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413},
        {"a length of many digits",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
         "99999999999999999999\r\n\r\n",
         413},
    };
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status = ask(&world, &client, rows[i].text);
        if (status != rows[i].status || world.refused != (int)i + 1 ||
            world.refused_with != status)
            fail_msg("%s: %d, told %d times, %d at last", rows[i].sentence,
                     status, world.refused, world.refused_with);
    }
    assert_int_equal(world.heard, 0);
    assert_int_equal(ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                     204);
    assert_int_equal(world.refused, sizeof(rows) / sizeof(rows[0]));
    world_close(&world);
}

/* libmicrohttpd, that of Debian 12, closes these before anybody sees them. */
static void what_is_no_request_is_told(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "GET\t/metrics\tHTTP/1.1\r\n",
        "HELLO\r\n",
        "SSH-2.0-x\r\n",
    };
    const int count = sizeof(rows) / sizeof(rows[0]);
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < count; i++) {
        client_open(&client, &world, "127.0.0.1");
        client_say(&client, rows[i]);
        run(&world, client_closed, &client, 5000);
        close(client.fd);
        if (world.refused != i + 1 || world.refused_with != 400)
            fail_msg("%stold %d times, %d at last", rows[i], world.refused,
                     world.refused_with);
    }
    /* nobody who says nothing and leaves, nor who was answered */
    client_open(&client, &world, "127.0.0.1");
    run(&world, client_heard, &client, 20);
    close(client.fd);
    client_open(&client, &world, "127.0.0.1");
    client_say(&client, "GET / HTTP/1.0\r\n\r\n");
    run(&world, client_closed, &client, 5000);
    assert_int_equal(status_of(&client), 204);
    close(client.fd);
    client_open(&client, &world, "127.0.0.1");
    client_say(&client, "GET"); /* it may still go on */
    run(&world, client_heard, &client, 20);
    world_close(&world);
    assert_int_equal(world.refused, count);
    close(client.fd);
}

/* A text of `count` times `part` behind `begin`. */
static char *much(const char *begin, const char *part, int count,
                  const char *end)
{
    size_t len = strlen(part);
    char *text =
        memory_new(strlen(begin) + len * (size_t)count + strlen(end) + 1);
    strcpy(text, begin);
    char *at = text + strlen(begin);
    for (int i = 0; i < count; i++, at += len)
        memcpy(at, part, len);
    strcpy(at, end);
    return text;
}

/* libmicrohttpd moves a name that grows, but for one at the very end of what it
 * has read. */
static void a_fold_is_found_wherever_it_lies(void **state)
{
    (void)state;
    static const char *const folds[] = {"Content-Length:\r\n 35\r\n",
                                        "Content-Length:     \r\n 35\r\n",
                                        "Content-Length:\r\n 000000035\r\n"};
    struct world world;
    struct client client;
    int asked = 0;
    world_open(&world, "127.0.0.1:0");
    for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
        for (int before = 8192 - 100; before < 8192; before++) {
            char *begin = much("POST / HTTP/1.1\r\nHost: x\r\nX: ", "y",
                               before - 32, "\r\n");
            char *text = much(begin, folds[i], 1,
                              "\r\nGET /within HTTP/1.1\r\nHost: x\r\n\r\n");
            int status = ask(&world, &client, text);
            if (status != 400 || world.refused != ++asked)
                fail_msg("%s behind %d bytes: %d", folds[i], before, status);
            free(text);
            free(begin);
        }
    assert_int_equal(world.heard, 0);
    world_close(&world);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *begin, *part;
        int count;
        const char *end;
        int status;
    } rows[] = {
        {"a long path", "GET /", "aaaaaaaa", 520,
         " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"a path longer than all that is read", "GET /", "aaaaaaaa", 5000,
         " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"a header longer than all that is read",
         "GET / HTTP/1.1\r\nHost: x\r\nA: ", "aaaaaaaa", 5000, "\r\n\r\n", 431},
        {"a hundred headers", "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", 100,
         "\r\n", 431},
    };
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text =
            much(rows[i].begin, rows[i].part, rows[i].count, rows[i].end);
        int status = ask(&world, &client, text);
        if (status != rows[i].status || world.refused != (int)i + 1 ||
            world.refused_with != status)
            fail_msg("%s: %d, told %d times, %d at last", rows[i].sentence,
                     status, world.refused, world.refused_with);
        free(text);
    }
    char *chunk = much("400\r\n", "x", 0x400, "\r\n");
    char *text = much("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n",
                      chunk, 70, "0\r\n\r\n");
    assert_int_equal(ask(&world, &client, text), 413);
    free(chunk);
    free(text);
    assert_int_equal(world.heard, 0);
    assert_int_equal(world.refused, sizeof(rows) / sizeof(rows[0]) + 1);
    world_close(&world);
}

static size_t room_of(void *arg, struct exchange *exchange)
{
    const char *target = exchange_target(exchange);
    (void)arg;
    return strcmp(target, "/long") == 0    ? 100000
           : strcmp(target, "/short") == 0 ? 4
           : strcmp(target, "/none") == 0  ? 0
                                           : LISTENER_BODY_MAX;
}

/* How long a body may be is asked when its head is there. */
static void each_has_its_own_room(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *target;
        size_t len;
        int status, heard; /* bytes of its beginning */
    } rows[] = {
        {"as long as it may be", "/short", 4, 204, 4},
        {"longer", "/short", 5, 413, -1},
        {"more than others may have", "/long", 100000, 204, 60},
        {"and no more", "/long", 100001, 413, -1},
        {"others", "/hooks", 65536, 204, 60},
        {"others, longer", "/hooks", 65537, 413, -1},
        {"none of it is wanted, and the request is heard", "/none", 200000, 204,
         0},
    };
    for (int chunked = 0; chunked < 2; chunked++)
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            struct world world;
            struct client client;
            char begin[200], *text;
            world_open(&world, "127.0.0.1:0");
            listener_on_head(world.listener, room_of);
            snprintf(begin, sizeof(begin),
                     chunked ? "POST %s HTTP/1.1\r\nHost: x\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n%zx\r\n"
                             : "POST %s HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: %zu\r\n\r\n",
                     rows[i].target, rows[i].len);
            text = much(begin, "x", (int)rows[i].len,
                        chunked ? "\r\n0\r\n\r\n" : "");
            int status = ask(&world, &client, text);
            free(text);
            if (status != rows[i].status ||
                world.heard != (rows[i].heard >= 0) ||
                (world.heard && (int)strlen(world.body) != rows[i].heard))
                fail_msg("%s, chunked %d: %d, heard '%s'", rows[i].sentence,
                         chunked, status, world.body);
            world_close(&world);
        }
}

/* A thousand that drip from where all come who are behind one proxy, and those
 * that mean it still get through; the slow ones are cut off when a request has
 * taken its ten seconds. */
static void the_slow_do_not_keep_others_out(void **state)
{
    (void)state;
    enum { SLOW = 1000 };
    static struct client slow[SLOW];
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < SLOW; i++) {
        client_open(&slow[i], &world, "127.0.0.1");
        client_say(&slow[i], "POST /hooks/sms HTT");
        if (i % 100 == 99)
            run(&world, client_heard, &slow[i], 20);
    }
    assert_int_equal(ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                     204);
    assert_int_equal(world.refused, 0);
    /* they say a little more, and it does not help them */
    int64_t began = clock_monotonic_ms();
    for (int i = 0; i < 12 && !slow[0].closed; i++) {
        send(slow[0].fd, "P", 1, MSG_NOSIGNAL);
        run(&world, client_closed, &slow[0], 1000);
    }
    assert_true(slow[0].closed);
    assert_int_equal(world.refused_with, 408);
    assert_true(clock_monotonic_ms() - began <
                (LISTENER_REQUEST_SECONDS + 2) * 1000);
    for (int i = 0; i < SLOW; i++)
        close(slow[i].fd);
    world_close(&world);
}

/* Room for both ends of all connections, and some more. */
static bool descriptors(void)
{
    struct rlimit files;
    const rlim_t wanted = 3 * LISTENER_CONNECTIONS;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_max < wanted)
        return false;
    files.rlim_cur = files.rlim_cur < wanted ? wanted : files.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &files) == 0;
}

/* However many hold a place and say nothing: the oldest of them goes for each
 * that comes, and that is told. */
static void who_says_nothing_gives_way(void **state)
{
    (void)state;
    enum { SILENT = LISTENER_CONNECTIONS + 200 };
    static struct client silent[SILENT];
    struct world world;
    struct client client;
    if (!descriptors())
        skip();
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < SILENT; i++) {
        client_open(&silent[i], &world, "127.0.0.1");
        if (i % 100 == 99)
            run(&world, client_heard, &silent[i], 20);
    }
    run(&world, client_closed, &silent[SILENT - LISTENER_UNHEARD - 1], 5000);
    assert_int_equal(listener_open(world.listener), LISTENER_UNHEARD);
    assert_int_equal(world.refused, SILENT - LISTENER_UNHEARD);
    assert_int_equal(world.refused_with, 503);
    for (int i = 0; i < SILENT; i++)
        assert_int_equal(client_closed(&silent[i]),
                         i < SILENT - LISTENER_UNHEARD);
    assert_int_equal(ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                     204);
    for (int i = 0; i < SILENT; i++)
        close(silent[i].fd);
    world_close(&world);
}

/* Nor do those keep a place who were answered and stay: who has done so for
 * longest goes for each that comes, and nothing is refused by that. */
static void who_only_stays_gives_way(void **state)
{
    (void)state;
    enum { IDLE = LISTENER_CONNECTIONS + 50 };
    static struct client idle[IDLE];
    struct world world;
    struct client client;
    if (!descriptors())
        skip();
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < IDLE; i++) {
        client_open(&idle[i], &world, "127.0.0.1");
        client_say(&idle[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        run(&world, client_heard, &idle[i], 5000);
        assert_int_equal(status_of(&idle[i]), 204);
    }
    assert_true(listener_open(world.listener) <= LISTENER_CONNECTIONS);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(
            ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 204);
        close(client.fd);
    }
    run(&world, client_closed, &idle[0], 5000);
    assert_true(client_closed(&idle[0]));
    assert_false(client_closed(&idle[IDLE - 1]));
    assert_int_equal(world.refused, 0);
    for (int i = 0; i < IDLE; i++)
        close(idle[i].fd);
    world_close(&world);
}

/* A proxy's callers while the store is busy: as many wait as there are places,
 * and who comes beyond is told so. */
static void all_of_one_address_are_heard(void **state)
{
    (void)state;
    enum {
        HEARD = LISTENER_CONNECTIONS - 2 * LISTENER_SPARE,
        ALL = HEARD + 20
    };
    static struct client all[ALL];
    struct world world;
    if (!descriptors())
        skip();
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < ALL; i++) {
        client_open(&all[i], &world, "127.0.0.1");
        client_say(&all[i], "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i % 100 == 99)
            run(&world, client_heard, &all[i], 20);
    }
    for (int i = HEARD; i < ALL; i++) {
        run(&world, client_heard, &all[i], 5000);
        assert_int_equal(status_of(&all[i]), 503);
    }
    assert_int_equal(world.heard, HEARD);
    assert_int_equal(world.refused, ALL - HEARD);
    assert_int_equal(world.refused_with, 503);
    for (int i = 0; i < HEARD; i++)
        assert_false(client_closed(&all[i]));
    world_close(&world);
    for (int i = 0; i < ALL; i++)
        close(all[i].fd);
}

static void what_is_not_answered_gets_503_at_the_end(void **state)
{
    (void)state;
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    client_open(&client, &world, "127.0.0.1");
    client_say(&client, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &client, 200);
    assert_int_equal(world.heard, 1);
    world_close(&world);
    client_heard(&client);
    assert_int_equal(status_of(&client), 503);
    close(client.fd);
}

/* A reload gave it another place: who has come is served, and nobody else. */
static void a_place_that_is_left_serves_who_has_come(void **state)
{
    (void)state;
    struct world world;
    struct client asleep, begun, late = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in to = {.sin_family = AF_INET};
    world_open(&world, "127.0.0.1:0");
    to.sin_port = htons((uint16_t)listener_port(world.listener));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    client_open(&asleep, &world, "127.0.0.1");
    client_say(&asleep, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &asleep, 20);
    client_open(&begun, &world, "127.0.0.1");
    client_say(&begun, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                       "\r\nhe");
    listener_leave(world.listener);
    assert_int_equal(connect(late.fd, (struct sockaddr *)&to, sizeof(to)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    client_say(&begun, "llo");
    run(&world, client_closed, &begun, 5000);
    run(&world, client_closed, &asleep, 5000);
    assert_int_equal(status_of(&begun), 204);
    assert_int_equal(status_of(&asleep), 200);
    assert_non_null(strstr(asleep.got, "later"));
    assert_true(begun.closed && asleep.closed);
    close(begun.fd);
    close(asleep.fd);
    close(late.fd);
    world_close(&world);
}

static void who_left_before_the_answer_harms_nothing(void **state)
{
    (void)state;
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (int i = 0; i < 20; i++) {
        client_open(&client, &world, "127.0.0.1");
        client_say(&client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
        run(&world, client_heard, &client, 10);
        close(client.fd);
        run(&world, client_heard, &client, 80);
    }
    assert_int_equal(ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                     204);
    world_close(&world);
}

static void a_unix_socket_will_do(void **state)
{
    (void)state;
    struct world world;
    struct client client = {0};
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct stat known;
    char listen[64];
    snprintf(listen, sizeof(listen), "unix:/tmp/outreach-listen-%d",
             (int)getpid());
    snprintf(to.sun_path, sizeof(to.sun_path), "%s", listen + 5);
    world_open(&world, listen);
    assert_int_equal(stat(to.sun_path, &known), 0);
    assert_int_equal(known.st_mode & 0777, 0660);
    client.fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(client.fd, (struct sockaddr *)&to, sizeof(to)), 0);
    client_say(&client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &client, 5000);
    assert_int_equal(status_of(&client), 204);
    close(client.fd);
    world_close(&world);
    assert_int_equal(stat(to.sun_path, &known), -1);
}

/* Two services with one configuration: the second would take the first one's
 * callers, and the first's end the second's socket. */
static void a_socket_in_use_is_nobody_else_s(void **state)
{
    (void)state;
    struct world world;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct client client = {0};
    struct error err = {0};
    char listen[128];
    snprintf(to.sun_path, sizeof(to.sun_path), "/tmp/outreach-listener-%ld",
             (long)getpid());
    snprintf(listen, sizeof(listen), "unix:%s", to.sun_path);
    world_open(&world, listen);
    assert_null(listener_new(world.loop, listen, hear, &world, &err));
    assert_non_null(strstr(err.text, "another process listens there"));
    client.fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(client.fd, (struct sockaddr *)&to, sizeof(to)), 0);
    client_say(&client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &client, 5000);
    assert_int_equal(status_of(&client), 204);
    close(client.fd);
    world_close(&world);
}

static void who_is_dropped_hears_nothing(void **state)
{
    (void)state;
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    for (int later = 0; later < 2; later++) {
        client_open(&client, &world, "127.0.0.1");
        client_say(&client, later
                                ? "GET /drop-later HTTP/1.1\r\nHost: x\r\n\r\n"
                                : "GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
        run(&world, client_closed, &client, 5000);
        assert_true(client.closed);
        assert_int_equal(client.len, 0);
        close(client.fd);
    }
    assert_int_equal(ask(&world, &client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                     204);
    assert_int_equal(world.heard, 3);
    world_close(&world);
}

static void stop_loop(void *arg)
{
    loop_stop(arg);
}

/* In a trial the clock is put on by hours between two requests. */
static void a_pretended_time_cuts_nobody_off(void **state)
{
    (void)state;
    struct world world;
    struct client client;
    world_open(&world, "127.0.0.1:0");
    client_open(&client, &world, "127.0.0.1");
    client_say(&client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &client, 5000);
    assert_int_equal(status_of(&client), 204);
    clock_pretend(clock_now() + 24 * HOUR_MS);
    struct timer *stop = timer_new(world.loop, stop_loop, world.loop);
    timer_start(stop, 1500); /* over a look at who is slow */
    loop_run(world.loop);
    timer_free(stop);
    clock_real();
    assert_false(client_closed(&client));
    client.len = 0;
    client_say(&client, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    run(&world, client_heard, &client, 5000);
    assert_int_equal(status_of(&client), 204);
    close(client.fd);
    world_close(&world);
}

static void where_it_cannot_listen_is_told(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"8080", "8080: where to listen is an address and a port"},
        {"localhost:8080", "localhost:8080: where to listen is an address"},
        {"127.0.0.1:70000000", "where to listen is an address and a port"},
        {"127.0.0.1:65536", "an address and a port (up to 65535)"},
        {"127.0.0.1:99999", "an address and a port (up to 65535)"},
        {"203.0.113.1:8080",
         "cannot listen on 203.0.113.1:8080: Cannot assign"},
        {"unix:/nowhere/at/all", "cannot listen on unix:/nowhere/at/all: No"},
    };
    struct loop *loop = loop_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        assert_null(listener_new(loop, rows[i][0], hear, NULL, &err));
        if (!strstr(err.text, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], err.text);
    }
    loop_free(loop);
}

static void who_may_come_to_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *where;
        enum socket_place place;
        int port;
    } rows[] = {
        {"127.0.0.1:8080", SOCKET_LOOPBACK, 8080},
        {"127.9.9.9:65535", SOCKET_LOOPBACK, 65535},
        {"[::1]:0", SOCKET_LOOPBACK, 0},
        {"unix:/run/x", SOCKET_PATH, 0},
        {"0.0.0.0:8080", SOCKET_OPEN, 8080},
        {"[::]:8080", SOCKET_OPEN, 8080},
        {"192.0.2.1:80", SOCKET_OPEN, 80},
        {"[::ffff:192.0.2.1]:80", SOCKET_OPEN, 80},
        {"unix:", SOCKET_NOWHERE, 0},
        {"127.0.0.1:65536", SOCKET_NOWHERE, 0},
        {"127.0.0.1", SOCKET_NOWHERE, 0},
        {"127.evil.example:80", SOCKET_NOWHERE, 80},
        {"localhost:8080", SOCKET_NOWHERE, 8080},
        {":8080", SOCKET_NOWHERE, 0},
        {"", SOCKET_NOWHERE, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int port = -1;
        enum socket_place place = socket_place(rows[i].where, &port);
        if (place != rows[i].place || port != rows[i].port)
            fail_msg("%s: %d, port %d", rows[i].where, (int)place, port);
    }
}

static void a_place_is_known_however_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *one, *other;
        bool same;
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:08080", true},
        {"127.0.0.1:8080", "127.0.0.1:8081", false},
        {"127.0.0.1:8080", "127.0.0.2:8080", false},
        {"[::1]:8080", "[0:0::0:1]:8080", true},
        {"[::1]:8080", "127.0.0.1:8080", false},
        {"unix:/tmp", "unix:/proc/self/root/tmp/", true},
        {"unix:/nowhere/at/all", "unix:/nowhere/at/all", true},
        {"unix:/nowhere/at/all", "unix:/nowhere/else", false},
        {"unix:/tmp", "127.0.0.1:8080", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (socket_same(rows[i].one, rows[i].other) != rows[i].same)
            fail_msg("%s and %s", rows[i].one, rows[i].other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_requests_are_heard),
        cmocka_unit_test(what_could_be_read_two_ways_is_refused),
        cmocka_unit_test(what_is_no_request_is_told),
        cmocka_unit_test(a_fold_is_found_wherever_it_lies),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(each_has_its_own_room),
        cmocka_unit_test(the_slow_do_not_keep_others_out),
        cmocka_unit_test(who_says_nothing_gives_way),
        cmocka_unit_test(who_only_stays_gives_way),
        cmocka_unit_test(all_of_one_address_are_heard),
        cmocka_unit_test(what_is_not_answered_gets_503_at_the_end),
        cmocka_unit_test(a_place_that_is_left_serves_who_has_come),
        cmocka_unit_test(who_left_before_the_answer_harms_nothing),
        cmocka_unit_test(a_unix_socket_will_do),
        cmocka_unit_test(who_may_come_to_a_place),
        cmocka_unit_test(a_place_is_known_however_it_is_written),
        cmocka_unit_test(a_socket_in_use_is_nobody_else_s),
        cmocka_unit_test(who_is_dropped_hears_nothing),
        cmocka_unit_test(a_pretended_time_cuts_nobody_off),
        cmocka_unit_test(where_it_cannot_listen_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
