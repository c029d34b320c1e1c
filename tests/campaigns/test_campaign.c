/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a campaign file becomes: ladders, tasks, times and answers of real
 * campaigns; the advice of the lints, one sentence each; and blasts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "store/measure.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/purpose.h"
#include "campaigns/telling.h"

#define PATH_BYTES 4096

static char folder[] = "/tmp/outreach-campaign-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    file_remove_tree(folder);
    return 0;
}

static struct campaign *load_good(const char *name)
{
    char path[PATH_BYTES];
    const char *root = getenv("OUTREACH_SOURCE");
    struct faults faults;
    struct buf out;
    snprintf(path, sizeof(path), "%s/tests/campaigns/files/good/%s",
             root != NULL ? root : ".", name);
    faults_init(&faults);
    buf_init(&out, JSON_MAX_BYTES);
    struct campaign *campaign = campaign_load(path, NULL, &faults, NULL);
    faults_print(&faults, &out);
    if (campaign == NULL)
        fail_msg("%s", out.data);
    buf_free(&out);
    faults_free(&faults);
    return campaign;
}

static void a_refill_campaign(void **state)
{
    (void)state;
    struct campaign *campaign = load_good("refill.json");
    assert_string_equal(campaign->name, "refill");
    assert_string_equal(campaign->purpose, "prescription");
    assert_int_equal(campaign->priority, 2);
    assert_int_equal(campaign->anchor, ANCHOR_FILL);
    assert_int_equal(campaign->audience_count, 3);
    assert_int_equal(campaign->audience[1].line, 5);
    assert_true(campaign->combine);
    assert_int_equal(campaign->combine_within.count, 3);
    assert_non_null(campaign->stop_when);
    assert_int_equal(campaign->step_count, 4);

    const struct step *soon = campaign_step(campaign, "soon");
    assert_int_equal(soon->ladder_count, 2);
    assert_int_equal(soon->ladder[0].channel, CHANNEL_SMS);
    assert_int_equal(soon->ladder[0].wait.count, 1);
    assert_int_equal(soon->ladder[0].wait.unit, UNIT_DAYS);
    assert_int_equal(soon->ladder[1].channel, CHANNEL_EMAIL);
    assert_int_equal(soon->if_closed, CLOSED_EARLIER);
    assert_int_equal(soon->attempts, 4);
    assert_string_equal(soon->message, "due");
    assert_int_equal(soon->when.sign, -1);
    assert_true(soon->until.given);
    assert_false(soon->not_before.given);

    const struct step *pharmacist = campaign_step(campaign, "pharmacist");
    assert_int_equal(pharmacist->ladder_count, 0);
    assert_string_equal(pharmacist->task->to, "pharmacist");
    assert_int_equal(pharmacist->task->within.unit, UNIT_BUSINESS_DAYS);
    assert_null(campaign_step(campaign, "nothing"));

    const struct message *due = campaign_message(campaign, "due");
    assert_int_equal(due->text_count, 2);
    assert_string_equal(due->texts[0].language, "en");
    assert_string_equal(due->texts[1].language, "es");
    assert_string_equal(campaign->default_language, "en");
    assert_int_equal(due->texts[0].voice_key_count, 2);
    assert_int_equal(campaign->reply_count, 3);
    assert_string_equal(campaign->replies[0].intent, "request-refill");
    campaign_free(campaign);
}

static void a_recall_with_intake_and_holdout(void **state)
{
    (void)state;
    struct campaign *campaign = load_good("colorectal-recall.json");
    assert_int_equal(campaign->anchor, ANCHOR_PATIENT);
    assert_int_equal(campaign->intake.count, 150);
    assert_true(campaign->intake.weekdays_only);
    assert_true(campaign->intake.per_clinic);
    assert_int_equal(campaign->intake.order, INTAKE_LONGEST_OVERDUE);
    assert_true(campaign->holdout.share > 0.0999 &&
                campaign->holdout.share < 0.1001);
    assert_int_equal(campaign->holdout.horizon.count, 120);
    assert_int_equal(campaign->holdout.looks, 1);
    assert_true(campaign->holdout.outcome->of_entry);

    const struct measure *measure = campaign->occurrence->measure;
    assert_string_equal(measure->name, "colorectal");
    assert_int_equal(measure->first_due_months, 45 * 12);
    assert_int_equal(measure->satisfier_count, 5);
    assert_string_equal(measure->satisfiers[4].kind, "colonoscopy");
    assert_int_equal(measure->satisfiers[4].months, 120);
    assert_int_equal(measure->exclusions[1].kind, EXCLUDE_PROCEDURE);
    assert_string_equal(measure->exclusions[1].code, "total-colectomy");
    assert_string_equal(measure->only_results[0], "normal");

    assert_string_equal(campaign->replies[2].intent, "decline");
    assert_true(campaign->replies[2].has_for);
    assert_int_equal(campaign->replies[2].for_long.unit, UNIT_MONTHS);
    campaign_free(campaign);
}

