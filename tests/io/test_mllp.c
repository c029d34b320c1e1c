/* SPDX-License-Identifier: Apache-2.0 */
/* MLLP frames (F-2), in pieces, many at once, broken, and in order. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "io/loop.h"
#include "io/mllp.h"

struct hospital {
    struct loop *loop;
    struct mllp *mllp;
    struct timer *timer;
    struct buf heard; /* the messages, with '|' between */
    struct mllp_message *held[8];
    size_t held_count;
    bool later; /* answers wait for the timer */
    bool never; /* for it, too */
    int rounds;
};

static void answer(struct mllp_message *message)
{
    char text[600];
    size_t len;
    const char *bytes = mllp_bytes(message, &len);
    int n = snprintf(text, sizeof(text), "A:%.*s", (int)(len < 500 ? len : 500),
                     bytes);
    mllp_answer(message, text, (size_t)n);
}

static void on_message(void *arg, struct mllp_message *message)
{
    struct hospital *it = arg;
    size_t len;
    const char *bytes = mllp_bytes(message, &len);
    if (it->heard.len)
        buf_char(&it->heard, '|');
    if (len < 100)
        buf_add(&it->heard, bytes, len);
    else
        buf_format(&it->heard, "(%zu)", len);
    if (it->later && it->held_count < 8)
        it->held[it->held_count++] = message;
    else
        answer(message);
}

/* Answers what was held, and ends the loop after a while. */
static void on_timer(void *arg)
{
    struct hospital *it = arg;
    size_t count = it->never ? 0 : it->held_count;
    it->held_count -= count;
    for (size_t i = 0; i < count; i++)
        answer(it->held[i]);
    if (++it->rounds == 12)
        loop_stop(it->loop);
    else
        timer_start(it->timer, 10);
}

static void hospital_open(struct hospital *it)
{
    struct error err = {0};
    memset(it, 0, sizeof(*it));
    it->loop = loop_new();
    it->mllp = mllp_new(it->loop, "127.0.0.1:0", on_message, it, &err);
    if (!it->mllp)
        fail_msg("%s", err.text);
    it->timer = timer_new(it->loop, on_timer, it);
    buf_init(&it->heard, 1 << 20);
}

static void hospital_close(struct hospital *it)
{
    timer_free(it->timer);
    mllp_free(it->mllp);
    loop_free(it->loop);
    buf_free(&it->heard);
}

static int call(const struct hospital *it)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)mllp_port(it->mllp)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Lets the loop work for a tenth of a second. */
static void work(struct hospital *it)
{
    it->rounds = 0;
    timer_start(it->timer, 10);
    loop_run(it->loop);
}

