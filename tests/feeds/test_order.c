/* SPDX-License-Identifier: Apache-2.0 */
/* What is said in another order than it happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#include "store/store.h"

#include "tests/feeds/ward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One thing after another, and what is left of them. */
struct story {
    const char *about;
    const char *messages[5]; /* HL7, or FHIR where it begins with { */
    const char *want;
};

static void hold(struct ward *ward)
{
    struct error err = {0};
    assert_true(store_begin(ward->fixture.store, &err));
    assert_true(intake_hold(ward->intake, &err));
    assert_true(store_commit(ward->fixture.store, &err));
}

static void tell_stories(const struct story *stories, size_t count,
                         const char *sql)
{
    for (size_t i = 0; i < count; i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 5 && stories[i].messages[m]; m++) {
            ward_say(&ward, stories[i].messages[m]);
            hold(&ward);
        }
        ward_expect(&ward, stories[i].about, sql, stories[i].want);
        ward_close(&ward);
    }
}

#define BOOKED MSG("SIU^S12", "20261101", SCH("20261201090000") ANN)
#define HELD MSG("SIU^S13", "20261103", SCH("2026") ANN)
#define MOVED(at) MSG("SIU^S13", at, SCH("20261203110000") ANN)
#define OFF(event, at) MSG("SIU^" event, at, "SCH||F9\r" ANN)
#define VISIT(at, status, start)                                             \
    "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"meta\":{"              \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"status\":\"" status     \
    "\"" start ",\"participant\":[{\"actor\":{\"reference\":\"Patient/7\"}}" \
    "]}"
#define START(day) ",\"start\":\"2026-12-" day "\""
#define PATIENT                                                             \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"lastUpdated\":" \
    "\"2026-10-01T10:00:00Z\"}}"

static void a_held_visit_is_cancelled(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"nobody need ask any more",
         {BOOKED, HELD, OFF("S15", "20261105")},
         "gone cancelled, done, 0"},
        {"and an older move does not bring it back",
         {BOOKED, HELD, OFF("S15", "20261105"), MOVED("20261104")},
         "gone cancelled, done, 0"},
        {"though the cancellation came twice",
         {BOOKED, HELD, OFF("S15", "20261105"), OFF("S15", "20261105"),
          MOVED("20261104")},
         "gone cancelled, done, 0"},
        {"a newer booking does",
         {BOOKED, HELD, OFF("S15", "20261105"), BOOKED, MOVED("20261106")},
         "here booked, done, 0"},
        {"a cancellation that is older than the move is none of it",
         {BOOKED, HELD, OFF("S15", "20261102")},
         "gone booked, open, 0"},
        {"it was missed",
         {BOOKED, HELD, OFF("S26", "20261105"), MOVED("20261104")},
         "gone noshow, done, 0"},
        {"it was never meant",
         {BOOKED, HELD, OFF("S17", "20261105"), MOVED("20261104")},
         "gone entered-in-error, done, 0"},
        {"the same in FHIR",
         {PATIENT, VISIT("01", "booked", START("01T09:00:00Z")),
          VISIT("03", "booked", START("09")), VISIT("05", "cancelled", ""),
          VISIT("04", "booked", START("02T09:00:00Z"))},
         "gone cancelled, done, 0"},
    };
    tell_stories(stories, COUNT(stories),
                 "SELECT iif(gone_at IS NULL, 'here ', 'gone ') || status || "
                 "', ' || (SELECT group_concat(state) FROM task) || ', ' || "
                 "(SELECT count(*) FROM waiting) FROM appointment");
}

static void what_is_silent_of_the_time_of_a_held_visit_is_told_so(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, BOOKED);
    ward_hl7(&ward, HELD);
    hold(&ward);
    buf_reset(&ward.told);
    ward_hl7(&ward, MSG("SIU^S14", "20261104", "SCH||F9\r" ANN));
    assert_string_equal(ward.told.data,
                        "row SCH-11.4: is moved to nobody knows when, or was "
                        "taken back, and nothing says its 'start'");
    ward_close(&ward);
}

