/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a forecast found, for people and as JSON: who, when by their own
 * clock, by which channel and with which words; and who not, and why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "campaigns/campaign.h"
#include "store/status.h"

#include "app/audience.h"
#include "app/forecast.h"
#include "app/load.h"
#include "app/table.h"

enum { LINE_MAX_BYTES = 64 << 10, TEXT_CELLS = 60 };

/* A reason and how often it came. */
struct tally {
    char campaign[80];
    char state[16];
    char reason[OUTREACH_REASON_MAX];
    int64_t count;
};

struct printing {
    const struct forecast_view *view;
    struct table *table;
    int64_t messages, segments, cost, shown;
    int64_t channels[CHANNEL_COUNT];
    struct tally *tallies;
    size_t tally_count;
    struct audience_line *lines;
    size_t line_count;
    const struct forecast *forecast;
    bool paused;   /* everything: why nothing leaves */
    bool supposes; /* that imports go on coming */
};

static const char *local_text(const struct forecast_view *view,
                              const char *zone_name, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    const struct zone *zone = zone_name ? zone_find(zone_name) : NULL;
    if (!zone)
        zone = view->zone;
    return time_text(zone, at, out);
}

static void print_json_message(const struct printing *printing,
                               const struct status_attempt *row)
{
    struct buf line;
    struct json_writer json;
    char when[CIVIL_TEXT_MAX];
    buf_init(&line, LINE_MAX_BYTES);
    json_write_init(&json, &line);
    json_write_object(&json, NULL);
    json_write_text(&json, "patient", row->mrn);
    json_write_text(&json, "campaign", row->campaign);
    json_write_text(&json, "step", row->step);
    json_write_text(
        &json, "at",
        local_text(printing->view, row->zone, row->submitted_at, when));
    json_write_text(&json, "channel", channel_name(row->channel));
    json_write_text(&json, "language", row->language);
    json_write_text(&json, "text", row->body);
    if (row->segments > 0)
        json_write_integer(&json, "segments", row->segments);
    json_write_number(&json, "cost", (double)row->cost / 1e6);
    json_write_text(&json, "currency", printing->view->currency);
    json_write_end(&json, '}');
    puts(line.data);
    buf_free(&line);
}

