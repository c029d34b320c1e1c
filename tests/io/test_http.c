/* SPDX-License-Identifier: Apache-2.0 */
/* Requests out against real servers on loopback that behave, and that do not.
 * Every test ends by proving that the loop is empty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"

#include "io/http.h"
#include "io/loop.h"
#include "tests/io/call.h"
#include "tests/io/server.h"
#include "tests/io/tls.h"

static void a_whole_answer_is_answered(void **state)
{
    struct server *server = server_start(accepting_peer, NULL);
    struct call call;

    (void)state;
    call_open(&call);
    call_post(&call, server->port, 0);
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.status, 201);
    assert_string_equal(call.body, "{\"sid\":\"SM1\"}");
    assert_int_equal(call.body_len, 13);
    assert_int_equal(call.retry_after_ms, -1);
    assert_string_equal(call.error, "");
    call_shut(&call);
    server_stop(server);
}

static void connections_are_kept(void **state)
{
    struct server *server = server_start(accepting_peer, NULL);
    struct call call;

    (void)state;
    call_open(&call);
    for (int i = 0; i < 20; i++)
        call_post(&call, server->port, 0);
    assert_int_equal(atomic_load(&server->requests), 20);
    assert_int_equal(atomic_load(&server->connections), 1);
    call_shut(&call);
    server_stop(server);
}

/* --- what goes wrong, and what it proves ------------------------------- */

static void swallow(struct server *server, int fd)
{
    char text[4096];

    if (server_request(fd, text, sizeof text) > 0)
        atomic_fetch_add(&server->requests, 1);
}

static void accept_then_close(struct server *server, int fd, int connection)
{
    (void)connection;
    swallow(server, fd);
}

static void accept_then_reset(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_reset(fd);
}

static void close_in_the_body(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"sid\":");
}

static void close_in_the_headers(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 200 OK\r\nContent-Le");
}

static void only_continue(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void continue_first(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 100 Continue\r\n\r\n"
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

static void negative_length(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok");
}

static void close_in_a_chunk(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n");
}

static void hang(struct server *server, int fd, int connection)
{
    char c;

    accept_then_close(server, fd, connection);
    recv(fd, &c, 1, 0);
}

static void hang_in_the_body(struct server *server, int fd, int connection)
{
    char c;

    close_in_the_body(server, fd, connection);
    recv(fd, &c, 1, 0);
}

static void garbage(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "\x01\x02 what is this?\r\n\r\n\r\n");
}

static void huge_body(struct server *server, int fd, int connection)
{
    char block[1025];

    accept_then_close(server, fd, connection);
    memset(block, 'x', 1024);
    block[1024] = '\0';
    server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n");
    for (int i = 0; i < 64; i++)
        server_say(fd, block);
}

static void huge_headers(struct server *server, int fd, int connection)
{
    char line[1025];

    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.1 200 OK\r\n");
    memset(line, 'x', 1024);
    memcpy(line, "X-A: ", 5);
    memcpy(line + 1022, "\r\n", 3);
    for (int i = 0; i < 300; i++)
        server_say(fd, line);
    server_say(fd, "Content-Length: 0\r\n\r\n");
}

static void redirect(struct server *server, int fd, int connection)
{
    (void)connection;
    answer_all(server, fd,
               "HTTP/1.1 307 Elsewhere\r\nLocation: /other\r\n"
               "Content-Length: 0\r\n\r\n");
}

static void fail_500(struct server *server, int fd, int connection)
{
    (void)connection;
    answer_all(server, fd, "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno");
}

static void until_close(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, "HTTP/1.0 200 OK\r\n\r\nall of it");
}

static void slow_but_whole(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    usleep(100000);
    server_say(fd, "HTTP/1.1 200 OK\r\nConte");
    usleep(100000);
    server_say(fd, "nt-Length: 2\r\n\r\nok");
}

