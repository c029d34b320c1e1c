/* SPDX-License-Identifier: Apache-2.0 */
/* Danger, written to a check-in: a person hears of it within 15 minutes and
 * the patient whom to call (S-11), however slow the campaign's own answers are
 * and in whatever order they stand in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "store/store.h"
#include "store/task.h"
#include "tests/inbound/house.h"

#define LATER "\"soon\": {\"reply\": \"later\", \"task\": {\"to\": \"nurse\","
#define RED_ALONE                                                       \
    "\"red\": {\"task\": {\"to\": \"nurse on call\", \"within\": \"15 " \
    "minutes\", \"then\": \"charge nurse\"}}"
#define RED_TELLS                                                          \
    "\"red\": {\"reply\": \"now\", \"task\": {\"to\": \"nurse on call\", " \
    "\"within\": \"15 minutes\", \"then\": \"charge nurse\"}}"

/* A check-in of the morning after a discharge, with these urgencies. */
static const char *check_in(const char *urgencies)
{
    static char text[4096];
    snprintf(
        text, sizeof(text),
        "{\"campaign\": \"after\", \"owner\": \"nurses\", \"purpose\":"
        " \"post-discharge\", \"holdout\": \"never\", \"anchor\":"
        " \"discharge\", \"audience\": [\"class = 'inpatient'\"],"
        " \"if_not_reached\": {\"task\": {\"to\": \"nurse\", \"within\": \"4"
        " hours\"}}, \"steps\": [{\"step\": \"day-1\", \"when\": \"1 day after"
        " discharged at 10:00\", \"until\": \"3 days after discharged\","
        " \"send\": \"sms\", \"ask\": [\"feeling\"]}], \"questions\":"
        " {\"feeling\": {\"answers\": {\"1\": \"ok\", \"2\": \"soon\", \"3\":"
        " \"red\"}, \"free_text\": \"triage\", \"en\": {\"sms\": \"{{clinic."
        "public_name}}: how are you? Reply 1 doing well, 2 a question, 3"
        " worse. Tel {{clinic.phone}}. Reply STOP to opt out.\"}}},"
        " \"urgency\": {%s}, \"messages\": {\"later\": {\"en\": {\"sms\":"
        " \"{{clinic.public_name}}: a nurse will call you this week.\"}}, "
        "\"now\": {\"en\": {\"sms\":"
        " \"{{clinic.public_name}}: call 911 now.\"}}}}",
        urgencies);
    return text;
}

static void danger_is_nobody_s_slow_task(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *urgencies, *text, *told, *answered;
    } rows[] = {
        {"the most urgent of the file, not the first with a reply",
         LATER " \"within\": \"4 open hours\"}}, " RED_TELLS,
         "my chest hurts bad", "task for nurse on call: emergency in 15 min",
         "urgency red"},
        {"and not the only one with a reply",
         RED_ALONE ", " LATER " \"within\": \"4 open hours\"}}",
         "my chest hurts bad", "task for nurse on call: emergency in 15 min",
         "answer emergency"},
        {"the other way round as well",
         LATER " \"within\": \"2 business days\"}}, " RED_ALONE,
         "I have chest pain", "task for nurse on call: emergency in 15 min",
         "answer emergency"},
        {"where nobody is that fast, they are for danger",
         LATER " \"within\": \"4 open hours\", \"then\": \"chief\"}},"
               " \"red\": {\"task\": {\"to\": \"desk\", \"within\": \"2"
               " business days\"}}",
         "I have chest pain", "task for nurse: emergency in 15 min",
         "answer emergency"},
        {"the end of the day is no danger's, however near it is",
         "\"soon\": {\"task\": {\"to\": \"desk\", \"within\": \"same"
         " day\"}}, " RED_TELLS,
         "I can't breathe", "task for nurse on call: emergency in 15 min",
         "urgency red"},
        {"answers in words go the way of the most urgent one too",
         LATER " \"within\": \"4 open hours\"}}, " RED_TELLS,
         "my leg is swollen and hot",
         "task for nurse on call: answered in words in 15 min",
         "answer emergency"},
        {"where these have hours, a person reads it in office hours",
         LATER " \"within\": \"4 open hours\"}}, \"red\": {\"task\":"
               " {\"to\": \"desk\", \"within\": \"2 business days\"}}",
         "my leg is swollen and hot",
         "task for nurse: answered in words in 1080 min", "answer unclear"},
        {"an answer that was asked for keeps its own way",
         LATER " \"within\": \"4 hours\"}}, " RED_TELLS, "2",
         "response answer feeling: soon on 3/1; task for nurse: feeling: soon"
         " in 240 min",
         "urgency soon"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_discharge(&world, 1, "2026-11-22T16:00");
        world_launch(&world, check_in(rows[i].urgencies));
        launch(&world, "replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T16:50");
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-23T16:58");
        expect_told(&world, rows[i].sentence, rows[i].told);
        if (!world_number(&world,
                          "SELECT count(*) FROM outreach WHERE step GLOB"
                          " '%s#*' AND (SELECT count(*) FROM outreach WHERE"
                          " step GLOB '*#*') = 1",
                          rows[i].answered))
            fail_msg("%s: not answered with '%s'", rows[i].sentence,
                     rows[i].answered);
        world_close(&world);
    }
}

