/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped recalls, through the engine on a virtual clock: who is in and
 * who is out, when, with which words in English and Spanish, what ends them
 * and what becomes a task. The cadence is that of SCREEN (domain.md 5.2): 30
 * days before the due date, 30 and 90 days after, then yearly. 7 December 2026
 * is a Monday.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/story.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#define TEST(kind, done)                                                 \
    "INSERT INTO screening(patient_id, kind, done_on) VALUES (1, '" kind \
    "', '" done "');"
#define VALUE(kind, done, value)                                    \
    "INSERT INTO screening(patient_id, kind, done_on, value, unit)" \
    " VALUES (1, '" kind "', '" done "', " value ", '%');"
#define PRESSURE(done, high, low)                                           \
    "INSERT INTO screening(patient_id, kind, done_on, value, second_value)" \
    " VALUES (1, 'blood-pressure', '" done "', " high ", " low ");"
#define HAS(code) \
    "INSERT INTO condition(patient_id, code) VALUES (1, '" code "');"
#define SPANISH "UPDATE patient SET language = 'es-MX';"
#define ELM "Elm Clinic: "
#define EN_TAIL " Tel 212-555-0100. Reply STOP to opt out.\n"
#define ES_TAIL " Tel 212-555-0100. Responda STOP para salir.\n"

static void expect_all(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++)
        story_expect(&stories[i]);
}

#define CERVICAL_EN                                                         \
    ELM "it is time for a routine preventive visit. Reply 1 for a call, 2 " \
        "done, 3 no thanks." EN_TAIL
#define CERVICAL_ES                                                         \
    ELM "ya le toca una visita preventiva. Responda 1 y le llamamos, 2 ya " \
        "fui, 3 no gracias." ES_TAIL

static void cervical(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"30 days before it is due, 30 and 90 after, then yearly",
         "cervical-recall", "2026-12-01T08:00", TEST("cytology", "2024-01-06"),
         "2029-05-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " CERVICAL_EN
         "2027-02-05 17:30 voice: Hello. This is an automated call from Elm"
         " Clinic, telephone 212-555-0100. If you are"
         " Ada, press 1. If Ada is not there, press 2. For a wrong number,"
         " press 3. To stop these calls, press 9. We would like to arrange a"
         " routine visit with you. Press 1\n"
         "2027-04-06 09:00 task for screening navigator: person\n"
         "2028-04-05 10:00 sms: " CERVICAL_EN
         "2029-04-05 10:00 sms: " CERVICAL_EN},
        {"whoever was never tested is asked on the first working day",
         "cervical-recall", "2026-12-05T08:00", SPANISH, "2026-12-20T08:00",
         NULL, NULL, "2026-12-07 10:00 sms: " CERVICAL_ES},
        {"an email for those without a telephone that takes texts",
         "cervical-recall", "2026-12-07T01:00",
         "DELETE FROM contact_point WHERE kind = 'phone'", "2026-12-20T08:00",
         NULL, NULL,
         "2026-12-07 10:00 email: Hello Ada,  it is time for a routine"},
        {"a test ends it; the next cycle opens before the next due date",
         "cervical-recall", "2026-12-07T01:00", "", "2030-01-01T08:00",
         "2026-12-20T08:00", TEST("cytology", "2026-12-18"),
         "2026-12-07 10:00 sms: Elm\n2029-11-19 10:00 sms: Elm\n"},
        {"an order ends it", "cervical-recall", "2026-12-07T01:00", "",
         "2027-06-01T08:00", "2026-12-20T08:00",
         "INSERT INTO orders(patient_id, kind, status, ordered_on) VALUES (1,"
         " 'hpv', 'active', '2026-12-18')",
         "2026-12-07 10:00 sms: Elm\n"},
        {"a no holds for a year; then she is asked again", "cervical-recall",
         "2026-12-07T01:00", "", "2028-06-01T08:00", "2026-12-20T08:00",
         "INSERT INTO response(patient_id, anchor_kind, anchor_id, occurrence,"
         " intent, subject, at, until_at) VALUES (1, 4, 1, 20794, 'decline',"
         " 'cervical', unixepoch('2026-12-19') * 1000,"
         " unixepoch('2027-12-19') * 1000)",
         "2026-12-07 10:00 sms: Elm\n2028-04-05 10:00 sms: Elm\n"},
        {"an abnormal result is for a person", "cervical-recall",
         "2026-12-07T01:00", "", "2027-06-01T08:00", "2026-12-20T08:00",
         "INSERT INTO screening(patient_id, kind, done_on, result) VALUES (1,"
         " 'cytology', '2026-12-18', 'abnormal')",
         "2026-12-07 10:00 sms: Elm\n"},
        {"an answer spares the call, not the person", "cervical-recall",
         "2026-12-07T01:00", "", "2027-06-01T08:00", "2026-12-20T08:00",
         "INSERT INTO response(patient_id, anchor_kind, anchor_id, occurrence,"
         " intent, at) VALUES (1, 4, 1, 20794, 'call-me',"
         " unixepoch('2026-12-19') * 1000)",
         "2026-12-07 10:00 sms: Elm\n"
         "2027-04-06 09:00 task for screening navigator: person\n"},
    };
    expect_all(stories, ROWS(stories));
}

