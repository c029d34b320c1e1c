/* SPDX-License-Identifier: Apache-2.0 */
/* Whose word it is, about which message, and when it was said: news that come
 * in any order, numbers that changed hands, campaigns that were launched
 * again, choices that are no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/inbound/house.h"

/* How the next reply comes. */
static struct {
    const char *provider, *id; /* NULL: as it came */
    int64_t ago_ms;            /* said so long before it was heard */
    bool refused, answered;
} how;

static bool told(void *arg, struct clerk *clerk, const char *provider,
                 const struct driver_reply *reply, struct error *err)
{
    struct driver_reply one = *reply;
    if (how.id)
        one.provider_id = how.id;
    one.received_at -= how.ago_ms;
    one.refused = how.refused;
    one.answered = how.answered;
    return house_reply(arg, clerk, how.provider ? how.provider : provider, &one,
                       err);
}

static void open_told(struct world *world, const char *campaigns)
{
    memset(&how, 0, sizeof(how));
    open_house(world);
    world->config.on_reply = told;
    visit(world, 1, 1, "2026-11-27T15:00");
    launch(world, campaigns);
    world_engine(world, NULL);
    world_run(world, "2026-11-24T12:00");
}

static const char refused[] =
    "opt-out of sms; opt-out of voice; opt-out of email; the last one"
    " may not go";

/* L-18: opting in is an act later than the opt-out, whatever comes first. */
static void a_start_lifts_no_later_stop(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    how.ago_ms = HOUR_MS; /* written at 11:20, found at 12:20 */
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:30");
    expect_told(&world, "the older START changes nothing, and a person sees it",
                "task for front desk: opt-in, but the number stays silenced in"
                " 240 min; opt-out of sms; opt-out of voice; opt-out of email; "
                "the last one may"
                " not go");
    assert_int_equal(world_number(&world,
                                  "SELECT verdict = 'revoked' FROM consent"
                                  " ORDER BY at DESC, id DESC LIMIT 1"),
                     1);
    world_close(&world);
}

/* The same, where the STOP was written down before: the later word counts. */
static void the_last_stop_counts(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:20");
    how.ago_ms = 15 * MINUTE_MS; /* between the two */
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:30");
    assert_int_equal(
        world_number(&world, "SELECT count(*) > 0 FROM suppression WHERE"
                             " lifted_at IS NULL AND patient_id IS NOT NULL"),
        1);
    how.ago_ms = 0;
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:40");
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM suppression WHERE lifted_at"
                             " IS NULL AND channel = 'sms'"),
        0);
    world_close(&world);
}

static void a_start_brings_back_what_is_not_too_late(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    expect_state(&world, "day-before", "suppressed");
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:20");
    expect_state(&world, "day-before", "planned");
    world_run(&world, "2026-11-27T09:00");
    expect_state(&world, "day-before", "delivered");
    world_close(&world);
}

/* L-22: a START does not make a number theirs. */
static void a_start_at_a_wrong_number_is_read(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment replies");
    say(&world, ADA, "wrong number");
    world_run(&world, "2026-11-24T12:10");
    size_t sent = world_sent(&world);
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:20");
    expect_told(&world, "nothing is lifted unseen",
                "task for front desk: wrong-number in 240 min; task for front"
                " desk: opt-in, but the number stays silenced in 240 min;"
                " wrong-number of all");
    assert_int_equal(world_sent(&world), sent);
    world_close(&world);
}

/* Two providers may each call something "17". */
static void the_same_id_of_another_provider_is_another(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    how.id = "17";
    how.provider = "first";
    say(&world, ADA, "what floor is it?");
    world_run(&world, "2026-11-24T12:10");
    how.provider = "second";
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:20");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM reply"), 2);
    expect_told(&world, "the STOP is heard",
                "task for front desk: unclear in 240 min; opt-out of sms;"
                " opt-out of voice; opt-out of email; the last one may not go");
    world_close(&world);
}

