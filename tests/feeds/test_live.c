/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of which a part is wrong, as they come in live: what can be taken
 * is taken, and the sender hears of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/zone.h"

#include "feeds/hl7_take.h"

#include "store/store.h"

#include "tests/feeds/ward.h"

#define RAW_SCH(start) "SCH||F9|||||||||" start "\r"

/* A time brings it back, whatever it says of the status. */
static void a_visit_that_is_held_comes_back(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    ward_live(&ward, take,
              MSG("SIU^S12", "20261101", SCH("20261201090000") ANN));
    ward_live(&ward, take, MSG("SIU^S13", "20261103", RAW_SCH("") ANN));
    assert_string_equal(
        ward_live(&ward, take,
                  MSG("SIU^S14", "20261105", RAW_SCH("^^^20261203090000") ANN)),
        "AA accepted ");
    ward_expect(&ward, "a change with a time, and without a status",
                "SELECT iif(gone_at, 'gone', start_local || ' ' || status) "
                "FROM appointment",
                "2026-12-03T09:00:00 booked");
    hl7_take_free(take);
    ward_close(&ward);
}

/* What has happened is read where it is clear; else somebody hears that it was
 * not: a visit that is cancelled is one that nobody is reminded of. */
static void what_has_happened_is_read_or_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *about, *type, *event, *said, *status;
    } rows[] = {
        {"as it is meant", "SIU^S15", "", "AA accepted ", "cancelled"},
        {"with the structure of all that is said of visits", "SIU^S15^SIU_S12",
         "", "AA accepted ", "cancelled"},
        {"in small letters", "siu^s15", "", "AA accepted ", "cancelled"},
        {"as a structure of its own", "SIU^^SIU_S15", "", "AA accepted ",
         "cancelled"},
        {"and in small letters", "siu^^siu_s15", "", "AA accepted ",
         "cancelled"},
        {"in one word", "SIU_S15", "", "AA accepted ", "cancelled"},
        {"in one word behind the type", "SIU^SIU_S15", "", "AA accepted ",
         "cancelled"},
        {"in EVN-1 alone", "SIU", "S15", "AA accepted ", "cancelled"},
        {"there in small letters", "SIU", "s15", "AA accepted ", "cancelled"},
        {"there, beside the structure of all", "SIU^^SIU_S12", "S15",
         "AA accepted ", "cancelled"},
        {"there, where MSH-9 has a word for it", "SIU^CANCEL", "S15",
         "AA accepted ", "cancelled"},
        {"nowhere", "SIU", "", "AE wrong MSH-9.2", "booked"},
        {"it is deleted", "SIU^\"\"", "", "AE wrong MSH-9.2", "booked"},
        {"a structure that several events have is none of them", "SIU^^SIU_S12",
         "", "AE wrong MSH-9.2", "booked"},
        {"a structure of another kind of message", "SIU^^ADT_A03", "",
         "AE wrong MSH-9.2", "booked"},
        {"a word for it", "SIU^CANCEL", "", "AE wrong MSH-9.2", "booked"},
        {"an event with something behind it", "SIU^S15X", "",
         "AE wrong MSH-9.2", "booked"},
        {"an event alone", "S15", "", "AE wrong MSH-9", "booked"},
        {"of no kind of message", "SIU-S15", "", "AE wrong MSH-9", "booked"},
        {"an admission of which nobody says that it is one", "ADT", "",
         "AE wrong MSH-9.2", "booked"},
        {"an event that is nothing for us", "SIU^S23", "", "AA ignored ",
         "booked"},
        {"a message that is nothing for us, without an event", "MDM", "",
         "AA ignored ", "booked"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        char message[600];
        ward_open(&ward);
        struct hl7_take *take = ward_take_new(&ward);
        ward_live(&ward, take,
                  MSG("SIU^S12", "20261101", SCH("20261201090000") ANN));
        snprintf(message, sizeof(message),
                 "MSH|^~\\&|EPIC|MAIN|OUT|X|20261103||%s|7|P|2.5\r"
                 "EVN|%s|20261103\r" RAW_SCH("") ANN,
                 rows[i].type, rows[i].event);
        const char *said = ward_live(&ward, take, message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about, "SELECT status FROM appointment",
                    rows[i].status);
        hl7_take_free(take);
        ward_close(&ward);
    }
}

