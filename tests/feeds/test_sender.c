/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an id is: hospitals number their people, visits and orders each for
 * themselves, and all of them begin with 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "feeds/fhir_take.h"

#include "tests/feeds/ward.h"

#define BOTH "^^^EMPI^PI"
#define VISIT(facility, type, at, id, start, pid)               \
    FROM(facility, type, at,                                    \
         "SCH||" id "||||||^Check-up|30|min|^^^" start "\rPID|" \
         "||" pid "\r")
#define PEOPLE                                                             \
    "SELECT group_concat(mrn || ' ' || family_name, ', ') FROM (SELECT * " \
    "FROM patient ORDER BY id)"
#define VISITS                                                              \
    "SELECT group_concat(a.external_id || ' ' || p.mrn || ' ' || a.status " \
    "|| ' ' || coalesce(a.owner, '-'), ', ') FROM (SELECT * FROM "          \
    "appointment ORDER BY id) a JOIN patient p ON p.id = a.patient_id"

static void a_number_without_an_authority_is_its_senders(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name\n4711,Doe\n4712,Poe\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261201", "PID|||4711||Roe\r"));
    ward_expect(&ward, "the first who comes with a file's number means it",
                PEOPLE, "4711 Roe, 4712 Poe");
    ward_hl7(&ward, FROM("WEST", "ADT^A08", "20261202", "PID|||4711||Moe\r"));
    ward_expect(&ward, "the next one has a 4711 of their own", PEOPLE,
                "4711 Roe, 4712 Poe, 4711@WEST Moe");
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261203", "PID|||4711||Loe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A08", "20261203",
                         "PID|||4711^^^WEST^MR||Zoe\r"));
    ward_expect(&ward, "each goes on with theirs, written out or not", PEOPLE,
                "4711 Loe, 4712 Poe, 4711@WEST Zoe");
    ward_hl7(&ward, FROM("", "ADT^A28", "20261204", "PID|||4711||Ace\r"));
    ward_hl7(&ward, FROM("", "ADT^A08", "20261205", "PID|||4711||Ash\r"));
    ward_expect(&ward, "who names no facility is the application", PEOPLE,
                "4711 Loe, 4712 Poe, 4711@WEST Zoe, 4711@ADT Ash");
    ward_hl7(&ward, FROM("EAST", "ADT^A47", "20261206",
                         "PID|||5000||Poe\rMRG|4712\r"));
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261207", "PID|||5000||Pae\r"));
    ward_expect(&ward, "a file's number is exchanged for another", PEOPLE,
                "4711 Loe, 4712 Pae, 4711@WEST Zoe, 4711@ADT Ash");
    ward_close(&ward);
}

static void unless_one_authority_gives_out_all(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_mrn_authority(&ward, "MAIN");
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||4711||Roe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A08", "20261202", "PID|||4711||Moe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A08", "20261203",
                         "PID|||4711^^^main^MR||Loe\r"));
    ward_expect(&ward, "facilities of one house", PEOPLE, "4711 Loe");
    ward_close(&ward);
}

/* Each feed names it as it knows it. */
static void two_names_of_one_authority(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv", "mrn,last_name\n4711,Doe\n");
    assert_true(fixture_import(&ward.fixture));
    ward_authorities(&ward, "MAIN", "urn:mrn");
    ward_hl7(&ward,
             FROM("EAST", "ADT^A08", "20261201", "PID|||4711^^^MAIN||Roe\r"));
    ward_authorities(&ward, "urn:mrn", "MAIN");
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\","
                     "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":"
                     "\"4711\"}],\"name\":[{\"family\":\"Moe\"}]}");
    ward_expect(&ward, "a number is one person's, by either name", PEOPLE,
                "4711 Moe");
    ward_close(&ward);
}

static void a_visit_is_its_senders(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, VISIT("EAST", "SIU^S12", "20261201", "1001",
                          "20270101090000", "1||Doe"));
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||1||Doe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A28", "20261201", "PID|||1||Roe\r"));
    ward_hl7(&ward, VISIT("WEST", "SIU^S12", "20261202", "1001",
                          "20270102090000", "1||Roe"));
    ward_expect(&ward, "another hospital's 1001 is another visit", VISITS,
                "1001 1 booked EAST, 1001@WEST 1@WEST booked WEST");
    ward_hl7(&ward, VISIT("WEST", "SIU^S15", "20261203", "1001",
                          "20270102090000", "1||Roe"));
    ward_expect(&ward, "each cancels its own", VISITS,
                "1001 1 booked EAST, 1001@WEST 1@WEST cancelled WEST");
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261203", "PID|||2||Poe\r"));
    ward_hl7(&ward, VISIT("EAST", "SIU^S14", "20261204", "1001",
                          "20270101090000", "2||Poe"));
    ward_expect(&ward, "a sender may say that it is somebody else's", VISITS,
                "1001 2 booked EAST, 1001@WEST 1@WEST cancelled WEST");
    ward_hl7(&ward, VISIT("WEST", "SIU^S12", "20261204", "1001^SCHED",
                          "20270103090000", "1||Roe"));
    ward_expect(&ward, "by whose number it says that it is", VISITS,
                "1001 2 booked EAST, 1001@WEST 1@WEST cancelled WEST, "
                "1001@SCHED 1@WEST booked SCHED");
    ward_close(&ward);
}

