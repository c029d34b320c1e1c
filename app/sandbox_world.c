/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a trial: a store that nobody real is in, and a configuration
 * that knows no provider but the sandbox. */
#include "app/sandbox_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "campaigns/bundle.h"
#include "campaigns/campaign.h"
#include "feeds/import.h"
#include "store/campaign_store.h"
#include "store/feed.h"
#include "store/fictive.h"
#include "store/status.h"
#include "store/store.h"

#include "app/audience.h"
#include "app/campaign_files.h"
#include "app/launch.h"
#include "app/sample.h"

enum { SEED = 20261207, CONFIG_MAX = 1 << 20 };

/* A Monday morning without a holiday in sight, as in `outreach demo`. */
static const char beginning[] = "2026-12-07T06:00:00-05:00";
static const char temporary[] = "/tmp/outreach-sandbox";

static void path_in(const struct sandbox_world *world, const char *name,
                    char out[PATH_MAX])
{
    file_join(out, PATH_MAX, world->leftover.folder, name);
}

/* The store -------------------------------------------------------------------
 */

static bool make_fictive(struct store *store, void *arg, struct error *err)
{
    (void)arg;
    return fictive_addresses(store, err);
}

/* Its texts will be shown: who looked is noted first (L-34). */
static bool copy_store(struct sandbox_world *world, struct config *config,
                       const struct options *options, struct error *err)
{
    const struct setup look = {.config = config};
    if (!setup_may_pretend(config, options, err) ||
        !setup_look(&look, "sandbox", err))
        return false;
    struct store *store =
        store_open(config->store_path, STORE_READ_ONLY | STORE_THROW_AWAY, err);
    bool ok = store &&
              leftover_begin(&world->leftover, config->store_path, err) &&
              store_copy_to(store, world->leftover.copy, STORE_THROW_AWAY, err);
    store_close(store);
    return ok && setup_write(world->leftover.copy, make_fictive, NULL, err);
}

static bool import_sample(const struct sandbox_world *world, const char *data,
                          struct error *err)
{
    const struct import_options options = {
        .paths = &data,
        .path_count = 1,
        .max_bad = IMPORT_MAX_BAD,
        .country = "US",
        .zone = zone_find("America/New_York"),
        .now = world->begin,
        .actor = command_actor(),
    };
    struct import_report report = {0};
    struct store *store =
        store_open(world->leftover.copy, STORE_CREATE | STORE_THROW_AWAY, err);
    bool ok =
        store && import_run(store, &options, &import_unwatched, &report, err);
    import_report_free(&report);
    store_close(store);
    return ok;
}

static bool make_sample(struct sandbox_world *world, struct error *err)
{
    char data[PATH_MAX];
    if (!leftover_begin(&world->leftover, temporary, err))
        return false;
    path_in(world, "data", data);
    return file_make_directory(data, 0700, err) &&
           sample_write(data, world->begin, SEED, err) &&
           import_sample(world, data, err);
}

bool sandbox_world_begin(struct sandbox_world *world,
                         const struct options *options, struct error *err)
{
    *world = (struct sandbox_world){0};
    struct config *config =
        config_load(options->config_path, options->store_path, err);
    if (!config || !setup_audit_key(config, err)) {
        config_free(config);
        return false;
    }
    world->copied = file_exists(config->store_path);
    world->begin = clock_now();
    if (!world->copied && !options->now_given)
        civil_parse_instant(beginning, &world->begin);
    leftover_sweep(world->copied ? config->store_path : temporary);
    bool ok = world->copied ? copy_store(world, config, options, err)
                            : make_sample(world, err);
    config_free(config);
    clock_pretend(world->begin);
    return ok;
}

void sandbox_world_end(struct sandbox_world *world)
{
    setup_close(&world->setup);
    leftover_end(&world->leftover);
}

/* The configuration -----------------------------------------------------------
 */