#define ORDER(number) \
    "ORC|NW|\rRXE||0093^Lisinopril^NDC|||||||||||||" number "\r"
#define MERGED(stays, gone) \
    "PID|||" stays "^^^MAIN^MR||Doe\rMRG|" gone "^^^MAIN^MR\r"

/* A part that is wrong takes nothing else along. */
static void the_rest_goes_in(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *said, *sql, *want;
    } rows[] = {
        {"an order without its number, before one that ends",
         MSG("RDE^O11", "20261103",
             ANN ORDER("") "ORC|DC|\rRXE||0093^Lisinopril^NDC|||||||||||||"
                           "R1\r" ORDER("R2")),
         "AE partly RXE-15",
         "SELECT group_concat(external_id || ' ' || status, ', ') FROM "
         "prescription",
         "R1 stopped, R2 active"},
        {"a discharge without its number, of somebody who died",
         MSG("ADT^A03", "20261103",
             "PID|||M1^^^MAIN^MR||Doe|||||||||||||||||||||||||Y\rPV1||I\r"),
         "AE partly PV1-19",
         "SELECT deceased_at IS NOT NULL FROM patient WHERE mrn = 'M1'", "1"},
        {"a discharge of which nobody says when, of somebody who died",
         "MSH|^~\\&|EPIC|MAIN|OUT|X|||ADT^A03|7|P|2.5\r"
         "PID|||M1^^^MAIN^MR||Doe|||||||||||||||||||||||||Y\r"
         "PV1||I|||||||||||||||||V7\r",
         "AE partly PV1-45",
         "SELECT deceased_at IS NOT NULL FROM patient WHERE mrn = 'M1'", "1"},
        {"a visit without its number, of somebody who died",
         MSG("SIU^S12", "20261103",
             "SCH||\r"
             "PID|||M1^^^MAIN^MR||Doe|||||||||||||||||||||||||Y\r"),
         "AE partly SCH-2",
         "SELECT deceased_at IS NOT NULL FROM patient WHERE mrn = 'M1'", "1"},
        {"a second visit in one message",
         MSG("SIU^S12", "20261103",
             SCH("20261201090000") ANN "SCH||F8|||||||||^^^20261202090000\r"),
         "AE partly SCH-2",
         "SELECT group_concat(external_id || ' ' || start_local) FROM "
         "appointment",
         "F9 2026-12-01T09:00:00"},
        {"a merge without one of its numbers",
         MSG("ADT^A40", "20261103", MERGED("M1", "") MERGED("M1", "M3")),
         "AE partly MRG-1",
         "SELECT group_concat(k.mrn || ' is ' || p.mrn) FROM patient k JOIN "
         "patient p ON p.id = k.merged_into",
         "M3 is M1"},
        {"and without the other",
         MSG("ADT^A40", "20261103", MERGED("", "M1") MERGED("M1", "M3")),
         "AE partly PID-3",
         "SELECT group_concat(k.mrn || ' is ' || p.mrn) FROM patient k JOIN "
         "patient p ON p.id = k.merged_into",
         "M3 is M1"},
        {"another number, without the first of two people",
         MSG("ADT^A46", "20261103", MERGED("", "M3") MERGED("M9", "M1")),
         "AE partly PID-3",
         "SELECT group_concat(value, ' ') FROM (SELECT value FROM "
         "patient_alias a JOIN patient p ON p.id = a.patient_id WHERE p.mrn = "
         "'M1' AND value GLOB 'M*' ORDER BY 1)",
         "M1 M9"},
        {"two records are parted, and the second is nobody's",
         MSG("ADT^A37", "20261103", "PID|||M1^^^MAIN^MR||Poe\rPID|||||Roe\r"),
         "AE partly PID", "SELECT family_name FROM patient WHERE mrn = 'M1'",
         "Poe"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        struct hl7_take *take = ward_take_new(&ward);
        ward_live(&ward, take, MSG("ADT^A28", "20261101", ANN));
        ward_live(&ward, take,
                  MSG("ADT^A28", "20261102", "PID|||M3^^^MAIN^MR||Doe\r"));
        const char *said = ward_live(&ward, take, rows[i].message);
        if (!text_equal(said, rows[i].said))
            fail_msg("%s: '%s'", rows[i].about, said);
        ward_expect(&ward, rows[i].about, rows[i].sql, rows[i].want);
        hl7_take_free(take);
        ward_close(&ward);
    }
}