/* What it was told for is not told again by whoever wakes it. */
static void a_time_that_cannot_be_read_is_told_once(void **state)
{
    (void)state;
#define NO_HOUR "has no time of day: as YYYYMMDDHHMM[SS][+ZZZZ]"
#define ANN_NOW(at) MSG("ADT^A08", at, ANN)
    static const struct {
        const char *about, *messages[4], *told, *waits;
    } rows[] = {
        {"a booking of somebody who is known does not wait",
         {ANN_NOW("20261101"), MSG("SIU^S12", "20261102", SCH("20261201") ANN),
          ANN_NOW("20261103"), ANN_NOW("20261104")},
         "row SCH-11.4: " NO_HOUR,
         "0"},
        {"a move waits for its visit",
         {ANN_NOW("20261101"), MSG("SIU^S13", "20261102", SCH("20261201") ANN),
          ANN_NOW("20261103"), ANN_NOW("20261104")},
         "row SCH-11.4: " NO_HOUR,
         "1 early"},
        {"of somebody who comes later, too",
         {VISIT("02", "booked", START("01")), PATIENT, ANN_NOW("20261103"),
          PATIENT},
         "row Appointment.start: of a row that had waited: a moment with its "
         "offset was expected, as 2026-12-01T09:00:00-05:00",
         "1 early"},
        {"and is none of one that is newer",
         {ANN_NOW("20261101"), MSG("SIU^S13", "20261102", SCH("20261201") ANN),
          MSG("SIU^S12", "20261103", SCH("20261201090000") ANN)},
         "row SCH-11.4: " NO_HOUR,
         "0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].messages[m]; m++) {
            ward_say(&ward, rows[i].messages[m]);
            hold(&ward);
        }
        assert_string_equal(ward.told.data, rows[i].told);
        ward_expect(&ward, rows[i].about,
                    "SELECT count(*) || iif(sum(early), ' early', '') FROM "
                    "waiting",
                    rows[i].waits);
        ward_close(&ward);
    }
}

#define PV1 "PV1||I|||||||||||||||||V7"
#define LEFT                                   \
    MSG("ADT^A03", "20261104",                 \
        ANN PV1 "|||||||||||||||||01|||||||||" \
                "20261104100000\r")
#define KNOWN MSG("ADT^A28", "20261101", ANN)
#define ENCOUNTER(at, status)                                                 \
    "{\"resourceType\":\"Encounter\",\"id\":\"E\",\"meta\":{\"lastUpdated\":" \
    "\"2026-11-" at "T10:00:00Z\"},\"status\":\"" status                      \
    "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/7"  \
    "\"},\"period\":{\"start\":\"2026-11-01T10:00:00Z\",\"end\":\"2026-11-"   \
    "02T10:00:00Z\"},\"hospitalization\":{\"dischargeDisposition\":{"         \
    "\"coding\":[{\"code\":\"home\"}]}}}"
#define DISPENSE(at, status)                                                  \
    "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"meta\":{"        \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"status\":\"" status      \
    "\",\"subject\":{\"reference\":\"Patient/7\"},"                           \
    "\"authorizingPrescription\":[{\"reference\":\"MedicationRequest/M\"}],"  \
    "\"daysSupply\":{\"value\":30,\"code\":\"d\"},\"whenHandedOver\":\"2026-" \
    "11-01\"}"
#define REQUEST                                                        \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"meta\":{"  \
    "\"lastUpdated\":\"2026-10-20T09:00:00Z\"},\"status\":\"active\"," \
    "\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/7\"}}"

