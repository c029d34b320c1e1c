/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a patient's message, with the shipped campaigns, told as
 * conversations: a message of ours goes out, a text comes in, and what was
 * written down. Nothing twice, nothing guessed, nothing dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "store/consent.h"
#include "store/store.h"
#include "tests/inbound/house.h"

/* One patient, one visit on Friday, one campaign: what each text comes to. The
 * reminder went out on Tuesday at 10:00. */
static void one_visit(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *text, *told;
    } rows[] = {
        {"C confirms, and the call for the silent is off (stop_when)", "C",
         "response confirm on 1/1; the last one is off"},
        {"small letters, blanks and manners change nothing (S-11)",
         " c, thanks! ", "response confirm on 1/1; the last one is off"},
        {"yes means the same where a C is waited for", "Yes",
         "response confirm on 1/1; the last one is off"},
        {"so does a sentence", "Ok, I'll be there",
         "response confirm on 1/1; the last one is off"},
        {"R asks for another time: somebody calls", "R",
         "response reschedule on 1/1; task for front desk: reschedule in 240"
         " min; the last one is off"},
        {"to cancel a visit is no opt-out (S-11), and a person does it",
         "I need to cancel my appointment",
         "response cancel on 1/1; task for front desk: cancel in 240 min; the"
         " last one is off"},
        {"not to cancel it is neither", "do not cancel my appointment",
         "task for front desk: unclear in 240 min; the last one went out"},
        {"a confirmation that says more is read by somebody",
         "I'll be there, but my leg is swollen",
         "task for front desk: unclear in 240 min; the last one went out"},
        {"CANCEL alone is one (L-11, S-7)", "CANCEL",
         "opt-out of sms; opt-out of voice; opt-out of email; the last one may "
         "not go"},
        {"STOP ends what is queued", "Stop!",
         "opt-out of sms; opt-out of voice; opt-out of email; the last one may "
         "not go"},
        {"so does one with manners and a signature (L-12)",
         "please stop texting me\nSent from my iPhone",
         "opt-out of sms; opt-out of voice; opt-out of email; the last one may "
         "not go"},
        {"to be taken off a waiting list is another matter",
         "remove me from the waiting list",
         "task for front desk: unclear in 240 min; the last one went out"},
        {"what is not understood is read by the campaign's owner",
         "can I bring my dog?",
         "task for front desk: unclear in 240 min; the last one went out"},
        {"a digit that nobody asked for is not guessed", "7",
         "task for front desk: unclear in 240 min; the last one went out"},
        {"danger within 15 minutes, whatever was asked", "C but chest pain",
         "task for front desk: emergency in 15 min; the last one went out"},
        {"who writes of danger and wants no more is heard in both (L-11)",
         "STOP texting me. My mother died of a heart attack.",
         "task for front desk: emergency in 15 min; opt-out of sms; opt-out of"
         " voice; opt-out of email; the last one may not go"},
        {"somebody else's number", "wrong number",
         "task for front desk: wrong-number in 240 min; wrong-number of all;"
         " the last one went out"},
        {"HELP is not an answer", "help",
         "task for front desk: help in 240 min; the last one went out"},
        {"who asks who we are has not said that the number is wrong (L-22)",
         "Who is this?",
         "task for front desk: help in 240 min; the last one went out"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-27T15:00");
        launch(&world, "appointment");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T11:00");
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, rows[i].text);
        world_run(&world, "2026-11-27T16:00");
        expect_told(&world, rows[i].sentence, rows[i].told);
        world_close(&world);
    }
}

/* Each a story of its own: `facts` before the launch, the message goes out,
 * and at `at` somebody writes. */
struct talk {
    const char *sentence, *campaigns, *facts, *at, *from, *text, *told;
};

static void talks_expect(const struct talk *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct talk *row = &rows[i];
        struct world world;
        open_house(&world);
        world_sql(&world, "%s", row->facts);
        launch(&world, row->campaigns);
        world_engine(&world, NULL);
        world_run(&world, row->at);
        say(&world, row->from, row->text);
        char later[32];
        snprintf(later, sizeof(later), "%.14s10", row->at);
        world_run(&world, later);
        expect_told(&world, row->sentence, row->told);
        world_close(&world);
    }
}
#define TALKS(rows) talks_expect(rows, sizeof(rows) / sizeof((rows)[0]))

