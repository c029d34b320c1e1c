/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outreach.json: finds, reads and checks it. Every fault is reported with
 * its place, all at once; nothing is half-loaded. Secrets are not read here:
 * the drivers read them from where the file says they lie.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/text.h"
#include "campaigns/expression.h"
#include "channels/driver.h"
#include "channels/options.h"
#include "feeds/layout.h"

#include "app/config.h"
#include "app/config_channels.h"

#define DAY_MS (24 * HOUR_MS)
/* L-35's default, which is good practice and no law. */
#define KEEP_TEXTS_MS (90 * DAY_MS)

enum { CONFIG_MAX_BYTES = 1 << 20, FAULTS_MAX_BYTES = 2000 };

/* One file under reading: faults gather in `faults`, first ones win. */
struct reading {
    struct config *config;
    struct buf faults;
    int count;
    struct reading *days; /* those of hours and days go there; NULL: here */
};

static void fault(struct reading *reading, const struct json_node *at,
                  const char *text)
{
    struct config *config = reading->config;
    struct json_place place = json_place(config->doc, at);
    buf_format(&reading->faults, "%s%s:%d:%d: error: %s",
               reading->count ? "\n" : "", config->path, place.line,
               place.column, text);
    reading->count++;
}

/* One that knows its place already. */
static void fault_text(struct reading *reading, const char *text)
{
    buf_format(&reading->faults, "%s%s", reading->count ? "\n" : "", text);
    reading->count++;
}

static void fault_name(struct reading *reading, const struct json_node *member,
                       const char *const *names, size_t count)
{
    struct config *config = reading->config;
    struct json_place place = json_key_place(config->doc, member);
    const char *near = text_nearest(json_key(member), names, count);
    buf_format(&reading->faults, "%s%s:%d:%d: error: unknown member \"%s\"",
               reading->count ? "\n" : "", config->path, place.line,
               place.column, json_key(member));
    if (near)
        buf_format(&reading->faults, "; did you mean \"%s\"?", near);
    reading->count++;
}

static const char *in_directory(const struct config *config, const char *path)
{
    return config_beside(config->directory, path, config->arena);
}

/* A text member, or what it is when absent. */
static const char *text_member(struct reading *reading,
                               const struct json_node *object, const char *name,
                               const char *absent)
{
    const struct json_node *node = json_get(object, name);
    if (!node)
        return absent;
    if (text_blank(json_text(node))) {
        fault(reading, node, "expected a text that is not empty");
        return absent;
    }
    return arena_text(reading->config->arena, json_text(node));
}

static double number_member(struct reading *reading,
                            const struct json_node *object, const char *name,
                            double absent, double least, double most)
{
    const struct json_node *node = json_get(object, name);
    double value;
    if (!node)
        return absent;
    if (!json_number(node, &value) || value < least || value > most) {
        fault(reading, node,
              arena_format(reading->config->arena,
                           "\"%s\" is a number from %g to %g", name, least,
                           most));
        return absent;
    }
    return value;
}

static int64_t duration_member(struct reading *reading,
                               const struct json_node *object, const char *name,
                               int64_t absent)
{
    static const int64_t unit_ms[] = {
        [UNIT_MINUTES] = MINUTE_MS, [UNIT_HOURS] = HOUR_MS,
        [UNIT_DAYS] = 24 * HOUR_MS, [UNIT_BUSINESS_DAYS] = 0,
        [UNIT_OPEN_HOURS] = 0,      [UNIT_WEEKS] = 7 * 24 * HOUR_MS,
        [UNIT_MONTHS] = 0,          [UNIT_YEARS] = 0,
    };
    const struct json_node *node = json_get(object, name);
    struct duration duration;
    if (!node)
        return absent;
    if (!json_text(node) || !duration_parse(json_text(node), &duration) ||
        duration.count <= 0 || unit_ms[duration.unit] == 0) {
        fault(reading, node,
              "expected minutes, hours, days or weeks, such as \"24 hours\"");
        return absent;
    }
    return duration.count * unit_ms[duration.unit];
}

