/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SOAK_LIFE_H
#define TESTS_SOAK_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/outcome.h"
#include "scheduler/engine.h"
#include "store/ledger.h"

/* Two months of a clinic, made from a seed: people, visits, medicines, stays
 * in hospital, a provider in all its moods, crashes and clock jumps. Each
 * event draws from the seed and its own number alone, so that one may be left
 * out and all others stay the same. */

struct store;

#define LIFE_PEOPLE 50
#define LIFE_EVENTS_A_DAY 8
#define LIFE_EVENTS_MAX 2000
#define LIFE_SENT_MAX 20000

enum mood {
    MOOD_FINE,
    MOOD_MIXED,   /* every outcome there is */
    MOOD_LOST,    /* takes it, and the answer is lost */
    MOOD_SILENT,  /* never answers */
    MOOD_REFUSES, /* takes nothing */
    MOODS
};

/* What ever happened in all lives: a run that never met a state change, a
 * reason of the gate or an outcome has not tested it. */
struct coverage {
    int64_t transitions[STATE_COUNT][STATE_COUNT];
    int64_t objections[RULE_COUNT];
    int64_t outcomes[OUTCOME_COUNT];
    int64_t events[64];
    int64_t moods[MOODS]; /* messages in each */
    int64_t messages, taken, tasks, crashes, faults;
};

/* What the carrier took, whatever it answered: the truth. */
struct taken {
    int64_t outreach_id, attempt_id;
    enum channel channel;
    enum outcome fate;
    bool reached;      /* the patient's side */
    instant proven_at; /* and we heard so; INT64_MAX: we did not */
};

struct life {
    uint64_t seed;
    int days;
    char folder[64], path[96];
    struct store *store;
    struct policy *policy;
    struct engine *engine;
    struct engine_config config;
    struct engine_provider provider;
    struct json *doc;
    struct engine_totals totals; /* of this engine's life */
    instant start, now;
    enum mood mood;
    struct taken *taken;
    size_t taken_count;
    instant *valid_until; /* by attempt: what the carrier was told (S-12) */
    bool fault_armed;
    int64_t submits;
    int versions; /* of campaigns, launched so far */
    struct coverage *coverage;
    int64_t checked_attempt, checked_change; /* up to here */
    char broken[1000]; /* the promise that was broken; "": none */
};

bool life_open(struct life *life, uint64_t seed, int days,
               struct coverage *coverage);
void life_close(struct life *life);
/* Runs the engine until then. */
bool life_run(struct life *life, instant until);
/* Nothing runs until then, and what came meanwhile is heard of then. */
void life_sleep(struct life *life, instant until);
bool life_engine_start(struct life *life);
void life_engine_crash(struct life *life);
void life_engine_stop(struct life *life);
/* Campaign 0, 1, 2 ... of this life, or a corrected version of it: each life
 * begins with the trial and four of the library, and a sixth may come. */
bool life_launch(struct life *life, int campaign, bool changed);
#define LIFE_CAMPAIGNS 6
/* One statement or several, in a transaction of their own. */
bool life_sql(struct life *life, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int64_t life_number(struct life *life, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool life_broken(struct life *life, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* oracle.c: the record that the store keeps beside the engine. */
bool oracle_make(struct life *life);
bool oracle_look_away(struct life *life);
bool oracle_look_again(struct life *life);

/* events.c: the n-th thing that happens, and when; its name. */
instant event_at(const struct life *life, int number);
const char *event_happen(struct life *life, int number, char *what,
                         size_t size);
const char *event_name(size_t kind); /* NULL past the end */
/* The engine hears of what was held back from it. */
void event_notes_come(struct life *life);

/* promises.c: what must hold after every event, and what at the end. */
bool promises_hold(struct life *life);
bool promises_hold_at_the_end(struct life *life);

/* Draws of one event or message. */
struct random random_for(uint64_t seed, uint64_t number);
int pick(struct random *random, int below);

#endif
