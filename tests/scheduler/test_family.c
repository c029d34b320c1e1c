/* SPDX-License-Identifier: Apache-2.0 */
/* "combine": who speaks in one message with whom, what becomes of the others
 * when it fails, and that nobody is told of whom they may not be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/consent.h"
#include "store/forgotten.h"
#include "store/store.h"
#include "tests/scheduler/world.h"

/* Ada is 60; Ana and Leo are 8 and 10 and reached through her. */
enum { ADA = 1, ANA = 2, LEO = 3, OTHER = 4 };
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define DELIVERED                                                \
    "\"default\": {\"events\": [{\"after_ms\": 10, \"outcome\":" \
    " \"delivered\", \"rank\": 9, \"ended\": true}]}"
/* Leo's guardian says stop, for him, now. */
#define OPT_OUT                                                       \
    "INSERT INTO suppression(patient_id, reason, since_at) SELECT 3," \
    " 'opt-out', max(submitted_at) + 1 FROM attempt"
/* The first is refused for an hour. */
#define THROTTLED                                                    \
    "{\"driver\": \"fake\", \"answers\": [{\"match\": {\"nth\": 1}," \
    " \"events\": [{\"after_ms\": 50, \"outcome\": \"throttled\","   \
    " \"rank\": 1, \"ended\": true, \"retry_after_ms\": "            \
    "3600000}]}]," DELIVERED "}"
#define LIST "{{#each}}{{patient.first_name}} {{start | time}}. {{/each}}"

/* A day before at 10:00; useful until an hour before. */
static const char *campaign(const char *combine, const char *send,
                            const char *more, const char *sms)
{
    static char text[4096];
    snprintf(text, sizeof(text),
             "{\"campaign\": \"reminder\", \"owner\": \"front desk\","
             " \"purpose\": \"appointment\", \"anchor\": \"appointment\","
             " \"audience\": [\"status = 'booked'\"], \"combine\": \"%s\", %s"
             " \"steps\": [{\"step\": \"day-before\", \"when\": \"1 day before"
             " start at 10:00\", \"until\": \"1 hour before start\","
             " \"send\": \"%s\", \"preferred_first\": true, \"message\":"
             " \"soon\"}], \"messages\": {\"soon\": {\"en\": {\"sms\": \"%s\","
             " \"email\": {\"subject\": \"Visits\", \"text\":"
             " \"{{clinic.public_name}}: " LIST
             "Call {{clinic.phone}}.\", \"calendar\": true},"
             " \"voice\": {\"say\": \"{{clinic.public_name}}. " LIST
             "Press 9 to stop.\", \"keys\": {\"9\": \"opt-out\"},"
             " \"voicemail\": \"Call {{clinic.phone}}.\"}}}}}",
             combine, more, send, sms);
    return text;
}

static const char family[] = "per family within 1 day";
static const char sms[] = "{{clinic.public_name}}: " LIST
                          "Call {{clinic.phone}}. Reply STOP to opt out.";

/* Ada, her children, and somebody else; each child's visit on Wednesday. */
static void home_open(struct world *world, const char *text)
{
    world_open(world, "2026-11-23T08:00");
    world_launch(world, text);
    for (int i = ADA; i <= OTHER; i++)
        world_patient(world);
    world_sql(world,
              "UPDATE patient SET given_name = 'Ana', birth_on = '2018-01-01',"
              " guardian_id = %d WHERE id = %d;"
              "UPDATE patient SET given_name = 'Leo', birth_on = '2016-01-01',"
              " guardian_id = %d WHERE id = %d;"
              "INSERT INTO clinic(id, external_id, name, public_name, phone,"
              " zone) VALUES (2, 'c2', 'Oak', 'Oak Clinic', '+12125550200',"
              " 'America/New_York')",
              ADA, ANA, ADA, LEO);
    world_visit(world, ANA, "2026-11-25T15:00");
    world_visit(world, LEO, "2026-11-25T15:30");
}

/* "Ana Leo|Ada": whom each message so far names. */
static const char *told(struct world *world)
{
    static const char *const names[] = {"Ada", "Ana", "Leo"};
    static char out[256];
    out[0] = '\0';
    for (size_t i = 0; i < world_sent(world); i++) {
        const char *gap = i ? "|" : "";
        for (size_t n = 0; n < COUNT(names); n++) {
            if (!strstr(world_message(world, i)->text, names[n]))
                continue;
            size_t len = strlen(out);
            snprintf(out + len, sizeof(out) - len, "%s%s", gap, names[n]);
            gap = " ";
        }
    }
    return out;
}

