/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim and a settlement under one commit, as the journal's thread runs
 * them: both happen, or where one fails by its own fault the other happens
 * all the same; what one of them took for nothing comes back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "scheduler/clerk.h"
#include "scheduler/engine_state.h"
#include "store/ledger.h"

#include "tests/scheduler/world.h"

/* Two visits whose reminders are due; the first has left and its answer is
 * known: a settlement waits beside a claim. */
struct pair {
    struct world world;
    struct job *settle, *claim;
    int64_t first; /* the outreach that was answered */
};

static struct job *claim_new(struct world *world, int count)
{
    struct job *job = job_new(JOB_CLAIM, world->now);
    job->permits[0] = (struct permit){.channels = 7, .count = count};
    job->granted[0] = count;
    job->permit_count = 1;
    return job;
}

static void begin(struct pair *pair)
{
    struct world *world = &pair->world;
    world_open(world, "2026-11-23T10:00");
    world_visit(world, world_patient(world), "2026-11-25T09:30");
    world_visit(world, world_patient(world), "2026-11-25T09:30");
    world_launch(world, reminder("sms", ""));
    world_engine(world, NULL);
    world_run(world, "2026-11-24T09:59");
    world->now = at("2026-11-24T10:00");
    struct clerk *clerk = world->engine->clerk;
    struct job *job = claim_new(world, 1);
    clerk_run(clerk, job);
    assert_int_equal(job->dispatch_count, 1);
    pair->first = job->dispatches[0].outreach_id;
    pair->settle = job_new(JOB_SETTLE, world->now);
    struct settlement one = {.kind = SETTLE_EVENT,
                             .attempt_id = job->dispatches[0].attempt_id,
                             .event = {.outcome = OUTCOME_DELIVERED,
                                       .ended = true,
                                       .rank = 4,
                                       .at = world->now,
                                       .retry_after_ms = -1}};
    pair->settle->settlements = memory_new(sizeof(one));
    pair->settle->settlements[0] = one;
    pair->settle->settlement_count = 1;
    job_free(job);
    pair->claim = claim_new(world, 10);
}

static void end(struct pair *pair)
{
    job_free(pair->settle);
    job_free(pair->claim);
    world_sql(&pair->world, "UPDATE outreach SET due_at = %lld WHERE state = 1",
              (long long)pair->world.now);
    world_close(&pair->world);
}

static int64_t in_state(struct pair *pair, enum outreach_state state)
{
    return world_number(&pair->world,
                        "SELECT count(*) FROM outreach WHERE state = %d",
                        (int)state);
}

static void both_happen(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    clerk_run_both(pair.world.engine->clerk, pair.settle, pair.claim);
    assert_true(pair.settle->done);
    assert_true(pair.claim->done);
    assert_int_equal(pair.settle->totals.delivered, 1);
    assert_int_equal(pair.settle->totals.claimed, 0);
    assert_int_equal(pair.claim->totals.claimed, 1);
    assert_int_equal(pair.claim->totals.delivered, 0);
    assert_int_equal(pair.claim->dispatch_count, 1);
    assert_int_equal(pair.claim->permits[0].count, 9);
    assert_int_equal(in_state(&pair, STATE_DELIVERED), 1);
    assert_int_equal(in_state(&pair, STATE_SUBMITTING), 1);
    end(&pair);
}

static void what_cannot_go_does_not_keep_what_came(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    world_sql(&pair.world,
              "CREATE TRIGGER bad BEFORE INSERT ON attempt BEGIN SELECT"
              " RAISE(ABORT, 'no such attempt'); END");
    clerk_run_both(pair.world.engine->clerk, pair.settle, pair.claim);
    assert_true(pair.settle->done);
    assert_int_equal(pair.settle->totals.delivered, 1);
    /* tried again alone, it set the row aside that it had failed on */
    assert_true(pair.claim->done);
    assert_int_equal(
        world_number(&pair.world,
                     "SELECT count(*) FROM outreach WHERE reason LIKE"
                     " '%%no such attempt' AND due_at > %lld",
                     (long long)pair.world.now),
        1);
    assert_int_equal(pair.claim->dispatch_count, 0);
    assert_int_equal(pair.claim->totals.claimed, 0);
    assert_int_equal(pair.claim->permits[0].count, 10);
    assert_int_equal(in_state(&pair, STATE_DELIVERED), 1);
    assert_int_equal(in_state(&pair, STATE_PLANNED), 1);
    world_sql(&pair.world, "DROP TRIGGER bad");
    end(&pair);
}

static void what_cannot_be_settled_does_not_keep_what_goes(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    world_sql(&pair.world,
              "CREATE TRIGGER bad BEFORE INSERT ON attempt_event BEGIN SELECT"
              " RAISE(ABORT, 'no such event'); END");
    clerk_run_both(pair.world.engine->clerk, pair.settle, pair.claim);
    assert_true(pair.claim->done);
    assert_int_equal(pair.claim->dispatch_count, 1);
    assert_int_equal(pair.claim->permits[0].count, 9);
    assert_int_equal(
        world_number(&pair.world, "SELECT count(*) FROM attempt_event"), 0);
    world_sql(&pair.world, "DROP TRIGGER bad");
    end(&pair);
}

/* Never handed over: as if it had not been claimed. */
static void what_was_not_handed_over_is_no_try(void **state)
{
    (void)state;
    struct pair pair;
    begin(&pair);
    pair.settle->settlements[0].kind = SETTLE_RETURN;
    clerk_run(pair.world.engine->clerk, pair.settle);
    assert_true(pair.settle->done);
    assert_int_equal(in_state(&pair, STATE_PLANNED), 2);
    assert_int_equal(
        world_number(&pair.world, "SELECT sum(attempts + tries) FROM outreach"),
        0);
    assert_int_equal(
        world_number(&pair.world, "SELECT sum(counts) FROM attempt"), 0);
    end(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_happen),
        cmocka_unit_test(what_cannot_go_does_not_keep_what_came),
        cmocka_unit_test(what_cannot_be_settled_does_not_keep_what_goes),
        cmocka_unit_test(what_was_not_handed_over_is_no_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