/* Twilio's advanced opt-out has words of its own. */
static void what_the_provider_takes_as_a_stop_is_one(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment replies");
    how.refused = how.answered = true;
    size_t sent = world_sent(&world);
    say(&world, ADA, "nope");
    world_run(&world, "2026-11-24T12:10");
    expect_told(&world, "whatever its words", refused);
    assert_int_equal(world_sent(&world), sent); /* L-15 */
    world_close(&world);
}

/* L-11: HELP is no consent. A person answers it. */
static void help_after_a_stop_is_for_a_person(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment replies");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:10");
    size_t sent = world_sent(&world);
    say(&world, ADA, "HELP");
    world_run(&world, "2026-11-24T12:20");
    say(&world, ADA, "I can't breathe");
    world_run(&world, "2026-11-24T12:30");
    expect_told(&world, "no text goes there any more, and nothing is dropped",
                "task for front desk: help in 240 min; task for front desk:"
                " emergency in 15 min; opt-out of sms; opt-out of voice; "
                "opt-out of email; the"
                " last one may not go");
    assert_int_equal(world_sent(&world), sent);
    world_close(&world);
}

static void another_s_number_answers_nothing_of_the_former(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    world_sql(&world, "UPDATE contact_point SET gone_at = 1 WHERE patient_id ="
                      " 1 AND kind = 'phone';"
                      "UPDATE contact_point SET value = '" ADA "' WHERE"
                      " patient_id = 2 AND kind = 'phone'");
    say(&world, ADA, "C");
    world_run(&world, "2026-11-24T12:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 0);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'reply' AND reason GLOB 'the number was"
                                  " another*' AND patient_id = 2 AND"
                                  " outreach_id IS NULL"),
                     1);
    world_close(&world);
}

/* L-22: the number is not Bob's; Ada, who has it too, is still reminded. */
static void a_wrong_number_is_whose_message_it_answers(void **state)
{
    (void)state;
    struct world world;
    memset(&how, 0, sizeof(how));
    open_house(&world);
    world_sql(&world, "UPDATE contact_point SET value = '" ADA "' WHERE"
                      " patient_id = 2 AND kind = 'phone'");
    visit(&world, 1, 2, "2026-11-24T15:00");
    visit(&world, 2, 1, "2026-11-26T15:00");
    visit(&world, 3, 2, "2026-11-27T15:00");
    world_launch(&world, reminder("sms", ""));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_sent(&world), 1);
    say(&world, ADA, "wrong number");
    world_run(&world, "2026-11-27T16:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach WHERE"
                                          " patient_id = 1 AND state = 3"),
                     1);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM outreach WHERE"
                                  " patient_id = 2 AND state = 5 AND reason"
                                  " LIKE '%%wrong-number%%'"),
                     1);
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'reply' AND patient_id = 2"),
                     1);
    world_close(&world);
}

/* L-11, L-13: a STOP with it is the whole number's. */
static void a_strangers_stop_is_for_the_number(void **state)
{
    static const char *const texts[] = {
        "Stop texting me. You have the wrong number",
        "Wrong number. STOP",
        "STOP wrong number!!!",
        "STOP numero equivocado",
        "停止 番号が違います",
        "wrong number please remove me from your list",
        "numero equivocado, no me escriban mas",
        "falsche Nummer, bitte nicht mehr schreiben",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct world world;
        memset(&how, 0, sizeof(how));
        open_house(&world);
        world_sql(&world, "UPDATE contact_point SET value = '" ADA "' WHERE"
                          " patient_id = 2 AND kind = 'phone'");
        visit(&world, 1, 2, "2026-11-24T15:00");
        visit(&world, 2, 1, "2026-11-26T15:00");
        world_launch(&world, reminder("sms", ""));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T12:00");
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, texts[i]);
        world_run(&world, "2026-11-26T16:00");
        if (world_sent(&world) != 1)
            fail_msg("%s: %zu more", texts[i], world_sent(&world) - 1);
        world_close(&world);
    }
}

