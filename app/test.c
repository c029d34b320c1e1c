/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach test`: campaign tests (NAME.test.json beside a campaign). Each
 * case is played by the real import and the real engine in a folder of its
 * own, over pretended time; what came differently is told line by line.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "campaigns/scenario.h"

#include "app/campaign_files.h"
#include "app/campaign_options.h"
#include "app/command.h"
#include "app/scenario_run.h"
#include "app/table.h"

enum { PRINT_MAX = 4 << 20, BUNDLE_MAX = 8 << 20 };

struct testing {
    const struct options *options;
    struct setup setup;
    size_t files, passed, failed;
};

/* Telling ---------------------------------------------------------------------
 */

static void tell_faults(const struct faults *faults)
{
    struct buf text;
    if (faults->errors == 0)
        return;
    buf_init(&text, PRINT_MAX);
    faults_print(faults, &text);
    print_to(stderr, "%s", text.data);
    buf_free(&text);
}

static void json_result(const struct scenarios *file,
                        const struct scenario *scenario, char *differences)
{
    struct buf out;
    struct json_writer json;
    char *rest = NULL;
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(&json, "file", file->path);
    json_write_text(&json, "campaign", file->campaign);
    json_write_text(&json, "case", scenario->name);
    json_write_integer(&json, "line", scenario->line);
    json_write_bool(&json, "passed", !*differences);
    json_write_array(&json, "differences");
    for (char *line = strtok_r(differences, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        json_write_text(&json, NULL, line);
    json_write_end(&json, ']');
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

static void tell_result(struct testing *testing, const struct scenarios *file,
                        const struct scenario *scenario, char *differences)
{
    bool passed = !*differences;
    char *rest = NULL;
    testing->passed += passed;
    testing->failed += !passed;
    if (testing->options->json) {
        json_result(file, scenario, differences);
        return;
    }
    if (passed && testing->options->quiet)
        return;
    print("  %s%s%s  %s\n",
          terminal_tone(stdout, passed ? TONE_GREEN : TONE_RED),
          passed ? "ok  " : "FAIL", terminal_tone(stdout, TONE_PLAIN),
          scenario->name);
    for (char *line = strtok_r(differences, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        print("          %s\n", line);
}

/* Testing -------------------------------------------------------------------
 */

static bool test_cases(struct testing *testing, const struct scenarios *file,
                       const struct campaign *campaign,
                       const struct buf *bundle, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < file->count && ok; i++) {
        struct buf differences;
        struct faults faults;
        buf_init(&differences, PRINT_MAX);
        faults_init(&faults);
        ok = scenario_run(&testing->setup, campaign, bundle, file,
                          &file->items[i], &differences, &faults, err);
        if (faults.errors > 0) {
            tell_faults(&faults);
            buf_reset(&differences);
            buf_text(&differences, "its rows have faults: it was not played");
            ok = true; /* the other cases go on */
        }
        if (ok)
            tell_result(testing, file, &file->items[i], differences.data);
        faults_free(&faults);
        buf_free(&differences);
    }
    return ok;
}

/* The campaign of a test lies in the same folder. */
static bool find_campaign(const struct scenarios *file, char *path, size_t size,
                          struct error *err)
{
    char folder[PATH_MAX];
    size_t len = (size_t)(file_base(file->path) - file->path);
    text_copy(folder, sizeof(folder), len ? file->path : ".");
    if (len > 1)
        folder[len - 1] = '\0';
    return campaign_files_find(folder, file->campaign, path, size, err);
}

static bool test_file(void *arg, const char *path)
{
    struct testing *testing = arg;
    const struct config *config = testing->setup.config;
    char campaign_path[PATH_MAX];
    struct faults faults;
    struct buf bundle;
    struct error err = {0};
    testing->files++;
    faults_init(&faults);
    buf_init(&bundle, BUNDLE_MAX);
    struct campaign *campaign = NULL;
    struct scenarios *file = scenarios_load(path, &faults);
    bool ok = !file ||
              find_campaign(file, campaign_path, sizeof(campaign_path), &err);
    if (file && ok) {
        struct bundle_options options = campaign_options(config, clock_now());
        campaign = campaign_load(campaign_path, &options, &faults, &bundle);
    }
    if (campaign)
        scenarios_check(file, campaign, &faults);
    tell_faults(&faults);
    testing->failed += faults.errors > 0;
    if (campaign && faults.errors == 0) {
        if (!testing->options->json && !testing->options->quiet)
            print("%s\n", path);
        ok = test_cases(testing, file, campaign, &bundle, &err);
    }
    if (!ok) {
        testing->failed++;
        print_to(stderr, "outreach: %s: %s\n", path, err.text);
    }
    campaign_free(campaign);
    scenarios_free(file);
    buf_free(&bundle);
    faults_free(&faults);
    return true;
}

static int tell_all(const struct testing *testing)
{
    if (!testing->options->json && !testing->options->quiet)
        print("%zu file%s: %zu passed, %zu failed\n", testing->files,
              testing->files == 1 ? "" : "s", testing->passed, testing->failed);
    return testing->failed ? EXIT_NO : EXIT_FINE;
}

static int run(const struct options *options, int argc, char **argv)
{
    int count;
    if (!command_flags(&command_test, NULL, 0, argc, argv, &count))
        return EXIT_USAGE;
    struct error err = {0};
    struct testing testing = {.options = options};
    bool ok = setup_open(&testing.setup, options, &err);
    if (ok) {
        const char *own[] = {testing.setup.config->campaigns_dir};
        ok = campaign_tests_each(count ? (const char *const *)argv : own,
                                 count ? (size_t)count : 1, test_file, &testing,
                                 &err);
    }
    int code = ok ? tell_all(&testing) : command_fail(&err);
    setup_close(&testing.setup);
    return code;
}

const struct command command_test = {
    .name = "test",
    .synopsis = "[FILE|DIR...]",
    .summary = "Play campaign tests: who gets what, when, and why not",
    .help =
        "Without operands: the configuration's campaigns folder. A folder\n"
        "means every *.test.json directly in it. A test gives rows and a\n"
        "clock and says which messages leave, which do not and why, and which\n"
        "tasks open (docs/campaigns.md). The import and the engine are the\n"
        "real ones, on a store of the test's own; nobody is reached.\n\n"
        "Exit code 0: all passed; 1: some did not.\n",
    .run = run,
};
