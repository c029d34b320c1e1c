/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach explain`: why one patient is reached or not, and what comes next.
 * Asks the scheduler; writes nothing but that somebody looked.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/campaign_store.h"
#include "store/store.h"

#include "app/command.h"
#include "app/explain_own.h"
#include "app/person.h"
#include "app/setup.h"

struct asked {
    const char *mrn, *campaign, *at;
    int64_t patient;
    instant when, now;
};

static bool read_time(struct asked *asked, struct error *err)
{
    asked->now = asked->when = clock_now();
    if (asked->at && !civil_parse_instant(asked->at, &asked->when))
        return error_set(err, ERROR_USAGE,
                         "--at takes ISO 8601 with offset, not '%s'",
                         asked->at);
    if (asked->when < asked->now)
        return error_set(err, ERROR_USAGE,
                         "--at lies in the past; what was decided then is told "
                         "without it, under 'Before'");
    return true;
}

/* Launched, or which one was perhaps meant. */
static bool campaign_known(struct store *store, const char *name,
                           struct error *err)
{
    struct campaign_row *rows;
    size_t count, launched = 0;
    if (!name)
        return true;
    if (!campaign_list(store, &rows, &count, err))
        return false;
    const char **names = memory_new((count + 1) * sizeof(*names));
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].version_id)
            continue;
        names[launched++] = rows[i].name;
        found |= text_equal(rows[i].name, name);
    }
    const char *near = text_nearest(name, names, launched);
    if (!found)
        error_set(err, ERROR_INPUT,
                  "no campaign '%s' was launched here%s%s%s; see 'outreach "
                  "status'",
                  name, near ? "; did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
    free(names);
    free(rows);
    return found;
}

/* Who looked at whom is kept before anything is shown (L-34). */
static bool look_up(struct asked *asked, struct setup *setup,
                    struct store *store, struct error *err)
{
    char subject[48];
    if (!person_find(store, setup->config->zone, asked->mrn, &asked->patient,
                     err) ||
        !campaign_known(store, asked->campaign, err) ||
        !setup_holdout(setup, store, err))
        return false;
    snprintf(subject, sizeof(subject), "patient %lld",
             (long long)asked->patient);
    return setup_look(setup, subject, err);
}

static const struct zone *clock_of(const struct setup *setup,
                                   const struct patient_details *patient)
{
    const struct zone *own = patient->clock ? zone_find(patient->clock) : NULL;
    return own ? own : setup->config->zone;
}

static bool tell(struct asked *asked, struct setup *setup, struct store *store,
                 const struct options *options, struct error *err)
{
    struct arena *arena = arena_new();
    struct explained explained;
    struct patient_details patient;
    struct explain_request request = {.patient_id = asked->patient,
                                      .campaign = asked->campaign,
                                      .at = asked->when,
                                      .until = INSTANT_NEVER};
    setup->engine.what_if = true;
    bool ok = patient_read(store, asked->patient, arena, &patient, err);
    request.guardian_id = ok ? patient.guardian_id : 0;
    ok = ok && explain_patient(&setup->engine, &request, asked->now, arena,
                               &explained, err);
    if (ok) {
        struct error why = {0};
        bool released = setup_released(setup, &why);
        struct explain_view view = {.explained = &explained,
                                    .patient = &patient,
                                    .store = store,
                                    .zone = clock_of(setup, &patient),
                                    .asked = asked->mrn,
                                    .campaign = asked->campaign,
                                    .at = asked->when,
                                    .now = asked->now,
                                    .not_released = released ? NULL : why.text,
                                    .verbose = options->verbose > 0};
        ok =
            options->json ? explain_json(&view, err) : explain_text(&view, err);
    }
    arena_free(arena);
    return ok;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct asked asked = {0};
    const struct flag flags[] = {{"campaign", &asked.campaign, NULL},
                                 {"at", &asked.at, NULL}};
    int count;
    if (!command_flags(&command_explain, flags, 2, argc, argv, &count))
        return EXIT_USAGE;
    if (count != 1)
        return command_usage(&command_explain,
                             "say one patient by the record number");
    asked.mrn = argv[0];
    struct error err = {0};
    struct setup setup = {0};
    struct store *store = NULL;
    bool ok = read_time(&asked, &err) && setup_open(&setup, options, &err) &&
              (store = store_open(setup.config->store_path, STORE_READ_ONLY,
                                  &err)) != NULL &&
              look_up(&asked, &setup, store, &err) &&
              tell(&asked, &setup, store, options, &err);
    store_close(store);
    setup_close(&setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_explain = {
    .name = "explain",
    .synopsis = "PATIENT [--campaign NAME] [--at T]",
    .summary = "Why one patient is reached or not, and what comes next",
    .help =
        "For the patient with the record number PATIENT and each launched\n"
        "campaign: the conditions with the values that they saw, the steps\n"
        "with their local times, what every rule says of the next messages,\n"
        "their words, what comes next and what happened before. Asks the code\n"
        "that decides; nothing is sent or changed. Looking is audited.\n\n"
        "  --campaign NAME  only this one\n"
        "  --at T           as it will be at T (ISO 8601 with offset): what "
        "is\n"
        "                   due before T happens first\n\n"
        "With -v every rule of every message, not only those that object.\n",
    .run = run,
};