static void each_misbehaviour_is_classified(void **state)
{
    static const struct {
        const char *what;
        server_fn *fn;
        enum http_end end;
        int status;
    } rows[] = {
        {"reads the request, then closes", accept_then_close, HTTP_UNKNOWN, 0},
        {"reads the request, then resets", accept_then_reset, HTTP_UNKNOWN, 0},
        {"closes in the body: a 200 is no proof", close_in_the_body,
         HTTP_UNKNOWN, 200},
        {"closes in the headers", close_in_the_headers, HTTP_UNKNOWN, 200},
        {"closes between chunks", close_in_a_chunk, HTTP_UNKNOWN, 200},
        {"says 100 and closes", only_continue, HTTP_UNKNOWN, 100},
        {"says 100, then 200", continue_first, HTTP_ANSWERED, 200},
        {"promises less than nothing", negative_length, HTTP_UNKNOWN, 200},
        {"reads the request, then says nothing", hang, HTTP_UNKNOWN, 0},
        {"stops in the body", hang_in_the_body, HTTP_UNKNOWN, 200},
        {"answers garbage", garbage, HTTP_UNKNOWN, 0},
        {"answers more than we take", huge_body, HTTP_UNKNOWN, 200},
        {"answers with endless headers", huge_headers, HTTP_UNKNOWN, 200},
        {"redirects: not followed", redirect, HTTP_ANSWERED, 307},
        {"answers 500", fail_500, HTTP_ANSWERED, 500},
        {"ends its answer by closing", until_close, HTTP_ANSWERED, 200},
        {"answers slowly", slow_but_whole, HTTP_ANSWERED, 200},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server *server = server_start(rows[i].fn, NULL);
        struct http_limits limits = {.response_bytes = 16384};
        struct call call;

        call_open_with(&call, &limits);
        call_post(&call, server->port, 600);
        if (call.end != rows[i].end || call.status != rows[i].status)
            fail_msg("%s: end %d status %d (%s)", rows[i].what, call.end,
                     call.status, call.error);
        assert_true((call.end == HTTP_ANSWERED) == (call.error[0] == '\0'));
        assert_int_equal(atomic_load(&server->requests), 1);
        assert_int_equal(atomic_load(&server->connections), 1);
        assert_false(call.misconfigured);
        call_shut(&call);
        server_stop(server);
    }
}

static void answer_from_arg(struct server *server, int fd, int connection)
{
    accept_then_close(server, fd, connection);
    server_say(fd, server->arg);
}

/* Whatever a server that read the request answers, it never reads as "not
 * sent": that would be a second message to the patient. */
static void no_answer_reads_as_not_sent(void **state)
{
    static const char sound[] =
        "HTTP/1.1 201 Created\r\nRetry-After: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    struct random random = {.state = 4711};
    struct call call;

    (void)state;
    call_open(&call);
    for (int i = 0; i < 150; i++) {
        char answer[sizeof sound];
        struct server *server;

        memcpy(answer, sound, sizeof sound);
        for (int k = 0; k <= i % 4; k++)
            answer[random_next(&random) % (sizeof sound - 1)] =
                (char)random_next(&random);
        server = server_start(answer_from_arg, answer);
        call_post(&call, server->port, 500);
        if (call.end == HTTP_NOT_SENT)
            fail_msg("seed %d: %s", i, call.error);
        assert_int_equal(atomic_load(&server->requests), 1);
        server_stop(server);
    }
    call_shut(&call);
}

static void fold_first(struct server *server, int fd, int connection)
{
    (void)connection;
    answer_all(server, fd,
               "HTTP/1.1 200 OK\r\n folded without a header before it\r\n"
               "X-Last: of this answer\r\nContent-Length: 0\r\n\r\n");
}

/* libcurl 7.88 appends such a line to the last header of the handle's former
 * answer, which is freed: seen by the address sanitizer. */
static void an_answer_that_begins_folded_touches_no_old_one(void **state)
{
    struct server *server = server_start(fold_first, NULL);
    struct call call;

    (void)state;
    call_open(&call);
    for (int i = 0; i < 5; i++)
        call_post(&call, server->port, 500);
    assert_int_equal(atomic_load(&server->requests), 5);
    assert_int_not_equal(call.end, HTTP_NOT_SENT);
    call_shut(&call);
    server_stop(server);
}

static void nobody_listening_is_not_sent(void **state)
{
    struct call call;

    (void)state;
    call_open(&call);
    call_post(&call, server_dead_port(), 0);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_int_equal(call.status, 0);
    assert_non_null(strstr(call.error, "connect"));
    assert_false(call.misconfigured);
    call_shut(&call);
}

static void an_unknown_name_is_not_sent(void **state)
{
    struct call call;

    (void)state;
    call_open(&call);
    call_run(&call,
             &(struct http_request){.method = "GET",
                                    .url = "http://no-such-host.invalid/",
                                    .total_ms = 1500});
    assert_int_equal(call.end, HTTP_NOT_SENT);
    call_shut(&call);
}