/* The first sender who comes with a file's number means it, of its person. */
static void a_file_s_visit_is_its_person_s(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "clinics.csv",
                 "id,name,phone,zone\nC,C,212-555-0190,America/New_York\n");
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name\n1,Doe\n2,Roe\n");
    fixture_file(&ward.fixture, "appointments.csv",
                 "id,patient,clinic,start,status\n"
                 "1001,1,C,2027-01-01T14:00:00Z,booked\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, VISIT("EAST", "SIU^S12", "20261201", "1001",
                          "20270102090000", "2||Roe"));
    ward_expect(&ward, "another person's is another one", VISITS,
                "1001 1 booked -, 1001@EAST 2 booked EAST");
    ward_hl7(&ward, VISIT("WEST", "SIU^S15", "20261202", "1001",
                          "20270101090000", "1||Doe"));
    ward_expect(&ward, "the person's own is it", VISITS,
                "1001 1 cancelled WEST, 1001@EAST 2 booked EAST");
    ward_close(&ward);
}

/* What one facility booked another one cancels, of the same person. */
static void no_cancellation_misses_its_visit(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             FROM("EAST", "ADT^A28", "20261201", "PID|||E1" BOTH "||Doe\r"));
    ward_hl7(&ward, VISIT("EAST", "SIU^S12", "20261201", "1001",
                          "20270101090000", "E1" BOTH "||Doe"));
    ward_hl7(&ward, VISIT("WEST", "SIU^S15", "20261202", "1001",
                          "20270101090000", "E1" BOTH "||Doe"));
    ward_expect(&ward, "two facilities, one scheduler", VISITS,
                "1001 E1 cancelled EAST");
    fixture_file(&ward.fixture, "appointments.csv",
                 "id,patient,start,status\n2002,E1,2027-01-02 09:00,booked\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, VISIT("WEST", "SIU^S15", "20261203", "2002",
                          "20270102090000", "E1" BOTH "||Doe"));
    ward_expect(&ward, "a file's visit is whoever's comes first", VISITS,
                "1001 E1 cancelled EAST, 2002 E1 cancelled WEST");
    ward_close(&ward);
}

#define STAY(event, at, id, pid, rest) \
    FROM("EAST", "ADT^" event, at,     \
         "PID|||" pid "\rPV1||P|||||||||||||||||" id "\r" rest)
#define LIVE                                                                   \
    "SELECT group_concat(a.external_id || ' ' || p.mrn || ' ' || a.status || " \
    "' ' || substr(a.start_local, 6, 5), ', ') FROM (SELECT * FROM "           \
    "appointment WHERE gone_at IS NULL ORDER BY id) a JOIN patient p ON p.id " \
    "= a.patient_id"
#define ADMITTED "PV2||||||||20270109090000\r"
#define DIARY "1001 1 booked 01-01"

/* Whoever numbers the stays is not whoever keeps the diary. */
static void a_visit_number_is_no_appointment_s(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *message, *visits;
    } rows[] = {
        {"who comes in ends nobody else's visit",
         STAY("A01", "20261202", "1001", "2||Roe", ""), DIARY},
        {"nor does who becomes an inpatient",
         STAY("A06", "20261202", "1001", "2||Roe", ""), DIARY},
        {"a planned admission is one more visit",
         STAY("A05", "20261202", "1001", "2||Roe", ADMITTED),
         DIARY ", 1001@EAST/visit 2 booked 01-09"},
        {"one that is off was none of the diary's",
         STAY("A38", "20261202", "1001", "2||Roe", ""), DIARY},
        {"nor one that was cancelled",
         STAY("A11", "20261202", "1001", "2||Roe", ""), DIARY},
        {"nor one that is deleted",
         STAY("A23", "20261202", "1001", "2||Roe", ""), DIARY},
        {"nor does their patient, who comes in for something else",
         STAY("A01", "20261202", "1001", "1||Doe", ""), DIARY},
        {"nor whose stay of that number was none",
         STAY("A23", "20261202", "1001", "1||Doe", ""), DIARY},
        {"or is off", STAY("A38", "20261202", "1001", "1||Doe", ""), DIARY},
        {"their admission of another day is one more visit",
         STAY("A05", "20261202", "1001", "1||Doe", ADMITTED),
         DIARY ", 1001@EAST/visit 1 booked 01-09"},
        {"a house with one number for both means the visit of that day",
         STAY("A05", "20261202", "1001", "1||Doe",
              "PV2||||||||20270101080000\r"),
         DIARY},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||1||Doe\r"));
        ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||2||Roe\r"));
        ward_hl7(&ward, VISIT("EAST", "SIU^S12", "20261201", "1001",
                              "20270101090000", "1||Doe"));
        ward_hl7(&ward, rows[i].message);
        ward_expect(&ward, rows[i].sentence, LIVE, rows[i].visits);
        ward_close(&ward);
    }
}

#define DIARISED(start) \
    VISIT("EAST", "SIU^S12", "20261203", "1001", start, "1||Doe")

/* The stay's word comes first. */
static void a_visit_is_the_diary_s_that_has_it_too(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *booked, *visits;
    } rows[] = {
        {"of that day it is one, and the diary's", DIARISED("20270109090000"),
         "1001 1 cancelled 01-09"},
        {"of another day it is one more", DIARISED("20270101090000"),
         "1001 1 booked 01-09, 1001@EAST 1 cancelled 01-01"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||1||Doe\r"));
        ward_hl7(&ward, STAY("A05", "20261202", "1001", "1||Doe", ADMITTED));
        ward_hl7(&ward, rows[i].booked);
        ward_hl7(&ward, FROM("EAST", "SIU^S15", "20261204",
                             "SCH||1001\rPID|||1||Doe\r"));
        ward_expect(&ward, rows[i].sentence, LIVE, rows[i].visits);
        ward_close(&ward);
    }
}

#define SIU(facility, event, at, ids, more) \
    FROM(facility, "SIU^" event, at, "SCH|" ids more)
#define FOR_DOE "|||||||||^^^20270101090000\rPID|||1||Doe\r"
#define UNTIMED "\r"