static void expect_told(struct world *world, const char *about,
                        const char *expect)
{
    if (strcmp(told(world), expect) != 0)
        fail_msg("%s: '%s'", about, told(world));
}

static int64_t state_of(struct world *world, int patient)
{
    return world_number(world,
                        "SELECT state FROM outreach WHERE patient_id = %d"
                        " AND channel != 15",
                        patient);
}

static void one_text_tells_both_times(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "sms", "", sms));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 1);
    const struct fake_message *message = world_message(&world, 0);
    assert_string_equal(message->to, "+12125550001");
    assert_string_equal(message->text,
                        "Elm Clinic: Ana 3:00 PM. Leo 3:30 PM. Call"
                        " 212-555-0100. Reply STOP to opt out.");
    assert_int_equal(state_of(&world, ANA), 3);
    assert_int_equal(state_of(&world, LEO), 8);
    /* one attempt, which counts for each of them; both in the audit */
    assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt"), 1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM attempt_also"
                                          " WHERE patient_id = 3"),
                     1);
    assert_int_equal(world_number(&world, "SELECT count(*) FROM audit WHERE"
                                          " action = 'send'"),
                     2);
    world_close(&world);
}

/* L-34: each row that was told stands in the audit, also of one patient. */
static void each_visit_of_a_text_is_audited(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign("per patient within 1 day", "sms", "", sms));
    world_visit(&world, ANA, "2026-11-25T16:00");
    world_sql(&world, "UPDATE appointment SET gone_at = 1 WHERE patient_id ="
                      " 3");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM outreach WHERE"
                                          " state = 8"),
                     1);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach o WHERE o.state IN"
                             " (3, 8) AND EXISTS (SELECT 1 FROM audit WHERE"
                             " action = 'send' AND subject = 'outreach ' ||"
                             " o.id AND detail LIKE 'attempt 1 %%')"),
        2);
    world_close(&world);
}

/* Caps let one text a day through, so that what does not share comes on the
 * next day. `change` happens after planning and before the claim. */
