/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped campaigns about results and missed visits, through the engine on
 * a virtual clock. No abnormal result ever leaves as a message: each becomes a
 * task (domain.md 5.2, L-31). 7 December 2026 is a Monday.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/story.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* A result that came on Monday at 14:00 in New York. */
#define CAME(kind, result)                                                  \
    "INSERT INTO screening(patient_id, kind, done_on, result, resulted_at)" \
    " VALUES (1, '" kind "', '2026-12-01', " result                         \
    ", unixepoch('2026-12-07 19:00') * 1000);"
#define NUMBER(value) "UPDATE screening SET value = " value ", unit = '%';"
#define PRESSURE(high, low)                                                   \
    "INSERT INTO screening(patient_id, kind, done_on, value, second_value,"   \
    " resulted_at) VALUES (1, 'blood-pressure', '2026-12-07', " high ", " low \
    ", unixepoch('2026-12-07 19:00') * 1000);"
#define SPANISH "UPDATE patient SET language = 'es';"
#define NEWS_EN                                                               \
    "Elm Clinic: news from your recent visit is ready, nothing urgent. Reply" \
    " 1 for a call, or call 212-555-0100. Reply STOP to opt out.\n"
#define NEWS_ES                                                                \
    "Elm Clinic: hay noticias de su visita reciente, nada urgente. Responda 1" \
    " y le llamamos, o llame al 212-555-0100. Responda STOP para salir.\n"
#define RESULTS "result-ready", "2026-12-07T08:00"
#define LATER "2026-12-07T14:05"

static void expect_all(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++)
        story_expect(&stories[i]);
}

static void a_normal_result_is_told(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"on the next working day", RESULTS, "", "2027-03-01T08:00", LATER,
         CAME("fit", "'normal'"), "2026-12-08 10:00 sms: " NEWS_EN},
        {"in Spanish", RESULTS, SPANISH, "2027-03-01T08:00", LATER,
         CAME("fit", "'normal'"), "2026-12-08 10:00 sms: " NEWS_ES},
        {"what came on Friday is told on Monday", "result-ready",
         "2026-12-04T08:00",
         "INSERT INTO screening(patient_id, kind, done_on, result,"
         " resulted_at) VALUES (1, 'fit', '2026-12-01', 'normal',"
         " unixepoch('2026-12-04 21:00') * 1000)",
         "2026-12-20T08:00", NULL, NULL, "2026-12-07 10:00 sms: Elm\n"},
        {"each result is told once: two that come apart are two", RESULTS,
         CAME("fit", "'normal'"), "2027-03-01T08:00", "2026-12-14T08:00",
         "INSERT INTO screening(patient_id, kind, done_on, result,"
         " resulted_at) VALUES (1, 'mammography', '2026-12-10', 'normal',"
         " unixepoch('2026-12-14 12:00') * 1000)",
         "2026-12-08 10:00 sms: Elm\n2026-12-15 10:00 sms: Elm\n"},
        {"by email, where that is what there is", RESULTS,
         "DELETE FROM contact_point WHERE kind = 'phone'", "2027-03-01T08:00",
         LATER, CAME("fit", "'normal'"),
         "2026-12-08 10:00 email: Hello Ada,  news from your recent visit is"
         " ready for you. It is nothing urgent.\n"},
        {"a call says no more", RESULTS,
         "UPDATE patient SET preferred_channel = 'voice'", "2027-03-01T08:00",
         LATER, CAME("fit", "'normal'"),
         "2026-12-08 10:00 voice: Hello. This is an automated call from Elm"
         " Clinic, telephone 212-555-0100. If you are"
         " Ada, press 1. If Ada is not there, press 2. For a wrong number,"
         " press 3. To stop these calls, press 9. We have news for you. It"
         " is nothing urgent. Press 1\n"},
        {"when the patient knows already, nothing goes", RESULTS,
         CAME("fit", "'normal'"), "2027-03-01T08:00", "2026-12-08T09:00",
         "UPDATE screening SET resolved = 1", ""},
        {"what came 2 months ago is history", "result-ready",
         "2027-02-06T08:00", CAME("fit", "'normal'"), "2027-03-01T08:00", NULL,
         NULL, ""},
        {"a vaccination or a test that is not back is no result", RESULTS,
         CAME("flu-vaccine", "NULL") "INSERT INTO screening(patient_id, kind,"
                                     " done_on) VALUES (1, 'fit',"
                                     " '2026-12-05')",
         "2027-03-01T08:00", NULL, NULL, ""},
        {"a normal reading is no news", RESULTS, PRESSURE("128", "78"),
         "2027-03-01T08:00", NULL, NULL, ""},
    };
    expect_all(stories, ROWS(stories));
}

