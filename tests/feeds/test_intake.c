/* SPDX-License-Identifier: Apache-2.0 */
/* What messages say becomes rows: who is meant, what is newer, what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7_take.h"

#include "store/forgotten.h"
#include "store/store.h"

#include "tests/feeds/ward.h"

static void a_visit_is_made_moved_and_cancelled(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("SIU^S12", "20261101100000-0500",
                        SCH("20261201090000-0700") ANN));
    ward_expect(
        &ward, "S12 makes the patient and the visit",
        "SELECT p.mrn || ' ' || p.given_name || ' ' || a.external_id || ' '"
        " || a.start_local || ' ' || a.zone || ' ' || a.status || ' ' || "
        "c.value FROM appointment a JOIN patient p ON p.id = a.patient_id "
        "JOIN contact_point c ON c.patient_id = p.id",
        "M1 Ann F9 2026-12-01T09:00:00 America/Denver booked +13035550100");
    ward_expect(&ward, "and says where they come from",
                "SELECT source || ' ' || source_message FROM appointment",
                "hl7:EPIC^MAIN 20261101100000-0500");
    ward_hl7(&ward, MSG("SIU^S13", "20261103100000-0500",
                        SCH("20261202100000-0700") ANN));
    ward_expect(&ward, "S13 moves it: a new occurrence",
                "SELECT start_local || ' ' || occurrence FROM appointment",
                "2026-12-02T10:00:00 1");
    ward_hl7(&ward, MSG("SIU^S14", "20261102100000-0500",
                        SCH("20261201090000-0700") ANN));
    ward_expect(&ward, "what was said before that comes too late",
                "SELECT start_local || ' ' || occurrence FROM appointment",
                "2026-12-02T10:00:00 1");
    ward_hl7(&ward, MSG("SIU^S15", "20261104100000-0500", "SCH||F9\r" ANN));
    ward_expect(&ward, "S15 cancels it, and says no more than that",
                "SELECT start_local || ' ' || status FROM appointment",
                "2026-12-02T10:00:00 cancelled");
    ward_close(&ward);
}

static void somebody_is_known_by_any_of_their_ids(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ANN));
    ward_hl7(&ward, MSG("ADT^A08", "20261102", "PID|1||E7^^^EPI^PI||Roe\r"));
    ward_expect(&ward, "by another authority's id",
                "SELECT mrn || ' ' || family_name FROM patient", "M1 Roe");
    ward_hl7(&ward, MSG("ADT^A08", "20261103", "PID|1||M1^^^OTHER^MR||Poe\r"));
    ward_expect(&ward, "the same number of another hospital is another person",
                "SELECT group_concat(mrn || ' ' || family_name) FROM patient",
                "M1 Roe,M1@OTHER Poe");
    ward_hl7(&ward, MSG("ADT^A47", "20261104",
                        "PID|1||N1^^^MAIN^MR\rMRG|M1^^^MAIN^MR\r"));
    ward_hl7(&ward, MSG("ADT^A08", "20261105", "PID|1||N1^^^MAIN^MR||Doe\r"));
    ward_expect(&ward, "and under a new number",
                "SELECT group_concat(mrn || ' ' || family_name) FROM patient",
                "M1 Doe,M1@OTHER Poe");
    ward_close(&ward);
}

static void two_records_become_one(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("SIU^S12", "20261101", SCH("20261201090000") ANN));
    ward_hl7(&ward,
             MSG("ADT^A28", "20261101", "PID|1||M2^^^MAIN^MR||Doe^Anna\r"));
    ward_hl7(&ward, MSG("ADT^A40", "20261102",
                        "PID|1||M2^^^MAIN^MR||Doe^Anna\rMRG|M1^^^MAIN^MR\r"));
    ward_expect(&ward, "the visit is the survivor's (F-4)",
                "SELECT p.mrn FROM appointment a JOIN patient p ON p.id = "
                "a.patient_id",
                "M2");
    ward_hl7(&ward, MSG("SIU^S14", "20261103", SCH("20261201100000") ANN));
    ward_expect(&ward, "and stays theirs under the old number",
                "SELECT p.mrn || ' ' || a.start_local FROM appointment a JOIN "
                "patient p ON p.id = a.patient_id",
                "M2 2026-12-01T10:00:00");
    ward_close(&ward);
}

static void a_discharge_is_taken_back(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("ADT^A03", "20261120100000",
                 ANN "PV1||I|||||||||||||||||V7|||||||||||||||||01|||||||||"
                     "20261120093000\r"));
    ward_expect(
        &ward, "A03",
        "SELECT discharged_local || ' ' || disposition || ' ' || status || "
        "' ' || p.inpatient FROM discharge d JOIN patient p ON p.id = "
        "d.patient_id",
        "2026-11-20T09:30:00 home discharged 0");
    ward_hl7(&ward, MSG("ADT^A13", "20261120110000",
                        ANN "PV1||I|||||||||||||||||V7\r"));
    ward_expect(
        &ward, "A13: the time stays, the discharge does not count",
        "SELECT discharged_local || ' ' || status || ' ' || p.inpatient FROM "
        "discharge d JOIN patient p ON p.id = d.patient_id",
        "2026-11-20T09:30:00 cancelled 1");
    ward_hl7(&ward, MSG("ADT^A13", "20261121110000",
                        ANN "PV1||I|||||||||||||||||V8\r"));
    ward_hl7(&ward,
             MSG("ADT^A03", "20261121100000",
                 ANN "PV1||I|||||||||||||||||V8|||||||||||||||||01|||||||||"
                     "20261121093000\r"));
    ward_expect(&ward, "A13 that came before its A03",
                "SELECT status FROM discharge WHERE external_id = 'V8'",
                "cancelled");
    ward_close(&ward);
}

static void supplies_carry_over(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\"}");
    ward_fhir(
        &ward,
        "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"status\":"
        "\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/"
        "7\"},\"dispenseRequest\":{\"numberOfRepeatsAllowed\":3}}");
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(
            text, sizeof(text),
            "{\"resourceType\":\"MedicationDispense\",\"id\":\"F%d\","
            "\"status\":\"completed\",\"authorizingPrescription\":[{"
            "\"reference\":\"MedicationRequest/M\"}],\"daysSupply\":{"
            "\"value\":30,\"code\":\"d\"},\"whenHandedOver\":\"2026-10-%02d"
            "\"}",
            i, 1 + 20 * i);
        ward_fhir(&ward, text);
    }
    ward_expect(
        &ward, "the second fill lasts from the end of the first (5.2)",
        "SELECT group_concat(runs_out_on || ' ' || first_fill || ' ' || "
        "latest || ' ' || occurrence, '; ') FROM fill",
        "2026-10-31 1 0 0; 2026-11-30 0 1 0");
    ward_close(&ward);
}

static void what_cannot_be_read_is_left_out_and_told(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("ADT^A28", "20261101",
                 "PID|1||M1^^^MAIN^MR||Doe^Ann||19800229|Q|||1 Elm St^^Denver"
                 "^Colorada^80202||^PRN^CP^^^303^5550100~^PRN^PH^^^^12\r"
                 "PV1||I|^^^NOWHERE\r"));
    ward_expect(&ward, "the patient is there all the same",
                "SELECT p.given_name || ' ' || p.city || ' ' || "
                "coalesce(p.state, '-') || ' ' || count(*) FROM patient p JOIN "
                "contact_point c ON c.patient_id = p.id",
                "Ann Denver - 1");
    if (!strstr(ward.told.data, "field PID-8:") ||
        !strstr(ward.told.data, "field PID-11.4:") ||
        !strstr(ward.told.data, "field PID-13:"))
        fail_msg("%s", ward.told.data);
    assert_int_equal(ward.counts.bad, 0);
    ward_close(&ward);
}

/* A29 (F-4): somebody leaves whatever else is said of them. */
static void what_ends_ends_whatever_cannot_be_read(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101100000", ANN));
    ward_hl7(&ward, MSG("ADT^A29", "20261101110000",
                        "PID|||M1^^^MAIN^MR||Doe^Ann||19800229|F|||1 Elm St^^"
                        "Denver^ZZ^80202\rPD1|||^^NOWHERE\r"));
    ward_expect(&ward, "gone", "SELECT gone_at IS NOT NULL FROM patient", "1");
    if (!strstr(ward.told.data, "PID-11.4"))
        fail_msg("told: %s", ward.told.data);
    ward_close(&ward);
}

