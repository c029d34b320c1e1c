/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: timers, wakes, signals, systemd's socket; and that each of them
 * leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#include "io/loop.h"

struct probe {
    struct loop *loop;
    struct timer *timer, *other;
    struct wake *wake;
    char order[32];
    int calls;
    int fd;
};

static void note(struct probe *probe, char c)
{
    size_t len = strlen(probe->order);

    if (len + 1 < sizeof probe->order)
        probe->order[len] = c;
    probe->calls++;
}

static void note_a(void *arg)
{
    note(arg, 'a');
}

static void note_b(void *arg)
{
    note(arg, 'b');
}

static void note_c(void *arg)
{
    note(arg, 'c');
}

/* Ends a test: the loop must be empty once its owner freed what was its. */
static void end(struct loop *loop)
{
    assert_int_equal(loop_open(loop), 0);
    loop_free(loop);
}

static void timers_fire_in_the_order_of_their_time(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct timer *a = timer_new(probe.loop, note_a, &probe);
    struct timer *b = timer_new(probe.loop, note_b, &probe);
    struct timer *c = timer_new(probe.loop, note_c, &probe);

    (void)state;
    timer_start(a, 30);
    timer_start(b, 10);
    timer_start(c, 0);
    loop_run(probe.loop);
    assert_string_equal(probe.order, "cba");
    timer_free(a);
    timer_free(b);
    timer_free(c);
    end(probe.loop);
}

static void a_timer_waits_as_long_as_asked(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct timer *a = timer_new(probe.loop, note_a, &probe);
    int64_t begin = clock_monotonic_ms();

    (void)state;
    usleep(20000); /* the loop's own idea of now is old: not counted */
    timer_start(a, 20);
    loop_run(probe.loop);
    assert_true(clock_monotonic_ms() - begin >= 39);
    assert_int_equal(probe.calls, 1);
    timer_free(a);
    end(probe.loop);
}

static void starting_again_replaces_the_earlier_start(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct timer *a = timer_new(probe.loop, note_a, &probe);
    struct timer *b = timer_new(probe.loop, note_b, &probe);

    (void)state;
    timer_start(a, 0);
    timer_start(a, 20);
    timer_start(a, 1);
    timer_start(b, 1000);
    timer_start(b, 0);
    timer_start(b, 0);
    loop_run(probe.loop);
    assert_string_equal(probe.order, "ba");
    timer_free(a);
    timer_free(b);
    end(probe.loop);
}

static void a_stopped_or_freed_timer_never_fires(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct timer *a = timer_new(probe.loop, note_a, &probe);
    struct timer *b = timer_new(probe.loop, note_b, &probe);
    struct timer *c = timer_new(probe.loop, note_c, &probe);
    struct timer *last = timer_new(probe.loop, note_c, &probe);

    (void)state;
    timer_start(a, 0);
    timer_stop(a);
    timer_start(c, 0);
    timer_free(c);
    timer_start(b, 5);
    timer_stop(b);
    timer_start(last, 15);
    loop_run(probe.loop);
    assert_string_equal(probe.order, "c");
    timer_free(a);
    timer_free(b);
    timer_free(last);
    timer_free(NULL);
    end(probe.loop);
}

static void stop_the_other(void *arg)
{
    struct probe *probe = arg;

    note(probe, 'x');
    timer_stop(probe->other);
}

static void a_timer_may_stop_one_that_is_due_with_it(void **state)
{
    struct probe probe = {.loop = loop_new()};

    (void)state;
    probe.timer = timer_new(probe.loop, stop_the_other, &probe);
    probe.other = timer_new(probe.loop, note_a, &probe);
    timer_start(probe.timer, 0);
    timer_start(probe.other, 0);
    loop_run(probe.loop);
    assert_string_equal(probe.order, "x");
    timer_free(probe.timer);
    timer_free(probe.other);
    end(probe.loop);
}

static void free_itself(void *arg)
{
    struct probe *probe = arg;

    note(probe, 'f');
    timer_free(probe->timer);
}

static void a_timer_may_free_itself(void **state)
{
    (void)state;
    for (int after = 0; after < 2; after++) {
        struct probe probe = {.loop = loop_new()};

        probe.timer = timer_new(probe.loop, free_itself, &probe);
        timer_start(probe.timer, after);
        loop_run(probe.loop);
        assert_string_equal(probe.order, "f");
        end(probe.loop);
    }
}

static void again_at_once(void *arg)
{
    struct probe *probe = arg;

    probe->calls++;
    if (probe->calls < 1000000)
        timer_start(probe->timer, 0);
}

static void stop_all(void *arg)
{
    struct probe *probe = arg;

    loop_stop(probe->loop);
}

/* With libuv's own timers of 0 ms this never comes back. */
static void a_chain_of_immediate_timers_starves_nobody(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct wake *wake = wake_new(probe.loop, stop_all, &probe);

    (void)state;
    probe.timer = timer_new(probe.loop, again_at_once, &probe);
    timer_start(probe.timer, 0);
    wake_send(wake);
    loop_run(probe.loop);
    assert_true(probe.calls < 1000);
    timer_free(probe.timer);
    wake_free(wake);
    end(probe.loop);
}

