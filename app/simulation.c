/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a simulation came to: messages by day and hour, what came back, what
 * held messages, which tasks people would have. Counts what the copy of the
 * store holds after the run; decides nothing.
 */
#include "app/simulation.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/status.h"
#include "store/task.h"

#include "app/kinds.h"
#include "app/load.h"
#include "app/table.h"

enum { PRINT_MAX = 8 << 20 };

struct counting {
    const struct simulation *it;
    struct load *load;
    int64_t outcomes[OUTCOME_COUNT][CHANNEL_COUNT];
    struct kinds replies, tasks;
};

/* Counting ------------------------------------------------------------------
 */

static bool add_attempt(void *arg, const struct status_attempt *row)
{
    struct counting *counting = arg;
    counting->outcomes[row->outcome][row->channel]++;
    load_add(counting->load, row);
    return true;
}

static bool add_reply(void *arg, const struct status_reply *row)
{
    struct counting *counting = arg;
    load_day(counting->load, row->received_at)->replies++;
    kinds_add(&counting->replies, row->intent);
    return true;
}

static bool add_tasks(struct counting *counting, struct error *err)
{
    const struct task_filter all = {.closed = true,
                                    .due_before = INSTANT_NEVER};
    struct task *tasks = NULL;
    size_t count = 0;
    if (!task_list(counting->it->forecast->store, &all, &tasks, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char name[TASK_ROLE_MAX + sizeof(tasks[i].kind) + 2];
        if (tasks[i].opened_at < counting->it->forecast->from ||
            (counting->it->campaign &&
             !text_equal(tasks[i].campaign, counting->it->campaign)))
            continue;
        snprintf(name, sizeof(name), "%s: %s", tasks[i].owner, tasks[i].kind);
        kinds_add(&counting->tasks, name);
        load_day(counting->load, tasks[i].opened_at)->tasks++;
    }
    free(tasks);
    return true;
}

static bool count_all(struct counting *counting, struct error *err)
{
    const struct simulation *it = counting->it;
    return status_attempts(it->forecast->store, it->campaign,
                           it->forecast->from, add_attempt, counting, err) &&
           status_replies(it->forecast->store, it->campaign, it->forecast->from,
                          add_reply, counting, err) &&
           add_tasks(counting, err);
}

/* For people ------------------------------------------------------------------
 */

static void heading(const char *text)
{
    print("\n%s%s%s\n", terminal_tone(stdout, TONE_BOLD), text,
          terminal_tone(stdout, TONE_PLAIN));
}

static const char *count_text(int64_t count, char out[32])
{
    return count ? number_text(count, out) : "";
}

static void print_outcomes(const struct counting *counting)
{
    static const char *const headers[] = {"what came of them", ">sms", ">email",
                                          ">voice", NULL};
    struct table *table = table_new(headers);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        char numbers[CHANNEL_COUNT][32];
        const char *cells[CHANNEL_COUNT + 1] = {outcome_name((enum outcome)i)};
        int64_t all = 0;
        for (int c = 0; c < CHANNEL_COUNT; c++) {
            all += counting->outcomes[i][c];
            cells[c + 1] = count_text(counting->outcomes[i][c], numbers[c]);
        }
        if (all > 0)
            table_row(table, cells);
    }
    if (table_rows(table)) {
        print("\n");
        table_print(table, stdout);
    }
    table_free(table);
}

static void print_kinds(const char *title, const char *head,
                        const struct kinds *kinds)
{
    const char *headers[] = {head, ">so many", NULL};
    if (kinds->items[0].count == 0)
        return;
    struct table *table = table_new(headers);
    for (size_t i = 0; i < KINDS_MAX && kinds->items[i].count > 0; i++) {
        char number[32];
        const char *cells[] = {kinds->items[i].name,
                               number_text(kinds->items[i].count, number)};
        table_row(table, cells);
    }
    heading(title);
    table_print(table, stdout);
    table_free(table);
}