static void who_speaks_with_whom(void **state)
{
    static const struct {
        const char *about, *combine, *change, *expect;
    } rows[] = {
        {"a guardian's children", family, "", "Ana Leo"},
        {"not where each patient is for himself", "per patient within 1 day",
         "", "Ana|Leo"},
        {"the guardian's own row never", family,
         "INSERT INTO appointment(external_id, patient_id, clinic_id,"
         " start_local, zone, start_at, status) SELECT 'own', 1, 1,"
         " '2026-11-25T16:00', zone, start_at + 3600000, 'booked' FROM"
         " appointment WHERE patient_id = 2",
         "Ana Leo|Ada"},
        {"also when hers is due first", family,
         "UPDATE outreach SET due_at = due_at + 60000;"
         "INSERT INTO appointment(external_id, patient_id, clinic_id,"
         " start_local, zone, start_at, status) SELECT 'own', 1, 1,"
         " '2026-11-25T16:00', zone, start_at + 3600000, 'booked' FROM"
         " appointment WHERE patient_id = 2",
         "Ada|Ana Leo"},
        {"also when she is written down as her own guardian", family,
         "UPDATE patient SET guardian_id = 1 WHERE id = 1;"
         "INSERT INTO appointment(external_id, patient_id, clinic_id,"
         " start_local, zone, start_at, status) SELECT 'own', 1, 1,"
         " '2026-11-25T16:00', zone, start_at + 3600000, 'booked' FROM"
         " appointment WHERE patient_id = 2",
         "Ana Leo|Ada"},
        {"two adults behind one number never", family,
         "UPDATE patient SET guardian_id = NULL, birth_on = '1990-01-01'"
         " WHERE id IN (2, 3); UPDATE contact_point SET value ="
         " '+12125550001' WHERE patient_id IN (2, 3) AND kind = 'phone'",
         "Ana|Leo"},
        {"nor two whom a guardian once was written for", family,
         "UPDATE patient SET birth_on = '1990-01-01' WHERE id IN (2, 3);"
         "UPDATE contact_point SET value = '+12125550001' WHERE patient_id"
         " IN (2, 3) AND kind = 'phone'",
         "Ana|Leo"},
        {"who is 18 today speaks for himself", family,
         "UPDATE patient SET birth_on = '2008-11-24' WHERE id = 3", "Ana|Leo"},
        {"who is 18 tomorrow is a child", family,
         "UPDATE patient SET birth_on = '2008-11-25' WHERE id = 3", "Ana Leo"},
        {"the leader of age speaks for himself", family,
         "UPDATE patient SET birth_on = '2008-11-24' WHERE id = 2", "Ana|Leo"},
        {"nobody knows how old: through the guardian", family,
         "UPDATE patient SET birth_on = NULL WHERE id = 3", "Ana Leo"},
        {"two guardians with one number are two readers", family,
         "UPDATE patient SET guardian_id = 4 WHERE id = 3; UPDATE"
         " contact_point SET value = '+12125550001' WHERE patient_id = 4"
         " AND kind = 'phone'",
         "Ana|Leo"},
        {"nobody is told of whom no contact is allowed (L-30)", family,
         "INSERT INTO restriction(patient_id, kind, since_at) VALUES"
         " (3, 'no-contact', 1)",
         "Ana"},
        {"nor where this channel is not allowed (L-30)", family,
         "INSERT INTO restriction(patient_id, kind, value, since_at) VALUES"
         " (3, 'no-channel', 'sms', 1)",
         "Ana"},
        {"nor beside another address that was asked for (L-30)", family,
         "INSERT INTO contact_point(patient_id, kind, value, use, line, zones)"
         " VALUES (1, 'phone', '+12125550077', 'work', 'mobile',"
         " 'America/New_York'); INSERT INTO restriction(patient_id, kind,"
         " value, since_at) VALUES (3, 'only-address', '+12125550077', 1)",
         "Ana|Leo"},
        {"nor of whom messages were refused (L-16)", family,
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES"
         " (3, 'opt-out', 1)",
         "Ana"},
        {"nor whose consent was revoked (L-11)", family,
         "INSERT INTO consent(patient_id, verdict, at) VALUES"
         " (3, 'revoked', 1)",
         "Ana"},
        {"of whom is marked sensitive apart", family,
         "UPDATE patient SET sensitive = 1 WHERE id = 3", "Ana|Leo"},
        {"also when that one leads", family,
         "UPDATE patient SET sensitive = 1 WHERE id = 2", "Ana|Leo"},
        {"a child that had its share today waits (L-6)", family,
         "INSERT INTO attempt(outreach_id, patient_id, channel, driver,"
         " address, submitted_at) SELECT id, 3, 0, 'x', '+12125559999',"
         " planned_at - 3600000 FROM outreach WHERE patient_id = 3",
         "Ana|Leo"},
        {"also when it was told of in its brother's message", family,
         "INSERT INTO attempt(id, outreach_id, patient_id, channel, driver,"
         " address, submitted_at) SELECT 77, id, 4, 0, 'x', '+12125559999',"
         " planned_at - 3600000 FROM outreach WHERE patient_id = 3;"
         "INSERT INTO attempt_also VALUES (3, 77)",
         "Ana|Leo"},
        {"hours of one child hold back that one", family,
         "UPDATE patient SET contact_from = 720 WHERE id = 3", "Ana|Leo"},
        {"another language is another text", family,
         "UPDATE patient SET language = 'es' WHERE id = 3", "Ana|Leo"},
        {"what the text says outside the list must be true of both", family,
         "UPDATE appointment SET clinic_id = 2 WHERE patient_id = 3",
         "Ana|Leo"},
        {"what would leave a hole stays out", family,
         "UPDATE patient SET given_name = NULL WHERE id = 3", "Ana"},
        {"what no message may say of one leaves him out of it", family,
         "UPDATE patient SET given_name = 'Leozempic' WHERE id = 3; INSERT INTO"
         " prescription(external_id, patient_id, drug_name, status) VALUES"
         " ('rx', 3, 'Leozempic 1 MG Pen', 'active')",
         "Ana"},
        {"nor is what one takes told beside the other", family,
         "UPDATE patient SET given_name = 'Anazempic' WHERE id = 2; INSERT INTO"
         " prescription(external_id, patient_id, drug_name, status) VALUES"
         " ('rx', 3, 'Anazempic 1 MG Pen', 'active')",
         "Ana|Leo"},
        {"more than fits without consent goes in two (L-4.5)", family,
         "UPDATE patient SET given_name = 'Ana Maximiliane Antoinette "
         "Wilhelmina"
         " Constanza Emilia' WHERE id = 2; UPDATE patient SET given_name ="
         " 'Leo Bartholomew Constantin Theodor Emanuel' WHERE id = 3",
         "Ana|Leo"},
        {"also with consent to longer ones for one of them alone", family,
         "UPDATE patient SET given_name = 'Ana Maximiliane Antoinette "
         "Wilhelmina"
         " Constanza Emilia' WHERE id = 2; UPDATE patient SET given_name ="
         " 'Leo Bartholomew Constantin Theodor Emanuel' WHERE id = 3; INSERT"
         " INTO consent(patient_id,"
         " verdict, at) VALUES (2, 'granted', 1)",
         "Ana|Leo"},
        {"with it for both in one", family,
         "UPDATE patient SET given_name = 'Ana Maximiliane Antoinette "
         "Wilhelmina"
         " Constanza Emilia' WHERE id = 2; UPDATE patient SET given_name ="
         " 'Leo Bartholomew Constantin Theodor Emanuel' WHERE id = 3; INSERT "
         "INTO"
         " consent(patient_id, verdict, at) VALUES (2, 'granted', 1), (3,"
         " 'granted', 1)",
         "Ana Leo"},
        {"what is cancelled is not told", family,
         "UPDATE appointment SET status = 'cancelled' WHERE patient_id = 3",
         "Ana"},
        {"who is held out is not told", family,
         "UPDATE entry SET arm = 'holdout' WHERE patient_id = 3", "Ana"},
        {"what is of no more use is not told", family,
         "UPDATE outreach SET until_at = planned_at WHERE patient_id = 3",
         "Ana"},
        {"what is due later than said waits for its time", family,
         "UPDATE outreach SET due_at = due_at + 90000000 WHERE patient_id = 3",
         "Ana|Leo"},
        {"whoever has other channels first takes them", family,
         "UPDATE patient SET preferred_channel = 'email' WHERE id = 3",
         "Ana|Leo"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        const char *send =
            strstr(rows[i].about, "other channels") ? "sms, else email" : "sms";
        home_open(&world, campaign(rows[i].combine, send, "", sms));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T09:00");
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, rows[i].about, rows[i].expect);
        world_close(&world);
    }
}

