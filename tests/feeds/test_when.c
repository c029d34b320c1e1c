/* SPDX-License-Identifier: Apache-2.0 */
/* When it is what a message says, by whose clock, and which news is newer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "store/predicate.h"
#include "store/view.h"

#include "tests/feeds/ward.h"

/* Walls -----------------------------------------------------------------------
 */

#define HOUSE(facility, type, at, rest)                                        \
    "MSH|^~\\&|EPIC|" facility "|OUT|X|" at "||" type "|" facility at "|P|2.5" \
    "\rEVN||" at "\r" rest
#define UTC(column) "datetime(" column " / 1000, 'unixepoch')"
#define START                                           \
    "SELECT start_local || ' ' || zone || ' ' || " UTC( \
        "start_at") " FROM "                            \
                    "appointmen"                        \
                    "t"
#define CLINICS                       \
    "id,name,zone\n"                  \
    "WEST,West,America/Los_Angeles\n" \
    "MAIN,Main Hospital,America/Chicago\n"

/* The organisation is in New York, Ann lives in Denver. */
static void hours_are_on_the_wall_of_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *message, *start;
    } rows[] = {
        {"of the clinic that the visit names",
         HOUSE("MAIN", "SIU^S12", "20261101",
               SCH("20261201090000") ANN "AIL|1||^^^WEST\r"),
         "2026-12-01T09:00:00 America/Los_Angeles 2026-12-01 17:00:00"},
        {"else of the one that sends, by its id",
         HOUSE("MAIN", "SIU^S12", "20261101", SCH("20261201090000") ANN),
         "2026-12-01T09:00:00 America/Chicago 2026-12-01 15:00:00"},
        {"or by its name",
         HOUSE("Main Hospital", "SIU^S12", "20261101",
               SCH("20261201090000") ANN),
         "2026-12-01T09:00:00 America/Chicago 2026-12-01 15:00:00"},
        {"else of the organisation, wherever the patient lives",
         HOUSE("ELSEWHERE", "SIU^S12", "20261101", SCH("20261201090000") ANN),
         "2026-12-01T09:00:00 America/New_York 2026-12-01 14:00:00"},
        {"a moment with an offset is told on the sender's",
         HOUSE("MAIN", "SIU^S12", "20261101", SCH("20261201090000-0500") ANN),
         "2026-12-01T08:00:00 America/Chicago 2026-12-01 14:00:00"},
        {"or, where that is no place of ours, on the patient's",
         HOUSE("ELSEWHERE", "SIU^S12", "20261101",
               SCH("20261201090000-0500") ANN),
         "2026-12-01T07:00:00 America/Denver 2026-12-01 14:00:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        fixture_file(&ward.fixture, "clinics.csv", CLINICS);
        assert_true(fixture_import(&ward.fixture));
        ward_hl7(&ward, rows[i].message);
        ward_expect(&ward, rows[i].sentence, START, rows[i].start);
        ward_close(&ward);
    }
}

/* It was booked at WEST. */
static void a_visit_that_is_moved_stays_on_its_clinics_wall(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *message, *start;
    } rows[] = {
        {"where the message names no place",
         HOUSE("ELSEWHERE", "SIU^S13", "20261102", SCH("20261202090000") ANN),
         "2026-12-02T09:00:00 America/Los_Angeles 2026-12-02 17:00:00"},
        {"and its sender is another one",
         HOUSE("MAIN", "SIU^S13", "20261102", SCH("20261202090000") ANN),
         "2026-12-02T09:00:00 America/Los_Angeles 2026-12-02 17:00:00"},
        {"unless it is elsewhere from now on",
         HOUSE("ELSEWHERE", "SIU^S13", "20261102",
               SCH("20261202090000") ANN "AIL|1||^^^MAIN\r"),
         "2026-12-02T09:00:00 America/Chicago 2026-12-02 15:00:00"},
        {"a moment with an offset is told there, too",
         HOUSE("ELSEWHERE", "SIU^S13", "20261102",
               SCH("20261202090000-0500") ANN),
         "2026-12-02T06:00:00 America/Los_Angeles 2026-12-02 14:00:00"},
        {"the same again is no move",
         HOUSE("ELSEWHERE", "SIU^S14", "20261102", SCH("20261201090000") ANN),
         "2026-12-01T09:00:00 America/Los_Angeles 2026-12-01 17:00:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        fixture_file(&ward.fixture, "clinics.csv", CLINICS);
        assert_true(fixture_import(&ward.fixture));
        ward_hl7(&ward, HOUSE("MAIN", "SIU^S12", "20261101",
                              SCH("20261201090000") ANN "AIL|1||^^^WEST\r"));
        ward_hl7(&ward, rows[i].message);
        ward_expect(&ward, rows[i].sentence, START, rows[i].start);
        ward_close(&ward);
    }
}

