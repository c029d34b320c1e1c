/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach run`: the service, for ever, once, or until a time.
 */
#include <signal.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "io/loop.h"
#include "store/store.h"

#include "app/command.h"
#include "app/service.h"
#include "app/table.h"

struct total {
    const char *name;
    int64_t value;
};

static void print_totals(const struct options *options,
                         const struct engine_totals *totals)
{
    const struct total all[] = {
        {"sent", totals->sent},       {"failed", totals->failed},
        {"unknown", totals->unknown}, {"suppressed", totals->suppressed},
        {"expired", totals->expired}, {"cancelled", totals->cancelled},
        {"merged", totals->merged},   {"tasks", totals->tasks},
    };
    enum { COUNT = sizeof(all) / sizeof(all[0]) };
    if (options->json) {
        struct buf out;
        struct json_writer json;
        buf_init(&out, 4096);
        json_write_init(&json, &out);
        json_write_object(&json, NULL);
        for (size_t i = 0; i < COUNT; i++)
            json_write_integer(&json, all[i].name, all[i].value);
        json_write_end(&json, '}');
        puts(out.data);
        buf_free(&out);
    } else if (!options->quiet) {
        for (size_t i = 0; i < COUNT; i++)
            print("%s%lld %s", i ? ", " : "", (long long)all[i].value,
                  all[i].name);
        putchar('\n');
    }
}

static void log_wait(const char *who, const char *path)
{
    log_event(LOG_NOTICE, "store-waits", "who=%s store=%s", log_quote(who),
              log_quote(path));
}

/* The service's own log: the configuration says how, and notices are in it;
 * a short run by hand or by cron tells only what needs a look. */
static void set_log(const struct options *options, const struct setup *setup,
                    bool for_ever)
{
    enum log_level least = options->quiet          ? LOG_ERROR
                           : options->verbose > 1  ? LOG_DEBUG
                           : options->verbose == 1 ? LOG_INFO
                           : for_ever              ? LOG_NOTICE
                                                   : LOG_WARNING;
    log_setup(least, options->json || setup->config->log_json);
    if (for_ever)
        store_on_wait(log_wait);
}

static int run(const struct options *options, int argc, char **argv)
{
    struct service_request request = {.until = INSTANT_NEVER};
    const char *until = NULL;
    const struct flag flags[] = {
        {"once", NULL, &request.once},
        {"until", &until, NULL},
    };
    int operands;
    if (!command_flags(&command_run, flags, 2, argc, argv, &operands))
        return EXIT_USAGE;
    if (operands)
        return command_usage(&command_run, "unexpected '%s'", argv[0]);
    if (until && !civil_parse_instant(until, &request.until))
        return command_usage(&command_run,
                             "--until takes ISO 8601 with offset, not '%s'",
                             until);
    if (options->now_given && !request.once && !until)
        return command_usage(&command_run,
                             "a pretended time needs --once or --until");
    struct error err = {0};
    struct setup setup;
    struct engine_totals totals;
    int lock = -1;
    /* Whoever has started it may ask for a reload already. */
    if (!options->now_given)
        loop_hold_signal(SIGHUP);
    bool ok = setup_open(&setup, options, &err);
    if (ok)
        set_log(options, &setup, !request.once && !until);
    ok = ok && (lock = setup_lock(&setup, &err)) >= 0;
    bool ran = ok;
    ok = ok && service_run(options, &setup, &request, &totals, NULL, &err);
    if (ran && (ok || totals.claimed) && (request.once || until))
        print_totals(options, &totals);
    if (lock >= 0)
        file_unlock(lock);
    setup_close(&setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_run = {
    .name = "run",
    .synopsis = "[--once] [--until T]",
    .summary = "The service: sends what is due, for ever",
    .help =
        "  --once     do all that is due now, then exit (for cron)\n"
        "  --until T  stop at T (ISO 8601 with offset); with --now the time\n"
        "             between is run through at once\n\n"
        "SIGHUP reads the configuration again; a bad file changes nothing.\n"
        "SIGTERM ends within ten seconds: what is in flight is finished or\n"
        "recorded. One dispatcher a store: a second one is refused.\n",
    .run = run,
};