static void write_twilio(struct json_writer *json, const char *name,
                         const char *channel,
                         const struct carrier_access *access)
{
    json_write_object(json, name);
    json_write_text(json, "driver", "twilio");
    json_write_array(json, "channels");
    json_write_text(json, NULL, channel);
    json_write_end(json, ']');
    json_write_text(json, "base_url", access->base_url);
    json_write_text(json, "account_sid", access->account);
    json_write_text(json, "auth_token_file", "token");
    json_write_text(json, "from", access->number);
}

/* One at a time, so that what they do is the same each time. Calls keep their
 * line until they end. */
static void write_providers(struct json_writer *json,
                            const struct carrier_access *access)
{
    json_write_object(json, "providers");
    write_twilio(json, "sandbox-sms", "sms", access);
    json_write_integer(json, "concurrency", 1);
    json_write_end(json, '}');
    write_twilio(json, "sandbox-voice", "voice", access);
    json_write_text(json, "machine_detection", "message-end");
    json_write_integer(json, "per_second", 1);
    json_write_integer(json, "concurrency", 20);
    json_write_end(json, '}');
    json_write_object(json, "sandbox-mail");
    json_write_text(json, "driver", "smtp");
    json_write_text(json, "url", access->mail_url);
    json_write_text(json, "tls", "none");
    json_write_text(json, "from", "Sandbox <sandbox@example.org>");
    json_write_integer(json, "concurrency", 1);
    json_write_end(json, '}');
    json_write_end(json, '}');
}

static void write_path(struct json_writer *json, const char *key,
                       const char *path)
{
    char whole[PATH_MAX];
    if (path && realpath(path, whole))
        json_write_text(json, key, whole);
}

/* What the clinic's own configuration says, but for where things are and who
 * carries messages; paths are whole, for this one lies elsewhere. */
static void write_own(struct json_writer *json, const struct config *config)
{
    static const char *const ours[] = {
        "$schema",        "providers",           "http",
        "store",          "campaigns",           "measures",
        "policy",         "audit_key_env",       "audit_key",
        "audit_key_file", "audit_key_credential"};
    for (const struct json_node *node = json_first(json_root(config->doc));
         node; node = json_next(node)) {
        size_t i = 0;
        while (i < sizeof(ours) / sizeof(ours[0]) &&
               !text_equal(ours[i], json_key(node)))
            i++;
        if (i == sizeof(ours) / sizeof(ours[0]))
            json_write_node(json, json_key(node), node);
    }
    write_path(json, "measures", config->measures_dir);
    write_path(json, "policy", config->policy_path);
}

/* The clinic's own campaign, or the shipped one of that name. */
static bool write_campaigns(struct json_writer *json, struct config *config,
                            const char *campaign, struct error *err)
{
    char path[PATH_MAX];
    const char *own = config->campaigns_dir;
    const char *shipped = config_share(config, "campaigns/library");
    struct error none = {0};
    if (campaign_files_find(own, campaign, path, sizeof(path), err)) {
        write_path(json, "campaigns", own);
        return true;
    }
    if (!shipped ||
        !campaign_files_find(shipped, campaign, path, sizeof(path), &none)) {
        if (err->kind != ERROR_INPUT) /* the clinic has none at all */
            *err = none;
        return false;
    }
    *err = none;
    write_path(json, "campaigns", shipped);
    return true;
}