static void woken(void *arg)
{
    struct probe *probe = arg;

    probe->calls++;
    wake_free(probe->wake);
}

static void *wake_from_a_thread(void *arg)
{
    usleep(5000);
    wake_send(arg);
    return NULL;
}

static void another_thread_wakes_the_loop(void **state)
{
    struct probe probe = {.loop = loop_new()};
    pthread_t thread;

    (void)state;
    probe.wake = wake_new(probe.loop, woken, &probe);
    pthread_create(&thread, NULL, wake_from_a_thread, probe.wake);
    loop_run(probe.loop);
    pthread_join(thread, NULL);
    assert_int_equal(probe.calls, 1);
    wake_free(NULL);
    end(probe.loop);
}

static void caught(void *arg, int signum)
{
    struct probe *probe = arg;

    probe->calls = signum;
    loop_stop(probe->loop);
}

static void raise_it(void *arg)
{
    (void)arg;
    kill(getpid(), SIGUSR1);
}

static void a_signal_is_an_ordinary_call(void **state)
{
    struct probe probe = {.loop = loop_new()};
    struct timer *raiser = timer_new(probe.loop, raise_it, &probe);
    struct timer *guard = timer_new(probe.loop, stop_all, &probe);

    (void)state;
    assert_true(loop_on_signal(probe.loop, SIGUSR1, caught, &probe));
    assert_false(loop_on_signal(probe.loop, 9999, caught, &probe));
    timer_start(raiser, 1);
    timer_start(guard, 2000);
    loop_run(probe.loop);
    assert_int_equal(probe.calls, SIGUSR1);
    timer_free(raiser);
    timer_free(guard);
    assert_int_equal(loop_open(probe.loop), 1); /* the signal, until the end */
    loop_free(probe.loop);
}

static void a_signal_watch_keeps_no_loop_alive(void **state)
{
    struct probe probe = {.loop = loop_new()};

    (void)state;
    assert_true(loop_on_signal(probe.loop, SIGUSR1, caught, &probe));
    loop_run(probe.loop);
    assert_int_equal(probe.calls, 0);
    loop_free(probe.loop);
}

static void loop_free_ends_what_nobody_freed(void **state)
{
    struct probe probe = {.loop = loop_new()};

    (void)state;
    timer_start(timer_new(probe.loop, note_a, &probe), 60000);
    timer_start(timer_new(probe.loop, note_b, &probe), 0);
    wake_new(probe.loop, note_c, &probe);
    assert_int_equal(loop_open(probe.loop), 3);
    loop_free(probe.loop);
    loop_free(NULL);
    assert_int_equal(probe.calls, 0);
}

static int notify_server(const char *path, size_t len)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    memcpy(address.sun_path, path, len);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    assert_int_equal(
        bind(fd, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
        0);
    return fd;
}

static void systemd_is_told_by_path_and_by_abstract_name(void **state)
{
    char names[2][64], got[32];

    (void)state;
    snprintf(names[0], sizeof names[0], "/tmp/outreach-notify-%d", getpid());
    snprintf(names[1], sizeof names[1], "@outreach-notify-%d", getpid());
    for (int i = 0; i < 2; i++) {
        int fd = notify_server(names[i], strlen(names[i]));
        ssize_t n;

        setenv("NOTIFY_SOCKET", names[i], 1);
        loop_notify("READY=1");
        n = recv(fd, got, sizeof got, MSG_DONTWAIT);
        assert_int_equal(n, 7);
        assert_memory_equal(got, "READY=1", 7);
        close(fd);
    }
    unlink(names[0]);
    unsetenv("NOTIFY_SOCKET");
}

static void without_systemd_nothing_is_told(void **state)
{
    static const char *const odd[] = {"", "@", "relative/name",
                                      "/nonexistent/outreach/notify"};

    (void)state;
    unsetenv("NOTIFY_SOCKET");
    loop_notify("READY=1");
    for (size_t i = 0; i < 4; i++) {
        setenv("NOTIFY_SOCKET", odd[i], 1);
        loop_notify("READY=1");
    }
    unsetenv("NOTIFY_SOCKET");
    assert_null(getenv("NOTIFY_SOCKET"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_the_order_of_their_time),
        cmocka_unit_test(a_timer_waits_as_long_as_asked),
        cmocka_unit_test(starting_again_replaces_the_earlier_start),
        cmocka_unit_test(a_stopped_or_freed_timer_never_fires),
        cmocka_unit_test(a_timer_may_stop_one_that_is_due_with_it),
        cmocka_unit_test(a_timer_may_free_itself),
        cmocka_unit_test(a_chain_of_immediate_timers_starves_nobody),
        cmocka_unit_test(another_thread_wakes_the_loop),
        cmocka_unit_test(a_signal_is_an_ordinary_call),
        cmocka_unit_test(a_signal_watch_keeps_no_loop_alive),
        cmocka_unit_test(loop_free_ends_what_nobody_freed),
        cmocka_unit_test(systemd_is_told_by_path_and_by_abstract_name),
        cmocka_unit_test(without_systemd_nothing_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
