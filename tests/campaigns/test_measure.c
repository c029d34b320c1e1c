/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped measures, asked of one patient at a time: who is due, on which
 * day, and which result is abnormal. A sentence a row; the facts are what an
 * import would have brought.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/zone.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "store/connection.h"
#include "store/store.h"
#include "store/view.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char folder[] = "/tmp/outreach-measure-XXXXXX";
static struct store *store;

static int open_store(void **state)
{
    char path[64];
    struct error err = {0};
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof(path), "%s/store.db", folder);
    store = store_open(path, STORE_CREATE, &err);
    return store == NULL;
}

static int close_store(void **state)
{
    (void)state;
    store_close(store);
    file_remove_tree(folder);
    return 0;
}

static void sql(const char *text)
{
    struct error err = {0};
    if (!store_begin(store, &err) ||
        !connection_exec(store, text, "set up a test", &err) ||
        !store_commit(store, &err))
        fail_msg("%s: %s", text, err.text);
}

/* A campaign over `anchor` whose audience is this condition, with the shipped
 * measures. */
static struct campaign *campaign_of(const char *anchor, const char *condition)
{
    char path[100], measures[4096], text[2000];
    struct faults faults;
    struct error err = {0};
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(measures, sizeof(measures), "%s/measures", root ? root : ".");
    snprintf(path, sizeof(path), "%s/c.json", folder);
    snprintf(text, sizeof(text),
             "{\"campaign\": \"c\", \"owner\": \"o\", \"purpose\":"
             " \"screening\", \"anchor\": \"%s\", \"audience\": [\"%s\"],"
             " \"steps\": [{\"step\": \"s\", \"when\": \"on entry\", \"task\":"
             " {\"to\": \"nurse\", \"within\": \"1 day\"}}]}",
             anchor, condition);
    assert_true(file_write(path, text, strlen(text), 0600, &err));
    faults_init(&faults);
    struct bundle_options options = {.measures_dir = measures};
    struct campaign *campaign = campaign_load(path, &options, &faults, NULL);
    if (campaign == NULL || faults.count > 0)
        fail_msg("%s: %s", condition, faults.items[0].text);
    faults_free(&faults);
    return campaign;
}

/* Whether it holds for the patient (or the result) with id 1 on this day. */
static bool holds(const char *anchor, const char *condition, const char *today)
{
    struct error err = {0};
    struct view_row row;
    bool found;
    struct campaign *campaign = campaign_of(anchor, condition);
    struct view_time time = {.zone = zone_find("America/New_York"),
                             .entered_at = INSTANT_NEVER};
    assert_true(civil_parse_date(today, &time.today));
    time.now =
        zone_instant(time.zone, (struct civil){.date = time.today, .hour = 10});
    struct view_column column = {.predicate = campaign->audience_all};
    struct view *view = view_prepare(store, campaign->anchor, &column, 1, &err);
    if (view == NULL)
        fail_msg("%s: %s", condition, err.text);
    assert_true(view_read(view, 1, &time, &found, &row, &err));
    assert_true(found && !row.gone);
    bool answer = row.columns[0].integer != 0;
    view_free(view);
    campaign_free(campaign);
    return answer;
}

static void patient(const char *sex, const char *born)
{
    char text[300];
    sql("DELETE FROM screening; DELETE FROM condition; DELETE FROM procedure;"
        " DELETE FROM patient");
    snprintf(text, sizeof(text),
             "INSERT INTO patient(id, mrn, sex, birth_on) VALUES (1, 'M1',"
             " '%s', '%s')",
             sex, born);
    sql(text);
}

#define TEST(kind, done)                                      \
    "INSERT INTO screening(patient_id, kind, done_on) VALUES" \
    " (1, '" kind "', '" done "');"
#define RESULT(kind, done, result)                                    \
    "INSERT INTO screening(patient_id, kind, done_on, result) VALUES" \
    " (1, '" kind "', '" done "', '" result "');"
#define VALUE(kind, done, value, unit)                                     \
    "INSERT INTO screening(patient_id, kind, done_on, value, unit) VALUES" \
    " (1, '" kind "', '" done "', " value ", " unit ");"