static void a_post_discharge_campaign(void **state)
{
    (void)state;
    struct campaign *campaign = load_good("post-discharge.json");
    assert_int_equal(campaign->priority, 0);
    assert_true(campaign->holdout.never);
    assert_string_equal(campaign->on_entry->kind, "tcm-call");
    assert_true(campaign->on_entry->due.given);
    assert_false(campaign->on_entry->has_within);
    assert_int_equal(campaign->if_not_reached->within.unit, UNIT_OPEN_HOURS);
    assert_true(campaign->has_if_silent);
    assert_int_equal(campaign->if_silent_after.count, 24);
    assert_non_null(campaign->if_silent_only_if);
    /* The not reached reach a person, so an unknown end does too. */
    assert_int_equal(campaign->steps[0].when_unknown, UNKNOWN_TASK);
    assert_int_equal(campaign->steps[0].ask_count, 2);
    assert_string_equal(campaign->steps[0].ask[1], "medicines");
    assert_null(campaign->steps[0].message);
    assert_int_equal(campaign->question_count, 3);
    assert_string_equal(campaign->questions[0].free_text, "triage");
    assert_string_equal(campaign->questions[0].answers[2].urgency, "red");
    assert_string_equal(campaign->urgencies[0].reply, "emergency-now");
    assert_string_equal(campaign->urgencies[0].task->then, "charge nurse");
    assert_true(campaign->urgencies[1].task->same_day);
    const struct message *feeling = campaign_message(campaign, "feeling");
    assert_int_equal(feeling->texts[0].voice_key_count, 2);
    const struct message *visit = campaign_message(campaign, "visit");
    assert_non_null(visit->texts[0].sms);
    assert_null(visit->texts[0].voice_say); /* a plain text is an SMS */
    campaign_free(campaign);
}

static void the_default_language_comes_first(void **state)
{
    (void)state;
    struct campaign *campaign = load_good("two-languages.json");
    assert_string_equal(campaign->default_language, "es");
    assert_string_equal(campaign->messages[0].texts[0].language, "es");
    assert_string_equal(campaign->messages[0].texts[1].language, "en");
    campaign_free(campaign);
}

static void purposes_and_their_priority(void **state)
{
    (void)state;
    /* S-14: post-discharge > appointment > refill > screening > marketing */
    static const char *const order[] = {"post-discharge", "appointment",
                                        "prescription", "screening",
                                        "marketing"};
    for (size_t i = 1; i < sizeof(order) / sizeof(order[0]); i++)
        assert_true(purpose_find(order[i - 1])->priority <
                    purpose_find(order[i])->priority);
    assert_null(purpose_find("nothing"));
    size_t count = 0;
    while (purpose_at(count) != NULL)
        count++;
    assert_true(count >= 9);
}

/* A campaign over visits with a few places to fill in. */
struct draft {
    const char *about;
    const char *step;    /* members behind "send" and "message" */
    const char *text;    /* the members of the English message */
    const char *members; /* of the campaign */
    const char *want;    /* in what is told; NULL: nothing is */
};
#define WHO "{{clinic.public_name}}: "
#define STOP " Call {{clinic.phone}}. Reply STOP to opt out."
#define FINE "\"sms\": \"" WHO "see you soon." STOP "\""

static void write_draft(const struct draft *draft, const char *path)
{
    struct buf text;
    buf_init(&text, JSON_MAX_BYTES);
    buf_format(&text,
               "{ \"campaign\": \"x\", \"owner\": \"desk\",\n"
               "  \"purpose\": \"appointment\", \"anchor\": \"appointment\",\n"
               "  \"audience\": [ \"status = 'booked'\" ], %s\n"
               "  \"steps\": [ { \"step\": \"one\", \"message\": \"m\",\n"
               "    \"when\": \"1 day before start\", %s } ],\n"
               "  \"messages\": { \"m\": { \"en\": { %s } } } }\n",
               draft->members != NULL ? draft->members : "",
               draft->step != NULL
                   ? draft->step
                   : "\"send\": \"sms\", \"until\": \"1 hour before start\"",
               draft->text != NULL ? draft->text : FINE);
    assert_true(file_write(path, text.data, text.len, 0600, NULL));
    buf_free(&text);
}

#define UNTIL "\"until\": \"1 hour before start\""
/* Four moments, one text each. */
#define MORE(name)                                       \
    " }, { \"step\": \"" name "\", \"message\": \"m\", " \
    "\"when\": \"1 day before start\", \"send\": \"sms\", " UNTIL
#define FOUR "\"send\": \"sms\", " UNTIL MORE("two") MORE("three") MORE("four")
#define LONG "Please remember to bring along everything that you were asked. "
/* A second step that calls and asks. */
#define CALL(questions)                                             \
    "\"send\": \"sms\", " UNTIL                                     \
    " }, { \"step\": \"call\", \"when\": \"2 days before start\", " \
    "\"send\": \"voice\", " UNTIL ", \"ask\": [" questions "]"