static void of_somebody_unknown_nothing_is_written(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward,
              "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":"
              "\"booked\",\"start\":\"2026-12-01T09:00:00Z\",\"participant\":"
              "[{\"actor\":{\"reference\":\"Patient/7\"}}]}");
    assert_int_equal(ward.counts.waiting, 1);
    ward_expect(&ward, "no visit", "SELECT count(*) FROM appointment", "0");
    ward_close(&ward);
}

#define PLACE(rest)                                                            \
    "{\"resourceType\":\"Location\",\"id\":\"L\",\"name\":\"Elm Clinic\"" rest \
    "}"
#define IN_STATE(state) ",\"address\":{\"state\":\"" state "\"}"
#define VISIT(id, start)                                                     \
    "{\"resourceType\":\"Appointment\",\"id\":\"" id "\",\"status\":"        \
    "\"booked\",\"start\":\"" start "\",\"participant\":[{\"actor\":{"       \
    "\"reference\":\"Patient/7\"}},{\"actor\":{\"reference\":\"Location/L\"" \
    "}}]}"

/* No message names a zone: it follows from the state, until a file does. */
static void a_place_moves_what_was_read_on_its_wall(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\"}");
    ward_fhir(&ward, PLACE());
    ward_fhir(&ward, VISIT("A", "2026-12-01T09:30:00-05:00"));
    ward_hl7(&ward, MSG("SIU^S12", "20261101",
                        SCH("202612010930") ANN "AIL|1||^^^L\r"));
    static const char visits[] =
        "SELECT group_concat(external_id || ' ' || start_local || ' ' || zone "
        "|| ' ' || datetime(start_at / 1000, 'unixepoch') || ' ' || occurrence,"
        " '; ') FROM appointment";
    ward_expect(
        &ward, "in the organisation's zone", visits,
        "A 2026-12-01T09:30:00 America/New_York 2026-12-01 14:30:00 0; "
        "F9 2026-12-01T09:30:00 America/New_York 2026-12-01 14:30:00 0");
    ward_fhir(&ward, PLACE(IN_STATE("IL")));
    ward_expect(&ward, "the hour that was said stays, or the moment", visits,
                "A 2026-12-01T08:30:00 America/Chicago 2026-12-01 14:30:00 1; "
                "F9 2026-12-01T09:30:00 America/Chicago 2026-12-01 15:30:00 1");
    assert_int_equal(ward.counts.followed, 2);
    fixture_file(&ward.fixture, "clinics.csv",
                 "id,name,zone\nL,Elm Clinic,America/Denver\n");
    assert_true(fixture_import(&ward.fixture));
    ward_fhir(&ward, PLACE(IN_STATE("IL")));
    ward_expect(&ward, "the zone that a file named stands", visits,
                "A 2026-12-01T07:30:00 America/Denver 2026-12-01 14:30:00 2; "
                "F9 2026-12-01T09:30:00 America/Denver 2026-12-01 16:30:00 2");
    assert_int_equal(ward.counts.followed, 2);
    ward_close(&ward);
}

