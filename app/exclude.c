/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach exclude`: takes patients out of one campaign by hand, before or
 * after it was launched, and lets them in again. The gate says `excluded` for
 * whoever stands in the campaign's list; nothing that is planned is touched
 * here.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/campaign_store.h"
#include "store/list.h"
#include "store/store.h"

#include "app/blast.h"
#include "app/campaign_files.h"
#include "app/command.h"
#include "app/setup.h"

struct request {
    const char *campaign, *list, *reason;
    bool lift;
    struct mrn_list patients;
    size_t changed;
};

/* One that was launched, or whose file is there: a typing error must not pass
 * for an exclusion. */
static bool campaign_known(struct store *store, const struct config *config,
                           const char *name, struct error *err)
{
    struct campaign_row row;
    char path[512];
    bool found;
    if (!campaign_find(store, name, &found, &row, err))
        return false;
    return found || campaign_files_find(config->campaigns_dir, name, path,
                                        sizeof(path), err);
}

static bool change(struct store *store, void *arg, struct error *err)
{
    struct request *request = arg;
    char name[LIST_NAME_MAX];
    int64_t list;
    if (strlen(LIST_EXCLUDED) + strlen(request->campaign) >= sizeof(name))
        return error_set(err, ERROR_INPUT, "no campaign has so long a name");
    snprintf(name, sizeof(name), LIST_EXCLUDED "%s", request->campaign);
    if (!list_ensure(store, name, "kept out of the campaign by a person", &list,
                     err))
        return false;
    for (size_t i = 0; i < request->patients.count; i++) {
        int64_t patient = request->patients.patients[i];
        bool changed;
        bool done = request->lift
                        ? list_remove(store, list, patient, command_actor(),
                                      clock_now(), &changed, err)
                        : list_add(store, list, patient, request->reason,
                                   command_actor(), clock_now(), &changed, err);
        if (!done)
            return false;
        request->changed += changed;
    }
    return true;
}

static bool make(const struct options *options, struct request *request,
                 struct error *err)
{
    struct setup setup;
    bool ok = setup_open(&setup, options, err);
    struct store *store =
        ok ? store_open(setup.config->store_path, STORE_READ_ONLY, err) : NULL;
    ok = store && campaign_known(store, setup.config, request->campaign, err);
    store_close(store);
    ok = ok &&
         mrn_list_read(&request->patients, request->list,
                       setup.config->store_path, err) &&
         setup_write(setup.config->store_path, change, request, err);
    setup_close(&setup);
    return ok;
}

static void tell(const struct options *options, const struct request *request)
{
    size_t before = request->patients.count - request->changed;
    command_told(options, "campaign", request->campaign,
                 request->lift ? "lifted" : "excluded",
                 "%s: %zu patient%s %s, %zu %s already", request->campaign,
                 request->changed, request->changed == 1 ? "" : "s",
                 request->lift ? "let in again" : "taken out", before,
                 request->lift ? "were in" : "were out");
}

static int run(const struct options *options, int argc, char **argv)
{
    struct request request = {0};
    const struct flag flags[] = {
        {"campaign", &request.campaign, NULL},
        {"list", &request.list, NULL},
        {"reason", &request.reason, NULL},
        {"lift", NULL, &request.lift},
    };
    int count;
    if (!command_flags(&command_exclude, flags, 4, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_exclude, "unexpected '%s'", argv[0]);
    if (!request.campaign || !request.list)
        return command_usage(&command_exclude, "say --campaign and --list");
    if (!request.lift && text_blank(request.reason))
        return command_usage(&command_exclude,
                             "--reason is missing: somebody will ask why");
    struct error err = {0};
    bool ok = make(options, &request, &err);
    bool partly = request.patients.unknown > 0;
    if (ok)
        tell(options, &request);
    mrn_list_free(&request.patients);
    if (!ok)
        return command_fail(&err);
    return partly ? EXIT_PARTLY : EXIT_FINE;
}

const struct command command_exclude = {
    .name = "exclude",
    .synopsis = "--campaign NAME --list FILE --reason TEXT | --lift",
    .summary = "Take patients out of one campaign, by hand",
    .help = "  --campaign NAME  a launched campaign, or one of the folder's\n"
            "  --list FILE      medical record numbers, one a line\n"
            "  --reason TEXT    why; 'outreach patient show' tells it\n"
            "  --lift           let them in again\n\n"
            "What is planned for them ends with the reason 'excluded' when it\n"
            "is due. What ended so stays ended after --lift.\n\n"
            "Exit code 4: some numbers are unknown and were left out.\n",
    .run = run,
};
