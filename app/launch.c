/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach launch`: puts a campaign file to work, on purpose. Shows first
 * who would be reached, with which words and at what cost, and what differs
 * from the running version; records the content and who launched it. What
 * was sent already is not sent again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "store/campaign_store.h"
#include "store/status.h"
#include "store/store.h"

#include "app/answered.h"
#include "app/campaign_files.h"
#include "app/campaign_options.h"
#include "app/carried.h"
#include "app/clinics_known.h"
#include "app/command.h"
#include "app/confirm.h"
#include "app/difference.h"
#include "app/forecast.h"
#include "app/launch.h"
#include "app/samples.h"
#include "app/table.h"

enum { BUNDLE_MAX = 8 << 20 };

struct launch {
    const struct options *options;
    struct setup setup;
    struct campaign *campaign;
    struct buf bundle;
    instant now;
    int64_t campaign_id, version_id;
    bool paused, all_paused; /* it stays so: launching is not resuming */
};

static bool launch_talks(const struct launch *launch)
{
    return !launch->options->quiet && !launch->options->json;
}

/* Loads the file and prints its faults: false when there are errors. */
static bool load(struct launch *launch, const char *name, struct error *err)
{
    const struct config *config = launch->setup.config;
    char path[512];
    if (!campaign_files_find(config->campaigns_dir, name, path, sizeof(path),
                             err))
        return false;
    struct faults faults;
    struct bundle_options options = campaign_options(config, launch->now);
    campaign_options_policy(&options, launch->setup.policy);
    if (!campaign_options_lists(&options, config, NULL, err))
        return false;
    faults_init(&faults);
    launch->campaign = campaign_load(path, &options, &faults, &launch->bundle);
    if (faults.count) {
        struct buf text;
        buf_init(&text, BUNDLE_MAX);
        faults_print(&faults, &text);
        print_to(stderr, "%s", text.data);
        buf_free(&text);
    }
    faults_free(&faults);
    if (!launch->campaign)
        return error_set(err, ERROR_INPUT,
                         "%s has faults; nothing was launched", path);
    return true;
}

static bool record(struct store *store, void *arg, struct error *err)
{
    struct launch *launch = arg;
    const struct campaign *campaign = launch->campaign;
    return campaign_ensure(store, campaign->name, "campaign",
                           campaign->priority, &launch->campaign_id, err) &&
           campaign_launch(store, launch->campaign_id, launch->bundle.data,
                           campaign->sha256, command_actor(), NULL, launch->now,
                           &launch->version_id, err);
}

/* Into the forecast's copy: as if nothing were paused, or nobody would see
 * what they let loose when they resume. */
static bool rehearse(struct store *store, void *arg, struct error *err)
{
    const struct launch *launch = arg;
    return record(store, arg, err) &&
           (!launch->paused ||
            campaign_set_state(store, launch->campaign_id, CAMPAIGN_RUNNING,
                               command_actor(), launch->now, err)) &&
           (!launch->all_paused ||
            campaign_pause_all(store, false, command_actor(), launch->now,
                               err));
}

static void tell_paused(const struct launch *launch)
{
    if (launch->paused)
        print("%s is paused and stays so; what follows is as if it ran. Let "
              "it go on with: outreach resume --campaign %s\n",
              launch->campaign->name, launch->campaign->name);
    if (launch->all_paused)
        print("Everything is paused and stays so; what follows is as if it "
              "ran. Let it go on with: outreach resume --all\n");
}

static void print_difference(const struct launch *launch, const char *content)
{
    struct json *before = json_parse(content, strlen(content), 0, NULL, NULL);
    struct json *after =
        json_parse(launch->bundle.data, launch->bundle.len, 0, NULL, NULL);
    print("Changes against the running version:\n");
    difference_print(stdout, json_root(before), json_root(after));
    json_free(before);
    json_free(after);
}

/* What runs now, and how the file differs. `*same`: not at all. */
static bool show_running(struct launch *launch, struct store *store, bool *same,
                         struct error *err)
{
    struct campaign_row row;
    bool found;
    *same = false;
    if (!campaign_find(store, launch->campaign->name, &found, &row, err) ||
        !campaign_all_paused(store, &launch->all_paused, err))
        return false;
    launch->paused = found && row.state == CAMPAIGN_PAUSED;
    if (!found || row.version_id == 0) {
        if (launch_talks(launch))
            print("%s: a new campaign\n", launch->campaign->name);
        return true;
    }
    char when[CIVIL_TEXT_MAX];
    if (launch_talks(launch))
        print("%s: version %.12s runs since %s, launched by %s\n",
              launch->campaign->name, row.sha256,
              time_text(launch->setup.config->zone, row.launched_at, when),
              row.launched_by);
    if (text_equal(row.sha256, launch->campaign->sha256)) {
        *same = true;
        return true;
    }
    if (!launch_talks(launch))
        return true;
    char *content;
    if (!campaign_content(store, row.version_id, &content, err))
        return false;
    print_difference(launch, content);
    free(content);
    return true;
}

static bool show_forecast(struct launch *launch, struct error *err)
{
    struct forecast forecast;
    const struct config *config = launch->setup.config;
    const struct forecast_request request = {
        .from = launch->now,
        .until = launch->now + 7 * 24 * HOUR_MS,
        .change = rehearse,
        .change_arg = launch,
    };
    if (!forecast_run(&forecast, &launch->setup, &request, err))
        return false;
    struct forecast_view view = {
        .audience_of = launch->campaign,
        .campaign = launch->campaign->name,
        .since = launch->now,
        .currency = config->currency,
        .zone = config->zone,
        .json = launch->options->json,
        .most = 10,
    };
    bool ok = view.json || samples_print(&forecast, &view, err);
    ok = ok && forecast_print(&forecast, &view, err);
    forecast_close(&forecast);
    return ok;
}

static bool launch_campaign(struct launch *launch, const char *name, bool yes,
                            struct error *err)
{
    bool same = false;
    if (!setup_open(&launch->setup, launch->options, err) ||
        !load(launch, name, err))
        return false;
    struct store *store =
        store_open(launch->setup.config->store_path, STORE_READ_ONLY, err);
    bool ok = store && show_running(launch, store, &same, err);
    if (ok)
        clinics_unknown(launch->setup.config, store, clinics_print, stderr);
    if (ok && !same)
        unanswered_campaign(store, launch->campaign, carried_print, stderr);
    store_close(store);
    if (!ok)
        return false;
    if (same) {
        command_told(launch->options, "campaign", launch->campaign->name,
                     "unchanged", "The file says the same; nothing to launch.");
        return true;
    }
    carried_campaign(launch->setup.config, launch->campaign, carried_print,
                     stderr);
    char question[200];
    snprintf(question, sizeof(question), "Launch %s?", launch->campaign->name);
    if (!launch->options->quiet && !setup_look(&launch->setup, "launch", err))
        return false;
    if (launch_talks(launch))
        tell_paused(launch);
    if (!launch->options->quiet && !show_forecast(launch, err))
        return false;
    if (!(yes || confirm(question, err)) ||
        !setup_write(launch->setup.config->store_path, record, launch, err))
        return false;
    bool waits = launch->paused || launch->all_paused;
    command_told(
        launch->options, "campaign", launch->campaign->name,
        waits ? "paused" : "running", "Launched %s, version %.12s, by %s.%s",
        launch->campaign->name, launch->campaign->sha256, command_actor(),
        waits ? " Paused: nothing of it leaves until it is resumed." : "");
    return true;
}

bool launch_record(struct setup *setup, const char *name, instant now,
                   struct error *err)
{
    struct launch launch = {.setup = *setup, .now = now};
    buf_init(&launch.bundle, BUNDLE_MAX);
    bool ok = load(&launch, name, err) &&
              setup_write(setup->config->store_path, record, &launch, err);
    campaign_free(launch.campaign);
    buf_free(&launch.bundle);
    return ok;
}

static int run(const struct options *options, int argc, char **argv)
{
    bool yes = false;
    const struct flag flags[] = {{"yes", NULL, &yes}};
    int count;
    if (!command_flags(&command_launch, flags, 1, argc, argv, &count))
        return EXIT_USAGE;
    if (count != 1)
        return command_usage(&command_launch, "name one campaign");
    struct error err = {0};
    struct launch launch = {.options = options, .now = clock_now()};
    buf_init(&launch.bundle, BUNDLE_MAX);
    bool ok = launch_campaign(&launch, argv[0], yes, &err);
    campaign_free(launch.campaign);
    buf_free(&launch.bundle);
    setup_close(&launch.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_launch = {
    .name = "launch",
    .synopsis = "NAME [--yes]",
    .summary = "Put a campaign file to work, after showing what it will do",
    .help =
        "NAME is what the file calls itself, or a path. Shows the difference\n"
        "from the running version, samples in every language, who would be\n"
        "reached today and in seven days, and the cost; then asks.\n\n"
        "  --yes  do not ask\n\n"
        "Nothing that was sent is sent again by launching a corrected file.\n",
    .run = run,
};
