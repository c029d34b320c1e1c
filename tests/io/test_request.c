/* SPDX-License-Identifier: Apache-2.0 */
/* What a request looks like on the wire, and what is refused before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"

#include "io/http.h"
#include "io/loop.h"
#include "tests/io/call.h"
#include "tests/io/server.h"

/* --- what the request looks like --------------------------------------- */

static void every_method_after_every_other(void **state)
{
    static const struct {
        const char *method, *body, *line;
    } rows[] = {
        {"POST", "a=1", "POST /send HTTP/1.1\r\n"},
        {"GET", NULL, "GET /send HTTP/1.1\r\n"},
        {"PUT", "b=22", "PUT /send HTTP/1.1\r\n"},
        {"DELETE", NULL, "DELETE /send HTTP/1.1\r\n"},
        {"POST", NULL, "POST /send HTTP/1.1\r\n"},
        {"PATCH", "c", "PATCH /send HTTP/1.1\r\n"},
        {"GET", NULL, "GET /send HTTP/1.1\r\n"},
    };
    char seen[4096];
    struct server *server = server_start(accepting_peer, seen);
    struct call call;

    (void)state;
    call_open(&call);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = rows[i].body ? strlen(rows[i].body) : 0;
        const char *head;

        call_run(&call,
                 &(struct http_request){.method = rows[i].method,
                                        .url = call_url(&call, server->port),
                                        .body = rows[i].body,
                                        .body_len = len});
        assert_int_equal(call.status, 201);
        assert_memory_equal(seen, rows[i].line, strlen(rows[i].line));
        head = strstr(seen, "\r\n\r\n");
        assert_non_null(head);
        assert_string_equal(head + 4, rows[i].body ? rows[i].body : "");
    }
    assert_int_equal(atomic_load(&server->connections), 1);
    call_shut(&call);
    server_stop(server);
}

static void head_peer(struct server *server, int fd, int connection)
{
    (void)connection;
    answer_all(server, fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
}

static void head_has_no_body(void **state)
{
    struct server *server = server_start(head_peer, NULL);
    struct call call;

    (void)state;
    call_open(&call);
    call_run(&call,
             &(struct http_request){.method = "HEAD",
                                    .url = call_url(&call, server->port)});
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.body_len, 0);
    call_shut(&call);
    server_stop(server);
}

static void headers_change_from_request_to_request(void **state)
{
    const char *json[] = {"Content-Type: application/json", "X-Key: 1", NULL};
    const char *fewer[] = {"Content-Type: application/json", NULL};
    char seen[4096];
    struct server *server = server_start(accepting_peer, seen);
    struct http_request request = {
        .method = "POST", .body = "{}", .body_len = 2};
    struct call call;

    (void)state;
    call_open(&call);
    request.url = call_url(&call, server->port);
    request.headers = json;
    for (int i = 0; i < 2; i++) {
        call_run(&call, &request);
        assert_non_null(strstr(seen, "\r\nContent-Type: application/json\r\n"));
        assert_non_null(strstr(seen, "\r\nX-Key: 1\r\n"));
    }
    request.headers = fewer;
    call_run(&call, &request);
    assert_null(strstr(seen, "X-Key"));
    request.headers = NULL;
    call_run(&call, &request);
    assert_null(strstr(seen, "application/json"));
    assert_non_null(strstr(seen, "\r\nUser-Agent: outreach/"));
    assert_null(strstr(seen, "Accept-Encoding"));
    call_shut(&call);
    server_stop(server);
}

static void credentials_come_and_go(void **state)
{
    char seen[4096];
    struct server *server = server_start(accepting_peer, seen);
    struct http_request request = {
        .method = "GET", .user = "AC1", .password = "pw"};
    struct call call;

    (void)state;
    call_open(&call);
    request.url = call_url(&call, server->port);
    call_run(&call, &request);
    assert_non_null(strstr(seen, "\r\nAuthorization: Basic QUMxOnB3\r\n"));
    request.user = request.password = NULL;
    call_run(&call, &request);
    assert_null(strstr(seen, "Authorization"));
    call_shut(&call);
    server_stop(server);
}

