/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of people whom nobody knows yet waits for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "store/forgotten.h"
#include "store/retention.h"
#include "store/store.h"
#include "store/waiting.h"

#include "tests/feeds/ward.h"

#define VISIT(id, at, status, start)                                       \
    "{\"resourceType\":\"Appointment\",\"id\":\"" id "\",\"meta\":{"       \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"status\":\"" status   \
    "\"" start ",\"participant\":[{\"actor\":{\"reference\":\"Patient/7\"" \
    "}}]}"
#define START(day) ",\"start\":\"2026-12-" day "T09:00:00Z\""
#define SEVEN "{\"resourceType\":\"Patient\",\"id\":\"7\"}"
#define REQUEST                                                        \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"M\",\"meta\":{"  \
    "\"lastUpdated\":\"2026-11-20T09:00:00Z\"},\"status\":\"active\"," \
    "\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/7\"},"  \
    "\"dispenseRequest\":{\"numberOfRepeatsAllowed\":3}}"
#define DISPENSE DISPENSED("02", "completed")
#define DISPENSED(day, status)                                             \
    "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"meta\":{"     \
    "\"lastUpdated\":\"2026-11-" day "T09:00:00Z\"},\"status\":\"" status  \
    "\","                                                                  \
    "\"authorizingPrescription\":[{\"reference\":\"MedicationRequest/M\"}" \
    "],\"daysSupply\":{\"value\":30,\"code\":\"d\"},\"whenHandedOver\":"   \
    "\"2026-11-01\"}"
#define BOTH "PID|1||M2^^^MAIN^MR~7^^^fhir/Patient^PI||Doe^Ann\r"
#define WAITING "SELECT count(*) FROM waiting"
#define VISITS                                                           \
    "SELECT coalesce(group_concat(a.external_id || ' ' || p.mrn || ' ' " \
    "|| substr(a.start_local, 6, 5) || ' ' || a.status, '; '), '-') "    \
    "FROM appointment a JOIN patient p ON p.id = a.patient_id"

/* FHIR, in the order in which it comes. */
static void what_came_before_its_patient_is_taken_with_them(void **state)
{
    (void)state;
    static const struct {
        const char *about;
        const char *said[4];
        const char *waits, *visits;
    } rows[] = {
        {"a visit",
         {VISIT("A", "01", "booked", START("01"))},
         "1",
         "A 7 12-01 booked"},
        {"the same again waits once",
         {VISIT("A", "01", "booked", START("01")),
          VISIT("A", "01", "booked", START("01"))},
         "1",
         "A 7 12-01 booked"},
        {"a later word takes the place of an older one",
         {VISIT("A", "01", "booked", START("01")),
          VISIT("A", "02", "booked", START("02"))},
         "1",
         "A 7 12-02 booked"},
        {"an older word does not, whenever it comes (older never overwrites "
         "newer)",
         {VISIT("A", "02", "booked", START("02")),
          VISIT("A", "01", "booked", START("01"))},
         "1",
         "A 7 12-02 booked"},
        {"a cancellation waits behind its visit (F-4)",
         {VISIT("A", "01", "booked", START("01")),
          VISIT("A", "02", "cancelled", "")},
         "2",
         "A 7 12-01 cancelled"},
        {"and is the last word when it came first",
         {VISIT("A", "02", "cancelled", ""),
          VISIT("A", "01", "booked", START("01"))},
         "2",
         "A 7 12-01 cancelled"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t n = 0; n < 4 && rows[i].said[n]; n++)
            ward_fhir(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].about, WAITING, rows[i].waits);
        ward_expect(&ward, rows[i].about, VISITS, "-");
        ward_fhir(&ward, SEVEN);
        ward_expect(&ward, rows[i].about, VISITS, rows[i].visits);
        ward_expect(&ward, "and nothing waits any more", WAITING, "0");
        ward_expect(&ward, "nor is anybody waited for",
                    "SELECT (SELECT count(*) FROM waiting_for) + (SELECT "
                    "count(*) FROM waiting_count)",
                    "0");
        assert_int_equal(ward.counts.bad, 0);
        ward_close(&ward);
    }
}

