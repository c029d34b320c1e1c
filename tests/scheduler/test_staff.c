/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the patient of a call is put through to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/civil.h"
#include "campaigns/timing.h"

#include "scheduler/staff.h"

#define ROWS(array) (sizeof(array) / sizeof(array[0]))
#define PHONE "+12125550190"

static void somebody_answers_at_an_open_desk(void **state)
{
    static const struct civil_date holidays[] = {{2026, 11, 26}};
    static const struct calendar_days days = {holidays, ROWS(holidays)};
    static const struct {
        const char *why;
        struct clinic_desk desk;
        const char *at;
        bool answers;
    } rows[] = {
        {"before it opens",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-30T07:59:59-05:00",
         false},
        {"from its first minute",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-30T08:00:00-05:00",
         true},
        {"to its last",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-30T17:59:59-05:00",
         true},
        {"not after",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-30T18:00:00-05:00",
         false},
        {"on the clinic's clock",
         {PHONE, "America/Los_Angeles", 480, 1080},
         "2026-11-30T10:00:00-05:00",
         false},
        {"a clock that nobody knows",
         {PHONE, "Mars/Base", 480, 1080},
         "2026-11-30T10:00:00-05:00",
         false},
        {"not on a Sunday",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-29T10:00:00-05:00",
         false},
        {"not on a holiday",
         {PHONE, "America/New_York", 480, 1080},
         "2026-11-26T10:00:00-05:00",
         false},
        {"hours that nobody wrote down",
         {PHONE, "America/New_York", -1, -1},
         "2026-11-30T10:00:00-05:00",
         false},
        {"no number",
         {"", "America/New_York", 480, 1080},
         "2026-11-30T10:00:00-05:00",
         false},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        instant now;
        assert_true(civil_parse_instant(rows[i].at, &now));
        if (staff_answers(&rows[i].desk, &days, now) != rows[i].answers)
            fail_msg("%s", rows[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody_answers_at_an_open_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
