/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded texts, arenas, errors and the pretended clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

static void test_a_buf_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    assert_string_equal(buf.data, "");
    buf_text(&buf, "");
    assert_string_equal(buf.data, "");
    for (int i = 0; i < 500; i++) {
        buf_char(&buf, 'a');
        assert_int_equal(buf.data[buf.len], '\0');
    }
    buf_format(&buf, "%d-%s", 42, "x");
    assert_int_equal(buf.len, 504);
    assert_string_equal(buf.data + 500, "42-x");
    buf_add(&buf, "\0b", 2);
    assert_int_equal(buf.len, 506);
    assert_false(buf.overflow);
    buf_free(&buf);
    assert_string_equal(buf.data, "");
    buf_text(&buf, "again");
    assert_string_equal(buf.data, "again");
    buf_free(&buf);
}

static void test_past_the_limit_nothing_is_added(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    buf_text(&buf, "0123456789");
    assert_false(buf.overflow);
    assert_int_equal(buf.len, 10);
    buf_char(&buf, 'x');
    assert_true(buf.overflow);
    assert_string_equal(buf.data, "0123456789");
    buf_reset(&buf);
    assert_false(buf.overflow);
    assert_string_equal(buf.data, "");
    buf_text(&buf, "12345");
    buf_text(&buf, "678901"); /* one too many: not even a part of it */
    assert_true(buf.overflow);
    buf_text(&buf, "6"); /* would fit, but the text already has a hole */
    buf_char(&buf, '6');
    buf_format(&buf, "%d", 6);
    assert_string_equal(buf.data, "12345");
    buf_free(&buf);
}

static void test_formats_longer_than_the_stack_and_the_limit(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 2000);
    buf_format(&buf, "%01000d", 7);
    assert_int_equal(buf.len, 1000);
    assert_int_equal(buf.data[999], '7');
    buf_format(&buf, "%01001d", 7);
    assert_true(buf.overflow);
    assert_int_equal(buf.len, 1000);
    buf_free(&buf);
    buf_init(&buf, 0);
    buf_text(&buf, "a");
    assert_true(buf.overflow);
    assert_string_equal(buf.data, "");
    buf_free(&buf);
}

static void test_a_taken_text_belongs_to_the_caller(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    char *empty = buf_take(&buf);
    assert_string_equal(empty, "");
    free(empty);
    buf_text(&buf, "mine");
    char *text = buf_take(&buf);
    assert_string_equal(text, "mine");
    assert_string_equal(buf.data, "");
    assert_int_equal(buf.len, 0);
    buf_text(&buf, "other");
    assert_string_equal(text, "mine");
    free(text);
    buf_free(&buf);
}

static void test_an_arena_gives_zeroed_aligned_blocks(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const size_t sizes[] = {0, 1, 7, 16, 100, 5000, 100000, 3};
    for (int round = 0; round < 200; round++) {
        size_t size = sizes[round % 8];
        unsigned char *block = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xAA, size);
    }
    assert_string_equal(arena_text(arena, "one"), "one");
    assert_string_equal(arena_text_n(arena, "onetwo", 3), "one");
    assert_string_equal(arena_format(arena, "%s-%05d", "n", 42), "n-00042");
    assert_null(arena_text(arena, NULL));
    arena_free(arena);
    arena_free(NULL);
}

static void test_copies_of_text(void **state)
{
    (void)state;
    char *copy = memory_text("abc");
    assert_string_equal(copy, "abc");
    free(copy);
    copy = memory_text_n("abcdef", 2);
    assert_string_equal(copy, "ab");
    free(copy);
    assert_null(memory_text(NULL));
    int *numbers = memory_grow(NULL, 2, sizeof(int));
    numbers[1] = 7;
    numbers = memory_grow(numbers, 1000, sizeof(int));
    assert_int_equal(numbers[1], 7);
    free(numbers);
}

static void test_errors_say_what_and_where(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    assert_false(error_set(&err, ERROR_INPUT, "row %d: no date", 3));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_false(error_in(&err, "%s", "patients.csv"));
    assert_string_equal(err.text, "patients.csv: row 3: no date");
    assert_int_equal(err.kind, ERROR_INPUT);
    /* its own text may be an argument */
    error_set(&err, ERROR_CANNOT, "again: %s", err.text);
    assert_string_equal(err.text, "again: patients.csv: row 3: no date");
    assert_false(error_set(NULL, ERROR_INPUT, "nobody asks"));
    assert_false(error_in(NULL, "nobody asks"));
}

static void test_long_errors_are_cut_between_characters(void **state)
{
    (void)state;
    struct error err;
    char word[3000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(word, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof(word); i += 4)
            memcpy(word + i, "\xF0\x9F\x98\x80", 4);
        word[2996] = '\0';
        error_set(&err, ERROR_INPUT, "%s", word);
        size_t len = strlen(err.text);
        assert_true(len < sizeof(err.text) && len > sizeof(err.text) - 8);
        assert_int_equal((len - shift) % 4, 0);
        error_in(&err, "a long context %s", word);
        assert_true(strlen(err.text) < sizeof(err.text));
        assert_memory_equal(err.text, "a long context ", 15);
    }
    int most = (int)sizeof(err.text) - 1;
    error_set(&err, ERROR_INPUT, "%0*d", most, 1);
    assert_int_equal(strlen(err.text), most);
    error_in(&err, "where");
    assert_int_equal(strlen(err.text), most);
    assert_memory_equal(err.text, "where: 000", 10);
}

static void test_exit_codes_follow_the_kind(void **state)
{
    (void)state;
    assert_int_equal(error_exit_code(ERROR_NONE), 0);
    assert_int_equal(error_exit_code(ERROR_INPUT), 1);
    assert_int_equal(error_exit_code(ERROR_USAGE), 2);
    assert_int_equal(error_exit_code(ERROR_CANNOT), 3);
    assert_int_equal(error_exit_code(ERROR_BUSY), 3);
    assert_int_equal(error_exit_code(ERROR_FULL), 3);
    assert_int_equal(error_exit_code(ERROR_CORRUPT), 3);
}

static void test_a_pretended_clock_stands_still_and_never_goes_back(
    void **state)
{
    (void)state;
    assert_false(clock_is_pretended());
    instant real = clock_now();
    assert_true(real > INT64_C(1700000000000));
    int64_t before = clock_monotonic_ms();
    assert_true(clock_monotonic_ms() >= before);
    clock_pretend(5000);
    assert_true(clock_is_pretended());
    assert_true(clock_now() == 5000);
    assert_true(clock_monotonic_ms() == 5000);
    clock_pretend(4000);
    assert_true(clock_now() == 5000);
    clock_pretend(6000);
    assert_true(clock_now() == 6000);
    clock_real();
    assert_false(clock_is_pretended());
    assert_true(clock_now() >= real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_buf_grows_and_stays_terminated),
        cmocka_unit_test(test_past_the_limit_nothing_is_added),
        cmocka_unit_test(test_formats_longer_than_the_stack_and_the_limit),
        cmocka_unit_test(test_a_taken_text_belongs_to_the_caller),
        cmocka_unit_test(test_an_arena_gives_zeroed_aligned_blocks),
        cmocka_unit_test(test_copies_of_text),
        cmocka_unit_test(test_errors_say_what_and_where),
        cmocka_unit_test(test_long_errors_are_cut_between_characters),
        cmocka_unit_test(test_exit_codes_follow_the_kind),
        cmocka_unit_test(
            test_a_pretended_clock_stands_still_and_never_goes_back),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
