/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in hospital: by any stay that is not over, in whatever order and by
 * whichever record number they tell of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#include "feeds/fhir_take.h"

#include "store/retention.h"
#include "store/stay.h"
#include "store/store.h"

#include "tests/feeds/ward.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct story {
    const char *about;
    const char *messages[5]; /* HL7; FHIR where it begins with {; what is posted
                                where it begins with [; a file with mrn */
    const char *want;
};

static void post(struct ward *ward, const char *text)
{
    struct fhir_take *take = ward_post_new(ward);
    assert_int_equal(ward_post(ward, take, text), 200);
    fhir_take_free(take);
}

static void say(struct ward *ward, const char *text)
{
    if (strncmp(text, "mrn", 3) == 0) {
        fixture_file(&ward->fixture, "patients.csv", text);
        assert_true(fixture_import(&ward->fixture));
    } else if (strncmp(text, "{\"resourceType\":\"Bundle\"", 24) == 0) {
        post(ward, text);
    } else {
        ward_say(ward, text);
    }
}

static void tell_stories(const struct story *stories, size_t count,
                         const char *sql)
{
    for (size_t i = 0; i < count; i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 5 && stories[i].messages[m]; m++)
            say(&ward, stories[i].messages[m]);
        ward_expect(&ward, stories[i].about, sql, stories[i].want);
        if (ward.told.len)
            fail_msg("%s: told %s", stories[i].about, ward.told.data);
        ward_close(&ward);
    }
}

#define PV1(number, class, disposition)                                      \
    "PV1||" class "|||||||||||||||||" number "|||||||||||||||||" disposition \
                  "\r"
/* On the 20th, at this hour. */
#define ADT_OF(event, hour, pid, number, class, disposition) \
    MSG("ADT^" event, "20261120" hour, pid PV1(number, class, disposition))
#define ADT(event, hour, number, class) \
    ADT_OF(event, hour "0000", ANN, number, class, "")
#define HOME(hour, number) ADT_OF("A03", hour "0000", ANN, number, "I", "01")
#define PATIENT                                                             \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"lastUpdated\":" \
    "\"2026-09-01T10:00:00Z\"}}"
#define ENCOUNTER(id, hour, status, more)                                    \
    "{\"resourceType\":\"Encounter\",\"id\":\"" id                           \
    "\",\"meta\":{\"lastUpdated\":\"2026-11-20T" hour                        \
    ":00:00Z\"},\"status\":\"" status                                        \
    "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/7" \
    "\"},\"period\":{\"start\":\"2026-11-18T10:00:00Z\"" more "}}"
/* The same one, of another class; and of none. */
#define AS(class, hour, status, more)                                         \
    "{\"resourceType\":\"Encounter\",\"id\":\"a\",\"meta\":{"                 \
    "\"lastUpdated\":\"2026-11-20T" hour ":00:00Z\"},\"status\":\"" status    \
    "\",\"class\":{\"code\":\"" class "\"},\"subject\":{\"reference\":"       \
                                      "\"Patient/"                            \
                                      "7\"},\"period\":{\"start\":\"2026-11-" \
                                      "18T10:00:00Z\"" more "}}"
#define MISTAKEN(hour)                                            \
    "{\"resourceType\":\"Encounter\",\"id\":\"a\",\"meta\":{"     \
    "\"lastUpdated\":\"2026-11-20T" hour ":00:00Z\"},\"status\":" \
    "\"entered-in-error\",\"subject\":{\"reference\":\"Patient/7\"}}"
