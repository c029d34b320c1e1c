/* SPDX-License-Identifier: Apache-2.0 */
/* Who takes a death back: who told it, by a word that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#include "tests/feeds/ward.h"

#define PID(day, word) \
    "PID|||M1^^^MAIN^MR||Doe^Ann||||||||||||||||||||||||" day "|" word "\r"
#define ADT(at, day, word) MSG("ADT^A08", at, PID(day, word))
#define OTHER(at, word) \
    MSG("ADT^A08", at,  \
        "PID|||M2^^^MAIN^MR||Doe^Ann|||||||||||||||||||||||||" word "\r")
#define MERGED                          \
    MSG("ADT^A40", "20261110",          \
        "PID|||M1^^^MAIN^MR||Doe^Ann\r" \
        "MRG|M2^^^MAIN^MR\r")
#define PATIENT(at, life)                                                      \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"lastUpdated\":"    \
    "\"" at "\"},\"identifier\":[{\"system\":\"MAIN\",\"value\":\"M1\"}]" life \
    "}"
#define FALSE_BY_DEFAULT ",\"deceasedBoolean\":false"
#define LIFE                                                              \
    "SELECT iif(deceased_at IS NULL, 'alive', 'dead') || (SELECT ' ' || " \
    "count(*) FROM task WHERE kind = 'contradiction') FROM patient"

#define CUT_SHORT                                                           \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"lastUpdated\":" \
    "\"2026-11-02T10:00:00Z\",\"tag\":[{\"code\":\"SUBSETTED\"}]},"         \
    "\"identifier"                                                          \
    "\":[{\"system\":\"MAIN\",\"value\":\"M1\"}]}"
/* What a person did. */
#define CLOSED "UPDATE task SET state = 'done'"

/* A message, a resource, a change, or a file of patients: by how it begins. */
static void say(struct ward *ward, const char *text)
{
    if (text_equal(text, CLOSED)) {
        fixture_sql(&ward->fixture, text);
    } else if (*text == '{') {
        ward_fhir(ward, text);
    } else if (strncmp(text, "MSH", strlen("MSH")) == 0) {
        ward_hl7(ward, text);
    } else {
        ward->fixture.options.now += 1000;
        fixture_file(&ward->fixture, "patients.csv", text);
        assert_true(fixture_import(&ward->fixture));
    }
}

/* Two records of one person: the dead one is merged into the other. */
static void who_died_is_dead_by_whichever_record(void **state)
{
    (void)state;
    static const char both[] =
        "SELECT group_concat(mrn || iif(deceased_at IS NULL, ' alive', "
        "' dead'), ', ') || (SELECT ' ' || count(*) FROM task WHERE kind = "
        "'contradiction') FROM (SELECT * FROM patient ORDER BY mrn)";
    static const struct {
        const char *sentence, *said[5], *life;
    } rows[] = {
        {"the death comes along",
         {OTHER("20261101", "Y"), ADT("20261101", "", ""), MERGED},
         "M1 dead, M2 dead 0"},
        {"though its own record said before that they live",
         {OTHER("20261101", "Y"), ADT("20261102", "", "N"), MERGED},
         "M1 dead, M2 dead 0"},
        {"a record of the living changes nothing",
         {OTHER("20261101", "N"), ADT("20261101", "", ""), MERGED},
         "M1 alive, M2 alive 0"},
        {"who told it takes it back by the number that is left",
         {OTHER("20261101", "Y"), ADT("20261101", "", ""), MERGED,
          ADT("20261112", "", "N")},
         "M1 alive, M2 dead 0"},
        {"another one does not, and a person is asked",
         {OTHER("20261101", "Y"), ADT("20261101", "", ""), MERGED,
          PATIENT("2026-11-12T10:00:00Z", FALSE_BY_DEFAULT)},
         "M1 dead, M2 dead 1"},
        {"parted, each has its own",
         {OTHER("20261101", "Y"), ADT("20261101", "", ""), MERGED,
          MSG("ADT^A37", "20261112",
              "PID|||M2^^^MAIN^MR\rPID|||M1^^^MAIN^MR\r")},
         "M1 alive, M2 dead 0"},
        {"also after it was taken back",
         {OTHER("20261101", "Y"), ADT("20261101", "", ""), MERGED,
          ADT("20261112", "", "N"),
          MSG("ADT^A37", "20261113",
              "PID|||M2^^^MAIN^MR\rPID|||M1^^^MAIN^MR\r")},
         "M1 alive, M2 dead 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (int n = 0; n < 5 && rows[i].said[n]; n++)
            say(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].sentence, both, rows[i].life);
        ward_close(&ward);
    }
}