/* Of a cancellation without its patient. */
static void an_id_of_the_same_sender_means_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[3], *visits;
    } rows[] = {
        {"booked in a namespace, off without",
         {SIU("EAST", "S12", "20261201", "|F1^EPIC", FOR_DOE),
          SIU("EAST", "S15", "20261202", "|F1", UNTIMED)},
         "F1 1 cancelled 01-01"},
        {"booked without, off in a namespace",
         {SIU("EAST", "S12", "20261201", "|F1", FOR_DOE),
          SIU("EAST", "S15", "20261202", "|F1^EPIC", UNTIMED)},
         "F1 1 cancelled 01-01"},
        {"off before it is booked",
         {SIU("EAST", "S15", "20261202", "|F1", UNTIMED),
          SIU("EAST", "S12", "20261201", "|F1^EPIC", FOR_DOE)},
         "F1 1 cancelled 01-01"},
        {"off in a namespace before it is booked without",
         {SIU("EAST", "S15", "20261202", "|F1^EPIC", UNTIMED),
          SIU("EAST", "S12", "20261201", "|F1", FOR_DOE)},
         "F1 1 cancelled 01-01"},
        {"by the id of whoever asked for it",
         {SIU("EAST", "S12", "20261201", "P1^EPIC|F1", FOR_DOE),
          SIU("EAST", "S15", "20261202", "P1|", UNTIMED)},
         "F1 1 cancelled 01-01"},
        {"and the other way round",
         {SIU("EAST", "S12", "20261201", "P1|F1", FOR_DOE),
          SIU("EAST", "S15", "20261202", "P1^EPIC|", UNTIMED)},
         "F1 1 cancelled 01-01"},
        {"another sender's is another",
         {SIU("EAST", "S12", "20261201", "|F1^EPIC", FOR_DOE),
          SIU("WEST", "S15", "20261202", "|F1", UNTIMED)},
         "F1 1 booked 01-01"},
        {"a stay of that number is another",
         {STAY("A05", "20261201", "F1", "1||Doe", ADMITTED),
          SIU("EAST", "S15", "20261202", "|F1", UNTIMED)},
         "F1 1 booked 01-09"},
        {"another namespace is another",
         {SIU("EAST", "S12", "20261201", "|F1^EPIC", FOR_DOE),
          SIU("EAST", "S15", "20261202", "|F1^LAB", UNTIMED)},
         "F1 1 booked 01-01"},
        {"the sender's own comes first",
         {SIU("EAST", "S12", "20261201", "|F1^EPIC",
              "|||||||||^^^20270109090000\rPID|||2||Roe\r"),
          SIU("EAST", "S12", "20261201", "|F1", FOR_DOE),
          SIU("EAST", "S15", "20261202", "|F1", UNTIMED)},
         "F1 2 booked 01-09, F1@EAST 1 cancelled 01-01"},
        {"also where a third one has that number",
         {SIU("WEST", "S12", "20261201", "|F1",
              "|||||||||^^^20270109090000\rPID|||2||Roe\r"),
          SIU("EAST", "S12", "20261201", "|F1^EPIC", FOR_DOE),
          SIU("EAST", "S15", "20261202", "|F1", UNTIMED)},
         "F1 2 booked 01-09, F1@EPIC 1 cancelled 01-01"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 3 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence, LIVE, rows[i].visits);
        ward_close(&ward);
    }
}

static void an_admission_keeps_its_number(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||1||Doe\r"));
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||2||Roe\r"));
    ward_hl7(&ward, STAY("A05", "20261201", "1001", "2||Roe", ADMITTED));
    ward_hl7(&ward, VISIT("EAST", "SIU^S12", "20261202", "1001",
                          "20270101090000", "1||Doe"));
    ward_expect(&ward, "the diary's comes later", LIVE,
                "1001 2 booked 01-09, 1001@EAST 1 booked 01-01");
    ward_hl7(&ward, STAY("A38", "20261203", "1001", "2||Roe", ""));
    ward_expect(&ward, "each is ended by its own", LIVE,
                "1001 2 cancelled 01-09, 1001@EAST 1 booked 01-01");
    assert_null(strstr(ward.told.data, "another patient"));
    ward_hl7(&ward, VISIT("EAST", "SIU^S14", "20261204", "1001",
                          "20270101090000", "2||Roe"));
    assert_non_null(strstr(ward.told.data,
                           "field PID-3: this was another patient's so far"));
    ward_close(&ward);
}

#define RX(facility, at, pid, date)                        \
    FROM(facility, "RDS^O13", at,                          \
         "PID|||" pid "\rORC|RE\rRXD|1|83367^Statin|" date \
         "|30|TAB||RX9|3||||1\r")

static void a_refill_is_of_its_senders_prescription(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261201", "PID|||1||Doe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A28", "20261201", "PID|||1||Roe\r"));
    ward_hl7(&ward, RX("EAST", "20261202", "1||Doe", "20261101"));
    ward_hl7(&ward, RX("WEST", "20261203", "1||Roe", "20261102"));
    ward_expect(&ward, "two of one number",
                "SELECT group_concat(r.external_id || ' ' || p.mrn || ' ' || "
                "f.external_id, ', ') FROM (SELECT * FROM fill ORDER BY id) f "
                "JOIN prescription r ON r.id = f.prescription_id JOIN patient "
                "p ON p.id = f.patient_id",
                "RX9 1 RX9-1, RX9@WEST 1@WEST RX9-1@WEST");
    ward_close(&ward);
}

/* FHIR ------------------------------------------------------------------------
 */

#define META(source) ",\"meta\":{\"source\":\"" source "\"}"
#define PERSON(id, name, rest)                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{" \
    "\"family\":\"" name "\"}]" rest "}"