static bool write_config(const struct sandbox_world *world,
                         struct config *config, const char *campaign,
                         const struct carrier_access *access, const char *path,
                         struct error *err)
{
    struct buf out;
    struct json_writer json;
    buf_init(&out, CONFIG_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    if (world->copied && config->doc) {
        write_own(&json, config);
    } else {
        json_write_text(&json, "organisation", "Lakeside Health");
        json_write_text(&json, "zone", "America/New_York");
    }
    json_write_text(&json, "store", file_base(world->leftover.copy));
    json_write_object(&json, "http");
    json_write_text(&json, "listen", "unix:http.sock");
    json_write_text(&json, "public_url", SANDBOX_PUBLIC_URL);
    json_write_end(&json, '}');
    bool ok = write_campaigns(&json, config, campaign, err);
    write_providers(&json, access);
    json_write_end(&json, '}');
    ok = ok && file_write(path, out.data, out.len, 0600, err);
    buf_free(&out);
    return ok;
}

/* Launching -------------------------------------------------------------------
 */

struct pausing {
    const char *campaign;
    struct store *store;
    instant now;
    struct error *err;
    bool failed;
};

/* Of a campaign that answers whoever writes, and has nothing else to do. */
static bool only_answers(struct store *store, const char *name)
{
    struct error unusable = {0};
    struct campaign *campaign = audience_campaign(store, name, &unusable);
    bool answers = campaign && campaign->step_count == 0;
    campaign_free(campaign);
    return answers;
}

static bool pause_other(void *arg, const struct status_campaign *row)
{
    struct pausing *pausing = arg;
    struct campaign_row found;
    bool there;
    if (!campaign_find(pausing->store, row->name, &there, &found,
                       pausing->err)) {
        pausing->failed = true;
        return false;
    }
    bool ours = text_equal(row->name, pausing->campaign);
    enum campaign_state from = ours ? CAMPAIGN_PAUSED : CAMPAIGN_RUNNING;
    enum campaign_state to = ours ? CAMPAIGN_RUNNING : CAMPAIGN_PAUSED;
    if (!there || found.state != from ||
        (!ours && only_answers(pausing->store, row->name)))
        return true;
    pausing->failed =
        !campaign_set_state(pausing->store, found.id, to, command_actor(),
                            pausing->now, pausing->err);
    return !pausing->failed;
}

/* Only the campaign that is tried runs, also where it was paused; and what
 * answers for all. */
static bool pause_others(struct store *store, void *arg, struct error *err)
{
    struct pausing *pausing = arg;
    pausing->store = store;
    pausing->err = err;
    if (only_answers(store, pausing->campaign))
        return error_set(
            err, ERROR_INPUT,
            "%s only answers what patients write; by itself it sends nothing. "
            "To try it, launch it and then try a campaign that sends, such as "
            "`outreach sandbox --campaign appointment`: it answers there",
            pausing->campaign);
    return campaign_pause_all(store, false, command_actor(), pausing->now,
                              err) &&
           status_campaigns(store, pause_other, pausing, err) &&
           !pausing->failed;
}

/* No import comes during a trial; those that came in time go on so. */
static bool suppose_feeds(struct store *store, void *arg, struct error *err)
{
    int64_t feeds;
    return feed_suppose(store, ((struct sandbox_world *)arg)->begin, &feeds,
                        err);
}

/* What the file calls itself, of a name or a path. */
static bool name_of(const struct config *config, const char *campaign,
                    char out[128], struct error *err)
{
    char path[PATH_MAX];
    struct json_place place;
    return campaign_files_find(config->campaigns_dir, campaign, path,
                               sizeof(path), err) &&
           campaign_file_name(path, out, 128, &place);
}

bool sandbox_world_launch(struct sandbox_world *world,
                          const struct options *options,
                          const struct carrier_access *access,
                          const char *campaign, struct error *err)
{
    char token[PATH_MAX], path[PATH_MAX], name[128];
    struct options own = {.config_path = path};
    struct config *config =
        config_load(options->config_path, options->store_path, err);
    path_in(world, "token", token);
    path_in(world, "outreach.json", path);
    path_in(world, "http.sock", world->socket);
    bool ok =
        config &&
        file_write(token, access->token, strlen(access->token), 0600, err) &&
        write_config(world, config, campaign, access, path, err);
    config_free(config);
    struct pausing pausing = {.campaign = name, .now = world->begin};
    return ok && setup_open(&world->setup, &own, err) &&
           name_of(world->setup.config, campaign, name, err) &&
           launch_record(&world->setup, campaign, world->begin, err) &&
           setup_write(world->leftover.copy, pause_others, &pausing, err) &&
           setup_store(&world->setup, err) &&
           setup_write(world->leftover.copy, suppose_feeds, world, err);
}