/* A message that names a state of two clocks: by its postal code, else by the
 * organisation's, which is told; else the place is not taken, and its visits
 * are by nobody's guess. */
static void a_place_of_a_state_with_two_clocks(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *place, *zone, *told;
    } rows[] = {
        {"El Paso", ",\"address\":{\"state\":\"TX\",\"postalCode\":\"79901\"}",
         "America/Denver", ""},
        {"the organisation's is one of them", IN_STATE("FL"),
         "America/New_York",
         "Location.address: its state has several time zones, and no "
         "postal code tells which: taken as the organisation's, "
         "America/New_York"},
        {"none of them is", IN_STATE("TX"), "-",
         ": its state has several time zones: say which one is the "
         "clinic's, or its postal code"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        char text[300];
        snprintf(text, sizeof(text), PLACE("%s"), rows[i].place);
        ward_fhir(&ward, text);
        ward_expect(&ward, rows[i].sentence,
                    "SELECT coalesce((SELECT zone FROM clinic), '-')",
                    rows[i].zone);
        if (*rows[i].told ? !strstr(ward.told.data, rows[i].told)
                          : ward.told.len != 0)
            fail_msg("%s: %s", rows[i].sentence, ward.told.data);
        ward_close(&ward);
    }
}

/* What a clinician would look up (5.2, 6): a code that is missing asks for a
 * test that was done, one that is wrong tells somebody that all is well. */