#define END ",\"end\":\"2026-11-20T08:00:00Z\""
/* It comes in a Bundle, with an identifier. */
#define NUMBERED(more)                                                        \
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{"      \
    "\"resource\":{\"resourceType\":\"Encounter\"," more "\"identifier\":[{"  \
    "\"system\":\"urn:v\",\"value\":\"S1\"}],\"status\":\"in-progress\","     \
    "\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/7\"}," \
    "\"period\":{\"start\":\"2026-11-18T10:00:00Z\"}},\"request\":{"          \
    "\"method\":\"PUT\",\"url\":\"Encounter?identifier=urn:v|S1\"}}]}"
#define DELETED(url)                                                     \
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{" \
    "\"request\":{\"method\":\"DELETE\",\"url\":\"" url "\"}}]}"

#define IN "SELECT inpatient FROM patient"

static void somebody_is_in_by_any_stay(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"of two stays one was never to be there",
         {ADT("A01", "09", "V1", "I"), ADT("A01", "10", "V2", "I"),
          ADT("A11", "11", "V2", "I")},
         "1"},
        {"or is deleted",
         {ADT("A01", "09", "V1", "I"), ADT("A01", "10", "V2", "I"),
          ADT("A23", "11", "V2", "I")},
         "1"},
        {"or is over",
         {ADT("A01", "09", "V1", "I"), ADT("A01", "10", "V2", "I"),
          HOME("11", "V2")},
         "1"},
        {"then so is the other one",
         {ADT("A01", "09", "V1", "I"), ADT("A01", "10", "V2", "I"),
          HOME("11", "V2"), HOME("12", "V1")},
         "0"},
        {"one that began before the end of another and is told of late",
         {ADT("A01", "09", "V1", "I"), HOME("12", "V1"),
          ADT("A01", "11", "V2", "I")},
         "1"},
        {"a stay of which they tell late that is over by now",
         {HOME("12", "V1"), ADT("A01", "11", "V1", "I")},
         "0"},
        {"an end without a number is of all that came before it",
         {ADT("A01", "09", "V1", "I"), ADT("A01", "10", "V2", "I"),
          ADT("A07", "11", "", "O")},
         "0"},
        {"also of those of which they tell later",
         {ADT("A07", "11", "", "O"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"and also after it was followed by another beginning and end",
         {ADT("A01", "09", "V1", "I"), ADT("A07", "10", "", "O"),
          ADT("A06", "11", "", "I"), HOME("12", "V2")},
         "0"},
        {"not of what began since",
         {ADT("A07", "11", "", "O"), ADT("A01", "12", "V1", "I")},
         "1"},
        {"of one minute the later word is the newer one",
         {ADT("A01", "09", "V1", "I"), HOME("12", "V1"),
          ADT("A13", "12", "V1", "I")},
         "1"},
        {"whichever it is",
         {ADT("A01", "09", "V1", "I"), ADT("A11", "09", "V1", "I")},
         "0"},
        {"also where only one of them is told to the second",
         {ADT_OF("A01", "090030", ANN, "V1", "I", ""),
          ADT_OF("A11", "0900", ANN, "V1", "I", "")},
         "0"},
        {"the end of an outpatient's visit by the number of the stay is its "
         "end",
         {ADT("A01", "09", "V1", "I"), ADT("A03", "10", "V1", "O")},
         "0"},
        {"by another one, of a visit beside it",
         {ADT("A01", "09", "V1", "I"), ADT("A03", "10", "W1", "O")},
         "1"},
        {"also where nobody said which stay it is",
         {ADT("A01", "09", "", "I"), ADT("A03", "10", "W1", "O")},
         "1"},
        {"an end that does not say of what",
         {ADT("A01", "09", "V1", "I"), ADT("A03", "10", "V1", "")},
         "0"},
        {"whoever is moved within the hospital is in it",
         {ADT("A02", "09", "V1", "I")},
         "1"},
        {"not who is moved at the clinic", {ADT("A02", "09", "V1", "O")}, "0"},
        {"an end of another class that comes first",
         {ADT("A03", "10", "V1", "O"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"also in the emergency room",
         {ADT("A03", "10", "V1", "E"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"or off first",
         {ADT("A11", "10", "V1", "O"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"an older one ends nothing",
         {ADT("A03", "08", "V1", "O"), ADT("A01", "09", "V1", "I")},
         "1"},
        {"nor one of another number, whichever stay it is",
         {ADT("A03", "10", "W1", "O"), ADT("A01", "09", "", "I"),
          ADT("A01", "09", "V1", "I")},
         "1"},
        {"turned an outpatient",
         {ADT("A01", "09", "V1", "I"), ADT("A08", "10", "V1", "O")},
         "0"},
        {"also where that is told first",
         {ADT("A08", "10", "V1", "O"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"and an inpatient again",
         {ADT("A01", "09", "V1", "I"), ADT("A08", "10", "V1", "O"),
          ADT("A06", "11", "V1", "I")},
         "1"},
        {"an outpatient beside it",
         {ADT("A01", "09", "V1", "I"), ADT("A08", "10", "W1", "O")},
         "1"},
        {"Encounters",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          ENCOUNTER("b", "10", "in-progress", ""),
          ENCOUNTER("b", "11", "finished", END)},
         "1"},
        {"of one that is deleted nothing is left",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          DELETED("Encounter/a")},
         "0"},
        {"nor of one that is known by an identifier alone",
         {PATIENT, NUMBERED(""), DELETED("Encounter?identifier=urn:v|S1")},
         "0"},
        {"also of a server that says its address",
         {NUMBERED("\"meta\":{\"source\":\"https://a/fhir\"},"),
          DELETED("Encounter?identifier=urn:v|S1")},
         "0"},
        {"which is not the other one",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          DELETED("Encounter/b")},
         "1"},
        {"nor is another server's of its name",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          DELETED("https://b/Encounter/a")},
         "1"},
    };
    tell_stories(stories, COUNT(stories), IN);
}

static void whatever_class_its_end_has(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"one that is finished under observation",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          AS("OBSENC", "10", "finished", END)},
         "0"},
        {"or in the emergency room",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          AS("EMER", "10", "finished", END)},
         "0"},
        {"or at the clinic",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          AS("AMB", "10", "finished", END)},
         "0"},
        {"also where that is told first",
         {PATIENT, AS("AMB", "10", "finished", END),
          ENCOUNTER("a", "09", "in-progress", "")},
         "0"},
        {"or goes on there",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          AS("AMB", "10", "in-progress", "")},
         "0"},
        {"or off",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""),
          AS("AMB", "10", "cancelled", "")},
         "0"},
        {"or entered in error",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""), MISTAKEN("10")},
         "0"},
        {"unless it is older",
         {PATIENT, ENCOUNTER("a", "09", "in-progress", ""), MISTAKEN("08")},
         "1"},
        {"what came as an emergency and is one no more goes on",
         {PATIENT, AS("EMER", "08", "in-progress", ""),
          ENCOUNTER("a", "09", "in-progress", "")},
         "1"},
        {"a visit at the clinic is no stay of somebody whom nobody knows",
         {AS("AMB", "10", "finished", END)},
         ""},
    };
    tell_stories(stories, COUNT(stories), IN);
}