static void a_death_is_taken_back_by_who_told_it(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[4], *life;
    } rows[] = {
        {"its own newer word",
         {ADT("20261101", "20261031", "Y"), ADT("20261102", "", "N")},
         "alive 0"},
        {"its own older word, which comes late",
         {ADT("20261102", "20261031", "Y"), ADT("20261101", "", "N")},
         "dead 0"},
        {"no word is none",
         {ADT("20261101", "20261031", "Y"), ADT("20261102", "", "")},
         "dead 0"},
        {"a word that is deleted is taken back",
         {ADT("20261101", "20261031", "Y"), ADT("20261103", "\"\"", "\"\"")},
         "alive 0"},
        {"unless the death is the newer word",
         {ADT("20261103", "20261031", "Y"), ADT("20261101", "\"\"", "\"\"")},
         "dead 0"},
        {"of the day alone: a person is asked",
         {ADT("20261101", "20261031", "Y"), ADT("20261103", "\"\"", "")},
         "dead 1"},
        {"and nothing is deleted that another one told",
         {PATIENT("2026-11-01T10:00:00Z", ",\"deceasedBoolean\":true"),
          ADT("20261103", "\"\"", "\"\"")},
         "dead 0"},
        {"a resource that says it no more: a person is asked, once, also when "
         "that was answered",
         {PATIENT("2026-11-01T10:00:00Z", ",\"deceasedBoolean\":true"),
          PATIENT("2026-11-02T10:00:00Z", ""), CLOSED,
          PATIENT("2026-11-03T10:00:00Z", "")},
         "dead 1"},
        {"one that is cut short says nothing",
         {PATIENT("2026-11-01T10:00:00Z", ",\"deceasedBoolean\":true"),
          CUT_SHORT},
         "dead 0"},
        {"nor does an older one",
         {PATIENT("2026-11-02T10:00:00Z", ",\"deceasedBoolean\":true"),
          PATIENT("2026-11-01T10:00:00Z", "")},
         "dead 0"},
        {"another system's default asks a person, once",
         {ADT("20261101", "", "Y"),
          PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT),
          PATIENT("2026-11-03T10:00:00Z", FALSE_BY_DEFAULT)},
         "dead 1"},
        {"and is no contradiction where it is older than the death",
         {ADT("20261105", "", "Y"),
          PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)},
         "dead 0"},
        {"a death is heard though another system's default is newer",
         {PATIENT("2026-11-05T10:00:00Z", FALSE_BY_DEFAULT),
          ADT("20261102", "", "Y")},
         "dead 0"},
        {"who took it back is believed when the death comes late",
         {ADT("20261105", "", "N"), ADT("20261102", "", "Y")},
         "alive 0"},
        {"an empty cell of a file is nothing",
         {ADT("20261101", "", "Y"), "mrn,deceased\nM1,\n"},
         "dead 0"},
        {"'no' of a file is another source's word",
         {ADT("20261101", "", "Y"), "mrn,deceased\nM1,no\n",
          "mrn,deceased\nM1,no\n"},
         "dead 1"},
        {"a file takes back what it said, and not by an empty cell",
         {"mrn,deceased\nM1,yes\n", "mrn,deceased\nM1,\n"},
         "dead 0"},
        {"but by its word",
         {"mrn,deceased\nM1,2026-10-01\n", "mrn,deceased\nM1,no\n"},
         "alive 0"},
        {"two told it: one of them alone does not take it back",
         {ADT("20261101", "", "Y"),
          PATIENT("2026-11-01T10:00:00Z", ",\"deceasedBoolean\":true"),
          PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)},
         "dead 1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_mrn_authority(&ward, "MAIN");
        for (size_t n = 0; n < 4 && rows[i].said[n]; n++)
            say(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].sentence, LIFE, rows[i].life);
        ward_close(&ward);
    }
}

