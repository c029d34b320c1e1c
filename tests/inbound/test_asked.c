/* SPDX-License-Identifier: Apache-2.0 */
/* A digit does not tell which question it answers, so a number has one open
 * question of that kind: also where the question is itself an answer of ours
 * ("which visit?", the next one of a check-in). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/inbound/house.h"

#define CONSENT                                                 \
    "INSERT INTO consent(patient_id, verdict, kind, at) VALUES" \
    " (1, 'granted', 'written', 1), (2, 'granted', 'written', 1);"

/* Asks for a digit as soon as it is launched, whatever the caps; "2" is a
 * no. */
static const char due[] =
    "{\"campaign\": \"due\", \"owner\": \"front desk\", \"purpose\":"
    " \"emergency\", \"anchor\": \"patient\", \"audience\": [\"patient.language"
    " = \'en\'\"], \"replies\": {\"1\": \"call-me\", \"2\": \"decline\"},"
    " \"steps\": [{\"step\": \"due\", \"when\": \"on entry\", \"until\": \"10"
    " days after entry\", \"send\": \"sms\", \"message\": \"m\"}], "
    "\"messages\":"
    " {\"m\": {\"en\": {\"sms\": \"{{clinic.public_name}}: you are due. Reply 1"
    " to be called, 2 no thanks. Call {{clinic.phone}}. Reply STOP to opt"
    " out.\"}}}}";

static bool step_is_out(struct world *world, const char *step)
{
    return world_number(world,
                        "SELECT count(*) FROM attempt a JOIN outreach o"
                        " ON o.id = a.outreach_id WHERE o.step GLOB '%s*' AND"
                        " o.patient_id = 1",
                        step) > 0;
}

static bool is_out(struct world *world)
{
    return step_is_out(world, "due");
}

static void says(struct world *world, const char *text, const char *until)
{
    say(world, ADA, text);
    world_run(world, until);
}

static void expect_held(struct world *world, const char *until)
{
    world_run(world, until);
    assert_false(is_out(world));
    expect_reason(world, "due", "question: another question");
}

static void which_one_is_a_question(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, CONSENT);
    visit(&world, 1, 1, "2026-11-27T15:00");
    visit(&world, 2, 1, "2026-11-28T09:00");
    launch(&world, "appointment");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T11:58");
    says(&world, "C", "2026-11-25T12:05");
    world_launch(&world, due);
    expect_held(&world, "2026-11-25T12:30");
    says(&world, "2", "2026-11-25T12:40");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response WHERE"
                                          " intent = 'confirm' AND anchor_id ="
                                          " 2"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 1);
    assert_true(is_out(&world));
    says(&world, "2", "2026-11-25T12:50");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response WHERE"
                                          " intent = 'decline'"),
                     1);
    world_close(&world);
}

/* Whatever waits for an answer waits for what is asked on it, too. */
static void so_is_the_next_one_of_a_check_in(void **state)
{
    (void)state;
    for (int first_is_open = 0; first_is_open < 2; first_is_open++) {
        struct world world;
        open_house(&world);
        world_sql(&world, CONSENT);
        world_discharge(&world, 1, "2026-11-22T16:00");
        launch(&world, "post-discharge");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T11:00");
        if (first_is_open) {
            world_launch(&world, due);
            expect_held(&world, "2026-11-23T11:10");
        }
        says(&world, "1", "2026-11-23T11:20");
        if (!first_is_open)
            world_launch(&world, due);
        expect_held(&world, "2026-11-23T11:30");
        says(&world, "2", "2026-11-23T11:40");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM response"
                                              " WHERE intent = 'decline'"),
                         0);
        assert_true(is_out(&world));
        world_close(&world);
    }
}

/* One that never left asks nothing. */
static void what_did_not_go_out_holds_nothing(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, CONSENT);
    world_discharge(&world, 1, "2026-11-22T16:00");
    launch(&world, "post-discharge");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T11:00");
    world_sql(&world, "UPDATE attempt SET outcome = 10, counts = 0");
    world_launch(&world, due);
    world_run(&world, "2026-11-23T11:10");
    assert_true(is_out(&world));
    world_close(&world);
}

