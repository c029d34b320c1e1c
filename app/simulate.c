/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach simulate`: the days ahead with make-believe carriers and patients.
 * The store is copied, the real engine runs over virtual time, and what comes
 * of it is counted (simulate_print.c). Reaches nobody, changes nothing.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "channels/fake.h"
#include "sandbox/behaviour.h"

#include "app/command.h"
#include "app/forecast.h"
#include "app/simulation.h"

enum { DAYS_DEFAULT = 14, DAYS_MAX = 366 };
/* How soon a reply is heard: replies take effect when they are polled for. */
#define POLL_MS (5 * MINUTE_MS)

struct simulate {
    const char *campaign, *days_text, *seed_text, *behaviour_path;
    int days;
    uint64_t seed;
    struct setup setup;
    struct behaviour *behaviour;
    struct behaving *behaving; /* one a provider */
};

static bool read_flags(struct simulate *simulate, struct error *err)
{
    int64_t days = DAYS_DEFAULT, seed = 1;
    if (!command_number("--days", simulate->days_text, 1, DAYS_MAX, &days,
                        err) ||
        !command_number("--seed", simulate->seed_text, 0, INT64_MAX, &seed,
                        err))
        return false;
    simulate->days = (int)days;
    simulate->seed = (uint64_t)seed;
    return true;
}

/* Each provider's fake gets a will, by a seed of its own. */
static void opened(void *arg)
{
    struct simulate *simulate = arg;
    const struct engine_config *engine = &simulate->setup.engine;
    for (size_t i = 0; i < engine->provider_count; i++) {
        struct behaving *one = &simulate->behaving[i];
        *one = (struct behaving){
            .behaviour = simulate->behaviour,
            .driver = fake_find(engine->providers[i].name),
            .seed = simulate->seed,
        };
        behave(one);
    }
}

static bool run_days(struct simulate *simulate, const struct options *options,
                     struct error *err)
{
    struct setup *setup = &simulate->setup;
    struct forecast forecast;
    struct engine_totals totals;
    instant now = clock_now();
    const struct forecast_request request = {
        .campaign = simulate->campaign,
        .from = now,
        .until = now + simulate->days * 24 * HOUR_MS,
        .opened = opened,
        .opened_arg = simulate,
        .poll_ms = POLL_MS,
        .totals = &totals,
    };
    simulate->behaving = memory_new((setup->engine.provider_count + 1) *
                                    sizeof(simulate->behaving[0]));
    setup->engine.seed = simulate->seed;
    setup->engine.counted = simulate->campaign;
    if (!forecast_run(&forecast, setup, &request, err))
        return false;
    const struct simulation simulation = {
        .setup = setup,
        .forecast = &forecast,
        .campaign = simulate->campaign,
        .totals = &totals,
        .days = simulate->days,
        .seed = simulate->seed,
        .json = options->json,
    };
    bool ok = simulation_print(&simulation, err);
    forecast_close(&forecast);
    return ok;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct simulate simulate = {0};
    const struct flag flags[] = {
        {"campaign", &simulate.campaign, NULL},
        {"days", &simulate.days_text, NULL},
        {"seed", &simulate.seed_text, NULL},
        {"behaviour", &simulate.behaviour_path, NULL},
    };
    int count;
    if (!command_flags(&command_simulate, flags, 4, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_simulate, "unexpected '%s'", argv[0]);
    struct error err = {0};
    bool ok = read_flags(&simulate, &err) &&
              setup_open(&simulate.setup, options, &err) &&
              (simulate.behaviour = config_behaviour(
                   simulate.setup.config, simulate.behaviour_path, &err)) &&
              run_days(&simulate, options, &err);
    behaviour_free(simulate.behaviour);
    free(simulate.behaving);
    setup_close(&simulate.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_simulate = {
    .name = "simulate",
    .synopsis = "[--campaign NAME] [--days N] [--seed N] [--behaviour FILE]",
    .summary = "The days ahead with make-believe carriers and patients",
    .help =
        "Runs the engine itself over virtual days on a copy of the store, "
        "with\n"
        "carriers that fail and patients that answer or opt out now and then,\n"
        "and says what would go out on each day and hour, what would come\n"
        "back, which limits bite, what it costs and which tasks open for\n"
        "people. Nobody is reached and nothing is changed.\n\n"
        "  --campaign NAME   show this one (all of them run: they share the "
        "caps)\n"
        "  --days N          how many, 14 unless said\n"
        "  --seed N          another world; the same seed, the same world\n"
        "  --behaviour FILE  how carriers and patients behave (see the\n"
        "                    shipped simulation/behaviour.json)\n",
    .run = run,
};