static void a_corrected_sender_is_followed(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "clinics.csv", CLINICS);
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward,
             HOUSE("MAIN", "SIU^S12", "20261101", SCH("20261201090000") ANN));
    fixture_file(&ward.fixture, "clinics.csv",
                 "id,name,zone\nMAIN,Main Hospital,America/Denver\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "the hour that was said stays", START,
                "2026-12-01T09:00:00 America/Denver 2026-12-01 16:00:00");
    ward_close(&ward);
}

static void all_times_of_a_message_are_its_senders(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "clinics.csv", CLINICS);
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward,
             HOUSE("MAIN", "ADT^A08", "20261120160000",
                   "PID|1||M1^^^MAIN^MR||Doe^Ann||19800229|F|||1 Elm St^^"
                   "Denver^CO^80202||||||||||||||||||20261120150000|Y\r"));
    ward_expect(&ward, "of a death, and of the message itself",
                "SELECT " UTC("deceased_at") " || ', ' || " UTC(
                    "source_at") " FROM patient",
                "2026-11-20 21:00:00, 2026-11-20 22:00:00");
    ward_hl7(&ward,
             HOUSE("MAIN", "ORU^R01", "20261120160000",
                   ANN "OBR|1|||24356-8^^LN|||20261119080000|||||||||||||||"
                       "20261120153000|||F\rOBX|1|NM|4548-4^Hemoglobin A1c^LN||"
                       "7.2|%|||||F|||20261119080000\r"));
    ward_expect(&ward, "of a result: it follows nobody else's wall",
                "SELECT " UTC("resulted_at") " || coalesce(resulted_local, '') "
                                             "FROM screening",
                "2026-11-20 21:30:00");
    ward_close(&ward);
}

/* FHIR wants an offset for an instant. One without is not refused: a visit
 * that nobody knows of helps nobody. */
static void a_start_without_an_offset_is_on_the_clinics_wall(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "clinics.csv", CLINICS);
    assert_true(fixture_import(&ward.fixture));
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\",\"address\":[{"
                     "\"state\":\"CO\",\"postalCode\":\"80202\"}]}");
    ward_fhir(&ward, "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\""
                     ":\"booked\",\"start\":\"2026-12-01T09:00:00\","
                     "\"participant\":[{\"actor\":{\"reference\":\"Patient/7\"}"
                     "},{\"actor\":{\"reference\":\"Location/WEST\"}}]}");
    ward_expect(&ward, "of the place that is named", START,
                "2026-12-01T09:00:00 America/Los_Angeles 2026-12-01 17:00:00");
    ward_fhir(&ward, "{\"resourceType\":\"Appointment\",\"id\":\"A\",\"status\""
                     ":\"booked\",\"start\":\"2026-12-02T09:00:00\","
                     "\"participant\":[{\"actor\":{\"reference\":\"Patient/7\"}"
                     "}]}");
    ward_expect(&ward, "else of where the visit was", START,
                "2026-12-02T09:00:00 America/Los_Angeles 2026-12-02 17:00:00");
    ward_fhir(&ward, "{\"resourceType\":\"Appointment\",\"id\":\"B\",\"status\""
                     ":\"booked\",\"start\":\"2026-12-02T09:00:00\","
                     "\"participant\":[{\"actor\":{\"reference\":\"Patient/7\"}"
                     "}]}");
    ward_expect(&ward, "else the organisation's",
                START " WHERE external_id LIKE 'B%'",
                "2026-12-02T09:00:00 America/New_York 2026-12-02 14:00:00");
    ward_close(&ward);
}

