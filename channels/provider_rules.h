/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_PROVIDER_RULES_H
#define CHANNELS_PROVIDER_RULES_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

#include "channels/driver.h"
#include "channels/provider_body.h"

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
    char reference[64]; /* ours, of a receipt; "" */
    char status[32];
    char code[64];
    char detail[160];
};
/* An answer, by the rules and, where they say nothing, by HTTP's own. */
void provider_read_answer(const struct provider_rules *rules,
                          const struct codes *http,
                          const struct http_answer *answer, instant now,
                          struct provider_result *result);

/* One receipt: what it says. False: it is not of this shape, or its status is
 * none of the words. The word "none" changes nothing. */
bool provider_read_receipt(const struct provider_rules *rules,
                           const struct provider_body *receipt, instant now,
                           struct provider_result *result);
/* Whether it says how a receipt looks, and the most that one can prove. */
bool provider_has_receipts(const struct provider_rules *rules);
enum evidence provider_receipt_evidence(const struct provider_rules *rules);
/* Whether receipts name the provider's id and not our reference. */
bool provider_receipt_by_id(const struct provider_rules *rules);

#endif
