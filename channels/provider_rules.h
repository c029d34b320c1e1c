/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_PROVIDER_RULES_H
#define CHANNELS_PROVIDER_RULES_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

#include "channels/driver.h"

struct arena;
struct codes;
struct http_answer;

/* The part of a provider's description that says what its answers mean:
 * "success", "id", "errors", "receipt". Pure. */
struct provider_rules;

/* NULL on a fault with its place. Lives in the arena. */
struct provider_rules *provider_rules_read(const struct driver_config *config,
                                           struct arena *arena,
                                           struct error *err);

struct provider_result {
    struct driver_event event; /* points into the rest: never copy one */
    char id[128];
    char status[32];
    char code[64];
    char detail[160];
};
/* An answer, by the rules and, where they say nothing, by HTTP's own. */
void provider_read_answer(const struct provider_rules *rules,
                          const struct codes *http,
                          const struct http_answer *answer, instant now,
                          struct provider_result *result);

/* One receipt, already parsed: what it says, and our reference (or NULL) in
 * *reference. False: it is not of this shape. */
bool provider_read_receipt(const struct provider_rules *rules,
                           const struct json_node *receipt, instant now,
                           const char **reference,
                           struct provider_result *result);

#endif