/* Leo's birth is known to the year alone. */
static void who_may_be_a_child_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *born_by, *expect;
    } rows[] = {{"2007-12-31", "Ana|Leo"}, {"2008-12-31", "Ana Leo"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world world;
        home_open(&world, campaign(family, "sms", "", sms));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T09:00");
        world_sql(&world,
                  "UPDATE patient SET birth_on = NULL, born_by = '%s' WHERE id"
                  " = 3",
                  rows[i].born_by);
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, rows[i].born_by, rows[i].expect);
        world_close(&world);
    }
}

/* A list that would become too long for one text goes in two. */
static void a_text_takes_as_many_as_it_holds(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "email", "", sms));
    for (int i = 0; i < 40; i++)
        world_visit(&world, i % 2 ? ANA : LEO, "2026-11-25T15:45");
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 2);
    assert_int_equal(
        world_number(&world, "SELECT count(*) FROM outreach WHERE state = 8"),
        40);
    assert_int_equal(world_number(&world, "SELECT max(n) FROM (SELECT count(*)"
                                          " AS n FROM outreach WHERE state = 8"
                                          " GROUP BY merged_into)"),
                     32);
    world_close(&world);

    home_open(&world, campaign(family, "sms", "", sms));
    char name[500];
    memset(name, 'o', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    world_sql(&world, "UPDATE patient SET given_name = given_name || '%s'",
              name);
    world_sql(&world, "INSERT INTO consent(patient_id, verdict, at) SELECT id,"
                      " 'granted', 0 FROM patient"); /* to longer texts */
    world_engine(&world, NULL);
    world_run(&world, "2026-11-25T12:00");
    assert_int_equal(world_sent(&world), 2); /* seven parts would be cut */
    world_close(&world);
}

