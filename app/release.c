/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach release`: lets a store send that is a copy of another one. First
 * the providers are asked for what they sent and received since the copy was
 * made: opt-outs take effect, messages are found again. What was to leave
 * meanwhile and cannot be told stays in doubt (scheduler/doubt.c). Nothing is
 * sent here.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/reply.h"
#include "store/seal.h"
#include "store/store.h"
#include "store/stray.h"

#include "app/command.h"
#include "app/confirm.h"
#include "app/service.h"
#include "app/table.h"

enum { LINE_MAX_BYTES = 64 << 10 };

/* What a copy learns. */
struct known {
    int64_t replies, opt_outs;
};

struct release {
    const struct options *options;
    const char *since_text;
    bool moved, yes;
    struct setup setup;
    enum seal_state state;
    instant since, now;
    unsigned served;   /* channels (bits) that somebody carries */
    unsigned complete; /* of these it is known all that was sent */
    struct known before, after;
    int64_t found;
    bool released_before;
};

/* Who is asked ---------------------------------------------------------------
 */

/* Of these it has no list of what was sent, nor of what was answered. */
static unsigned unlisted(const struct engine_provider *provider)
{
    return provider->channels & ~provider->driver->lists;
}

static bool tells(const struct release *release, const char *driver,
                  enum channel channel)
{
    const struct setup *setup = &release->setup;
    for (size_t i = 0; i < setup->config->provider_count; i++)
        if (text_equal(setup->providers[i].name, driver))
            return setup->providers[i].driver->lists & (1u << channel);
    return false;
}

/* A provider that sent from here once and is not configured any more may have
 * sent what nobody can tell now. */
static void count_sender(void *arg, enum channel channel, const char *driver)
{
    struct release *release = arg;
    if (!tells(release, driver, channel))
        release->complete &= ~(1u << channel);
}

static bool find_channels(struct release *release, struct store *store,
                          struct error *err)
{
    const struct setup *setup = &release->setup;
    for (size_t i = 0; i < setup->config->provider_count; i++)
        release->served |= setup->providers[i].channels;
    release->complete = release->served;
    for (size_t i = 0; i < setup->config->provider_count; i++)
        release->complete &= ~unlisted(&setup->providers[i]);
    return stray_senders(store, count_sender, release, err);
}

/* Every provider that has a list must have told it. */
static bool all_answered(const struct release *release, unsigned answered,
                         struct error *err)
{
    const struct setup *setup = &release->setup;
    for (size_t i = 0; i < setup->config->provider_count; i++)
        if (setup->providers[i].driver->lists && !(answered & (1u << i)))
            return error_set(err, ERROR_CANNOT,
                             "provider %s did not tell what it sent and "
                             "received (the log says why): nothing was "
                             "released; try again. If it is gone for good, "
                             "take it out of the configuration",
                             setup->providers[i].name);
    return true;
}

/* The store ------------------------------------------------------------------
 */

static bool count_row(void *arg, const struct audit_row *row)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

/* (one opt-out writes many suppressions: the chain has one row of each) */
static bool known_read(struct store *store, struct known *out,
                       struct error *err)
{
    return reply_count(store, &out->replies, err) &&
           audit_each(store, &(struct audit_filter){.action = "opt-out"},
                      count_row, &out->opt_outs, err);
}

static bool look(struct release *release, struct error *err)
{
    struct store *store =
        store_open(release->setup.config->store_path, STORE_READ_ONLY, err);
    bool ok = store && seal_check(store, &release->state, err) &&
              backup_moment(store, &release->since, err) &&
              find_channels(release, store, err) &&
              known_read(store, &release->before, err);
    store_close(store);
    if (ok && release->since == INSTANT_NEVER)
        release->since = release->now;
    return ok;
}

static bool finish_write(struct store *store, void *arg, struct error *err)
{
    const struct release *release = arg;
    struct stray_doubt doubt = {.since = release->since,
                                .until = release->now,
                                .channels = release->complete};
    char detail[200];
    snprintf(detail, sizeof(detail),
             "%s since=%lld until=%lld found=%lld complete=%u",
             release->moved ? "moved" : "asked", (long long)release->since,
             (long long)release->now, (long long)release->found,
             release->complete);
    return (release->moved || stray_doubt_write(store, &doubt, err)) &&
           store_meta_set(store, SEAL_BACKUP_MARK, "", err) &&
           audit_add(store, release->now, command_actor(), "release", NULL,
                     detail, err) &&
           known_read(store, &((struct release *)arg)->after, err);
}

static bool finish(struct release *release, struct error *err)
{
    const char *path = release->setup.config->store_path;
    if (!setup_write(path, finish_write, release, err))
        return false;
    struct store *store = store_open(path, 0, err);
    bool ok = store && seal_make(store, err);
    store_close(store);
    return ok;
}

/* Telling --------------------------------------------------------------------
 */

static void channels_text(unsigned channels, struct buf *out)
{
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (channels & (1u << i))
            buf_format(out, "%s%s", out->len ? ", " : "",
                       channel_name((enum channel)i));
}

static void write_channels(struct json_writer *json, const char *name,
                           unsigned channels)
{
    json_write_array(json, name);
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (channels & (1u << i))
            json_write_text(json, NULL, channel_name((enum channel)i));
    json_write_end(json, ']');
}

/* Whether there was a time of which this store knows nothing. */
static bool is_behind(const struct release *release)
{
    return !release->moved && !release->released_before &&
           release->since < release->now;
}

/* A STOP, an unsubscribe, a stop key: what the store before this one was told
 * in that time, and nobody tells again. */
static void write_lost(struct json_writer *json, const struct release *release)
{
    const struct setup *setup = &release->setup;
    json_write_array(json, "refusals_lost");
    for (size_t i = 0; is_behind(release) && i < setup->config->provider_count;
         i++) {
        if (!unlisted(&setup->providers[i]))
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "provider", setup->providers[i].name);
        write_channels(json, "channels", unlisted(&setup->providers[i]));
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void lost_text(const struct release *release, struct buf *out)
{
    const struct setup *setup = &release->setup;
    for (size_t i = 0; i < setup->config->provider_count; i++) {
        struct buf channels;
        buf_init(&channels, LINE_MAX_BYTES);
        channels_text(unlisted(&setup->providers[i]), &channels);
        if (channels.len)
            buf_format(out, "%s%s (%s)", out->len ? ", " : "",
                       setup->providers[i].name, channels.data);
        buf_free(&channels);
    }
}

static void tell_lost(const struct release *release)
{
    char since[CIVIL_TEXT_MAX], now[CIVIL_TEXT_MAX];
    const struct zone *zone = release->setup.config->zone;
    struct buf lost;
    buf_init(&lost, LINE_MAX_BYTES);
    lost_text(release, &lost);
    if (lost.len && is_behind(release))
        print("Between %s and %s patients may have refused by way of %s, and "
              "nobody can tell: before anything is sent, look there (the "
              "provider's console, the mailbox) for STOPs, unsubscribes and "
              "stop keys of that time, and enter each by `outreach "
              "patient opt-out MRN`.\n",
              time_text(zone, release->since, since),
              time_text(zone, release->now, now), lost.data);
    buf_free(&lost);
}

