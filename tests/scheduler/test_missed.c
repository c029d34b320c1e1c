/* SPDX-License-Identifier: Apache-2.0 */
/* What came in, and was over, while nothing ran: it is told of afterwards, and
 * nobody is buried in what was over before (nothing is lost silently). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/outage.h"
#include "tests/scheduler/world.h"

#define TELL                                                                  \
    "\"if_not_reached\": {\"task\": {\"to\": \"front desk\", \"within\": \"1" \
    " hour\"}},"

/* A service that stood still between two moments, and one visit, reminded of
 * until an hour before. */
struct missing {
    const char *says, *more;
    const char *launched, *runs, *stops; /* NULL: it never ran before */
    const char *comes, *visit, *back;
    bool one_life; /* nobody ends it: its clock jumps */
    int64_t rows, tasks;
};

#define USUAL "2026-12-06T07:00", "2026-12-06T08:00", "2026-12-06T12:00"
static const struct missing rows[] = {
    {"it came and passed", "", USUAL, "2026-12-07T09:00", "2026-12-11T14:00",
     "2026-12-12T09:00", false, 1, 0},
    {"and somebody must hear of it", TELL, USUAL, "2026-12-07T09:00",
     "2026-12-11T14:00", "2026-12-12T09:00", false, 1, 1},
    {"and after more than a long weekend", TELL, USUAL, "2026-12-07T09:00",
     "2026-12-07T14:00", "2026-12-20T09:00", false, 1, 1},
    {"it was there, further ahead than is planned", "", USUAL,
     "2026-12-06T10:00", "2026-12-11T14:00", "2026-12-12T09:00", false, 1, 0},
    {"it is still of use", "", USUAL, "2026-12-07T09:00", "2026-12-12T14:00",
     "2026-12-12T09:00", false, 1, 0},
    {"a machine that slept", "", USUAL, "2026-12-07T09:00", "2026-12-11T14:00",
     "2026-12-12T09:00", true, 1, 0},
    {"it was over before the outage", "", USUAL, "2026-12-07T09:00",
     "2026-12-06T11:00", "2026-12-12T09:00", false, 0, 0},
    {"a first import of history", "", "2026-01-01T08:00", NULL, NULL,
     "2026-12-07T09:00", "2026-12-11T14:00", "2026-12-12T09:00", false, 0, 0},
    {"launched when it was over", "", "2026-12-11T20:00", "2026-12-06T08:00",
     "2026-12-06T12:00", "2026-12-07T09:00", "2026-12-11T14:00",
     "2026-12-12T09:00", false, 0, 0},
    {"a store that lay still for a year", "", "2026-01-01T07:00",
     "2026-01-01T08:00", "2026-01-02T08:00", "2026-12-07T09:00",
     "2026-11-01T14:00", "2026-12-12T09:00", false, 0, 0},
    {"it runs, and the record is late", "", USUAL, "2026-12-06T12:00",
     "2026-12-06T12:30", "2026-12-06T13:00", true, 0, 0},
};

/* What happens before the service stops, or behind that. */
static void events(struct world *world, const struct missing *row, bool before)
{
    instant stop = row->stops ? at(row->stops) : 0;
    if ((at(row->launched) < stop) == before) {
        world->now = at(row->launched);
        world_launch(world, reminder("sms", row->more));
    }
    if ((at(row->comes) < stop) == before)
        world_visit(world, 1, row->visit);
}

static void tell(struct world *world, const struct missing *row)
{
    world_open(world, "2026-01-01T07:00");
    world_patient(world);
    events(world, row, true);
    if (row->stops) {
        world->now = at(row->runs);
        world_engine(world, NULL);
        world_run(world, row->stops);
        if (!row->one_life)
            world_crash(world);
    }
    events(world, row, false);
    world->now = at(row->back) - HOUR_MS;
    if (!row->one_life)
        world_engine(world, NULL);
    world_run(world, row->back);
}

static void count_row(void *arg, const struct outage_row *row)
{
    (void)row;
    ++*(int64_t *)arg;
}

/* As `outreach status --since` asks. */
static int64_t dropped(struct world *world, const struct missing *row)
{
    struct error err = {0};
    int64_t count = 0;
    if (!outage_rows(world->store, OUTAGE_DROPPED,
                     at(row->stops ? row->stops : row->launched), world->now, 0,
                     count_row, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static void what_passed_while_nothing_ran_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct missing *row = &rows[i];
        struct world world;
        tell(&world, row);
        bool useful = at(row->visit) > at(row->back);
        int64_t made = world_number(&world, "SELECT count(*) FROM outreach");
        int64_t told = dropped(&world, row);
        int64_t said = world_number(&world, "SELECT count(*) FROM audit WHERE"
                                            " action = 'verdict' AND detail"
                                            " LIKE 'expired%%'");
        int64_t tasks = world_number(&world, "SELECT count(*) FROM task");
        int64_t want = useful ? 0 : row->rows;
        if (made != row->rows || told != want || said != want ||
            tasks != row->tasks)
            fail_msg("%s: %lld rows, %lld told, %lld audited, %lld tasks",
                     row->says, (long long)made, (long long)told,
                     (long long)said, (long long)tasks);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passed_while_nothing_ran_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