static void a_large_body_goes_without_expect(void **state)
{
    char seen[4096];
    struct server *server = server_start(accepting_peer, seen);
    size_t len = (size_t)2 << 20;
    char *body = malloc(len);
    struct call call;

    (void)state;
    memset(body, 'z', len);
    call_open(&call);
    call_run(&call, &(struct http_request){.method = "POST",
                                           .url = call_url(&call, server->port),
                                           .body = body,
                                           .body_len = len});
    assert_int_equal(call.status, 201);
    assert_null(strstr(seen, "Expect"));
    free(body);
    call_shut(&call);
    server_stop(server);
}

static void what_cannot_begin_is_refused_at_once(void **state)
{
    const char *inject[] = {"X-A: b\r\nX-Evil: 1", NULL};
    const char *nameless[] = {": b", NULL};
    const char *no_colon[] = {"hello", NULL};
    const char *blank[] = {"X A: b", NULL};
    const struct http_request rows[] = {
        {.method = "POST", .url = "http://"},
        {.method = "POST", .url = "not a url"},
        {.method = "POST", .url = "127.0.0.1:80/x"},
        {.method = "POST", .url = "file:///etc/passwd"},
        {.method = "POST", .url = "smtp://127.0.0.1/"},
        {.method = "POST", .url = "http://a\r\nb/"},
        {.method = "POST", .url = "http://127.0.0.1/x y\nz"},
        {.method = "post", .url = "http://127.0.0.1/"},
        {.method = "", .url = "http://127.0.0.1/"},
        {.method = "GET /\r\n", .url = "http://127.0.0.1/"},
        {.method = "GET", .url = "http://127.0.0.1/", .headers = inject},
        {.method = "GET", .url = "http://127.0.0.1/", .headers = nameless},
        {.method = "GET", .url = "http://127.0.0.1/", .headers = no_colon},
        {.method = "GET", .url = "http://127.0.0.1/", .headers = blank},
    };
    struct call call;

    (void)state;
    call_open(&call);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {0};

        if (http_send(call.http, &rows[i], call_done, &call, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_true(err.text[0] != '\0');
    }
    loop_run(call.loop);
    assert_int_equal(call.done, 0);
    call_shut(&call);
}

static void a_unix_socket_serves_too(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char seen[4096];
    struct call call;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)state;
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/outreach-http-%d",
             getpid());
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    call_open(&call);
    call_start(&call, &(struct http_request){.method = "GET",
                                             .url = "http://localhost/x",
                                             .unix_socket = address.sun_path,
                                             .total_ms = 100});
    loop_run(
        call.loop); /* nobody answers: the listener takes it all the same */
    assert_int_equal(call.end, HTTP_UNKNOWN);
    {
        int served = accept(fd, NULL, NULL);

        assert_true(server_request(served, seen, sizeof seen) > 0);
        assert_memory_equal(seen, "GET /x HTTP/1.1\r\n", 17);
        close(served);
    }
    close(fd);
    unlink(address.sun_path);
    call_shut(&call);
}

static void forms_are_escaped(void **state)
{
    struct buf form;

    (void)state;
    buf_init(&form, 1000);
    http_form_add(&form, "To", "+14155550100");
    http_form_add(&form, "Body", "a&b=c d\xC3\xA9\n~-._");
    http_form_add(&form, "Empty", NULL);
    assert_string_equal(form.data, "To=%2B14155550100&Body="
                                   "a%26b%3Dc%20d%C3%A9%0A~-._&Empty=");
    buf_free(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_after_every_other),
        cmocka_unit_test(head_has_no_body),
        cmocka_unit_test(headers_change_from_request_to_request),
        cmocka_unit_test(credentials_come_and_go),
        cmocka_unit_test(a_large_body_goes_without_expect),
        cmocka_unit_test(what_cannot_begin_is_refused_at_once),
        cmocka_unit_test(a_unix_socket_serves_too),
        cmocka_unit_test(forms_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
