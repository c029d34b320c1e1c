/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measure files: where one is looked for and which is taken, what its dates
 * come to on a day, and its versions in one file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "store/measure.h"

#include "campaigns/bundle.h"
#include "campaigns/campaign.h"

#define PATH_BYTES 4096

static char house[] = "/tmp/outreach-measure-XXXXXX";

static void put(const char *path, const char *text)
{
    char folder[PATH_BYTES];
    struct error err = {0};
    for (const char *at = path; (at = strchr(at, '/')) != NULL; at++) {
        snprintf(folder, sizeof(folder), "%.*s", (int)(at - path), path);
        if (!file_is_directory(folder))
            assert_true(file_make_directory(folder, 0700, &err));
    }
    if (!file_write(path, text, strlen(text), 0600, &err))
        fail_msg("%s", err.text);
}

/* Every measure says where it lies. */
static void put_measure(const char *folder, const char *name)
{
    char path[200];
    char text[400];
    snprintf(path, sizeof(path), "%s/%s.json", folder, name);
    snprintf(text, sizeof(text),
             "{ \"measure\": \"%s\", \"source\": \"%s\", \"effective_from\": "
             "\"2020-01-01\", \"satisfied_by\": { \"fit\": \"1 year\" } }",
             name, folder);
    put(path, text);
}

static void put_campaign(const char *path, const char *measure)
{
    char text[600];
    snprintf(text, sizeof(text),
             "{ \"campaign\": \"c\", \"owner\": \"o\", \"purpose\": "
             "\"screening\", \"anchor\": \"patient\",\n \"audience\": [ "
             "\"overdue for '%s'\" ],\n \"steps\": [ { \"step\": \"s\", "
             "\"when\": \"on entry at 10:00\", \"task\": { \"to\": \"nurse\", "
             "\"within\": \"1 day\" } } ] }",
             measure);
    put(path, text);
}

static int enter_house(void **state)
{
    (void)state;
    return mkdtemp(house) == NULL || chdir(house) != 0;
}

static int leave_house(void **state)
{
    (void)state;
    file_remove_tree(house);
    return chdir("/");
}

static const struct bundle_options options = {
    .measures_dir = "own",
    .measures_shipped = "shipped",
};

/* The measure that a campaign takes, by what it says of itself. */
static void assert_taken(const char *path, const char *measure,
                         const struct bundle_options *with, const char *wanted)
{
    struct faults faults;
    struct buf out;
    faults_init(&faults);
    buf_init(&out, 10000);
    struct campaign *campaign = campaign_load(path, with, &faults, NULL);
    faults_print(&faults, &out);
    const char *got = campaign != NULL
                          ? campaign->audience[0].predicate->measure->source
                          : out.data;
    if (!text_equal(got, wanted))
        fail_msg("%s of %s: %s", measure, path, got);
    campaign_free(campaign);
    buf_free(&out);
    faults_free(&faults);
}