/* A list may have them in any order. */
static void a_stop_undoes_no_later_start(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment");
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T12:10");
    how.ago_ms = HOUR_MS; /* written at 11:20, found at 12:20 */
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T12:30");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM reply WHERE"
                                          " intent = 'opt-out'"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM suppression"
                                          " WHERE lifted_at IS NULL"),
                     0);
    world_close(&world);
}

/* "1" meant another time when it was asked; today it would mean yes. */
static void an_answer_is_to_what_was_sent(void **state)
{
    (void)state;
    struct world world;
    memset(&how, 0, sizeof(how));
    open_house(&world);
    visit(&world, 1, 1, "2026-11-24T15:00");
    world_launch(&world,
                 reminder("sms", "\"replies\": {\"1\": \"reschedule\"},"));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    assert_int_equal(world_sent(&world), 1);
    world_launch(&world, reminder("sms", "\"replies\": {\"1\": \"confirm\"},"));
    world_run(&world, "2026-11-23T12:10");
    say(&world, ADA, "1");
    world_run(&world, "2026-11-23T12:20");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response WHERE"
                                          " intent = 'reschedule'"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 1);
    world_close(&world);
}

/* Two visits were offered, and one of them was cancelled since. */
static void what_is_off_cannot_be_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *says;
        int off;
        const char *told;
    } rows[] = {
        {"the one that is off: a person reads it", "2", 2,
         "task for front desk: it may answer several messages in 240 min; task"
         " for front desk: they chose what is not to come any more in 240 min;"
         " the last one is off; asked which one"},
        {"the other one is still theirs to choose", "2", 1,
         "response confirm on 1/2; task for front desk: it may answer several"
         " messages in 240 min; the last one is off; asked which one"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        memset(&how, 0, sizeof(how));
        open_house(&world);
        visit(&world, 1, 1, "2026-11-27T15:00");
        visit(&world, 2, 1, "2026-11-28T09:00");
        launch(&world, "appointment replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        say(&world, ADA, "C");
        world_run(&world, "2026-11-25T11:10");
        world_sql(&world,
                  "UPDATE appointment SET status = 'cancelled' WHERE id = %d",
                  rows[i].off);
        say(&world, ADA, rows[i].says);
        world_run(&world, "2026-11-25T11:20");
        expect_told(&world, rows[i].sentence, rows[i].told);
        world_close(&world);
    }
}

/* With consent the caps are a choice, and what is urgent passes them. */
#define CONSENT                                                 \
    "INSERT INTO consent(patient_id, verdict, kind, at) VALUES" \
    " (1, 'granted', 'written', 1), (2, 'granted', 'written', 1);"

/* One digit is not known to be the answer to the one or to the other. */
static void a_number_has_one_open_question(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *says, *at;
        size_t sent;
    } rows[] = {
        {"the second one waits", NULL, "2026-11-23T13:50", 1},
        {"until the first was answered", "1", "2026-11-23T11:20", 2},
        {"or for four hours (policy: question)", NULL, "2026-11-23T14:10", 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        memset(&how, 0, sizeof(how));
        open_house(&world);
        world_sql(&world, CONSENT "UPDATE contact_point SET value = '" ADA
                                  "' WHERE patient_id = 2 AND kind = 'phone'");
        world_discharge(&world, 1, "2026-11-22T15:00");
        world_discharge(&world, 2, "2026-11-22T16:00");
        launch(&world, "post-discharge");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T11:00");
        assert_int_equal(world_sent(&world), 1);
        assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach"
                                              " WHERE state = 0 AND reason"
                                              " GLOB 'question: another *'"),
                         1);
        if (rows[i].says)
            say(&world, ADA, rows[i].says);
        world_run(&world, rows[i].at);
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu went out", rows[i].sentence, world_sent(&world));
        assert_int_equal(world_number(&world, "SELECT count(*) FROM response"),
                         rows[i].says != NULL);
        world_close(&world);
    }
}

