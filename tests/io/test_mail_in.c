/* SPDX-License-Identifier: Apache-2.0 */
/* Mail in, byte for byte, and what our own sender makes of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

#include "io/http.h"
#include "io/loop.h"
#include "io/mail_in.h"

struct world {
    struct loop *loop;
    struct mail_in *mail;
    struct timer *step;
    int asked, taken;
    char from[64], to[64], text[512];
    int fd;
    char got[4096];
    size_t len;
    const char *wanted;
    bool closed;
    int64_t until;
    int status;
    enum http_end end;
};

/* nobody@ is refused, gone@ hangs up, mute@ takes the text and hangs up */
static const char *take(void *arg, const struct mail_in_message *message)
{
    struct world *world = arg;
    if (!message->text) {
        world->asked++;
        return strstr(message->to, "nobody@") ? "550 5.1.1 nobody"
               : strstr(message->to, "gone@") ? ""
                                              : NULL;
    }
    world->taken++;
    snprintf(world->from, sizeof(world->from), "%s", message->from);
    snprintf(world->to, sizeof(world->to), "%s", message->to);
    snprintf(world->text, sizeof(world->text), "%s", message->text);
    assert_int_equal(strlen(message->text), message->len);
    return strstr(message->to, "mute@") ? "" : NULL;
}

static void step(void *arg)
{
    struct world *world = arg;
    ssize_t got = recv(world->fd, world->got + world->len,
                       sizeof(world->got) - 1 - world->len, MSG_DONTWAIT);
    world->len += got > 0 ? (size_t)got : 0;
    world->got[world->len] = '\0';
    world->closed |= got == 0 || (got < 0 && errno != EAGAIN);
    if (world->closed || strstr(world->got, world->wanted) ||
        clock_monotonic_ms() > world->until)
        loop_stop(world->loop);
    else
        timer_start(world->step, 2);
}

static void world_open(struct world *world)
{
    struct error err = {0};
    *world = (struct world){.loop = loop_new()};
    world->mail = mail_in_new(world->loop, take, world, &err);
    if (!world->mail)
        fail_msg("%s", err.text);
    world->step = timer_new(world->loop, step, world);
}

static void world_close(struct world *world)
{
    mail_in_free(world->mail);
    timer_free(world->step);
    assert_int_equal(loop_open(world->loop), 0);
    loop_free(world->loop);
}

