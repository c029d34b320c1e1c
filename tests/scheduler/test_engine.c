/* SPDX-License-Identifier: Apache-2.0 */
/* The engine under a virtual clock with the fake driver: what travels, when,
 * and what never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/world.h"

static void a_visit_is_reminded_of_once(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, "2026-11-23T08:00");
    world_launch(&world, reminder("sms", ""));
    world_visit(&world, world_patient(&world), "2026-11-25T09:30");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:59");
    assert_int_equal(world_sent(&world), 0);
    expect_state(&world, "day-before", "planned");
    world_run(&world, "2026-11-24T10:01");
    assert_int_equal(world_sent(&world), 1);
    assert_non_null(strstr(world_message(&world, 0)->text, "9:30"));
    world_run(&world, "2026-12-05T10:00");
    assert_int_equal(world_sent(&world), 1);
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_is_reminded_of_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
