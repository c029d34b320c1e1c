/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_CONFIG_FAULTS_H
#define APP_CONFIG_FAULTS_H

#include <stddef.h>

#include "base/json.h"

struct arena;

/* Where the faults of outreach.json go, for the files that read a part. */
struct config_faults {
    void *arg;
    void (*at)(void *arg, const struct json_node *node, const char *text);
    /* An unknown member, and those that there are. */
    void (*name)(void *arg, const struct json_node *member,
                 const char *const *names, size_t count);
    void (*text)(void *arg, const char *text); /* has its place already */
};

/* Tells of each member of an object that has none of these names. */
void config_members(const struct config_faults *faults,
                    const struct json_node *object, const char *const *names,
                    size_t count);

/* A member that is a text; `wrong` is told of one that is none, or blank. */
const char *config_text(const struct config_faults *faults,
                        const struct json_node *object, const char *name,
                        const char *wrong);

/* A path as people write it in a configuration: beside that, unless it is
 * absolute. `directory` NULL: here. NULL is NULL. */
const char *config_beside(const char *directory, const char *path,
                          struct arena *arena);

#endif
