/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping files: other people's layouts, and what is wrong with a mapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "tests/feeds/fixture.h"

#include "feeds/dates.h"

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *format, *text, *expected; /* NULL: refused */
    } cases[] = {
        {"MM/DD/YYYY", "02/03/1990", "1990-02-03"},
        {"DD/MM/YYYY", "02/03/1990", "1990-03-02"},
        {"M/D/YYYY", "2/3/1990", "1990-02-03"},
        {"M/D/YYYY", "12/31/1990", "1990-12-31"},
        {"MM/DD/YYYY", "2/3/1990", NULL},
        {"MM/DD/YYYY", "13/01/1990", NULL},
        {"MM/DD/YYYY", "02/30/1990", NULL},
        {"MM/DD/YYYY", "02/29/2000", "2000-02-29"},
        {"MM/DD/YYYY", "02/29/1900", NULL},
        {"MM/DD/YYYY", "02/03/1990 09:00", NULL},
        {"MM/DD/YYYY", "02/03/90", NULL},
        {"YYYYMMDD", "19900203", "1990-02-03"},
        {"DD-MMM-YYYY", "03-FEB-1990", "1990-02-03"},
        {"DD-MMM-YYYY", "03-Foo-1990", NULL},
        {"MM/DD/YYYY hh:mm", "02/03/1990 09:05", "1990-02-03T09:05:00"},
        {"M/D/YYYY h:mm a", "2/3/1990 1:05 PM", "1990-02-03T13:05:00"},
        {"M/D/YYYY h:mm a", "2/3/1990 12:05 am", "1990-02-03T00:05:00"},
        {"M/D/YYYY h:mm a", "2/3/1990 13:05 pm", NULL},
        {"YYYY-MM-DD hh:mm:ss", "1990-02-03 24:00:00", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[DATES_ISO_MAX];
        bool done = dates_read(cases[i].format, cases[i].text, out);
        if (done != (cases[i].expected != NULL) ||
            (done && strcmp(out, cases[i].expected) != 0))
            fail_msg("%s as %s: got %s", cases[i].text, cases[i].format,
                     done ? out : "nothing");
    }
    assert_null(dates_check("MM/DD/YYYY hh:mm"));
    assert_non_null(dates_check("MM/DD/YY"));
    assert_non_null(dates_check("MM/DD"));
    assert_non_null(dates_check("MM/MM/DD/YYYY"));
    assert_non_null(dates_check("YYYY-MM-DD mm"));
}

/* A mapping with this head, and columns of patients from people.csv. */
static void write_mapping(struct fixture *fixture, const char *head,
                          const char *rest, const char *columns)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "{ \"mapping\": \"m\", %s \"tables\": [ { \"table\": "
             "\"patients\",\n\"from\": \"people.csv\", %s\n\"columns\": {\n"
             "\"mrn\": \"Nr\"%s%s } } ] }",
             head, rest, *columns ? ",\n" : "", columns);
    fixture_file(fixture, "map.json", text);
}

static void import_mapped(struct fixture *fixture)
{
    char path[256];
    file_join(path, sizeof(path), fixture->folder, "map.json");
    fixture->options.map_path = path;
    bool done = fixture_import(fixture);
    fixture->options.map_path = NULL;
    if (!done)
        fail_msg("%s\n%s", fixture->err.text, fixture->told.data);
}