#define QUESTION(name, text) \
    "\"" name "\": { \"answers\": { \"1\": \"ok\" }, \"en\": " text " }"
#define SAID(say, keys) \
    "{ \"voice\": { \"say\": \"" say "\", \"keys\": {" keys "} } }"
static const struct draft drafts[] = {
    {.about = "nothing to say about a good one"},
    {.about = "S-7: CANCEL never reaches us",
     .members = "\"replies\": { \"CANCEL\": \"cancel\" },",
     .want = "x.json:3:53: warning: carriers take \"CANCEL\" for themselves"},
    {.about = "S-7, S-9: YES is an opt-in",
     .members = "\"replies\": { \"yes\": \"confirm\" },",
     .want = "carriers take \"yes\""},
    {.about = "S-7: HELP is answered by carriers",
     .members = "\"replies\": { \"Help\": \"call-me\" },",
     .want = "carriers take \"Help\""},
    {.about = "an answer of which nothing is left to compare (S-11)",
     .members = "\"replies\": { \"\xF0\x9F\x91\x8D\": \"confirm\" },",
     .want = "error: nobody can answer"},
    {.about = "two answers that are written alike",
     .members = "\"replies\": { \"S\u00ED\": \"confirm\", \"si\": \"fine\" },",
     .want = "error: \"S\u00ED\" and \"si\" are the same answer"},
    {.about = "L-4.7: every text says how to stop",
     .text = "\"sms\": \"" WHO "see you soon.\"",
     .want = "no opt-out line"},
    {.about = "a stop is a word of its own",
     .text = "\"sms\": \"" WHO "we are at NONSTOP street.\"",
     .want = "no opt-out line"},
    {.about = "L-4.2: every text says who writes",
     .text = "\"sms\": \"See you soon." STOP "\"",
     .want = "does not say who writes"},
    {.about = "S-3: more than one segment",
     .text = "\"sms\": \"" WHO
             "this text is long, it goes on and on about nothing, it tells "
             "the patient things that nobody needs to know before a visit, "
             "and so it is cut in two." STOP "\"",
     .want = "2 segments; one holds 160"},
    {.about = "S-4: one letter outside GSM-7",
     .text =
         "\"sms\": \"" WHO
         "su cita es mañana por la mañana, llámenos por teléfono." STOP "\"",
     .want = "'á' is outside GSM-7, so one holds 70"},
    {.about = "L-31: a clinician's name is no voicemail",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"" WHO "hello\", \"keys\": { \"9\": "
             "\"opt-out\" }, \"voicemail\": \"See {{practitioner}}.\" }",
     .want = "voicemail: {{practitioner}} tells more than may be said there "
             "(tier 2, at most 0: L-31)"},
    {.about = "L-31: never the kind of visit",
     .text = "\"sms\": \"" WHO "{{visit_type}}." STOP "\"",
     .want = "error: 'm' in 'en', sms: {{visit_type}} tells more"},
    {.about = "L-4.7: 9 stops every call, also one that does not say so",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"" WHO "hello\" }"},
    {.about = "L-4.7: 9 means nothing else",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Press 9.\", \"keys\": { \"9\": "
             "\"confirm\" } }",
     .want = "x.json:6:30: error: 'm' in 'en', voice: key 9 is \"opt-out\" in "
             "every call, and no other key is (L-4)"},
    {.about = "L-4.7: and no other key stops the calls",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Press 8.\", \"keys\": { \"8\": "
             "\"opt-out\" } }",
     .want = "error: 'm' in 'en', voice: key 9 is \"opt-out\""},
    {.about = "a key that nobody hears of",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"It is at 1:15. Press 12.\", \"keys\": "
             "{ \"1\": \"confirm\" } }",
     .want = "warning: 'm' in 'en', voice: key 1 (confirm) is never announced"},
    {.about = "a key that is announced and does nothing",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Press 1 to confirm, 4 for "
             "directions.\", \"keys\": { \"1\": \"confirm\" } }",
     .want = "x.json:6:30: error: 'm' in 'en', voice: key 4 is announced and "
             "does nothing; write it in \"keys\""},
    {.about = "keys that are said the wrong way round",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Press 2 to confirm, 1 to change "
             "it.\", \"keys\": { \"1\": \"confirm\", \"2\": "
             "\"reschedule\" } }",
     .want = "x.json:6:30: warning: 'm' in 'en', voice: key 2 is said to be "
             "for \"confirm\", and is \"reschedule\""},
    {.about = "in Spanish, and without any keys",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Hello.\" } }, \"es\": { \"voice\": { "
             "\"say\": \"Oprima 1 para confirmar.\" }",
     .want = "error: 'm' in 'es', voice: key 1 is announced and does nothing"},
    {.about = "9 needs no writing down",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Press 9 to stop these calls.\" }"},
    {.about = "a question announces its answers and its keys",
     .step = CALL("\"q\""),
     .members = "\"questions\": { " QUESTION(
         "q", SAID("Press 1 for yes, 0 for us, 3 for no.",
                   "\"0\": \"transfer\"")) " },",
     .want = "error: 'q' in 'en', voice: key 3 is announced and does nothing; "
             "write it in \"keys\" or as an answer"},
    {.about = "a campaign with replies, and a call that hears none",
     .step = "\"send\": \"voice\", " UNTIL,
     .members = "\"replies\": { \"C\": \"confirm\" },",
     .text = "\"voice\": { \"say\": \"See you soon. Press 3 to hear it "
             "again.\", \"keys\": { \"3\": \"repeat\" } }",
     .want = "warning: 'm' in 'en', voice: the campaign has \"replies\", and "
             "no key of this call answers; write \"keys\""},
    {.about = "L-4.5: a voicemail keeps the same minute",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"Hello.\", \"voicemail\": \"Please call "
             "{{clinic.phone}}. " LONG LONG LONG LONG LONG LONG LONG LONG LONG
                 LONG LONG LONG LONG LONG LONG "\" }",
     .want = "x.json:6:30: error: 'm' in 'en', voicemail: it takes about 72 "
             "seconds; at most 60 (L-4)"},
    {.about = "L-4.5: a call of a minute at most, waiting included",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"" LONG LONG LONG LONG LONG LONG LONG LONG
             "\" }",
     .want = "error: 'm' in 'en', voice: with who calls, whom for and the time "
             "to press keys the call takes about "},
    {.about = "L-31: who calls tells nothing of the patient",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"from\": \"{{practitioner}}\", \"say\": \"Hi\" }",
     .want = "who calls: {{practitioner}} tells more than may be said there "
             "(tier 2, at most 0: L-31)"},
    {.about = "L-4.7, L-19: \"Reply 1\" is nothing to say on the phone",
     .step = CALL("\"q\""),
     .members = "\"questions\": { " QUESTION(
         "q", "\"" WHO "coming? Reply 1 yes." STOP "\"") " },",
     .want = "x.json:3:94: error: 'q' has no voice text in 'en'; step 'call' "
             "sends it there"},
    {.about = "its answers are keys, and announced",
     .step = CALL("\"q\""),
     .members =
         "\"questions\": { " QUESTION("q", SAID(WHO "coming?", "")) " },",
     .want = "'q' in 'en', voice: key 1 (answer) is never announced"},
    {.about = "also where they are spelled out",
     .step = CALL("\"q\""),
     .members = "\"questions\": { " QUESTION(
         "q", SAID(WHO "coming? Press one.", "")) " },"},
    {.about = "once a call: its second question goes on",
     .step = CALL("\"q\", \"r\""),
     .members = "\"questions\": { " QUESTION(
         "q", SAID(WHO "coming? Press 1.",
                   "\"9\": \"opt-out\"")) ", " QUESTION("r",
                                                        SAID("By car? Press 1.",
                                                             "")) " },"},
    {.about = "a key is an answer or something else",
     .step = CALL("\"q\""),
     .members = "\"questions\": { \"q\": { \"answers\": { \"1\": \"ok\" }, "
                "\"en\": { \"voice\": { \"say\": \"Press 1.\", \"keys\": { "
                "\"1\": \"transfer\" } } } } },",
     .want =
         "error: 'q' in 'en', voice: key 1 is \"transfer\" and an answer, too"},
    {.about = "L-4.7: 9 is no answer",
     .step = CALL("\"q\""),
     .members =
         "\"questions\": { \"q\": { \"answers\": { \"1\": \"ok\", \"9\": "
         "\"ok\" }, \"en\": { \"voice\": { \"say\": \"Press 1 or 9.\" } } } },",
     .want =
         "error: 'q' in 'en', voice: key 9 is \"opt-out\" and an answer, too"},
    {.about = "a question that no key answers",
     .step = CALL("\"q\""),
     .members = "\"questions\": { \"q\": { \"answers\": { \"yes\": \"ok\" }, "
                "\"en\": { \"voice\": { \"say\": \"Coming?\" } } } },",
     .want = "error: 'q' in 'en', voice: none of its answers is a key"},
    {.about = "an urgent answer is answered in the call",
     .step = CALL("\"q\""),
     .members =
         "\"urgency\": { \"soon\": { \"reply\": \"m\", \"task\": { \"to\": "
         "\"nurse\", \"within\": \"1 day\" } } }, \"questions\": { \"q\": { "
         "\"answers\": { \"1\": \"ok\", \"2\": \"soon\" }, \"en\": { "
         "\"voice\": { \"say\": \"Press 1 or 2.\" } } } },",
     .want = "x.json:6:30: error: 'm' in 'en', voice: it is not written, and a "
             "call says it to who answers urgently"},
    {
        .about = "and it is, where that is written",
        .step = CALL("\"q\""),
        .members =
            "\"urgency\": { \"soon\": { \"reply\": \"m\", \"task\": { \"to\": "
            "\"nurse\", \"within\": \"9 minutes\" } } }, \"questions\": { "
            "\"q\": { "
            "\"answers\": { \"1\": \"ok\", \"2\": \"soon\" }, \"en\": { "
            "\"voice\": { \"say\": \"Press 1 or 2.\" } } } },",
        .text = "\"sms\": \"" WHO "if in danger, call 911." STOP "\""
                ", \"voice\": { \"say\": \"Dial 9 1 1.\" }",
    },
    {.about = "nobody comes to the second question",
     .step = CALL("\"q\", \"r\""),
     .members =
         "\"urgency\": { \"soon\": { \"reply\": \"m\", \"task\": { \"to\": "
         "\"nurse\", \"within\": \"1 day\" } } }, \"questions\": { \"q\": { "
         "\"answers\": { \"1\": \"soon\" }, \"en\": { \"voice\": { \"say\": "
         "\"Press 1.\" } } }, \"r\": { \"answers\": { \"1\": \"ok\" }, \"en\": "
         "{ \"voice\": { \"say\": \"Press 1.\" } } } },",
     .text = FINE ", \"voice\": { \"say\": \"Dial 9 1 1.\" }",
     .want = "warning: 'q' in 'en', voice: every answer is urgent, so that "
             "nobody is asked what comes behind it"},
    {.about = "L-4.5: all questions count for the minute",
     .step = CALL("\"q\", \"r\""),
     .members = "\"questions\": { " QUESTION(
         "q", SAID(LONG LONG "Press 1.",
                   "")) ", " QUESTION("r", SAID(LONG LONG LONG "Press 1.",
                                                "")) " },",
     .want = "error: 'q' in 'en', voice: with who calls, whom for and the time "
             "to press keys the call takes about 62 seconds; at most 60 (L-4); "
             "step 'call': 'q' 14, 'r' 18"},
    {.about = "L-4.5: and so does what an urgent answer is told",
     .step = CALL("\"q\""),
     .members =
         "\"urgency\": { \"soon\": { \"reply\": \"m\", \"task\": { \"to\": "
         "\"nurse\", \"within\": \"1 day\" } } }, \"questions\": { \"q\": { "
         "\"answers\": { \"1\": \"ok\", \"2\": \"soon\" }, \"en\": { "
         "\"voice\": { \"say\": \"Please remember to bring along everything "
         "that you were asked. Please remember to bring along everything that "
         "you were asked. Press 1 or 2.\" } } } },",
     .text = FINE ", \"voice\": { \"say\": \"" LONG LONG LONG "\" }",
     .want = "error: 'q' in 'en', voice: with who calls, whom for and the time "
             "to press keys the call takes about 62 seconds; at most 60 (L-4); "
             "step 'call': 'q' 14, 'm' 17"},
    {.about = "a recording, and its words",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"See you soon.\", \"recording\": "
             "\"https://a.example/soon.mp3\" }"},
    {.about = "a recording names nobody",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"We see you {{start | day}}.\", "
             "\"recording\": \"https://a.example/soon.mp3\" }",
     .want = "warning: 'm' in 'en', voice: a recording says the same to "
             "everybody, and its text says {{start}}"},
    {.about = "L-4.6: three a week",
     .step = FOUR,
     .want = "7 days want up to 4 texts and calls"},
    {.about = "the budget bounds a ladder",
     .step = "\"send\": \"sms, else voice\", \"attempts\": 1, " UNTIL MORE(
         "two") MORE("three"),
     .text = FINE ", \"voice\": { \"say\": \"" WHO
                  "{{clinic.phone}}, an automated call. Press 9 to stop.\", "
                  "\"keys\": { \"9\": \"opt-out\" }, \"voicemail\": \"" WHO
                  "{{clinic.phone}}\" }"},
    {.about = "email is not counted with texts and calls",
     .step = "\"send\": \"sms, else email\", " UNTIL MORE("two") MORE("three"),
     .text = FINE ", \"email\": { \"subject\": \"Soon\", \"text\": \"Soon\" }"},
    {.about = "when is a reminder too late?",
     .step = "\"send\": \"sms\"",
     .want = "'one' has no \"until\""},
    {.about = "L-4.7: a voicemail names a number",
     .step = "\"send\": \"voice\", " UNTIL,
     .text = "\"voice\": { \"say\": \"" WHO "hello\", \"keys\": { \"9\": "
             "\"opt-out\" }, \"voicemail\": \"Please call us.\" }",
     .want = "voicemail: names no number to call back"},
    {.about = "red flags at night",
     .members = "\"urgency\": { \"red\": { \"task\": { \"to\": \"nurse\", "
                "\"within\": \"15 minutes\" } } }, \"if_not_reached\": { "
                "\"task\": { \"to\": \"nurse\", \"within\": \"1 day\" } },",
     .want = "red flags come at night too"},
    {.about = "red flags in opening hours",
     .members = "\"urgency\": { \"red\": { \"task\": { \"to\": \"nurse\", "
                "\"within\": \"same day\", \"then\": \"x\" } } }, "
                "\"if_not_reached\": { \"task\": { \"to\": \"nurse\", "
                "\"within\": \"1 day\" } },",
     .want = "a red flag waits for no opening hours"},
    {.about = "S-11: danger is nobody's slow task",
     .members = "\"urgency\": { \"soon\": { \"task\": { \"to\": \"nurse\", "
                "\"within\": \"4 open hours\" } } },",
     .want = "no urgency here is due within 15 minutes: 'nurse' has that time"},
    {.about = "S-11: the reply to danger tells whom to call",
     .members = "\"urgency\": { \"now\": { \"reply\": \"m\", \"task\": { "
                "\"to\": \"nurse\", \"within\": \"15 minutes\" } } },",
     .want = "'m' names no emergency number: who writes of danger gets the "
             "answer for \"emergency\""},
    {.about = "a question that collides with a reply",
     .members =
         "\"replies\": { \"1\": \"confirm\" }, \"questions\": { \"q\": { "
         "\"answers\": { \"1\": \"ok\" }, \"en\": \"How?\" } },",
     .want = "\"1\" answers this question and is one of \"replies\""},
    {.about = "possible for those who enter in the morning",
     .step = "\"send\": \"sms\", \"until\": \"1 hour before start\", "
             "\"not_before\": \"1 day before start at 17:00\""},
    {.about = "an end before the earliest begin",
     .step = "\"send\": \"sms\", \"until\": \"3 hours before start\", "
             "\"not_before\": \"2 hours before start\"",
     .want = "error: \"not_before\" does not lie before \"until\""},
    {.about = "a text that nobody sends",
     .members = "\"questions\": { \"q\": { \"answers\": { \"1\": \"ok\" }, "
                "\"en\": \"How?\" } },",
     .want = "'q' is sent by no step"},
    {.about = "M-5: looking often costs",
     .members = "\"holdout\": { \"share\": \"10%\", \"outcome\": "
                "\"confirmed\", \"horizon\": \"1 day\", \"looks\": 5 },",
     .want = "every further look widens the interval (M-5)"},
};

