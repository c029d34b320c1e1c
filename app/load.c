/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts messages by when, what and through whom, for plan and simulate, and
 * prints the counts. Reads nothing itself: it is fed row by row.
 */
#include "app/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include "app/table.h"

enum { CELLS_MAX = LOAD_HOURS + 8 };

struct load {
    const struct config *config;
    struct load_day *days;
    size_t day_count;
    struct load_campaign *campaigns;
    size_t campaign_count;
    struct load_provider *providers;
    size_t provider_count;
    int64_t messages, cost;
};

/* Counting ------------------------------------------------------------------
 */

/* What it takes, or what its sender delivers: the slower of them; 0: neither
 * has a limit. */
static double slower(const struct config_provider *provider)
{
    double takes = provider->per_second, sends = provider->sender_per_second;
    return takes > 0 && sends > 0 ? (takes < sends ? takes : sends)
           : takes > 0            ? takes
                                  : sends;
}

struct load *load_new(const struct config *config, instant from, instant until)
{
    struct load *load = memory_new(sizeof(*load));
    struct civil_date first = zone_today(config->zone, from);
    struct civil_date last = zone_today(config->zone, until);
    load->config = config;
    load->day_count = (size_t)(civil_days(last) - civil_days(first)) + 1;
    load->days = memory_new(load->day_count * sizeof(load->days[0]));
    for (size_t i = 0; i < load->day_count; i++)
        load->days[i].date = civil_add_days(first, (int64_t)i);
    load->provider_count = config->provider_count;
    load->providers =
        memory_new((load->provider_count + 1) * sizeof(load->providers[0]));
    for (size_t i = 0; i < load->provider_count; i++) {
        text_copy(load->providers[i].name, sizeof(load->providers[i].name),
                  config->providers[i].name);
        load->providers[i].per_second = slower(&config->providers[i]);
        for (int c = 0; c < CHANNEL_COUNT; c++)
            load->providers[i].queues[c].per_second =
                queue_speed(config->providers[i].sender_per_second,
                            config->providers[i].per_second);
    }
    return load;
}

void load_free(struct load *load)
{
    if (!load)
        return;
    free(load->days);
    free(load->campaigns);
    free(load->providers);
    free(load);
}

struct load_day *load_day(struct load *load, instant at)
{
    struct civil_date date = zone_today(load->config->zone, at);
    int64_t number = civil_days(date) - civil_days(load->days[0].date);
    if (number < 0)
        number = 0;
    return (size_t)number < load->day_count ? &load->days[number]
                                            : &load->days[load->day_count - 1];
}

static struct load_campaign *campaign_at(struct load *load, const char *name)
{
    for (size_t i = 0; i < load->campaign_count; i++)
        if (text_equal(load->campaigns[i].name, name))
            return &load->campaigns[i];
    load->campaigns = memory_grow(load->campaigns, load->campaign_count + 1,
                                  sizeof(load->campaigns[0]));
    struct load_campaign *one = &load->campaigns[load->campaign_count++];
    *one = (struct load_campaign){0};
    text_copy(one->name, sizeof(one->name), name);
    return one;
}

static void add_to_queue(struct load_provider *one,
                         const struct status_attempt *row)
{
    struct queue *queue = &one->queues[row->channel];
    int64_t wait = queue_wait_ms(queue, row->submitted_at);
    if (wait > one->longest_ms) {
        one->longest_ms = wait;
        one->longest_at = row->submitted_at;
    }
    queue_add(queue, row->submitted_at, row->segments > 0 ? row->segments : 1);
}

static void add_to_provider(struct load *load, const struct status_attempt *row)
{
    instant minute = row->submitted_at - row->submitted_at % MINUTE_MS;
    for (size_t i = 0; i < load->provider_count; i++) {
        struct load_provider *one = &load->providers[i];
        if (!text_equal(one->name, row->provider))
            continue;
        one->messages++;
        add_to_queue(one, row);
        one->count = minute == one->minute ? one->count + 1 : 1;
        one->minute = minute;
        if (one->count > one->busiest) {
            one->busiest = one->count;
            one->busiest_at = minute;
        }
    }
}