static void cervical_is_not_for(void **state)
{
    (void)state;
    static const char *const facts[][2] = {
        {"men", "UPDATE patient SET sex = 'male'"},
        {"girls of 20", "UPDATE patient SET birth_on = '2006-12-31'"},
        {"women of 66", "UPDATE patient SET birth_on = '1960-11-30'"},
        {"unknown ages", "UPDATE patient SET birth_on = NULL"},
        {"those without a cervix", HAS("Z90.710")},
        {"those with an HPV test", TEST("hpv", "2023-06-01")},
        {"the abnormal", "INSERT INTO screening(patient_id, kind, done_on,"
                         " result) VALUES (1, 'hpv', '2026-11-01',"
                         " 'abnormal')"},
        {"those who have an appointment for it",
         "INSERT INTO orders(patient_id, kind, status) VALUES (1, 'cervical',"
         " 'active')"},
        {"patients in hospital", "UPDATE patient SET inpatient = 1"},
        {"those who left one 2 weeks ago (domain.md 5.2)",
         "INSERT INTO discharge(external_id, patient_id, discharged_local,"
         " zone, discharged_at) VALUES ('d', 1, '2026-11-25T10:00:00',"
         " 'America/New_York', unixepoch('2026-11-25') * 1000)"},
        {"the dead", "UPDATE patient SET deceased_at = 1"},
        {"those who come this week anyway: their reminders need the three"
         " texts and calls (L-4)",
         "INSERT INTO appointment(external_id, patient_id, start_local, zone,"
         " start_at, status) VALUES ('a', 1, '2026-12-11T09:00:00',"
         " 'America/New_York', unixepoch('2026-12-11 14:00') * 1000,"
         " 'booked'), ('b', 1, '2026-12-18T09:00:00', 'America/New_York',"
         " unixepoch('2026-12-18 14:00') * 1000, 'booked')"},
    };
    for (size_t i = 0; i < ROWS(facts); i++) {
        struct story story = {facts[i][0],
                              "cervical-recall",
                              "2026-12-05T08:00",
                              facts[i][1],
                              "2026-12-15T08:00",
                              NULL,
                              NULL,
                              ""};
        story_expect(&story);
    }
}

#define LAB_EN                                                          \
    ELM "it is time for your routine lab visit. Reply 1 for a call, 2 " \
        "done, 3 no thanks." EN_TAIL