static void what_ended_no_stay_goes_after_a_month(void **state)
{
    (void)state;
    static const struct {
        const char *about, *said[2], *left;
    } rows[] = {
        {"the end of an outpatient's visit",
         {ADT("A03", "10", "V1", "O")},
         "0"},
        {"unless a stay is over by it",
         {ADT("A03", "10", "V1", "O"), ADT("A01", "09", "V1", "I")},
         "2"},
        {"the end of a stay", {HOME("10", "V1")}, "1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ward ward;
        struct error err = {0};
        struct retention gone;
        ward_open(&ward);
        for (size_t m = 0; m < 2 && rows[i].said[m]; m++)
            ward_say(&ward, rows[i].said[m]);
        instant now = ward.fixture.options.now + STAY_ALONE_KEPT_MS;
        assert_true(store_begin(ward.fixture.store, &err));
        assert_true(
            retention_slice(ward.fixture.store, now, 0, 10, &gone, &err));
        assert_true(store_commit(ward.fixture.store, &err));
        ward_expect(&ward, rows[i].about, "SELECT count(*) FROM stay",
                    rows[i].left);
        ward_expect(&ward, rows[i].about, IN, "0");
        ward_close(&ward);
    }
}

static void files_say_it_of_the_person(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"they are in", {"mrn,inpatient\nM1,yes\n"}, "1"},
        {"and out", {"mrn,inpatient\nM1,yes\n", "mrn,inpatient\nM1,no\n"}, "0"},
        {"a message may tell the end of it",
         {"mrn,inpatient\nM1,yes\n",
          MSG("ADT^A03", "20261123070000", ANN PV1("V1", "I", "01"))},
         "0"},
        {"a file that knows of no stay ends none of the hospital's",
         {ADT("A01", "09", "V1", "I"), "mrn,inpatient\nM1,no\n"},
         "1"},
        {"where nobody numbers stays it does",
         {ADT("A01", "09", "", "I"), "mrn,inpatient\nM1,no\n"},
         "0"},
        {"one that does not speak of it says nothing",
         {"mrn,inpatient\nM1,yes\n", "mrn,last_name\nM1,Doe\n"},
         "1"},
    };
    tell_stories(stories, COUNT(stories), IN);
}

