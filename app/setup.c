/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From outreach.json to the engine's configuration. Holds the one place that
 * decides when a pretended time is allowed and who may dispatch.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "campaigns/campaign.h"
#include "channels/secret.h"
#include "inbound/reply.h"
#include "scheduler/policy_own.h"
#include "store/audit.h"
#include "store/audit_key.h"
#include "store/feed.h"
#include "store/seal.h"
#include "store/store.h"

#include "app/config_channels.h"
#include "app/leftover.h"
#include "app/setup.h"

enum { POLICY_MAX = 4 << 20 };

static void fill_providers(struct setup *setup)
{
    struct config *config = setup->config;
    setup->providers = arena_alloc(
        config->arena, config->provider_count * sizeof(*setup->providers));
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct config_provider *from = &config->providers[i];
        setup->providers[i] = (struct engine_provider){
            .name = from->name,
            .driver = driver_find(from->driver, NULL),
            .config = config_section(config, from),
            .channels = from->channels,
            .per_second = from->per_second,
            .burst = from->burst,
            .sender_per_second = from->sender_per_second,
            .concurrency = from->concurrency,
            .fallback_of = from->fallback_of,
            .cost_millionths = from->cost_millionths,
        };
    }
}

/* Whether a driver that reaches people ever sent from this store. One that
 * cannot be opened is told by whoever needs it. */
static bool reached_people(const char *path)
{
    char since[32] = "";
    struct error none = {0};
    struct store *store =
        file_exists(path) ? store_open(path, STORE_READ_ONLY, &none) : NULL;
    if (store)
        store_meta_get(store, "live_since", since, sizeof(since), &none);
    store_close(store);
    return since[0] != '\0';
}

bool setup_may_pretend(const struct config *config,
                       const struct options *options, struct error *err)
{
    if (!options->now_given)
        return true;
    if (config_is_live(config))
        return error_set(err, ERROR_USAGE,
                         "--now is refused: %s names a driver that reaches "
                         "real people; use the outbox or fake driver to try "
                         "other times",
                         config->path);
    if (reached_people(config->store_path))
        return error_set(err, ERROR_USAGE,
                         "--now is refused: %s has served real people, and "
                         "its history has real times; try other times on a "
                         "store of its own (--store FILE)",
                         config->store_path);
    return true;
}

/* Holidays that nobody entered yet would be days like others. */
#define HOLIDAYS_NOTICE_DAYS 60

static void tell_old_policy(const struct setup *setup)
{
    char to[CIVIL_TEXT_MAX];
    struct civil_date soon = civil_add_days(
        zone_today(setup->config->zone, clock_now()), HOLIDAYS_NOTICE_DAYS);
    if (civil_compare(soon, setup->policy->holidays_to) > 0)
        log_event(LOG_WARNING, "policy-old", "file=%s holidays_to=%s",
                  log_quote(setup->config->policy_path),
                  civil_date_text(setup->policy->holidays_to, to));
}

/* Another country's law is none here. */
static bool policy_is_ours(const struct policy *policy,
                           const struct config *config, struct error *err)
{
    return text_equal(policy->country, config->country) ||
           error_set(err, ERROR_CANNOT,
                     "%s holds the rules of %s, but \"country\" in "
                     "outreach.json is %s: name the rules of %s with "
                     "\"policy\", or correct \"country\"",
                     config->policy_path, policy->country, config->country,
                     config->country);
}

struct policy *setup_policy(const struct config *config, struct error *err)
{
    struct policy *policy = policy_load(config->policy_path, err);
    struct civil_date today = zone_today(config->zone, clock_now());
    if (policy && !(policy_is_ours(policy, config, err) &&
                    policy_in_force(policy, config->policy_path, today, err))) {
        policy_free(policy);
        policy = NULL;
    }
    return policy;
}

static bool load_policy(struct setup *setup, struct error *err)
{
    struct config *config = setup->config;
    if (!config->policy_path)
        return error_set(err, ERROR_CANNOT,
                         "no rules of law were found for the country %s; name "
                         "a policy file with \"policy\" in outreach.json, or "
                         "set $OUTREACH_SHARE to where policy/us.json lies",
                         config->country);
    setup->policy = setup_policy(config, err);
    if (!setup->policy) {
        err->kind = ERROR_CANNOT; /* as a configuration with faults */
        return false;
    }
    const struct config_hours *hours = &config->hours;
    policy_add_holidays(setup->policy, hours->holidays, hours->holiday_count);
    for (size_t i = 0; i < hours->own_count; i++)
        policy_add_own(setup->policy, hours->own[i].clinic, hours->own[i].days,
                       hours->own[i].blackout, hours->own[i].blackout_count);
    tell_old_policy(setup);
    return true;
}

