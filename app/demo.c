/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach demo`: the main job in a minute. Writes an invented clinic group
 * into a temporary folder and then does what a coordinator would do, by
 * running this very program with the same commands, under a pretended clock,
 * into the outbox. Reaches nobody, needs no account.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/status.h"
#include "store/store.h"

#include "app/command.h"
#include "app/config.h"
#include "app/sample.h"
#include "app/table.h"

enum { ARGS_MAX = 24, SHOWN_MAX = 40, SEED = 20261207, DAYS = 4 };

extern char **environ;

/* A Monday morning without a holiday in sight, in the organisation's zone:
 * the same demo for everybody. */
static const char beginning[] = "2026-12-07T06:00:00-05:00";

struct demo {
    const struct options *options;
    char folder[64], config[128], data[128], store[128];
    const char *library;
    instant from, until;
};

static void heading(const char *text)
{
    print("\n%s== %s%s\n\n", terminal_tone(stdout, TONE_BOLD), text,
          terminal_tone(stdout, TONE_PLAIN));
    fflush(stdout);
}

/* Shows and runs one command line; `words` ends with NULL. */
static bool command(const struct demo *demo, instant now,
                    const char *const *words, struct error *err)
{
    char when[CIVIL_TEXT_MAX];
    char *argv[ARGS_MAX] = {"outreach", "--config", (char *)demo->config,
                            "--now",
                            (char *)civil_instant_text(now, -5 * 3600, when)};
    size_t count = 5;
    print("%s$ outreach", terminal_tone(stdout, TONE_GREEN));
    for (size_t i = 0; words[i] && count + 1 < ARGS_MAX; i++) {
        print(" %s", words[i]);
        argv[count++] = (char *)words[i];
    }
    print("%s\n", terminal_tone(stdout, TONE_PLAIN));
    fflush(stdout);
    pid_t child;
    int status;
    char program[PATH_MAX];
    if (!file_program(program) ||
        posix_spawn(&child, program, NULL, NULL, argv, environ) ||
        waitpid(child, &status, 0) < 0)
        return error_set(err, ERROR_CANNOT, "cannot run %s", words[0]);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_FINE)
        return error_set(err, ERROR_CANNOT, "'outreach %s' failed", words[0]);
    return true;
}

static bool write_config(const struct demo *demo, struct error *err)
{
    struct buf out;
    struct json_writer json;
    buf_init(&out, 8192);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(&json, "organisation", "Lakeside Health");
    json_write_text(&json, "zone", "America/New_York");
    json_write_text(&json, "store", "outreach.db");
    json_write_text(&json, "campaigns", demo->library);
    json_write_object(&json, "providers");
    json_write_object(&json, "outbox");
    json_write_text(&json, "driver", "outbox");
    json_write_text(&json, "path", "outbox.jsonl");
    json_write_number(&json, "cost", 0.0079);
    json_write_integer(&json, "concurrency", 100);
    json_write_end(&json, '}');
    json_write_end(&json, '}');
    json_write_end(&json, '}');
    bool ok = file_write(demo->config, out.data, out.len, 0600, err);
    buf_free(&out);
    return ok;
}

static bool prepare(struct demo *demo, struct error *err)
{
    struct error none = {0};
    struct config *config = config_load(NULL, NULL, &none);
    static char library[512];
    const char *share =
        config ? config_share(config, "campaigns/library") : NULL;
    text_copy(library, sizeof(library), share ? share : "");
    config_free(config);
    if (!library[0])
        return error_set(err, ERROR_CANNOT,
                         "the shipped campaigns were not found beside the "
                         "program; set $OUTREACH_SHARE");
    demo->library = library;
    snprintf(demo->folder, sizeof(demo->folder), "/tmp/outreach-demo-XXXXXX");
    if (!mkdtemp(demo->folder))
        return error_set(err, ERROR_CANNOT,
                         "cannot make a folder in /tmp for the demo");
    file_join(demo->config, sizeof(demo->config), demo->folder,
              "outreach.json");
    file_join(demo->data, sizeof(demo->data), demo->folder, "data");
    file_join(demo->store, sizeof(demo->store), demo->folder, "outreach.db");
    civil_parse_instant(beginning, &demo->from);
    demo->until = demo->from + DAYS * 24 * HOUR_MS;
    return file_make_directory(demo->data, 0700, err) &&
           sample_write(demo->data, demo->from, SEED, err) &&
           write_config(demo, err);
}

/* Launches every campaign of the library. */
static bool launch_all(const struct demo *demo, struct error *err)
{
    char **names;
    size_t count;
    bool ok = true;
    if (!file_list(demo->library, ".json", &names, &count, err))
        return false;
    for (size_t i = 0; i < count && ok; i++) {
        char path[600];
        file_join(path, sizeof(path), demo->library, names[i]);
        if (strstr(names[i], ".test.") || strstr(names[i], ".schema."))
            continue;
        const char *words[] = {"--quiet", "launch", path, "--yes", NULL};
        ok = command(demo, demo->from, words, err);
    }
    file_list_free(names, count);
    return ok;
}

/* The first message of each campaign, step and channel. */
struct showing {
    char seen[SHOWN_MAX][120];
    size_t count;
};

static bool show_message(void *arg, const struct status_attempt *row)
{
    struct showing *showing = arg;
    char key[120], when[CIVIL_TEXT_MAX];
    snprintf(key, sizeof(key), "%s %s", row->campaign,
             channel_name(row->channel));
    for (size_t i = 0; i < showing->count; i++)
        if (text_equal(showing->seen[i], key))
            return true;
    if (showing->count == SHOWN_MAX)
        return false;
    text_copy(showing->seen[showing->count++], sizeof(key), key);
    const struct zone *zone = row->zone ? zone_find(row->zone) : NULL;
    if (!zone)
        zone = zone_utc();
    print("%s%s / %s by %s to %s (%s), %s%s\n%s\n\n",
          terminal_tone(stdout, TONE_BOLD), row->campaign, row->step,
          channel_name(row->channel), row->given_name ? row->given_name : "",
          row->address, time_text(zone, row->submitted_at, when),
          terminal_tone(stdout, TONE_PLAIN), row->body ? row->body : "");
    return true;
}

/* A few of those who were not contacted, one a reason. */
static bool show_held(void *arg, const struct status_held *row)
{
    struct showing *showing = arg;
    char key[120];
    text_copy(key, sizeof(key), row->reason);
    key[strcspn(key, ";")] = '\0';
    char *until = strstr(key, " until 2");
    if (until)
        *until = '\0';
    for (size_t i = 0; i < showing->count; i++)
        if (text_equal(showing->seen[i], key))
            return true;
    if (showing->count == SHOWN_MAX)
        return false;
    text_copy(showing->seen[showing->count++], sizeof(key), key);
    print("  %-8s %s / %s: %s (%s)\n", row->mrn, row->campaign, row->step,
          row->reason, state_name(row->state));
    return true;
}

static bool show_results(const struct demo *demo, struct error *err)
{
    struct store *store = store_open(demo->store, STORE_READ_ONLY, err);
    if (!store)
        return false;
    struct showing messages = {0}, held = {0};
    heading("What left: the first of each campaign and channel");
    bool ok =
        status_attempts(store, NULL, demo->from, show_message, &messages, err);
    heading("Who was not contacted, and why: one of each reason");
    ok = ok && status_held(store, NULL, 0, show_held, &held, err);
    store_close(store);
    return ok;
}

static bool play(struct demo *demo, struct error *err)
{
    char until[CIVIL_TEXT_MAX];
    civil_instant_text(demo->until, -5 * 3600, until);
    const char *import[] = {"import", demo->data, NULL};
    const char *check[] = {"check", NULL};
    const char *plan[] = {"plan", "--for", "4d", "--most", "8", NULL};
    const char *go[] = {"run", "--until", until, NULL};
    const char *task[] = {"task", "list", NULL};
    const char *status[] = {"status", NULL};
    heading("A clinic group's export becomes the patient store");
    if (!command(demo, demo->from, import, err))
        return false;
    heading("The shipped campaigns are checked and launched");
    if (!command(demo, demo->from, check, err) || !launch_all(demo, err))
        return false;
    heading("What will happen: the engine itself, run ahead on a copy");
    if (!command(demo, demo->from, plan, err))
        return false;
    heading("Four days of service");
    if (!command(demo, demo->from, go, err) || !show_results(demo, err))
        return false;
    heading("What people must do");
    if (!command(demo, demo->until, task, err))
        return false;
    heading("How it stands");
    return command(demo, demo->until, status, err);
}

static int run(const struct options *options, int argc, char **argv)
{
    bool keep = false;
    const struct flag flags[] = {{"keep", NULL, &keep}};
    int count;
    if (!command_flags(&command_demo, flags, 1, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_demo, "unexpected '%s'", argv[0]);
    if (options->json)
        return command_usage(&command_demo, "it speaks to people: no --json");
    struct demo demo = {.options = options};
    struct error err = {0};
    bool ok = prepare(&demo, &err) && play(&demo, &err);
    if (ok && keep)
        print("\nKept in %s\n", demo.folder);
    else if (demo.folder[0] && !keep)
        file_remove_tree(demo.folder);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_demo = {
    .name = "demo",
    .synopsis = "[--keep]",
    .summary = "Everything above, in one minute, in a temporary folder",
    .help = "200 invented patients, the shipped campaigns, four days of\n"
            "pretended time, messages into an outbox file. Reaches nobody.\n\n"
            "  --keep  leave the folder for a closer look\n",
    .run = run,
};