/* The provider refused it for now; what happens until the next try? */
static void who_was_merged_is_looked_at_again(void **state)
{
    static const struct {
        const char *about, *change, *expect;
        int ana, leo; /* their states in the end */
    } rows[] = {
        {"nothing: both are told", "", "Ana Leo|Ana Leo", 3, 8},
        {"who opted out is not told of", OPT_OUT, "Ana Leo|Ana", 3, 5},
        {"whose visit was cancelled neither",
         "UPDATE appointment SET status = 'cancelled' WHERE patient_id = 3",
         "Ana Leo|Ana", 3, 7},
        {"who speaks for others is cancelled: they speak for themselves",
         "UPDATE appointment SET status = 'cancelled' WHERE patient_id = 2",
         "Ana Leo|Leo", 7, 3},
        {"who turned 18 is reached by himself",
         "UPDATE patient SET birth_on = '2008-01-01' WHERE id = 3",
         "Ana Leo|Ana|Leo", 3, 3},
        {"who got another guardian is told to that one, on the same phone",
         "UPDATE patient SET guardian_id = 4 WHERE id = 3; UPDATE"
         " contact_point SET value = '+12125550001' WHERE patient_id = 4"
         " AND kind = 'phone'",
         "Ana Leo|Ana|Leo", 3, 3},
        {"what is of no more use is not told",
         "UPDATE outreach SET until_at = planned_at WHERE patient_id = 3",
         "Ana Leo|Ana", 3, 6},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        home_open(&world, campaign(family, "sms", "", sms));
        world_engine(&world, THROTTLED);
        world_run(&world, "2026-11-24T10:30");
        assert_int_equal(state_of(&world, LEO), 8);
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, rows[i].about, rows[i].expect);
        if (state_of(&world, ANA) != rows[i].ana ||
            state_of(&world, LEO) != rows[i].leo)
            fail_msg("%s: %d %d", rows[i].about, (int)state_of(&world, ANA),
                     (int)state_of(&world, LEO));
        world_close(&world);
    }
}

static bool opts_out(struct world *world, struct error *err)
{
    struct opt opt = {.patient_id = ANA, .reason = "opt-out", .actor = "desk"};
    return consent_opt_out(world->store, &opt, world->now, NULL, err);
}

static bool is_forgotten(struct world *world, struct error *err)
{
    struct forgotten_stays stays;
    return forgotten_make(world->store, ANA, "desk", world->now, &stays, err);
}

/* Rows end outside the engine too: nobody stays behind one that did. */
static void who_speaks_for_others_may_leave(void **state)
{
    static const struct {
        const char *about;
        bool (*leave)(struct world *, struct error *);
    } rows[] = {{"opted out", opts_out}, {"forgotten", is_forgotten}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct error err = {0};
        home_open(&world, campaign(family, "sms", "", sms));
        world_engine(&world, THROTTLED);
        world_run(&world, "2026-11-24T10:30");
        assert_true(store_begin(world.store, &err));
        if (!rows[i].leave(&world, &err))
            fail_msg("%s: %s", rows[i].about, err.text);
        assert_true(store_commit(world.store, &err));
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, rows[i].about, "Ana Leo|Leo");
        world_close(&world);
    }
}

/* A launch without "combine" meanwhile: nobody stays behind. */
static void who_was_merged_outlives_the_word(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "sms", "", sms));
    world_engine(&world, THROTTLED);
    world_run(&world, "2026-11-24T10:30");
    char text[4096];
    snprintf(text, sizeof(text), "%s", campaign(family, "sms", "", sms));
    char *word = strstr(text, "\"combine\"");
    memcpy(word, "\"about\":  ", strlen("\"combine\":"));
    world_launch(&world, text);
    world_run(&world, "2026-11-25T14:55");
    expect_told(&world, "relaunched", "Ana Leo|Ana|Leo");
    world_close(&world);
}

/* "sms, else email after 4 hours", and no proof comes. */
static void a_later_rung_speaks_for_the_same(void **state)
{
    static const char silent[] =
        "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\"},"
        " \"default\": {\"events\": [{\"after_ms\": 50, \"outcome\":"
        " \"accepted\", \"rank\": 1}]}}";
    static const struct {
        const char *about, *change, *expect;
    } rows[] = {
        {"both are told again", "", "Ana Leo|Ana Leo"},
        {"who fits no more was told, and is left at that",
         "INSERT INTO restriction(patient_id, kind, value, since_at) VALUES"
         " (3, 'no-channel', 'email', 1)",
         "Ana Leo|Ana"},
        {"nobody joins what he was not told of before",
         "UPDATE outreach SET state = 0, merged_into = NULL, channel = 1,"
         " due_at = planned_at + 21600000 WHERE patient_id = 3; UPDATE patient"
         " SET preferred_channel = 'email' WHERE id = 3",
         "Ana Leo|Ana|Leo"},
        {"a visit that came in meanwhile goes apart",
         "INSERT INTO appointment(external_id, patient_id, clinic_id,"
         " start_local, zone, start_at, status) SELECT 'late', 3, 1,"
         " '2026-11-25T16:00', zone, start_at + 3600000, 'booked' FROM"
         " appointment WHERE patient_id = 2",
         "Ana Leo|Ana Leo|Leo|Leo"}, /* by text, and by email 4 hours on */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        home_open(&world,
                  campaign(family, "sms, else email after 4 hours", "", sms));
        world_engine(&world, silent);
        world_run(&world, "2026-11-24T10:30");
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, rows[i].about, rows[i].expect);
        world_close(&world);
    }
}