static void advice_is_given(void **state)
{
    (void)state;
    char path[PATH_BYTES];
    file_join(path, sizeof(path), folder, "x.json");
    for (size_t i = 0; i < sizeof(drafts) / sizeof(drafts[0]); i++) {
        struct faults faults;
        struct buf out;
        faults_init(&faults);
        buf_init(&out, JSON_MAX_BYTES);
        write_draft(&drafts[i], path);
        struct campaign *campaign = campaign_load(path, NULL, &faults, NULL);
        faults_print(&faults, &out);
        bool refused =
            drafts[i].want != NULL && strstr(drafts[i].want, "error") != NULL;
        if ((campaign == NULL) != refused)
            fail_msg("%s: %s", drafts[i].about, out.data);
        if (drafts[i].want == NULL ? faults.count > 0
                                   : strstr(out.data, drafts[i].want) == NULL)
            fail_msg("%s: said\n%s", drafts[i].about, out.data);
        campaign_free(campaign);
        buf_free(&out);
        faults_free(&faults);
    }
}

static void write_file(const char *name, const char *text)
{
    char path[PATH_BYTES];
    struct error err = {0};
    file_join(path, sizeof(path), folder, name);
    if (!file_write(path, text, strlen(text), 0600, &err))
        fail_msg("%s", err.text);
}

