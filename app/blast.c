/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach blast`: an ad-hoc message to those for whom a condition holds,
 * or to a list. A blast is a campaign of one step: the same gate, caps,
 * hours and ledger. Shows count, segments and cost first; above
 * `approve_over` a second person must agree. Sends here when no service
 * runs, else follows the service's progress.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "store/campaign_store.h"
#include "store/status.h"
#include "store/store.h"

#include "app/blast.h"
#include "app/campaign_options.h"
#include "app/command.h"
#include "app/confirm.h"
#include "app/forecast.h"
#include "app/table.h"

enum { BUNDLE_MAX = 8 << 20, MESSAGE_MAX = 1 << 20 };
#define DEFAULT_LENGTH_MS (24 * HOUR_MS)

struct blast {
    const struct options *options;
    struct setup setup;
    const char *where, *list, *purpose, *message, *message_file;
    const char *subject, *channel, *until, *language, *owner;
    bool dry_run, yes, partly;
    bool waits; /* for a second person */
    instant now;
    char name[64], where_all[1200], until_text[CIVIL_TEXT_MAX];
    struct mrn_list mrns;
    struct buf text, bundle;
    struct campaign *campaign;
    int64_t campaign_id, messages;
};

static bool ends_with(const char *text, const char *ending)
{
    size_t a = strlen(text), b = strlen(ending);
    return a >= b && strcmp(text + a - b, ending) == 0;
}

/* The audience in one condition: the expression, the list, or both. */
static bool build_where(struct blast *blast, struct error *err)
{
    char in_list[100] = "";
    if (blast->list)
        snprintf(in_list, sizeof(in_list), "in list '%s'", blast->name);
    int len = blast->where && blast->list
                  ? snprintf(blast->where_all, sizeof(blast->where_all),
                             "(%s) and %s", blast->where, in_list)
                  : snprintf(blast->where_all, sizeof(blast->where_all), "%s",
                             blast->where ? blast->where : in_list);
    if (len < 0 || (size_t)len >= sizeof(blast->where_all))
        return error_set(err, ERROR_USAGE, "the condition is too long");
    return true;
}

static bool read_message(struct blast *blast, struct blast_spec *spec,
                         struct error *err)
{
    if (blast->message) {
        spec->text = blast->message;
        return true;
    }
    buf_free(&blast->text);
    if (!file_read(blast->message_file, MESSAGE_MAX, &blast->text, err))
        return false;
    text_trim(blast->text.data);
    if (ends_with(blast->message_file, ".json"))
        spec->messages = blast->text.data;
    else
        spec->text = blast->text.data;
    return true;
}

static bool build_bundle(struct blast *blast, struct error *err)
{
    struct blast_spec spec = {
        .name = blast->name,
        .purpose = blast->purpose,
        .owner = blast->owner,
        .where = blast->where_all,
        .language = blast->language,
        .send = blast->channel,
        .subject = blast->subject,
        .until = blast->until_text,
    };
    const struct config *config = blast->setup.config;
    struct bundle_options options = campaign_options(config, blast->now);
    campaign_options_policy(&options, blast->setup.policy);
    spec.folder = config->campaigns_dir;
    if (!build_where(blast, err) || !read_message(blast, &spec, err) ||
        !campaign_options_lists(&options, config,
                                blast->list ? blast->name : NULL, err))
        return false;
    struct faults faults;
    faults_init(&faults);
    bool ok = blast_bundle(&spec, &options, &blast->bundle, &faults);
    if (ok)
        blast->campaign = campaign_from_bundle(blast->bundle.data,
                                               blast->bundle.len, &faults);
    ok = ok && blast->campaign;
    if (faults.count) {
        struct buf text;
        buf_init(&text, BUNDLE_MAX);
        faults_print(&faults, &text);
        print_to(stderr, "%s", text.data);
        buf_free(&text);
    }
    faults_free(&faults);
    return ok || error_set(err, ERROR_INPUT,
                           "the blast has faults; nothing was sent");
}

static bool read_until(struct blast *blast, struct error *err)
{
    instant until = blast->now + DEFAULT_LENGTH_MS;
    if (blast->until && !civil_parse_instant(blast->until, &until))
        return error_set(err, ERROR_USAGE,
                         "--until takes ISO 8601 with offset, not '%s'",
                         blast->until);
    if (until <= blast->now)
        return error_set(err, ERROR_USAGE, "--until lies in the past");
    const struct zone *zone = blast->setup.config->zone;
    civil_instant_text(until, zone_offset(zone, until), blast->until_text);
    return true;
}

/* By the second; a further one of the same second gets a number. */
static bool make_name(struct blast *blast, struct error *err)
{
    struct civil at = zone_local(blast->setup.config->zone, blast->now);
    struct campaign_row row;
    struct store *store =
        store_open(blast->setup.config->store_path, STORE_READ_ONLY, err);
    int len =
        snprintf(blast->name, sizeof(blast->name),
                 "blast-%04d%02d%02d-%02d%02d%02d", at.date.year, at.date.month,
                 at.date.day, at.hour, at.minute, at.second);
    bool ok = store != NULL, found = true;
    for (int n = 2; ok && found; n++) {
        ok = campaign_find(store, blast->name, &found, &row, err);
        if (ok && found)
            snprintf(blast->name + len, sizeof(blast->name) - (size_t)len,
                     "-%d", n);
    }
    store_close(store);
    return ok;
}

/* Inside the transaction: somebody else's of the same second is not ours. */
static bool name_is_free(struct store *store, const char *name,
                         struct error *err)
{
    struct campaign_row row;
    bool found;
    if (!campaign_find(store, name, &found, &row, err))
        return false;
    return !found || error_set(err, ERROR_INPUT,
                               "another blast was recorded as %s just now; "
                               "nothing was sent: try again",
                               name);
}

/* The list and the campaign, into a store: the copy or the real one. */
static bool record(struct store *store, void *arg, struct error *err)
{
    struct blast *blast = arg;
    const struct campaign *campaign = blast->campaign;
    int64_t version;
    if (!name_is_free(store, blast->name, err))
        return false;
    if (blast->list && !mrn_list_store(&blast->mrns, store, blast->name,
                                       command_actor(), blast->now, err))
        return false;
    return campaign_ensure(store, blast->name, "blast", campaign->priority,
                           &blast->campaign_id, err) &&
           campaign_launch(store, blast->campaign_id, blast->bundle.data,
                           campaign->sha256, command_actor(), NULL, blast->now,
                           &version, err) &&
           (!blast->waits ||
            campaign_set_state(store, blast->campaign_id, CAMPAIGN_WAITING,
                               command_actor(), blast->now, err));
}

static bool count_message(void *arg, const struct status_attempt *row)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

static bool show_forecast(struct blast *blast, struct error *err)
{
    struct forecast forecast;
    const struct config *config = blast->setup.config;
    instant until;
    civil_parse_instant(blast->until_text, &until);
    const struct forecast_request request = {
        .from = blast->now,
        .until = until,
        .change = record,
        .change_arg = blast,
    };
    if (!forecast_run(&forecast, &blast->setup, &request, err))
        return false;
    struct forecast_view view = {
        .campaign = blast->name,
        .since = blast->now,
        .currency = config->currency,
        .zone = config->zone,
        .json = blast->options->json,
        .most = 10,
    };
    blast->messages = 0;
    bool ok = status_attempts(forecast.store, blast->name, blast->now,
                              count_message, &blast->messages, err) &&
              forecast_print(&forecast, &view, err) &&
              blast_tell_others(&blast->setup, &forecast, blast->name, err);
    forecast_close(&forecast);
    return ok;
}

static bool make(struct blast *blast, struct error *err)
{
    if (!setup_open(&blast->setup, blast->options, err) ||
        (!blast->dry_run && !setup_released(&blast->setup, err)) ||
        !read_until(blast, err) || !make_name(blast, err))
        return false;
    if (blast->list && !mrn_list_read(&blast->mrns, blast->list,
                                      blast->setup.config->store_path, err))
        return false;
    /* who looks for people by a condition is kept, also in a dry run (L-34) */
    if (!build_bundle(blast, err) || !setup_look(&blast->setup, "blast", err) ||
        !show_forecast(blast, err))
        return false;
    if (blast->dry_run)
        return true;
    if (blast->messages == 0)
        return error_set(err, ERROR_INPUT,
                         "nobody would be reached; nothing was recorded");
    char question[100];
    snprintf(question, sizeof(question), "Send %lld messages?",
             (long long)blast->messages);
    if (!(blast->yes || confirm(question, err)) ||
        !setup_open_again(&blast->setup, blast->options, err))
        return false;
    int64_t limit = blast->setup.config->approve_over;
    blast->waits = limit > 0 && blast->messages > limit;
    if (!blast->waits && !blast_ready(&blast->setup, err))
        return error_in(err, "nothing was recorded");
    if (!setup_write(blast->setup.config->store_path, record, blast, err))
        return false;
    if (blast->waits) {
        command_told(blast->options, "blast", blast->name, "waiting",
                     "%s waits: more than %lld messages need a second "
                     "person:\n  outreach blast approve %s",
                     blast->name, (long long)limit, blast->name);
        return true;
    }
    return blast_send(blast->options, &blast->setup, blast->name,
                      &blast->partly, err);
}

static int run_new(const struct options *options, int argc, char **argv)
{
    struct blast blast = {
        .options = options,
        .channel = "sms",
        .language = "en",
        .now = clock_now(),
    };
    const struct flag flags[] = {
        {"where", &blast.where, NULL},
        {"list", &blast.list, NULL},
        {"purpose", &blast.purpose, NULL},
        {"message", &blast.message, NULL},
        {"message-file", &blast.message_file, NULL},
        {"subject", &blast.subject, NULL},
        {"channel", &blast.channel, NULL},
        {"language", &blast.language, NULL},
        {"until", &blast.until, NULL},
        {"owner", &blast.owner, NULL},
        {"dry-run", NULL, &blast.dry_run},
        {"yes", NULL, &blast.yes},
    };
    int count;
    if (!command_flags(&command_blast, flags, sizeof(flags) / sizeof(flags[0]),
                       argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_blast, "unexpected '%s'", argv[0]);
    if (!blast.where && !blast.list)
        return command_usage(&command_blast, "say --where or --list");
    if (!blast.purpose)
        return command_usage(&command_blast, "--purpose is missing");
    if (!blast.message == !blast.message_file)
        return command_usage(&command_blast, "say --message or --message-file");
    if (strstr(blast.channel, "email") && !blast.subject && blast.message)
        return command_usage(&command_blast, "an email needs --subject");
    struct error err = {0};
    buf_init(&blast.bundle, BUNDLE_MAX);
    buf_init(&blast.text, MESSAGE_MAX);
    bool ok = make(&blast, &err);
    campaign_free(blast.campaign);
    mrn_list_free(&blast.mrns);
    buf_free(&blast.bundle);
    buf_free(&blast.text);
    setup_close(&blast.setup);
    if (!ok)
        return command_fail(&err);
    return blast.partly ? EXIT_PARTLY : EXIT_FINE;
}

static int run(const struct options *options, int argc, char **argv)
{
    if (argc > 0 && argv[0][0] != '-')
        return blast_manage(options, argc, argv);
    return run_new(options, argc, argv);
}

const struct command command_blast = {
    .name = "blast",
    .synopsis = "--where EXPR|--list FILE --purpose P --message TEXT|"
                "--message-file F ... | list | show|approve|cancel|resume ID",
    .summary = "Send one message to many, now, under all the rules",
    .help =
        "  --where EXPR      patients for whom this holds, as in a campaign\n"
        "  --list FILE       medical record numbers, one a line\n"
        "  --purpose P       appointment, prescription, screening, ...\n"
        "  --message TEXT    the text; {{patient.first_name}} and the like\n"
        "  --message-file F  a text file, or messages per language (*.json)\n"
        "  --subject TEXT    of an email\n"
        "  --channel SEND    sms (default), or 'sms, else email after 1 hour'\n"
        "  --language L      of the text (default en)\n"
        "  --until T         no longer useful after T (default: 24 hours)\n"
        "  --owner ROLE      whose tasks replies become "
        "(default: " OWNER_DEFAULT ")\n"
        "  --dry-run         only show count, segments, cost\n"
        "  --yes             do not ask\n\n"
        "  list              blasts and how far they are\n"
        "  show ID           to how many it goes, and with which words\n"
        "  approve ID        as the second person: shows it, then asks\n"
        "  cancel ID         nothing more of it leaves\n"
        "  resume ID         go on with one that was stopped by Ctrl-C\n\n"
        "Where no service runs, what else is due leaves, too; it says so.\n"
        "Exit code 4: stopped, or some messages failed, are unknown, or wait\n"
        "because no provider took them or somebody paused them.\n",
    .run = run,
};
