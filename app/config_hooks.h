/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_HOOKS_H
#define APP_CONFIG_HOOKS_H

#include <stddef.h>

#include "base/json.h"
#include "scheduler/engine.h"

#include "app/config_faults.h"

struct arena;

/* The part of outreach.json about who is told what patients decide: "hooks".
 * The secret of each lies elsewhere, as a provider's does. */
struct config_outlet {
    const char *name;             /* "files": the folder */
    unsigned events;              /* bits of notice_events */
    const char *url;              /* NULL: the folder */
    const char *folder;           /* NULL: an address */
    const struct json_node *node; /* where its secret is named */
};
struct config_hooks {
    struct config_outlet outlets[ENGINE_OUTLETS_MAX];
    size_t count;
};
void config_hooks_read(const struct json_node *top, const char *directory,
                       struct arena *arena, const struct config_faults *faults,
                       struct config_hooks *out);

#endif