/* Hours of 2026-11-23 New York in UTC milliseconds. */
#define MONDAY_7 "1795435200000"
#define FRIDAY "'2026-11-27T15:00:00', 'America/New_York', 1795809600000"
#define VISIT_OF(name, patient)                                                \
    "INSERT INTO appointment(external_id, patient_id, clinic_id, start_local," \
    " zone, start_at, status, booked_at) VALUES ('" name "', " patient         \
    ", 1, " FRIDAY ", 'booked', 1794664800000);"
#define DISCHARGE                                                         \
    "INSERT INTO discharge(external_id, patient_id, clinic_id,"           \
    " discharged_local, zone, discharged_at, class, disposition) VALUES " \
    "('d1',"                                                              \
    " 1, 1, '2026-11-22T16:00:00', 'America/New_York', 1795381200000,"    \
    " 'inpatient', 'home');"

static void check_ins(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"a good answer is only written down", "post-discharge", DISCHARGE,
         "2026-11-23T12:00", ADA, "1", "response fine on 3/1"},
        {"a question has its hours and its person", "post-discharge", DISCHARGE,
         "2026-11-23T12:00", ADA, "2",
         "response answer feeling: soon on 3/1; task for transition nurse:"
         " feeling: soon in 240 min"},
        {"worse reaches the nurse on call in 15 minutes", "post-discharge",
         DISCHARGE, "2026-11-23T12:00", ADA, "3!",
         "response answer feeling: red on 3/1; task for nurse on call:"
         " feeling: red in 15 min"},
        {"in the question's own word as well", "post-discharge", DISCHARGE,
         "2026-11-23T12:00", ADA, "Worse",
         "response answer feeling: red on 3/1; task for nurse on call:"
         " feeling: red in 15 min"},
        {"a digit in front of danger says nothing", "post-discharge", DISCHARGE,
         "2026-11-23T12:00", ADA, "1 but my chest hurts",
         "task for nurse on call: emergency in 15 min"},
        {"so does danger in words", "post-discharge", DISCHARGE,
         "2026-11-23T12:00", ADA, "I can't breathe",
         "task for nurse on call: emergency in 15 min"},
        {"what is no digit is read at once (free_text: triage)",
         "post-discharge", DISCHARGE, "2026-11-23T12:00", ADA,
         "a bit dizzy today",
         "task for nurse on call: answered in words in 15 min"},
        {"STOP to a check-in: a nurse takes over elsewhere, nothing is"
         " answered",
         "post-discharge", DISCHARGE, "2026-11-23T12:00", ADA, "stop",
         "opt-out of sms; opt-out of voice; opt-out of email"},
        {"the check-in's digit is not the visit's letter",
         "post-discharge"
         " appointment",
         DISCHARGE VISIT_OF("v1", "1"), "2026-11-24T12:00", ADA, "C",
         "response confirm on 1/1"},
    };
    TALKS(rows);
}

#define SHARED                               \
    "UPDATE contact_point SET value = '" ADA \
    "' WHERE patient_id = 2 AND kind = 'phone';"
#define RECORDS "UPDATE patient SET gone_at = 1 WHERE id = 2;"