/* The only warning that a campaign with this Spanish file gets, or "". */
static void load_translation(const char *english, const char *source, char *out,
                             size_t size)
{
    char path[PATH_BYTES];
    char text[1000];
    struct faults faults;
    file_join(path, sizeof(path), folder, "t");
    if (!file_is_directory(path))
        assert_true(file_make_directory(path, 0700, NULL));
    write_file("t.json",
               "{ \"campaign\": \"x\", \"owner\": \"desk\", \"purpose\": "
               "\"notice\", \"anchor\": \"patient\", \"audience\": [ \"true\" "
               "], \"steps\": [ { \"step\": \"one\", \"when\": \"on entry\", "
               "\"until\": \"1 day after entry\", \"send\": \"sms\", "
               "\"message\": \"m\" } ], \"messages\": \"t/\" }");
    snprintf(text, sizeof(text),
             "// %s\n{ \"language\": \"en\", \"messages\": { \"m\": { "
             "\"sms\": \"" WHO "%s" STOP "\" } } }",
             english, english);
    write_file("t/en.json", text);
    snprintf(text, sizeof(text),
             "{ \"language\": \"es\", %s \"messages\": { \"m\": { \"sms\": "
             "\"" WHO "hola." STOP "\" } } }",
             source);
    write_file("t/es.json", text);
    file_join(path, sizeof(path), folder, "t.json");
    faults_init(&faults);
    campaign_free(campaign_load(path, NULL, &faults, NULL));
    assert_true(faults.count <= 1);
    snprintf(out, size, "%s", faults.count > 0 ? faults.items[0].text : "");
    faults_free(&faults);
}