static void codes_mean_what_their_systems_say(void **state)
{
    (void)state;
#define LOINC "http://loinc.org"
#define SNOMED "http://snomed.info/sct"
    static const struct {
        const char *sentence, *table, *system, *code, *is;
    } rows[] = {
        {"worse is not normal", "result", "HL70078", "W", NULL},
        {"nor is better", "result", "HL70078", "B", NULL},
        {"not detected", "result", SNOMED, "260415000", "normal"},
        {"detected", "result", SNOMED, "260373001", "abnormal"},
        {"an order that was replaced", "prescription-status", "HL70119", "RU",
         "stopped"},
        {"and the one in its place", "prescription-status", "HL70119", "RO",
         "active"},
        {"in capitals a visit is off, too", "visit-status", "HL70278",
         "DISCONTINUED", "cancelled"},
        {"UB-04 by its keeper's name", "disposition",
         "https://www.nubc.org/CodeSystem/PatDischargeStatus", "03", "snf"},
        {"before R4", "disposition",
         "http://hl7.org/fhir/discharge-disposition", "exp", "expired"},
        {"a code that two systems have, and mean the same", "class", NULL,
         "IMP", "inpatient"},
        {"a rapid FIT", "screening", LOINC, "80372-6", "fit"},
        {"a polyp taken out by snare is a colonoscopy", "screening", "C4",
         "45385", "colonoscopy"},
        {"through a stoma, too", "screening", "C4", "44388", "colonoscopy"},
        {"a sigmoidoscopy that took a polyp", "screening", "CPT", "45338",
         "sigmoidoscopy"},
        {"stool DNA of the second kind", "screening", "CPT", "0464U",
         "stool-dna-fit"},
        {"HPV by types apart", "screening", "CPT", "87626", "hpv"},
        {"a smear by Medicare's code", "screening", "CPT", "G0123", "cytology"},
        {"an A1c that was computed", "screening", "LN", "17855-8", "hba1c"},
        {"an eye read by a machine", "screening", "CPT", "92229",
         "retinal-photo"},
        {"eyes without retinopathy", "screening", "CPT", "2023F",
         "retinal-exam"},
        {"a shot in a bill", "screening", "CPT", "90662", "flu-vaccine"},
        {"one against a pandemic is another", "screening", "CPT", "90668",
         NULL},
        {"the cell line's, of three strains", "screening", "CVX", "320",
         "flu-vaccine"},
        {"the cervix went with the uterus", "procedure", SNOMED, "116140006",
         "hysterectomy-with-cervix"},
        {"a hysterectomy that may have left the cervix keeps nobody out",
         "procedure", SNOMED, "236886002", NULL},
    };
    struct ward ward;
    ward_open(&ward);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *is =
            terms_find(ward.terms, rows[i].table, rows[i].system, rows[i].code);
        if (is != rows[i].is &&
            (!is || !rows[i].is || strcmp(is, rows[i].is) != 0))
            fail_msg("%s: %s", rows[i].sentence, is ? is : "nothing");
    }
    ward_close(&ward);
}

/* A day begins and ends elsewhere at another time; and whoever refuses is
 * heard, whatever their clock says. */
static void a_refusal_is_heard_whatever_its_date(void **state)
{
    (void)state;
#define WORD(type, date, more)                                                 \
    "{\"resourceType\":\"Consent\",\"id\":\"C\",\"status\":\"active\","        \
    "\"patient\":"                                                             \
    "{\"reference\":\"Patient/P1\"},\"dateTime\":\"" date "\",\"category\":[{" \
    "\"coding\":[{\"system\":\"http://hl7.org/fhir/contact-point-system\","    \
    "\"code\":\"sms\"}]}],\"provision\":{\"type\":\"" type "\"" more "}}"
#define UNTIL(day) ",\"period\":{\"end\":\"" day "\"}"
    static const struct {
        const char *about, *now, *said, *kept, *told;
    } rows[] = {
        {"of today by UTC, in the evening of the day before",
         "2026-12-01T00:30:00Z", WORD("deny", "2026-12-01", ""),
         "revoked 2026-12-02", ""},
        {"a permission of that day", "2026-12-01T00:30:00Z",
         WORD("permit", "2026-12-01", ""), "granted 2026-12-01", ""},
        {"of today at the other end of the world", "2026-11-30T10:30:00Z",
         WORD("deny", "2026-12-01", ""), "revoked 2026-12-02", ""},
        {"of a year that nobody meant is one of now", "2026-12-01T00:30:00Z",
         WORD("deny", "2062-12-01", ""), "revoked 2026-12-01",
         "field Consent.dateTime: lies in the future: taken as of the hour of "
         "its "
         "coming"},
        {"such a permission is none", "2026-12-01T00:30:00Z",
         WORD("permit", "2062-12-01", ""), "-",
         "row Consent.dateTime: lies in the future: a consent is what somebody "
         "has "
         "said"},
        {"until today, which is past by UTC", "2026-12-01T00:30:00Z",
         WORD("deny", "2026-11-01", UNTIL("2026-11-30")), "revoked 2026-11-02",
         ""},
        {"until a day that is past everywhere", "2026-12-01T12:30:00Z",
         WORD("deny", "2026-11-01", UNTIL("2026-11-30")), "-", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        assert_true(
            civil_parse_instant(rows[i].now, &ward.fixture.options.now));
        ward_mrn_authority(&ward, NULL);
        ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"P1\"}");
        ward_fhir(&ward, rows[i].said);
        ward_expect(&ward, rows[i].about,
                    "SELECT coalesce(group_concat(verdict || ' ' || date(at / "
                    "1000, 'unixepoch')), '-') FROM consent",
                    rows[i].kept);
        assert_string_equal(ward.told.len ? ward.told.data : "", rows[i].told);
        ward_close(&ward);
    }
}