static void who_is_meant(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"two visits that one C may confirm: nobody guesses", "appointment",
         VISIT_OF("v1", "1") VISIT_OF("v2", "1"), "2026-11-25T12:00", ADA, "C",
         "task for front desk: it may answer several messages in 240 min;"
         " asked which one"},
        {"two adults behind one number: neither's visit is touched",
         "appointment", VISIT_OF("v1", "1") VISIT_OF("v2", "2") SHARED,
         "2026-11-25T12:00", ADA, "C",
         "task for front desk: it may answer several messages in 240 min"},
        {"only one of them was written to: it is theirs", "appointment",
         VISIT_OF("v2", "2") SHARED, "2026-11-24T12:00", ADA, "C",
         "response confirm on 1/1"},
        {"STOP from a shared number is each one's, and ends at once what was to"
         " go there (L-13)",
         "appointment", VISIT_OF("v2", "2") SHARED, "2026-11-24T12:00", ADA,
         "STOP",
         "task for front desk: opt-out, from a number that several share: who"
         " meant it? in 240 min; task for front desk: opt-out, from a number"
         " that several share: who meant it? in 240 min; opt-out of sms;"
         " opt-out of voice; opt-out of email; the last one may not go"},
        {"of two who have a number, it is not that of one (L-22)",
         "appointment", VISIT_OF("v2", "2") SHARED, "2026-11-24T12:00", ADA,
         "wrong number",
         "task for front desk: wrong-number in 240 min; wrong-number of all"},
        {"somebody we do not know is heard as well", "appointment",
         VISIT_OF("v1", "1"), "2026-11-24T12:00", "+12125559999", "C",
         "task for front desk: unclear in 240 min"},
        {"a guardian answers for the child", "appointment",
         VISIT_OF("v1", "2") "UPDATE patient SET birth_on = '2020-01-01',"
                             " guardian_id = 1 WHERE id = 2;",
         "2026-11-24T12:00", ADA, "C", "response confirm on 1/1"},
        {"no thanks, for a year, is about the measure", "colorectal-recall",
         RECORDS, "2026-11-24T12:00", ADA, "3",
         "response decline colorectal on 4/1 until 2027-11-24"},
        {"done elsewhere: somebody asks for the report", "colorectal-recall",
         RECORDS, "2026-11-24T12:00", ADA, "2",
         "response done-elsewhere on 4/1; task for population health:"
         " done-elsewhere in 240 min"},
    };
    TALKS(rows);
}

/* What goes back. "replies" is the shipped campaign that answers for all. */
struct echo {
    const char *sentence, *facts, *at;
    const char *texts[3]; /* what Ada writes, ten minutes apart */
    const char *back;     /* all that went out after that, "|" between */
};

static void echo_expect(const struct echo *row)
{
    struct world world;
    struct buf back;
    open_house(&world);
    world_sql(&world, "%s", row->facts);
    launch(&world, "appointment post-discharge replies");
    world_engine(&world, NULL);
    world_run(&world, row->at);
    size_t before = world_sent(&world);
    for (int i = 0; i < 3 && row->texts[i]; i++) {
        char later[32];
        say(&world, ADA, row->texts[i]);
        snprintf(later, sizeof(later), "%.14s%d0", row->at, i + 1);
        world_run(&world, later);
    }
    buf_init(&back, 4096);
    for (size_t i = before; i < world_sent(&world); i++) {
        const struct fake_message *message = world_message(&world, i);
        buf_format(&back, "%s%s%s", i > before ? "|" : "",
                   strcmp(message->to, ADA) == 0 ? "" : message->to,
                   message->text);
    }
    if (strcmp(back.data, row->back) != 0)
        fail_msg("%s\n  wanted: %s\n  got:    %s", row->sentence, row->back,
                 back.data);
    buf_free(&back);
    world_close(&world);
}

#define BYE                                                                  \
    "Elm Clinic: you are opted out and will get no more automated messages." \
    " For help call 212-555-0100. Reply START to rejoin."
#define OLD(feed) \
    "INSERT INTO feed(name, last_at, max_age) VALUES ('" feed "', 0, 1)"
#define READ                                                                  \
    "Elm Clinic: thank you, a person will read this in office hours. Urgent:" \
    " call 212-555-0100, emergency 911. Reply STOP to opt out."
#define RED                                                                    \
    "Elm Clinic: if you have chest pain, trouble breathing, heavy bleeding or" \
    " feel unsafe, call 911 now (988 in crisis). A nurse knows: 212-555-0100."