#define BOOKED(id, status, who, rest)                                          \
    "{\"resourceType\":\"Appointment\",\"id\":\"" id "\",\"status\":\"" status \
    "\",\"start\":\"2027-01-01T09:00:00Z\",\"participant\":[{"                 \
    "\"actor\":{\"reference\":\"" who "\"}}]" rest "}"

static void a_logical_id_is_its_servers(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *url[2], *meta[2], *people;
    } rows[] = {
        {"by the address of the entry",
         {"https://a/fhir/Patient/7", "https://b/fhir/Patient/7"},
         {"", ""},
         "7 Doe, 7@https://b/fhir/Patient Roe"},
        {"by where it is from",
         {NULL, NULL},
         {META("https://a#1"), META("https://b/#2")},
         "7 Doe, 7@https://b/Patient Roe"},
        {"the number of a request is no server",
         {NULL, NULL},
         {META("#1"), META("#2")},
         "7 Roe"},
        {"the address comes first",
         {"https://a/fhir/Patient/7", "https://a/fhir/Patient/7"},
         {META("urn:x"), META("urn:y")},
         "7 Roe"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        char text[400];
        ward_open(&ward);
        snprintf(text, sizeof(text), PERSON("7", "Doe", "%s"), rows[i].meta[0]);
        ward_entry(&ward, rows[i].url[0], text);
        snprintf(text, sizeof(text), PERSON("7", "Roe", "%s"), rows[i].meta[1]);
        ward_entry(&ward, rows[i].url[1], text);
        ward_expect(&ward, rows[i].sentence, PEOPLE, rows[i].people);
        ward_close(&ward);
    }
}

static void a_reference_means_its_own_server(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_entry(&ward, "https://a/Patient/7", PERSON("7", "Doe", ""));
    ward_entry(&ward, "https://b/Patient/7", PERSON("7", "Roe", ""));
    ward_entry(&ward, "https://a/Appointment/1",
               BOOKED("1", "booked", "Patient/7", ""));
    ward_entry(&ward, "https://b/Appointment/1",
               BOOKED("1", "booked", "Patient/7", ""));
    ward_entry(&ward, "https://b/Appointment/2",
               BOOKED("2", "booked", "https://a/Patient/7", ""));
    ward_expect(&ward, "or the one that it names", VISITS,
                "1 7 booked https://a, 1@https://b 7@https://b/Patient booked "
                "https://b, 2 7 booked https://b");
    ward_entry(&ward, "https://b/Appointment/1",
               BOOKED("1", "cancelled", "Patient/7", ""));
    ward_expect(&ward, "each takes back its own", VISITS,
                "1 7 booked https://a, 1@https://b 7@https://b/Patient "
                "cancelled https://b, 2 7 booked https://b");
    ward_close(&ward);
}

/* What waits for its people is its sender's, too. */
static void what_waits_is_its_senders(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_entry(&ward, "https://a/Appointment/1",
               BOOKED("1", "booked", "Patient/7", ""));
    ward_entry(&ward, "https://b/Appointment/1",
               BOOKED("1", "booked", "Patient/7", ""));
    ward_entry(&ward, "https://b/Appointment/1",
               BOOKED("1", "entered-in-error", "Patient/7", ""));
    ward_entry(&ward, "https://b/Patient/7", PERSON("7", "Roe", ""));
    ward_entry(&ward, "https://a/Patient/7", PERSON("7", "Doe", ""));
    ward_expect(&ward, "neither took the other's place", VISITS,
                "1 7 entered-in-error https://b, 1@https://a "
                "7@https://a/Patient booked https://a");
    ward_expect(&ward, "and nothing waits", "SELECT count(*) FROM waiting",
                "0");
    ward_close(&ward);
}

#define DONE_ON(type, id, patient, code, more)                       \
    "{\"resourceType\":\"" type "\",\"id\":\"" id "\",\"subject\":{" \
    "\"reference\":\"Patient/" patient "\"}," code more "}"
#define A1C(id, patient, day)                                         \
    DONE_ON("Observation", id, patient,                               \
            "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\"," \
            "\"code\":\"4548-4\"}]},",                                \
            "\"status\":\"final\",\"effectiveDateTime\":\"" day "\"")
#define REPORT(id, patient, day)                                      \
    DONE_ON("DiagnosticReport", id, patient,                          \
            "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\"," \
            "\"code\":\"24606-6\"}]},",                               \
            "\"status\":\"final\",\"effectiveDateTime\":\"" day "\"")
#define SHOT(id, patient, day)                                            \
    "{\"resourceType\":\"Immunization\",\"id\":\"" id "\",\"status\":"    \
    "\"completed\",\"patient\":{\"reference\":\"Patient/" patient "\"},"  \
    "\"vaccineCode\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/" \
    "cvx\",\"code\":\"140\"}]},\"occurrenceDateTime\":\"" day "\"}"
#define TESTS                                                                 \
    "SELECT group_concat(s.external_id || ' ' || p.mrn || ' ' || s.kind || "  \
    "' ' || s.done_on, ', ') FROM (SELECT * FROM screening WHERE gone_at IS " \
    "NULL ORDER BY id) s "                                                    \
    "JOIN patient p ON p.id = s.patient_id"
#define SITE(type, id, name)                                            \
    "{\"resourceType\":\"" type "\",\"id\":\"" id "\",\"name\":\"" name \
    "\",\"address\":%s{\"state\":\"NY\",\"postalCode\":\"10001\"}%s}"

#define BOTH_IDS "1^^^EAST^MR~1^^^WEST^MR||Doe"
#define ASKED                                                                 \
    "SELECT coalesce(group_concat(p.mrn || ' ' || t.name), '-') FROM task t " \
    "JOIN patient p ON p.id = t.patient_id"
