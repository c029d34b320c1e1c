/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach pause` and `outreach resume`: stop what is queued, at once, for
 * one campaign or all. A running service sees it within a second, and looks
 * again before every single hand-over.
 */
#include "store/campaign_store.h"
#include "store/store.h"

#include "app/command.h"
#include "app/setup.h"

static bool change_one(struct store *store, const char *name, bool pause,
                       struct error *err)
{
    struct campaign_row row;
    bool found;
    if (!campaign_find(store, name, &found, &row, err))
        return false;
    if (!found)
        return error_set(err, ERROR_INPUT,
                         "no campaign '%s' was launched here; see 'outreach "
                         "status'",
                         name);
    enum campaign_state from = pause ? CAMPAIGN_RUNNING : CAMPAIGN_PAUSED;
    enum campaign_state to = pause ? CAMPAIGN_PAUSED : CAMPAIGN_RUNNING;
    if (row.state == to)
        return true;
    if (row.state != from)
        return error_set(err, ERROR_INPUT, "campaign '%s' is %s", name,
                         campaign_state_name(row.state));
    return campaign_set_state(store, row.id, to, command_actor(), clock_now(),
                              err);
}

struct change {
    const char *name; /* NULL: everything */
    bool pause;
};

static bool change(struct store *store, void *arg, struct error *err)
{
    const struct change *wanted = arg;
    if (wanted->name)
        return change_one(store, wanted->name, wanted->pause, err);
    return campaign_pause_all(store, wanted->pause, command_actor(),
                              clock_now(), err);
}

static bool make_change(const struct options *options, struct change *wanted,
                        struct error *err)
{
    struct setup setup;
    bool ok = setup_open(&setup, options, err) &&
              setup_write(setup.config->store_path, change, wanted, err);
    setup_close(&setup);
    return ok;
}

static int run(const struct command *command, const struct options *options,
               int argc, char **argv, bool pause)
{
    const char *name = NULL;
    bool all = false;
    const struct flag flags[] = {
        {"campaign", &name, NULL},
        {"all", NULL, &all},
    };
    int count;
    if (!command_flags(command, flags, 2, argc, argv, &count))
        return EXIT_USAGE;
    if (count == 1 && !name)
        name = argv[0];
    else if (count)
        return command_usage(command, "unexpected '%s'", argv[0]);
    if (all == (name != NULL))
        return command_usage(command, "say --campaign NAME, or --all");
    struct error err = {0};
    struct change wanted = {name, pause};
    if (!make_change(options, &wanted, &err))
        return command_fail(&err);
    command_told(options, "campaign", name, pause ? "paused" : "running",
                 "%s: %s", name ? name : "everything",
                 pause ? "paused; nothing of it leaves until it is resumed"
                       : "resumed");
    return EXIT_FINE;
}

static int run_pause(const struct options *options, int argc, char **argv)
{
    return run(&command_pause, options, argc, argv, true);
}

static int run_resume(const struct options *options, int argc, char **argv)
{
    return run(&command_resume, options, argc, argv, false);
}

const struct command command_pause = {
    .name = "pause",
    .synopsis = "--campaign NAME | --all",
    .summary = "Stop what is queued, at once",
    .help = "What is already with a provider cannot be called back. Rows\n"
            "keep their place; those whose time passes meanwhile end as\n"
            "expired.\n",
    .run = run_pause,
};

const struct command command_resume = {
    .name = "resume",
    .synopsis = "--campaign NAME | --all",
    .summary = "Let a paused campaign, or everything, go on",
    .help = "Goes on with what is still useful.\n",
    .run = run_resume,
};