/* Phone off; by the next try there is one more visit to tell of. */
static void what_nobody_took_takes_others_aboard(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign("per patient within 1 day", "sms", "", sms));
    world_sql(&world, "DELETE FROM appointment WHERE patient_id = 3");
    world_engine(&world, "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                         " {\"nth\": 1}, \"events\": [{\"after_ms\": 50,"
                         " \"outcome\": \"unreachable\", \"rank\": 1,"
                         " \"ended\": true}]}], " DELIVERED "}");
    world_run(&world, "2026-11-24T10:30");
    world_visit(&world, ANA, "2026-11-25T15:30");
    world_run(&world, "2026-11-25T13:55");
    assert_int_equal(world_sent(&world), 2);
    assert_non_null(strstr(world_message(&world, 1)->text, "3:00"));
    assert_non_null(strstr(world_message(&world, 1)->text, "3:30"));
    world_close(&world);
}

/* The evening before: the email waits for the morning when Ana leaves. */
static void who_was_told_is_not_told_again(void **state)
{
    (void)state;
    struct world world;
    struct error err = {0};
    home_open(&world,
              campaign(family, "sms, else email after 4 hours", "", sms));
    world_engine(&world, "{\"driver\": \"fake\", \"evidence\": {\"sms\":"
                         " \"delivered\"}, \"default\": {\"events\":"
                         " [{\"after_ms\": 50, \"outcome\": \"accepted\","
                         " \"rank\": 1}]}}");
    world_run(&world, "2026-11-24T09:00");
    world_sql(&world, "UPDATE outreach SET due_at = %lld",
              (long long)at("2026-11-24T18:00"));
    world_run(&world, "2026-11-24T23:00");
    assert_int_equal(state_of(&world, ANA), 0);
    assert_true(store_begin(world.store, &err));
    assert_true(opts_out(&world, &err));
    assert_true(store_commit(world.store, &err));
    world_run(&world, "2026-11-25T14:55");
    expect_told(&world, "once", "Ana Leo");
    assert_int_equal(state_of(&world, LEO), 8);
    world_close(&world);
}

#define NOT_REACHED                                      \
    "\"if_not_reached\": {\"task\": {\"to\": \"nurse\"," \
    " \"within\": \"4 open hours\"}}, "
#define IF_SILENT                                                 \
    "\"if_silent\": {\"after\": \"24 hours\", \"task\": {\"to\":" \
    " \"nurse\", \"within\": \"4 open hours\"}}, "

static int64_t tasks(struct world *world, const char *kind, int patient)
{
    return world_number(world,
                        "SELECT count(*) FROM task WHERE kind = '%s' AND"
                        " patient_id = %d",
                        kind, patient);
}

/* Refused for good: each has its own end, and its own task. */
static void a_failure_brings_back_whom_it_spoke_for(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "email", NOT_REACHED, sms));
    world_engine(&world, "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                         " {\"nth\": 1}, \"events\": [{\"after_ms\": 50,"
                         " \"outcome\": \"bad-content\", \"rank\": 1,"
                         " \"ended\": true}]}], " DELIVERED "}");
    world_run(&world, "2026-11-24T12:00");
    expect_told(&world, "the second says it alone", "Ana Leo|Leo");
    assert_int_equal(state_of(&world, ANA), 4);
    assert_int_equal(state_of(&world, LEO), 3);
    assert_int_equal(tasks(&world, "not-reached", ANA), 1);
    assert_int_equal(tasks(&world, "not-reached", LEO), 0);
    world_close(&world);
}

/* Nobody knows: a person hears of each child. */
static void the_unknown_is_unknown_for_each(void **state)
{
    static const struct {
        const char *more, *kind;
    } rows[] = {{NOT_REACHED, "not-reached"}, {"", "unknown"}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        char text[4096];
        snprintf(text, sizeof(text), "%s",
                 campaign(family, "sms", rows[i].more, sms));
        static const char then[] = "\"when_unknown\": \"task\", ";
        char *into = strstr(text, "\"preferred_first\"");
        memmove(into + strlen(then), into, strlen(into) + 1);
        memcpy(into, then, strlen(then));
        home_open(&world, text);
        struct channel_driver mute = driver_fake;
        mute.query = NULL;
        world.driver = &mute;
        world_engine(&world, "{\"driver\": \"fake\", \"default\":"
                             " {\"events\": [{\"after_ms\": 50, \"outcome\":"
                             " \"unknown\", \"rank\": 1, \"ended\": true}]}}");
        world_run(&world, "2026-11-25T14:55");
        expect_told(&world, "once", "Ana Leo");
        assert_int_equal(tasks(&world, rows[i].kind, ANA), 1);
        assert_int_equal(tasks(&world, rows[i].kind, LEO), 1);
        world_close(&world);
    }
}

