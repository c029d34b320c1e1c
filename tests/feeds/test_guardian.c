/* SPDX-License-Identifier: Apache-2.0 */
/* Who is written to for a child, and at which numbers: whatever the order in
 * which what was said of it arrives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/ward.h"

#define KIM(at, more) \
    MSG("ADT^A08", at, "PID|1||K1^^^MAIN^MR||Doe^Kim||20200105|F" more)
#define EVE "NK1|1|Doe^Eve|MTH||3035550111"
#define CHILD(at, more)                                                     \
    "{\"resourceType\":\"Patient\",\"id\":\"K1\",\"meta\":{"                \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"birthDate\":\"2020-01" \
    "-05\"" more "}"
#define TEL(number) \
    "\"telecom\":[{\"system\":\"phone\",\"value\":\"" number "\"}]"
#define CONTACT(name, number, more)                                        \
    ",\"contact\":[{\"relationship\":[{\"coding\":[{\"code\":\"MTH\"}]}]," \
    "\"name\":{\"given\":[\"" name "\"]}," TEL(number) more "}]"
#define OVER ",\"period\":{\"end\":\"2026-11-02\"}"
#define RELATED(at, more)                                            \
    "{\"resourceType\":\"RelatedPerson\",\"id\":\"R7\",\"meta\":{"   \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"patient\":{"    \
    "\"reference\":\"Patient/K1\"},\"relationship\":[{\"coding\":[{" \
    "\"code\":\"MTH\"}]}]," TEL("303-555-0117") more "}"

/* Each as it stands, who is reached for them, and where. */
#define REACHED                                                              \
    "SELECT group_concat(k, ', ') FROM (SELECT p.mrn || iif(p.active, '', "  \
    "' no more') || ifnull(' by ' || g.mrn, '') || coalesce((SELECT ' at ' " \
    "|| group_concat(substr(value, -4), '+') FROM (SELECT * FROM "           \
    "contact_point WHERE patient_id = p.id AND gone_at IS NULL ORDER BY "    \
    "value)), '') AS k FROM patient p LEFT JOIN patient g ON g.id = "        \
    "p.guardian_id ORDER BY p.mrn)"

enum { SAYS_MAX = 4 };
struct story {
    const char *sentence;
    const char *said[SAYS_MAX]; /* as it happened */
    const char *reached;
};

static void tell(const struct story *story, const size_t *order, size_t count)
{
    struct ward ward;
    char about[300];
    size_t at =
        (size_t)snprintf(about, sizeof(about), "%s, as", story->sentence);
    ward_open(&ward);
    for (size_t i = 0; i < count; i++) {
        at +=
            (size_t)snprintf(about + at, sizeof(about) - at, " %zu", order[i]);
        ward_say(&ward, story->said[order[i]]);
    }
    ward_expect(&ward, about, REACHED, story->reached);
    ward_close(&ward);
}

/* All orders of them. */
static void permute(const struct story *story, size_t *order, size_t done,
                    size_t count)
{
    if (done == count)
        tell(story, order, count);
    for (size_t i = done; i < count; i++) {
        size_t kept = order[done];
        order[done] = order[i];
        order[i] = kept;
        permute(story, order, done + 1, count);
        order[i] = order[done];
        order[done] = kept;
    }
}

static void in_any_order(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t order[SAYS_MAX], said = 0;
        for (; said < SAYS_MAX && stories[i].said[said]; said++)
            order[said] = said;
        permute(&stories[i], order, 0, said);
    }
}

