/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded blast: sending it or following who does, listing, approving,
 * cancelling, resuming.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/outcome.h"
#include "base/text.h"
#include "store/campaign_store.h"
#include "store/outreach.h"
#include "store/status.h"
#include "store/store.h"

#include "app/blast.h"
#include "app/confirm.h"
#include "app/forecast.h"
#include "app/samples.h"
#include "app/service.h"
#include "app/table.h"

/* A service that moves nothing for half a minute has a provider that takes
 * nothing: no reason to sit and watch. */
enum { FOLLOW_US = 300000, FOLLOW_STILL = 100 };

/* How far one blast is. */
struct following {
    const char *name;
    struct store *store;
    struct progress bar;
    struct status_campaign row;
    bool found;
    int64_t refused; /* waiting, since no provider took them */
    int64_t paused;  /* waiting, since somebody paused it, or all */
};

static bool find_row(void *arg, const struct status_campaign *row)
{
    struct following *following = arg;
    if (!text_equal(row->name, following->name))
        return true;
    following->row = *row;
    following->found = true;
    return false;
}

static int64_t rows_in(const struct status_campaign *row, bool ended)
{
    int64_t count = 0;
    for (int i = 0; i < STATE_COUNT; i++) {
        bool open = i == STATE_PLANNED || i == STATE_SUBMITTING;
        if (open != ended)
            count += row->states[i];
    }
    return count;
}

/* Nothing of it is left to do: done, which the store need not know. */
static const char *state_of(const struct status_campaign *row)
{
    bool done = text_equal(row->state, "running") && row->swept &&
                rows_in(row, false) == 0;
    return done ? "done" : row->state;
}

static void look(void *arg)
{
    struct following *following = arg;
    if (!status_campaigns(following->store, find_row, following, NULL) ||
        !following->found)
        return;
    following->bar.total =
        rows_in(&following->row, true) + rows_in(&following->row, false);
    progress_step(&following->bar, rows_in(&following->row, true));
}

/* A line for programs: of a blast's end, or of a row of the list. */
static void tell_json(const struct status_campaign *row)
{
    struct buf out;
    struct json_writer json;
    buf_init(&out, 8192);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(&json, "blast", row->name);
    json_write_text(&json, "state", state_of(row));
    json_write_text(&json, "launched_by", row->launched_by);
    for (int i = 0; i < STATE_COUNT; i++)
        json_write_integer(&json, state_name((enum outreach_state)i),
                           row->states[i]);
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

static bool tell_named(void *arg, const struct status_campaign *row)
{
    const char *name = arg;
    if (!text_equal(row->name, name))
        return true;
    tell_json(row);
    return false;
}

static void tell_end(const struct following *following, bool stopped)
{
    const struct status_campaign *row = &following->row;
    int64_t open = rows_in(row, false);
    print(
        "%s: %lld sent, %lld failed, %lld unknown, %lld not sent, %lld "
        "waiting\n",
        following->name,
        (long long)(row->states[STATE_ACCEPTED] + row->states[STATE_DELIVERED]),
        (long long)row->states[STATE_FAILED],
        (long long)row->states[STATE_UNKNOWN],
        (long long)(row->states[STATE_SUPPRESSED] + row->states[STATE_EXPIRED] +
                    row->states[STATE_CANCELLED]),
        (long long)open);
    if (stopped)
        print("Stopped. Go on with: outreach blast resume %s\n",
              following->name);
    else if (following->refused)
        print("The provider did not take what waits. 'outreach run' tries it "
              "again, as long as it is of use.\n");
    else if (following->paused)
        print("What waits is paused. Let it go on with: outreach resume "
              "--all, or outreach blast resume %s\n",
              following->name);
    else if (open)
        print("What waits is sent by 'outreach run'.\n");
}

/* Why the rest waits or was not sent: a dead provider is not a quiet hour. */
static bool tell_held(const struct following *following, struct error *err)
{
    struct forecast now = {.store = following->store};
    const struct forecast_view view = {.campaign = following->name};
    return forecast_print_held(&now, &view, NULL, err);
}

/* A row that was tried, and waits, says with which outcome. */
static bool count_waiting(void *arg, const struct status_held *row)
{
    struct following *following = arg;
    char name[32];
    enum outcome outcome;
    text_copy(name, sizeof(name), row->reason);
    name[strcspn(name, ":")] = '\0';
    if (row->state != STATE_PLANNED)
        return true;
    following->paused += text_equal(row->reason, OUTREACH_PAUSED);
    following->refused += outcome_parse(name, &outcome) ||
                          text_equal(row->reason, OUTREACH_UNSERVED);
    return true;
}

/* Where the sending broke off because a provider is halted, that is no failure
 * of ours: what came of it is told all the same. */
static bool look_refused(struct following *following, bool ok,
                         struct error *err)
{
    struct error looking = {0};
    if (!status_held(following->store, following->name, 0, count_waiting,
                     following, ok ? err : &looking))
        return false;
    if (!ok && following->refused)
        print_to(stderr, "outreach: %s\n", err->text);
    return ok || following->refused > 0;
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signum)
{
    (void)signum;
    interrupted = 1;
}

/* A service dispatches: watch until nothing of it is due any more. */
static void follow(struct following *following, bool *stopped)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    print_to(stderr, "A running service sends this.\n");
    int still = 0;
    do {
        struct progress before = following->bar;
        usleep(FOLLOW_US);
        look(following);
        bool moved = following->bar.done != before.done ||
                     following->bar.total != before.total;
        still = moved ? 0 : still + 1;
    } while (!interrupted && still < FOLLOW_STILL &&
             (!following->found || !following->row.swept ||
              following->row.states[STATE_SUBMITTING] ||
              (following->row.states[STATE_PLANNED] &&
               following->row.next_due <= clock_now())));
    *stopped = interrupted;
}

