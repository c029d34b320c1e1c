/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_KINDS_H
#define APP_KINDS_H

#include <stdint.h>

#include "base/json.h"

/* So many of a kind, by its name: replies by intent, tasks by owner. Zeroed to
 * begin with; in the order in which they were met. */
#define KINDS_MAX 64 /* all above count as the last */
struct kinds {
    struct {
        char name[128];
        int64_t count; /* 0: none from here on */
    } items[KINDS_MAX];
};
void kinds_add(struct kinds *kinds, const char *name);
void kinds_json(const struct kinds *kinds, struct json_writer *json,
                const char *key);

#endif