static void who_is_it_no_more_stays_so(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"a next of kin whose time is over",
         {KIM("20261101", "\r" EVE "\r"),
          KIM("20261103", "\r" EVE "||||20261102\r")},
         "K1 by K1-NK1, K1-NK1 no more at 0111"},
        {"whose name is taken away, and who was changed before",
         {KIM("20261101", "\r" EVE "\r"),
          KIM("20261102", "\rNK1|1|Doe^Bob|FTH||3035550112\r"),
          KIM("20261103", "\rNK1|1|\"\"\r")},
         "K1 by K1-NK1, K1-NK1 no more at 0112"},
        {"who comes back",
         {KIM("20261101", "\r" EVE "\r"), KIM("20261103", "\rNK1|1|\"\"\r"),
          KIM("20261104", "\r" EVE "\r")},
         "K1 by K1-NK1, K1-NK1 at 0111"},
        {"who never was one",
         {KIM("20261101", "\r"), KIM("20261103", "\rNK1|1|\"\"\r")},
         "K1"},
        {"a contact who is not there any more",
         {CHILD("01", CONTACT("Eve", "303-555-0111", "")), CHILD("03", "")},
         "K1 by K1-contact, K1-contact"},
        {"whose time is over",
         {CHILD("01", CONTACT("Eve", "303-555-0111", "")),
          CHILD("03", CONTACT("Eve", "303-555-0111", OVER))},
         "K1 by K1-contact, K1-contact"},
        {"who was over from the first",
         {CHILD("01", ""), CHILD("03", CONTACT("Eve", "303-555-0111", OVER))},
         "K1"},
        {"who comes back as another one",
         {CHILD("01", CONTACT("Eve", "303-555-0111", "")), CHILD("03", ""),
          CHILD("04", CONTACT("Bob", "303-555-0112", ""))},
         "K1 by K1-contact, K1-contact at 0112"},
        {"which is nothing to one who is named elsewhere",
         {CHILD("01", CONTACT("Eve", "303-555-0111", "")), RELATED("02", ""),
          CHILD("03", "")},
         "K1 by R7, K1-contact, R7 at 0117"},
    };
    in_any_order(stories, sizeof(stories) / sizeof(stories[0]));
}

#define HL7_SAYS(at, numbers) \
    MSG("ADT^A08", "202611" at, "PID|1||P1^^^MAIN^MR||Doe||||||||" numbers "\r")
#define FHIR_SAYS(at, more)                                           \
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{"           \
    "\"lastUpdated\":\"2026-11-" at "T09:00:00Z\"},\"identifier\":[{" \
    "\"system\":\"MAIN\",\"value\":\"P1\",\"type\":{\"coding\":[{"    \
    "\"code\":\"MR\"}]}}]" more "}"

/* Of one source the newest word counts, of two each one's. */
static void numbers_of_two_senders(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"one sender changes them",
         {HL7_SAYS("01", "3035550100"), HL7_SAYS("02", "3035550101"),
          HL7_SAYS("03", "3035550102~3035550101")},
         "P1 at 0101+0102"},
        {"each names their own",
         {HL7_SAYS("01", "3035550100"),
          FHIR_SAYS("02", "," TEL("303-555-0101"))},
         "P1 at 0100+0101"},
        {"each changes theirs",
         {HL7_SAYS("01", "3035550100"),
          FHIR_SAYS("02", "," TEL("303-555-0100")),
          HL7_SAYS("03", "3035550101"),
          FHIR_SAYS("04", "," TEL("303-555-0102"))},
         "P1 at 0101+0102"},
        {"both name it, and one ends it",
         {HL7_SAYS("01", "3035550100"),
          FHIR_SAYS("02", "," TEL("303-555-0100")), FHIR_SAYS("03", "")},
         "P1 at 0100"},
        {"and the other one, too",
         {HL7_SAYS("01", "3035550100"),
          FHIR_SAYS("02", "," TEL("303-555-0100")), FHIR_SAYS("03", ""),
          HL7_SAYS("04", "\"\"")},
         "P1"},
        {"one sender has none any more, and then another one",
         {FHIR_SAYS("01", "," TEL("303-555-0100")), FHIR_SAYS("02", ""),
          FHIR_SAYS("03", "," TEL("303-555-0101"))},
         "P1 at 0101"},
    };
    in_any_order(stories, sizeof(stories) / sizeof(stories[0]));
}

/* Nobody is reached for a child whose guardian died: somebody is asked, once.
 */