#define WHOSE                                                                  \
    "SELECT group_concat(a.value || ' ' || a.authority || ' ' || p.mrn, ', ')" \
    " FROM (SELECT * FROM patient_alias ORDER BY authority, value) a JOIN "    \
    "patient p ON p.id = a.patient_id"

/* Opt-outs, guardians and visits hang on the record. */
static void an_id_of_another_record_stays_there(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261101", "PID|||1||Doe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A28", "20261101", "PID|||1||Roe\r"));
    ward_hl7(&ward,
             FROM("EAST", "ADT^A08", "20261102", "PID|||" BOTH_IDS "\r"));
    ward_expect(&ward, "nobody takes it along", WHOSE,
                "1 EAST 1, 1 WEST 1@WEST");
    assert_string_equal(
        ward.told.data,
        "field PID-3: is another record's number here, and stays it: if the "
        "two are one person, a merge says so");
    ward_hl7(&ward,
             FROM("EAST", "ADT^A08", "20261103", "PID|||" BOTH_IDS "\r"));
    ward_expect(&ward, "a person is asked, once", ASKED,
                "1 two records, one person?");
    ward_hl7(&ward, FROM("WEST", "ADT^A08", "20261104", "PID|||1||Moe\r"));
    ward_expect(&ward, "who comes by it is who they were", PEOPLE,
                "1 Doe, 1@WEST Moe");
    ward_close(&ward);
}

static void unless_it_is_merged(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, FROM("EAST", "ADT^A28", "20261101", "PID|||1||Doe\r"));
    ward_hl7(&ward, FROM("WEST", "ADT^A28", "20261101", "PID|||1||Roe\r"));
    ward_hl7(&ward, FROM("EAST", "ADT^A40", "20261102",
                         "PID|||" BOTH_IDS "\rMRG|1^^^WEST^MR\r"));
    ward_hl7(&ward,
             FROM("EAST", "ADT^A08", "20261103", "PID|||" BOTH_IDS "\r"));
    ward_expect(&ward, "a merge answers before anybody asks", ASKED, "-");
    assert_int_equal(ward.told.len, 0);
    ward_close(&ward);
}

/* A file's number is somebody's before any message names it. */
static void nor_is_a_file_s_number_taken(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name\n4711,Doe\n4712,Roe\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261124",
                         "PID|||4711^^^EAST^MR~4712^^^EAST^MR||Doe\r"));
    ward_expect(&ward, "a person is asked", ASKED,
                "4711 two records, one person?");
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261125", "PID|||4712||Poe\r"));
    ward_expect(&ward, "it goes on being theirs", PEOPLE, "4711 Doe, 4712 Poe");
    ward_close(&ward);
}

static void two_records_in_one_resource(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PERSON("7", "Doe", ""));
    ward_fhir(&ward, PERSON("8", "Roe",
                            ",\"identifier\":[{\"system\":\"urn:e\",\"value\":"
                            "\"E1\"}]"));
    ward_fhir(&ward, PERSON("7", "Doe",
                            ",\"identifier\":[{\"system\":\"urn:n\",\"value\":"
                            "\"N1\"}]"));
    ward_fhir(&ward,
              PERSON("7", "Doe",
                     ",\"identifier\":[{\"system\":\"urn:n\",\"value\":"
                     "\"N1\"},{\"system\":\"urn:e\",\"value\":\"E1\"}]"));
    ward_expect(&ward, "each keeps what is theirs", WHOSE,
                "7 fhir/Patient 7, 8 fhir/Patient E1, E1 urn:e E1, N1 urn:n 7");
    ward_expect(&ward, "a person is asked", ASKED,
                "7 two records, one person?");
    ward_close(&ward);
}

