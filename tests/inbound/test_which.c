/* SPDX-License-Identifier: Apache-2.0 */
/* Which of several questions a text answers: those that were answered before,
 * those of visits that are off, check-ins beside reminders, and "which one?"
 * itself. Stories, each with what the patient writes and what is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/inbound/house.h"

#define CONSENT                                                 \
    "INSERT INTO consent(patient_id, verdict, kind, at) VALUES" \
    " (1, 'granted', 'written', 1), (2, 'granted', 'written', 1);"

/* Ada's visits on Friday and Saturday, reminded of on Wednesday. */
static void two_visits(struct world *world, const char *campaigns)
{
    open_house(world);
    visit(world, 1, 1, "2026-11-27T15:00");
    visit(world, 2, 1, "2026-11-28T09:00");
    launch(world, campaigns);
}

static void says(struct world *world, const char *text, const char *until)
{
    say(world, ADA, text);
    world_run(world, until);
}

static bool by_provider(void *arg, struct clerk *clerk, const char *provider,
                        const struct driver_reply *reply, struct error *err)
{
    struct driver_reply told = *reply;
    told.answered = true;
    return house_reply(arg, clerk, provider, &told, err);
}

/* Everything that patients decided, oldest first: "confirm/2". */
static void expect_decided(struct world *world, const char *sentence,
                           const char *decided)
{
    int64_t same = world_number(
        world,
        "SELECT coalesce((SELECT group_concat(intent || '/' || anchor_id, ' ')"
        " FROM (SELECT * FROM response ORDER BY id)), '') = '%s'",
        decided);
    if (!same)
        fail_msg("%s: not %s", sentence, decided);
}

static int64_t nurses(struct world *world)
{
    return world_number(world, "SELECT count(*) FROM task WHERE kind = 'reply'"
                               " AND owner GLOB '*nurse*'");
}

/* "2" once said "I have a question"; now it asks for another time. */
static void an_answered_check_in_is_over(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    world_discharge(&world, 1, "2026-11-22T16:00");
    launch(&world, "post-discharge");
    world_launch(&world,
                 reminder("sms", "\"replies\": {\"1\": \"confirm\", \"2\":"
                                 " \"reschedule\"},"));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    says(&world, "1", "2026-11-23T12:10"); /* well */
    says(&world, "1", "2026-11-23T12:20"); /* has the medicines */
    world_run(&world, "2026-11-26T11:00");
    says(&world, "2", "2026-11-26T11:10");
    expect_decided(&world, "it is about the visit",
                   "fine/1 fine/1 reschedule/1");
    assert_int_equal(nurses(&world), 0);
    world_close(&world);
}

/* But who was well and is worse now is heard. */
static void an_answer_can_be_taken_back(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_discharge(&world, 1, "2026-11-22T16:00");
    launch(&world, "post-discharge");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    says(&world, "2", "2026-11-23T12:10"); /* a question */
    says(&world, "3", "2026-11-23T12:20");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " reason = 'feeling: red'"),
                     1);
    world_close(&world);
}

static void another_wish_is_asked_anew(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *texts[4], *decided;
    } rows[] = {
        {"what was wished last is what the number is for",
         {"R", "C", "1"},
         "confirm/1"},
        {"also where the former wish had its number",
         {"R", "2", "C", "1"},
         "reschedule/2 confirm/1"},
        {"a number that was given answers nothing more",
         {"R", "2", "1"},
         "reschedule/2"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        two_visits(&world, "appointment replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        for (int k = 0; k < 4 && rows[i].texts[k]; k++) {
            char later[32];
            snprintf(later, sizeof(later), "2026-11-25T11:%d0", k + 1);
            says(&world, rows[i].texts[k], later);
        }
        expect_decided(&world, rows[i].sentence, rows[i].decided);
        world_close(&world);
    }
}