/* Stopped on purpose: neither a service that sends it nor the next run may go
 * on with it, until somebody resumes it. */
static bool pause_stopped(const struct setup *setup, const char *name,
                          struct error *err)
{
    struct campaign_row row;
    bool found;
    struct store *store = store_open(setup->config->store_path, 0, err);
    bool ok = store && store_begin(store, err) &&
              campaign_find(store, name, &found, &row, err);
    if (ok && found && row.state == CAMPAIGN_RUNNING)
        ok = campaign_set_state(store, row.id, CAMPAIGN_PAUSED, command_actor(),
                                clock_now(), err);
    ok = ok && store_commit(store, err);
    if (store)
        store_rollback(store);
    store_close(store);
    return ok;
}

bool blast_ready(const struct setup *setup, struct error *err)
{
    struct error busy = {0};
    int lock = setup_lock(setup, &busy);
    if (lock < 0) {
        *err = busy;
        return busy.kind == ERROR_BUSY; /* the service has its providers */
    }
    bool ok = service_try_providers(setup, err);
    file_unlock(lock);
    return ok;
}

struct others {
    const char *blast;
    instant until;
    int64_t count;
};

static bool count_other(void *arg, const struct status_attempt *row)
{
    struct others *others = arg;
    others->count += row->submitted_at < others->until &&
                     !text_equal(row->campaign, others->blast) &&
                     forecast_leaves(row);
    return true;
}

bool blast_tell_others(const struct setup *setup,
                       const struct forecast *forecast, const char *name,
                       struct error *err)
{
    struct others others = {.blast = name, .until = forecast->from + MINUTE_MS};
    struct error busy = {0};
    int lock = setup_lock_copy(setup, &busy);
    if (lock < 0)
        return true; /* a service sends, as it does without the blast */
    file_unlock(lock);
    if (!status_attempts(forecast->store, NULL, forecast->from, count_other,
                         &others, err))
        return false;
    if (others.count)
        print_to(stderr,
                 "No service runs: what else is due leaves, too, %lld "
                 "message%s of other campaigns. To hold it back: outreach "
                 "pause --campaign NAME\n",
                 (long long)others.count, others.count == 1 ? "" : "s");
    return true;
}