/* Two things of three that a record is known by are somebody else's. */
static void a_stranger_with_an_id_of_somebody(void **state)
{
    (void)state;
#define BEA "PID|||B2^^^MAIN^MR~E7^^^EPI^PI||Roe^Bea||19810301\r"
#define STRANGER(ids) "PID|||" ids "||Poe^Cay||19500101\r"
#define STRANGE_FHIR(id, number)                                             \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{"             \
    "\"lastUpdated\":\"2026-11-09T09:00:00Z\"},\"identifier\":[{\"system\":" \
    "\"MAIN\",\"value\":\"" number "\",\"type\":{\"coding\":[{\"code\":\"MR" \
    "\"}]}},{\"system\":\"EPI\",\"value\":\"E7\"}],\"name\":[{\"family\":"   \
    "\"Poe\"}],\"birthDate\":\"1950-01-01\"}"
    static const struct {
        const char *about, *said, *people, *asked;
    } rows[] = {
        {"by a new number, and another id of somebody",
         FROM("MAIN", "ADT^A08", "20261109",
              STRANGER("L2^^^MAIN^MR~E7^^^EPI^PI")),
         "B2 Roe 1981-03-01, L2 Poe 1950-01-01", "L2 two records, one person?"},
        {"whichever is named first",
         FROM("MAIN", "ADT^A08", "20261109",
              STRANGER("E7^^^EPI^PI~L2^^^MAIN^MR")),
         "B2 Roe 1981-03-01, L2 Poe 1950-01-01", "L2 two records, one person?"},
        {"by two numbers of one hospital",
         FROM("MAIN", "ADT^A08", "20261109",
              STRANGER("L2^^^MAIN^MR~B2^^^MAIN^MR")),
         "B2 Roe 1981-03-01, L2 Poe 1950-01-01", "L2 two records, one person?"},
        {"in FHIR", STRANGE_FHIR("l2", "L2"),
         "B2 Roe 1981-03-01, L2 Poe 1950-01-01", "L2 two records, one person?"},
        {"a visit is the stranger's",
         FROM("MAIN", "SIU^S12", "20261109",
              "SCH||F1||||||^Check-up|30|min|^^^20261201090000"
              "||||||||||||||Booked\r" STRANGER("L2^^^MAIN^MR~E7^^^EPI^PI")),
         "B2 Roe 1981-03-01, L2 Poe 1950-01-01 F1",
         "L2 two records, one person?"},
        {"by their own number it is news of them",
         FROM("MAIN", "ADT^A08", "20261109",
              STRANGER("B2^^^MAIN^MR~X9^^^EPI^PI")),
         "B2 Poe 1950-01-01", "-"},
        {"by another id alone, too",
         FROM("MAIN", "ADT^A08", "20261109", STRANGER("E7^^^EPI^PI")),
         "B2 Poe 1950-01-01", "-"},
        {"a new name alone is a wedding",
         FROM("MAIN", "ADT^A08", "20261109",
              "PID|||L2^^^MAIN^MR~E7^^^EPI^PI||Poe^Bea||19810301\r"),
         "B2 Poe 1981-03-01", "-"},
        {"a birth that is known to the year is no other one",
         FROM("MAIN", "ADT^A08", "20261109",
              "PID|||L2^^^MAIN^MR~E7^^^EPI^PI||Poe^Bea||1981\r"),
         "B2 Poe 1981-12-31", "-"},
        {"a message that says that it is a new number is believed",
         FROM("MAIN", "ADT^A47", "20261109",
              STRANGER("L2^^^MAIN^MR") "MRG|B2^^^MAIN^MR\r"),
         "B2 Poe 1950-01-01", "-"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, FROM("MAIN", "ADT^A28", "20261101", BEA));
        ward_say(&ward, rows[i].said);
        ward_expect(&ward, rows[i].about,
                    "SELECT group_concat(mrn || ' ' || family_name || ' ' || "
                    "coalesce(birth_on, born_by) || coalesce((SELECT ' ' || "
                    "external_id FROM "
                    "appointment WHERE patient_id = p.id), ''), ', ') FROM "
                    "(SELECT * FROM patient ORDER BY mrn) p",
                    rows[i].people);
        ward_expect(&ward, rows[i].about, ASKED, rows[i].asked);
        bool told = strstr(ward.told.data, "is another record's number here");
        assert_int_equal(told, strcmp(rows[i].asked, "-") != 0);
        ward_close(&ward);
    }
}

/* Whose id another sender told beside their own speaks for themselves. */
static void the_word_of_whose_id_it_is(void **state)
{
    (void)state;
#define NORTH(ids) FROM("NORTH", "ADT^A08", "20261109", "PID|||" ids "\r")
#define EAST(at, who) \
    FROM("EAST", "ADT^A08", at, "PID|||E1^^^EAST^MR||" who "\r")
#define N1 "N1^^^NORTH^MR"
#define E1 "E1^^^EAST^MR"
#define DOE "||Doe^Ann||19800101"
#define POE "Poe^Cay||19500101"
#define TOLD_FHIR(id, ids, name, born)                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{"          \
    "\"lastUpdated\":\"2026-11-09T09:00:00Z\"},\"identifier\":[" ids "]," \
    "\"name\":[{\"family\":\"" name "\"}],\"birthDate\":\"" born "\"}"
#define N1_FHIR "{\"system\":\"urn:n\",\"value\":\"N1\"}"
#define E1_FHIR "{\"system\":\"urn:e\",\"value\":\"E1\"}"
    static const struct {
        const char *about, *said[4], *people, *asked;
    } rows[] = {
        {"is another person's",
         {NORTH(N1 "~" E1 DOE), EAST("20261110", POE)},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01",
         "N1 whose is it?"},
        {"in any order of the ids",
         {NORTH(E1 "~" N1 DOE), EAST("20261110", POE)},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01",
         "N1 whose is it?"},
        {"also when it comes late",
         {NORTH(N1 "~" E1 DOE), EAST("20261101", POE)},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01",
         "N1 whose is it?"},
        {"and came before",
         {EAST("20261110", POE), NORTH(N1 "~" E1 DOE)},
         "E1 Poe 1950-01-01, N1 Doe 1980-01-01",
         "N1 two records, one person?"},
        {"and came before, in any order of the ids",
         {EAST("20261110", POE), NORTH(E1 "~" N1 DOE)},
         "E1 Poe 1950-01-01, N1 Doe 1980-01-01",
         "N1 two records, one person?"},
        {"whatever the other one goes on to say",
         {NORTH(N1 "~" E1 DOE), EAST("20261110", POE), NORTH(N1 "~" E1 DOE),
          EAST("20261111", "Poe^Kay||19500101")},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01",
         "N1 two records, one person?,N1 whose is it?"},
        {"a new name alone is a wedding",
         {NORTH(N1 "~" E1 DOE), EAST("20261110", "Poe^Ann||19800101")},
         "N1 Poe 1980-01-01",
         "-"},
        {"a birth date alone is a correction",
         {NORTH(N1 "~" E1 DOE), EAST("20261110", "Doe^Ann||19800110")},
         "N1 Doe 1980-01-10",
         "-"},
        {"once it agreed it is them, whatever it says later",
         {NORTH(N1 "~" E1 DOE), EAST("20261110", "Doe^Ann||19800101"),
          EAST("20261111", POE)},
         "N1 Poe 1950-01-01",
         "-"},
        {"who told it may say it alone",
         {NORTH(N1 "~" E1 DOE), NORTH(E1 "||" POE)},
         "N1 Poe 1950-01-01",
         "-"},
        {"a visit is theirs, too",
         {NORTH(N1 "~" E1 DOE),
          FROM("EAST", "SIU^S12", "20261110",
               "SCH||F1||||||^Check-up|30|min|^^^20261201090000"
               "||||||||||||||Booked\rPID|||" E1 "||" POE "\r")},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01 F1",
         "N1 whose is it?"},
        {"in FHIR",
         {TOLD_FHIR("n", N1_FHIR "," E1_FHIR, "Doe", "1980-01-01"),
          TOLD_FHIR("e", E1_FHIR, "Poe", "1950-01-01")},
         "N1 Doe 1980-01-01, E1 Poe 1950-01-01",
         "N1 whose is it?"},
        {"in FHIR, in any order of the ids",
         {TOLD_FHIR("n", E1_FHIR "," N1_FHIR, "Doe", "1980-01-01"),
          TOLD_FHIR("e", E1_FHIR, "Poe", "1950-01-01")},
         "E1 Doe 1980-01-01, E1@urn:e Poe 1950-01-01",
         "E1@urn:e two records, one person?"},
        {"of whom one server corrects name and birth date it is one person",
         {TOLD_FHIR("n", N1_FHIR, "Doe", "1980-01-01"),
          TOLD_FHIR("n", N1_FHIR, "Poe", "1950-01-01")},
         "N1 Poe 1950-01-01",
         "-"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_say(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].about,
                    "SELECT group_concat(mrn || ' ' || family_name || ' ' || "
                    "birth_on || coalesce((SELECT ' ' || external_id FROM "
                    "appointment WHERE patient_id = p.id), ''), ', ') FROM "
                    "(SELECT * FROM patient ORDER BY id) p",
                    rows[i].people);
        ward_expect(&ward, rows[i].about, ASKED, rows[i].asked);
        ward_close(&ward);
    }
}