#define PRESSURE(done, high, low)                                          \
    "INSERT INTO screening(patient_id, kind, done_on, value, second_value" \
    ") VALUES (1, 'blood-pressure', '" done "', " high ", " low ");"
#define HAS(code) \
    "INSERT INTO condition(patient_id, code) VALUES (1, '" code "');"
#define HAD(code) \
    "INSERT INTO procedure(patient_id, code) VALUES (1, '" code "');"

static const struct due_row {
    const char *sentence, *measure, *sex, *born, *facts, *today;
    bool due;
} due_rows[] = {
    {"nobody before 21", "cervical", "female", "2005-12-08", "", "2026-12-07",
     false},
    {"on the 21st birthday", "cervical", "female", "2005-12-07", "",
     "2026-12-07", true},
    {"to the last day before 66", "cervical", "female", "1960-12-08", "",
     "2026-12-07", true},
    {"not at 66", "cervical", "female", "1960-12-07", "", "2026-12-07", false},
    {"no men", "cervical", "male", "1990-01-01", "", "2026-12-07", false},
    {"cytology lasts 3 years less a day", "cervical", "female", "1990-01-01",
     TEST("cytology", "2023-12-08"), "2026-12-07", false},
    {"and is due on the day", "cervical", "female", "1990-01-01",
     TEST("cytology", "2023-12-07"), "2026-12-07", true},
    {"an HPV test lasts 5 years", "cervical", "female", "1990-01-01",
     TEST("hpv", "2021-12-08"), "2026-12-07", false},
    {"not one that was done before 30", "cervical", "female", "1996-12-08",
     TEST("hpv", "2026-01-01"), "2026-12-07", true},
    {"both tests last 5 years", "cervical", "female", "1990-01-01",
     TEST("co-test", "2022-01-01"), "2026-12-07", false},
    {"before 30 as long as the cytology alone", "cervical", "female",
     "1996-01-01", TEST("co-test", "2023-12-07"), "2026-12-07", true},
    {"and no shorter", "cervical", "female", "1996-01-01",
     TEST("co-test", "2023-12-08"), "2026-12-07", false},
    {"an abnormal one is not done", "cervical", "female", "1990-01-01",
     RESULT("cytology", "2026-06-01", "abnormal"), "2026-12-07", true},
    {"not without a cervix", "cervical", "female", "1980-01-01", HAS("Z90.710"),
     "2026-12-07", false},
    {"not after the operation", "cervical", "female", "1980-01-01",
     HAD("58150"), "2026-12-07", false},
    {"however the code is written", "cervical", "female", "1980-01-01",
     HAS("Z90710"), "2026-12-07", false},
    {"in small letters too", "cervical", "female", "1980-01-01", HAS("z90.710"),
     "2026-12-07", false},
    {"still with a cervix that was left", "cervical", "female", "1980-01-01",
     HAS("Z90.711"), "2026-12-07", true},
    {"not after a cancer of the colon", "colorectal", "male", "1970-01-01",
     HAS("Z85.038"), "2026-12-07", false},
    {"in the code's header, too", "colorectal", "male", "1970-01-01",
     HAS("Z85.03"), "2026-12-07", false},
    {"nor of the rectum", "colorectal", "male", "1970-01-01", HAS("Z85.04"),
     "2026-12-07", false},
    {"another digestive organ's is none", "colorectal", "male", "1970-01-01",
     HAS("Z85.028"), "2026-12-07", true},
    {"nor after one for a tumour that takes it along", "cervical", "female",
     "1980-01-01", HAD("58951"), "2026-12-07", false},
    {"nor after the removal of the cervix alone", "cervical", "female",
     "1980-01-01", HAD("57530"), "2026-12-07", false},
    {"in the codes of a hospital", "cervical", "female", "1980-01-01",
     HAD("0utc4zz"), "2026-12-07", false},
    {"still after a tumour operation that leaves it", "cervical", "female",
     "1980-01-01", HAD("58952"), "2026-12-07", true},
    {"still after one that leaves it", "cervical", "female", "1980-01-01",
     HAD("58180"), "2026-12-07", true},
    {"with HIV there is another plan", "cervical", "female", "1980-01-01",
     HAS("B20"), "2026-12-07", false},
    {"not before the guideline", "cervical", "female", "1990-01-01", "",
     "2026-01-04", false},
    {"from its day on", "cervical", "female", "1990-01-01", "", "2026-01-05",
     true},

    {"only with diabetes", "hba1c", "male", "1970-01-01", "", "2026-12-07",
     false},
    {"prediabetes is none", "hba1c", "male", "1970-01-01", HAS("R73.03"),
     "2026-12-07", false},
    {"never measured", "hba1c", "male", "1970-01-01", HAS("E11.9"),
     "2026-12-07", true},
    {"by SNOMED too", "hba1c", "male", "1970-01-01", HAS("44054006"),
     "2026-12-07", true},
    {"at the goal 6 months", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-06-08", "6.9", "'%'"), "2026-12-07",
     false},
    {"to the day", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-06-07", "6.9", "'%'"), "2026-12-07",
     true},
    {"7 % is above the goal: 3 months", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-09-07", "7.0", "'%'"), "2026-12-07",
     true},
    {"less a day", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-09-08", "7.0", "NULL"), "2026-12-07",
     false},
    {"52 mmol/mol are below it", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-07-07", "52", "'mmol/mol'"),
     "2026-12-07", false},
    {"53 are not", "hba1c", "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-07-07", "53", "'mmol/mol'"),
     "2026-12-07", true},
    {"without a number the longer time", "hba1c", "male", "1970-01-01",
     HAS("E11.9") TEST("hba1c", "2026-07-07"), "2026-12-07", false},
    {"a newer one at the goal ends what an older one above it began", "hba1c",
     "male", "1970-01-01",
     HAS("E11.9") VALUE("hba1c", "2026-05-07", "8.1", "'%'")
         VALUE("hba1c", "2026-08-07", "6.8", "'%'"),
     "2026-12-07", false},
    {"the date that the record has wins: treatment was changed", "hba1c",
     "male", "1970-01-01",
     HAS("E11.9")
         VALUE("hba1c", "2026-11-01", "6.5",
               "'%'") "UPDATE screening SET next_due_on = '2026-12-01';",
     "2026-12-07", true},
    {"diabetes that is over", "hba1c", "male", "1970-01-01",
     HAS("E13.9") "UPDATE condition SET until_on = '2026-11-30';", "2026-12-07",
     false},

    {"the eyes once a year", "diabetic-eyes", "male", "1970-01-01",
     HAS("E10.9") TEST("retinal-exam", "2025-12-07"), "2026-12-07", true},
    {"a photograph counts, and what it shows does not matter", "diabetic-eyes",
     "male", "1970-01-01",
     HAS("E10.9") RESULT("retinal-photo", "2025-12-08", "abnormal"),
     "2026-12-07", false},
    {"nobody without diabetes", "diabetic-eyes", "male", "1970-01-01", "",
     "2026-12-07", false},

    {"no children", "blood-pressure", "male", "2009-01-01", "", "2026-12-07",
     false},
    {"every adult", "blood-pressure", "male", "2008-12-07", "", "2026-12-07",
     true},
    {"from 40 on yearly", "blood-pressure", "male", "1986-12-07",
     PRESSURE("2025-12-07", "118", "76"), "2026-12-07", true},
    {"before 40 every 3 years", "blood-pressure", "male", "1986-12-08",
     PRESSURE("2023-12-08", "118", "76"), "2026-12-07", false},
    {"to the day", "blood-pressure", "male", "1986-12-08",
     PRESSURE("2023-12-07", "118", "76"), "2026-12-07", true},
    {"yearly when it was high-normal", "blood-pressure", "male", "1996-01-01",
     PRESSURE("2025-12-07", "131", "76"), "2026-12-07", true},
    {"or the second number was", "blood-pressure", "male", "1996-01-01",
     PRESSURE("2025-12-07", "118", "85"), "2026-12-07", true},
    {"or with overweight", "blood-pressure", "male", "1996-01-01",
     HAS("E66.3") PRESSURE("2025-12-07", "118", "76"), "2026-12-07", true},
    {"known hypertension is another matter", "blood-pressure", "male",
     "1960-01-01", HAS("I10"), "2026-12-07", false},

    {"in the season", "influenza", "male", "1970-01-01", "", "2026-09-01",
     true},
    {"not a day before", "influenza", "male", "1970-01-01", "", "2026-08-31",
     false},
    {"over the turn of the year", "influenza", "male", "1970-01-01", "",
     "2027-03-31", true},
    {"not after", "influenza", "male", "1970-01-01", "", "2027-04-01", false},
    {"of last spring is not of this season", "influenza", "male", "1970-01-01",
     TEST("flu-vaccine", "2026-03-15"), "2026-09-01", true},
    {"of July is", "influenza", "male", "1970-01-01",
     TEST("flu-vaccine", "2026-07-01"), "2026-09-01", false},
    {"and counts in the next year too", "influenza", "male", "1970-01-01",
     TEST("flu-vaccine", "2026-07-01"), "2027-02-28", false},
    {"not of June", "influenza", "male", "1970-01-01",
     TEST("flu-vaccine", "2026-06-30"), "2027-02-28", true},
    {"from 6 months on", "influenza", "female", "2026-06-07", "", "2026-12-07",
     true},
    {"no younger", "influenza", "female", "2026-06-08", "", "2026-12-07",
     false},
    {"not with an allergy to it", "influenza", "female", "1970-01-01",
     HAS("Z88.7"), "2026-12-07", false},
};