static void a_guardian_who_died(void **state)
{
    (void)state;
#define HEAD "mrn,birth_date,guardian,deceased\n"
#define FAMILY HEAD "G1,1985-01-01,,\nK1,2020-01-05,G1,\nK2,1990-01-05,G1,\n"
#define ASKED                                                          \
    "SELECT coalesce(group_concat(p.mrn, ' '), '-') FROM task t JOIN " \
    "patient p ON p.id = t.patient_id WHERE t.kind = 'guardian'"
#define DEAD(at) \
    MSG("ADT^A08", at, "PID|1||G1^^^MAIN^MR|||||||||||||||||||||||||||Y\r")
    static const struct {
        const char *about, *said[3], *asked; /* a message, else a file */
    } rows[] = {
        {"by a table", {FAMILY, HEAD "G1,1985-01-01,,yes\n"}, "K1"},
        {"by a table that has them all",
         {FAMILY, HEAD "G1,1985-01-01,,yes\nK1,2020-01-05,G1,\n"},
         "K1"},
        {"all at once", {HEAD "K1,2020-01-05,G1,\nG1,1985-01-01,,yes\n"}, "K1"},
        {"by a message", {FAMILY, DEAD("20261112")}, "K1"},
        {"by two", {FAMILY, DEAD("20261112"), DEAD("20261113")}, "K1"},
        {"and the next one, too: asked again",
         {HEAD "G1,1985-01-01,,yes\nG2,1985-01-01,,\nK1,2020-01-05,G1,\n",
          HEAD "G2,1985-01-01,,yes\nK1,2020-01-05,G2,\n"},
         "K1 K1"},
        {"nobody died", {FAMILY, HEAD "G1,1985-01-01,,no\n"}, "-"},
        {"a child who is another's by now",
         {FAMILY, HEAD "G1,1985-01-01,,\nK1,2020-01-05,,\n", DEAD("20261112")},
         "-"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 3 && rows[i].said[m]; m++) {
            if (strncmp(rows[i].said[m], "MSH", 3) == 0) {
                ward_hl7(&ward, rows[i].said[m]);
                continue;
            }
            fixture_file(&ward.fixture, "patients.csv", rows[i].said[m]);
            assert_true(fixture_import(&ward.fixture));
        }
        ward_expect(&ward, rows[i].about, ASKED, rows[i].asked);
        ward_close(&ward);
    }
}

#define BABY(at, number, more) \
    MSG("ADT^A28", at, "PID|1||" number "^^^MAIN^MR||Doe^Girl||20261101|F" more)
#define SAME(at)                          \
    MSG("ADT^A40", at,                    \
        "PID|1||K2^^^MAIN^MR||Doe^Girl\r" \
        "MRG|K1^^^MAIN^MR\r")

static void a_childs_guardian_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[SAYS_MAX], *tasks;
    } rows[] = {
        {"the record of a newborn, with its mother, goes into one without",
         {BABY("20261102", "K1", "\r" EVE), BABY("20261102", "K2", ""),
          SAME("20261103")},
         "K2 whose child?"},
        {"one that names somebody itself is left alone",
         {BABY("20261102", "K1", "\r" EVE), BABY("20261102", "K2", "\r" EVE),
          SAME("20261103")},
         ""},
        {"and so is one whose gone record named nobody",
         {BABY("20261102", "K1", ""), BABY("20261102", "K2", ""),
          SAME("20261103")},
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t n = 0; n < SAYS_MAX && rows[i].said[n]; n++)
            ward_say(&ward, rows[i].said[n]);
        ward_expect(&ward, rows[i].sentence,
                    "SELECT coalesce(group_concat(p.mrn || ' ' || t.name), '')"
                    " FROM task t JOIN patient p ON p.id = t.patient_id",
                    rows[i].tasks);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_two_senders),
        cmocka_unit_test(who_is_it_no_more_stays_so),
        cmocka_unit_test(a_guardian_who_died),
        cmocka_unit_test(a_childs_guardian_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
