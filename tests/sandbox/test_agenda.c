/* SPDX-License-Identifier: Apache-2.0 */
/* What is still to happen, happens in its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sandbox/agenda.h"

static struct agenda *agenda;
static char seen[64];

static void note(void *arg)
{
    strncat(seen, arg, 1);
}

static void note_and_add(void *arg)
{
    note(arg);
    agenda_add(agenda, 20, note, "+");
}

static void begin(void)
{
    agenda = agenda_new();
    seen[0] = '\0';
}

static void the_earliest_comes_first(void **state)
{
    (void)state;
    begin();
    assert_int_equal(agenda_run(agenda, 0), INSTANT_NEVER);
    agenda_add(agenda, 30, note, "e");
    agenda_add(agenda, 10, note, "a");
    agenda_add(agenda, 20, note_and_add, "c");
    agenda_add(agenda, 20, note, "d");
    agenda_add(agenda, 10, note, "b");
    assert_int_equal(agenda_run(agenda, 9), 10);
    assert_string_equal(seen, "");
    assert_int_equal(agenda_run(agenda, 20), 30);
    assert_string_equal(seen, "abcd+");
    agenda_free(agenda); /* "e" does not happen */
    assert_string_equal(seen, "abcd+");
}

static void many_keep_their_order(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 1000; i++)
        agenda_add(agenda, (i * 7919) % 1000, note, "x");
    for (instant now = 0; now < 999; now++) {
        seen[0] = '\0';
        assert_int_equal(agenda_run(agenda, now), now + 1);
        assert_string_equal(seen, "x");
    }
    assert_int_equal(agenda_run(agenda, 999), INSTANT_NEVER);
    agenda_free(agenda);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first),
        cmocka_unit_test(many_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