/* Each task of a contradiction, in order, by its state. */
static void who_agree_are_asked_about_no_more(void **state)
{
    (void)state;
    static const char asked[] =
        "SELECT iif(deceased_at IS NULL, 'alive', 'dead') || coalesce((SELECT "
        "' ' || group_concat(state, ' ') FROM (SELECT state FROM task WHERE "
        "kind = 'contradiction' ORDER BY id)), '') FROM patient";
#define DENIED \
    ADT("20261101", "", "Y"), PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)
    static const struct {
        const char *sentence, *said[5], *life;
    } rows[] = {
        {"they do not", {DENIED}, "dead open"},
        {"the last one that told of the death takes it back",
         {DENIED, ADT("20261103", "", "N")},
         "alive void"},
        {"who denied it says so too",
         {DENIED, PATIENT("2026-11-03T10:00:00Z", ",\"deceasedBoolean\":true")},
         "dead void"},
        {"a file that denied it, too",
         {ADT("20261101", "", "Y"), "mrn,deceased\nM1,no\n",
          "mrn,deceased\nM1,yes\n"},
         "dead void"},
        {"one of two that deny it goes on",
         {DENIED, "mrn,deceased\nM1,no\n",
          PATIENT("2026-11-03T10:00:00Z", ",\"deceasedBoolean\":true")},
         "dead open"},
        {"the death that is told again is no agreement",
         {DENIED, ADT("20261103", "", "Y"),
          PATIENT("2026-11-04T10:00:00Z", FALSE_BY_DEFAULT)},
         "dead open"},
        {"a silence that ends by a denial",
         {PATIENT("2026-11-01T10:00:00Z", ",\"deceasedBoolean\":true"),
          PATIENT("2026-11-02T10:00:00Z", ""),
          PATIENT("2026-11-03T10:00:00Z", FALSE_BY_DEFAULT)},
         "alive void"},
        {"what a person closed stays closed",
         {DENIED, CLOSED, ADT("20261103", "", "N")},
         "alive done"},
        {"a later contradiction is asked about again",
         {DENIED, ADT("20261103", "", "N"), ADT("20261104", "", "Y"),
          PATIENT("2026-11-05T10:00:00Z", FALSE_BY_DEFAULT)},
         "dead void open"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_mrn_authority(&ward, "MAIN");
        for (size_t n = 0; n < 5 && rows[i].said[n]; n++)
            say(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].sentence, asked, rows[i].life);
        ward_close(&ward);
    }
}

#define AT_A "https://a/fhir/Patient/7"
#define AT_B "https://b/fhir/Patient/9"
#define OF(server, at, life)                                           \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"source\":" \
    "\"" server "\",\"lastUpdated\":\"" at                             \
    "\"},\"identifier\":[{\"system\":\"MAIN\","                        \
    "\"value\":\"M1\"}]" life "}"
#define TRUE ",\"deceasedBoolean\":true"

/* Each server, and each facility, is a source of its own. */
static void a_server_takes_back_what_it_told_itself(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        struct {
            const char *url, *text;
        } said[3];
        const char *life;
    } rows[] = {
        {"another server's default asks a person",
         {{AT_A, PATIENT("2026-11-01T10:00:00Z", TRUE)},
          {AT_B, PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)}},
         "dead 1"},
        {"the server's own word takes it back",
         {{AT_A, PATIENT("2026-11-01T10:00:00Z", TRUE)},
          {AT_B, PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)},
          {AT_A, PATIENT("2026-11-03T10:00:00Z", FALSE_BY_DEFAULT)}},
         "alive 1"},
        {"servers that meta.source names",
         {{NULL, OF("urn:a#1", "2026-11-01T10:00:00Z", TRUE)},
          {NULL, OF("urn:b#2", "2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)}},
         "dead 1"},
        {"one that meta.source names in each of its requests",
         {{NULL, OF("urn:a#1", "2026-11-01T10:00:00Z", TRUE)},
          {NULL, OF("urn:a#2", "2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)}},
         "alive 0"},
        {"who told it with an address is not known without one",
         {{AT_A, PATIENT("2026-11-01T10:00:00Z", TRUE)},
          {NULL, PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)}},
         "dead 1"},
        {"nor the other way round",
         {{NULL, PATIENT("2026-11-01T10:00:00Z", TRUE)},
          {AT_A, PATIENT("2026-11-02T10:00:00Z", FALSE_BY_DEFAULT)}},
         "dead 1"},
        {"another facility's N asks a person",
         {{NULL, FROM("EAST", "ADT^A08", "20261101", PID("", "Y"))},
          {NULL, FROM("WEST", "ADT^A08", "20261102", PID("", "N"))}},
         "dead 1"},
        {"the facility's own takes it back",
         {{NULL, FROM("EAST", "ADT^A08", "20261101", PID("", "Y"))},
          {NULL, FROM("EAST", "ADT^A08", "20261102", PID("", "N"))}},
         "alive 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        ward_mrn_authority(&ward, "MAIN");
        for (size_t n = 0; n < 3 && rows[i].said[n].text; n++)
            if (rows[i].said[n].url)
                ward_entry(&ward, rows[i].said[n].url, rows[i].said[n].text);
            else
                say(&ward, rows[i].said[n].text);
        ward_expect(&ward, rows[i].sentence, LIFE, rows[i].life);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_death_is_taken_back_by_who_told_it),
        cmocka_unit_test(who_agree_are_asked_about_no_more),
        cmocka_unit_test(a_server_takes_back_what_it_told_itself),
        cmocka_unit_test(who_died_is_dead_by_whichever_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