static void silent(struct server *server, int fd, int connection)
{
    char c;

    (void)server;
    (void)connection;
    while (recv(fd, &c, 1, 0) == 1)
        ;
}

static void a_failed_tls_handshake_is_not_sent(void **state)
{
    static const struct {
        const char *what;
        server_fn *fn;
    } rows[] = {
        {"a server without TLS", garbage},
        {"a server that never answers the handshake", silent},
        {"a server that closes in the handshake", accept_then_close},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server *server = server_start(rows[i].fn, NULL);
        struct http_limits limits = {.connect_ms = 200};
        struct call call;

        call_open_with(&call, &limits);
        snprintf(call.url, sizeof call.url, "https://127.0.0.1:%d/",
                 server->port);
        call_run(&call, &(struct http_request){.method = "POST",
                                               .url = call.url,
                                               .total_ms = 1000});
        if (call.end != HTTP_NOT_SENT)
            fail_msg("%s: %d %s", rows[i].what, call.end, call.error);
        call_shut(&call);
        server_stop(server);
    }
}

static struct tls *tls_of_peer;

static void secure_peer(struct server *server, int fd, int connection)
{
    int plain = tls_wrap(tls_of_peer, fd);

    accepting_peer(server, plain, connection);
    close(plain);
}

static void https_is_verified_and_kept(void **state)
{
    char path[64];

    (void)state;
    snprintf(path, sizeof path, "/tmp/outreach-http-%d.pem", getpid());
    for (int trusted = 0; trusted < 2; trusted++) {
        struct http_limits limits = {0};
        struct server *server;
        struct call call;

        tls_of_peer = tls_new(path);
        server = server_start(secure_peer, NULL);
        limits.ca_file = trusted ? path : NULL;
        call_open_with(&call, &limits);
        snprintf(call.url, sizeof call.url, "https://127.0.0.1:%d/",
                 server->port);
        for (int i = 0; i < 3; i++)
            call_run(&call, &(struct http_request){.method = "POST",
                                                   .url = call.url,
                                                   .body = "a=b",
                                                   .body_len = 3});
        assert_int_equal(call.end, trusted ? HTTP_ANSWERED : HTTP_NOT_SENT);
        assert_int_equal(call.status, trusted ? 201 : 0);
        assert_true(call.misconfigured == !trusted);
        assert_int_equal(atomic_load(&server->requests), trusted ? 3 : 0);
        assert_int_equal(atomic_load(&server->connections), trusted ? 1 : 3);
        call_shut(&call);
        server_stop(server);
        tls_free(tls_of_peer);
    }
    unlink(path);
}

/* --- kept connections that are not what they were ---------------------- */

static void close_when_idle(struct server *server, int fd, int connection)
{
    (void)connection;
    swallow(server, fd);
    server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    usleep(20000);
}

static void one_closed_while_idle_is_replaced(void **state)
{
    struct server *server = server_start(close_when_idle, NULL);
    struct call call;

    (void)state;
    call_open(&call);
    for (int i = 0; i < 3; i++) {
        call_post(&call, server->port, 0);
        assert_int_equal(call.end, HTTP_ANSWERED);
        usleep(60000);
    }
    assert_int_equal(atomic_load(&server->requests), 3);
    assert_int_equal(atomic_load(&server->connections), 3);
    call_shut(&call);
    server_stop(server);
}

/* First request answered; the second is read and the connection closed: the
 * case in which libcurl by itself would send it a second time. */
static void swallow_the_second(struct server *server, int fd, int connection)
{
    close_when_idle(server, fd, connection);
    swallow(server, fd);
    if (server->arg)
        server_reset(fd);
}

static void one_closed_under_a_request_sends_nothing_twice(void **state)
{
    char yes[1];

    (void)state;
    for (int reset = 0; reset < 2; reset++) {
        struct server *server =
            server_start(swallow_the_second, reset ? yes : NULL);
        struct call call;

        call_open(&call);
        call_post(&call, server->port, 0);
        assert_int_equal(call.end, HTTP_ANSWERED);
        call_post(&call, server->port, 0);
        assert_int_equal(call.end, HTTP_UNKNOWN);
        assert_int_equal(call.status, 0);
        usleep(20000);
        assert_int_equal(atomic_load(&server->requests), 2);
        call_shut(&call);
        server_stop(server);
    }
}