static void it_is_as_if_it_came_now_but_of_then(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, VISIT("A", "01", "booked", START("01")));
    fixture_quiet_dirty(&ward.fixture);
    ward_fhir(&ward, SEVEN);
    ward_expect(&ward, "its source, its hour",
                "SELECT source || ' ' || datetime(source_at / 1000, "
                "'unixepoch') FROM appointment",
                "fhir 2026-11-01 09:00:00");
    ward_expect(&ward, "it is looked at like any other",
                "SELECT count(*) FROM dirty WHERE kind = 1", "1");
    assert_int_equal(ward.counts.waiting, 1);
    assert_int_equal(ward.counts.woken, 1);
    ward_close(&ward);
}

/* A cancellation in the message that makes the patient known is behind the
 * visit that waited. */
static void the_message_that_brings_them_speaks_last(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(
        &ward,
        "{\"resourceType\":\"Appointment\",\"id\":\"F9\",\"meta\":{"
        "\"lastUpdated\":\"2026-11-01T09:00:00Z\"},\"status\":"
        "\"booked\"" START(
            "01") ",\"participant\":[{\"actor\":{"
                  "\"identifier\":{\"system\":\"EPI\",\"value\":\"E7\"}}}]}");
    ward_expect(&ward, "it waits", WAITING, "1");
    ward_hl7(&ward, MSG("SIU^S15", "20261104100000-0500", "SCH||F9\r" ANN));
    ward_expect(&ward, "and is cancelled", VISITS, "F9 M1 12-01 cancelled");
    assert_int_equal(ward.counts.bad, 0);
    ward_close(&ward);
}

static void a_fill_waits_with_its_prescription(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, REQUEST);
    ward_fhir(&ward, DISPENSE);
    ward_expect(&ward, "both wait", WAITING, "2");
    ward_fhir(&ward, SEVEN);
    ward_expect(&ward, "and come in, the prescription first",
                "SELECT p.external_id || ' ' || f.external_id || ' ' || "
                "f.runs_out_on FROM fill f JOIN prescription p ON p.id = "
                "f.prescription_id",
                "M F 2026-12-01");
    ward_expect(&ward, "nothing is left", WAITING, "0");
    assert_int_equal(ward.counts.bad, 0);
    ward_close(&ward);
}

/* A dispense of Patient/`who`, or of nobody; "MedicationRequest/M" of 7. */
#define DISPENSE_TO(who)                                                    \
    "{\"resourceType\":\"MedicationDispense\",\"id\":\"F\",\"status\":"     \
    "\"completed\"" who                                                     \
    ",\"authorizingPrescription\":[{\"reference\":\"MedicationRequest/M\"}" \
    "],\"daysSupply\":{\"value\":30,\"code\":\"d\"},\"whenHandedOver\":"    \
    "\"2026-11-01\"}"
#define OF(who) ",\"subject\":{\"reference\":\"Patient/" who "\"}"
#define FILLS                                                            \
    "SELECT coalesce(group_concat(f.external_id || ' ' || q.mrn), '-') " \
    "FROM fill f JOIN patient q ON q.id = f.patient_id"

static void a_fill_may_come_before_its_prescription(void **state)
{
    (void)state;
    static const struct {
        const char *about, *first, *said[4], *fills;
        size_t bad;
    } rows[] = {
        {"of somebody who is known",
         SEVEN,
         {DISPENSE_TO(OF("7")), REQUEST},
         "F 7",
         0},
        {"that says nobody", SEVEN, {DISPENSE_TO(""), REQUEST}, "F 7", 0},
        {"that says nobody, and of somebody who is not known yet",
         DISPENSE_TO(""),
         {REQUEST, SEVEN},
         "F 7",
         0},
        {"whose prescription never comes",
         SEVEN,
         {DISPENSE_TO(OF("7"))},
         "-",
         0},
        {"a prescription of another patient is none of theirs",
         SEVEN,
         {REQUEST, "{\"resourceType\":\"Patient\",\"id\":\"8\"}",
          DISPENSE_TO(OF("8"))},
         "-",
         1},
        {"nor of somebody whom nobody knows yet",
         SEVEN,
         {REQUEST, DISPENSE_TO(OF("9")),
          "{\"resourceType\":\"Patient\",\"id\":\"9\"}"},
         "-",
         1},
        {"nor is one that comes later",
         SEVEN,
         {"{\"resourceType\":\"Patient\",\"id\":\"8\"}", DISPENSE_TO(OF("8")),
          REQUEST},
         "-",
         1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, rows[i].first);
        for (size_t k = 0; k < 4 && rows[i].said[k]; k++)
            ward_fhir(&ward, rows[i].said[k]);
        ward_expect(&ward, rows[i].about, FILLS, rows[i].fills);
        if (ward.counts.bad != rows[i].bad)
            fail_msg("%s: %zu bad", rows[i].about, ward.counts.bad);
        ward_expect(&ward, rows[i].about, WAITING, rows[i].said[1] ? "0" : "1");
        ward_close(&ward);
    }
}