static void hba1c(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"at the goal: due on 14 December, asked 2 weeks before, called 30"
         " days after, the nurse 90 days after",
         "hba1c-recall", "2026-11-25T08:00",
         HAS("E11.9") VALUE("hba1c", "2026-06-14", "6.4"), "2027-06-01T08:00",
         NULL, NULL,
         "2026-11-30 10:00 sms: " LAB_EN
         "2027-01-13 17:30 voice: Hello. This is an automated call from Elm"
         " Clinic, telephone 212-555-0100. If you are"
         " Ada, press 1. If Ada is not there, press 2. For a wrong number,"
         " press 3. To stop these calls, press 9. We would like to arrange a"
         " short routine visit\n"
         "2027-03-14 09:00 task for diabetes nurse: person\n"},
        {"above the goal it is due after 3 months", "hba1c-recall",
         "2026-11-25T08:00",
         HAS("E11.9") SPANISH VALUE("hba1c", "2026-09-14", "8.4"),
         "2026-12-20T08:00", NULL, NULL,
         "2026-11-30 10:00 sms: " ELM
         "le toca su visita al laboratorio. Responda 1 y le llamamos, 2 ya "
         "fui, 3 no gracias." ES_TAIL},
        {"far above it nobody writes: that is for a person", "hba1c-recall",
         "2026-11-25T08:00", HAS("E11.9") VALUE("hba1c", "2026-06-14", "10.2"),
         "2027-03-20T08:00", NULL, NULL, ""},
        {"until somebody has dealt with it", "hba1c-recall", "2026-12-07T01:00",
         HAS("E11.9") VALUE("hba1c", "2026-06-14", "10.2"), "2027-01-08T08:00",
         "2027-01-05T12:00", "UPDATE screening SET resolved = 1",
         "2027-01-06 10:00 sms: Elm\n"},
        {"without diabetes nothing", "hba1c-recall", "2026-11-25T08:00", "",
         "2027-03-20T08:00", NULL, NULL, ""},
        {"children have a clinic of their own", "hba1c-recall",
         "2026-11-25T08:00",
         HAS("E10.9") "UPDATE patient SET birth_on = '2010-01-01'",
         "2027-03-20T08:00", NULL, NULL, ""},
        {"measured: over, and due again 6 months later", "hba1c-recall",
         "2026-12-07T01:00", HAS("E11.9"), "2027-06-20T08:00",
         "2026-12-20T08:00", VALUE("hba1c", "2026-12-18", "6.4"),
         "2026-12-07 10:00 sms: Elm\n2027-06-04 10:00 sms: Elm\n"},
    };
    expect_all(stories, ROWS(stories));
}

static void eyes(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"30 days before the year is over, and on", "eye-recall",
         "2026-12-01T08:00", HAS("E11.9") TEST("retinal-exam", "2026-01-06"),
         "2028-05-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " ELM "it is time for your yearly check-up. "
         "Reply 1 for a call, 2 done, 3 no thanks." EN_TAIL
         "2027-02-05 17:30 voice: Hello.\n"
         "2027-04-06 09:00 task for diabetes nurse: person\n"
         "2028-04-05 10:00 sms: Elm\n"},
        {"in Spanish", "eye-recall", "2026-12-07T01:00",
         SPANISH HAS("44054006"), "2026-12-20T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " ELM "ya le toca su chequeo anual. Responda 1 "
         "y le llamamos, 2 ya lo hice, 3 no gracias." ES_TAIL},
        {"the eye doctor said two years", "eye-recall", "2026-12-07T01:00",
         HAS("E11.9") TEST(
             "retinal-exam",
             "2025-06-01") "UPDATE screening SET next_due_on = '2027-06-01'",
         "2027-03-01T08:00", NULL, NULL, ""},
        {"what is abnormal is with the eye doctor", "eye-recall",
         "2026-12-07T01:00",
         HAS("E11.9")
             TEST("retinal-photo",
                  "2025-06-01") "UPDATE screening SET result = 'abnormal'",
         "2027-03-01T08:00", NULL, NULL, ""},
        {"without diabetes nothing", "eye-recall", "2026-12-07T01:00", "",
         "2027-03-01T08:00", NULL, NULL, ""},
    };
    expect_all(stories, ROWS(stories));
}