static void test_formulas(void **state)
{
    (void)state;
    /* Each computes attr.x from one row: A=4, B=10, C empty, D=2026-11-23,
     * E=Maynard46, F=11/05/2026. NULL: the row is bad. */
    static const struct {
        const char *formula, *expected;
    } cases[] = {
        {"\"A\"", "4"},
        {"\"C\"", "-"},
        {"{\"constant\": \"x\"}", "x"},
        {"{\"concat\": [\"A\", {\"constant\": \"/\"}, \"B\", \"C\"]}", "4/10"},
        {"{\"first_of\": [\"C\", \"B\"]}", "10"},
        {"{\"first_of\": [\"C\"]}", "-"},
        {"{\"divide\": [\"B\", \"A\"]}", "2"},
        {"{\"divide\": [\"B\", \"C\"]}", "-"},
        {"{\"divide\": [\"B\", {\"constant\": \"0\"}]}", NULL},
        {"{\"multiply\": [\"A\", \"B\"]}", "40"},
        {"{\"multiply\": [\"A\", \"E\"]}", NULL},
        {"{\"multiply\": [{\"constant\": \"9223372036854775807\"}, \"A\"]}",
         NULL},
        {"{\"subtract\": [\"A\", \"B\"]}", "-6"},
        {"{\"at_least\": [\"A\", \"B\"]}", "10"},
        {"{\"at_most\": [\"A\", \"B\"]}", "4"},
        {"{\"days_between\": [\"D\", {\"constant\": \"2026-12-01\"}]}", "8"},
        {"{\"days_between\": [\"D\", \"E\"]}", NULL},
        {"{\"add_days\": [\"D\", \"A\"]}", "2026-11-27"},
        {"{\"add_days\": [\"D\", {\"constant\": \"99999999\"}]}", NULL},
        {"{\"without_digits\": \"E\"}", "Maynard"},
        {"{\"if_equals\": [\"A\", {\"constant\": \"4\"}, \"B\", \"D\"]}", "10"},
        {"{\"if_equals\": [\"C\", {\"constant\": \"\"}, \"B\", \"D\"]}", "10"},
        {"{\"date\": \"F\", \"format\": \"MM/DD/YYYY\"}", "2026-11-05"},
        {"{\"date\": \"D\", \"format\": \"MM/DD/YYYY\"}", NULL},
        {"{\"from\": \"A\", \"translate\": {\"4\": \"four\"}}", "four"},
        {"{\"from\": \"C\", \"translate\": {\"\": \"none\"}}", "none"},
        {"{\"from\": \"B\", \"translate\": {\"4\": \"four\"}, \"else\": \"A\"}",
         "4"},
        {"{\"from\": \"B\", \"translate\": {\"4\": \"four\"}}", NULL},
        {"{\"turn\": 1}", "1"},
        {"{\"today\": true}", "2026-11-23"},
        {"{\"days_between\": [{\"today\": true}, \"D\"]}", "0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        char columns[512];
        fixture_open(&fixture);
        fixture.options.max_bad = 100;
        snprintf(columns, sizeof(columns), "\"attr.x\": %s", cases[i].formula);
        write_mapping(&fixture, "", "", columns);
        fixture_file(&fixture, "people.csv",
                     "Nr,A,B,C,D,E,F\n"
                     "1,4,10,,2026-11-23,Maynard46,11/05/2026\n");
        import_mapped(&fixture);
        const char *got = fixture_ask(
            &fixture, "SELECT json_extract(attributes, '$.x') FROM patient");
        if (strcmp(got, cases[i].expected ? cases[i].expected : "") != 0)
            fail_msg("%s: expected %s, got %s\n%s", cases[i].formula,
                     cases[i].expected ? cases[i].expected : "a bad row", got,
                     fixture.told.data);
        fixture_close(&fixture);
    }
}

/* Only where a date is due a column is read as the table writes dates: each
 * computes birth_date from one row. */
static void test_formulas_over_declared_dates(void **state)
{
    (void)state;
    static const struct {
        const char *formula, *expected; /* NULL: the row is bad */
    } cases[] = {
        {"\"F\"", "2025-11-05"},
        {"{\"add_days\": [\"F\", \"A\"]}", "2025-11-09"},
        {"{\"add_days\": [\"F\", {\"subtract\": [\"A\", \"B\"]}]}",
         "2025-10-30"},
        {"{\"add_days\": [\"F\", {\"days_between\": [\"F\", \"G\"]}]}",
         "2025-11-06"},
        {"{\"if_equals\": [\"A\", {\"constant\": \"4\"}, \"F\", \"G\"]}",
         "2025-11-05"},
        {"{\"if_equals\": [\"C\", {\"constant\": \"\"}, \"G\", \"F\"]}",
         "2025-11-06"},
        {"{\"if_equals\": [\"F\", \"F\", \"F\", \"A\"]}", "2025-11-05"},
        {"{\"if_equals\": [\"A\", \"B\", \"F\", \"A\"]}", NULL},
        {"{\"first_of\": [\"C\", \"G\"]}", "2025-11-06"},
        {"{\"from\": \"A\", \"translate\": {\"4\": \"2025-01-02\"}, "
         "\"else\": \"F\"}",
         "2025-01-02"},
        {"{\"from\": \"B\", \"translate\": {\"4\": \"2025-01-02\"}, "
         "\"else\": \"F\"}",
         "2025-11-05"},
        {"\"A\"", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        char columns[512];
        fixture_open(&fixture);
        fixture.options.max_bad = 100;
        snprintf(columns, sizeof(columns), "\"birth_date\": %s",
                 cases[i].formula);
        write_mapping(&fixture, "", "\"dates\": \"MM/DD/YYYY\",", columns);
        fixture_file(&fixture, "people.csv",
                     "Nr,A,B,C,F,G\n1,4,10,,11/05/2025,11/06/2025\n");
        import_mapped(&fixture);
        const char *got = fixture_ask(&fixture, "SELECT birth_on FROM patient");
        if (strcmp(got, cases[i].expected ? cases[i].expected : "") != 0)
            fail_msg("%s: expected %s, got %s\n%s", cases[i].formula,
                     cases[i].expected ? cases[i].expected : "a bad row", got,
                     fixture.told.data);
        fixture_close(&fixture);
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *head, *rest, *columns, *expected;
    } cases[] = {
        {"an unknown member", "\"delimeter\": \";\",", "", "",
         "map.json:1:19: error: there is no member 'delimeter'; did you mean "
         "'delimiter'?"},
        {"an unknown column of ours", "", "", "\"birthdate\": \"B\"",
         "map.json:5:1: error: there is no column of patients named "
         "'birthdate'; did you mean 'birth_date'?"},
        {"an unknown function", "", "", "\"sex\": { \"concatenate\": [\"A\"] }",
         "map.json:5:8: error: sex: there is no function 'concatenate'"},
        {"a function with too few operands", "", "",
         "\"sex\": { \"divide\": [\"A\"] }",
         "map.json:5:20: error: sex: \"divide\" takes a list of 2"},
        {"a constant that is no text", "", "", "\"sex\": { \"constant\": 3 }",
         "map.json:5:22: error: sex: a constant is a text"},
        {"a translation without words", "", "", "\"sex\": { \"from\": \"A\" }",
         "error: sex: \"from\" needs \"translate\""},
        {"two-digit years", "\"dates\": \"MM/DD/YY\",", "", "",
         "map.json:1:28: error: not a format of dates: the year is written "
         "YYYY"},
        {"a delimiter that is none", "\"delimiter\": \"|\",", "", "",
         "error: \"delimiter\" is"},
        {"an encoding that is unknown", "\"encoding\": \"utf-7\",", "", "",
         "error: \"encoding\" is"},
        {"a condition without words", "", "\"where\": [{\"column\": \"A\"}],",
         "", "a condition has either \"in\" or \"not_in\""},
        {"a join without a key", "",
         "\"join\": {\"v\": {\"from\": \"x.csv\", \"by\": \"A\"}},", "",
         "error: \"key\" is missing"},
        {"a column's place holds a number", "", "", "\"sex\": 7",
         "map.json:5:8: error: sex: here stands a column's name or a function, "
         "not "
         "a number"},
        {"functions that are too deep", "", "",
         "\"sex\": {\"concat\": [{\"concat\": [{\"concat\": [{\"concat\": "
         "[{\"concat\": [{\"concat\": [{\"concat\": [{\"concat\": "
         "[{\"concat\": [{\"concat\": [{\"concat\": [{\"concat\": "
         "[{\"concat\": [{\"concat\": [\"A\"]}]}]}]}]}]}]}]}]}]}]}]}]}]}",
         "too deep"},
        {"an attribute is named", "", "", "\"attr.plan\": { \"turn\": \"x\" }",
         "map.json:5:24: error: attr.plan: \"turn\" takes the number"},
        {"a day that is not today", "", "", "\"attr.day\": {\"today\": 1}",
         "error: attr.day: \"today\" is always true"},
        {"two names of one column", "", "",
         "\"first_name\": \"A\", \"given_name\": \"A\"",
         "error: the column 'first_name' is there twice"},
        {"no JSON", "oops", "", "", "map.json:1:19: error: "},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        char path[256];
        fixture_open(&fixture);
        write_mapping(&fixture, cases[i].head, cases[i].rest, cases[i].columns);
        fixture_file(&fixture, "people.csv", "Nr,A\n1,4\n");
        file_join(path, sizeof(path), fixture.folder, "map.json");
        fixture.options.map_path = path;
        assert_false(fixture_import(&fixture));
        assert_int_equal(fixture.err.kind, ERROR_INPUT);
        if (!strstr(fixture.told.data, cases[i].expected))
            fail_msg("%s: expected %s, got %s", cases[i].sentence,
                     cases[i].expected, fixture.told.data);
        assert_non_null(strstr(fixture.err.text, "nothing was imported"));
        fixture_close(&fixture);
    }
}

static void expect_told(const struct fixture *fixture, const char *expected)
{
    if (!strstr(fixture->told.data, expected))
        fail_msg("expected to be told '%s', got '%s'", expected,
                 fixture->told.data);
}

/* All that the text of a mapping shows at once, whatever else is wrong. */
static void test_all_faults_of_a_mapping(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[256];
    fixture_open(&fixture);
    fixture_file(&fixture, "map.json",
                 "{ \"mapping\": \"m\", \"tables\": [\n"
                 "{ \"table\": \"patients\", \"columns\": {\n"
                 "  \"sex\": { \"constant\": 3 },\n"
                 "  \"attr.plan\": { \"concat\": [7, 8] } } },\n"
                 "{ \"table\": \"fills\", \"from\": \"f.csv\", \"columns\": "
                 "{\n  \"id\": { \"nothing\": 1 } } } ] }");
    file_join(path, sizeof(path), fixture.folder, "map.json");
    fixture.options.map_path = path;
    assert_false(fixture_import(&fixture));
    expect_told(&fixture, "map.json:2:1: error: \"from\" is missing");
    expect_told(&fixture, "map.json:3:24: error: sex: a constant is a text");
    expect_told(&fixture, "map.json:4:29: error: attr.plan: here stands");
    expect_told(&fixture, "map.json:4:32: error: attr.plan: here stands");
    expect_told(&fixture, "error: patients need the column 'mrn'");
    expect_told(&fixture, "map.json:6:9: error: id: there is no function");
    expect_told(&fixture, "error: fills need the column 'prescription'");
    expect_told(&fixture, "error: fills need the column 'filled'");
    assert_null(strstr(fixture.told.data, "need the column 'id'"));
    assert_non_null(strstr(fixture.err.text, "has 9 faults"));
    fixture_close(&fixture);
}

/* What only the files show: all of it at once, of all files, and nothing is
 * taken, also of those that fit. */
static void test_columns_of_theirs(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[256];
    fixture_open(&fixture);
    fixture_file(
        &fixture, "map.json",
        "{ \"mapping\": \"m\", \"tables\": [\n"
        "{ \"table\": \"clinics\", \"from\": \"places.csv\", \"columns\": {"
        " \"id\": \"Id\", \"name\": \"Name\" } },\n"
        "{ \"table\": \"patients\", \"from\": \"people.csv\",\n"
        "  \"where\": [{ \"column\": \"Knid\", \"in\": [\"\"] }],\n"
        "  \"columns\": { \"mrn\": \"Nr\",\n"
        "  \"sex\": \"Gendre\",\n"
        "  \"attr.plan\": { \"concat\": [\"Nmae\"] } } },\n"
        "{ \"table\": \"lists\", \"from\": \"lists.csv\",\n"
        "  \"join\": { \"p\": { \"from\": \"people.csv\", \"key\": "
        "\"Number\",\n  \"by\": \"Who\" } },\n"
        "  \"columns\": { \"list\": \"Lst\", \"patient\": \"p.Nr\" } },\n"
        "{ \"table\": \"orders\", \"from\": \"missing.csv\",\n"
        "  \"columns\": { \"patient\": \"A\", \"kind\": \"B\", \"status\": "
        "\"C\" } } ] }");
    fixture_file(&fixture, "places.csv", "Id,Name\n1,North\n");
    fixture_file(&fixture, "people.csv", "Nr,Gender,Name,Kind\n1,f,Bee,\n");
    fixture_file(&fixture, "lists.csv", "List,Who\nrecall,1\n");
    file_join(path, sizeof(path), fixture.folder, "map.json");
    fixture.options.map_path = path;
    assert_false(fixture_import(&fixture));
    assert_int_equal(fixture.err.kind, ERROR_INPUT);
    assert_non_null(
        strstr(fixture.err.text, "has 5 faults: nothing was imported"));
    expect_told(&fixture, "map.json:6:10: error: sex: people.csv has no column "
                          "'Gendre'; did you mean 'Gender'?");
    expect_told(&fixture, "map.json:7:29: error: attr.plan: people.csv has no "
                          "column 'Nmae'; did you mean 'Name'?");
    expect_told(&fixture, "map.json:4:25: error: people.csv has no column "
                          "'Knid'");
    expect_told(&fixture, "map.json:11:24: error: list: lists.csv has no "
                          "column 'Lst'");
    expect_told(&fixture, "map.json:9:49: error: people.csv has no column "
                          "'Number'");
    assert_int_equal(fixture.report.count, 0);
    assert_string_equal(fixture_ask(&fixture, "SELECT count(*) FROM clinic"),
                        "0");
    fixture_close(&fixture);
}

/* A row's fault in an attribute says which one. */
static void test_an_attribute_of_a_row(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture.options.max_bad = 100;
    write_mapping(&fixture, "", "",
                  "\"attr.plan\": { \"from\": \"A\", \"translate\": { \"x\": "
                  "\"y\" } }");
    fixture_file(&fixture, "people.csv", "Nr,A\n1,z\n");
    import_mapped(&fixture);
    expect_told(&fixture, "people.csv:2:attr.plan::'z' has no translation");
    fixture_close(&fixture);
}

static void test_a_whole_layout(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(
        &fixture, "map.json",
        "// what our system exports\n"
        "{ \"mapping\": \"emr\", \"delimiter\": \";\", \"dates\": "
        "\"DD.MM.YYYY hh:mm\",\n"
        "  \"encoding\": \"windows-1252\", \"empty\": [\"UNKNOWN\"],\n"
        "  \"tables\": [\n"
        "  { \"table\": \"patients\", \"from\": \"people.csv\", \"dates\": "
        "\"DD.MM.YYYY\",\n"
        "    \"where\": [{ \"column\": \"Kind\", \"not_in\": [\"test\"] }],\n"
        "    \"columns\": { \"mrn\": \"Nr\", \"last_name\": \"Name\", "
        "\"birth_date\": \"Born\",\n"
        "      \"sex\": \"Sex\", \"mobile\": \"Tel\" } },\n"
        "  { \"table\": \"appointments\", \"from\": \"visits.csv\",\n"
        "    \"join\": { \"person\": { \"from\": \"people.csv\", \"key\": "
        "\"Code\", \"by\": \"Who\" } },\n"
        "    \"columns\": { \"id\": \"V\", \"patient\": \"person.Nr\", "
        "\"start\": \"When\",\n"
        "      \"status\": { \"from\": \"St\", \"translate\": { \"B\": "
        "\"booked\", \"X\": \"cancelled\" } } } } ] }");
    fixture_file(&fixture, "people.csv",
                 "Nr;Code;Name;Born;Sex;Tel;Kind\n"
                 "1;a;M\xfcller;05.11.1970;f;617 555 0123;\n"
                 "2;b;\x80uro;UNKNOWN;UNKNOWN;;\n"
                 "3;c;Test;05.11.1970;f;;test\n");
    fixture_file(&fixture, "visits.csv",
                 "V;Who;When;St\nv1;a;09.03.2027 09:00;B\n"
                 "v2;b;10.03.2027 09:00;X\n");
    import_mapped(&fixture);
    assert_string_equal(fixture_summary(&fixture),
                        "patients: 2 new; appointments: 2 new");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT family_name || coalesce(birth_on, '') "
                              "FROM patient ORDER BY mrn"),
        "M\xc3\xbcller1970-11-05|\xe2\x82\xacuro");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT a.external_id || p.mrn || a.start_local "
                              "|| a.status FROM appointment a JOIN patient p "
                              "ON p.id = a.patient_id ORDER BY 1"),
        "v112027-03-09T09:00:00booked|v222027-03-10T09:00:00cancelled");
    import_mapped(&fixture);
    assert_string_equal(fixture_summary(&fixture),
                        "patients: 2 same; appointments: 2 same");
    fixture_close(&fixture);
}