static void a_file_is_as_old_as_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *written, *file, *inside;
    } rows[] = {
        {"one that lay since before they went home", "2026-11-20T13:00:00Z",
         "mrn,inpatient\nM1,yes\n", "0"},
        {"one of the day after that says so still, beside something else",
         "2026-11-21T15:00:00Z", "mrn,inpatient,sex\nM1,yes,female\n", "0"},
        {"they are at home", "2026-11-21T16:00:00Z", "mrn,inpatient\nM1,no\n",
         "0"},
        {"and back again", "2026-11-21T17:00:00Z", "mrn,inpatient\nM1,yes\n",
         "1"},
    };
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, HOME("10", "V1"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        instant at;
        assert_true(civil_parse_instant(rows[i].written, &at));
        fixture_file(&ward.fixture, "patients.csv", rows[i].file);
        fixture_changed(&ward.fixture, "patients.csv", at);
        assert_true(fixture_import(&ward.fixture));
        ward_expect(&ward, rows[i].sentence, IN, rows[i].inside);
    }
    ward_close(&ward);
}

#define TWO "PID|1||M2^^^MAIN^MR||Doe^Ann||19800229|F\r"
#define BOTH_ARE_ONE MSG("ADT^A40", "20261120110000", TWO "MRG|M1^^^MAIN^MR\r")
#define THEY_ARE_TWO MSG("ADT^A37", "20261120130000", ANN TWO)
#define TWO_COMES MSG("ADT^A28", "20261120080000", TWO)
#define RECORDS                                                         \
    "SELECT group_concat(mrn || iif(inpatient, ' in', ''), ', ') FROM " \
    "(SELECT * FROM patient WHERE merged_into IS NULL ORDER BY mrn)"

static void a_merge_takes_stays_along(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"who is in is so by whichever record",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE},
         "M2 in"},
        {"also by a file",
         {"mrn,inpatient\nM1,yes\nM2,no\n", "mrn,merged_into\nM1,M2\nM2,\n"},
         "M2 in"},
        {"until it is over, by the number that is gone",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE,
          HOME("12", "V1")},
         "M2"},
        {"or by the one that is left",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE,
          ADT_OF("A03", "120000", TWO, "V1", "I", "01")},
         "M2"},
        {"an end that was told before the merge is one",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), HOME("10", "V1"),
          BOTH_ARE_ONE},
         "M2"},
        {"another stay goes on",
         {ADT_OF("A01", "080000", TWO, "V2", "I", ""),
          ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE, HOME("12", "V1")},
         "M2 in"},
        {"parted, each has its own",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE, THEY_ARE_TWO},
         "M1 in, M2"},
        {"also what came meanwhile by the other's number",
         {TWO_COMES, BOTH_ARE_ONE, ADT("A01", "12", "V1", "I"), THEY_ARE_TWO},
         "M1 in, M2"},
        {"the end of a stay is of whose the stay is",
         {TWO_COMES, ADT("A01", "09", "V1", "I"), BOTH_ARE_ONE,
          ADT_OF("A03", "120000", TWO, "V1", "I", ""), THEY_ARE_TWO},
         "M1, M2"},
    };
    tell_stories(stories, COUNT(stories), RECORDS);
}