static void who_is_due(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(due_rows); i++) {
        const struct due_row *row = &due_rows[i];
        char condition[100];
        patient(row->sex, row->born);
        sql(row->facts);
        snprintf(condition, sizeof(condition), "overdue for '%s'",
                 row->measure);
        if (holds("patient", condition, row->today) != row->due)
            fail_msg("%s: %s: %s", row->measure, row->sentence,
                     row->due ? "should be due" : "should not be due");
        /* who is overdue is not screened, and the reverse where it concerns */
        snprintf(condition, sizeof(condition),
                 "overdue for '%s' and screened '%s'", row->measure,
                 row->measure);
        assert_false(holds("patient", condition, row->today));
    }
}

/* "within 30 days" looks from today at what will be. */
static void who_will_be_due(void **state)
{
    static const struct {
        const char *sentence, *condition, *facts, *today;
        bool holds;
    } rows[] = {
        {"30 days before", "due for 'cervical' within 30 days",
         TEST("cytology", "2024-01-06"), "2026-12-07", true},
        {"31 days before", "due for 'cervical' within 30 days",
         TEST("cytology", "2024-01-07"), "2026-12-07", false},
        {"that is not overdue", "overdue for 'cervical'",
         TEST("cytology", "2024-01-06"), "2026-12-07", false},
        {"4 weeks", "due for 'cervical' within 4 weeks",
         TEST("cytology", "2024-01-06"), "2026-12-07", false},
        {"a recorded date looks ahead as well",
         "due for 'cervical' within 30 days",
         TEST("cytology", "2026-01-06") "UPDATE screening SET next_due_on ="
                                        " '2027-01-06';",
         "2026-12-07", true},
        {"and wins there too", "due for 'cervical' within 30 days",
         TEST("cytology", "2024-01-06") "UPDATE screening SET next_due_on ="
                                        " '2028-01-06';",
         "2026-12-07", false},
        {"a season is not ahead of itself",
         "due for 'influenza' within 30 days", "", "2026-08-15", false},
        {"what counts for the season that is ending counts to its end",
         "due for 'influenza' within 30 days",
         TEST("flu-vaccine", "2026-10-01"), "2027-03-15", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        patient("female", "1990-01-01");
        sql(rows[i].facts);
        if (holds("patient", rows[i].condition, rows[i].today) != rows[i].holds)
            fail_msg("%s", rows[i].sentence);
    }
}

/* By the number where the measure has a limit, else by the laboratory. */
static void which_result_is_abnormal(void **state)
{
    static const struct {
        const char *sentence, *measure, *fact;
        bool abnormal;
    } rows[] = {
        {"140 above", "blood-pressure", PRESSURE("2026-12-01", "140", "80"),
         true},
        {"90 below", "blood-pressure", PRESSURE("2026-12-01", "130", "90"),
         true},
        {"139 over 89", "blood-pressure", PRESSURE("2026-12-01", "139", "89"),
         false},
        {"not with known hypertension, which is treated", "blood-pressure",
         HAS("I10") PRESSURE("2026-12-01", "152", "96"), false},
        {"180 with everybody", "blood-pressure",
         HAS("I10") PRESSURE("2026-12-01", "180", "96"), true},
        {"and 120 below", "blood-pressure",
         HAS("59621000") PRESSURE("2026-12-01", "160", "120"), true},
        {"above 9 %", "hba1c", VALUE("hba1c", "2026-12-01", "9.1", "'%'"),
         true},
        {"9 % is not", "hba1c", VALUE("hba1c", "2026-12-01", "9", "NULL"),
         false},
        {"75 mmol/mol are not", "hba1c",
         VALUE("hba1c", "2026-12-01", "75", "'mmol/mol'"), false},
        {"76 are", "hba1c", VALUE("hba1c", "2026-12-01", "76", "'mmol/mol'"),
         true},
        {"a number is stronger than the laboratory's word", "hba1c",
         VALUE("hba1c", "2026-12-01", "7.4",
               "'%'") "UPDATE screening SET result = 'abnormal';",
         false},
        {"without one the word counts", "hba1c",
         RESULT("hba1c", "2026-12-01", "abnormal"), true},
        {"no number, no word", "hba1c", TEST("hba1c", "2026-12-01"), false},
        {"the word alone where there is no limit", "colorectal",
         RESULT("fit", "2026-12-01", "abnormal"), true},
        {"another test", "breast", RESULT("fit", "2026-12-01", "abnormal"),
         false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char condition[100];
        patient("female", "1960-01-01");
        sql(rows[i].fact);
        sql("UPDATE screening SET id = 1, resulted_at = 1");
        snprintf(condition, sizeof(condition), "abnormal by '%s'",
                 rows[i].measure);
        if (holds("result", condition, "2026-12-07") != rows[i].abnormal)
            fail_msg("%s", rows[i].sentence);
        snprintf(condition, sizeof(condition), "abnormal '%s' result open",
                 rows[i].measure);
        if (holds("patient", condition, "2026-12-07") != rows[i].abnormal)
            fail_msg("open: %s", rows[i].sentence);
        sql("UPDATE screening SET resolved = 1");
        assert_false(holds("patient", condition, "2026-12-07"));
    }
}

/* Dated data that somebody signs: nothing shipped is signed for them. */
static void each_has_a_source_and_no_signature(void **state)
{
    char path[4096];
    char **names;
    size_t count;
    struct error err = {0};
    (void)state;
    const char *root = getenv("OUTREACH_SOURCE");
    snprintf(path, sizeof(path), "%s/measures", root ? root : ".");
    assert_true(file_list(path, ".json", &names, &count, &err));
    assert_true(count >= 7);
    for (size_t i = 0; i < count; i++) {
        char file[5000];
        struct buf text;
        file_join(file, sizeof(file), path, names[i]);
        assert_true(file_read(file, 1 << 20, &text, &err));
        struct json *doc =
            json_parse(text.data, text.len, JSON_COMMENTS, &err, NULL);
        assert_non_null(doc);
        const struct json_node *measure = json_root(doc);
        assert_true(strlen(json_get_text(measure, "source")) > 20);
        assert_true(strlen(json_get_text(measure, "about")) > 20);
        assert_non_null(json_get_text(measure, "effective_from"));
        assert_string_equal(json_get_text(measure, "reviewed_by"), "");
        json_free(doc);
        buf_free(&text);
    }
    file_list_free(names, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_due),
        cmocka_unit_test(who_will_be_due),
        cmocka_unit_test(which_result_is_abnormal),
        cmocka_unit_test(each_has_a_source_and_no_signature),
    };
    return cmocka_run_group_tests(tests, open_store, close_store);
}