/* The two halves of one reading stand in two rows of the same file. */
static void test_a_key_of_several_columns(void **state)
{
    (void)state;
    static const char *const keys[] = {"Code", "Cde"};
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "patients.csv", "mrn\n1\n2\n");
    assert_true(fixture_import(&fixture));
    for (int wrong = 0; wrong < 2; wrong++) {
        char map[1000];
        snprintf(map, sizeof(map),
                 "{ \"mapping\": \"emr\", \"tables\": [ { \"table\": "
                 "\"screenings\", \"from\": \"obs.csv\",\n"
                 "\"where\": [{ \"column\": \"Code\", \"in\": [\"high\"] }],\n"
                 "\"join\": { \"low\": { \"from\": \"obs.csv\", \"key\":\n"
                 "{ \"concat\": [\"Who\", \"%s\", \"Day\"] }, \"by\": { "
                 "\"concat\": [\"Who\", { \"constant\": \"low\" }, \"Day\"] } "
                 "} },\n\"columns\": { \"patient\": \"Who\", \"kind\": { "
                 "\"constant\": \"bp\" }, \"done\": \"Day\", \"value\": "
                 "\"Value\", \"second_value\": \"low.Value\" } } ] }",
                 keys[wrong]);
        fixture_quiet(&fixture);
        fixture_file(&fixture, "map.json", map);
        fixture_file(&fixture, "obs.csv",
                     "Who,Day,Code,Value\n1,2026-01-02,low,81\n"
                     "1,2026-01-02,high,121\n2,2026-01-02,low,82\n"
                     "2,2026-01-02,high,122\n2,2026-02-02,high,123\n");
        if (!wrong)
            import_mapped(&fixture);
    }
    char path[256];
    file_join(path, sizeof(path), fixture.folder, "map.json");
    fixture.options.map_path = path;
    assert_false(fixture_import(&fixture));
    assert_non_null(strstr(fixture.told.data,
                           "map.json:4:21: error: obs.csv has no column 'Cde'; "
                           "did you mean 'Code'?"));
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT value || '/' || coalesce(second_value, '') FROM "
                    "screening ORDER BY value"),
        "121.0/81.0|122.0/82.0|123.0/");
    fixture_close(&fixture);
}