static void an_end_waits_for_what_it_ends(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"a discharge of a stay that was deleted",
         {KNOWN, MSG("ADT^A23", "20261105", ANN PV1 "\r"), LEFT},
         "discharge V7 gone"},
        {"an admission",
         {KNOWN, MSG("ADT^A23", "20261105", ANN PV1 "\r"),
          MSG("ADT^A05", "20261104",
              ANN "PV1||P|||||||||||||||||V7\rPV2||||||||20261201090000\r")},
         "visit V7 gone"},
        {"one that came before its patient",
         {MSG("ADT^A23", "20261105", "PID|1||E7^^^EPI^PI\r" PV1 "\r"), LEFT},
         "discharge V7 gone"},
        {"one that is older than the discharge is none of it",
         {KNOWN, MSG("ADT^A23", "20261103", ANN PV1 "\r"), LEFT},
         "discharge V7 here"},
        {"an Encounter",
         {PATIENT, ENCOUNTER("05", "entered-in-error"),
          ENCOUNTER("04", "finished")},
         "discharge E gone"},
        {"of a patient who came behind it",
         {ENCOUNTER("05", "entered-in-error"), PATIENT,
          ENCOUNTER("04", "finished")},
         "discharge E gone"},
        {"a MedicationDispense",
         {PATIENT, REQUEST, DISPENSE("05", "entered-in-error"),
          DISPENSE("04", "completed")},
         "fill F gone"},
        {"one that was handed over after all",
         {PATIENT, REQUEST, DISPENSE("05", "entered-in-error"),
          DISPENSE("06", "completed")},
         "fill F here"},
        {"an Appointment",
         {PATIENT, VISIT("05", "entered-in-error", ""),
          VISIT("04", "booked", START("01T09:00:00Z"))},
         "visit A entered-in-error"},
    };
    tell_stories(
        stories, COUNT(stories),
        "SELECT 'discharge ' || external_id || iif(gone_at IS NULL, ' here', "
        "' gone') FROM discharge UNION ALL SELECT 'fill ' || external_id || "
        "iif(gone_at IS NULL, ' here', ' gone') FROM fill UNION ALL SELECT "
        "'visit ' || external_id || ' ' || iif(gone_at IS NULL, status, "
        "'gone') FROM appointment");
}

static void an_end_waits_for_a_month_at_most(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PATIENT);
    ward_fhir(&ward, ENCOUNTER("20", "entered-in-error"));
    assert_int_equal(ward.counts.early, 1);
    intake_at(ward.intake, ward.fixture.options.now + 60 * 24 * HOUR_MS);
    ward_fhir(&ward, DISPENSE("20", "entered-in-error"));
    assert_int_equal(ward.counts.early, 1);
    ward_expect(&ward, "what ended long ago ends nothing that comes",
                "SELECT group_concat(kind) FROM waiting", "discharges");
    ward_close(&ward);
}

/* A file of one visit, written at noon of that day and imported today. */
static void extract(struct ward *ward, const char *day, const char *start)
{
    char rows[200], hour[40];
    instant at;
    snprintf(rows, sizeof(rows),
             "id,patient,clinic,start,status\nF9,M1,,%s,booked\n", start);
    snprintf(hour, sizeof(hour), "2026-11-%sT17:00:00Z", day);
    assert_true(civil_parse_instant(hour, &at));
    fixture_file(&ward->fixture, "appointments.csv", rows);
    fixture_changed(&ward->fixture, "appointments.csv", at);
    assert_true(fixture_import(&ward->fixture));
    assert_string_equal(ward->fixture.told.data, "");
}

static void a_file_is_of_when_it_was_written(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *day, *start, *want;
    } rows[] = {
        {"the same file again says nothing new", OFF("S15", "20261105"), "02",
         "2026-12-01 09:00", "here 12-01 cancelled, -"},
        {"nor does a newer one that says the same", OFF("S15", "20261105"),
         "10", "2026-12-01 09:00", "here 12-01 cancelled, -"},
        {"what an older file says else is older", MOVED("20261105"), "04",
         "2026-12-02 09:00", "here 12-03 booked, -"},
        {"what a newer file says else is news", MOVED("20261105"), "10",
         "2026-12-02 09:00", "here 12-02 booked, -"},
        {"the same file does not bring back a held visit", HELD, "02",
         "2026-12-01 09:00", "gone 12-01 booked, open"},
        {"nor does an older one", HELD, "02", "2026-12-02 09:00",
         "gone 12-01 booked, open"},
        {"a newer one with its time does, and nobody need ask", HELD, "10",
         "2026-12-02 09:00", "here 12-02 booked, done"},
        {"a cancellation between the file and its import counts",
         OFF("S15", "20261102130000"), "02", "2026-12-01 09:00",
         "here 12-01 cancelled, -"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, MSG("ADT^A28", "20261001", ANN));
        extract(&ward, "02", "2026-12-01 09:00");
        ward_hl7(&ward, rows[i].message);
        hold(&ward);
        extract(&ward, rows[i].day, rows[i].start);
        ward_expect(&ward, rows[i].about,
                    "SELECT iif(gone_at IS NULL, 'here ', 'gone ') || "
                    "substr(start_local, 6, 5) || ' ' || status || ', ' || "
                    "coalesce((SELECT state FROM task), '-') FROM appointment",
                    rows[i].want);
        ward_close(&ward);
    }
}