static void a_stale_translation_shows(void **state)
{
    (void)state;
    char said[1000];
    char source[100];
    load_translation("hello.", "", said, sizeof(said));
    const char *at = strstr(said, "\"source\": \"en@");
    assert_non_null(at); /* tells what to write */
    snprintf(source, sizeof(source), "%s,", at);
    load_translation("hello.", source, said, sizeof(said));
    assert_string_equal(said, "");
    load_translation("hello to all.", source, said, sizeof(said));
    if (strstr(said, "made from en@") == NULL)
        fail_msg("%s", said);
    load_translation("hello.", "\"source\": \"en\",", said, sizeof(said));
    assert_non_null(strstr(said, "names a language and the first digits"));
    load_translation("hello.", "\"source\": \"fr@1234\",", said, sizeof(said));
    assert_non_null(strstr(said, "no language file for 'fr'"));
}

static void the_cap_can_be_told(void **state)
{
    (void)state;
    char path[PATH_BYTES];
    struct bundle_options options = {.weekly_cap = 4};
    struct faults faults;
    struct draft draft = {.step = FOUR};
    file_join(path, sizeof(path), folder, "x.json");
    write_draft(&draft, path);
    faults_init(&faults);
    struct campaign *campaign = campaign_load(path, &options, &faults, NULL);
    assert_int_equal(faults.count, 0);
    campaign_free(campaign);
    faults_free(&faults);
}