static void what_was_never_meant_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *about;
        const char *never, *fills;
    } rows[] = {
        {"it is taken out", DISPENSED("03", "entered-in-error"), "0"},
        {"unless it is newer than that word",
         DISPENSED("01", "entered-in-error"), "1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_fhir(&ward, REQUEST);
        ward_fhir(&ward, DISPENSE);
        ward_fhir(&ward, rows[i].never);
        ward_fhir(&ward, SEVEN);
        ward_expect(&ward, rows[i].about, "SELECT count(*) FROM fill",
                    rows[i].fills);
        ward_expect(&ward, "the prescription is in",
                    "SELECT count(*) FROM prescription", "1");
        assert_int_equal(ward.counts.ended, rows[i].fills[0] == '0');
        ward_close(&ward);
    }
}

static void whoever_is_waited_for_may_come_by_any_way(void **state)
{
    (void)state;

    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|1||M2^^^MAIN^MR\r"));
    ward_fhir(&ward, VISIT("A", "01", "booked", START("01")));
    ward_expect(&ward, "nobody knows that M2 is who is called 7", WAITING, "1");
    ward_hl7(&ward, MSG("ADT^A08", "20261102", BOTH));
    ward_expect(&ward, "an id more of somebody who is here", VISITS,
                "A M2 12-01 booked");
    ward_close(&ward);

    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", "PID|1||M2^^^MAIN^MR\r"));
    ward_fhir(&ward, VISIT("A", "01", "booked", START("01")));
    ward_hl7(&ward, MSG("ADT^A40", "20261102",
                        "PID|1||M2^^^MAIN^MR\rMRG|7^^^fhir/Patient^PI\r"));
    ward_expect(&ward, "a merge of a record that nobody had", VISITS,
                "A M2 12-01 booked");
    ward_close(&ward);

    ward_open(&ward);
    ward_fhir(
        &ward,
        "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\":"
        "\"booked\"" START(
            "01") ",\"participant\":[{\"actor\":{"
                  "\"identifier\":{\"type\":{\"coding\":[{\"code\":\"MR\"}]},"
                  "\"value\":\"C9\"}}}]}");
    ward_expect(&ward, "by a record number", WAITING, "1");
    fixture_file(&ward.fixture, "patients.csv", "mrn,first_name\nC9,Ann\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "and a file of patients brings it", VISITS,
                "A C9 12-01 booked");
    assert_int_equal(ward.fixture.report.tables[0].woken, 1);
    ward_close(&ward);
}

static void a_row_that_turns_out_wrong_harms_nothing(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, VISIT("A", "01", "booked", ""));
    ward_fhir(&ward, SEVEN);
    ward_expect(&ward, "the patient is in", "SELECT count(*) FROM patient",
                "1");
    ward_expect(&ward, "the visit never said when", VISITS, "-");
    ward_expect(&ward, "and waits no more", WAITING, "0");
    if (!strstr(ward.told.data, "row -: of a row that had waited: is not "
                                "known here yet, and nothing says its 'start'"))
        fail_msg("%s", ward.told.data);
    assert_int_equal(ward.counts.bad, 1);
    assert_int_equal(ward.counts.woken, 0);
    ward_close(&ward);
}