static void what_goes_back(void **state)
{
    (void)state;
    static const struct echo rows[] = {
        {"a STOP is confirmed, once, and nothing follows (L-14)",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"STOP", "STOP"},
         BYE},
        {"one with danger in it as well; a person knows of the danger",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"Stop texting. I have chest pain"},
         BYE},
        {"START is too, and then messages may come again",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"STOP", "START"},
         BYE "|Elm Clinic: you will get our messages again. Msg frequency"
             " varies. For help call 212-555-0100. Reply STOP to opt out."},
        {"HELP says who we are, once an hour",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"help", "HELP", "info"},
         "Elm Clinic reminders: for help call 212-555-0100. Msg frequency"
         " varies. Msg&data rates may apply. Reply STOP to opt out."},
        {"however old what is known of them is: whoever wrote is answered",
         VISIT_OF("v1", "1") ";" OLD("patients"),
         "2026-11-24T12:00",
         {"help"},
         "Elm Clinic reminders: for help call 212-555-0100. Msg frequency"
         " varies. Msg&data rates may apply. Reply STOP to opt out."},
        {"who writes something else hears that a person reads it, also at"
         " night (class reply)",
         VISIT_OF("v1", "1"),
         "2026-11-24T23:00",
         {"what floor is it?"},
         READ},
        {"a nurse is told at once of what a check-in is answered in words:"
         " nobody hears of office hours",
         DISCHARGE,
         "2026-11-23T12:00",
         {"much worse", "terrible"},
         "In an emergency call 911 now (988 in a crisis). Somebody at Elm"
         " Clinic reads your message: 212-555-0100."},
        {"thanks are not answered",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"what floor is it?", "ok thanks", "👍"},
         READ},
        {"a confirmation needs no answer here",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"C"},
         ""},
        {"the second question follows the answer to the first",
         DISCHARGE,
         "2026-11-23T12:00",
         {"1", "2"},
         "Do you have everything you were told to take at home? Reply 1 yes,"
         " 2 no."},
        {"a red flag is told what to do at once, and asked nothing more",
         DISCHARGE,
         "2026-11-23T12:00",
         {"3"},
         RED},
        {"so is danger in words",
         DISCHARGE,
         "2026-11-23T12:00",
         {"can't breathe"},
         RED},
        {"whoever we know nothing of beside the number hears the common one",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"I want to die"},
         "In an emergency call 911 now (988 in a crisis). Somebody at Elm"
         " Clinic reads your message: 212-555-0100."},
        {"nobody answers for a wrong number",
         VISIT_OF("v1", "1"),
         "2026-11-24T12:00",
         {"wrong number"},
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        echo_expect(&rows[i]);
}

/* Two visits on one day, two reminders, one C: the patient is asked which, and
 * the person who was to read it need not any more. */
static void which_one(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    visit(&world, 2, 1, "2026-11-28T09:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T11:00");
    assert_int_equal(world_sent(&world), 2);
    say(&world, ADA, "C");
    world_run(&world, "2026-11-25T11:10");
    assert_int_equal(world_sent(&world), 3);
    assert_string_equal(
        world_message(&world, 2)->text,
        "Elm Clinic: which visit? Reply 1 for Fri, Nov 27 3:00 PM. Reply 2 for"
        " Sat, Nov 28 9:00 AM. Or call 212-555-0100. Reply STOP to opt out.");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 0);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM task WHERE kind = 'reply'"
                             " AND state = 'open'"),
        1);
    say(&world, ADA, "2 please");
    world_run(&world, "2026-11-25T11:20");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM response WHERE intent"
                                  " = 'confirm' AND anchor_id = 2"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 1);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM task WHERE kind = 'reply'"
                             " AND state = 'open'"),
        0);
    world_close(&world);
}

/* A check-in is answered 3, worse, and a reminder 3, another time. */
static void what_may_be_urgent_is(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, "%s", DISCHARGE);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "post-discharge");
    world_launch(&world,
                 reminder("sms", "\"replies\": {\"3\": \"reschedule\"},"));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T12:00");
    assert_int_equal(world_sent(&world), 2);
    say(&world, ADA, "3");
    world_run(&world, "2026-11-26T12:10");
    expect_told(&world, "the nurse hears of it, nothing is written as decided",
                "task for nurse on call: it may be feeling: red in 15 min;"
                " the last one went out");
    world_close(&world);
}

/* The answer to the second question is not one to the first. */
static void each_answer_has_its_question(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, "%s", DISCHARGE);
    launch(&world, "post-discharge");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    say(&world, ADA, "1");
    world_run(&world, "2026-11-23T12:10");
    say(&world, ADA, "2");
    world_run(&world, "2026-11-23T12:20");
    expect_told(&world, "no medicines: somebody brings them today",
                "response fine on 3/1; response answer medicines: today on"
                " 3/1; task for transition nurse: medicines: today in 349"
                " min");
    world_close(&world);
}

/* L-14: later than five minutes it is not sent. L-15: nor where the provider
 * does it. */