/* As its urgency escalates, where it is late. */
static void danger_escalates(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_discharge(&world, 1, "2026-11-22T16:00");
    world_launch(&world,
                 check_in(LATER " \"within\": \"4 open hours\"}}, " RED_TELLS));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    say(&world, ADA, "my chest hurts bad");
    world_run(&world, "2026-11-23T12:05");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " escalate_to = 'charge nurse'"),
                     1);
    world_close(&world);
}

static char heard[2048]; /* what the log said of urgent tasks */

static void keep_urgent(void *arg, enum log_level level, const char *text)
{
    const char *at = strstr(text, "event=urgent-task");
    size_t len = strlen(heard);
    (void)arg;
    if (at)
        snprintf(heard + len, sizeof(heard) - len, "%s %s|",
                 level == LOG_ERROR ? "error" : "warning",
                 at + strlen("event="));
}

static void expect_heard(const char *sentence, const char *wanted)
{
    if (strcmp(heard, wanted) != 0)
        fail_msg("%s\n  wanted: %s\n  got:    %s", sentence, wanted, heard);
    heard[0] = '\0';
}

/* Who lists no tasks hears of it, and nothing of whom it is about. */
static void danger_is_in_the_log(void **state)
{
    (void)state;
    struct world world;
    struct error err = {0};
    heard[0] = '\0';
    log_capture(keep_urgent, NULL);
    open_house(&world);
    world_discharge(&world, 1, "2026-11-22T16:00");
    world_launch(&world,
                 check_in(LATER " \"within\": \"4 open hours\"}}, " RED_TELLS));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    say(&world, ADA, "what floor is it?");
    world_run(&world, "2026-11-23T12:05");
    expect_heard("an answer in words", "warning urgent-task task=1 kind=reply"
                                       " owner=\"nurse on call\""
                                       " due=2026-11-23T17:16:00.000Z|");
    say(&world, ADA, "2");
    world_run(&world, "2026-11-23T12:10");
    expect_heard("a task of hours is none", "");
    world_run(&world, "2026-11-23T12:30");
    expect_heard("not done in time, it went to somebody else, once",
                 "error urgent-task-late task=1 kind=reply owner=\"charge"
                 " nurse\" due=2026-11-23T17:16:00.000Z|");
    say(&world, "+12125559999", "I have chest pain");
    world_run(&world, "2026-11-23T12:40");
    expect_heard("danger from nobody we know",
                 "warning urgent-task task=3 kind=reply owner=\"front desk\""
                 " due=2026-11-23T17:46:00.000Z|");
    assert_true(store_begin(world.store, &err));
    assert_true(task_done(world.store, 3, "kim", NULL, world.now, &err));
    assert_true(store_commit(world.store, &err));
    world_run(&world, "2026-11-23T13:00");
    expect_heard("somebody did it in time", "");
    engine_free(world.engine);
    world.engine = NULL;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T13:05");
    expect_heard("a new life says what is still late",
                 "error urgent-task-late task=1 kind=reply owner=\"charge"
                 " nurse\" due=2026-11-23T17:16:00.000Z|");
    log_capture(NULL, NULL);
    world_close(&world);
}

