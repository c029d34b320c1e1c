/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_WATCH_H
#define APP_CONFIG_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

#include "app/config_faults.h"

struct arena;

/* The part of outreach.json about folders whose files are taken by themselves:
 * "watch" of "feeds". */
struct config_watch {
    const char *folder;
    const char *format; /* of `outreach import`; NULL: as the name ends */
    const char *map;    /* a mapping file, or NULL */
    bool full;          /* a file holds all there is */
};
#define CONFIG_WATCH_MAX 16
struct config_watches {
    struct config_watch items[CONFIG_WATCH_MAX];
    size_t count;
};
void config_watch_read(const struct json_node *feeds, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_watches *out);

#endif
