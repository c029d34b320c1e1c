/* SPDX-License-Identifier: Apache-2.0 */
/* A step's channels in one patient's order. Pure. */
#include "scheduler/ladder.h"

#define ATTEMPTS_DEFAULT 4
#define PATIENCE_MS HOUR_MS

static bool is_tried(unsigned tried, enum channel channel)
{
    return (tried | tried >> LADDER_PASSED) & (1u << channel);
}

size_t ladder_order(const struct step *step, int preferred,
                    struct rung out[LADDER_MAX])
{
    size_t first = step->ladder_count;
    for (size_t i = 0; step->preferred_first && i < step->ladder_count; i++) {
        if ((int)step->ladder[i].channel == preferred)
            first = i;
    }
    for (size_t i = 0; i < step->ladder_count; i++)
        out[i] = step->ladder[i];
    if (first == step->ladder_count)
        return step->ladder_count;
    out[0].channel = step->ladder[first].channel;
    for (size_t i = 0, to = 1; i < step->ladder_count; i++) {
        if (i != first)
            out[to++].channel = step->ladder[i].channel;
    }
    return step->ladder_count;
}

int ladder_first(const struct step *step, int preferred, unsigned tried)
{
    struct rung rungs[LADDER_MAX];
    size_t count = ladder_order(step, preferred, rungs);
    for (size_t i = 0; i < count; i++) {
        if (!is_tried(tried, rungs[i].channel))
            return (int)rungs[i].channel;
    }
    return -1;
}

bool ladder_wait(const struct step *step, int preferred, int channel,
                 unsigned tried, struct duration *wait)
{
    struct rung rungs[LADDER_MAX];
    size_t count = ladder_order(step, preferred, rungs);
    for (size_t i = 0; i < count; i++) {
        if ((int)rungs[i].channel != channel)
            continue;
        for (size_t next = i + 1; next < count; next++) {
            if (!is_tried(tried, rungs[next].channel)) {
                *wait = rungs[i].wait;
                return true;
            }
        }
    }
    return false;
}

int64_t ladder_patience(const struct step *step)
{
    int64_t patience = PATIENCE_MS;
    for (size_t i = 0; i < step->ladder_count; i++) {
        struct duration wait = step->ladder[i].wait;
        int64_t minutes = wait.count * MINUTE_MS;
        if (wait.unit == UNIT_MINUTES && minutes > 0 && minutes < patience)
            patience = minutes; /* every other unit is an hour or more */
    }
    return patience;
}

int ladder_budget(const struct step *step)
{
    return step && step->attempts > 0 ? step->attempts : ATTEMPTS_DEFAULT;
}