static void a_row_that_waited_keeps_its_wall(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "clinics.csv", CLINICS);
    assert_true(fixture_import(&ward.fixture));
    struct facts *facts = facts_new("hl7:EPIC");
    facts->facility = "MAIN";
    int person = facts_person(facts, "PID-3");
    facts_person_id(facts, person, "MAIN", "M1", "MR");
    struct fact *fact = facts_row(facts, "appointments", FACT_SAY);
    fact_put(fact, "id", "F9", "SCH-2");
    fact_put_person(fact, "patient", person, "PID-3");
    fact_put(fact, "start", "2026-12-01T09:00:00", "SCH-11");
    fact_put(fact, "status", "booked", "SCH-25");
    ward_take(&ward, facts);
    facts_free(facts);
    assert_int_equal(ward.counts.waiting, 1);
    ward_hl7(&ward, HOUSE("ELSEWHERE", "ADT^A28", "20261102", ANN));
    ward_expect(&ward, "not that of who brought the patient", START,
                "2026-12-01T09:00:00 America/Chicago 2026-12-01 15:00:00");
    ward_close(&ward);
}

/* Clocks ----------------------------------------------------------------------
 */

/* The fixture's now is 2026-11-23 12:00 UTC, 7 o'clock in New York. */
static void news_from_the_future_is_of_now(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *first, *next, *told;
    } rows[] = {
        {"EVN-2", MSG("ADT^A28", "20990101", ANN),
         MSG("ADT^A08", "20261123070100", "PID|1||M1^^^MAIN^MR||Roe\r"),
         "field EVN-2: lies in the future"},
        {"a clock that is a little ahead is none",
         MSG("ADT^A28", "20261123070400", ANN),
         MSG("ADT^A08", "20261123070400", "PID|1||M1^^^MAIN^MR||Roe\r"), ""},
        {"an hour is no little", MSG("ADT^A28", "20261123080000", ANN),
         MSG("ADT^A08", "20261123070001", "PID|1||M1^^^MAIN^MR||Roe\r"),
         "field EVN-2: lies in the future"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward, rows[i].first);
        if (*rows[i].told ? !strstr(ward.told.data, rows[i].told)
                          : ward.told.len != 0)
            fail_msg("%s: %s", rows[i].sentence, ward.told.data);
        ward_hl7(&ward, rows[i].next);
        ward_expect(&ward, rows[i].sentence, "SELECT family_name FROM patient",
                    "Roe");
        ward_close(&ward);
    }
    struct ward ward;
    ward_open(&ward);
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{"
                     "\"lastUpdated\":\"2099-01-01T00:00:00Z\"}}");
    ward_fhir(&ward, "{\"resourceType\":\"Patient\",\"id\":\"7\",\"gender\":"
                     "\"female\",\"meta\":{\"lastUpdated\":"
                     "\"2026-11-23T12:01:00Z\"}}");
    ward_expect(&ward, "meta.lastUpdated", "SELECT sex FROM patient", "female");
    if (!strstr(ward.told.data, "field meta.lastUpdated: lies in the future"))
        fail_msg("told: %s", ward.told.data);
    ward_close(&ward);
}

static void a_visit_was_booked_when_it_was_made(void **state)
{
    (void)state;
    static const char booked[] = "SELECT coalesce(" UTC("booked_at") ", '-') "
                                                                     "FROM "
                                                                     "appointme"
                                                                     "nt";
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("SIU^S12", "20261101100000-0500", SCH("20261201090000") ANN));
    ward_expect(&ward, "by the S12", booked, "2026-11-01 15:00:00");
    ward_hl7(&ward,
             MSG("SIU^S12", "20261102100000-0500", SCH("20261201100000") ANN));
    ward_expect(&ward, "by the first of them", booked, "2026-11-01 15:00:00");
    ward_close(&ward);
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("SIU^S14", "20261102100000-0500", SCH("20261201090000") ANN));
    ward_expect(&ward, "of one that is known by a change, nobody knows", booked,
                "-");
    ward_close(&ward);
    ward_open(&ward);
    ward_hl7(&ward, MSG("SIU^S12", "20990101", SCH("20261201090000") ANN));
    ward_expect(&ward, "nor by a clock that is ahead", booked, "-");
    ward_close(&ward);
}