bool blast_send(const struct options *options, struct setup *setup,
                const char *name, bool *partly, struct error *err)
{
    struct following following = {.name = name};
    bool stopped = false;
    if (!setup_released(setup, err))
        return false;
    following.store =
        store_open(setup->config->store_path, STORE_READ_ONLY, err);
    if (!following.store)
        return false;
    progress_start(&following.bar, name, 1, options->quiet);
    struct error busy = {0};
    bool ok = true;
    int lock = setup_lock(setup, &busy);
    if (lock >= 0) {
        struct service_request request = {
            .once = true,
            .until = INSTANT_NEVER,
            .progress = look,
            .progress_arg = &following,
        };
        struct engine_totals totals;
        ok = service_run(options, setup, &request, &totals, &stopped, err);
        file_unlock(lock);
    } else if (busy.kind == ERROR_BUSY) {
        follow(&following, &stopped);
    } else {
        ok = false;
        *err = busy;
    }
    if (stopped && ok)
        ok = pause_stopped(setup, name, err);
    look(&following);
    ok = look_refused(&following, ok, err);
    *partly = stopped || following.refused + following.paused +
                                 following.row.states[STATE_FAILED] +
                                 following.row.states[STATE_UNKNOWN] >
                             0;
    progress_end(&following.bar);
    if (ok && options->json)
        ok = status_campaigns(following.store, tell_named, (void *)name, err);
    else if (ok && !options->quiet) {
        tell_end(&following, stopped);
        ok = tell_held(&following, err);
    }
    store_close(following.store);
    return ok;
}

struct listing {
    struct table *table; /* NULL: for programs */
    const struct setup *setup;
};

static bool add_blast(void *arg, const struct status_campaign *row)
{
    struct listing *listing = arg;
    if (!text_equal(row->kind, "blast"))
        return true;
    if (!listing->table) {
        tell_json(row);
        return true;
    }
    char number[3][32], when[CIVIL_TEXT_MAX];
    const struct zone *zone = listing->setup->config->zone;
    const char *cells[] = {
        row->name,
        state_of(row),
        row->launched_by,
        time_text(zone, row->launched_at, when),
        number_text(row->states[STATE_ACCEPTED] + row->states[STATE_DELIVERED],
                    number[0]),
        number_text(rows_in(row, false), number[1]),
        /* nobody looks for patients until it may go */
        text_equal(row->state, "waiting")
            ? "-"
            : number_text(row->entries, number[2]),
    };
    table_row(listing->table, cells);
    return true;
}

static bool list_blasts(struct store *store, const struct options *options,
                        const struct setup *setup, struct error *err)
{
    static const char *const headers[] = {
        "blast", "state", "by", "at", ">sent", ">waiting", ">patients", NULL};
    struct listing listing = {.setup = setup};
    if (options->json)
        return status_campaigns(store, add_blast, &listing, err);
    listing.table = table_new(headers);
    bool ok = status_campaigns(store, add_blast, &listing, err);
    if (ok)
        table_print(listing.table, stdout);
    table_free(listing.table);
    return ok;
}

static bool find_blast(struct store *store, const char *name,
                       struct campaign_row *row, struct error *err)
{
    bool found;
    if (!campaign_find(store, name, &found, row, err))
        return false;
    if (!found || !row->blast)
        return error_set(err, ERROR_INPUT,
                         "there is no blast '%s'; see 'outreach blast list'",
                         name);
    return true;
}

static bool may_approve(const struct campaign_row *row, struct error *err)
{
    if (row->state != CAMPAIGN_WAITING)
        return error_set(err, ERROR_INPUT, "%s is %s, not waiting", row->name,
                         campaign_state_name(row->state));
    if (text_equal(row->launched_by, command_actor()))
        return error_set(err, ERROR_INPUT,
                         "%s was recorded by you; a second person must "
                         "approve it",
                         row->name);
    return true;
}

struct verdict {
    const char *name;
    enum campaign_state state;
};

static bool pass_verdict(struct store *store, void *arg, struct error *err)
{
    const struct verdict *verdict = arg;
    struct campaign_row row;
    if (!find_blast(store, verdict->name, &row, err))
        return false;
    if (verdict->state == CAMPAIGN_RUNNING && row.state != CAMPAIGN_PAUSED &&
        !may_approve(&row, err))
        return false;
    return campaign_set_state(store, row.id, verdict->state, command_actor(),
                              clock_now(), err);
}

static bool set_state(const struct setup *setup, const char *name,
                      enum campaign_state state, struct error *err)
{
    struct verdict verdict = {name, state};
    return setup_write(setup->config->store_path, pass_verdict, &verdict, err);
}

