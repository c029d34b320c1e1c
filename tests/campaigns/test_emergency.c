/* SPDX-License-Identifier: Apache-2.0 */
/* Which words tell whom to call in danger (S-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaigns/emergency.h"

static void a_number_to_call(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text;
        bool told;
    } rows[] = {
        {"as it is written", "Call 911 now (988 in a crisis).", true},
        {"as it is spoken", "hang up and dial 9 1 1.", true},
        {"at the end", "In danger: 911", true},
        {"in Europe and the United Kingdom", "Call 112 or 999.", true},
        {"a crisis line alone is not for a heart", "Crisis: 988.", false},
        {"nothing", "A nurse will call you this week.", false},
        {"no part of a longer number", "Call 1-800-911-0000.", false},
        {"nor of a price", "Pay $1911.", false},
        {"nor one beside another", "Room 12, 9115 Elm St.", false},
        {"and none that a field may bring", "Call {{clinic.phone}}.", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (emergency_told(rows[i].text) != rows[i].told)
            fail_msg("%s: '%s'", rows[i].sentence, rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_number_to_call)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