/* Asked at 10:50 which of two visits a "C" is about; the check-in is due at
 * 11:10. */
static void ask_which(struct world *world)
{
    open_house(world);
    world_sql(world, CONSENT);
    visit(world, 1, 1, "2026-11-27T15:00");
    visit(world, 2, 1, "2026-11-28T09:00");
    world_discharge(world, 1, "2026-11-24T17:10");
    launch(world, "appointment post-discharge");
    world_engine(world, NULL);
    world_run(world, "2026-11-25T10:50");
    says(world, "C", "2026-11-25T11:05");
    assert_true(step_is_out(world, "answer several"));
}

static int64_t responses(struct world *world, const char *intent)
{
    return world_number(
        world, "SELECT count(*) FROM response WHERE intent = '%s'", intent);
}

/* A "1" for the first visit is no "I am well". */
static void a_check_in_waits_for_which_one(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *says, *until;
        int64_t confirmed;
        bool out;
    } rows[] = {
        {"it waits", NULL, "2026-11-25T14:40", 0, false},
        {"the digit is the visit's, and then it goes", "1", "2026-11-25T12:10",
         1, true},
        {"four hours", NULL, "2026-11-25T15:10", 0, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        ask_which(&world);
        world_run(&world, "2026-11-25T12:00");
        assert_false(step_is_out(&world, "day-1"));
        expect_reason(&world, "day-1", "question: another question");
        if (rows[i].says)
            say(&world, ADA, rows[i].says);
        world_run(&world, rows[i].until);
        if (responses(&world, "confirm") != rows[i].confirmed ||
            responses(&world, "fine") != 0 ||
            step_is_out(&world, "day-1") != rows[i].out)
            fail_msg("%s", rows[i].sentence);
        world_close(&world);
    }
}

/* Two questions that were open at once: nobody knows whose digit it is. */
static void what_cannot_wait_is_not_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *says, *reason;
        int64_t minutes;
    } rows[] = {
        {"a person reads it", "1", "it may answer several messages", 240},
        {"what may be worse at once", "3", "feeling: red", 15},
        {"what may be a question soon", "2", "it may be feeling: soon", 240},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        ask_which(&world);
        world_sql(&world,
                  "UPDATE outreach SET until_at = %lld WHERE step = 'day-1'",
                  (long long)at("2026-11-25T14:00"));
        world_run(&world, "2026-11-25T11:20");
        assert_true(step_is_out(&world, "day-1"));
        says(&world, rows[i].says, "2026-11-25T11:30");
        if (world_number(&world, "SELECT count(*) FROM response WHERE intent"
                                 " IN ('fine', 'confirm')") != 0 ||
            world_number(&world,
                         "SELECT count(*) FROM (SELECT * FROM task ORDER BY"
                         " id DESC LIMIT 1) WHERE reason = '%s' AND"
                         " due_at - opened_at = %lld * 60000",
                         rows[i].reason, (long long)rows[i].minutes) != 1) {
            expect_told(&world, rows[i].sentence, rows[i].reason);
        }
        world_close(&world);
    }
}

/* Whose wait was over when the check-in went asks no more. */
static void a_check_in_that_waited_is_answered(void **state)
{
    (void)state;
    struct world world;
    ask_which(&world);
    world_run(&world, "2026-11-25T15:10");
    says(&world, "1", "2026-11-25T15:20");
    assert_int_equal(responses(&world, "fine"), 1);
    assert_int_equal(responses(&world, "confirm"), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_one_is_a_question),
        cmocka_unit_test(so_is_the_next_one_of_a_check_in),
        cmocka_unit_test(what_did_not_go_out_holds_nothing),
        cmocka_unit_test(a_check_in_waits_for_which_one),
        cmocka_unit_test(what_cannot_wait_is_not_guessed),
        cmocka_unit_test(a_check_in_that_waited_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