static bool let_go(struct store *store, void *arg, struct error *err)
{
    const struct campaign_row *row = arg;
    return campaign_set_state(store, row->id, CAMPAIGN_RUNNING, command_actor(),
                              clock_now(), err);
}

/* To how many and with which words: whoever agrees must have seen it. */
static bool show_waiting(const struct options *options, struct setup *setup,
                         struct campaign_row *row, struct error *err)
{
    struct forecast forecast;
    instant now = clock_now();
    const struct forecast_request request = {
        .from = now,
        .until = now + 7 * 24 * HOUR_MS,
        .change = let_go,
        .change_arg = row,
    };
    if (!setup_look(setup, "blast", err) ||
        !forecast_run(&forecast, setup, &request, err))
        return false;
    const struct forecast_view view = {
        .campaign = row->name,
        .since = now,
        .currency = setup->config->currency,
        .zone = setup->config->zone,
        .json = options->json,
        .most = 10,
    };
    bool ok = (view.json || samples_print(&forecast, &view, err)) &&
              forecast_print(&forecast, &view, err) &&
              blast_tell_others(setup, &forecast, row->name, err);
    forecast_close(&forecast);
    return ok && setup_open_again(setup, options, err);
}

static bool agree(const struct options *options, struct setup *setup,
                  struct campaign_row *row, bool yes, struct error *err)
{
    char question[300];
    snprintf(question, sizeof(question), "Approve %s, recorded by %s?",
             row->name, row->launched_by);
    return may_approve(row, err) &&
           (options->quiet || show_waiting(options, setup, row, err)) &&
           (yes || confirm(question, err));
}

static bool manage(const struct options *options, struct setup *setup,
                   const char *verb, const char *name, bool yes, bool *partly,
                   struct error *err)
{
    if (text_equal(verb, "cancel")) {
        if (!set_state(setup, name, CAMPAIGN_CANCELLED, err))
            return false;
        command_told(options, "blast", name, "cancelled",
                     "%s: cancelled; nothing more of it leaves", name);
        return true;
    }
    struct store *store =
        store_open(setup->config->store_path, STORE_READ_ONLY, err);
    struct campaign_row row;
    bool ok = store && (text_equal(verb, "list")
                            ? list_blasts(store, options, setup, err)
                            : find_blast(store, name, &row, err));
    store_close(store);
    if (!ok || text_equal(verb, "list"))
        return ok;
    if (text_equal(verb, "show"))
        return show_waiting(options, setup, &row, err);
    bool approve = text_equal(verb, "approve");
    if (approve && row.state == CAMPAIGN_PAUSED)
        return error_set(err, ERROR_INPUT, "%s is paused, not waiting", name);
    if (!approve && row.state != CAMPAIGN_RUNNING &&
        row.state != CAMPAIGN_PAUSED)
        return error_set(err, ERROR_INPUT, "%s is %s", name,
                         campaign_state_name(row.state));
    if ((approve && !agree(options, setup, &row, yes, err)) ||
        !blast_ready(setup, err))
        return false;
    if ((approve || row.state == CAMPAIGN_PAUSED) &&
        !set_state(setup, name, CAMPAIGN_RUNNING, err))
        return false;
    return blast_send(options, setup, name, partly, err);
}

int blast_manage(const struct options *options, int argc, char **argv)
{
    static const char *const verbs[] = {"list", "show", "approve", "cancel",
                                        "resume"};
    bool known = false, yes = false;
    const struct flag flags[] = {{"yes", NULL, &yes}};
    if (!command_flags(&command_blast, flags, 1, argc, argv, &argc))
        return EXIT_USAGE;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        known |= text_equal(verbs[i], argv[0]);
    if (!known)
        return command_usage(&command_blast, "unexpected '%s'", argv[0]);
    bool list = text_equal(argv[0], "list");
    if (argc != (list ? 1 : 2))
        return command_usage(&command_blast, list ? "list takes nothing more"
                                                  : "name one blast");
    struct error err = {0};
    struct setup setup;
    bool partly = false;
    bool ok = setup_open(&setup, options, &err) &&
              manage(options, &setup, argv[0], argc > 1 ? argv[1] : NULL, yes,
                     &partly, &err);
    setup_close(&setup);
    if (!ok)
        return command_fail(&err);
    return partly ? EXIT_PARTLY : EXIT_FINE;
}