/* Two systems that count alike: nobody becomes somebody else. */
static void test_ids_that_two_systems_give(void **state)
{
    (void)state;
#define SYSTEM(name, tables) \
    "{ \"mapping\": \"" name "\", \"tables\": [ " tables " ] }"
#define PEOPLE_OF(mrn)                                                   \
    "{ \"table\": \"patients\", \"from\": \"people.csv\", \"columns\": " \
    "{ \"mrn\": " mrn ", \"first_name\": \"First\", \"last_name\": "     \
    "\"Last\", \"birth_date\": \"Born\", \"mobile\": \"Cell\" } }"
#define VISITS                                                               \
    "{ \"table\": \"appointments\", \"from\": \"visits.csv\", \"columns\": " \
    "{ \"id\": \"Nr\", \"patient\": \"Who\", \"start\": \"At\", "            \
    "\"status\": \"St\" } }"
#define HEAD "Nr,First,Last,Born,Cell\n"
#define NORTH HEAD "4711,Ann,Doe,1980-02-01,212-555-0101\n"
#define VISIT(who) "Nr,Who,At,St\n1001," who ",2026-12-03 09:00,booked\n"
    static const struct {
        const char *about, *mapping, *file, *rows, *summary, *known;
    } rows[] = {
        {"somebody else of this number", SYSTEM("south", PEOPLE_OF("\"Nr\"")),
         "people.csv", HEAD "4711,Zoe,Fox,1990-03-03,212-555-0103\n",
         "patients: 1 bad", "Ann Doe 1980-02-01 +12125550101"},
        {"a name that changed", SYSTEM("south", PEOPLE_OF("\"Nr\"")),
         "people.csv", HEAD "4711,Ann,Fox,1980-02-01,212-555-0101\n",
         "patients: 1 changed", "Ann Fox 1980-02-01 +12125550101"},
        {"the same system corrects both", SYSTEM("north", PEOPLE_OF("\"Nr\"")),
         "people.csv", HEAD "4711,Zoe,Fox,1990-03-03,212-555-0101\n",
         "patients: 1 changed", "Zoe Fox 1990-03-03 +12125550101"},
        {"ids of their own",
         SYSTEM("south", PEOPLE_OF("{ \"concat\": [{ \"constant\": "
                                   "\"S-\" }, \"Nr\"] }")),
         "people.csv", HEAD "4711,Zoe,Fox,1990-03-03,212-555-0103\n",
         "patients: 1 new", "Ann Doe 1980-02-01 +12125550101"},
        {"a visit of this number, of another patient", SYSTEM("south", VISITS),
         "visits.csv", VISIT("Q"), "appointments: 1 bad",
         "Ann Doe 1980-02-01 +12125550101"},
        {"of the same one", SYSTEM("south", VISITS), "visits.csv",
         VISIT("4711"), "appointments: 1 same",
         "Ann Doe 1980-02-01 +12125550101"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        fixture_file(&fixture, "patients.csv", "mrn\nQ\n");
        assert_true(fixture_import(&fixture));
        fixture_quiet(&fixture);
        fixture_file(&fixture, "map.json",
                     SYSTEM("north", PEOPLE_OF("\"Nr\"") ", " VISITS));
        fixture_file(&fixture, "people.csv", NORTH);
        fixture_file(&fixture, "visits.csv", VISIT("4711"));
        import_mapped(&fixture);
        fixture_quiet(&fixture);
        fixture_file(&fixture, "map.json", rows[i].mapping);
        fixture_file(&fixture, rows[i].file, rows[i].rows);
        fixture.options.max_bad = 100;
        import_mapped(&fixture);
        if (strcmp(fixture_summary(&fixture), rows[i].summary) != 0)
            fail_msg("%s: %s", rows[i].about, fixture_summary(&fixture));
        assert_string_equal(
            fixture_ask(&fixture,
                        "SELECT given_name || ' ' || family_name || ' ' || "
                        "birth_on || ' ' || (SELECT group_concat(value) FROM "
                        "contact_point c WHERE c.patient_id = p.id AND "
                        "c.gone_at IS NULL) FROM patient p WHERE mrn = "
                        "'4711'"),
            rows[i].known);
        assert_string_equal(fixture_ask(&fixture,
                                        "SELECT p.mrn FROM appointment a JOIN "
                                        "patient p ON p.id = a.patient_id"),
                            "4711");
        fixture_close(&fixture);
    }
}

/* What comes along with a patient who was refused is not the other one's. */
static void test_rows_of_whom_was_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "map.json", SYSTEM("north", PEOPLE_OF("\"Nr\"")));
    fixture_file(&fixture, "people.csv", NORTH);
    import_mapped(&fixture);
    fixture_quiet(&fixture);
    fixture_file(&fixture, "map.json",
                 SYSTEM("south", PEOPLE_OF("\"Nr\"") ", " VISITS));
    fixture_file(&fixture, "people.csv",
                 HEAD "4711,Zoe,Fox,1990-03-03,212-555-0103\n"
                      "4712,Bob,Fox,1990-03-03,212-555-0104\n");
    fixture_file(&fixture, "visits.csv",
                 VISIT("4711") "1002,4712,2026-12-03 09:00,booked\n");
    fixture.options.max_bad = 100;
    import_mapped(&fixture);
    assert_non_null(
        strstr(fixture.told.data, "the patient of this number was refused"));
    assert_string_equal(
        fixture_ask(&fixture, "SELECT external_id FROM appointment"), "1002");
    fixture_close(&fixture);
}