static void send_text(int fd, const char *text, size_t len)
{
    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* What came back, with its frames shown as < and >. */
static const char *came(int fd)
{
    static char text[4096];
    ssize_t len = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
    if (len < 0)
        return "(nothing)";
    char *out = text;
    for (ssize_t i = 0; i < len; i++)
        if (text[i] == 0x0b)
            *out++ = '<';
        else if (text[i] == 0x1c)
            *out++ = '>';
        else if (text[i] != '\r')
            *out++ = text[i];
    *out = '\0';
    return text;
}

#define F(text) "\x0b" text "\x1c\r"

static void frames_are_read_however_they_come(void **state)
{
    (void)state;
    static const struct {
        const char *about, *pieces[4];
        const char *heard, *back;
    } rows[] = {
        {"one message", {F("MSH1")}, "MSH1", "<A:MSH1>"},
        {"two in one packet", {F("a") F("b")}, "a|b", "<A:a><A:b>"},
        {"in pieces, also between the ends",
         {"\x0bMS", "H", "\x1c", "\r"},
         "MSH",
         "<A:MSH>"},
        {"noise before, between and behind",
         {"xx\r\n" F("a") "\n\n" F("b") "yy"},
         "a|b",
         "<A:a><A:b>"},
        {"an end without its CR is a byte of the message",
         {"\x0b"
          "a\x1c"
          "b\x1c\r"},
         "a\x1c"
         "b",
         "<A:a>b>"},
        {"an end without its CR, and the next one begins",
         {"\x0b"
          "a\x1c" F("b")},
         "a|b",
         "<A:a><A:b>"},
        {"a frame that never ends is given up for the next one",
         {"\x0b"
          "lost\r" F("b")},
         "b",
         "<A:b>"},
        {"an empty frame is a message, too", {F("")}, "", "<A:>"},
        {"no frame at all", {"MSH|^~\\&|\r"}, "", "(nothing)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int later = 0; later < 2; later++) {
            struct hospital it;
            hospital_open(&it);
            it.later = later;
            int fd = call(&it);
            for (size_t p = 0; p < 4 && rows[i].pieces[p]; p++) {
                send_text(fd, rows[i].pieces[p], strlen(rows[i].pieces[p]));
                work(&it);
            }
            const char *back = came(fd);
            if (!text_equal(back, rows[i].back) ||
                !text_equal(it.heard.data, rows[i].heard))
                fail_msg("%s (%d): heard '%s', sent back '%s'", rows[i].about,
                         later, it.heard.data, back);
            close(fd);
            hospital_close(&it);
        }
    }
}

/* Its sender waits for the answer, and will not send a CR meanwhile. */
static void a_frame_without_its_cr_is_one_after_a_while(void **state)
{
    (void)state;
    struct hospital it;
    hospital_open(&it);
    int fd = call(&it);
    send_text(fd,
              "\x0b"
              "a\x1c",
              3);
    const char *back = "(nothing)";
    for (int i = 0; i < 100 && text_equal(back, "(nothing)"); i++) {
        work(&it);
        back = came(fd);
    }
    assert_string_equal(back, "<A:a>");
    send_text(fd, "\r" F("b"), 5);
    work(&it);
    assert_string_equal(came(fd), "<A:b>");
    close(fd);
    hospital_close(&it);
}

static void the_next_waits_for_the_answer(void **state)
{
    (void)state;
    struct hospital it;
    hospital_open(&it);
    it.later = true;
    int fd = call(&it), other = call(&it);
    send_text(fd, F("a") F("b"), 8);
    send_text(other, F("c"), 4);
    it.never = true;
    work(&it);
    it.never = false;
    assert_true(text_equal(it.heard.data, "a|c") ||
                text_equal(it.heard.data, "c|a"));
    work(&it);
    assert_string_equal(came(fd), "<A:a><A:b>");
    assert_string_equal(came(other), "<A:c>");
    close(fd);
    close(other);
    hospital_close(&it);
}

static void whoever_goes_away_gets_no_answer(void **state)
{
    (void)state;
    struct hospital it;
    hospital_open(&it);
    it.later = true;
    int fd = call(&it);
    send_text(fd, F("a"), 4);
    it.never = true;
    work(&it);
    it.never = false;
    close(fd);
    work(&it);
    assert_string_equal(it.heard.data, "a");
    assert_int_equal(mllp_open(it.mllp), 0);
    hospital_close(&it);
}

/* A frame of so many bytes, and what came back of it until then. */
static void send_large(struct hospital *it, int fd, size_t size)
{
    char *text = malloc(size + 3);
    memset(text, 'x', size + 3);
    memcpy(text,
           "\x0b"
           "MSH",
           4);
    memcpy(text + size + 1, "\x1c\r", 2);
    for (size_t at = 0; at < size + 3;) {
        ssize_t sent =
            send(fd, text + at, size + 3 - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            at += (size_t)sent;
        else
            work(it);
    }
    free(text);
    work(it);
}

/* Whoever sent it hears of it, and sends the next one. */
static void what_is_too_large_is_heard_as_far_as_that(void **state)
{
    (void)state;
    struct hospital it;
    hospital_open(&it);
    int fd = call(&it);
    send_large(&it, fd, MLLP_MESSAGE_MAX);
    assert_string_equal(it.heard.data, "(4194304)");
    assert_memory_equal(came(fd), "<A:MSHx", 7);
    send_large(&it, fd, MLLP_MESSAGE_MAX + 1);
    assert_string_equal(it.heard.data, "(4194304)|(4194305)");
    assert_memory_equal(came(fd), "<A:MSHx", 7);
    send_large(&it, fd, 2 * MLLP_MESSAGE_MAX);
    assert_string_equal(it.heard.data, "(4194304)|(4194305)|(4194305)");
    assert_memory_equal(came(fd), "<A:MSHx", 7);
    send_text(fd, F("a"), 4);
    work(&it);
    assert_string_equal(came(fd), "<A:a>");
    assert_int_equal(mllp_open(it.mllp), 1);
    close(fd);
    hospital_close(&it);
}

static void no_more_connections_than_there_are_places(void **state)
{
    (void)state;
    struct hospital it;
    int fds[MLLP_CONNECTIONS + 8];
    hospital_open(&it);
    for (int i = 0; i < MLLP_CONNECTIONS + 8; i++)
        fds[i] = call(&it);
    work(&it);
    assert_int_equal(mllp_open(it.mllp), MLLP_CONNECTIONS);
    send_text(fds[0], F("a"), 4);
    work(&it);
    assert_string_equal(came(fds[0]), "<A:a>");
    for (int i = 0; i < MLLP_CONNECTIONS + 8; i++)
        close(fds[i]);
    hospital_close(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_however_they_come),
        cmocka_unit_test(a_frame_without_its_cr_is_one_after_a_while),
        cmocka_unit_test(the_next_waits_for_the_answer),
        cmocka_unit_test(whoever_goes_away_gets_no_answer),
        cmocka_unit_test(what_is_too_large_is_heard_as_far_as_that),
        cmocka_unit_test(no_more_connections_than_there_are_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
