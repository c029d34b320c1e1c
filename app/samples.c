/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The very words that would leave, before somebody says that they may.
 */
#include "app/samples.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/text.h"
#include "store/status.h"

#include "app/table.h"

enum { SAMPLES_MAX = 64 };

struct samples {
    instant today_ends;
    char seen[SAMPLES_MAX][160];
    size_t count;
    int64_t today, all, cost_today, cost;
};

static bool add_sample(void *arg, const struct status_attempt *row)
{
    struct samples *samples = arg;
    if (!forecast_leaves(row))
        return true;
    samples->all++;
    samples->cost += row->cost;
    if (row->submitted_at < samples->today_ends) {
        samples->today++;
        samples->cost_today += row->cost;
    }
    char key[160];
    snprintf(key, sizeof(key), "%s, %s, %s", row->step,
             channel_name(row->channel), row->language ? row->language : "");
    for (size_t i = 0; i < samples->count; i++)
        if (text_equal(samples->seen[i], key))
            return true;
    if (samples->count == SAMPLES_MAX)
        return true;
    text_copy(samples->seen[samples->count++], sizeof(key), key);
    print("%s[%s", terminal_tone(stdout, TONE_BOLD), key);
    if (row->segments > 0)
        print(", %d segment%s", row->segments, row->segments == 1 ? "" : "s");
    print("]%s\n%s\n\n", terminal_tone(stdout, TONE_PLAIN),
          row->body ? row->body : "");
    return true;
}

bool samples_print(const struct forecast *forecast,
                   const struct forecast_view *view, struct error *err)
{
    struct civil midnight = {
        .date = civil_add_days(zone_today(view->zone, view->since), 1)};
    struct samples samples = {
        .today_ends = zone_instant(view->zone, midnight),
    };
    char number[2][32], money[2][48];
    print("\nSamples of the next seven days:\n\n");
    if (!status_attempts(forecast->store, view->campaign, view->since,
                         add_sample, &samples, err))
        return false;
    print("Today: %s message%s, %s. In 7 days: %s message%s, %s.\n",
          number_text(samples.today, number[0]), samples.today == 1 ? "" : "s",
          money_text(samples.cost_today, view->currency, money[0]),
          number_text(samples.all, number[1]), samples.all == 1 ? "" : "s",
          money_text(samples.cost, view->currency, money[1]));
    return true;
}