#define QUICK_EN                                                            \
    ELM "it is time for a quick check with our nurse. Reply 1 for a call, " \
        "2 done, 3 no thanks." EN_TAIL

static void blood_pressure(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"from 40 yearly; a month before and a month after; no task for all",
         "blood-pressure-recall", "2026-12-01T08:00",
         PRESSURE("2026-01-06", "118", "76"), "2028-05-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " QUICK_EN "2027-02-05 17:30 sms: " QUICK_EN
         "2028-04-05 10:00 sms: " QUICK_EN},
        {"at high risk a nurse calls", "blood-pressure-recall",
         "2026-12-07T01:00",
         SPANISH "UPDATE patient SET attributes = '{\"high_risk\": \"yes\"}'",
         "2027-05-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " ELM "ya le toca un chequeo breve. Responda 1 "
         "y le llamamos, 2 ya lo hice, 3 no gracias." ES_TAIL
         "2027-02-05 17:30 sms: Elm\n"
         "2027-04-06 09:00 task for nurse: person\n"},
        {"before 40 every 3 years", "blood-pressure-recall", "2026-12-07T01:00",
         "UPDATE patient SET birth_on = '1996-01-01';" PRESSURE("2025-01-06",
                                                                "118", "76"),
         "2027-11-01T08:00", NULL, NULL, ""},
        {"a raised reading is for a person", "blood-pressure-recall",
         "2026-12-07T01:00", PRESSURE("2025-01-06", "152", "84"),
         "2027-05-01T08:00", NULL, NULL, ""},
        {"known hypertension too", "blood-pressure-recall", "2026-12-07T01:00",
         HAS("I10"), "2027-05-01T08:00", NULL, NULL, ""},
        {"whoever comes anyway is not asked to come; the day after they are",
         "blood-pressure-recall", "2026-12-07T01:00",
         "INSERT INTO appointment(external_id, patient_id, start_local, zone,"
         " start_at, status) VALUES ('a', 1, '2026-12-15T09:00:00',"
         " 'America/New_York', unixepoch('2026-12-15 14:00') * 1000,"
         " 'booked')",
         "2026-12-31T08:00", "2026-12-16T08:00",
         "UPDATE appointment SET status = 'noshow'",
         "2026-12-16 10:00 sms: Elm\n"},
    };
    expect_all(stories, ROWS(stories));
}

#define SEASON_EN                                                           \
    ELM "seasonal shots are here, also for you. Reply 1 for a call, 2 had " \
        "it, 3 no thanks." EN_TAIL
#define CHILDREN_EN                                                        \
    ELM "seasonal shots for children are here. Reply 1 for a call, 2 had " \
        "them, 3 no thanks." EN_TAIL
#define CHILD(id, born)                                                   \
    "INSERT INTO patient(id, mrn, given_name, birth_on, clinic_id, zone," \
    " state, guardian_id) VALUES (" id ", 'M" id "', 'Bo" id "', '" born  \
    "', 1, 'America/New_York', 'NY', 1);"