static void part_fault(void *arg, const struct json_node *at, const char *text)
{
    fault(arg, at, text);
}

static void part_fault_name(void *arg, const struct json_node *member,
                            const char *const *names, size_t count)
{
    fault_name(arg, member, names, count);
}

static void part_fault_text(void *arg, const char *text)
{
    fault_text(arg, text);
}

static struct config_faults faults_of(struct reading *reading)
{
    return (struct config_faults){reading, part_fault, part_fault_name,
                                  part_fault_text};
}

/* What has a file of its own. */
static void read_parts(struct reading *reading, const struct json_node *top)
{
    struct config *config = reading->config;
    struct config_faults faults = faults_of(reading);
    struct config_faults days =
        faults_of(reading->days ? reading->days : reading);
    config_hours_read(top, config->directory, config->arena, &days,
                      &config->hours);
    config_http_read(top, config->directory, config->arena, &faults,
                     &config->http);
    config_hl7_read(top, config->directory, config->arena, &faults,
                    &config->hl7);
    config_hooks_read(top, config->directory, config->arena, &faults,
                      &config->hooks);
}

/* The shipped rules of that country. */
static const char *policy_of(struct config *config)
{
    static const struct {
        const char *country, *file;
    } shipped[] = {
        {"US", "policy/us.json"},
        {"GB", "policy/uk.json"},
        {"CA", "policy/ca.json"},
        {"AU", "policy/au.json"},
    };
    for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
        if (text_equal(shipped[i].country, config->country))
            return config_share(config, shipped[i].file);
    return NULL;
}

static void read_zone(struct reading *reading, const struct json_node *top)
{
    const struct json_node *node = json_get(top, "zone");
    if (!node)
        return;
    const struct zone *zone = zone_find(json_text(node));
    if (zone)
        reading->config->zone = zone;
    else
        fault(reading, node,
              "no such time zone; use an IANA name such as "
              "\"America/New_York\"");
}

/* Members of a provider that are ours, whatever its driver. */
static bool known_members(const struct config *config,
                          const struct config_provider *provider,
                          const struct channel_driver *driver,
                          struct error *err)
{
    static const char *const general[] = {
        "driver", "channels",    "per_second",        "burst", "concurrency",
        "cost",   "fallback_of", "sender_per_second", NULL};
    struct driver_config section = config_section(config, provider);
    return driver_check_members(driver, &section, general, err);
}

static void read_provider(struct reading *reading, const struct json_node *node,
                          struct config_provider *provider)
{
    struct config *config = reading->config;
    struct error err = {0};
    provider->name = arena_text(config->arena, json_key(node));
    provider->node = node;
    provider->fallback_of = -1;
    provider->driver = text_member(reading, node, "driver", NULL);
    if (!provider->driver) {
        fault(reading, node, "a provider needs its \"driver\"");
        return;
    }
    const struct channel_driver *driver = driver_find(provider->driver, &err);
    if (!driver) {
        fault(reading, json_get(node, "driver"), err.text);
        return;
    }
    if (!known_members(config, provider, driver, &err))
        fault_text(reading, err.text);
    struct config_faults faults = faults_of(reading);
    provider->channels =
        config_channels_read(config, provider, driver, &faults);
    provider->per_second =
        number_member(reading, node, "per_second", 0, 0, 100000);
    provider->sender_per_second =
        number_member(reading, node, "sender_per_second", 0, 0, 100000);
    provider->burst = number_member(reading, node, "burst", 10, 1, 100000);
    provider->concurrency =
        (int)number_member(reading, node, "concurrency", 32, 1, 10000);
    provider->cost_millionths =
        (int64_t)(number_member(reading, node, "cost", 0, 0, 1000) * 1e6);
}

