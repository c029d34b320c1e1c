/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "inbound/reply.h"
#include "store/statement.h"
#include "store/store.h"
#include "tests/inbound/house.h"

bool house_reply(void *arg, struct clerk *clerk, const char *provider,
                 const struct driver_reply *reply, struct error *err)
{
    (void)arg;
    return reply_take(clerk, provider, reply, "front desk", err);
}

void open_house(struct world *world)
{
    world_open(world, "2026-11-23T07:00");
    world_patient(world);
    world_patient(world);
    world->config.on_reply = house_reply;
    world->config.poll_ms = MINUTE_MS;
}

void launch(struct world *world, const char *names)
{
    char path[128], copy[256], *rest = NULL;
    snprintf(copy, sizeof(copy), "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name;
         name = strtok_r(NULL, " ", &rest)) {
        snprintf(path, sizeof(path), "campaigns/library/%s.json", name);
        world_launch_file(world, path);
    }
}

void say(struct world *world, const char *from, const char *text)
{
    fake_reply(world_fake(world), CHANNEL_SMS, from, OURS, text, world->now);
}

/* All that came of it, in one line. */
static const char told_sql[] =
    "SELECT group_concat(line, '; ') FROM ("
    "SELECT line FROM (SELECT 'response ' || intent || coalesce(' ' || subject,"
    " '') || ' on ' || anchor_kind || '/' || anchor_id || iif(until_at IS NULL,"
    " '', ' until ' || date(until_at / 1000, 'unixepoch')) AS line FROM"
    " response ORDER BY id) UNION ALL "
    "SELECT line FROM (SELECT 'task for ' || owner || ': ' || reason || ' in ' "
    "||"
    " ((due_at - opened_at) / 60000) || ' min' AS line FROM task WHERE name"
    " GLOB 'reply *' ORDER BY id) UNION ALL "
    "SELECT DISTINCT reason || ' of ' || coalesce(channel, 'all') FROM"
    " suppression WHERE lifted_at IS NULL AND address IS NOT NULL UNION ALL "
    "SELECT 'the last one ' || CASE state WHEN 3 THEN 'went out' WHEN 5 THEN"
    " 'may not go' WHEN 7 THEN 'is off' ELSE state END FROM outreach WHERE"
    " step = 'day-before' AND state != 0 UNION ALL "
    "SELECT 'asked which one' FROM outreach WHERE step LIKE 'answer several%')";

void expect_told(struct world *world, const char *sentence, const char *told)
{
    struct error err = {0};
    struct statement *query = statement(world->store, told_sql);
    assert_true(statement_step(query, &err) == 1);
    const char *got = column_text(query, 0) ? column_text(query, 0) : "";
    if (strcmp(got, told) != 0)
        fail_msg("%s\n  wanted: %s\n  got:    %s", sentence, told, got);
    statement_reset(query);
}

#define VISIT                                                                  \
    "INSERT INTO appointment(external_id, patient_id, clinic_id, start_local," \
    " zone, start_at, status, booked_at) VALUES ('v%d', %d, 1, '%s',"          \
    " 'America/New_York', %lld, 'booked', %lld)"

void visit(struct world *world, int number, int patient, const char *local)
{
    world_sql(world, VISIT, number, patient, local, (long long)at(local),
              (long long)at("2026-11-14T09:00"));
}