/* What of a row that is in could not be read is a warning. */
static void a_field_that_is_left_out_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *about, *message, *errors;
    } rows[] = {
        {"nothing", MSG("ADT^A28", "20261101", ANN), ""},
        {"a day of birth", MSG("ADT^A28", "20261102", "PID|||M1||||19801301\r"),
         "PID^1^7 W"},
        {"a number",
         MSG("ADT^A28", "20261103", "PID|||M1||||||||||303555010\r"),
         "PID^1^13 W"},
        {"a language",
         MSG("ADT^A28", "20261104", "PID|||M1||||||||||||Klingon\r"),
         "PID^1^15 W"},
        {"a disposition and a time",
         MSG("ADT^A03", "20261105",
             "PID|||M1\rPV1||I|||||||||||||||||V7|||||||||||||||||77|||||||||"
             "202613\r"),
         "PV1^1^45 W, PV1^1^36 W"},
        {"a count of refills",
         MSG("RDE^O11", "20261106",
             "PID|||M1\rORC|NW\rRXE||1^X||||||||||x|||R1\r"),
         "RXE^1^12 W"},
        {"when it was, once",
         "MSH|^~\\&|EPIC|MAIN|OUT|X|today||SIU^S12|8|P|2.5\r" SCH(
             "20261201090000") ANN,
         "MSH^1^7 W"},
        {"one that is ahead of our clock",
         MSG("ADT^A28", "20301101120000", ANN), "EVN^1^2 W"},
        {"what was left out comes first",
         MSG("SIU^S12", "20261108", "SCH||F8\rPID|||M1||||19801301\r"),
         "SCH^1^11^1^4 E, PID^1^7 W"},
        {"and what is not for us is not looked at",
         MSG("MDM^T02", "20261109", "PID|||M1||||19801301\r"), ""},
    };
    struct ward ward;
    ward_open(&ward);
    struct hl7_take *take = ward_take_new(&ward);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct buf answer, errors;
        struct hl7_taken taken;
        buf_init(&answer, 1 << 16);
        buf_init(&errors, 4096);
        assert_true(store_begin(ward.fixture.store, &err));
        assert_true(hl7_take(take, rows[i].message, strlen(rows[i].message),
                             ward.fixture.options.now, &answer, &taken, &err));
        assert_true(store_commit(ward.fixture.store, &err));
        size_t warned = 0;
        for (char *at = answer.data; (at = strstr(at, "\rERR||"));) {
            char place[32], code[64], severity;
            at += strlen("\rERR||");
            assert_int_equal(
                sscanf(at, "%31[^|]|%63[^|]|%c", place, code, &severity), 3);
            buf_format(&errors, "%s%s %c", errors.len ? ", " : "", place,
                       severity);
            warned += severity == 'W';
        }
        if (!text_equal(errors.len ? errors.data : "", rows[i].errors) ||
            taken.flawed != warned)
            fail_msg("%s: %s", rows[i].about, answer.data);
        buf_free(&errors);
        buf_free(&answer);
    }
    hl7_take_free(take);
    ward_close(&ward);
}

/* Our clock has more digits than theirs: what is dated ahead counts as of now,
 * and what they say in the same second is no older. */
static void a_second_is_told_as_a_whole(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward.fixture.options.now += 771;
    struct hl7_take *take = ward_take_new(&ward);
    assert_string_equal(ward_live(&ward, take,
                                  MSG("SIU^S12", "20261123130000+0000",
                                      SCH("20261201090000") ANN)),
                        "AA accepted EVN-2");
    assert_string_equal(
        ward_live(&ward, take,
                  MSG("SIU^S15", "20261123120000+0000", "SCH||F9\r" ANN)),
        "AA accepted ");
    ward_expect(&ward, "booked ahead, and off now",
                "SELECT status FROM appointment", "cancelled");
    hl7_take_free(take);
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_happened_is_read_or_asked_for),
        cmocka_unit_test(the_rest_goes_in),
        cmocka_unit_test(a_field_that_is_left_out_is_told),
        cmocka_unit_test(a_second_is_told_as_a_whole),
        cmocka_unit_test(a_visit_that_is_held_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