/* Records are kept from message to message; what they know must not be old. */
static void a_later_message_knows_what_happened_since(void **state)
{
    (void)state;
    struct ward ward;
    struct error err = {0};
    struct forgotten_stays stays;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ANN));
    assert_true(store_begin(ward.fixture.store, &err));
    assert_true(forgotten_make(ward.fixture.store, 1, "kim",
                               ward.fixture.options.now, &stays, &err));
    assert_true(store_commit(ward.fixture.store, &err));
    ward_hl7(&ward, MSG("ADT^A28", "20261102", ANN));
    ward_expect(&ward, "who was forgotten meanwhile does not come back",
                "SELECT count(*) FROM patient WHERE mrn = 'M1'", "0");
    assert_int_equal(ward.counts.forgotten, 1);
    struct civil_date birth =
        zone_local(zone_find("America/New_York"),
                   ward.fixture.options.now + 3 * 24 * HOUR_MS)
            .date;
    char text[400];
    for (int day = 0; day < 2; day++) {
        intake_at(ward.intake,
                  ward.fixture.options.now + day * 5 * 24 * HOUR_MS);
        snprintf(text, sizeof(text),
                 MSG("ADT^A28", "20261103",
                     "PID|1||B%d^^^MAIN^MR||Doe||%04d%02d%02d\r"),
                 day, birth.year, birth.month, birth.day);
        ward_hl7(&ward, text);
    }
    ward_expect(
        &ward, "a day that is past by now is none of the future",
        "SELECT group_concat(mrn || ' ' || (birth_on IS NOT NULL)) FROM "
        "patient WHERE mrn GLOB 'B*'",
        "B0 0,B1 1");
    ward_close(&ward);
}

/* Live ------------------------------------------------------------------------
 */

static void a_live_message_is_answered_when_it_is_in(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *said, *visits;
    } rows[] = {
        {"a visit", MSG("SIU^S12", "20261101", SCH("20261201090000") ANN),
         "AA accepted ", "booked"},
        {"the same message again has no second effect (F-3)",
         MSG("SIU^S12", "20261101", SCH("20261201090000") ANN), "AA repeated ",
         "booked"},
        {"by the same control id another message is one",
         "MSH|^~\\&|EPIC|MAIN|OUT|X|20261101120000||SIU^S26|20261101|P|2.5\r"
         "SCH||F9\r" ANN,
         "AA accepted ", "noshow"},
        {"it is cancelled", MSG("SIU^S15", "20261102", "SCH||F9\r" ANN),
         "AA accepted ", "cancelled"},
        {"nothing for us", MSG("MDM^T02", "20261103", ANN), "AA ignored ",
         "cancelled"},
        {"nobody's", MSG("SIU^S12", "20261104", SCH("20261205090000")),
         "AE wrong PID-3", "cancelled"},
        {"and again", MSG("SIU^S12", "20261104", SCH("20261205090000")),
         "AE repeated ", "cancelled"},
        {"no message at all", "GET / HTTP/1.1\r\n", "AR refused ", "cancelled"},
        {"training", "MSH|^~\\&|E|M|O|X|2026||ADT^A08|77|T|2.5\r" ANN,
         "AR refused MSH-11", "cancelled"},
    };
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *said = ward_live(&ward, take, rows[i].message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about, "SELECT status FROM appointment",
                    rows[i].visits);
    }
    hl7_take_free(take);
    ward_close(&ward);
}

#define BY(event, id, ids)                                                     \
    "MSH|^~\\&|EPIC|MAIN|OUT|X|20261101||SIU^" event "|" id "|P|2.5\rSCH|" ids \
    "|||||||30|min|^^^20261201090000\r" ANN

static void ids_of_two_visits_are_an_error(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {BY("S12", "1", "P9|F9"), "AA accepted "},
        {BY("S12", "2", "P8|F8"), "AA accepted "},
        {BY("S15", "3", "P9|F8"), "AE partly SCH-1"},
    };
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ward_live(&ward, take, rows[i][0]), rows[i][1]);
    hl7_take_free(take);
    ward_close(&ward);
}

#define TELECOMS(list) \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"telecom\":[" list "]}"
#define TELECOM(value, more) \
    "{\"system\":\"phone\",\"value\":\"" value "\"" more "}"
#define POINTS                                                               \
    "SELECT group_concat(value, ' ') FROM (SELECT value FROM contact_point " \
    "WHERE gone_at IS NULL ORDER BY kind DESC, rank, id)"