static bool answered(void *arg, struct clerk *clerk, const char *provider,
                     const struct driver_reply *reply, struct error *err)
{
    struct driver_reply told = *reply;
    told.answered = true;
    return house_reply(arg, clerk, provider, &told, err);
}

static void a_stop_is_not_confirmed_late_or_twice(void **state)
{
    (void)state;
    for (int by_provider = 0; by_provider < 2; by_provider++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-27T15:00");
        launch(&world, "appointment replies");
        if (by_provider)
            world.config.on_reply = answered;
        else
            world.config.poll_ms = 10 * MINUTE_MS;
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T11:10");
        say(&world, ADA, "STOP");
        world_run(&world, "2026-11-24T15:00");
        assert_int_equal(world_number(&world, "SELECT count(*) FROM reply"), 1);
        assert_int_equal(world_sent(&world), 1);
        world_close(&world);
    }
}

/* The visit is off by the patient's own word: that ends the campaign for it,
 * and still the patient hears that it was understood, when the provider is
 * back. */
static void an_answer_outlives_what_it_ended(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    world_launch(&world,
                 reminder("sms", "\"replies\": {\"X\": \"cancel\"},"
                                 " \"answers\": {\"cancel\": \"tomorrow\"},"));
    world_engine(
        &world, "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 2},"
                " \"events\": [{\"after_ms\": 50, \"outcome\": \"throttled\","
                " \"rank\": 1, \"ended\": true, \"retry_after_ms\": 60000}]}],"
                " \"default\": {\"events\": [{\"after_ms\": 50, \"outcome\":"
                " \"delivered\", \"rank\": 1, \"ended\": true}]}}");
    world_run(&world, "2026-11-26T11:00");
    say(&world, ADA, "X");
    world_run(&world, "2026-11-26T11:02");
    assert_int_equal(world_number(&world, "SELECT closed_at IS NOT NULL FROM"
                                          " entry"),
                     1);
    world_run(&world, "2026-11-26T11:04");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM outreach WHERE step"
                                  " LIKE 'answer cancel%%' AND state = 3"),
                     1);
    assert_int_equal(world_sent(&world), 3);
    world_close(&world);
}

/* A visit that was missed, or is not yet settled, may be answered as well. */
static void whatever_was_asked_about_is_answered(void **state)
{
    static const struct {
        const char *status, *when, *start, *at, *text, *intent;
    } rows[] = {
        {"noshow", "1 day after start at 10:00", "2026-11-24T15:00",
         "2026-11-25T12:00", "R", "reschedule"},
        {"proposed", "1 day before start at 10:00", "2026-11-27T15:00",
         "2026-11-26T12:00", "C", "confirm"},
        {"waitlist", "1 day before start at 10:00", "2026-11-27T15:00",
         "2026-11-26T12:00", "C", "confirm"},
        {"pending", "1 day before start at 10:00", "2026-11-27T15:00",
         "2026-11-26T12:00", "C", "confirm"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        char text[2048], sql[512];
        open_house(&world);
        visit(&world, 1, 1, rows[i].start);
        world_sql(&world, "UPDATE appointment SET status = '%s'",
                  rows[i].status);
        snprintf(
            text, sizeof(text),
            "{\"campaign\": \"any\", \"about\": \"x\", \"owner\": \"front"
            " desk\", \"purpose\": \"appointment\", \"anchor\":"
            " \"appointment\", \"audience\": [\"status = '%s'\"],"
            " \"stop_when\": \"responded since start\", \"replies\": {\"R\":"
            " \"reschedule\", \"C\": \"confirm\"}, \"steps\": [{\"step\":"
            " \"ask\", \"when\": \"%s\", \"until\": \"3 days after start\","
            " \"send\": \"sms\", \"message\": \"m\"}], \"messages\": {\"m\":"
            " {\"en\": {\"sms\": \"{{clinic.public_name}}: reply C or R."
            " {{clinic.phone}} Reply STOP to opt out.\"}}}}",
            rows[i].status, rows[i].when);
        world_launch(&world, text);
        world_engine(&world, NULL);
        world_run(&world, rows[i].at);
        assert_int_equal(world_sent(&world), 1);
        say(&world, ADA, rows[i].text);
        snprintf(sql, sizeof(sql), "%.14s10", rows[i].at);
        world_run(&world, sql);
        if (world_number(&world,
                         "SELECT count(*) FROM response WHERE intent = '%s'",
                         rows[i].intent) != 1)
            fail_msg("%s: nothing was written down", rows[i].status);
        world_close(&world);
    }
}

/* Whoever is to cancel it must know that the patient comes after all. */
static void a_task_tells_what_was_said_since(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:00");
    say(&world, ADA, "R");
    world_run(&world, "2026-11-24T11:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'reply' AND note IS NULL"),
                     1);
    say(&world, ADA, "C");
    world_run(&world, "2026-11-24T11:20");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM task WHERE kind ="
                                  " 'reply' AND state = 'open' AND note LIKE"
                                  " '%%the patient has since said confirm%%'"),
                     1);
    world_close(&world);
}