static void a_stranger_takes_no_number_of_a_file(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name,birth_date\n4712,Roe,1981-03-01\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, FROM("EAST", "ADT^A08", "20261124",
                         STRANGER("4711^^^EAST^MR~4712^^^EAST^MR")));
    ward_expect(&ward, "it is somebody new", PEOPLE, "4712 Roe, 4711 Poe");
    ward_expect(&ward, "whose one id is asked for", ASKED,
                "4711 two records, one person?");
    ward_expect(&ward, "and is not theirs", WHOSE, "4711 EAST 4711");
    ward_close(&ward);
}

/* A server numbers each type for itself. */
static void ids_of_two_types_are_two_rows(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PERSON("7", "Doe", ""));
    ward_fhir(&ward, PERSON("8", "Roe", ""));
    ward_fhir(&ward, A1C("1", "7", "2026-11-01"));
    ward_fhir(&ward, REPORT("1", "7", "2026-11-02"));
    ward_fhir(&ward, SHOT("1", "8", "2026-11-03"));
    ward_expect(&ward, "also where they are one patient's", TESTS,
                "1 7 hba1c 2026-11-01, 1@fhir/DiagnosticReport 7 mammography "
                "2026-11-02, 1@fhir/Immunization 8 flu-vaccine 2026-11-03");
    ward_fhir(&ward, A1C("1", "7", "2026-11-04"));
    ward_fhir(&ward, REPORT("1", "7", "2026-11-05"));
    ward_expect(&ward, "each is put right by its own", TESTS,
                "1 7 hba1c 2026-11-04, 1@fhir/DiagnosticReport 7 mammography "
                "2026-11-05, 1@fhir/Immunization 8 flu-vaccine 2026-11-03");
    ward_close(&ward);
}

static void a_file_s_test_keeps_its_id(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, PERSON("7", "Doe", ""));
    fixture_file(&ward.fixture, "screenings.csv",
                 "id,patient,kind,done\n1,7,hba1c,2026-11-01\n");
    assert_true(fixture_import(&ward.fixture));
    ward_fhir(&ward, A1C("1", "7", "2026-11-24"));
    ward_fhir(&ward, SHOT("1", "7", "2026-11-03"));
    ward_expect(&ward, "the first type that names it means it", TESTS,
                "1 7 hba1c 2026-11-24, 1@fhir/Immunization 7 flu-vaccine "
                "2026-11-03");
    ward_close(&ward);
}

#define GOES(id, kind, to)                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"" kind \
    "\":{\"reference\":\"" to "\"}}"

static void places_of_two_types_are_two(void **state)
{
    (void)state;
    char text[400];
    struct ward ward;
    ward_open(&ward);
    snprintf(text, sizeof(text), SITE("Location", "1", "Room"), "", "");
    ward_fhir(&ward, text);
    snprintf(text, sizeof(text), SITE("Organization", "1", "House"), "[", "]");
    ward_fhir(&ward, text);
    ward_expect(&ward, "a place and an organisation",
                "SELECT group_concat(external_id || ' ' || name, ', ') FROM "
                "(SELECT * FROM clinic ORDER BY id)",
                "1 Room, 1@fhir/Organization House");
    ward_fhir(&ward, GOES("7", "managingOrganization", "Organization/1"));
    ward_fhir(&ward, GOES("8", "managingOrganization", "Location/1"));
    ward_expect(&ward, "a reference says which",
                "SELECT group_concat(p.mrn || ' ' || c.name, ', ') FROM "
                "(SELECT * FROM patient ORDER BY id) p JOIN clinic c ON c.id "
                "= p.clinic_id",
                "7 House, 8 Room");
    ward_close(&ward);
}

#define ENTRY(method, url, more) \
    "{\"request\":{\"method\":\"" method "\",\"url\":\"" url "\"}" more "}"
