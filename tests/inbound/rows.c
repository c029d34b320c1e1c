/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/inbound/rows.h"

void rows_expect(const struct row *rows, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        enum words_class got = words_classify(rows[i].text);
        if (got == rows[i].class)
            continue;
        print_error("'%s' is %s, not %s (%s)\n", rows[i].text, words_name(got),
                    words_name(rows[i].class), rows[i].why);
        failed++;
    }
    assert_int_equal(failed, 0);
}

void rows_expect_both(const struct row *rows, size_t count)
{
    size_t failed = 0;
    rows_expect(rows, count);
    for (size_t i = 0; i < count; i++) {
        struct words words;
        words_hear(&words, rows[i].text);
        bool refuses = words_refuse(&words);
        words_free(&words);
        if (refuses)
            continue;
        print_error("'%s' is no STOP (%s)\n", rows[i].text, rows[i].why);
        failed++;
    }
    assert_int_equal(failed, 0);
}