/* A patient whose guardian nobody knows. */
static void guarded(struct ward *ward, const char *id)
{
    struct facts *facts = facts_new("kin");
    facts->at = ward->fixture.options.now;
    int child = facts_person(facts, "x"), parent = facts_person(facts, "y");
    facts_person_id(facts, child, "EPI", id, NULL);
    facts_person_id(facts, parent, "EPI", "P1", NULL);
    struct fact *fact = facts_row(facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", child, "x");
    fact_put(fact, "last_name", "Poe", "x");
    fact_put_person(fact, "guardian", parent, "y");
    ward_take(ward, facts);
    facts_free(facts);
}

/* Bounds ----------------------------------------------------------------------
 */

#define MANY                                                                \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE " \
    "i < %d) INSERT INTO waiting(source, at, came_at, kind, row_key, "      \
    "early, fields, content) SELECT '%s', 1, %lld, 'appointments', "        \
    "'k%s' || i, 0, 'say id', '{}' FROM n"

static void many(struct ward *ward, int count, const char *source, instant came)
{
    char sql[500];
    snprintf(sql, sizeof(sql), MANY, count, source, (long long)came, source);
    fixture_sql(&ward->fixture, sql);
}

static void the_room_has_a_bound(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    instant now = ward.fixture.options.now;
    many(&ward, WAITING_MOST_OF_ONE, "fhir", now);
    ward_fhir(&ward, VISIT("A", "01", "booked", START("01")));
    assert_int_equal(ward.counts.waiting, 0);
    assert_int_equal(ward.counts.bad, 1);
    if (!strstr(ward.told.data, "too many rows wait"))
        fail_msg("%s", ward.told.data);
    many(&ward, WAITING_MOST - WAITING_MOST_OF_ONE - 1, "hl7:LAB", now);
    guarded(&ward, "C1");
    ward_expect(&ward, "another sender has room", WAITING, "100000");
    guarded(&ward, "C2");
    ward_expect(&ward, "until all is full", WAITING, "100000");
    assert_int_equal(ward.counts.bad, 2);
    fixture_sql(&ward.fixture, "UPDATE waiting SET came_at = came_at - "
                               "31 * 86400000 WHERE id <= 5");
    guarded(&ward, "C2");
    ward_expect(&ward, "what is too old makes room", WAITING, "99996");
    ward_close(&ward);
}

static void nothing_waits_for_ever(void **state)
{
    (void)state;
    struct ward ward;
    struct retention gone;
    struct error err = {0};
    ward_open(&ward);
    instant now = ward.fixture.options.now;
    many(&ward, 3, "old", now - WAITING_KEPT_MS - 1);
    many(&ward, 2, "new", now - WAITING_KEPT_MS);
    for (int slice = 0; slice < 2; slice++) {
        assert_true(store_begin(ward.fixture.store, &err));
        assert_true(
            retention_slice(ward.fixture.store, now, 0, 2, &gone, &err));
        assert_true(store_commit(ward.fixture.store, &err));
        assert_int_equal(gone.waiting, slice == 0 ? 2 : 1);
        assert_int_equal(gone.more, slice == 0);
    }
    ward_expect(&ward, "a month is over for three",
                "SELECT group_concat(DISTINCT source) FROM waiting", "new");
    struct waiting_counts counts;
    assert_true(waiting_count(ward.fixture.store, 0, &counts, &err));
    assert_int_equal(counts.rows, 2);
    assert_int_equal(counts.since, now - WAITING_KEPT_MS);
    ward_close(&ward);
}

/* Privacy ---------------------------------------------------------------------
 */

static void forget(struct ward *ward, int64_t patient_id)
{
    struct error err = {0};
    struct forgotten_stays stays;
    assert_true(store_begin(ward->fixture.store, &err));
    if (!forgotten_make(ward->fixture.store, patient_id, "kim",
                        ward->fixture.options.now, &stays, &err))
        fail_msg("%s", err.text);
    assert_true(store_commit(ward->fixture.store, &err));
}

/* All texts of the store in which this stands. */
static void expect_nowhere(struct ward *ward, const char *text)
{
    char sql[300];
    snprintf(sql, sizeof(sql),
             "SELECT (SELECT count(*) FROM waiting WHERE instr(content, '%s') "
             "OR instr(row_key, '%s')) + (SELECT count(*) FROM waiting_for "
             "WHERE value = '%s')",
             text, text, text);
    ward_expect(ward, text, sql, "0");
}

static void who_was_forgotten_is_known_by_each_of_their_ids(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message;
    } rows[] = {
        {"the record number",
         MSG("ADT^A28", "20261110", "PID|1||M1^^^MAIN^MR||Doe^Ann\r")},
        {"another authority's id",
         MSG("ADT^A28", "20261110", "PID|1||E7^^^EPI^PI||Doe^Ann\r")},
        {"with a new number beside it",
         MSG("ADT^A28", "20261110",
             "PID|1||N5^^^NEW^MR~E7^^^EPI^PI||Doe^Ann\r")},
        {"a visit of theirs",
         MSG("SIU^S12", "20261110",
             SCH("20261201090000") "PID|1||E7^^^EPI^PI||Doe^Ann\r")},
        {"a merge into theirs",
         MSG("ADT^A40", "20261110",
             "PID|1||E7^^^EPI^PI||Doe^Ann\rMRG|X9^^^MAIN^MR\r")},
        {"the id of a record that was merged into theirs",
         MSG("ADT^A28", "20261110", "PID|1||O3^^^OLD^PI||Doe^Ann\r")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, MSG("ADT^A28", "20261101", ANN));
        ward_hl7(&ward, MSG("ADT^A28", "20261101",
                            "PID|1||M0^^^MAIN^MR~O3^^^OLD^PI||Doe^Ann\r"));
        ward_hl7(&ward, MSG("ADT^A40", "20261102",
                            "PID|1||M1^^^MAIN^MR\rMRG|M0^^^MAIN^MR\r"));
        forget(&ward, 1);
        ward_hl7(&ward, rows[i].message);
        ward_expect(&ward, rows[i].about,
                    "SELECT count(*) FROM patient WHERE mrn NOT GLOB "
                    "'forgotten-*' OR given_name IS NOT NULL",
                    "0");
        ward_expect(&ward, rows[i].about, VISITS, "-");
        ward_expect(&ward, rows[i].about, WAITING, "0");
        ward_expect(&ward, rows[i].about, "SELECT count(*) FROM patient_alias",
                    "0");
        assert_true(ward.counts.forgotten > 0);
        ward_close(&ward);
    }
}

