/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_BEHAVIOUR_H
#define APP_BEHAVIOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/outcome.h"

/* How carriers and patients behave in a simulation, read from a file
 * (simulation/behaviour.json): shares and times, and no more. */

struct driver;
struct arena;

#define BEHAVIOUR_OUTCOMES_MAX 16
#define BEHAVIOUR_REPLIES_MAX 32

struct behaviour_channel {
    struct {
        enum outcome outcome;
        double share;
    } outcomes[BEHAVIOUR_OUTCOMES_MAX];
    size_t outcome_count;
    int64_t after_ms; /* the middle of it */
    struct {
        const char *when; /* a part of the text; NULL: any */
        const char *says;
        double share;
    } replies[BEHAVIOUR_REPLIES_MAX];
    size_t reply_count;
    int64_t replies_after_ms; /* the middle of it */
};

struct behaviour {
    struct arena *arena;
    struct behaviour_channel channels[CHANNEL_COUNT];
};

/* Faults name file, line and column. NULL on a fault. */
struct behaviour *behaviour_load(const char *path, struct error *err);
void behaviour_free(struct behaviour *behaviour); /* NULL is fine */

/* Lets a fake driver behave so. What becomes of a message hangs on `seed` and
 * the message alone, not on what else is under way. The struct is borrowed
 * until the driver closes. */
struct behaving {
    const struct behaviour *behaviour;
    struct driver *driver;
    uint64_t seed;
};
void behave(struct behaving *behaving);

#endif