/* L-31: where the policy's words are known. */
static void words_that_tell_are_told_of(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct telling_lists telling;
    telling_read(&telling.light, "refill", arena);
    telling_read(&telling.clinical,
                 " colonoscopy  biopsy birth-control -ectomy", arena);
    struct bundle_options options = {.telling = &telling};
    static const struct {
        const char *about, *sms, *want;
    } rows[] = {
        {"neutral", "see you soon." STOP, NULL},
        {"a text may tell lightly of care", "a refill is due." STOP, NULL},
        {"but not which", "your Colonoscopy is due." STOP,
         "\"colonoscopy\" tells more than may be said there (tier 3, at most"
         " 2: L-31)"},
        {"nor several", "two colonoscopies are due." STOP,
         "\"colonoscopies\" tells more"},
        {"nor by two words", "your birth control is due." STOP,
         "\"birthcontrol\" tells more"},
        {"which alone tell nothing", "control your birth date." STOP, NULL},
        {"nor by how a word ends", "your appendectomy is due." STOP,
         "\"ectomy\" tells more"},
        {"which is no word", "see Mr. Ectomy." STOP, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[PATH_BYTES], text[256];
        struct faults faults;
        struct buf out;
        snprintf(text, sizeof(text), "\"sms\": \"%s%s\"", WHO, rows[i].sms);
        struct draft draft = {.text = text};
        file_join(path, sizeof(path), folder, "x.json");
        write_draft(&draft, path);
        faults_init(&faults);
        buf_init(&out, JSON_MAX_BYTES);
        campaign_free(campaign_load(path, &options, &faults, NULL));
        faults_print(&faults, &out);
        if (rows[i].want ? !strstr(out.data, rows[i].want) : faults.count > 0)
            fail_msg("%s: said\n%s", rows[i].about, out.data);
        buf_free(&out);
        faults_free(&faults);
    }
    arena_free(arena);
}

static void lists_are_checked_where_they_are_known(void **state)
{
    (void)state;
    static const char *const lists[] = {"recall-exclusions"};
    struct bundle_options options = {.lists = lists, .list_count = 1};
    char path[PATH_BYTES];
    struct faults faults;
    struct draft draft = {
        .members =
            "\"stop_when\": \"confirmed or in list 'recal-exclusions'\","};
    file_join(path, sizeof(path), folder, "x.json");
    write_draft(&draft, path);
    faults_init(&faults);
    assert_null(campaign_load(path, &options, &faults, NULL));
    assert_int_equal(faults.errors, 1);
    assert_string_equal(faults.items[0].text,
                        "the store has no list 'recal-exclusions'; did you "
                        "mean 'recall-exclusions'?");
    faults_free(&faults);
}

static void damaged_bundles_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{}",
        "{ \"bundle\": 2, \"campaign\": {} }",
        "{ \"bundle\": 1 }",
        "{ \"bundle\": 1, \"campaign\": 7 }",
        "{ \"bundle\": 1, \"campaign\": {}, \"languages\": 3 }",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct faults faults;
        faults_init(&faults);
        assert_null(campaign_from_bundle(texts[i], strlen(texts[i]), &faults));
        assert_true(faults.errors > 0);
        faults_free(&faults);
    }
}

struct blast_row {
    const char *about;
    struct blast_spec spec;
    const char *want; /* in what is told; NULL: it is taken */
};