#define AGREED \
    MSG("SIU^S12", "20261101", SCH("20261201090000") "PID|||M1^^^MAIN^MR\r")
#define CALLED_OFF MSG("SIU^S15", "20261105", "SCH||F9\r")

/* As when the file had been the first to say it. */
static void a_file_that_says_what_a_message_said_is_remembered(void **state)
{
    (void)state;
    static const struct {
        const char *about, *messages[2], *days[3], *want;
    } rows[] = {
        {"it agreed, and has not heard of the cancellation",
         {AGREED, CALLED_OFF},
         {"02", "10", NULL},
         "12-01 cancelled"},
        {"it agreed again, and has not heard of it",
         {AGREED, CALLED_OFF},
         {"02", "03", "10"},
         "12-01 cancelled"},
        {"what it said first was older than the cancellation",
         {CALLED_OFF, AGREED},
         {"02", "10", NULL},
         "12-01 cancelled"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, AGREED);
        ward_hl7(&ward, rows[i].messages[0]);
        extract(&ward, rows[i].days[0], "2026-12-01 09:00");
        ward_hl7(&ward, rows[i].messages[1]);
        for (size_t d = 1; d < 3 && rows[i].days[d]; d++)
            extract(&ward, rows[i].days[d], "2026-12-01 09:00");
        ward_expect(&ward, rows[i].about,
                    "SELECT substr(start_local, 6, 5) || ' ' || status FROM "
                    "appointment",
                    rows[i].want);
        ward_close(&ward);
    }
}

/* Whose the ids are: "K1: EAST/K2 MAIN/K1", record by record. */
#define IDS                                                                   \
    "SELECT group_concat(mrn || ': ' || coalesce((SELECT group_concat("       \
    "authority || '/' || value, ' ') FROM (SELECT * FROM patient_alias WHERE" \
    " patient_id = p.id ORDER BY authority, value)), '-'), '; ') FROM "       \
    "(SELECT * FROM patient ORDER BY id) p"
#define KNOWN_BY(at, ids) MSG("ADT^A28", at, "PID|1||" ids "||Doe^Ann\r")
#define PATIENT_BY(id, at, more)                                             \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{"             \
    "\"lastUpdated\":\"2026-11-" at "T10:00:00Z\"},\"identifier\":[{"        \
    "\"system\":\"urn:m\",\"value\":\"M1\",\"type\":{\"coding\":[{\"code\":" \
    "\"MR\"}]}}" more "]}"

/* Else who comes by it is somebody new, whom nobody refused for. */
static void an_older_word_gives_ids_that_nobody_has(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"a second id",
         {KNOWN_BY("20261112", "K1"), KNOWN_BY("20261111", "K1~K2^^^EAST")},
         "K1: EAST/K2 MAIN/K1"},
        {"one that leads to somebody else",
         {KNOWN_BY("20261112", "K1"), KNOWN_BY("20261101", "K2^^^EAST"),
          KNOWN_BY("20261111", "K1~K2^^^EAST")},
         "K1: MAIN/K1; K2: EAST/K2"},
        {"one that a newer word gave up",
         {KNOWN_BY("20261101", "K1"),
          MSG("ADT^A47", "20261102", "PID|1||K1\rMRG|K2\r"),
          MSG("ADT^A37", "20261110", "PID|1||K1\rPID|2||K2\r"),
          KNOWN_BY("20261109", "K1~K2")},
         "K1: MAIN/K1"},
        {"and a newer word brings back",
         {KNOWN_BY("20261101", "K1"),
          MSG("ADT^A47", "20261102", "PID|1||K1\rMRG|K2\r"),
          MSG("ADT^A37", "20261110", "PID|1||K1\rPID|2||K2\r"),
          KNOWN_BY("20261111", "K1~K2")},
         "K1: MAIN/K1 MAIN/K2"},
        {"one of another record that is merged into theirs",
         {KNOWN_BY("20261101", "K1"), KNOWN_BY("20261108", "K2~E2^^^EPI"),
          MSG("ADT^A40", "20261110", "PID|1||K1\rMRG|K2\r"),
          MSG("ADT^A40", "20261110", "PID|1||K1\rMRG|K3\r"),
          KNOWN_BY("20261107", "K3~E2^^^EPI")},
         "K1: MAIN/K1; K2: EPI/E2 MAIN/K2; K3: MAIN/K3"},
        {"an older resource of the same person",
         {PATIENT_BY("1", "05", ""),
          PATIENT_BY("2", "03", ",{\"system\":\"urn:z\",\"value\":\"Z7\"}")},
         "M1: fhir/Patient/1 fhir/Patient/2 urn:m/M1 urn:z/Z7"},
    };
    tell_stories(stories, COUNT(stories), IDS);
}

