/* SPDX-License-Identifier: Apache-2.0 */
/* `tick STORE ZONE POLICY TICKS`: the engine by itself, inline, with a driver
 * that reaches nobody. First it does whatever is to be evaluated (planned
 * rows, the day's sweep), which is timed step by step; then TICKS steps with
 * nothing due. Prints one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/zone.h"
#include "channels/driver.h"
#include "scheduler/engine.h"
#include "scheduler/policy.h"

#define ROUNDS 25 /* of which the median counts */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double ticks_time(struct engine *engine, instant now, long ticks)
{
    double us[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = now_ns();
        for (long i = 0; i < ticks; i++)
            engine_step(engine, now + i % 1000);
        us[round] = (double)(now_ns() - began) / 1e3 / (double)ticks;
    }
    qsort(us, ROUNDS, sizeof(us[0]), compare);
    return us[ROUNDS / 2];
}

static int measure(struct engine *engine, instant now, long ticks)
{
    struct engine_totals totals;
    int64_t begin = now_ns(), longest = 0;
    long steps = 0;
    bool more = true;
    while (more) {
        int64_t began = now_ns();
        more = engine_step(engine, now) <= now;
        int64_t took = now_ns() - began;
        longest = took > longest ? took : longest;
        steps++;
    }
    double first_ms = (double)(now_ns() - begin) / 1e6;
    engine_totals(engine, &totals);
    printf("{\"name\":\"tick\",\"planned\":%lld,\"steps\":%ld,"
           "\"first_ms\":%.3f,\"longest_ms\":%.3f,\"tick_us\":%.3f}\n",
           (long long)totals.planned, steps, first_ms, (double)longest / 1e6,
           ticks_time(engine, now, ticks));
    return 0;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: tick STORE ZONE POLICY TICKS\n");
        return 2;
    }
    struct engine_provider provider = {
        .name = "sink",
        .driver = driver_find("fake", &err),
        .config = {.name = "sink", .organisation = "Lakeside"},
        .channels = 7,
        .concurrency = 32,
        .fallback_of = -1};
    struct engine_config config = {.store_path = argv[1],
                                   .organisation = "Lakeside",
                                   .zone = zone_find(argv[2]),
                                   .default_country = "US",
                                   .policy = policy_load(argv[3], &err),
                                   .providers = &provider,
                                   .provider_count = 1,
                                   .sweep_at = "02:00",
                                   .seed = 1};
    instant now = clock_now();
    struct engine *engine = NULL;
    if (config.policy && config.zone && provider.driver)
        engine = engine_new(&config, now, &err);
    if (!engine) {
        fprintf(stderr, "tick: %s\n", err.text);
        return 1;
    }
    int code = measure(engine, now, strtol(argv[4], NULL, 10));
    engine_free(engine);
    policy_free((struct policy *)config.policy);
    return code;
}
