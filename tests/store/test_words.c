/* SPDX-License-Identifier: Apache-2.0 */
/* Closed lists of words: what an import brings to them, and what is said of a
 * word that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "store/words.h"

static void spellings_come_to_the_word_that_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *words, *text, *expected;
    } rows[] = {
        {WORDS_SEX, "F", "female"},
        {WORDS_SEX, "man", "male"},
        {WORDS_SEX, "fem", NULL},
        {WORDS_SEX, "woman male", NULL},
        {WORDS_SEX, "woman|male", NULL},
        {WORDS_SEX, "", NULL},
        {WORDS_RISK, "HIGH", "high"},
        {WORDS_VISIT, "No_Show", "noshow"},
        {WORDS_VISIT, "waitlist", "waitlist"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char got[WORD_MAX] = "";
        bool found = words_find(rows[i].words, rows[i].text, got);
        if (!text_equal(found ? got : NULL, rows[i].expected))
            fail_msg("%s: got %s", rows[i].text, found ? got : "nothing");
    }
}

static void all_are_there_in_their_order(void **state)
{
    (void)state;
    char word[WORD_MAX];
    assert_true(words_at(WORDS_CHANNEL, 0, word));
    assert_string_equal(word, "sms");
    assert_true(words_at(WORDS_CHANNEL, 2, word));
    assert_string_equal(word, "email");
    assert_false(words_at(WORDS_CHANNEL, 3, word));
}

static void advice_names_the_word_or_all(void **state)
{
    (void)state;
    static const struct {
        const char *words, *text, *expected;
    } rows[] = {
        {WORDS_VISIT, "boked", "; did you mean 'booked'?"},
        {WORDS_VISIT, "Canceled", ": it is kept as 'cancelled'"},
        {WORDS_VISIT, "confirmed", ": it is kept as 'booked'"},
        {WORDS_RISK, "medium", ": low, high"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char got[200];
        assert_string_equal(
            words_advice(rows[i].words, rows[i].text, got, sizeof(got)),
            rows[i].expected);
    }
    char cut[8];
    words_advice(WORDS_DISPOSITION, "nowhere at all", cut, sizeof(cut));
    assert_string_equal(cut, ": home,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_come_to_the_word_that_is_kept),
        cmocka_unit_test(all_are_there_in_their_order),
        cmocka_unit_test(advice_names_the_word_or_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