static void the_nearest_measure_is_taken_each_name_by_itself(void **state)
{
    (void)state;
    put_campaign("campaigns/c.json", "mine");
    put_campaign("campaigns/other.json", "other");
    put_measure("campaigns/measures", "mine");
    put_measure("measures", "mine");
    put_measure("own", "mine");
    put_measure("shipped", "mine");
    put_measure("shipped", "other");
    put_campaign("elsewhere/c.json", "mine");

    static const struct {
        const char *path, *wanted;
    } rows[] = {
        {"campaigns/c.json", "campaigns/measures"},
        {"./campaigns/c.json", "campaigns/measures"},
        {"campaigns/../campaigns/c.json", "campaigns/measures"},
        {"elsewhere/c.json", "measures"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_taken(rows[i].path, "mine", &options, rows[i].wanted);
    assert_taken("campaigns/other.json", "other", &options, "shipped");

    unlink("campaigns/measures/mine.json");
    assert_taken("campaigns/c.json", "mine", &options, "measures");
    unlink("measures/mine.json");
    assert_taken("campaigns/c.json", "mine", &options, "own");
    unlink("own/mine.json");
    assert_taken("campaigns/c.json", "mine", &options, "shipped");
    unlink("shipped/mine.json");
    assert_taken("campaigns/c.json", "mine", &options,
                 "campaigns/c.json:2:29: error: no measure 'mine': it wants a "
                 "file measures/mine.json\n");
}

/* A measure that lies where we stand is not above a campaign elsewhere. */
static void above_is_above_the_campaign(void **state)
{
    (void)state;
    put_campaign("there/campaigns/c.json", "mine");
    put_measure("there/measures", "mine");
    put_measure("here/measures", "mine");
    assert_int_equal(chdir("here"), 0);
    assert_taken("../there/campaigns/c.json", "mine", NULL, "there/measures");
    unlink("../there/measures/mine.json");
    assert_taken("../there/campaigns/c.json", "mine", NULL,
                 "../there/campaigns/c.json:2:29: error: no measure 'mine': it "
                 "wants a file measures/mine.json\n");
    assert_int_equal(chdir(house), 0);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    static const struct bundle_options misspelt = {
        .measures_dir = "owm", .measures_shipped = "shipped"};
    put_campaign("two/c.json", "other' and not overdue for 'other");
    assert_taken("two/c.json", "other", &misspelt,
                 "owm: error: there is no such folder, but \"measures\" in "
                 "outreach.json names it\n");
}

/* Dates ---------------------------------------------------------------------
 */

#define VERSION(dates)                                \
    "{ \"measure\": \"m\", \"source\": \"s\", " dates \
    ", \"satisfied_by\": { \"fit\": \"1 year\" } }"
#define FROM(day) "\"effective_from\": \"" day "\""
#define TO(day) "\"effective_to\": \"" day "\""
#define IN "dates/measures/m.json:1:"

static const struct dates_row {
    const char *sentence, *text;
    const char *told; /* on 2026-11-23 */
} dates_rows[] = {
    {"in force without an end", VERSION(FROM("2026-11-23")), ""},
    {"not yet in force", VERSION(FROM("2026-11-24")),
     IN "52: warning: 'm' is not in force before 2026-11-24: until then nobody "
        "is due\n"},
    {"ended", VERSION(FROM("2020-01-01") ", " TO("2026-11-22")),
     IN "82: warning: 'm' has ended: nobody is due any more; is there a newer "
        "version?\n"},
    {"the last day", VERSION(FROM("2020-01-01") ", " TO("2026-11-23")),
     IN "82: warning: 'm' ends soon: nobody is due from 2026-11-24 on; what "
        "follows it?\n"},
    {"in ninety days", VERSION(FROM("2020-01-01") ", " TO("2027-02-21")),
     IN "82: warning: 'm' ends soon: nobody is due from 2027-02-22 on; what "
        "follows it?\n"},
    {"in ninety-one", VERSION(FROM("2020-01-01") ", " TO("2027-02-22")), ""},
    {"from and to turned round",
     VERSION(FROM("2026-01-01") ", " TO("2025-12-31")),
     IN "82: error: \"effective_to\" lies before \"effective_from\"\n"},
    {"one day", VERSION(FROM("2099-01-01") ", " TO("2099-01-01")),
     IN "52: warning: 'm' is not in force before 2099-01-01: until then nobody "
        "is due\n"},
    {"what follows begins on the next day",
     "[" VERSION(FROM("2020-01-01") ", " TO("2026-12-31")) "," VERSION(
         FROM("2027-01-01")) "]",
     ""},
    {"what follows ends it",
     "[" VERSION(FROM("2020-01-01")) "," VERSION(FROM("2027-01-01")) "]", ""},
    {"a gap, soon",
     "[" VERSION(FROM("2020-01-01") ", " TO("2026-12-31")) "," VERSION(
         FROM("2027-02-01")) "]",
     IN "83: warning: from 2027-01-01 nobody is due by 'm', until its next "
        "version begins on 2027-02-01\n"},
    {"a former version that ended is no news",
     "[" VERSION(FROM("2020-01-01") ", " TO("2021-12-31")) "," VERSION(
         FROM("2022-02-01")) "]",
     ""},
    {"one version in a list", "[" VERSION(FROM("2020-01-01")) "]", ""},
    {"versions out of order",
     "[" VERSION(FROM("2020-01-01")) "," VERSION(FROM("2020-01-01")) "]",
     IN "156: error: versions stand in the order of their dates: the one "
        "before begins on 2020-01-01\n"},
    {"versions that overlap",
     "[" VERSION(FROM("2020-01-01") ", " TO("2026-12-31")) "," VERSION(
         FROM("2026-12-31")) "]",
     IN "186: error: the version before is in force until 2026-12-31: this "
        "one begins later\n"},
    {"no version", "[]", IN "1: error: a measure has 1 to 20 versions\n"},
    {"every version has the name",
     "[" VERSION(FROM("2020-01-01")) ", { \"measure\": \"n\", \"source\": "
                                     "\"s\", \"effective_from\": "
                                     "\"2021-01-01\", \"satisfied_by\": { "
                                     "\"fit\": \"1 year\" } }]",
     IN "119: error: the file is called m.json, so the measure is \"m\"\n"},
    {"a result that no laboratory's word is",
     VERSION(FROM("2020-01-01") ", \"only_results\": [\"nromal\"]"),
     IN "83: error: a result is never 'nromal'; did you mean 'normal'?\n"},
    {"a result as another feed spells it",
     VERSION(FROM("2020-01-01") ", \"only_results\": [\"negative\"]"),
     IN "83: error: a result is never 'negative': it is kept as 'normal'\n"},
};

static void dates_are_told_on_their_day(void **state)
{
    (void)state;
    static const struct bundle_options today = {.today = {2026, 11, 23}};
    put_campaign("dates/c.json", "m");
    for (size_t i = 0; i < sizeof(dates_rows) / sizeof(dates_rows[0]); i++) {
        const struct dates_row *row = &dates_rows[i];
        struct faults faults;
        struct buf out;
        put("dates/measures/m.json", row->text);
        faults_init(&faults);
        buf_init(&out, 10000);
        struct campaign *campaign =
            campaign_load("dates/c.json", &today, &faults, NULL);
        faults_print(&faults, &out);
        if (strcmp(out.data, row->told) != 0)
            fail_msg("%s:\n%swanted:\n%s", row->sentence, out.data, row->told);
        assert_int_equal(campaign == NULL, strstr(row->told, "error") != NULL);
        campaign_free(campaign);
        buf_free(&out);
        faults_free(&faults);
    }
}

/* All versions travel in the bundle, and what is stored is not advised about:
 * it was when it was launched. */
static void a_bundle_keeps_all_versions(void **state)
{
    (void)state;
    static const struct bundle_options today = {.today = {2026, 11, 23}};
    struct faults faults;
    struct buf bundle;
    faults_init(&faults);
    buf_init(&bundle, 100000);
    put("dates/measures/m.json",
        "[" VERSION(FROM("2020-01-01")) "," VERSION(FROM(
            "2021-01-01")) "," VERSION(FROM("2022-01-01") ", " TO("2022-12-"
                                                                  "31")) "]");
    put_campaign("dates/c.json", "m");
    campaign_free(campaign_load("dates/c.json", &today, &faults, &bundle));
    assert_int_equal(faults.errors, 0);
    size_t told = faults.count;
    struct campaign *stored =
        campaign_from_bundle(bundle.data, bundle.len, &faults);
    assert_non_null(stored);
    assert_int_equal(faults.count, told);
    const struct measure *measure = stored->audience[0].predicate->measure;
    assert_string_equal(measure->effective_from, "2022-01-01");
    assert_string_equal(measure->effective_to, "2022-12-31");
    assert_string_equal(measure->former->effective_from, "2021-01-01");
    assert_null(measure->former->effective_to);
    assert_null(measure->former->former->former);
    campaign_free(stored);
    buf_free(&bundle);
    faults_free(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_measure_is_taken_each_name_by_itself),
        cmocka_unit_test(above_is_above_the_campaign),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
        cmocka_unit_test(dates_are_told_on_their_day),
        cmocka_unit_test(a_bundle_keeps_all_versions),
    };
    return cmocka_run_group_tests(tests, enter_house, leave_house);
}