/* "See you Friday": not when the visit is off before that leaves. */
static void nobody_is_expected_who_is_not(void **state)
{
    static const struct {
        const char *about, *then, *change;
        size_t sent; /* with the reminder, by 11:10 */
    } rows[] = {
        {"it stands", NULL, NULL, 2},
        {"they say otherwise in the same minute", "N", NULL, 1},
        {"it is cancelled meanwhile", NULL,
         "UPDATE appointment SET status = 'cancelled'", 1},
        {"it is moved meanwhile", NULL,
         "UPDATE appointment SET start_local = '2026-11-29T15:00:00', start_at"
         " = start_at + 172800000, occurrence = occurrence + 1",
         1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        open_house(&world);
        visit(&world, 1, 1, "2026-11-27T15:00");
        world_launch(
            &world,
            reminder("sms",
                     "\"replies\": {\"C\": \"confirm\", \"N\": \"cancel\"},"
                     " \"answers\": {\"confirm\": \"tomorrow\"},"));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-26T10:59:30");
        say(&world, ADA, "C");
        if (rows[i].then) {
            world.now += 10 * SECOND_MS;
            say(&world, ADA, rows[i].then);
            world.now -= 10 * SECOND_MS;
        }
        if (rows[i].change)
            world_sql(&world, "UPDATE campaign SET state = 'paused'");
        world_run(&world, "2026-11-26T11:02");
        if (rows[i].change) {
            world_sql(&world, "%s", rows[i].change);
            world_sql(&world, "UPDATE campaign SET state = 'running'");
        }
        world_run(&world, "2026-11-26T11:10");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu", rows[i].about, world_sent(&world));
        world_close(&world);
    }
}

/* What the messages ask before they go, no answer asks. */
static void an_answer_waits_for_no_condition(void **state)
{
    (void)state;
    struct world world;
    char text[4096];
    const char *plain =
        reminder("sms", "\"answers\": {\"confirm\": \"tomorrow\"},"
                        " \"replies\": {\"C\": \"confirm\"},");
    const char *cut = strstr(plain, "status = 'booked'");
    snprintf(text, sizeof(text), "%.*snot has condition 'Z51' and %s",
             (int)(cut - plain), plain, cut);
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    world_launch(&world, text);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-26T11:00");
    assert_int_equal(world_sent(&world), 1);
    world_sql(&world, OLD("conditions"));
    say(&world, ADA, "C");
    world_run(&world, "2026-11-26T11:02");
    assert_int_equal(world_sent(&world), 2);
    world_close(&world);
}

/* Not to the number that is the best otherwise. */
static void an_answer_goes_to_whoever_wrote(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    world_sql(&world, "INSERT INTO contact_point(patient_id, kind, value, rank,"
                      " line, zones) VALUES (1, 'phone', '+12125550009', 200,"
                      " 'mobile', 'America/New_York')");
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:00");
    say(&world, "+12125550009", "help");
    world_run(&world, "2026-11-24T11:10");
    assert_int_equal(world_sent(&world), 2);
    assert_string_equal(world_message(&world, 0)->to, ADA);
    assert_string_equal(world_message(&world, 1)->to, "+12125550009");
    world_close(&world);
}

/* An answer is in nobody's way: the day's one message may still go. */
static void an_answer_does_not_count(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment replies");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:30");
    say(&world, ADA, "help");
    world_run(&world, "2026-11-24T11:10");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(world_number(&world, "SELECT sum(counts) FROM attempt"),
                     1);
    world_close(&world);
}