/* Late news -------------------------------------------------------------------
 */

#define ONLY(rest) "PID|1||M1^^^MAIN^MR" rest "\r"
#define DIED "||||||||||||||||||||||||20261120|Y"
#define ALIVE "|||||||||||||||||||||||||N"

/* Each message with its hour, in the order in which they come. */
static void late_news_loses_only_what_is_older(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *messages[4], *ask, *is;
    } rows[] = {
        {"a death that comes behind a change of name",
         {MSG("ADT^A08", "20261120160000", ONLY("||Roe^Ann")),
          MSG("ADT^A08", "20261120155800", ONLY("||Doe^Ann" DIED))},
         "SELECT family_name || ' ' || (deceased_at IS NOT NULL) FROM patient",
         "Roe 1"},
        {"and one that was taken back since",
         {MSG("ADT^A08", "20261120160000", ONLY("||Roe^Ann" ALIVE)),
          MSG("ADT^A08", "20261120155800", ONLY("||Doe^Ann" DIED))},
         "SELECT family_name || ' ' || (deceased_at IS NOT NULL) FROM patient",
         "Roe 0"},
        {"an admission behind a change of name",
         {MSG("ADT^A08", "20261120160000", ONLY("||Roe^Ann")),
          MSG("ADT^A01", "20261120155000", ONLY("||Doe^Ann") "PV1||I\r")},
         "SELECT family_name || ' ' || inpatient FROM patient",
         "Roe 1"},
        {"an admission behind its end, which changed nothing",
         {MSG("ADT^A08", "20261120140000", ONLY("||Roe^Ann")),
          MSG("ADT^A07", "20261120160000", ONLY("") "PV1||O\r"),
          MSG("ADT^A01", "20261120155000", ONLY("") "PV1||I\r")},
         "SELECT inpatient FROM patient",
         "0"},
        {"a start that was said again since stays",
         {MSG("SIU^S12", "20261120100000", SCH("20261201090000") ANN),
          MSG("SIU^S14", "20261120120000", SCH("20261201090000") ANN),
          MSG("SIU^S13", "20261120110000", SCH("20261202090000") ANN)},
         "SELECT start_local || ' ' || occurrence FROM appointment",
         "2026-12-01T09:00:00 0"},
        {"a cancellation that speaks of nothing else goes in behind it",
         {MSG("SIU^S12", "20261120100000", SCH("20261201090000") ANN),
          MSG("SIU^S15", "20261120110000", "SCH||F9\r" ONLY("")),
          MSG("SIU^S14", "20261120103000",
              SCH("20261202090000") ANN "AIP|1||^Who^Doc\r")},
         "SELECT start_local || ' ' || status || ' ' || practitioner FROM "
         "appointment",
         "2026-12-02T09:00:00 cancelled Doc Who"},
        {"numbers that were said since stay",
         {MSG("ADT^A08", "20261120100000", ANN),
          MSG("ADT^A08", "20261120120000", ANN),
          MSG("ADT^A08", "20261120110000",
              ONLY("||Doe^Ann||||||||^PRN^CP^^^303^5550199"))},
         "SELECT group_concat(value) FROM contact_point WHERE gone_at IS NULL",
         "+13035550100"},
        {"numbers of which nobody said anything go in",
         {MSG("ADT^A08", "20261120120000", ONLY("||Doe^Ann")),
          MSG("ADT^A08", "20261120110000", ANN)},
         "SELECT group_concat(value) FROM contact_point WHERE gone_at IS NULL",
         "+13035550100"},
        {"who left since stays away",
         {MSG("ADT^A28", "20261120100000", ONLY("||Doe^Ann")),
          MSG("ADT^A29", "20261120120000", ONLY("")),
          MSG("ADT^A08", "20261120110000", ANN)},
         "SELECT city || ' ' || (gone_at IS NOT NULL) FROM patient",
         "Denver 1"},
        {"who was heard of since does not leave",
         {MSG("ADT^A28", "20261120120000", ONLY("||Doe^Ann")),
          MSG("ADT^A29", "20261120110000", ONLY(""))},
         "SELECT gone_at IS NOT NULL FROM patient",
         "0"},
        {"of the hour that comes twice nobody knows which one was meant",
         {MSG("SIU^S12", "20261101015000", SCH("20261201090000") ANN),
          MSG("SIU^S15", "20261101011000", "SCH||F9\r" ONLY(""))},
         "SELECT status FROM appointment",
         "cancelled"},
        {"unless it has an offset",
         {MSG("SIU^S12", "20261101015000-0500", SCH("20261201090000") ANN),
          MSG("SIU^S15", "20261101011000-0500", "SCH||F9\r" ONLY(""))},
         "SELECT status FROM appointment",
         "booked"},
        {"the hour behind it comes once",
         {MSG("SIU^S12", "20261101025000", SCH("20261201090000") ANN),
          MSG("SIU^S15", "20261101021000", "SCH||F9\r" ONLY(""))},
         "SELECT status FROM appointment",
         "booked"},
        {"the newest source stays the row's",
         {MSG("ADT^A08", "20261120160000", ONLY("||Roe^Ann")),
          MSG("ADT^A08", "20261120155800", ONLY("||Doe^Ann" DIED))},
         "SELECT source_message FROM patient",
         "20261120160000"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].messages[m]; m++)
            ward_hl7(&ward, rows[i].messages[m]);
        ward_expect(&ward, rows[i].sentence, rows[i].ask, rows[i].is);
        ward_close(&ward);
    }
}