/* "fallback_of" names another provider: looked up when all are known. */
static void read_fallback(struct reading *reading,
                          struct config_provider *provider)
{
    struct config *config = reading->config;
    const struct json_node *node = json_get(provider->node, "fallback_of");
    if (!node)
        return;
    for (size_t i = 0; i < config->provider_count; i++)
        if (&config->providers[i] != provider &&
            text_equal(config->providers[i].name, json_text(node)))
            provider->fallback_of = (int)i;
    if (provider->fallback_of < 0)
        fault(reading, node, "names no other provider of this file");
}

static void read_providers(struct reading *reading, const struct json_node *top)
{
    struct config *config = reading->config;
    const struct json_node *all = json_get(top, "providers");
    if (!all)
        return;
    size_t count = json_count(all);
    if (json_type(all) != JSON_OBJECT || count == 0) {
        fault(reading, all, "\"providers\" is an object of named providers");
        return;
    }
    config->providers =
        arena_alloc(config->arena, count * sizeof(*config->providers));
    config->provider_count = 0;
    for (const struct json_node *node = json_first(all); node;
         node = json_next(node))
        read_provider(reading, node,
                      &config->providers[config->provider_count++]);
    for (size_t i = 0; i < config->provider_count; i++)
        read_fallback(reading, &config->providers[i]);
}

#define WATCH "watch" /* beside the feeds; app/config_watch.h */

/* A feed is a table of the import; it has one member. */
static void read_feed(struct reading *reading, const struct json_node *node)
{
    static const char *const members[] = {"max_age"};
    enum { TABLES_MAX = 32 };
    struct config *config = reading->config;
    const char *tables[TABLES_MAX];
    size_t count = 0;
    for (; count < layout_count && count < TABLES_MAX - 1; count++)
        tables[count] = layout_tables[count].name;
    tables[count++] = WATCH;
    if (!layout_find(json_key(node)))
        fault_name(reading, node, tables, count);
    if (json_type(node) != JSON_OBJECT)
        fault(reading, node, "expected an object with \"max_age\"");
    const struct config_faults faults = faults_of(reading);
    config_members(&faults, node, members, 1);
    config->feeds[config->feed_count++] = (struct config_feed){
        .name = arena_text(config->arena, json_key(node)),
        .max_age_ms = duration_member(reading, node, "max_age", 0),
    };
}

static void read_feeds(struct reading *reading, const struct json_node *top)
{
    struct config *config = reading->config;
    const struct json_node *all = json_get(top, "feeds");
    if (!all)
        return;
    if (json_type(all) != JSON_OBJECT) {
        fault(reading, all, "\"feeds\" is an object of named feeds");
        return;
    }
    config->feeds = arena_alloc(config->arena,
                                (json_count(all) + 1) * sizeof(*config->feeds));
    for (const struct json_node *node = json_first(all); node;
         node = json_next(node))
        if (!text_equal(json_key(node), WATCH))
            read_feed(reading, node);
    const struct config_faults faults = faults_of(reading);
    config_watch_read(all, config->directory, config->arena, &faults,
                      &config->watches);
}

static void check_names(struct reading *reading, const struct json_node *top)
{
    static const char *const names[] = {
        "$schema",    "organisation",   "country",       "zone",
        "hours",      "store",          "campaigns",     "measures",
        "policy",     "providers",      "feeds",         "approve_over",
        "poll",       "sweep_at",       "batch",         "log",
        "currency",   "holidays",       "blackout",      "clinics",
        "keep_texts", "audit_key_file", "audit_key_env", "audit_key_credential",
        "http",       "hooks",          "hl7",           "codes",
    };
    enum { COUNT = sizeof(names) / sizeof(names[0]) };
    for (const struct json_node *node = json_first(top); node;
         node = json_next(node)) {
        bool known = false;
        for (size_t i = 0; i < COUNT && !known; i++)
            known = text_equal(names[i], json_key(node));
        if (!known)
            fault_name(reading, node, names, COUNT);
    }
}