/* A hook and a poll may both tell of it, and a provider again. */
static bool twice(void *arg, struct clerk *clerk, const char *provider,
                  const struct driver_reply *reply, struct error *err)
{
    return house_reply(arg, clerk, provider, reply, err) &&
           house_reply(arg, clerk, provider, reply, err);
}

static void the_same_reply_acts_once(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment");
    world.config.on_reply = twice;
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:00");
    say(&world, ADA, "R");
    world_run(&world, "2026-11-24T11:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM reply"), 1);
    expect_told(&world, "once",
                "response reschedule on 1/1; task for front desk: reschedule"
                " in 240 min; the last one is off");
    world_close(&world);
}

static void start_lets_in_again(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:00");
    say(&world, ADA, "STOP");
    world_run(&world, "2026-11-24T11:10");
    say(&world, ADA, "START");
    world_run(&world, "2026-11-24T11:20");
    assert_int_equal(world_number(&world,
                                  "SELECT count(*) FROM suppression WHERE"
                                  " lifted_at IS NULL AND channel = 'sms'"),
                     0);
    world_close(&world);
}

/* "You will get no more automated messages": no email either. Who rejoins gets
 * those that the STOP ended, and none that they refused by themselves. */
static void a_stop_ends_emails_too(void **state)
{
    (void)state;
    for (int unsubscribed = 0; unsubscribed < 2; unsubscribed++) {
        struct world world;
        struct error err = {0};
        struct opt mail = {.patient_id = 1, .channel = "email"};
        open_house(&world);
        visit(&world, 1, 1, "2026-11-27T15:00");
        world_launch(&world, reminder("email", ""));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T11:00");
        expect_state(&world, "day-before", "planned");
        assert_true(store_begin(world.store, &err));
        assert_true(!unsubscribed ||
                    consent_opt_out(world.store, &mail, world.now, NULL, &err));
        assert_true(store_commit(world.store, &err));
        say(&world, ADA, "please stop contacting me");
        world_run(&world, "2026-11-24T11:10");
        expect_state(&world, "day-before", "suppressed");
        say(&world, ADA, "START");
        world_run(&world, "2026-11-27T10:00");
        expect_state(&world, "day-before",
                     unsubscribed ? "suppressed" : "delivered");
        world_close(&world);
    }
}

/* Who asked to be left alone between the reminder and their C stays so, and a
 * visit that was moved meanwhile is not confirmed by an answer to the old. */
static void an_answer_is_to_what_was_asked(void **state)
{
    (void)state;
    struct world world;
    open_house(&world);
    visit(&world, 1, 1, "2026-11-27T15:00");
    launch(&world, "appointment");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T11:00");
    world_sql(&world,
              "UPDATE appointment SET start_local = '2026-12-04T15:00:00',"
              " start_at = start_at + 7 * 86400000, occurrence = 1");
    say(&world, ADA, "C");
    world_run(&world, "2026-11-24T11:10");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM response"), 0);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task WHERE"
                                          " kind = 'reply'"),
                     1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_visit),
        cmocka_unit_test(check_ins),
        cmocka_unit_test(who_is_meant),
        cmocka_unit_test(what_goes_back),
        cmocka_unit_test(which_one),
        cmocka_unit_test(what_may_be_urgent_is),
        cmocka_unit_test(each_answer_has_its_question),
        cmocka_unit_test(a_stop_is_not_confirmed_late_or_twice),
        cmocka_unit_test(an_answer_does_not_count),
        cmocka_unit_test(an_answer_outlives_what_it_ended),
        cmocka_unit_test(whatever_was_asked_about_is_answered),
        cmocka_unit_test(nobody_is_expected_who_is_not),
        cmocka_unit_test(a_task_tells_what_was_said_since),
        cmocka_unit_test(an_answer_waits_for_no_condition),
        cmocka_unit_test(an_answer_goes_to_whoever_wrote),
        cmocka_unit_test(start_lets_in_again),
        cmocka_unit_test(a_stop_ends_emails_too),
        cmocka_unit_test(an_answer_is_to_what_was_asked),
        cmocka_unit_test(the_same_reply_acts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