/* Told of the visit two days before, in Ana's message: that was reaching Leo,
 * whatever becomes of the day before. */
static void who_was_spoken_for_was_reached(void **state)
{
    (void)state;
    struct world world;
    char text[4096];
    snprintf(text, sizeof(text), "%s",
             campaign(family, "sms", NOT_REACHED, sms));
    static const char first[] =
        "{\"step\": \"first\", \"when\": \"2 days before start at 10:00\","
        " \"until\": \"1 day before start\", \"send\": \"sms\","
        " \"message\": \"soon\"}, ";
    char *into = strstr(text, "{\"step\"");
    memmove(into + strlen(first), into, strlen(into) + 1);
    memcpy(into, first, strlen(first));
    home_open(&world, text);
    world_engine(&world, NULL);
    world_run(&world, "2026-11-23T12:00");
    expect_told(&world, "both", "Ana Leo");
    world_sql(&world,
              "UPDATE outreach SET until_at = planned_at WHERE state ="
              " 0 AND patient_id = %d",
              LEO);
    world_run(&world, "2026-11-25T12:00");
    expect_told(&world, "only Ana", "Ana Leo|Ana");
    assert_int_equal(world_number(&world, "SELECT count(*) FROM task"), 0);
    world_close(&world);
}

static int64_t an_hour(const struct driver *driver)
{
    (void)driver;
    return HOUR_MS;
}

/* An identical request would tell what may no longer be told. */
static void nothing_is_repeated_when_one_may_not_be_told_of(void **state)
{
    static const struct {
        const char *change;
        size_t sent;
    } rows[] = {
        {"", 2},
        {OPT_OUT, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct channel_driver keyed = driver_fake;
        keyed.key_life_ms = an_hour;
        keyed.query = NULL;
        home_open(&world, campaign(family, "sms", "", sms));
        world.driver = &keyed;
        world_engine(&world,
                     "{\"driver\": \"fake\", \"answers\": [{\"match\":"
                     " {\"nth\": 1}, \"events\": [{\"after_ms\": 60000,"
                     " \"outcome\": \"unknown\", \"rank\": 1, \"ended\":"
                     " true}]}], " DELIVERED "}");
        world_run(&world, "2026-11-24T10:00");
        assert_int_equal(world_sent(&world), 1);
        world_sql(&world, "%s", rows[i].change);
        world_run(&world, "2026-11-24T12:00");
        assert_int_equal(world_sent(&world), rows[i].sent);
        world_close(&world);
    }
}

/* The guardian's answer is an answer for both; silence opens two tasks. */
static void silence_is_of_each_child(void **state)
{
    (void)state;
    for (int answered = 0; answered < 2; answered++) {
        struct world world;
        home_open(&world, campaign(family, "sms", IF_SILENT, sms));
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        expect_told(&world, "both", "Ana Leo");
        if (answered)
            world_sql(&world,
                      "INSERT INTO reply(channel, provider, address,"
                      " received_at, intent) VALUES (0, 'main', "
                      "'+12125550001', %lld, 'fine')",
                      (long long)world.now);
        world_run(&world, "2026-11-25T12:00");
        assert_int_equal(tasks(&world, "silent", ANA), !answered);
        assert_int_equal(tasks(&world, "silent", LEO), !answered);
        world_close(&world);
    }
}

static void an_email_brings_every_visit_for_the_calendar(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "email", "", sms));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T12:00");
    assert_int_equal(world_sent(&world), 1);
    const char *calendar = world_message(&world, 0)->calendar;
    assert_non_null(strstr(calendar, "UID:visit-1@"));
    assert_non_null(strstr(calendar, "DTSTART:20261125T200000Z"));
    assert_non_null(strstr(calendar, "UID:visit-2@"));
    assert_non_null(strstr(calendar, "DTSTART:20261125T203000Z"));
    world_close(&world);
}

/* The line of a calendar that begins so, without its end. */
static const char *line_of(const char *calendar, const char *name)
{
    static char lines[4][100];
    static int turn;
    const char *at = strstr(calendar, name);
    assert_non_null(at);
    turn = (turn + 1) % 4;
    snprintf(lines[turn], sizeof(lines[0]), "%.*s", (int)strcspn(at, "\r"), at);
    return lines[turn];
}

