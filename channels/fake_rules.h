/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_FAKE_RULES_H
#define CHANNELS_FAKE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

#include "channels/driver.h"
#include "channels/fake.h"

/* The script of the fake driver, read and checked. A set stays as it is but
 * for the counters of `nth` and the seed's state. */
struct fake_rule {
    bool any_channel;
    enum channel channel;
    char *to;   /* NULL: any */
    char *text; /* NULL: any */
    int64_t nth;
    int64_t seen;
    double share; /* 1: always */
    struct fake_answer answer;
    char *reply; /* NULL: none */
    int64_t reply_after_ms;
    bool query_said;
    enum driver_answer query;
    enum outcome query_outcome;
};

struct fake_rules {
    struct fake_rules *older; /* still used by what is under way */
    struct fake_rule *rules;
    size_t count;
    struct fake_rule otherwise;
    enum evidence evidence[CHANNEL_COUNT];
    int64_t jitter_ms;
    int64_t log;
    struct random random;
};

/* NULL on a fault; `err` names the place. Free with fake_rules_free(), which
 * frees the older ones too. */
struct fake_rules *fake_rules_read(const struct driver_config *config,
                                   struct error *err);
void fake_rules_free(struct fake_rules *rules);

/* The rule that answers this message; counts it. */
struct fake_rule *fake_rules_pick(struct fake_rules *rules,
                                  const struct outgoing *message);

#endif
