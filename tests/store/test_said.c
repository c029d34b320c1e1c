/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns were said when, as the text that a row keeps of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"

#include "store/said.h"

static void what_is_said_is_noted(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said;
        instant source_at;
        uint64_t columns;
        instant at;
        const char *becomes;
    } rows[] = {
        {"the first word", "0", 10, 6, 10, "6"},
        {"the same columns later", "6", 10, 6, 20, "6"},
        {"fewer columns later", "6", 10, 4, 20, "4 10:2"},
        {"other columns later", "6", 10, 9, 20, "9 10:6"},
        {"all of them again", "4 10:2", 20, 6, 30, "6"},
        {"at the same moment", "6", 10, 8, 10, "e"},
        {"late: what nobody said yet", "6", 20, 9, 10, "6 10:9"},
        {"late: what was said since stays", "6", 20, 12, 10, "6 10:8"},
        {"late: all of it was said since", "6", 20, 6, 10, "6"},
        {"late, between two", "4 10:3", 30, 7, 20, "4 20:3"},
        {"late, as old as another", "4 10:2", 30, 8, 10, "4 10:a"},
        {"a word about no column", "6", 10, 0, 20, "0 10:6"},
        {"behind such a one", "0 10:6", 20, 2, 30, "2 10:4"},
        {"nobody knows which: all of them", NULL, 10, 2, 20,
         "2 10:fffffffffffffffd"},
        {"late news of such a row", NULL, 20, 2, 10, "ffffffffffffffff"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[SAID_MAX];
        said_add(out, rows[i].said, rows[i].source_at, rows[i].columns,
                 rows[i].at);
        if (!text_equal(out, rows[i].becomes))
            fail_msg("%s: %s", rows[i].sentence, out);
    }
}

static void newer_words_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said;
        instant at;
        uint64_t newer;
    } rows[] = {
        {"than the newest, none", "4 20:2 10:1", 30, 0},
        {"than one between", "4 20:2 10:1", 20, 4},
        {"than the oldest", "4 20:2 10:1", 5, 7},
        {"of a row of which nobody knows", NULL, 29, UINT64_MAX},
        {"but not of a later one", NULL, 30, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (said_since(rows[i].said, 30, rows[i].at) != rows[i].newer)
            fail_msg("%s", rows[i].sentence);
}

/* Each of 63 columns at a moment of its own. */
static void the_longest_text_fits(void **state)
{
    (void)state;
    char said[SAID_MAX] = "0", next[SAID_MAX];
    for (int column = 0; column < 63; column++) {
        instant at = 4102444800000 + column;
        said_add(next, said, at - 1, SAID_BIT(column), at);
        text_copy(said, sizeof(said), next);
    }
    for (int column = 0; column < 63; column++)
        assert_true(said_since(said, 4102444800062, 4102444800000 + column) ==
                    (UINT64_MAX >> 1 & ~(SAID_BIT(column + 1) - 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_is_noted),
        cmocka_unit_test(newer_words_are_found),
        cmocka_unit_test(the_longest_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