#define ADDRESS(url, resource) ",\"fullUrl\":\"" url "\",\"resource\":" resource
#define BUNDLE(entries)                                                \
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":" \
    "[" entries "]}"

static void a_bundle_is_whole_in_itself(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *bundle;
        int status;
        const char *visits;
    } rows[] = {
        {"the patient alone says where it is from",
         BUNDLE(ENTRY(
             "PUT", "Patient/7",
             ",\"resource\":" PERSON(
                 "7", "Doe", META("urn:a"))) "," ENTRY("PUT", "Appointment/1",
                                                       ",\"resource\":" BOOKED(
                                                           "1", "booked",
                                                           "Patient/7", ""))),
         200, "1 7 booked fhir"},
        {"the visit alone has an address",
         BUNDLE(ENTRY(
             "PUT", "Patient/8",
             ",\"resource\":" PERSON(
                 "8", "Roe", "")) "," ENTRY("PUT", "Appointment/2",
                                            ADDRESS("https://b/Appointment/2",
                                                    BOOKED("2", "booked",
                                                           "Patient/8", "")))),
         200, "1 7 booked fhir, 2 8 booked https://b"},
        {"another server's of the same numbers",
         BUNDLE(ENTRY(
             "PUT", "Patient/7",
             ADDRESS("https://c/Patient/7",
                     PERSON("7", "Poe",
                            ""))) "," ENTRY("PUT", "Appointment/2",
                                            ADDRESS("https://c/Appointment/2",
                                                    BOOKED("2", "booked",
                                                           "Patient/7", "")))),
         200,
         "1 7 booked fhir, 2 8 booked https://b, 2@https://c "
         "7@https://c/Patient booked https://c"},
        {"deleted without one: of two nobody guesses",
         BUNDLE(ENTRY("DELETE", "Appointment/2", "")), 422,
         "1 7 booked fhir, 2 8 booked https://b, 2@https://c "
         "7@https://c/Patient booked https://c"},
        {"deleted by its address",
         BUNDLE(ENTRY("DELETE", "https://c/Appointment/2", "")), 200,
         "1 7 booked fhir, 2 8 booked https://b"},
        {"deleted without one, and it is the only one",
         BUNDLE(ENTRY("DELETE", "Appointment/1", "")), 200,
         "2 8 booked https://b"},
        {"or the only one left", BUNDLE(ENTRY("DELETE", "Appointment/2", "")),
         200, "-"},
    };
    struct ward ward;
    ward_open(&ward);
    struct fhir_take *take = ward_post_new(&ward);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(ward_post(&ward, take, rows[i].bundle),
                         rows[i].status);
        ward_expect(&ward, rows[i].sentence,
                    "SELECT group_concat(a.external_id || ' ' || p.mrn || ' ' "
                    "|| a.status || ' ' || a.owner, ', ') FROM (SELECT * FROM "
                    "appointment WHERE gone_at IS NULL ORDER BY id) a JOIN "
                    "patient p ON p.id = a.patient_id",
                    rows[i].visits);
    }
    assert_int_equal(
        ward_post(&ward, take, BUNDLE(ENTRY("DELETE", "Patient/8", ""))), 200);
    ward_expect(&ward, "somebody, by the only id of that name",
                "SELECT group_concat(mrn) FROM patient WHERE active = 0", "8");
    fhir_take_free(take);
    ward_close(&ward);
}

static void what_is_deleted_is_of_its_type(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    struct fhir_take *take = ward_post_new(&ward);
    ward_fhir(&ward, PERSON("7", "Doe", ""));
    ward_fhir(&ward, SHOT("1", "7", "2026-11-03"));
    ward_post(&ward, take, BUNDLE(ENTRY("DELETE", "Observation/1", "")));
    ward_expect(&ward, "another type's of this id stands", TESTS,
                "1 7 flu-vaccine 2026-11-03");
    ward_post(&ward, take, BUNDLE(ENTRY("DELETE", "Immunization/1", "")));
    ward_expect(&ward, "and goes by its own", TESTS, "-");
    fhir_take_free(take);
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_without_an_authority_is_its_senders),
        cmocka_unit_test(unless_one_authority_gives_out_all),
        cmocka_unit_test(two_names_of_one_authority),
        cmocka_unit_test(a_visit_is_its_senders),
        cmocka_unit_test(a_file_s_visit_is_its_person_s),
        cmocka_unit_test(no_cancellation_misses_its_visit),
        cmocka_unit_test(a_visit_number_is_no_appointment_s),
        cmocka_unit_test(a_visit_is_the_diary_s_that_has_it_too),
        cmocka_unit_test(an_id_of_the_same_sender_means_its_row),
        cmocka_unit_test(an_admission_keeps_its_number),
        cmocka_unit_test(a_refill_is_of_its_senders_prescription),
        cmocka_unit_test(a_logical_id_is_its_servers),
        cmocka_unit_test(a_reference_means_its_own_server),
        cmocka_unit_test(what_waits_is_its_senders),
        cmocka_unit_test(an_id_of_another_record_stays_there),
        cmocka_unit_test(unless_it_is_merged),
        cmocka_unit_test(nor_is_a_file_s_number_taken),
        cmocka_unit_test(two_records_in_one_resource),
        cmocka_unit_test(a_stranger_with_an_id_of_somebody),
        cmocka_unit_test(the_word_of_whose_id_it_is),
        cmocka_unit_test(a_stranger_takes_no_number_of_a_file),
        cmocka_unit_test(ids_of_two_types_are_two_rows),
        cmocka_unit_test(a_file_s_test_keeps_its_id),
        cmocka_unit_test(places_of_two_types_are_two),
        cmocka_unit_test(a_bundle_is_whole_in_itself),
        cmocka_unit_test(what_is_deleted_is_of_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
