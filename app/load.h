/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_LOAD_H
#define APP_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/config.h"
#include "base/json.h"
#include "scheduler/queue.h"
#include "store/status.h"

/* The load of a forecast or a simulation: messages by day, hour, channel and
 * campaign, and each provider's busiest minute against what it may send, and
 * how long messages wait there. */

enum { LOAD_HOURS = 24 };
struct load_day {
    struct civil_date date;
    int64_t by_hour[LOAD_HOURS], by_channel[CHANNEL_COUNT];
    int64_t messages, cost;
    int64_t replies, tasks; /* a simulation's; 0 in a plan */
};
struct load_campaign {
    char name[80];
    int64_t by_channel[CHANNEL_COUNT], segments, cost;
};
struct load_provider {
    char name[64];
    double per_second;         /* what it may send; 0: no limit */
    int64_t messages, busiest; /* in one minute, from `busiest_at` on */
    instant busiest_at;
    struct queue queues[CHANNEL_COUNT]; /* what waits there for its sender */
    int64_t longest_ms;                 /* that one of them did, */
    instant longest_at;                 /* handed over then */
    instant minute;                     /* being counted */
    int64_t count;
};
struct load;

/* From the day of `from` to that of `until`, on the organisation's clock. */
struct load *load_new(const struct config *config, instant from, instant until);
void load_free(struct load *load); /* NULL is fine */

/* One message that left; in the order of time. */
void load_add(struct load *load, const struct status_attempt *row);
/* The day that an instant lies in. */
struct load_day *load_day(struct load *load, instant at);
int64_t load_messages(const struct load *load);
int64_t load_cost(const struct load *load); /* millionths */

void load_print_hours(const struct load *load);
/* `answers`: with replies and tasks. */
void load_print_days(const struct load *load, bool answers);
void load_print_campaigns(const struct load *load);
void load_print_providers(const struct load *load);
/* The members "by_day", "by_campaign" and "by_provider". */
void load_json(const struct load *load, struct json_writer *json, bool answers);

#endif