static void print_objections(const struct counting *counting)
{
    static const char *const headers[] = {"rule", ">so many times", NULL};
    const struct engine_totals *totals = counting->it->totals;
    struct table *table = table_new(headers);
    char when[CIVIL_TEXT_MAX], number[32];
    for (int i = 0; i < RULE_COUNT; i++) {
        const char *cells[] = {gate_rule_name((enum gate_rule)i),
                               number_text(totals->objections[i], number)};
        if (totals->objections[i] > 0)
            table_row(table, cells);
    }
    if (table_rows(table)) {
        heading("What the gate objected to, by rule");
        table_print(table, stdout);
    }
    table_free(table);
    print("\nLongest wait of a message that was due: %.1f s",
          (double)totals->longest_wait_ms / 1000);
    if (totals->longest_wait_ms > 0)
        print(", at %s", time_text(counting->it->setup->config->zone,
                                   totals->longest_wait_at, when));
    print("\n");
}

static bool print_text(const struct counting *counting,
                       const struct forecast_view *view, struct error *err)
{
    const struct simulation *it = counting->it;
    char when[CIVIL_TEXT_MAX], number[32], money[48];
    print("%d days from %s, seed %llu: %s messages, %s\n", it->days,
          time_text(it->setup->config->zone, it->forecast->from, when),
          (unsigned long long)it->seed,
          number_text(load_messages(counting->load), number),
          money_text(load_cost(counting->load), it->setup->config->currency,
                     money));
    forecast_tell_unreleased(it->forecast);
    load_print_hours(counting->load);
    load_print_days(counting->load, true);
    load_print_campaigns(counting->load);
    load_print_providers(counting->load);
    print_outcomes(counting);
    print_kinds("What patients would answer", "answer", &counting->replies);
    print_kinds("Tasks for people", "for whom, and why", &counting->tasks);
    print_objections(counting);
    return forecast_print_held(it->forecast, view, NULL, err);
}

/* As JSON ---------------------------------------------------------------------
 */

static void json_outcomes(struct json_writer *json,
                          const struct counting *counting)
{
    json_write_object(json, "outcomes");
    for (int c = 0; c < CHANNEL_COUNT; c++) {
        json_write_object(json, channel_name((enum channel)c));
        for (int i = 0; i < OUTCOME_COUNT; i++)
            if (counting->outcomes[i][c])
                json_write_integer(json, outcome_name((enum outcome)i),
                                   counting->outcomes[i][c]);
        json_write_end(json, '}');
    }
    json_write_end(json, '}');
}

static bool print_json(const struct counting *counting,
                       const struct forecast_view *view, struct error *err)
{
    const struct simulation *it = counting->it;
    char when[CIVIL_TEXT_MAX];
    struct buf out;
    struct json_writer json;
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_text(
        &json, "from",
        time_text(it->setup->config->zone, it->forecast->from, when));
    json_write_integer(&json, "days", it->days);
    json_write_integer(&json, "seed", (int64_t)it->seed);
    json_write_integer(&json, "messages", load_messages(counting->load));
    json_write_number(&json, "cost", (double)load_cost(counting->load) / 1e6);
    json_write_text(&json, "currency", it->setup->config->currency);
    json_write_bool(&json, "released", it->forecast->released);
    load_json(counting->load, &json, true);
    json_outcomes(&json, counting);
    kinds_json(&counting->replies, &json, "replies");
    kinds_json(&counting->tasks, &json, "tasks");
    json_write_object(&json, "objections");
    for (int i = 0; i < RULE_COUNT; i++)
        if (it->totals->objections[i])
            json_write_integer(&json, gate_rule_name((enum gate_rule)i),
                               it->totals->objections[i]);
    json_write_end(&json, '}');
    json_write_number(&json, "longest_wait_seconds",
                      (double)it->totals->longest_wait_ms / 1000);
    bool ok = forecast_print_held(it->forecast, view, &json, err);
    json_write_end(&json, '}');
    if (ok)
        puts(out.data);
    buf_free(&out);
    return ok;
}

bool simulation_print(const struct simulation *simulation, struct error *err)
{
    struct counting *counting = memory_new(sizeof(*counting));
    const struct forecast_view view = {
        .campaign = simulation->campaign,
        .since = simulation->forecast->from,
        .currency = simulation->setup->config->currency,
        .zone = simulation->setup->config->zone,
    };
    counting->it = simulation;
    counting->load =
        load_new(simulation->setup->config, simulation->forecast->from,
                 simulation->forecast->until);
    bool ok = count_all(counting, err) &&
              (simulation->json ? print_json(counting, &view, err)
                                : print_text(counting, &view, err));
    load_free(counting->load);
    free(counting);
    return ok;
}