static void tell_json(const struct release *release)
{
    struct buf out;
    struct json_writer json;
    char when[CIVIL_TEXT_MAX];
    const struct zone *zone = release->setup.config->zone;
    bool asked = !release->moved && !release->released_before;
    buf_init(&out, LINE_MAX_BYTES);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_bool(&json, "released", true);
    json_write_text(&json, "since", time_text(zone, release->since, when));
    json_write_text(&json, "until", time_text(zone, release->now, when));
    json_write_integer(&json, "found", release->found);
    json_write_integer(&json, "replies",
                       release->after.replies - release->before.replies);
    json_write_integer(&json, "opt_outs",
                       release->after.opt_outs - release->before.opt_outs);
    write_channels(&json, "in_doubt",
                   asked ? release->served & ~release->complete : 0);
    write_lost(&json, release);
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

static void tell(const struct release *release)
{
    struct buf doubt;
    const char *path = release->setup.config->store_path;
    if (release->options->json) {
        tell_json(release);
        return;
    }
    if (release->options->quiet)
        return;
    if (release->released_before || release->moved) {
        print("%s %s\n", path,
              release->moved ? "may send" : "may send already");
        return;
    }
    int64_t replies = release->after.replies - release->before.replies;
    int64_t opt_outs = release->after.opt_outs - release->before.opt_outs;
    print("Found at the providers: %lld message%s that the store did not "
          "know, %lld repl%s, %lld opt-out%s.\n",
          (long long)release->found, release->found == 1 ? "" : "s",
          (long long)replies, replies == 1 ? "y" : "ies", (long long)opt_outs,
          opt_outs == 1 ? "" : "s");
    buf_init(&doubt, LINE_MAX_BYTES);
    channels_text(release->served & ~release->complete, &doubt);
    if (doubt.len)
        print("Nobody can tell what was sent by %s: what was to leave before "
              "now counts as unknown and is not sent again.\n",
              doubt.data);
    buf_free(&doubt);
    tell_lost(release);
    print("%s may send.\n", path);
}

/* -------------------------------------------------------------------------- */

static bool read_since(struct release *release, struct error *err)
{
    if (!release->since_text)
        return true;
    if (!civil_parse_instant(release->since_text, &release->since) ||
        release->since > release->now)
        return error_set(err, ERROR_USAGE,
                         "--since takes a time that is over, in ISO 8601 with "
                         "offset, not '%s'",
                         release->since_text);
    return true;
}

static bool ask_person(const struct release *release, struct error *err)
{
    char question[400], when[CIVIL_TEXT_MAX];
    time_text(release->setup.config->zone, release->since, when);
    if (release->moved)
        snprintf(question, sizeof(question),
                 "Has nothing been sent from the place where this store was "
                 "before, since it was moved?");
    else
        snprintf(question, sizeof(question),
                 "Ask the providers what happened since %s, and let this "
                 "store send?",
                 when);
    return release->yes || confirm(question, err);
}

static bool may_be_moved(const struct release *release, struct error *err)
{
    return release->state == SEAL_MOVED ||
           error_set(err, ERROR_CANNOT,
                     "--moved is for a store that came with its own seal: "
                     "this one did not, or an older copy of it lies here. "
                     "Release it without --moved");
}

static bool ask_providers(struct release *release, struct error *err)
{
    const struct service_request request = {.once = true,
                                            .until = INSTANT_NEVER};
    struct engine_totals totals;
    bool stopped;
    release->setup.engine.ask = true;
    release->setup.engine.ask_since = release->since;
    if (!service_run(release->options, &release->setup, &request, &totals,
                     &stopped, err))
        return false;
    if (stopped)
        return error_set(err, ERROR_INPUT, "stopped; nothing was released");
    release->found = totals.found;
    return all_answered(release, totals.answered, err);
}

static bool work(struct release *release, struct error *err)
{
    release->now = clock_now();
    if (!look(release, err))
        return false;
    release->released_before =
        release->state == SEAL_WHOLE && !release->since_text;
    if (release->released_before)
        return true;
    return (!release->moved || may_be_moved(release, err)) &&
           read_since(release, err) && ask_person(release, err) &&
           (release->moved || ask_providers(release, err)) &&
           finish(release, err);
}

static int run(const struct options *options, int argc, char **argv)
{
    struct release release = {.options = options};
    const struct flag flags[] = {
        {"since", &release.since_text, NULL},
        {"moved", NULL, &release.moved},
        {"yes", NULL, &release.yes},
    };
    int count;
    if (!command_flags(&command_release, flags, 3, argc, argv, &count))
        return EXIT_USAGE;
    if (count)
        return command_usage(&command_release, "unexpected '%s'", argv[0]);
    if (release.moved && release.since_text)
        return command_usage(&command_release,
                             "--moved and --since exclude each other");
    struct error err = {0};
    int lock = -1;
    bool ok = setup_open(&release.setup, options, &err) &&
              (lock = setup_lock_copy(&release.setup, &err)) >= 0 &&
              work(&release, &err);
    if (ok)
        tell(&release);
    if (lock >= 0)
        file_unlock(lock);
    setup_close(&release.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_release = {
    .name = "release",
    .synopsis = "[--since T] [--moved] [--yes]",
    .summary = "Let a restored or copied store send",
    .help =
        "A store that was restored, or a copy of one, does not know what the\n"
        "other one sent and heard since. The providers are asked for it:\n"
        "opt-outs take effect, messages that were sent are not sent again.\n"
        "What nobody can tell becomes unknown, as after a crash; a task opens\n"
        "where the campaign wants one. Where opt-outs cannot be asked for, it\n"
        "says which providers to look through. Sends nothing itself.\n\n"
        "  --since T  it knows nothing since T (ISO 8601 with offset): for a\n"
        "             whole disk that was set back. Unless said: since its\n"
        "             backup, or since the newest message that it knows of\n"
        "  --moved    the folder was moved from another disk or machine, and\n"
        "             nothing was sent from there since: asks nobody\n"
        "  --yes      do not ask\n",
    .run = run,
};