static void blasts_are_campaigns_of_one_step(void **state)
{
    (void)state;
    struct blast_spec spec = {
        .name = "storm-2026-12-01",
        .purpose = "notice",
        .owner = "nurse line",
        .where = "clinic.id = 'A' and patient.age >= 18",
        .language = "en",
        .send = "sms, else email after 1 hour",
        .subject = "We are closed",
        .text = "{{clinic.public_name}}: we are closed today. Reply STOP to "
                "opt out.",
        .until = "2026-12-01T17:00:00-05:00",
    };
    struct faults faults;
    struct buf bundle;
    faults_init(&faults);
    buf_init(&bundle, JSON_MAX_BYTES);
    assert_true(blast_bundle(&spec, NULL, &bundle, &faults));
    struct campaign *campaign =
        campaign_from_bundle(bundle.data, bundle.len, &faults);
    assert_non_null(campaign);
    assert_int_equal(faults.count, 0);
    assert_string_equal(campaign->name, "storm-2026-12-01");
    assert_string_equal(campaign->owner, "nurse line");
    assert_int_equal(campaign->anchor, ANCHOR_PATIENT);
    assert_int_equal(campaign->step_count, 1);
    const struct step *step = campaign_step(campaign, "blast");
    assert_int_equal(step->when.base, BASE_ENTRY);
    assert_int_equal(step->until.base, BASE_INSTANT);
    assert_int_equal(step->ladder_count, 2);
    assert_string_equal(campaign_message(campaign, "blast")->texts[0].sms,
                        spec.text);
    campaign_free(campaign);
    buf_free(&bundle);
    faults_free(&faults);
}

static void wrong_blasts_name_the_flag(void **state)
{
    (void)state;
    static const struct blast_row rows[] = {
        {"a good one",
         {.name = "x", .purpose = "notice", .text = "Closed."},
         NULL},
        {"advice goes without a line",
         {.name = "x", .purpose = "notice", .text = "Closed."},
         "blast: warning: 'blast' in 'en', sms: no opt-out line"},
        {"a messages object of one's own",
         {.name = "x",
          .purpose = "notice",
          .messages = "{ \"blast\": { \"es\": { \"sms\": \"Cerrado.\" } } }"},
         NULL},
        {"an unknown purpose",
         {.name = "x", .purpose = "fun", .text = "Closed."},
         "--purpose: error: one of appointment"},
        {"a name with blanks",
         {.name = "a b", .purpose = "notice", .text = "Closed."},
         "--name: error"},
        {"an unknown field",
         {.name = "x",
          .purpose = "notice",
          .where = "agee > 3",
          .text = "Closed."},
         "--where:1:1: error: unknown name 'agee'"},
        {"an unknown placeholder",
         {.name = "x", .purpose = "notice", .text = "Hi {{clinic.nam}}"},
         "--message:1:4: error"},
        {"nobody's",
         {.name = "x", .purpose = "notice", .owner = " ", .text = "Closed."},
         "--owner: error: the role"},
        {"nothing to say",
         {.name = "x", .purpose = "notice"},
         "--message: error: there is nothing to say"},
        {"a local time",
         {.name = "x",
          .purpose = "notice",
          .text = "Closed.",
          .until = "2026-12-01T17:00"},
         "--until: error"},
        {"email without a subject",
         {.name = "x", .purpose = "notice", .text = "Closed.", .send = "email"},
         "has no email text"},
        {"broken messages",
         {.name = "x", .purpose = "notice", .messages = "{ \"blast\": "},
         "--message-file:1:12: error"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct faults faults;
        struct buf bundle;
        struct buf out;
        faults_init(&faults);
        buf_init(&bundle, JSON_MAX_BYTES);
        buf_init(&out, JSON_MAX_BYTES);
        bool done = blast_bundle(&rows[i].spec, NULL, &bundle, &faults);
        faults_print(&faults, &out);
        if (done != (faults.errors == 0) || (bundle.len > 0) != done ||
            (rows[i].want == NULL && !done))
            fail_msg("%s: %s", rows[i].about, out.data);
        if (rows[i].want != NULL && strstr(out.data, rows[i].want) == NULL)
            fail_msg("%s: said\n%s", rows[i].about, out.data);
        buf_free(&bundle);
        buf_free(&out);
        faults_free(&faults);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refill_campaign),
        cmocka_unit_test(a_recall_with_intake_and_holdout),
        cmocka_unit_test(a_post_discharge_campaign),
        cmocka_unit_test(the_default_language_comes_first),
        cmocka_unit_test(purposes_and_their_priority),
        cmocka_unit_test(advice_is_given),
        cmocka_unit_test(a_stale_translation_shows),
        cmocka_unit_test(the_cap_can_be_told),
        cmocka_unit_test(words_that_tell_are_told_of),
        cmocka_unit_test(lists_are_checked_where_they_are_known),
        cmocka_unit_test(damaged_bundles_are_refused),
        cmocka_unit_test(blasts_are_campaigns_of_one_step),
        cmocka_unit_test(wrong_blasts_name_the_flag),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