static void what_waits_for_an_id_comes_with_it(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"in an older resource",
         {PATIENT_BY("1", "05", ""), VISIT("04", "booked", START("01T09:00Z")),
          PATIENT_BY("7", "03", "")},
         "A M1"},
    };
    tell_stories(stories, COUNT(stories),
                 "SELECT a.external_id || ' ' || p.mrn FROM appointment a JOIN "
                 "patient p ON p.id = a.patient_id");
}

#define LEAVES(at) MSG("ADT^A29", at, ANN)
#define IS_HERE(at) MSG("ADT^A28", at, ANN)

static void a_patient_leaves_before_they_came(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"an older word that they are here, and of a visit",
         {LEAVES("20261112"), IS_HERE("20261111"),
          MSG("SIU^S12", "20261111", SCH("20261201090000") ANN)},
         "M1 gone, F9; 0"},
        {"the visit alone",
         {LEAVES("20261112"),
          MSG("SIU^S12", "20261111", SCH("20261201090000") ANN)},
         "M1 gone, F9; 0"},
        {"whichever of their ids it names",
         {MSG("ADT^A29", "20261112", "PID|1||E7^^^EPI^PI\r"),
          IS_HERE("20261111")},
         "M1 gone; 0"},
        {"a newer word brings them back",
         {LEAVES("20261112"), IS_HERE("20261111"), IS_HERE("20261113")},
         "M1; 0"},
        {"also without the older one",
         {LEAVES("20261112"), IS_HERE("20261113")},
         "M1; 0"},
        {"it is no word of anybody else",
         {LEAVES("20261112"), MSG("ADT^A28", "20261111", "PID|1||M2\r")},
         "M2; 1"},
    };
    tell_stories(stories, COUNT(stories),
                 "SELECT group_concat(mrn || iif(gone_at IS NULL, '', ' gone')"
                 ") || coalesce((SELECT ', ' || group_concat(external_id) FROM "
                 "appointment), '') || '; ' || (SELECT count(*) FROM waiting) "
                 "FROM patient");
}

/* What it says of them beside is nobody's business any more. */
static void nothing_of_who_leaves_is_kept(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, LEAVES("20261112"));
    ward_expect(&ward, "the number waits alone",
                "SELECT early || (content LIKE '%Doe%') || (content LIKE "
                "'%5550100%') || (content LIKE '%M1%') FROM waiting",
                "1001");
    assert_int_equal(ward.counts.early, 1);
    ward_close(&ward);
}

/* A file of one visit with what else it says of it. */
static void extract_rows(struct ward *ward, const char *day, const char *rows)
{
    char hour[40];
    instant at;
    snprintf(hour, sizeof(hour), "2026-11-%sT17:00:00Z", day);
    assert_true(civil_parse_instant(hour, &at));
    fixture_file(&ward->fixture, "appointments.csv", rows);
    fixture_changed(&ward->fixture, "appointments.csv", at);
    assert_true(fixture_import(&ward->fixture));
    assert_string_equal(ward->fixture.told.data, "");
}

#define ROW(start, status, who)                                  \
    "id,patient,start,status,practitioner\nF9,M1,2026-12-" start \
    " 09:00," status "," who "\n"
#define SHORT(start) \
    "id,patient,start,status\nF9,M1,2026-12-" start " 09:00,booked\n"