/* RFC 5545: the same uid and a higher sequence replace what is there. */
static void a_moved_visit_replaces_the_one_in_the_calendar(void **state)
{
    (void)state;
    struct world world;
    char uids[2][100];
    for (int store = 0; store < 2; store++) {
        home_open(&world, campaign(family, "email", "", sms));
        world_sql(&world, "UPDATE appointment SET gone_at = 1 WHERE id = 2");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-24T12:00");
        const char *first = world_message(&world, 0)->calendar;
        snprintf(uids[store], sizeof(uids[0]), "%s", line_of(first, "UID:"));
        assert_string_equal(line_of(first, "SEQUENCE:"), "SEQUENCE:0");
        size_t sent = world_sent(&world);
        world_move(&world, 1, "2026-12-04T15:00");
        world_run(&world, "2026-12-04T08:00");
        assert_int_equal(world_sent(&world), sent + 1);
        const char *second = world_message(&world, sent)->calendar;
        assert_string_equal(line_of(second, "UID:"), uids[store]);
        assert_string_equal(line_of(second, "SEQUENCE:"), "SEQUENCE:1");
        world_close(&world);
    }
    assert_string_not_equal(uids[0], uids[1]);
}

/* S-12: until the first of them is of no more use. */
static void it_is_valid_as_long_as_for_all(void **state)
{
    (void)state;
    struct world world;
    home_open(&world, campaign(family, "sms", "", sms));
    world_engine(&world, NULL);
    world_run(&world, "2026-11-24T09:00");
    world_sql(&world,
              "UPDATE outreach SET until_at = %lld WHERE patient_id = 3",
              (long long)at("2026-11-24T11:00"));
    world_run(&world, "2026-11-24T12:00");
    expect_told(&world, "both", "Ana Leo");
    assert_int_equal(world_message(&world, 0)->valid_until,
                     at("2026-11-24T11:00"));
    world_close(&world);
}

/* Two visits of one patient: what one text cannot truly say, two do. */
static void one_patients_visits_need_a_list_too(void **state)
{
    static const struct {
        const char *about, *text;
        size_t sent;
    } rows[] = {
        {"a list tells both", sms, 1},
        {"one time is not the other's",
         "{{clinic.public_name}}: see you {{start | time}}. Call"
         " {{clinic.phone}}. Reply STOP to opt out.",
         2},
        {"one day is",
         "{{clinic.public_name}}: see you {{start | day}}. Call"
         " {{clinic.phone}}. Reply STOP to opt out.",
         1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_open(&world, "2026-11-23T08:00");
        world_launch(&world, campaign("per patient within 1 day", "sms", "",
                                      rows[i].text));
        world_patient(&world);
        world_visit(&world, ADA, "2026-11-25T15:00");
        world_visit(&world, ADA, "2026-11-25T15:30");
        world_engine(&world, NULL);
        world_run(&world, "2026-11-25T13:55");
        if (world_sent(&world) != rows[i].sent)
            fail_msg("%s: %zu", rows[i].about, world_sent(&world));
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_text_tells_both_times),
        cmocka_unit_test(each_visit_of_a_text_is_audited),
        cmocka_unit_test(who_speaks_with_whom),
        cmocka_unit_test(who_may_be_a_child_is_one),
        cmocka_unit_test(a_text_takes_as_many_as_it_holds),
        cmocka_unit_test(who_was_merged_is_looked_at_again),
        cmocka_unit_test(who_speaks_for_others_may_leave),
        cmocka_unit_test(who_was_merged_outlives_the_word),
        cmocka_unit_test(a_later_rung_speaks_for_the_same),
        cmocka_unit_test(what_nobody_took_takes_others_aboard),
        cmocka_unit_test(who_was_told_is_not_told_again),
        cmocka_unit_test(who_was_spoken_for_was_reached),
        cmocka_unit_test(a_failure_brings_back_whom_it_spoke_for),
        cmocka_unit_test(the_unknown_is_unknown_for_each),
        cmocka_unit_test(nothing_is_repeated_when_one_may_not_be_told_of),
        cmocka_unit_test(silence_is_of_each_child),
        cmocka_unit_test(an_email_brings_every_visit_for_the_calendar),
        cmocka_unit_test(a_moved_visit_replaces_the_one_in_the_calendar),
        cmocka_unit_test(it_is_valid_as_long_as_for_all),
        cmocka_unit_test(one_patients_visits_need_a_list_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