static void influenza(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"from 1 September on: invited, and reminded after 5 weeks; next"
         " season again",
         "influenza", "2026-08-15T08:00", "", "2027-10-15T08:00", NULL, NULL,
         "2026-09-01 10:00 sms: " SEASON_EN "2026-10-06 10:00 sms: " SEASON_EN
         "2027-09-01 10:00 sms: " SEASON_EN "2027-10-06 10:00 sms: " SEASON_EN},
        {"at high risk a call and a nurse too; in Spanish", "influenza",
         "2026-08-15T08:00",
         SPANISH "UPDATE patient SET attributes = '{\"high_risk\": \"yes\"}'",
         "2027-05-15T08:00", NULL, NULL,
         "2026-09-01 10:00 sms: " ELM "ya hay vacunas de temporada. Responda 1 "
         "y le llamamos, 2 ya la tengo, 3 no gracias." ES_TAIL
         "2026-10-06 10:00 sms: Elm\n"
         "2026-10-27 17:30 voice: Hola. Esta es una llamada\n"
         "2026-11-17 09:00 task for nurse: person\n"},
        {"from 65 on a call", "influenza", "2026-08-15T08:00",
         "UPDATE patient SET birth_on = '1961-10-20'", "2027-05-15T08:00", NULL,
         NULL,
         "2026-09-01 10:00 sms: Elm\n2026-10-06 10:00 sms: Elm\n"
         "2026-10-27 17:30 voice: Hello. This is an automated call from Elm"
         " Clinic, telephone 212-555-0100. If you are"
         " Ada, press 1. If Ada is not there, press 2. For a wrong number,"
         " press 3. To stop these calls, press 9. We would like to arrange a"
         " short seasonal visit\n"},
        {"the vaccination ends it", "influenza", "2026-08-15T08:00", "",
         "2027-05-15T08:00", "2026-09-20T08:00",
         TEST("flu-vaccine", "2026-09-18"), "2026-09-01 10:00 sms: Elm\n"},
        {"who came early is left in peace", "influenza", "2026-08-15T08:00",
         TEST("flu-vaccine", "2026-08-10"), "2027-05-15T08:00", NULL, NULL, ""},
        {"the season's end ends what is still planned", "influenza",
         "2027-03-08T01:00", "", "2027-08-15T08:00", NULL, NULL,
         "2027-03-08 10:00 sms: Elm\n"},
        {"a no holds for the season", "influenza", "2026-08-15T08:00", "",
         "2027-09-02T08:00", "2026-09-20T08:00",
         "INSERT INTO response(patient_id, anchor_kind, anchor_id, occurrence,"
         " intent, subject, at, until_at) VALUES (1, 4, 1, 20697, 'decline',"
         " 'influenza', unixepoch('2026-09-19') * 1000,"
         " unixepoch('2027-03-19') * 1000)",
         "2026-09-01 10:00 sms: Elm\n2027-09-01 10:00 sms: Elm\n"},
        {"a child of 2 is reached through the guardian", "influenza",
         "2026-08-15T08:00",
         TEST("flu-vaccine", "2026-08-10") CHILD("2", "2024-05-01"),
         "2026-10-20T08:00", NULL, NULL,
         "2026-09-01 10:00 sms: " CHILDREN_EN
         "2026-10-06 10:00 sms: " CHILDREN_EN},
        {"the guardian's own text is another one, on another day", "influenza",
         "2026-08-15T08:00", CHILD("2", "2024-05-01"), "2026-09-20T08:00", NULL,
         NULL,
         "2026-09-01 10:00 sms: " SEASON_EN
         "2026-09-02 10:00 sms: " CHILDREN_EN},
    };
    expect_all(stories, ROWS(stories));
}

/* Due for five things: never two recalls in two weeks, but the vaccination
 * does not wait. */
static void one_at_a_time(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"one every two weeks",
         "blood-pressure-recall cervical-recall breast-recall",
         "2026-12-05T08:00", "", "2027-01-20T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " QUICK_EN "2026-12-22 10:00 sms: " CERVICAL_EN
         "2027-01-06 10:00 sms: " ELM
         "it is time for a routine preventive check.\n"},
        {"the season goes first, and the others wait for it",
         "cervical-recall influenza", "2026-12-05T08:00",
         TEST("cytology", "2024-01-09"), "2026-12-31T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: " SEASON_EN
         "2026-12-22 10:00 sms: " CERVICAL_EN},
    };
    expect_all(stories, ROWS(stories));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cervical),       cmocka_unit_test(cervical_is_not_for),
        cmocka_unit_test(hba1c),          cmocka_unit_test(eyes),
        cmocka_unit_test(blood_pressure), cmocka_unit_test(influenza),
        cmocka_unit_test(one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
