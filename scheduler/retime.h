/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_RETIME_H
#define SCHEDULER_RETIME_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/zone.h"
#include "store/wall.h"

struct clerk;

/* New rules of time zones, and other hours of the policy or the configuration:
 * the former are noticed once a minute and between two jobs, so
 * that no transaction sees two sets of rules; then every stored instant
 * follows its civil time, and every planned row the step's. The meta table
 * says which version of tzdata the store follows, so that an update while the
 * service was down is noticed at its start. */
enum retime_stage {
    RETIME_DONE,
    RETIME_ANCHORS, /* nothing is claimed: a message would tell a wrong hour */
    RETIME_ROWS,    /* open entries are brought in step */
};
struct retime {
    enum retime_stage stage;
    char known[ZONE_VERSION_MAX]; /* the version that the store follows */
    char next[ZONE_VERSION_MAX];  /* the one that it is led to */
    char hours[SHA256_HEX]; /* the policy's, where the store follows others */
    instant look_at;
    enum wall_time time; /* the one being walked */
    struct wall_walk walk;
};

/* At the start: reads what the store follows, and looks. */
bool retime_open(struct clerk *clerk, struct error *err);
/* Between two jobs, outside of a transaction. */
void retime_look(struct clerk *clerk);
/* Whether claims must wait. */
bool retime_holds(const struct clerk *clerk);
/* Derives a page of anchors while it holds. */
bool retime_page(struct clerk *clerk, struct error *err);
/* Everything follows: recorded, audited (L-34) and told. */
bool retime_finish(struct clerk *clerk, struct error *err);

#endif