/* By which number somebody is reached first, and by which not at all. */
static void numbers_in_the_order_in_which_they_are_wanted(void **state)
{
    (void)state;
    static const struct {
        const char *about, *resource, *points;
    } cases[] = {
        {"a mobile number before one at home before one at work",
         TELECOMS(TELECOM("3035550101", ",\"use\":\"work\"") "," TELECOM(
             "3035550102", ",\"use\":\"home\"") "," TELECOM("3035550103",
                                                            ",\"use\":"
                                                            "\"mobile\"")),
         "+13035550103 +13035550102 +13035550101"},
        {"but by rank, where somebody ranked them",
         TELECOMS(
             TELECOM("3035550101", ",\"use\":\"mobile\",\"rank\":3") "," TELECOM(
                 "3035550102",
                 ",\"use\":\"work\",\"rank\":1") "," TELECOM("303555"
                                                             "0103",
                                                             ",\"use"
                                                             "\":"
                                                             "\"home"
                                                             "\","
                                                             "\"rank"
                                                             "\":2")),
         "+13035550102 +13035550103 +13035550101"},
        {"the ranked ones before the others",
         TELECOMS(TELECOM("3035550101", ",\"use\":\"mobile\"") "," TELECOM(
             "3035550102", ",\"use\":\"home\",\"rank\":1")),
         "+13035550102 +13035550101"},
        {"no old one, none that is over, none to come",
         TELECOMS(TELECOM("3035550101", ",\"use\":\"old\"") "," TELECOM(
             "3035550102",
             ",\"period\":{\"end\":\"2026-10\"}") "," TELECOM("3035550103",
                                                              ",\"period\":"
                                                              "{\"start\":"
                                                              "\"2027-01-"
                                                              "01\"}") "," TELECOM("3035550104",
                                                                                   ",\"period\":{\"start\":\"2020\",\"end\":\"9999-12-"
                                                                                   "31\"}")),
         "+13035550104"},
        {"one that is over in this month is still theirs",
         TELECOMS(TELECOM("3035550101", ",\"period\":{\"end\":\"2026-11\"}")),
         "+13035550101"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, cases[i].resource);
        ward_expect(&ward, cases[i].about, POINTS, cases[i].points);
        ward_close(&ward);
    }
}

/* What is said to a message, each to a store with one visit, F9, at nine. */
static void a_visit_moved_to_no_time_is_held(void **state)
{
    (void)state;
#define RAW_SCH(start) "SCH||F9|||||||||" start "\r"
    static const struct {
        const char *about, *message, *said, *visit, *asked;
        const char *before; /* NULL: it is booked in the diary */
    } rows[] = {
        {"a day alone", MSG("SIU^S13", "20261103", RAW_SCH("^^^20261202") ANN),
         "AE partly SCH-11.4", "gone", "moved F9 front desk open"},
        {"no time that there is",
         MSG("SIU^S13", "20261103", RAW_SCH("^^^20261302100000") ANN),
         "AE partly SCH-11.4", "gone", "moved F9 front desk open"},
        {"nothing at all", MSG("SIU^S13", "20261103", RAW_SCH("") ANN),
         "AE partly SCH-11.4", "gone", "moved F9 front desk open"},
        {"a change that cannot be read",
         MSG("SIU^S14", "20261103", RAW_SCH("^^^tomorrow") ANN),
         "AE partly SCH-11.4", "gone", "moved F9 front desk open"},
        {"a change that is silent of it",
         MSG("SIU^S14", "20261103", RAW_SCH("") ANN), "AA accepted ",
         "2026-12-01T09:00:00 booked", "-"},
        {"an admission that is put to a day, of no hour",
         MSG("ADT^A05", "20261103",
             ANN "PV1||P|||||||||||||||||F9\rPV2||||||||20261202\r"),
         "AE partly PV2-8", "gone", "moved F9 front desk open",
         MSG("ADT^A05", "20261101",
             ANN "PV1||P|||||||||||||||||F9\rPV2||||||||20261201090000\r")},
        {"one of that number is none of the diary's",
         MSG("ADT^A05", "20261103",
             ANN "PV1||P|||||||||||||||||F9\rPV2||||||||20261202\r"),
         "AA accepted ", "2026-12-01T09:00:00 booked", "-"},
        {"the time stands elsewhere",
         MSG("SIU^S13", "20261103",
             RAW_SCH("^^^20261202") ANN "AIS|1||X|20261202100000\r"),
         "AA accepted SCH-11.4", "2026-12-02T10:00:00 booked", "-"},
        {"an older one harms nothing",
         MSG("SIU^S13", "20261031", RAW_SCH("^^^20261202") ANN),
         "AE partly SCH-11.4", "2026-12-01T09:00:00 booked", "-"},
        {"what is off is off, whatever its time",
         MSG("SIU^S15", "20261103", RAW_SCH("^^^20261202") ANN),
         "AA accepted SCH-11.4", "2026-12-01T09:00:00 cancelled", "-"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        struct hl7_take *take = ward_take_new(&ward);
        ward_live(&ward, take,
                  rows[i].before
                      ? rows[i].before
                      : MSG("SIU^S12", "20261101", SCH("20261201090000") ANN));
        const char *said = ward_live(&ward, take, rows[i].message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about,
                    "SELECT CASE WHEN gone_at IS NULL THEN start_local || ' ' "
                    "|| status ELSE 'gone' END FROM appointment",
                    rows[i].visit);
        ward_expect(&ward, rows[i].about,
                    "SELECT coalesce((SELECT kind || ' ' || name || ' ' || "
                    "owner || ' ' || state FROM task), '-')",
                    rows[i].asked);
        hl7_take_free(take);
        ward_close(&ward);
    }
}

static void a_birth_is_kept_as_far_as_it_is_known(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,birth_date\nC1,1979\nC2,1980-02\nC3,1980-02-03\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|1||H1||||197904\r"));
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"F1\","
                     "\"birthDate\":\"2020\"}");
#define BIRTHS                                                               \
    "SELECT group_concat(mrn || ' ' || coalesce(birth_on, '-') || ' ' "      \
    "|| coalesce(born_by, '-'), '; ') FROM (SELECT * FROM patient ORDER BY " \
    "mrn)"
    ward_expect(&ward, "the last day that it can be", BIRTHS,
                "C1 - 1979-12-31; C2 - 1980-02-29; C3 1980-02-03 -; "
                "F1 - 2020-12-31; H1 - 1979-04-30");
    ward_hl7(&ward, MSG("ADT^A08", "20261102", "PID|1||H1||||19790402\r"));
    ward_hl7(&ward, MSG("ADT^A08", "20261124", "PID|1||C3||||\"\"\r"));
    ward_expect(&ward, "until it is known, or no more", BIRTHS,
                "C1 - 1979-12-31; C2 - 1980-02-29; C3 - -; "
                "F1 - 2020-12-31; H1 1979-04-02 -");
    ward_hl7(&ward, MSG("ADT^A08", "20261103", "PID|1||H1||||2027\r"));
    if (!strstr(ward.told.data, "lies in the future"))
        fail_msg("told %s", ward.told.data);
    ward_close(&ward);
}