#define LEFT                                                         \
    "SELECT coalesce(disposition, '-') || ' ' || status || (SELECT " \
    "count(*) FROM waiting) FROM discharge WHERE gone_at IS NULL"
static void where_they_went_is_the_newest_word(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"a correction that comes before what it corrects",
         {ADT("A01", "09", "V1", "I"),
          ADT_OF("A08", "160000", ANN, "V1", "I", "03"), HOME("15", "V1")},
         "snf discharged0"},
        {"the last of two",
         {ADT_OF("A08", "160000", ANN, "V1", "I", "03"),
          ADT_OF("A08", "170000", ANN, "V1", "I", "62"), HOME("15", "V1")},
         "rehab discharged0"},
        {"an older one corrects nothing",
         {ADT_OF("A08", "160000", ANN, "V1", "I", "03"), HOME("17", "V1")},
         "home discharged0"},
        {"an end that does not say of what, of who came in",
         {ADT("A01", "09", "V1", "I"),
          ADT_OF("A03", "150000", ANN, "V1", "", "01")},
         "home discharged0"},
        {"of who did not, nobody is asked how it is at home again",
         {ADT_OF("A03", "150000", ANN, "V1", "", "01")},
         ""},
        {"nor by another number",
         {ADT("A01", "09", "V2", "I"),
          ADT_OF("A03", "150000", ANN, "V1", "", "01")},
         ""},
        {"nobody went anywhere by it alone",
         {ADT_OF("A08", "160000", ANN, "V1", "I", "03")},
         ""},
        {"an Encounter that goes on by newer news has no end",
         {PATIENT, ENCOUNTER("a", "10", "in-progress", ""),
          ENCOUNTER("a", "09", "finished", END)},
         ""},
        {"until it is finished by the newest",
         {PATIENT, ENCOUNTER("a", "10", "in-progress", ""),
          ENCOUNTER("a", "09", "finished", END),
          ENCOUNTER("a", "11", "finished", END)},
         "- discharged0"},
    };
    tell_stories(stories, COUNT(stories), LEFT);
}

#define PLANNED(event, hour)                  \
    MSG("ADT^" event, "20261120" hour "0000", \
        ANN PV1("V1", "P", "") "PV2||||||||20261203100000\r")
static void who_came_in_is_not_expected(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"in order",
         {PLANNED("A05", "08"), ADT("A01", "09", "V1", "I")},
         "arrived"},
        {"the plan comes late",
         {ADT("A01", "09", "V1", "I"), PLANNED("A05", "08"), HOME("15", "V1")},
         "arrived"},
        {"also when they are out already",
         {ADT("A01", "09", "V1", "I"), HOME("15", "V1"), PLANNED("A05", "08")},
         "arrived"},
        {"a plan that is newer is one",
         {ADT("A01", "09", "V1", "I"), PLANNED("A05", "10")},
         "booked"},
        {"and so is one beside another stay",
         {ADT("A01", "09", "V2", "I"), PLANNED("A05", "08")},
         "booked"},
        {"also before their patient comes",
         {ADT("A01", "09", "V1", "I"), PLANNED("A08", "08")},
         "arrived"},
    };
    tell_stories(stories, COUNT(stories), "SELECT status FROM appointment");
}

static void the_diary_is_not_the_hospital_s(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"who keeps the diary vouches for it",
         {MSG("SIU^S12", "20261120090000", SCH("20261201090000") ANN)},
         "1"},
        {"a planned admission does not", {PLANNED("A05", "08")}, "0"},
        {"nor one that came",
         {PLANNED("A05", "08"), ADT("A01", "09", "V1", "I")},
         "0"},
        {"or is off", {PLANNED("A05", "08"), PLANNED("A38", "09")}, "0"},
        {"or deleted",
         {ADT("A01", "09", "V1", "I"), ADT("A23", "10", "V1", "I")},
         "0"},
    };
    tell_stories(stories, COUNT(stories),
                 "SELECT count(*) FROM feed WHERE name = 'appointments'");
}