static bool take_reply(void *arg, struct clerk *clerk, const char *provider,
                       const struct driver_reply *reply, struct error *err)
{
    (void)arg;
    return reply_take(clerk, provider, reply, OWNER_DEFAULT, err);
}

bool setup_audit_key(const struct config *config, struct error *err)
{
    const struct driver_config section = {
        .name = "audit_key",
        .doc = config->doc,
        .node = json_root(config->doc),
        .path = config->path,
        .directory = config->directory,
    };
    char *key = NULL;
    bool ok =
        !config->doc || secret_read(&section, "audit_key", false, &key, err);
    ok = ok && (!key || audit_key_configure(key, err));
    secret_free(key);
    if (!ok)
        err->kind = ERROR_CANNOT;
    return ok;
}

bool setup_open(struct setup *setup, const struct options *options,
                struct error *err)
{
    *setup = (struct setup){0};
    setup->config = config_load(options->config_path, options->store_path, err);
    if (!setup->config || !setup_audit_key(setup->config, err) ||
        !setup_may_pretend(setup->config, options, err) ||
        !load_policy(setup, err))
        return false;
    fill_providers(setup);
    const struct config *config = setup->config;
    leftover_sweep(config->store_path);
    setup->engine = (struct engine_config){
        .store_path = config->store_path,
        .organisation = config->organisation,
        .zone = config->zone,
        .default_country = config->country,
        .policy = setup->policy,
        .providers = setup->providers,
        .provider_count = config->provider_count,
        .batch = config->batch,
        .lease_ms = MINUTE_MS,
        .sweep_at = config->sweep_at,
        .poll_ms = config->poll_ms,
        .keep_texts_ms = config->keep_texts_ms,
        .on_reply = take_reply,
    };
    return true;
}

bool setup_open_to_refuse(struct setup *setup, const struct options *options,
                          struct error *err)
{
    *setup = (struct setup){0};
    setup->config = config_load_without_days(options->config_path,
                                             options->store_path, err);
    return setup->config && setup_audit_key(setup->config, err) &&
           setup_may_pretend(setup->config, options, err);
}

bool setup_feeds(const struct config *config, struct store *store,
                 struct error *err)
{
    if (!feed_clear_max_ages(store, err))
        return false;
    for (size_t i = 0; i < config->feed_count; i++) {
        int64_t max_age = config->feeds[i].max_age_ms;
        if (!feed_set_max_age(store, config->feeds[i].name,
                              max_age ? max_age : INSTANT_NEVER, err))
            return false;
    }
    return true;
}

/* From the first life with a live driver on: no pretended times here. */
static bool note_live(const struct config *config, struct store *store,
                      struct error *err)
{
    char text[CIVIL_TEXT_MAX];
    if (!config_is_live(config))
        return true;
    if (!store_meta_get(store, "live_since", text, sizeof(text), err))
        return false;
    return text[0] || store_meta_set(store, "live_since",
                                     civil_utc_text(clock_now(), text), err);
}

/* What the service goes by changed since it last began: which file, which days
 * its calendars name, which rules of law, which program and which rules of time
 * zones, by their marks. */
static bool note_configuration(const struct config *config, struct store *store,
                               struct error *err)
{
    char known[400], now[400], policy[SHA256_HEX], days[SHA256_HEX];
    struct buf text;
    bool read = file_read(config->policy_path, POLICY_MAX, &text, err);
    if (read)
        hash_sha256_hex(text.data, text.len, policy);
    buf_free(&text);
    if (!read ||
        !store_meta_get(store, "configuration", known, sizeof(known), err))
        return false;
    config_hours_mark(&config->hours, days);
    snprintf(now, sizeof(now),
             "configuration=%s days=%s policy=%s program=%s tzdata=%s",
             config->sha256[0] ? config->sha256 : "none", days, policy,
             OUTREACH_VERSION, zone_data_version());
    return text_equal(known, now) ||
           (store_meta_set(store, "configuration", now, err) &&
            audit_add(store, clock_now(), command_actor(), "configuration",
                      NULL, now, err));
}

static bool add_look(struct store *store, void *arg, struct error *err)
{
    const char *what = arg;
    return audit_add(store, clock_now(), command_actor(), "look", what, NULL,
                     err);
}

bool setup_look(const struct setup *setup, const char *what, struct error *err)
{
    char subject[64];
    text_copy(subject, sizeof(subject), what);
    return setup_write(setup->config->store_path, add_look, subject, err);
}

static bool write_once(struct store *store, setup_act_fn *act, void *arg,
                       struct error *err)
{
    bool ok = store && store_begin(store, err) && act(store, arg, err) &&
              store_commit(store, err);
    if (store)
        store_rollback(store);
    store_close(store);
    return ok;
}