/* The shipped answer to danger speaks of nobody, so that whoever has the number
 * may have it, though nobody there was written to. */
static void danger_is_answered_whoever_has_the_number(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *facts, *emergency, *text;
        const char *back; /* its beginning; NULL: nothing */
    } rows[] = {
        {"two adults, and nobody knows which", "", "call 911",
         "I have chest pain", "call 911"},
        {"one of them refused: the other is answered",
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1,"
         " 'opt-out', 1)",
         "call 911", "I have chest pain", "call 911"},
        {"both did, and it binds answers, too",
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1,"
         " 'opt-out', 1), (2, 'opt-out', 1)",
         "call 911", "I have chest pain", NULL},
        {"a text with a name in it is for one of them alone", "",
         "{{patient.first_name}}, call 911", "I have chest pain", NULL},
        {"nothing else is answered in somebody's name", "", "call 911",
         "what floor is it?", NULL},
        {"a number that nobody has", "DELETE FROM contact_point", "call 911",
         "I have chest pain", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char text[2048];
        open_house(&world);
        world_sql(&world, "UPDATE contact_point SET value = '" ADA
                          "' WHERE patient_id = 2 AND kind = 'phone'");
        if (rows[i].facts[0])
            world_sql(&world, "%s", rows[i].facts);
        snprintf(text, sizeof(text),
                 "{\"campaign\": \"all\", \"owner\": \"desk\", \"purpose\":"
                 " \"notice\", \"anchor\": \"patient\", \"answers\":"
                 " {\"emergency\": \"now\", \"unclear\": \"read\"},"
                 " \"messages\": {\"now\": {\"en\": {\"sms\": \"%s, says"
                 " {{clinic.public_name}}. Reply STOP to opt out.\"}},"
                 " \"read\": {\"en\": {\"sms\": \"{{clinic.public_name}}: we"
                 " read it. Reply STOP to opt out.\"}}}}",
                 rows[i].emergency);
        world_launch(&world, text);
        world_engine(&world, NULL);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-23T07:05");
        const char *got =
            world_sent(&world) ? world_message(&world, 0)->text : NULL;
        if (!rows[i].back != !got ||
            (got && (strncmp(got, rows[i].back, strlen(rows[i].back)) != 0 ||
                     world_sent(&world) != 1)))
            fail_msg("%s: %s", rows[i].sentence, got ? got : "nothing");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 1);
        world_close(&world);
    }
}

/* S-19: who cannot breathe is not left without a word because a provider's
 * answer was lost; of anything else a second one would be too many. */
static void danger_is_answered_again_where_nobody_knows(void **state)
{
    (void)state;
    static const char fake[] =
        "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"text\": \"%s\","
        " \"nth\": 1}, \"events\": [{\"after_ms\": 50, \"outcome\":"
        " \"unknown\", \"ended\": true}], \"query\": {\"answer\":"
        " \"cannot-say\"}}]}";
    static const struct {
        const char *sentence, *says, *lost;
        size_t sent;
    } rows[] = {
        {"danger in their own words", "I can't breathe", "911", 2},
        {"a red flag", "3", "911", 2},
        {"help can wait for the provider's word", "HELP", "for help call", 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char script[1024];
        open_house(&world);
        world_discharge(&world, 1, "2026-11-22T16:00");
        world_launch(
            &world,
            check_in(RED_TELLS ", " LATER " \"within\": \"4 open hours\"}}"));
        launch(&world, "replies");
        snprintf(script, sizeof(script), fake, rows[i].lost);
        world_engine(&world, script);
        world_run(&world, "2026-11-23T10:05");
        size_t before = world_sent(&world);
        say(&world, ADA, rows[i].says);
        world_run(&world, "2026-11-23T10:07");
        if (world_sent(&world) - before != rows[i].sent)
            fail_msg("%s: %zu", rows[i].sentence, world_sent(&world) - before);
        world_run(&world, "2026-11-23T10:20");
        assert_int_equal(world_sent(&world) - before, rows[i].sent);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(danger_is_nobody_s_slow_task),
        cmocka_unit_test(danger_escalates),
        cmocka_unit_test(danger_is_in_the_log),
        cmocka_unit_test(danger_is_answered_whoever_has_the_number),
        cmocka_unit_test(danger_is_answered_again_where_nobody_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
