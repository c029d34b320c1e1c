/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach status`: what runs, what waits, what went wrong, on one screen.
 * Reads only; works beside a running service.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "scheduler/leap.h"
#include "scheduler/missed.h"
#include "store/status.h"
#include "store/store.h"

#include "app/answered.h"
#include "app/campaign_files.h"
#include "app/campaign_options.h"
#include "app/carried.h"
#include "app/clinics_known.h"
#include "app/command.h"
#include "app/config_channels.h"
#include "app/setup.h"
#include "app/status_since.h"
#include "app/table.h"

enum { PRINT_MAX = 4 << 20, WATCH_SECONDS = 2 };

struct screen {
    const struct setup *setup;
    struct store *store;
    instant now;
    struct table *table;
    struct json_writer *json; /* NULL: for people */
};

static const char *local_text(const struct screen *screen, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    return time_text(screen->setup->config->zone, at, out);
}

static const char *age_text(instant at, instant now, char out[32])
{
    int64_t minutes = (now - at) / MINUTE_MS;
    if (minutes < 0)
        minutes = 0;
    if (at == 0) /* named in the configuration, not imported yet */
        snprintf(out, 32, "never");
    else if (minutes < 120)
        snprintf(out, 32, "%lld min", (long long)minutes);
    else if (minutes < 48 * 60)
        snprintf(out, 32, "%lld h", (long long)(minutes / 60));
    else
        snprintf(out, 32, "%lld days", (long long)(minutes / 1440));
    return out;
}

static bool json_campaign(struct screen *screen,
                          const struct status_campaign *row)
{
    struct json_writer *json = screen->json;
    char when[CIVIL_TEXT_MAX];
    json_write_object(json, NULL);
    json_write_text(json, "campaign", row->name);
    json_write_text(json, "kind", row->kind);
    json_write_text(json, "state", row->state);
    json_write_text(json, "sha256", row->sha256);
    json_write_text(json, "launched_by", row->launched_by);
    json_write_integer(json, "entries", row->entries);
    json_write_integer(json, "held_out", row->held_out);
    for (int i = 0; i < STATE_COUNT; i++)
        json_write_integer(json, state_name((enum outreach_state)i),
                           row->states[i]);
    json_write_text(json, "next_due",
                    row->next_due == INSTANT_NEVER
                        ? NULL
                        : local_text(screen, row->next_due, when));
    json_write_end(json, '}');
    return true;
}

static bool add_campaign(void *arg, const struct status_campaign *row)
{
    struct screen *screen = arg;
    if (screen->json)
        return json_campaign(screen, row);
    char number[5][32], when[CIVIL_TEXT_MAX];
    int64_t reached =
        row->states[STATE_ACCEPTED] + row->states[STATE_DELIVERED];
    int64_t waiting =
        row->states[STATE_PLANNED] + row->states[STATE_SUBMITTING];
    int64_t not_sent = row->states[STATE_SUPPRESSED] +
                       row->states[STATE_EXPIRED] +
                       row->states[STATE_CANCELLED];
    int64_t trouble = row->states[STATE_FAILED] + row->states[STATE_UNKNOWN];
    const char *cells[] = {
        row->name,
        row->sha256 ? row->state : "not launched",
        number_text(row->entries, number[0]),
        number_text(waiting, number[1]),
        number_text(reached, number[2]),
        number_text(not_sent, number[3]),
        number_text(trouble, number[4]),
        local_text(screen, row->next_due, when),
    };
    table_row(screen->table, cells);
    return true;
}

static bool add_provider(void *arg, const struct status_provider *row)
{
    struct screen *screen = arg;
    if (screen->json) {
        json_write_object(screen->json, NULL);
        json_write_text(screen->json, "provider", row->name);
        json_write_text(screen->json, "channel", channel_name(row->channel));
        json_write_integer(screen->json, "submitted", row->submitted);
        json_write_integer(screen->json, "in_flight", row->in_flight);
        json_write_integer(screen->json, "accepted", row->accepted);
        json_write_integer(screen->json, "delivered", row->delivered);
        json_write_integer(screen->json, "failed", row->failed);
        json_write_integer(screen->json, "unknown", row->unknown);
        json_write_end(screen->json, '}');
        return true;
    }
    char number[6][32], when[CIVIL_TEXT_MAX];
    const char *cells[] = {
        row->name,
        channel_name(row->channel),
        number_text(row->submitted, number[0]),
        number_text(row->in_flight, number[1]),
        number_text(row->accepted, number[2]),
        number_text(row->delivered, number[3]),
        number_text(row->failed, number[4]),
        number_text(row->unknown, number[5]),
        local_text(screen, row->last_at, when),
    };
    table_row(screen->table, cells);
    return true;
}

static bool add_feed(void *arg, const struct status_feed *row)
{
    struct screen *screen = arg;
    bool late = row->max_age_ms && screen->now - row->last_at > row->max_age_ms;
    if (screen->json) {
        json_write_object(screen->json, NULL);
        json_write_text(screen->json, "feed", row->name);
        json_write_integer(screen->json, "rows", row->rows);
        if (row->last_at)
            json_write_integer(screen->json, "age_seconds",
                               (screen->now - row->last_at) / SECOND_MS);
        else
            json_write_text(screen->json, "age_seconds", NULL);
        json_write_bool(screen->json, "too_old", late);
        json_write_end(screen->json, '}');
        return true;
    }
    char number[32], age[32];
    const char *cells[] = {
        row->name,
        number_text(row->rows, number),
        age_text(row->last_at, screen->now, age),
        late ? "too old: what depends on it is held" : "",
    };
    table_row(screen->table, cells);
    return true;
}

static bool fill_providers(struct screen *screen, struct error *err)
{
    return status_providers(screen->store, screen->now - 24 * HOUR_MS,
                            add_provider, screen, err);
}

/* A table of its own: only printed when it has rows. */
static bool section(struct screen *screen, const char *name,
                    const char *const *headers,
                    bool (*fill)(struct screen *screen, struct error *err),
                    struct error *err)
{
    if (screen->json) {
        json_write_array(screen->json, name);
        bool ok = fill(screen, err);
        json_write_end(screen->json, ']');
        return ok;
    }
    screen->table = table_new(headers);
    bool ok = fill(screen, err);
    if (ok && table_rows(screen->table)) {
        print("\n%s%s%s%s\n", terminal_tone(stdout, TONE_BOLD), name,
              terminal_tone(stdout, TONE_PLAIN),
              fill == fill_providers ? ", the last 24 hours" : "");
        table_print(screen->table, stdout);
    }
    table_free(screen->table);
    screen->table = NULL;
    return ok;
}

static bool fill_campaigns(struct screen *screen, struct error *err)
{
    return status_campaigns(screen->store, add_campaign, screen, err);
}

static bool fill_feeds(struct screen *screen, struct error *err)
{
    return status_feeds(screen->store, add_feed, screen, err);
}

/* Files that differ from what runs wait for a launch. */
struct edited {
    struct screen *screen;
    const char *path;
    const char *name;
    char sha256[SHA256_HEX];
    bool known, same;
};

static bool compare_version(void *arg, const struct status_campaign *row)
{
    struct edited *edited = arg;
    if (!text_equal(row->name, edited->name))
        return true;
    edited->known = row->sha256 != NULL;
    edited->same = text_equal(row->sha256, edited->sha256);
    return false;
}

static bool tell_edited(void *arg, const char *path)
{
    struct screen *screen = arg;
    struct faults faults;
    faults_init(&faults);
    struct bundle_options options =
        campaign_options(screen->setup->config, clock_now());
    struct campaign *campaign = campaign_load(path, &options, &faults, NULL);
    struct edited edited = {.screen = screen, .path = path};
    if (!campaign) {
        print("%s: has faults; see 'outreach check'\n", path);
    } else {
        edited.name = campaign->name;
        text_copy(edited.sha256, sizeof(edited.sha256), campaign->sha256);
        status_campaigns(screen->store, compare_version, &edited, NULL);
        if (!edited.known)
            print("%s: not launched\n", path);
        else if (!edited.same)
            print("%s: edited since its launch; 'outreach launch %s' puts "
                  "it to work\n",
                  path, campaign->name);
    }
    campaign_free(campaign);
    faults_free(&faults);
    return true;
}

static void tell_files(struct screen *screen)
{
    const char *folder = screen->setup->config->campaigns_dir;
    if (!screen->json && file_is_directory(folder))
        campaign_files_each(&folder, 1, tell_edited, screen, NULL);
}

static void add_warning(void *arg, const char *campaign, const char *what)
{
    struct screen *screen = arg;
    if (!screen->json) {
        carried_print(stdout, campaign, what);
        return;
    }
    json_write_object(screen->json, NULL);
    json_write_text(screen->json, "campaign", campaign);
    json_write_text(screen->json, "what", what);
    json_write_end(screen->json, '}');
}

static void tell_uncarried(struct screen *screen)
{
    if (screen->json)
        json_write_array(screen->json, "no_provider");
    carried_launched(screen->setup->config, screen->store, add_warning, screen);
    if (screen->json)
        json_write_end(screen->json, ']');
}

static void add_given_up(void *arg, const char *path, struct json_place place,
                         const char *what)
{
    struct screen *screen = arg;
    if (screen->json)
        json_write_text(screen->json, NULL, what);
    else
        clinics_print(stdout, path, place, what);
}

static void tell_given_up(struct screen *screen)
{
    if (screen->json)
        json_write_array(screen->json, "given_up");
    config_given_up(screen->setup->config, add_given_up, screen);
    if (screen->json)
        json_write_end(screen->json, ']');
}

static void tell_unanswered(struct screen *screen)
{
    if (screen->json)
        json_write_array(screen->json, "no_answer");
    unanswered_launched(screen->store, add_warning, screen);
    if (screen->json)
        json_write_end(screen->json, ']');
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void tell_counts(struct screen *screen,
                        const struct status_counts *counts)
{
    char number[6][32];
    struct error why = {0};
    bool released = setup_released(screen->setup, &why);
    if (screen->json) {
        json_write_integer(screen->json, "patients", counts->patients);
        json_write_integer(screen->json, "tasks_open", counts->tasks.open);
        json_write_integer(screen->json, "tasks_late", counts->tasks.late);
        json_write_integer(screen->json, "tasks_soon", counts->tasks.soon);
        json_write_integer(screen->json, "tasks_urgent", counts->tasks.urgent);
        json_write_integer(screen->json, "unknown",
                           counts->states[STATE_UNKNOWN]);
        json_write_bool(screen->json, "paused", counts->paused);
        json_write_bool(screen->json, "released", released);
        return;
    }
    print("%s: %s patient%s, %s open task%s (%s late), %s suppression%s, "
          "%s change%s to look at, %s unknown\n",
          screen->setup->config->store_path,
          number_text(counts->patients, number[0]), plural(counts->patients),
          number_text(counts->tasks.open, number[1]),
          plural(counts->tasks.open),
          number_text(counts->tasks.late, number[2]),
          number_text(counts->suppressions, number[3]),
          plural(counts->suppressions), number_text(counts->dirty, number[4]),
          plural(counts->dirty),
          number_text(counts->states[STATE_UNKNOWN], number[5]));
    if (counts->paused)
        print("%sPAUSED%s: nothing is sent; 'outreach resume --all'\n",
              terminal_tone(stdout, TONE_RED),
              terminal_tone(stdout, TONE_PLAIN));
    if (!released)
        print("%sNOT RELEASED%s: %s\n", terminal_tone(stdout, TONE_RED),
              terminal_tone(stdout, TONE_PLAIN), why.text);
}

/* What messages said of people, or ended, whom and which nobody knows yet:
 * their own records are late, or never come. */
static void tell_waiting(struct screen *screen,
                         const struct waiting_counts *waiting)
{
    char number[32], when[CIVIL_TEXT_MAX];
    const char *since =
        waiting->rows ? local_text(screen, waiting->since, when) : NULL;
    if (screen->json) {
        json_write_integer(screen->json, "rows_waiting", waiting->rows);
        json_write_text(screen->json, "rows_waiting_since", since);
    } else if (waiting->rows) {
        print("%s row%s of messages wait%s for patients, prescriptions or "
              "visits that nobody here knows yet, the oldest since %s; after "
              "30 days "
              "they go\n",
              number_text(waiting->rows, number), plural(waiting->rows),
              waiting->rows == 1 ? "s" : "", since);
    }
}

/* Nobody should have to list tasks to hear of one that cannot wait. Of whom it
 * speaks is for those who may know. */
static bool tell_soon(struct screen *screen, const struct task_counts *counts,
                      struct error *err)
{
    const struct task_filter filter = {.due_before = screen->now + HOUR_MS,
                                       .limit = 1};
    struct task *first = NULL;
    size_t count;
    char number[32], when[CIVIL_TEXT_MAX];
    if (!task_list(screen->store, &filter, &first, &count, err))
        return false;
    if (screen->json && count == 0) {
        json_write_text(screen->json, "task_first", NULL);
    } else if (screen->json) {
        json_write_object(screen->json, "task_first");
        json_write_integer(screen->json, "task", first->id);
        json_write_text(screen->json, "kind", first->kind);
        json_write_text(screen->json, "owner", first->owner);
        json_write_text(screen->json, "due",
                        local_text(screen, first->due_at, when));
        json_write_end(screen->json, '}');
    } else if (count > 0) {
        print("%s%s task%s%s due within the hour or late, first task %lld "
              "(%s) for %s, due %s; 'outreach task list'\n",
              terminal_tone(stdout, TONE_RED),
              number_text(counts->soon, number), plural(counts->soon),
              terminal_tone(stdout, TONE_PLAIN), (long long)first->id,
              first->kind, first->owner,
              local_text(screen, first->due_at, when));
    }
    free(first);
    return true;
}

/* The service looked later than it is: whose clock is wrong nobody knows. */
static bool tell_clock(const struct screen *screen, struct error *err)
{
    char text[32], at[CIVIL_TEXT_MAX];
    if (!store_meta_get(screen->store, MISSED_LOOKED_AT, text, sizeof(text),
                        err))
        return false;
    instant looked = strtoll(text, NULL, 10);
    bool ahead = looked > screen->now + LEAP_SKEW_MS;
    if (screen->json)
        json_write_bool(screen->json, "clock_went_back", ahead);
    else if (ahead)
        print("\nthe clock went back: the service last looked at %s; what it "
              "ended too early is planned again at its next look\n",
              local_text(screen, looked, at));
    return true;
}

static bool show(struct screen *screen, struct error *err)
{
    static const char *const campaigns[] = {"campaign", "state",    ">entered",
                                            ">waiting", ">reached", ">not sent",
                                            ">trouble", "next",     NULL};
    static const char *const providers[] = {
        "provider",   "channel", ">submitted", ">in flight", ">accepted",
        ">delivered", ">failed", ">unknown",   "last",       NULL};
    static const char *const feeds[] = {"feed", ">rows", ">age", "", NULL};
    struct status_counts counts;
    if (!status_counts(screen->store, screen->now, &counts, err))
        return false;
    tell_counts(screen, &counts);
    tell_waiting(screen, &counts.waiting);
    if (!tell_soon(screen, &counts.tasks, err) ||
        !section(screen, "campaigns", campaigns, fill_campaigns, err) ||
        !section(screen, "providers", providers, fill_providers, err) ||
        !section(screen, "feeds", feeds, fill_feeds, err))
        return false;
    tell_uncarried(screen);
    tell_unanswered(screen);
    tell_given_up(screen);
    tell_files(screen);
    return tell_clock(screen, err);
}

static bool show_json(struct screen *screen, struct error *err)
{
    struct buf out;
    struct json_writer writer;
    buf_init(&out, PRINT_MAX);
    json_write_init(&writer, &out);
    screen->json = &writer;
    json_write_object(&writer, NULL);
    bool ok = show(screen, err);
    json_write_end(&writer, '}');
    if (ok)
        puts(out.data);
    buf_free(&out);
    return ok;
}

static bool show_all(struct screen *screen, bool json, bool watch,
                     struct error *err)
{
    for (;;) {
        screen->now = clock_now();
        if (watch && terminal_is(stdout))
            fputs("\033[H\033[2J", stdout);
        bool ok = json ? show_json(screen, err) : show(screen, err);
        fflush(stdout);
        if (!ok || !watch)
            return ok;
        sleep(WATCH_SECONDS);
    }
}

/* Patients are named there: who looked is kept (L-34). */
static bool show_since(const struct screen *screen, const char *text, bool json,
                       struct error *err)
{
    instant since, now = clock_now();
    if (!civil_parse_instant(text, &since) || since >= now)
        return error_set(err, ERROR_USAGE,
                         "--since takes a time that has passed, ISO 8601 with "
                         "offset, not '%s'",
                         text);
    return setup_look(screen->setup, "status", err) &&
           status_since(screen->store, screen->setup->config->zone, since, now,
                        json, err);
}

static int run(const struct options *options, int argc, char **argv)
{
    bool watch = false;
    const char *since = NULL;
    const struct flag flags[] = {{"watch", NULL, &watch},
                                 {"since", &since, NULL}};
    int count;
    if (!command_flags(&command_status, flags, 2, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_status, "unexpected '%s'", argv[0]);
    if (watch && since)
        return command_usage(&command_status, "say either --watch or --since");
    struct error err = {0};
    struct setup setup;
    struct screen screen = {.setup = &setup};
    bool ok = setup_open(&setup, options, &err);
    if (ok) {
        screen.store =
            store_open(setup.config->store_path, STORE_READ_ONLY, &err);
        ok = screen.store &&
             (since ? show_since(&screen, since, options->json, &err)
                    : show_all(&screen, options->json, watch, &err));
    }
    store_close(screen.store);
    setup_close(&setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_status = {
    .name = "status",
    .synopsis = "[--watch | --since T]",
    .summary = "Campaigns, queue, providers, feeds and tasks at a glance",
    .help =
        "  --watch    again every two seconds\n"
        "  --since T  after an outage that began at T: what went late, waits\n"
        "             still, was dropped, is unknown or failed, and who must\n"
        "             be told\n\n"
        "Campaign files that differ from what was launched are listed:\n"
        "an edited file waits until somebody launches it.\n",
    .run = run,
};