/* A full extract of one source ends nothing of another. */
static void test_two_sources(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    fixture_file(&fixture, "patients.csv", "mrn\nown\n");
    assert_true(fixture_import(&fixture));
    fixture_quiet(&fixture);
    write_mapping(&fixture, "", "", "");
    fixture_file(&fixture, "people.csv", "Nr\ntheirs\n");
    fixture.options.full = true;
    import_mapped(&fixture);
    assert_string_equal(fixture_summary(&fixture), "patients: 1 new");
    assert_string_equal(
        fixture_ask(&fixture,
                    "SELECT mrn FROM patient WHERE gone_at IS NULL ORDER BY 1"),
        "own|theirs");
    fixture_close(&fixture);
}

static void test_synthea(void **state)
{
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    char data[512], map[512];
    file_join(data, sizeof(data), root ? root : ".",
              "../shared/data/synthea-csv-27");
    file_join(map, sizeof(map), root ? root : ".",
              "feeds/mappings/synthea.json");
    if (!file_is_directory(data))
        skip();
    struct fixture fixture;
    const char *paths[] = {data};
    fixture_open(&fixture);
    fixture.options.paths = paths;
    fixture.options.path_count = 1;
    fixture.options.map_path = map;
    /* The day after the last of these encounters. */
    assert_true(
        civil_parse_instant("2024-02-03T12:00:00Z", &fixture.options.now));
    if (!fixture_import(&fixture))
        fail_msg("%s\n%s", fixture.err.text, fixture.told.data);
    print_message("%s\n", fixture_summary(&fixture));
    assert_string_equal(
        fixture_summary(&fixture),
        "clinics: 63 new; patients: 27 new; prescriptions: 663 new; "
        "fills: 86762 new; discharges: 11 new; conditions: 438 new; "
        "procedures: 249 new; screenings: 29 new; screenings: 35 new; "
        "screenings: 6 new");
    assert_true(fixture_import(&fixture));
    assert_string_equal(
        fixture_summary(&fixture),
        "clinics: 63 same; patients: 27 same; prescriptions: 663 same; "
        "fills: 86762 same; discharges: 11 same; conditions: 438 same; "
        "procedures: 249 same; screenings: 29 same; screenings: 35 same; "
        "screenings: 6 same");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT count(*) || ' ' || count(second_value)"
                              " FROM screening WHERE kind = 'blood-pressure'"
                              " AND value > second_value"),
        "27 27");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT count(*) FROM fill WHERE latest"), "663");
    assert_string_equal(
        fixture_ask(&fixture, "SELECT max(filled_on) FROM fill"), "2024-01-31");
    assert_string_equal(fixture_ask(&fixture,
                                    "SELECT DISTINCT state || zone FROM "
                                    "patient"),
                        "MAAmerica/New_York");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_formulas_over_declared_dates),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_faults_of_a_mapping),
        cmocka_unit_test(test_an_attribute_of_a_row),
        cmocka_unit_test(test_columns_of_theirs),
        cmocka_unit_test(test_a_whole_layout),
        cmocka_unit_test(test_a_key_of_several_columns),
        cmocka_unit_test(test_ids_that_two_systems_give),
        cmocka_unit_test(test_rows_of_whom_was_refused),
        cmocka_unit_test(test_two_sources),
        cmocka_unit_test(test_synthea),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