static void an_idle_connection_keeps_no_loop_running(void **state)
{
    struct server *server = server_start(accepting_peer, NULL);
    struct call call;
    int64_t begin = clock_monotonic_ms();

    (void)state;
    call_open(&call);
    call_post(&call, server->port,
              0); /* call_run() returns when nothing is waited for */
    assert_true(clock_monotonic_ms() - begin < 2000);
    assert_int_equal(atomic_load(&server->open), 1);
    call_shut(&call);
    server_stop(server);
}

/* --- Retry-After -------------------------------------------------------- */

static void retry_peer(struct server *server, int fd, int connection)
{
    char answer[256];

    (void)connection;
    snprintf(answer, sizeof answer,
             "HTTP/1.1 429 Slow\r\n%sContent-Length: 0\r\n\r\n",
             (const char *)server->arg);
    swallow(server, fd);
    server_say(fd, answer);
}

static void retry_after_is_read(void **state)
{
    char date[96], past[96];
    const struct {
        const char *header;
        int64_t least, most;
    } rows[] = {
        {"", -1, -1},
        {"Retry-After: 7\r\n", 7000, 7000},
        {"retry-after:0\r\n", 0, 0},
        {"Retry-After: soon\r\n", -1, -1},
        {"Retry-After: -5\r\n", -1, -1},
        {"Retry-After: 99999999999999999999\r\n", 7 * 24 * HOUR_MS,
         7 * 24 * HOUR_MS},
        {date, 50000, 60000},
        {past, 0, 0},
    };
    time_t now = (time_t)(clock_now() / SECOND_MS);
    struct tm tm;

    (void)state;
    now += 60;
    strftime(date, sizeof date, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             gmtime_r(&now, &tm));
    now -= 3600;
    strftime(past, sizeof past, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             gmtime_r(&now, &tm));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server *server =
            server_start(retry_peer, (void *)rows[i].header);
        struct call call;

        call_open(&call);
        call_post(&call, server->port, 0);
        assert_int_equal(call.end, HTTP_ANSWERED);
        assert_int_equal(call.status, 429);
        if (call.retry_after_ms < rows[i].least ||
            call.retry_after_ms > rows[i].most)
            fail_msg("%s: %lld", rows[i].header,
                     (long long)call.retry_after_ms);
        call_shut(&call);
        server_stop(server);
    }
}

static void the_other_sides_clock_is_read(void **state)
{
    static const struct {
        const char *header;
        instant date;
    } rows[] = {
        {"", 0},
        {"Date: Thu, 01 Jan 1970 00:01:00 GMT\r\n", MINUTE_MS},
        {"date:Sun, 06 Nov 1994 08:49:37 GMT\r\n", INT64_C(784111777000)},
        {"Date: tomorrow\r\n", 0},
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT                            "
         "                                                  \r\n",
         0},
        {"X-Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server *server =
            server_start(retry_peer, (void *)rows[i].header);
        struct call call;

        call_open(&call);
        call_post(&call, server->port, 0);
        assert_int_equal(call.end, HTTP_ANSWERED);
        if (call.date != rows[i].date)
            fail_msg("%s: %lld", rows[i].header, (long long)call.date);
        call_shut(&call);
        server_stop(server);
    }
}

/* --- many at once, and the end ------------------------------------------ */

#define MANY 500
#define AT_ONCE 32

struct many {
    struct call call;
    int started, answered;
    int port;
};

static void many_next(struct many *many);

static void many_done(void *arg, const struct http_answer *answer)
{
    struct many *many = arg;

    assert_false(many->call.sending);
    if (answer->end == HTTP_ANSWERED && answer->status == 201)
        many->answered++;
    many_next(many);
}

static void many_next(struct many *many)
{
    if (many->started == MANY)
        return;
    many->started++;
    many->call.sending = true;
    assert_true(http_send(
        many->call.http,
        &(struct http_request){.method = "POST",
                               .url = call_url(&many->call, many->port),
                               .body = "x",
                               .body_len = 1},
        many_done, many, NULL));
    many->call.sending = false;
}