static void a_visit_that_is_off_is_not_another(void **state)
{
    (void)state;
    static const char shared[] = "UPDATE contact_point SET value = '" ADA
                                 "' WHERE patient_id = 2 AND kind = 'phone';"
                                 "UPDATE appointment SET patient_id = 2 WHERE"
                                 " id = 2;" CONSENT;
    static const struct {
        const char *sentence, *facts, *then, *text, *decided;
    } rows[] = {
        {"the last one is off: the other is not confirmed for it", "",
         "UPDATE appointment SET status = 'cancelled' WHERE id = 2", "C", ""},
        {"nor asked for another time", "",
         "UPDATE appointment SET status = 'cancelled' WHERE id = 2", "R", ""},
        {"nor by a yes", "",
         "UPDATE appointment SET status = 'cancelled' WHERE id = 2", "yes", ""},
        {"the same where it was moved", "",
         "UPDATE appointment SET start_local = '2026-12-05T09:00:00', start_at"
         " = start_at + 604800000 WHERE id = 2",
         "C", ""},
        {"the first one is off: the last one is meant", "",
         "UPDATE appointment SET status = 'cancelled' WHERE id = 1", "C",
         "confirm/2"},
        {"two adults behind one number: neither's is confirmed", shared,
         "UPDATE appointment SET status = 'cancelled' WHERE id = 1", "C", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        two_visits(&world, "appointment replies");
        if (rows[i].facts[0])
            world_sql(&world, "%s", rows[i].facts);
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        assert_int_equal(world_sent(&world), 2);
        world_sql(&world, "%s", rows[i].then);
        says(&world, rows[i].text, "2026-11-25T11:10");
        expect_decided(&world, rows[i].sentence, rows[i].decided);
        assert_int_equal(world_number(&world,
                                      "SELECT count(*) FROM task WHERE kind ="
                                      " 'reply' AND reason = 'it may be about a"
                                      " visit that is off or moved'"),
                         rows[i].decided[0] == '\0');
        world_close(&world);
    }
}

/* A digit that is said after a check-in is said to it. */
static void the_check_in_that_came_last_is_meant(void **state)
{
    (void)state;
    struct world world;
    char text[4096];
    open_house(&world);
    world_sql(&world, CONSENT);
    world_discharge(&world, 1, "2026-11-22T16:00");
    visit(&world, 1, 1, "2026-11-24T15:00");
    snprintf(text, sizeof(text), "%s",
             reminder("sms", "\"replies\": {\"1\": \"confirm\"},"));
    memcpy(strstr(text, "10:00"), "09:30", 5);
    world_launch(&world, text);
    launch(&world, "post-discharge"); /* at 10:00, waits until 13:30 */
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T14:00");
    assert_int_equal(world_sent(&world), 2);
    says(&world, "1", "2026-11-23T14:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response WHERE"
                                          " intent = 'fine'"),
                     1);
    world_close(&world);
}

/* A visit comes to what the schedule says and what the patient said since, so
 * that "status != 'booked'" is enough to stop. */
static void a_cadence_stops_at_the_patient_s_word(void **state)
{
    (void)state;
    static const struct {
        const char *intent;
        size_t sent;
    } rows[] = {{"confirm", 1}, {"reschedule", 0}, {"cancel", 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-24T15:00");
        world_sql(&world,
                  "INSERT INTO response(patient_id, anchor_kind, anchor_id,"
                  " occurrence, intent, at, actor) VALUES (1, 1, 1, 0, '%s',"
                  " %lld, 'patient')",
                  rows[i].intent, (long long)world.now);
        world_launch(&world, reminder("sms", ""));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T12:00");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu went out", rows[i].intent, world_sent(&world));
        world_close(&world);
    }
}

