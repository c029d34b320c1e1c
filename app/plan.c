/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach plan`: who will be reached in the days ahead, when, by what and
 * with which words, and who not and why. Asks the engine itself.
 */
#include <stdio.h>

#include "base/civil.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/expression.h"
#include "campaigns/timing.h"
#include "store/campaign_store.h"

#include "app/audience.h"
#include "app/command.h"
#include "app/forecast.h"
#include "app/load.h"

struct asked {
    const char *campaign, *from, *length, *most;
    bool all;
};

enum { SHOWN = 40 };

static bool read_times(const struct asked *asked, const struct setup *setup,
                       instant now, instant *from, instant *until,
                       struct error *err)
{
    *from = now;
    if (asked->from && !civil_parse_instant(asked->from, from))
        return error_set(err, ERROR_USAGE,
                         "--from takes ISO 8601 with offset, not '%s'",
                         asked->from);
    if (*from < now)
        return error_set(err, ERROR_USAGE,
                         "--from lies in the past; what was sent is in "
                         "'outreach status'");
    /* "7d" is short for "7 days" */
    char text[64];
    int days;
    char unit, rest;
    struct duration length;
    if (sscanf(asked->length, "%d%c%c", &days, &unit, &rest) == 2 &&
        unit == 'd')
        snprintf(text, sizeof(text), "%d days", days);
    else
        text_copy(text, sizeof(text), asked->length);
    if (!duration_parse(text, &length) || length.count <= 0)
        return error_set(err, ERROR_USAGE,
                         "--for takes a duration such as 7d or '36 hours', "
                         "not '%s'",
                         asked->length);
    struct timing timing = {.days = &setup->policy->days};
    *until = duration_after(*from, length, setup->config->zone, &timing);
    return true;
}

static bool read_number(const char *text, int *out)
{
    char rest;
    return sscanf(text, "%6d%c", out, &rest) == 1 && *out > 0;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct asked asked = {.length = "7d"};
    const struct flag flags[] = {
        {"campaign", &asked.campaign, NULL}, {"from", &asked.from, NULL},
        {"for", &asked.length, NULL},        {"most", &asked.most, NULL},
        {"all", NULL, &asked.all},
    };
    int count;
    if (!command_flags(&command_plan, flags, 5, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_plan, "unexpected '%s'", argv[0]);
    int most = asked.all ? 0 : SHOWN;
    if (asked.most && !read_number(asked.most, &most))
        return command_usage(&command_plan, "--most takes a number from 1");
    struct error err = {0};
    struct setup setup;
    struct forecast forecast = {0};
    instant now = clock_now(), from = now, until = now;
    bool ok = setup_open(&setup, options, &err) &&
              read_times(&asked, &setup, now, &from, &until, &err) &&
              setup_look(&setup, "plan", &err) &&
              forecast_run(
                  &forecast, &setup,
                  &(struct forecast_request){
                      .campaign = asked.campaign, .from = now, .until = until},
                  &err);
    struct campaign *campaign = NULL;
    if (ok && asked.campaign)
        ok = (campaign = audience_campaign(forecast.store, asked.campaign,
                                           &err)) != NULL;
    if (ok) {
        struct forecast_view view = {
            .audience_of = campaign,
            .campaign = asked.campaign,
            .since = from,
            .currency = setup.config->currency,
            .zone = setup.config->zone,
            .json = options->json,
            .most = most,
            .load = load_new(setup.config, from, until),
        };
        ok = forecast_print(&forecast, &view, &err);
        load_free(view.load);
    }
    campaign_free(campaign);
    forecast_close(&forecast);
    setup_close(&setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_plan = {
    .name = "plan",
    .synopsis = "[--campaign NAME] [--from T] [--for 7d] [--most N | --all]",
    .summary = "Who will be reached when, and who not and why",
    .help =
        "Runs the engine over the days ahead on a copy of the store. Only\n"
        "launched campaigns are in it; 'outreach launch NAME' shows a new one\n"
        "before it goes live.\n\n"
        "  --campaign NAME  only this one, and what each line of its audience\n"
        "                   lets through and loses to missing data\n"
        "  --from T         begin at T (ISO 8601 with offset)\n"
        "  --for LENGTH     how far: 7d, '36 hours'\n"
        "  --most N         list the first N messages (40)\n"
        "  --all            every message\n",
    .run = run,
};