/* A provider may be asked for a text until its answer is final. */
static void read_keep_texts(struct reading *reading,
                            const struct json_node *top)
{
    struct config *config = reading->config;
    config->keep_texts_ms =
        duration_member(reading, top, "keep_texts", config->keep_texts_ms);
    if (config->keep_texts_ms < DAY_MS)
        fault(reading, json_get(top, "keep_texts"),
              "texts are kept for at least 1 day");
}

static void read_members(struct reading *reading)
{
    struct config *config = reading->config;
    const struct json_node *top = json_root(config->doc);
    if (json_type(top) != JSON_OBJECT) {
        fault(reading, top, "expected an object { ... }");
        return;
    }
    check_names(reading, top);
    config->organisation =
        text_member(reading, top, "organisation", config->organisation);
    config->country = text_member(reading, top, "country", config->country);
    if (strlen(config->country) != 2 || config->country[0] < 'A' ||
        config->country[0] > 'Z' || config->country[1] < 'A' ||
        config->country[1] > 'Z')
        fault(reading, json_get(top, "country"),
              "a country is two capital letters such as \"US\"");
    config->currency = text_member(reading, top, "currency", config->currency);
    config->sweep_at = text_member(reading, top, "sweep_at", config->sweep_at);
    config->store_path = in_directory(
        config, text_member(reading, top, "store", config->store_path));
    config->campaigns_dir = in_directory(
        config, text_member(reading, top, "campaigns", "campaigns"));
    const char *path = text_member(reading, top, "measures", NULL);
    if (path)
        config->measures_dir = in_directory(config, path);
    config->codes_path =
        in_directory(config, text_member(reading, top, "codes", NULL));
    path = text_member(reading, top, "policy", NULL);
    config->policy_path = path ? in_directory(config, path) : policy_of(config);
    config->approve_over =
        (int64_t)number_member(reading, top, "approve_over", 0, 0, 1e9);
    config->batch = (int)number_member(reading, top, "batch", 512, 1, 10000);
    config->poll_ms = duration_member(reading, top, "poll", config->poll_ms);
    read_keep_texts(reading, top);
    const char *log = text_member(reading, top, "log", "text");
    config->log_json = text_equal(log, "json");
    if (!config->log_json && !text_equal(log, "text"))
        fault(reading, json_get(top, "log"), "log is \"text\" or \"json\"");
    int seconds;
    if (!civil_parse_time(config->sweep_at, &seconds))
        fault(reading, json_get(top, "sweep_at"),
              "expected a time of day such as \"02:00\"");
    read_parts(reading, top);
    read_zone(reading, top);
    read_providers(reading, top);
    read_feeds(reading, top);
}

static void set_defaults(struct config *config)
{
    config->organisation = "Outreach";
    config->country = "US";
    config->currency = "USD";
    config->zone = zone_find("America/New_York");
    if (!config->zone)
        config->zone = zone_utc();
    config_hours_defaults(&config->hours, config->arena);
    config->store_path = "outreach.db";
    config->campaigns_dir = "campaigns";
    config->measures_shipped = config_share(config, "measures");
    config->policy_path = policy_of(config);
    config->sweep_at = "02:00";
    config->batch = 512;
    config->poll_ms = MINUTE_MS;
    config->keep_texts_ms = KEEP_TEXTS_MS;
    config->providers = arena_alloc(config->arena, sizeof(*config->providers));
    config->providers[0] = (struct config_provider){
        .name = "outbox",
        .driver = "outbox",
        .channels = (1u << CHANNEL_COUNT) - 1,
        .burst = 10,
        .concurrency = 512,
        .fallback_of = -1,
    };
    config->provider_count = 1;
}

static const char *find_file(const char *path)
{
    if (path)
        return path;
    path = getenv("OUTREACH_CONFIG");
    if (!text_blank(path))
        return path;
    if (file_exists("outreach.json"))
        return "outreach.json";
    if (file_exists("/etc/outreach/outreach.json"))
        return "/etc/outreach/outreach.json";
    return NULL;
}

