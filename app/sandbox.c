/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach sandbox`: a make-believe carrier on loopback, and make-believe
 * patients. Alone it serves whoever is configured to use it; with --campaign it
 * tries a campaign from end to end (sandbox_trial.c). Reaches nobody.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "io/loop.h"
#include "sandbox/carrier.h"

#include "app/command.h"
#include "app/config.h"
#include "app/sandbox_show.h"
#include "app/sandbox_trial.h"
#include "app/table.h"

enum { DAYS_DEFAULT = 7, DAYS_MAX = 366, PRINT_MAX = 4096 };

struct sandbox {
    const char *campaign, *days_text, *seed_text, *behaviour_path, *listen;
    int64_t days, seed;
    struct behaviour *behaviour;
    struct config *config;
};

static bool read_flags(struct sandbox *sandbox, const struct options *options,
                       struct error *err)
{
    if (sandbox->days_text && !sandbox->campaign)
        return error_set(err, ERROR_USAGE,
                         "--days belongs to a trial: name a --campaign");
    if (sandbox->listen && sandbox->campaign)
        return error_set(err, ERROR_USAGE,
                         "--listen is for whoever uses the sandbox from "
                         "outside; in a trial nobody can: leave out one of "
                         "--listen and --campaign");
    if (options->now_given && !sandbox->campaign)
        return error_set(err, ERROR_USAGE,
                         "--now belongs to a trial: whoever uses the sandbox "
                         "has the real time; name a --campaign");
    return command_number("--days", sandbox->days_text, 1, DAYS_MAX,
                          &sandbox->days, err) &&
           command_number("--seed", sandbox->seed_text, 0, INT64_MAX,
                          &sandbox->seed, err);
}

static bool load_behaviour(struct sandbox *sandbox,
                           const struct options *options, struct error *err)
{
    sandbox->config =
        config_load(options->config_path, options->store_path, err);
    sandbox->behaviour =
        sandbox->config
            ? config_behaviour(sandbox->config, sandbox->behaviour_path, err)
            : NULL;
    return sandbox->behaviour != NULL;
}

/* Serving ---------------------------------------------------------------------
 */

static void print_access(const struct carrier_access *access, bool as_json)
{
    struct buf out;
    struct json_writer json;
    if (!as_json) {
        print("A make-believe carrier, until Ctrl-C. Nobody is reached.\n"
              "  base_url     %s\n  account_sid  %s\n  auth_token   %s\n"
              "  from         %s\n  smtp url     %s\n\n",
              access->base_url, access->account, access->token, access->number,
              access->mail_url);
        fflush(stdout);
        return;
    }
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(&json, "base_url", access->base_url);
    json_write_text(&json, "account_sid", access->account);
    json_write_text(&json, "auth_token", access->token);
    json_write_text(&json, "from", access->number);
    json_write_text(&json, "smtp_url", access->mail_url);
    json_write_end(&json, '}');
    puts(out.data);
    fflush(stdout);
    buf_free(&out);
}

static void on_signal(void *arg, int signum)
{
    (void)signum;
    loop_stop(arg);
}

static bool serve(const struct sandbox *sandbox, const struct options *options,
                  struct error *err)
{
    struct loop *loop = loop_new();
    struct sandbox_show show = {.zone = sandbox->config->zone,
                                .json = options->json};
    const struct carrier_config config = {
        .loop = loop,
        .listen = sandbox->listen ? sandbox->listen : CARRIER_ANYWHERE,
        .seed = (uint64_t)sandbox->seed,
        .behaviour = sandbox->behaviour,
        .say = sandbox_show_line,
        .say_arg = &show,
    };
    struct carrier *carrier = carrier_new(&config, err);
    bool ok = carrier && loop_on_signal(loop, SIGINT, on_signal, loop) &&
              loop_on_signal(loop, SIGTERM, on_signal, loop);
    if (ok) {
        print_access(carrier_access(carrier), options->json);
        loop_run(loop);
    }
    carrier_free(carrier);
    sandbox_show_free(&show);
    loop_free(loop);
    return ok;
}

static bool play(const struct sandbox *sandbox, const struct options *options,
                 struct error *err)
{
    const struct sandbox_trial trial = {
        .campaign = sandbox->campaign,
        .days = (int)sandbox->days,
        .seed = (uint64_t)sandbox->seed,
        .behaviour = sandbox->behaviour,
    };
    return sandbox->campaign ? sandbox_trial_run(&trial, options, err)
                             : serve(sandbox, options, err);
}

static int run(const struct options *options, int argc, char **argv)
{
    struct sandbox sandbox = {.days = DAYS_DEFAULT, .seed = 1};
    const struct flag flags[] = {
        {"campaign", &sandbox.campaign, NULL},
        {"days", &sandbox.days_text, NULL},
        {"seed", &sandbox.seed_text, NULL},
        {"behaviour", &sandbox.behaviour_path, NULL},
        {"listen", &sandbox.listen, NULL},
    };
    int count;
    if (!command_flags(&command_sandbox, flags, 5, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_sandbox, "unexpected '%s'", argv[0]);
    struct error err = {0};
    bool ok = read_flags(&sandbox, options, &err) &&
              load_behaviour(&sandbox, options, &err) &&
              play(&sandbox, options, &err);
    behaviour_free(sandbox.behaviour);
    config_free(sandbox.config);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_sandbox = {
    .name = "sandbox",
    .synopsis = "[--campaign NAME] [--days N] [--seed N] [--behaviour FILE] "
                "[--listen ADDRESS:PORT]",
    .summary = "A make-believe carrier and make-believe patients",
    .help =
        "With --campaign it tries a campaign from end to end: the service "
        "itself\n"
        "sends to a carrier on loopback, which loses, delays and repeats "
        "things,\n"
        "and whose patients answer, or say STOP, or nothing. The days pass in\n"
        "seconds, and every message is shown as it comes. The store is a copy\n"
        "of the configured one with made-up numbers and addresses, or 200\n"
        "invented patients where none is configured. Nobody is reached and\n"
        "nothing is changed. It begins now, or with --now T at T; for the\n"
        "invented patients on a Monday of their own.\n\n"
        "Without --campaign it serves, in real time, whoever has its address "
        "and\n"
        "account in a configuration: Twilio's messages and calls, and SMTP.\n\n"
        "  --campaign NAME   what a campaign file calls itself, or a path\n"
        "  --days N          how many days are tried, 7 unless said\n"
        "  --seed N          other people; the same seed, the same people\n"
        "  --behaviour FILE  how carrier and patients behave (see the shipped\n"
        "                    simulation/behaviour.json)\n"
        "  --listen A:P      where the carrier is, on loopback; any port "
        "unless\n"
        "                    said; not with --campaign\n",
    .run = run,
};
