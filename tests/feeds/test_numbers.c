/* SPDX-License-Identifier: Apache-2.0 */
/* Whose word counts of a telephone number that several name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#include "tests/feeds/ward.h"

#define NUMBERS                                                                \
    "SELECT coalesce(group_concat(substr(value, -4), ','), '-') FROM (SELECT " \
    "* "                                                                       \
    "FROM contact_point WHERE gone_at IS NULL ORDER BY value)"
#define CALLED(at, number) \
    FROM("EAST", "ADT^A08", at, "PID|||4711||||||||||" number "\r")

/* Whoever ends their numbers does not hand back an older source's. */
static void numbers_that_are_over(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    fixture_file(&ward.fixture, "patients.csv",
                 "mrn,last_name,mobile\n4711,Doe,303-555-0100\n");
    assert_true(fixture_import(&ward.fixture));
    intake_at(ward.intake, ward.fixture.options.now + 72 * HOUR_MS);
    ward_hl7(&ward, CALLED("20200101", "3035550101"));
    ward_hl7(&ward, CALLED("20200102", "\"\""));
    ward_expect(&ward, "an older word ends no newer number", NUMBERS, "0100");
    ward_hl7(&ward, CALLED("20261124", "3035550101"));
    ward_expect(&ward, "both may be theirs", NUMBERS, "0100,0101");
    ward_hl7(&ward, CALLED("20261125", "\"\""));
    ward_expect(&ward, "and neither is", NUMBERS, "-");
    ward_close(&ward);
}

#define SAID(facility, day, numbers)        \
    FROM(facility, "ADT^A08", "202611" day, \
         "PID|||4711^^^MAIN||||||||||" numbers "\r")
#define PHONE(digits) "303555" digits
#define UNTIL(digits, day) PHONE(digits) "^^^^^^^^^^^^^" day
#define FILE_NUMBER "mrn,mobile\n4711,303-555-0100\n"

/* A number goes when nobody names it any more, and no sooner. */
static void a_number_that_two_sources_name(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *said[4], *numbers;
    } rows[] = {
        {"over by the one, and the other names it",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("EAST", "03", UNTIL("0100", "20261031"))},
         "0100"},
        {"old, beside another one",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("EAST", "03", PHONE("0100") "^OLD~" PHONE("0101"))},
         "0100,0101"},
        {"left out by the one",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("EAST", "03", PHONE("0101"))},
         "0100,0101"},
        {"by whoever was not the first to name it",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("WEST", "03", UNTIL("0100", "20261031"))},
         "0100"},
        {"over by both",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("WEST", "03", UNTIL("0100", "20261031")),
          SAID("EAST", "04", UNTIL("0100", "20261031"))},
         "-"},
        {"in the other order",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("EAST", "03", UNTIL("0100", "20261031")),
          SAID("WEST", "04", UNTIL("0100", "20261031"))},
         "-"},
        {"over by its only source",
         {SAID("EAST", "01", PHONE("0100")),
          SAID("EAST", "03", UNTIL("0100", "20261031"))},
         "-"},
        {"over in days to come",
         {SAID("EAST", "01", UNTIL("0100", "20261231"))},
         "0100"},
        {"theirs in days to come",
         {SAID("EAST", "01", PHONE("0100") "^^^^^^^^^^^^20261231")},
         "-"},
        {"over for a reason, nobody knows when",
         {SAID("EAST", "01", UNTIL("0100", "^M~") PHONE("0101"))},
         "0101"},
        {"an older word of the same source comes late",
         {SAID("EAST", "02", PHONE("0101")), SAID("EAST", "01", PHONE("0100"))},
         "0101"},
        {"one of another source is true all the same",
         {SAID("EAST", "02", PHONE("0101")), SAID("WEST", "01", PHONE("0100"))},
         "0100,0101"},
        {"unless there was none at all since",
         {SAID("EAST", "01", PHONE("0100")), SAID("EAST", "03", "\"\""),
          SAID("WEST", "02", PHONE("0101"))},
         "-"},
        {"which comes late itself, and ends nothing that is said since",
         {SAID("WEST", "01", PHONE("0100")), SAID("EAST", "02", PHONE("0101")),
          SAID("WEST", "04", PHONE("0100")), SAID("EAST", "03", "\"\"")},
         "0100"},
        {"who says that there is none at all ends what is older (L-22)",
         {SAID("EAST", "01", PHONE("0100")), SAID("WEST", "02", PHONE("0100")),
          SAID("EAST", "03", "\"\"")},
         "-"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        ward_open(&ward);
        for (size_t m = 0; m < 4 && rows[i].said[m]; m++)
            ward_hl7(&ward, rows[i].said[m]);
        ward_expect(&ward, rows[i].sentence, NUMBERS, rows[i].numbers);
        ward_close(&ward);
    }
}