static void each_of_many_completes_once(void **state)
{
    struct server *server = server_start(accepting_peer, NULL);
    struct many many = {.port = server->port};

    (void)state;
    call_open(&many.call);
    for (int i = 0; i < AT_ONCE; i++)
        many_next(&many);
    assert_int_equal(http_running(many.call.http), AT_ONCE);
    loop_run(many.call.loop);
    assert_int_equal(many.answered, MANY);
    assert_int_equal(atomic_load(&server->requests), MANY);
    assert_true(atomic_load(&server->connections) <= AT_ONCE);
    call_shut(&many.call);
    server_stop(server);
}

static void stop_loop(void *arg)
{
    loop_stop(arg);
}

static void freeing_accounts_for_what_runs(void **state)
{
    struct server *server = server_start(hang, NULL);
    struct call sent, fresh;
    struct timer *timer;

    (void)state;
    call_open(&sent);
    call_start(&sent,
               &(struct http_request){.method = "POST",
                                      .url = call_url(&sent, server->port)});
    timer = timer_new(sent.loop, stop_loop, sent.loop);
    timer_start(timer, 50);
    loop_run(sent.loop);
    assert_int_equal(sent.done, 0);
    timer_free(timer);
    http_free(sent.http);
    assert_int_equal(sent.done, 1);
    assert_int_equal(sent.end, HTTP_UNKNOWN);
    assert_int_equal(loop_open(sent.loop), 0);
    loop_free(sent.loop);

    call_open(&fresh);
    call_start(&fresh,
               &(struct http_request){.method = "POST",
                                      .url = call_url(&fresh, server->port)});
    http_free(fresh.http);
    assert_int_equal(fresh.done, 1);
    assert_int_equal(fresh.end, HTTP_NOT_SENT);
    loop_free(fresh.loop);
    http_free(NULL);
    server_stop(server);
}

/* A port whose queue is full: who connects waits. */
static int crowded(int *port, int guests[4])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    for (int i = 0; i < 4; i++) {
        guests[i] =
            socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(guests[i], (struct sockaddr *)&address, len);
    }
    *port = ntohs(address.sin_port);
    return fd;
}

static int next_number(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return fd;
}

/* libcurl closes such a socket behind our back; its number comes back. */
static void given_up_while_connecting(void **state)
{
    struct server *server = server_start(accepting_peer, NULL);
    struct call call;
    int port, guests[4], listener = crowded(&port, guests);

    (void)state;
    call_open(&call);
    int number = next_number();
    struct http_request request = {
        .method = "POST", .url = call_url(&call, port), .total_ms = 50};
    for (int i = 0; i < 3; i++) {
        call_run(&call, &request);
        assert_int_equal(call.end, HTTP_NOT_SENT);
    }
    assert_int_equal(next_number(), number);
    call_post(&call, server->port, 500);
    assert_int_equal(call.end, HTTP_ANSWERED);
    call_shut(&call);

    call_open(&call);
    request.total_ms = 5000;
    request.url = call_url(&call, port);
    call_start(&call, &request);
    struct timer *timer = timer_new(call.loop, stop_loop, call.loop);
    timer_start(timer, 50);
    loop_run(call.loop);
    assert_int_equal(call.done, 0);
    timer_free(timer);
    http_free(call.http);
    assert_int_equal(call.done, 1);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    loop_free(call.loop);
    for (int i = 0; i < 4; i++)
        close(guests[i]);
    close(listener);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_answer_is_answered),
        cmocka_unit_test(connections_are_kept),
        cmocka_unit_test(each_misbehaviour_is_classified),
        cmocka_unit_test(no_answer_reads_as_not_sent),
        cmocka_unit_test(an_answer_that_begins_folded_touches_no_old_one),
        cmocka_unit_test(nobody_listening_is_not_sent),
        cmocka_unit_test(an_unknown_name_is_not_sent),
        cmocka_unit_test(a_failed_tls_handshake_is_not_sent),
        cmocka_unit_test(https_is_verified_and_kept),
        cmocka_unit_test(one_closed_while_idle_is_replaced),
        cmocka_unit_test(one_closed_under_a_request_sends_nothing_twice),
        cmocka_unit_test(an_idle_connection_keeps_no_loop_running),
        cmocka_unit_test(retry_after_is_read),
        cmocka_unit_test(the_other_sides_clock_is_read),
        cmocka_unit_test(each_of_many_completes_once),
        cmocka_unit_test(freeing_accounts_for_what_runs),
        cmocka_unit_test(given_up_while_connecting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