static void a_visit_is_held_until_its_time_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *said, *is;
    } rows[] = {
        {"what is silent of the time does not bring it back",
         MSG("SIU^S14", "20261104", RAW_SCH("") ANN), "AE partly SCH-11.4",
         "gone open"},
        {"nor does what is older",
         MSG("SIU^S14", "20261102", SCH("20261201090000") ANN), "AA accepted ",
         "gone open"},
        {"what says it does, and nobody need ask",
         MSG("SIU^S13", "20261105", SCH("20261203110000") ANN), "AA accepted ",
         "2026-12-03T11:00:00 done"},
        {"and a second time", MSG("SIU^S13", "20261106", RAW_SCH("^^^?") ANN),
         "AE partly SCH-11.4", "gone done,open"},
    };
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    ward_live(&ward, take,
              MSG("SIU^S12", "20261101", SCH("20261201090000") ANN));
    ward_live(&ward, take, MSG("SIU^S13", "20261103", RAW_SCH("^^^2026") ANN));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *said = ward_live(&ward, take, rows[i].message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about,
                    "SELECT CASE WHEN gone_at IS NULL THEN start_local ELSE "
                    "'gone' END || ' ' || (SELECT group_concat(state) FROM "
                    "task) FROM appointment",
                    rows[i].is);
    }
    hl7_take_free(take);
    ward_close(&ward);
}

static void a_move_to_no_time_waits_for_its_visit(void **state)
{
    (void)state;
    static const char is[] =
        "SELECT group_concat(external_id || ' ' || (gone_at IS NULL)) || ' ' "
        "|| (SELECT count(*) FROM waiting) || ' ' || (SELECT count(*) FROM "
        "task) FROM appointment";
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    assert_string_equal(ward_live(&ward, take,
                                  MSG("SIU^S13", "20261103",
                                      "SCH||F9|||||||||^^^20261202\r" ANN)),
                        "AE partly SCH-11.4");
    assert_string_equal(
        ward_live(&ward, take,
                  MSG("SIU^S12", "20261101", SCH("20261201090000") ANN)),
        "AA accepted ");
    ward_expect(&ward, "its old time is none", is, "F9 0 0 1");
    ward_live(&ward, take,
              MSG("SIU^S13", "20261104", SCH("20261203090000") ANN));
    ward_expect(&ward, "and then it is known", is, "F9 1 0 1");
    hl7_take_free(take);
    ward_close(&ward);
}