void load_add(struct load *load, const struct status_attempt *row)
{
    struct load_day *day = load_day(load, row->submitted_at);
    struct load_campaign *campaign = campaign_at(load, row->campaign);
    day->messages++;
    day->by_hour[zone_local(load->config->zone, row->submitted_at).hour]++;
    day->by_channel[row->channel]++;
    day->cost += row->cost;
    campaign->by_channel[row->channel]++;
    campaign->segments += row->segments;
    campaign->cost += row->cost;
    add_to_provider(load, row);
    load->messages++;
    load->cost += row->cost;
}

int64_t load_messages(const struct load *load)
{
    return load->messages;
}

int64_t load_cost(const struct load *load)
{
    return load->cost;
}

/* For people ------------------------------------------------------------------
 */

static const char *count_text(int64_t count, char out[32])
{
    return count ? number_text(count, out) : "";
}

/* "Mon 2026-12-07" */
static const char *day_text(const struct load_day *day, char out[32])
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu",
                                        "Fri", "Sat", "Sun"};
    char date[CIVIL_TEXT_MAX];
    snprintf(out, 32, "%s %.20s", names[civil_weekday(day->date) - 1],
             civil_date_text(day->date, date));
    return out;
}

static bool day_is_empty(const struct load_day *day)
{
    return day->messages + day->replies + day->tasks == 0;
}

static void print_table(const char *title, struct table *table)
{
    if (table_rows(table)) {
        print("\n%s%s%s\n", terminal_tone(stdout, TONE_BOLD), title,
              terminal_tone(stdout, TONE_PLAIN));
        table_print(table, stdout);
    }
    table_free(table);
}

/* The first and the last hour in which anything happens; false: none. */
static bool hours_used(const struct load *load, int *first, int *last)
{
    *first = LOAD_HOURS;
    *last = -1;
    for (size_t d = 0; d < load->day_count; d++) {
        for (int hour = 0; hour < LOAD_HOURS; hour++) {
            if (load->days[d].by_hour[hour] == 0)
                continue;
            *first = hour < *first ? hour : *first;
            *last = hour > *last ? hour : *last;
        }
    }
    return *last >= 0;
}

void load_print_hours(const struct load *load)
{
    int first, last;
    char names[LOAD_HOURS][8];
    const char *headers[CELLS_MAX] = {"day"};
    if (!hours_used(load, &first, &last))
        return;
    for (int hour = first; hour <= last; hour++) {
        snprintf(names[hour], sizeof(names[hour]), ">%02d", hour);
        headers[1 + hour - first] = names[hour];
    }
    struct table *table = table_new(headers);
    for (size_t d = 0; d < load->day_count; d++) {
        const struct load_day *day = &load->days[d];
        char numbers[LOAD_HOURS][32], name[32];
        const char *cells[CELLS_MAX] = {day_text(day, name)};
        for (int hour = first; hour <= last; hour++)
            cells[1 + hour - first] =
                count_text(day->by_hour[hour], numbers[hour]);
        if (day->messages > 0)
            table_row(table, cells);
    }
    print_table("By day and hour (the organisation's clock)", table);
}

void load_print_days(const struct load *load, bool answers)
{
    const char *headers[] = {"day",   ">sms",     ">email", ">voice",
                             ">cost", ">replies", ">tasks", NULL};
    if (!answers)
        headers[5] = NULL;
    struct table *table = table_new(headers);
    for (size_t d = 0; d < load->day_count; d++) {
        const struct load_day *day = &load->days[d];
        char name[32], numbers[5][32], money[48];
        const char *cells[] = {
            day_text(day, name),
            count_text(day->by_channel[CHANNEL_SMS], numbers[0]),
            count_text(day->by_channel[CHANNEL_EMAIL], numbers[1]),
            count_text(day->by_channel[CHANNEL_VOICE], numbers[2]),
            money_text(day->cost, load->config->currency, money),
            count_text(day->replies, numbers[3]),
            count_text(day->tasks, numbers[4]),
        };
        if (!day_is_empty(day))
            table_row(table, cells);
    }
    print_table("By day", table);
}