/* An event that was recorded at one time, and happened at another one. */
#define EVENT(type, recorded, happened, rest)                             \
    "MSH|^~\\&|EPIC|MAIN|OUT|X|" recorded "||ADT^" type "|" type recorded \
    "|P|2.5\rEVN||" recorded "||||" happened                              \
    "\r" ONLY("||Doe^Ann") "PV1||I|"                                      \
                           "||||||||||||||||V1|||||||||||||||||" rest "\r"
#define IN_AND_GONE                                                         \
    "SELECT p.inpatient || coalesce((SELECT ' ' || d.status || ' ' || "     \
    "d.discharged_local FROM discharge d), '') || coalesce((SELECT ' ' || " \
    "a.status FROM appointment a), '') FROM patient p"
#define ADMITTED EVENT("A01", "20261120080500", "20261120080000", "")
#define GONE EVENT("A03", "20261121101000", "", "01|||||||||20261121100000")
#define GONE_BOTH EVENT("A03", "20261121101000", "20261121100000", "01")
#define BACK EVENT("A13", "20261121110000", "20261121100000", "")
#define GONE_AGAIN EVENT("A03", "20261121150000", "20261121104500", "01")

/* EVN-6 of a cancellation is the hour of what is cancelled (HL7 v2, chapter
 * 3), which makes the news no older. */
