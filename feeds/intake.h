/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_INTAKE_H
#define FEEDS_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "feeds/fact.h"

struct store;
struct zone;

/* From what a message says to rows of the store, there and then, in the
 * caller's transaction. Who is meant is found by any of their ids; a field
 * that cannot be read is left out and told, the row goes in. One intake a
 * connection, on its thread. */
struct intake;

struct intake_options {
    const char *country;
    const struct zone *zone;    /* of the organisation */
    const char *mrn_authority;  /* whose ids are record numbers; NULL: those of
                                   type MR */
    const char *also_authority; /* of another feed, whose ids are the same
                                   record numbers; NULL: there is none */
    instant now;
};

struct intake *intake_new(struct store *store,
                          const struct intake_options *options);
void intake_free(struct intake *intake);
/* The hour of the messages that follow. */
void intake_at(struct intake *intake, instant now);
/* What follows is of a file that was written then: its feed is no younger. */
void intake_data_at(struct intake *intake, instant at);

/* Rows of the layout, by what became of them. */
struct intake_counts {
    size_t made, changed, same, older, ended, merged;
    size_t bad;       /* rows that were left out */
    size_t parted;    /* records that are their own again */
    size_t waiting;   /* rows of somebody whom nobody knows yet: they are kept,
                         and taken when somebody does (store/waiting.h) */
    size_t early;     /* ends of rows, and visits that are off or elsewhere,
                         that nobody knows yet: kept in the same way */
    size_t quiet;     /* of these, what most often ends nothing */
    size_t woken;     /* rows that had waited, and are in now; no others count
                         them */
    size_t forgotten; /* of somebody who was forgotten */
    size_t news;      /* rows, whatever became of them, that nobody refused:
                         their source has told us something */
    int64_t followed; /* times that followed the zone of a clinic */
};

/* Told of each field or row that was left out. */
struct intake_bad {
    const char *where, *column, *value, *reason;
    bool row;
    bool waited; /* of a row that another message said */
};
typedef void intake_bad_fn(void *arg, const struct intake_bad *bad);

/* Takes all of it, or fails: `err` is about the store; the caller rolls
 * back. */
bool intake_take(struct intake *intake, const struct facts *facts,
                 struct intake_counts *counts, intake_bad_fn *bad, void *arg,
                 struct error *err);
/* Of the visits that were moved and nobody can read to when, since the last
 * call: what is queued for them ends, and a person is asked. By the caller,
 * also when it took all else back. */
bool intake_hold(struct intake *intake, struct error *err);
/* Takes what waits for people whom a file brought, who may be in the store by
 * now. In the caller's transaction. */
bool intake_wake_known(struct intake *intake, struct intake_counts *counts,
                       intake_bad_fn *bad, void *arg, struct error *err);

#endif