static int client_open(const struct world *world)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port =
                                 htons((uint16_t)mail_in_port(world->mail)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Says it and waits for `wanted`, or for the end. */
static void talk(struct world *world, const char *text, const char *wanted)
{
    world->len = 0;
    world->wanted = wanted;
    world->until = clock_monotonic_ms() + 5000;
    assert_int_equal(send(world->fd, text, strlen(text), MSG_NOSIGNAL),
                     (ssize_t)strlen(text));
    timer_start(world->step, 0);
    loop_run(world->loop);
}

static void expect(struct world *world, const char *text, const char *wanted)
{
    talk(world, text, wanted);
    if (!strstr(world->got, wanted))
        fail_msg("%s: '%s' instead of '%s'", text, world->got, wanted);
}

#define HELLO "EHLO me\r\nMAIL FROM:<a@example.org> SIZE=9\r\n"

static void a_conversation(void **state)
{
    (void)state;
    static const struct {
        const char *says, *wanted;
    } rows[] = {
        {"", "220 sandbox"},
        {"ehlo me\r\n", "250 8BITMIME\r\n"},
        {"DATA\r\n", "503 "},
        {"RCPT TO:<>\r\n", "501 "},
        {"MAIL FROM:a@example.org\r\n", "501 "},
        {"MAIL FROM:<a@example.org> BODY=8BITMIME\r\n", "250 2.1.0"},
        {"RCPT TO:<nobody@example.org>\r\n", "550 5.1.1 nobody\r\n"},
        {"RCPT TO:<b@example.org>\r\n", "250 2.1.5"},
        {"RCPT TO:<c@example.org>\r\n", "452 "},
        {"DATA\r\n", "354 "},
        {"Subject: x\r\n\r\n..\r\n.dot\r\nMAIL\n.\r\n", "250 2.0.0 Ok\r\n"},
        {"RSET\r\n", "250 "},
        {"VRFY me\r\n", "502 "},
        {"NOOP\r\n", "250 "},
        {"QUIT\r\n", "221 "},
    };
    struct world world;
    world_open(&world);
    world.fd = client_open(&world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(&world, rows[i].says, rows[i].wanted);
    talk(&world, "", "never");
    assert_true(world.closed);
    assert_string_equal(world.from, "a@example.org");
    assert_string_equal(world.to, "b@example.org");
    assert_string_equal(world.text, "Subject: x\r\n\r\n.\r\ndot\r\nMAIL\r\n");
    assert_int_equal(world.taken, 1);
    close(world.fd);
    world_close(&world);
}

static void bad_lines_end_it(void **state)
{
    (void)state;
    struct world world;
    static char line[70000];
    world_open(&world);
    for (int text = 0; text < 2; text++) {
        world.fd = client_open(&world);
        world.closed = false;
        expect(&world, HELLO "RCPT TO:<b@example.org>\r\n", "250 2.1.5");
        if (text)
            expect(&world, "DATA\r\n", "354 ");
        memset(line, 'x', sizeof(line) - 3);
        strcpy(line + sizeof(line) - 3, "\r\n");
        talk(&world, line, "500 ");
        talk(&world, "", "never");
        assert_true(world.closed);
        close(world.fd);
    }
    assert_int_equal(world.taken, 0);
    world_close(&world);
}

static void too_large_a_text_is_refused(void **state)
{
    (void)state;
    struct world world;
    static char line[1001];
    world_open(&world);
    world.fd = client_open(&world);
    expect(&world, HELLO "RCPT TO:<b@example.org>\r\nDATA\r\n", "354 ");
    memset(line, 'x', sizeof(line) - 3);
    strcpy(line + sizeof(line) - 3, "\r\n");
    for (size_t i = 0; i <= MAIL_IN_TEXT_MAX / 1000; i += 50) {
        for (int j = 0; j < 50; j++)
            assert_int_equal(send(world.fd, line, 1000, MSG_NOSIGNAL), 1000);
        world.until = clock_monotonic_ms() + 1;
        world.wanted = "never";
        timer_start(world.step, 0);
        loop_run(world.loop);
    }
    expect(&world, ".\r\n", "552 ");
    expect(&world, "RSET\r\n", "250 ");
    assert_int_equal(world.taken, 0);
    close(world.fd);
    world_close(&world);
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct world *world = arg;
    world->status = answer->status;
    world->end = answer->end;
    loop_stop(world->loop);
}

static void our_sender_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        enum http_end end;
        int status, taken;
    } rows[] = {
        {"b@example.org", HTTP_ANSWERED, 250, 1},
        {"nobody@example.org", HTTP_ANSWERED, 550, 0},
        {"mute@example.org", HTTP_UNKNOWN, 0, 1},
        {"gone@example.org", HTTP_NOT_SENT, 0, 0},
    };
    struct world world;
    struct error err = {0};
    const struct http_limits limits = {0};
    char url[64];
    world_open(&world);
    struct http *http = http_new(world.loop, &limits, &err);
    snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", mail_in_port(world.mail));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mail_request request = {
            .url = url,
            .tls = MAIL_TLS_NONE,
            .from = "a@example.org",
            .to = rows[i].to,
            .message = "Subject: x\r\n\r\nHello\r\n",
            .message_len = 21,
            .total_ms = 5000,
        };
        world.taken = 0;
        assert_true(http_mail(http, &request, on_answer, &world, &err));
        loop_run(world.loop);
        if (world.end != rows[i].end || world.status != rows[i].status ||
            world.taken != rows[i].taken)
            fail_msg("%s: end %d, status %d, taken %d", rows[i].to, world.end,
                     world.status, world.taken);
    }
    http_free(http);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation),
        cmocka_unit_test(bad_lines_end_it),
        cmocka_unit_test(too_large_a_text_is_refused),
        cmocka_unit_test(our_sender_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