static void news_is_as_old_as_its_record(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *messages[4], *is;
    } rows[] = {
        {"a discharge that is taken back by its own hour",
         {ADMITTED, GONE, BACK},
         "1 cancelled 2026-11-21T10:00:00"},
        {"also where both have it",
         {ADMITTED, GONE_BOTH, BACK},
         "1 cancelled 2026-11-21T10:00:00"},
        {"and where it comes before what it cancels",
         {ADMITTED, BACK, GONE},
         "1 cancelled 2026-11-21T10:00:00"},
        {"an A08 between them is no newer",
         {ADMITTED, GONE,
          EVENT("A08", "20261121103000", "20261121103000", "01"), BACK},
         "1 cancelled 2026-11-21T10:00:00"},
        {"they go later, which is news again",
         {ADMITTED, GONE, BACK, GONE_AGAIN},
         "0 discharged 2026-11-21T10:45:00"},
        {"an admission that is taken back by its own hour",
         {ADMITTED, EVENT("A11", "20261120083000", "20261120080000", "")},
         "0"},
        {"behind a transfer",
         {ADMITTED, EVENT("A02", "20261120090500", "20261120090000", ""),
          EVENT("A11", "20261120100000", "20261120080000", "")},
         "0"},
        {"by one who says when it was recorded in MSH-7 alone",
         {ADMITTED,
          "MSH|^~\\&|EPIC|MAIN|OUT|X|20261120083000||ADT^A11|9|P|2.5\rEVN|||||"
          "|20261120080000\r" ONLY("") "PV1||I|||||||||||||||||V1\r"},
         "0"},
        {"or nowhere: then it is of when it comes",
         {ADMITTED, "MSH|^~\\&|EPIC|MAIN|OUT|X|||ADT^A11|9|P|2.5\rEVN||||||"
                    "20261120080000\r" ONLY("") "PV1||I|||||||||||||||||V1\r"},
         "0"},
        {"a discharge that is entered behind a later transfer ends the stay",
         {ADMITTED, EVENT("A02", "20261121110000", "20261121110000", ""),
          GONE_AGAIN},
         "0 discharged 2026-11-21T10:45:00"},
        {"a transfer that was recorded before it changes nothing, late",
         {ADMITTED, GONE_AGAIN,
          EVENT("A02", "20261121110000", "20261121110000", "")},
         "0 discharged 2026-11-21T10:45:00"},
        {"an admission that is not planned any more",
         {EVENT("A05", "20261120080500", "20261120080000",
                "\rPV2||||||||20261206080000"),
          EVENT("A08", "20261120090500", "20261120090000",
                "\rPV2||||||||20261207080000"),
          EVENT("A38", "20261120100000", "20261120080000", "")},
         "0 cancelled"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].messages[m]; m++)
            ward_hl7(&ward, rows[i].messages[m]);
        ward_expect(&ward, rows[i].sentence, IN_AND_GONE, rows[i].is);
        ward_close(&ward);
    }
}

/* A file is of the hour in which it is imported, 12:00 UTC. */
static void a_file_says_no_more_than_its_columns(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, MSG("ADT^A08", "20261120100000", ANN));
    fixture_file(&ward.fixture, "patients.csv", "mrn,last_name\nM1,Roe\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, MSG("ADT^A08", "20261120110000",
                        "PID|1||M1^^^MAIN^MR||Poe^Anna\r"));
    ward_expect(&ward, "of a row that was there",
                "SELECT family_name || ' ' || given_name FROM patient",
                "Roe Anna");
    fixture_file(&ward.fixture, "patients.csv", "mrn,last_name\nM2,Roe\n");
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, MSG("ADT^A08", "20261120110000",
                        "PID|1||M2^^^MAIN^MR||Poe^Anna\r"));
    ward_expect(&ward, "of a new one",
                "SELECT family_name || ' ' || given_name FROM patient WHERE mrn"
                " = 'M2'",
                "Roe Anna");
    ward_close(&ward);
}

/* Whose word ------------------------------------------------------------------
 */

static const struct history *history(const char *name)
{
    const struct history *found;
    for (size_t i = 0; (found = history_at(ANCHOR_APPOINTMENT, i)); i++)
        if (text_equal(found->name, name))
            return found;
    fail_msg("no history '%s'", name);
    return NULL;
}

static const struct field *field(const char *name)
{
    const struct field *found;
    for (size_t i = 0; (found = field_at(ANCHOR_APPOINTMENT, i)); i++)
        if (text_equal(found->name, name))
            return found;
    fail_msg("no field '%s'", name);
    return NULL;
}