static void a_cancellation_waits_for_its_visit(void **state)
{
    (void)state;
    static const char is[] =
        "SELECT coalesce((SELECT start_local || ' ' || status FROM "
        "appointment), '-') || ' ' || (SELECT count(*) FROM waiting)";
    static const struct {
        const char *about, *first, *second, *third, *is;
    } rows[] = {
        {"booked before, told of later",
         MSG("SIU^S15", "20261102", "SCH||F9\r" ANN),
         MSG("SIU^S12", "20261101", SCH("20261201090000") ANN), NULL,
         "2026-12-01T09:00:00 cancelled 0"},
        {"missed", MSG("SIU^S26", "20261102", "SCH||F9\r" ANN),
         MSG("SIU^S12", "20261101", SCH("20261201090000") ANN), NULL,
         "2026-12-01T09:00:00 noshow 0"},
        {"booked again since", MSG("SIU^S15", "20261102", "SCH||F9\r" ANN),
         MSG("SIU^S12", "20261103", SCH("20261201090000") ANN), NULL,
         "2026-12-01T09:00:00 booked 0"},
        {"another visit of theirs is none of it",
         MSG("SIU^S15", "20261102", "SCH||F8\r" ANN),
         MSG("SIU^S12", "20261101", SCH("20261201090000") ANN), NULL,
         "2026-12-01T09:00:00 booked 1"},
        {"with a record of them in between",
         MSG("SIU^S15", "20261102", "SCH||F9\r" ANN),
         MSG("ADT^A08", "20261102", ANN),
         MSG("SIU^S12", "20261101", SCH("20261201090000") ANN),
         "2026-12-01T09:00:00 cancelled 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, rows[i].first);
        assert_int_equal(ward.counts.early, 1);
        ward_expect(&ward, rows[i].about, is, "- 1");
        ward_hl7(&ward, rows[i].second);
        if (rows[i].third)
            ward_hl7(&ward, rows[i].third);
        ward_expect(&ward, rows[i].about, is, rows[i].is);
        assert_int_equal(ward.counts.bad, 0);
        ward_close(&ward);
    }
}

/* What is missing is named, and what is right is in. */
static void what_a_row_lacks_is_said_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *said, *rows;
    } rows[] = {
        {"a visit without a start", MSG("SIU^S12", "20261101", "SCH||F9\r" ANN),
         "AE partly SCH-11.4", "1 0 0 0"},
        {"an admission that is planned for a day, of no hour, is no visit",
         MSG("ADT^A05", "20261101",
             ANN "PV1||P|||||||||||||||||V7\rPV2||||||||20261201\r"),
         "AA accepted ", "1 0 0 0"},
        {"a change of a visit that nobody knows",
         MSG("SIU^S14", "20261101", "SCH||F9\r" ANN), "AE partly SCH-11.4",
         "1 0 0 0"},
        {"a fill for nobody knows how long",
         MSG("RDS^O13", "20261101",
             ANN "ORC|RE|O1|O2\rRXD|1|0093^L^NDC|20261020|30|TAB||RX7\r"),
         "AE partly RXD-12", "1 0 1 0"},
        {"a fill of nobody knows when",
         MSG("RDS^O13", "20261101",
             ANN "ORC|RE|O1|O2\rTQ1|1||||| 30^D\rRXD|1|0093^L^NDC||30|TAB||"
                 "RX7\r"),
         "AE partly RXD-3", "1 0 1 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        struct hl7_take *take = ward_take_new(&ward);
        const char *said = ward_live(&ward, take, rows[i].message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about,
                    "SELECT (SELECT count(*) FROM patient) || ' ' || (SELECT "
                    "count(*) FROM appointment) || ' ' || (SELECT count(*) "
                    "FROM prescription) || ' ' || (SELECT count(*) FROM fill)",
                    rows[i].rows);
        hl7_take_free(take);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_birth_is_kept_as_far_as_it_is_known),
        cmocka_unit_test(numbers_in_the_order_in_which_they_are_wanted),
        cmocka_unit_test(a_visit_is_made_moved_and_cancelled),
        cmocka_unit_test(somebody_is_known_by_any_of_their_ids),
        cmocka_unit_test(two_records_become_one),
        cmocka_unit_test(a_discharge_is_taken_back),
        cmocka_unit_test(supplies_carry_over),
        cmocka_unit_test(what_cannot_be_read_is_left_out_and_told),
        cmocka_unit_test(of_somebody_unknown_nothing_is_written),
        cmocka_unit_test(what_ends_ends_whatever_cannot_be_read),
        cmocka_unit_test(a_place_moves_what_was_read_on_its_wall),
        cmocka_unit_test(a_place_of_a_state_with_two_clocks),
        cmocka_unit_test(codes_mean_what_their_systems_say),
        cmocka_unit_test(a_refusal_is_heard_whatever_its_date),
        cmocka_unit_test(a_later_message_knows_what_happened_since),
        cmocka_unit_test(a_live_message_is_answered_when_it_is_in),
        cmocka_unit_test(ids_of_two_visits_are_an_error),
        cmocka_unit_test(a_visit_moved_to_no_time_is_held),
        cmocka_unit_test(a_visit_is_held_until_its_time_is_known),
        cmocka_unit_test(a_move_to_no_time_waits_for_its_visit),
        cmocka_unit_test(a_cancellation_waits_for_its_visit),
        cmocka_unit_test(what_a_row_lacks_is_said_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