bool setup_write(const char *store_path, setup_act_fn *act, void *arg,
                 struct error *err)
{
    return write_once(store_open(store_path, 0, err), act, arg, err);
}

bool setup_holdout(struct setup *setup, struct store *store, struct error *err)
{
    char key[2 * SHA256_BYTES + 1];
    if (!store_meta_get(store, "holdout_key", key, sizeof(key), err))
        return false;
    hash_sha256(key, strlen(key), setup->engine.holdout_key);
    return true;
}

static bool tell_store(struct store *store, void *arg, struct error *err)
{
    struct setup *setup = arg;
    return setup_feeds(setup->config, store, err) &&
           note_live(setup->config, store, err) &&
           note_configuration(setup->config, store, err) &&
           setup_holdout(setup, store, err);
}

/* Where records come to the service by themselves there may be none yet. */
static bool is_fed(const struct config *config)
{
    return config->hl7.listen || config->watches.count > 0;
}

bool setup_store(struct setup *setup, struct error *err)
{
    unsigned flags = setup->engine.throw_away ? STORE_THROW_AWAY : 0;
    if (is_fed(setup->config))
        flags |= STORE_CREATE;
    return write_once(store_open(setup->engine.store_path, flags, err),
                      tell_store, setup, err);
}

struct again {
    struct setup *setup;
    setup_open_fn *open;
    void *arg;
};

static bool tell_and_open(struct store *store, void *arg, struct error *err)
{
    struct again *again = arg;
    return tell_store(store, again->setup, err) && again->open(again->arg, err);
}

bool setup_store_again(struct setup *setup, setup_open_fn *open, void *arg,
                       struct error *err)
{
    struct again again = {setup, open, arg};
    struct store *store = store_open(setup->engine.store_path, 0, err);
    if (store)
        store_set_patience(store, 0);
    return write_once(store, tell_and_open, &again, err);
}

void setup_close(struct setup *setup)
{
    policy_free(setup->policy);
    config_free(setup->config);
    *setup = (struct setup){0};
}

bool setup_open_again(struct setup *setup, const struct options *options,
                      struct error *err)
{
    setup_close(setup);
    if (!options->now_given)
        clock_real();
    return setup_open(setup, options, err);
}

void setup_forecast(struct setup *setup, const char *store_path)
{
    struct config *config = setup->config;
    /* One for each real one, so that channels, rates and costs are theirs. */
    for (size_t i = 0; i < config->provider_count; i++) {
        setup->providers[i].driver = driver_find("fake", NULL);
        setup->providers[i].config.node = NULL;
    }
    setup->engine.store_path = arena_text(config->arena, store_path);
    setup->engine.throw_away = true;
    setup->engine.threaded = false;
    setup->engine.keep_texts_ms = 0; /* they are shown at the end */
    setup->engine.http = NULL;
}

/* Why it may not send; NULL: it may. */
static const char *why_not(enum seal_state state)
{
    switch (state) {
    case SEAL_WHOLE:
        return NULL;
    case SEAL_MISSING:
        return "it is a copy: no seal of its own lies beside it";
    case SEAL_MOVED:
        return "it was copied, or moved from another disk: its seal is "
               "another file's";
    case SEAL_OLDER:
        return "it is an older copy: its seal knows what this file does not";
    case SEAL_RESTORED:
        return "it was restored from a backup";
    }
    return NULL;
}

bool setup_released(const struct setup *setup, struct error *err)
{
    const char *path = setup->config->store_path;
    enum seal_state state = SEAL_WHOLE;
    if (!file_exists(path))
        return true;
    struct store *store = store_open(path, STORE_READ_ONLY, err);
    bool ok = store && seal_check(store, &state, err);
    store_close(store);
    return ok && (state == SEAL_WHOLE ||
                  error_set(err, ERROR_CANNOT,
                            "%s does not send: %s. What happened since then "
                            "is not in it: `outreach release` asks the "
                            "providers, and lets it send",
                            path, why_not(state)));
}

int setup_lock_copy(const struct setup *setup, struct error *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s.lock", setup->config->store_path);
    int fd = file_lock(path, err);
    if (fd < 0 && err->kind == ERROR_BUSY)
        error_in(err, "another dispatcher may be at work on %s",
                 setup->config->store_path);
    return fd;
}

int setup_lock(const struct setup *setup, struct error *err)
{
    int fd = setup_lock_copy(setup, err);
    if (fd >= 0 && !setup_released(setup, err)) {
        file_unlock(fd);
        return -1;
    }
    return fd;
}