static void what_waits_goes_with_whom_it_names(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A28", "20261101", ANN));
    guarded(&ward, "E7"); /* who waits for a parent, and is known */
    ward_fhir(&ward, VISIT("A", "01", "booked", START("01")));
    ward_expect(&ward, "two wait", WAITING, "2");
    forget(&ward, 1);
    ward_expect(&ward, "the other's stays", WAITING, "1");
    expect_nowhere(&ward, "E7");
    expect_nowhere(&ward, "Poe");
    ward_close(&ward);
}

/* Files -----------------------------------------------------------------------
 */

static void files_may_come_in_any_order(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_bulk(&ward, STREAM_FHIR, "visits.ndjson",
              VISIT("A", "01", "booked", START("01")) "\n" VISIT(
                  "B", "01", "booked", START("02")) "\n");
    const struct import_report *report = &ward.fixture.report;
    assert_int_equal(report->waiting, 2);
    assert_int_equal(report->tables[0].waiting, 2);
    assert_int_equal(report->tables[0].bad, 0);
    assert_true(report->tables[0].taken);
    ward_bulk(&ward, STREAM_FHIR, "patients.ndjson", SEVEN "\n");
    assert_int_equal(report->tables[0].woken, 2);
    assert_int_equal(report->waiting, 0);
    ward_expect(&ward, "both are in", VISITS,
                "A 7 12-01 booked; B 7 12-02 booked");
    ward_bulk(
        &ward, STREAM_HL7, "day.hl7",
        MSG("ADT^A40", "20261102", "PID|1||M2^^^MAIN^MR\rMRG|M1^^^MAIN^MR\r")
            MSG("ADT^A28", "20261101", "PID|1||M2^^^MAIN^MR||Doe^Ann\r"));
    assert_int_equal(report->waiting, 0);
    assert_string_equal(ward.told.data, "");
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_before_its_patient_is_taken_with_them),
        cmocka_unit_test(it_is_as_if_it_came_now_but_of_then),
        cmocka_unit_test(the_message_that_brings_them_speaks_last),
        cmocka_unit_test(a_fill_waits_with_its_prescription),
        cmocka_unit_test(a_fill_may_come_before_its_prescription),
        cmocka_unit_test(what_was_never_meant_leaves),
        cmocka_unit_test(whoever_is_waited_for_may_come_by_any_way),
        cmocka_unit_test(a_row_that_turns_out_wrong_harms_nothing),
        cmocka_unit_test(the_room_has_a_bound),
        cmocka_unit_test(nothing_waits_for_ever),
        cmocka_unit_test(who_was_forgotten_is_known_by_each_of_their_ids),
        cmocka_unit_test(what_waits_goes_with_whom_it_names),
        cmocka_unit_test(files_may_come_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
