/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "base/zone.h"

#include "app/config_hl7.h"
#include "app/config_hooks.h"
#include "app/config_hours.h"
#include "app/config_http.h"
#include "app/config_watch.h"

/* outreach.json, read and checked: one struct, immutable after load; a
 * reload makes a new one. Secrets are never in it, only where they lie. */

struct config_provider {
    const char *name; /* its member name: "main-sms" */
    const char *driver;
    unsigned channels; /* bits */
    double per_second, burst;
    double sender_per_second; /* segments, calls; 0: as per_second */
    int concurrency;
    int fallback_of; /* index, or -1 */
    int64_t cost_millionths;
    const struct json_node *node; /* the rest is the driver's own */
};

struct config_feed {
    const char *name; /* a table of the import: "appointments" */
    int64_t max_age_ms;
};

struct config {
    const char *path;      /* NULL: defaults, no file */
    const char *directory; /* where relative paths begin */
    struct json *doc;      /* NULL without a file */
    char sha256[65];       /* of the file; "" without one */
    const char *organisation;
    const char *country;
    const struct zone *zone;
    struct config_hours hours;
    struct config_http http;
    struct config_hl7 hl7;
    struct config_hooks hooks;
    const char *store_path;
    const char *campaigns_dir;
    const char *measures_dir;     /* the clinic's own, or NULL */
    const char *measures_shipped; /* those of the program, or NULL */
    const char *policy_path;      /* NULL: none is shipped for that country */
    struct config_provider *providers;
    size_t provider_count;
    const char *codes_path; /* the clinic's own code tables, or NULL */
    struct config_feed *feeds;
    size_t feed_count;
    struct config_watches watches;
    int64_t approve_over;  /* messages; a second person above; 0: never */
    int64_t poll_ms;       /* how often providers are asked */
    int64_t keep_texts_ms; /* of messages and replies (L-35) */
    const char *sweep_at;
    int batch;
    bool log_json;
    const char *currency; /* "USD" */
    struct arena *arena;
};

/* Finds the file (--config, $OUTREACH_CONFIG, ./outreach.json,
 * /etc/outreach/outreach.json), reads and checks it; without any, the
 * defaults: one outbox for all channels, outreach.db here. All faults at
 * once as file:line:column. `store_path` (--store) overrides. */
struct config *config_load(const char *path, const char *store_path,
                           struct error *err);
/* The same for who needs no hours and days: of faults in them, as a calendar
 * that is gone, it only warns, and they may be any. */
struct config *config_load_without_days(const char *path,
                                        const char *store_path,
                                        struct error *err);
void config_free(struct config *config);

/* Where shipped data lies: $OUTREACH_SHARE, beside the installed program, or
 * the build's own source tree. "campaigns/library" -> a path in the arena;
 * NULL when it is nowhere. */
const char *config_share(struct config *config, const char *name);
/* How make-believe carriers and patients behave: as `path` says, or (NULL) the
 * shipped file. behaviour_free() it; NULL with the reason. */
struct behaviour;
struct behaviour *config_behaviour(struct config *config, const char *path,
                                   struct error *err);
/* Any provider that reaches real people? Then --now is refused. */
bool config_is_live(const struct config *config);

#endif