/* Whichever of a check-in and a visit's question is open, the other waits; of
 * those that are due at once the check-in goes. */
static void a_check_in_goes_first(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *visit_at, *first;
    } rows[] = {
        {"the visit's question is open, the check-in waits", "09:30",
         "day-before"},
        {"both are due: the check-in goes", "10:00", "day-1"},
        {"the check-in is open, the visit's question waits", "11:00", "day-1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char text[4096];
        memset(&how, 0, sizeof(how));
        open_house(&world);
        world_sql(&world, CONSENT);
        world_discharge(&world, 1, "2026-11-22T16:00");
        visit(&world, 1, 1, "2026-11-24T15:00");
        snprintf(text, sizeof(text), "%s",
                 reminder("sms", "\"replies\": {\"1\": \"confirm\"},"));
        memcpy(strstr(text, "10:00"), rows[i].visit_at, 5);
        world_launch(&world, text);
        launch(&world, "post-discharge"); /* at 10:00 */
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T12:00");
        if (world_sent(&world) != 1 ||
            world_number(&world,
                         "SELECT count(*) FROM outreach WHERE step = '%s' AND"
                         " state = 3",
                         rows[i].first) != 1)
            fail_msg("%s: %zu went out", rows[i].sentence, world_sent(&world));
        world_close(&world);
    }
}

/* S-11: whoever took it as a STOP, danger in it reaches a person. */
static void danger_is_heard_in_a_provider_s_stop(void **state)
{
    (void)state;
    struct world world;
    open_told(&world, "appointment replies");
    how.refused = how.answered = true;
    size_t sent = world_sent(&world);
    say(&world, ADA, "STOP I can't breathe");
    world_run(&world, "2026-11-24T12:10");
    expect_told(&world, "as where we read it ourselves",
                "task for front desk: emergency in 15 min; opt-out of sms;"
                " opt-out of voice; opt-out of email; the last one may not go");
    assert_int_equal(world_sent(&world), sent); /* L-15 */
    world_close(&world);
}

/* docs/campaigns.md: what names another day is not tied to the visit that was
 * reminded of. */
static void another_visit_s_end_is_not_this_one_s(void **state)
{
    static const char *const texts[] = {
        "I need to cancel my appointment on Dec 15",
        "cancel my Tuesday appointment",
        "I have to cancel on Tuesday but Friday is fine",
        "Tuesday I need another day",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct world world;
        open_told(&world, "appointment");
        visit(&world, 2, 1, "2026-12-15T09:00");
        say(&world, ADA, texts[i]);
        world_run(&world, "2026-11-24T12:10");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM response"),
                         0);
        expect_told(&world, texts[i],
                    "task for front desk: unclear in 240 min");
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_lifts_no_later_stop),
        cmocka_unit_test(the_last_stop_counts),
        cmocka_unit_test(a_start_brings_back_what_is_not_too_late),
        cmocka_unit_test(a_start_at_a_wrong_number_is_read),
        cmocka_unit_test(the_same_id_of_another_provider_is_another),
        cmocka_unit_test(what_the_provider_takes_as_a_stop_is_one),
        cmocka_unit_test(help_after_a_stop_is_for_a_person),
        cmocka_unit_test(another_s_number_answers_nothing_of_the_former),
        cmocka_unit_test(a_wrong_number_is_whose_message_it_answers),
        cmocka_unit_test(a_strangers_stop_is_for_the_number),
        cmocka_unit_test(a_stop_undoes_no_later_start),
        cmocka_unit_test(an_answer_is_to_what_was_sent),
        cmocka_unit_test(what_is_off_cannot_be_chosen),
        cmocka_unit_test(a_number_has_one_open_question),
        cmocka_unit_test(a_check_in_goes_first),
        cmocka_unit_test(danger_is_heard_in_a_provider_s_stop),
        cmocka_unit_test(another_visit_s_end_is_not_this_one_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
