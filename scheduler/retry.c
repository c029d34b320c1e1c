/* SPDX-License-Identifier: Apache-2.0 */
/* When what failed is tried again, and how long its provider is left alone.
 * Pure: a table by outcome (domain.md 2.6, 3.5). */
#include "scheduler/retry.h"

#include <stddef.h>

#include "base/clock.h"

/* Nobody is asked to wait longer, whatever a header says. */
#define SAID_MOST_MS (24 * HOUR_MS)
/* A shorter wait is that of one message, not of a provider. */
#define REST_LEAST_MS (5 * SECOND_MS)

static const struct retry_rule retry_rules[] = {
    {OUTCOME_BUSY, 15 * MINUTE_MS, HOUR_MS, 15 * MINUTE_MS, 3},
    {OUTCOME_NO_ANSWER, 4 * HOUR_MS, 4 * HOUR_MS, 4 * HOUR_MS, 3},
    {OUTCOME_HUNG_UP, 4 * HOUR_MS, 4 * HOUR_MS, 4 * HOUR_MS, 3},
    {OUTCOME_REJECTED, 24 * HOUR_MS, 24 * HOUR_MS, 24 * HOUR_MS, 2},
    {OUTCOME_UNREACHABLE, 4 * HOUR_MS, 4 * HOUR_MS, 4 * HOUR_MS, 3},
    {OUTCOME_CONGESTION, 5 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS, 4},
    {OUTCOME_THROTTLED, 2 * SECOND_MS, 5 * MINUTE_MS, SECOND_MS, RETRY_ANY},
    {OUTCOME_PROVIDER_DOWN, 30 * SECOND_MS, 15 * MINUTE_MS, 10 * SECOND_MS,
     RETRY_ANY},
    {OUTCOME_QUEUE_FULL, MINUTE_MS, 15 * MINUTE_MS, MINUTE_MS, RETRY_ANY},
    {OUTCOME_NOT_SENT, 5 * SECOND_MS, 5 * MINUTE_MS, SECOND_MS, RETRY_ANY},
    {OUTCOME_MISCONFIGURED, MINUTE_MS, 15 * MINUTE_MS, MINUTE_MS, RETRY_ANY},
    {OUTCOME_DAILY_CAP, 4 * HOUR_MS, 4 * HOUR_MS, 4 * HOUR_MS, RETRY_ANY, true},
};
#define RETRY_RULES (sizeof(retry_rules) / sizeof(retry_rules[0]))

static const struct retry_rule retry_default = {OUTCOME_NONE, MINUTE_MS,
                                                HOUR_MS, MINUTE_MS, 3};

const struct retry_rule *retry_find(enum outcome outcome)
{
    for (size_t i = 0; i < RETRY_RULES; i++) {
        if (retry_rules[i].outcome == outcome)
            return &retry_rules[i];
    }
    return &retry_default;
}

unsigned retry_refusals(void)
{
    unsigned bits = 0;
    for (size_t i = 0; i < RETRY_RULES; i++) {
        if (retry_rules[i].most == RETRY_ANY)
            bits |= 1u << retry_rules[i].outcome;
    }
    return bits;
}

int64_t retry_least(const struct retry_rule *rule, int64_t said_ms)
{
    int64_t said = said_ms < SAID_MOST_MS ? said_ms : SAID_MOST_MS;
    return said > rule->least_ms ? said : rule->least_ms;
}

int64_t retry_rest(enum outcome outcome, int64_t said_ms)
{
    const struct retry_rule *rule = retry_find(outcome);
    bool rests =
        rule->most == RETRY_ANY && (rule->all || said_ms >= REST_LEAST_MS);
    return rests ? retry_least(rule, said_ms) : 0;
}