/* A table is a source like the others. */
static void a_number_of_a_message_and_of_a_table(void **state)
{
    (void)state;
    struct ward ward;
    ward_open(&ward);
    ward_hl7(&ward, SAID("EAST", "01", PHONE("0100")));
    fixture_file(&ward.fixture, "patients.csv", FILE_NUMBER);
    assert_true(fixture_import(&ward.fixture));
    assert_true(fixture_import(&ward.fixture));
    assert_string_equal(fixture_summary(&ward.fixture), "patients: 1 same");
    ward_hl7(&ward, SAID("EAST", "03", UNTIL("0100", "20261031")));
    ward_expect(&ward, "the message's is over, the table's is not", NUMBERS,
                "0100");
    fixture_file(&ward.fixture, "patients.csv", "mrn,mobile\n4711,\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "now nobody names it", NUMBERS, "-");
    fixture_file(&ward.fixture, "patients.csv", FILE_NUMBER);
    assert_true(fixture_import(&ward.fixture));
    ward_hl7(&ward, SAID("EAST", "05", PHONE("0100")));
    fixture_file(&ward.fixture, "patients.csv", "mrn,mobile\n4711,\n");
    assert_true(fixture_import(&ward.fixture));
    ward_expect(&ward, "the table's is over, the message's is not", NUMBERS,
                "0100");
    ward_close(&ward);
}

/* That there is no number at all ends a file's, whichever comes first. */
static void no_number_at_all_and_a_table(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *hour; /* of the file */
        const char *said[3];         /* "": the file */
        const char *numbers;
    } rows[] = {
        {"one that only a file named",
         "2026-11-02T12:00:00Z",
         {"", CALLED("20261103", "\"\"")},
         "-"},
        {"the file comes late",
         "2026-11-02T12:00:00Z",
         {SAID("EAST", "03", "\"\""), ""},
         "-"},
        {"so does a message",
         "2026-11-02T12:00:00Z",
         {SAID("EAST", "03", "\"\""), SAID("WEST", "02", PHONE("0100")), ""},
         "-"},
        {"what a newer file names is theirs",
         "2026-11-04T12:00:00Z",
         {"", CALLED("20261103", "\"\"")},
         "0100"},
        {"and if it comes last",
         "2026-11-04T12:00:00Z",
         {SAID("EAST", "03", "\"\""), ""},
         "0100"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ward ward;
        instant at;
        ward_open(&ward);
        assert_true(civil_parse_instant(rows[i].hour, &at));
        for (size_t m = 0; m < 3 && rows[i].said[m]; m++) {
            if (*rows[i].said[m]) {
                ward_hl7(&ward, rows[i].said[m]);
                continue;
            }
            fixture_file(&ward.fixture, "patients.csv", FILE_NUMBER);
            fixture_changed(&ward.fixture, "patients.csv", at);
            assert_true(fixture_import(&ward.fixture));
        }
        ward_expect(&ward, rows[i].sentence, NUMBERS, rows[i].numbers);
        ward_close(&ward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_are_over),
        cmocka_unit_test(a_number_that_two_sources_name),
        cmocka_unit_test(a_number_of_a_message_and_of_a_table),
        cmocka_unit_test(no_number_at_all_and_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