static bool read_file(struct config *config, struct reading *days,
                      struct error *err)
{
    struct buf text;
    struct error why = {0};
    struct json_place place;
    bool ok = false;
    if (!file_read(config->path, CONFIG_MAX_BYTES, &text, &why)) {
        error_set(err, ERROR_CANNOT, "%s", why.text);
        goto out;
    }
    hash_sha256_hex(text.data, text.len, config->sha256);
    config->doc = json_parse(text.data, text.len, JSON_COMMENTS, &why, &place);
    if (!config->doc) {
        error_set(err, ERROR_CANNOT, "%s:%d:%d: error: %s", config->path,
                  place.line, place.column, why.text);
        goto out;
    }
    struct reading reading = {.config = config, .days = days};
    buf_init(&reading.faults, FAULTS_MAX_BYTES);
    read_members(&reading);
    ok = reading.count == 0;
    if (!ok)
        error_set(err, ERROR_CANNOT, "%s", reading.faults.data);
    buf_free(&reading.faults);
out:
    buf_free(&text);
    return ok;
}

static struct config *load(const char *path, const char *store_path,
                           bool days_matter, struct error *err)
{
    struct arena *arena = arena_new();
    struct config *config = arena_alloc(arena, sizeof(*config));
    config->arena = arena;
    set_defaults(config);
    path = find_file(path);
    if (path) {
        config->path = arena_text(arena, path);
        const char *slash = strrchr(path, '/');
        config->directory =
            slash ? arena_text_n(arena, path, (size_t)(slash - path)) : NULL;
        if (slash == path)
            config->directory = "/";
        struct reading days = {.config = config};
        buf_init(&days.faults, FAULTS_MAX_BYTES);
        bool ok = read_file(config, days_matter ? NULL : &days, err);
        if (ok && days.count)
            log_event(LOG_WARNING, "config", "faults=%s", days.faults.data);
        buf_free(&days.faults);
        if (!ok) {
            config_free(config);
            return NULL;
        }
    }
    if (store_path)
        config->store_path = arena_text(arena, store_path);
    return config;
}

struct config *config_load(const char *path, const char *store_path,
                           struct error *err)
{
    return load(path, store_path, true, err);
}

struct config *config_load_without_days(const char *path,
                                        const char *store_path,
                                        struct error *err)
{
    return load(path, store_path, false, err);
}

void config_free(struct config *config)
{
    if (!config)
        return;
    json_free(config->doc);
    arena_free(config->arena);
}

/* The folder of the running program, without a trailing slash. */
static bool program_directory(char out[PATH_MAX])
{
    if (!file_program(out))
        return false;
    char *slash = strrchr(out, '/');
    if (slash)
        *slash = '\0';
    return true;
}

const char *config_share(struct config *config, const char *name)
{
    const char *given = getenv("OUTREACH_SHARE");
    char program[PATH_MAX];
    bool known = program_directory(program);
    const char *tries[4] = {NULL};
    size_t count = 0;
    if (!text_blank(given))
        tries[count++] = arena_format(config->arena, "%s/%s", given, name);
    if (known) {
        tries[count++] = arena_format(config->arena, "%s/../share/outreach/%s",
                                      program, name);
        /* build/app/outreach inside a source tree */
        tries[count++] =
            arena_format(config->arena, "%s/../../%s", program, name);
    }
    tries[count++] = arena_format(config->arena, "%s/%s", OUTREACH_SHARE, name);
    for (size_t i = 0; i < count; i++)
        if (file_exists(tries[i]))
            return tries[i];
    return NULL;
}

bool config_is_live(const struct config *config)
{
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct channel_driver *driver =
            driver_find(config->providers[i].driver, NULL);
        if (driver && driver->live)
            return true;
    }
    return false;
}