static void what_is_known_of_a_stay_waits_for_nobody(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"an Encounter in progress",
         {PATIENT, ENCOUNTER("a", "10", "in-progress", "")},
         "0"},
        {"one that is cancelled may end what is on its way",
         {PATIENT, ENCOUNTER("a", "10", "cancelled", "")},
         "1"},
    };
    tell_stories(stories, COUNT(stories), "SELECT count(*) FROM waiting");
}

enum { WORDS = 6, ORDERS = 720, STEP = 5 };
struct word {
    const char *event, *class, *said; /* of a message; of an Encounter: status,
                                         class, and what is missing else */
    int inside;                       /* 1 in, 0 out, -1 it does not say */
    int went;                         /* home, in the same way */
};

static void say_word(struct ward *ward, const struct word *word, size_t who,
                     size_t hour)
{
    char text[700];
    if (word->event[0] == 'A')
        snprintf(text, sizeof(text),
                 "MSH|^~\\&|EPIC|MAIN|OUT|X|2026112010%zu000||ADT^%s|1|P|2.5\r"
                 "PID|1||M%zu^^^MAIN^MR||Doe^Ann\rPV1||%s|||||||||||||||||V%zu|"
                 "||||||||||||||||%s\r",
                 hour, word->event, who, word->class, who, word->said);
    else
        snprintf(
            text, sizeof(text),
            "{\"resourceType\":\"Encounter\",\"id\":\"V%zu\",\"meta\":{"
            "\"lastUpdated\":\"2026-11-20T1%zu:00:00Z\"},\"status\":\"%s\","
            "\"class\":{\"code\":\"%s\"},\"subject\":{\"reference\":"
            "\"Patient/M%zu\"},\"period\":{\"start\":\"2026-11-18T10:00:00Z"
            "\"%s}}",
            who, hour, word->event, word->class, who, word->said);
    ward_say(ward, text);
}

/* Whatever order they come in, the newest word counts. */
static void tell_in_all_orders(const struct word words[WORDS])
{
    struct ward ward;
    char sql[300], want[40], name[160], who[80];
    size_t happened[WORDS], comes[WORDS];
    ward_open(&ward);
    for (size_t n = 0; n < ORDERS; n += STEP) {
        int inside = 0, went = 0;
        ward_order(n, WORDS, happened);
        ward_order(n * 131 % ORDERS, WORDS, comes);
        for (size_t hour = 0; hour < WORDS; hour++) {
            const struct word *word = &words[happened[hour]];
            inside = word->inside < 0 ? inside : word->inside;
            went = word->went < 0 ? went : word->went;
        }
        snprintf(who, sizeof(who),
                 "{\"resourceType\":\"Patient\",\"id\":\"M%zu\"}", n);
        if (words[0].event[0] != 'A')
            ward_say(&ward, who);
        snprintf(name, sizeof(name), "order %zu:", n);
        for (size_t i = 0; i < WORDS; i++) {
            size_t hour = 0, len = strlen(name);
            while (happened[hour] != comes[i])
                hour++;
            snprintf(name + len, sizeof(name) - len, " %s %s of %zu",
                     words[comes[i]].event, words[comes[i]].class, hour);
            say_word(&ward, &words[comes[i]], n, hour);
        }
        snprintf(sql, sizeof(sql),
                 "SELECT inpatient || (SELECT count(*) FROM discharge d WHERE "
                 "d.patient_id = p.id AND status = 'discharged' AND d.gone_at "
                 "IS NULL) FROM patient p WHERE mrn = 'M%zu'",
                 n);
        snprintf(want, sizeof(want), "%d%d", inside, went);
        ward_expect(&ward, name, sql, want);
    }
    ward_close(&ward);
}