static void anything_else_is_for_a_person(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"an abnormal one at once, and no message ever", RESULTS, "",
         "2027-03-01T08:00", LATER, CAME("fit", "'abnormal'"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"also at night", "result-ready", "2026-12-06T08:00", "",
         "2027-03-01T08:00", "2026-12-06T23:30",
         "INSERT INTO screening(patient_id, kind, done_on, result,"
         " resulted_at) VALUES (1, 'fit', '2026-12-01', 'abnormal',"
         " unixepoch('2026-12-07 04:20') * 1000)",
         "2026-12-06 23:30 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"two abnormal results are two tasks", RESULTS,
         CAME("fit", "'abnormal'") CAME("mammography", "'abnormal'"),
         "2027-03-01T08:00", LATER, "SELECT 1",
         "2026-12-07 14:00 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"
         "2026-12-07 14:00 task for charge nurse, at last: abnormal-result: "
         "mammography of 2026-12-01\n"},
        {"corrected to abnormal before it was told: no message", RESULTS,
         CAME("fit", "'normal'"), "2027-03-01T08:00", "2026-12-08T09:30",
         "UPDATE screening SET result = 'abnormal'",
         "2026-12-08 09:30 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"corrected after it was told: a person takes over", RESULTS,
         CAME("fit", "'normal'"), "2027-03-01T08:00", "2026-12-10T09:30",
         "UPDATE screening SET result = 'abnormal'",
         "2026-12-08 10:00 sms: Elm\n"
         "2026-12-10 09:30 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"an abnormal one that came a month late: one task, for the text was"
         " not for it",
         "result-ready", "2027-01-08T08:00", "", "2027-03-01T08:00",
         "2027-01-08T09:05", CAME("fit", "'abnormal'"),
         "2027-01-08 09:05 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"an opt-out stops no task", RESULTS,
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1,"
         " 'opt-out', 1)",
         "2027-03-01T08:00", LATER, CAME("fit", "'abnormal'"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"a very high A1c", RESULTS, "", "2027-03-01T08:00", LATER,
         CAME("hba1c", "NULL") NUMBER("9.6"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "hba1c of 2026-12-01\n"},
        {"an A1c that the laboratory calls abnormal, no diabetes known",
         RESULTS, "", "2027-03-01T08:00", LATER,
         CAME("hba1c", "'abnormal'") NUMBER("7.4"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "hba1c of 2026-12-01\n"},
        {"one that nobody gave a word", RESULTS, "", "2027-03-01T08:00", LATER,
         CAME("fit", "NULL"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "fit of 2026-12-01\n"},
        {"with diabetes not every A1c that the laboratory calls abnormal",
         RESULTS, "INSERT INTO condition(patient_id, code) VALUES (1, 'E11.9')",
         "2027-03-01T08:00", LATER, CAME("hba1c", "'abnormal'") NUMBER("7.4"),
         ""},
        {"a raised blood pressure", RESULTS, "", "2027-03-01T08:00", LATER,
         PRESSURE("152", "88"),
         "2026-12-07 14:05 task for charge nurse, at last: abnormal-result: "
         "blood-pressure of 2026-12-07\n"},
        {"a normal one of a child is told by a person: a guardian would read"
         " the text",
         RESULTS, "UPDATE patient SET birth_on = '2012-01-01'",
         "2027-03-01T08:00", LATER, CAME("fit", "'normal'"),
         "2026-12-08 09:00 task for nurse: tell-result: fit of 2026-12-01\n"},
        {"of somebody whose age nobody knows", RESULTS,
         "UPDATE patient SET birth_on = NULL", "2027-03-01T08:00", LATER,
         CAME("fit", "'normal'"),
         "2026-12-08 09:00 task for nurse: tell-result: fit of 2026-12-01\n"},
        {"of somebody who is marked sensitive", RESULTS,
         "UPDATE patient SET sensitive = 1", "2027-03-01T08:00", LATER,
         CAME("fit", "'normal'"),
         "2026-12-08 09:00 task for nurse: tell-result: fit of 2026-12-01\n"},
        {"of a clinic that is", RESULTS, "UPDATE clinic SET sensitive = 1",
         "2027-03-01T08:00", LATER, CAME("fit", "'normal'"),
         "2026-12-08 09:00 task for nurse: tell-result: fit of 2026-12-01\n"},
        {"who cannot be reached", RESULTS, "DELETE FROM contact_point",
         "2027-03-01T08:00", LATER, CAME("fit", "'normal'"),
         "2026-12-08 10:00 task for nurse: not-reached: suppressed: sms: "
         "address: no usable address for sms; email: address: no usable "
         "address for email; voice: address: no usable address for voice; fit "
         "of 2026-12-01\n"},
        {"who said stop", RESULTS,
         "INSERT INTO suppression(patient_id, reason, since_at) VALUES (1,"
         " 'opt-out', 1)",
         "2027-03-01T08:00", LATER, CAME("fit", "'normal'"),
         "2026-12-08 10:00 task for nurse: not-reached: suppressed: "
         "opt-out:\n"},
    };
    expect_all(stories, ROWS(stories));
}

#define MISSED                                                          \
    "INSERT INTO appointment(external_id, patient_id, clinic_id,"       \
    " start_local, zone, start_at, status) VALUES ('a', 1, 1,"          \
    " '2026-12-04T09:00:00', 'America/New_York', unixepoch('2026-12-04" \
    " 14:00') * 1000, 'noshow');"
#define NO_SHOW "no-show", "2026-12-04T20:00"

static void a_missed_visit(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"the next business day, a call, and once more after a month", NO_SHOW,
         MISSED, "2027-03-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: Elm Clinic: sorry we missed you on Fri, Dec 4."
         " For a new time reply R or call 212-555-0100. Reply STOP to opt"
         " out.\n"
         "2026-12-10 17:00 voice: Hello.\n"
         "2027-01-01 10:00 sms: Elm Clinic: we would like to see you again."
         " For a new time reply R or call 212-555-0100. Reply STOP to opt"
         " out.\n"},
        {"at high risk a person; in Spanish", NO_SHOW,
         SPANISH MISSED "UPDATE appointment SET risk = 'high'",
         "2027-03-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: Elm Clinic: sentimos no verle el vie, 4 de dic."
         " Para una nueva cita responda R o llame al 212-555-0100. Responda"
         " STOP para salir.\n"
         "2026-12-10 17:00 voice: Hola.\n"
         "2026-12-16 09:00 task for front desk: person\n"
         "2027-01-01 10:00 sms: Elm Clinic: queremos verle pronto. Para una"
         " nueva cita responda R o llame al 212-555-0100. Responda STOP para"
         " salir.\n"},
        {"a new visit ends it", NO_SHOW, MISSED, "2027-03-01T08:00",
         "2026-12-08T08:00",
         "INSERT INTO appointment(external_id, patient_id, start_local, zone,"
         " start_at, status) VALUES ('b', 1, '2027-02-15T09:00:00',"
         " 'America/New_York', unixepoch('2027-02-15 14:00') * 1000,"
         " 'booked')",
         "2026-12-07 10:00 sms: Elm\n"},
        {"they were there after all", NO_SHOW, MISSED, "2027-03-01T08:00",
         "2026-12-07T08:00", "UPDATE appointment SET status = 'fulfilled'", ""},
        {"that they confirmed it before they stayed away does not", NO_SHOW,
         MISSED "INSERT INTO response(patient_id, anchor_kind, anchor_id,"
                " occurrence, intent, at) VALUES (1, 1, 1, 0, 'confirm',"
                " unixepoch('2026-12-03') * 1000)",
         "2027-03-01T08:00", NULL, NULL,
         "2026-12-07 10:00 sms: Elm\n2026-12-10 17:00 voice: Hello.\n"
         "2027-01-01 10:00 sms: Elm\n"},
        {"an answer ends it: a person goes on", NO_SHOW, MISSED,
         "2027-03-01T08:00", "2026-12-08T08:00",
         "INSERT INTO response(patient_id, anchor_kind, anchor_id, occurrence,"
         " intent, at) VALUES (1, 1, 1, 0, 'reschedule',"
         " unixepoch('2026-12-08') * 1000)",
         "2026-12-07 10:00 sms: Elm\n"},
    };
    expect_all(stories, ROWS(stories));
}

#define SECOND                                                            \
    "INSERT INTO patient(id, mrn, given_name, birth_on, clinic_id, zone," \
    " state, language) VALUES (2, 'M2', 'Eva', '1966-03-02', 1,"          \
    " 'America/New_York', 'NY', 'es'); INSERT INTO contact_point("        \
    "patient_id, kind, value, use, line, zones) VALUES (2, 'phone',"      \
    " '+12125550002', 'mobile', 'mobile', 'America/New_York');"
/* One that came on Friday, to the second. */
#define FRIDAY(result)                                                      \
    "INSERT INTO screening(patient_id, kind, done_on, result, resulted_at)" \
    " VALUES (2, 'fit', '2026-12-01', '" result                             \
    "', unixepoch('2026-12-04 21:00') * 1000);"

static void whose_result_it_is(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"two records of one person: the one who stays is told, once",
         "result-ready", "2026-12-04T08:00", SECOND FRIDAY("normal"),
         "2027-03-01T08:00", "2026-12-06T08:00",
         "UPDATE patient SET merged_into = 1 WHERE id = 2",
         "2026-12-07 10:00 sms: " NEWS_EN},
        {"what was told before is not told again", "result-ready",
         "2026-12-04T08:00", SECOND FRIDAY("normal"), "2027-03-01T08:00",
         "2026-12-08T12:00", "UPDATE patient SET merged_into = 1 WHERE id = 2",
         "2026-12-07 10:00 sms: " NEWS_ES},
        {"nor is a task made twice", "result-ready", "2026-12-04T08:00",
         SECOND FRIDAY("abnormal"), "2026-12-07T08:00", "2026-12-06T08:00",
         "UPDATE patient SET merged_into = 1 WHERE id = 2",
         "2026-12-04 16:00 task for nurse: abnormal-result: fit of"
         " 2026-12-01\n"},
        {"it was somebody else's: they are told, the other is not",
         "result-ready", "2026-12-04T08:00", SECOND FRIDAY("normal"),
         "2027-03-01T08:00", "2026-12-06T08:00",
         "UPDATE screening SET patient_id = 1",
         "2026-12-07 10:00 sms: " NEWS_EN},
        {"also when the wrong one has heard of it", "result-ready",
         "2026-12-04T08:00", SECOND FRIDAY("normal"), "2027-03-01T08:00",
         "2026-12-08T12:00", "UPDATE screening SET patient_id = 1",
         "2026-12-07 10:00 sms: " NEWS_ES "2026-12-08 12:00 sms: " NEWS_EN},
        {"the task about a result that was somebody else's is another",
         "result-ready", "2026-12-04T08:00", SECOND FRIDAY("abnormal"),
         "2026-12-07T07:00", "2026-12-06T08:00",
         "UPDATE screening SET patient_id = 1",
         "2026-12-04 16:00 task for nurse: abnormal-result: fit of"
         " 2026-12-01\n2026-12-06 08:00 task for nurse: abnormal-result: fit"
         " of 2026-12-01\n"},
        {"what is deleted is not told", "result-ready", "2026-12-04T08:00",
         SECOND FRIDAY("normal"), "2027-03-01T08:00", "2026-12-06T08:00",
         "DELETE FROM screening", ""},
    };
    expect_all(stories, ROWS(stories));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_normal_result_is_told),
        cmocka_unit_test(anything_else_is_for_a_person),
        cmocka_unit_test(whose_result_it_is),
        cmocka_unit_test(a_missed_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