void load_print_campaigns(const struct load *load)
{
    static const char *const headers[] = {
        "campaign", ">sms", ">email", ">voice", ">segments", ">cost", NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < load->campaign_count; i++) {
        const struct load_campaign *one = &load->campaigns[i];
        char numbers[4][32], money[48];
        const char *cells[] = {
            one->name,
            count_text(one->by_channel[CHANNEL_SMS], numbers[0]),
            count_text(one->by_channel[CHANNEL_EMAIL], numbers[1]),
            count_text(one->by_channel[CHANNEL_VOICE], numbers[2]),
            number_text(one->segments, numbers[3]),
            money_text(one->cost, load->config->currency, money),
        };
        table_row(table, cells);
    }
    print_table("By campaign", table);
}

void load_print_providers(const struct load *load)
{
    static const char *const headers[] = {"provider",
                                          ">messages",
                                          ">busiest minute",
                                          ">it may send",
                                          "from",
                                          ">longest queue there",
                                          NULL};
    struct table *table = table_new(headers);
    for (size_t i = 0; i < load->provider_count; i++) {
        const struct load_provider *one = &load->providers[i];
        char numbers[2][32], limit[32] = "any number", when[CIVIL_TEXT_MAX];
        char wait[32];
        snprintf(wait, sizeof(wait), "%.1f s", (double)one->longest_ms / 1000);
        if (one->per_second > 0)
            snprintf(limit, sizeof(limit), "%.6g", one->per_second * 60);
        const char *cells[] = {
            one->name,
            number_text(one->messages, numbers[0]),
            number_text(one->busiest, numbers[1]),
            limit,
            time_text(load->config->zone, one->busiest_at, when),
            wait,
        };
        if (one->messages > 0)
            table_row(table, cells);
    }
    print_table("Providers", table);
}

/* As JSON ---------------------------------------------------------------------
 */

static void json_channels(struct json_writer *json, const int64_t *by_channel)
{
    for (int c = 0; c < CHANNEL_COUNT; c++)
        json_write_integer(json, channel_name((enum channel)c), by_channel[c]);
}

static void json_day(struct json_writer *json, const struct load_day *day,
                     bool answers)
{
    char date[CIVIL_TEXT_MAX];
    json_write_object(json, NULL);
    json_write_text(json, "day", civil_date_text(day->date, date));
    json_write_integer(json, "messages", day->messages);
    json_channels(json, day->by_channel);
    json_write_array(json, "by_hour");
    for (int hour = 0; hour < LOAD_HOURS; hour++)
        json_write_integer(json, NULL, day->by_hour[hour]);
    json_write_end(json, ']');
    json_write_number(json, "cost", (double)day->cost / 1e6);
    if (answers) {
        json_write_integer(json, "replies", day->replies);
        json_write_integer(json, "tasks", day->tasks);
    }
    json_write_end(json, '}');
}

static void json_provider(struct json_writer *json,
                          const struct load_provider *one,
                          const struct zone *zone)
{
    char when[CIVIL_TEXT_MAX];
    json_write_object(json, NULL);
    json_write_text(json, "provider", one->name);
    json_write_integer(json, "messages", one->messages);
    json_write_integer(json, "busiest_minute", one->busiest);
    json_write_text(json, "from",
                    one->messages ? time_text(zone, one->busiest_at, when)
                                  : NULL);
    json_write_number(json, "per_second", one->per_second);
    json_write_number(json, "longest_queue_seconds",
                      (double)one->longest_ms / 1000);
    json_write_end(json, '}');
}

void load_json(const struct load *load, struct json_writer *json, bool answers)
{
    json_write_array(json, "by_day");
    for (size_t d = 0; d < load->day_count; d++)
        json_day(json, &load->days[d], answers);
    json_write_end(json, ']');
    json_write_array(json, "by_campaign");
    for (size_t i = 0; i < load->campaign_count; i++) {
        const struct load_campaign *one = &load->campaigns[i];
        json_write_object(json, NULL);
        json_write_text(json, "campaign", one->name);
        json_channels(json, one->by_channel);
        json_write_integer(json, "segments", one->segments);
        json_write_number(json, "cost", (double)one->cost / 1e6);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
    json_write_array(json, "by_provider");
    for (size_t i = 0; i < load->provider_count; i++)
        json_provider(json, &load->providers[i], load->config->zone);
    json_write_end(json, ']');
}