static void the_order_of_coming_decides_nothing(void **state)
{
    (void)state;
    static const struct word stories[][WORDS] = {
        {{"A01", "I", "", 1, -1},
         {"A02", "I", "", 1, -1},
         {"A03", "I", "01", 0, 1},
         {"A11", "I", "", 0, -1},
         {"A13", "I", "", 1, 0},
         {"A08", "I", "", -1, -1}},
        /* one that turned into a visit of an outpatient */
        {{"A01", "I", "", 1, -1},
         {"A02", "O", "", 0, -1},
         {"A03", "O", "01", 0, -1},
         {"A11", "E", "", 0, -1},
         {"A06", "I", "", 1, -1},
         {"A08", "O", "", 0, -1}},
        {{"in-progress", "IMP", "", 1, 0},
         {"finished", "IMP", END, 0, 1},
         {"cancelled", "IMP", "", 0, 0},
         {"in-progress", "EMER", "", 0, 0},
         {"finished", "AMB", END, 0, -1},
         {"entered-in-error", "", "", 0, 0}},
        {{"in-progress", "IMP", "", 1, 0},
         {"onleave", "IMP", "", 1, 0},
         {"finished", "OBSENC", END, 0, 1},
         {"cancelled", "AMB", "", 0, 0},
         {"in-progress", "AMB", "", 0, -1},
         {"finished", "IMP", END, 0, 1}},
    };
    for (size_t i = 0; i < COUNT(stories); i++)
        tell_in_all_orders(stories[i]);
}

#define BOB                                                          \
    "PID|1||M2^^^MAIN^MR||Zed^Bo||19600101|M|||2 Elm St^^Denver^CO^" \
    "80202^USA^H\r"
#define OF_BOB(event, hour, disposition) \
    ADT_OF(event, hour "0000", BOB, "V1", "I", disposition)
#define ABOUT(hour, status, who)                                               \
    "{\"resourceType\":\"Encounter\",\"id\":\"sw\",\"meta\":{\"lastUpdated\":" \
    "\"2026-11-20T" hour ":00:00Z\"},\"status\":\"" status                     \
    "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":"              \
    "\"Patient/" who "\"},\"period\":{\"start\":\"2026-11-18T10:00:00Z\"" END  \
    "}}"
