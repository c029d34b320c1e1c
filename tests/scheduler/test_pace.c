/* SPDX-License-Identifier: Apache-2.0 */
/* Rate, concurrency window, circuit and back-off (S-14, S-15). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scheduler/pace.h"
#include "scheduler/retry.h"

static void rate_holds_its_promise_over_a_minute(void **state)
{
    (void)state;
    struct rate rate;
    rate_init(&rate, 10, 5, 1000);
    int sent = 0;
    for (int64_t now = 1000; now <= 61000; now += 7) {
        int n = rate_available(&rate, now, 3);
        rate_take(&rate, n);
        sent += n;
    }
    /* the burst at the start, then ten a second */
    assert_in_range(sent, 604, 605);
}

static void rate_says_when_the_next_one_may_go(void **state)
{
    (void)state;
    struct rate rate;
    rate_init(&rate, 2, 1, 0);
    assert_int_equal(rate_available(&rate, 0, 10), 1);
    rate_take(&rate, 1);
    assert_int_equal(rate_available(&rate, 0, 10), 0);
    int64_t wait = rate_next(&rate, 0);
    assert_in_range(wait, 500, 501);
    assert_int_equal(rate_available(&rate, wait, 10), 1);
    rate_give_back(&rate, 3); /* never above the burst */
    assert_int_equal(rate_available(&rate, wait, 10), 1);
}

static void rate_without_a_limit_never_waits(void **state)
{
    (void)state;
    struct rate rate;
    rate_init(&rate, 0, 1, 0);
    assert_int_equal(rate_available(&rate, 0, 500), 500);
    rate_take(&rate, 500);
    assert_int_equal(rate_available(&rate, 0, 500), 500);
    assert_int_equal(rate_next(&rate, 0), 0);
}

static void window_grows_when_busy_and_halves_on_trouble(void **state)
{
    (void)state;
    struct window_size window;
    window_size_init(&window, 4, 16);
    assert_int_equal(window_size_free(&window), 4);
    for (int i = 0; i < 100; i++) {
        window_size_take(&window, window_size_free(&window));
        while (window.in_use)
            window_size_done(&window, false);
    }
    assert_int_equal(window_size_free(&window), 16); /* never above most */
    window_size_take(&window, 16);
    window_size_done(&window, true);
    assert_int_equal((int)window.size, 8);
    assert_int_equal(window_size_free(&window), 0); /* 15 still out */
    while (window.in_use)
        window_size_done(&window, true);
    assert_int_equal(window_size_free(&window), 1); /* never closes */
}

static void idle_success_does_not_open_the_window(void **state)
{
    (void)state;
    struct window_size window;
    window_size_init(&window, 8, 64);
    for (int i = 0; i < 50; i++) {
        window_size_take(&window, 1);
        window_size_done(&window, false);
    }
    assert_int_equal(window_size_free(&window), 8);
}

static void circuit_opens_probes_and_closes(void **state)
{
    (void)state;
    struct circuit circuit;
    circuit_init(&circuit);
    for (int i = 0; i < 4; i++)
        circuit_result(&circuit, true, false, 0);
    assert_true(circuit_admits(&circuit, 0)); /* four are not five */
    circuit_result(&circuit, true, false, 0);
    assert_false(circuit_admits(&circuit, 0));
    assert_false(circuit_admits(&circuit, 4999));
    assert_true(circuit_admits(&circuit, 5000)); /* half-open: a probe */
    assert_int_equal(circuit.state, CIRCUIT_HALF_OPEN);
    circuit_result(&circuit, true, false, 5000);
    assert_false(circuit_admits(&circuit, 14999)); /* twice as long */
    assert_true(circuit_admits(&circuit, 15000));
    circuit_result(&circuit, false, false, 15000);
    assert_int_equal(circuit.state, CIRCUIT_CLOSED);
    circuit_result(&circuit, true, true, 20000); /* credentials: at once */
    assert_false(circuit_admits(&circuit, 20001));
}

static void a_late_success_does_not_close_an_open_circuit(void **state)
{
    (void)state;
    struct circuit circuit;
    circuit_init(&circuit);
    circuit_result(&circuit, true, true, 0);
    circuit_result(&circuit, false, false, 10);
    assert_false(circuit_admits(&circuit, 10));
}

static void a_provider_rests_as_long_as_it_says(void **state)
{
    static const struct {
        const char *says;
        enum outcome outcome;
        int64_t said, least, rest;
    } rows[] = {
        {"nothing was said", OUTCOME_THROTTLED, -1, SECOND_MS, 0},
        {"too short to be the provider's", OUTCOME_THROTTLED, 4000, 4000, 0},
        {"an hour", OUTCOME_THROTTLED, HOUR_MS, HOUR_MS, HOUR_MS},
        {"never more than a day", OUTCOME_PROVIDER_DOWN, INT64_MAX,
         24 * HOUR_MS, 24 * HOUR_MS},
        {"a quota", OUTCOME_DAILY_CAP, -1, 4 * HOUR_MS, 4 * HOUR_MS},
        {"the patient's line, not the provider", OUTCOME_BUSY, HOUR_MS, HOUR_MS,
         0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct retry_rule *rule = retry_find(rows[i].outcome);
        if (retry_least(rule, rows[i].said) != rows[i].least ||
            retry_rest(rows[i].outcome, rows[i].said) != rows[i].rest)
            fail_msg("%s", rows[i].says);
    }
    struct circuit circuit;
    circuit_init(&circuit);
    circuit_rest(&circuit, HOUR_MS);
    circuit_result(&circuit, true, true, 0); /* a shorter wait beside it */
    circuit_rest(&circuit, MINUTE_MS);
    assert_false(circuit_admits(&circuit, HOUR_MS - 1));
    assert_true(circuit_admits(&circuit, HOUR_MS));
}

static void backoff_is_capped_jittered_and_honours_retry_after(void **state)
{
    (void)state;
    struct random random = {7};
    int64_t most[4] = {1000, 2000, 32000, 60000};
    int tries[4] = {0, 1, 5, 40};
    for (int row = 0; row < 4; row++) {
        int64_t highest = 0;
        for (int i = 0; i < 2000; i++) {
            int64_t wait = backoff_ms(tries[row], 1000, 60000, 0, &random);
            assert_in_range(wait, 0, most[row]);
            if (wait > highest)
                highest = wait;
        }
        assert_true(highest > most[row] * 9 / 10); /* full jitter */
    }
    assert_int_equal(backoff_ms(0, 1000, 60000, 7000, &random), 7000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_holds_its_promise_over_a_minute),
        cmocka_unit_test(rate_says_when_the_next_one_may_go),
        cmocka_unit_test(rate_without_a_limit_never_waits),
        cmocka_unit_test(window_grows_when_busy_and_halves_on_trouble),
        cmocka_unit_test(idle_success_does_not_open_the_window),
        cmocka_unit_test(circuit_opens_probes_and_closes),
        cmocka_unit_test(a_late_success_does_not_close_an_open_circuit),
        cmocka_unit_test(a_provider_rests_as_long_as_it_says),
        cmocka_unit_test(backoff_is_capped_jittered_and_honours_retry_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