/* L-14: one confirmation, and nothing after it, whatever the hour. */
static void a_stop_is_confirmed_once(void **state)
{
    (void)state;
    struct world world;
    two_visits(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T11:58");
    size_t before = world_sent(&world);
    says(&world, "STOP", "2026-11-25T12:00");
    says(&world, "STOP", "2026-11-25T12:05");
    world_run(&world, "2026-11-25T13:15");
    says(&world, "stop", "2026-11-25T13:30");
    assert_int_equal(world_sent(&world), before + 1);
    world_close(&world);
}

static void who_is_told_within_the_hour_is_not_told_again(void **state)
{
    (void)state;
    struct world world;
    two_visits(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T11:50");
    size_t before = world_sent(&world);
    says(&world, "what floor is it?", "2026-11-25T11:58");
    says(&world, "and which room?", "2026-11-25T12:10");
    assert_int_equal(world_sent(&world), before + 1);
    world_run(&world, "2026-11-25T13:15");
    says(&world, "hello?", "2026-11-25T13:30");
    assert_int_equal(world_sent(&world), before + 2);
    world_close(&world);
}

/* Tells everybody something, and asks nothing. */
#define CLOSED                                                               \
    "{\"campaign\": \"closed\", \"owner\": \"front desk\", \"purpose\":"     \
    " \"notice\", \"anchor\": \"patient\", \"audience\": [\"true\"],"        \
    " \"steps\": [{\"step\": \"now\", \"when\": \"2026-12-02T10:00:00-05:00" \
    "\", \"until\": \"2026-12-02T16:00:00-05:00\", \"send\": \"sms\","       \
    " \"message\": \"m\"}], \"messages\": {\"m\": {\"en\": {\"sms\":"        \
    " \"{{clinic.public_name}}: closed on Friday. Call {{clinic.phone}}."    \
    " Reply STOP to opt out.\"}}}}"

/* "A mere yes is said to the message that came last": what only acknowledges
 * what was said since confirms nothing, and takes nothing back. */
static void a_mere_yes_is_to_what_came_last(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *also, *texts[3], *decided;
        int tasks; /* of replies, in all */
        bool answered;
    } rows[] = {
        {"the reminder came last", "", {"ok thanks"}, "confirm/1", 0},
        {"a parting is as good", "", {"see you then"}, "confirm/1", 0},
        {"thanks say neither yes nor no", "", {"gracias"}, "", 1},
        {"and take no yes away", "", {"thanks", "yes"}, "confirm/1", 1},
        {"who asked for another time",
         "",
         {"R", "ok thanks"},
         "reschedule/1",
         1},
        {"in any of its words", "", {"R", "yes"}, "reschedule/1", 1},
        {"with a parting", "", {"R", "great, see you then"}, "reschedule/1", 1},
        {"with a thumb", "", {"R", "👍"}, "reschedule/1", 1},
        {"twice", "", {"R", "ok", "gracias"}, "reschedule/1", 1},
        {"who said it outright has said it",
         "",
         {"R", "I'll be there"},
         "reschedule/1 confirm/1",
         1},
        {"or the letter", "", {"R", "C"}, "reschedule/1 confirm/1", 1},
        {"who cancelled",
         "",
         {"I need to cancel my appointment", "ok thank you"},
         "cancel/1",
         1},
        {"who confirmed has said it once",
         "",
         {"C", "ok thanks", "yes"},
         "confirm/1",
         0},
        {"who heard that a person reads it",
         "",
         {"can I come at 4 instead?", "ok"},
         "",
         1},
        {"who heard that within the hour, and nothing now",
         "",
         {"can I come at 4 instead?", "or at 5?", "sure"},
         "",
         2},
        {"who was told to call 911", "", {"chest pain", "ok"}, "", 1},
        {"who heard that they are opted out", "", {"STOP", "ok thanks"}, "", 0},
        {"or heard that of the provider",
         "",
         {"STOP", "ok thanks"},
         "",
         0,
         true},
        {"who heard who we are", "", {"help", "oh ok"}, "", 0},
        {"or heard that of the provider", "", {"help", "ok"}, "", 0, true},
        {"who was told something else: a person reads it, for it may be a yes",
         CLOSED,
         {"ok thanks"},
         "",
         1},
        {"once", CLOSED, {"ok", "thanks!", "👍"}, "", 1},
        {"the letter says to what", CLOSED, {"C"}, "confirm/1", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-12-04T15:00");
        launch(&world, "appointment replies");
        world_sql(&world, CONSENT);
        if (rows[i].also[0])
            world_launch(&world, rows[i].also);
        if (rows[i].answered)
            world.config.on_reply = by_provider;
        world_engine(&world, NULL);
        const char *day = rows[i].also[0] ? "2026-12-02" : "2026-12-01";
        char later[32];
        snprintf(later, sizeof(later), "%sT11:00", day);
        world_run(&world, later);
        if (world_sent(&world) != (rows[i].also[0] ? 4 : 2))
            fail_msg("%s: %zu went out", rows[i].sentence, world_sent(&world));
        for (int k = 0; k < 3 && rows[i].texts[k]; k++) {
            snprintf(later, sizeof(later), "%sT11:%d0", day, k + 1);
            says(&world, rows[i].texts[k], later);
        }
        expect_decided(&world, rows[i].sentence, rows[i].decided);
        int64_t tasks = world_number(&world, "SELECT count(*) FROM task WHERE"
                                             " kind = 'reply'");
        if (tasks != rows[i].tasks)
            fail_msg("%s: %lld tasks", rows[i].sentence, (long long)tasks);
        world_close(&world);
    }
}

/* The same where the campaign itself answers, and the nurse's. */
static void a_mere_yes_is_to_the_answer(void **state)
{
    (void)state;
    static const struct {
        const char *texts[2], *decided;
    } rows[] = {
        {{"R", "ok thanks"}, "reschedule/1"},   {{"R", "yes"}, "reschedule/1"},
        {{"X", "see you then"}, "cancel/1"},    {{"C", "yes"}, "confirm/1"},
        {{"R", "C"}, "reschedule/1 confirm/1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-25T15:00");
        world_launch(&world, reminder("sms", "\"replies\": {\"C\": \"confirm\","
                                             " \"R\": \"reschedule\", \"X\":"
                                             " \"cancel\"}, \"answers\": {"
                                             "\"reschedule\": \"tomorrow\","
                                             " \"cancel\": \"tomorrow\","
                                             " \"confirm\": \"tomorrow\"},"));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T11:00");
        says(&world, rows[i].texts[0], "2026-11-24T11:10");
        assert_int_equal(world_sent(&world), 2);
        says(&world, rows[i].texts[1], "2026-11-24T11:20");
        expect_decided(&world, rows[i].texts[1], rows[i].decided);
        world_close(&world);
    }
}

static void ok_to_a_nurse_is_no_second_task(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_discharge(&world, 1, "2026-11-22T16:00");
    launch(&world, "post-discharge replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    says(&world, "3", "2026-11-23T12:10");
    says(&world, "ok", "2026-11-23T12:20");
    says(&world, "thank you", "2026-11-23T12:30");
    assert_int_equal(nurses(&world), 1);
    world_close(&world);
}

/* From a number that was said to be another's nothing is an answer of whom it
 * was for. */
static void a_wrong_number_answers_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"C", "R", "ok", "see you then",
                                        "I need to cancel my appointment"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-28T15:00");
        launch(&world, "appointment replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        says(&world, "wrong number", "2026-11-25T11:10");
        says(&world, texts[i], "2026-11-25T11:20");
        expect_decided(&world, texts[i], "");
        assert_int_equal(world_number(&world,
                                      "SELECT count(*) FROM task WHERE reason ="
                                      " 'the number was said to be wrong'"),
                         1);
        world_close(&world);
    }
}

/* A child is reached through the mother, whose number the father has, too:
 * what is wrong for her is wrong for all her children, and his stays his. */
static void a_wrong_number_is_the_addressee_s(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        int patient; /* whose visit it is */
        size_t sent;
    } rows[] = {
        {"the mother is not written to there", 1, 0},
        {"nor about the child", 3, 0},
        {"nor about another one of hers", 4, 0},
        {"the father is", 2, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_patient(&world);
        world_patient(&world);
        world_sql(&world, "%s",
                  "UPDATE contact_point SET value = '" ADA "' WHERE patient_id"
                  " = 2 AND kind = 'phone'; DELETE FROM contact_point WHERE"
                  " patient_id > 2; UPDATE patient SET birth_on = '2020-01-01',"
                  " guardian_id = 1 WHERE id > 2");
        visit(&world, 1, 3, "2026-11-26T15:00");
        launch(&world, "replies");
        world_launch(&world, reminder("sms", ""));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        size_t sent = world_sent(&world);
        assert_int_equal(sent, 1);
        says(&world, "wrong number", "2026-11-25T11:10");
        assert_int_equal(world_number(&world, "SELECT patient_id FROM"
                                              " suppression"),
                         1);
        visit(&world, 2, rows[i].patient, "2026-11-28T15:00");
        world_run(&world, "2026-11-27T12:00");
        if (world_sent(&world) - sent != rows[i].sent)
            fail_msg("%s: %zu", rows[i].sentence, world_sent(&world) - sent);
        world_close(&world);
    }
}

/* Who is written to about their own visit and about their child's is asked
 * which one; two adults with one number are not. */
static void a_guardian_is_asked_which(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *facts, *second, *decided;
        size_t back;
    } rows[] = {
        {"their own and the child's: the first",
         "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 1 WHERE id"
         " = 2; DELETE FROM contact_point WHERE patient_id = 2",
         "1", "confirm/1", 1},
        {"the child's",
         "UPDATE patient SET birth_on = '2020-01-01', guardian_id = 1 WHERE id"
         " = 2; DELETE FROM contact_point WHERE patient_id = 2",
         "2", "confirm/2", 1},
        {"two adults never see each other's",
         "UPDATE contact_point SET value = '" ADA "' WHERE kind = 'phone'", "1",
         "", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_sql(&world, "%s", rows[i].facts);
        visit(&world, 1, 1, "2026-11-27T15:00");
        visit(&world, 2, 2, "2026-11-28T09:00");
        launch(&world, "appointment");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T11:00");
        assert_int_equal(world_sent(&world), 2);
        says(&world, "C", "2026-11-25T11:10");
        assert_int_equal(world_sent(&world), 2 + rows[i].back);
        if (rows[i].back)
            assert_string_equal(
                world_message(&world, 2)->text,
                "Elm Clinic: which visit? Reply 1 for Fri, Nov 27 3:00 PM."
                " Reply 2 for Sat, Nov 28 9:00 AM. Or call 212-555-0100."
                " Reply STOP to opt out.");
        assert_int_equal(world_number(&world,
                                      "SELECT count(*) FROM task WHERE kind ="
                                      " 'reply' AND state = 'open'"),
                         1);
        says(&world, rows[i].second, "2026-11-25T11:20");
        expect_decided(&world, rows[i].sentence, rows[i].decided);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answered_check_in_is_over),
        cmocka_unit_test(a_guardian_is_asked_which),
        cmocka_unit_test(a_mere_yes_is_to_what_came_last),
        cmocka_unit_test(a_mere_yes_is_to_the_answer),
        cmocka_unit_test(ok_to_a_nurse_is_no_second_task),
        cmocka_unit_test(a_wrong_number_answers_nothing),
        cmocka_unit_test(a_wrong_number_is_the_addressee_s),
        cmocka_unit_test(an_answer_can_be_taken_back),
        cmocka_unit_test(another_wish_is_asked_anew),
        cmocka_unit_test(a_visit_that_is_off_is_not_another),
        cmocka_unit_test(the_check_in_that_came_last_is_meant),
        cmocka_unit_test(a_cadence_stops_at_the_patient_s_word),
        cmocka_unit_test(a_stop_is_confirmed_once),
        cmocka_unit_test(who_is_told_within_the_hour_is_not_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
