/* SPDX-License-Identifier: Apache-2.0 */
/* Patients who were called and never written to text what they have to say:
 * it is about the call (S-11), and no reply holds back another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/inbound/house.h"

#define BOB "+12125550002"

static const char replies[] =
    "\"replies\": {\"C\": \"confirm\", \"R\": \"reschedule\"},";

/* On Tuesday at 10:00 each is called about a visit of Wednesday. */
static void open_called(struct world *world, size_t visits)
{
    open_house(world);
    world_sql(world, "INSERT INTO consent(patient_id, verdict, kind, at) VALUES"
                     " (1, 'granted', 'written', 1), (2, 'granted', 'written',"
                     " 1)");
    for (size_t i = 1; i <= visits; i++)
        visit(world, (int)i, (int)i, "2026-11-25T15:00");
    world_launch(world, reminder("voice", replies));
    launch(world, "replies");
    world_engine(world, NULL);
    world_run(world, "2026-11-24T12:00");
    assert_int_equal(world_number(world,
                                  "SELECT count(*) FROM attempt WHERE"
                                  " channel = %d",
                                  CHANNEL_VOICE),
                     (int64_t)visits);
}

static void a_text_after_a_call_is_about_the_call(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *told;
        int tied; /* to the visit: the reply */
    } rows[] = {
        {"C confirms", "C", "response confirm on 1/1; the last one went out",
         1},
        {"so does a yes", "yes",
         "response confirm on 1/1; the last one went out", 1},
        {"R is somebody's work", "R",
         "response reschedule on 1/1; task for front desk: reschedule in 240"
         " min; the last one went out",
         1},
        {"what is not understood is read, and it is told about what",
         "can I bring my dog?",
         "task for front desk: unclear in 240 min; the last one went out", 1},
        {"a digit that texts do not ask for is not guessed", "1",
         "task for front desk: unclear in 240 min; the last one went out", 1},
        {"an answer beside a STOP", "C, and stop texting me",
         "response confirm on 1/1; opt-out of sms; opt-out of voice; opt-out "
         "of email; the last"
         " one went out",
         1},
        {"danger", "chest pain",
         "task for front desk: emergency in 15 min; the last one went out", 1},
        {"STOP", "STOP",
         "opt-out of sms; opt-out of voice; opt-out of email; the last one "
         "went out",
         1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_called(&world, 1);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-24T12:10");
        expect_told(&world, rows[i].sentence, rows[i].told);
        if (world_number(&world,
                         "SELECT count(*) FROM reply r JOIN outreach o ON o.id"
                         " = r.outreach_id AND o.anchor_kind = 1 AND"
                         " o.anchor_id = 1") != rows[i].tied)
            fail_msg("%s: '%s' is not tied to the visit", rows[i].sentence,
                     rows[i].text);
        world_close(&world);
    }
}

#define ASKED                                                                  \
    "{\"campaign\": \"after\", \"owner\": \"nurses\", \"purpose\":"            \
    " \"post-discharge\", \"holdout\": \"never\", \"anchor\": \"discharge\","  \
    " \"audience\": [\"class = 'inpatient'\"], \"if_not_reached\": {\"task\":" \
    " {\"to\": \"nurse\", \"within\": \"4 hours\"}}, \"steps\": [{\"step\":"   \
    " \"day-1\", \"when\": \"1 day after discharged at 10:00\", \"until\": \"" \
    "3 days after discharged\", \"send\": \"voice\", \"ask\": [\"feeling\"]}"  \
    "], \"questions\": {\"feeling\": {\"answers\": {\"1\": \"ok\", \"2\":"     \
    " \"soon\", \"3\": \"red\"}, \"free_text\": \"triage\", \"en\": {\"voice"  \
    "\": {\"say\": \"How are you? Press 1 well, 2 a question, 3 worse, 9 to"   \
    " stop.\", \"keys\": {\"9\": \"opt-out\"}, \"voicemail\": \"This is"       \
    " {{clinic.public_name}}. Please call {{clinic.phone}}.\"}}}},"            \
    " \"urgency\": {\"red\": {\"task\": {\"to\": \"nurse on call\","           \
    " \"within\": \"15 minutes\", \"then\": \"charge nurse\"}}, \"soon\":"     \
    " {\"task\": {\"to\": \"nurse\", \"within\": \"4 hours\"}}}}"

static void a_check_in_by_call_is_answered_by_text(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *told;
    } rows[] = {
        {"a digit", "3",
         "response answer feeling: red on 3/1; task for nurse on call:"
         " feeling: red in 15 min"},
        {"words go where its most urgent answer goes (free_text: triage)",
         "I feel odd and dizzy",
         "task for nurse on call: answered in words in 15 min"},
        {"danger too", "my chest hurts",
         "task for nurse on call: emergency in 15 min"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        world_discharge(&world, 1, "2026-11-22T16:00");
        world_launch(&world, ASKED);
        launch(&world, "replies");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-23T16:50");
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-23T16:58");
        expect_told(&world, rows[i].sentence, rows[i].told);
        world_close(&world);
    }
}

/* What cannot be acted on is kept and read by a person, and holds nobody. */
static void a_reply_that_fails_holds_no_other(void **state)
{
    (void)state;
    struct world world;
    open_called(&world, 2);
    world_sql(&world, "CREATE TRIGGER broken BEFORE INSERT ON response BEGIN"
                      " SELECT RAISE(ABORT, 'broken'); END");
    say(&world, ADA, "C");
    say(&world, BOB, "STOP");
    world_run(&world, "2026-11-24T12:20");
    expect_told(
        &world, "Ada's is read, Bob's is obeyed",
        "task for front desk: it could not be acted on in 240 min; opt-out"
        " of sms; opt-out of voice; opt-out of email; the last one went out; "
        "the last"
        " one went out");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM reply"), 2);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_after_a_call_is_about_the_call),
        cmocka_unit_test(a_check_in_by_call_is_answered_by_text),
        cmocka_unit_test(a_reply_that_fails_holds_no_other),
    };
    return cmocka_run_group_tests_name("inbound/called", tests, NULL, NULL);
}
