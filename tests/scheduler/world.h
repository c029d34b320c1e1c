/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCHEDULER_WORLD_H
#define TESTS_SCHEDULER_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "channels/fake.h"
#include "scheduler/engine.h"

struct store;

/* A clinic in a temporary folder: a store, launched campaigns and an inline
 * engine with the fake driver, over virtual time. Everything fails the test
 * when it cannot. */
struct world {
    char folder[64], path[96];
    struct store *store; /* the test's own connection */
    struct policy *policy;
    struct engine *engine;
    struct json *doc;
    const struct channel_driver *driver; /* NULL: the fake as it is */
    unsigned channels;                   /* served; 0: all */
    struct engine_provider provider;
    bool standby; /* a second provider stands in for a dead first */
    bool apart;   /* a second one, "mail", has the emails */
    struct engine_provider both[2];
    struct json *second_doc;
    struct engine_config config;
    instant now;
    int64_t patients;
};

/* 2026-11-23 is a Monday. "2026-11-23T10:00" in New York. */
instant at(const char *local);
/* A store with one clinic in New York, open 8 to 18; the clock at `now`. */
void world_open(struct world *world, const char *now);
/* Ends it, after checking the promises (world_check). */
void world_close(struct world *world);
/* Runs SQL in a transaction on the test's own connection. */
void world_sql(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int64_t world_number(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A patient aged 60 with a mobile phone and an email; returns the id. */
int64_t world_patient(struct world *world);
/* Tuesday 2026-11-24, 7:00, and a patient with a visit on Wednesday at 15:00;
 * returns the patient's id. */
int64_t world_house(struct world *world);
/* A booked visit of that patient at a local time; returns the id. */
int64_t world_visit(struct world *world, int64_t patient, const char *local);
/* Sent home from hospital at a local time. */
void world_discharge(struct world *world, int64_t patient, const char *local);
void world_move(struct world *world, int64_t visit, const char *local);
/* Launches (again) the campaign of this text; {name} comes from it. */
void world_launch(struct world *world, const char *json);
/* One of the shipped library. */
void world_launch_file(struct world *world, const char *path);
/* Starts an engine whose provider is the fake with this section (NULL:
 * everything is accepted and delivered), or starts it again. */
void world_engine(struct world *world, const char *fake);
/* The engine ends as after kill -9: without a word. */
void world_crash(struct world *world);
/* Runs until this local time, promises checked at the end. */
void world_run(struct world *world, const char *until);
struct driver *world_fake(struct world *world);
size_t world_sent(struct world *world); /* of this engine's life */
const struct fake_message *world_message(struct world *world, size_t i);
/* Fails unless the newest outreach row of a step is in this state. */
void expect_state(struct world *world, const char *step, const char *state);
/* Fails unless a row of that step holds these words in its reason. */
void expect_reason(struct world *world, const char *step, const char *reason);
/* What must hold at any moment, whatever happened. */
void world_check(struct world *world);

/* An appointment campaign: one message "day-before" a day before at 10:00,
 * by `send`, with `more` members of the campaign in front of the steps. */
const char *reminder(const char *send, const char *more);

#endif