/* What the visit comes to, and what is told of the patient's word. */
static void expect_visit(struct ward *ward, const char *sentence,
                         const char *want)
{
    struct error err = {0};
    struct view_row row;
    bool found = false;
    char have[200];
    const struct predicate asked = {.kind = PREDICATE_HISTORY,
                                    .history = history("cancel requested")};
    const struct view_column columns[] = {{.field = field("status")},
                                          {.seen = &asked}};
    const struct view_time time = {.now = ward->fixture.options.now,
                                   .today = {2026, 11, 23}};
    struct view *view =
        view_prepare(ward->fixture.store, ANCHOR_APPOINTMENT, columns, 2, &err);
    assert_non_null(view);
    assert_true(view_read(view, 1, &time, &found, &row, &err) && found);
    snprintf(have, sizeof(have), "%s; %s", row.columns[0].text,
             row.columns[1].text ? row.columns[1].text : "-");
    if (!text_equal(have, want))
        fail_msg("%s: '%s'", sentence, have);
    view_free(view);
}

static void a_newer_booking_supersedes_what_was_answered(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("SIU^S12", "20261119100000", SCH("20261201090000") ANN));
    fixture_sql(&ward.fixture,
                "INSERT INTO response(patient_id, anchor_kind, anchor_id, "
                "occurrence, intent, at) VALUES (1, 1, 1, 0, 'cancel', "
                "1795186800000)"); /* 20 November, 10:00 in New York */
    expect_visit(&ward, "the patient cancels",
                 "cancelled; cancel on 2026-11-20");
    ward_hl7(&ward,
             MSG("SIU^S14", "20261120110000", SCH("20261201090000") ANN));
    expect_visit(&ward, "that it is booked is nothing new",
                 "cancelled; cancel on 2026-11-20");
    ward_hl7(&ward, MSG("SIU^S15", "20261120113000", "SCH||F9\r" ANN));
    ward_hl7(&ward,
             MSG("SIU^S12", "20261121110000", SCH("20261201090000") ANN));
    expect_visit(&ward, "booked anew by its source",
                 "booked; cancel on 2026-11-20, before it was booked anew on "
                 "2026-11-21");
    fixture_sql(&ward.fixture,
                "INSERT INTO response(patient_id, anchor_kind, anchor_id, "
                "occurrence, intent, at) VALUES (1, 1, 1, 0, 'cancel', "
                "1795359600000)"); /* the 22nd */
    expect_visit(&ward, "and cancelled again by the patient",
                 "cancelled; cancel on 2026-11-22");
    ward_close(&ward);
    ward_open(&ward);
    ward_hl7(&ward,
             MSG("SIU^S12", "20261119100000", SCH("20261201090000") ANN));
    fixture_sql(&ward.fixture,
                "INSERT INTO response(patient_id, anchor_kind, anchor_id, "
                "occurrence, intent, at) VALUES (1, 1, 1, 0, 'cancel', "
                "1795186800000)");
    ward_hl7(&ward, MSG("SIU^S15", "20261120080000", "SCH||F9\r" ANN));
    ward_hl7(&ward,
             MSG("SIU^S12", "20261120090000", SCH("20261201090000") ANN));
    expect_visit(&ward,
                 "what was so before the patient spoke supersedes nothing",
                 "cancelled; cancel on 2026-11-20");
    ward_hl7(&ward,
             MSG("SIU^S13", "20261120110000", SCH("20261202090000") ANN));
    expect_visit(&ward, "a moved visit is another one", "booked; -");
    ward_close(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_on_the_wall_of_a_place),
        cmocka_unit_test(a_visit_that_is_moved_stays_on_its_clinics_wall),
        cmocka_unit_test(a_corrected_sender_is_followed),
        cmocka_unit_test(all_times_of_a_message_are_its_senders),
        cmocka_unit_test(a_start_without_an_offset_is_on_the_clinics_wall),
        cmocka_unit_test(a_row_that_waited_keeps_its_wall),
        cmocka_unit_test(news_from_the_future_is_of_now),
        cmocka_unit_test(a_visit_was_booked_when_it_was_made),
        cmocka_unit_test(late_news_loses_only_what_is_older),
        cmocka_unit_test(news_is_as_old_as_its_record),
        cmocka_unit_test(a_file_says_no_more_than_its_columns),
        cmocka_unit_test(a_newer_booking_supersedes_what_was_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