#define BOTH                                                                 \
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{"     \
    "\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"},\"request\":{" \
    "\"method\":\"PUT\",\"url\":\"Patient/1\"}},{\"resource\":{"             \
    "\"resourceType\":\"Patient\",\"id\":\"2\"},\"request\":{\"method\":"    \
    "\"PUT\",\"url\":\"Patient/2\"}}]}"

static void a_stay_is_one_patients(void **state)
{
    (void)state;
    static const struct {
        const char *about, *messages[5], *want;
        bool told;
    } rows[] = {
        {"it was told of the wrong one, and is told anew of the right one",
         {ADT("A01", "08", "V1", "I"), OF_BOB("A01", "09", "")},
         "M1 0|M2 1",
         true},
        {"the older word comes behind the newer one",
         {OF_BOB("A01", "09", ""), ADT("A01", "08", "V1", "I")},
         "M2 1|M1 0",
         false},
        {"a correction of who it is (A08) takes it along",
         {ADT("A01", "08", "V1", "I"), OF_BOB("A08", "09", "")},
         "M1 0|M2 1",
         true},
        {"an older one does not",
         {ADT("A01", "09", "V1", "I"), OF_BOB("A08", "08", "")},
         "M1 1|M2 0",
         false},
        {"nor does one of a stay that is over bring anybody in",
         {HOME("07", "V1"), OF_BOB("A08", "08", ""), OF_BOB("A08", "09", "")},
         "M1 0|M2 0",
         false},
        {"the right one goes home by it",
         {ADT("A01", "08", "V1", "I"), OF_BOB("A03", "09", "01")},
         "M1 0|M2 0",
         true},
        {"that the wrong one never came (A11) is no word of the right one",
         {ADT("A01", "08", "V1", "I"), OF_BOB("A01", "09", ""),
          ADT("A11", "10", "V1", "I")},
         "M1 0|M2 1",
         true},
        {"and back again",
         {ADT("A01", "08", "V1", "I"), OF_BOB("A01", "09", ""),
          ADT("A02", "10", "V1", "I")},
         "M1 1|M2 0",
         true},
        {"another stay of the wrong one goes on",
         {ADT("A01", "07", "V2", "I"), ADT("A01", "08", "V1", "I"),
          OF_BOB("A01", "09", "")},
         "M1 1|M2 1",
         true},
        {"so it is in FHIR",
         {BOTH, ABOUT("08", "in-progress", "1"),
          ABOUT("09", "in-progress", "2")},
         "1 0|2 1",
         true},
        {"who is said to have gone home by it was the one who was there",
         {BOTH, ABOUT("08", "in-progress", "1"), ABOUT("09", "finished", "2")},
         "1 0|2 0",
         true},
        {"that it was never meant of the one says nothing of the other",
         {BOTH, ABOUT("08", "in-progress", "2"),
          ABOUT("09", "entered-in-error", "1")},
         "1 0|2 1",
         false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 5 && rows[i].messages[m]; m++)
            say(&ward, rows[i].messages[m]);
        ward_expect(&ward, rows[i].about,
                    "SELECT mrn || ' ' || inpatient FROM patient ORDER BY id",
                    rows[i].want);
        if (rows[i].told != (ward.told.len > 0))
            fail_msg("%s: told '%s'", rows[i].about,
                     ward.told.len ? ward.told.data : "");
        ward_close(&ward);
    }
}

/* One tells it to the second, another one to the minute, or corrects the hour:
 * whoever came home was told already. */
static void a_discharge_is_one_of_its_day(void **state)
{
    (void)state;
#define FILE_DISCHARGE(at)                                      \
    "id,patient,discharged,class,disposition,status\nV1,M1," at \
    ",inpatient,home,discharged\n"
    static const struct {
        const char *about, *file, *have;
    } rows[] = {
        {"to the minute", FILE_DISCHARGE("2026-11-20 10:07"),
         "V1 0 2026-11-20T10:07"},
        {"a corrected hour", FILE_DISCHARGE("2026-11-20 15:30"),
         "V1 0 2026-11-20T15:30"},
        {"to the day", FILE_DISCHARGE("2026-11-20 00:00"),
         "V1 0 2026-11-20T00:00"},
        {"another day", FILE_DISCHARGE("2026-11-21 10:07"),
         "V1 1 2026-11-21T10:07"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_hl7(&ward,
                 MSG("ADT^A01", "20261120080000", ANN PV1("V1", "I", "")));
        ward_hl7(&ward,
                 MSG("ADT^A03", "20261120100732", ANN PV1("V1", "I", "01")));
        fixture_file(&ward.fixture, "discharges.csv", rows[i].file);
        assert_true(fixture_import(&ward.fixture));
        ward_expect(&ward, rows[i].about,
                    "SELECT group_concat(external_id || ' ' || occurrence || "
                    "' ' || substr(discharged_local, 1, 16)) FROM discharge",
                    rows[i].have);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_discharge_is_one_of_its_day),
        cmocka_unit_test(somebody_is_in_by_any_stay),
        cmocka_unit_test(whatever_class_its_end_has),
        cmocka_unit_test(what_ended_no_stay_goes_after_a_month),
        cmocka_unit_test(files_say_it_of_the_person),
        cmocka_unit_test(a_file_is_as_old_as_it_is),
        cmocka_unit_test(a_merge_takes_stays_along),
        cmocka_unit_test(where_they_went_is_the_newest_word),
        cmocka_unit_test(who_came_in_is_not_expected),
        cmocka_unit_test(the_diary_is_not_the_hospital_s),
        cmocka_unit_test(what_is_known_of_a_stay_waits_for_nobody),
        cmocka_unit_test(the_order_of_coming_decides_nothing),
        cmocka_unit_test(a_stay_is_one_patients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