/* The first words of a text, in one line. */
static void shorten(char *out, size_t size, const char *text)
{
    bool whole = !text || strlen(text) < size;
    text_copy(out, whole ? size : size - 3, text ? text : "");
    for (char *p = out; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    if (!whole)
        memcpy(out + strlen(out), "...", 4);
}

bool forecast_leaves(const struct status_attempt *row)
{
    return outcome_evidence(row->outcome) >= EVIDENCE_ACCEPTED;
}

static bool add_message(void *arg, const struct status_attempt *row)
{
    struct printing *printing = arg;
    const struct forecast_view *view = printing->view;
    if (!forecast_leaves(row))
        return true;
    if (view->load)
        load_add(view->load, row);
    printing->messages++;
    printing->segments += row->segments;
    printing->cost += row->cost;
    printing->channels[row->channel]++;
    if (view->json) {
        print_json_message(printing, row);
        return true;
    }
    if (view->most && printing->shown >= view->most)
        return true;
    printing->shown++;
    char when[CIVIL_TEXT_MAX], text[TEXT_CELLS + 1];
    shorten(text, sizeof(text), row->body);
    const char *cells[] = {
        local_text(view, row->zone, row->submitted_at, when),
        row->mrn,
        row->campaign,
        row->step,
        channel_name(row->channel),
        row->language,
        text,
    };
    table_row(printing->table, cells);
    return true;
}

/* " 2026-11-24" and " 2026-11-24T09:00:00-05:00": how many bytes; 0: neither */
static size_t moment_length(const char *text)
{
    static const char form[] = " 0000-00-00";
    for (size_t i = 0; form[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9'
                           : text[i] != form[i])
            return 0;
    return 1 + strspn(text + 1, "0123456789-:+TZ");
}

/* The same reason at another moment is the same reason; what stands behind the
 * moment is another reason and stays. */
static void general_reason(char *out, const char *reason)
{
    char *to = out;
    size_t left = OUTREACH_REASON_MAX - 1;
    while (*reason && left) {
        size_t moment = moment_length(reason);
        if (text_starts(reason, " until 2"))
            reason += strcspn(reason, ";");
        else if (moment)
            reason += moment;
        else {
            *to++ = *reason++;
            left--;
        }
    }
    *to = '\0';
}

static bool add_held(void *arg, const struct status_held *row)
{
    struct printing *printing = arg;
    char reason[OUTREACH_REASON_MAX];
    general_reason(reason, row->reason);
    const char *state = state_name(row->state);
    for (size_t i = 0; i < printing->tally_count; i++) {
        struct tally *tally = &printing->tallies[i];
        if (text_equal(tally->campaign, row->campaign) &&
            text_equal(tally->state, state) &&
            text_equal(tally->reason, reason)) {
            tally->count++;
            return true;
        }
    }
    printing->tallies =
        memory_grow(printing->tallies, printing->tally_count + 1,
                    sizeof(*printing->tallies));
    struct tally *tally = &printing->tallies[printing->tally_count++];
    tally->count = 1;
    text_copy(tally->campaign, sizeof(tally->campaign), row->campaign);
    text_copy(tally->state, sizeof(tally->state), state);
    text_copy(tally->reason, sizeof(tally->reason), reason);
    return true;
}

static void json_tallies(struct json_writer *json,
                         const struct printing *printing)
{
    json_write_array(json, "not_sent");
    for (size_t i = 0; i < printing->tally_count; i++) {
        const struct tally *tally = &printing->tallies[i];
        json_write_object(json, NULL);
        json_write_text(json, "campaign", tally->campaign);
        json_write_text(json, "state", tally->state);
        json_write_text(json, "reason", tally->reason);
        json_write_integer(json, "count", tally->count);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void print_json_counts(const struct printing *printing)
{
    struct buf line;
    struct json_writer json;
    buf_init(&line, 4 << 20);
    json_write_init(&json, &line);
    json_write_object(&json, NULL);
    json_write_integer(&json, "messages", printing->messages);
    json_write_integer(&json, "segments", printing->segments);
    json_write_number(&json, "cost", (double)printing->cost / 1e6);
    json_write_text(&json, "currency", printing->view->currency);
    json_write_bool(&json, "paused", printing->paused);
    json_write_bool(&json, "released", printing->forecast->released);
    json_write_bool(&json, "supposes_imports", printing->supposes);
    if (printing->view->load)
        load_json(printing->view->load, &json, false);
    json_tallies(&json, printing);
    json_write_array(&json, "audience");
    for (size_t i = 0; i < printing->line_count; i++) {
        const struct audience_line *asked = &printing->lines[i];
        json_write_object(&json, NULL);
        json_write_text(&json, "line", asked->source);
        json_write_integer(&json, "holds", asked->holds);
        json_write_integer(&json, "missing", asked->missing);
        json_write_end(&json, '}');
    }
    json_write_end(&json, ']');
    json_write_end(&json, '}');
    puts(line.data);
    buf_free(&line);
}

static void print_tallies(const struct printing *printing)
{
    static const char *const headers[] = {"campaign", "state", ">rows", "why",
                                          NULL};
    if (printing->tally_count == 0)
        return;
    struct table *table = table_new(headers);
    for (size_t i = 0; i < printing->tally_count; i++) {
        const struct tally *tally = &printing->tallies[i];
        char count[32];
        const char *cells[] = {tally->campaign, tally->state,
                               number_text(tally->count, count), tally->reason};
        table_row(table, cells);
    }
    print("\n%sNot sent, or not yet%s\n", terminal_tone(stdout, TONE_BOLD),
          terminal_tone(stdout, TONE_PLAIN));
    table_print(table, stdout);
    table_free(table);
}

/* Each line by itself, of all that the store knows. */
static void print_audience(const struct printing *printing)
{
    static const char *const headers[] = {">holds", ">not known",
                                          "line of the audience", NULL};
    if (printing->line_count == 0)
        return;
    struct table *table = table_new(headers);
    for (size_t i = 0; i < printing->line_count; i++) {
        const struct audience_line *asked = &printing->lines[i];
        char holds[32], missing[32];
        const char *cells[] = {number_text(asked->holds, holds),
                               number_text(asked->missing, missing),
                               asked->source};
        table_row(table, cells);
    }
    print("\n%sOf each %s, line by line%s\n", terminal_tone(stdout, TONE_BOLD),
          anchor_name(printing->view->audience_of->anchor),
          terminal_tone(stdout, TONE_PLAIN));
    table_print(table, stdout);
    table_free(table);
}

void forecast_tell_unreleased(const struct forecast *forecast)
{
    if (!forecast->released)
        print("%sNOT RELEASED%s: %s\n", terminal_tone(stdout, TONE_RED),
              terminal_tone(stdout, TONE_PLAIN), forecast->not_released.text);
}

static void print_text(const struct printing *printing)
{
    if (printing->messages)
        table_print(printing->table, stdout);
    if (printing->shown < printing->messages)
        print("... and %lld more\n",
              (long long)(printing->messages - printing->shown));
    char number[5][32], money[48];
    print("\n%s message%s (%s sms, %s email, %s voice), %s segment%s, %s\n",
          number_text(printing->messages, number[0]),
          printing->messages == 1 ? "" : "s",
          number_text(printing->channels[CHANNEL_SMS], number[1]),
          number_text(printing->channels[CHANNEL_EMAIL], number[2]),
          number_text(printing->channels[CHANNEL_VOICE], number[3]),
          number_text(printing->segments, number[4]),
          printing->segments == 1 ? "" : "s",
          money_text(printing->cost, printing->view->currency, money));
    if (printing->paused)
        print("%sPAUSED%s: nothing is sent; 'outreach resume --all'\n",
              terminal_tone(stdout, TONE_RED),
              terminal_tone(stdout, TONE_PLAIN));
    forecast_tell_unreleased(printing->forecast);
    if (printing->supposes)
        puts("As long as imports go on coming in time (\"max_age\").");
    if (printing->view->load) {
        load_print_days(printing->view->load, false);
        load_print_hours(printing->view->load);
        load_print_campaigns(printing->view->load);
        load_print_providers(printing->view->load);
    }
    print_tallies(printing);
    print_audience(printing);
}

static bool count_audience(struct forecast *forecast, struct printing *printing,
                           struct error *err)
{
    const struct forecast_view *view = printing->view;
    if (!view->audience_of)
        return true;
    printing->line_count = view->audience_of->audience_count;
    printing->lines =
        memory_grow(NULL, printing->line_count + 1, sizeof(printing->lines[0]));
    return audience_count(forecast->store, view->audience_of, view->zone,
                          view->since, printing->lines, err);
}

bool forecast_print(struct forecast *forecast, const struct forecast_view *view,
                    struct error *err)
{
    static const char *const headers[] = {"when (patient's clock)",
                                          "patient",
                                          "campaign",
                                          "step",
                                          "channel",
                                          "language",
                                          "text",
                                          NULL};
    struct printing printing = {
        .view = view, .forecast = forecast, .table = table_new(headers)};
    struct status_counts counts;
    bool ok = status_counts(forecast->store, view->since, &counts, err) &&
              status_attempts(forecast->store, view->campaign, view->since,
                              add_message, &printing, err) &&
              status_held(forecast->store, view->campaign, view->since,
                          add_held, &printing, err) &&
              count_audience(forecast, &printing, err);
    printing.paused = ok && counts.paused;
    printing.supposes = forecast->feeds > 0;
    if (ok && view->json)
        print_json_counts(&printing);
    else if (ok)
        print_text(&printing);
    table_free(printing.table);
    free(printing.tallies);
    free(printing.lines);
    return ok;
}

bool forecast_print_held(struct forecast *forecast,
                         const struct forecast_view *view,
                         struct json_writer *json, struct error *err)
{
    struct printing printing = {.view = view};
    bool ok = status_held(forecast->store, view->campaign, view->since,
                          add_held, &printing, err);
    if (ok && json)
        json_tallies(json, &printing);
    else if (ok)
        print_tallies(&printing);
    free(printing.tallies);
    return ok;
}