static void what_a_file_said_before_is_no_news_cell_by_cell(void **state)
{
    (void)state;
    static const struct {
        const char *about;
        const char *steps[5]; /* a message, or the day of a file and its rows */
        const char *want;
    } rows[] = {
        {"another practitioner books nothing again",
         {"02", ROW("01", "booked", "X"), CALLED_OFF, "10",
          ROW("01", "booked", "Y")},
         "here 12-01 cancelled Y"},
        {"nor does a column that is new",
         {"02", SHORT("01"), CALLED_OFF, "10", ROW("01", "booked", "Y")},
         "here 12-01 cancelled Y"},
        {"nor moves it back",
         {"02", ROW("01", "booked", "X"), MOVED("20261105"), "10",
          ROW("01", "booked", "Y")},
         "here 12-03 booked Y"},
        {"a new time is a word that it is on",
         {"02", ROW("01", "booked", "X"), CALLED_OFF, "10",
          ROW("02", "booked", "X")},
         "here 12-02 booked X"},
        {"nor does it find one whose time nobody knows",
         {"02", ROW("01", "booked", "X"), HELD, "10", ROW("01", "booked", "Y")},
         "gone 12-01 booked Y"},
        {"the status itself is news",
         {"02", ROW("01", "proposed", "X"), CALLED_OFF, "10",
          ROW("01", "booked", "X")},
         "here 12-01 booked X"},
        {"what the file changes is so, whatever a message said before",
         {"02", ROW("01", "booked", "X"), MOVED("20261105"), "10",
          ROW("02", "booked", "X")},
         "here 12-02 booked X"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, MSG("ADT^A28", "20261001", ANN));
        const char *const *steps = rows[i].steps;
        extract_rows(&ward, steps[0], steps[1]);
        ward_hl7(&ward, steps[2]);
        hold(&ward);
        extract_rows(&ward, steps[3], steps[4]);
        ward_expect(&ward, rows[i].about,
                    "SELECT iif(gone_at IS NULL, 'here ', 'gone ') || "
                    "substr(start_local, 6, 5) || ' ' || status || ' ' || "
                    "practitioner FROM appointment",
                    rows[i].want);
        ward_close(&ward);
    }
}

/* One that comes late: the next one is compared with the newest. */
static void an_older_file_is_not_the_last_word(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261001", ANN));
    extract_rows(&ward, "10", ROW("01", "booked", "X"));
    extract_rows(&ward, "09", ROW("01", "cancelled", "X"));
    ward_expect(&ward, "it changes nothing", "SELECT status FROM appointment",
                "booked");
    extract_rows(&ward, "12", ROW("01", "cancelled", "X"));
    ward_expect(&ward, "that it is off is news",
                "SELECT status FROM appointment", "cancelled");
    ward_close(&ward);
}

/* Each file says again what it said, and another one what is not in it. */
static void a_file_with_fewer_columns_forgets_none(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261001", ANN));
    extract_rows(&ward, "02", ROW("01", "booked", "X"));
    ward_hl7(&ward, CALLED_OFF);
    extract_rows(&ward, "06",
                 "id,patient,start,practitioner\nF9,M1,2026-12-01 "
                 "09:00,Z\n");
    extract_rows(&ward, "10", ROW("01", "booked", "Y"));
    ward_expect(&ward, "off, as the message said",
                "SELECT status || ' ' || practitioner FROM appointment",
                "cancelled Y");
    ward_close(&ward);
}

/* What the file repeats it did not say at that day. */
static void an_older_message_meets_what_the_file_did_not_change(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261001", ANN));
    extract_rows(&ward, "02", ROW("01", "booked", "X"));
    extract_rows(&ward, "10", ROW("01", "booked", "Y"));
    ward_hl7(&ward, CALLED_OFF);
    ward_expect(&ward, "it comes late, and counts",
                "SELECT status || ' ' || practitioner FROM appointment",
                "cancelled Y");
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_visit_is_cancelled),
        cmocka_unit_test(what_is_silent_of_the_time_of_a_held_visit_is_told_so),
        cmocka_unit_test(a_time_that_cannot_be_read_is_told_once),
        cmocka_unit_test(an_end_waits_for_what_it_ends),
        cmocka_unit_test(an_end_waits_for_a_month_at_most),
        cmocka_unit_test(an_older_word_gives_ids_that_nobody_has),
        cmocka_unit_test(what_waits_for_an_id_comes_with_it),
        cmocka_unit_test(a_patient_leaves_before_they_came),
        cmocka_unit_test(nothing_of_who_leaves_is_kept),
        cmocka_unit_test(a_file_is_of_when_it_was_written),
        cmocka_unit_test(a_file_that_says_what_a_message_said_is_remembered),
        cmocka_unit_test(what_a_file_said_before_is_no_news_cell_by_cell),
        cmocka_unit_test(an_older_file_is_not_the_last_word),
        cmocka_unit_test(a_file_with_fewer_columns_forgets_none),
        cmocka_unit_test(an_older_message_meets_what_the_file_did_not_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
